"""tf.contrib.slim.learning: an operation that trains, and a loop that runs it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nbtf import logging
from nbtf.contrib.training import train_ops
from nbtf.contrib.training.train_ops import (
    USE_GLOBAL_STEP,
    Gradients,
    add_gradients_summaries,
    clip_gradient_norms,
    multiply_gradients,
)
from nbtf.control_flow.grouping import group
from nbtf.errors import AbortedError, OutOfRangeError
from nbtf.graph.conversion import constant
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.graph import Graph
from nbtf.graph.scopes import name_scope
from nbtf.lookup.initializing import tables_initializer
from nbtf.math.operands import equal, floormod, greater_equal
from nbtf.summary.summaries import merge_all
from nbtf.train.optimizer import Optimizer
from nbtf.train.saver import Saver
from nbtf.train.steps import get_or_create_global_step
from nbtf.train.supervision import Supervisor
from nbtf.variables.initialization import (
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
)

__all__ = [
    "add_gradients_summaries",
    "clip_gradient_norms",
    "create_train_op",
    "multiply_gradients",
    "train",
    "train_step",
]

_USE_DEFAULT: Any = USE_GLOBAL_STEP
"""What an argument is to be made by default, where None says that there is to be none."""


# ---- the training operation ------------------------------------------------------------------------------------------


def create_train_op(
    total_loss: Any,
    optimizer: Optimizer,
    global_step: Any = _USE_DEFAULT,
    update_ops: Sequence[Any] | None = None,
    variables_to_train: Sequence[Any] | None = None,
    clip_gradient_norm: float = 0,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: int | None = None,
    colocate_gradients_with_ops: bool = False,
    gradient_multipliers: Mapping[Any, Any] | None = None,
    check_numerics: bool = True,
) -> Any:
    """The loss, that cannot be computed without a step of training: fetch it to train. It joins TRAIN_OP.

    global_step: counted up; by default the graph's, made if there is none; None for none. update_ops: run before the
    loss is computed, by default those in UPDATE_OPS. variables_to_train: by default all trainable variables.
    clip_gradient_norm: above 0, the largest norm of each gradient. gradient_multipliers: see `multiply_gradients`.
    check_numerics: a loss that is no number is an error. The rest: see Optimizer.compute_gradients.

    Raises ValueError for variables that are not trainable and where there is no gradient.
    """

    def changed(gradients: Gradients) -> Gradients:
        if gradient_multipliers:
            with name_scope("multiply_grads"):
                gradients = multiply_gradients(gradients, gradient_multipliers)
        if clip_gradient_norm > 0:
            with name_scope("clip_grads"):
                gradients = clip_gradient_norms(gradients, clip_gradient_norm)
        return gradients

    return train_ops.create_train_op(
        total_loss,
        optimizer,
        global_step,
        update_ops,
        variables_to_train,
        changed,
        summarize_gradients,
        gate_gradients,
        aggregation_method,
        colocate_gradients_with_ops,
        check_numerics,
    )


# ---- the loop --------------------------------------------------------------------------------------------------------


def train_step(sess: Any, train_op: Any, global_step: Any, train_step_kwargs: Mapping[str, Any]) -> tuple[Any, Any]:
    """One step: (loss, whether to stop). train_step_kwargs: "should_stop" and "should_log" may be tensors of bools."""
    start = time.time()
    loss, step = sess.run([train_op, global_step])
    elapsed = time.time() - start
    if "should_log" in train_step_kwargs and sess.run(train_step_kwargs["should_log"]):
        logging.info("global step %d: loss = %.4f (%.3f sec/step)", step, loss, elapsed)
    should_stop = sess.run(train_step_kwargs["should_stop"]) if "should_stop" in train_step_kwargs else False
    return loss, should_stop


def train(
    train_op: Any,
    logdir: str | None,
    train_step_fn: Callable[..., tuple[Any, Any]] = train_step,
    train_step_kwargs: Any = _USE_DEFAULT,
    log_every_n_steps: int = 1,
    graph: Graph | None = None,
    master: str = "",
    is_chief: bool = True,
    global_step: Any = None,
    number_of_steps: int | None = None,
    init_op: Any = _USE_DEFAULT,
    init_feed_dict: Any = None,
    local_init_op: Any = _USE_DEFAULT,
    init_fn: Callable[[Any], Any] | None = None,
    ready_op: Any = _USE_DEFAULT,
    summary_op: Any = _USE_DEFAULT,
    save_summaries_secs: float = 600,
    summary_writer: Any = _USE_DEFAULT,
    startup_delay_steps: int = 0,
    saver: Any = None,
    save_interval_secs: float = 600,
    sync_optimizer: Any = None,
    session_config: Any = None,
    session_wrapper: Callable[[Any], Any] | None = None,
    trace_every_n_steps: int | None = None,
    ignore_live_threads: bool = False,
) -> Any:
    """Trains in a loop, with checkpoints and summaries in `logdir` (None: neither); the loss of the last step.

    train_op: what `create_train_op` made. train_step_fn: see `train_step`. number_of_steps: the global step at which to
    end, where None never ends. log_every_n_steps: 0 for no log. init_op, local_init_op, ready_op, summary_op: made by
    default, None for none. init_fn: called with the session after init_op. Others of the workers than the chief wait
    for startup_delay_steps global steps.

    Raises ValueError for no train_op, for a bad number_of_steps and where summaries have no logdir;
    NotImplementedError for optimizers that wait for one another and for traces.
    """
    if train_op is None:
        raise ValueError("train_op cannot be None.")
    if number_of_steps is not None and number_of_steps <= 0:
        raise ValueError("`number_of_steps` must be either None or a positive number.")
    if logdir is None and summary_op is not _USE_DEFAULT and summary_op is not None:
        raise ValueError("Cannot provide summary_op because logdir=None")
    if logdir is None and trace_every_n_steps is not None:
        raise ValueError("Cannot provide trace_every_n_steps because logdir=None")
    if sync_optimizer is not None or trace_every_n_steps is not None:
        raise NotImplementedError("slim.learning.train has neither sync_optimizer nor trace_every_n_steps.")
    graph = graph or get_default_graph()
    with graph.as_default():
        if global_step is None:
            global_step = get_or_create_global_step()
        saver = saver or Saver()
        with name_scope("init_ops"):
            if init_op is _USE_DEFAULT:
                init_op = global_variables_initializer()
            if ready_op is _USE_DEFAULT:
                ready_op = report_uninitialized_variables()
            if local_init_op is _USE_DEFAULT:
                local_init_op = group(local_variables_initializer(), tables_initializer())
        if summary_op is _USE_DEFAULT:
            summary_op = merge_all()
        if train_step_kwargs is _USE_DEFAULT:
            train_step_kwargs = _default_decisions(global_step, number_of_steps, log_every_n_steps)
    supervisor = Supervisor(
        graph=graph,
        is_chief=is_chief,
        logdir=logdir,
        init_op=init_op,
        init_feed_dict=init_feed_dict,
        local_init_op=local_init_op,
        ready_op=ready_op,
        summary_op=summary_op,
        summary_writer=Supervisor.USE_DEFAULT if summary_writer is _USE_DEFAULT else summary_writer,
        global_step=global_step,
        saver=saver,
        save_summaries_secs=save_summaries_secs,
        save_model_secs=save_interval_secs,
        init_fn=init_fn,
    )
    loss: Any = None
    while True:
        try:
            with _session(supervisor, master, session_config, session_wrapper) as session:
                loss = _loop(
                    supervisor,
                    session,
                    lambda session=session: train_step_fn(session, train_op, global_step, train_step_kwargs),
                    startup_delay_steps,
                    ignore_live_threads,
                )
            return loss
        except AbortedError:
            logging.info("Retrying training!")


def _default_decisions(global_step: Any, number_of_steps: int | None, log_every_n_steps: int) -> dict[str, Any]:
    with name_scope("train_step"):
        decisions: dict[str, Any] = {}
        if number_of_steps:
            decisions["should_stop"] = greater_equal(global_step, number_of_steps)
        else:
            decisions["should_stop"] = constant(False)
        if log_every_n_steps > 0:
            decisions["should_log"] = equal(floormod(global_step, log_every_n_steps), 0)
    return decisions


@contextlib.contextmanager
def _session(supervisor: Supervisor, master: str, config: Any, wrapper: Callable[[Any], Any] | None) -> Iterator[Any]:
    with supervisor.managed_session(master, start_standard_services=False, config=config) as session:
        yield session if wrapper is None else wrapper(session)


def _loop(supervisor: Supervisor, session: Any, step: Any, startup_delay_steps: int, ignore_live_threads: bool) -> Any:
    """Steps until one says stop, the supervisor does, or the inputs end; the last loss."""
    logging.info("Starting Session.")
    if supervisor.is_chief:
        if supervisor.save_path:
            supervisor.start_standard_services(session)
    elif startup_delay_steps > 0:
        while not supervisor.should_stop() and int(session.run(supervisor.global_step)) < startup_delay_steps:
            time.sleep(1)
    threads = supervisor.start_queue_runners(session)
    logging.info("Starting Queues.")
    loss: Any = None
    try:
        while not supervisor.should_stop():
            loss, should_stop = step()
            if should_stop:
                logging.info("Stopping Training.")
                supervisor.request_stop()
    except OutOfRangeError as error:
        logging.info("Caught OutOfRangeError. Stopping Training. %s", error)
    # first the services end: one of them saves checkpoints, too
    supervisor.stop(threads, close_summary_writer=False, ignore_live_threads=ignore_live_threads)
    if supervisor.is_chief and supervisor.save_path:
        logging.info("Finished training! Saving model to disk.")
        supervisor.saver.save(session, supervisor.save_path, global_step=supervisor.global_step)
    return loss
