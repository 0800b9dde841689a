"""V2 checkpoints, "tensor bundles": a sorted table ``PREFIX.index`` of entries, and files
``PREFIX.data-IIIII-of-NNNNN``.

The data of a tensor are its raw row-major bytes at the entry's shard and offset. A partitioned tensor has an entry that
lists its slices and one more entry for each of them, filed under a slice key.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from nbtf import dtypes, errors
from nbtf.checkpoint import assemble, string_tensor
from nbtf.checkpoint.arrays import type_name
from nbtf.checkpoint.assemble import Array
from nbtf.checkpoint.slices import (
    Box,
    Shape,
    TensorSlice,
    element_count,
    encode_name,
    format_shape,
    parse_shape_and_slice,
)
from nbtf.checkpoint.source import RandomAccessFile
from nbtf.checkpoint.table import Table
from nbtf.native import crc32c
from nbtf.native.aligned import aligned_empty
from nbtf.wire import schema

HEADER_KEY: Final = b""
VERSION: Final = 1
_PIECE = 1 << 22
"""Bytes read between two steps of the crc: they are still in the cache when it takes them."""


def index_path(prefix: str) -> str:
    return f"{prefix}.index"


def data_path(prefix: str, shard: int, shard_count: int) -> str:
    return f"{prefix}.data-{shard:05d}-of-{shard_count:05d}"


@dataclass(frozen=True)
class BundleEntry:
    """What the index says of a tensor. ``crc`` is masked. ``slices`` is empty unless the tensor is partitioned."""

    dtype: dtypes.DType
    shape: Shape
    shard: int
    offset: int
    size: int
    crc: int
    slices: tuple[TensorSlice, ...] = ()


@dataclass(frozen=True)
class BundleHeader:
    shard_count: int
    is_big_endian: bool


def parse_message(message: Any, data: memoryview, what: str) -> Any:
    """``message`` filled from ``data``. Raises DataLossError where it does not parse."""
    from google.protobuf.message import DecodeError

    try:
        message.ParseFromString(bytes(data))
    except DecodeError as error:
        raise errors.DataLossError(None, None, f"{what}: not a {type(message).__name__}: {error}") from None
    return message


def check_version(version: Any, path: str) -> None:
    """Raises InvalidArgumentError if the file's VersionDef refuses a reader of version 1."""
    if version.min_consumer > VERSION:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"{path}: Checkpoint min consumer version {version.min_consumer} above current version {VERSION}: "
            "this checkpoint is likely written by a newer program.",
        )
    if VERSION in version.bad_consumers:
        raise errors.InvalidArgumentError(
            None, None, f"{path}: Checkpoint disallows consumer version {VERSION}: it has been rolled back."
        )


def read_header(table: Table) -> BundleHeader:
    """The header entry. Raises DataLossError where there is none of sense."""
    try:
        data = table.get(HEADER_KEY)
    except errors.DataLossError as error:
        raise _corrupt_index(table.path, "failed to seek to header entry", error.message) from None
    if data is None:
        raise _corrupt_index(table.path, "failed to seek to header entry", "Empty header")
    header = parse_message(schema.BundleHeaderProto(), data, table.path)
    if header.num_shards < 1:
        raise _corrupt_index(table.path, "unable to parse header", f"num_shards is {header.num_shards}")
    if header.endianness not in (0, 1):
        raise _corrupt_index(table.path, "unable to parse header", f"endianness is {header.endianness}")
    check_version(header.version, table.path)
    return BundleHeader(header.num_shards, header.endianness == 1)


def _corrupt_index(path: str, step: str, why: str) -> errors.DataLossError:
    return errors.DataLossError(
        None,
        None,
        f"Unable to read file ({path}). Perhaps the file is corrupt or was produced by a newer version of TensorFlow "
        f"with format changes ({step}): {why}",
    )


class BundleReader:
    """A V2 checkpoint, open for reading; safe to use from several threads.

    Raises NotFoundError where there is no index, DataLossError where a file is damaged, InvalidArgumentError where it
    was written for newer readers.
    """

    def __init__(self, prefix: str, verify: bool = True) -> None:
        """verify: whether checksums of the index and of every tensor read are compared."""
        self.prefix = prefix
        self._verify = verify
        self._shards: dict[int, RandomAccessFile] = {}
        self._shards_lock = threading.Lock()
        table = Table(index_path(prefix), verify)
        try:
            self._header = read_header(table)
            self._entries = {key: value for key, value in table if key != HEADER_KEY}
        finally:
            table.close()

    @property
    def shard_count(self) -> int:
        return self._header.shard_count

    @property
    def is_big_endian(self) -> bool:
        return self._header.is_big_endian

    def __iter__(self) -> Iterator[bytes]:
        """Keys of all entries in order: slices first, then tensors."""
        return iter(self._entries)

    def names(self) -> list[str]:
        """Names of the tensors, sorted by their bytes; slices have none."""
        return [key.decode("utf-8", "surrogateescape") for key in self._entries if not key.startswith(b"\0")]

    def has_tensor(self, name: str) -> bool:
        return encode_name(name) in self._entries

    def dtype(self, name: str) -> dtypes.DType:
        return self.entry(name).dtype

    def shape(self, name: str) -> Shape:
        return self.entry(name).shape

    def check_dtype(self, name: str, dtype: dtypes.DType) -> None:
        """Raises InvalidArgumentError unless the tensor is of ``dtype``."""
        stored = self.entry(name).dtype
        if stored != dtype:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"tensor_name = {name}; expected dtype {type_name(dtype)} does not equal original dtype "
                f"{type_name(stored)}",
            )

    def describe(self) -> bytes:
        """One line an entry with data of its own: key, dtype, shape."""
        lines = []
        for key in self._entries:
            entry = self.entry_at(key)
            if not entry.slices:
                enum = schema.DataType.Name(entry.dtype.as_datatype_enum)
                lines.append(key + f" ({enum}) {format_shape(entry.shape)}\n".encode())
        return b"".join(lines)

    def entry(self, name: str) -> BundleEntry:
        """Raises NotFoundError for an unknown name."""
        return self.entry_at(encode_name(name))

    def entry_at(self, key: bytes) -> BundleEntry:
        """The entry filed under ``key``, checked but for its place in the data."""
        data = self._entries.get(key)
        name = key.decode("utf-8", "backslashreplace")
        if data is None:
            raise errors.NotFoundError(None, None, f"Key {name} not found in checkpoint")
        what = f"{self.prefix}, entry {name}"
        proto = parse_message(schema.BundleEntryProto(), data, what)
        try:
            dtype = dtypes.as_dtype(proto.dtype)
        except TypeError:
            raise errors.DataLossError(None, None, f"{what}: unknown dtype {proto.dtype}") from None
        if proto.shape.unknown_rank:
            raise errors.DataLossError(None, None, f"{what}: shape of unknown rank")
        shape = tuple(dim.size for dim in proto.shape.dim)
        element_count(shape, what)
        slices = tuple(TensorSlice.from_proto(part) for part in proto.slices)
        return BundleEntry(dtype, shape, proto.shard_id, proto.offset, proto.size, proto.crc32c, slices)

    def get_tensor(self, name: str, mmap: bool = False) -> Array:
        """The whole tensor, in its dtype's storage type, strings as an object array of bytes.

        mmap: a read-only view of the file instead of 64-byte aligned memory of its own, where the tensor lies there in
        one piece. Only for files nobody changes meanwhile: the process dies if a mapped file is cut short.
        """
        key = encode_name(name)
        entry = self.entry_at(key)
        if entry.slices:
            return self._read_box(key, entry, TensorSlice.whole(len(entry.shape)))
        if mmap and self._can_map(entry):
            return self._map(key, entry)
        return self._read_entry(key, entry)

    def read_slice(self, name: str, spec: str) -> Array:
        """The part of a tensor that ``spec`` names, such as ``7 4 0,3:-`` (full shape, then extents); "" for all of it.

        Raises InvalidArgumentError where the spec does not parse or the stored shape or slices do not fit it.
        """
        if not spec:
            return self.get_tensor(name)
        shape, part, box = parse_shape_and_slice(spec)
        key = encode_name(name)
        entry = self.entry_at(key)
        if shape != entry.shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"tensor_name = {name}; shape in shape_and_slice spec {format_shape(shape)} does not match the shape "
                f"stored in checkpoint: {format_shape(entry.shape)}",
            )
        if entry.slices:
            return self._read_box(key, entry, part)
        whole = self._read_entry(key, entry)
        target = Box((0,) * len(shape), shape)
        return assemble.gather(box, whole.dtype, [target], [(0, box)], lambda _: whole)

    def _read_box(self, key: bytes, entry: BundleEntry, part: TensorSlice) -> Array:
        name = key.decode("utf-8", "surrogateescape")
        box = part.resolve(entry.shape)
        boxes, keys, pieces = [], [], []
        for stored in entry.slices:
            boxes.append(self._stored_box(name, entry, stored))
            keys.append(stored.key(name))
            pieces.append(self.entry_at(keys[-1]))
        common = assemble.overlaps(box, boxes)
        self._check_pieces(name, entry, [(boxes[index], pieces[index]) for index, _ in common])
        if not assemble.covers(box, [region for _, region in common]):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Does not have sufficient slices for partitioned tensor {name} to restore in slice_spec: {part}",
            )
        storage = self._storage(entry, name)
        return assemble.gather(box, storage, boxes, common, lambda index: self._read_entry(keys[index], pieces[index]))

    def _stored_box(self, name: str, entry: BundleEntry, stored: TensorSlice) -> Box:
        try:
            return stored.resolve(entry.shape)
        except errors.InternalError as error:
            raise errors.DataLossError(None, None, f"{self.prefix}, slice of {name}: {error.message}") from None

    def _check_pieces(self, name: str, entry: BundleEntry, pieces: list[tuple[Box, BundleEntry]]) -> None:
        """Refuses slices that are not what the tensor's entry says, or claim more bytes than the data files have."""
        claimed = 0
        for box, piece in pieces:
            if piece.dtype != entry.dtype or piece.shape != box.sizes or piece.slices:
                raise errors.DataLossError(
                    None,
                    None,
                    f"{self.prefix}: slice of {name} is {piece.dtype.name}{format_shape(piece.shape)}, "
                    f"not {entry.dtype.name}{format_shape(box.sizes)}",
                )
            least = 1 if piece.dtype == dtypes.string else piece.dtype.itemsize
            if piece.size < least * element_count(piece.shape, name):
                raise self._invalid_size(name, piece, "that of its shape")
            claimed += piece.size
        held = sum(self._shard(shard).size for shard in {piece.shard for _, piece in pieces})
        if claimed > held:
            raise errors.DataLossError(
                None, None, f"{self.prefix}: slices of {name} claim {claimed} bytes of data files with {held}"
            )

    def _storage(self, entry: BundleEntry, name: str) -> np.dtype[Any]:
        try:
            return entry.dtype.storage
        except TypeError:
            raise errors.UnimplementedError(
                None, None, f"{self.prefix}: tensor {name} has dtype {entry.dtype.name}, which has no values to read"
            ) from None

    def _shard(self, shard: int) -> RandomAccessFile:
        if not 0 <= shard < self.shard_count:
            raise errors.DataLossError(None, None, f"{self.prefix}: shard {shard} of {self.shard_count}")
        with self._shards_lock:
            if shard not in self._shards:
                self._shards[shard] = RandomAccessFile(data_path(self.prefix, shard, self.shard_count))
            return self._shards[shard]

    def _read_entry(self, key: bytes, entry: BundleEntry) -> Array:
        """An entry with data of its own."""
        name = key.decode("utf-8", "backslashreplace")
        storage = self._storage(entry, name)
        count = element_count(entry.shape, f"{self.prefix}, entry {name}")
        if storage.hasobject:
            return self._read_strings(name, entry, count)
        self._check_size(name, entry, count * storage.itemsize)
        source = self._shard(entry.shard)
        source.check(entry.offset, entry.size)
        out = aligned_empty((count,), storage)
        octets = out.view(np.uint8)
        view, crc = octets.data, 0
        for start in range(0, entry.size, _PIECE):
            piece = view[start : start + _PIECE]
            source.read_into(entry.offset + start, piece)
            if self._verify:
                crc = crc32c.crc32c(piece, crc)
        self._check_crc(entry, crc)
        if self.is_big_endian:
            word = storage.itemsize // (2 if entry.dtype.is_complex else 1)
            octets.view(f"u{word}").byteswap(inplace=True)
        return out.reshape(entry.shape)

    def _read_strings(self, name: str, entry: BundleEntry, count: int) -> Array:
        # Every element has at least one byte of length.
        if entry.size < count + 4:
            raise self._invalid_size(name, entry, f"at least {count + 4}")
        data = self._shard(entry.shard).read(entry.offset, entry.size)
        what = f"{self.prefix}, entry {name}"
        values, crc = string_tensor.decode(data, count, ">" if self.is_big_endian else "<", what)
        self._check_crc(entry, crc)
        return values.reshape(entry.shape)

    def _can_map(self, entry: BundleEntry) -> bool:
        return entry.dtype != dtypes.string and entry.size > 0 and not self.is_big_endian

    def _map(self, key: bytes, entry: BundleEntry) -> Array:
        name = key.decode("utf-8", "backslashreplace")
        storage = self._storage(entry, name)
        self._check_size(name, entry, element_count(entry.shape, name) * storage.itemsize)
        source = self._shard(entry.shard)
        source.check(entry.offset, entry.size)
        octets = np.memmap(source.path, np.uint8, "r", entry.offset, (entry.size,))
        if self._verify:
            self._check_crc(entry, crc32c.crc32c(octets))
        return octets.view(storage).reshape(entry.shape)

    def _check_size(self, name: str, entry: BundleEntry, expected: int) -> None:
        if entry.size != expected:
            raise self._invalid_size(name, entry, str(expected))

    def _invalid_size(self, name: str, entry: BundleEntry, expected: str) -> errors.DataLossError:
        return errors.DataLossError(
            None,
            None,
            f"Invalid size in bundle entry: key {name}; stored size {entry.size}; expected size {expected}",
        )

    def _check_crc(self, entry: BundleEntry, crc: int) -> None:
        if self._verify and crc32c.mask(crc) != entry.crc:
            raise errors.DataLossError(
                None,
                None,
                f"TensorBundle at {self.prefix} shard {entry.shard} ({entry.size} bytes): Checksum does not match: "
                f"stored {crc32c.unmask(entry.crc)} vs. calculated on the restored bytes {crc}",
            )

    def close(self) -> None:
        with self._shards_lock:
            for source in self._shards.values():
                source.close()
            self._shards.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
