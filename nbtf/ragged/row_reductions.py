"""One number for each row of a RaggedTensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.shapes import shape
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.ragged.ragged_tensor import RaggedTensor
from nbtf.ragged.segments import row_splits_to_segment_ids


def row_sums(ragged: RaggedTensor) -> Any:
    """The sum of each row of a RaggedTensor of two dims: [rows]."""
    return _reduced(ragged, "RaggedReduceSum", raw.UnsortedSegmentSum)


def row_maxima(ragged: RaggedTensor) -> Any:
    """The largest element of each row of a RaggedTensor of two dims: [rows]; of empty rows the lowest of the dtype."""
    return _reduced(ragged, "RaggedReduceMax", raw.UnsortedSegmentMax)


def _reduced(ragged: RaggedTensor, name: str, reduce: Callable[..., Any]) -> Any:
    with name_scope(None, name, [ragged]):
        rows = shape(ragged.row_splits)[0] - 1
        return reduce(ragged.values, row_splits_to_segment_ids(ragged.row_splits), rows)
