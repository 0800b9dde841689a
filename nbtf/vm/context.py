"""The mutable side of a run: slots, what was prepared, the planned arena and the heap. One context a concurrent run."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from nbtf import layout
from nbtf.compiler import memory_plan
from nbtf.compiler.ir import Value
from nbtf.compiler.program import Instruction, LinkedProgram, slot_word
from nbtf.errors import ResourceExhaustedError
from nbtf.layout import (
    CAPACITY,
    DATA,
    DIMS,
    HEAP_TOP,
    ITEMSIZE,
    OVERFLOWED,
    PLANNED,
    RANK,
    RESOURCE_COUNT,
    SIZE,
    WORD,
)
from nbtf.vm.resources import Resources, Variable
from nbtf.vm.strings import StringStore
from nbtf.vm.team import TEAM

BUDGET = 1 << 24  # jumps between looks at Ctrl-C
FIRST_HEAP_BYTES = 1 << 16
LARGEST_STEP = 1 << 23  # bytes that a heap grows by at once, while it is not eight times as large
LENT_BYTES = 1 << 17  # a copy of less costs no more than an array over memory
_LARGEST_RUN_NUMBER = (1 << 30) - 1
_RUN_NUMBERS = itertools.count(1)


class Context:
    """State of the runs of one program, one run at a time."""

    def __init__(self, linked: LinkedProgram, resources: Resources, folded: Sequence[np.ndarray[Any, Any]]) -> None:
        """folded: what the program's folded values are, in its order."""
        self.linked = linked
        self.program = linked.program
        self.resources = resources
        self.array = np.zeros(linked.state_bytes // WORD, np.int64)
        self.address = int(self.array.ctypes.data)
        self.words: memoryview[int] = memoryview(self.array)  # type: ignore[arg-type]  # a third of the cost of numpy's item access
        self.words[layout.THREADS] = resources.threads
        self.words[layout.TEAM] = TEAM.address
        self.scratch = np.empty(layout.SCRATCH_BYTES * resources.threads + 64, np.uint8)
        self.words[layout.SCRATCH] = _aligned_address(self.scratch)
        self.strings = StringStore(resources.strings)
        self.heap: list[np.ndarray[Any, Any]] = []
        self._held: list[Any] = []  # arrays that slots point into for the context's life
        self.run_held: list[Any] = []  # the same, for one run
        self.temporaries: dict[str, Variable] = {}  # variables of one run
        self.attempts: list[Any] = []  # what this run began, and may have to wait for
        self.deadline: float | None = None  # of this run, by time.monotonic
        self.sizes = [static_bytes(self.program.slots[r.slot].value) for r in self.program.live_ranges]
        for number, slot in enumerate(self.program.slots):
            self.words[slot_word(number) + ITEMSIZE] = slot.itemsize
        self._forget_collections()
        self._fill_fixed(folded)
        self._plan()
        self._new_heap(FIRST_HEAP_BYTES)

    def _fill_fixed(self, folded: Sequence[np.ndarray[Any, Any]]) -> None:
        """Slots whose elements are there before any run: constants, handles, what nodes keep."""
        for slot, array in self.program.constants:
            if array.dtype == object:
                array = self.strings.handles(array)
            self.hold(slot, array)
        for (slot, _), array in zip(self.program.folded, folded, strict=True):
            self.hold(slot, array)
        self.strings.seal()
        for slot, node in self.program.resources:
            assert node.block is not None and node.block.resource is not None
            self.hold(slot, np.array(node.block.resource(self.resources, node), np.int64))
        for slot, node, parameter in self.program.kept:
            assert node.block is not None
            self.hold(slot, self.resources.kept_words(node.name, parameter, node.block.keeps[parameter]))

    def hold(self, slot: int, array: np.ndarray[Any, Any]) -> None:
        self._held.append(array)
        self.set_slot(slot, array)

    # ---- memory ----

    def _plan(self) -> None:
        """Gives every buffer its place in the arena, but those that each run is lent (bytes by slot, see fetch.py).

        What was prepared may hold old addresses and is forgotten.
        """
        ranges = self.program.live_ranges
        large = {live.slot: size for live, size in zip(ranges, self.sizes, strict=True) if size >= LENT_BYTES}
        self.lent = {slot: size for slot, size in large.items() if slot in self.program.lendable}
        needs = [0 if live.slot in self.lent else size for live, size in zip(ranges, self.sizes, strict=True)]
        offsets, size = memory_plan.place(ranges, needs)
        self.arena = _allocate(size)
        base = _aligned_address(self.arena)
        for live, offset, need in zip(ranges, offsets, needs, strict=True):
            at = slot_word(live.slot)
            self.words[at + DATA] = base + offset
            self.words[at + CAPACITY] = need
            self.words[at + PLANNED] = 1
        self.array[self.linked.prepared_begin // WORD :] = -1  # no rank: a scalar input must not look seen before
        self.words[OVERFLOWED] = 0

    def begin_run(self) -> None:
        words = self.words
        if words[OVERFLOWED] or len(self.heap) > 1:
            self._learn()
        words[layout.BUDGET] = BUDGET
        words[HEAP_TOP] = self._heap_start
        if words[RESOURCE_COUNT]:
            self._forget_collections()
        if self.attempts:
            self.attempts = []
        if self.run_held:
            self.run_held = []
            self.temporaries = {}
            self.strings.reset()

    def _forget_collections(self) -> None:
        """Handles of the last run's collections must not lead to this run's."""
        self.words[RESOURCE_COUNT] = 0
        self.words[layout.RESOURCE_CAPACITY] = 0
        self.words[layout.RUN_NUMBER] = next(_RUN_NUMBERS) & _LARGEST_RUN_NUMBER

    def _learn(self) -> None:
        """The last run outgrew the plan: plan again with the sizes seen, and make the heap one block."""
        for i, live in enumerate(self.program.live_ranges):
            self.sizes[i] = max(self.sizes[i], self.words[slot_word(live.slot) + CAPACITY])
        heap = sum(len(block) for block in self.heap) - self.words[OVERFLOWED]
        self._plan()
        self.heap = []
        self._new_heap(max(heap, FIRST_HEAP_BYTES))

    def _new_heap(self, size: int) -> None:
        block = _allocate(size)
        self.heap.append(block)
        self._fill_next(block)

    def _fill_next(self, block: np.ndarray[Any, Any]) -> None:
        self._heap_start = _aligned_address(block)
        self.words[HEAP_TOP] = self._heap_start
        self.words[layout.HEAP_END] = int(block.ctypes.data) + len(block)

    def grow_heap(self) -> None:
        """Room for what is needed: in a block where nothing is alive any more, or in another one; slots keep their buffers.

        Blocks grow with the heap, so that a run asks a few times only; but not without bound, or none would be free again.
        """
        needed = self.words[layout.NEEDED] + 64
        for block in self._dead_blocks():
            if len(block) >= needed:
                return self._fill_next(block)
        total = sum(len(block) for block in self.heap)
        self._new_heap(max(needed, min(total, max(total // 8, LARGEST_STEP))))

    def _dead_blocks(self) -> list[np.ndarray[Any, Any]]:
        """Blocks of the heap that no slot needs from here on.

        None inside a loop, where instructions behind may come again and write to the buffers that they have; and none when
        there are collections, of which nobody knows how long they are alive.
        """
        here = self.linked.position(self.words[layout.STOPPED_AT])
        if self.words[RESOURCE_COUNT] or any(map(self._may_be_taken, self.program.jumps_back_over(here))):
            return []
        alive = [live.slot for live in self.program.live_ranges if live.first <= here <= live.last]
        addresses = [self.words[slot_word(slot) + DATA] for slot in alive]
        places = [(block, int(block.ctypes.data)) for block in self.heap]
        return [block for block, start in places if not any(start <= a < start + len(block) for a in addresses)]

    def _may_be_taken(self, jump: Instruction) -> bool:
        """Not the one of a batch that goes through its loop at once: see nbtf/kernels/batch_loop.py."""
        if jump.code.name != "next_part":
            return True
        batch, part = (self.words[slot_word(slot) + DIMS] for slot in jump.operands[:2])
        return batch != part

    def call_team(self) -> None:
        """Starts helpers; where the system gives none, this context works alone."""
        if not TEAM.start(self.words[layout.THREADS] - 1):
            self.words[layout.THREADS] = 1

    # ---- slots ----

    def set_slot(self, slot: int, array: np.ndarray[Any, Any]) -> None:
        """The slot reads the array's memory; the caller keeps the array alive and in C order."""
        words, at = self.words, slot_word(slot)
        if array.ndim > layout.MAX_RANK:
            raise ValueError(f"a tensor of rank {array.ndim} is above the highest rank, {layout.MAX_RANK}")
        words[at + DATA] = array.__array_interface__["data"][0] or self.address
        words[at + SIZE] = array.size
        words[at + CAPACITY] = 0
        words[at + PLANNED] = 0
        words[at + RANK] = array.ndim
        for i, dim in enumerate(array.shape):
            words[at + DIMS + i] = dim

    def shape(self, slot: int) -> tuple[int, ...]:
        at = slot_word(slot) + DIMS
        return tuple(self.words[at : at + self.words[at - DIMS + RANK]])

    def view(self, slot: int, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
        """An array over the slot's memory, valid until the run goes on."""
        return memory_view(self.words[slot_word(slot) + DATA], self.shape(slot), dtype)


def memory_view(address: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """An array over memory that somebody else keeps."""
    size = dtype.itemsize
    for dim in shape:
        size *= dim
    if size == 0:
        return np.empty(shape, dtype)
    memory: Any = (ctypes.c_char * size).from_address(address)
    return np.ndarray(shape, dtype, memory)


def static_bytes(value: Value) -> int:
    """Bytes of a value by its static shape, for a batch of one where its size is unknown; 0 where more is unknown: the
    first run tells."""
    if value.shape is None or -1 in value.shape[1:]:
        return 0
    size = 8 if value.is_handle else value.dtype.itemsize
    for dim in value.shape:
        size *= abs(dim)
    return size


def _allocate(size: int) -> np.ndarray[Any, Any]:
    try:
        return np.empty(size + 64, np.uint8)
    except (MemoryError, ValueError) as error:
        raise ResourceExhaustedError(None, None, f"no memory for {size} bytes of tensors") from error


def _aligned_address(block: np.ndarray[Any, Any]) -> int:
    address = int(block.ctypes.data)
    return address + -address % 64
