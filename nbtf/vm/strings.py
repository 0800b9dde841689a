"""String tensors in the VM: each element is an 8-byte handle, a number in its context's store."""

from __future__ import annotations

from typing import Any

import numpy as np


class StringStore:
    """Bytes by handle. What is there when the store is sealed stays; the rest goes when a run begins."""

    def __init__(self) -> None:
        self._strings: list[bytes] = [b""]  # handle 0: what zeroed memory means
        self._sealed = 1

    def seal(self) -> None:
        self._sealed = len(self._strings)

    def reset(self) -> None:
        del self._strings[self._sealed :]

    def handles(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """int64 handles of an object array of bytes (or str)."""
        first = len(self._strings)
        for item in array.flat:
            self._strings.append(item.encode() if isinstance(item, str) else bytes(item))
        return np.arange(first, first + array.size, dtype=np.int64).reshape(array.shape)

    def strings(self, handles: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Object array of bytes."""
        result = np.empty(handles.shape, object)
        flat = result.reshape(-1)
        for i, handle in enumerate(handles.reshape(-1).tolist()):
            flat[i] = self._strings[handle]
        return result
