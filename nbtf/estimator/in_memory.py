"""Evaluation of a model while it is trained, with the variables of the training session."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from nbtf.contrib.training.evaluation import StopAfterNEvalsHook
from nbtf.estimator import calling
from nbtf.estimator.base import Estimator
from nbtf.graph.collections import GraphKeys
from nbtf.graph.feeding import placeholder
from nbtf.graph.graph import Graph
from nbtf.train.hooks import SecondOrStepTimer
from nbtf.train.scaffold import Scaffold
from nbtf.train.session_run_hook import SessionRunHook
from nbtf.variables.assigning import assign


class InMemoryEvaluatorHook(SessionRunHook):
    """A hook for training that evaluates at the beginning, every so many steps, and at the end; no checkpoint is read."""

    def __init__(
        self,
        estimator: Estimator,
        input_fn: Callable[..., Any],
        steps: int | None = None,
        hooks: Iterable[SessionRunHook] | None = None,
        name: str | None = None,
        every_n_iter: int | None = 100,
    ) -> None:
        """input_fn, steps, hooks, name: of Estimator.evaluate. every_n_iter: runs between two evaluations.

        Raises ValueError for numbers that are not positive, and in a cluster.
        """
        if every_n_iter is None or every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}.")
        config = estimator.config
        if config.num_ps_replicas > 0 or config.num_worker_replicas > 1:
            raise ValueError("InMemoryEvaluator supports only single machine (aka Local) setting.")
        if steps is not None and steps <= 0:
            raise ValueError(f"Must specify steps > 0, given: {steps}")
        self._estimator, self._input_fn = estimator, input_fn
        self._hooks = calling.checked_hooks(hooks)
        if steps is not None:
            self._hooks.append(StopAfterNEvalsHook(steps))
        self._folder = estimator.eval_dir(name)
        self._timer = SecondOrStepTimer(every_steps=every_n_iter)

    def begin(self) -> None:
        """Raises ValueError for a model whose scaffold has a saver or init_fn of its own."""
        self._timer.reset()
        self._runs = 0
        self._graph = Graph()
        with self._graph.as_default():
            self._built = self._estimator._build_evaluation(self._input_fn, self._hooks, None)
            for what in ("saver", "init_fn"):
                if getattr(self._built.scaffold, what) is not None:
                    raise ValueError(f"InMemoryEvaluator does not support custom {what}")
            variables = self._graph.get_collection(GraphKeys.GLOBAL_VARIABLES)
            self._placeholders = {v.name: placeholder(v.dtype.base_dtype, v.shape) for v in variables}
            self._load = [assign(v, self._placeholders[v.name]) for v in variables]

    def after_create_session(self, session: Any, coord: Any) -> None:
        by_name = {v.name: v for v in session.graph.get_collection(GraphKeys.GLOBAL_VARIABLES)}
        missing = sorted(set(self._placeholders) - set(by_name))
        if missing:
            raise ValueError(f"The graph of training has no variables {missing}, which evaluation has.")
        self._trained = {name: by_name[name] for name in self._placeholders}
        self._evaluate(session)

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self._runs += 1
        if self._timer.should_trigger_for_step(self._runs):
            self._evaluate(run_context.session)

    def end(self, session: Any) -> None:
        self._evaluate(session)

    def _evaluate(self, training_session: Any) -> None:
        values = training_session.run(self._trained)
        feeds = {self._placeholders[name]: value for name, value in values.items()}

        def load(scaffold: Scaffold, session: Any) -> None:
            session.run(self._load, feed_dict=feeds)

        scaffold = Scaffold(init_fn=load, copy_from_scaffold=self._built.scaffold)
        with self._graph.as_default():
            self._estimator._run_evaluation(self._built._replace(scaffold=scaffold), None, self._folder)
        self._timer.update_last_triggered_step(self._runs)
