"""Writing V2 checkpoints, byte for byte as TensorFlow does, and merging parts into one sharded checkpoint."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np

from nbtf import dtypes, errors
from nbtf.checkpoint import string_tensor
from nbtf.checkpoint.arrays import as_storage
from nbtf.checkpoint.assemble import Array
from nbtf.checkpoint.bundle import (
    HEADER_KEY,
    VERSION,
    BundleEntry,
    BundleReader,
    data_path,
    index_path,
)
from nbtf.checkpoint.publish import StagedFile, make_folder, publish_bundle
from nbtf.checkpoint.slices import Shape, TensorSlice, check_slice_shape, encode_name, parse_shape_and_slice
from nbtf.checkpoint.table import TableWriter
from nbtf.native import crc32c
from nbtf.wire import schema

_PIECE = 1 << 22


def _entry_bytes(entry: BundleEntry) -> bytes:
    proto: Any = schema.BundleEntryProto(
        dtype=entry.dtype.as_datatype_enum,
        shard_id=entry.shard,
        offset=entry.offset,
        size=entry.size,
        crc32c=entry.crc,
    )
    proto.shape.SetInParent()  # present for scalars too
    for dimension in entry.shape:
        proto.shape.dim.add().size = dimension
    for part in entry.slices:
        part.fill_proto(proto.slices.add())
    return bytes(proto.SerializeToString())


def _header_bytes(shard_count: int) -> bytes:
    header: Any = schema.BundleHeaderProto(num_shards=shard_count)
    header.version.producer = VERSION
    return bytes(header.SerializeToString())


def _write_index(staged: StagedFile, shard_count: int, entries: dict[bytes, BundleEntry]) -> None:
    writer = TableWriter(staged)
    writer.add(HEADER_KEY, _header_bytes(shard_count))
    for key in sorted(entries):
        writer.add(key, _entry_bytes(entries[key]))
    writer.finish()
    staged.finish()


def _display(key: bytes) -> str:
    return key.decode("utf-8", "backslashreplace")


class BundleWriter:
    """Writes a checkpoint of one shard. Data goes to disk as it is added; `finish` makes the checkpoint appear.

    As a context manager it finishes on leaving, and discards everything written if an exception passes. A checkpoint
    at the same prefix stays whole until the new one takes its place (see `publish`). Raises NotFoundError where there
    is no folder to write to, ResourceExhaustedError where the disk is full.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        make_folder(prefix)
        self._data = StagedFile(data_path(prefix, 0, 1))
        self._entries: dict[bytes, BundleEntry] = {}
        self._offset = 0

    def add(self, name: str, value: Any, dtype: dtypes.DType | None = None) -> None:
        """Appends a tensor. value: whatever numpy takes; elements of a string tensor are bytes or str (UTF-8).

        dtype: where numpy's own type does not tell it, as for qint8. Raises InvalidArgumentError for a name already
        used or empty, UnimplementedError for a dtype without values.
        """
        array, dtype = as_storage(name, value, dtype)
        self._append(self._tensor_key(name), dtype, array)

    def add_slice(self, name: str, spec: str, value: Any, dtype: dtypes.DType | None = None) -> None:
        """Appends the part of tensor ``name`` that ``spec`` names (``7 4 0,3:-``; "" for a whole tensor).

        Raises InvalidArgumentError where the spec does not parse, or fits neither ``value`` nor earlier slices.
        """
        if not spec:
            self.add(name, value, dtype)
            return
        shape, part, box = parse_shape_and_slice(spec)
        array, dtype = as_storage(name, value, dtype)
        check_slice_shape(spec, box, array.shape)
        key = self._tensor_key(name)
        if box.sizes == shape:
            self._append(key, dtype, array)
            return
        full = self._entries.get(key, BundleEntry(dtype, shape, 0, 0, 0, 0))
        self._check_full_entry(name, full, dtype, shape)
        self._append(part.key(name), dtype, array)
        self._entries[key] = BundleEntry(dtype, shape, 0, 0, 0, 0, (*full.slices, part))

    def _tensor_key(self, name: str) -> bytes:
        key = encode_name(name)
        if not key or key.startswith(b"\0"):
            raise errors.InvalidArgumentError(None, None, f"not a name for a tensor in a checkpoint: {name!r}")
        return key

    def _check_full_entry(self, name: str, full: BundleEntry, dtype: dtypes.DType, shape: Shape) -> None:
        key = encode_name(name)
        if key in self._entries and not full.slices:
            raise errors.InvalidArgumentError(None, None, f"Adding duplicate key: {name}")
        if full.dtype != dtype or full.shape != shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"slices of {name} disagree: {full.dtype.name}{list(full.shape)} and {dtype.name}{list(shape)}",
            )

    def _append(self, key: bytes, dtype: dtypes.DType, array: Array) -> None:
        if key in self._entries:
            raise errors.InvalidArgumentError(None, None, f"Adding duplicate key: {_display(key)}")
        size, crc = self._write_strings(array) if dtype == dtypes.string else self._write_numbers(array)
        self._entries[key] = BundleEntry(dtype, array.shape, 0, self._offset, size, crc32c.mask(crc))
        self._offset += size

    def _write_numbers(self, array: Array) -> tuple[int, int]:
        view = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        crc = 0
        for start in range(0, view.nbytes, _PIECE):
            piece = view[start : start + _PIECE]
            crc = crc32c.crc32c(piece, crc)
            self._data.write(piece)
        return view.nbytes, crc

    def _write_strings(self, array: Array) -> tuple[int, int]:
        encoded = string_tensor.encode(array)
        self._data.write(encoded.head)
        for element in encoded.elements:
            self._data.write(element)
        return encoded.size, encoded.crc

    def finish(self) -> None:
        """Makes the checkpoint appear at the prefix."""
        try:
            self._data.finish()
            with StagedFile(index_path(self.prefix)) as index:
                _write_index(index, 1, self._entries)
                publish_bundle(self.prefix, [self._data.temporary_path], index)
        finally:
            self._data.discard()

    def discard(self) -> None:
        """Drops what was written."""
        self._data.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()


def merge_bundles(
    prefixes: Sequence[str], destination: str, delete_old_dirs: bool = True, allow_missing_files: bool = False
) -> None:
    """Makes one sharded checkpoint of several, as MergeV2Checkpoints does: their data files are renamed, not copied.

    Slices of one tensor may be spread over the parts. The parts are consumed, and their folders removed if that
    leaves them empty and ``delete_old_dirs`` says so. Raises InvalidArgumentError where a part is missing, two parts
    hold the same tensor, or ``destination`` is a part itself.
    """
    if destination in prefixes:
        raise errors.InvalidArgumentError(None, None, f"{destination} is to be merged into itself")
    merge = _Merge()
    present = [prefix for prefix in prefixes if os.path.exists(index_path(prefix))]
    for prefix in prefixes:
        if prefix not in present and not allow_missing_files:
            raise errors.InvalidArgumentError(
                None, None, f"allow_missing_files was set to false and {prefix} did not exist."
            )
    if not present:
        raise errors.InvalidArgumentError(
            None, None, "At least one prefix checkpoint file must exist, but none existed."
        )
    for prefix in present:
        merge.add(prefix)
    make_folder(destination)
    with StagedFile(index_path(destination)) as index:
        _write_index(index, max(1, len(merge.data)), merge.entries)
        publish_bundle(destination, list(merge.data), index)
    _remove_parts(present, delete_old_dirs)


class _Merge:
    """Entries of several bundles under new shard numbers. ``data``: path -> its number, in the order of first use."""

    def __init__(self) -> None:
        self.entries: dict[bytes, BundleEntry] = {}
        self.data: dict[str, int] = {}

    def add(self, prefix: str) -> None:
        with BundleReader(prefix) as reader:
            if reader.is_big_endian:
                raise errors.UnimplementedError(None, None, f"merging big-endian checkpoint {prefix}")
            for key in reader:
                self._add_entry(prefix, key, reader.entry_at(key), reader.shard_count)

    def _add_entry(self, prefix: str, key: bytes, entry: BundleEntry, shard_count: int) -> None:
        merged = self.entries.get(key)
        if merged is not None:
            if not (merged.slices and entry.slices and (merged.dtype, merged.shape) == (entry.dtype, entry.shape)):
                raise errors.InvalidArgumentError(
                    None, None, f"Duplicate tensor keyed by {_display(key)} encountered, when merging prefix: {prefix}"
                )
            self.entries[key] = _with_slices(merged, entry.slices)
            return
        path = data_path(prefix, entry.shard, shard_count)
        if path not in self.data and not os.path.exists(path):
            raise errors.NotFoundError(None, None, f"{path}; No such file or directory")
        shard = self.data.setdefault(path, len(self.data))
        self.entries[key] = BundleEntry(
            entry.dtype, entry.shape, shard, entry.offset, entry.size, entry.crc, entry.slices
        )


def _with_slices(entry: BundleEntry, slices: tuple[TensorSlice, ...]) -> BundleEntry:
    return BundleEntry(
        entry.dtype, entry.shape, entry.shard, entry.offset, entry.size, entry.crc, (*entry.slices, *slices)
    )


def _remove_parts(prefixes: Sequence[str], with_folders: bool) -> None:
    """What is left of merged parts: their indices, and folders. The checkpoint is whole, so nothing here is an
    error."""
    for prefix in prefixes:
        with contextlib.suppress(OSError):
            os.remove(index_path(prefix))
    if with_folders:
        for folder in {os.path.dirname(prefix) for prefix in prefixes}:
            with contextlib.suppress(OSError):
                os.rmdir(folder or ".")
