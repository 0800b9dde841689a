"""tf.contrib.learn.preprocessing: ids of categories."""

from __future__ import annotations

from collections import Counter
from typing import Any


class CategoricalVocabulary:
    """Category -> id, from 1 on in the order in which they came; 0 is what is unknown."""

    def __init__(self, unknown_token: str = "<UNK>", support_reverse: bool = True) -> None:
        """support_reverse: whether `reverse` is wanted."""
        self._unknown_token = unknown_token
        self._support_reverse = support_reverse
        self._ids: dict[Any, int] = {unknown_token: 0}
        self._counts: Counter[Any] = Counter()
        self._frozen = False

    def __len__(self) -> int:
        """The number of ids, that of what is unknown with them."""
        return len(self._ids)

    def freeze(self, freeze: bool = True) -> None:
        """No new categories from now on; or again, with False."""
        self._frozen = freeze

    def get(self, category: Any) -> int:
        """The id of a category, a new one if it is not known; when frozen, 0."""
        if category not in self._ids:
            if self._frozen:
                return 0
            self._ids[category] = len(self._ids)
        return self._ids[category]

    def add(self, category: Any, count: int = 1) -> None:
        """Counts a category."""
        if self.get(category) > 0:
            self._counts[category] += count

    def trim(self, min_frequency: int, max_frequency: int = -1) -> None:
        """Keeps categories that came more often than min_frequency and, if that is above 0, less than max_frequency.

        They get new ids, the most frequent one first, the same ones in their own order.
        """
        in_order = sorted(self._counts.items(), key=lambda one: (isinstance(one[0], str), one[0]))
        kept = [
            (category, count)
            for category, count in sorted(in_order, key=lambda one: one[1], reverse=True)
            if count > min_frequency and not 0 < max_frequency <= count
        ]
        self._ids = {self._unknown_token: 0, **{category: i for i, (category, _) in enumerate(kept, start=1)}}
        self._counts = Counter(dict(kept))

    def reverse(self, class_id: int) -> Any:
        """The category of an id. Raises ValueError where that is not supported, IndexError for no such id."""
        if not self._support_reverse:
            raise ValueError("This vocabulary wasn't initialized with support_reverse to support reverse() function.")
        return list(self._ids)[class_id]
