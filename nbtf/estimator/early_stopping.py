"""Hooks that end a training before its last step: when a function says so, or by what evaluations have found."""

from __future__ import annotations

import glob
import operator
import os
from collections.abc import Callable
from typing import Any

from nbtf import dtypes, logging
from nbtf.estimator.base import Estimator
from nbtf.graph.collections import GraphKeys, add_to_collection, get_collection
from nbtf.initializers.constants import Constant
from nbtf.summary.event_file import summary_iterator
from nbtf.train.hooks import SecondOrStepTimer, StopAtStepHook
from nbtf.train.session_run_hook import SessionRunArgs, SessionRunHook
from nbtf.train.steps import get_global_step
from nbtf.variables.assigning import assign
from nbtf.variables.scoping import get_variable, variable_scope

_SIGNAL = "signal_early_stopping"


class _StopOnPredicateHook(SessionRunHook):
    """Stops when a function says so; a variable, which is saved with the others, tells other processes."""

    def __init__(self, should_stop_fn: Callable[[], bool], every_secs: float | None, every_steps: int | None) -> None:
        self._should_stop_fn = should_stop_fn
        self._timer = SecondOrStepTimer(every_secs=every_secs, every_steps=every_steps)

    def begin(self) -> None:
        self._step = get_global_step()
        self._stop_op = assign(_stop_variable(), True)

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs(self._step)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        step = int(run_values.results)
        if not self._timer.should_trigger_for_step(step):
            return
        self._timer.update_last_triggered_step(step)
        if self._should_stop_fn():
            logging.info("Requesting early stopping at global step %d", step)
            run_context.session.run(self._stop_op)
            run_context.request_stop()


def _stop_variable() -> Any:
    found = get_collection(_SIGNAL)
    if found:
        return found[0]
    with variable_scope(_SIGNAL):
        made = get_variable(
            "STOP",
            shape=[],
            dtype=dtypes.bool,
            initializer=Constant(False),
            trainable=False,
            collections=[GraphKeys.GLOBAL_VARIABLES],
        )
    add_to_collection(_SIGNAL, made)
    return made


def make_early_stopping_hook(
    estimator: Estimator,
    should_stop_fn: Callable[[], bool],
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook for training that asks a function, every so many seconds or steps, whether to stop.

    Raises TypeError for arguments of other types, ValueError unless exactly one of seconds and steps is given.
    """
    if not isinstance(estimator, Estimator):
        raise TypeError(f"`estimator` must have type `tf.estimator.Estimator`. Got: {type(estimator)}")
    if run_every_secs is not None and run_every_steps is not None:
        raise ValueError("Only one of `run_every_secs` and `run_every_steps` must be set.")
    if not callable(should_stop_fn):
        raise TypeError("`should_stop_fn` must be callable.")
    return _StopOnPredicateHook(should_stop_fn, run_every_secs, run_every_steps)


def make_stop_at_checkpoint_step_hook(
    estimator: Estimator, last_step: int, wait_after_file_check_secs: float = 30
) -> SessionRunHook:
    """A hook that stops at a step; in a training of one process the step is that of its own."""
    if not estimator.config.is_chief:
        raise ValueError("Only the chief of a training stops at a step: nbtf trains in one process.")
    return StopAtStepHook(last_step=last_step)


# ---- by evaluations --------------------------------------------------------------------------------------------------


def read_eval_metrics(eval_dir: str) -> dict[int, dict[str, float]]:
    """Step -> metric -> value, of the events of evaluations in a folder, by step."""
    found: dict[int, dict[str, float]] = {}
    for path in sorted(glob.glob(os.path.join(eval_dir, "*.tfevents.*"))):
        for event in summary_iterator(path):
            values = {v.tag: v.simple_value for v in event.summary.value if v.WhichOneof("value") == "simple_value"}
            if values:
                found.setdefault(event.step, {}).update(values)
    return dict(sorted(found.items()))


def stop_if_higher_hook(
    estimator: Estimator,
    metric_name: str,
    threshold: float,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook for training that stops once an evaluation, of step min_steps or later, found a metric above a threshold.

    eval_dir: the folder of the evaluations' events, `estimator.eval_dir()` unless given.
    """
    crossed = _crossed(estimator, metric_name, threshold, operator.gt, eval_dir, min_steps)
    return make_early_stopping_hook(estimator, crossed, run_every_secs, run_every_steps)


def stop_if_lower_hook(
    estimator: Estimator,
    metric_name: str,
    threshold: float,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """As `stop_if_higher_hook`, below a threshold."""
    crossed = _crossed(estimator, metric_name, threshold, operator.lt, eval_dir, min_steps)
    return make_early_stopping_hook(estimator, crossed, run_every_secs, run_every_steps)


def stop_if_no_increase_hook(
    estimator: Estimator,
    metric_name: str,
    max_steps_without_increase: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """A hook for training that stops when for so many steps no evaluation has found a metric higher than before.

    eval_dir: the folder of the evaluations' events, `estimator.eval_dir()` unless given.
    """
    stuck = _stuck(estimator, metric_name, max_steps_without_increase, operator.gt, eval_dir, min_steps)
    return make_early_stopping_hook(estimator, stuck, run_every_secs, run_every_steps)


def stop_if_no_decrease_hook(
    estimator: Estimator,
    metric_name: str,
    max_steps_without_decrease: int,
    eval_dir: str | None = None,
    min_steps: int = 0,
    run_every_secs: float | None = 60,
    run_every_steps: int | None = None,
) -> SessionRunHook:
    """As `stop_if_no_increase_hook`, for a metric that should fall."""
    stuck = _stuck(estimator, metric_name, max_steps_without_decrease, operator.lt, eval_dir, min_steps)
    return make_early_stopping_hook(estimator, stuck, run_every_secs, run_every_steps)


def _crossed(
    estimator: Estimator,
    metric: str,
    threshold: float,
    is_better: Callable[[float, float], bool],
    eval_dir: str | None,
    min_steps: int,
) -> Callable[[], bool]:
    folder = eval_dir or estimator.eval_dir()

    def crossed() -> bool:
        for step, metrics in read_eval_metrics(folder).items():
            if step >= min_steps and is_better(metrics[metric], threshold):
                logging.info(
                    'At step %d, metric "%s" has value %s, beyond the threshold %s for early stopping.',
                    step,
                    metric,
                    metrics[metric],
                    threshold,
                )
                return True
        return False

    return crossed


def _stuck(
    estimator: Estimator,
    metric: str,
    max_steps: int,
    is_better: Callable[[float, float], bool],
    eval_dir: str | None,
    min_steps: int,
) -> Callable[[], bool]:
    folder = eval_dir or estimator.eval_dir()

    def stuck() -> bool:
        best: tuple[int, float] | None = None
        for step, metrics in read_eval_metrics(folder).items():
            if step < min_steps:
                continue
            if best is None or is_better(metrics[metric], best[1]):
                best = step, metrics[metric]
            elif step - best[0] >= max_steps:
                logging.info(
                    'No improvement of metric "%s" for %d steps, since step %d.', metric, step - best[0], best[0]
                )
                return True
        return False

    return stuck
