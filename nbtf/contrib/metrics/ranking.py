"""tf.contrib.metrics: metrics of the k best classes, with predictions before labels."""

from __future__ import annotations

from typing import Any

from nbtf.dtypes import float32
from nbtf.math.casting import cast
from nbtf.metrics import at_k, means
from nbtf.nn.selection import in_top_k


def streaming_recall_at_k(
    predictions: Any,
    labels: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """How often the label is among the k best classes: (value, update), floats [].

    predictions: float [N, C]. labels: int [N]. weights: of each prediction, [N].
    """
    found = cast(in_top_k(predictions, labels, k), float32)
    return means.mean(found, weights, metrics_collections, updates_collections, name or f"recall_at_{k}")


def sparse_recall_at_top_k(
    labels: Any,
    top_k_predictions: Any,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """tf.metrics.recall_at_top_k; top_k_predictions: int64 [..., k], the best classes."""
    return at_k.recall_at_top_k(
        labels,
        top_k_predictions,
        class_id=class_id,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


def streaming_sparse_precision_at_top_k(
    top_k_predictions: Any,
    labels: Any,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """tf.metrics.precision_at_top_k; top_k_predictions: int64 [..., k], the best classes."""
    return at_k.precision_at_top_k(
        labels,
        top_k_predictions,
        class_id=class_id,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )
