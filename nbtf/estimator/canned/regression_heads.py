"""The head of regressors: mean squared error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf import dtypes
from nbtf.estimator.canned.checks import checked_labels, checked_logits, weights_of
from nbtf.estimator.canned.heads import Head, Loss, mean_of
from nbtf.estimator.export.outputs import DEFAULT, PredictOutput, RegressionOutput
from nbtf.losses.functions import mean_squared_error
from nbtf.losses.weighting import Reduction, compute_weighted_loss
from nbtf.math.casting import cast
from nbtf.metrics.means import mean


class RegressionHead(Head):
    """Values [batch, label_dimension]."""

    def __init__(
        self,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: Any = Reduction.SUM,
        name: str | None = None,
    ) -> None:
        """Raises ValueError for a label_dimension below 1."""
        if label_dimension < 1:
            raise ValueError(f"Invalid label_dimension {label_dimension}.")
        super().__init__(label_dimension, weight_column, loss_reduction, name)

    def predictions(self, logits: Any) -> dict[str, Any]:
        return {"predictions": checked_logits(logits, self.logits_dimension)}

    def loss(self, features: Mapping[str, Any], logits: Any, labels: Any) -> Loss:
        labels = cast(checked_labels(labels, logits, self.logits_dimension), dtypes.float32)
        unweighted = mean_squared_error(labels, logits, reduction=Reduction.NONE)
        weights = weights_of(features, self._weight_column, logits, per_logit=True)
        training = compute_weighted_loss(unweighted, weights=weights, reduction=self._loss_reduction)
        return Loss(training, unweighted, weights, labels)

    def metrics(self, loss: Loss, predictions: dict[str, Any], labels: Any) -> dict[str, tuple[Any, Any]]:
        return {
            "average_loss": mean(loss.unweighted, weights=loss.weights),
            "prediction/mean": mean_of(predictions["predictions"], loss.weights, "prediction/mean", "predictions_mean"),
            "label/mean": mean(labels, weights=loss.weights),
        }

    def export_outputs(self, predictions: dict[str, Any]) -> dict[str, Any]:
        output = RegressionOutput(predictions["predictions"])
        return {DEFAULT: output, "regression": output, "predict": PredictOutput(predictions)}
