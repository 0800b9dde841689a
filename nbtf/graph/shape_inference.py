"""Static shapes: an op's one shape rule, run as plain Python on what the graph tells about its inputs.

Ops whose outputs do not follow from a rule (sources, variables, control flow, function calls) are in special_shapes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from nbtf.graph import constant_value
from nbtf.graph.op_kind import OpKind, is_list
from nbtf.graph.tensor import StaticDims, dims_text
from nbtf.shapes import HIDDEN, UNKNOWN, UNKNOWN_RANK, CheckFailed, Dims, RefusedInWords, Value, product
from nbtf.wire import attr_values

if TYPE_CHECKING:
    from nbtf.graph.operation import Operation

Elements = Sequence[int | float] | None
"""The elements of an input, flat, HIDDEN where unknown; None where not even their number is known."""

MAX_ELEMENTS_READ = 1 << 20  # of a constant that a shape rule reads

OUT, DIMS, ELEMENTS, ATTR = range(4)


class BoundRule:
    """A shape rule and where each of its parameters comes from."""

    __slots__ = ("_attr_coders", "_has_lists", "_kind", "_parameters", "_ranks", "_rule", "_several", "has_out")

    def __init__(self, kind: OpKind, rule: Callable[..., Any], positional: bool) -> None:
        assert kind.definition is not None
        self._kind = kind
        self._rule = rule
        inputs = [argument.name for argument in kind.definition.inputs]
        self._has_lists = kind.has_lists
        self._ranks = kind.block.ranks if kind.block is not None else {}
        self._several = len(kind.definition.outputs) != 1 or is_list(kind.definition.outputs[0])
        self._parameters: list[tuple[int, Any]] = []
        for position, (name, parameter) in enumerate(inspect.signature(rule).parameters.items()):
            self._parameters.append(self._source(name, parameter.annotation is Value, inputs, positional, position))
        self.has_out = any(source == OUT for source, _ in self._parameters)

    @classmethod
    def of(cls, kind: OpKind) -> BoundRule | None:
        block = kind.block
        if block is None or block.shape is None or kind.definition is None:
            return None
        # the rules of elementwise families name their operands x, y, w for every op
        return cls(kind, block.shape, positional=block.rule is not None)

    def _source(self, name: str, by_value: bool, inputs: list[str], positional: bool, position: int) -> tuple[int, Any]:
        assert self._kind.definition is not None
        if name == "out":
            return OUT, None
        if positional and position < len(inputs):
            return DIMS, position
        if name in inputs:
            return (ELEMENTS if by_value else DIMS), inputs.index(name)
        if name.endswith("_dims") and name.removesuffix("_dims") in inputs:
            return DIMS, inputs.index(name.removesuffix("_dims"))
        if name in self._kind.definition.attrs:
            return ATTR, (name, attr_coder(self._kind.definition.attrs[name]))
        raise TypeError(f"the shape rule of {self._kind.op_type} asks for '{name}', which its signature does not have")

    def apply(self, op: Operation, dims: Sequence[StaticDims], elements: Callable[[int], Elements]) -> list[StaticDims]:
        """Dims of every output of `op`. dims: of every input; elements: gives the elements of an input by position.

        Raises CheckFailed where the rule refuses its inputs.
        """
        lengths = self._kind.input_lengths(op._node) if self._has_lists else None
        count = len(op._outputs)
        out: Any = None
        arguments: list[Any] = []
        for source, detail in self._parameters:
            if source == OUT:
                out = [Dims() for _ in range(count)] if self._several else Dims()
                arguments.append(out)
            elif source == ATTR:
                name, coder = detail
                value = getattr(op.attrs, name)
                arguments.append(value if coder is None else coder(value))
            else:
                given = self._input(source, detail, lengths, dims, elements)
                if given is None:
                    return [None] * count
                arguments.append(given)
        try:
            result = self._rule(*arguments)
        except (CheckFailed, IndexError, ZeroDivisionError):
            if self._ranks and None in dims:
                return [None] * count  # inputs of which nothing is known are refused by a run
            raise
        if out is not None:
            return [tuple(one) if one.rank_known else None for one in (out if self._several else [out])]
        return [tuple(one) for one in result] if self._several else [tuple(result)]

    def _input(
        self,
        source: int,
        argument: int,
        lengths: list[int] | None,
        dims: Sequence[StaticDims],
        elements: Callable[[int], Elements],
    ) -> Any:
        """What the rule gets for one input argument; None where the graph does not know enough."""
        assert self._kind.definition is not None
        if lengths is None:
            given = dims[argument] if source == DIMS else elements(argument)
            return self._unknown(source, argument) if given is None else given
        first = sum(lengths[:argument])
        if not is_list(self._kind.definition.inputs[argument]):
            return dims[first] if source == DIMS else elements(first)
        positions = range(first, first + lengths[argument])
        items = [dims[i] if source == DIMS else elements(i) for i in positions]
        return None if any(item is None for item in items) else items

    def _unknown(self, source: int, argument: int) -> tuple[int, ...] | None:
        """An input of which the graph knows nothing, as far as the op tells."""
        assert self._kind.definition is not None
        count = self._ranks.get(self._kind.definition.inputs[argument].name)
        return None if count is None else (UNKNOWN if source == DIMS else HIDDEN,) * count


def attr_coder(declared: Any) -> Callable[[Any], Any] | None:
    """How a rule sees an attribute of this declaration: choices and types as numbers, shapes as dims, text as bytes."""
    kind = declared.type
    if kind == "string" and declared.allowed:
        return declared.allowed.index  # type: ignore[no-any-return]
    if kind == "string":
        return _string_bytes
    if kind == "type":
        return _type_code
    if kind == "shape":
        return _shape_code
    if kind == "list(type)":
        return lambda values: [_type_code(value) for value in values]
    if kind == "list(shape)":
        return lambda values: [_shape_code(value) for value in values]
    return None


def _string_bytes(text: str | bytes) -> list[int]:
    return list(text.encode() if isinstance(text, str) else text)


def _type_code(dtype: Any) -> int:
    return int(dtype.as_datatype_enum)


def _shape_code(shape: Any) -> list[int]:
    return [UNKNOWN_RANK] if shape.ndims is None else [-1 if dim is None else dim for dim in shape.as_list()]


def infer_shapes(op: Operation) -> None:
    """Sets the static dims (and handle data) of the outputs. Raises ValueError where the inputs cannot fit the op."""
    from nbtf.graph.special_shapes import SPECIAL  # special_shapes builds on this module

    special = SPECIAL.get(op.type)
    try:
        if special is not None:
            special(op)
        else:
            apply_rule(op)
    except CheckFailed as refusal:
        words = refusal.built if isinstance(refusal, RefusedInWords) else str(refusal)
        raise ValueError(refusal_text(op, words)) from None
    except (IndexError, ZeroDivisionError):  # rules may index and divide freely: compiled, they refuse as well
        raise ValueError(refusal_text(op, "An input or attribute has too few dimensions, or a zero")) from None


def apply_rule(op: Operation) -> None:
    """Sets the static dims that the block's shape rule tells. Raises CheckFailed."""
    rule = op.kind.shape_rule
    if rule is not None:
        found = rule.apply(op, _input_dims(op), lambda i: elements_of(op, i))
        for tensor, dims in zip(op._outputs, found, strict=True):
            tensor._dims = dims
        if op.kind.block is not None and op.kind.block.forwards:
            _forward(op, *op.kind.block.forwards)


def _forward(op: Operation, output: str, source: str) -> None:
    """The output is the input itself. Ops that forward take no lists: an argument's position is its tensor's."""
    assert op.definition is not None
    outputs = [argument.name for argument in op.definition.outputs]
    inputs = [argument.name for argument in op.definition.inputs]
    op._outputs[outputs.index(output)]._dims = op._inputs[inputs.index(source)]._dims


def _input_dims(op: Operation) -> list[StaticDims]:
    """Static dims of every input; of a handle of a variable, those of the variable."""
    dims = [tensor._dims for tensor in op._inputs]
    variables = op.kind.block.variables if op.kind.block is not None else {}
    if variables and op.kind.definition is not None:
        for position, argument in enumerate(op.kind.definition.inputs):
            if argument.name in variables and not argument.is_ref:
                handle = op._inputs[position].handle_data
                dims[position] = handle[0][1] if handle else None
    return dims


def elements_of(op: Operation, position: int) -> Elements:
    """The elements of an input as far as the graph tells them."""
    tensor = op._inputs[position]
    if tensor._dims is not None and product(tensor._dims) > MAX_ELEMENTS_READ:
        return None
    value = constant_value.partial_value(tensor)
    if value is not None:
        return tuple(value.ravel().tolist())
    if tensor._dims is None:
        return None
    size = product(tensor._dims)
    return (HIDDEN,) * size if 0 <= size <= constant_value.MAX_ELEMENTS else None


def refusal_text(op: Operation, message: str) -> str:
    """`message`, followed by the node and its input shapes as TensorFlow's shape inference writes them."""
    attrs = ", ".join(f"{name}={attr_values.summary(op._node.attr[name])}" for name in sorted(op._node.attr))
    inputs = ", ".join([tensor.name if tensor.value_index else tensor.op.name for tensor in op._inputs])
    shapes = ", ".join("<unknown>" if tensor._dims is None else dims_text(tensor._dims) for tensor in op._inputs)
    return f"{message} for '{{{{node {op.name}}}}} = {op.type}[{attrs}]({inputs})' with input shapes: {shapes}."
