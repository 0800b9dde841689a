"""String tensors in the VM: each element is an 8-byte handle, a number in its context's store or in its session's."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np


class StringTable:
    """Strings that variables hold, for the life of a session. Handles are below zero; equal strings share one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: dict[bytes, int] = {}
        self._strings: list[bytes] = []

    def handles(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """int64 handles of an object array of bytes."""
        found = np.empty(array.shape, np.int64)
        flat = found.reshape(-1)
        with self._lock:
            for i, item in enumerate(array.flat):
                if item not in self._handles:
                    self._strings.append(item)
                    self._handles[item] = -len(self._strings)
                flat[i] = self._handles[item]
        return found

    def __getitem__(self, handle: int) -> bytes:
        return self._strings[-1 - handle]


class StringStore:
    """Bytes by handle. What is there when the store is sealed stays; the rest goes when a run begins."""

    def __init__(self, table: StringTable) -> None:
        self._table = table
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
            flat[i] = self._strings[handle] if handle >= 0 else self._table[handle]
        return result
