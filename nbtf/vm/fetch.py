"""How fetched values leave the VM: small ones are copied, large ones are computed into the array that the caller gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf import layout
from nbtf.compiler.ir import Value
from nbtf.compiler.program import slot_word
from nbtf.dtypes import string as string_dtype
from nbtf.dtypes import variant as variant_dtype
from nbtf.layout import CAPACITY, DATA
from nbtf.native.aligned import aligned_empty
from nbtf.vm.context import Context


def fetch(context: Context, slot: int, value: Value) -> Callable[[], Any]:
    """A function that copies a fetched slot out: an array, or a scalar of its type."""
    if value.is_handle or value.dtype == variant_dtype:
        storage = surface = np.dtype(np.int64)
    elif value.dtype == string_dtype:
        return lambda: _unwrapped(context.strings.strings(context.view(slot, np.dtype(np.int64))))
    else:
        storage, surface = value.dtype.storage, np.dtype(value.dtype.as_numpy_dtype)
    at = slot_word(slot)
    described = context.words[at : at + layout.SLOT_WORDS].tobytes
    same = surface == storage
    seen: Any = None
    view: Any = None

    def copy() -> Any:
        nonlocal seen, view
        now = described()
        if now != seen:  # the view is kept while the slot's buffer and dims stay what they were
            seen, view = now, context.view(slot, storage)
        array = view.copy() if same else view.copy().view(surface)
        return array if array.ndim else array[()]

    return copy


def _unwrapped(array: np.ndarray[Any, Any]) -> Any:
    return array if array.ndim else array[()]


class Loan:
    """A fetched slot whose buffer is lent for a run and becomes the caller's array, so that nothing is copied.

    Possible where the slot's storage is no other's (`Program.lendable`): then only the instructions that compute the
    value, and those that read it, know the buffer, and all find it through the slot.
    """

    def __init__(self, context: Context, slot: int, value: Value) -> None:
        self.context, self.slot = context, slot
        self.storage, self.surface = value.dtype.storage, np.dtype(value.dtype.as_numpy_dtype)
        self.copy = fetch(context, slot, value)
        self.memory: np.ndarray[Any, Any] | None = None
        self.address = 0

    def lend(self) -> None:
        """Before a run: a buffer as large as those of the runs before."""
        size = self.context.lent.get(self.slot)
        if size is None:
            return
        if self.memory is None or len(self.memory) < size:
            self.memory = aligned_empty((size,), np.dtype(np.uint8))
            self.address = self.memory.ctypes.data
        at = slot_word(self.slot)
        self.context.words[at + DATA] = self.address
        self.context.words[at + CAPACITY] = len(self.memory)

    def take(self) -> Any:
        """After it: the buffer as an array; a copy where the value lies elsewhere, or needs less than half of it."""
        memory = self.memory
        if memory is None or self.context.words[slot_word(self.slot) + DATA] != self.address:
            return self.copy()
        shape = self.context.shape(self.slot)
        array: np.ndarray[Any, Any] = np.ndarray(shape, self.storage, memory)
        if 2 * array.nbytes < len(memory):
            return self.copy()
        self.memory = None
        return array if self.surface == self.storage else array.view(self.surface)
