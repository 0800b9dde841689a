"""tf.contrib.data: what has become methods of Dataset, under the names that it had before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.data.datasets import Dataset

Transformation = Callable[[Dataset], Dataset]


def batch_and_drop_remainder(batch_size: Any) -> Transformation:
    """`Dataset.batch`, without a last batch that is not full."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def padded_batch_and_drop_remainder(batch_size: Any, padded_shapes: Any, padding_values: Any = None) -> Transformation:
    """`Dataset.padded_batch`, without a last batch that is not full."""
    return lambda dataset: dataset.padded_batch(batch_size, padded_shapes, padding_values, drop_remainder=True)


def parallel_interleave(
    map_func: Callable[..., Dataset],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: Any = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """`Dataset.interleave`. sloppy, buffer_output_elements, prefetch_input_elements: change nothing here."""
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length)


def choose_from_datasets(datasets: Sequence[Dataset], choice_dataset: Dataset) -> Dataset:
    """`Dataset.choose_from_datasets`, which skips datasets that have ended."""
    return Dataset.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset=False)


def sample_from_datasets(datasets: Sequence[Dataset], weights: Any = None, seed: int | None = None) -> Dataset:
    """`Dataset.sample_from_datasets`."""
    return Dataset.sample_from_datasets(datasets, weights, seed)


def Counter(start: Any = 0, step: Any = 1, dtype: Any = dtypes.int64) -> Dataset:  # noqa: N802  # TensorFlow's name
    """`Dataset.counter`: start, start + step ... without end."""
    return Dataset.counter(start, step, dtype)
