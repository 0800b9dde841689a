"""tf.losses: the losses of predictions."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones_like, zeros_like
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import where
from nbtf.array.shapes import rank, shape
from nbtf.dtypes import float32
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.losses.collecting import add_loss
from nbtf.losses.weighting import Reduction, compute_weighted_loss, number_present
from nbtf.math.casting import cast
from nbtf.math.confusion import remove_squeezable_dimensions
from nbtf.math.operands import abs as absolute
from nbtf.math.operands import add, div_no_nan
from nbtf.math.reductions import reduce_sum
from nbtf.math.weighting import assert_broadcastable, squeezed_weights
from nbtf.nn import cross_entropies

LOSSES = GraphKeys.LOSSES
BY_NONZERO = Reduction.SUM_BY_NONZERO_WEIGHTS


def _check_given(**arguments: Any) -> None:
    for name, value in arguments.items():
        if value is None:
            raise ValueError(f"Argument `{name}` must not be None.")


def _as_floats(labels: Any, predictions: Any) -> tuple[Any, Any]:
    """Both as float32. Raises ValueError for shapes that differ."""
    predictions, labels = cast(predictions, float32), cast(labels, float32)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return labels, predictions


def absolute_difference(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
) -> Any:
    """|predictions - labels|, weighted and reduced: see `compute_weighted_loss`."""
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "absolute_difference", [predictions, labels, weights]) as scope:
        labels, predictions = _as_floats(labels, predictions)
        losses = absolute(raw.Sub(predictions, labels))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: int | None = None,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
    dim: int | None = None,
) -> Any:
    """1 - the products of unit vectors along `axis`, weighted and reduced: see `compute_weighted_loss`."""
    axis = renamed("axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("You must specify argument `axis`.")
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "cosine_distance_loss", [predictions, labels, weights]) as scope:
        labels, predictions = _as_floats(labels, predictions)
        losses = 1 - reduce_sum(raw.Mul(predictions, labels), axis=(axis,), keepdims=True)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def hinge_loss(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
) -> Any:
    """max(1 - (2 * labels - 1) * logits, 0), weighted and reduced: see `compute_weighted_loss`. labels: 0 or 1."""
    _check_given(labels=labels, logits=logits)
    with name_scope(scope, "hinge_loss", [logits, labels, weights]) as scope:
        labels, logits = _as_floats(labels, logits)
        ones = ones_like(labels)
        signs = raw.Sub(2 * labels, ones)
        losses = raw.Relu(raw.Sub(ones, raw.Mul(signs, logits)))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def huber_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    delta: float = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
) -> Any:
    """0.5 * error ** 2 up to `delta`, from there on linear, weighted and reduced: see `compute_weighted_loss`."""
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "huber_loss", [predictions, labels, weights]) as scope:
        labels, predictions = _as_floats(labels, predictions)
        error = absolute(raw.Sub(predictions, labels))
        quadratic = raw.Minimum(error, delta)
        linear = raw.Sub(error, quadratic)
        half = convert_to_tensor(0.5, quadratic.dtype)
        losses = add(raw.Mul(half, raw.Mul(quadratic, quadratic)), raw.Mul(delta, linear))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
) -> Any:
    """-log(prediction) or -log(1 - prediction), by the label, weighted and reduced: see `compute_weighted_loss`."""
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "log_loss", [predictions, labels, weights]) as scope:
        labels, predictions = _as_floats(labels, predictions)
        positive = -raw.Mul(labels, raw.Log(predictions + epsilon))
        losses = positive - raw.Mul((1 - labels), raw.Log(1 - predictions + epsilon))
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def mean_pairwise_squared_error(
    labels: Any, predictions: Any, weights: Any = 1.0, scope: str | None = None, loss_collection: str | None = LOSSES
) -> Any:
    """The mean over pairs of elements of an example of the squared difference of their errors; it joins the collection."""
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_pairwise_squared_error", [predictions, labels, weights]):
        weights = cast(weights, float32)
        labels = cast(labels, float32)
        with control_dependencies([assert_broadcastable(weights, labels)]):
            predictions = cast(predictions, float32)
            predictions.shape.assert_is_compatible_with(labels.shape)
            errors = raw.Sub(predictions, labels)
            axis = range_of(1, rank(errors))
            squares = reduce_sum(raw.Square(errors), axis=axis, keepdims=True)
            count = number_present(errors, weights, per_batch=True)
            own = 2.0 * div_no_nan(squares, raw.Maximum(count - 1, 0), name="value")
            total = reduce_sum(errors, axis=axis, keepdims=True)
            squared_total = raw.Square(total)
            pairs = raw.Maximum(raw.Mul(count, count - 1), 0)
            common = 2.0 * div_no_nan(squared_total, pairs, name="value")
            loss = reduce_sum(raw.Mul(own - common, weights))
            mean = where(reduce_sum(count) > 0, loss, zeros_like(loss), name="value")
            add_loss(mean, loss_collection)
            return mean


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
) -> Any:
    """(predictions - labels) ** 2, weighted and reduced: see `compute_weighted_loss`."""
    _check_given(labels=labels, predictions=predictions)
    with name_scope(scope, "mean_squared_error", [predictions, labels, weights]) as scope:
        labels, predictions = _as_floats(labels, predictions)
        losses = raw.SquaredDifference(predictions, labels)
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
) -> Any:
    """tf.nn.sigmoid_cross_entropy_with_logits, weighted and reduced; smoothing brings labels nearer to 0.5."""
    _check_given(multi_class_labels=multi_class_labels, logits=logits)
    with name_scope(scope, "sigmoid_cross_entropy_loss", [logits, multi_class_labels, weights]) as scope:
        logits = convert_to_tensor(logits)
        labels = cast(multi_class_labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = cross_entropies.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
) -> Any:
    """tf.nn.softmax_cross_entropy_with_logits, weighted and reduced; smoothing brings labels nearer to 1 / classes."""
    _check_given(onehot_labels=onehot_labels, logits=logits)
    with name_scope(scope, "softmax_cross_entropy_loss", [logits, onehot_labels, weights]) as scope:
        logits = convert_to_tensor(logits)
        labels = cast(onehot_labels, logits.dtype)
        logits.shape.assert_is_compatible_with(labels.shape)
        if label_smoothing > 0:
            classes = cast(shape(labels)[-1], logits.dtype)
            negative = label_smoothing / classes
            labels = labels * (1 - label_smoothing) + negative
        labels = raw.StopGradient(labels, name="labels_stop_gradient")
        losses = cross_entropies.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = LOSSES,
    reduction: str = BY_NONZERO,
) -> Any:
    """tf.nn.sparse_softmax_cross_entropy_with_logits, weighted and reduced; labels and weights may end in a dim of 1."""
    _check_given(labels=labels, logits=logits)
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", [logits, labels, weights]) as scope:
        labels, logits = remove_squeezable_dimensions(labels, logits, expected_rank_diff=1)
        weights = squeezed_weights(labels, weights)
        losses = cross_entropies.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, scope, loss_collection, reduction)
