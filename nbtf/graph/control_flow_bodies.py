"""The functions of an If, Case or While as graphs that stay at hand, because gradients make them longer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.dtypes import resource
from nbtf.graph.func_graph import ControlFlowGraph, FuncGraph
from nbtf.graph.function import private_body
from nbtf.graph.function_calls import rewritten_name, tell_of_arguments
from nbtf.graph.function_writer import function_def
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema

_READERS = frozenset(["ReadVariableOp", "ResourceGather", "ResourceGatherNd", "VariableShape", "VarIsInitializedOp"])
_FUNCTIONS_OF = {
    "If": ("then_branch", "else_branch"),
    "StatelessIf": ("then_branch", "else_branch"),
    "Case": ("branches",),
    "StatelessCase": ("branches",),
    "While": ("cond", "body"),
    "StatelessWhile": ("cond", "body"),
}


def bodies_of(op: Operation) -> list[FuncGraph]:
    """The functions of `op`: those that it was made of, or, of a graph from a file, what its library says."""
    kept = op.graph._control_flow_bodies
    if op not in kept:
        kept[op] = [_from_library(op, reference) for reference in _references(op)]
    bodies: list[FuncGraph] = kept[op]
    return bodies


def keep_bodies(op: Operation, bodies: Sequence[FuncGraph]) -> None:
    """These are the functions of `op`."""
    op.graph._control_flow_bodies[op] = list(bodies)


def _references(op: Operation) -> list[Any]:
    """The NameAttrLists that `op` names."""
    found = []
    for attr in _FUNCTIONS_OF[op.type]:
        value = op.get_attr(attr)
        found.extend(value if isinstance(value, list) else [value])
    return found


def _from_library(op: Operation, reference: Any) -> FuncGraph:
    graph = ControlFlowGraph(reference.name, op.graph)
    graph.is_loop_body = op.type in ("While", "StatelessWhile")
    body = private_body(op.graph, reference, graph)
    graph.inputs, graph.outputs, graph.control_outputs = body.inputs, body.outputs, body.control_outputs
    arguments = op.inputs[len(op.inputs) - len(body.inputs) :]
    tell_of_arguments(body, op.outputs if graph.is_loop_body else arguments, arguments)
    return graph


def rewrite(op: Operation) -> None:
    """The library gets the functions of `op` as they are now, under new names."""
    names = []
    for body in bodies_of(op):
        body.name = rewritten_name(op.graph, body.name)
        op.graph._functions[body.name] = function_def(body, body.name, body.inputs, body.outputs, body.control_outputs)
        names.append(schema.NameAttrList(name=body.name))
    attrs = _FUNCTIONS_OF[op.type]
    if attrs == ("branches",):
        op._set_attr("branches", schema.AttrValue(list=schema.AttrValue.ListValue(func=names)))
    else:
        for attr, name in zip(attrs, names, strict=True):
            op._set_attr(attr, schema.AttrValue(func=name))


def resource_input(body: FuncGraph, handle: Tensor) -> int:
    """The position of the argument of `body` that a handle inside comes from."""
    while handle not in body.inputs:
        source = handle.op
        if source.type == "Identity":
            handle = source.inputs[0]
        elif source.type in ("While", "StatelessWhile"):
            handle = source.inputs[handle.value_index]
        else:
            raise ValueError(f"{handle.name} of function {body.name} is no argument of it: gradients need one")
    return body.inputs.index(handle)


def only_read(functions: Sequence[FuncGraph], first: int) -> list[int]:
    """Positions among the inputs of an op of variables that no function changes. first: that of the first argument."""
    return [
        first + i
        for i, placeholders in enumerate(zip(*[function.inputs for function in functions], strict=True))
        if placeholders[0].dtype == resource and not any(map(_is_changed, placeholders))
    ]


def _is_changed(handle: Tensor) -> bool:
    for user in handle.consumers():
        if user.type in _READERS:
            continue
        if "_read_only_resource_inputs" not in user._node.attr:
            return True
        unchanged = user._node.attr["_read_only_resource_inputs"].list.i
        if any(one is handle and i not in unchanged for i, one in enumerate(user.inputs)):
            return True
    return False
