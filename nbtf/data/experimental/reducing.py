"""Datasets of one element for each key: what the elements with that key become together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.data import structures
from nbtf.data.datasets import Dataset
from nbtf.data.mapping import with_state
from nbtf.data.traced import TracedFunction
from nbtf.graph.raw_ops import raw
from nbtf.graph.type_spec import TensorSpec

_KEY = TensorSpec([], dtypes.int64)
_TRANSFORMATION = "tf_data_experimental_group_by_reducer"
_OTHER_STATE = (
    "Invalid `reducer`. The element types for the new state {after!r} do not match the element types of the old state "
    "{before!r}."
)


class Reducer:
    """init_func(key) -> a state, reduce_func(state, element) -> the next one, finalize_func(state) -> an element."""

    def __init__(
        self, init_func: Callable[..., Any], reduce_func: Callable[..., Any], finalize_func: Callable[..., Any]
    ) -> None:
        self._init_func = init_func
        self._reduce_func = reduce_func
        self._finalize_func = finalize_func

    @property
    def init_func(self) -> Callable[..., Any]:
        return self._init_func

    @property
    def reduce_func(self) -> Callable[..., Any]:
        return self._reduce_func

    @property
    def finalize_func(self) -> Callable[..., Any]:
        return self._finalize_func


def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> Callable[[Dataset], Dataset]:
    """What a reducer makes of the elements with one key_func(element), int64 [], from the lowest key to the highest.

    Raises ValueError for keys of another kind, TypeError where the state changes its structure or dtypes.
    """

    def apply(dataset: Dataset) -> Dataset:
        spec = dataset.element_spec
        keys = TracedFunction(key_func, _TRANSFORMATION, spec)
        if not structures.are_compatible(keys.spec, _KEY):
            raise ValueError(
                "Invalid `key_func`. Expected `key_func` to return a scalar tf.int64 tensor, but instead `key_func` has "
                f"output types={structures.output_types(keys.spec)!r} and shapes={structures.output_shapes(keys.spec)}."
            )
        first = TracedFunction(reducer.init_func, _TRANSFORMATION, _KEY)
        reduced, state = with_state(
            reducer.reduce_func, _TRANSFORMATION, first.spec, spec, lambda found: found, _OTHER_STATE
        )
        last = TracedFunction(reducer.finalize_func, _TRANSFORMATION, state)
        return dataset._derived(
            raw.ExperimentalGroupByReducerDataset,
            keys.captured,
            first.captured,
            reduced.captured,
            last.captured,
            key_func=keys.reference,
            init_func=first.reference,
            reduce_func=reduced.reference,
            finalize_func=last.reference,
            spec=last.spec,
        )._as_v2()

    return apply
