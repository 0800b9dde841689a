"""What ran when: a run with a trace goes through the variant of the loop that reads a clock after every instruction."""

from __future__ import annotations

import ctypes
import functools
import inspect
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbtf import layout
from nbtf.compiler.emit import operand_count
from nbtf.compiler.ir import Node
from nbtf.compiler.program import Instruction
from nbtf.compiler.variant import Variant
from nbtf.errors import UnimplementedError
from nbtf.layout import WORD
from nbtf.vm import host
from nbtf.vm.context import Context
from nbtf.vm.image import image

_LOOP = Variant("instruction", "run_traced", "loop")
_ROOM = 4096  # records between looks of the host
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Event:
    """An instruction that ran; times in nanoseconds since the epoch."""

    instruction: Instruction
    begin: int
    prepared: int
    """When its shape rule was done; `begin` where it did not have to run."""
    end: int

    @property
    def seconds(self) -> float:
        return (self.end - self.begin) / 1e9


class Trace:
    """The events of one run, in order. Pass it to `Executable.run`."""

    def __init__(self) -> None:
        """Raises UnimplementedError where the system has no clock_gettime."""
        image().require([_LOOP])
        self.events: list[Event] = []
        self._words = np.zeros(layout.RECORDS + layout.TRACE_RECORD_WORDS * _ROOM, np.int64)
        self._address = int(self._words.ctypes.data)
        self._first = self._address + WORD * layout.RECORDS
        self._words[layout.RECORDS_END] = self._address + self._words.nbytes
        self._words[layout.CLOCK] = _clock_address()
        self._words[layout.CLOCK_ID] = time.CLOCK_MONOTONIC
        self._epoch = time.time_ns() - _now()
        self._context: Context | None = None

    def run(self, context: Context, at: int) -> int:
        """Goes on at an instruction: what the loop itself answers."""
        self._context = context
        self._words[layout.TRACED_STATE] = context.address
        self._words[layout.NEXT_RECORD] = self._first
        status = _loop()(self._address, at)
        used = (int(self._words[layout.NEXT_RECORD]) - self._address) // WORD
        records = self._words[layout.RECORDS : used].reshape(-1, layout.TRACE_RECORD_WORDS)
        for ip, *times in records.tolist():
            self._add(context.linked.at_address[ip], *times)
        return status

    def serve(self, context: Context, instruction: Instruction) -> None:
        """Has Python compute an instruction."""
        begin = _now()
        host.serve(context, instruction)
        self._add(instruction, begin, begin, _now())

    def _add(self, instruction: Instruction, *times: int) -> None:
        self.events.append(Event(instruction, *(self._epoch + nanoseconds for nanoseconds in times)))

    # ---- what an instruction worked on ----

    def shapes(self, instruction: Instruction) -> tuple[list[Shape], list[Shape]]:
        """Dims of its inputs and outputs, as they were when it last ran."""
        assert self._context is not None
        inputs, outputs = _operands(instruction)
        return [self._context.shape(slot) for slot in inputs], [self._context.shape(slot) for slot in outputs]

    def bytes_moved(self, instruction: Instruction) -> int:
        """Bytes of its inputs and outputs together."""
        assert self._context is not None
        inputs, outputs = _operands(instruction)
        slots = self._context.program.slots
        return sum(math.prod(self._context.shape(slot)) * slots[slot].itemsize for slot in (*inputs, *outputs))

    def flops(self, instruction: Instruction) -> int:
        """Floating-point operations of one run of it, a multiply-add as two; 0 where its op does not say."""
        node = instruction.node
        if node is None or node.block is None:
            return 0
        inputs, outputs = self.shapes(instruction)
        if node.block.flops is not None:
            return int(node.block.flops(**_arguments(node.block.flops, node, inputs, outputs)))
        if instruction.code.family == "map":
            return math.prod(outputs[0]) * (len(node.attrs.steps) if node.block.steps else 1)
        return 0


def _operands(instruction: Instruction) -> tuple[list[int], list[int]]:
    """Slots of its inputs and of its outputs."""
    node, operands = instruction.node, instruction.operands
    if node is None:
        return [], []
    if instruction.code.family == "map":
        return operands[:-1], operands[-1:]
    if instruction.code.name in ("rename", "copy"):  # of one of a Merge's inputs
        return operands[:1], operands[1:]
    split = len(node.inputs)
    return operands[:split], operands[split : split + len(node.outputs)]


def _arguments(rule: Callable[..., int], node: Node, inputs: list[Shape], outputs: list[Shape]) -> dict[str, Any]:
    """Dims of inputs and outputs, and attributes, by the names of the signature; those that the rule wants."""
    assert node.definition is not None
    dims: dict[str, Any] = {}
    for arguments, shapes in ((node.definition.inputs, inputs), (node.definition.outputs, outputs)):
        at = 0
        for argument in arguments:
            count = operand_count(argument, node)
            several = argument.number_attr or argument.type_list_attr
            dims[argument.name] = shapes[at : at + count] if several else shapes[at]
            at += count
    return {
        name: dims[name] if name in dims else getattr(node.attrs, name) for name in inspect.signature(rule).parameters
    }


_ENTRY = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)


@functools.cache
def _loop() -> Callable[[int, int], int]:
    return _ENTRY(image().address(_LOOP))


@functools.cache
def _clock_address() -> int:
    try:
        clock = ctypes.CDLL(None).clock_gettime
    except (AttributeError, OSError, TypeError):
        raise UnimplementedError(None, None, "this system has no clock_gettime: runs cannot be traced") from None
    return ctypes.cast(clock, ctypes.c_void_p).value or 0


def _now() -> int:
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
