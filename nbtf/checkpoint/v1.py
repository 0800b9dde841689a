"""V1 checkpoints: sorted tables whose path is the prefix itself, one file a shard.

The entry "" of a file is its meta: every tensor's name, shape, dtype and the slices the file holds. Every other entry
is the data of one slice, filed under the slice's key: a TensorProto without dtype and shape, values in the dtype's
list.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from nbtf import dtypes, errors
from nbtf.checkpoint import assemble
from nbtf.checkpoint.arrays import as_storage, type_name
from nbtf.checkpoint.assemble import Array
from nbtf.checkpoint.bundle import VERSION, check_version, parse_message
from nbtf.checkpoint.publish import StagedFile, make_folder, publish_file
from nbtf.checkpoint.slices import (
    Box,
    Shape,
    TensorSlice,
    check_slice_shape,
    element_count,
    encode_name,
    format_shape,
    parse_shape_and_slice,
)
from nbtf.checkpoint.source import matching_paths
from nbtf.checkpoint.table import Table, TableWriter
from nbtf.native.aligned import aligned_empty
from nbtf.wire import schema

_META_KEY: Final = b""
_MAX_MESSAGE_BYTES: Final = (1 << 31) - 1

_VALUE_FIELDS: Final = {
    dtypes.float32: "float_val",
    dtypes.float64: "double_val",
    dtypes.int64: "int64_val",
    dtypes.bool: "bool_val",
    dtypes.string: "string_val",
    dtypes.complex64: "scomplex_val",
    dtypes.complex128: "dcomplex_val",
    dtypes.float16: "half_val",
    **dict.fromkeys(
        (
            dtypes.int32,
            dtypes.int16,
            dtypes.int8,
            dtypes.uint16,
            dtypes.uint8,
            dtypes.qint8,
            dtypes.quint8,
            dtypes.qint32,
        ),
        "int_val",
    ),
}
"""The list of a TensorProto that holds a dtype's values. V1 knows no other dtypes."""

_MOST_VALUE_BYTES: Final = {"int_val": 10, "int64_val": 10, "half_val": 3}
"""Bytes a value may take in its list, where that is not its own size."""

_NEXT_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def matching_files(pattern: str) -> list[str]:
    """Sorted paths that ``pattern`` (``model.ckpt-?????-of-00003``) names. A path that exists stands for itself."""
    return [pattern] if os.path.isfile(pattern) else matching_paths(pattern)


@dataclass
class _Tensor:
    """A tensor's meta, joined over the shards; ``places``: the table of every slice."""

    dtype: dtypes.DType
    shape: Shape
    slices: list[TensorSlice] = field(default_factory=list)
    places: list[Table] = field(default_factory=list)


class V1Reader:
    """A V1 checkpoint, open for reading; safe to use from several threads.

    Raises NotFoundError where no file matches, DataLossError where one is damaged.
    """

    def __init__(self, prefix: str, verify: bool = True) -> None:
        """prefix: the path, or a pattern that matches all shards. verify: whether checksums are compared."""
        self.prefix = prefix
        self._tables: list[Table] = []
        self._tensors: dict[str, _Tensor] = {}
        paths = matching_files(prefix)
        if not paths:
            raise errors.NotFoundError(
                None,
                None,
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {prefix}",
            )
        try:
            for path in paths:
                self._tables.append(_open_table(path, verify))
                self._add_meta(self._tables[-1])
        except BaseException:
            self.close()
            raise

    def _add_meta(self, table: Table) -> None:
        meta = _read_meta(table)
        check_version(meta.versions, table.path)
        for tensor in meta.tensor:
            what = f"{table.path}, tensor {tensor.name}"
            shape = tuple(dim.size for dim in tensor.shape.dim)
            element_count(shape, what)
            try:
                dtype = dtypes.as_dtype(tensor.type)
            except TypeError:
                raise errors.DataLossError(None, None, f"{what}: unknown dtype {tensor.type}") from None
            known = self._tensors.setdefault(tensor.name, _Tensor(dtype, shape))
            if (known.dtype, known.shape) != (dtype, shape):
                raise errors.DataLossError(
                    None, None, f"{what}: {dtype.name}{format_shape(shape)} here, other in another shard"
                )
            known.slices += [TensorSlice.from_proto(part) for part in tensor.slice]
            known.places += [table] * len(tensor.slice)

    def names(self) -> list[str]:
        """Names of the tensors, sorted."""
        return sorted(self._tensors)

    def has_tensor(self, name: str) -> bool:
        return name in self._tensors

    def dtype(self, name: str) -> dtypes.DType:
        return self._tensor(name).dtype

    def shape(self, name: str) -> Shape:
        return self._tensor(name).shape

    def check_dtype(self, name: str, dtype: dtypes.DType) -> None:
        """Raises InvalidArgumentError unless the tensor is of ``dtype``."""
        stored = self._tensor(name).dtype
        if stored != dtype:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Expected to restore a tensor of type {type_name(dtype)}, got a tensor of type {type_name(stored)} "
                f"instead: tensor_name = {name}",
            )

    def describe(self) -> bytes:
        """One line a tensor: name, dtype, shape, number of slices."""
        lines = []
        for name in self.names():
            tensor = self._tensors[name]
            slices = f", {len(tensor.slices)} slices" if len(tensor.slices) > 1 else ""
            enum = schema.DataType.Name(tensor.dtype.as_datatype_enum)
            lines.append(f"{name} ({enum}) {format_shape(tensor.shape)}{slices}\n".encode())
        return b"".join(lines)

    def slices(self, name: str) -> list[TensorSlice]:
        """The stored slices; one that covers everything, where the tensor is not partitioned."""
        return list(self._tensor(name).slices)

    def _tensor(self, name: str) -> _Tensor:
        try:
            return self._tensors[name]
        except KeyError:
            raise errors.NotFoundError(
                None, None, f'Tensor name "{name}" not found in checkpoint files {self.prefix}'
            ) from None

    def get_tensor(self, name: str) -> Array:
        """The whole tensor, in its dtype's storage type, strings as an object array of bytes."""
        tensor = self._tensor(name)
        return self._read_part(name, tensor, Box((0,) * len(tensor.shape), tensor.shape))

    def read_slice(self, name: str, spec: str) -> Array:
        """The part of a tensor that ``spec`` names: full shape, then extents, ``7 4 0,3:-``; "" for all of it."""
        if not spec:
            return self.get_tensor(name)
        shape, _, box = parse_shape_and_slice(spec)
        tensor = self._tensor(name)
        if shape != tensor.shape:
            raise errors.InvalidArgumentError(
                None,
                None,
                "Shape in shape_and_slice spec does not match the shape in the save file: "
                f"{format_shape(shape)}, save file shape: {format_shape(tensor.shape)}",
            )
        return self._read_part(name, tensor, box)

    def _read_part(self, name: str, tensor: _Tensor, box: Box) -> Array:
        if tensor.dtype not in _VALUE_FIELDS:
            raise errors.UnimplementedError(
                None, None, f"{self.prefix}: tensor {name} has dtype {tensor.dtype.name}, unknown to V1 checkpoints"
            )
        boxes = [self._stored_box(name, tensor, part) for part in tensor.slices]
        common = assemble.overlaps(box, boxes)
        # A file may list one slice again and again; one of each is enough, and bounds the memory taken.
        common = list({boxes[index]: (index, region) for index, region in common}.values())
        # Read before anything of the whole's size is allocated: a shape alone, out of a damaged file, takes no memory.
        pieces = {index: self._read_piece(name, tensor, index, boxes[index]) for index, _ in common}
        if not assemble.covers(box, [region for _, region in common]):
            raise errors.InvalidArgumentError(
                None, None, f"Error copying slice data: stored slices of tensor {name} do not cover what is asked for"
            )
        return assemble.gather(box, tensor.dtype.storage, boxes, common, pieces.__getitem__)

    def _stored_box(self, name: str, tensor: _Tensor, part: TensorSlice) -> Box:
        try:
            return part.resolve(tensor.shape)
        except errors.InternalError as error:
            raise errors.DataLossError(None, None, f"{self.prefix}, slice of {name}: {error.message}") from None

    def _read_piece(self, name: str, tensor: _Tensor, index: int, box: Box) -> Array:
        part, table = tensor.slices[index], tensor.places[index]
        what = f"{table.path}, slice {part} of {name}"
        data = table.get(part.key(name))
        if data is None:
            raise errors.DataLossError(None, None, f"{what}: listed in the file's meta, and missing")
        saved = parse_message(schema.SavedTensorSlices(), data, what).data
        if saved.name != name:
            raise errors.DataLossError(None, None, f"{what}: holds data of {saved.name}")
        return _proto_values(saved.data, tensor.dtype, box.sizes, what)

    def close(self) -> None:
        for table in self._tables:
            table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open_table(path: str, verify: bool) -> Table:
    try:
        return Table(path, verify)
    except errors.OpError as error:
        code = _NEXT_WORD.sub("_", type(error).__name__.removesuffix("Error")).upper()
        raise errors.DataLossError(
            None,
            None,
            f"Unable to open table file {path}: {code}: {error.message}: perhaps your file is in a different file "
            "format and you need to use a different restore operator?",
        ) from None


def _read_meta(table: Table) -> Any:
    reason = "it has no meta entry"
    try:
        data = table.get(_META_KEY)
        saved = None if data is None else parse_message(schema.SavedTensorSlices(), data, table.path)
        if saved is not None and saved.HasField("meta"):
            return saved.meta
    except errors.DataLossError as error:
        reason = error.message
    if table.path.endswith(".index"):
        reason = f"it looks like the index of the V2 checkpoint {table.path.removesuffix('.index')}"
    raise errors.DataLossError(
        None,
        None,
        f"Failed to find the saved tensor slices at the beginning of the checkpoint file: {table.path}: {reason}",
    )


def _proto_values(proto: Any, dtype: dtypes.DType, shape: Shape, what: str) -> Array:
    values = getattr(proto, _VALUE_FIELDS[dtype])
    count = element_count(shape, what)
    needed = 2 * count if dtype.is_complex else count
    if len(values) != needed:
        raise errors.DataLossError(
            None, None, f"{what}: {len(values)} values for {dtype.name}{format_shape(shape)}, which takes {needed}"
        )
    out = aligned_empty((count,), dtype.storage)
    if dtype == dtypes.string:
        out[:] = np.fromiter(values, object, count)
    elif dtype.is_complex:
        out.view(dtype.real_dtype.storage)[:] = values
    elif dtype == dtypes.float16:
        out.view(np.uint16)[:] = _narrowed(values, np.dtype(np.uint16), what)
    else:
        out[:] = _narrowed(values, dtype.storage, what) if out.dtype.kind in "iu" else np.array(values, out.dtype)
    return out.reshape(shape)


def _narrowed(values: Sequence[int], dtype: np.dtype[Any], what: str) -> Array:
    wide = np.array(values, np.int64)
    limits = np.iinfo(dtype)
    if wide.size and not (limits.min <= wide.min() and wide.max() <= limits.max):
        raise errors.DataLossError(None, None, f"{what}: values outside the range of {dtype}")
    return wide.astype(dtype)


class V1Writer:
    """Writes one file of a V1 checkpoint, byte for byte as TensorFlow does. Held in memory until `finish`.

    As a context manager it finishes on leaving, unless an exception passes. The file appears whole, or not at all.
    Shards are files of their own, each with its own meta: one writer a shard.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._tensors: dict[str, Any] = {}
        self._data: dict[bytes, bytes] = {}

    def add(self, name: str, value: Any, spec: str = "", dtype: dtypes.DType | None = None) -> None:
        """Adds a tensor, or the part of one that ``spec`` names. value: whatever numpy takes.

        Raises InvalidArgumentError for dtypes that V1 lacks (bfloat16, uint32, ...), slices added twice, values that do
        not fit ``spec``, slices past 2 GB.
        """
        array, dtype = as_storage(name, value, dtype)
        if dtype not in _VALUE_FIELDS:
            raise errors.InvalidArgumentError(
                None, None, f"Tensor slice serialization not implemented for dtype {dtype.as_datatype_enum}"
            )
        shape, part = array.shape, TensorSlice.whole(array.ndim)
        if spec:
            shape, part, box = parse_shape_and_slice(spec)
            check_slice_shape(spec, box, array.shape)
        encode_name(name)
        key = part.key(name)
        if key in self._data:
            raise errors.InvalidArgumentError(None, None, f"Adding duplicate slice {part} of tensor {name}")
        data = self._slice_bytes(name, part, dtype, array)
        part.fill_proto(self._tensor_meta(name, dtype, shape).slice.add())
        self._data[key] = data

    def _tensor_meta(self, name: str, dtype: dtypes.DType, shape: Shape) -> Any:
        known = self._tensors.get(name)
        if known is None:
            known = schema.SavedSliceMeta(name=name, type=dtype.as_datatype_enum)
            known.shape.SetInParent()
            for dimension in shape:
                known.shape.dim.add().size = dimension
            self._tensors[name] = known
        if known.type != dtype.as_datatype_enum or tuple(dim.size for dim in known.shape.dim) != shape:
            raise errors.InvalidArgumentError(
                None, None, f"slices of {name} disagree in dtype or shape: {dtype.name}{format_shape(shape)}"
            )
        return known

    def _slice_bytes(self, name: str, part: TensorSlice, dtype: dtypes.DType, array: Array) -> bytes:
        name_of_list = _VALUE_FIELDS[dtype]
        _check_message_size(name, name_of_list, array)
        saved: Any = schema.SavedTensorSlices()
        saved.data.name = name
        saved.data.slice.SetInParent()
        part.fill_proto(saved.data.slice)
        saved.data.data.SetInParent()
        flat = np.ascontiguousarray(array).reshape(-1)
        if dtype.is_complex:
            flat = flat.view(dtype.real_dtype.storage)
        elif dtype == dtypes.float16:
            flat = flat.view(np.uint16)
        getattr(saved.data.data, name_of_list).extend(flat.tolist())
        return bytes(saved.SerializeToString())

    def finish(self) -> None:
        """Writes the file."""
        saved: Any = schema.SavedTensorSlices()
        saved.meta.versions.producer = VERSION
        for name in sorted(self._tensors, key=encode_name):  # as TensorFlow's save operations order them
            saved.meta.tensor.append(self._tensors[name])
        make_folder(self.path)
        with StagedFile(self.path) as staged:
            writer = TableWriter(staged)
            writer.add(_META_KEY, saved.SerializeToString())
            for key in sorted(self._data):
                writer.add(key, self._data[key])
            writer.finish()
            staged.finish()
            publish_file(staged)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()


def _check_message_size(name: str, name_of_list: str, array: Array) -> None:
    if name_of_list == "string_val":
        size = sum(len(element) + 10 for element in array.reshape(-1).tolist())
    else:
        size = array.size * _MOST_VALUE_BYTES.get(name_of_list, array.itemsize)
    if size > _MAX_MESSAGE_BYTES:
        raise errors.InvalidArgumentError(
            None, None, f"Tensor slice is too large to serialize (conservative estimate: {size} bytes): {name}"
        )
