"""Rows of RaggedTensors by their numbers."""

from __future__ import annotations

from typing import Any

from nbtf.array import indexing
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor


def rows(params: Any, indices: Tensor) -> Any:
    """The elements of the outermost dimension of `params`, ragged or not, in the order of a vector of indices."""
    if not hasattr(params, "row_splits"):
        return indexing.gather(params, indices)
    with name_scope(None, "RaggedGather", [params, indices]):
        rank = params.ragged_rank + len(indices.dims or ()) - 1
        *splits, values = _listed(
            raw.RaggedGather(list(params.nested_row_splits), params.flat_values, indices, OUTPUT_RAGGED_RANK=rank)
        )
        return type(params).from_nested_row_splits(values, splits, validate=False)


def _listed(made: Any) -> list[Tensor]:
    return [*made.output_nested_splits, made.output_dense_values]
