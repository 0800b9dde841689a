"""Gradients through functional loops (While, StatelessWhile): a second loop that counts down what the first one did.

What the gradient of the body needs of the inside of the body is pushed on a list in every iteration: lists and a
counter become further variables of the first loop. The second loop takes from the lists, last first.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from nbtf import dtypes
from nbtf.graph import conversion, gradient_terms
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.func_graph import FuncGraph
from nbtf.graph.function import FunctionBody, private_body
from nbtf.graph.function_calls import rewritten_name, tell_of_arguments, unique_function_name
from nbtf.graph.function_writer import function_def
from nbtf.graph.gradient_control_flow import zeros_dtype
from nbtf.graph.gradient_walk import gradients, is_trainable
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.shape_inference import infer_shapes
from nbtf.graph.tensor import Tensor
from nbtf.shapes import UNKNOWN
from nbtf.tensor_shape import TensorShape
from nbtf.wire import schema


def gradient_of_while(op: Operation, output_gradients: Sequence[Any]) -> list[Any]:
    """Gradients of the inputs of a loop; `op` gets further inputs and outputs where they need what it computes."""
    body = private_body(op.graph, op.get_attr("body"))
    tell_of_arguments(body, op.outputs, op.inputs)
    differentiable = _differentiable(body, [i for i, dy in enumerate(output_gradients) if dy is not None])
    if not differentiable:
        return [None] * len(op.inputs)
    starts = [_start(op, i, output_gradients[i]) for i in differentiable]
    graph = _BodyGradient(op, body)
    with graph.as_default():
        step, count = (graph.argument(dtypes.int32, TensorShape(()), name) for name in ("step", "count"))
        seeds = [
            graph.argument(zeros_dtype(inside), _shape(inside), f"grad_{i}")
            for i, inside in graph.chosen(differentiable)
        ]
        results = _results(graph, body, differentiable, seeds)
        step_down = raw.Add(step, 1)
    counted = _extend(op, body, graph.kept)
    variables = [conversion.constant(0, dtypes.int32), counted[0], *starts, *counted[1:], *graph.invariants()]
    graph.outputs = [step_down, count, *results, *[rest for _, rest, _ in graph.kept], *graph.constant_arguments()]
    graph.inputs = [step, count, *seeds, *[lists for lists, _, _ in graph.kept], *graph.constant_arguments()]
    outputs = _loop(op, graph, variables)
    found: list[Any] = [None] * len(op.inputs)
    for i, gradient in zip(differentiable, outputs[2:], strict=False):
        found[i] = gradient
    return found


def _shape(inside: Tensor) -> TensorShape:
    """The static shape of a gradient: of a variable's handle, that of the variable."""
    if inside.dtype != dtypes.resource:
        return inside.shape
    dims = inside.handle_data[0][1] if inside.handle_data else None
    return TensorShape(None if dims is None else [None if dim == UNKNOWN else dim for dim in dims])


def _differentiable(body: FunctionBody, given: Sequence[int]) -> list[int]:
    """Variables of the loop that matter for those outputs, and have gradients."""
    found = {i for i in given if _has_gradient(body.inputs[i])}
    pending = list(found)
    while pending:
        reached = _ancestors(body.outputs[pending.pop()])
        more = {
            i for i, inside in enumerate(body.inputs) if i not in found and inside in reached and _has_gradient(inside)
        }
        found |= more
        pending.extend(more)
    return sorted(found)


def _has_gradient(inside: Tensor) -> bool:
    return is_trainable(inside) and (inside.dtype != dtypes.resource or bool(inside.handle_data))


def _ancestors(tensor: Tensor) -> set[Tensor]:
    seen, pending = {tensor}, [tensor]
    while pending:
        for source in pending.pop().op.inputs:
            if source not in seen:
                seen.add(source)
                pending.append(source)
    return seen


def _start(op: Operation, i: int, gradient: Any) -> Tensor:
    """The gradient of what the loop left in variable i."""
    if gradient is not None:
        return convert_to_tensor(gradient)
    output = op.outputs[i]
    if output.dtype == dtypes.resource:
        handle = op.inputs[i]
        assert handle.handle_data
        dims = handle.handle_data[0][1]
        known = gradient_terms.fully_known(dims)
        return gradient_terms.zeros(dims if known else raw.VariableShape(handle), zeros_dtype(handle))
    return gradient_terms.zeros_like(output)


class _BodyGradient(FuncGraph):
    """The body of the second loop, while it is built; tensors from inside of the first one's come in by `capture`."""

    def __init__(self, op: Operation, body: FunctionBody) -> None:
        super().__init__(unique_function_name(op.graph, f"{body.name}_grad"), body.graph)
        self._op = op
        self._body = body
        self.kept: list[tuple[Tensor, Tensor, Tensor]] = []
        """For each list: its argument here, what is left of it, and the tensor of the body that it holds."""
        self._values: dict[Tensor, Tensor] = {}
        self._constant: dict[int, Tensor] = {}
        """Number of a variable that no iteration changes -> its argument."""

    def argument(self, dtype: Any, shape: TensorShape, name: str, handle_data: Any = None) -> Tensor:
        like: Any = SimpleNamespace(dtype=dtype, shape=shape, handle_data=handle_data)
        return self.add_input(like, name)

    def chosen(self, numbers: Sequence[int]) -> list[tuple[int, Tensor]]:
        return [(i, self._body.inputs[i]) for i in numbers]

    def invariants(self) -> list[Tensor]:
        return [self._op.inputs[i] for i in self._constant]

    def constant_arguments(self) -> list[Tensor]:
        return list(self._constant.values())

    def capture(self, tensor: Tensor, name: str | None = None) -> Tensor:
        if getattr(tensor, "graph", self) is self:
            return tensor
        if tensor.graph is not self._body.graph:
            raise ValueError(f"{tensor.name} is neither of the loop's body nor of its gradient")
        if tensor not in self._values:
            with self.as_default(), self.control_dependencies(None):
                self._values[tensor] = self._value(tensor)
        return self._values[tensor]

    def _value(self, tensor: Tensor) -> Tensor:
        known = constant_value(tensor) if tensor.op.type == "Const" else None
        if known is not None:
            return conversion.constant(known, tensor.dtype)
        for i, inside in enumerate(self._body.inputs):
            if inside is tensor and self._body.outputs[i] is tensor:
                self._constant[i] = self.argument(tensor.dtype, tensor.shape, f"constant_{i}", tensor.handle_data)
                return self._constant[i]
        items = self.argument(dtypes.variant, TensorShape(()), f"kept_{len(self.kept)}")
        rest, value = raw.TensorListPopBack(items, _element_shape(tensor), element_dtype=tensor.dtype.base_dtype)
        value.set_shape(tensor.shape)
        self.kept.append((items, rest, tensor))
        return value  # type: ignore[no-any-return]


def _element_shape(tensor: Tensor) -> Any:
    """What TensorLists take for the shape of their elements: -1 for dims that are not known, or for all of them."""
    return -1 if tensor.dims is None else conversion.constant(list(tensor.dims), dtypes.int32)


def _results(
    graph: _BodyGradient, body: FunctionBody, differentiable: Sequence[int], seeds: Sequence[Tensor]
) -> list[Tensor]:
    """The gradients of the variables before an iteration from those after it."""
    changed = [
        (body.outputs[i], seed)
        for i, seed in zip(differentiable, seeds, strict=True)
        if body.outputs[i].dtype != dtypes.resource
    ]
    inputs = [body.inputs[i] for i in differentiable]
    found = gradients([y for y, _ in changed], inputs, grad_ys=[seed for _, seed in changed])
    results = []
    for i, inside, seed, gradient in zip(differentiable, inputs, seeds, found, strict=True):
        if body.outputs[i].dtype == dtypes.resource:  # every iteration adds to the variable's gradient
            results.append(seed if gradient is None else raw.AddV2(seed, convert_to_tensor(gradient)))
        elif gradient is None:
            results.append(gradient_terms.zeros_like(graph.capture(inside)))
        else:
            results.append(graph.capture(convert_to_tensor(gradient)))
    return results


# ---- the first loop --------------------------------------------------------------------------------------------------


def _extend(op: Operation, body: FunctionBody, kept: Sequence[tuple[Tensor, Tensor, Tensor]]) -> list[Tensor]:
    """Gives the loop a counter and lists of what is kept; returns what it leaves in them."""
    tensors = [tensor for _, _, tensor in kept]
    names = ["iterations", *[f"list_{k}" for k in range(len(kept))]]
    types = [dtypes.int32, *[dtypes.variant for _ in kept]]
    with body.graph.as_default(), body.graph.control_dependencies(None):
        added = [_placeholder(body.graph, dtype, name) for dtype, name in zip(types, names, strict=True)]
        longer = [raw.Add(added[0], 1)]
        longer += [raw.TensorListPushBack(items, tensor) for items, tensor in zip(added[1:], tensors, strict=True)]
    condition = private_body(op.graph, op.get_attr("cond"))
    with condition.graph.as_default(), condition.graph.control_dependencies(None):
        ignored = [_placeholder(condition.graph, dtype, name) for dtype, name in zip(types, names, strict=True)]
    changes = (
        ("body", body, added, [*body.outputs, *longer]),
        ("cond", condition, ignored, condition.outputs),
    )
    for attr, function, arguments, outputs in changes:
        name = rewritten_name(op.graph, function.name)
        op.graph._functions[name] = function_def(
            function.graph, name, [*function.inputs, *arguments], outputs, function.control_outputs
        )
        op._set_attr(attr, schema.AttrValue(func=schema.NameAttrList(name=name)))
    with op.graph.as_default(), op.graph.control_dependencies(None):
        starts = [conversion.constant(0, dtypes.int32)]
        starts += [
            raw.EmptyTensorList(_element_shape(tensor), -1, element_dtype=tensor.dtype.base_dtype) for tensor in tensors
        ]
    first = len(op.outputs)
    op._add_loop_variables(starts)
    for output in op.outputs[first:]:
        output.set_shape(())
        if op._node.attr["output_shapes"].list.shape:
            op._node.attr["output_shapes"].list.shape.add().CopyFrom(output.shape.as_proto())
    return op.outputs[first:]


def _placeholder(graph: Graph, dtype: Any, name: str) -> Tensor:
    attrs = {
        "dtype": schema.AttrValue(type=dtype.as_datatype_enum),
        "shape": schema.AttrValue(shape=TensorShape(()).as_proto()),
    }
    return graph.create_op("Placeholder", [], name=name, attrs=attrs).outputs[0]


# ---- the second loop -------------------------------------------------------------------------------------------------


def _loop(op: Operation, body: _BodyGradient, variables: Sequence[Tensor]) -> list[Tensor]:
    condition = FuncGraph(unique_function_name(op.graph, f"{body.name}_cond"), op.graph)
    with condition.as_default():
        step, count, *_ = [condition.add_input(one, f"variable_{i}") for i, one in enumerate(body.inputs)]
        condition.outputs = [raw.Less(step, count)]
    for function in (body, condition):
        function.define()
    make = raw.While if body.is_stateful else raw.StatelessWhile
    shapes = [argument.shape for argument in body.inputs]
    outputs: list[Tensor] = make(
        variables,
        schema.NameAttrList(name=condition.name),
        schema.NameAttrList(name=body.name),
        output_shapes=shapes,
        parallel_iterations=op.get_attr("parallel_iterations"),
    )
    made = outputs[0].op
    made._node.attr["_lower_using_switch_merge"].b = True
    infer_shapes(made)
    for output, variable in zip(outputs, variables, strict=True):
        output.handle_data = variable.handle_data
    return outputs
