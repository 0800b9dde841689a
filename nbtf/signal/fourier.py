"""Fourier transforms over the last one, two or three axes, of complex and of real signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import zeros, zeros_like
from nbtf.array.indexing import gather, where
from nbtf.array.joining import concat, pad, stack, unstack
from nbtf.array.rearranging import roll
from nbtf.array.shapes import rank, shape
from nbtf.graph.constant_value import constant_value, constant_value_as_shape
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.shapes import UNKNOWN

fft = OpFunction("FFT", "fft")
fft2d = OpFunction("FFT2D", "fft2d")
fft3d = OpFunction("FFT3D", "fft3d")
ifft = OpFunction("IFFT", "ifft")
ifft2d = OpFunction("IFFT2D", "ifft2d")
ifft3d = OpFunction("IFFT3D", "ifft3d")


def _forward(op: OpFunction, axes: int, name: str) -> Callable[..., Any]:
    default_name = name

    def transform(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
        with name_scope(name, default_name, [input_tensor, fft_length]) as scope:
            signal = convert_to_tensor(input_tensor, preferred_dtype=dtypes.float32)
            if signal.dtype.base_dtype not in (dtypes.float32, dtypes.float64):
                raise ValueError(f"RFFT requires tf.float32 or tf.float64 inputs, got: {signal.dtype!r}")
            made = dtypes.complex64 if signal.dtype.base_dtype == dtypes.float32 else dtypes.complex128
            signal.shape.with_rank_at_least(axes)
            length = _length_of(signal, axes) if fft_length is None else convert_to_tensor(fft_length, dtypes.int32)
            signal = _padded(signal, axes, length, inverse=False)
            return op(signal, _static(length), Tcomplex=made, name=scope)

    transform.__name__ = transform.__qualname__ = name
    transform.__doc__ = (
        f"The Fourier transform of real signals over the last {axes} axes; of the last axis only the half that tells all."
        "\n\nfft_length: int32 lengths to cut or fill up to with zeros."
    )
    return transform


def _inverse(op: OpFunction, axes: int, name: str) -> Callable[..., Any]:
    default_name = name

    def transform(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
        with name_scope(name, default_name, [input_tensor, fft_length]) as scope:
            spectrum = convert_to_tensor(input_tensor, preferred_dtype=dtypes.complex64)
            spectrum.shape.with_rank_at_least(axes)
            given = fft_length
            length = _length_of_inverse(spectrum, axes) if given is None else convert_to_tensor(given, dtypes.int32)
            spectrum = _padded(spectrum, axes, length, inverse=True)
            return op(spectrum, _static(length), Treal=spectrum.dtype.real_dtype, name=scope)

    transform.__name__ = transform.__qualname__ = name
    transform.__doc__ = (
        f"The real signals whose `{name[1:]}` this is, over the last {axes} axes.\n\n"
        "fft_length: int32 lengths of the signals; even ones if None."
    )
    return transform


def _static(length: Tensor) -> Any:
    known = constant_value(length)
    return length if known is None else known


def _length_of(signal: Tensor, axes: int) -> Tensor:
    known = signal.shape[-axes:]
    if not known.is_fully_defined():
        return shape(signal)[-axes:]  # type: ignore[no-any-return]
    return constant(known.as_list(), dtypes.int32)


def _length_of_inverse(spectrum: Tensor, axes: int) -> Tensor:
    known = spectrum.shape[-axes:]
    if not known.is_fully_defined():
        parts = unstack(shape(spectrum)[-axes:])
        parts[-1] = raw.Maximum(0, 2 * (parts[-1] - 1))
        return stack(parts)  # type: ignore[no-any-return]
    lengths = [int(dim or 0) for dim in known.as_list()]
    if lengths:
        lengths[-1] = max(0, 2 * (lengths[-1] - 1))
    return constant(lengths, dtypes.int32)


def _padded(signal: Tensor, axes: int, length: Tensor, inverse: bool) -> Tensor:
    """The signal with zeros up to the length; of a half spectrum up to length // 2 + 1."""
    wanted = constant_value_as_shape(length)
    if signal.dims is not None and 0 in signal.dims:
        return signal
    if wanted.is_fully_defined() and signal.dims is not None and UNKNOWN not in signal.dims[-axes:]:
        lengths = [int(dim or 0) for dim in wanted.as_list()]
        if inverse:
            lengths[-1] = lengths[-1] // 2 + 1
        paddings = [[0, max(to - dim, 0)] for to, dim in zip(lengths, signal.dims[-axes:], strict=True)]
        if not any(after for _, after in paddings):
            return signal
        return pad(signal, [[0, 0]] * (len(signal.dims) - len(lengths)) + paddings)  # type: ignore[no-any-return]
    signal_rank, extents = rank(signal), shape(signal)[-axes:]
    outer = zeros([raw.Maximum(0, signal_rank - axes)], length.dtype)
    if inverse:
        length = concat([length[:-1], length[-1:] // 2 + 1], 0)
    after = concat([outer, raw.Maximum(0, length - extents)], 0)
    return pad(signal, stack([zeros_like(after), after], axis=1))  # type: ignore[no-any-return]


rfft = _forward(raw.RFFT, 1, "rfft")
rfft2d = _forward(raw.RFFT2D, 2, "rfft2d")
rfft3d = _forward(raw.RFFT3D, 3, "rfft3d")
irfft = _inverse(raw.IRFFT, 1, "irfft")
irfft2d = _inverse(raw.IRFFT2D, 2, "irfft2d")
irfft3d = _inverse(raw.IRFFT3D, 3, "irfft3d")


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Any:
    """The zero frequency moved to the middle of `axes` (all if None)."""
    with name_scope(name, "fftshift") as scope:
        return _shifted(convert_to_tensor(x), axes, scope, back=False)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Any:
    """What `fftshift` moved, moved back."""
    with name_scope(name, "ifftshift") as scope:
        return _shifted(convert_to_tensor(x), axes, scope, back=True)


def _shifted(x: Tensor, axes: Any, name: str, back: bool) -> Any:
    if axes is None:
        axes = tuple(range(len(x.dims or ())))
        extents = shape(x)
    elif isinstance(axes, int):
        extents = shape(x)[axes]
    else:
        dims = rank(x)
        axes = where(raw.Less(axes, 0), axes + dims, axes)
        extents = gather(shape(x), axes)
    return roll(x, -(extents // 2) if back else extents // 2, axes, name)
