"""One number for each row of a RaggedTensor, or for all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones_like
from nbtf.array.shapes import expand_dims, shape
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.ragged.ragged_tensor import RaggedTensor
from nbtf.ragged.segments import row_splits_to_segment_ids

_SEGMENT_OPS = {
    "Sum": raw.UnsortedSegmentSum,
    "Prod": raw.UnsortedSegmentProd,
    "Max": raw.UnsortedSegmentMax,
    "Min": raw.UnsortedSegmentMin,
}


def row_sums(ragged: RaggedTensor) -> Any:
    """The sum of each row of a RaggedTensor of two dims: [rows]."""
    return reduce("Sum", ragged, 1)


def row_maxima(ragged: RaggedTensor) -> Any:
    """The largest element of each row of a RaggedTensor of two dims: [rows]; of empty rows the lowest of the dtype."""
    return reduce("Max", ragged, 1)


def reduce(kind: str, ragged: Any, axis: Any, keepdims: bool = False, name: str | None = None) -> Any:
    """What tf.reduce_sum and the like (`kind`: "Sum", "Mean", "Any" ...) do of RaggedTensors over their innermost ragged
    axis, or over all (None). Raises NotImplementedError for other axes.
    """
    scope = name or f"RaggedReduce{kind}"
    if kind == "Mean":
        with name_scope(scope):
            total = reduce("Sum", ragged, axis, keepdims)
            ones = ragged.with_flat_values(ones_like(ragged.flat_values))
            count = reduce("Sum", ones, axis, keepdims)
            return total / count
    if kind in ("All", "Any"):
        with name_scope(scope):
            numbers = ragged.with_flat_values(cast(ragged.flat_values, dtypes.int32))
            return cast(reduce("Prod" if kind == "All" else "Sum", numbers, axis, keepdims), dtypes.bool)
    if axis is None:
        from nbtf.math import reductions  # it gives way to this function

        return reductions.reduced(getattr(raw, kind), ragged.flat_values, None, keepdims, scope)
    return _of_rows(_SEGMENT_OPS[kind], ragged, _innermost(ragged, axis), keepdims, scope)


def _innermost(ragged: Any, axis: Any) -> int:
    axes = list(axis) if isinstance(axis, (list, tuple)) else [axis]
    rank = ragged.shape.ndims
    if len(axes) == 1 and isinstance(axes[0], int):
        found = axes[0] + rank if axes[0] < 0 and rank is not None else axes[0]
        if found == ragged.ragged_rank:
            return found
    raise NotImplementedError(
        f"RaggedTensors are reduced over the innermost ragged axis, here {ragged.ragged_rank}, or all axes, not over {axis}"
    )


def _of_rows(op: Callable[..., Any], ragged: Any, axis: int, keepdims: bool, scope: str) -> Any:
    with name_scope(scope):
        if axis > 1:
            return ragged.with_values(_of_rows(op, ragged.values, axis - 1, keepdims, "RaggedReduce"))
        rows = shape(ragged.row_splits)[0] - 1
        found = op(ragged.values, row_splits_to_segment_ids(ragged.row_splits), rows)
        return expand_dims(found, 1) if keepdims else found
