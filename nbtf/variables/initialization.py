"""Lists of the graph's variables, and operations that initialize them or tell which are not initialized."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtf import dtypes
from nbtf.array.indexing import boolean_mask
from nbtf.array.joining import stack
from nbtf.control_flow.grouping import group
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import constant
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, device, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.operands import logical_not
from nbtf.variables.variable import Variable


def global_variables(scope: str | None = None) -> list[Any]:
    """The variables that sessions and checkpoints share; with `scope`, those whose name starts with that pattern."""
    return _collection(GraphKeys.GLOBAL_VARIABLES, scope)


def all_variables() -> list[Any]:
    """`global_variables`, under its old name."""
    return global_variables()


def local_variables(scope: str | None = None) -> list[Any]:
    """The variables that checkpoints leave out; with `scope`, those whose name starts with that pattern."""
    return _collection(GraphKeys.LOCAL_VARIABLES, scope)


def model_variables(scope: str | None = None) -> list[Any]:
    """The variables in MODEL_VARIABLES; with `scope`, those whose name starts with that pattern."""
    return _collection(GraphKeys.MODEL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Any]:
    """The variables that optimizers change; with `scope`, those whose name starts with that pattern."""
    return _collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def moving_average_variables(scope: str | None = None) -> list[Any]:
    """The variables of which a moving average is kept; with `scope`, those whose name starts with that pattern."""
    return _collection(GraphKeys.MOVING_AVERAGE_VARIABLES, scope)


def _collection(key: str, scope: str | None) -> list[Any]:
    return default_stacks.get_default_graph().get_collection(key, scope)


def variables_initializer(var_list: Iterable[Any], name: str = "init") -> Operation:
    """An operation that initializes all of `var_list`, in no order; one that does nothing where there are none."""
    initializers = [variable.initializer for variable in var_list or ()]
    return group(*initializers, name=name)


def global_variables_initializer() -> Operation:
    """An operation that initializes all global variables."""
    return variables_initializer(global_variables())


def local_variables_initializer() -> Operation:
    """An operation that initializes all local variables."""
    return variables_initializer(local_variables())


def initialize_variables(var_list: Iterable[Any], name: str = "init") -> Operation:
    """`variables_initializer`, under its old name."""
    return variables_initializer(var_list, name)


def initialize_all_variables() -> Operation:
    """`global_variables_initializer`, under its old name."""
    return global_variables_initializer()


def initialize_local_variables() -> Operation:
    """`local_variables_initializer`, under its old name."""
    return local_variables_initializer()


def is_variable_initialized(variable: Any) -> Tensor:
    """Whether a variable, or the variable of a reference, has a value: bool []."""
    if isinstance(variable, Variable):
        return variable._initialized()
    made: Tensor = raw.IsVariableInitialized(variable)
    return made


def report_uninitialized_variables(
    var_list: Iterable[Any] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """The names of those variables that have no value: string [n]. var_list: all global and local ones by default."""
    variables = _registered_or_all() if var_list is None else list(var_list)
    with name_scope(name):
        if not variables:
            with device("/cpu:0"):
                return constant([], dtype=dtypes.string)
        initialized = [is_variable_initialized(variable) for variable in variables]
        with device("/cpu:0"):
            missing = logical_not(stack(initialized))
            names: Tensor = boolean_mask(constant([variable.op.name for variable in variables]), missing)
    return names


def assert_variables_initialized(var_list: Iterable[Any] | None = None) -> Tensor | None:
    """A tensor that cannot be computed while one of the variables has no value; None where there are none.

    var_list: all global and local variables by default.
    """
    variables = list(var_list or ()) or _registered_or_all()
    if not variables:
        return None
    ranks = []
    for variable in variables:
        with colocate_with(variable.op):
            ranks.append(raw.Rank(variable))
    made: Tensor = ranks[0] if len(ranks) == 1 else stack(ranks)
    return made


def _registered_or_all() -> list[Any]:
    """All registered variables; where there are none, what the operations of the graph refer to."""
    ops = default_stacks.get_default_graph().get_operations()
    return global_variables() + local_variables() or [
        op.outputs[0] for op in ops if op.type in ("Variable", "VariableV2", "AutoReloadVariable")
    ]
