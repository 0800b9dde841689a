"""tf.contrib.framework: the global step, given or the graph's."""

from __future__ import annotations

from typing import Any

from nbtf.graph.graph import Graph
from nbtf.train.steps import assert_global_step, get_global_step


def assert_or_get_global_step(graph: Graph | None = None, global_step_tensor: Any = None) -> Any:
    """global_step_tensor; by default the global step of a graph, None where it has none.

    Raises TypeError for a step that is no variable or tensor, no integer or no scalar.
    """
    if global_step_tensor is None:
        return get_global_step(graph)
    assert_global_step(global_step_tensor)
    return global_step_tensor
