"""Sorted tables: the container of V2 index files and of V1 checkpoints.

    file   := data_block* metaindex_block index_block footer
    block  := contents, type (1 byte: 0 plain, 1 snappy), masked crc32c of contents and type (4 bytes)
    footer := metaindex handle, index handle (two varints each: offset, size), zeros up to 40 bytes, magic (8 bytes)

Contents are entries, then restart offsets, then their count (4 bytes each). An entry shares the front of its key with
the entry before: shared, non-shared and value lengths as varints, the rest of the key, the value. At a restart
nothing is shared. An index entry's key lies at or after the last key of its block, its value is the block's handle.
"""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterator
from typing import Protocol

from nbtf import errors
from nbtf.checkpoint import snappy, varint
from nbtf.checkpoint.source import RandomAccessFile
from nbtf.native import crc32c

MAGIC = bytes.fromhex("57fb808b247547db")
FOOTER_BYTES = 48
_HANDLES_BYTES = 40
_TRAILER_BYTES = 5
_PLAIN, _SNAPPY = 0, 1
_UINT32 = struct.Struct("<I")

_BLOCK_BYTES = 262144
"""Size at which the writer closes a data block, as TensorFlow's does."""
_RESTART_INTERVAL = 16

_KEY_EXPANSION = 64
_KEY_ALLOWANCE = 1 << 16
"""Shared fronts let a few bytes name long keys: keys of a block may add up to 64 x its size and this much."""

Entry = tuple[bytes, memoryview]
Handle = tuple[int, int]


class Writable(Protocol):
    """What a table is written to."""

    def write(self, data: bytes, /) -> int: ...


def _corrupt(message: str) -> errors.DataLossError:
    return errors.DataLossError(None, None, message)


class _Block:
    """The entries of one block, sorted: ``keys[i]`` belongs to ``values[i]``."""

    def __init__(self, contents: bytes | bytearray, where: str) -> None:
        self._where = where
        self._view = memoryview(contents).toreadonly()
        self.keys: list[bytes] = []
        self.values: list[memoryview] = []
        self._parse(*self._read_restarts())

    def _read_restarts(self) -> tuple[int, set[int]]:
        size = len(self._view)
        if size < 4:
            raise _corrupt(f"bad block contents: {self._where} has {size} bytes")
        (count,) = _UINT32.unpack_from(self._view, size - 4)
        end = size - 4 - 4 * count
        if end < 0:
            raise _corrupt(f"bad block contents: {self._where} has {size} bytes and {count} restarts")
        return end, set(struct.unpack_from(f"<{count}I", self._view, end))

    def _parse(self, end: int, restarts: set[int]) -> None:
        position, key = 0, b""
        key_budget = _KEY_EXPANSION * len(self._view) + _KEY_ALLOWANCE
        while position < end:
            start = position
            shared, position = varint.decode(self._view, position, end)
            own, position = varint.decode(self._view, position, end)
            value_size, position = varint.decode(self._view, position, end)
            if shared > len(key) or own > end - position or value_size > end - position - own:
                raise _corrupt(f"bad entry in block: {self._where}, byte {start}")
            if shared and start in restarts:
                raise _corrupt(f"bad entry in block: {self._where}, byte {start} is a restart that shares its key")
            previous, key = key, key[:shared] + bytes(self._view[position : position + own])
            if self.keys and key <= previous:
                raise _corrupt(f"bad entry in block: {self._where}, key {key[:64]!r} does not follow {previous[:64]!r}")
            key_budget -= len(key)
            if key_budget < 0:
                raise _corrupt(f"bad block contents: keys of {self._where} expand beyond {_KEY_EXPANSION} x its size")
            position += own
            self.keys.append(key)
            self.values.append(self._view[position : position + value_size])
            position += value_size


class Table:
    """A sorted table, open for reading. The index is held in memory, data blocks are read as needed.

    Raises NotFoundError where there is no file, DataLossError where it is not a whole table. Reading is safe from
    several threads. Values are read-only views that stay valid after `close`.
    """

    def __init__(self, path: str, verify: bool = True) -> None:
        """verify: whether the crc of every block is compared."""
        self._verify = verify
        self._file = RandomAccessFile(path)
        try:
            index = self._read_block(self._read_footer(), "index block")
            self._last_keys = index.keys
            self._handles = [self._parse_handle(value) for value in index.values]
        except BaseException:
            self._file.close()
            raise
        self._recent: tuple[int, _Block] | None = None

    @property
    def path(self) -> str:
        return self._file.path

    def close(self) -> None:
        self._file.close()
        self._recent = None

    def get(self, key: bytes) -> memoryview | None:
        """The value of ``key``, None where the table lacks it."""
        for found, value in self.seek(key):
            return value if found == key else None
        return None

    def __iter__(self) -> Iterator[Entry]:
        return self.seek(b"")

    def seek(self, start: bytes) -> Iterator[Entry]:
        """All entries from the first key that is not less than ``start``, in order."""
        previous: bytes | None = None
        for number in range(bisect.bisect_left(self._last_keys, start), len(self._handles)):
            block = self._data_block(number)
            first = bisect.bisect_left(block.keys, start) if previous is None else 0
            if block.keys:
                self._check_order(number, block, previous)
                previous = block.keys[-1]
            yield from zip(block.keys[first:], block.values[first:], strict=True)

    def _check_order(self, number: int, block: _Block, previous: bytes | None) -> None:
        # Blocks between their neighbours' index keys: else a search would miss entries that a walk finds.
        floor = self._last_keys[number - 1] if number else None
        low = floor if previous is None else previous
        if (low is not None and block.keys[0] <= low) or block.keys[-1] > self._last_keys[number]:
            raise _corrupt(f"{self.path}: keys of data block {number} are out of order")

    def _data_block(self, number: int) -> _Block:
        recent = self._recent
        if recent is not None and recent[0] == number:
            return recent[1]
        block = self._read_block(self._handles[number], f"data block {number}")
        self._recent = number, block
        return block

    def _read_footer(self) -> Handle:
        if self._file.size < FOOTER_BYTES:
            raise _corrupt("file is too short to be an sstable")
        footer = self._file.read(self._file.size - FOOTER_BYTES, FOOTER_BYTES)
        if footer[_HANDLES_BYTES:] != MAGIC:
            raise _corrupt("not an sstable (bad magic number)")
        position = 0
        for _ in range(2):  # of the metaindex, which holds nothing
            _, position = varint.decode(footer, position, _HANDLES_BYTES)
        return self._parse_handle(memoryview(footer)[position:_HANDLES_BYTES])

    def _parse_handle(self, data: memoryview) -> Handle:
        offset, position = varint.decode(data, 0)
        size, _ = varint.decode(data, position)
        room = self._file.size - FOOTER_BYTES - _TRAILER_BYTES
        if offset > room or size > room - offset:
            raise _corrupt(f"{self.path}: bad block handle: {size} bytes at {offset} of {self._file.size}")
        return offset, size

    def _read_block(self, handle: Handle, what: str) -> _Block:
        offset, size = handle
        where = f"{what} of {self.path}"
        data = self._file.read(offset, size + _TRAILER_BYTES)
        kind = data[size]
        if self._verify:
            (stored,) = _UINT32.unpack_from(data, size + 1)
            if crc32c.masked_crc32c(memoryview(data)[: size + 1]) != stored:
                raise _corrupt(f"block checksum mismatch: {where}")
        if kind == _SNAPPY:
            return _Block(snappy.decompress(memoryview(data)[:size]), where)
        if kind != _PLAIN:
            raise _corrupt(f"bad block type {kind}: {where}")
        del data[size:]
        return _Block(data, where)


class _BlockBuilder:
    def __init__(self, restart_interval: int) -> None:
        self._interval = restart_interval
        self.clear()

    def clear(self) -> None:
        self._buffer = bytearray()
        self._restarts = [0]
        self._since_restart = 0
        self._last_key = b""

    def is_empty(self) -> bool:
        return not self._buffer

    def size(self) -> int:
        """Bytes the block takes if it is closed now."""
        return len(self._buffer) + 4 * len(self._restarts) + 4

    def add(self, key: bytes, value: bytes | memoryview) -> None:
        shared = 0
        if self._since_restart < self._interval:
            shared = _common_length(self._last_key, key)
        else:
            self._restarts.append(len(self._buffer))
            self._since_restart = 0
        for number in (shared, len(key) - shared, len(value)):
            self._buffer += varint.encode(number)
        self._buffer += key[shared:]
        self._buffer += value
        self._last_key = key
        self._since_restart += 1

    def contents(self) -> bytes:
        count = len(self._restarts)
        return bytes(self._buffer) + struct.pack(f"<{count + 1}I", *self._restarts, count)


class TableWriter:
    """Writes a sorted table, byte for byte as TensorFlow does, to a file positioned at its start.

    Flushing, syncing and closing the file are the caller's.
    """

    def __init__(self, file: Writable) -> None:
        self._file = file
        self._offset = 0
        self._data = _BlockBuilder(_RESTART_INTERVAL)
        self._index = _BlockBuilder(restart_interval=1)
        self._last_key: bytes | None = None
        self._unindexed: Handle | None = None

    def add(self, key: bytes, value: bytes | memoryview) -> None:
        """Appends an entry. Raises ValueError if ``key`` does not follow the one before."""
        if self._last_key is not None and key <= self._last_key:
            raise ValueError(f"key {key!r} does not follow {self._last_key!r}")
        if self._unindexed is not None and self._last_key is not None:
            self._add_index(_shortest_between(self._last_key, key))
        self._data.add(key, value)
        self._last_key = key
        if self._data.size() >= _BLOCK_BYTES:
            self._flush()

    def finish(self) -> None:
        """Writes what is pending, the index and the footer."""
        self._flush()
        metaindex = self._write_block(_BlockBuilder(_RESTART_INTERVAL).contents())
        if self._unindexed is not None and self._last_key is not None:
            self._add_index(_short_successor(self._last_key))
        index = self._write_block(self._index.contents())
        handles = b"".join(varint.encode(number) for number in (*metaindex, *index))
        self._file.write(handles.ljust(_HANDLES_BYTES, b"\0") + MAGIC)

    def _flush(self) -> None:
        if not self._data.is_empty():
            self._unindexed = self._write_block(self._data.contents())
            self._data.clear()

    def _add_index(self, key: bytes) -> None:
        # Late, so that the next block's first key is known and the index key can be short.
        assert self._unindexed is not None
        self._index.add(key, b"".join(varint.encode(number) for number in self._unindexed))
        self._unindexed = None

    def _write_block(self, contents: bytes) -> Handle:
        handle = self._offset, len(contents)
        kind = bytes([_PLAIN])
        crc = crc32c.mask(crc32c.crc32c(kind, crc32c.crc32c(contents)))
        for piece in (contents, kind, _UINT32.pack(crc)):
            self._file.write(piece)
            self._offset += len(piece)
        return handle


def _common_length(first: bytes, second: bytes) -> int:
    length = min(len(first), len(second))
    for position in range(length):
        if first[position] != second[position]:
            return position
    return length


def _shortest_between(last: bytes, following: bytes) -> bytes:
    """A short key k with last <= k < following."""
    position = _common_length(last, following)
    if position < min(len(last), len(following)):
        byte = last[position] + 1
        if byte < following[position]:
            return last[:position] + bytes([byte])
    return last


def _short_successor(last: bytes) -> bytes:
    """A short key that is not less than ``last``."""
    for position, byte in enumerate(last):
        if byte != 0xFF:
            return last[:position] + bytes([byte + 1])
    return last
