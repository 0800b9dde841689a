"""What a loader must know of an architecture: its kinds of ELF relocations, and how to jump anywhere.

Only those kinds that LLVM makes for kernels: position independent code of the small model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

Words = np.ndarray[Any, Any]


class NotPlaceable(ValueError):
    """No whole object file of this system, or one that needs what is not done here."""


class Relocation(NamedTuple):
    """What one kind of relocation writes."""

    bytes: int
    encode: Callable[[Words, Words, Words], Words]
    """From what lies there (0 unless `keeps`), the addresses of targets and of places: what is written, as integers of
    any width. Raises NotPlaceable."""
    keeps: bool = False
    """Whether it writes into a word that is there, which is an instruction then."""
    reaches_libraries: bool = False
    """Whether its target may be a function of a library: a stub that jumps to it."""


class Architecture(NamedTuple):
    machine: int
    """Its number in an ELF header."""
    jump: bytes
    """Code that jumps to the address in the eight bytes behind it."""
    relocations: Mapping[int, Relocation]


def _absolute(old: Words, target: Words, place: Words) -> Words:
    return target


def _relative(old: Words, target: Words, place: Words) -> Words:
    return _fitting(target - place, 32)


def _fitting(distance: Words, bits: int) -> Words:
    if (distance >= 1 << bits - 1).any() or (distance < -1 << bits - 1).any():
        raise NotPlaceable(f"a distance of more than {bits} bits")
    return distance


X86_64 = Architecture(
    machine=62,
    jump=bytes([0xFF, 0x25, 0, 0, 0, 0]),
    relocations={
        1: Relocation(8, _absolute, reaches_libraries=True),  # R_X86_64_64
        2: Relocation(4, _relative),  # R_X86_64_PC32
        4: Relocation(4, _relative, reaches_libraries=True),  # R_X86_64_PLT32
    },
)


# An instruction of aarch64 is a word of four bytes, aligned, with some of its bits for a distance or an address.


def _branch(old: Words, target: Words, place: Words) -> Words:
    return old & 0xFC000000 | _fitting(target - place, 28) >> 2 & 0x03FFFFFF


def _page(old: Words, target: Words, place: Words) -> Words:
    """The distance in pages of 4 KB, whatever size those of the system have: its two lowest bits stand apart."""
    pages = _fitting((target >> 12) - (place >> 12), 21)
    return old & 0x9F00001F | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5


def _in_page(shift: int) -> Callable[[Words, Words, Words], Words]:
    """The rest, in items of 1 << shift bytes."""

    def encode(old: Words, target: Words, place: Words) -> Words:
        if (target & (1 << shift) - 1).any():
            raise NotPlaceable("a constant that is not aligned")
        return old & 0xFFC003FF | (target >> shift & 0xFFF >> shift) << 10

    return encode


AARCH64 = Architecture(
    machine=183,
    jump=bytes.fromhex("50000058 00021fd6"),  # ldr x16, behind; br x16
    relocations={
        257: Relocation(8, _absolute, reaches_libraries=True),  # R_AARCH64_ABS64
        261: Relocation(4, _relative),  # R_AARCH64_PREL32
        275: Relocation(4, _page, keeps=True),  # R_AARCH64_ADR_PREL_PG_HI21
        277: Relocation(4, _in_page(0), keeps=True),  # R_AARCH64_ADD_ABS_LO12_NC
        278: Relocation(4, _in_page(0), keeps=True),  # R_AARCH64_LDST8_ABS_LO12_NC, and of 16, 32, 64 and 128 bits
        284: Relocation(4, _in_page(1), keeps=True),
        285: Relocation(4, _in_page(2), keeps=True),
        286: Relocation(4, _in_page(3), keeps=True),
        299: Relocation(4, _in_page(4), keeps=True),
        282: Relocation(4, _branch, keeps=True, reaches_libraries=True),  # R_AARCH64_JUMP26
        283: Relocation(4, _branch, keeps=True, reaches_libraries=True),  # R_AARCH64_CALL26
    },
)
