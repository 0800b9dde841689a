"""What an object file asks of the process that loads it: its undefined symbols, read from ELF, Mach-O and COFF files.

The file may be damaged: every offset is checked, and ValueError says that it is no object file.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator

_ELF_MAGIC = b"\x7fELF\x02\x01"  # 64-bit, little-endian
_MACHO_MAGIC = b"\xcf\xfa\xed\xfe"
_COFF_MACHINES = (0x8664, 0xAA64)


def is_native(code: bytes) -> bool:
    """Whether it begins as object files of this system do: code that other ones call in other ways must not run."""
    if sys.platform == "darwin":
        return code.startswith(_MACHO_MAGIC)
    if sys.platform == "win32":
        return len(code) > 20 and struct.unpack_from("<H", code)[0] in _COFF_MACHINES
    return code.startswith(_ELF_MAGIC)


def undefined_symbols(code: bytes) -> set[str]:
    """Names that the object file uses and does not define."""
    try:
        if code.startswith(_ELF_MAGIC):
            return set(_elf(code))
        if code.startswith(_MACHO_MAGIC):
            return set(_macho(code))
        if len(code) > 20 and struct.unpack_from("<H", code)[0] in _COFF_MACHINES:
            return set(_coff(code))
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise ValueError(f"damaged object file: {error}") from None
    raise ValueError("not an object file of a known format")


def _name(code: bytes, at: int) -> str:
    end = code.index(b"\0", at) if 0 <= at < len(code) else -1
    if end < 0:
        raise IndexError("symbol name outside of the file")
    return code[at:end].decode()


def _elf(code: bytes) -> Iterator[str]:
    sections_at, size, count = (
        struct.unpack_from("<Q", code, 40)[0],
        *struct.unpack_from("<HH", code, 58),
    )
    headers = [struct.unpack_from("<IIQQQQIIQQ", code, sections_at + size * i) for i in range(count)]
    for kind, offset, length, link in ((h[1], h[4], h[5], h[6]) for h in headers):
        if kind != 2:  # SHT_SYMTAB
            continue
        names_at = headers[link][4]
        for at in range(offset, offset + length, 24):
            name, _, _, section = struct.unpack_from("<IBBH", code, at)
            if section == 0 and name:
                yield _name(code, names_at + name)


def _macho(code: bytes) -> Iterator[str]:
    at = 32
    for _ in range(struct.unpack_from("<I", code, 16)[0]):
        command, size = struct.unpack_from("<II", code, at)
        if size < 8:
            raise IndexError("load command without size")
        if command == 2:  # LC_SYMTAB
            symbols_at, count, names_at, _ = struct.unpack_from("<IIII", code, at + 8)
            for i in range(count):
                name, kind = struct.unpack_from("<IB", code, symbols_at + 16 * i)
                if kind & 0x0E == 0 and kind & 0x01:  # N_UNDF, N_EXT
                    yield _name(code, names_at + name).removeprefix("_")
        at += size


def _coff(code: bytes) -> Iterator[str]:
    symbols_at, count = struct.unpack_from("<II", code, 8)
    names_at = symbols_at + 18 * count
    i = 0
    while i < count:
        entry = code[symbols_at + 18 * i : symbols_at + 18 * (i + 1)]
        zeroes, offset, value, section, _, storage, extra = struct.unpack("<IIIhHBB", entry)
        if section == 0 and storage == 2 and value == 0:  # IMAGE_SYM_UNDEFINED, external
            yield entry[:8].rstrip(b"\0").decode() if zeroes else _name(code, names_at + offset)
        i += 1 + extra
