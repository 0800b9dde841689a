"""tf.contrib.data: what has become methods of Dataset, under the names that it had before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.data import structures
from nbtf.data.base import int64
from nbtf.data.datasets import Dataset
from nbtf.data.experimental.examples import make_batched_features_dataset
from nbtf.data.experimental.reducing import Reducer, group_by_reducer
from nbtf.data.experimental.several import parallel_interleave
from nbtf.data.iterators import make_one_shot_iterator
from nbtf.graph.conversion import constant
from nbtf.graph.raw_ops import raw
from nbtf.graph.type_spec import TensorSpec
from nbtf.tensor_shape import as_shape

Transformation = Callable[[Dataset], Dataset]


def batch_and_drop_remainder(batch_size: Any) -> Transformation:
    """`Dataset.batch`, without a last batch that is not full."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def padded_batch_and_drop_remainder(batch_size: Any, padded_shapes: Any, padding_values: Any = None) -> Transformation:
    """`Dataset.padded_batch`, without a last batch that is not full."""
    return lambda dataset: dataset.padded_batch(batch_size, padded_shapes, padding_values, drop_remainder=True)


def sloppy_interleave(map_func: Callable[..., Dataset], cycle_length: Any, block_length: Any = 1) -> Transformation:
    """`tf.data.experimental.parallel_interleave`, whose order would not matter."""
    return parallel_interleave(map_func, cycle_length, block_length, sloppy=True)


def sliding_window_batch(
    window_size: Any, stride: Any = None, window_shift: Any = None, window_stride: Any = 1
) -> Transformation:
    """Batches of window_size elements, every window_stride-th; the next one begins window_shift elements further on.

    stride: window_shift, by its older name. Raises ValueError where both are given.
    """
    if stride is not None and window_shift is not None:
        raise ValueError("Cannot specify both `stride` and `window_shift`")
    shift = 1 if stride is None and window_shift is None else window_shift if stride is None else stride

    def apply(dataset: Dataset) -> Dataset:
        size = int64(window_size, "window_size")
        steps = int64(shift, "window_shift"), int64(window_stride, "window_stride")
        spec = structures.in_batches(dataset.element_spec, None)
        return dataset._derived(raw.SlidingWindowDataset, size, *steps, spec=spec)

    return apply


def assert_element_shape(expected_shapes: Any) -> Transformation:
    """The same elements, whose components have the shapes of a structure. A run refuses others.

    Raises ValueError for elements that cannot have these shapes.
    """

    def apply(dataset: Dataset) -> Dataset:
        spec = dataset.element_spec
        shapes = [as_shape(shape) for shape in structures._shapes_for(spec, expected_shapes)]
        merged = [
            TensorSpec(one.shape.merge_with(shape), one.dtype)
            for one, shape in zip(structures.flatten(spec), shapes, strict=True)
        ]

        def check_shape(*element: Any) -> Any:
            whole = element if isinstance(spec, tuple) else element[0]
            pairs = zip(shapes, structures.flatten(whole), strict=True)
            return structures.pack(whole, [raw.EnsureShape(tensor, shape=shape) for shape, tensor in pairs])

        checked = dataset.map(check_shape)
        return Dataset(checked._variant_tensor, structures.pack(spec, merged))

    return apply


def reduce_dataset(dataset: Dataset, reducer: Reducer) -> Any:
    """What a reducer makes of all elements, a structure of tensors."""
    nothing = Dataset.from_tensors(reducer.finalize_func(reducer.init_func(np.int64(0))))
    reduced = dataset.apply(group_by_reducer(lambda *element: constant(0, dtypes.int64), reducer))
    return reduced.concatenate(nothing).take(1).get_single_element()


def read_batch_features(
    file_pattern: Any,
    batch_size: Any,
    features: Any,
    reader: Any = None,
    reader_args: Sequence[Any] | None = None,
    randomize_input: bool = True,
    num_epochs: int | None = None,
    capacity: Any = 10000,
) -> Any:
    """The next batch of `tf.data.experimental.make_batched_features_dataset`; capacity: of what is shuffled."""
    dataset = make_batched_features_dataset(
        file_pattern,
        batch_size,
        features,
        reader=reader,
        reader_args=reader_args,
        num_epochs=num_epochs,
        shuffle=randomize_input,
        shuffle_buffer_size=capacity,
    )
    return make_one_shot_iterator(dataset).get_next()
