"""tf.contrib.training: an operation that trains, a monitored loop that runs it, and changes of gradients on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf import logging
from nbtf.control_flow.grouping import with_dependencies
from nbtf.graph.collections import GraphKeys, get_collection, get_collection_ref
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.clipping import clip_by_norm, global_norm
from nbtf.summary.summaries import histogram, scalar
from nbtf.train.monitored_session import MonitoredTrainingSession
from nbtf.train.optimizer import Optimizer
from nbtf.train.session_run_hook import SessionRunHook
from nbtf.train.steps import get_or_create_global_step
from nbtf.variables.initialization import trainable_variables

USE_GLOBAL_STEP: Any = 0
"""The graph's global step, where None says that none is to be counted."""

Gradients = list[tuple[Any, Any]]
"""(gradient or None, variable), as Optimizer.compute_gradients gives them."""


def _with_values(gradient: Any, change: Callable[[Any], Any]) -> Any:
    """A gradient with its values changed."""
    if isinstance(gradient, IndexedSlices):
        return IndexedSlices(change(gradient.values), gradient.indices, gradient.dense_shape)
    return change(gradient)


def _times(scale: Any) -> Callable[[Any], Any]:
    return lambda values: values * scale


def clip_gradient_norms(gradients_to_variables: Gradients, max_norm: float) -> Gradients:
    """Gradients, each scaled down on its own where its norm is above max_norm."""
    return [
        (gradient if gradient is None else _with_values(gradient, lambda one: clip_by_norm(one, max_norm)), variable)
        for gradient, variable in gradients_to_variables
    ]


def clip_gradient_norms_fn(max_norm: float) -> Callable[[Gradients], Gradients]:
    """`clip_gradient_norms` as a function of the gradients alone, for `create_train_op`."""
    return lambda gradients: clip_gradient_norms(gradients, max_norm)


def multiply_gradients(grads_and_vars: Gradients, gradient_multipliers: Mapping[Any, Any]) -> Gradients:
    """Gradients times factors, floats or scalar tensors, by variable or its name without the number of the output.

    Raises ValueError for what is no list, no dict or an empty one, and for a variable without a gradient.
    """
    if not isinstance(grads_and_vars, list):
        raise ValueError("`grads_and_vars` must be a list.")
    if not gradient_multipliers:
        raise ValueError("`gradient_multipliers` is empty.")
    if not isinstance(gradient_multipliers, Mapping):
        raise ValueError("`gradient_multipliers` must be a dict.")
    multiplied = []
    for gradient, variable in grads_and_vars:
        factor = gradient_multipliers.get(variable, gradient_multipliers.get(variable.op.name))
        if factor is not None:
            if gradient is None:
                raise ValueError("Requested multiple of `None` gradient.")
            dtype = gradient.dtype
            scale = factor if isinstance(factor, Tensor) else constant(factor, dtype)
            gradient = _with_values(gradient, _times(scale))
        multiplied.append((gradient, variable))
    return multiplied


def add_gradients_summaries(grads_and_vars: Gradients) -> list[Any]:
    """Summaries of each gradient's values and norm."""
    summaries = []
    for gradient, variable in grads_and_vars:
        if gradient is None:
            logging.info("Var %s has no gradient", variable.op.name)
            continue
        values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
        summaries.append(histogram(f"{variable.op.name}_gradient", values))
        summaries.append(scalar(f"{variable.op.name}_gradient_norm", global_norm([values])))
    return summaries


def create_train_op(
    total_loss: Any,
    optimizer: Optimizer,
    global_step: Any = USE_GLOBAL_STEP,
    update_ops: Sequence[Any] | None = None,
    variables_to_train: Sequence[Any] | None = None,
    transform_grads_fn: Callable[[Gradients], Gradients] | None = None,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: int | None = None,
    colocate_gradients_with_ops: bool = False,
    check_numerics: bool = True,
) -> Any:
    """The loss, that cannot be computed without a step of training: fetch it to train. It joins TRAIN_OP.

    global_step: counted up; by default the graph's, made if there is none; None for none. update_ops: run before the
    loss is computed, by default those in UPDATE_OPS. variables_to_train: by default all trainable variables.
    transform_grads_fn: changes the gradients, a list of (gradient or None, variable), before they are applied.
    check_numerics: a loss that is no number is an error. The rest: see Optimizer.compute_gradients.

    Raises ValueError for variables that are not trainable and where there is no gradient.
    """
    if global_step is USE_GLOBAL_STEP:
        global_step = get_or_create_global_step()
    updates = set(get_collection(GraphKeys.UPDATE_OPS) if update_ops is None else update_ops)
    if updates:
        with control_dependencies(sorted(updates, key=lambda one: str(one.name))):
            barrier = raw.NoOp(name="update_barrier")
        total_loss = with_dependencies([barrier], total_loss)
    trained = list(trainable_variables() if variables_to_train is None else variables_to_train)
    for variable in trained:
        if not getattr(variable, "trainable", False):
            raise ValueError(f"What is to be trained is no trainable variable: {variable}")
    gradients = optimizer.compute_gradients(
        total_loss,
        trained,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
    )
    if transform_grads_fn is not None:
        gradients = transform_grads_fn(gradients)
    if summarize_gradients:
        with name_scope("summarize_grads"):
            add_gradients_summaries(gradients)
    applied = optimizer.apply_gradients(gradients, global_step=global_step)
    with name_scope("train_op"):
        loss = convert_to_tensor(total_loss)
        if check_numerics:
            loss = raw.CheckNumerics(loss, "LossTensor is inf or nan")
        train_op = with_dependencies([applied], loss)
    operations = get_collection_ref(GraphKeys.TRAIN_OP)
    if not any(train_op is one for one in operations):
        operations.append(train_op)
    return train_op


def train(
    train_op: Any,
    logdir: str | None,
    master: str = "",
    is_chief: bool = True,
    scaffold: Any = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: float | None = 600,
    save_summaries_steps: int | None = 100,
    config: Any = None,
    max_wait_secs: float = 7200,
    run_metadata: Any = None,
) -> Any:
    """Runs train_op in a MonitoredTrainingSession until a hook stops it or the inputs end; what it gave last.

    logdir: for checkpoints and summaries; None where there are neither. The rest: see MonitoredTrainingSession.

    Raises ValueError where checkpoints or summaries have no logdir.
    """
    if logdir is None and is_chief:
        for name, every in (
            ("save_summaries_steps", save_summaries_steps),
            ("save_checkpoint_secs", save_checkpoint_secs),
        ):
            if every:
                raise ValueError(f"logdir cannot be None when {name} is not None")
    with MonitoredTrainingSession(
        master=master,
        is_chief=is_chief,
        checkpoint_dir=logdir,
        scaffold=scaffold,
        hooks=hooks,
        chief_only_hooks=chief_only_hooks,
        save_checkpoint_secs=save_checkpoint_secs,
        save_summaries_steps=save_summaries_steps,
        config=config,
        max_wait_secs=max_wait_secs,
    ) as session:
        result: Any = None
        while not session.should_stop():
            result = session.run(train_op, run_metadata=run_metadata)
        return result
