"""Calls of functions from a graph, and their gradients.

The gradient of a call is a call of another function. What that needs of the inside of the first one becomes further
outputs of the first one; of a branch (Case, If), in an optional, which is empty where another branch ran.
"""

from __future__ import annotations

import collections
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from nbtf.dtypes import resource
from nbtf.graph import gradient_terms
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.function import FunctionBody, private_body
from nbtf.graph.function_writer import function_def
from nbtf.graph.gradient_control_flow import zeros_dtype
from nbtf.graph.gradient_walk import gradients
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.shape_inference import infer_shapes
from nbtf.graph.tensor import Tensor
from nbtf.tensor_shape import TensorShape
from nbtf.wire import schema

_numbers = itertools.count()
_DEEPEST_INFERENCE = 8  # calls of calls, each of which may be inside of several


def unique_function_name(graph: Graph, name: str) -> str:
    """`name`, scopes and all, with a number that no function of the graph's library has."""
    base = name.replace("/", "_")
    while True:
        candidate = f"{base}_{next(_numbers)}"
        if candidate not in graph.functions:
            return candidate


def call(function: FuncGraph, arguments: Sequence[Any], name: str | None = None) -> list[Tensor]:
    """The outputs of a call: a PartitionedCall, stateful if anything in the function is."""
    dtypes = [tensor.dtype.base_dtype for tensor in function.outputs]
    outputs = call_of(function.name, arguments, dtypes, function.is_stateful, name)
    _copy_shapes(function.outputs, outputs)
    if any(given.dims != inside.dims for given, inside in zip(arguments, function.inputs, strict=True)):
        infer_results(outputs)
    return outputs


def call_of(
    function: str, arguments: Sequence[Any], dtypes: Sequence[Any], stateful: bool, name: str | None = None
) -> list[Tensor]:
    """The outputs of a call of the library's function of this name; nothing is known of their shapes."""
    make = raw.StatefulPartitionedCall if stateful else raw.PartitionedCall
    results = make(arguments, Tout=dtypes, f=schema.NameAttrList(name=function), name=name)
    return [] if isinstance(results, Operation) else results


def infer_results(outputs: Sequence[Tensor], within: Sequence[str] = ()) -> None:
    """Tells the outputs of a call the static shapes that follow from those of its arguments.

    within: the functions around, of which a call tells nothing new.
    """
    function = outputs[0].op.get_attr("f") if outputs else None
    if function is None or function.name in within or len(within) >= _DEEPEST_INFERENCE:
        return
    op = outputs[0].op
    body = private_body(op.graph, function)
    tell_of_arguments(body, op.inputs, op.inputs, (*within, function.name))
    for inside, tensor in zip(body.outputs, outputs, strict=True):
        tensor.set_shape(inside.shape)
        tensor.handle_data = tensor.handle_data or inside.handle_data


def _copy_shapes(inside: Sequence[Tensor], outside: Sequence[Tensor]) -> None:
    for source, tensor in zip(inside, outside, strict=True):
        tensor.set_shape(source.shape)
        tensor.handle_data = source.handle_data


Arguments = Sequence[tuple[Tensor, Tensor]]
"""Tensors of the graph around, each with the placeholder that stands for it in a function."""


def branches(
    make: Callable[..., Any],
    make_stateless: Callable[..., Any],
    index: Tensor,
    functions: Sequence[FuncGraph],
    arguments: Sequence[Arguments],
    **named: str,
) -> list[Tensor]:
    """The outputs of a Case or If. All functions come to take the same arguments: what any of them takes."""
    numbered = [_numbered(one) for one in arguments]
    keys = list(dict.fromkeys(key for placeholders in numbered for key in placeholders))
    for function, placeholders in zip(functions, numbered, strict=True):
        function.inputs = [
            placeholders[key] if key in placeholders else function.add_input(key[0], "Placeholder") for key in keys
        ]
        function.define()
    captured = [tensor for tensor, _ in keys]
    made = make if any(function.is_stateful for function in functions) else make_stateless
    outputs = [_common_shape([function.outputs[i] for function in functions]) for i in range(len(functions[0].outputs))]
    dtypes = [tensor.dtype.base_dtype for tensor in functions[0].outputs]
    names = [schema.NameAttrList(name=function.name) for function in functions]
    results: list[Tensor] = made(index, captured, dtypes, names, output_shapes=outputs, **named)
    attrs = results[0].op._node.attr
    attrs["_lower_using_switch_merge"].b = True
    attrs["_read_only_resource_inputs"].list.i.extend(_read_only(functions))
    for result, shape in zip(results, outputs, strict=True):
        result.set_shape(shape)
    return results


def _numbered(arguments: Arguments) -> dict[tuple[Tensor, int], Tensor]:
    """The placeholders by tensor and how many placeholders the same tensor had before."""
    seen: collections.Counter[Tensor] = collections.Counter()
    found = {}
    for tensor, placeholder in arguments:
        found[tensor, seen[tensor]] = placeholder
        seen[tensor] += 1
    return found


def _common_shape(tensors: Sequence[Tensor]) -> TensorShape:
    """What all of them have in common."""
    first, *others = [tensor.shape for tensor in tensors]
    for other in others:
        if first.dims is None or other.dims is None or first.ndims != other.ndims:
            return TensorShape(None)
        pairs = zip(first.as_list(), other.as_list(), strict=True)
        first = TensorShape([a if a == b else None for a, b in pairs])
    return first


def _read_only(functions: Sequence[FuncGraph]) -> list[int]:
    """Positions among the inputs of an op, the index first, of variables that no function changes."""
    return [
        1 + i
        for i, placeholders in enumerate(zip(*[function.inputs for function in functions], strict=True))
        if placeholders[0].dtype == resource
        and all(user.type == "ReadVariableOp" for one in placeholders for user in one.consumers())
    ]


# ---- gradients -------------------------------------------------------------------------------------------------------


class _GradientGraph(FuncGraph):
    """The gradient of one function, while it is built; tensors from inside of that function come in by `wrap`."""

    def __init__(self, name: str, body: FunctionBody, optional: bool) -> None:
        super().__init__(name, body.graph)
        self._body = body
        self._optional = optional
        self.intermediates: list[Tensor] = []
        """Outputs that the forward function must have, besides its own."""
        self._values: dict[Tensor, Tensor] = {}

    def capture(self, tensor: Tensor, name: str | None = None) -> Tensor:
        if tensor.graph is self or tensor in self._body.inputs:
            return super().capture(tensor, name)
        if tensor not in self._values:
            self._values[tensor] = self._intermediate(tensor)
        return self._values[tensor]

    def _intermediate(self, tensor: Tensor) -> Tensor:
        if not self._optional:
            self.intermediates.append(tensor)
            return super().capture(tensor)
        with self._body.graph.as_default(), self._body.graph.control_dependencies(None):
            kept = raw.OptionalFromValue([tensor])
        self.intermediates.append(kept)
        placeholder = super().capture(kept)
        with self.as_default(), self.control_dependencies(None):
            value: Tensor = raw.OptionalGetValue(placeholder, [tensor.dtype.base_dtype], [tensor.shape])[0]
        return value


def gradient_of_call(op: Operation, output_gradients: Sequence[Any], functions: Sequence[Any], first: int) -> list[Any]:
    """Gradients of the arguments of a call or of a choice among functions.

    functions: the NameAttrLists that `op` names. first: the position of the first argument among the inputs.
    """
    body_of = [private_body(op.graph, function) for function in functions]
    for body in body_of:
        tell_of_arguments(body, op.inputs[first:], op.inputs[first:])
    given = [i for i, dy in enumerate(output_gradients) if dy is not None]
    dys = [convert_to_tensor(output_gradients[i]) for i in given]
    built = [_built_gradient(op, body, given, dys, optional=len(body_of) > 1) for body in body_of]
    wanted = [m for m in range(len(op.inputs) - first) if any(found[m] is not None for _, found in built)]
    if not wanted:
        return [None] * len(op.inputs)
    for (graph, found), body in zip(built, body_of, strict=True):
        with graph.as_default():
            graph.outputs = [_dense(graph, found[m], body.inputs[m], op.inputs[first + m]) for m in wanted]
    extra = _extend(op, body_of, [graph for graph, _ in built])
    results = _call_gradients(op, first, body_of, [graph for graph, _ in built], dys, extra)
    grads: list[Any] = [None] * len(op.inputs)
    for m, result in zip(wanted, results, strict=True):
        grads[first + m] = result
    return grads


def tell_of_arguments(
    body: FunctionBody, shaped: Sequence[Tensor], arguments: Sequence[Tensor], within: Sequence[str] = ()
) -> None:
    """Static shapes inside follow from those of `shaped`, and from what handles among the arguments refer to.

    within: see `infer_results`.
    """
    for placeholder, like, argument in zip(body.inputs, shaped, arguments, strict=True):
        placeholder._dims = like.dims
        placeholder.handle_data = argument.handle_data
    placeholders = {placeholder.op for placeholder in body.inputs}
    for op in body.graph.get_operations():
        if op not in placeholders:
            infer_shapes(op)
        if op.type in ("PartitionedCall", "StatefulPartitionedCall"):
            infer_results(op.outputs, within)


def _built_gradient(
    op: Operation, body: FunctionBody, given: Sequence[int], dys: Sequence[Tensor], optional: bool
) -> tuple[_GradientGraph, list[Any]]:
    graph = _GradientGraph(unique_function_name(op.graph, f"{body.name}_grad"), body, optional)
    with graph.as_default():
        seeds = [graph.add_input(dy, f"grad_ys_{i}") for i, dy in enumerate(dys)]
        found = gradients([body.outputs[i] for i in given], body.inputs, grad_ys=seeds) if seeds else []
    return graph, found or [None] * len(body.inputs)


def _dense(graph: _GradientGraph, gradient: Any, inside: Tensor, outside: Tensor) -> Tensor:
    if gradient is not None:
        return graph.capture(convert_to_tensor(gradient))
    if outside.handle_data and inside.dtype.base_dtype != zeros_dtype(outside):
        dims = outside.handle_data[0][1]
        known = gradient_terms.fully_known(dims)
        return gradient_terms.zeros(dims if known else raw.VariableShape(inside), zeros_dtype(outside))
    return gradient_terms.zeros_like(graph.capture(inside))


def _extend(op: Operation, bodies: Sequence[FunctionBody], graphs: Sequence[_GradientGraph]) -> dict[Tensor, Tensor]:
    """Gives `op` the intermediates of all its functions as further outputs; tensor inside -> output."""
    kept = [(k, tensor) for k, graph in enumerate(graphs) for tensor in graph.intermediates]
    if not kept:
        return {}
    names = []
    for k, body in enumerate(bodies):
        with body.graph.as_default():
            added = [tensor if k == owner else raw.OptionalNone() for owner, tensor in kept]
        name = rewritten_name(op.graph, body.name)
        op.graph._functions[name] = function_def(
            body.graph, name, body.inputs, [*body.outputs, *added], body.control_outputs
        )
        names.append(schema.NameAttrList(name=name))
    _rename_functions(op, names)
    first = len(op.outputs)
    op._add_outputs([tensor.dtype for _, tensor in kept])
    for (_, tensor), output in zip(kept, op.outputs[first:], strict=True):
        output.set_shape(tensor.shape)
        if "output_shapes" in op._node.attr:
            op._node.attr["output_shapes"].list.shape.add().CopyFrom(tensor.shape.as_proto())
    return {tensor: output for (_, tensor), output in zip(kept, op.outputs[first:], strict=True)}


def rewritten_name(graph: Graph, name: str) -> str:
    """What a function with further outputs is called."""
    rewritten = f"{name}_rewritten"
    return unique_function_name(graph, rewritten) if rewritten in graph.functions else rewritten


def _rename_functions(op: Operation, names: Sequence[Any]) -> None:
    attrs = op._node.attr
    if "branches" in attrs:
        op._set_attr("branches", schema.AttrValue(list=schema.AttrValue.ListValue(func=names)))
    elif "f" in attrs:
        op._set_attr("f", schema.AttrValue(func=names[0]))
    else:
        for attr, name in zip(("then_branch", "else_branch"), names, strict=True):
            op._set_attr(attr, schema.AttrValue(func=name))


def _call_gradients(
    op: Operation,
    first: int,
    bodies: Sequence[FunctionBody],
    graphs: Sequence[_GradientGraph],
    dys: Sequence[Tensor],
    extra: dict[Tensor, Tensor],
) -> list[Tensor]:
    """The call of the functions of gradients."""
    arguments: list[Arguments] = []
    for graph, body in zip(graphs, bodies, strict=True):
        outside = {**extra, **dict(zip(body.inputs, op.inputs[first:], strict=True))}
        seeds = list(zip(dys, graph.inputs, strict=False))
        arguments.append([*seeds, *[(outside[inside], one) for inside, one in graph.captures.items()]])
    if len(graphs) == 1:
        graphs[0].inputs = [placeholder for _, placeholder in arguments[0]]
        graphs[0].define()
        return call(graphs[0], [tensor for tensor, _ in arguments[0]])
    index = op.inputs[0]
    if "branches" in op._node.attr:
        results = branches(raw.Case, raw.StatelessCase, index, graphs, arguments, name="gradient")
        return [raw.Identity(result) for result in results]

    def make(kind: Any) -> Any:
        return lambda index, inputs, dtypes, names, **rest: kind(index, inputs, dtypes, *names, **rest)

    results = branches(make(raw.If), make(raw.StatelessIf), index, graphs, arguments, name="gradient")
    return [raw.Identity(result) for result in results]
