"""tf.contrib.slim.data_provider: items of one example, new ones each run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class DataProvider:
    """Base of providers: items by name."""

    def __init__(self, items_to_tensors: Mapping[str, Any], num_samples: int) -> None:
        self._items_to_tensors = items_to_tensors
        self._num_samples = num_samples

    def get(self, items: Iterable[str]) -> list[Any]:
        """The tensors of some items. Raises ValueError for a name that there is not."""
        items = list(items)
        for item in items:
            if item not in self._items_to_tensors:
                raise ValueError(f"Item [{item}] is invalid. Valid entries include: {self._items_to_tensors.keys()}")
        return [self._items_to_tensors[item] for item in items]

    def list_items(self) -> Any:
        """The names of all items."""
        return self._items_to_tensors.keys()

    def num_samples(self) -> int:
        """How many examples the dataset has, as it says."""
        return self._num_samples
