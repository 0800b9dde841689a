"""tf.data.experimental: transformations for `Dataset.apply`, most of which have become methods of Dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from nbtf import dtypes
from nbtf.data import structures
from nbtf.data.base import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, int64, seed_tensors
from nbtf.data.optionals import Optional
from nbtf.data.sources import Sources
from nbtf.data.traced import TracedFunction
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset

__all__ = (
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Counter",
    "Optional",
    "RandomDataset",
    "bucket_by_sequence_length",
    "cardinality",
    "choose_from_datasets",
    "dense_to_sparse_batch",
    "enumerate_dataset",
    "get_next_as_optional",
    "get_single_element",
    "group_by_window",
    "ignore_errors",
    "map_and_batch",
    "parallel_interleave",
    "sample_from_datasets",
    "scan",
    "shuffle_and_repeat",
    "take_while",
    "unbatch",
    "unique",
)

Transformation = Callable[["Dataset"], "Dataset"]


def Counter(start: Any = 0, step: Any = 1, dtype: Any = dtypes.int64) -> Dataset:  # noqa: N802
    """`Dataset.counter`."""
    return Sources.counter(start, step, dtype)


def RandomDataset(seed: int | None = None) -> Dataset:  # noqa: N802
    """`Dataset.random`."""
    return Sources.random(seed)


def choose_from_datasets(
    datasets: Sequence[Dataset], choice_dataset: Dataset, stop_on_empty_dataset: bool = False
) -> Dataset:
    """`Dataset.choose_from_datasets`, which by default goes on until all datasets have ended."""
    return Sources.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)


def sample_from_datasets(
    datasets: Sequence[Dataset], weights: Any = None, seed: int | None = None, stop_on_empty_dataset: bool = False
) -> Dataset:
    """`Dataset.sample_from_datasets`."""
    return Sources.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


def bucket_by_sequence_length(
    element_length_func: Callable[..., Any],
    bucket_boundaries: Any,
    bucket_batch_sizes: Any,
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: bool = False,
) -> Transformation:
    """`Dataset.bucket_by_sequence_length`."""
    return lambda dataset: dataset.bucket_by_sequence_length(
        element_length_func,
        bucket_boundaries,
        bucket_batch_sizes,
        padded_shapes,
        padding_values,
        pad_to_bucket_boundary,
        no_padding,
        drop_remainder,
    )


def cardinality(dataset: Dataset) -> Tensor:
    """`Dataset.cardinality`."""
    return dataset.cardinality()


def get_next_as_optional(iterator: Any) -> Optional:
    """`Iterator.get_next_as_optional`."""
    found: Optional = iterator.get_next_as_optional()
    return found


def get_single_element(dataset: Dataset) -> Any:
    """`Dataset.get_single_element`."""
    return dataset.get_single_element()


def dense_to_sparse_batch(batch_size: Any, row_shape: Any) -> Transformation:
    """`Dataset.sparse_batch`."""
    return lambda dataset: dataset.sparse_batch(batch_size, row_shape)


def enumerate_dataset(start: Any = 0) -> Transformation:
    """`Dataset.enumerate`."""
    return lambda dataset: dataset.enumerate(start)


def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: Any = None,
    window_size_func: Callable[..., Any] | None = None,
) -> Transformation:
    """`Dataset.group_by_window`."""
    return lambda dataset: dataset.group_by_window(key_func, reduce_func, window_size, window_size_func)


def ignore_errors(log_warning: bool = False) -> Transformation:
    """`Dataset.ignore_errors`."""
    return lambda dataset: dataset.ignore_errors(log_warning)


def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """`Dataset.scan`."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


def take_while(predicate: Callable[..., Any]) -> Transformation:
    """`Dataset.take_while`."""
    return lambda dataset: dataset.take_while(predicate)


def unbatch() -> Transformation:
    """`Dataset.unbatch`."""
    return lambda dataset: dataset.unbatch()


def unique() -> Transformation:
    """`Dataset.unique`."""
    return lambda dataset: dataset.unique()


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: int | None = None) -> Transformation:
    """`count` passes over the elements (None: endless), each in random order; a pass may begin while one ends."""

    def apply(dataset: Dataset) -> Dataset:
        size, times = int64(buffer_size, "buffer_size"), int64(-1 if count is None else count, "count")
        return dataset._derived(raw.ShuffleAndRepeatDataset, size, *seed_tensors(seed), times)._as_v2()

    return apply


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: bool | None = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """`Dataset.interleave` of cycle_length datasets. sloppy and the sizes of buffers change nothing here."""
    return lambda dataset: dataset._interleaved_by_legacy_op(
        map_func, cycle_length, block_length, sloppy, buffer_output_elements, prefetch_input_elements
    )._as_v2()


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: int | None = None,
    drop_remainder: Any = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """map_func of each element, in batches. Raises ValueError where both numbers of parallel calls are given."""
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            "`map_and_batch` allows only one of `num_parallel_batches` and `num_parallel_calls` to be set, but "
            f"`num_parallel_batches` was set to {num_parallel_batches} and `num_parallel_calls` was set to "
            f"{num_parallel_calls}."
        )
    parallel = num_parallel_calls
    if parallel is None:
        parallel = batch_size * (1 if num_parallel_batches is None else num_parallel_batches)

    def apply(dataset: Dataset) -> Dataset:
        function = TracedFunction(map_func, "tf_data_experimental_map_and_batch", dataset.element_spec)
        size, calls = int64(batch_size, "batch_size"), int64(parallel, "num_parallel_calls")
        drop = convert_to_tensor(drop_remainder, dtypes.bool, name="drop_remainder")
        spec = structures.in_batches(function.spec, structures.static_size(size, drop))
        return dataset._mapped(
            raw.MapAndBatchDataset, function, size, calls, drop, spec=spec, preserve_cardinality=True
        )._as_v2()

    return apply
