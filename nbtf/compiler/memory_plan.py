"""Where buffers lie: slots whose values are never alive together share the same bytes of the arena."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from typing import NamedTuple

ALIGNMENT = 64


class LiveRange(NamedTuple):
    """A slot that owns a buffer, and the instructions from first write to last read, both included."""

    slot: int
    first: int
    last: int


def place(ranges: Sequence[LiveRange], sizes: Sequence[int]) -> tuple[list[int], int]:
    """Offsets of buffers of these sizes (bytes), and the size of the arena that holds them.

    Walks the program once; a buffer takes the smallest gap that holds it, and gives it back behind its last reader.
    """
    offsets = [0] * len(ranges)
    order = sorted(range(len(ranges)), key=lambda i: (ranges[i].first, -sizes[i]))
    ending = sorted(range(len(ranges)), key=lambda i: ranges[i].last)
    gaps = _Gaps()
    done = 0
    for i in order:
        while done < len(ending) and ranges[ending[done]].last < ranges[i].first:
            freed = ending[done]
            gaps.give(offsets[freed], _aligned(sizes[freed]))
            done += 1
        offsets[i] = gaps.take(_aligned(sizes[i]))
    return offsets, gaps.end


def _aligned(size: int) -> int:
    return (size + ALIGNMENT - 1) // ALIGNMENT * ALIGNMENT


class _Gaps:
    """Free ranges below `end`, by offset; neighbours are one."""

    def __init__(self) -> None:
        self.end = 0
        self._starts: list[int] = []
        self._sizes: dict[int, int] = {}

    def take(self, size: int) -> int:
        if size == 0:
            return 0
        fitting = [start for start in self._starts if self._sizes[start] >= size]
        if fitting:
            start = min(fitting, key=lambda s: (self._sizes[s], s))
            rest = self._remove(start) - size
            if rest:
                self._add(start + size, rest)
            return start
        start = self.end
        if self._starts and self._starts[-1] + self._sizes[self._starts[-1]] == self.end:
            start = self._starts[-1]  # grow the last gap instead of leaving it
            self._remove(start)
        self.end = start + size
        return start

    def give(self, start: int, size: int) -> None:
        if size == 0:
            return
        at = bisect.bisect_left(self._starts, start)
        if at < len(self._starts) and start + size == self._starts[at]:
            size += self._remove(self._starts[at])
        if at > 0 and self._starts[at - 1] + self._sizes[self._starts[at - 1]] == start:
            start = self._starts[at - 1]
            size += self._remove(start)
        self._add(start, size)

    def _add(self, start: int, size: int) -> None:
        bisect.insort(self._starts, start)
        self._sizes[start] = size

    def _remove(self, start: int) -> int:
        self._starts.pop(bisect.bisect_left(self._starts, start))
        return self._sizes.pop(start)
