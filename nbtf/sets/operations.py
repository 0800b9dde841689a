"""Unions, intersections and differences of the rows of dense and sparse tensors."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.raw_ops import raw
from nbtf.graph.sparse_tensor import SparseTensor, SparseTensorValue, convert_to_tensor_or_sparse_tensor

_DTYPES = (
    dtypes.int8,
    dtypes.int16,
    dtypes.int32,
    dtypes.int64,
    dtypes.uint8,
    dtypes.uint16,
    dtypes.string,
)


def set_size(a: Any, validate_indices: bool = True) -> Any:
    """How many different values each row has: sparse [..., n] -> int32 [...]. Raises TypeError for dense ones."""
    a = convert_to_tensor_or_sparse_tensor(a, name="a")
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a}.")
    if a.values.dtype.base_dtype not in _DTYPES:
        raise TypeError(f"Invalid dtype `{a.values.dtype}` not in supported dtypes: `{_DTYPES}`.")
    return raw.SetSize(a.indices, a.values, a.dense_shape, validate_indices=validate_indices)


def set_intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The values that both rows have, in order: [..., n], [..., m] -> sparse [..., k]."""
    a, b, _ = _sparse_first(a, b)
    return _operation(a, b, "intersection", validate_indices)


def set_union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The values that either row has, in order: [..., n], [..., m] -> sparse [..., k]."""
    a, b, _ = _sparse_first(a, b)
    return _operation(a, b, "union", validate_indices)


def set_difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """The values that only one row has, `a` (or `b` unless aminusb): [..., n], [..., m] -> sparse [..., k]."""
    a, b, exchanged = _sparse_first(a, b)
    return _operation(a, b, "a-b" if aminusb != exchanged else "b-a", validate_indices)


def _sparse_first(a: Any, b: Any) -> tuple[Any, Any, bool]:
    """Both as tensors of one dtype, exchanged where that leaves the sparse one last, as the ops take them."""
    a = convert_to_tensor_or_sparse_tensor(a, name="a")
    if a.dtype.base_dtype not in _DTYPES:
        raise TypeError(f"'a' has invalid dtype `{a.dtype}` not in supported dtypes: `{_DTYPES}`.")
    b = convert_to_tensor_or_sparse_tensor(b, name="b")
    if b.dtype.base_dtype != a.dtype.base_dtype:
        raise TypeError(f"Types don't match, {a.dtype} vs {b.dtype}.")
    if isinstance(a, (SparseTensor, SparseTensorValue)) and not isinstance(b, SparseTensor):
        return b, a, True
    return a, b, False


def _operation(a: Any, b: Any, operation: str, validate_indices: bool) -> SparseTensor:
    how = {"set_operation": operation, "validate_indices": validate_indices}
    if isinstance(a, SparseTensor):
        made = raw.SparseToSparseSetOperation(
            a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape, **how
        )
    elif isinstance(b, SparseTensor):
        made = raw.DenseToSparseSetOperation(a, b.indices, b.values, b.dense_shape, **how)
    else:
        made = raw.DenseToDenseSetOperation(a, b, **how)
    return SparseTensor(*made)
