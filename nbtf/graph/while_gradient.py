"""Gradients through functional loops (While, StatelessWhile): a second loop that counts down what the first one did.

What the gradient of the body needs of the inside of the body is pushed on a list in every iteration: lists become
further variables of the first loop. The second loop takes from the lists, last first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.graph import conversion
from nbtf.graph.constant_value import constant_value
from nbtf.graph.control_flow_bodies import bodies_of, resource_input, rewrite
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import ControlFlowGraph, FuncGraph
from nbtf.graph.function_calls import unique_function_name
from nbtf.graph.gradient_walk import UnconnectedGradients, gradients, is_trainable
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.while_calls import while_operation

_SHAPES = frozenset(["Rank", "Shape", "Size", "TensorListElementShape", "TensorListLength"])
"""Small results of what may be large: the first loop computes them, so that they are all it has to keep."""


def gradient_of_while(op: Operation, output_gradients: Sequence[Any]) -> list[Any]:
    """Gradients of the inputs of a loop; `op` gets further inputs and outputs where they need what it computes."""
    condition, body = bodies_of(op)
    chosen = [
        i
        for i, (y, dy) in enumerate(zip(body.outputs, output_gradients, strict=True))
        if dy is not None and is_trainable(y)
    ]
    if not chosen:
        return [None] * len(op.inputs)
    starts = [convert_to_tensor(output_gradients[i]) for i in chosen]
    count, limit = _iterations(op)
    counter = conversion.constant(0, count.dtype, name="grad_counter")
    arguments = [counter, limit, count, *starts]
    step = _BodyGradient(op, limit)
    step.build(chosen, arguments)
    if step.lists:
        _extend(op, step.lists)
    variables = [*arguments, *step.outside(op)]
    goes_on = _condition(f"{condition.name}_grad", variables)
    shapes = [output.shape for output in step.outputs]
    parallel_iterations = op.get_attr("parallel_iterations")
    made = while_operation(variables, goes_on, step, shapes, parallel_iterations, f"{op.name}_grad")
    results = [raw.Identity(output) for output in made.outputs]
    for result, output in zip(results, made.outputs, strict=True):
        result.handle_data = output.handle_data
    found: list[Any] = [None] * len(op.inputs)
    for i, result in zip(chosen, results[3:], strict=False):
        found[i] = result
    return found


def _iterations(op: Operation) -> tuple[Tensor, Tensor]:
    """How often the loop ran, and how often it may at most; a loop that does not count gets a counter."""
    _, body = bodies_of(op)
    if len(body.inputs) > 1 and _counts(op, body):
        return op.outputs[0], op.inputs[1]
    with op.graph.as_default(), op.graph.control_dependencies(None):
        start, limit = conversion.constant(0, name="iterations"), conversion.constant(-1, name="maximum_iterations")
    with body.as_default(), body.control_dependencies(None):
        body.outputs.append(body.capture(start) + 1)
    _extend(op, [start])
    return op.outputs[-1], limit


def _counts(op: Operation, body: FuncGraph) -> bool:
    """Whether the first two variables are a counter and the most iterations there may be, as tf.while_loop has them."""
    first, second, following = body.inputs[0], body.inputs[1], _source(body.outputs[0]).op
    return (
        _source(body.outputs[1]) is second
        and second.dtype == first.dtype
        and first.dtype.is_integer
        and following.type in ("Add", "AddV2")
        and following.inputs[0] is first
        and _is(following.inputs[1], 1)
        and _is(op.inputs[0], 0)
    )


def _source(tensor: Tensor) -> Tensor:
    """What Identities make the tensor from."""
    while tensor.op.type == "Identity":
        tensor = tensor.op.inputs[0]
    return tensor


def _is(tensor: Tensor, number: int) -> bool:
    value = constant_value(tensor)
    return value is not None and value.ndim == 0 and value == number


def _extend(op: Operation, variables: Sequence[Tensor]) -> None:
    """Gives the loop further variables, which its body takes and returns already."""
    condition, _ = bodies_of(op)
    first = len(op.outputs)
    for variable in variables:
        condition.capture(variable)
    rewrite(op)
    op._add_loop_variables(variables)
    attrs = op._node.attr
    for output, variable in zip(op.outputs[first:], variables, strict=True):
        output.set_shape(())
        output.handle_data = variable.handle_data
        if attrs["output_shapes"].list.shape:
            attrs["output_shapes"].list.shape.add().CopyFrom(output.shape.as_proto())
    if "_num_original_outputs" in attrs:
        attrs["_num_original_outputs"].i = len(op.outputs)


class _BodyGradient(ControlFlowGraph):
    """The body of the second loop, while it is built; tensors from inside of the first one's come in by `capture`."""

    is_loop_body = True

    def __init__(self, op: Operation, limit: Tensor) -> None:
        """limit: the most iterations that the loop may do."""
        outer = get_default_graph()
        self._op = op
        self._body = bodies_of(op)[1]
        self._limit = limit
        self.lists: list[Tensor] = []
        """What the first loop starts with in its further variables: empty lists."""
        self._values: dict[Tensor, Tensor] = {}
        self._left: dict[Tensor, Tensor] = {}
        """Argument here -> what the next iteration gets in its place."""
        self._shapes: dict[Any, Operation] = {}
        super().__init__(unique_function_name(outer, f"{self._body.name}_grad"), outer)

    def build(self, chosen: Sequence[int], arguments: Sequence[Tensor]) -> None:
        """chosen: the variables that have gradients. arguments: counter, limit, number of iterations, gradients."""
        counter, limit, count, *seeds = [self._argument(one) for one in arguments]
        ys, xs = [self._body.outputs[i] for i in chosen], [self._body.inputs[i] for i in chosen]

        def step() -> list[Any]:
            found = gradients(ys, xs, grad_ys=seeds, unconnected_gradients=UnconnectedGradients.ZERO)
            return [counter + 1, limit, count, *found]

        results = self.traced_in_order(step)
        for tensor, placeholder in self.captures.items():
            results.append(self._left[placeholder])
            results[-1].handle_data = results[-1].handle_data or tensor.handle_data
        self.outputs = results

    def _argument(self, tensor: Tensor) -> Tensor:
        return self.add_input(tensor, None)

    def outside(self, op: Operation) -> list[Tensor]:
        """What the captured tensors are where the second loop is called."""
        return [
            op.outputs[self._body.outputs.index(tensor)] if tensor.graph is self._body else tensor
            for tensor in self.captures
        ]

    def create_op(self, op_type: str, inputs: Sequence[Tensor], *args: Any, **kwargs: Any) -> Operation:
        inside = all(getattr(one, "graph", None) is self._body for one in inputs)
        if op_type in _SHAPES and inside and all(self._kept(one) is None for one in inputs):
            return self._shape_inside(op_type, inputs, *args, **kwargs)
        return super().create_op(op_type, inputs, *args, **kwargs)

    def _shape_inside(self, op_type: str, inputs: Sequence[Tensor], *args: Any, **kwargs: Any) -> Operation:
        """The operation in the first loop's body instead."""
        attrs: Mapping[str, Any] = kwargs.get("attrs") or {}
        key = (op_type, *inputs, *((name, str(attrs[name])) for name in sorted(attrs)))
        if key not in self._shapes:
            kwargs["name"] = (kwargs.get("name") or op_type).rstrip("/")
            self._shapes[key] = self._body.create_op(op_type, inputs, *args, **kwargs)
        return self._shapes[key]

    def capture(self, tensor: Tensor, name: str | None = None) -> Tensor:
        if getattr(tensor, "graph", self) is self:
            return tensor
        name = name or tensor.op.name
        if tensor.graph is not self._body:
            return self._unchanged(tensor, name)
        tensor = _source(tensor)
        if tensor not in self._values:
            self._values[tensor] = self._value(tensor, name)
        return self._values[tensor]

    def _unchanged(self, tensor: Tensor, name: str) -> Tensor:
        placeholder = super().capture(tensor, name)
        self._left[placeholder] = placeholder
        return placeholder

    def _value(self, tensor: Tensor, name: str) -> Tensor:
        body = self._body
        if tensor.op.type == "Const":
            return conversion.constant(constant_value(tensor), tensor.dtype)
        if tensor.dtype == dtypes.resource:
            return self._unchanged(self._op.inputs[resource_input(body, tensor)], name)
        if any(inside is tensor and after is tensor for inside, after in zip(body.inputs, body.outputs, strict=False)):
            return self._unchanged(tensor, name)
        items = super().capture(self._list_of(tensor), name)
        rest, value = raw.TensorListPopBack(items, -1, element_dtype=tensor.dtype.base_dtype)
        value.set_shape(tensor.shape)
        value.handle_data = tensor.handle_data
        self._left[items] = rest
        return value  # type: ignore[no-any-return]

    def _kept(self, tensor: Tensor) -> Tensor | None:
        """The list that the first loop keeps the tensor in already."""
        for user in tensor.consumers():
            if user.type == "TensorListPushBack" and user.inputs[1] is tensor and user.outputs[0] in self._body.outputs:
                return user.outputs[0]
        return None

    def _list_of(self, tensor: Tensor) -> Tensor:
        """The list, after one more push, of what a tensor of the first loop's body is in each iteration."""
        body, kept = self._body, self._kept(tensor)
        if kept is not None:
            return kept
        with body.outer_graph.as_default(), body.outer_graph.control_dependencies(None):
            empty: Tensor = raw.EmptyTensorList(
                _element_shape(tensor),
                self._limit,
                element_dtype=tensor.dtype.base_dtype,
                name=f"{tensor.name.replace(':', '_')}/accumulator",
            )
        self.lists.append(empty)
        with body.as_default(), body.control_dependencies(None):
            longer: Tensor = raw.TensorListPushBack(empty, tensor)
        body.outputs.append(longer)
        return longer


def _element_shape(tensor: Tensor) -> Any:
    """What TensorLists take for the shape of their elements: -1 for dims that are not known, or for all of them."""
    if tensor.dims is None:
        return -1
    return list(tensor.dims) or conversion.constant([], dtypes.int32)


def _condition(name: str, variables: Sequence[Tensor]) -> FuncGraph:
    """Whether the second loop has done fewer iterations than the first one."""
    outer = get_default_graph()
    graph = ControlFlowGraph(unique_function_name(outer, name), outer)
    counter, _, count, *_ = [graph.add_input(one, None) for one in variables]
    graph.outputs = graph.traced_in_order(lambda: [raw.Less(counter, count)])
    return graph
