"""If and Case: calls of one of several functions, and their gradients.

The gradient chooses among other functions by the same index. What one of those needs of the inside of its branch leaves
the branch in an optional, which is empty where another branch ran.
"""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import Any

from nbtf import dtypes
from nbtf.graph import conversion, gradient_terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.control_flow_bodies import bodies_of, keep_bodies, only_read, resource_input, rewrite
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import ControlFlowGraph, FuncGraph
from nbtf.graph.function_calls import unique_function_name
from nbtf.graph.gradient_control_flow import zeros_dtype
from nbtf.graph.gradient_walk import gradients, is_trainable
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.tensor_shape import TensorShape
from nbtf.wire import schema

Arguments = Sequence[tuple[Tensor, Tensor]]
"""Tensors of the graph around, each with the placeholder that stands for it in a function."""


def branches(
    op_type: str, index: Tensor, functions: Sequence[FuncGraph], arguments: Sequence[Arguments], name: str | None = None
) -> list[Tensor]:
    """Identities of the outputs of an If or Case. All functions come to take what any of them takes."""
    captured = _match_arguments(functions, arguments)
    for function in functions:
        function.define()
    shapes = [_common_shape([function.outputs[i] for function in functions]) for i in range(len(functions[0].outputs))]
    types = [tensor.dtype.base_dtype for tensor in functions[0].outputs]
    names = [schema.NameAttrList(name=function.name) for function in functions]
    choices = [names] if op_type == "Case" else names
    stateful = any(function.is_stateful for function in functions)
    if not stateful:
        op_type = f"Stateless{op_type}"
    graph = get_default_graph()
    with graph.control_dependencies([op for function in functions for op in function.control_captures]):
        made = getattr(raw, op_type)(index, captured, types, *choices, output_shapes=shapes, name=name)
    op: Operation = made if isinstance(made, Operation) else made[0].op
    keep_bodies(op, functions)
    graph.prevent_fetching(op)
    if op.outputs or stateful:
        op._node.attr["_lower_using_switch_merge"].b = True
        op._node.attr["_read_only_resource_inputs"].list.i.extend(only_read(functions, 1))
    for i, output in enumerate(op.outputs):
        output.set_shape(shapes[i])
        output.handle_data = functions[0].outputs[i].handle_data
    return [raw.Identity(output) for output in op.outputs]


def _match_arguments(functions: Sequence[FuncGraph], arguments: Sequence[Arguments]) -> list[Tensor]:
    """Gives all functions the same arguments; returns what is passed for them."""
    numbered = [_numbered(one) for one in arguments]
    keys = list(dict.fromkeys(key for placeholders in numbered for key in placeholders))
    for function, placeholders in zip(functions, numbered, strict=True):
        function.inputs = [
            placeholders[key] if key in placeholders else function.add_input(key[0], None) for key in keys
        ]
        function.captures = dict(zip([tensor for tensor, _ in keys], function.inputs, strict=True))
    return [tensor for tensor, _ in keys]


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


# ---- gradients -------------------------------------------------------------------------------------------------------


class _BranchGradient(ControlFlowGraph):
    """The gradient of one branch, while it is built; tensors from inside of the branch come in by `capture`."""

    def __init__(self, body: FuncGraph) -> None:
        outer = get_default_graph()
        super().__init__(unique_function_name(outer, f"{body.name}_grad"), outer)
        self._body = body
        self.intermediates: list[Tensor] = []
        """Optionals of the branch that hold what its gradient needs."""
        self._values: dict[Tensor, Tensor] = {}

    def capture(self, tensor: Tensor, name: str | None = None) -> Tensor:
        body = self._body
        if getattr(tensor, "graph", None) is not body or tensor in body.inputs or tensor in body.outputs:
            return super().capture(tensor, name)
        if tensor.dtype == dtypes.resource:
            return super().capture(body.inputs[resource_input(body, tensor)], name)
        if tensor not in self._values:
            self._values[tensor] = self._value(tensor, name)
        return self._values[tensor]

    def _value(self, tensor: Tensor, name: str | None) -> Tensor:
        if tensor.op.type == "Const":
            return conversion.constant(constant_value(tensor), tensor.dtype)
        placeholder = super().capture(self._optional(tensor), name or tensor.op.name)
        with self.as_default(), self.control_dependencies(None):
            value: Tensor = raw.OptionalGetValue(placeholder, [tensor.dtype.base_dtype], [tensor.shape])[0]
        value.handle_data = tensor.handle_data
        return value

    def _optional(self, tensor: Tensor) -> Tensor:
        """The optional that holds a tensor of the branch."""
        for user in tensor.consumers():
            if user.type == "OptionalFromValue" and user.outputs[0] in self._body.outputs:
                return user.outputs[0]
        with self._body.as_default(), self._body.control_dependencies(None):
            made: Tensor = raw.OptionalFromValue([tensor])
        self.intermediates.append(made)
        return made

    def outside(self, op: Operation) -> list[tuple[Tensor, Tensor]]:
        """The captured tensors with their placeholders: of what is inside the branch, what `op` makes of it."""
        return [(self._outer_tensor(tensor, op), one) for tensor, one in self.captures.items()]

    def _outer_tensor(self, tensor: Tensor, op: Operation) -> Tensor:
        if tensor.graph is not self._body:
            return tensor
        if tensor in self._body.outputs:
            return op.outputs[self._body.outputs.index(tensor)]
        return op.inputs[1 + self._body.inputs.index(tensor)]


def gradient_of_branches(op: Operation, output_gradients: Sequence[Any], op_type: str) -> list[Any]:
    """Gradients of the inputs of an If or Case; `op` gets further outputs where they need what it computes."""
    bodies = bodies_of(op)
    graphs = [_BranchGradient(body) for body in bodies]
    found = [_gradients_inside(graph, body, output_gradients) for graph, body in zip(graphs, bodies, strict=True)]
    wanted = [m for m in range(len(op.inputs) - 1) if any(of_one[m] is not None for of_one in found)]
    grads: list[Any] = [None] * len(op.inputs)
    for graph, body, of_one in zip(graphs, bodies, found, strict=True):
        with graph.as_default():
            graph.outputs = [_zeros(body.inputs[m]) if of_one[m] is None else of_one[m] for m in wanted]
    _extend(op, graphs)
    arguments = [graph.outside(op) for graph in graphs]
    if not wanted:
        return grads
    name = "gradient" if op_type == "Case" else None
    for m, result in zip(wanted, branches(op_type, op.inputs[0], graphs, arguments, name), strict=True):
        grads[1 + m] = result
    return grads


def _gradients_inside(graph: _BranchGradient, body: FuncGraph, output_gradients: Sequence[Any]) -> list[Any]:
    """The gradients of the branch's arguments, None for those that have none."""
    pairs = [
        (y, dy) for y, dy in zip(body.outputs, output_gradients, strict=True) if dy is not None and is_trainable(y)
    ]
    if not pairs:
        return [None] * len(body.inputs)

    def results() -> list[Any]:
        return gradients([y for y, _ in pairs], body.inputs, grad_ys=[dy for _, dy in pairs])

    return graph.traced_in_order(results)


def _zeros(inside: Tensor) -> Tensor:
    """The gradient of an argument that only another branch uses."""
    if inside.dtype != dtypes.resource or not inside.handle_data:
        return gradient_terms.zeros_like(inside)
    dims = inside.handle_data[0][1]
    known = gradient_terms.fully_known(dims)
    return gradient_terms.zeros(dims if known else raw.VariableShape(inside), zeros_dtype(inside))


def _extend(op: Operation, graphs: Sequence[_BranchGradient]) -> None:
    """Gives `op` the intermediates of its branches as further outputs; all branches have the same number."""
    most = max(len(graph.intermediates) for graph in graphs)
    if not most:
        return
    for graph, body in zip(graphs, bodies_of(op), strict=True):
        with body.as_default(), body.control_dependencies(None):
            missing = most - len(graph.intermediates)
            body.outputs += [*graph.intermediates, *[raw.OptionalNone() for _ in range(missing)]]
    rewrite(op)
    for output in op._add_outputs([dtypes.variant] * most):
        output.set_shape(())
        if "output_shapes" in op._node.attr:
            op._node.attr["output_shapes"].list.shape.add().CopyFrom(output.shape.as_proto())
