"""TFRecord files: byte strings, each behind its length and a checksum of that, before a checksum of itself.

uint64 length, uint32 masked crc32c of these 8 bytes, the bytes, uint32 masked crc32c of them
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Protocol

from nbtf import errors
from nbtf.native.crc32c import masked_crc32c

_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_PIECE = 1 << 18


class Source(Protocol):
    """What records are read from."""

    def read(self, size: int, /) -> bytes: ...


def framed(record: bytes) -> bytes:
    """A record as it stands in a file."""
    length = struct.pack("<Q", len(record))
    return b"".join((length, _FOOTER.pack(masked_crc32c(length)), record, _FOOTER.pack(masked_crc32c(record))))


def read_record(file: Source, offset: int) -> bytes | None:
    """The record at `offset`, where `file` stands; None at the end, which a writer may have left within a header.

    Raises DataLossError for a record that is damaged or cut short.
    """
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    length, crc = _HEADER.unpack(header)
    if crc != masked_crc32c(header[:8]):
        hint = "" if offset else " (Is this even a TFRecord file?)"
        raise errors.DataLossError(None, None, f"corrupted record at {offset}{hint}")
    record = _read_up_to(file, length)
    footer = file.read(_FOOTER.size) if len(record) == length else b""
    if len(footer) < _FOOTER.size:
        raise errors.DataLossError(
            None, None, f"truncated record at {offset}' failed with Read less bytes than requested"
        )
    if footer != _FOOTER.pack(masked_crc32c(record)):
        raise errors.DataLossError(None, None, f"corrupted record at {offset + _HEADER.size}")
    return record


def _read_up_to(file: Source, length: int) -> bytes:
    """Piece by piece, so that a damaged length takes no more memory than the file has bytes."""
    if length <= _PIECE:
        return file.read(length)
    parts = []
    while length > 0 and (part := file.read(min(length, _PIECE))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def read_records(file: Source) -> Iterator[bytes]:
    """All records, from the start."""
    offset = 0
    while (record := read_record(file, offset)) is not None:
        yield record
        offset += _HEADER.size + len(record) + _FOOTER.size


def inflate_message(error: zlib.error) -> str:
    """What Python's zlib says, in TensorFlow's words."""
    number, _, words = str(error).removeprefix("Error ").partition(" while decompressing data: ")
    return f"inflate() failed with error {number}: {words}"


class Inflated:
    """The bytes that a zlib or gzip stream stands for, from a file, a piece at a time; several streams in a row too.

    Raises DataLossError where the stream is damaged. One that is cut short ends where it is cut.
    """

    def __init__(self, file: Source, window_bits: int) -> None:
        """window_bits: as zlib's: 15 for zlib, 31 for gzip."""
        self._file = file
        self._window_bits = window_bits
        self._inflater = zlib.decompressobj(window_bits)
        self._rest = b""
        self._ready = bytearray()
        self._at_end = False

    def read(self, size: int, /) -> bytes:
        while len(self._ready) < size and not self._at_end:
            self._inflate_some()
        taken = bytes(self._ready[:size])
        del self._ready[:size]
        return taken

    def _inflate_some(self) -> None:
        data = self._rest or self._file.read(_PIECE)
        self._rest = b""
        if not data:
            self._at_end = True
            return
        if self._inflater.eof:
            self._inflater = zlib.decompressobj(self._window_bits)
        try:
            self._ready += self._inflater.decompress(data, _PIECE)
        except zlib.error as error:
            raise errors.DataLossError(None, None, inflate_message(error)) from None
        self._rest = self._inflater.unconsumed_tail or self._inflater.unused_data
