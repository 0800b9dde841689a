"""Datasets put together from several ones, and those without end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.data.datasets import Dataset
from nbtf.data.interleaving import interleaved


def parallel_interleave(
    map_func: Callable[..., Dataset],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: bool | None = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Callable[[Dataset], Dataset]:
    """block_length elements of each of cycle_length datasets map_func(element), in turn.

    A dataset that has ended is replaced by the next one, whose turn comes after those of the others. sloppy,
    buffer_output_elements, prefetch_input_elements: change nothing here; elements keep their order.
    """

    def apply(dataset: Dataset) -> Dataset:
        settings = sloppy, buffer_output_elements, prefetch_input_elements
        return interleaved(dataset, map_func, cycle_length, block_length, *settings)._as_v2()

    return apply


def choose_from_datasets(
    datasets: Sequence[Dataset], choice_dataset: Dataset, stop_on_empty_dataset: bool = False
) -> Dataset:
    """`Dataset.choose_from_datasets`, which by default skips datasets that have ended."""
    return Dataset.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)._as_v1()


def sample_from_datasets(
    datasets: Sequence[Dataset], weights: Any = None, seed: int | None = None, stop_on_empty_dataset: bool = False
) -> Dataset:
    """`Dataset.sample_from_datasets`."""
    return Dataset.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)._as_v1()


def Counter(start: Any = 0, step: Any = 1, dtype: Any = dtypes.int64) -> Dataset:  # noqa: N802  # TensorFlow's name
    """`Dataset.counter`: start, start + step ... without end."""
    return Dataset.counter(start, step, dtype)._as_v1()


class RandomDataset(Dataset):
    """`Dataset.random`: random numbers in [0, 2**32), int64, without end."""

    def __init__(self, seed: int | None = None) -> None:
        made = Dataset.random(seed)
        super().__init__(made._variant_tensor, made.element_spec)
