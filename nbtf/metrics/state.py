"""What metrics keep between runs, and how they end: a value, and an operation that updates it."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import zeros
from nbtf.graph.collections import GraphKeys, add_to_collections
from nbtf.graph.conversion import convert_to_tensor
from nbtf.math.confusion import remove_squeezable_dimensions
from nbtf.math.weighting import of_rank
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
    return predictions, labels, None if weights is None else of_rank(weights, predictions)
