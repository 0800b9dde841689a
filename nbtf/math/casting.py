"""Other dtypes for the same numbers, and the parts of complex ones."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor

bitcast = OpFunction("Bitcast")


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """x as `dtype`: floats are cut towards zero to become integers, complex numbers lose their imaginary part."""
    wanted = dtypes.as_dtype(dtype).base_dtype
    # a resource variable stays one: whoever takes it reads it
    if (isinstance(x, Tensor) or isinstance(getattr(x, "handle", None), Tensor)) and x.dtype == wanted:
        return x
    if hasattr(x, "with_flat_values"):  # ragged
        return x if x.dtype == wanted else x._combined(lambda flat: cast(flat, wanted), x, name=name)
    with name_scope(name, "Cast", [x]) as scope:
        if isinstance(x, SparseTensor):
            return x.with_values(cast(x.values, wanted, scope))
        if isinstance(x, IndexedSlices):
            return IndexedSlices(cast(x.values, wanted, scope), x.indices, x.dense_shape)
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
