"""Windows: the weights that fade a frame of a signal out at both ends."""

from __future__ import annotations

import math
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones
from nbtf.array.filling import range as range_of
from nbtf.array.joining import concat
from nbtf.control_flow.branching import cond
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.accumulation import cumsum
from nbtf.math.casting import cast
from nbtf.math.special_functions import bessel_i0e


def _checked(window_length: Any, dtype: Any, name: str | None = None) -> Tensor:
    """The window's length as an int32 scalar. Raises ValueError for another rank, and for a dtype that is not float."""
    if not dtypes.as_dtype(dtype).is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {dtypes.as_dtype(dtype)}")
    length = convert_to_tensor(window_length, dtypes.int32, name)
    length.shape.assert_has_rank(0)
    return length


def hann_window(window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None) -> Any:
    """The Hann window, 0.5 - 0.5 cos(2 pi n / N): [window_length].

    periodic: one period of the cosine, as spectral analysis wants, of windows of even length; else symmetric.
    Raises ValueError for a dtype that is not float.
    """
    return _raised_cosine(name, "hann_window", window_length, periodic, dtype, 0.5, 0.5)


def hamming_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> Any:
    """The Hamming window, 0.54 - 0.46 cos(2 pi n / N): [window_length]. periodic, errors: as of `hann_window`."""
    return _raised_cosine(name, "hamming_window", window_length, periodic, dtype, 0.54, 0.46)


def _raised_cosine(
    name: str | None, default_name: str, window_length: Any, periodic: Any, dtype: Any, mean: float, amplitude: float
) -> Any:
    with name_scope(name, default_name, [window_length, periodic]):
        length = _checked(window_length, dtype, "window_length")
        known = constant_value(length)
        if known is not None and known == 1:
            return ones([1], dtype)
        is_periodic = cast(convert_to_tensor(periodic, dtypes.bool, "periodic"), dtypes.int32)
        is_periodic.shape.assert_has_rank(0)
        is_even = 1 - raw.FloorMod(length, 2, name="mod")
        period = cast(length + is_periodic * is_even - 1, dtype)
        count = cast(range_of(length), dtype)
        angle = constant(2 * math.pi, dtype) * count / period

        def window() -> Any:
            return cast(mean - amplitude * raw.Cos(angle), dtype)

        if known is not None:
            return window()
        return cond(raw.Equal(length, 1), lambda: ones([length], dtype), window)


def kaiser_window(window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32, name: str | None = None) -> Any:
    """The Kaiser window, I0(beta sqrt(1 - (2n / (N - 1) - 1)^2)) / I0(beta): [window_length].

    Raises ValueError for a dtype that is not float.
    """
    with name_scope(name, "kaiser_window"):
        length = _checked(window_length, dtype)
        half = (cast(length, dtypes.float32) - 1.0) / 2.0
        position = cast(range_of(-half, half + 0.1, dtype=dtypes.float32), dtype)
        beta = cast(beta, dtype)
        one = cast(1.0, dtype)
        half = cast(half, dtype)
        argument = beta * raw.Sqrt(raw.Relu(one - raw.Square(position / half)))
        window = raw.Exp(argument - beta) * (bessel_i0e(argument) / bessel_i0e(beta))
        known = constant_value(length)
        window.set_shape([None if known is None else int(known)])
        return window


def kaiser_bessel_derived_window(
    window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32, name: str | None = None
) -> Any:
    """The window that a Kaiser window's running sum makes, for the MDCT: [window_length], an even length."""
    with name_scope(name, "kaiser_bessel_derived_window"):
        length = _checked(window_length, dtype)
        sums = cumsum(kaiser_window(length // 2 + 1, beta, dtype))
        rise = raw.Sqrt(sums[:-1] / sums[-1])
        window = concat((rise, rise[::-1]), 0)
        known = constant_value(length)
        window.set_shape([None if known is None else int(known) // 2 * 2])
        return window


def vorbis_window(window_length: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Any:
    """The power complementary window of Vorbis, sin(pi/2 sin(pi (n + 0.5) / N)^2): [window_length].

    Raises ValueError for a dtype that is not float.
    """
    with name_scope(name, "vorbis_window"):
        length = _checked(window_length, dtype)
        position = cast(range_of(length), dtype)
        inner = raw.Sin(math.pi / cast(length, dtype) * (position + 0.5))
        return raw.Sin(math.pi / 2.0 * raw.Pow(inner, 2.0))
