"""Protobuf text format (.pbtxt) of any message of the schema, both ways."""
from __future__ import annotations

from typing import Any, TypeVar

from nbtf.wire import schema

_Message = TypeVar("_Message")


def to_text(message: Any) -> str:
    """The message as text, as TensorFlow's write_graph writes it: fields by number, map entries by key."""
    from google.protobuf import text_format

    return text_format.MessageToString(message, descriptor_pool=schema.pool())


def to_short_text(message: Any) -> str:
    """The message on one line, as in TensorFlow's error messages."""
    from google.protobuf import text_format

    return text_format.MessageToString(message, as_one_line=True, descriptor_pool=schema.pool())


def from_text(text: str | bytes, message: _Message) -> _Message:
    """Merge `text` into `message` and return it. Raises ValueError with line and column where the text is malformed."""
    from google.protobuf import text_format

    try:
        text_format.Merge(text, message, descriptor_pool=schema.pool())
    except text_format.ParseError as error:
        raise ValueError(f"Text of a {type(message).__name__} is malformed at line:column {error}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"Text of a {type(message).__name__} is not UTF-8: {error}") from None
    return message
