"""Batches of elements of about the same length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes
from nbtf.array.indexing import where
from nbtf.data import structures
from nbtf.data.base import DatasetBase
from nbtf.debugging.comparisons import assert_less
from nbtf.graph.conversion import constant
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.raw_ops import raw
from nbtf.math.reductions import reduce_min
from nbtf.tensor_shape import as_shape

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset

_SHORTEST, _LONGEST = np.iinfo(np.int32).min, np.iinfo(np.int32).max


class Bucketing(DatasetBase):
    """The method of Dataset that batches by length."""

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Sequence[int],
        bucket_batch_sizes: Sequence[int],
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of batches, each of elements whose lengths lie between the same two boundaries.

        element_length_func(element): int32 []. Bucket i has the lengths from boundary i - 1 on to below boundary i, the
        last one all from the last boundary on; bucket_batch_sizes has one size more than there are boundaries. Batches are
        padded as by padded_batch, with pad_to_bucket_boundary to a boundary less one, and a run refuses elements of the last
        bucket. no_padding: the elements of a bucket have one shape already.

        Raises ValueError for another number of batch sizes.
        """
        if len(bucket_batch_sizes) != len(bucket_boundaries) + 1:
            raise ValueError(
                f"`len(bucket_batch_sizes)` must equal `len(bucket_boundaries) + 1` but `len(bucket_batch_sizes)="
                f"{len(bucket_batch_sizes)}` and `len(bucket_boundaries)={len(bucket_boundaries)}`."
            )
        batch_sizes = constant(list(bucket_batch_sizes), dtypes.int64)

        def bucket_of(*element: Any) -> Any:
            length = element_length_func(*element)
            least, most = [_SHORTEST, *bucket_boundaries], [*bucket_boundaries, _LONGEST]
            inside = raw.LogicalAnd(raw.LessEqual(least, length), raw.Less(length, most))
            return reduce_min(where(inside))

        def batch_size_of(bucket: Any) -> Any:
            return batch_sizes[bucket]

        # its name is part of the graph, as of TensorFlow's
        def batching_fn(bucket: Any, window: Dataset) -> Dataset:
            size = batch_size_of(bucket)
            if no_padding:
                return window.batch(size, drop_remainder=drop_remainder, name=name)
            filler = _length_of(bucket, bucket_boundaries) if pad_to_bucket_boundary else None
            spec = window._element_spec
            shapes = [one.shape for one in structures.flatten(spec)]
            if padded_shapes is not None:
                shapes = structures._shapes_for(spec, padded_shapes)
            filled = [[filler if dim in (None, -1) else dim for dim in as_shape(shape).as_list()] for shape in shapes]
            whole = structures.pack(spec, filled)
            return window.padded_batch(size, whole, padding_values, drop_remainder=drop_remainder, name=name)

        made: Dataset = self.group_by_window(bucket_of, batching_fn, window_size_func=batch_size_of, name=name)  # type: ignore[attr-defined]
        return made


def _length_of(bucket: Any, boundaries: Sequence[int]) -> Any:
    """The greatest length of a bucket, int64 []; the last one has none."""
    message = "With pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries)."
    check = assert_less(bucket, constant(len(boundaries), dtypes.int64), message=message)
    with get_default_graph().control_dependencies([check]):
        return constant(list(boundaries), dtypes.int64)[bucket] - 1
