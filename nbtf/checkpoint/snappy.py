"""Decompression of a snappy block, which old sorted tables may hold.

A block is the varint of its plain length, then elements: a tag byte whose low two bits say literal, or copy with 1, 2
or 4 bytes of offset.
"""

from __future__ import annotations

from nbtf import errors
from nbtf.checkpoint import varint

_MOST_EXPANSION = 32
"""Plain bytes a compressed byte can stand for: a two-byte offset copies 64 bytes in three bytes."""


def decompress(data: bytes | bytearray | memoryview) -> bytes:
    """The plain bytes of ``data``. Raises DataLossError where it is malformed; memory is bounded by 32 x its size."""
    length, position = varint.decode(data, 0)
    if length > _MOST_EXPANSION * len(data):
        raise _corrupt(f"{len(data)} bytes cannot hold the {length} announced")
    out = bytearray()
    while position < len(data):
        tag = data[position]
        position += 1
        if tag & 3 == 0:
            position = _literal(data, position, tag, out)
        else:
            position = _copy(data, position, tag, out)
        if len(out) > length:
            raise _corrupt(f"more than the {length} bytes announced")
    if len(out) != length:
        raise _corrupt(f"{len(out)} bytes instead of the {length} announced")
    return bytes(out)


def _literal(data: bytes | bytearray | memoryview, position: int, tag: int, out: bytearray) -> int:
    size = tag >> 2
    if size >= 60:  # the size follows in 1 to 4 bytes
        size, position = _little_endian(data, position, size - 59)
    size += 1
    if size > len(data) - position:
        raise _corrupt("a literal runs past the end")
    out += data[position : position + size]
    return position + size


def _copy(data: bytes | bytearray | memoryview, position: int, tag: int, out: bytearray) -> int:
    if tag & 3 == 1:
        low, position = _little_endian(data, position, 1)
        size, offset = (tag >> 2 & 7) + 4, tag >> 5 << 8 | low
    else:
        offset, position = _little_endian(data, position, 2 if tag & 3 == 2 else 4)
        size = (tag >> 2) + 1
    if not 0 < offset <= len(out):
        raise _corrupt(f"a copy reaches {offset} bytes back from byte {len(out)}")
    start = len(out) - offset
    # A copy may overlap what it writes: the piece then repeats with period `offset`.
    piece = out[start : start + size]
    out += (piece * (size // len(piece) + 1))[:size]
    return position


def _little_endian(data: bytes | bytearray | memoryview, position: int, count: int) -> tuple[int, int]:
    if count > len(data) - position:
        raise _corrupt("an element is cut off")
    return int.from_bytes(data[position : position + count], "little"), position + count


def _corrupt(why: str) -> errors.DataLossError:
    return errors.DataLossError(None, None, f"corrupted compressed block contents: {why}")
