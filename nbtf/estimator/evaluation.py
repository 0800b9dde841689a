"""One evaluation of a model: metrics over batches, what they amount to, and events that tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError

from nbtf import dtypes, logging
from nbtf.contrib.training.evaluation import get_or_create_eval_step
from nbtf.control_flow.grouping import group
from nbtf.estimator.spec import EstimatorSpec
from nbtf.graph.collections import GraphKeys
from nbtf.metrics.means import mean
from nbtf.summary.file_writer import FileWriterCache
from nbtf.train.scaffold import Scaffold
from nbtf.train.session_run_hook import SessionRunHook
from nbtf.wire import schema
from nbtf.wire.tensor import make_tensor_proto

LOSS = "loss"


class Evaluation(NamedTuple):
    """A model in a graph, to be evaluated."""

    scaffold: Scaffold
    update: Any
    """Runs for each batch."""
    values: dict[str, Any]
    """Metric -> its value after the last batch."""
    hooks: list[SessionRunHook]


def metric_ops(spec: EstimatorSpec, global_step: Any) -> tuple[Any, dict[str, Any]]:
    """(what updates all metrics of an evaluation, name -> value); the mean of the loss and the step are among them.

    Raises ValueError where the model calls a metric "loss" or "global_step".
    """
    metrics = dict(spec.eval_metric_ops)
    if LOSS in metrics:
        raise ValueError(
            f'Metric with name "{LOSS}" is not allowed, because Estimator already defines a default metric with the same '
            "name."
        )
    metrics[LOSS] = mean(spec.loss)
    ordered = sorted(metrics.items())
    update = group(*(update for _, (_, update) in ordered))
    values = {name: value for name, (value, _) in ordered}
    if GraphKeys.GLOBAL_STEP in values:
        raise ValueError(
            "Metric with name `global_step` is not allowed, because Estimator already defines a default metric with the "
            "same name."
        )
    values[GraphKeys.GLOBAL_STEP] = global_step
    return update, values


def scaffold_for(spec: EstimatorSpec) -> Scaffold:
    """The model's scaffold; where it initializes local variables itself, those of metrics as well."""
    scaffold = spec.scaffold
    if scaffold.local_init_op is None:
        return scaffold
    get_or_create_eval_step()
    everything = group(scaffold.local_init_op, Scaffold.default_local_init_op())
    return Scaffold(local_init_op=everything, copy_from_scaffold=scaffold)


# ---- events ----------------------------------------------------------------------------------------------------------


def write_results(folder: str, results: Mapping[str, Any], step: int) -> None:
    """Writes an event with the values of an evaluation; of a summary, its values."""
    text = ", ".join(f"{name} = {value}" for name, value in sorted(results.items()) if not isinstance(value, bytes))
    logging.info("Saving dict for global step %d: %s", step, text)
    summary = schema.Summary()
    for name, value in results.items():
        if value is None or name == GraphKeys.GLOBAL_STEP:
            continue
        _add_value(summary, name, value)
    writer = FileWriterCache.get(folder)
    writer.add_summary(summary, step)
    writer.flush()


def _add_value(summary: Any, name: str, value: Any) -> None:
    if isinstance(value, (float, int, np.floating, np.int32, np.int64)) and not isinstance(value, bool):
        summary.value.add(tag=name, simple_value=float(value))
    elif isinstance(value, bytes):
        _add_summary(summary, name, value)
    elif isinstance(value, np.ndarray):
        summary.value.add(tag=name, node_name=name, tensor=make_tensor_proto(value))
        logging.info("Summary for np.ndarray is not visible in TensorBoard by default: %s", name)
    else:
        logging.warning(
            "Skipping summary for %s, must be a float, np.float32, np.int64, np.int32 or int or np.ndarray or a "
            "serialized string of Summary.",
            name,
        )


def _add_summary(summary: Any, name: str, serialized: bytes) -> None:
    try:
        values = schema.Summary.FromString(serialized).value
    except DecodeError:
        logging.warning("Skipping summary for %s, cannot parse string to Summary.", name)
        return
    for i, value in enumerate(values):
        value.tag = f"{name}/{i}"
    summary.value.extend(values)


def write_checkpoint_path(folder: str, path: str, step: int) -> None:
    """Writes an event that tells which checkpoint was evaluated."""
    logging.info("Saving 'checkpoint_path' summary for global step %d: %s", step, path)
    summary = schema.Summary()
    summary.value.add(tag="checkpoint_path", tensor=make_tensor_proto(path, dtype=dtypes.string))
    writer = FileWriterCache.get(folder)
    writer.add_summary(summary, step)
    writer.flush()
