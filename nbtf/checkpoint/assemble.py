"""Joining the slices of a partitioned tensor into the region asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nbtf.checkpoint.slices import Box
from nbtf.native.aligned import aligned_empty

Array = npt.NDArray[Any]


def covers(target: Box, parts: Sequence[Box]) -> bool:
    """Whether ``parts``, all within ``target``, leave no element of it out. They may overlap."""
    volume = math.prod(target.sizes)
    if volume == 0 or any(part == target for part in parts):
        return True
    if sum(math.prod(part.sizes) for part in parts) < volume:
        return False
    axis = _single_split_axis(target, parts)
    if axis is None:
        mask = np.zeros(target.sizes, bool)
        for part in parts:
            mask[part.within(target)] = True
        return bool(mask.all())
    reached = target.starts[axis]
    for start, size in sorted((part.starts[axis], part.sizes[axis]) for part in parts):
        if start > reached:
            return False
        reached = max(reached, start + size)
    return reached == target.starts[axis] + target.sizes[axis]


def _single_split_axis(target: Box, parts: Sequence[Box]) -> int | None:
    """The axis along which alone ``target`` is cut, as partitioners cut; None where several are."""
    split = {axis for part in parts for axis, size in enumerate(target.sizes) if part.sizes[axis] != size}
    return split.pop() if len(split) == 1 else None


def overlaps(target: Box, parts: Sequence[Box]) -> list[tuple[int, Box]]:
    """(index of the part, region it shares with ``target``) of every part that has one."""
    shared = ((index, part.intersect(target)) for index, part in enumerate(parts))
    return [(index, region) for index, region in shared if region is not None]


def gather(
    target: Box,
    dtype: np.dtype[Any],
    parts: Sequence[Box],
    common: Sequence[tuple[int, Box]],
    read: Callable[[int], Array],
) -> Array:
    """The array of ``target``, from the ``common`` regions of ``parts``; ``read(i)`` is the array of ``parts[i]``."""
    if len(common) == 1 and parts[common[0][0]] == target:
        return read(common[0][0])
    out = aligned_empty(target.sizes, dtype)
    for index, region in common:
        out[region.within(target)] = read(index)[region.within(parts[index])]
    return out
