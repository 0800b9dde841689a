"""tf.contrib.slim.data_decoder: what makes items of a record."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any


class DataDecoder(abc.ABC):
    """Base of decoders."""

    @abc.abstractmethod
    def decode(self, data: Any, items: Sequence[str]) -> list[Any]:
        """The items of a record, a string []: tensors in the order of their names."""

    @abc.abstractmethod
    def list_items(self) -> Sequence[str]:
        """The names of all items that a record has."""
