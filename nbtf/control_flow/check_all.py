"""add_check_numerics_ops: every float tensor of a graph is checked."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.control_flow.grouping import group
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies


def add_check_numerics_ops() -> Any:
    """An operation that fails, InvalidArgumentError, where a float tensor of the graph has an Inf or a NaN.

    Raises ValueError for a graph with tensors within branches or loops.
    """
    checks: list[Any] = []
    for operation in get_default_graph().get_operations():
        for output in operation.outputs:
            if output.dtype not in (dtypes.float16, dtypes.float32, dtypes.float64):
                continue
            if getattr(operation, "_control_flow_context", None) is not None:
                raise ValueError(
                    "`tf.add_check_numerics_ops() is not compatible with TensorFlow control flow operations such as "
                    "`tf.cond()` or `tf.while_loop()`."
                )
            with control_dependencies(checks[-1:]):
                checks.append(raw.CheckNumerics(output, message=output.name))
    return group(*checks[-1:])
