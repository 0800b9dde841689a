"""Protobuf text format (.pbtxt) of any message of the schema, both ways.

The writer is this module's own: protobuf's differs from version to version in how it prints floats and bytes, and
files should not. It writes what TensorFlow's write_graph(as_text=True) writes: fields by number, map entries by key,
floats by the digits of their double, everything but printable ASCII in octal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import numpy as np

from nbtf.wire import schema

_Message = TypeVar("_Message")

_ESCAPES: Final = {9: r"\t", 10: r"\n", 13: r"\r", 34: r"\"", 39: r"\'", 92: r"\\"}
_ESCAPED: Final = tuple(
    _ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in range(256)
)
_PLAIN: Final = re.compile(rb"[ !#-&(-\[\]-~]*")  # bytes that stand for themselves

# Field types of google.protobuf.descriptor.FieldDescriptor
_TYPE_DOUBLE, _TYPE_FLOAT, _TYPE_BOOL, _TYPE_STRING, _TYPE_MESSAGE, _TYPE_BYTES, _TYPE_ENUM = 1, 2, 8, 9, 11, 12, 14


def to_text(message: Any) -> str:
    """The message as text, two spaces of indent a level, byte for byte as TensorFlow's write_graph."""
    return "".join(f"{line}\n" for line in _lines(message, str))


def to_short_text(message: Any) -> str:
    """The message on one line with floats as short as they go, as in TensorFlow's error messages."""
    return " ".join(line.lstrip(" ") for line in _lines(message, short_float))


def c_escape(value: bytes) -> str:
    """Bytes as in a C string literal, without the quotes; what is not printable ASCII in octal."""
    if _PLAIN.fullmatch(value):
        return value.decode("ascii")
    return "".join(map(_ESCAPED.__getitem__, value))


def short_float(value: float) -> str:
    """The fewest digits that give the same float32, as C++ prints it: `1`, `0.1`, `1e-30`."""
    for digits in range(6, 9):
        text = f"{value:.{digits}g}"
        with np.errstate(over="ignore"):  # rounded up past the largest float32: not the same value
            if np.float32(text) == np.float32(value):
                return text
    return f"{value:.9g}"


def _lines(message: Any, print_float: Callable[[float], str], indent: str = "") -> Iterator[str]:
    if message.DESCRIPTOR.full_name == "google.protobuf.Any":
        content = _any_content(message)
        if content is not None:
            yield f"{indent}[{message.type_url}] {{"
            yield from _lines(content, print_float, indent + "  ")
            yield f"{indent}}}"
            return
    for field, value in message.ListFields():
        name = field.name
        if field.type == _TYPE_MESSAGE and field.message_type.GetOptions().map_entry:
            yield from _map_lines(field, value, print_float, indent)
        elif field.type == _TYPE_MESSAGE:
            for one in value if _is_repeated(value) else (value,):
                yield f"{indent}{name} {{"
                yield from _lines(one, print_float, indent + "  ")
                yield f"{indent}}}"
        else:
            for one in value if _is_repeated(value) else (value,):
                yield f"{indent}{name}: {_scalar(field, one, print_float)}"


def _map_lines(field: Any, entries: Any, print_float: Callable[[float], str], indent: str) -> Iterator[str]:
    key_field = field.message_type.fields_by_name["key"]
    value_field = field.message_type.fields_by_name["value"]
    for key in sorted(entries):
        value = entries[key]
        yield f"{indent}{field.name} {{"
        if key:  # an entry is a message: it shows no field that is 0 or empty
            yield f"{indent}  key: {_scalar(key_field, key, print_float)}"
        if value_field.type == _TYPE_MESSAGE:
            yield f"{indent}  value {{"
            yield from _lines(value, print_float, indent + "    ")
            yield f"{indent}  }}"
        elif value:
            yield f"{indent}  value: {_scalar(value_field, value, print_float)}"
        yield f"{indent}}}"


def _is_repeated(value: Any) -> bool:
    # By the value: protobuf's versions do not agree on how a field descriptor tells it.
    return not hasattr(value, "DESCRIPTOR") and not isinstance(value, (str, bytes)) and hasattr(value, "__len__")


def _scalar(field: Any, value: Any, print_float: Callable[[float], str]) -> str:
    kind = field.type
    if kind == _TYPE_STRING:
        return f'"{c_escape(value.encode("utf-8"))}"'
    if kind == _TYPE_BYTES:
        return f'"{c_escape(value)}"'
    if kind in (_TYPE_FLOAT, _TYPE_DOUBLE):
        return print_float(value)
    if kind == _TYPE_BOOL:
        return "true" if value else "false"
    if kind == _TYPE_ENUM:
        known = field.enum_type.values_by_number.get(value)
        return str(value) if known is None else str(known.name)
    return str(value)


def _any_content(message: Any) -> Any:
    """The message inside an Any, or None where its type is unknown or its bytes are not of that type."""
    from google.protobuf.message import DecodeError

    try:
        content = schema.message_class(message.type_url.rpartition("/")[2])()
        content.ParseFromString(message.value)
    except (KeyError, DecodeError):
        return None
    return content


def from_text(text: str | bytes, message: _Message) -> _Message:
    """Merge `text` into `message` and return it. Raises ValueError with line and column where the text is malformed."""
    from google.protobuf import text_format

    name = type(message).__name__
    try:
        text_format.Merge(text, message, descriptor_pool=schema.pool())  # type: ignore[type-var]
    except text_format.ParseError as error:
        raise ValueError(f"Text of a {name} is malformed at line:column {error}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"Text of a {name} is not UTF-8: {error}") from None
    except RecursionError:
        raise ValueError(f"Text of a {name} is nested too deeply") from None
    return message
