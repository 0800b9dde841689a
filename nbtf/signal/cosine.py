"""Discrete cosine transforms over the last axis, by way of Fourier transforms of real signals."""

from __future__ import annotations

import math
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.joining import concat, pad
from nbtf.array.shapes import expand_dims, shape
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.complex_numbers import complex as complex_of
from nbtf.math.complex_numbers import real
from nbtf.shapes import UNKNOWN
from nbtf.signal.fourier import irfft, rfft

_INVERSES = {1: 1, 2: 3, 3: 2, 4: 4}


def dct(
    input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None, name: str | None = None
) -> Any:
    """The discrete cosine transform of type I, II, III or IV of float signals [..., N], over the last axis.

    n: the length to cut or fill up to with zeros. norm: "ortho" makes the transform orthonormal; not of type I.
    Raises ValueError for other types, norms and lengths, NotImplementedError for another axis.
    """
    _check(input, type, n, axis, norm)
    with name_scope(name, "dct", [input]):
        signal = convert_to_tensor(input)
        zero = constant(0.0, signal.dtype)
        if signal.dtype.base_dtype not in (dtypes.float32, dtypes.float64):
            raise AssertionError(f"dct takes float32 and float64, not {signal.dtype.name}")
        length = _last(signal)
        if n is not None:
            signal = _of_length(signal, length, n)
        length = _last(signal)
        return _TRANSFORMS[type](signal, length, cast(length, signal.dtype), zero, norm)


def idct(
    input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None, name: str | None = None
) -> Any:
    """The inverse of `dct` with the same arguments; without "ortho" up to a factor of 0.5 / N (type I: 0.5 / (N - 1))."""
    _check(input, type, n, axis, norm)
    return dct(input, _INVERSES[type], n, axis, norm, name)


def _check(input: Any, type: int, n: Any, axis: int, norm: str | None) -> None:
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")
    if n is not None and not isinstance(n, Tensor) and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in _INVERSES:
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    if type == 1:
        if norm == "ortho":
            raise ValueError("Normalization is not supported for the Type-I DCT.")
        dims = getattr(input, "dims", None)
        if dims is not None and UNKNOWN != dims[-1] < 2:
            raise ValueError("Type-I DCT requires the dimension to be greater than one.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")


def _last(signal: Tensor) -> Any:
    """The length of the last axis, an int where it is known."""
    if signal.dims is not None and signal.dims[-1] != UNKNOWN:
        return signal.dims[-1]
    return shape(signal)[-1]


def _of_length(signal: Tensor, length: Any, n: Any) -> Any:
    outer = [[0, 0]] * (len(signal.shape) - 1)

    def cut() -> Any:
        return signal[..., 0:n]

    def filled() -> Any:
        return pad(signal, convert_to_tensor([*outer, [0, n - length]]))

    is_longer = n <= length
    if isinstance(is_longer, Tensor):
        return cond(is_longer, cut, filled)
    return cut() if is_longer else filled()


def _first(signal: Tensor, length: Any, size: Tensor, zero: Tensor, norm: str | None) -> Any:
    del length, zero, size, norm
    return real(rfft(concat([signal, signal[..., -2:0:-1]], -1)))


def _second(signal: Tensor, length: Any, size: Tensor, zero: Tensor, norm: str | None) -> Any:
    scale = 2.0 * raw.Exp(complex_of(zero, -range_of(size) * math.pi * 0.5 / size))
    result = real(rfft(signal, fft_length=[2 * length])[..., :length] * scale)
    if norm == "ortho":
        first = 0.5 * raw.Rsqrt(size)
        result *= _weights(first, length, math.sqrt(2.0))
    return result


def _third(signal: Tensor, length: Any, size: Tensor, zero: Tensor, norm: str | None) -> Any:
    if norm == "ortho":
        signal *= _weights(raw.Sqrt(size), length, math.sqrt(0.5))
    else:
        signal *= size
    scale = 2.0 * raw.Exp(complex_of(zero, range_of(size) * math.pi * 0.5 / size))
    return irfft(scale * complex_of(signal, zero), fft_length=[2 * length])[..., :length]


def _fourth(signal: Tensor, length: Any, size: Tensor, zero: Tensor, norm: str | None) -> Any:
    del zero
    result = dct(signal, 2, 2 * length)[..., 1::2]
    if norm == "ortho":
        result *= math.sqrt(0.5) * raw.Rsqrt(size)
    return result


def _weights(first: Tensor, length: Any, factor: float) -> Any:
    """`first`, then so much of it for all others."""
    others = first * factor
    return pad(expand_dims(first, 0), [[0, length - 1]], constant_values=others)


_TRANSFORMS = {1: _first, 2: _second, 3: _third, 4: _fourth}
