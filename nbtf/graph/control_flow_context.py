"""Contexts of control flow: they make every operation of a branch or loop take its inputs by the right way.

A context is entered while its body is built; `Graph.create_op` then hands it each new operation. What comes from outside
comes in through a Switch (branch) or an Enter (loop, see while_context.py) that the context adds, once a tensor.

The methods have the names that TensorFlow gives them, which programs call.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from nbtf.graph import control_flow_nodes as nodes
from nbtf.graph import default_stacks
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema

if TYPE_CHECKING:
    from nbtf.graph.while_context import WhileContext


class ControlFlowContext:
    """What branches and loops have in common: the names of the tensors they know, and the context around them."""

    def __init__(self, values_def: Any = None, import_scope: str | None = None) -> None:
        """values_def: a ValuesDef message of known tensors, whose operations come to belong to this context."""
        self._nested_contexts: list[ControlFlowContext] = []
        self._outer_context: ControlFlowContext | None = _current_context()
        if self._outer_context is not None:
            self._outer_context._nested_contexts.append(self)
        self._context_stack: list[ControlFlowContext | None] = []
        self._values: set[str] = set()
        """Names of all tensors that may be used inside without further ado."""
        self._external_values: dict[str, Tensor] = {}
        """Name of a tensor from outside -> what stands for it inside."""
        if values_def is not None:
            self._take_values(values_def, import_scope)

    def _take_values(self, values_def: Any, import_scope: str | None) -> None:
        graph = default_stacks.get_default_graph()
        self._values = {scoped(name, import_scope) for name in values_def.values}
        for key, name in values_def.external_values.items():
            inside = graph.as_graph_element(scoped(name, import_scope))
            assert isinstance(inside, Tensor)
            self._external_values[scoped(key, import_scope)] = inside
        for name in sorted({name.partition(":")[0] for name in self._values - self._external_values.keys()}):
            graph.get_operation_by_name(name)._set_control_flow_context(self)

    # ---- what it is ----

    @property
    def name(self) -> str:
        return self._name

    _name = ""

    @property
    def outer_context(self) -> ControlFlowContext | None:
        """The context around this one."""
        return self._outer_context

    @property
    def grad_state(self) -> Any:
        """Of a loop that computes gradients: the state that says what it does; else None."""
        context = self.GetWhileContext()
        return None if context is None else context.grad_state

    @property
    def back_prop(self) -> bool:
        """Whether gradients may be asked for."""
        context = self.GetWhileContext()
        return context is not None and context.back_prop

    def IsCondContext(self) -> bool:
        return False

    def IsWhileContext(self) -> bool:
        return False

    def IsXLAContext(self) -> bool:
        return False

    def GetWhileContext(self) -> WhileContext | None:
        """The innermost loop around, or None."""
        return None if self._outer_context is None else self._outer_context.GetWhileContext()

    def GetControlPivot(self) -> Tensor | None:
        """What operations without inputs wait for, so that they run only where the context does."""
        return None

    # ---- being in it ----

    def Enter(self) -> None:
        """Operations made from now on belong to this context."""
        self._context_stack.append(_current_context())
        default_stacks.get_default_graph()._set_control_flow_context(self)

    def Exit(self) -> None:
        """Undoes `Enter`."""
        default_stacks.get_default_graph()._set_control_flow_context(self._context_stack.pop())

    def __enter__(self) -> None:
        self.Enter()

    def __exit__(self, *_: object) -> None:
        self.Exit()

    def AddName(self, name: str) -> None:
        """The tensor of this name may be used inside as it is."""
        self._values.add(name)

    def AddValue(self, val: Tensor) -> Tensor:
        """What stands for `val` inside; added if need be."""
        raise NotImplementedError

    def AddOp(self, op: Operation) -> None:
        """Takes in an operation that was just made."""
        raise NotImplementedError

    def AddInnerOp(self, op: Operation) -> None:
        """Told of an operation that was added to a context inside this one."""
        if self._outer_context is not None:
            self._outer_context.AddInnerOp(op)

    def ExitResult(self, result: Iterable[Tensor]) -> None:
        """What comes out of this context is known to the one around it."""
        if self._outer_context is not None:
            for tensor in result:
                self._outer_context.AddName(tensor.name)

    def _split_control_inputs(self, op: Operation) -> tuple[list[Operation], list[Operation]]:
        """Control inputs of `op` from the same iteration of the loop around, which stay; the others, which are removed."""
        loop = self.GetWhileContext()
        if loop is None:
            return op.control_inputs, []
        inside: list[Operation] = []
        outside: list[Operation] = []
        for other in op.control_inputs:
            context = nodes.output_context(other)
            same = context is not None and context.GetWhileContext() is loop
            (inside if same else outside).append(other)
        if outside:
            op._remove_all_control_inputs()
            op._add_control_inputs(inside)
        return inside, outside

    def _know_outputs(self, op: Operation) -> None:
        context: ControlFlowContext | None = self
        while context is not None:
            context._values.update(tensor.name for tensor in op._outputs)
            context = context._outer_context

    def _hide(self, op: Operation) -> None:
        """Nobody may fetch or feed what exists only while the context runs."""
        if self._outer_context is not None or not nodes.is_loop_exit(op):
            op.graph.prevent_fetching(op)
            for tensor in op._outputs:
                op.graph.prevent_feeding(tensor)
        if self._outer_context is not None:
            self._outer_context.AddInnerOp(op)

    # ---- as a message ----

    def _to_values_def(self, export_scope: str | None) -> Any:
        message = schema.ValuesDef()
        message.values.extend([unscoped(name, export_scope) for name in sorted(self._values)])
        for key, tensor in self._external_values.items():
            message.external_values[unscoped(key, export_scope)] = unscoped(tensor.name, export_scope)
        return message

    def to_control_flow_context_def(self, context_def: Any, export_scope: str | None = None) -> None:
        """Fills a ControlFlowContextDef."""
        raise NotImplementedError

    def _add_nested(self, message: Any, export_scope: str | None) -> None:
        for nested in self._nested_contexts:
            nested.to_control_flow_context_def(message.nested_contexts.add(), export_scope)

    def _read_nested(self, message: Any, import_scope: str | None) -> None:
        from nbtf.graph.while_context import WhileContext

        with self:
            for nested in message.nested_contexts:
                if nested.HasField("cond_ctxt"):
                    CondContext.from_proto(nested.cond_ctxt, import_scope)
                elif nested.HasField("while_ctxt"):
                    WhileContext.from_proto(nested.while_ctxt, import_scope)
                else:
                    raise NotImplementedError(f"Unknown ControlFlowContextDef field: {nested.WhichOneof('ctxt')}")


class CondContext(ControlFlowContext):
    """One branch of a cond."""

    def __init__(
        self,
        pred: Tensor | None = None,
        pivot: Tensor | None = None,
        branch: int | None = None,
        name: str = "cond_text",
        context_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        """pred: the bool scalar. pivot: a tensor that is alive only in this branch. branch: 1 for true, 0 for false.

        context_def: a CondContextDef message to read all that from instead.
        """
        graph = default_stacks.get_default_graph()
        if context_def is not None:
            self._name = scoped(context_def.context_name, import_scope)
            self._pred = _tensor(scoped(context_def.pred_name, import_scope))
            self._pivot = _tensor(scoped(context_def.pivot_name, import_scope))
            self._branch = int(context_def.branch)
            super().__init__(context_def.values_def, import_scope)
            return
        self._name = graph.unique_name(name)
        super().__init__()
        assert pred is not None and pivot is not None and branch is not None
        self._pred, self._pivot, self._branch = pred, pivot, branch
        self._values.update([pred.name, pivot.name])
        self._external_values[pred.name] = pred
        pivot.op._set_control_flow_context(self)

    @property
    def pred(self) -> Tensor:
        return self._pred

    @property
    def pivot(self) -> Tensor:
        return self._pivot

    @property
    def branch(self) -> int:
        return self._branch

    def IsCondContext(self) -> bool:
        return True

    def GetControlPivot(self) -> Tensor:
        return self._pivot

    def AddValue(self, val: Tensor) -> Tensor:
        if val.name in self._values:
            return self._external_values.get(val.name, val)
        self._values.add(val.name)
        result = self._through_outer(val)
        with default_stacks.get_default_graph().control_dependencies(None):
            result = nodes.colocated_switch(result, self._pred)[self._branch]
            if self._outer_context is not None:
                self._outer_context.AddInnerOp(result.op)
        result.graph.prevent_fetching(result.op)
        result.graph.prevent_feeding(result)
        result.op._set_control_flow_context(self)
        self._know_outputs_of(result)
        self._external_values[val.name] = result
        return result

    def _through_outer(self, val: Tensor) -> Tensor:
        if self._outer_context is None:
            return val
        result = self._outer_context.AddValue(val)
        self._values.add(result.name)
        self._external_values[result.name] = result
        return result

    def _know_outputs_of(self, tensor: Tensor) -> None:
        context: ControlFlowContext | None = self
        while context is not None:
            context._values.add(tensor.name)
            context = context._outer_context

    def AddOp(self, op: Operation) -> None:
        if not op._inputs:
            self._split_control_inputs(op)
            if not any(_contains(self, other._get_control_flow_context()) for other in op._control_inputs):
                op._add_control_input(self._pivot.op)
        else:
            for i, tensor in enumerate(op.inputs):
                if nodes.is_merge(op) and tensor.op.type == "NextIteration":
                    continue  # a loop that is being imported: its end is part of this context, though not yet known
                inside = self.AddValue(tensor)
                if inside is not tensor:
                    op._update_input(i, inside)
            self._split_control_inputs(op)
            if op.definition is None or op.type == "SymbolicGradient":
                op._add_control_input(self._pivot.op)
        self._know_outputs(op)
        self._hide(op)

    def output(self, tensor: Tensor) -> Tensor:
        """A tensor that the branch returns, as it is inside: one from outside comes in first."""
        if tensor.name in self._values:
            return self._external_values.get(tensor.name, tensor)
        self._values.add(tensor.name)
        inside = nodes.colocated_switch(self._through_outer(tensor), self._pred)[self._branch]
        self._external_values[tensor.name] = inside
        return inside

    # ---- as a message ----

    def to_proto(self, export_scope: str | None = None) -> Any:
        """A CondContextDef; None where this context is not in `export_scope`."""
        if export_scope is not None and not self.name.startswith(export_scope):
            return None
        message = schema.CondContextDef(
            context_name=unscoped(self.name, export_scope),
            pred_name=unscoped(self._pred.name, export_scope),
            pivot_name=unscoped(self._pivot.name, export_scope),
            branch=self._branch,
        )
        message.values_def.CopyFrom(self._to_values_def(export_scope))
        self._add_nested(message, export_scope)
        return message

    @staticmethod
    def from_proto(context_def: Any, import_scope: str | None = None) -> CondContext:
        """The context that a CondContextDef describes, over the default graph, which has its nodes."""
        context = CondContext(context_def=context_def, import_scope=import_scope)
        context._read_nested(context_def, import_scope)
        return context

    def to_control_flow_context_def(self, context_def: Any, export_scope: str | None = None) -> None:
        context_def.cond_ctxt.CopyFrom(self.to_proto(export_scope))


# ---- inputs from contexts that may not be read -----------------------------------------------------------------------


def check_inputs(op: Operation) -> None:
    """Raises ValueError where an input of `op` is in a loop that `op` is not in."""
    for tensor in op.inputs:
        if tensor.op._control_flow_context is not None:
            _check_input(op, tensor.op)


def _check_input(op: Operation, source: Operation) -> None:
    context, source_context = op._get_control_flow_context(), nodes.output_context(source)
    if source_context is None or context is source_context:
        return
    loop = None if context is None else context.GetWhileContext()
    source_loop = source_context.GetWhileContext()
    if loop is None:
        if source_loop is None or nodes.is_loop_enter(op) or nodes.is_switch(op):
            return
    elif _may_read(loop, source_loop):
        return
    where = "is in a while loop" if loop is None else "they are in different while loops"
    subject = f"'{source.name}' " if loop is None else ""
    raise ValueError(
        f"Cannot use '{source.name}' as input to '{op.name}' because {subject}{where}. See info log for more details."
    )


def _may_read(loop: Any, source_loop: Any) -> bool:
    """Whether operations of `loop` may take tensors of `source_loop`: loops around it, and loops it is the gradient of."""
    if _contains(source_loop, loop):
        return True
    forward = loop.grad_state.forward_context if loop.grad_state is not None else None
    if forward is not None and (_contains(source_loop, forward) or source_loop._outer_context is forward):
        return True
    source_state = source_loop.grad_state if source_loop is not None else None
    if source_state is None:
        return False
    source_forward = source_state.forward_context
    if source_forward is loop:
        return True
    return source_forward.grad_state is not None and source_forward.grad_state.forward_context is loop


def _contains(outer: Any, context: Any) -> bool:
    """Whether `outer` is `context` or around it; None is around everything."""
    while context is not outer:
        if context is None:
            return False
        context = context._outer_context
    return True


# ---- names -----------------------------------------------------------------------------------------------------------


def scoped(name: str, import_scope: str | None) -> str:
    """The name that an element of a file has when it is imported under `import_scope`."""
    return f"{import_scope}/{name}" if import_scope else name


def unscoped(name: str, export_scope: str | None) -> str:
    """The name that an element of `export_scope` has when that scope is exported on its own."""
    if export_scope and name.startswith(export_scope + "/"):
        return name[len(export_scope) + 1 :]
    return name


def _tensor(name: str) -> Tensor:
    return default_stacks.get_default_graph().get_tensor_by_name(name)


def _current_context() -> ControlFlowContext | None:
    context: ControlFlowContext | None = default_stacks.get_default_graph()._get_control_flow_context()
    return context
