"""Places object files of x86-64 Linux in this process, so that loading a kernel image needs no LLVM.

LLVM's own loader costs a process some 40 MB and most of a tenth of a second, for what three kinds of relocation need.
An object file that asks for anything else is a NotPlaceable, and the caller hands it to LLVM.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

_MAGIC = b"\x7fELF\x02\x01"  # 64-bit, little-endian
_RELOCATABLE, _X86_64 = 1, 62
_PROGBITS, _SYMTAB, _RELA, _NOBITS = 1, 2, 4, 8  # kinds of section
_ALLOCATED = 2
_UNDEFINED, _RESERVED = 0, 0xFF00  # of section numbers of symbols
_ABSOLUTE_64, _RELATIVE_32, _CALL_32 = 1, 2, 4  # kinds of relocation
_JUMP = bytes([0xFF, 0x25, 0, 0, 0, 0])  # to the address in the eight bytes behind it
_STUB_BYTES = 16
_MOST_BYTES = 1 << 30  # of all that is placed at once: 32-bit distances reach everywhere in it

_HEADER = np.dtype("S16, <u2, <u2, <u4, <u8, <u8, <u8, <u4, <u2, <u2, <u2, <u2, <u2, <u2")
_SECTION = np.dtype(
    [("name", "<u4"), ("kind", "<u4"), ("flags", "<u8"), ("address", "<u8"), ("offset", "<u8"), ("size", "<u8"),
     ("link", "<u4"), ("info", "<u4"), ("alignment", "<u8"), ("item", "<u8")]
)  # fmt: skip
_SYMBOL = np.dtype(
    [("name", "<u4"), ("info", "u1"), ("other", "u1"), ("section", "<u2"), ("value", "<u8"), ("size", "<u8")]
)
_RELOCATION = np.dtype([("offset", "<u8"), ("kind", "<u4"), ("symbol", "<u4"), ("addend", "<i8")])

Words = np.ndarray[Any, Any]


class NotPlaceable(ValueError):
    """No whole object file of this system, or one that needs what is not done here."""


def is_at_home() -> bool:
    """Whether this process runs such code."""
    return sys.platform == "linux" and os.uname().machine == "x86_64" and sys.maxsize > 1 << 32


class ObjectFile:
    """Sections, symbols and relocations of one file, every offset checked. Raises NotPlaceable."""

    def __init__(self, code: bytes) -> None:
        if not code.startswith(_MAGIC) or len(code) < _HEADER.itemsize:
            raise NotPlaceable("not a 64-bit ELF file")
        self.code = code
        header = np.frombuffer(code, _HEADER, 1)[0].tolist()
        kind, machine, start, count = header[1], header[2], header[6], header[12]
        if (kind, machine, header[11]) != (_RELOCATABLE, _X86_64, _SECTION.itemsize):
            raise NotPlaceable("not an object file of x86-64")
        self.sections = self._table(start, count * _SECTION.itemsize, _SECTION)
        tables = self.sections[self.sections["kind"] == _SYMTAB]
        if len(tables) != 1 or tables[0]["link"] >= count:
            raise NotPlaceable("not one table of symbols")
        self.symbols = self._table(tables[0]["offset"], tables[0]["size"], _SYMBOL)
        self._names = int(self.sections[tables[0]["link"]]["offset"])

    def content(self, section: int) -> Words:
        return self._table(self.sections[section]["offset"], self.sections[section]["size"], np.dtype(np.uint8))

    def _table(self, start: Any, size: Any, dtype: np.dtype[Any]) -> Words:
        start, size = int(start), int(size)
        if start + size > len(self.code) or size % dtype.itemsize:
            raise NotPlaceable("a table leaves the file")
        return np.frombuffer(self.code, dtype, size // dtype.itemsize, start)

    def name(self, symbol: int) -> str:
        start = self._names + int(self.symbols[symbol]["name"])
        end = self.code.find(b"\0", start)
        if start >= len(self.code) or end < 0:
            raise NotPlaceable("the name of a symbol leaves the file")
        return self.code[start:end].decode("latin-1")

    def undefined(self) -> dict[int, str]:
        """Names of symbols that must come from elsewhere, by their number."""
        numbers = np.flatnonzero((self.symbols["section"] == _UNDEFINED) & (self.symbols["name"] != 0))
        return {int(number): self.name(int(number)) for number in numbers}

    def functions(self) -> dict[str, int]:
        """Numbers of the symbols that others may see, by name."""
        visible = (self.symbols["info"] >> 4 != 0) & (self.symbols["section"] != _UNDEFINED)
        return {self.name(int(number)): int(number) for number in np.flatnonzero(visible)}

    def loaded(self) -> list[int]:
        """Numbers of the sections that are needed to run: code and constants."""
        numbers = np.flatnonzero((self.sections["flags"] & _ALLOCATED != 0) & (self.sections["size"] > 0))
        kinds = self.sections["kind"][numbers]
        if (kinds == _NOBITS).any():
            raise NotPlaceable("there are variables")
        return [int(number) for number in numbers[kinds == _PROGBITS]]

    def relocations(self) -> list[tuple[int, Words]]:
        """Tables, each with the number of the section that it changes."""
        tables = self.sections[self.sections["kind"] == _RELA]
        return [(int(t["info"]), self._table(t["offset"], t["size"], _RELOCATION)) for t in tables]


class _Placed(NamedTuple):
    """Where the parts of a file lie in the memory: offsets."""

    file: ObjectFile
    sections: dict[int, int]
    stubs: dict[int, int]
    """By the number of the undefined symbol that one jumps to."""


class Code:
    """Object files in memory of their own, ready to run as long as this object lives."""

    def __init__(self, codes: Sequence[bytes]) -> None:
        """Raises NotPlaceable before anything is mapped, and OSError where the system gives no memory to run."""
        placed, size = _layout([ObjectFile(code) for code in codes])
        bytes_ = np.zeros(size, np.uint8)
        memory = mmap.mmap(-1, max(size, 1), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        base = int(np.frombuffer(memory, np.uint8).ctypes.data)
        for one in placed:
            _fill(bytes_, one, base)
        np.frombuffer(memory, np.uint8)[:size] = bytes_
        _make_executable(base, len(memory))
        self._memory: Final = memory
        self._addresses = {
            name: base + one.sections[int(one.file.symbols[number]["section"])] + int(one.file.symbols[number]["value"])
            for one in placed
            for name, number in one.file.functions().items()
            if int(one.file.symbols[number]["section"]) in one.sections
        }

    def address(self, name: str) -> int:
        """Of a function. KeyError where none has this name."""
        return self._addresses[name]


def _layout(files: Sequence[ObjectFile]) -> tuple[list[_Placed], int]:
    placed, end = [], 0
    for file in files:
        sections, stubs = {}, {}
        for number in file.loaded():
            section = file.sections[number]
            alignment = max(int(section["alignment"]), 1)
            if alignment > mmap.PAGESIZE or alignment & (alignment - 1):
                raise NotPlaceable(f"a section is aligned to {alignment} bytes")
            end = -(-end // alignment) * alignment
            sections[number] = end
            end += int(section["size"])
        end = -(-end // _STUB_BYTES) * _STUB_BYTES
        for number in file.undefined():
            stubs[number] = end
            end += _STUB_BYTES
        if end > _MOST_BYTES:
            raise NotPlaceable("more code than 32-bit distances reach")
        placed.append(_Placed(file, sections, stubs))
    return placed, end


def _fill(memory: Words, placed: _Placed, base: int) -> None:
    """Copies the sections, makes the stubs, and writes what depends on where they lie."""
    file = placed.file
    for number, at in placed.sections.items():
        content = file.content(number)
        memory[at : at + len(content)] = content
    names = file.undefined()
    for number, at in placed.stubs.items():
        stub = _JUMP + _library_address(names[number]).to_bytes(8, "little")
        memory[at : at + len(stub)] = np.frombuffer(stub, np.uint8)
    values, foreign = _symbol_offsets(placed), file.symbols["section"] == _UNDEFINED
    for target, table in file.relocations():
        if target in placed.sections:
            _check(table, int(file.sections[target]["size"]), values, foreign)
            _relocate(memory, table, placed.sections[target], values, base)


def _symbol_offsets(placed: _Placed) -> Words:
    """Of each symbol; -1 where it is nothing that was placed."""
    symbols = placed.file.symbols
    offsets = np.full(len(symbols), -1, np.int64)
    for number, at in placed.sections.items():
        mine = symbols["section"] == number
        if (symbols["value"][mine] > placed.file.sections[number]["size"]).any():
            raise NotPlaceable("a symbol leaves its section")
        offsets[mine] = at + symbols["value"][mine].astype(np.int64)
    for number, at in placed.stubs.items():
        offsets[number] = at
    return offsets


def _check(table: Words, size: int, values: Words, foreign: Words) -> None:
    """Whether all relocations of a section of this size are of known kinds, and lead to what is there."""
    kinds, symbols = table["kind"], table["symbol"]
    absolute, relative, call = (kinds == kind for kind in (_ABSOLUTE_64, _RELATIVE_32, _CALL_32))
    if not (absolute | relative | call).all():
        raise NotPlaceable("a relocation of another kind")
    if (symbols >= len(values)).any() or (values[symbols] < 0).any():
        raise NotPlaceable("a relocation to what is not there")
    if (table["offset"] + np.where(absolute, 8, 4).astype(np.uint64) > size).any():
        raise NotPlaceable("a relocation leaves its section")
    if (relative & foreign[symbols]).any():
        raise NotPlaceable("data of a library")


def _relocate(memory: Words, table: Words, start: int, values: Words, base: int) -> None:
    """Writes the addresses and distances that one section holds."""
    at = start + table["offset"].astype(np.int64)
    target = values[table["symbol"]] + table["addend"]
    absolute = table["kind"] == _ABSOLUTE_64
    written = np.where(absolute, target + base, target - at)
    if (np.abs(written[~absolute]) >= 1 << 31).any():
        raise NotPlaceable("a distance of more than 32 bits")
    for i in range(4):
        memory[at + i] = written >> 8 * i & 0xFF
    for i in range(4, 8):
        memory[at[absolute] + i] = written[absolute] >> 8 * i & 0xFF


@functools.cache
def _libraries() -> list[ctypes.CDLL]:
    """The process itself, then the C library's mathematics, which the interpreter may not have loaded."""
    return [ctypes.CDLL(None), ctypes.CDLL("libm.so.6")]


@functools.cache
def _library_address(name: str) -> int:
    for library in _libraries():
        try:
            return ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0
        except AttributeError:
            continue
    raise NotPlaceable(f"no library has {name}")


def _make_executable(address: int, size: int) -> None:
    """From now on the memory is run, and no longer written."""
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    if protect(address, size, mmap.PROT_READ | mmap.PROT_EXEC) != 0:
        raise OSError(ctypes.get_errno(), "cannot run code from memory")
