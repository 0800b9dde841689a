"""The global step: an integer variable of the graph that training counts up."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.control_flow.branching import cond
from nbtf.graph import default_stacks
from nbtf.graph.collections import GraphKeys
from nbtf.graph.graph import Graph
from nbtf.graph.tensor import Tensor
from nbtf.initializers.constants import Zeros
from nbtf.session import Session
from nbtf.variables.assigning import assign_add
from nbtf.variables.initialization import is_variable_initialized
from nbtf.variables.policies import VariableAggregation
from nbtf.variables.scoping import get_variable
from nbtf.variables.variable import Variable

_log = logging.getLogger("nbtf")


def global_step(sess: Session, global_step_tensor: Any) -> int:
    """The value of a global step in a session."""
    return int(np.asarray(sess.run(global_step_tensor)))


def get_global_step(graph: Graph | None = None) -> Any:
    """The graph's global step: what GLOBAL_STEP holds, else the tensor "global_step:0", else None.

    Raises TypeError for one that is no integer scalar.
    """
    graph = graph or default_stacks.get_default_graph()
    found: Any = None
    registered = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(registered) > 1:
        _log.error("Multiple tensors in global_step collection.")
        return None
    if registered:
        found = registered[0]
    elif "global_step" in graph._operations_by_name:
        found = graph.get_tensor_by_name("global_step:0")
    if found is not None:
        assert_global_step(found)
    return found


def create_global_step(graph: Graph | None = None) -> Any:
    """A new global step: an int64 variable "global_step" that starts at 0 and is not trained.

    Raises ValueError where the graph has one.
    """
    graph = graph or default_stacks.get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with graph.as_default(), graph.name_scope(None):
        return get_variable(
            GraphKeys.GLOBAL_STEP,
            shape=[],
            dtype=dtypes.int64,
            initializer=Zeros(),
            trainable=False,
            aggregation=VariableAggregation.ONLY_FIRST_REPLICA,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )


def get_or_create_global_step(graph: Graph | None = None) -> Any:
    """The graph's global step, made if there is none."""
    graph = graph or default_stacks.get_default_graph()
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def assert_global_step(global_step_tensor: Any) -> None:
    """Raises TypeError for what is no variable or tensor, no integer or no scalar."""
    if not isinstance(global_step_tensor, (Variable, Tensor)):
        raise TypeError(f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor}.')
    if not global_step_tensor.dtype.base_dtype.is_integer:
        raise TypeError(f'Existing "global_step" does not have integer type: {global_step_tensor.dtype}')
    shape = global_step_tensor.get_shape()
    if shape.ndims != 0 and shape.is_fully_defined():
        raise TypeError(f'Existing "global_step" is not scalar: {shape}')


def get_global_step_read(graph: Graph | None = None) -> Any:
    """A tensor that reads the global step before a training step changes it; None where there is no global step."""
    graph = graph or default_stacks.get_default_graph()
    step = get_global_step(graph)
    if step is None:
        return None
    kept = graph.get_collection(GraphKeys.GLOBAL_STEP_READ)
    if len(kept) > 1:
        raise RuntimeError(f"There are multiple items in collection {GraphKeys.GLOBAL_STEP_READ}. There should be one.")
    if kept:
        return kept[0]
    with graph.as_default(), graph.name_scope(None), graph.name_scope(f"{step.op.name}/"):
        value = step
        if isinstance(step, Variable):
            value = cond(is_variable_initialized(step), step.read_value, lambda: step.initial_value)
        # a sum, not the read itself: that a variable's read may be the variable's own memory
        read = value + 0
    graph.add_to_collection(GraphKeys.GLOBAL_STEP_READ, read)
    return read


def increment_global_step(increment: int, graph: Graph | None = None) -> Any:
    """An operation that adds to the global step, after `get_global_step_read` has read it.

    Raises ValueError where there is no global step.
    """
    graph = graph or default_stacks.get_default_graph()
    step = get_global_step(graph)
    if step is None:
        raise ValueError(
            "Global step tensor should be created by tf.train.get_or_create_global_step before calling increment."
        )
    read = get_global_step_read(graph)
    with (
        graph.as_default(),
        graph.name_scope(None),
        graph.name_scope(f"{step.op.name}/"),
        graph.control_dependencies([read]),
    ):
        return assign_add(step, increment)
