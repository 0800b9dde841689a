"""while_loop as a While: condition and body become functions of the graph's library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import nest
from nbtf.composite_tensor import CompositeTensor
from nbtf.control_flow.flows import FlowCarrier, flow_of, with_flow
from nbtf.dtypes import int32
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.func_graph import ControlFlowGraph
from nbtf.graph.function_calls import unique_function_name
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
from nbtf.graph.while_calls import BodyGraph, ConditionGraph, while_operation
from nbtf.tensor_shape import TensorShape, as_shape
from nbtf.variables.scope_stack import resource_variables_inside


def functional_while(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any,
    parallel_iterations: int,
    back_prop: bool,
    name: str | None,
    maximum_iterations: Any,
    return_same_structure: bool,
) -> Any:
    """See `while_loop`."""
    loop = _Loop(cond, body, loop_vars, shape_invariants, maximum_iterations is not None)
    graph = get_default_graph()
    with graph.name_scope(name or "while") as scope, resource_variables_inside():
        outputs = loop.build(scope, maximum_iterations, parallel_iterations)
    if not back_prop:
        outputs = [raw.StopGradient(output) for output in outputs]
    result = loop.packed(outputs)
    if return_same_structure:
        return result
    flat = nest.flatten(result, expand_composites=True)
    return flat[0] if len(flat) == 1 else result


class _Loop:
    """A loop while it is built. Before the program's variables it has a counter and the most iterations there may be."""

    def __init__(
        self, cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, invariants: Any, limited: bool
    ) -> None:
        self._cond, self._body, self._limited = cond, body, limited
        self._given = loop_vars
        self._structure = list(nest.map_structure(_converted, loop_vars)) if loop_vars else []
        self._carriers = nest.flatten(self._structure, expand_composites=True)
        """What each variable is or travels for."""
        self._variables = [flow_of(one) for one in self._carriers]
        self._shapes = _invariants(self._structure, self._carriers, invariants)

    def build(self, scope: str, maximum_iterations: Any, parallel_iterations: int) -> list[Tensor]:
        """The results, one a variable."""
        graph = get_default_graph()
        with graph.name_scope(None):
            names = [unique_function_name(graph, f"{scope}{part}") for part in ("cond", "body")]
        limit = convert_to_tensor(-1 if maximum_iterations is None else maximum_iterations, int32, "maximum_iterations")
        if limit.shape.ndims not in (0, None):
            raise ValueError(f"'maximum_iterations' must be a scalar. Received shape: {limit.shape}")
        counter = constant(0, int32, name="loop_counter")
        variables = [counter, limit, *self._variables]
        condition = self._condition(ConditionGraph(names[0], graph), counter, limit)
        step = self._step(BodyGraph(names[1], graph), counter, limit, condition)
        for tensor in step.external_captures[len(condition.captures) :]:
            condition.ignore(tensor)
        variables += step.external_captures
        shapes = [one.shape for one in step.outputs]
        shapes[2 : 2 + len(self._shapes)] = self._shapes
        self._check(variables, step.outputs, shapes)
        op = while_operation(variables, condition, step, shapes, parallel_iterations, scope)
        outputs: Sequence[Tensor] = op.outputs
        if not graph.building_function:
            outputs = [raw.Identity(output) for output in outputs]
        for output, inside in zip(outputs, step.outputs, strict=True):
            output.handle_data = inside.handle_data
        return list(outputs[2 : 2 + len(self._variables)])

    def _arguments(self, function: ControlFlowGraph, counter: Tensor, limit: Tensor) -> tuple[Tensor, Tensor, Any]:
        """The counter, the limit and the program's variables, in its structure, inside of a function."""
        with function.as_default():
            first, second = (function.add_input(one, one.op.name) for one in (counter, limit))
            flat = []
            for variable, shape in zip(self._variables, self._shapes, strict=True):
                flat.append(function.add_input(TensorSpec(shape, variable.dtype.base_dtype), None))
                flat[-1].handle_data = variable.handle_data
            packed = [with_flow(carrier, one) for carrier, one in zip(self._carriers, flat, strict=True)]
        return first, second, nest.pack_sequence_as(self._structure, packed, expand_composites=True)

    def _condition(self, function: ConditionGraph, counter: Tensor, limit: Tensor) -> ConditionGraph:
        counter, limit, arguments = self._arguments(function, counter, limit)

        def goes_on() -> Any:
            wanted = self._cond(*arguments)
            if wanted is None:
                raise AssertionError("cond_graph has 0 outputs; Expected: 1")
            if not isinstance(wanted, Tensor):
                wanted = convert_to_tensor(wanted)
            if wanted.shape.ndims != 0:
                wanted = raw.Squeeze(wanted)
            return raw.LogicalAnd(counter < limit, wanted) if self._limited else wanted

        function.trace(goes_on)
        return function

    def _step(
        self, function: ControlFlowGraph, counter: Tensor, limit: Tensor, condition: ConditionGraph
    ) -> ControlFlowGraph:
        counter, limit, arguments = self._arguments(function, counter, limit)

        def step() -> Any:
            for tensor in condition.external_captures:
                function.capture(tensor)
            returned = self._body(*arguments)
            if not nest.is_nested(returned):
                returned = [returned]
            nest.assert_same_structure(returned, self._given, check_types=False, expand_composites=True)
            self._returned = nest.flatten(returned, expand_composites=True)
            flows = [convert_to_tensor(flow_of(one)) for one in self._returned]
            return [counter + 1, limit, *flows]

        function.trace(step)
        function.outputs += function.captures.values()
        return function

    def _check(self, variables: Sequence[Tensor], results: Sequence[Tensor], shapes: Sequence[TensorShape]) -> None:
        for variable, result, shape in zip(variables, results, shapes, strict=True):
            if variable.dtype.base_dtype != result.dtype.base_dtype:
                raise TypeError(
                    f"Loop var {variable.name} enters the loop with type {variable.dtype} but has type "
                    f"{result.dtype} after 1 iteration. {variable.name} type should remain constant."
                )
            if not _keeps(shape, result.shape):
                raise ValueError(
                    f"Input tensor `{variable.name}` enters the loop with shape {variable.shape}, but has shape "
                    f"{result.shape} after one iteration. To allow the shape to vary across iterations, use the "
                    "`shape_invariants` argument of tf.while_loop to specify a less-specific shape."
                )

    def packed(self, outputs: Sequence[Tensor]) -> Any:
        """Results in the structure of the variables; TensorArrays know what the body learned of them."""
        flat = [with_flow(carrier, one) for carrier, one in zip(self._returned, outputs, strict=True)]
        return nest.pack_sequence_as(self._given, flat, expand_composites=True)


def _converted(value: Any) -> Any:
    return value if isinstance(value, (FlowCarrier, CompositeTensor)) else convert_to_tensor(value)


def _invariants(structure: Any, carriers: Sequence[Any], shape_invariants: Any) -> list[TensorShape]:
    """The static shape of each variable in every iteration."""
    if shape_invariants is None:
        return [flow_of(one).shape for one in carriers]
    nest.assert_same_structure(structure, list(shape_invariants), check_types=False)
    shapes: list[TensorShape] = []
    for value, shape in zip(nest.flatten(structure), nest.flatten(shape_invariants), strict=True):
        if isinstance(value, CompositeTensor):
            parts = [part.shape for part in value._components()] if shape is None else None
            shapes.extend(parts or map(as_shape, value._invariant_dims(as_shape(shape))))
        elif isinstance(value, FlowCarrier):
            shapes.append(TensorShape([]))
        else:
            shapes.append(value.shape if shape is None else as_shape(shape))
    return shapes


def _keeps(invariant: TensorShape, shape: TensorShape) -> bool:
    """Whether a shape after an iteration is as the invariant says."""
    if invariant.dims is None:
        return True
    if shape.dims is None or shape.ndims != invariant.ndims:
        return False
    return all(a is None or a == b for a, b in zip(invariant.as_list(), shape.as_list(), strict=True))
