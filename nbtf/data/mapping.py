"""Transformations that call Python functions, traced once, on elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes
from nbtf.data import structures
from nbtf.data.base import AUTOTUNE, DatasetBase, int64
from nbtf.data.traced import TracedFunction
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.type_spec import TensorSpec

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset

_KEY = TensorSpec([], dtypes.int64)


class Mapping(DatasetBase):
    """The methods that take functions of elements. A function gets an element; a plain tuple as several arguments."""

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of map_func(element): a structure of what becomes tensors, or datasets.

        num_parallel_calls, deterministic: change nothing here; elements keep their order.
        """
        function = TracedFunction(map_func, "Dataset_map", self._element_spec)
        facts: dict[str, Any] = {"spec": function.spec, "preserve_cardinality": self._is_v2}
        if self._is_v2:
            facts["name"] = name
        if num_parallel_calls is None:
            return self._mapped(raw.MapDataset, function, **facts)
        calls = int64(num_parallel_calls, "num_parallel_calls")
        return self._mapped(
            raw.ParallelMapDatasetV2, function, calls, deterministic=_determinism(deterministic), **facts
        )

    def map_with_legacy_function(
        self, map_func: Callable[..., Any], num_parallel_calls: Any = None, deterministic: bool | None = None
    ) -> Dataset:
        """`map`."""
        return self.map(map_func, num_parallel_calls, deterministic)

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """A dataset of the elements of the datasets map_func(element), one after the other.

        Raises TypeError where map_func returns no dataset.
        """
        function = TracedFunction(map_func, "Dataset_flat_map", self._element_spec)
        return self._mapped(raw.FlatMapDataset, function, spec=_inner_spec(function, "map_func"), name=name)

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of block_length elements of each of cycle_length datasets map_func(element), in turn.

        cycle_length: by default as many as the machine has processors; block_length: 1. num_parallel_calls,
        deterministic: change nothing here. Raises TypeError where map_func returns no dataset.
        """
        cycle = int64(AUTOTUNE if cycle_length is None else cycle_length, "cycle_length")
        function = TracedFunction(map_func, "Dataset_interleave", self._element_spec)
        spec = _inner_spec(function, "map_func")
        block = int64(1 if block_length is None else block_length, "block_length")
        if num_parallel_calls is None:
            return self._mapped(raw.InterleaveDataset, function, cycle, block, spec=spec, name=name)
        buffers = [int64(AUTOTUNE, f"{one}_elements") for one in ("buffer_output", "prefetch_input")]
        calls = int64(num_parallel_calls, "num_parallel_calls")
        return self._mapped(
            raw.ParallelInterleaveDatasetV4,
            function,
            cycle,
            block,
            *buffers,
            calls,
            spec=spec,
            name=name,
            deterministic=_determinism(deterministic),
        )

    def _interleaved_by_legacy_op(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any,
        block_length: Any = 1,
        sloppy: bool | None = None,
        buffer_output_elements: Any = None,
        prefetch_input_elements: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """`interleave` as tf.data.experimental and datasets of files have it. The buffers' sizes change nothing here."""
        function = TracedFunction(map_func, "tf_data_experimental_parallel_interleave", self._element_spec)
        spec = _inner_spec(function, "map_func")
        numbers = {"cycle_length": cycle_length, "block_length": block_length}
        numbers["buffer_output_elements"] = (
            2 * block_length if buffer_output_elements is None else buffer_output_elements
        )
        numbers["prefetch_input_elements"] = (
            2 * cycle_length if prefetch_input_elements is None else prefetch_input_elements
        )
        return self._mapped(
            raw.LegacyParallelInterleaveDatasetV2,
            function,
            *[int64(value, key) for key, value in numbers.items()],
            spec=spec,
            name=name,
            deterministic=_determinism(None if sloppy is None else not sloppy),
        )

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """A dataset of the elements for which predicate(element), bool [], is true. Raises ValueError for others."""
        return self._chosen(raw.FilterDataset, "Dataset_filter", predicate, name)

    def filter_with_legacy_function(self, predicate: Callable[..., Any]) -> Dataset:
        """`filter`."""
        return self.filter(predicate)

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """A dataset of the elements before the first for which predicate(element), bool [], is false."""
        return self._chosen(raw.TakeWhileDataset, "Dataset_take_while", predicate, name)._as_v2()

    def _chosen(self, make: Any, transformation: str, predicate: Callable[..., Any], name: str | None) -> Dataset:
        function = TracedFunction(predicate, transformation, self._element_spec)
        if not TensorSpec([], dtypes.bool).is_compatible_with(function.spec):
            raise ValueError(
                "Invalid `predicate`. `predicate` must return a `tf.bool` scalar tensor, but its return type is "
                f"{function.spec}."
            )
        return self._mapped(make, function, attr="predicate", name=name)

    def scan(self, initial_state: Any, scan_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """A dataset of the second of scan_func(state, element) -> (next state, element).

        Raises TypeError for anything else, and where the state changes its structure or dtypes.
        """
        state = structures.normalized(initial_state)
        function, _ = _with_state(scan_func, "Dataset_scan", state, self._element_spec, _returns_pair)
        values = structures.tensors_of(state)
        return self._derived(
            raw.ScanDataset,
            values,
            function.captured,
            f=function.reference,
            spec=function.spec[1],
            name=name,
            preserve_cardinality=True,
        )._as_v2()

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any], name: str | None = None) -> Any:
        """The last state = reduce_func(state, element), from the first element to the last; a structure of tensors.

        Raises TypeError where the state changes its structure or dtypes.
        """
        with name_scope("initial_state"):
            state = structures.normalized(initial_state)
        function, state_spec = _with_state(reduce_func, "reduce", state, self._element_spec, lambda spec: spec)
        results = raw.ReduceDataset(
            self._variant_tensor,
            structures.tensors_of(state),
            function.captured,
            f=function.reference,
            output_types=structures.flat_types(state_spec),
            output_shapes=structures.flat_shapes(state_spec),
        )
        return structures.from_tensors(state_spec, results)

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any = None,
        window_size_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of the elements of reduce_func(key, window), a dataset, for windows of elements with one key.

        key_func(element): int64 []. A window is a dataset of window_size elements, or window_size_func(key); the last
        ones may be smaller. Raises ValueError unless exactly one of the two is given, or for keys of another kind.
        """
        if (window_size is None) == (window_size_func is None):
            raise ValueError("Either the `window_size` argument or the `window_size_func` argument must be specified.")
        if window_size is not None:

            def window_size_func(key: Any) -> Any:
                return convert_to_tensor(window_size, dtypes.int64)

        def key_func_wrapper(*args: Any) -> Any:
            return _as_int64(key_func(*args))

        def window_size_func_wrapper(key: Any) -> Any:
            assert window_size_func is not None
            return _as_int64(window_size_func(key))

        transformation = "Dataset_group_by_window"
        keys = TracedFunction(key_func_wrapper, transformation, self._element_spec)
        if keys.spec != _KEY:
            raise ValueError(
                "Invalid `key_func`. `key_func` must return a single `tf.int64` scalar tensor, but its return type is "
                f"{keys.spec}."
            )
        window_spec = structures.DatasetSpec(self._element_spec)
        reduced = TracedFunction(reduce_func, transformation, (_KEY, window_spec))
        sizes = TracedFunction(window_size_func_wrapper, transformation, _KEY)
        return self._derived(
            raw.GroupByWindowDataset,
            keys.captured,
            reduced.captured,
            sizes.captured,
            key_func=keys.reference,
            reduce_func=reduced.reference,
            window_size_func=sizes.reference,
            spec=_inner_spec(reduced, "reduce_func"),
            name=name,
        )._as_v2()


def _as_int64(value: Any) -> Any:
    return convert_to_tensor(np.int64(value) if isinstance(value, int) else value, dtypes.int64)


def _determinism(deterministic: bool | None) -> str:
    return "default" if deterministic is None else "true" if deterministic else "false"


def _inner_spec(function: TracedFunction, parameter: str) -> Any:
    """The spec of the elements of the dataset that a function returns."""
    if not isinstance(function.spec, structures.DatasetSpec):
        raise TypeError(
            f"Invalid `{parameter}`. `{parameter}` must return a `Dataset` object. Got {function.spec} instead."
        )
    return function.spec.element_spec


def _returns_pair(spec: Any) -> Any:
    if not isinstance(spec, tuple) or len(spec) != 2:
        raise TypeError(
            "Invalid `scan_func`. `scan_func` should return a pair consisting of new state and the output value but its "
            f"return type is {spec}."
        )
    return spec[0]


def _with_state(
    function: Callable[..., Any], transformation: str, state: Any, element_spec: Any, state_of: Callable[[Any], Any]
) -> tuple[TracedFunction, Any]:
    """function(state, element) traced, and the spec of the state: as general as the function needs it."""
    spec = structures.map_components(structures.spec_of, state)
    while True:
        traced = TracedFunction(function, transformation, (spec, element_spec))
        found = state_of(traced.spec)
        try:
            dtypes_differ = structures.flat_types(found) != structures.flat_types(spec)
            general = structures.most_general(spec, found)
        except (TypeError, ValueError):
            dtypes_differ = True
        if dtypes_differ:
            raise TypeError(
                "The element types for the new state must match the initial state. Expected "
                f"{structures.output_types(spec)!r} but got {structures.output_types(found)!r}."
            )
        if general == spec:
            return traced, spec
        spec = general
