"""Attribute blocks: how the attributes of an op lie in memory for its rules and kernels, in int64 words.

Every op has one layout, fixed by its signature. A number is one word (a float as its bits); a string with a list of
allowed values is its position there; a type is its DataType number. A list, the dims of a shape, or the bytes of any other
string is two words, its count and the word where its elements begin; they follow the fixed part. The length of a list(type)
is one word: it counts operands.
"""

from __future__ import annotations

import struct
from typing import Any

from nbtf.shapes import UNKNOWN, UNKNOWN_RANK
from nbtf.tensor_shape import TensorShape
from nbtf.wire.op_defs import Attr, OpDef

_KINDS = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "type": "int",
    "list(int)": "list(int)",
    "list(bool)": "list(int)",
    "list(float)": "list(float)",
    "shape": "list(int)",
    "string": "list(int)",
    "list(type)": "length",
}


_LAYOUTS: dict[str, dict[str, tuple[str, int]]] = {}


def packed_attrs(definition: OpDef) -> dict[str, tuple[str, int]]:
    """Attribute name -> (kind, word index), for the attributes that compiled code can read."""
    if definition.name not in _LAYOUTS:
        _LAYOUTS[definition.name] = _layout(definition)
    return _LAYOUTS[definition.name]


def _layout(definition: OpDef) -> dict[str, tuple[str, int]]:
    layout: dict[str, tuple[str, int]] = {}
    at = 0
    for name, attr in definition.attrs.items():
        kind = "int" if attr.type == "string" and attr.allowed else _KINDS.get(attr.type)
        if kind:
            layout[name] = (kind, at)
            at += 2 if kind.startswith("list") else 1
    return layout


def pack(definition: OpDef, attrs: Any) -> list[int]:
    """The attribute block of one node."""
    layout = packed_attrs(definition)
    words: list[int] = []
    tail: list[int] = []
    fixed = sum(2 if kind.startswith("list") else 1 for kind, _ in layout.values())
    for name, (kind, _) in layout.items():
        value = getattr(attrs, name)
        if kind == "length":
            words.append(len(value))
        elif kind.startswith("list"):
            value = _elements(definition.attrs[name], value)
            words += [len(value), fixed + len(tail)]
            tail += [float_bits(v) if kind == "list(float)" else int(v) for v in value]
        else:
            words.append(_code(definition.attrs[name], value))
    return words + tail


def _elements(attr: Attr, value: Any) -> Any:
    if attr.type == "shape":
        return _shape_dims(value)
    return _string_bytes(value) if attr.type == "string" else value


def _string_bytes(text: str | bytes) -> list[int]:
    return list(text.encode() if isinstance(text, str) else text)


def _shape_dims(shape: TensorShape) -> list[int]:
    return [UNKNOWN_RANK] if shape.ndims is None else [UNKNOWN if dim is None else dim for dim in shape.as_list()]


def _code(attr: Attr, value: Any) -> int:
    if attr.type == "float":
        return float_bits(value)
    if attr.type == "type":
        return int(value.as_datatype_enum)
    if attr.type == "string":
        assert attr.allowed is not None
        return list(attr.allowed).index(value)
    return int(value)


def float_bits(value: float) -> int:
    """The bits of a double as a word."""
    bits: int = struct.unpack("q", struct.pack("d", value))[0]
    return bits
