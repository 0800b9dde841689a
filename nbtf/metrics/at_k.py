"""tf.metrics: precision and recall of the best k classes.

Labels are class numbers: [..., n] dense or sparse, or [...] of one class each. Predictions are scores [..., classes], or
the numbers of the best k classes, [..., k].
"""

from __future__ import annotations

from typing import Any, Final

from nbtf.array.filling import fill
from nbtf.array.ordering import top_k
from nbtf.array.shapes import expand_dims, rank, reshape, shape, size
from nbtf.control_flow.branching import cond
from nbtf.dtypes import float64, int32, int64
from nbtf.graph import gradient_terms as terms
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.sparse_tensor import SparseTensor, convert_to_tensor_or_sparse_tensor
from nbtf.math.casting import cast
from nbtf.math.operands import add, divide
from nbtf.math.reductions import reduce_sum
from nbtf.math.weighting import assert_broadcastable
from nbtf.metrics.state import finished, metric_variable
from nbtf.sets.operations import set_difference, set_intersection, set_size
from nbtf.sparse.rearrangement import sparse_reshape, sparse_retain
from nbtf.variables.assigning import assign_add


def recall_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the share of labels that are among the k classes with the highest scores.

    labels: int64 [..., n], dense or sparse, or [...]; a negative one counts as wrong. predictions: [..., classes].
    class_id: only labels of this class count. weights: a scalar, or of rank n - 1. Both results are float64, NaN until
    a label counts.
    """
    with name_scope(name, _at_k("recall", k, class_id), [predictions, labels, weights]) as scope:
        best = top_k(predictions, k)[1]
        collections = (metrics_collections, updates_collections)
        return _share(labels, best, k, class_id, weights, collections, scope, "false_negative")


def recall_at_top_k(
    labels: Any,
    predictions_idx: Any,
    k: int | None = None,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`recall_at_k` of classes that are chosen already: predictions_idx [..., k]. `k` is only part of the name."""
    collections = (metrics_collections, updates_collections)
    with name_scope(name, _at_k("recall", k, class_id), [predictions_idx, labels, weights]) as scope:
        return _share(labels, predictions_idx, k, class_id, weights, collections, scope, "false_negative")


def precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update_op) of the share of right ones among the k classes with the highest scores: see `recall_at_k`.

    class_id: only predictions of this class count.
    """
    with name_scope(name, _at_k("precision", k, class_id), [predictions, labels, weights]) as scope:
        best = top_k(predictions, k)[1]
        collections = (metrics_collections, updates_collections)
        return _share(labels, best, k, class_id, weights, collections, scope, "false_positive")


def precision_at_top_k(
    labels: Any,
    predictions_idx: Any,
    k: int | None = None,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`precision_at_k` of classes that are chosen already: predictions_idx [..., k]. `k` is only part of the name."""
    collections = (metrics_collections, updates_collections)
    with name_scope(name, _at_k("precision", k, class_id), [predictions_idx, labels, weights]) as scope:
        return _share(labels, predictions_idx, k, class_id, weights, collections, scope, "false_positive")


sparse_precision_at_k = precision_at_k


def _at_k(what: str, k: int | None, class_id: int | None = None) -> str:
    name = f"{what}_at_k" if k is None else f"{what}_at_{k}"
    return name if class_id is None else f"{name}_class{class_id}"


_DIFFERENCES: Final = {"false_positive": True, "false_negative": False}
"""What is wrong -> whether it is in the predictions and not in the labels, or the other way around."""


def _share(
    labels: Any,
    best: Any,
    k: int | None,
    class_id: int | None,
    weights: Any,
    collections: tuple[Any, Any],
    scope: str,
    wrong: str,
) -> tuple[Any, Any]:
    """True positives as a share of them and of what is `wrong`, named as its scope."""
    labels = expanded_labels(labels, best)
    best = cast(best, int64)
    right_total, right_update = _counted("true_positive", labels, best, k, class_id, weights)
    wrong_total, wrong_update = _counted(wrong, labels, best, k, class_id, weights)
    value = divide(right_total, add(right_total, wrong_total), name=scope)
    update = divide(right_update, add(right_update, wrong_update), name="update")
    return finished(value, update, *collections)


def _counted(what: str, labels: Any, best: Any, k: int | None, class_id: int | None, weights: Any) -> tuple[Any, Any]:
    """(the weighted count of all batches, its update)."""
    with name_scope(None, _at_k(what, k, class_id), [best, labels, weights]) as scope:
        with name_scope(None, f"{what}s", [best, labels, weights]):
            if class_id is not None:
                labels, best = _only(labels, class_id), _only(best, class_id)
            both = set_difference(best, labels, _DIFFERENCES[what]) if what in _DIFFERENCES else None
            counts = cast(set_size(set_intersection(best, labels) if both is None else both), float64)
            if weights is not None:
                with control_dependencies([assert_broadcastable(weights, counts)]):
                    weights = cast(weights, float64)
                    counts = raw.Mul(counts, weights)
        of_batch = reduce_sum(counts)
        total = metric_variable([], float64, scope)
        return total, assign_add(total, of_batch, name="update")


def _only(classes: Any, class_id: int) -> Any:
    """The sets of `classes` [..., n] without all but `class_id`, as a sparse tensor."""
    if isinstance(classes, SparseTensor):
        return sparse_retain(classes, raw.Equal(classes.values, class_id))
    dims = shape(classes, out_type=int64)
    last_axis = reshape(size(dims) - 1, [1])
    of_one = terms.reduced_shape(cast(dims, int32), last_axis)
    wanted = fill(of_one, cast(class_id, int64))
    common = set_intersection(wanted, classes)
    return SparseTensor(common.indices, common.values, dims)


def expanded_labels(labels: Any, predictions: Any) -> Any:
    """Labels [..., n]: those of shape [...] become [..., 1]."""
    with name_scope(None, "expand_labels", [labels, predictions]) as scope:
        labels = convert_to_tensor_or_sparse_tensor(labels)
        if isinstance(labels, SparseTensor):
            dims = labels.dense_shape

            def longer() -> SparseTensor:
                return sparse_reshape(labels, raw.ConcatV2([dims, [1]], 0, name="concat"), name=scope)

            return cond(raw.Equal(rank(predictions), size(dims) + 1), longer, lambda: labels)
        mine, theirs = labels.shape.ndims, convert_to_tensor(predictions).shape.ndims
        if mine is not None and theirs is not None:
            return expand_dims(labels, -1, name=scope) if theirs == mine + 1 else labels
        is_short = raw.Equal(rank(predictions), rank(labels) + 1)
        return cond(is_short, lambda: expand_dims(labels, -1, name=scope), lambda: labels)
