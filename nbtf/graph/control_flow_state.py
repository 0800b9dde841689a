"""The state of a gradient walk over loops and branches: which loops it crosses, and zeros where nothing comes back.

What the walk asks for is in gradient_control_flow.py; what happens to one loop in loop_gradient.py.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence, Set
from typing import Any

from nbtf import dtypes
from nbtf.graph import control_flow_nodes as nodes
from nbtf.graph import default_stacks, gradient_terms
from nbtf.graph.control_flow_context import CondContext, ControlFlowContext
from nbtf.graph.conversion import constant
from nbtf.graph.gradient_control_flow import zeros_dtype, zeros_like_outside_loops
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.loop_gradient import LoopGradient, inside
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.while_context import WhileContext


class LoopsState:
    """The loops that a gradient walk crosses: nbtf.graph.gradient_control_flow.ControlFlowState."""

    def __init__(self) -> None:
        self._loops: dict[WhileContext, LoopGradient] = {}

    def add_loop(self, op: Operation, between: MutableMapping[Operation, None]) -> None:
        """The loop that ends with the Exit `op`; all its exits come to be between."""
        forward = nodes.while_context_of(op)
        if forward is None:
            raise ValueError(
                f"Cannot compute gradients through '{op.name}' (op type: {op.type}): nothing is known of the while loop "
                "that it ends. A graph that is imported without its meta graph, and the body of a function, have no "
                "contexts of control flow."
            )
        if forward in self._loops:
            return
        around = _loop_around(forward)
        loop = LoopGradient(forward, None if around is None else self._loops.get(around))
        self._loops[forward] = loop
        for leaving in loop.forward_loop_exits:
            between.setdefault(leaving.op, None)

    # ---- where the walk is ----

    def get_grad_state(self, op: Operation, before: bool) -> LoopGradient | None:
        forward = op._get_control_flow_context()
        if before and nodes.is_loop_exit(op):
            forward = forward.outer_context
        return None if forward is None else self._loops.get(forward.GetWhileContext())

    def enter_grad_while_context(self, op: Operation, before: bool) -> None:
        loop = self.get_grad_state(op, before)
        if loop is not None:
            loop.grad_context.Enter()

    def exit_grad_while_context(self, op: Operation, before: bool) -> None:
        loop = self.get_grad_state(op, before)
        if loop is not None:
            loop.grad_context.Exit()

    def process_unused_loop_exits(
        self, pending_count: MutableMapping[Operation, int], ends: Set[Operation]
    ) -> list[Tensor]:
        unused: list[Tensor] = []
        for loop in self._loops.values():
            for leaving in loop.forward_loop_exits:
                if pending_count.get(leaving.op, 0):
                    continue
                loop.pending_exits_count -= 1
                if leaving.op not in ends:
                    loop.unused_exits.append(leaving)
                if loop.pending_exits_count == 0:
                    unused.extend(loop.unused_exits)
            for entered in loop.forward_context.loop_enters:  # also what only gradients of higher order need
                if not pending_count.get(entered.op, 0):
                    pending_count[entered.op] = 1
        return unused

    # ---- zeros ----

    def zeros_like_for_exit(self, tensor: Tensor) -> Tensor:
        forward = tensor.op._get_control_flow_context()
        around = _loop_around(forward)
        loop = None if around is None else self._loops.get(around)
        known = gradient_terms.fully_known(tensor.dims)
        if loop is None:
            if known:
                return gradient_terms.zeros(tensor.dims, tensor.dtype)
            return gradient_terms.zeros_like(tensor, optimize=False)
        if known:
            with loop.grad_context:
                return gradient_terms.zeros(tensor.dims, tensor.dtype)
        with inside(forward.outer_context):
            dims = gradient_terms.shape(tensor, optimize=False)
        history = loop.add_forward_accumulator(dims)
        with loop.grad_context:
            return gradient_terms.zeros(loop.add_backprop_accumulated_value(history, dims), tensor.dtype)

    def zeros_like(self, op: Operation, index: int) -> Any:
        if nodes.is_loop_switch(op):
            return None
        loop = self._loops.get(nodes.while_context_of(op))
        if loop is None:
            return zeros_like_outside_loops(op, index)
        value = op.outputs[index]
        branch = op._get_control_flow_context() if nodes.is_switch(op) else None
        if gradient_terms.fully_known(value.dims):
            if value.dtype == dtypes.resource:
                zeros = gradient_terms.zeros(raw.VariableShape(value), zeros_dtype(value))
            else:
                zeros = constant(0, value.dtype, value.shape)
            if branch is None:
                return zeros
            return nodes.colocated_switch(zeros, loop.history_map[branch.pred.name])[1 - branch.branch]
        dims = self._dims_in_forward(op, value, branch)
        loop.grad_context.Exit()
        history = loop.add_forward_accumulator(dims, dead_branch=branch is not None)
        loop.grad_context.Enter()
        popped = loop.add_backprop_accumulated_value(history, dims, dead_branch=branch is not None)
        return gradient_terms.zeros(popped, value.dtype)

    @staticmethod
    def _dims_in_forward(op: Operation, value: Tensor, branch: CondContext | None) -> Tensor:
        """The shape of `value`, computed in the forward loop; of a Switch, where its branch is not taken."""
        context: ControlFlowContext = op._get_control_flow_context()
        if branch is None:
            with context:
                return gradient_terms.shape(value, optimize=False)
        with inside(branch.outer_context):
            untaken = nodes.colocated_switch(op.inputs[0], branch.pred)[1 - branch.branch]
            dims = gradient_terms.shape(untaken, optimize=False)
        untaken.op._set_control_flow_context(branch)
        dims.op._set_control_flow_context(branch)
        return dims

    # ---- the end ----

    def post_processing(self) -> None:
        """Where a loop variable does not depend on what it was, gradients of earlier iterations are zeros."""
        for loop in self._loops.values():
            for merged in loop.switch_map.values():
                if merged.op.inputs[0] is merged.op.inputs[1]:
                    merged.op._update_input(1, _zeros_for_following(loop.grad_context, merged.op.inputs[0]))


def _zeros_for_following(context: WhileContext, entered: Tensor) -> Tensor:
    if gradient_terms.fully_known(entered.dims):
        with context:
            return nodes.next_iteration(constant(0, entered.dtype, entered.shape))
    with inside(context.outer_context):
        dims = gradient_terms.shape(entered.op.inputs[0], optimize=False)
        zeros = gradient_terms.zeros(dims, dtypes.float32)
    with context:
        return nodes.next_iteration(zeros)


def _loop_around(forward: ControlFlowContext) -> WhileContext | None:
    return None if forward.outer_context is None else forward.outer_context.GetWhileContext()


def loops_state(between: MutableMapping[Operation, None], colocate_gradients_with_ops: bool) -> LoopsState | None:
    """The state for a walk over the operations `between`, to which loops' exits are added; None where there is no loop."""
    state: LoopsState | None = None
    pending = list(between)
    at = 0
    while at < len(pending):
        op = pending[at]
        at += 1
        if not nodes.is_loop_exit(op):
            continue
        state = state or LoopsState()
        known = len(between)
        if colocate_gradients_with_ops:
            with default_stacks.get_default_graph().colocate_with(op):
                state.add_loop(op, between)
        else:
            state.add_loop(op, between)
        pending.extend(list(between)[known:])
    return state


# ---- loop invariants -------------------------------------------------------------------------------------------------


def accumulated(context: WhileContext, op: Operation, gradient: Any) -> Any:
    """The gradient of the invariant that enters by `op`: `gradient` summed over the iterations of `context`.

    `context`, a loop of gradients, is the current one.
    """
    if isinstance(gradient, Tensor):
        return _accumulated_tensor(context, op, gradient)
    if isinstance(gradient, IndexedSlices):
        return _accumulated_slices(context, op, gradient)
    raise TypeError(f"'grad' must be an IndexedSlices. Received: {gradient}")


def _accumulated_tensor(context: WhileContext, op: Operation, gradient: Tensor) -> Tensor:
    context.Exit()
    around = context.outer_context
    if gradient_terms.fully_known(gradient.dims):
        with inside(around):
            start = constant(0, gradient.dtype, gradient.shape, name="b_acc")
    elif isinstance(around, WhileContext) and around.grad_state is not None:
        start = _zeros_in_outer_loop(context, around, op.inputs[0], gradient)
    else:
        with inside(around):
            start = gradient_terms.zeros(gradient_terms.shape(op.inputs[0], optimize=False), gradient.dtype)
    context.Enter()
    return context.accumulate(start, gradient)


def _zeros_in_outer_loop(context: WhileContext, around: WhileContext, value: Tensor, gradient: Tensor) -> Tensor:
    with inside(context.grad_state.forward_context.outer_context):
        dims = gradient_terms.shape(value, optimize=False)
    outer: LoopGradient = context.grad_state.outer
    history = outer.add_forward_accumulator(dims)
    with around:
        return gradient_terms.zeros(outer.add_backprop_accumulated_value(history, dims), gradient.dtype)


def _accumulated_slices(context: WhileContext, op: Operation, gradient: IndexedSlices) -> IndexedSlices:
    context.Exit()
    with inside(context.outer_context):
        starts = _empty_slices(context, op.inputs[0], gradient)
    context.Enter()
    for start in starts:
        context.AddName(start.name)
    entered = [
        nodes.enter(start, context.name, False, context.parallel_iterations, keep_shape=False, name="b_acc")
        for start in starts
    ]
    entered[0].set_shape([None])
    if starts[1].dims is not None:
        entered[1].set_shape([None, *starts[1].shape.as_list()[1:]])
    context.loop_enters.extend(entered)
    merged = [nodes.merge([one, one], name="b_acc") for one in entered]
    switched = [nodes.switch(one, context.pivot) for one in merged]
    grown = [
        gradient_terms.concat([switched[0][1], gradient.indices], 0),
        gradient_terms.concat([switched[1][1], gradient.values], 0),
    ]
    if gradient.dense_shape is not None:
        grown.append(raw.Maximum(gradient.dense_shape, switched[2][1]))
    following = [nodes.next_iteration(one) for one in grown]
    for one, next_one in zip(merged, following, strict=True):
        one.op._update_input(1, next_one)
    results = [nodes.exit_loop(leaving, name="b_acc") for leaving, _ in switched]
    context.loop_exits.extend(results)
    context.ExitResult(results)
    return IndexedSlices(results[1], results[0], results[2] if len(results) == 3 else None)


def _empty_slices(context: WhileContext, value: Tensor, gradient: IndexedSlices) -> Sequence[Tensor]:
    """Indices, values and dense shape to start with: one row of zeros."""
    values, dense_shape = gradient.values, gradient.dense_shape
    if gradient_terms.fully_known(values.dims):
        with inside(context.outer_context):
            start = constant(0, values.dtype, [1, *values.dims[1:]], name="b_acc")
    else:
        row = gradient_terms.shape(value)[1:]
        start = gradient_terms.zeros(gradient_terms.concat([[1], row], 0), values.dtype)
    starts = [constant([0], gradient.indices.dtype), start]
    if dense_shape is not None:
        if gradient_terms.fully_known(dense_shape.dims):
            with inside(context.outer_context):
                starts.append(constant(0, dense_shape.dtype, dense_shape.shape))
        else:
            dims = gradient_terms.shape(value, dense_shape.dtype, optimize=False)
            starts.append(gradient_terms.zeros_like(dims, optimize=False))
    return starts


def add_names(context: WhileContext, gradient: Any) -> Iterable[Tensor]:
    """The tensors of a gradient, which `context` comes to know."""
    if isinstance(gradient, Tensor):
        tensors = [gradient]
    elif isinstance(gradient, IndexedSlices):
        tensors = list(gradient._components())
    else:
        raise TypeError(
            f"Type {type(gradient)} not supported, must be either 'indexed_slices.IndexedSlices' or 'Tensor'."
        )
    for tensor in tensors:
        context.AddName(tensor.name)
    return tensors
