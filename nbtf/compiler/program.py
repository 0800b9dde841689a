"""Program: instructions, slots, attribute blocks and constants of one (fetches, feeds); immutable, shared by all runs.

Slots are numbered; instructions name them by number, labels by number, code by Variant. `Program.link` turns all of it
into words once the kernel image knows the addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtf import layout
from nbtf.compiler.ir import Node, Value
from nbtf.compiler.memory_plan import LiveRange
from nbtf.compiler.variant import Variant

HALT = Variant("instruction", "halt", "loop")
RUN = Variant("instruction", "run", "loop")


class Slot:
    """One tensor's descriptor."""

    def __init__(self, value: Value, itemsize: int) -> None:
        self.value = value
        self.itemsize = itemsize
        self.owns = False
        """Whether an instruction writes into a buffer of this slot's own."""
        self.storage = -1
        """Groups slots that may stand for the same bytes."""


class Instruction:
    """What the loop does at once."""

    def __init__(
        self,
        code: Variant,
        operands: list[int],
        attrs: list[int | Variant] | None = None,
        node: Node | None = None,
        prepare: Variant | None = None,
        label: int | None = None,
        number: int = 0,
    ) -> None:
        """label: where to jump. number: what TARGET holds when there is no label."""
        self.code = code
        self.operands = operands
        self.attrs = [] if attrs is None else attrs
        self.node = node
        self.prepare = prepare
        self.label = label
        self.number = number
        self.compared = 0
        self.private_words = 0


class Program(NamedTuple):
    """What the emitter makes; see nbtf/compiler/emit.py."""

    slots: list[Slot]
    instructions: list[Instruction]
    labels: dict[int, int]
    """Label -> position in instructions."""
    constants: list[tuple[int, np.ndarray]]
    folded: list[tuple[int, Value]]
    """Slots that hold what depends on constants only, and the values to compute before the first run."""
    resources: list[tuple[int, Node]]
    """Slots that hold handles, and the nodes whose blocks say what they lead to."""
    kept: list[tuple[int, Node, str]]
    """Slots over words that the session keeps for a node from run to run, and their kernel parameter."""
    feeds: list[int]
    fetches: list[int]
    fetched: list[Value]
    """The values behind `fetches`: their dtypes; several may share a slot."""
    live_ranges: list[LiveRange]
    variants: set[Variant]
    lendable: set[int]
    """Fetched slots of numbers whose storage is no other slot's: their buffers may be the caller's."""

    def jumps_back_over(self, position: int) -> list[Instruction]:
        """Those behind this instruction that may lead back to it, or to one before it."""
        return [
            instruction
            for at, instruction in enumerate(self.instructions)
            if instruction.label is not None and self.labels[instruction.label] <= position <= at
        ]

    def link(self, address_of: Callable[[Variant], int]) -> LinkedProgram:
        """Fix addresses: kernels, jump targets, attribute blocks. Slots stay offsets: a state belongs to one run."""
        starts: list[int] = []
        at = 0
        for instruction in self.instructions:
            starts.append(at)
            at += layout.OPERANDS + len(instruction.operands) + len(instruction.attrs)
        starts.append(at)
        code = np.zeros(max(at, 1), np.int64)
        base = int(code.ctypes.data)
        slots_end = layout.WORD * (layout.HEADER_WORDS + layout.SLOT_WORDS * len(self.slots))
        prepared = slots_end
        at_address: dict[int, Instruction] = {}
        for instruction, start, end in zip(self.instructions, starts[:-1], starts[1:], strict=True):
            attrs_at = start + layout.OPERANDS + len(instruction.operands)
            target = instruction.number
            if instruction.label is not None:
                target = base + layout.WORD * starts[self.labels[instruction.label]]
            head = {
                layout.KERNEL: address_of(instruction.code),
                layout.PREPARE: address_of(instruction.prepare) if instruction.prepare else 0,
                layout.COMPARED: instruction.compared,
                layout.LENGTH: layout.WORD * (end - start),
                layout.TARGET: target,
                layout.PREPARED: prepared,
                layout.ATTRS: base + layout.WORD * attrs_at,
            }
            for word, number in head.items():
                code[start + word] = number
            code[start + layout.OPERANDS : attrs_at] = [slot_offset(slot) for slot in instruction.operands]
            code[attrs_at:end] = [address_of(a) if isinstance(a, Variant) else a for a in instruction.attrs]
            at_address[base + layout.WORD * start] = instruction
            compared = max(instruction.compared, 0)
            prepared += layout.WORD * (layout.PREPARED_WORDS * compared + instruction.private_words)
        return LinkedProgram(self, code, base, slots_end, prepared, at_address)


class LinkedProgram(NamedTuple):
    """A program in memory. `code` must outlive every run."""

    program: Program
    code: np.ndarray[Any, Any]
    start: int
    prepared_begin: int
    """Byte offset from state where what PREPARE was run for begins."""
    state_bytes: int
    at_address: dict[int, Instruction]

    def position(self, address: int) -> int:
        """The number of the instruction at this address."""
        return list(self.at_address).index(address)


def slot_offset(slot: int) -> int:
    """Bytes from the state to a slot."""
    return layout.WORD * (layout.HEADER_WORDS + layout.SLOT_WORDS * slot)


def slot_word(slot: int) -> int:
    """Words from the state to a slot."""
    return layout.HEADER_WORDS + layout.SLOT_WORDS * slot


def operand_values(instruction: Instruction, slots: Sequence[Slot]) -> list[Value]:
    return [slots[i].value for i in instruction.operands]
