"""tf.metrics: classes that are each as important as the others."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones, ones_like
from nbtf.array.indexing import where
from nbtf.array.shapes import reshape, size
from nbtf.dtypes import float32, float64, int64
from nbtf.graph.raw_ops import raw
from nbtf.math.casting import cast
from nbtf.math.confusion import confusion_matrix
from nbtf.math.operands import div_no_nan, divide
from nbtf.math.reductions import reduce_mean, reduce_sum
from nbtf.metrics.state import finished, metric_variable
from nbtf.variables.assigning import assign_add
from nbtf.variables.scattering import scatter_add
from nbtf.variables.scoping import variable_scope


def mean_per_class_accuracy(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the mean over classes of how often they were recognized.

    labels, predictions: class numbers. weights: of the labels' rank, with dims that are theirs or 1. The value is a
    scalar, the update [num_classes]: a class of which no label was seen counts as 0.
    """
    with variable_scope(name, "mean_accuracy", [predictions, labels, weights]):
        labels = cast(labels, int64)
        if labels.shape.ndims > 1:
            labels = reshape(labels, [-1])
        if predictions.shape.ndims > 1:
            predictions = reshape(predictions, [-1])
        predictions.shape.assert_is_compatible_with(labels.shape)
        total = metric_variable([num_classes], float32, "total")
        count = metric_variable([num_classes], float32, "count")
        seen = ones([size(labels)], float32)
        if labels.dtype != predictions.dtype:
            predictions = cast(predictions, labels.dtype)
        right = cast(raw.Equal(predictions, labels), float32)
        if weights is not None:
            if weights.shape.ndims > 1:
                weights = reshape(weights, [-1])
            weights = cast(weights, float32)
            right = right * weights
            seen = seen * weights
        new_total = scatter_add(total, labels, seen)
        new_count = scatter_add(count, labels, right)
        shares = div_no_nan(count, raw.Maximum(total, 0))
        value = reduce_mean(shares, name="mean_accuracy")
        update = div_no_nan(new_count, raw.Maximum(new_total, 0), name="update_op")
        return finished(value, update, metrics_collections, updates_collections)


def _all_confusions(labels: Any, predictions: Any, num_classes: int, weights: Any) -> tuple[Any, Any]:
    """(the matrix of all batches seen, its update)."""
    total = metric_variable([num_classes, num_classes], float64, "total_confusion_matrix")
    predictions, labels = cast(predictions, int64), cast(labels, int64)
    classes = cast(num_classes, int64)
    if predictions.shape.ndims > 1:
        predictions = reshape(predictions, [-1])
    if labels.shape.ndims > 1:
        labels = reshape(labels, [-1])
    if weights is not None and weights.shape.ndims > 1:
        weights = reshape(weights, [-1])
    new = confusion_matrix(labels, predictions, classes, weights=weights, dtype=float64)
    return total, assign_add(total, new)


def mean_iou(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the mean over classes of intersection / union; the update gives the confusion matrix."""
    with variable_scope(name, "mean_iou", [predictions, labels, weights]):
        predictions.shape.assert_is_compatible_with(labels.shape)
        total, update = _all_confusions(labels, predictions, num_classes, weights)
        columns = cast(reduce_sum(total, 0), float32)
        rows = cast(reduce_sum(total, 1), float32)
        right = cast(raw.DiagPart(total), float32)
        union = columns + rows - right
        count = reduce_sum(cast(raw.NotEqual(union, 0), float32))
        union = where(raw.Greater(union, 0), union, ones_like(union))
        shares = divide(right, union)
        value = where(raw.Greater(count, 0), reduce_sum(shares, name="mean_iou") / count, 0)
        return finished(value, update, metrics_collections, updates_collections)
