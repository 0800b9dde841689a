"""tf.metrics: the precision at each of the best k classes that is right, averaged."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones_like, zeros_like
from nbtf.array.indexing import slice_, where_v2
from nbtf.array.joining import concat, tile
from nbtf.array.ordering import top_k
from nbtf.array.shapes import expand_dims, reshape, shape, size
from nbtf.control_flow.branching import cond
from nbtf.dtypes import float64, int64
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor, convert_to_tensor_or_sparse_tensor
from nbtf.math.accumulation import cumsum
from nbtf.math.casting import cast
from nbtf.math.operands import div_no_nan, divide
from nbtf.math.reductions import reduce_max, reduce_sum
from nbtf.math.weighting import broadcast_weights
from nbtf.metrics.at_k import expanded_labels
from nbtf.metrics.state import finished, metric_variable
from nbtf.sets.operations import set_intersection, set_size
from nbtf.sparse.rearrangement import sparse_concat, sparse_reshape
from nbtf.variables.assigning import assign_add


def average_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the mean average precision of the k classes with the highest scores.

    labels: int64 [..., n], dense or sparse, or [...]; those that are no class count as wrong. predictions:
    [..., classes]. weights: a scalar, or of rank n - 1. Both results are float64. Raises ValueError for k < 1.
    """
    if k < 1:
        raise ValueError(f"Invalid k={k}. `k` should be >= 1.")
    with name_scope(name, f"average_precision_at_{k}", [labels, predictions, weights]) as scope:
        best = top_k(predictions, k)[1]
        labels = _without_unknown_classes(labels, predictions)
        average = _average_precision(best, labels, k)
        if weights is not None:
            weights = broadcast_weights(cast(weights, float64), average)
            average = raw.Mul(average, weights)
        with name_scope(None, "max", [average]) as own:
            count = metric_variable([], float64, own)
            in_batch = size(average, name="batch_max") if weights is None else reduce_sum(weights, name="batch_max")
            new_count = assign_add(count, cast(in_batch, float64), name="update")
        with name_scope(None, "total", [average]) as own:
            total = metric_variable([], float64, own)
            new_total = assign_add(total, reduce_sum(average, name="batch_total"), name="update")
        value = div_no_nan(total, count, name="mean")
        update = div_no_nan(new_total, new_count, name=scope)
        return finished(value, update, metrics_collections, updates_collections)


sparse_average_precision_at_k = average_precision_at_k


def _without_unknown_classes(labels: Any, predictions: Any) -> Any:
    """-1 in the place of labels that are larger than any class."""
    classes = cast(shape(predictions)[-1], int64)

    def cleaned(values: Any) -> Any:
        return where_v2(raw.GreaterEqual(values, classes), -1 * ones_like(values), values)

    labels = convert_to_tensor_or_sparse_tensor(labels)
    if isinstance(labels, SparseTensor):
        too_large = raw.GreaterEqual(reduce_max(labels.values), classes)
        return cond(too_large, lambda: labels.with_values(cleaned(labels.values)), lambda: labels)
    return cond(raw.GreaterEqual(reduce_max(labels), classes), lambda: cleaned(labels), lambda: labels)


def _average_precision(best: Any, labels: Any, k: int) -> Any:
    """best [..., k], labels [..., n] -> [...]."""
    with name_scope(None, "average_precision", [best, labels]) as scope:
        best = cast(best, int64, name="predictions_idx")
        labels = expanded_labels(labels, best)
        each = expand_dims(best, -1, name="predictions_idx_per_k")
        repeated = _repeated(labels, k, name="labels_per_k")
        with name_scope(None, "relevant_per_k", [each, repeated]):
            relevant = cast(set_size(set_intersection(each, repeated)), float64)
        right_so_far = cumsum(relevant, -1, name="tp_per_k")
        so_far = cumsum(ones_like(relevant), -1, name="retrieved_per_k")
        precision = divide(right_so_far, so_far, name="precision_per_k")
        counted = raw.Mul(precision, relevant, name="relevant_precision_per_k")
        total = reduce_sum(counted, axis=[-1], name="precision_sum")
        return divide(total, cast(_number_relevant(labels, k), float64), name=scope)


def _number_relevant(labels: Any, k: int) -> Any:
    """How many of k classes could be right: [..., n] -> [...]."""
    with name_scope(None, "num_relevant", [labels]) as scope:
        if isinstance(labels, SparseTensor):
            return raw.Minimum(set_size(labels), k, name=scope)
        classes = where_v2(raw.GreaterEqual(labels, 0), ones_like(labels), zeros_like(labels))
        return raw.Minimum(reduce_sum(classes, -1), k, name=scope)


def _repeated(labels: Any, count: int, name: str) -> Any:
    """[..., n] -> [..., count, n]."""
    with name_scope(None, name, [labels]) as scope:
        if isinstance(labels, SparseTensor):
            dims = labels.dense_shape
            last = reshape(size(dims) + -1, [1])
            longer = concat([slice_(dims, [0], last), [1], slice_(dims, last, [-1])], 0, name="expanded_shape")
            expanded = sparse_reshape(labels, longer, name="expand")
            return expanded if count == 1 else sparse_concat(axis=-2, sp_inputs=[expanded] * count, name=scope)
        expanded = expand_dims(labels, -2, name="expand")
        if count == 1:
            return expanded
        ones = ones_like(shape(labels))
        return tile(expanded, concat([ones[:-1], [count], ones[-1:]], 0, name="multiples"), name=scope)
