"""Types, shapes and classes of the elements of datasets and iterators."""

from typing import Any

from nbtf.data import structures


def get_output_types(dataset_or_iterator: Any) -> Any:
    """The dtypes of an element's components, in its structure."""
    return structures.output_types(dataset_or_iterator.element_spec)


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The static shapes of an element's components, in its structure."""
    return structures.output_shapes(dataset_or_iterator.element_spec)


def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The classes of an element's components, in its structure."""
    return structures.output_classes(dataset_or_iterator.element_spec)
