"""Rows of RaggedTensors by their numbers."""

from __future__ import annotations

from typing import Any

from nbtf.array import indexing
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor


def gather(params: Any, indices: Any, axis: Any, batch_dims: int, name: str | None) -> Any:
    """What tf.gather does of a RaggedTensor, or by a RaggedTensor of indices. Raises NotImplementedError for other axes
    than the first, and for indices of other ranks than 1 into a RaggedTensor."""
    if axis != 0 or batch_dims:
        raise NotImplementedError("RaggedTensors are gathered along axis 0 without batch dims")
    with name_scope(name, "RaggedGather", [params, indices]):
        if hasattr(indices, "row_splits"):
            return indices.with_values(_nested(params, indices.values))
        indices = convert_to_tensor(indices, name="indices")
        if indices.shape.ndims != 1:
            raise NotImplementedError("indices into a RaggedTensor are a vector, or ragged")
        return _rows(params, indices)


def _nested(params: Any, indices: Any) -> Any:
    if hasattr(indices, "row_splits"):
        return indices.with_values(_nested(params, indices.values))
    return _rows(params, indices) if hasattr(params, "row_splits") else indexing.gather(params, indices)


def rows(params: Any, indices: Tensor) -> Any:
    """The elements of the outermost dimension of `params`, ragged or not, in the order of a vector of indices."""
    if not hasattr(params, "row_splits"):
        return indexing.gather(params, indices)
    with name_scope(None, "RaggedGather", [params, indices]):
        return _rows(params, indices)


def _rows(params: Any, indices: Tensor) -> Any:
    rank = params.ragged_rank + len(indices.dims or ()) - 1
    *splits, values = _listed(
        raw.RaggedGather(list(params.nested_row_splits), params.flat_values, indices, OUTPUT_RAGGED_RANK=rank)
    )
    return type(params).from_nested_row_splits(values, splits, validate=False)


def _listed(made: Any) -> list[Tensor]:
    return [*made.output_nested_splits, made.output_dense_values]
