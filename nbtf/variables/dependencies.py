"""Initial values that depend on other variables: nothing orders initializers, so they read what those start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtf.graph.collections import GraphKeys
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor

if TYPE_CHECKING:
    from nbtf.variables.variable import Variable

# What an initial value may go back to without being changed.
_KEPT = frozenset(["IsVariableInitialized", "VarIsInitializedOp", "ReadVariableOp", "If"])
_VARIABLES = frozenset(["Variable", "VariableV2", "VarHandleOp"])


def initialized_or_initial(variable: Variable) -> Tensor:
    """The value of `variable` if it has one when this runs, else its initial value."""
    from nbtf.control_flow.branching import cond

    result: Tensor = cond(variable._initialized(), variable.read_value, lambda: variable.initial_value)
    return result


def guarded_initial_value(name: str, value: Tensor) -> Tensor:
    """`value` with every read of another variable replaced by that variable's initialized value.

    Operations between are made a second time, as `<their name>_<name>`. A value in a loop of the graph stays.
    """
    return value if _is_cyclic(value.op) else _Guard(name).tensor(value)


def _is_cyclic(op: Operation) -> bool:
    """Whether the operations that `op` depends on include a loop."""
    done: set[Operation] = set()
    path: set[Operation] = set()
    pending = [(op, False)]
    while pending:
        current, leaving = pending.pop()
        if leaving:
            path.discard(current)
            done.add(current)
            continue
        if current in path:
            return True
        if current in done:
            continue
        path.add(current)
        pending.append((current, True))
        pending.extend((tensor.op, False) for tensor in current.inputs if tensor.op not in done)
        pending.extend((other, False) for other in current.control_inputs if other not in done)
    return False


class _Guard:
    """The operations made anew for one initial value."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: dict[Operation, Operation] = {}

    def tensor(self, tensor: Tensor) -> Tensor:
        if tensor.op not in self._made:
            self._made[tensor.op] = self._op(tensor.op)
        return self._made[tensor.op]._outputs[tensor.value_index]

    def _op(self, op: Operation) -> Operation:
        if op.type in _KEPT:
            return op
        if op.type in _VARIABLES:
            variable = _variable_of(op)
            return op if variable is None else variable.initialized_value().op
        inputs = [self.tensor(tensor) for tensor in op.inputs]
        if all(new is old for new, old in zip(inputs, op.inputs, strict=True)):
            return op
        op_type = "Switch" if op.type == "RefSwitch" else op.type  # an initialized value is no reference
        name = f"{op.name}_{self._name}".replace(":", "_")
        with op.graph.name_scope(None):
            return op.graph.create_op(op_type, inputs, name=name, attrs=dict(op._node.attr))


def _variable_of(op: Operation) -> Any:
    for collection in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES):
        for variable in op.graph.get_collection(collection):
            if getattr(variable, "name", None) in (op.name, f"{op.name}:0"):
                return variable
    return None
