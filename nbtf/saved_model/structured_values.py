"""StructuredValue messages: nested Python values and specs, as SavedModels keep arguments and results of functions."""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nbtf import nest
from nbtf.control_flow.type_specs import IndexedSlicesSpec, RaggedTensorSpec, SparseTensorSpec, TensorArraySpec
from nbtf.dtypes import DType, as_dtype
from nbtf.graph.type_spec import TensorSpec, TypeSpec
from nbtf.tensor_shape import TensorShape, as_shape
from nbtf.wire import schema
from nbtf.wire.tensor import make_ndarray, make_tensor_proto

_SPEC_CLASSES: dict[int, type[TypeSpec]] = {
    schema.TypeSpecProto.SPARSE_TENSOR_SPEC: SparseTensorSpec,
    schema.TypeSpecProto.INDEXED_SLICES_SPEC: IndexedSlicesSpec,
    schema.TypeSpecProto.RAGGED_TENSOR_SPEC: RaggedTensorSpec,
    schema.TypeSpecProto.TENSOR_ARRAY_SPEC: TensorArraySpec,
}


class UnknownSpec(TypeSpec):
    """The spec of values of which there are none here, such as iterators: a function that takes them is not called."""

    def __init__(self, class_name: str) -> None:
        self._class_name = class_name

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        return False

    def _said(self) -> tuple[Any, ...]:
        return (self._class_name,)

    def __repr__(self) -> str:
        return f"{self._class_name}(...)"


# ---- reading ---------------------------------------------------------------------------------------------------------


def decoded(proto: Any) -> Any:
    """The value of a StructuredValue. Raises ValueError for one of a kind that is not known here."""
    kind = proto.WhichOneof("kind")
    read = _READERS.get(kind)
    if read is None:
        raise ValueError(f"a StructuredValue of kind {kind!r} is not supported")
    return read(getattr(proto, kind))


def _list(proto: Any) -> list[Any]:
    return [decoded(one) for one in proto.values]


def _named_tuple(proto: Any) -> Any:
    return named_tuple(proto.name or "NamedTuple", {pair.key: decoded(pair.value) for pair in proto.values})


def named_tuple(name: str, fields: Mapping[str, Any]) -> Any:
    """A named tuple of a class of this name. Raises ValueError for names that are none."""
    make: Any = vars(collections)["namedtuple"]  # mypy wants to know the name of the class beforehand
    return make(name, list(fields))(*fields.values())


def _tensor_spec(proto: Any) -> TensorSpec:
    return TensorSpec(as_shape(proto.shape), as_dtype(proto.dtype), proto.name or None)


def _type_spec(proto: Any) -> TypeSpec:
    kind = _SPEC_CLASSES.get(proto.type_spec_class)
    return UnknownSpec(proto.type_spec_class_name) if kind is None else kind(*decoded(proto.type_state))


_READERS: dict[str, Callable[[Any], Any]] = {
    "none_value": lambda _: None,
    "float64_value": float,
    "int64_value": int,
    "string_value": str,
    "bool_value": bool,
    "tensor_shape_value": as_shape,
    "tensor_dtype_value": as_dtype,
    "tensor_spec_value": _tensor_spec,
    "bounded_tensor_spec_value": _tensor_spec,
    "type_spec_value": _type_spec,
    "list_value": _list,
    "tuple_value": lambda proto: tuple(_list(proto)),
    "dict_value": lambda proto: {key: decoded(proto.fields[key]) for key in sorted(proto.fields)},
    "named_tuple_value": _named_tuple,
    "tensor_value": make_ndarray,
    "numpy_value": make_ndarray,
}


# ---- writing ---------------------------------------------------------------------------------------------------------


def encoded(value: Any) -> Any:
    """A StructuredValue that holds `value`. Raises ValueError for values that none can hold."""
    made = schema.StructuredValue()
    _write(made, value)
    return made


def _write(proto: Any, value: Any) -> None:
    if value is None:
        proto.none_value.SetInParent()
    elif isinstance(value, bool):
        proto.bool_value = value
    elif isinstance(value, int):
        proto.int64_value = value
    elif isinstance(value, float):
        proto.float64_value = value
    elif isinstance(value, str):
        proto.string_value = value
    elif isinstance(value, TensorShape):
        proto.tensor_shape_value.CopyFrom(value.as_proto())
    elif isinstance(value, DType):
        proto.tensor_dtype_value = value.as_datatype_enum
    elif isinstance(value, TypeSpec):
        _write_spec(proto, value)
    elif isinstance(value, np.ndarray):
        proto.numpy_value.CopyFrom(make_tensor_proto(value))
    else:
        _write_container(proto, value)


def _write_spec(proto: Any, spec: TypeSpec) -> None:
    if isinstance(spec, TensorSpec):
        written = proto.tensor_spec_value
        written.name, written.dtype = spec.name or "", spec.dtype.base_dtype.as_datatype_enum
        written.shape.CopyFrom(spec.shape.as_proto())
        return
    for number, kind in _SPEC_CLASSES.items():
        if type(spec) is kind:
            _write(proto.type_spec_value.type_state, spec._said())
            proto.type_spec_value.type_spec_class = number
            proto.type_spec_value.type_spec_class_name = kind.__name__
            proto.type_spec_value.num_flat_components = len(spec._component_specs())
            return
    raise ValueError(f"No StructuredValue can hold {spec!r}.")


def _write_container(proto: Any, value: Any) -> None:
    if nest.is_namedtuple(value):
        proto.named_tuple_value.name = type(value).__name__
        for name, item in zip(value._fields, value, strict=True):
            _write(proto.named_tuple_value.values.add(key=name).value, item)
    elif isinstance(value, tuple):
        proto.tuple_value.SetInParent()
        for item in value:
            _write(proto.tuple_value.values.add(), item)
    elif isinstance(value, list):
        proto.list_value.SetInParent()
        for item in value:
            _write(proto.list_value.values.add(), item)
    elif isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        proto.dict_value.SetInParent()
        for key, item in value.items():
            _write(proto.dict_value.fields[key], item)
    else:
        raise ValueError(f"No encoder for object {value!r} of type {type(value)}.")
