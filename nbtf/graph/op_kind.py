"""What is known about an op type, worked out once: signature, block, and how attributes tell the types of arguments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from nbtf.dtypes import DTYPES, DType
from nbtf.graph import registry
from nbtf.wire import op_defs


class _UnknownDType(DType):
    """The type of what an opaque operation makes."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(21)
        self._number = 0  # DT_INVALID
        self._name = "unknown"

    def __reduce__(self) -> tuple[Any, ...]:
        return _unknown_dtype, ()


UNKNOWN_DTYPE = _UnknownDType()


def _unknown_dtype() -> DType:
    return UNKNOWN_DTYPE


_PLAIN_FIELDS = {
    "type": "type",
    "bool": "b",
    "int": "i",
    "float": "f",
    "string": "s",
    "shape": "shape",
    "tensor": "tensor",
    "func": "func",
}
"""Type of an attribute -> field of AttrValue."""
_VALUE_DTYPES = tuple(dtype for dtype in DTYPES.values() if not dtype._is_ref_dtype)
_REF = 100  # DataType: DT_X_REF = DT_X + 100


class OpKind:
    """An op type. `OpKind.of(op_type)` gives the one object of each."""

    _kinds: ClassVar[dict[str, OpKind]] = {}

    def __init__(self, op_type: str, definition: op_defs.OpDef | None) -> None:
        self.op_type = op_type
        self.definition = definition

    @classmethod
    def of(cls, op_type: str) -> OpKind:
        kind = cls._kinds.get(op_type)
        if kind is None:
            kind = cls(op_type, op_defs.find(op_type))
            if kind.definition is not None:  # op types without a signature come from files: they may be without number
                cls._kinds[op_type] = kind
        return kind

    @cached_property
    def block(self) -> registry.Block | None:
        """The block in nbtf/ops, or None for an op that nbtf cannot run, or that no graph may name: the compiler's own."""
        own = self.op_type.startswith("_") and self.definition is None
        return None if own else registry.find(self.op_type)

    @cached_property
    def shape_rule(self) -> Any:
        """The shape rule with its parameters bound to the signature; None without one. See shape_inference."""
        from nbtf.graph.shape_inference import BoundRule

        return BoundRule.of(self)

    @cached_property
    def has_lists(self) -> bool:
        """Whether an argument takes or gives a list of tensors."""
        assert self.definition is not None
        return any(is_list(argument) for argument in (*self.definition.inputs, *self.definition.outputs))

    @cached_property
    def plain_attrs(self) -> tuple[tuple[str, str, frozenset[Any] | None], ...] | None:
        """(name, field of AttrValue, allowed values) of all attributes; None where checking one takes more than that."""
        assert self.definition is not None
        plain = []
        for attr in self.definition.attrs.values():
            field = _PLAIN_FIELDS.get(attr.type)
            if field is None or attr.minimum is not None:
                return None
            allowed: frozenset[Any] | None = None
            if field == "type":
                allowed = frozenset(dtype.as_datatype_enum for dtype in attr.allowed or _VALUE_DTYPES)
            elif attr.allowed:
                allowed = frozenset(text.encode() for text in attr.allowed)
                if b"" in allowed:  # what a field that is not set reads as
                    return None
            plain.append((attr.name, field, allowed))
        return tuple(plain)

    def op_def_message(self) -> Any:
        return None if self.definition is None else op_defs.to_proto(self.definition)

    # ---- types and counts of arguments, as the attributes of a node tell ----

    def input_dtypes(self, node: Any) -> list[DType]:
        assert self.definition is not None
        return argument_dtypes(self.definition.inputs, node.attr)

    def output_dtypes(self, node: Any) -> list[DType]:
        assert self.definition is not None
        return argument_dtypes(self.definition.outputs, node.attr)

    def input_lengths(self, node: Any) -> list[int]:
        """How many tensors each input argument takes."""
        assert self.definition is not None
        return [argument_length(argument, node.attr) for argument in self.definition.inputs]

    def output_lengths(self, node: Any) -> list[int]:
        """How many tensors each output argument gives."""
        assert self.definition is not None
        return [argument_length(argument, node.attr) for argument in self.definition.outputs]


def argument_dtypes(arguments: Sequence[op_defs.Argument], attr: Any) -> list[DType]:
    """The types of all tensors of `arguments`; `attr` must hold every attribute that they name."""
    dtypes: list[DType] = []
    for argument in arguments:
        if argument.type_list_attr:
            offset = _REF if argument.is_ref else 0
            dtypes.extend([DTYPES[number + offset] for number in attr[argument.type_list_attr].list.type])
            continue
        dtype = argument.dtype or DTYPES[attr[argument.type_attr].type]
        if argument.is_ref:
            dtype = DTYPES[dtype.as_datatype_enum + _REF]
        if not argument.number_attr:
            dtypes.append(dtype)
        else:
            dtypes.extend([dtype] * attr[argument.number_attr].i)
    return dtypes


def is_list(argument: op_defs.Argument) -> bool:
    return bool(argument.number_attr or argument.type_list_attr)


def argument_length(argument: op_defs.Argument, attr: Any) -> int:
    if argument.type_list_attr:
        return len(attr[argument.type_list_attr].list.type)
    return int(attr[argument.number_attr].i) if argument.number_attr else 1
