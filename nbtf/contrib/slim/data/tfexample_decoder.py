"""tf.contrib.slim.tfexample_decoder: items of serialized Examples and SequenceExamples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf.array.shapes import reshape
from nbtf.contrib.slim.data.box_items import BoundingBox, BoundingBoxSequence, KeypointsSequence, NumBoxesSequence
from nbtf.contrib.slim.data.data_decoder import DataDecoder
from nbtf.contrib.slim.data.image_items import Image
from nbtf.contrib.slim.data.item_handlers import (
    BackupHandler,
    ItemHandler,
    ItemHandlerCallback,
    LookupTensor,
    SparseTensor,
    Tensor,
)
from nbtf.io.example_parsing import parse_single_example
from nbtf.io.features import FixedLenFeature
from nbtf.io.sequence_parsing import parse_single_sequence_example

__all__ = [
    "BackupHandler",
    "BoundingBox",
    "BoundingBoxSequence",
    "Image",
    "ItemHandler",
    "ItemHandlerCallback",
    "KeypointsSequence",
    "LookupTensor",
    "NumBoxesSequence",
    "SparseTensor",
    "TFExampleDecoder",
    "TFSequenceExampleDecoder",
    "Tensor",
]


class TFExampleDecoder(DataDecoder):
    """Items of Examples."""

    def __init__(self, keys_to_features: Mapping[str, Any], items_to_handlers: Mapping[str, ItemHandler]) -> None:
        """keys_to_features: what to parse, see tf.parse_single_example. items_to_handlers: what to make of it."""
        self._keys_to_features = dict(keys_to_features)
        self._items_to_handlers = items_to_handlers

    def list_items(self) -> list[str]:
        """The names of all items."""
        return list(self._items_to_handlers)

    def decode(self, serialized_example: Any, items: Sequence[str] | None = None) -> list[Any]:
        """The items, by default all, of an Example, a string []."""
        example = parse_single_example(serialized_example, self._keys_to_features)
        _reshape_fixed(example, self._keys_to_features)
        return _items_of(example, self._items_to_handlers, items)


class TFSequenceExampleDecoder(DataDecoder):
    """Items of SequenceExamples."""

    def __init__(
        self,
        keys_to_context_features: Mapping[str, Any],
        keys_to_sequence_features: Mapping[str, Any],
        items_to_handlers: Mapping[str, ItemHandler],
    ) -> None:
        """See tf.parse_single_sequence_example. Raises ValueError for a key that is of the context and the sequence."""
        both = set(keys_to_context_features) & set(keys_to_sequence_features)
        if both:
            raise ValueError(f"Context and sequence keys overlap: {sorted(both)}")
        self._context, self._sequence = dict(keys_to_context_features), dict(keys_to_sequence_features)
        self._items_to_handlers = items_to_handlers

    def list_items(self) -> Any:
        """The names of all items."""
        return self._items_to_handlers.keys()

    def decode(self, serialized_example: Any, items: Sequence[str] | None = None) -> list[Any]:
        """The items, by default all, of a SequenceExample, a string []."""
        context, sequence = parse_single_sequence_example(serialized_example, self._context, self._sequence)
        _reshape_fixed(context, self._context)
        return _items_of({**context, **sequence}, self._items_to_handlers, items)


def _reshape_fixed(example: dict[str, Any], features: Mapping[str, Any]) -> None:
    for key in sorted(features):
        if isinstance(features[key], FixedLenFeature):
            example[key] = reshape(example[key], features[key].shape)


def _items_of(example: dict[str, Any], handlers: Mapping[str, ItemHandler], items: Sequence[str] | None) -> list[Any]:
    found = []
    for item in handlers if items is None else items:
        handler = handlers[item]
        found.append(handler.tensors_to_item({key: example[key] for key in handler.keys}))
    return found
