"""EstimatorSpec: the operations that a model function built, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

from nbtf.array.shapes import reshape
from nbtf.estimator.export.outputs import with_default_output
from nbtf.estimator.modes import ModeKeys
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.kinds_of_values import is_tensor
from nbtf.graph.operation import Operation
from nbtf.train.scaffold import Scaffold
from nbtf.train.session_run_hook import SessionRunHook
from nbtf.variables.variable import Variable


class _EstimatorSpec(NamedTuple):
    mode: Any
    predictions: Any
    loss: Any
    train_op: Any
    eval_metric_ops: dict[Any, Any]
    export_outputs: Any
    training_chief_hooks: tuple[SessionRunHook, ...]
    training_hooks: tuple[SessionRunHook, ...]
    scaffold: Scaffold
    evaluation_hooks: tuple[SessionRunHook, ...]
    prediction_hooks: tuple[SessionRunHook, ...]


class EstimatorSpec(_EstimatorSpec):
    """What a model function returns: the parts of a model that training, evaluation or prediction runs.

    mode: of ModeKeys. predictions: a tensor, or name -> tensor [batch, ...]; for PREDICT. loss: a scalar; for TRAIN and
    EVAL. train_op: an operation or tensor; for TRAIN. eval_metric_ops: name -> (value, update), as tf.metrics give them.
    export_outputs: name -> tf.estimator.export.ExportOutput, of which one has the name "serving_default"; where there
    is but one it has that name as well. training_chief_hooks, training_hooks, evaluation_hooks, prediction_hooks:
    SessionRunHooks. scaffold: a Scaffold of one's own.

    Raises ValueError for what the mode asks for and is missing, for a loss of several elements, and for tensors of
    another graph than the default one; TypeError for values of other types.
    """

    __slots__ = ()

    def __new__(
        cls,
        mode: Any,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: Mapping[Any, Any] | None = None,
        export_outputs: Mapping[str, Any] | None = None,
        training_chief_hooks: Iterable[SessionRunHook] | None = None,
        training_hooks: Iterable[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        evaluation_hooks: Iterable[SessionRunHook] | None = None,
        prediction_hooks: Iterable[SessionRunHook] | None = None,
    ) -> Self:
        train_op = _checked_train_op(train_op, mode)
        loss = _checked_loss(loss, mode)
        predictions = _checked_predictions(predictions, mode)
        outputs = with_default_output(export_outputs, predictions) if mode == ModeKeys.PREDICT else export_outputs
        chief_hooks, hooks = _checked_hooks(training_chief_hooks), _checked_hooks(training_hooks)
        of_evaluation, of_prediction = _checked_hooks(evaluation_hooks), _checked_hooks(prediction_hooks)
        metrics = _checked_metrics(eval_metric_ops)
        scaffold = scaffold or Scaffold()
        if not isinstance(scaffold, Scaffold):
            raise TypeError(f"scaffold must be tf.train.Scaffold. Given: {scaffold}")
        return super().__new__(
            cls, mode, predictions, loss, train_op, metrics, outputs, chief_hooks, hooks, scaffold, of_evaluation,
            of_prediction,
        )  # fmt: skip

    def _replace(self, **kwds: Any) -> EstimatorSpec:
        """The spec with other parts, checked again. Raises ValueError for another mode."""
        if kwds.get("mode", self.mode) != self.mode:
            raise ValueError("mode of EstimatorSpec cannot be changed.")
        return EstimatorSpec(**{**self._asdict(), **kwds})


def _checked_train_op(train_op: Any, mode: Any) -> Any:
    if train_op is None:
        if mode == ModeKeys.TRAIN:
            raise ValueError("Missing train_op.")
        return None
    if isinstance(train_op, Variable):
        train_op = train_op.op
    if not (is_tensor(train_op) or isinstance(train_op, Operation)):
        raise TypeError(f"train_op must be Operation or Tensor, given: {train_op}")
    _check_graph(train_op, "train_op")
    return train_op


def _checked_loss(loss: Any, mode: Any) -> Any:
    if loss is None:
        if mode in (ModeKeys.TRAIN, ModeKeys.EVAL):
            raise ValueError("Missing loss.")
        return None
    _check_tensor(loss, "loss")
    shape = loss.get_shape()
    if shape.num_elements() not in (None, 1):
        raise ValueError(f"Loss must be scalar, given: {loss}")
    if not shape.is_compatible_with([]):
        loss = reshape(loss, [])
    _check_graph(loss, "loss")
    return loss


def _checked_predictions(predictions: Any, mode: Any) -> Any:
    if predictions is None:
        if mode == ModeKeys.PREDICT:
            raise ValueError("Missing predictions.")
        return {}
    if isinstance(predictions, Mapping):
        for name, value in predictions.items():
            _check_tensor(value, f"predictions[{name}]")
            _check_graph(value, "prediction values", f"{name}: ")
    else:
        _check_tensor(predictions, "predictions")
        _check_graph(predictions, "prediction values", "None: ")
    return predictions


def _checked_metrics(metrics: Any) -> dict[Any, Any]:
    if metrics is None:
        return {}
    if not isinstance(metrics, Mapping):
        raise TypeError(f"eval_metric_ops must be a dict, given: {metrics}")
    for name, pair in metrics.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(
                f"Values of eval_metric_ops must be (metric_value, update_op) tuples, given: {pair} for key: {name}"
            )
        for part in pair:
            if not (is_tensor(part) or isinstance(part, Operation)):
                raise TypeError(f"eval_metric_ops[{name}] must be Operation or Tensor, given: {part}")
            _check_graph(part, "eval_metric_ops", f"{name}: ")
    return dict(metrics)


def _checked_hooks(hooks: Iterable[SessionRunHook] | None) -> tuple[SessionRunHook, ...]:
    found = tuple(hooks or ())
    for hook in found:
        if not isinstance(hook, SessionRunHook):
            raise TypeError(f"All hooks must be SessionRunHook instances, given: {hook}")
    return found


def _check_tensor(value: Any, what: str) -> None:
    if not is_tensor(value):
        raise TypeError(f"{what} must be Tensor, given: {value}")


def _check_graph(value: Any, what: str, prefix: str = "") -> None:
    if value.graph is not get_default_graph():
        raise ValueError(
            f'{what} with "{prefix}{value.name}" must be from the default graph. Possible causes of this error include: '
            f"\n\n1) {what} was created outside the context of the default graph.\n\n2) The object passed through to "
            'EstimatorSpec was not created in the most recent call to "model_fn".'
        )
