"""Messages of protocol buffers as tensors, and back: the fields that an attribute names, one tensor a field.

What a message type is, a FileDescriptorSet tells: in the attribute itself or in a file.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nbtf.errors import DataLossError, InvalidArgumentError
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.string_arrays import Array, utf8
from nbtf.shapes import UNKNOWN, check
from nbtf.wire import schema

_VARINT, _EIGHT, _SIZED, _FOUR = 0, 1, 2, 5
_IN_BYTES = b"bytes://"

# ---- values on the wire ----------------------------------------------------------------------------------------------


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """A number and the place behind it. Raises IndexError where the data end before, ValueError for one too long."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & (1 << 64) - 1, at
        shift += 7
        if shift >= 70:
            raise ValueError("a number of more than ten bytes")


def _signed(number: int, bits: int) -> int:
    number &= (1 << bits) - 1
    return number - (1 << bits) if number >> (bits - 1) else number


def _zigzag(number: int) -> int:
    return number << 1 ^ number >> 63


def _unzigzag(number: int) -> int:
    return number >> 1 ^ -(number & 1)


class _Kind:
    """A type of fields: which dtypes it may become, and its values on the wire."""

    def __init__(self, wire: int, dtypes: str, read: Callable[[Any], Any], write: Callable[[Any], bytes]) -> None:
        self.wire, self.dtypes, self.read, self.write = wire, tuple(dtypes.split()), read, write


def _fixed(wire: int, dtypes: str, form: str) -> _Kind:
    packing = struct.Struct(f"<{form}")
    return _Kind(wire, dtypes, lambda data: packing.unpack(data)[0], packing.pack)


def _number(dtypes: str, read: Callable[[int], Any], write: Callable[[int], int] = int) -> _Kind:
    return _Kind(_VARINT, dtypes, read, lambda value: _varint(write(value)))


def _sized() -> _Kind:
    return _Kind(_SIZED, "string", bytes, lambda data: _varint(len(data)) + data)


_KINDS: dict[int, tuple[str, _Kind]] = {
    1: ("double", _fixed(_EIGHT, "float64", "d")),
    2: ("float", _fixed(_FOUR, "float32 float64", "f")),
    3: ("int64", _number("int64", lambda v: _signed(v, 64))),
    4: ("uint64", _number("uint64", int)),
    5: ("int32", _number("int32 int64", lambda v: _signed(v, 32))),
    6: ("fixed64", _fixed(_EIGHT, "uint64", "Q")),
    7: ("fixed32", _fixed(_FOUR, "uint32 uint64", "I")),
    8: ("bool", _number("bool", bool)),
    9: ("string", _sized()),
    11: ("message", _sized()),
    12: ("bytes", _sized()),
    13: ("uint32", _number("uint32 uint64", lambda v: v & 0xFFFFFFFF)),
    14: ("enum", _number("int32", lambda v: _signed(v, 32))),
    15: ("sfixed32", _fixed(_FOUR, "int32 int64", "i")),
    16: ("sfixed64", _fixed(_EIGHT, "int64", "q")),
    17: ("sint32", _number("int32 int64", lambda v: _unzigzag(v & 0xFFFFFFFF), _zigzag)),
    18: ("sint64", _number("int64", _unzigzag, _zigzag)),
}
"""By the number of the type in a FieldDescriptorProto: its name there, and the kind. Groups are not among them."""


def _fields_of(data: bytes) -> Iterator[tuple[int, int, Any]]:
    """Number, wire type and value (a number or bytes) of each field of a message."""
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        number, wire = tag >> 3, tag & 7
        value: Any
        if wire == _VARINT:
            value, at = _read_varint(data, at)
        elif wire in (_EIGHT, _FOUR, _SIZED):
            size, at = (8 if wire == _EIGHT else 4, at) if wire != _SIZED else _read_varint(data, at)
            if size > len(data) - at:
                raise IndexError("a field is longer than its message")
            value = data[at : at + size]
            at += size
        else:
            raise ValueError(f"wire type {wire}")
        if number == 0:
            raise ValueError("field number 0")
        yield number, wire, value


def _unpacked(kind: _Kind, data: bytes) -> Iterator[Any]:
    """The values of a packed field."""
    if kind.wire == _VARINT:
        at = 0
        while at < len(data):
            value, at = _read_varint(data, at)
            yield kind.read(value)
    else:
        size = 8 if kind.wire == _EIGHT else 4
        if len(data) % size:
            raise IndexError("a packed field ends within a value")
        for at in range(0, len(data), size):
            yield kind.read(data[at : at + size])


# ---- descriptors -----------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=16)
def _pool(descriptor_set: bytes) -> Any:
    """A pool of the types of a FileDescriptorSet. Raises ValueError or DecodeError where it is none."""
    from google.protobuf import descriptor_pb2, descriptor_pool

    files = descriptor_pb2.FileDescriptorSet.FromString(descriptor_set).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.AddSerializedFile(file.SerializeToString())
    return pool


def _message_type(call: Any) -> Any:
    """The descriptor of the message type that the attributes name."""
    source, name = utf8(call.attrs.descriptor_source), str(call.attrs.message_type)
    hint = ""
    if source in (b"", b"local://"):
        pool = schema.pool()
        hint = (
            "; descriptor_source 'local://' has TensorFlow's own types only, others come by a file of a "
            "FileDescriptorSet or as 'bytes://' and one"
        )
    else:
        try:
            pool = _pool(
                source.removeprefix(_IN_BYTES) if source.startswith(_IN_BYTES) else Path(source.decode()).read_bytes()
            )
        except (OSError, UnicodeDecodeError):
            _refuse(call, f"Source does not represent serialized file descriptor set proto: {source!r} is no file")
        except Exception as error:  # noqa: BLE001 - protobuf's classes differ by version
            _refuse(call, f"Source does not represent serialized file descriptor set proto: {error}")
    try:
        return pool.FindMessageTypeByName(name)
    except KeyError:
        _refuse(call, f"No descriptor found for message type {name}{hint}")


def _refuse(call: Any, words: str) -> Any:
    raise InvalidArgumentError(None, call.node.origin, f"{call.node.op_type} '{call.node.name}': {words}")


class _Field:
    """A field of a message, on its way from or to a tensor."""

    def __init__(self, call: Any, message: Any, name: str) -> None:
        found = message.fields_by_name.get(name)
        if found is None:
            _refuse(call, f"Unknown field: {name} in message type {message.full_name}")
        if found.type not in _KINDS:
            _refuse(call, f"Field {found.full_name} is a group, which has no tensor")
        self.name, self.full_name, self.number = name, found.full_name, found.number
        self.type_name, self.kind = _KINDS[found.type]
        # of protobuf 4 and 5, which tell by `label` or by a property whether a field is repeated
        repeated = found.is_repeated if hasattr(found, "is_repeated") else found.label == found.LABEL_REPEATED
        self.is_repeated = repeated
        self.is_packed = repeated and found.has_options and found.GetOptions().packed
        self.default = b"" if self.kind.wire == _SIZED else 0
        if not repeated and self.type_name != "message":
            self.default = found.default_value
        if isinstance(self.default, str):
            self.default = self.default.encode()


# ---- decoding --------------------------------------------------------------------------------------------------------


def _binary(call: Any, message: Any, text: bytes) -> bytes:
    """A message as bytes; a text is parsed, and with `sanitize` so is a message."""
    is_text = call.attrs.message_format == "text"
    if not is_text and not call.attrs.sanitize:
        return text
    from google.protobuf import message_factory, text_format

    made = message_factory.GetMessageClass(message)()
    try:
        if is_text:
            text_format.Parse(text.decode(), made)
        else:
            made.ParseFromString(text)
    except Exception as error:  # noqa: BLE001 - ParseError, DecodeError, UnicodeDecodeError; protobuf's lie in many places
        kind = "text" if is_text else "binary"
        raise DataLossError(None, call.node.origin, f"Unable to parse {kind} protobuf: {error}") from None
    data: bytes = made.SerializeToString()
    return data


def _values(call: Any, data: bytes, wanted: dict[int, _Field]) -> dict[int, list[Any]]:
    """The values of the wanted fields of one message."""
    found: dict[int, list[Any]] = {number: [] for number in wanted}
    try:
        for number, wire, value in _fields_of(data):
            field = wanted.get(number)
            if field is None:
                continue
            if wire == field.kind.wire:
                values = [field.kind.read(value)]
            elif wire == _SIZED:
                values = list(_unpacked(field.kind, value))
            else:
                continue  # of another type, as an unknown field
            found[number] = found[number] + values if field.is_repeated else values[-1:]
    except (IndexError, ValueError) as error:
        words = f"{call.node.op_type} '{call.node.name}': CountFields: Failed to consume entire buffer: {error}"
        raise DataLossError(None, call.node.origin, words) from None
    return found


def _decode(call: Any, texts: Array) -> list[Array]:
    attrs = call.attrs
    names, dtypes = [str(name) for name in attrs.field_names], list(attrs.output_types)
    check(len(names) == len(dtypes), "field_names and output_types attributes must have the same length")
    check(attrs.message_format in ("binary", "text"), "format must be one of binary or text")
    message = _message_type(call)
    fields = [_Field(call, message, name) for name in names]
    for field, dtype in zip(fields, dtypes, strict=True):
        if dtype.name not in field.kind.dtypes:
            _refuse(call, f"Unexpected output type for {field.full_name}: {field.type_name} to {dtype.name}")
    check(texts.size > 0, "Bufs argument must contain at least one value")
    wanted = {field.number: field for field in fields}
    rows = [_values(call, _binary(call, message, text), wanted) for text in texts.reshape(-1)]
    sizes = np.array([[len(row[field.number]) for field in fields] for row in rows], np.int32)
    sizes = sizes.reshape(len(rows), len(fields))
    results = [sizes.reshape(*texts.shape, len(fields))]
    for i, (field, dtype) in enumerate(zip(fields, dtypes, strict=True)):
        made = np.empty((len(rows), sizes[:, i].max(initial=1)), object if dtype.name == "string" else dtype.storage)
        made[...] = field.default
        for at, row in enumerate(rows):
            made[at, : sizes[at, i]] = row[field.number]
        results.append(made.reshape(*texts.shape, made.shape[1]))
    return results


@op("DecodeProtoV2")
class DecodeProtoV2:
    """Fields of messages: bytes [...] -> sizes [..., fields], how many values each has, and values [..., most] each.

    `most` is 1 at least; a field's default value stands where there are fewer.

    field_names, of message_type; output_types: one a field, as wide as the field's type or wider; strings for messages.
    """

    host = _decode
    gradient = NOT_DIFFERENTIABLE

    def shape(bytes, field_names, out):
        for i in range(len(bytes)):
            for output in out:
                output.append(bytes[i])
        out[0].append(len(field_names))
        for i in range(1, len(out)):
            out[i].append(UNKNOWN)


# ---- encoding --------------------------------------------------------------------------------------------------------


def _encode(call: Any, sizes: Array, *values: Array) -> Array:
    names = [str(name) for name in call.attrs.field_names]
    check(len(names) == len(values), "There are {} field names but {} values", len(names), len(values))
    message = _message_type(call)
    fields = [_Field(call, message, name) for name in names]
    batch = values[0].shape[:-1]
    check(all(value.ndim >= 1 and value.shape[:-1] == batch for value in values), "values must have equal batches")
    check(sizes.shape == (*batch, len(names)), "sizes should be batch_size + [len(field_names)].  Saw: {} but expected: {}",
          list(sizes.shape), [*batch, len(names)])  # fmt: skip
    for field, dtype in zip(fields, call.attrs.Tinput_types, strict=True):
        if dtype.name not in field.kind.dtypes:
            words = f"Incompatible type for field {field.name}.  Saw dtype: {dtype.name} but field type is: {field.type_name}"
            _refuse(call, words)
    count = int(np.prod(batch))
    lengths = sizes.reshape(count, len(names))
    rows = [value.reshape(count, value.shape[-1]) for value in values]
    order = sorted(range(len(fields)), key=lambda i: fields[i].number)
    made = np.empty(count, object)
    for at in range(count):
        parts = []
        for i in order:
            size = int(lengths[at, i])
            check(size <= rows[i].shape[1], "Size to write must not be larger than value tensor; but saw: {} > {} at message "
                  "{} field {}", size, rows[i].shape[1], at, i)  # fmt: skip
            parts.append(_encoded(fields[i], rows[i][at, : max(size, 0)].tolist()))
        made[at] = b"".join(parts)
    return made.reshape(batch)


def _encoded(field: _Field, values: list[Any]) -> bytes:
    """A field of a message with these values."""
    pieces = [field.kind.write(value) for value in values]
    if field.is_packed and pieces:
        packed = b"".join(pieces)
        return _varint(field.number << 3 | _SIZED) + _varint(len(packed)) + packed
    tag = _varint(field.number << 3 | field.kind.wire)
    return b"".join(tag + piece for piece in pieces)


@op("EncodeProto")
class EncodeProto:
    """Messages of fields: sizes [..., fields], values [..., most] each, of which the first `sizes` count -> bytes [...].

    field_names, of message_type, are written by their numbers.
    """

    host = _encode
    gradient = NOT_DIFFERENTIABLE

    def shape(sizes, values, out):
        check(len(sizes) >= 2, "Shape must be at least rank 2 but is rank {}", len(sizes))
        for i in range(len(sizes) - 1):
            out.append(sizes[i])
