"""Several dims of a RaggedTensor as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtf.array.indexing import gather
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_prod

if TYPE_CHECKING:
    from nbtf.graph.tensor import Tensor
    from nbtf.ragged.ragged_tensor import RaggedTensor


def merge_dims(ragged: RaggedTensor, outer_axis: int, inner_axis: int) -> Any:
    """ragged.merge_dims(outer_axis, inner_axis): see RaggedTensor.merge_dims."""
    outer = _axis(outer_axis, ragged.shape.ndims, "outer_axis")
    inner = _axis(inner_axis, ragged.shape.ndims, "inner_axis")
    if outer > inner:
        raise ValueError(f"Expected outer_axis ({outer}) to be less than or equal to inner_axis ({inner}).")
    return _merged(ragged, outer, inner)


def _axis(axis: int, rank: int | None, name: str) -> int:
    if not isinstance(axis, int):
        raise TypeError(f"{name} must be an int; got {type(axis).__name__}")
    if rank is None:
        if axis < 0:
            raise ValueError(f"{name}={axis} may only be negative if ndims is statically known.")
        return axis
    if not -rank <= axis < rank:
        raise ValueError(f"{name}={axis} out of bounds: expected {-rank}<={name}<{rank}")
    return axis % rank


def _merged(value: Any, outer: int, inner: int) -> Any:
    if outer == inner:
        return value
    if not hasattr(value, "row_splits"):
        return _flattened(value, outer, inner)
    if outer > 1:
        return value.with_values(_merged(value.values, outer - 1, inner - 1))
    if outer == 0:
        return _merged(value.values, 0, inner - 1)
    splits, values, more = value.row_splits, value.values, inner - 1
    while more and hasattr(values, "row_splits"):
        splits, values, more = gather(values.row_splits, splits), values.values, more - 1
    if more:
        values, size = _flat_rows(values, more, splits.dtype)
        splits = splits * size
    return type(value).from_row_splits(values, splits)


def _flat_rows(values: Tensor, inner: int, dtype: Any) -> tuple[Tensor, Any]:
    """A tensor with the dims up to `inner` as one, and how many elements of that each row has."""
    if values.shape.is_fully_defined():
        return _flattened(values, 0, inner), values.shape[1 : inner + 1].num_elements()
    dims = shape(values)
    wanted = concat([[-1], dims[inner + 1 :]], axis=0)
    size = cast(reduce_prod(dims[1 : inner + 1]), dtype)
    return reshape(values, wanted), size


def _flattened(tensor: Tensor, outer: int, inner: int) -> Any:
    """A tensor with the dims from outer to inner as one."""
    if tensor.shape.is_fully_defined():
        dims = tensor.shape.as_list()
        return reshape(tensor, [*dims[:outer], -1, *dims[inner + 1 :]])
    dims = shape(tensor)
    return reshape(tensor, concat([dims[:outer], [-1], dims[inner + 1 :]], axis=0))
