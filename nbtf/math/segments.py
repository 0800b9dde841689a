"""Sums, means and extremes of rows that share a number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.filling import ones
from nbtf.array.joining import concat
from nbtf.array.shapes import rank, reshape, shape_of
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor

segment_max = OpFunction("SegmentMax")
segment_mean = OpFunction("SegmentMean")
segment_min = OpFunction("SegmentMin")
segment_prod = OpFunction("SegmentProd")
segment_sum = OpFunction("SegmentSum")
unsorted_segment_max = OpFunction("UnsortedSegmentMax")
unsorted_segment_min = OpFunction("UnsortedSegmentMin")
unsorted_segment_prod = OpFunction("UnsortedSegmentProd")
unsorted_segment_sum = OpFunction("UnsortedSegmentSum")


def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
    """The mean of the rows of each segment; 0 of none. Negative ids are left out."""
    with name_scope(name, "UnsortedSegmentMean"):
        data, segment_ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        rows = _rows_of_segments(data, segment_ids, num_segments)
        return raw.UnsortedSegmentSum(data, segment_ids, num_segments) / rows


def unsorted_segment_sqrt_n(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Any:
    """The sum of the rows of each segment divided by the square root of their number."""
    with name_scope(name, "UnsortedSegmentSqrtN"):
        data, segment_ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        rows = _rows_of_segments(data, segment_ids, num_segments)
        return raw.UnsortedSegmentSum(data, segment_ids, num_segments) / raw.Sqrt(rows)


def _rows_of_segments(data: Tensor, segment_ids: Tensor, num_segments: Any) -> Any:
    """How many rows each segment has, at least 1, with as many dims as the data has."""
    num_segments = convert_to_tensor(num_segments)
    each = ones(shape_of(segment_ids), data.dtype)
    rows = raw.UnsortedSegmentSum(each, segment_ids, num_segments)
    outer = num_segments[None]
    inner = ones([rank(data) - rank(segment_ids)], num_segments.dtype)
    return raw.Maximum(reshape(rows, concat([outer, inner], 0)), 1)


def _sparse(op_type: str, name: str, meaning: str) -> Callable[..., Any]:
    def reduce(
        data: Any,
        indices: Any,
        segment_ids: Any,
        name: str | None = None,
        num_segments: Any = None,
        sparse_gradient: bool = False,
    ) -> Any:
        if num_segments is not None:
            op = getattr(raw, f"{op_type}WithNumSegments")
            return op(data, indices, segment_ids, num_segments, name=name)
        return getattr(raw, op_type)(data, indices, segment_ids, name=name)

    reduce.__name__ = reduce.__qualname__ = name
    reduce.__doc__ = (
        f"{meaning} of the rows `indices` of `data` that share a segment id; the ids are sorted.\n\n"
        "num_segments: how many segments there are, where it is not the last id and one."
    )
    return reduce


sparse_segment_sum = _sparse("SparseSegmentSum", "sparse_segment_sum", "The sum")
sparse_segment_mean = _sparse("SparseSegmentMean", "sparse_segment_mean", "The mean")
sparse_segment_sqrt_n = _sparse(
    "SparseSegmentSqrtN", "sparse_segment_sqrt_n", "The sum, divided by the square root of the number,"
)
