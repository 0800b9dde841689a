"""Which control flow programs build: Switch and Merge inside the graph, or If and While that call functions."""

from __future__ import annotations

import os
from typing import Any

_functional = os.environ.get("TF_ENABLE_CONTROL_FLOW_V2", "0") != "0"


def enable_control_flow_v2() -> None:
    """From now on tf.cond builds an If and tf.while_loop a While, and TensorArrays are lists of tensors (variants)."""
    global _functional
    _functional = True


def disable_control_flow_v2() -> None:
    """From now on branches and loops are Switch, Merge, Enter, Exit and NextIteration again, as at the start."""
    global _functional
    _functional = False


def control_flow_v2_enabled() -> bool:
    """Whether tf.cond and tf.while_loop build functions."""
    return _functional


def builds_functions(graph: Any) -> bool:
    """Whether branches and loops in this graph become functions: those of a function do, whatever the version."""
    return _functional or graph.building_function
