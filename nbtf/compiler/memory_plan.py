"""Where buffers lie: slots whose values are never alive together share the same bytes of the arena."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

ALIGNMENT = 64
_CLOSE = 1.03  # to the bytes that are alive at once
_MOST_BY_SIZE = 4096  # buffers: the time grows with their square


class LiveRange(NamedTuple):
    """A slot that owns a buffer, and the instructions from first write to last read, both included."""

    slot: int
    first: int
    last: int


def place(ranges: Sequence[LiveRange], sizes: Sequence[int]) -> tuple[list[int], int]:
    """Offsets of buffers of these sizes (bytes), and the size of the arena that holds them.

    Two ways are tried, the second one only where the first takes clearly more than is alive at once.
    """
    needs = [_aligned(size) for size in sizes]
    offsets, end = _in_order_of_time(ranges, needs)
    if len(ranges) <= _MOST_BY_SIZE and end > _CLOSE * most_alive(ranges, needs):
        others, other_end = _in_order_of_size(ranges, needs)
        if other_end < end:
            return others, other_end
    return offsets, end


def most_alive(ranges: Sequence[LiveRange], needs: Sequence[int]) -> int:
    """Bytes that are alive at once: no arena can be smaller."""
    change: dict[int, int] = {}
    for live, need in zip(ranges, needs, strict=True):
        change[live.first] = change.get(live.first, 0) + need
        change[live.last + 1] = change.get(live.last + 1, 0) - need
    return max(itertools.accumulate(change[at] for at in sorted(change)), default=0)


def _in_order_of_time(ranges: Sequence[LiveRange], needs: Sequence[int]) -> tuple[list[int], int]:
    """Walks the program once; a buffer takes the smallest gap that holds it, and gives it back behind its last reader."""
    offsets = [0] * len(ranges)
    order = sorted(range(len(ranges)), key=lambda i: (ranges[i].first, -needs[i]))
    ending = sorted(range(len(ranges)), key=lambda i: ranges[i].last)
    gaps = _Gaps()
    done = 0
    for i in order:
        while done < len(ending) and ranges[ending[done]].last < ranges[i].first:
            freed = ending[done]
            gaps.give(offsets[freed], needs[freed])
            done += 1
        offsets[i] = gaps.take(needs[i])
    return offsets, gaps.end


def _in_order_of_size(ranges: Sequence[LiveRange], needs: Sequence[int]) -> tuple[list[int], int]:
    """The largest buffer first: each takes the lowest place that no buffer holds which is alive at the same time."""
    offsets = [0] * len(ranges)
    first, last = (np.array([live[k] for live in ranges], np.int64) for k in (1, 2))
    by_offset = np.empty((3, len(ranges)), np.int64)  # number, start and end of the buffers placed so far
    count = 0
    for i in sorted(range(len(ranges)), key=lambda i: (-needs[i], ranges[i].first)):
        if needs[i] == 0:
            break
        placed, starts, ends = by_offset[:, :count]
        beside = (first[placed] <= last[i]) & (last[placed] >= first[i])
        below = np.maximum.accumulate(np.concatenate(([0], ends[beside])))
        fits = starts[beside] - below[:-1] >= needs[i]
        offsets[i] = int(below[int(fits.argmax()) if fits.any() else -1])
        at = int(starts.searchsorted(offsets[i]))
        by_offset[:, at + 1 : count + 1] = by_offset[:, at:count]
        by_offset[:, at] = i, offsets[i], offsets[i] + needs[i]
        count += 1
    return offsets, int(by_offset[2, :count].max(initial=0))


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
