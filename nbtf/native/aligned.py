"""Arrays whose memory begins at a cache line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

_ALIGNMENT = 64

Allocate = Callable[[Sequence[int], np.dtype[Any]], np.ndarray[Any, Any]]
"""What makes an uninitialized array, as `aligned_empty` does."""


def aligned_empty(shape: Sequence[int], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """An uninitialized array whose memory starts at a multiple of 64 bytes; object arrays hold None."""
    if dtype.hasobject:
        return np.empty(shape, dtype)
    size = math.prod(shape) * dtype.itemsize
    memory = np.empty(size + _ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].view(dtype).reshape(shape)


class Shelf:
    """One block of memory for many aligned arrays that are kept together, freed with the last of them.

    For a large block numpy asks for huge pages; the small ones that arrays of their own would get take several times as
    long, one by one, when they are first written.
    """

    def __init__(self, sizes: Iterable[int]) -> None:
        """sizes: bytes of each array that it will have room for."""
        self._free = aligned_empty((sum(map(_padded, sizes)),), np.dtype(np.uint8))

    def empty(self, shape: Sequence[int], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
        """As `aligned_empty`; where no room is left, it is that."""
        size = math.prod(shape) * dtype.itemsize
        if dtype.hasobject or _padded(size) > len(self._free):
            return aligned_empty(shape, dtype)
        memory, self._free = self._free[:size], self._free[_padded(size) :]
        return memory.view(dtype).reshape(shape)


def _padded(size: int) -> int:
    return size + -size % _ALIGNMENT
