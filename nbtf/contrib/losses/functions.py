"""tf.contrib.losses: the losses of predictions; predictions come first, labels second.

Each is reduced by `compute_weighted_loss`, which tells what weights may be.
"""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones_like, zeros_like
from nbtf.array.indexing import where
from nbtf.array.shapes import reshape, shape
from nbtf.contrib.losses.weighting import compute_weighted_loss, number_present, scaled
from nbtf.dtypes import float32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.losses.collecting import add_loss
from nbtf.math.casting import cast
from nbtf.math.operands import abs as absolute
from nbtf.math.operands import div_no_nan
from nbtf.math.reductions import reduce_sum
from nbtf.nn import cross_entropies


def _check_given(**arguments: Any) -> None:
    for name, value in arguments.items():
        if value is None:
            raise ValueError(f"Argument `{name}` must not be None.")


def _as_floats(predictions: Any, labels: Any) -> tuple[Any, Any]:
    """Both as float32. Raises ValueError for shapes that differ."""
    _check_given(predictions=predictions, labels=labels)
    predictions, labels = convert_to_tensor(predictions), convert_to_tensor(labels)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return cast(predictions, float32), cast(labels, float32)


def absolute_difference(predictions: Any, labels: Any = None, weights: Any = 1.0, scope: str | None = None) -> Any:
    """|predictions - labels|."""
    with name_scope(scope, "absolute_difference", [predictions, labels, weights]) as own:
        predictions, labels = _as_floats(predictions, labels)
        return compute_weighted_loss(absolute(raw.Sub(predictions, labels)), weights, own)


def mean_squared_error(predictions: Any, labels: Any = None, weights: Any = 1.0, scope: str | None = None) -> Any:
    """(predictions - labels) ** 2."""
    with name_scope(scope, "mean_squared_error", [predictions, labels, weights]) as own:
        predictions, labels = _as_floats(predictions, labels)
        return compute_weighted_loss(raw.SquaredDifference(predictions, labels), weights, own)


def log_loss(
    predictions: Any, labels: Any = None, weights: Any = 1.0, epsilon: float = 1e-7, scope: str | None = None
) -> Any:
    """-log(prediction) or -log(1 - prediction), by the label."""
    with name_scope(scope, "log_loss", [predictions, labels, weights]) as own:
        predictions, labels = _as_floats(predictions, labels)
        positive = -raw.Mul(labels, raw.Log(predictions + epsilon))
        losses = positive - raw.Mul((1 - labels), raw.Log(1 - predictions + epsilon))
        return compute_weighted_loss(losses, weights, own)


def cosine_distance(
    predictions: Any, labels: Any = None, axis: int | None = None, weights: Any = 1.0, scope: str | None = None,
    dim: int | None = None,
) -> Any:  # fmt: skip
    """1 - the products of unit vectors along `axis` (`dim` is its older name). Raises ValueError without an axis."""
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError("You must specify 'axis'.")
    with name_scope(scope, "cosine_distance_loss", [predictions, labels, weights]) as own:
        predictions, labels = _as_floats(predictions, labels)
        losses = 1 - reduce_sum(raw.Mul(predictions, labels), axis=[axis])
        return compute_weighted_loss(losses, weights, own)


def hinge_loss(logits: Any, labels: Any = None, scope: str | None = None) -> Any:
    """max(1 - (2 * labels - 1) * logits, 0) of each, neither weighted nor reduced; it joins no collection."""
    with name_scope(scope, "hinge_loss", [logits, labels]):
        _check_given(logits=logits, labels=labels)
        logits, labels = convert_to_tensor(logits), convert_to_tensor(labels)
        logits.shape.assert_is_compatible_with(labels.shape)
        labels = cast(labels, float32)
        ones = ones_like(labels)
        signs = raw.Sub(2 * labels, ones)
        return raw.Relu(raw.Sub(ones, raw.Mul(signs, logits)))


def mean_pairwise_squared_error(
    predictions: Any, labels: Any = None, weights: Any = 1.0, scope: str | None = None
) -> Any:
    """The mean over pairs of elements of an example of the squared difference of their errors. weights: scalar or [N]."""
    with name_scope(scope, "mean_pairwise_squared_error", [predictions, labels, weights]):
        predictions, labels = _as_floats(predictions, labels)
        weights = cast(convert_to_tensor(weights), float32)
        errors = raw.Sub(predictions, labels)
        if errors.shape.ndims is None:
            raise ValueError("diffs.get_shape().ndims cannot be None")
        if weights.shape.ndims is None:
            raise ValueError("weights.get_shape().ndims cannot be None")
        axes = list(range(1, errors.shape.ndims))
        squares = reduce_sum(raw.Square(errors), axis=axes)
        count = number_present(errors, weights, per_batch=True)
        own = 2.0 * div_no_nan(squares, count, name="value")
        total = reduce_sum(errors, axis=axes)
        common = 2.0 * div_no_nan(raw.Square(total), raw.Square(count), name="value")
        loss = scaled(own - common, weights)
        mean = where(reduce_sum(count) > 0, loss, zeros_like(loss), name="value")
        add_loss(mean)
        return mean


def sigmoid_cross_entropy(
    logits: Any, multi_class_labels: Any, weights: Any = 1.0, label_smoothing: float = 0, scope: str | None = None
) -> Any:
    """tf.nn.sigmoid_cross_entropy_with_logits; smoothing brings labels nearer to 0.5."""
    with name_scope(scope, "sigmoid_cross_entropy_loss", [logits, multi_class_labels, weights]) as own:
        logits, labels = convert_to_tensor(logits), convert_to_tensor(multi_class_labels)
        logits.shape.assert_is_compatible_with(labels.shape)
        labels = cast(labels, logits.dtype)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = cross_entropies.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, own)


def softmax_cross_entropy(
    logits: Any, onehot_labels: Any, weights: Any = 1.0, label_smoothing: float = 0, scope: str | None = None
) -> Any:
    """tf.nn.softmax_cross_entropy_with_logits; smoothing brings labels nearer to 1 / classes."""
    with name_scope(scope, "softmax_cross_entropy_loss", [logits, onehot_labels, weights]) as own:
        logits, labels = convert_to_tensor(logits), convert_to_tensor(onehot_labels)
        logits.shape.assert_is_compatible_with(labels.shape)
        labels = cast(labels, logits.dtype)
        if label_smoothing > 0:
            each = label_smoothing / cast(shape(labels)[1], logits.dtype)
            labels = labels * (1 - label_smoothing) + each
        losses = cross_entropies.softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, own)


def sparse_softmax_cross_entropy(logits: Any, labels: Any, weights: Any = 1.0, scope: str | None = None) -> Any:
    """tf.nn.sparse_softmax_cross_entropy_with_logits of labels [N] or [N, 1]."""
    with name_scope(scope, "sparse_softmax_cross_entropy_loss", [logits, labels, weights]) as own:
        logits, labels = convert_to_tensor(logits), convert_to_tensor(labels)
        labels = reshape(labels, [shape(labels)[0]])
        losses = cross_entropies.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name="xentropy")
        return compute_weighted_loss(losses, weights, own)
