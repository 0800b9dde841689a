"""tf.metrics: means over all batches seen."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones_like, zeros_like
from nbtf.array.indexing import where
from nbtf.array.shapes import size
from nbtf.dtypes import float32
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies
from nbtf.math.casting import cast
from nbtf.math.confusion import remove_squeezable_dimensions
from nbtf.math.operands import abs as absolute
from nbtf.math.operands import div_no_nan, divide
from nbtf.math.reductions import reduce_sum
from nbtf.math.weighting import broadcast_weights
from nbtf.metrics.state import finished, metric_variable, same_rank
from nbtf.variables.assigning import assign_add
from nbtf.variables.scoping import variable_scope


def mean(
    values: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the weighted mean of all values seen: 0.0 before the first.

    weights: of the values' rank with dims that are theirs or 1. The value reads local variables, which update_op
    updates and tf.local_variables_initializer resets; both join their collections, if given.
    """
    with variable_scope(name, "mean", [values, weights]):
        values = cast(values, float32)
        total = metric_variable([], float32, "total")
        count = metric_variable([], float32, "count")
        if weights is None:
            number = cast(size(values), float32)
        else:
            values, _, weights = same_rank(values, None, weights)
            weights = broadcast_weights(cast(weights, float32), values)
            values = raw.Mul(values, weights)
            number = reduce_sum(weights)
        new_total = assign_add(total, reduce_sum(values))
        with control_dependencies([values]):
            new_count = assign_add(count, number)
        value = div_no_nan(total, raw.Maximum(count, 0), name="value")
        update = div_no_nan(new_total, raw.Maximum(new_count, 0), name="update_op")
        return finished(value, update, metrics_collections, updates_collections)


def mean_tensor(
    values: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`mean` of each element on its own; values need a static shape."""
    with variable_scope(name, "mean", [values, weights]):
        values = cast(values, float32)
        total = metric_variable(values.shape, float32, "total_tensor")
        count = metric_variable(values.shape, float32, "count_tensor")
        number = ones_like(values)
        if weights is not None:
            values, _, weights = same_rank(values, None, weights)
            weights = broadcast_weights(cast(weights, float32), values)
            values = raw.Mul(values, weights)
            number = raw.Mul(number, weights)
        new_total = assign_add(total, values)
        with control_dependencies([values]):
            new_count = assign_add(count, number)
        value = div_no_nan(total, raw.Maximum(count, 0), name="value")
        update = div_no_nan(new_total, raw.Maximum(new_count, 0), name="update_op")
        return finished(value, update, metrics_collections, updates_collections)


def accuracy(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of how often predictions equal labels: see `mean`."""
    predictions, labels, weights = same_rank(predictions, labels, weights)
    predictions.shape.assert_is_compatible_with(labels.shape)
    if labels.dtype != predictions.dtype:
        predictions = cast(predictions, labels.dtype)
    correct = cast(raw.Equal(predictions, labels), float32)
    return mean(correct, weights, metrics_collections, updates_collections, name or "accuracy")


def mean_absolute_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of |predictions - labels|: see `mean`."""
    predictions, labels, weights = same_rank(predictions, labels, weights)
    errors = absolute(predictions - labels)
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_absolute_error")


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of (predictions - labels) ** 2: see `mean`."""
    predictions, labels, weights = same_rank(predictions, labels, weights)
    errors = raw.SquaredDifference(labels, predictions)
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_squared_error")


def root_mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the square root of `mean_squared_error`."""
    predictions, labels, weights = same_rank(predictions, labels, weights)
    name = name or "root_mean_squared_error"
    squared, update = mean_squared_error(labels, predictions, weights, None, None, name)
    return finished(raw.Sqrt(squared), raw.Sqrt(update), metrics_collections, updates_collections)


def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of |labels - predictions| / normalizer, and 0 where that is 0: see `mean`."""
    predictions, labels, weights = same_rank(predictions, labels, weights)
    predictions, normalizer = remove_squeezable_dimensions(predictions, normalizer)
    predictions.shape.assert_is_compatible_with(normalizer.shape)
    zero = raw.Equal(normalizer, 0.0)
    errors = where(zero, zeros_like(labels), divide(absolute(labels - predictions), normalizer))
    return mean(errors, weights, metrics_collections, updates_collections, name or "mean_relative_error")


def mean_cosine_distance(
    labels: Any,
    predictions: Any,
    dim: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of 1 - the products of unit vectors along axis `dim`: see `mean`."""
    predictions, labels, weights = same_rank(predictions, labels, weights)
    products = reduce_sum(raw.Mul(predictions, labels), axis=[dim], keepdims=True)
    value, update = mean(products, weights, None, None, name or "mean_cosine_distance")
    return finished(raw.Sub(1.0, value), raw.Sub(1.0, update), metrics_collections, updates_collections)


def percentage_below(
    values: Any,
    threshold: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the share of values below `threshold`: see `mean`."""
    below = cast(raw.Less(values, threshold), float32)
    return mean(below, weights, metrics_collections, updates_collections, name or "percentage_below_threshold")
