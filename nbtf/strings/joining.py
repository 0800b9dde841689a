"""Strings put together."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import range as range_
from nbtf.array.shapes import rank
from nbtf.dtypes import int32
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope

string_join = OpFunction("StringJoin")
unsorted_segment_join = OpFunction("UnsortedSegmentJoin")


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
    reduction_indices: Any = None,
    keepdims: bool | None = None,
) -> Any:
    """The strings along `axis` joined with `separator` between them; without an axis all of them, the last axis first."""
    keepdims = renamed("keepdims", keepdims, "keep_dims", keep_dims)
    axis = renamed("axis", axis, "reduction_indices", reduction_indices)
    with name_scope(name, "ReduceJoin", [inputs, axis]):
        inputs = convert_to_tensor(inputs)
        if axis is None:
            known = inputs.shape.ndims
            axis = constant(list(range(known))[::-1], int32) if known is not None else range_(rank(inputs) - 1, -1, -1)
        return raw.ReduceJoin(inputs, axis, keep_dims=bool(keepdims), separator=separator)
