"""tf.contrib.training: evaluating a checkpoint, or each one that another program writes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf import dtypes, logging
from nbtf.array.moving import identity
from nbtf.graph.collections import GraphKeys
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.scopes import control_dependencies
from nbtf.initializers.constants import Zeros
from nbtf.summary.file_writer import FileWriterCache
from nbtf.summary.summaries import merge_all
from nbtf.train.checkpoint_waiting import checkpoints_iterator
from nbtf.train.hooks import FinalOpsHook
from nbtf.train.monitored_session import ChiefSessionCreator, MonitoredSession
from nbtf.train.session_run_hook import SessionRunArgs, SessionRunHook
from nbtf.train.steps import get_or_create_global_step
from nbtf.variables.assigning import assign_add
from nbtf.variables.scoping import get_variable


def get_or_create_eval_step() -> Any:
    """The variable that counts evaluations, int64 []; a local one, made where the graph has none.

    Raises ValueError where the graph has several.
    """
    graph = get_default_graph()
    steps = graph.get_collection(GraphKeys.EVAL_STEP)
    if len(steps) > 1:
        raise ValueError("Multiple tensors added to tf.GraphKeys.EVAL_STEP")
    if steps:
        return steps[0]
    return get_variable(
        "eval_step",
        shape=[],
        dtype=dtypes.int64,
        initializer=Zeros(),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.EVAL_STEP],
    )


class StopAfterNEvalsHook(SessionRunHook):
    """Stops after num_evals evaluations; None: never."""

    def __init__(self, num_evals: int | None, log_progress: bool = True) -> None:
        """log_progress: whether about ten times, on the way, the log says how far it is."""
        self._num_evals = num_evals
        self._every = 0 if num_evals is None or not log_progress else max(math.floor(num_evals / 10), 1)
        self._completed: Any = None

    def set_evals_completed_tensor(self, updated_eval_step: Any) -> None:
        """The tensor whose value is the number of evaluations, this one with them."""
        self._completed = updated_eval_step

    def before_run(self, run_context: Any) -> SessionRunArgs:
        return SessionRunArgs({"evals_completed": self._completed})

    def after_run(self, run_context: Any, run_values: Any) -> None:
        completed = run_values.results["evals_completed"]
        if self._num_evals is None:
            logging.info("Evaluation [%d]", completed)
            return
        if self._every and (completed % self._every == 0 or completed == self._num_evals):
            logging.info("Evaluation [%d/%d]", completed, self._num_evals)
        if completed >= self._num_evals:
            run_context.request_stop()


class SummaryAtEndHook(SessionRunHook):
    """Writes summaries when the evaluation ends, at the global step."""

    def __init__(
        self, log_dir: str | None = None, summary_writer: Any = None, summary_op: Any = None, feed_dict: Any = None
    ) -> None:
        """summary_op: by default all summaries of the graph. Raises ValueError without log_dir and summary_writer."""
        if log_dir is None and summary_writer is None:
            raise ValueError("One of log_dir or summary_writer should be used.")
        self._log_dir: Any = log_dir
        self._summary_writer = summary_writer
        self._merges = summary_op is None
        self._summary_op, self._feed_dict = summary_op, feed_dict

    def begin(self) -> None:
        if self._merges:
            self._summary_op = merge_all()
        self._global_step = get_or_create_global_step()

    def after_create_session(self, session: Any, coord: Any) -> None:
        if self._summary_writer is None:
            self._summary_writer = FileWriterCache.get(self._log_dir)

    def end(self, session: Any) -> None:
        step = int(session.run(self._global_step))
        if self._summary_op is not None:
            self._summary_writer.add_summary(session.run(self._summary_op, self._feed_dict), step)
        self._summary_writer.flush()


def _with_step(eval_ops: Any, update: Any) -> Any:
    """What to run for one evaluation, that the step is counted by."""
    if isinstance(eval_ops, Mapping):
        return {**eval_ops, "update_eval_step": update}
    return [*(eval_ops if isinstance(eval_ops, (list, tuple)) else [eval_ops]), update]


def _tell(hooks: Sequence[SessionRunHook], completed: Any) -> None:
    for hook in hooks:
        if isinstance(hook, StopAfterNEvalsHook):
            hook.set_evals_completed_tensor(completed)


def _evaluated(creator: ChiefSessionCreator, hooks: Sequence[SessionRunHook], eval_ops: Any, feed_dict: Any) -> None:
    with MonitoredSession(session_creator=creator, hooks=hooks) as session:
        if eval_ops is not None:
            while not session.should_stop():
                session.run(eval_ops, feed_dict)


def evaluate_once(
    checkpoint_path: str,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    hooks: Sequence[SessionRunHook] | None = None,
    config: Any = None,
) -> Any:
    """Restores a checkpoint, runs eval_ops until a hook stops it or the inputs end, and gives what final_ops give then.

    eval_ops: a tensor or operation, a list or a dict of them; None for no evaluations. final_ops: anything that
    Session.run takes; without them the answer is None. hooks: StopAfterNEvalsHook among them counts evaluations.
    """
    step = get_or_create_eval_step()
    every = list(hooks or [])
    if eval_ops is not None:
        update = assign_add(step, 1, use_locking=True)
        eval_ops = _with_step(eval_ops, update)
        with control_dependencies(list(eval_ops.values()) if isinstance(eval_ops, Mapping) else eval_ops):
            _tell(every, identity(step.read_value()))
    final = FinalOpsHook(final_ops, final_ops_feed_dict)
    creator = ChiefSessionCreator(
        scaffold=scaffold, checkpoint_filename_with_path=checkpoint_path, master=master, config=config
    )
    _evaluated(creator, [*every, final], eval_ops, feed_dict)
    return final.final_ops_values


def evaluate_repeatedly(
    checkpoint_dir: str,
    master: str = "",
    scaffold: Any = None,
    eval_ops: Any = None,
    feed_dict: Any = None,
    final_ops: Any = None,
    final_ops_feed_dict: Any = None,
    eval_interval_secs: float = 60,
    hooks: Sequence[SessionRunHook] | None = None,
    config: Any = None,
    max_number_of_evaluations: int | None = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Any:
    """`evaluate_once` of each new checkpoint of a folder; the last values of final_ops.

    eval_interval_secs: at least so long between two evaluations. max_number_of_evaluations: None for any number.
    timeout, timeout_fn: see tf.train.checkpoints_iterator.
    """
    step = get_or_create_eval_step()
    every = list(hooks or [])
    if eval_ops is not None:
        update = assign_add(step, 1)
        eval_ops = _with_step(eval_ops, update)
        _tell(every, update)
    final = FinalOpsHook(final_ops, final_ops_feed_dict)
    paths = checkpoints_iterator(checkpoint_dir, eval_interval_secs, timeout, timeout_fn)
    for number, path in enumerate(paths, start=1):
        creator = ChiefSessionCreator(
            scaffold=scaffold, checkpoint_filename_with_path=path, master=master, config=config
        )
        _evaluated(creator, [*every, final], eval_ops, feed_dict)
        if max_number_of_evaluations is not None and number >= max_number_of_evaluations:
            break
    return final.final_ops_values
