"""Datasets with classes as often as wanted: some elements are left out at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import fill, one_hot
from nbtf.array.indexing import gather
from nbtf.array.joining import tile
from nbtf.array.shapes import expand_dims, shape
from nbtf.control_flow.branching import cond
from nbtf.control_flow.printing import print_v1
from nbtf.data.base import DatasetBase
from nbtf.data.sources import Sources
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.operands import add, less, truediv
from nbtf.math.reductions import reduce_max, reduce_min, reduce_sum
from nbtf.random.distributions import random_uniform

if TYPE_CHECKING:
    from nbtf.data.datasets import Dataset

_ESTIMATED_AT_ONCE = 32
_SEEN_BEFORE = 10
"""So many elements of each class count as seen before the first one."""


class Resampling(DatasetBase):
    """The method of Dataset that resamples."""

    def rejection_resample(
        self,
        class_func: Callable[..., Any],
        target_dist: Any,
        initial_dist: Any = None,
        seed: int | None = None,
        name: str | None = None,
    ) -> Dataset:
        """A dataset of pairs: the class of an element, class_func(element), int32 [], and the element; some are left out,
        so that the classes come as often as target_dist [classes] says.

        initial_dist: how often they come in this dataset; by default that is estimated on the way.
        """
        dataset: Any = self
        target = cast(convert_to_tensor(target_dist, name="target_dist"), dtypes.float32)
        if initial_dist is None:
            initials = _estimated(target, dataset.map(class_func, name=name), name)
            both = initials.map(lambda initial: _acceptance(initial, target), name=name)
            acceptances = both.map(lambda accept_prob, _: accept_prob, name=name)
            originals = both.map(lambda _, prob_original: prob_original, name=name)
            known = None
        else:
            initial = cast(convert_to_tensor(initial_dist, name="initial_dist"), dtypes.float32)
            acceptance, original = _acceptance(initial, target)
            initials, acceptances, originals = (
                Sources.from_tensors(one, name=name)._as_v2().repeat(name=name)
                for one in (initial, acceptance, original)
            )
            known = _least_ratio(initial, target)
        filtered = _filtered(dataset, acceptances, initials, class_func, seed).prefetch(3, name=name)

        # its name is part of the graph, as of TensorFlow's
        def add_class_value(*x: Any) -> Any:
            return class_func(*x), x[0] if len(x) == 1 else x

        if known == 1:
            return dataset.map(add_class_value, name=name)  # type: ignore[no-any-return]
        if known == 0:
            return filtered
        as_they_are = dataset.map(add_class_value)
        weights = originals.map(lambda prob: [(prob, 1.0 - prob)])
        return Sources.sample_from_datasets([as_they_are, filtered], weights, seed, stop_on_empty_dataset=True)


def _acceptance(initial: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """How likely an element of each class is kept, and how likely one is taken from the dataset as it is."""
    ratio = target / (initial + np.finfo(initial.dtype.as_numpy_dtype).tiny)
    most, least = reduce_max(ratio), reduce_min(ratio)
    return (ratio - least) / (most - least), least


def _least_ratio(initial: Tensor, target: Tensor) -> Any:
    """The second of _acceptance, where it is known beforehand."""
    values = constant_value(initial), constant_value(target)
    return None if values[0] is None or values[1] is None else np.min(values[1] / values[0])


def _estimated(target: Tensor, classes: Dataset, name: str | None) -> Dataset:
    """How often each class came so far, by element; some elements at a time."""
    count = target.shape.as_list()[0] or shape(target)[0]
    first = fill([count], np.int64(_SEEN_BEFORE))

    # its name is part of the graph, as of TensorFlow's
    def update_estimate_and_tile(seen: Tensor, found: Tensor) -> Any:
        in_all = add(seen, reduce_sum(one_hot(found, seen.shape.as_list()[0], dtype=dtypes.int64), 0))
        share = cast(truediv(in_all, reduce_sum(in_all)), dtypes.float32)
        return in_all, tile(expand_dims(share, 0), [_ESTIMATED_AT_ONCE, 1])

    batches = classes.batch(_ESTIMATED_AT_ONCE, name=name)
    return batches.scan(first, update_estimate_and_tile, name=name).unbatch(name=name)


def _filtered(
    dataset: Dataset, acceptances: Dataset, initials: Dataset, class_func: Callable[..., Any], seed: int | None
) -> Dataset:
    """Pairs of class and element, as far as they are kept."""

    # the names of these functions are part of the graph, as of TensorFlow's
    def maybe_warn_on_large_rejection(accept_dist: Tensor, initial_dist: Tensor) -> Any:
        rejected = reduce_sum((1 - accept_dist) * initial_dist)

        def warning() -> Any:
            message = "Proportion of examples rejected by sampler is high: "
            facts = [rejected, initial_dist, accept_dist]
            return print_v1(accept_dist, facts, message=message, summarize=100, first_n=10)

        return cond(less(rejected, 0.5), lambda: accept_dist, warning)

    def _gather_and_copy(acceptance_prob: Tensor, data: Any) -> Any:
        found = class_func(*data) if isinstance(data, tuple) else class_func(data)
        return found, gather(acceptance_prob, found), data

    def _reject(unused_class_val: Tensor, p: Tensor, unused_data: Any) -> Any:
        return random_uniform([], seed=seed, dtype=p.dtype) < p

    accepted = _zipped(acceptances, initials).map(maybe_warn_on_large_rejection)
    kept = _zipped(accepted, dataset).map(_gather_and_copy).filter(_reject)
    return kept.map(lambda class_value, _, data: (class_value, data))


def _zipped(*datasets: Dataset) -> Dataset:
    return Sources.zip(datasets)._as_v2()
