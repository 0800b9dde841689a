"""while_loop: a loop whose body is built once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf import nest
from nbtf.composite_tensor import CompositeTensor
from nbtf.control_flow.flows import FlowCarrier, flow_of, with_flow
from nbtf.control_flow.functional_looping import functional_while
from nbtf.graph import control_flow_nodes as nodes
from nbtf.graph import gating, scopes
from nbtf.graph.collections import GraphKeys
from nbtf.graph.control_flow_version import builds_functions
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import StaticDims, Tensor, dims_of_shape
from nbtf.graph.while_context import WhileContext
from nbtf.tensor_shape import TensorShape, as_shape


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
    maximum_iterations: Any = None,
    return_same_structure: bool = False,
) -> Any:
    """The loop variables after `body` ran as often as `cond` said true.

    cond(*loop_vars) gives a bool scalar, body(*loop_vars) the variables' next values, in the structure of `loop_vars`: a
    list or tuple of tensors, TensorArrays, IndexedSlices, or structures of them. Both are called once, now.
    shape_invariants: the static shape of each variable in all iterations, where it is less precise than at first.
    maximum_iterations: an int scalar; the loop ends after so many. back_prop: gradients may be asked for.
    return_same_structure: a single variable is returned in its list.
    Raises TypeError and ValueError for functions that cannot be called, results of another structure, dtype or shape.
    """
    if not callable(cond):
        raise TypeError("'cond' must be callable.")
    if not callable(body):
        raise TypeError("'body' must be callable.")
    if parallel_iterations < 1:
        raise TypeError("'parallel_iterations' must be a positive integer.")
    loop_vars = read_variables(loop_vars)
    if builds_functions(get_default_graph()):
        return functional_while(
            cond,
            body,
            loop_vars,
            shape_invariants,
            parallel_iterations,
            back_prop,
            name,
            maximum_iterations,
            return_same_structure,
        )
    with scopes.name_scope(name, "while", nest.flatten(loop_vars, expand_composites=True)):
        if not loop_vars:
            raise ValueError("'loop_vars' must be provided.")
        limit = None
        if maximum_iterations is not None:
            limit = _limit(maximum_iterations)
            single = len(loop_vars) == 1 and not return_same_structure
            cond, body, loop_vars = _limited(limit, cond, body, loop_vars, single)
            if shape_invariants is not None:
                shape_invariants = (TensorShape([]), shape_invariants[0] if single else shape_invariants)
        context = WhileContext(limit, parallel_iterations, back_prop, swap_memory)
        if context.outer_context is None:
            get_default_graph().add_to_collection(GraphKeys.WHILE_CONTEXT, context)
        result = _Loop(context, loop_vars, shape_invariants).build(cond, body)
        if limit is not None:
            return result[1]
        return result[0] if len(result) == 1 and not return_same_structure else result


def read_variables(structure: Any) -> Any:
    """The structure with the values of resource variables instead of these."""

    def read(leaf: Any) -> Any:
        is_variable = not isinstance(leaf, FlowCarrier) and isinstance(getattr(leaf, "handle", None), Tensor)
        return convert_to_tensor(leaf) if is_variable else leaf

    return nest.map_structure(read, structure)


def _limit(maximum_iterations: Any) -> Tensor:
    limit = convert_to_tensor(maximum_iterations, name="maximum_iterations")
    if limit.shape.ndims != 0:
        raise ValueError(f"'maximum_iterations' must be a scalar. Received shape: {limit.shape}")
    return limit


def _limited(limit: Tensor, cond: Any, body: Any, loop_vars: Any, single: bool) -> tuple[Any, Any, Any]:
    """The same loop with a counter of iterations before its variables."""
    counter = constant(0, limit.dtype, name="iteration_counter")

    def arguments(variables: Any) -> Sequence[Any]:
        return [variables] if single else variables

    def limited_cond(i: Tensor, variables: Any) -> Tensor:
        less = raw.Less(i, limit)
        both: Tensor = raw.LogicalAnd(less, cond(*arguments(variables)))
        return both

    def limited_body(i: Tensor, variables: Any) -> tuple[Any, Any]:
        return i + 1, body(*arguments(variables))

    return limited_cond, limited_body, (counter, loop_vars[0] if single else loop_vars)


class _Loop:
    """A loop while it is built."""

    def __init__(self, context: WhileContext, loop_vars: Any, shape_invariants: Any) -> None:
        self._context = context
        self._originals = nest.flatten(loop_vars, expand_composites=True)
        self._structure = nest.map_structure(_converted, loop_vars)
        self._variables = [flow_of(one) for one in nest.flatten(self._structure, expand_composites=True)]
        self._dims = _invariant_dims(self._structure, shape_invariants)

    def build(self, cond: Callable[..., Any], body: Callable[..., Any]) -> Any:
        """The loop's results, in the structure that the body returns."""
        with self._context:
            self._enter()
            merged = self._merged
            on_true, leaving = self._switch(cond)
            body_result = self._body_result(body, on_true)
            results = [convert_to_tensor(flow_of(one)) for one in nest.flatten(body_result, expand_composites=True)]
            if len(merged) != len(results):
                raise ValueError(
                    "Number of inputs and outputs of 'body' must match 'loop_vars'. "
                    f"Got {len(merged)} for the number of inputs/loop_vars and {len(results)} for the number of outputs."
                )
            following = [nodes.close_cycle(one, result) for one, result in zip(merged, results, strict=True)]
            exits = [nodes.exit_loop(one) for one in leaving]
            self._context._loop_exits = exits
            for one, next_one in zip(merged, following, strict=True):
                nodes.check_shape_invariant(one, next_one)
            self._context.ExitResult(exits)
        carriers = nest.flatten(body_result, expand_composites=True)
        packed = [with_flow(carrier, one) for carrier, one in zip(carriers, exits, strict=True)]
        return nest.pack_sequence_as(body_result, packed, expand_composites=True)

    def _enter(self) -> None:
        context = self._context
        context._values = {one.name for one in self._variables}
        outer = context.outer_context
        starts = self._variables if outer is None else [outer.AddValue(one) for one in self._variables]
        enters = []
        with scopes.control_dependencies(None):
            for start, dims in zip(starts, self._dims, strict=True):
                entered = nodes.enter(start, context.name, False, context.parallel_iterations, keep_shape=False)
                if nodes.dims_fit(start.dims, dims):
                    entered._dims = dims
                entered.graph.prevent_feeding(entered)
                if outer is not None:
                    outer.AddInnerOp(entered.op)
                enters.append(entered)
        self._wait_for_pivot(enters)
        context._adopt_enters(enters)
        context._values = {one.name for one in enters}
        context._loop_enters = enters
        self._merged = [nodes.merge([one, one]) for one in enters]
        context._pivot_for_pred = self._merged[0]

    def _wait_for_pivot(self, enters: Sequence[Tensor]) -> None:
        """A loop in a loop that starts with an invariant must still start in every iteration of the outer one."""
        outer, pivot = self._context.outer_context, None
        while outer is not None and pivot is None:
            pivot = outer.GetControlPivot()
            outer = outer.outer_context
        if pivot is None:
            return
        for entered in enters:
            if nodes.is_loop_constant_enter(entered.op.inputs[0].op):
                entered.op._add_control_input(pivot.op)

    def _packed(self, tensors: Sequence[Tensor]) -> Any:
        """The arguments of cond and body."""
        flat = [with_flow(original, one) for original, one in zip(self._originals, tensors, strict=True)]
        return nest.pack_sequence_as(self._structure, flat, expand_composites=True)

    def _switch(self, cond: Callable[..., Any]) -> tuple[list[Tensor], list[Tensor]]:
        """The variables as the body gets them, and as they leave the loop."""
        going_on = convert_to_tensor(cond(*self._packed(self._merged)))
        pivot: Tensor = raw.LoopCond(going_on, name="LoopCond")
        self._context._pivot = pivot
        switched = [nodes.colocated_switch(one, pivot) for one in self._merged]
        staying = [nodes.identity(one) for _, one in switched]
        self._context._pivot_for_body = staying[0]
        return staying, [leaving for leaving, _ in switched]

    def _body_result(self, body: Callable[..., Any], staying: Sequence[Tensor]) -> Any:
        arguments = self._packed(staying)
        summaries = get_default_graph().get_collection_ref(GraphKeys._SUMMARY_COLLECTION)
        before = list(summaries)
        result = body(*arguments)
        if not nest.is_nested(result):
            result = [result]
        added = summaries[len(before) :]
        if added:
            summaries[:] = before
            with scopes.control_dependencies(added):
                result = nest.map_structure(
                    lambda one: one if isinstance(one, FlowCarrier) else gating.identity(one),
                    result,
                    expand_composites=True,
                )
        result = read_variables(result)
        nest.assert_same_structure(list(arguments), list(result), expand_composites=True)
        return result


def _converted(value: Any) -> Any:
    return value if isinstance(value, (FlowCarrier, CompositeTensor)) else convert_to_tensor(value)


def _invariant_dims(loop_vars: Any, shape_invariants: Any) -> list[StaticDims]:
    """The static shape that each variable has in every iteration."""
    variables = nest.flatten(loop_vars)
    if shape_invariants is None:
        shapes: list[Any] = [None] * len(variables)
    else:
        nest.assert_same_structure(loop_vars, shape_invariants)
        shapes = nest.flatten(shape_invariants)
    dims: list[StaticDims] = []
    for value, shape in zip(variables, shapes, strict=True):
        if isinstance(value, CompositeTensor):
            own = [part.dims for part in value._components()]
            dims.extend(own if shape is None else value._invariant_dims(as_shape(shape)))
        elif isinstance(value, FlowCarrier):
            dims.append(())
        else:
            dims.append(value.dims if shape is None else _fitting(value, shape))
    return dims


def _fitting(tensor: Tensor, shape: Any) -> StaticDims:
    wanted = dims_of_shape(shape)
    if not nodes.dims_fit(tensor.dims, wanted):
        raise ValueError(
            f"The shape invariant specified for {tensor.name} is not compatible with the initial shape of the loop "
            f"variable. It enters the loop with shape {tensor.shape}, but the specified shape invariant is {shape}."
        )
    return wanted
