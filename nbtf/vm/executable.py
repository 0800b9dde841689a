"""A program ready to run in one session: feeds in, one call into the loop, fetches out."""

from __future__ import annotations

import ctypes
import functools
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf import layout
from nbtf.compiler.folding import FoldingError
from nbtf.compiler.ir import Value
from nbtf.compiler.optimize import Pass, without_folding
from nbtf.compiler.pipeline import compile_folded
from nbtf.compiler.program import RUN, Instruction, Program
from nbtf.dtypes import string as string_dtype
from nbtf.dtypes import variant as variant_dtype
from nbtf.errors import DeadlineExceededError, InternalError
from nbtf.layout import WORD
from nbtf.native.aligned import Allocate, aligned_empty
from nbtf.vm import host
from nbtf.vm.context import BUDGET, Context
from nbtf.vm.fetch import Loan, fetch
from nbtf.vm.folding import fold
from nbtf.vm.image import image
from nbtf.vm.resources import Resources

if TYPE_CHECKING:
    from nbtf.vm.trace import Trace

_STAGED_BYTES = 1 << 16
_ENTRY = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)  # takes ints, too, but then twice as long


@functools.cache
def _loop() -> Callable[[int | ctypes.c_void_p, int | ctypes.c_void_p], int]:
    return _ENTRY(image().address(RUN))


class Executable:
    """Runs of one program. Several threads may run it at once: each run takes a context of its own.

    Making one raises FoldingError where what the program wants folded cannot be computed.
    """

    def __init__(self, program: Program, resources: Resources, allocate: Allocate = aligned_empty) -> None:
        """allocate: makes the arrays of large results."""
        image().require(program.variants)
        self._folded = fold(program, resources, _compute)
        self.program = program
        self.linked = program.link(image().address)
        self.resources = resources
        self._allocate = allocate
        self._run = _loop()
        self._start = ctypes.c_void_p(self.linked.start)
        self._idle: list[_Binding] = []
        self._lock = threading.Lock()

    def run(self, feeds: Sequence[Any], deadline: float | None = None, trace: Trace | None = None) -> list[Any]:
        """The fetched values, for feeds in the program's order. What it returns never aliases VM memory.

        trace: gets what runs when.

        Raises DeadlineExceededError where it is not done by `deadline`, a time of `time.monotonic`.
        """
        try:
            binding = self._idle.pop()  # atomic: no lock on the fast path
        except IndexError:
            binding = _Binding(self.program, Context(self.linked, self.resources, self._folded), self._allocate)
        context = binding.context
        if len(feeds) != len(binding.feeds):
            raise InternalError(None, None, f"a program of {len(binding.feeds)} feeds was given {len(feeds)}")
        context.begin_run()
        context.deadline = deadline
        for i, fill in enumerate(binding.feeds):  # zip and comprehensions cost some tenths of a microsecond more
            fill(feeds[i])
        for loan in binding.loans:
            loan.lend()
        if trace is None:
            status = self._run(binding.state, self._start)
        else:
            status = trace.run(context, self.linked.start)
        if status != layout.HALT:
            try:
                self._serve(status, context, trace)
            except BaseException:
                for attempt in context.attempts:
                    attempt.cancel()
                context.run_held.clear()  # a mutex among it is free for others, however long the error is kept
                raise
        values: list[Any] = []
        for take in binding.fetches:
            values.append(take())  # noqa: PERF401  # as above
        self._idle.append(binding)
        return values

    def _serve(self, status: int, context: Context, trace: Trace | None) -> None:
        """Requests of the VM, until it halts; a context whose run failed is not used again."""
        words = context.words
        while status != layout.HALT:
            at = words[layout.STOPPED_AT]
            if status == layout.HEAP_FULL:
                context.grow_heap()
            elif status == layout.NO_TEAM:
                context.call_team()
            elif status == layout.INTERRUPT:
                if context.deadline is not None and time.monotonic() > context.deadline:
                    raise DeadlineExceededError(None, None, "Timed out waiting for notification")
                words[layout.BUDGET] = BUDGET  # a pending KeyboardInterrupt is raised between these lines
            else:
                instruction = self.linked.at_address[at]
                if status == layout.HOST:
                    serve = host.serve if trace is None else trace.serve
                    serve(context, instruction)
                    at += context_length(at)
                elif status == layout.VARIABLE_FULL:
                    self._grow_variable(context, instruction)
                else:
                    from nbtf.vm import failure  # it knows much that no run needs which goes well

                    raise failure.explain(status, context, instruction)
            status = self._run(context.address, at) if trace is None else trace.run(context, at)

    def _grow_variable(self, context: Context, instruction: Instruction) -> None:
        handle = int(context.view(instruction.operands[0], np.dtype(np.int64)))
        variable = self.resources.at(handle)
        if variable is None:
            raise InternalError(None, None, "a handle leads to no variable of this session")
        variable.reserve(context.words[layout.NEEDED])


def load(
    compile_with: Callable[[tuple[Pass, ...]], Program], passes: tuple[Pass, ...], resources: Resources
) -> Executable:
    """The program as these passes make it, ready to run.

    What cannot be folded may lie in a branch that no run takes: then the program computes it where it stands.
    """
    try:
        return Executable(compile_with(passes), resources)
    except FoldingError:
        return Executable(compile_with(without_folding(passes)), resources)


def _compute(values: list[Value], resources: Resources, allocate: Allocate) -> list[np.ndarray[Any, Any]]:
    """What depends on constants only, by a program of its own."""
    return Executable(compile_folded(values), resources, allocate).run([])


def context_length(at: int) -> int:
    """Bytes of the instruction at this address."""
    return ctypes.c_int64.from_address(at + WORD * layout.LENGTH).value


class _Binding:
    """A context with what fills its fed slots and reads its fetched ones."""

    def __init__(self, program: Program, context: Context, allocate: Allocate) -> None:
        self.context = context
        self.state = ctypes.c_void_p(context.address)
        self.feeds = [feed(context, slot, program.slots[slot].value) for slot in program.feeds]
        fetched = list(zip(program.fetches, program.fetched, strict=True))
        loans = {slot: Loan(context, slot, value, allocate) for slot, value in fetched if slot in program.lendable}
        self.loans = list(loans.values())
        self.fetches = [loans[slot].take if slot in loans else fetch(context, slot, value) for slot, value in fetched]


def feed(context: Context, slot: int, value: Value) -> Callable[[Any], None]:
    """A function that makes a fed slot read an array of the tensor's dtype, checked by the session.

    Small arrays are copied into a staging array, because an array's address costs more (0.9 us) than copying it (0.1 us);
    large ones are read in place.
    """
    if value.is_handle or value.dtype == variant_dtype:
        dtype = np.dtype(np.int64)
    elif value.dtype == string_dtype:
        return lambda strings: _feed_strings(context, slot, strings)
    else:
        dtype = value.dtype.storage
    held: Any = None  # what the slot reads, which must outlive the run
    staged: tuple[int, ...] | None = None  # dims of a staging array

    def fill(array: Any) -> None:
        nonlocal held, staged
        if array.dtype is not dtype and array.dtype != dtype:
            array = array.view(dtype)
        if array.shape == staged:
            held[...] = array
            return
        held = np.asarray(array, order="C")
        staged = held.shape if held.nbytes <= _STAGED_BYTES else None
        held = held.copy() if staged is not None else held
        context.set_slot(slot, held)

    return fill


def _feed_strings(context: Context, slot: int, value: Any) -> None:
    array = context.strings.handles(value)
    context.run_held.append(array)
    context.set_slot(slot, array)
