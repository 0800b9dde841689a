"""Operations that a loader runs once a model's variables are restored."""

from __future__ import annotations

from typing import Any

from nbtf.control_flow.grouping import group
from nbtf.graph.operation import Operation
from nbtf.graph.scopes import control_dependencies
from nbtf.lookup.initializing import tables_initializer
from nbtf.variables.initialization import global_variables_initializer, local_variables_initializer


def main_op() -> Operation:
    """Initializes all variables and fills all tables."""
    return group(global_variables_initializer(), local_variables_initializer(), tables_initializer())


def main_op_with_restore(restore_op_name: Any) -> Operation:
    """The same, and then `restore_op_name`: an operation that restores the variables."""
    with control_dependencies([main_op()]):
        return group(restore_op_name)
