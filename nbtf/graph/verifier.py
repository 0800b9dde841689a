"""Checks that every graph from a file passes before anything else looks at it. Nothing here recurses.

    topological_order    names, references, control inputs last, cycles      (of the NodeDefs)
    check_attrs          attributes against the signature                    (of one NodeDef)
    check_input_dtypes   number and types of the inputs                      (of one node)

Frames of while loops are checked when a graph is run, as in TensorFlow: see compiler/frames.py.

All raise ValueError with TensorFlow's words, naming the node.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from nbtf import limits
from nbtf.dtypes import DType
from nbtf.graph import names
from nbtf.graph.op_kind import OpKind, argument_length, is_list
from nbtf.wire import attr_values, op_defs

if TYPE_CHECKING:
    from nbtf.graph.tensor import Tensor


def not_registered(op_type: str) -> str:
    return f"Op type not registered '{op_type}' in nbtf: neither TensorFlow nor the function library has it."


# ---- references ------------------------------------------------------------------------------------------------------


def parse_reference(text: str) -> tuple[str, int]:
    """(node, output index) of a NodeDef input; the index of a control input "^node" is -1.

    What does not end in ":<digits>" is a name as it stands, as in TensorFlow: it will not be found.
    """
    if text.startswith("^"):
        return text[1:], -1
    name, colon, index = text.rpartition(":")
    if colon and index.isdecimal() and index.isascii() and name:
        return name, int(index) if len(index) < 10 else 2**31 - 1
    return text, 0


# ---- the nodes of a file ---------------------------------------------------------------------------------------------


def topological_order(nodes: Sequence[Any], known: Iterable[str] = (), allow_internal_names: bool = False) -> list[int]:
    """Positions of `nodes` such that each follows its inputs, as early in the file as possible.

    A Merge waits for one of its inputs only if another comes from a NextIteration: the one legal cycle.
    known: names that inputs may refer to, besides nodes (input_map).
    """
    position = _positions(nodes, allow_internal_names)
    known = frozenset(known)
    waiting = [0] * len(nodes)
    consumers: list[list[int]] = [[] for _ in nodes]
    in_order = True
    for i, node in enumerate(nodes):
        sources = _sources(node, position, known)
        in_order = in_order and all(source < i for source in sources)
        waiting[i] = len(sources)
        if node.op in _MERGE and any(nodes[source].op in _NEXT_ITERATION for source in sources):
            waiting[i] = 1 + sum(text.startswith("^") for text in node.input)
        for source in sources:
            consumers[source].append(i)
    if in_order:
        return list(range(len(nodes)))
    return _sorted(nodes, waiting, consumers)


_MERGE = frozenset({"Merge", "RefMerge"})
_NEXT_ITERATION = frozenset({"NextIteration", "RefNextIteration"})


def _positions(nodes: Sequence[Any], allow_internal_names: bool) -> dict[str, int]:
    position: dict[str, int] = {}
    for i, node in enumerate(nodes):
        name = node.name
        if not names.is_importable(name.removeprefix("_") if allow_internal_names else name):
            raise ValueError(f"Node '{name}': Node name contains invalid characters")
        if name in position:
            raise ValueError(f"Node '{name}' is not unique")
        if not node.op:
            raise ValueError(f"Node '{name}' does not specify an operation")
        position[name] = i
    return position


def _sources(node: Any, position: dict[str, int], known: frozenset[str]) -> list[int]:
    """Positions of the nodes that `node` takes inputs from, one for each input."""
    sources = []
    control_seen = False
    for text in node.input:
        name, index = parse_reference(text)
        if index < 0:
            control_seen = True
        elif control_seen:
            raise ValueError(f"Node '{node.name}': Control dependencies must come after regular dependencies")
        source = position.get(name)
        if source is not None:
            sources.append(source)
        elif name not in known:
            raise ValueError(f"Node '{node.name}': Unknown input node '{text}'")
    return sources


def _sorted(nodes: Sequence[Any], waiting: list[int], consumers: list[list[int]]) -> list[int]:
    ready = [i for i, count in enumerate(waiting) if count == 0]  # ascending, so a heap already
    order = []
    while ready:
        i = heapq.heappop(ready)
        order.append(i)
        for consumer in consumers[i]:
            waiting[consumer] -= 1
            if waiting[consumer] == 0:
                heapq.heappush(ready, consumer)
    if len(order) < len(nodes):
        raise ValueError(_cycle_message(nodes, set(range(len(nodes))).difference(order), consumers))
    return order


def _cycle_message(nodes: Sequence[Any], blocked: set[int], consumers: list[list[int]]) -> str:
    """Names the nodes of one cycle. Every blocked node waits for a blocked one, so walking back must meet itself."""
    waits_for = {consumer: i for i in blocked for consumer in consumers[i] if consumer in blocked}
    at = min(blocked)
    walked: dict[int, None] = {}
    while at not in walked:
        walked[at] = None
        at = waits_for[at]
    path = list(walked)
    cycle = [nodes[i].name for i in reversed(path[path.index(at) :])]
    shown = " -> ".join(f"'{name}'" for name in [*cycle[:10], *(["..."] if len(cycle) > 10 else [cycle[0]])])
    return f"{len(blocked)} nodes in a cycle: {shown}"


# ---- attributes ------------------------------------------------------------------------------------------------------


def check_attrs(kind: OpKind, node: Any) -> None:
    """Every attribute of the signature is there, has the declared kind, an allowed value, a sane length."""
    if _plainly_right(kind, node.attr):
        return
    op_defs.check_attrs(node, kind.definition)
    assert kind.definition is not None
    for argument in (*kind.definition.inputs, *kind.definition.outputs):
        if argument.number_attr:
            length = argument_length(argument, node.attr)
            if not 0 <= length <= limits.MAX_NODE_TENSORS:
                raise ValueError(
                    f"Node '{node.name}': Number of outputs is too big: {length} "
                    f"(attr '{argument.number_attr}' is not in [0, {limits.MAX_NODE_TENSORS}])"
                )


def _plainly_right(kind: OpKind, attrs: Any) -> bool:
    """Whether a quick look finds every attribute in order, as for most nodes; if not, the full check has the words."""
    plain = kind.plain_attrs
    if plain is None or kind.has_lists:
        return False
    for name, field, allowed in plain:
        if name not in attrs:
            return False
        value = attrs[name]
        if getattr(value, field) not in allowed if allowed is not None else value.WhichOneof("value") != field:
            return False
    return True


def infer_attrs(kind: OpKind, node: Any, input_dtypes: Sequence[DType]) -> None:
    """Adds the type and length attributes that follow from the inputs, where each list has one possible length."""
    assert kind.definition is not None
    remaining = list(input_dtypes)
    lists = [argument for argument in kind.definition.inputs if is_list(argument)]
    for argument in kind.definition.inputs:
        length = 1
        if is_list(argument):
            length_attr = argument.number_attr or argument.type_list_attr
            if length_attr in node.attr:
                length = argument_length(argument, node.attr)
            elif len(lists) == 1:
                length = len(input_dtypes) - (len(kind.definition.inputs) - 1)
            else:
                return  # which input belongs to which list, only the caller knows
        taken, remaining = remaining[:length], remaining[length:]
        if argument.number_attr and argument.number_attr not in node.attr:
            node.attr[argument.number_attr].i = max(length, 0)
        if argument.type_list_attr and argument.type_list_attr not in node.attr:
            node.attr[argument.type_list_attr].list.type.extend([d.base_dtype.as_datatype_enum for d in taken])
        if argument.type_attr and argument.type_attr not in node.attr and taken:
            node.attr[argument.type_attr].type = taken[0].base_dtype.as_datatype_enum


# ---- inputs ----------------------------------------------------------------------------------------------------------


def check_input_dtypes(kind: OpKind, node: Any, inputs: Sequence[Tensor], building: bool = False) -> None:
    """The inputs are as many as the signature wants, and of its types; a reference serves where a value is wanted."""
    assert kind.definition is not None
    expected = kind.input_dtypes(node)
    if len(expected) != len(inputs):
        wanted = ", ".join(type_text(dtype) for dtype in expected)
        raise ValueError(
            f"NodeDef expected inputs '{wanted}' do not match {len(inputs)} inputs specified; "
            f"{kind.definition.summary}; NodeDef: {{{{node {node.name}}}}}"
        )
    for i, (want, tensor) in enumerate(zip(expected, inputs, strict=True)):
        have = tensor._dtype
        if have is want or have.as_datatype_enum == want.as_datatype_enum + 100 or tensor._op.kind.definition is None:
            continue
        if building and not want._is_ref_dtype:
            _refuse_argument(kind, node, i, have, want)
        raise ValueError(
            f"Input {i} of node {node.name} was passed {type_text(have)} from {tensor.name} "
            f"incompatible with expected {type_text(want)}."
        )


def _refuse_argument(kind: OpKind, node: Any, position: int, have: DType, want: DType) -> None:
    """The words for an operation under construction; falls through where the signature fixes the type."""
    assert kind.definition is not None
    for argument, length in zip(kind.definition.inputs, kind.input_lengths(node), strict=True):
        if position < length:
            if not argument.type_attr:
                return
            raise ValueError(
                f"Inconsistent values for attr '{argument.type_attr}' {_enum_text(want)} vs. {_enum_text(have)} "
                f"while building NodeDef '{node.name}' using {kind.definition.summary}"
            )
        position -= length


def type_text(dtype: DType) -> str:
    """As TensorFlow's runtime names types: float, double, half, int32, float_ref."""
    return attr_values.type_name(dtype.as_datatype_enum)


def _enum_text(dtype: DType) -> str:
    return attr_values.enum_name(dtype.as_datatype_enum)
