"""Elements of several datasets in turns, in the way of TensorFlow 1: a dataset that has ended is replaced by the next one
at the end of its turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nbtf.data.base import int64
from nbtf.data.structures import DatasetSpec
from nbtf.data.traced import TracedFunction
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset


def interleaved(
    dataset: Dataset,
    map_func: Callable[..., Dataset],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: bool | None = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
    name: str | None = None,
) -> Dataset:
    """`tf.data.experimental.parallel_interleave` of a dataset. Raises TypeError where map_func returns no dataset."""
    function = TracedFunction(map_func, "tf_data_experimental_parallel_interleave", dataset.element_spec)
    if not isinstance(function.spec, DatasetSpec):
        raise TypeError(f"The `map_func` argument must return a `Dataset` object. Got {_type_of(function.spec)!r}.")
    cycle, block = int64(cycle_length, "cycle_length"), int64(block_length, "block_length")
    buffered = _given_or(buffer_output_elements, 2 * block_length, "buffer_output_elements")
    fetched = _given_or(prefetch_input_elements, 2 * cycle_length, "prefetch_input_elements")
    return dataset._mapped(
        raw.LegacyParallelInterleaveDatasetV2,
        function,
        cycle,
        block,
        buffered,
        fetched,
        spec=function.spec.element_spec,
        name=name,
        deterministic="default" if sloppy is None else "false" if sloppy else "true",
    )


def _given_or(value: Any, default: Any, name: str) -> Tensor:
    return int64(default if value is None else value, name)


def _type_of(spec: Any) -> Any:
    return getattr(spec, "value_type", type(spec))
