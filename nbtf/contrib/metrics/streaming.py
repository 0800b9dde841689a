"""tf.contrib.metrics: the metrics of tf.metrics under their older names, with predictions before labels."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from nbtf.metrics import areas, at_k, average_precision, classes, counts, means, thresholds

Metric = Callable[..., tuple[Any, Any]]


def _predictions_first(metric: Metric, prefix: str = "streaming") -> Metric:
    @functools.wraps(metric)
    def streaming(predictions: Any, labels: Any, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        return metric(labels, predictions, *args, **kwargs)

    labels, predictions, *others = inspect.signature(metric).parameters.values()
    streaming.__signature__ = inspect.Signature([predictions, labels, *others])  # type: ignore[attr-defined]
    streaming.__name__ = streaming.__qualname__ = f"{prefix}_{metric.__name__}"
    return streaming


streaming_accuracy = _predictions_first(means.accuracy)
streaming_auc = _predictions_first(areas.auc)
streaming_false_negatives = _predictions_first(counts.false_negatives)
streaming_false_negatives_at_thresholds = _predictions_first(thresholds.false_negatives_at_thresholds)
streaming_false_positives = _predictions_first(counts.false_positives)
streaming_false_positives_at_thresholds = _predictions_first(thresholds.false_positives_at_thresholds)
streaming_mean_absolute_error = _predictions_first(means.mean_absolute_error)
streaming_mean_cosine_distance = _predictions_first(means.mean_cosine_distance)
streaming_mean_iou = _predictions_first(classes.mean_iou)
streaming_mean_relative_error = _predictions_first(means.mean_relative_error)
streaming_mean_squared_error = _predictions_first(means.mean_squared_error)
streaming_precision = _predictions_first(counts.precision)
streaming_precision_at_thresholds = _predictions_first(thresholds.precision_at_thresholds)
streaming_recall = _predictions_first(counts.recall)
streaming_recall_at_thresholds = _predictions_first(thresholds.recall_at_thresholds)
streaming_root_mean_squared_error = _predictions_first(means.root_mean_squared_error)
streaming_sensitivity_at_specificity = _predictions_first(thresholds.sensitivity_at_specificity)
streaming_specificity_at_sensitivity = _predictions_first(thresholds.specificity_at_sensitivity)
streaming_true_negatives = _predictions_first(counts.true_negatives)
streaming_true_negatives_at_thresholds = _predictions_first(thresholds.true_negatives_at_thresholds)
streaming_true_positives = _predictions_first(counts.true_positives)
streaming_true_positives_at_thresholds = _predictions_first(thresholds.true_positives_at_thresholds)
streaming_sparse_average_precision_at_k = _predictions_first(
    average_precision.average_precision_at_k, "streaming_sparse"
)
streaming_sparse_precision_at_k = _predictions_first(at_k.precision_at_k, "streaming_sparse")
streaming_sparse_recall_at_k = _predictions_first(at_k.recall_at_k, "streaming_sparse")
