"""Signatures of TensorFlow's ops, and the checks and defaults that a NodeDef gets from them.

The signatures are one data file, a line an op; a line is parsed when its op is first asked for.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from nbtf import dtypes, limits
from nbtf.dtypes import DType
from nbtf.tensor_shape import TensorShape
from nbtf.wire import attr_values, schema, text_format

_DATA: Final = os.path.join(os.path.dirname(__file__), "op_defs.txt")
_INTERNAL_DATA: Final = os.path.join(os.path.dirname(__file__), "internal_op_defs.txt")


class _Missing:
    """The default of an attribute that has none."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


class Argument(NamedTuple):
    """An input or output: exactly one of dtype, type_attr and type_list_attr is set; number_attr makes it N tensors."""

    name: str
    dtype: DType | None = None
    type_attr: str = ""
    number_attr: str = ""
    type_list_attr: str = ""
    is_ref: bool = False


class Attr(NamedTuple):
    """An attribute. `default` is a Python value (see attr_values) or MISSING, which makes the attribute required."""

    name: str
    type: str
    default: Any = MISSING
    allowed: tuple[Any, ...] = ()  # DTypes or strings; empty: no restriction
    minimum: int | None = None  # of an int, or of a list's length

    @property
    def has_default(self) -> bool:
        return self.default is not MISSING

    def default_value(self) -> schema.AttrValue:
        """The default as a new AttrValue."""
        return attr_values.encode(self.default, self.type)


class _Declaration(NamedTuple):
    """What a signature says."""

    name: str
    inputs: tuple[Argument, ...] = ()
    outputs: tuple[Argument, ...] = ()
    attrs: Mapping[str, Attr] = MappingProxyType({})
    is_stateful: bool = False
    is_commutative: bool = False
    is_aggregate: bool = False
    allows_uninitialized_input: bool = False
    is_distributed_communication: bool = False
    deprecated_version: int = 0  # producer version from which new graphs may not use it; 0: none


class OpDef(_Declaration):
    """The signature of an op, or of a function."""

    @functools.cached_property
    def default_values(self) -> dict[str, schema.AttrValue]:
        """Every default as an AttrValue, by attribute. Read only: shared by all users of this signature."""
        return {attr.name: attr.default_value() for attr in self.attrs.values() if attr.has_default}

    @functools.cached_property
    def summary(self) -> str:
        """This signature as TensorFlow's messages print it: `Op<name=Neg; signature=x:T -> y:T; attr=...>`."""
        parts = [
            f"name={self.name}",
            f"signature={_arguments_summary(self.inputs)} -> {_arguments_summary(self.outputs)}",
        ]
        parts.extend(f"attr={_attr_summary(attr)}" for attr in self.attrs.values())
        if self.is_commutative:
            parts.append("is_commutative=true")
        if self.is_aggregate:
            parts.append("is_aggregate=true")
        if self.is_stateful:
            parts.append("is_stateful=true")
        if self.allows_uninitialized_input:
            parts.append("allows_uninitialized_input=true")
        if self.is_distributed_communication:
            parts.append("is_distributed_communication=true")
        return f"Op<{'; '.join(parts)}>"


# ---- finding ----


@functools.cache
def _lines() -> dict[str, str]:
    """The data file's lines by op name, not yet parsed."""
    with open(_DATA, encoding="utf-8") as file:
        return {name: facts for name, _, facts in (line.partition("\t") for line in file)}


@functools.cache
def find(op_type: str) -> OpDef | None:
    """The signature of an op type, or None if TensorFlow has none."""
    line = _lines().get(op_type)
    return None if line is None else _parse(op_type, json.loads(line))


@functools.cache
def find_internal(op_type: str) -> OpDef | None:
    """The signature of an op type that only the compiler makes: no graph may name it."""
    with open(_INTERNAL_DATA, encoding="utf-8") as file:
        lines = {name: facts for name, _, facts in (line.partition("\t") for line in file)}
    return _parse(op_type, json.loads(lines[op_type])) if op_type in lines else None


def signature(op_type: str) -> OpDef | None:
    """The signature of an op type that a program may hold, TensorFlow's or the compiler's own."""
    return find(op_type) or find_internal(op_type)


def names() -> list[str]:
    """Every op type that has a signature, sorted."""
    return sorted(_lines())


def _parse(name: str, facts: dict[str, Any]) -> OpDef:
    attrs = {attr: _parse_attr(attr, about) for attr, about in facts.get("attr", {}).items()}
    return OpDef(
        name,
        tuple(_parse_argument(text, attrs) for text in facts.get("in", ())),
        tuple(_parse_argument(text, attrs) for text in facts.get("out", ())),
        attrs,
        is_stateful=facts.get("stateful", False),
        is_commutative=facts.get("commutative", False),
        is_aggregate=facts.get("aggregate", False),
        allows_uninitialized_input=facts.get("uninitialized", False),
        is_distributed_communication=facts.get("distributed", False),
        deprecated_version=facts.get("deprecated", 0),
    )


def _parse_argument(text: str, attrs: Mapping[str, Attr]) -> Argument:
    """`inputs:N*T`, `ref:Ref(T)`, `x:DT_FLOAT`; a type that is an attribute's name is that attribute."""
    name, _, kind = text.partition(":")
    number, star, rest = kind.partition("*")
    if star:
        kind = rest
    else:
        number = ""
    is_ref = kind.startswith("Ref(")
    if is_ref:
        kind = kind[4:-1]
    if kind not in attrs:
        return Argument(name, dtype=_dtype(kind), number_attr=number, is_ref=is_ref)
    if attrs[kind].type == "list(type)":
        return Argument(name, type_list_attr=kind, number_attr=number, is_ref=is_ref)
    return Argument(name, type_attr=kind, number_attr=number, is_ref=is_ref)


_ENUM_SHORT: Final = {"DT_FLOAT": dtypes.float32, "DT_DOUBLE": dtypes.float64, "DT_HALF": dtypes.float16}


def _dtype(enum_name: str) -> DType:
    return _ENUM_SHORT.get(enum_name) or dtypes.as_dtype(enum_name[3:].lower())


def _parse_attr(name: str, facts: dict[str, Any]) -> Attr:
    kind = facts["type"]
    allowed = facts.get("allowed", ())
    if kind in ("type", "list(type)"):
        allowed = map(_dtype, allowed)
    default = _parse_default(kind, facts["default"]) if "default" in facts else MISSING
    return Attr(name, kind, default, tuple(allowed), facts.get("min"))


def _parse_default(kind: str, value: Any) -> Any:
    if kind.startswith("list("):
        return tuple(_parse_default(kind[5:-1], one) for one in value)
    if kind == "type":
        return _dtype(value)
    if kind == "float":
        return float(value)  # "inf" and "-inf" are strings there
    if kind == "shape":
        return TensorShape(value)
    if kind == "tensor":
        return text_format.from_text(value, schema.TensorProto())
    return value


# ---- attributes of nodes ----


def decode_attr(attr_value: schema.AttrValue, attr: Attr) -> Any:
    """The Python value of a node's attribute. Raises ValueError naming the attribute where its type is another."""
    try:
        return attr_values.decode(attr_value, attr.type)
    except ValueError as error:
        raise ValueError(f"{error}\n\t for attr '{attr.name}'") from None


def encode_attr(value: Any, attr: Attr) -> schema.AttrValue:
    """The AttrValue of a Python value. Raises TypeError naming the attribute where the value does not fit its type."""
    try:
        return attr_values.encode(value, attr.type)
    except TypeError as error:
        raise TypeError(f"{error} for attr '{attr.name}'") from None


def fill_defaults(node_def: schema.NodeDef, op_def: OpDef | None = None) -> None:
    """Give `node_def` the default of every attribute it lacks. Without a signature nothing changes."""
    op_def = op_def or find(node_def.op)
    if op_def is None:
        return
    for name, value in op_def.default_values.items():
        if name not in node_def.attr:
            node_def.attr[name].CopyFrom(value)


def strip_defaults(graph_def: schema.GraphDef) -> None:
    """Remove from every node, those of functions included, the attributes that equal their default."""
    functions = {function.signature.name for function in graph_def.library.function}
    for nodes in (graph_def.node, *(function.node_def for function in graph_def.library.function)):
        for node_def in nodes:
            op_def = None if node_def.op in functions else find(node_def.op)
            if op_def is None:
                continue
            for name, value in op_def.default_values.items():
                if name in node_def.attr and node_def.attr[name] == value:
                    del node_def.attr[name]


def check_attrs(node_def: schema.NodeDef, op_def: OpDef | None = None) -> None:
    """Check that a node has every attribute of its op, each of the right type, allowed, and not below its minimum.

    Raises ValueError with TensorFlow's message. Attributes the op does not have are let pass, as TensorFlow does.
    """
    op_def = op_def or find(node_def.op)
    if op_def is None:
        return
    missing = [name for name in op_def.attrs if name not in node_def.attr]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        listed = ", ".join(f"'{name}'" for name in reversed(missing))
        raise ValueError(
            f"NodeDef missing attr{plural} {listed} from {op_def.summary}; NodeDef: {{{{node {node_def.name}}}}}"
        )
    for attr in op_def.attrs.values():
        try:
            _check_attr(node_def.attr[attr.name], attr)
        except ValueError as error:
            raise ValueError(f"{error}\n\t; NodeDef: {{{{node {node_def.name}}}}}; {op_def.summary}") from None


def _check_attr(attr_value: schema.AttrValue, attr: Attr) -> None:
    try:
        attr_values.check_type(attr_value, attr.type)
    except ValueError as error:
        raise ValueError(f"{error}\n\t for attr '{attr.name}'") from None
    if attr.minimum is not None:
        _check_minimum(attr_value, attr, attr.minimum)
    if attr.allowed:
        _check_allowed(attr_value, attr)


def _check_minimum(attr_value: schema.AttrValue, attr: Attr, minimum: int) -> None:
    if attr.type == "int":
        if attr_value.i < minimum:
            raise ValueError(f"Value for attr '{attr.name}' of {attr_value.i} must be at least minimum {minimum}")
        return
    length = max((len(values) for _, values in attr_value.list.ListFields()), default=0)
    if length < minimum:
        raise ValueError(f"Length for attr '{attr.name}' of {length} must be at least minimum {minimum}")


def _check_allowed(attr_value: schema.AttrValue, attr: Attr) -> None:
    if attr.type.endswith("type") or attr.type.endswith("type)"):
        numbers = attr_value.list.type if attr.type.startswith("list") else [attr_value.type]
        allowed = {dtype.as_datatype_enum for dtype in attr.allowed}
        for number in numbers:
            if number not in allowed:
                listed = ", ".join(attr_values.type_name(dtype.as_datatype_enum) for dtype in attr.allowed)
                raise ValueError(
                    f"Value for attr '{attr.name}' of {attr_values.type_name(number)} "
                    f"is not in the list of allowed values: {listed}"
                )
        return
    for value in attr_value.list.s if attr.type.startswith("list") else [attr_value.s]:
        if value.decode("utf-8", "replace") not in attr.allowed:
            listed = ", ".join(f'"{one}"' for one in attr.allowed)
            raise ValueError(
                f"Value for attr '{attr.name}' of \"{value.decode('utf-8', 'replace')}\" "
                f"is not in the list of allowed values: {listed}"
            )


def argument_dtypes(node_def: schema.NodeDef, op_def: OpDef | None = None) -> tuple[list[DType], list[DType]]:
    """The dtypes of a node's inputs and outputs, lists of tensors spread out; references as reference types.

    The node must have passed `check_attrs`. Raises ValueError where the op has no signature, or counts are wild.
    """
    op_def = op_def or find(node_def.op)
    if op_def is None:
        raise ValueError(f"Node '{node_def.name}': op type '{node_def.op}' has no signature")
    return _spread(node_def, op_def.inputs), _spread(node_def, op_def.outputs)


def _spread(node_def: schema.NodeDef, arguments: tuple[Argument, ...]) -> list[DType]:
    found: list[DType] = []
    for argument in arguments:
        if argument.type_list_attr:
            types = [dtypes.DTYPES[number] for number in node_def.attr[argument.type_list_attr].list.type]
        else:
            dtype = argument.dtype or dtypes.DTYPES[node_def.attr[argument.type_attr].type]
            count = node_def.attr[argument.number_attr].i if argument.number_attr else 1
            if not 0 <= count <= limits.MAX_NODE_TENSORS - len(found):
                raise ValueError(
                    f"Node '{node_def.name}': attr '{argument.number_attr}' = {count} "
                    f"is not in [0, {limits.MAX_NODE_TENSORS}]"
                )
            types = [dtype] * count
        found.extend(dtype._as_ref for dtype in types) if argument.is_ref else found.extend(types)
    return found


# ---- to and from OpDef messages ----


def to_proto(op_def: OpDef) -> schema.OpDef:
    """The signature as an OpDef message, without descriptions, as in a MetaGraphDef's stripped_op_list."""
    proto = schema.OpDef(
        name=op_def.name,
        is_stateful=op_def.is_stateful,
        is_commutative=op_def.is_commutative,
        is_aggregate=op_def.is_aggregate,
        allows_uninitialized_input=op_def.allows_uninitialized_input,
        is_distributed_communication=op_def.is_distributed_communication,
    )
    for arguments, target in ((op_def.inputs, proto.input_arg), (op_def.outputs, proto.output_arg)):
        for argument in arguments:
            target.add(
                name=argument.name,
                type=argument.dtype.as_datatype_enum if argument.dtype else 0,
                type_attr=argument.type_attr,
                number_attr=argument.number_attr,
                type_list_attr=argument.type_list_attr,
                is_ref=argument.is_ref,
            )
    for attr in op_def.attrs.values():
        entry = proto.attr.add(name=attr.name, type=attr.type)
        if attr.has_default:
            entry.default_value.CopyFrom(attr.default_value())
        if attr.allowed:
            entry.allowed_values.CopyFrom(
                attr_values.encode(attr.allowed, "list(type)" if "type" in attr.type else "list(string)")
            )
        if attr.minimum is not None:
            entry.has_minimum = True
            entry.minimum = attr.minimum
    if op_def.deprecated_version:
        proto.deprecation.version = op_def.deprecated_version
    return proto


def from_proto(proto: schema.OpDef) -> OpDef:
    """The signature that an OpDef message, such as a function's, declares. Raises ValueError where it is malformed."""
    attrs = {}
    for entry in proto.attr:
        if not attr_values.is_attr_type(entry.type):
            raise ValueError(f"Op '{proto.name}': attr '{entry.name}' has no valid type: '{entry.type}'")
        allowed: Any = ()
        if entry.HasField("allowed_values"):
            allowed = attr_values.decode_untyped(entry.allowed_values)
        default = (
            decode_attr(entry.default_value, Attr(entry.name, entry.type))
            if entry.HasField("default_value")
            else MISSING
        )
        attrs[entry.name] = Attr(
            entry.name, entry.type, default, tuple(allowed), entry.minimum if entry.has_minimum else None
        )
    return OpDef(
        proto.name,
        tuple(_argument_from_proto(proto.name, one, attrs) for one in proto.input_arg),
        tuple(_argument_from_proto(proto.name, one, attrs) for one in proto.output_arg),
        attrs,
        is_stateful=proto.is_stateful,
        is_commutative=proto.is_commutative,
        is_aggregate=proto.is_aggregate,
        allows_uninitialized_input=proto.allows_uninitialized_input,
        is_distributed_communication=proto.is_distributed_communication,
        deprecated_version=proto.deprecation.version,
    )


def _argument_from_proto(op_name: str, proto: Any, attrs: Mapping[str, Attr]) -> Argument:
    for name, kind in ((proto.type_attr, "type"), (proto.number_attr, "int"), (proto.type_list_attr, "list(type)")):
        if name and (name not in attrs or attrs[name].type != kind):
            raise ValueError(
                f"Op '{op_name}': argument '{proto.name}' refers to '{name}', which is no attribute of type {kind}"
            )
    if not (proto.type_attr or proto.type_list_attr) and proto.type not in dtypes.DTYPES:
        raise ValueError(f"Op '{op_name}': argument '{proto.name}' has no valid type")
    return Argument(
        proto.name,
        dtypes.DTYPES[proto.type] if proto.type else None,
        proto.type_attr,
        proto.number_attr,
        proto.type_list_attr,
        proto.is_ref,
    )


# ---- text of messages ----


def node_summary(node_def: schema.NodeDef) -> str:
    """A node as TensorFlow's messages print it: `{{node a}} = Neg[T=DT_FLOAT](x)`."""
    attrs = [f"{name}={attr_values.summary(node_def.attr[name])}" for name in sorted(node_def.attr)]
    if node_def.device:
        attrs.append(f'_device="{node_def.device}"')
    return f"{{{{node {node_def.name}}}}} = {node_def.op}[{', '.join(attrs)}]({', '.join(node_def.input)})"


def _arguments_summary(arguments: tuple[Argument, ...]) -> str:
    return ", ".join(_argument_summary(argument) for argument in arguments)


def _argument_summary(argument: Argument) -> str:
    # TensorFlow prints a list of types as nothing, and its messages are what programs match.
    kind = argument.type_attr or (attr_values.type_name(argument.dtype.as_datatype_enum) if argument.dtype else "")
    if argument.number_attr:
        kind = f"{argument.number_attr}*{kind}"
    return f"{argument.name}:{f'Ref({kind})' if argument.is_ref else kind}"


def _attr_summary(attr: Attr) -> str:
    text = f"{attr.name}:{attr.type}"
    if attr.has_default:
        text += f",default={attr_values.summary(attr.default_value())}"
    if attr.minimum is not None:
        text += f",min={attr.minimum}"
    if attr.allowed:
        allowed = attr_values.encode(attr.allowed, "list(type)" if "type" in attr.type else "list(string)")
        text += f",allowed={attr_values.summary(allowed)}"
    return text
