"""tf.metrics: counts of right and wrong decisions, and what follows from them."""

from __future__ import annotations

from typing import Any

from nbtf.array.indexing import where
from nbtf.array.moving import identity
from nbtf.array.shapes import rank
from nbtf.debugging.static_checks import assert_rank_in, assert_type
from nbtf.dtypes import bool as bool_
from nbtf.dtypes import float32
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies
from nbtf.math.casting import cast
from nbtf.math.operands import divide
from nbtf.math.reductions import reduce_sum
from nbtf.metrics.state import finished, metric_variable, same_rank
from nbtf.variables.assigning import assign_add
from nbtf.variables.scoping import variable_scope


def _counted(decisions: Any, weights: Any, metrics_collections: Any, updates_collections: Any) -> tuple[Any, Any]:
    assert_type(decisions, bool_)
    count = metric_variable([], float32, "count")
    values = cast(decisions, float32)
    if weights is not None:
        with control_dependencies([assert_rank_in(weights, (0, rank(values)))]):
            weights = cast(weights, float32)
            values = raw.Mul(values, weights)
    value = identity(count)
    update = assign_add(count, reduce_sum(values))
    return finished(value, update, metrics_collections, updates_collections)


def _decisions(
    scope: str,
    label: bool,
    prediction: bool,
    arguments: tuple[Any, Any, Any],
    collections: tuple[Any, Any],
    name: str | None,
) -> tuple[Any, Any]:
    labels, predictions, weights = arguments
    with variable_scope(name, scope, [predictions, labels, weights]):
        predictions, labels, weights = same_rank(cast(predictions, bool_), cast(labels, bool_), weights)
        hit = raw.LogicalAnd(raw.Equal(labels, label), raw.Equal(predictions, prediction))
        return _counted(hit, weights, *collections)


def true_positives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the weighted count of what is predicted and true. See `mean` for the arguments."""
    collections = (metrics_collections, updates_collections)
    return _decisions("true_positives", True, True, (labels, predictions, weights), collections, name)


def true_negatives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the weighted count of what is neither predicted nor true. See `mean` for the arguments."""
    collections = (metrics_collections, updates_collections)
    return _decisions("true_negatives", False, False, (labels, predictions, weights), collections, name)


def false_positives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the weighted count of what is predicted and not true. See `mean` for the arguments."""
    collections = (metrics_collections, updates_collections)
    return _decisions("false_positives", False, True, (labels, predictions, weights), collections, name)


def false_negatives(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the weighted count of what is true and not predicted. See `mean` for the arguments."""
    collections = (metrics_collections, updates_collections)
    return _decisions("false_negatives", True, False, (labels, predictions, weights), collections, name)


def precision(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the share of right ones among what was predicted: 0.0 if there are none."""
    with variable_scope(name, "precision", [predictions, labels, weights]):
        predictions, labels, weights = same_rank(cast(predictions, bool_), cast(labels, bool_), weights)
        right, right_update = true_positives(labels, predictions, weights)
        wrong, wrong_update = false_positives(labels, predictions, weights)
        value = _share(right, wrong, "value")
        update = _share(right_update, wrong_update, "update_op")
        return finished(value, update, metrics_collections, updates_collections)


def recall(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the share of what was predicted among the true ones: 0.0 if there are none."""
    with variable_scope(name, "recall", [predictions, labels, weights]):
        predictions, labels, weights = same_rank(cast(predictions, bool_), cast(labels, bool_), weights)
        right, right_update = true_positives(labels, predictions, weights)
        wrong, wrong_update = false_negatives(labels, predictions, weights)
        value = _share(right, wrong, "value")
        update = _share(right_update, wrong_update, "update_op")
        return finished(value, update, metrics_collections, updates_collections)


def _share(part: Any, rest: Any, name: str) -> Any:
    return where(raw.Greater(part + rest, 0), divide(part, part + rest), 0, name)
