"""tf.nn: cross entropies and other losses of single examples."""

from __future__ import annotations

import math
from typing import Any

from nbtf.array.filling import ones_like, zeros_like
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import where
from nbtf.array.joining import concat
from nbtf.array.shapes import rank, reshape, shape, transpose
from nbtf.debugging.comparisons import assert_equal
from nbtf.dtypes import bfloat16, float16, float32
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.operands import add

l2_loss = OpFunction("L2Loss")


# ---- softmax ---------------------------------------------------------------------------------------------------------


def softmax_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, dim: int | None = -1, name: str | None = None, axis: int | None = None
) -> Any:
    """`softmax_cross_entropy_with_logits_v2` through which no gradient flows to the labels."""
    dim = renamed("axis", axis, "dim", dim)
    _check_given("softmax_cross_entropy_with_logits", labels, logits)
    with name_scope(name, "softmax_cross_entropy_with_logits_sg", [logits, labels]) as scope:
        labels = raw.StopGradient(labels, name="labels_stop_gradient")
        return softmax_cross_entropy_with_logits_v2(labels, logits, axis=dim, name=scope)


def softmax_cross_entropy_with_logits_v2(
    labels: Any, logits: Any, axis: int | None = None, name: str | None = None, dim: int | None = None
) -> Any:
    """-sum(labels * log_softmax(logits)) along `axis`, by default the last: [..., C] -> [...].

    labels: the probability of each class, of the logits' shape. 16-bit floats are computed as float32.
    """
    axis = renamed("axis", axis, "dim", dim)
    axis = -1 if axis is None else axis
    _check_given("softmax_cross_entropy_with_logits", labels, logits)
    with name_scope(name, "softmax_cross_entropy_with_logits", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        precise = _precise(logits)
        labels = cast(labels, precise.dtype)
        dims = rank(precise)
        result_shape = logits.shape
        if axis != -1:
            precise = _to_the_end(precise, axis, dims)
            labels = _to_the_end(labels, axis, dims)
        input_shape = shape(precise)
        cost = raw.SoftmaxCrossEntropyWithLogits(_matrix(precise), _matrix(labels), name=scope).loss
        cost = reshape(cost, raw.Slice(input_shape, [0], [raw.Sub(dims, 1)]))
        if result_shape.ndims is not None:
            rest = result_shape.as_list()
            del rest[axis]
            cost.set_shape(rest)
        return cast(cost, logits.dtype)


def _check_given(function: str, labels: Any, logits: Any) -> None:
    if labels is None or logits is None:
        raise ValueError(
            f"Both `labels` and `logits` must be provided for {function}. Received: labels={labels} and logits={logits}"
        )


def _precise(logits: Tensor) -> Any:
    return cast(logits, float32) if logits.dtype in (float16, bfloat16) else logits


def _to_the_end(tensor: Tensor, axis: int, dims: Tensor) -> Any:
    return transpose(tensor, concat([range_of(axis), range_of(axis + 1, dims), [axis]], 0))


def _matrix(tensor: Tensor) -> Any:
    """[..., C] -> [N, C]."""
    dims = rank(tensor)
    sizes = shape(tensor)
    classes = raw.Slice(sizes, [raw.Sub(dims, 1)], [1])
    result = reshape(tensor, concat([[-1], classes], 0))
    static = tensor.shape
    if static.ndims is not None:
        result.set_shape([static[:-1].num_elements(), static.as_list()[-1]])
    return result


def sparse_softmax_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: str | None = None) -> Any:
    """-log_softmax(logits)[label]: labels [...] of classes, logits [..., C] -> [...].

    Raises ValueError where static shapes do not fit; where they tell nothing the graph asserts that they do.
    """
    _check_given("sparse_softmax_cross_entropy_with_logits", labels, logits)
    with name_scope(name, "SparseSoftmaxCrossEntropyWithLogits", [labels, logits]):
        labels = convert_to_tensor(labels)
        logits = convert_to_tensor(logits)
        precise = _precise(logits)
        labels_shape = shape(labels)
        known = _check_label_shape(labels, logits)
        if logits.shape.ndims == 2:
            cost = raw.SparseSoftmaxCrossEntropyWithLogits(precise, labels, name=name).loss
            return cast(cost, logits.dtype)
        checks = [] if known else [assert_equal(shape(labels), shape(logits)[:-1])]
        with control_dependencies(checks):
            classes = shape(logits)[rank(logits) - 1]
            rows = reshape(precise, [-1, classes])
            flat_labels = reshape(labels, [-1])
            cost = raw.SparseSoftmaxCrossEntropyWithLogits(rows, flat_labels, name=name).loss
            cost = reshape(cost, labels_shape)
            cost.set_shape(labels.shape)
            return cast(cost, logits.dtype)


def _check_label_shape(labels: Tensor, logits: Tensor) -> bool:
    """Whether the static shapes tell that labels and logits fit."""
    if logits.shape.ndims == 0:
        raise ValueError(f"`logits` cannot be a scalar. Received logits={logits}`")
    if logits.shape.ndims is None or labels.shape.ndims is None:
        return False
    if labels.shape.ndims != logits.shape.ndims - 1:
        raise ValueError(
            "`labels.shape.rank` must equal `logits.shape.rank - 1`. "
            f"Received: labels.shape={labels.shape} of rank {labels.shape.ndims} and "
            f"logits.shape={logits.shape} of rank {logits.shape.ndims}"
        )
    if not labels.shape.is_fully_defined() or not logits.shape[:-1].is_fully_defined():
        return False
    if labels.shape != logits.shape[:-1]:
        raise ValueError(
            "`labels.shape` must equal `logits.shape` except for the last dimension. "
            f"Received: labels.shape={labels.shape} and logits.shape={logits.shape}"
        )
    return True


# ---- sigmoid ---------------------------------------------------------------------------------------------------------


def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: str | None = None) -> Any:
    """-labels * log(sigmoid(logits)) - (1 - labels) * log(1 - sigmoid(logits)), element by element, without overflow."""
    _check_given("sigmoid_cross_entropy_with_logits", labels, logits)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits, labels = _same_shape("logits", logits, "labels", labels)
        zeros = zeros_like(logits)
        positive = logits >= zeros
        relu_logits = where(positive, logits, zeros)
        negative_abs = where(positive, -logits, logits)
        return add(relu_logits - logits * labels, raw.Log1p(raw.Exp(negative_abs)), name=scope)


def weighted_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, pos_weight: Any = None, name: str | None = None, targets: Any = None
) -> Any:
    """`sigmoid_cross_entropy_with_logits` with positive labels counted `pos_weight` times. targets: old name of labels."""
    labels = renamed("labels", labels, "targets", targets)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits, labels = _same_shape("logits", logits, "labels", labels)
        log_weight = 1 + (pos_weight - 1) * labels
        return add(
            (1 - labels) * logits,
            log_weight * (raw.Log1p(raw.Exp(-abs(logits))) + raw.Relu(-logits)),
            name=scope,
        )


def log_poisson_loss(targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None) -> Any:
    """exp(log_input) - log_input * targets, element by element; in full with Stirling's approximation of log(targets!)."""
    with name_scope(name, "log_poisson_loss", [log_input, targets]):
        log_input, targets = _same_shape("log_input", log_input, "targets", targets)
        result = raw.Exp(log_input) - log_input * targets
        if compute_full_loss:
            half = constant(0.5, targets.dtype)
            two_pi = constant(2 * math.pi, targets.dtype)
            stirling = targets * raw.Log(targets) - targets + half * raw.Log(two_pi * targets)
            zeros = zeros_like(targets)
            ones = ones_like(targets)
            small = raw.LogicalAnd(targets >= zeros, targets <= ones)
            result = result + where(small, zeros, stirling)
        return result


def _same_shape(x_name: str, x: Any, y_name: str, y: Any) -> tuple[Tensor, Tensor]:
    x = convert_to_tensor(x, name=x_name)
    y = convert_to_tensor(y, name=y_name)
    try:
        y.shape.assert_is_compatible_with(x.shape)
    except ValueError:
        raise ValueError(
            f"`{x_name}` and `{y_name}` must have the same shape, received ({x.shape} vs {y.shape})."
        ) from None
    return x, y
