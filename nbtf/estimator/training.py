"""train_and_evaluate: training with an evaluation after each checkpoint."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Self

from nbtf import logging
from nbtf.estimator.base import Estimator
from nbtf.estimator.exporters import Exporter
from nbtf.estimator.run_config import TaskType
from nbtf.graph.collections import GraphKeys
from nbtf.train.hooks import CheckpointSaverListener, SecondOrStepTimer
from nbtf.train.session_run_hook import SessionRunHook


class _TrainSpec(NamedTuple):
    input_fn: Callable[..., Any]
    max_steps: int | None
    hooks: tuple[SessionRunHook, ...]
    saving_listeners: tuple[CheckpointSaverListener, ...]


class TrainSpec(_TrainSpec):
    """How train_and_evaluate trains; see Estimator.train.

    max_steps: the step to train up to, None for as long as there are inputs.
    Raises ValueError for steps that are not positive, TypeError for values of other types.
    """

    __slots__ = ()

    def __new__(
        cls,
        input_fn: Callable[..., Any],
        max_steps: int | None = None,
        hooks: Iterable[SessionRunHook] | None = None,
        saving_listeners: Iterable[CheckpointSaverListener] | None = None,
    ) -> Self:
        _check_input_fn(input_fn)
        _check_positive("max_steps", max_steps)
        return super().__new__(
            cls,
            input_fn,
            max_steps,
            _all_of(hooks, SessionRunHook, "hooks", "SessionRunHook"),
            _all_of(saving_listeners, CheckpointSaverListener, "saving_listeners", "CheckpointSaverListener"),
        )


class _EvalSpec(NamedTuple):
    input_fn: Callable[..., Any]
    steps: int | None
    name: str | None
    hooks: tuple[SessionRunHook, ...]
    exporters: tuple[Exporter, ...]
    start_delay_secs: float
    throttle_secs: float


class EvalSpec(_EvalSpec):
    """How train_and_evaluate evaluates; see Estimator.evaluate.

    steps: batches, None for as long as there are inputs. exporters: are called after each evaluation; an Exporter or
    several of different names. start_delay_secs: how long an evaluator task waits before its first evaluation.
    throttle_secs: how long after one evaluation no other starts. Raises ValueError for numbers out of range and
    exporters of one name, TypeError for values of other types.
    """

    __slots__ = ()

    def __new__(
        cls,
        input_fn: Callable[..., Any],
        steps: int | None = 100,
        name: str | None = None,
        hooks: Iterable[SessionRunHook] | None = None,
        exporters: Exporter | Iterable[Exporter] | None = None,
        start_delay_secs: float = 120,
        throttle_secs: float = 600,
    ) -> Self:
        _check_input_fn(input_fn)
        _check_positive("steps", steps)
        if name is not None and not isinstance(name, str):
            raise TypeError(f"`name` must be string, given: {name}")
        for setting, value in (("start_delay_secs", start_delay_secs), ("throttle_secs", throttle_secs)):
            if value < 0:
                raise ValueError(f"Must specify {setting} >= 0, given: {value}")
        every = _all_of(hooks, SessionRunHook, "hooks", "SessionRunHook")
        return super().__new__(
            cls, input_fn, steps, name, every, _checked_exporters(exporters), start_delay_secs, throttle_secs
        )


def _check_input_fn(input_fn: Any) -> None:
    if not callable(input_fn):
        raise TypeError(f"`input_fn` must be callable, given: {input_fn}")


def _check_positive(name: str, steps: int | None) -> None:
    if steps is not None and steps <= 0:
        raise ValueError(f"Must specify {name} > 0, given: {steps}")


def _all_of(values: Iterable[Any] | None, kind: type, what: str, kind_name: str) -> tuple[Any, ...]:
    found = tuple(values or ())
    for value in found:
        if not isinstance(value, kind):
            raise TypeError(f"All {what} must be `{kind_name}` instances, given: {value}")
    return found


def _checked_exporters(exporters: Any) -> tuple[Exporter, ...]:
    if not exporters:
        return ()
    if isinstance(exporters, Exporter):
        return (exporters,)
    found = tuple(exporters) if isinstance(exporters, Iterable) else (None,)
    if not all(isinstance(one, Exporter) for one in found):
        raise TypeError(f"`exporters` must be an Exporter, an iterable of Exporter, or `None`, found {exporters}.")
    names = [one.name for one in found]
    if None in names or len(set(names)) != len(names):
        raise ValueError(
            f"`exporters` must have unique names. Such a name cannot be `None`. All exporter names: {names}"
        )
    return found


# ---- evaluations -----------------------------------------------------------------------------------------------------


class _Evaluator:
    """Evaluates each checkpoint once, and exports it."""

    def __init__(self, estimator: Estimator, spec: EvalSpec, max_training_steps: int | None) -> None:
        self._estimator, self._spec = estimator, spec
        self._max_training_steps = max_training_steps
        self._previous: str | None = None
        self.has_ended = False
        """Whether the last checkpoint of training was evaluated."""

    def evaluate_and_export(self) -> tuple[dict[str, Any], list[Any]] | None:
        """(metrics, what the exporters gave) of the latest checkpoint; None where there is no new one."""
        path = self._estimator.latest_checkpoint()
        if not path or path == self._previous:
            return None
        spec = self._spec
        metrics = self._estimator.evaluate(
            spec.input_fn, steps=spec.steps, name=spec.name, checkpoint_path=path, hooks=spec.hooks
        )
        self._previous = path
        steps = self._max_training_steps
        self.has_ended = steps is not None and int(metrics[GraphKeys.GLOBAL_STEP]) >= steps
        folder = os.path.join(self._estimator.model_dir, "export")
        exports = [
            exporter.export(
                estimator=self._estimator,
                export_path=os.path.join(folder, exporter.name),
                checkpoint_path=path,
                eval_result=metrics,
                is_the_final_export=self.has_ended,
            )
            for exporter in spec.exporters
        ]
        return metrics, exports


class _EvaluateCheckpoints(CheckpointSaverListener):
    """Evaluates after each checkpoint of a training, but for the first, of which nothing is trained yet."""

    def __init__(self, evaluator: _Evaluator, throttle_secs: float) -> None:
        self._evaluator, self._throttle_secs = evaluator, throttle_secs
        self.results: tuple[Any, Any] = (None, None)

    def begin(self) -> None:
        self._timer = SecondOrStepTimer(every_secs=self._throttle_secs)
        self._is_first = True

    def after_save(self, session: Any, global_step_value: int) -> None:
        if self._is_first:
            self._is_first = False
        elif self._timer.should_trigger_for_step(global_step_value):
            self._evaluate(global_step_value)
        else:
            logging.info("Skip the current checkpoint eval due to throttle secs (%s secs).", self._throttle_secs)

    def end(self, session: Any, global_step_value: int) -> None:
        if global_step_value != self._timer.last_triggered_step():
            self._evaluate(global_step_value)

    def _evaluate(self, step: int) -> None:
        self._timer.update_last_triggered_step(step)
        results = self._evaluator.evaluate_and_export()
        if results is None:
            raise RuntimeError(f"There was no new checkpoint after the training, at step {step}.")
        self.results = results


# ---- tasks -----------------------------------------------------------------------------------------------------------


def train_and_evaluate(estimator: Estimator, train_spec: TrainSpec, eval_spec: EvalSpec) -> tuple[Any, Any] | None:
    """Trains, and evaluates and exports after each checkpoint: (metrics, what exporters gave) of the last evaluation.

    A task of the type "evaluator" (see RunConfig) does the evaluations alone, of checkpoints that another process
    writes to model_dir, until there is one of step max_steps, and gives None.
    Raises TypeError for arguments of other types, ValueError for other tasks of a cluster.
    """
    for name, value, kind in (
        ("estimator", estimator, Estimator),
        ("train_spec", train_spec, TrainSpec),
        ("eval_spec", eval_spec, EvalSpec),
    ):
        if not isinstance(value, kind):
            raise TypeError(f"`{name}` must have type `tf.estimator.{kind.__name__}`. Got: {type(value)}")
    config = estimator.config
    if config.task_type == TaskType.EVALUATOR:
        if config.task_id > 0:
            raise ValueError(
                "For distributed training, there can only be one `evaluator` task (with task id 0).  Given task id "
                f"{config.task_id}"
            )
        _evaluate_continuously(_Evaluator(estimator, eval_spec, train_spec.max_steps), eval_spec)
        return None
    if config.cluster_spec.jobs:
        raise ValueError(f"nbtf trains in one process, but TF_CONFIG tells of a cluster: {config.cluster_spec}")
    return _train_locally(estimator, train_spec, eval_spec)


def _train_locally(estimator: Estimator, train_spec: TrainSpec, eval_spec: EvalSpec) -> tuple[Any, Any]:
    config = estimator.config
    logging.info(
        "Start train and evaluate loop. The evaluate will happen after every checkpoint. Checkpoint frequency is "
        "determined based on RunConfig arguments: save_checkpoints_steps %s or save_checkpoints_secs %s.",
        config.save_checkpoints_steps,
        config.save_checkpoints_secs,
    )
    evaluator = _Evaluator(estimator, eval_spec, train_spec.max_steps)
    listener = _EvaluateCheckpoints(evaluator, eval_spec.throttle_secs)
    listeners: Sequence[CheckpointSaverListener] = [*train_spec.saving_listeners, listener]
    estimator.train(
        train_spec.input_fn, max_steps=train_spec.max_steps, hooks=train_spec.hooks, saving_listeners=listeners
    )
    return listener.results


def _evaluate_continuously(evaluator: _Evaluator, spec: EvalSpec) -> None:
    if spec.start_delay_secs:
        logging.info("Waiting %f secs before starting eval.", spec.start_delay_secs)
        time.sleep(spec.start_delay_secs)
    while not evaluator.has_ended:
        started = time.monotonic()
        if evaluator.evaluate_and_export() is None:
            logging.info("There is no new checkpoint to evaluate in %s.", evaluator._estimator.model_dir)
        if not evaluator.has_ended:
            time.sleep(max(spec.throttle_secs - (time.monotonic() - started), 0.1))
