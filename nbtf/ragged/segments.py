"""The row of each value, from row splits and back."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.joining import concat
from nbtf.array.masks import repeat
from nbtf.array.shapes import shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.accumulation import bincount, cumsum

_SPLITS_DTYPES = (dtypes.int32, dtypes.int64)


def row_splits_to_segment_ids(splits: Any, name: str | None = None, out_type: Any = None) -> Any:
    """The row of each value: [0, 3, 3, 5] -> [0, 0, 0, 2, 2]. out_type: int32 or int64, by default that of splits.

    Raises ValueError for splits that are not int32 or int64, or have no elements.
    """
    with name_scope(name, "RaggedSplitsToSegmentIds", [splits]):
        splits = convert_to_tensor(splits, None if isinstance(splits, Tensor) else dtypes.int64, name="splits")
        if splits.dtype not in _SPLITS_DTYPES:
            raise ValueError("splits must have dtype int32 or int64")
        splits.shape.assert_has_rank(1)
        if splits.shape.as_list()[0] == 0:
            raise ValueError("Invalid row_splits: []")
        lengths = splits[1:] - splits[:-1]
        rows = shape(splits, out_type=splits.dtype if out_type is None else out_type)[-1] - 1
        return repeat(range_of(rows), lengths, axis=0)


def segment_ids_to_row_splits(
    segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: str | None = None
) -> Any:
    """Where the values of each row end, by the row of each value: [0, 0, 0, 2, 2] -> [0, 3, 3, 5].

    num_segments: number of rows, by default one more than the last. out_type: int32 or int64, by default int64.
    """
    out_type = dtypes.int64 if out_type is None else dtypes.as_dtype(out_type)
    with name_scope(name, "SegmentIdsToRaggedSplits", [segment_ids]):
        ids = convert_to_tensor(segment_ids, name="segment_ids")
        ids.shape.assert_has_rank(1)
        ids = raw.Cast(ids, dtypes.int32)
        if num_segments is not None:
            num_segments = convert_to_tensor(num_segments, name="num_segments")
            num_segments.shape.assert_has_rank(0)
            num_segments = raw.Cast(num_segments, dtypes.int32)
        lengths = bincount(ids, minlength=num_segments, maxlength=num_segments, dtype=out_type)
        return concat([[0], cumsum(lengths)], axis=0)
