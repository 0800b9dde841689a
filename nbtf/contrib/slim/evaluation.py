"""tf.contrib.slim.evaluation: metrics of a checkpoint, or of each one that a training program writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf.contrib.training import evaluation
from nbtf.contrib.training.evaluation import (
    StopAfterNEvalsHook,
    SummaryAtEndHook,
    evaluate_repeatedly,
    get_or_create_eval_step,
)
from nbtf.summary.summaries import merge_all
from nbtf.train.checkpoint_waiting import checkpoints_iterator, wait_for_new_checkpoint
from nbtf.train.saver import Saver
from nbtf.train.scaffold import Scaffold

__all__ = [
    "StopAfterNEvalsHook",
    "SummaryAtEndHook",
    "checkpoints_iterator",
    "evaluate_once",
    "evaluate_repeatedly",
    "evaluation_loop",
    "get_or_create_eval_step",
    "wait_for_new_checkpoint",
]

_USE_DEFAULT: Any = 0
"""Summaries of the graph, where None says that there are to be none."""


def _hooks(
    num_evals: int, logdir: str, summary_op: Any, summary_op_feed_dict: Any, hooks: Sequence[Any] | None
) -> list[Any]:
    if summary_op is _USE_DEFAULT:
        summary_op = merge_all()
    every: list[Any] = [StopAfterNEvalsHook(num_evals)]
    if summary_op is not None:
        every.append(SummaryAtEndHook(log_dir=logdir, summary_op=summary_op, feed_dict=summary_op_feed_dict))
    return [*every, *(hooks or [])]


def _saver(variables_to_restore: Any) -> Saver | None:
    return None if variables_to_restore is None else Saver(variables_to_restore)


def evaluate_once(
    master: str,
    checkpoint_path: str,
    logdir: str,
    num_evals: int = 1,
    initial_op: Any = None,
    initial_op_feed_dict: Any = None,
    eval_op: Any = None,
    eval_op_feed_dict: Any = None,
    final_op: Any = None,
    final_op_feed_dict: Any = None,
    summary_op: Any = _USE_DEFAULT,
    summary_op_feed_dict: Any = None,
    variables_to_restore: Any = None,
    session_config: Any = None,
    hooks: Sequence[Any] | None = None,
) -> Any:
    """Restores a checkpoint, runs eval_op num_evals times, and gives what final_op gives then (None without it).

    logdir: a folder for summary_op at the end; by default all summaries, None for none. initial_op: initializes what no
    checkpoint holds. variables_to_restore: by default all global variables.
    """
    every = _hooks(num_evals, logdir, summary_op, summary_op_feed_dict, hooks)
    scaffold = Scaffold(init_op=initial_op, init_feed_dict=initial_op_feed_dict, saver=_saver(variables_to_restore))
    return evaluation.evaluate_once(
        checkpoint_path,
        master=master,
        scaffold=scaffold,
        eval_ops=eval_op,
        feed_dict=eval_op_feed_dict,
        final_ops=final_op,
        final_ops_feed_dict=final_op_feed_dict,
        hooks=every,
        config=session_config,
    )


def evaluation_loop(
    master: str,
    checkpoint_dir: str,
    logdir: str,
    num_evals: int = 1,
    initial_op: Any = None,
    initial_op_feed_dict: Any = None,
    init_fn: Callable[..., Any] | None = None,
    eval_op: Any = None,
    eval_op_feed_dict: Any = None,
    final_op: Any = None,
    final_op_feed_dict: Any = None,
    summary_op: Any = _USE_DEFAULT,
    summary_op_feed_dict: Any = None,
    variables_to_restore: Any = None,
    eval_interval_secs: float = 60,
    max_number_of_evaluations: int | None = None,
    session_config: Any = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
    hooks: Sequence[Any] | None = None,
) -> Any:
    """`evaluate_once` of each new checkpoint of a folder; the last values of final_op.

    init_fn: called with the scaffold and the session after initial_op, where there is no checkpoint. eval_interval_secs:
    at least so long between two evaluations. max_number_of_evaluations: None for any number. timeout, timeout_fn: see
    tf.train.checkpoints_iterator.
    """
    every = _hooks(num_evals, logdir, summary_op, summary_op_feed_dict, hooks)
    scaffold = Scaffold(
        init_op=initial_op,
        init_feed_dict=initial_op_feed_dict,
        init_fn=init_fn,
        saver=_saver(variables_to_restore),
    )
    return evaluate_repeatedly(
        checkpoint_dir,
        master=master,
        scaffold=scaffold,
        eval_ops=eval_op,
        feed_dict=eval_op_feed_dict,
        final_ops=final_op,
        final_ops_feed_dict=final_op_feed_dict,
        eval_interval_secs=eval_interval_secs,
        hooks=every,
        config=session_config,
        max_number_of_evaluations=max_number_of_evaluations,
        timeout=timeout,
        timeout_fn=timeout_fn,
    )
