"""Lists of the graph's variables, and operations that initialize them or tell which are not initialized."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtf.control_flow.grouping import group
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.operation import Operation


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
