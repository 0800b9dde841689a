"""Fourier transforms over any axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.array.indexing import gather
from nbtf.array.joining import pad
from nbtf.array.shapes import shape
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor

fftnd_op = OpFunction("FFTND", "fftnd")
ifftnd_op = OpFunction("IFFTND", "ifftnd")
rfftnd_op = OpFunction("RFFTND", "rfftnd")
irfftnd_op = OpFunction("IRFFTND", "irfftnd")

_NORMS = ("backward", "ortho", "forward")


def fftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None, name: str | None = None
) -> Any:
    """The Fourier transform of complex signals over `axes`, all of them if None.

    fft_length: one length an axis to cut or fill up to with zeros; None: those of the signal. norm: what the transform
    is divided by: "backward" (or None) nothing, "ortho" the root of the number of elements, "forward" that number.
    """
    return _complex(raw.FFTND, input_tensor, fft_length, axes, norm, name, "fftnd", _divided)


def ifftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None, name: str | None = None
) -> Any:
    """The inverse of `fftnd` with the same arguments."""
    return _complex(raw.IFFTND, input_tensor, fft_length, axes, norm, name, "ifftnd", _multiplied)


def rfftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None, name: str | None = None
) -> Any:
    """As `fftnd`, of real signals: of the last of the axes only the half that tells all."""
    with name_scope(name, "rfftnd", [input_tensor, fft_length, axes]) as scope:
        signal = convert_to_tensor(input_tensor, preferred_dtype=dtypes.float32)
        if signal.dtype.base_dtype not in (dtypes.float32, dtypes.float64):
            raise ValueError(f"RFFT requires tf.float32 or tf.float64 inputs, got: {signal}")
        made = dtypes.complex64 if signal.dtype.base_dtype == dtypes.float32 else dtypes.complex128
        at, axes = _axes(signal, axes)
        length = _length(signal, fft_length, at)
        lengths = _lengths(signal, length, at)
        signal = _divided(_padded(signal, lengths, at), lengths, norm)
        return raw.RFFTND(signal, _static(length, fft_length), axes, Tcomplex=made, name=scope)


def irfftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None, name: str | None = None
) -> Any:
    """The inverse of `rfftnd`: real signals, of an even length in the last of the axes if `fft_length` is None."""
    with name_scope(name, "irfftnd", [input_tensor, fft_length, axes]) as scope:
        spectrum = convert_to_tensor(input_tensor, preferred_dtype=dtypes.complex64)
        at, axes = _axes(spectrum, axes)
        if fft_length is None:
            dims = spectrum.shape.as_list()
            known: list[Any] = [dims[axis] for axis in at]
            if None in known:
                raise ValueError(f"irfftnd needs fft_length: the dims {spectrum.shape} are not known")
            known[-1] = max(0, 2 * (known[-1] - 1))
            fft_length = known
        length = convert_to_tensor(fft_length, dtypes.int32)
        lengths = _lengths(spectrum, length, at)
        halved = [*lengths[:-1], lengths[-1] // 2 + 1]
        spectrum = _multiplied(_padded(spectrum, halved, at), lengths, norm)
        real = spectrum.dtype.real_dtype
        return raw.IRFFTND(spectrum, _static(length, fft_length), axes, Treal=real, name=scope)


def _complex(
    op: OpFunction,
    input_tensor: Any,
    fft_length: Any,
    axes: Any,
    norm: str | None,
    name: str | None,
    default_name: str,
    scaled: Callable[..., Any],
) -> Any:
    with name_scope(name, default_name, [input_tensor, fft_length, axes]) as scope:
        signal = convert_to_tensor(input_tensor, preferred_dtype=dtypes.complex64)
        at, axes = _axes(signal, axes)
        length = _length(signal, fft_length, at)
        lengths = _lengths(signal, length, at)
        signal = scaled(_padded(signal, lengths, at), lengths, norm)
        return op(signal, _static(length, fft_length), axes, name=scope)


def _axes(signal: Tensor, axes: Any) -> tuple[Sequence[int], Tensor]:
    """The axes as numbers, and as a tensor. Raises ValueError for ones that are not known or not there."""
    if signal.dims is None:
        raise ValueError(f"The rank of {signal} must be known.")
    dims = len(signal.dims)
    if axes is None:
        axes = list(range(dims))
    tensor = convert_to_tensor(axes, dtypes.int32)
    known = constant_value(tensor)
    if known is None:
        raise ValueError(f"The axes must be known. Received: {axes}")
    at = [int(axis) for axis in known]
    for axis in at:
        if not -dims <= axis < dims:
            raise ValueError(f"Axis {axis} is not one of the {dims} axes of {signal}")
    return at, tensor


def _length(signal: Tensor, given: Any, at: Sequence[int]) -> Tensor:
    if given is not None:
        return convert_to_tensor(given, dtypes.int32)
    dims = shape(signal)
    rank = len(signal.shape)
    if [axis % rank for axis in at] == list(range(rank)):
        return dims[-rank:]  # type: ignore[no-any-return]
    return gather(dims, [axis % rank for axis in at])  # type: ignore[no-any-return]


def _static(length: Tensor, given: Any) -> Any:
    known = constant_value(length)
    return length if known is None or given is None else known


def _lengths(signal: Tensor, length: Tensor, at: Sequence[int]) -> list[int]:
    """The lengths of the transform as numbers. Raises ValueError where they are not known."""
    known: Any = constant_value(length)
    if known is None:
        known = [signal.shape.as_list()[axis] for axis in at]
    if None in list(known):
        raise ValueError("The lengths of the transform must be known.")
    if len(known) != len(at):
        raise ValueError(f"fft_length has {len(known)} lengths for {len(at)} axes.")
    return [int(one) for one in known]


def _padded(signal: Tensor, lengths: list[int], at: Sequence[int]) -> Any:
    """The signal with zeros up to the lengths."""
    paddings = [[0, 0] for _ in range(len(signal.shape))]
    for axis, to in zip(at, lengths, strict=True):
        dim = signal.shape.as_list()[axis]
        if dim is None:
            raise ValueError(f"Dim {axis} of {signal} must be known.")
        paddings[axis] = [0, max(0, to - dim)]
    return pad(signal, paddings) if any(after for _, after in paddings) else signal


def _factor(lengths: list[int], norm: str | None) -> float | None:
    if norm is None or norm == "backward":
        return None
    if norm not in _NORMS:
        raise ValueError(f"Unknown normalization. Expected None or one of {_NORMS}, got: {norm}")
    count = float(math.prod(lengths))
    return count if norm == "forward" else math.sqrt(count)


def _divided(signal: Tensor, lengths: list[int], norm: str | None) -> Any:
    factor = _factor(lengths, norm)
    return signal if factor is None else signal / factor


def _multiplied(signal: Tensor, lengths: list[int], norm: str | None) -> Any:
    factor = _factor(lengths, norm)
    return signal if factor is None else signal * factor
