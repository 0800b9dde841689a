"""Complex numbers from their parts, and the parts; casts that saturate."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import ones_like, zeros_like
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast


def complex(real: Any, imag: Any, name: str | None = None) -> Any:
    """real + imag i: of float32 complex64, of float64 complex128. Raises TypeError for other dtypes."""
    real = convert_to_tensor(real, name="real")
    imag = convert_to_tensor(imag, name="imag")
    with name_scope(name, "Complex", [real, imag]) as scope:
        pair = (real.dtype.base_dtype, imag.dtype.base_dtype)
        made = {
            (dtypes.float32, dtypes.float32): dtypes.complex64,
            (dtypes.float64, dtypes.float64): dtypes.complex128,
        }
        if pair not in made:
            raise TypeError(
                f"The `real` and `imag` components have incorrect types: {real.dtype.name} {imag.dtype.name}. "
                "They must be consistent, and one of [tf.float32, tf.float64]"
            )
        return raw.Complex(real, imag, Tout=made[pair], name=scope)


def real(input: Any, name: str | None = None) -> Any:
    """The real part; real numbers as they are."""
    with name_scope(name, "Real", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        return raw.Real(input, Tout=input.dtype.real_dtype, name=scope) if input.dtype.is_complex else input


def imag(input: Any, name: str | None = None) -> Any:
    """The imaginary part; zeros for real numbers."""
    with name_scope(name, "Imag", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return raw.Imag(input, Tout=input.dtype.real_dtype, name=scope)
        return zeros_like(input)


def angle(input: Any, name: str | None = None) -> Any:
    """The argument of complex numbers in radians; of real ones 0 or pi."""
    with name_scope(name, "Angle", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return raw.Angle(input, Tout=input.dtype.real_dtype, name=scope)
        return raw.Select(input < 0, np.pi * ones_like(input), zeros_like(input))


# ---- saturation ------------------------------------------------------------------------------------------------------


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Any:
    """`cast` that gives the nearest value of `dtype` to what it cannot hold."""
    wanted = dtypes.as_dtype(dtype).base_dtype
    with name_scope(name, "saturate_cast", [value]) as scope:
        value = convert_to_tensor(value, name="value")
        if value.dtype.is_complex and wanted.is_complex:
            if wanted.size < value.dtype.size:
                parts = [_clamped(part, wanted.real_dtype) for part in (real(value), imag(value))]
                value = complex(parts[0], parts[1])
        else:
            value = _clamped(real(value), wanted.real_dtype)
        return cast(value, wanted, scope)


def _clamped(value: Tensor, dtype: dtypes.DType) -> Tensor:
    source = value.dtype.base_dtype
    if source.min >= dtype.min and source.max <= dtype.max:
        return value
    kind = source.as_numpy_dtype
    low, high = kind(max(source.min, dtype.min)), kind(min(source.max, dtype.max))
    if float(low) < dtype.min:  # rounded to a float that the other dtype does not reach
        low = np.nextafter(low, kind(0))
    if float(high) > dtype.max:
        high = np.nextafter(high, kind(0))
    clamped = raw.ClipByValue(value, constant(low, source), constant(high, source), name="clamp")
    assert isinstance(clamped, Tensor)
    return clamped
