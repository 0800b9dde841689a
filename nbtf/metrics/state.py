"""What metrics keep between runs, and how they end: a value, and an operation that updates it."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import zeros
from nbtf.array.shapes import expand_dims, rank, squeeze
from nbtf.control_flow.branching import cond
from nbtf.graph.collections import GraphKeys, add_to_collections
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.math.confusion import remove_squeezable_dimensions
from nbtf.variables.policies import VariableAggregation, VariableSynchronization
from nbtf.variables.variable import Variable


def metric_variable(shape: Any, dtype: Any, name: str) -> Any:
    """A local variable of zeros in LOCAL_VARIABLES and METRIC_VARIABLES."""
    return Variable(
        lambda: zeros(shape, dtype),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES],
        synchronization=VariableSynchronization.ON_READ,
        aggregation=VariableAggregation.SUM,
        name=name,
    )


def finished(value: Any, update: Any, metrics_collections: Any, updates_collections: Any) -> tuple[Any, Any]:
    """(value, update), each of them in its collections."""
    if metrics_collections:
        add_to_collections(metrics_collections, value)
    if updates_collections:
        add_to_collections(updates_collections, update)
    return value, update


def same_rank(predictions: Any, labels: Any, weights: Any) -> tuple[Any, Any, Any]:
    """Predictions, labels and weights (the latter may be None) without a last dim of 1 that only one of them has."""
    predictions = convert_to_tensor(predictions)
    if labels is not None:
        labels, predictions = remove_squeezable_dimensions(labels, predictions)
        predictions.shape.assert_is_compatible_with(labels.shape)
    if weights is None:
        return predictions, labels, None
    weights = convert_to_tensor(weights)
    mine, theirs = weights.shape.ndims, predictions.shape.ndims
    if mine == 0:
        return predictions, labels, weights
    if mine is not None and theirs is not None:
        if mine - theirs == 1:
            weights = squeeze(weights, [-1])
        elif theirs - mine == 1:
            weights = expand_dims(weights, [-1])
        return predictions, labels, weights
    return predictions, labels, _dynamically(weights, predictions)


def _dynamically(weights: Any, predictions: Any) -> Any:
    own = rank(weights)
    more = own - rank(predictions)

    def expanded() -> Any:
        return cond(raw.Equal(more, -1), lambda: expand_dims(weights, [-1]), lambda: weights)

    def squeezed() -> Any:
        static = weights.shape
        may_squeeze = static.ndims is None or static.as_list()[-1] in (1, None)
        return squeeze(weights, [-1]) if may_squeeze else weights

    return cond(raw.Equal(own, 0), lambda: weights, lambda: cond(raw.Equal(more, 1), squeezed, expanded))
