"""WhileContext: a loop, forward or of gradients. See control_flow_context.py for what a context does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nbtf.graph import control_flow_nodes as nodes
from nbtf.graph import default_stacks
from nbtf.graph.control_flow_context import ControlFlowContext, scoped, unscoped
from nbtf.graph.conversion import constant
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema

_SHAPE_OPS = frozenset(["Shape", "Size", "Rank"])


class WhileContext(ControlFlowContext):
    """A while loop."""

    def __init__(
        self,
        maximum_iterations: Tensor | None = None,
        parallel_iterations: int = 10,
        back_prop: bool = True,
        swap_memory: bool = False,
        name: str = "while_context",
        grad_state: Any = None,
        context_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        """maximum_iterations, parallel_iterations, back_prop, swap_memory: as tf.while_loop has them.

        grad_state: of a loop that computes gradients, what it does. context_def: a WhileContextDef message to read all
        that from instead. Raises ValueError for parallel_iterations below 1.
        """
        self._graph = default_stacks.get_default_graph()
        self._grad_state = grad_state
        self._pivot_for_pred: Tensor | None = None
        self._pivot_for_body: Tensor | None = None
        self._pivot: Tensor | None = None
        self._loop_exits: list[Tensor] = []
        self._loop_enters: list[Tensor] = []
        if context_def is not None:
            self._read(context_def, import_scope)
            return
        if parallel_iterations < 1:
            raise ValueError(f"'parallel_iterations' must be a positive integer: {parallel_iterations}")
        super().__init__()
        self._name = self._graph.unique_name(name)
        self._maximum_iterations = maximum_iterations
        self._parallel_iterations = parallel_iterations
        self._back_prop = back_prop
        self._swap_memory = swap_memory

    # ---- what it is ----

    @property
    def maximum_iterations(self) -> Tensor | None:
        return self._maximum_iterations

    @property
    def parallel_iterations(self) -> int:
        return self._parallel_iterations

    @property
    def back_prop(self) -> bool:
        return self._back_prop

    @property
    def swap_memory(self) -> bool:
        return self._swap_memory

    @property
    def pivot(self) -> Tensor | None:
        """The LoopCond: whether another iteration follows."""
        return self._pivot

    @property
    def loop_enters(self) -> list[Tensor]:
        """What the loop variables start with."""
        return self._loop_enters

    @property
    def loop_exits(self) -> list[Tensor]:
        """The results."""
        return self._loop_exits

    @property
    def grad_state(self) -> Any:
        return self._grad_state

    def IsWhileContext(self) -> bool:
        return True

    def GetWhileContext(self) -> WhileContext:
        return self

    def GetControlPivot(self) -> Tensor | None:
        return self._pivot_for_pred if self._pivot_for_body is None else self._pivot_for_body

    # ---- what comes in ----

    def AddValue(self, val: Tensor) -> Tensor:
        # A tensor of this very loop may be unknown while the loop is being imported: its cycles are not closed yet.
        if val.name in self._values or val.op._control_flow_context is self:
            return self._external_values.get(val.name, val)
        self._values.add(val.name)
        remembered = self._from_forward_loop(val)
        if remembered is not None:
            self._external_values[val.name] = remembered
            return remembered
        result = val if self._outer_context is None else self._outer_context.AddValue(val)
        with default_stacks.get_default_graph().control_dependencies(None):
            entered = nodes.enter(result, self._name, True, self._parallel_iterations)
            entered.graph.prevent_feeding(entered)
            if self._outer_context is not None:
                self._outer_context.AddInnerOp(entered.op)
        self._adopt_enters([entered])
        self._values.add(entered.name)
        self._external_values[val.name] = entered
        return entered

    def _from_forward_loop(self, val: Tensor) -> Tensor | None:
        """Of a tensor that the forward loop computes: what the loop of gradients knows it as."""
        current = default_stacks.get_default_graph()._get_control_flow_context()
        loop = None if current is None else current.GetWhileContext()
        if loop is None or loop.grad_state is None:
            return None
        forward = nodes.output_context(val.op)
        forward = None if forward is None else forward.GetWhileContext()
        if forward is not loop.grad_state.forward_context:
            return None
        remembered: Tensor = loop.grad_state.real_value(val)
        return remembered

    def _adopt_enters(self, enters: Iterable[Tensor]) -> None:
        """Enters that were made in no context come into this one, with the control inputs that hold outside of it."""
        graph = default_stacks.get_default_graph()
        for entered in enters:
            waiting = graph._control_dependencies_for_inputs([entered.op.inputs[0].op])
            entered.op._set_control_flow_context(self)
            entered.op._add_control_inputs([op for op in waiting if self._is_outside(op)])
            for scope in graph._control_scopes:
                scope.members.add(entered.op)

    def _is_outside(self, op: Operation) -> bool:
        """Whether `op` is in a context around this one, but in no iteration of another loop."""
        context = nodes.output_context(op)
        outer = self._outer_context
        loop = None if outer is None else outer.GetWhileContext()
        while outer is not context:
            if outer is None or outer is loop:
                return False
            outer = outer._outer_context
        return True

    # ---- operations ----

    def AddOp(self, op: Operation) -> None:
        if op.type in _SHAPE_OPS and self._moved_to_forward_loop(op):
            return
        self._take_in(op)

    def _moved_to_forward_loop(self, op: Operation) -> bool:
        """In a loop of gradients, the shape of a forward tensor is computed, and remembered, instead of the tensor."""
        current = default_stacks.get_default_graph()._get_control_flow_context()
        loop = None if current is None else current.GetWhileContext()
        if loop is None or loop.grad_state is None:
            return False
        source = op.inputs[0].op
        if nodes.while_context_of(source) is not loop.grad_state.forward_context:
            return False
        context = source._get_control_flow_context()
        op._set_control_flow_context(context)
        if context.IsWhileContext():
            context._take_in(op)
        else:
            context.AddOp(op)
        return True

    def _take_in(self, op: Operation) -> None:
        if not op._inputs:
            inside, outside = self._split_control_inputs(op)
            if not inside:
                self._add_pivot(op)
        else:
            for i, tensor in enumerate(op.inputs):
                inner = self.AddValue(tensor)
                if inner is not tensor:
                    op._update_input(i, inner)
            _, outside = self._split_control_inputs(op)
            if not op._control_inputs and self._runs_without_loop(op):
                self._add_pivot(op)
        self._values.update(tensor.name for tensor in op._outputs)
        if outside:
            op._add_control_inputs(self._brought_in(outside))
        self._hide(op)

    def _add_pivot(self, op: Operation) -> None:
        pivot = self.GetControlPivot()
        assert pivot is not None
        op._add_control_input(pivot.op)

    def _runs_without_loop(self, op: Operation) -> bool:
        """Whether nothing but invariants goes in: it would run though the loop does not."""
        if op.definition is None or op.type == "SymbolicGradient":
            return True
        return all(nodes.is_loop_constant_enter(tensor.op) for tensor in op._inputs)

    def _brought_in(self, outside: Sequence[Operation]) -> list[Operation]:
        """Operations outside cannot be waited for in an iteration; what enters the loop from them can."""
        with default_stacks.get_default_graph().control_dependencies(None), self:
            return [nodes.identity(op.outputs[0]).op for op in outside if op.outputs]

    # ---- loops of gradients ----

    def AddForwardLoopCounter(self, outer_grad_state: Any) -> tuple[Tensor, Tensor]:
        """Adds a counter of iterations; gives the number of them, and what it becomes in every iteration."""
        count = constant(0, name="f_count")
        if outer_grad_state is not None:
            # the pushes of one run of this inner loop come before those of the next
            count.op._add_control_input(outer_grad_state.forward_index.op.inputs[0].op)
        with self:
            self.AddName(count.name)
            merged, (leaving, staying) = self._variable(count, "f_count")
            following = nodes.next_iteration(_add(staying, 1))
            merged.op._update_input(1, following)
            total = nodes.exit_loop(leaving, name="f_count")
            self._loop_exits.append(total)
            self.ExitResult([total])
        return total, following

    def _variable(
        self, start: Tensor, name: str, merge_name: str | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """One more loop variable: its Merge, and the sides of its Switch."""
        entered = nodes.enter(start, self._name, False, self._parallel_iterations, name=name)
        self._loop_enters.append(entered)
        merged = nodes.merge([entered, entered], name=merge_name)
        return merged, nodes.switch(merged, self._pivot)

    def AddBackpropLoopCounter(self, count: Tensor, outer_grad_state: Any) -> Tensor:
        """Adds the counter that ends the loop of gradients after `count` iterations; gives what it becomes in each."""
        one = constant(1, name="b_count")
        with self:
            self.AddName(count.name)
            entered = nodes.enter(count, self._name, False, self._parallel_iterations, name="b_count")
            self._loop_enters.append(entered)
            merged = nodes.merge([entered, entered])
            self._pivot_for_pred = merged
            self._pivot = raw.LoopCond(raw.GreaterEqual(merged, one), name="b_count")
            leaving, staying = nodes.switch(merged, self._pivot)
            self._pivot_for_body = raw.Sub(staying, one)
            following = nodes.next_iteration(self._pivot_for_body)
            merged.op._update_input(1, following)
            final_zero = nodes.exit_loop(leaving, name="b_count")
            self._loop_exits.append(final_zero)
            if outer_grad_state is not None:
                # the pops of one run of this inner loop come before those of the next
                outer_grad_state.grad_sync._add_control_input(final_zero.op)
            self.ExitResult([final_zero])
        return following

    def accumulate(self, start: Tensor, added: Tensor) -> Tensor:
        """Sums up `added`, of this loop, over all iterations; `start` is made outside of it. In this context."""
        self.AddName(start.name)
        merged, (leaving, staying) = self._variable(start, "b_acc", "b_acc")
        merged.op._update_input(1, nodes.next_iteration(_add(staying, added)))
        total = nodes.exit_loop(leaving, name="b_acc")
        self._loop_exits.append(total)
        self.ExitResult([total])
        return total

    # ---- as a message ----

    def _read(self, context_def: Any, import_scope: str | None) -> None:
        def tensor(name: str) -> Tensor:
            return self._graph.get_tensor_by_name(scoped(name, import_scope))

        self._name = scoped(context_def.context_name, import_scope)
        limit = context_def.maximum_iterations_name
        self._maximum_iterations = tensor(limit) if limit else None
        self._parallel_iterations = context_def.parallel_iterations
        self._back_prop = context_def.back_prop
        self._swap_memory = context_def.swap_memory
        self._pivot_for_pred = tensor(context_def.pivot_for_pred_name)
        self._pivot_for_body = tensor(context_def.pivot_for_body_name)
        self._pivot = tensor(context_def.pivot_name)
        self._loop_exits = [tensor(name) for name in context_def.loop_exit_names]
        self._loop_enters = [tensor(name) for name in context_def.loop_enter_names]
        super().__init__(context_def.values_def, import_scope)
        if import_scope:
            for name in sorted(self._values):
                op = self._graph.get_tensor_by_name(name).op
                if nodes.is_loop_enter(op):
                    op._set_attr("frame_name", schema.AttrValue(s=self._name.encode()))

    def to_proto(self, export_scope: str | None = None) -> Any:
        """A WhileContextDef; None where this context is not in `export_scope`."""
        if export_scope is not None and not self.name.startswith(export_scope):
            return None

        def name_of(tensor: Tensor | None) -> str:
            assert tensor is not None
            return unscoped(tensor.name, export_scope)

        message = schema.WhileContextDef(
            context_name=unscoped(self._name, export_scope),
            parallel_iterations=self._parallel_iterations,
            back_prop=self._back_prop,
            swap_memory=self._swap_memory,
            pivot_for_pred_name=name_of(self._pivot_for_pred),
            pivot_for_body_name=name_of(self._pivot_for_body),
            pivot_name=name_of(self._pivot),
            loop_exit_names=[name_of(tensor) for tensor in self._loop_exits],
            loop_enter_names=[name_of(tensor) for tensor in self._loop_enters],
        )
        if self._maximum_iterations is not None:
            message.maximum_iterations_name = name_of(self._maximum_iterations)
        message.values_def.CopyFrom(self._to_values_def(export_scope))
        self._add_nested(message, export_scope)
        return message

    @staticmethod
    def from_proto(context_def: Any, import_scope: str | None = None) -> WhileContext:
        """The context that a WhileContextDef describes, over the default graph, which has its nodes."""
        context = WhileContext(context_def=context_def, import_scope=import_scope)
        context._read_nested(context_def, import_scope)
        return context

    def to_control_flow_context_def(self, context_def: Any, export_scope: str | None = None) -> None:
        context_def.while_ctxt.CopyFrom(self.to_proto(export_scope))


def _add(x: Tensor, y: Any) -> Tensor:
    total: Tensor = raw.AddV2(x, y, name="Add")
    return total
