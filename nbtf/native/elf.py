"""Places object files of Linux in this process, so that loading a kernel image needs no LLVM.

LLVM's own loader costs a process some 40 MB and most of a tenth of a second, for what a few kinds of relocation need.
An object file that asks for anything else is a NotPlaceable, and the caller hands it to LLVM.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from nbtf.native.relocation import AARCH64, X86_64, Architecture, NotPlaceable, Words

_MAGIC = b"\x7fELF\x02\x01"  # 64-bit, little-endian
_RELOCATABLE = 1
_PROGBITS, _SYMTAB, _RELA, _NOBITS = 1, 2, 4, 8  # kinds of section
_ALLOCATED = 2
_UNDEFINED = 0  # of section numbers of symbols
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


@functools.cache
def home() -> Architecture | None:
    """What this process runs; None where code of this kind cannot be placed in it."""
    if sys.platform != "linux" or sys.byteorder != "little" or sys.maxsize <= 1 << 32:
        return None
    return {"x86_64": X86_64, "aarch64": AARCH64}.get(os.uname().machine)


class ObjectFile:
    """Sections, symbols and relocations of one file, every offset checked. Raises NotPlaceable."""

    def __init__(self, code: bytes, machine: int) -> None:
        if not code.startswith(_MAGIC) or len(code) < _HEADER.itemsize:
            raise NotPlaceable("not a 64-bit ELF file")
        self.code = code
        header = np.frombuffer(code, _HEADER, 1)[0].tolist()
        start, count = header[6], header[12]
        if (header[1], header[2], header[11]) != (_RELOCATABLE, machine, _SECTION.itemsize):
            raise NotPlaceable("not an object file of this architecture")
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


class Layout:
    """Object files one behind the other, for memory of this or of another machine."""

    def __init__(self, codes: Sequence[bytes], architecture: Architecture) -> None:
        """Raises NotPlaceable."""
        self._architecture = architecture
        self._placed, self.size = _layout([ObjectFile(code, architecture.machine) for code in codes])

    def content(self, base: int, library_address: Callable[[str], int]) -> Words:
        """The bytes of memory that begins at this address, a page's. Raises NotPlaceable."""
        content = np.zeros(self.size, np.uint8)
        for one in self._placed:
            _fill(content, one, base, self._architecture, library_address)
        return content

    def addresses(self, base: int) -> dict[str, int]:
        """Of the functions, by name, in that memory."""
        return {
            name: base + one.sections[int(one.file.symbols[number]["section"])] + int(one.file.symbols[number]["value"])
            for one in self._placed
            for name, number in one.file.functions().items()
            if int(one.file.symbols[number]["section"]) in one.sections
        }


class Code:
    """Object files in memory of their own, ready to run as long as this object lives."""

    def __init__(self, codes: Sequence[bytes]) -> None:
        """Raises NotPlaceable before anything is run, and OSError where the system gives no memory to run."""
        architecture = home()
        if architecture is None:
            raise NotPlaceable("not a system whose object files are placed here")
        layout = Layout(codes, architecture)
        memory = mmap.mmap(-1, max(layout.size, 1), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        base = int(np.frombuffer(memory, np.uint8).ctypes.data)
        np.frombuffer(memory, np.uint8)[: layout.size] = layout.content(base, _library_address)
        _make_executable(base, len(memory))
        self._memory: Final = memory
        self._addresses = layout.addresses(base)

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


def _fill(
    memory: Words, placed: _Placed, base: int, architecture: Architecture, library_address: Callable[[str], int]
) -> None:
    """Copies the sections, makes the stubs, and writes what depends on where they lie."""
    file = placed.file
    for number, at in placed.sections.items():
        content = file.content(number)
        memory[at : at + len(content)] = content
    names = file.undefined()
    for number, at in placed.stubs.items():
        stub = architecture.jump + library_address(names[number]).to_bytes(8, "little")
        memory[at : at + len(stub)] = np.frombuffer(stub, np.uint8)
    values, foreign = _symbol_offsets(placed), file.symbols["section"] == _UNDEFINED
    for section, table in file.relocations():
        if section in placed.sections:
            start, size = placed.sections[section], int(file.sections[section]["size"])
            _relocate(memory[start : start + size], table, base + start, values, base, foreign, architecture)


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


def _relocate(
    section: Words, table: Words, start: int, values: Words, base: int, foreign: Words, architecture: Architecture
) -> None:
    """Writes the addresses and distances that one section holds. All must be of known kinds, and lead to what is there."""
    if (table["symbol"] >= len(values)).any() or (values[table["symbol"]] < 0).any():
        raise NotPlaceable("a relocation to what is not there")
    for kind in set(table["kind"].tolist()):
        if kind not in architecture.relocations:
            raise NotPlaceable("a relocation of another kind")
        relocation = architecture.relocations[kind]
        mine = table[table["kind"] == kind]
        if len(section) < relocation.bytes or (mine["offset"] > len(section) - relocation.bytes).any():
            raise NotPlaceable("a relocation leaves its section")
        if not relocation.reaches_libraries and foreign[mine["symbol"]].any():
            raise NotPlaceable("data of a library")
        offsets = mine["offset"].astype(np.int64)
        bytes_ = offsets[:, None] + np.arange(relocation.bytes)
        old = section[bytes_].view("<u4")[:, 0].astype(np.int64) if relocation.keeps else np.zeros(1, np.int64)
        written = relocation.encode(old, values[mine["symbol"]] + mine["addend"] + base, offsets + start)
        section[bytes_] = written.astype("<i8").view(np.uint8).reshape(-1, 8)[:, : relocation.bytes]


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
    if home() is AARCH64:
        _forget_instructions(address, size)
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    if protect(address, size, mmap.PROT_READ | mmap.PROT_EXEC) != 0:
        raise OSError(ctypes.get_errno(), "cannot run code from memory")


def _forget_instructions(address: int, size: int) -> None:
    """Of what the processor may have fetched from this memory before: not all of them look for themselves."""
    clear = ctypes.CDLL("libgcc_s.so.1").__clear_cache  # an OSError where there is none: LLVM has its own
    clear.argtypes, clear.restype = [ctypes.c_void_p, ctypes.c_void_p], None
    clear(address, address + size)
