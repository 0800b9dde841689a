"""AttrValue: an attribute's value on the wire, to and from Python, and as TensorFlow's messages print it.

Python values by attribute type: string -> str (bytes where it is not UTF-8), int, float, bool, type -> DType,
shape -> TensorShape, tensor -> TensorProto, func -> NameAttrList, list(x) -> list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from nbtf import dtypes, errors
from nbtf.tensor_shape import as_shape
from nbtf.wire import schema, shape_proto, tensor, text_format

_FIELD: Final = {
    "string": "s",
    "int": "i",
    "float": "f",
    "bool": "b",
    "type": "type",
    "shape": "shape",
    "tensor": "tensor",
    "func": "func",
}
_TYPE_OF_FIELD: Final = {field: kind for kind, field in _FIELD.items()}
_SUMMARY_ITEMS: Final = 5  # of a longer list only both ends are printed
_SUMMARY_LIST: Final = 50
_SUMMARY_ENDS: Final = 10  # of a longer string likewise
_SUMMARY_STRING: Final = 80
_SUMMARY_VALUES: Final = 3  # of a tensor


def is_attr_type(attr_type: str) -> bool:
    """Whether attributes may have this type: "int", "list(shape)" ..."""
    return attr_type in _FIELD or (attr_type.startswith("list(") and attr_type[5:-1] in _FIELD and attr_type[-1] == ")")


def type_name(dtype_number: int) -> str:
    """A type as TensorFlow's C++ messages name it: "float", "half", "int32", "float_ref"."""
    try:
        name = dtypes.as_dtype(int(dtype_number)).name
    except TypeError:
        return "INVALID" if dtype_number == 0 else f"unknown dtype enum ({dtype_number})"
    base, _, _ = name.partition("_ref")
    short = {"float32": "float", "float64": "double", "float16": "half"}.get(base, base)
    return short + name[len(base) :]


def enum_name(dtype_number: int) -> str:
    """A type as the DataType enum names it: "DT_FLOAT". Unknown numbers as themselves."""
    try:
        return schema.DataType.Name(dtype_number)
    except ValueError:
        return str(dtype_number)


# ---- wire -> Python ----


def decode(attr_value: schema.AttrValue, attr_type: str) -> Any:
    """The Python value of an AttrValue of type `attr_type` ("int", "list(type)" ...).

    Raises ValueError where the AttrValue holds another type, no value, or an unknown element type.
    """
    check_type(attr_value, attr_type)
    if attr_type.startswith("list("):
        kind = attr_type[5:-1]
        return [_to_python(kind, one) for one in getattr(attr_value.list, _FIELD[kind])]
    return _to_python(attr_type, getattr(attr_value, _FIELD[attr_type]))


def decode_untyped(attr_value: schema.AttrValue) -> Any:
    """The Python value of an AttrValue that no signature describes, such as `_class`. None if it is empty.

    Raises ValueError for a type or shape that is none.
    """
    field = attr_value.WhichOneof("value")
    if field is None:
        return None
    if field == "list":
        kind = _list_kind(attr_value.list)
        return [] if kind is None else [_to_python(kind, one) for one in getattr(attr_value.list, _FIELD[kind])]
    return (
        attr_value.placeholder
        if field == "placeholder"
        else _to_python(_TYPE_OF_FIELD[field], getattr(attr_value, field))
    )


def _to_python(kind: str, value: Any) -> Any:
    if kind == "string":
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value
    if kind == "type":
        if value not in dtypes.DTYPES:
            raise ValueError(f"AttrValue has invalid DataType enum: {value}")
        return dtypes.DTYPES[value]
    if kind == "shape":
        return shape_proto.to_shape(value)
    return value


def _list_kind(values: Any, expected: str | None = None) -> str | None:
    """The type of a ListValue's items, one other than `expected` where there is one; None if it is empty."""
    kinds = [_TYPE_OF_FIELD[field.name] for field, _ in values.ListFields()]
    return next((kind for kind in kinds if kind != expected), kinds[0] if kinds else None)


def check_type(attr_value: schema.AttrValue, attr_type: str) -> None:
    """Raise ValueError, with TensorFlow's words, unless the AttrValue holds a value of type `attr_type`."""
    field = attr_value.WhichOneof("value")
    if field is None:
        raise ValueError(f"AttrValue missing value with expected type '{attr_type}'")
    if field == "placeholder":
        raise ValueError(f"AttrValue had value with unexpected type 'placeholder' when '{attr_type}' expected")
    if field != "list":
        found = _TYPE_OF_FIELD[field]
    elif attr_type.startswith("list("):
        found = f"list({_list_kind(attr_value.list, attr_type[5:-1]) or attr_type[5:-1]})"  # empty: of any type
    else:
        found = f"list({_list_kind(attr_value.list)})"
    if found != attr_type:
        raise ValueError(f"AttrValue had value with type '{found}' when '{attr_type}' expected")
    if attr_type == "type":
        _check_dtype(attr_value.type)
    elif attr_type == "list(type)":
        for number in attr_value.list.type:
            _check_dtype(number)


def _check_dtype(number: int) -> None:
    if number == 0:
        raise ValueError("AttrValue has invalid DataType")
    if number not in dtypes.DTYPES:
        raise ValueError(f"AttrValue has invalid DataType enum: {number}")
    if dtypes.DTYPES[number]._is_ref_dtype:
        raise ValueError(f"AttrValue must not have reference type value of {type_name(number)}")


# ---- Python -> wire ----


def encode(value: Any, attr_type: str) -> schema.AttrValue:
    """The AttrValue of a Python value (forms as `decode` gives them, or what those are made from).

    Raises TypeError where the value is not of the attribute's type.
    """
    if isinstance(value, schema.AttrValue):
        return value
    attr_value = schema.AttrValue()
    if attr_type.startswith("list("):
        kind = attr_type[5:-1]
        if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
            raise TypeError(f"Expected list for attr of type {attr_type}, got {value!r}")
        attr_value.list.SetInParent()
        target = getattr(attr_value.list, _FIELD[kind])
        target.extend(_to_wire(kind, one) for one in value)
    elif attr_type in ("shape", "tensor", "func"):
        getattr(attr_value, _FIELD[attr_type]).CopyFrom(_to_wire(attr_type, value))
    else:
        setattr(attr_value, _FIELD[attr_type], _to_wire(attr_type, value))
    return attr_value


def _to_wire(kind: str, value: Any) -> Any:
    if kind == "string":
        if isinstance(value, str):
            return value.encode("utf-8")
        return _expect(bytes, kind, value)
    if kind == "int":
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise TypeError(f"Expected int for attr, got {value!r} of type {type(value).__name__}")
        return int(value)
    if kind == "float":
        if isinstance(value, (str, bytes)) and value not in ("inf", "-inf", "nan"):
            raise TypeError(f"Expected float for attr, got {value!r} of type {type(value).__name__}")
        return float(value)
    if kind == "bool":
        if not hasattr(value, "__bool__") or isinstance(value, float):
            raise TypeError(f"Expected bool for attr, got {value!r} of type {type(value).__name__}")
        return bool(value)
    if kind == "type":
        return dtypes.as_dtype(value).as_datatype_enum
    if kind == "shape":
        return shape_proto.from_shape(as_shape(value))
    if kind == "func":
        return schema.NameAttrList(name=value) if isinstance(value, str) else _expect(schema.NameAttrList, kind, value)
    return _expect(schema.TensorProto, kind, value)


def _expect(cls: type, kind: str, value: Any) -> Any:
    if not isinstance(value, cls):
        raise TypeError(f"Expected {kind} for attr, got {value!r} of type {type(value).__name__}")
    return value


# ---- as TensorFlow's messages print it ----


def summary(attr_value: schema.AttrValue) -> str:
    """An attribute's value as in TensorFlow's node and op summaries: `DT_FLOAT`, `"SAME"`, `[1, 2]`, `<unknown>`."""
    field = attr_value.WhichOneof("value")
    if field is None:
        return "<Unknown AttrValue type>"
    if field == "placeholder":
        return f"${attr_value.placeholder}"
    if field != "list":
        return _summary(_TYPE_OF_FIELD[field], getattr(attr_value, field))
    kind = _list_kind(attr_value.list)
    pieces = [] if kind is None else [_summary(kind, one) for one in getattr(attr_value.list, _FIELD[kind])]
    if len(pieces) >= _SUMMARY_LIST:
        pieces = [*pieces[:_SUMMARY_ITEMS], "...", *pieces[-_SUMMARY_ITEMS:]]
    return f"[{', '.join(pieces)}]"


def _summary(kind: str, value: Any) -> str:
    if kind == "string":
        return _string_summary(value)
    if kind == "float":
        return text_format.short_float(value)
    if kind == "bool":
        return "true" if value else "false"
    if kind == "type":
        return enum_name(value)
    if kind == "shape":
        return shape_summary(value)
    if kind == "tensor":
        return tensor_summary(value)
    if kind == "func":
        attrs = (f"{name}={summary(value.attr[name])}" for name in sorted(value.attr))
        return f"{value.name}[{', '.join(attrs)}]"
    return str(value)


def _string_summary(value: bytes) -> str:
    escaped = text_format.c_escape(value)
    if len(escaped) >= _SUMMARY_STRING:
        escaped = f"{escaped[:_SUMMARY_ENDS]}...{escaped[-_SUMMARY_ENDS:]}"
    return f'"{escaped}"'


def tensor_summary(proto: schema.TensorProto) -> str:
    """A TensorProto as in TensorFlow's messages: `Tensor<type: float shape: [2] values: 1 2>`, three values at most.

    A malformed one, or one that takes much memory, as its text.
    """
    try:
        array = tensor.tensor_from_proto(proto)
    except errors.InvalidArgumentError:
        return f"<TensorProto: {text_format.to_short_text(proto)}>"
    head = [_element_summary(value) for value in array.flat[:_SUMMARY_VALUES]]
    values = _nest(iter(head), array.shape, len(head))[0] if array.size else ""
    more = "..." if array.size > _SUMMARY_VALUES else ""
    return f"Tensor<type: {type_name(proto.dtype)} shape: {shape_summary(proto.tensor_shape)} values: {values}{more}>"


def _element_summary(value: Any) -> str:
    if isinstance(value, bytes):
        return text_format.c_escape(value)
    if isinstance(value, np.complexfloating):
        return "?"  # all that TensorFlow prints
    if isinstance(value, np.float64):
        short = f"{value:.15g}"
        return short if float(short) == value else f"{value:.17g}"
    if isinstance(value, (np.bool_, np.integer)):
        return str(int(value))
    return text_format.short_float(float(value))


def _nest(values: Iterator[str], shape: tuple[int, ...], left: int) -> tuple[str, int]:
    """As many of the next values as fill `shape`, in brackets by dimension, and how many are left after them."""
    if len(shape) <= 1:
        taken = [next(values) for _ in range(min(left, shape[0] if shape else 1))]
        return " ".join(taken), left - len(taken)
    parts = []
    for _ in range(shape[0]):
        if not left:
            break
        part, rest = _nest(values, shape[1:], left)
        if len(shape) == 2 and left - rest < shape[1]:
            part += "..."
        parts.append(f"[{part}]")
        left = rest
    return "".join(parts), left


def shape_summary(proto: Any) -> str:
    """A TensorShapeProto as C++ prints it: "[2,?]", "<unknown>"."""
    if proto.unknown_rank:
        return "<unknown>"
    return f"[{','.join('?' if dim.size == -1 else str(dim.size) for dim in proto.dim)}]"
