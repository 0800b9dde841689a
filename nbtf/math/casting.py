"""Other dtypes for the same numbers, and the parts of complex ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor

bitcast = OpFunction("Bitcast")


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """x as `dtype`: floats are cut towards zero to become integers, complex numbers lose their imaginary part."""
    wanted = dtypes.as_dtype(dtype).base_dtype
    if isinstance(x, Tensor) and x.dtype == wanted:
        return x
    with name_scope(name, "Cast", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return x if x.dtype == wanted else raw.Cast(x, wanted, name=scope)


def to_float(x: Any, name: str | None = "ToFloat") -> Any:
    """`cast` to float32."""
    return cast(x, dtypes.float32, name)


def to_double(x: Any, name: str | None = "ToDouble") -> Any:
    """`cast` to float64."""
    return cast(x, dtypes.float64, name)


def to_int32(x: Any, name: str | None = "ToInt32") -> Any:
    """`cast` to int32."""
    return cast(x, dtypes.int32, name)


def to_int64(x: Any, name: str | None = "ToInt64") -> Any:
    """`cast` to int64."""
    return cast(x, dtypes.int64, name)


def to_bfloat16(x: Any, name: str | None = "ToBFloat16") -> Any:
    """`cast` to bfloat16."""
    return cast(x, dtypes.bfloat16, name)


def to_complex64(x: Any, name: str | None = "ToComplex64") -> Any:
    """`cast` to complex64."""
    return cast(x, dtypes.complex64, name)


def to_complex128(x: Any, name: str | None = "ToComplex128") -> Any:
    """`cast` to complex128."""
    return cast(x, dtypes.complex128, name)


# ---- complex numbers -------------------------------------------------------------------------------------------------


def conj(x: Any, name: str | None = None) -> Any:
    """The complex conjugate; real numbers as they are."""
    if isinstance(x, Tensor) and (x.dtype.is_floating or x.dtype.is_integer):
        return x
    with name_scope(name, "Conj", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex or x.dtype.base_dtype == dtypes.variant:
            return raw.Conj(x, name=scope)
        if x.dtype.is_floating or x.dtype.is_integer:
            return x
        raise TypeError(f"Expected numeric or variant tensor, got dtype {x.dtype!r}.")


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
        return raw.ZerosLike(input)


def angle(input: Any, name: str | None = None) -> Any:
    """The argument of complex numbers in radians; of real ones 0 or pi."""
    with name_scope(name, "Angle", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return raw.Angle(input, Tout=input.dtype.real_dtype, name=scope)
        zeros = raw.ZerosLike(input)
        return raw.SelectV2(raw.Less(input, 0), np.pi * raw.OnesLike(input), zeros)
