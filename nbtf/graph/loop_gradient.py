"""Gradients of loops: a loop that runs backward, and stacks of what the forward one computed.

The forward loop gets a counter; the loop of gradients counts down from it. A forward tensor that a gradient needs is
pushed on a stack in every iteration and popped in reverse; a loop invariant enters the other loop as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from nbtf.dtypes import int32
from nbtf.graph import control_flow_nodes as nodes
from nbtf.graph import default_stacks
from nbtf.graph.constant_value import constant_value
from nbtf.graph.control_flow_context import CondContext, ControlFlowContext
from nbtf.graph.conversion import constant
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.while_context import WhileContext


def inside(context: ControlFlowContext | None) -> AbstractContextManager[None]:
    """In `context`; where there is none, wherever one is."""
    return nullcontext() if context is None else context


class LoopGradient:
    """The gradient of one forward loop."""

    def __init__(self, forward_context: WhileContext, outer: LoopGradient | None) -> None:
        """outer: the gradient of the loop around `forward_context`, if that is part of it."""
        self.forward_context = forward_context
        self.outer = outer
        self.forward_loop_exits = list(forward_context.loop_exits)
        self.pending_exits_count = len(self.forward_loop_exits)
        self.deferred_exits: list[Tensor] = []
        self.unused_exits: list[Tensor] = []
        self.history_map: dict[str, Tensor] = {}
        """Name of a forward tensor -> what the loop of gradients knows it as."""
        self.switch_map: dict[Operation, Tensor] = {}
        """Switch of a forward loop variable -> Merge of the loop of gradients."""
        self._grad_sync: Operation | None = None
        self._forward_sync: Operation | None = None
        around = forward_context.outer_context if outer is None else outer.forward_context
        with forward_context._graph.as_default(), inside(around):
            count, self.forward_index = forward_context.AddForwardLoopCounter(outer)
        if outer is None:
            with inside(around):
                self._add_grad_context(lambda: count)
        else:
            around_count = outer.forward_context
            around_count.AddName(count.name)
            history = outer.add_forward_accumulator(count)
            with outer.grad_context:
                self._add_grad_context(lambda: outer.add_backprop_accumulated_value(history, count))

    def _add_grad_context(self, count: Callable[[], Tensor]) -> None:
        forward = self.forward_context
        self.grad_context = WhileContext(
            forward.maximum_iterations,
            forward.parallel_iterations,
            forward.back_prop,
            forward.swap_memory,
            forward.name,
            grad_state=self,
        )
        self.grad_index = self.grad_context.AddBackpropLoopCounter(count(), self.outer)

    # ---- order ----

    @property
    def grad_sync(self) -> Operation:
        """Waits for all pops of an iteration before the next one."""
        if self._grad_sync is None:
            self._grad_sync = _trigger("b_sync", self.grad_context, self.grad_index)
            if self.grad_context.outer_context is not None:
                self.grad_context.outer_context.AddInnerOp(self._grad_sync)
        return self._grad_sync

    @property
    def forward_sync(self) -> Operation:
        """Waits for all pushes of an iteration that are in a branch, before the next one."""
        if self._forward_sync is None:
            self._forward_sync = _trigger("f_sync", self.forward_context, self.forward_index)
        return self._forward_sync

    # ---- history ----

    def add_forward_accumulator(self, value: Tensor, dead_branch: bool = False) -> Tensor:
        """Adds a stack on which the forward loop pushes `value`; gives its handle.

        dead_branch: `value` is computed before a branch for when that branch is not taken.
        """
        graph = self.forward_index.graph
        with graph.as_default():
            current = graph._get_control_flow_context()
            with graph.control_dependencies(None):
                with inside(current), graph.colocate_with(value):
                    size = constant(-1, int32)
                    stack = raw.StackV2(size, elem_type=value.dtype.base_dtype, name="f_acc")
                push = self._push(self.forward_context.AddValue(stack), value, dead_branch)
                push.op._add_control_input(self.forward_index.op.inputs[0].op)  # after the counter
        return stack  # type: ignore[no-any-return]

    def _push(self, handle: Tensor, value: Tensor, dead_branch: bool) -> Tensor:
        swap = self.forward_context.swap_memory
        context = nodes.output_context(value.op)
        if context is self.forward_context:
            with self.forward_context:
                push: Tensor = raw.StackPushV2(handle, value, swap_memory=swap)
            self.forward_index.op._add_control_input(push.op)
            return push
        if not isinstance(context, CondContext):
            raise TypeError(f"value_ctxt is not a CondContext: {context}")
        with inside(context.outer_context if dead_branch else context):
            push = raw.StackPushV2(handle, value, swap_memory=swap)
        if dead_branch:
            push.op._set_control_flow_context(context)
        self.forward_sync._add_control_input(push.op)
        return push

    def add_backprop_accumulated_value(self, history: Tensor, value: Tensor, dead_branch: bool = False) -> Tensor:
        """What the forward loop pushed for `value`, in the loop of gradients."""
        branch = self._branch_between(value, history.op._get_control_flow_context())
        graph = default_stacks.get_default_graph()
        with graph.control_dependencies(None), self.grad_context:
            if branch is not None:
                side = 1 - branch.branch if dead_branch else branch.branch
                history = nodes.colocated_switch(history, self._known_pred(branch))[side]
            pop: Tensor = raw.StackPopV2(history, elem_type=value.dtype.base_dtype)
            pop.set_shape(value.shape)
        if self.grad_context.parallel_iterations > 1:
            self.grad_sync._add_control_input(pop.op)
        return pop

    @staticmethod
    def _branch_between(value: Tensor, outer: ControlFlowContext | None) -> CondContext | None:
        """The innermost branch that `value` is in, below `outer`."""
        context = value.op._get_control_flow_context()
        while context is not None and context is not outer:
            if isinstance(context, CondContext):
                return context
            context = context.outer_context
        return None

    def _known_pred(self, branch: CondContext) -> Tensor:
        state: LoopGradient | None = self
        while state is not None:
            if branch.pred.name in state.history_map:
                return state.history_map[branch.pred.name]
            state = state.outer
        return branch.pred

    def real_value(self, value: Tensor) -> Tensor:
        """What the loop of gradients, whose context is the current one, knows the forward tensor `value` as."""
        found = self.history_map.get(value.name)
        if found is None:
            found = self.history_map[value.name] = self._real_value(value)
        return found

    def _real_value(self, value: Tensor) -> Tensor:
        state: LoopGradient = self
        while True:
            entered = nodes.loop_constant_enter(value)
            if entered is not None:
                value = entered.inputs[0]
                if state.outer is None:
                    return self.grad_context.AddValue(value)
                state = state.outer
                continue
            if value.op.type == "Const":
                return constant(constant_value(value), dtype=value.dtype)
            self.grad_context.Exit()
            history = state.add_forward_accumulator(value)
            self.grad_context.Enter()
            found = state.add_backprop_accumulated_value(history, value)
            return found if state is self else self.grad_context.AddValue(found)

    def real_pred(self, pred: Tensor) -> Tensor:
        """The predicate of a forward cond in the loop of gradients, whose context is the current one."""
        found = self.history_map.get(pred.name)
        if found is None:
            self.grad_context.Exit()
            history = self.add_forward_accumulator(pred)
            self.grad_context.Enter()
            found = self.history_map[pred.name] = self.add_backprop_accumulated_value(history, pred)
        return found


def _trigger(name: str, context: WhileContext, index: Tensor) -> Operation:
    with default_stacks.get_default_graph().control_dependencies(None):
        trigger: Operation = raw.ControlTrigger(name=name)
    trigger._set_control_flow_context(context)
    index.op._add_control_input(trigger)
    return trigger
