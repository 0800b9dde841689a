"""Calls of functions from a graph, and their gradients.

The gradient of a call is a call of another function. What that needs of the inside of the first one becomes further
outputs of the first one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.function import FunctionBody, private_body
from nbtf.graph.function_writer import function_def
from nbtf.graph.gradient_walk import gradients
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.shape_inference import infer_shapes
from nbtf.graph.tensor import Tensor
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


# ---- gradients -------------------------------------------------------------------------------------------------------


class _GradientGraph(FuncGraph):
    """The gradient of one function, while it is built; tensors from inside of that function come in by `capture`."""

    def __init__(self, name: str, body: FunctionBody) -> None:
        super().__init__(name, body.graph)
        self._body = body
        self.intermediates: list[Tensor] = []
        """Outputs that the forward function must have, besides its own."""

    def capture(self, tensor: Tensor, name: str | None = None) -> Tensor:
        inside = getattr(tensor, "graph", None) is self._body.graph
        if inside and tensor not in self._body.inputs and tensor not in self.intermediates:
            self.intermediates.append(tensor)
        return super().capture(tensor, name)


def gradient_of_call(op: Operation, output_gradients: Sequence[Any], function: Any) -> list[Any]:
    """Gradients of the arguments of a call. function: the NameAttrList that `op` names."""
    body = _body(op, function)
    given = [i for i, dy in enumerate(output_gradients) if dy is not None]
    dys = [convert_to_tensor(output_gradients[i]) for i in given]
    graph, found = _built_gradient(op, body, given, dys)
    wanted = [m for m, gradient in enumerate(found) if gradient is not None]
    if not wanted:
        return [None] * len(op.inputs)
    with graph.as_default():
        graph.outputs = [graph.capture(convert_to_tensor(found[m])) for m in wanted]
    extra = _extend(op, body, graph.intermediates)
    results = _call_gradient(op, body, graph, dys, extra)
    grads: list[Any] = [None] * len(op.inputs)
    for m, result in zip(wanted, results, strict=True):
        grads[m] = result
    return grads


def _body(op: Operation, function: Any) -> FunctionBody:
    """The called function: as it was traced, because gradients of a program may use tensors of that; or from the library."""
    traced = op.graph._function_graphs.get(function.name)
    if traced is not None:
        return FunctionBody(traced.name, traced, traced.inputs, traced.outputs, traced.control_outputs)
    body = private_body(op.graph, function)
    tell_of_arguments(body, op.inputs, op.inputs)
    return body


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
    op: Operation, body: FunctionBody, given: Sequence[int], dys: Sequence[Tensor]
) -> tuple[_GradientGraph, list[Any]]:
    graph = _GradientGraph(unique_function_name(op.graph, f"{body.name}_grad"), body)
    with graph.as_default():
        seeds = [graph.add_input(dy, f"grad_ys_{i}") for i, dy in enumerate(dys)]
        found = gradients([body.outputs[i] for i in given], body.inputs, grad_ys=seeds) if seeds else []
    return graph, found or [None] * len(body.inputs)


def _extend(op: Operation, body: FunctionBody, intermediates: Sequence[Tensor]) -> dict[Tensor, Tensor]:
    """Gives `op` the intermediates of its function as further outputs; tensor inside -> output."""
    if not intermediates:
        return {}
    name = rewritten_name(op.graph, body.name)
    op.graph._functions[name] = function_def(
        body.graph, name, body.inputs, [*body.outputs, *intermediates], body.control_outputs
    )
    op._set_attr("f", schema.AttrValue(func=schema.NameAttrList(name=name)))
    outputs = op._add_outputs([tensor.dtype for tensor in intermediates])
    for tensor, output in zip(intermediates, outputs, strict=True):
        output.set_shape(tensor.shape)
    return dict(zip(intermediates, outputs, strict=True))


def rewritten_name(graph: Graph, name: str) -> str:
    """What a function with further outputs is called."""
    rewritten = f"{name}_rewritten"
    return unique_function_name(graph, rewritten) if rewritten in graph.functions else rewritten


def _call_gradient(
    op: Operation, body: FunctionBody, graph: _GradientGraph, dys: Sequence[Tensor], extra: dict[Tensor, Tensor]
) -> list[Tensor]:
    """The call of the function of gradients."""
    outside = {**extra, **dict(zip(body.inputs, op.inputs, strict=True))}
    seeds = list(zip(dys, graph.inputs, strict=False))
    arguments = [*seeds, *[(outside.get(tensor, tensor), one) for tensor, one in graph.captures.items()]]
    graph.inputs = [placeholder for _, placeholder in arguments]
    graph.define()
    return call(graph, [tensor for tensor, _ in arguments])
