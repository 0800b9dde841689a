"""Attributes of an operation as Python values: `op.attrs.strides`, decoded when first read, defaults filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.wire import attr_values, op_defs, schema


class Attributes:
    """The attributes of one node by name; AttributeError for a name that neither signature nor node has.

    int, float, bool -> themselves; string -> str, or bytes where it is not UTF-8; type -> DType; shape -> TensorShape;
    tensor -> TensorProto; func -> NameAttrList; list(x) -> a list of those.
    """

    __slots__ = ("__dict__", "_content", "_definition", "_node")

    def __init__(self, definition: op_defs.OpDef | None, node: Any, content: bytes | None = None) -> None:
        """content: the one of the tensor `value`, where the node lacks it."""
        self._definition = definition
        self._node = node
        self._content = content

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = self._decode(name)
        self.__dict__[name] = value  # found here from now on, without this method
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """The attribute, or `default` where neither signature nor node has it."""
        return getattr(self, name, default)

    def constant(self) -> tuple[Any, bytes | None]:
        """The tensor `value`, and its content where the message lacks it: large ones are not copied."""
        return (self.value, None) if self._content is None else (self._node.attr["value"].tensor, self._content)

    @property
    def protos(self) -> Mapping[str, Any]:
        """The AttrValues that the node itself has, by name."""
        attrs: Mapping[str, Any] = self._node.attr
        return attrs

    def _decode(self, name: str) -> Any:
        declared = self._definition.attrs.get(name) if self._definition is not None else None
        if name in self._node.attr:
            value = self._node.attr[name]
            if name == "value" and self._content is not None:
                return _with_content(value.tensor, self._content)
            return attr_values.decode_untyped(value) if declared is None else op_defs.decode_attr(value, declared)
        if declared is None:
            raise AttributeError(f"Operation '{self._node.name}' has no attr named '{name}'.")
        if not declared.has_default:
            raise AttributeError(f"Operation '{self._node.name}' lacks the attr '{name}', which has no default.")
        return op_defs.decode_attr(declared.default_value(), declared)


def _with_content(header: Any, content: bytes) -> Any:
    tensor = schema.TensorProto(tensor_content=content)
    tensor.MergeFrom(header)
    return tensor


def encode(value: Any, declared: op_defs.Attr | None) -> Any:
    """The AttrValue of a Python value; an AttrValue (of any descriptor pool) passes."""
    if hasattr(value, "DESCRIPTOR") and value.DESCRIPTOR.full_name == "tensorflow.AttrValue":
        if isinstance(value, schema.AttrValue):
            return value
        own = schema.AttrValue()
        own.ParseFromString(value.SerializeToString())
        return own
    if declared is None:
        raise TypeError(f"attr value must be an AttrValue, got {value!r}")
    return op_defs.encode_attr(value, declared)
