"""Datasets of a given number of elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nbtf.array.filling import zeros
from nbtf.data import structures
from nbtf.data.base import int64, new_dataset
from nbtf.data.datasets import Dataset
from nbtf.graph.raw_ops import raw


def assert_cardinality(expected_cardinality: Any) -> Callable[[Dataset], Dataset]:
    """The same elements, which are known to be so many. A run raises FailedPreconditionError where they are not."""

    def apply(dataset: Dataset) -> Dataset:
        expected = int64(expected_cardinality, "expected_cardinality")
        return dataset._derived(raw.AssertCardinalityDataset, expected)._as_v2()

    return apply


def pad_to_cardinality(cardinality: Any, mask_key: str = "valid") -> Callable[[Dataset], Dataset]:
    """Elements, mappings of tensors, with True under mask_key, then zeros with False, until there are so many.

    Raises ValueError for elements that are no mappings.
    """

    # its name is part of the graph, as of TensorFlow's
    def apply_valid_mask(x: dict[str, Any]) -> dict[str, Any]:
        x[mask_key] = True
        return x

    def apply(dataset: Dataset) -> Dataset:
        spec = dataset.element_spec
        if not isinstance(spec, Mapping):
            raise ValueError("`pad_to_cardinality` requires its input dataset to be a dictionary.")
        missing = cardinality - dataset.cardinality()
        filler = structures.map_components(lambda one: zeros(one.shape, one.dtype), spec)
        filler[mask_key] = False
        fillers = Dataset.from_tensors(filler).repeat(missing)
        return dataset.map(apply_valid_mask).concatenate(fillers)

    return apply


def from_list(elements: list[Any], name: str | None = None) -> Dataset:
    """A dataset of the elements of a list, structures of values that become tensors; shapes may differ.

    Raises ValueError for anything else, and for elements of different structures or dtypes.
    """
    if not elements:
        raise ValueError("Invalid `elements`. `elements` should not be empty.")
    if not isinstance(elements, list):
        raise ValueError("Invalid `elements`. `elements` must be a list.")
    found = [structures.normalized(element) for element in elements]
    specs = [structures.map_components(structures.spec_of, element) for element in found]
    spec = specs[0]
    for other in specs[1:]:
        if structures.kinds_of(spec) != structures.kinds_of(other):
            raise ValueError(f"The elements of a list have different structures: {spec} and {other}")
        spec = structures.most_general(spec, other)
    tensors = [tensor for element in found for tensor in structures.tensors_of(element)]
    return new_dataset(raw.ListDataset, tensors, spec=spec, name=name)._as_v2()
