"""Heads: what makes predictions, a loss, metrics and training of a model's logits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from nbtf.array.filling import ones_like
from nbtf.control_flow.grouping import group
from nbtf.dtypes import float32
from nbtf.estimator.modes import ModeKeys
from nbtf.estimator.spec import EstimatorSpec
from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.graph.scopes import name_scope
from nbtf.losses.weighting import Reduction
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_sum
from nbtf.math.weighting import broadcast_weights
from nbtf.metrics.means import mean
from nbtf.summary.summaries import scalar
from nbtf.train.steps import get_global_step


class Loss(NamedTuple):
    """The loss of a batch."""

    training: Any
    """A scalar."""
    unweighted: Any
    """[D0 ... DN, n]."""
    weights: Any
    labels: Any
    """As they went into the loss."""


class Head:
    """What the heads have in common. A head has `logits_dimension`, and the four methods that it replaces."""

    def __init__(self, logits_dimension: int, weight_column: Any, loss_reduction: Any, name: str | None = None) -> None:
        """Raises ValueError for a loss_reduction that is none, or does not reduce."""
        if loss_reduction not in Reduction.all() or loss_reduction == Reduction.NONE:
            raise ValueError(f"Invalid loss_reduction: {loss_reduction}")
        self.logits_dimension = logits_dimension
        self.name = name
        self._weight_column, self._loss_reduction = weight_column, loss_reduction

    def predictions(self, logits: Any) -> dict[str, Any]:
        """Name -> tensor [batch, ...]; among them the logits, checked."""
        raise NotImplementedError

    def loss(self, features: Mapping[str, Any], logits: Any, labels: Any) -> Loss:
        raise NotImplementedError

    def metrics(self, loss: Loss, predictions: dict[str, Any], labels: Any) -> dict[str, tuple[Any, Any]]:
        """Name -> (value, update). labels: as the input function gave them."""
        raise NotImplementedError

    def export_outputs(self, predictions: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def create_estimator_spec(
        self,
        features: Mapping[str, Any],
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Any = None,
        train_op_fn: Callable[[Any], Any] | None = None,
    ) -> EstimatorSpec:
        """A model's spec. Raises ValueError unless exactly one of optimizer and train_op_fn is given for TRAIN."""
        with name_scope(self.name, "head"):
            predictions = self.predictions(logits)
            logits = predictions.get("logits", predictions.get("predictions"))
            if mode == ModeKeys.PREDICT:
                outputs = self.export_outputs(predictions)
                return EstimatorSpec(mode, predictions=predictions, export_outputs=outputs)
            loss = self.loss(features, logits, labels)
            if mode == ModeKeys.TRAIN:
                return self._trained(loss, predictions, optimizer, train_op_fn)
        metrics = self.metrics(loss, predictions, labels)
        return EstimatorSpec(mode, predictions=predictions, loss=loss.training, eval_metric_ops=metrics)

    def _trained(
        self, loss: Loss, predictions: dict[str, Any], optimizer: Any, train_op_fn: Callable[[Any], Any] | None
    ) -> EstimatorSpec:
        train_op = _train_op(loss.training, optimizer, train_op_fn)
        average = None
        if self._loss_reduction == Reduction.SUM:
            average = loss.training / reduce_sum(loss.weights * ones_like(loss.unweighted))
        with name_scope(""):
            suffix = "" if self.name is None else f"/{self.name}"
            scalar(f"loss{suffix}", loss.training)
            if average is not None:
                scalar(f"average_loss{suffix}", average)
        return EstimatorSpec(ModeKeys.TRAIN, predictions=predictions, loss=loss.training, train_op=train_op)


def _train_op(loss: Any, optimizer: Any, train_op_fn: Callable[[Any], Any] | None) -> Any:
    if (optimizer is None) == (train_op_fn is None):
        both = "Only one" if optimizer is not None else "One"
        raise ValueError(f"{both} of optimizer and train_op_fn must be given.")
    train_op = train_op_fn(loss) if train_op_fn is not None else optimizer.minimize(loss, get_global_step())
    updates = get_collection(GraphKeys.UPDATE_OPS)
    return group(train_op, *updates) if updates else train_op


def mean_of(values: Any, weights: Any, name: str, scope_name: str) -> tuple[Any, Any]:
    """The metric of the mean of labels or predictions."""
    with name_scope(name, scope_name, [values, weights]) as scope:
        values = cast(values, float32)
        return mean(values, weights=broadcast_weights(weights, values), name=scope)
