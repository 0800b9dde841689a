"""tf.contrib.metrics: the accuracy of one batch, F1 scores, and several metrics together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.array.filling import ones_like
from nbtf.dtypes import bool as bool_
from nbtf.dtypes import float32, string
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.operands import classic_div, divide, multiply
from nbtf.math.reductions import reduce_max, reduce_mean, reduce_sum
from nbtf.metrics.state import finished
from nbtf.metrics.thresholds import SMALL, confusions, spread
from nbtf.variables.scoping import variable_scope


def accuracy(predictions: Any, labels: Any, weights: Any = None, name: str | None = None) -> Any:
    """The (weighted) share of predictions, bools, integers or strings, that are the labels.

    Raises ValueError for other labels, and for predictions of another dtype or shape.
    """
    if not (labels.dtype.is_integer or labels.dtype in (bool_, string)):
        raise ValueError(f"Labels should have bool, integer, or string dtype, not {labels.dtype!r}")
    if not labels.dtype.is_compatible_with(predictions.dtype):
        raise ValueError(
            "Dtypes of predictions and labels should match. "
            f"Given: predictions ({predictions.dtype!r}) and labels ({labels.dtype!r})"
        )
    with name_scope(name, "accuracy", values=[predictions, labels]):
        right = cast(raw.Equal(predictions, labels), float32)
        if weights is None:
            return reduce_mean(right)
        right = multiply(right, weights)
        count = multiply(weights, ones_like(right))
        return classic_div(reduce_sum(right), reduce_sum(count))


def f1_score(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the largest F1 score, 2 / (1 / precision + 1 / recall), at evenly spread thresholds."""
    with variable_scope(name, "f1", [labels, predictions, weights]):
        limits = spread(num_thresholds)
        values, updates = confusions(labels, predictions, limits, weights, ["tp", "fp", "fn"])
        value, update = _best_f1(values, "value"), _best_f1(updates, "update")
        return finished(value, update, metrics_collections, updates_collections)


def _best_f1(counts: Mapping[str, Any], name: str) -> Any:
    tp = counts["tp"]
    precision = divide(tp, SMALL + tp + counts["fp"], name=f"precision_{name}")
    recall = divide(tp, SMALL + tp + counts["fn"], name=f"recall_{name}")
    return reduce_max(2.0 * precision * recall / (precision + recall + SMALL))


def aggregate_metrics(*value_update_tuples: tuple[Any, Any]) -> tuple[list[Any], list[Any]]:
    """(values, updates) of several metrics. Raises ValueError for none."""
    if not value_update_tuples:
        raise ValueError("Expected at least one value_tensor/update_op pair")
    values, updates = zip(*value_update_tuples, strict=True)
    return list(values), list(updates)


def aggregate_metric_map(names_to_tuples: Mapping[str, tuple[Any, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(name -> value, name -> update) of several metrics by name."""
    values = {name: value for name, (value, _) in names_to_tuples.items()}
    return values, {name: update for name, (_, update) in names_to_tuples.items()}
