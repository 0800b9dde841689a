"""Runs sessions of this process on an emulated processor of aarch64: Python stays here, what nbtf compiles runs there.

The emulator sees the memory of this process at its own addresses, page by page as code asks for it, so the words that the
session lays out serve both. Functions of the C library are called here, in place of the emulated ones.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import unicorn
from unicorn import arm64_const as arm64

from nbtf.native import elf
from nbtf.native.relocation import AARCH64
from nbtf.vm.library_symbols import LIBRARY_SYMBOLS

RETURN = bytes.fromhex("c0035fd6")
LIBRARY = 0x10000  # where no process has anything: a return for each function, and one that ends a call
END = LIBRARY
STACK_BYTES = 1 << 20
MEMORY_FUNCTIONS = {
    "memcpy": ctypes.memmove,
    "memmove": ctypes.memmove,
    "memset": ctypes.memset,
}


class Emulator:
    """One core of an ARMv8.0-A processor."""

    def __init__(self) -> None:
        self._core = unicorn.Uc(unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM)
        self._core.ctl_set_cpu_model(arm64.UC_CPU_ARM64_A72)
        self._core.hook_add(unicorn.UC_HOOK_MEM_UNMAPPED, self._map)
        functions = sorted(LIBRARY_SYMBOLS)
        self._library = {name: LIBRARY + 4 * (1 + i) for i, name in enumerate(functions)}
        self._core.mem_map(LIBRARY, mmap.PAGESIZE)
        self._core.mem_write(LIBRARY, RETURN * (1 + len(functions)))
        self._names = dict(zip(self._library.values(), functions, strict=True))
        self._core.hook_add(unicorn.UC_HOOK_CODE, self._call_library, None, LIBRARY + 4, LIBRARY + 4 * len(functions))
        self._stack = np.zeros(STACK_BYTES, np.uint8)
        self._placed: list[np.ndarray[Any, Any]] = []
        self.called: set[str] = set()
        """Functions of the C library that code has called."""

    def place(self, codes: Sequence[bytes]) -> Callable[[str], int]:
        """As nbtf.native.placement does it, but for this core."""
        layout = elf.Layout(codes, AARCH64)
        memory = mmap.mmap(-1, max(layout.size, 1))
        array = np.frombuffer(memory, np.uint8)
        base = int(array.ctypes.data)
        array[: layout.size] = layout.content(base, self._library.__getitem__)
        self._placed.append(array)
        return layout.addresses(base).__getitem__

    def entry(self, address: int) -> Callable[..., int]:
        """The function of words, eight at most, that begins there."""
        return functools.partial(self._run, address)

    def _run(self, address: int, *arguments: int | ctypes.c_void_p) -> int:
        core = self._core
        core.reg_write(arm64.UC_ARM64_REG_SP, int(self._stack.ctypes.data) + STACK_BYTES & -16)
        for i, argument in enumerate(arguments):
            core.reg_write(arm64.UC_ARM64_REG_X0 + i, argument if isinstance(argument, int) else argument.value)
        core.reg_write(arm64.UC_ARM64_REG_LR, END)
        core.emu_start(address, END)
        return int(core.reg_read(arm64.UC_ARM64_REG_X0))

    def _map(self, core: Any, access: int, address: int, size: int, value: int, data: Any) -> bool:
        """This process's memory around an address; False, which ends the run with an error, where it has none."""
        for begin, end in _mappings():
            if begin <= address < end:
                try:
                    core.mem_map_ptr(begin, end - begin, unicorn.UC_PROT_ALL, begin)
                except unicorn.UcError:  # some of it is mapped
                    page = address // mmap.PAGESIZE * mmap.PAGESIZE
                    core.mem_map_ptr(page, mmap.PAGESIZE, unicorn.UC_PROT_ALL, page)
                return True
        return False

    def _call_library(self, core: Any, address: int, size: int, data: Any) -> None:
        name = self._names[address]
        self.called.add(name)
        if name in MEMORY_FUNCTIONS:
            registers = (arm64.UC_ARM64_REG_X0, arm64.UC_ARM64_REG_X1, arm64.UC_ARM64_REG_X2)
            MEMORY_FUNCTIONS[name](*map(core.reg_read, registers))  # the first stays, and is the result
            return
        kind = ctypes.c_float if name.endswith("f") and name != "erf" else ctypes.c_double
        function = getattr(ctypes.CDLL("libm.so.6"), name)
        function.restype = kind
        count = 2 if name.rstrip("f") in ("pow", "atan2", "hypot", "mod", "nextafter", "copysign") else 1
        registers = (arm64.UC_ARM64_REG_D0, arm64.UC_ARM64_REG_D1)[:count]
        values = [kind.from_buffer_copy(int(core.reg_read(r)).to_bytes(8, "little")) for r in registers]
        result = bytes(kind(function(*values)))
        core.reg_write(arm64.UC_ARM64_REG_D0, int.from_bytes(result, "little"))


def _mappings() -> Iterator[tuple[int, int]]:
    """Where this process may read."""
    with open("/proc/self/maps") as file:
        for line in file:
            place, rights = line.split()[:2]
            begin, _, end = place.partition("-")
            if rights.startswith("r"):
                yield int(begin, 16), int(end, 16)


def emulate() -> Emulator:
    """From now on sessions run on the emulator; NBTF_CPU_LEVEL must name its level."""
    from nbtf.vm import executable, image

    emulator = Emulator()
    image.place = emulator.place
    executable._ENTRY = emulator.entry
    return emulator
