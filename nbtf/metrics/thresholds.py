"""tf.metrics: decisions at thresholds, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.joining import stack, tile
from nbtf.array.moving import identity
from nbtf.array.shapes import expand_dims, reshape, shape, transpose
from nbtf.debugging.comparisons import assert_greater_equal, assert_less_equal
from nbtf.dtypes import bool as bool_
from nbtf.dtypes import float32, int32, int64
from nbtf.graph.conversion import constant
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies
from nbtf.math.casting import cast
from nbtf.math.operands import abs as absolute
from nbtf.math.operands import divide
from nbtf.math.reductions import argmax, argmin, reduce_min, reduce_sum
from nbtf.math.weighting import broadcast_weights
from nbtf.metrics.state import finished, metric_variable, same_rank
from nbtf.variables.assigning import assign_add
from nbtf.variables.scoping import variable_scope

SMALL = 1e-7  # keeps divisors above 0

COUNTS = {"tp": "true_positives", "fn": "false_negatives", "tn": "true_negatives", "fp": "false_positives"}


def confusions(
    labels: Any, predictions: Any, thresholds: Sequence[float], weights: Any, wanted: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Counts of all batches at each threshold, and their updates: by "tp", "fn", "tn" and "fp", those wanted."""
    message = "predictions must be in [0, 1]"
    checks = [
        assert_greater_equal(predictions, cast(0.0, predictions.dtype), message=message),
        assert_less_equal(predictions, cast(1.0, predictions.dtype), message=message),
    ]
    with control_dependencies(checks):
        predictions, labels, weights = same_rank(cast(predictions, float32), cast(labels, bool_), weights)
    predictions.shape.assert_is_compatible_with(labels.shape)
    count = len(thresholds)
    column = reshape(predictions, [-1, 1])
    row = reshape(labels, [1, -1])
    sizes = column.shape.as_list()[0]
    number = shape(column)[0] if sizes is None else sizes
    limits = tile(expand_dims(constant(thresholds), [1]), stack([1, number]))
    positive = raw.Greater(tile(transpose(column), [count, 1]), limits)
    negative = raw.LogicalNot(positive) if {"fn", "tn"} & set(wanted) else None
    true = tile(row, [count, 1])
    false = raw.LogicalNot(true) if {"fp", "tn"} & set(wanted) else None
    if weights is not None:
        weights = broadcast_weights(cast(weights, float32), predictions)
        weights = tile(reshape(weights, [1, -1]), [count, 1])
    facts = {"tp": (true, positive), "fn": (true, negative), "tn": (false, negative), "fp": (false, positive)}
    values, updates = {}, {}
    for key, (label, prediction) in facts.items():
        if key in wanted:
            values[key] = metric_variable([count], float32, COUNTS[key])
            hits = cast(raw.LogicalAnd(label, prediction), float32)
            if weights is not None:
                hits = hits * weights
            updates[key] = assign_add(values[key], reduce_sum(hits, 1))
    return values, updates


def spread(count: int, last: float = 1.0 + SMALL) -> list[float]:
    """`count` thresholds from just below 0 to just above 1."""
    return [0.0 - SMALL, *((i + 1) * 1.0 / (count - 1) for i in range(count - 2)), last]


def true_positives_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(values, update_op), [T]: `true_positives` if what is above each of T thresholds counts as predicted."""
    with variable_scope(name, "true_positives", [predictions, labels, weights]):
        values, updates = confusions(labels, predictions, thresholds, weights, ["tp"])
        return finished(identity(values["tp"]), updates["tp"], metrics_collections, updates_collections)


def true_negatives_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(values, update_op), [T]: `true_negatives` if what is above each of T thresholds counts as predicted."""
    with variable_scope(name, "true_negatives", [predictions, labels, weights]):
        values, updates = confusions(labels, predictions, thresholds, weights, ["tn"])
        return finished(identity(values["tn"]), updates["tn"], metrics_collections, updates_collections)


def false_positives_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(values, update_op), [T]: `false_positives` if what is above each of T thresholds counts as predicted."""
    with variable_scope(name, "false_positives", [predictions, labels, weights]):
        values, updates = confusions(labels, predictions, thresholds, weights, ["fp"])
        return finished(identity(values["fp"]), updates["fp"], metrics_collections, updates_collections)


def false_negatives_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(values, update_op), [T]: `false_negatives` if what is above each of T thresholds counts as predicted."""
    with variable_scope(name, "false_negatives", [predictions, labels, weights]):
        values, updates = confusions(labels, predictions, thresholds, weights, ["fn"])
        return finished(identity(values["fn"]), updates["fn"], metrics_collections, updates_collections)


def precision_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(values, update_op), [T]: `precision` if what is above each of T thresholds counts as predicted."""
    with variable_scope(name, "precision_at_thresholds", [predictions, labels, weights]):
        values, updates = confusions(labels, predictions, thresholds, weights, ["tp", "fp"])
        value = divide(values["tp"], SMALL + values["tp"] + values["fp"], name="precision_value")
        update = divide(updates["tp"], SMALL + updates["tp"] + updates["fp"], name="precision_update_op")
        return finished(value, update, metrics_collections, updates_collections)


def recall_at_thresholds(
    labels: Any,
    predictions: Any,
    thresholds: Sequence[float],
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(values, update_op), [T]: `recall` if what is above each of T thresholds counts as predicted."""
    with variable_scope(name, "recall_at_thresholds", [predictions, labels, weights]):
        values, updates = confusions(labels, predictions, thresholds, weights, ["tp", "fn"])
        value = divide(values["tp"], SMALL + values["tp"] + values["fn"], name="recall_value")
        update = divide(updates["tp"], SMALL + updates["tp"] + updates["fn"], name="recall_update_op")
        return finished(value, update, metrics_collections, updates_collections)


def sensitivity_at_specificity(
    labels: Any,
    predictions: Any,
    specificity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the sensitivity at the threshold whose specificity comes nearest to `specificity`.

    Raises ValueError for one outside [0, 1].
    """
    if specificity < 0 or specificity > 1:
        raise ValueError(f"`specificity` must be in the range [0, 1]. Currently, `specificity` got {specificity}.")
    with variable_scope(name, "sensitivity_at_specificity", [predictions, labels, weights]):
        thresholds = spread(num_thresholds, 1.0 + SMALL)
        values, updates = confusions(labels, predictions, thresholds, weights, list(COUNTS))

        def at_nearest(counts: dict[str, Any], name: str) -> Any:
            rates = divide(counts["tn"], counts["tn"] + counts["fp"] + SMALL)
            nearest = cast(argmin(absolute(rates - specificity), 0), int32)
            part, rest = counts["tp"], counts["fn"]
            return divide(part[nearest], part[nearest] + rest[nearest] + SMALL, name)

        value = at_nearest(values, "value")
        return finished(value, at_nearest(updates, "update_op"), metrics_collections, updates_collections)


def specificity_at_sensitivity(
    labels: Any,
    predictions: Any,
    sensitivity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the specificity at the threshold whose sensitivity comes nearest to `sensitivity`.

    Raises ValueError for one outside [0, 1].
    """
    if sensitivity < 0 or sensitivity > 1:
        raise ValueError(f"`sensitivity` must be in the range [0, 1]. Currently, `sensitivity` got {sensitivity}.")
    with variable_scope(name, "specificity_at_sensitivity", [predictions, labels, weights]):
        thresholds = spread(num_thresholds, 1.0 - SMALL)
        values, updates = confusions(labels, predictions, thresholds, weights, list(COUNTS))

        def at_nearest(counts: dict[str, Any], name: str) -> Any:
            rates = divide(counts["tp"], counts["tp"] + counts["fn"] + SMALL)
            least = reduce_min(absolute(rates - sensitivity))
            at_least = cast(raw.Equal(absolute(rates - sensitivity), least), int64)
            nearest = cast(argmax(raw.Cumsum(at_least, 0), 0), int32)  # the last of them
            part, rest = counts["tn"], counts["fp"]
            return divide(part[nearest], part[nearest] + rest[nearest] + SMALL, name)

        value = at_nearest(values, "value")
        return finished(value, at_nearest(updates, "update_op"), metrics_collections, updates_collections)
