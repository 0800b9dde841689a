"""tf.contrib.losses.metric_learning: losses of embeddings, which are to be near where their labels are the same."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtf.array.filling import ones, ones_like
from nbtf.array.indexing import where
from nbtf.array.joining import tile
from nbtf.array.shapes import reshape, shape, size, transpose
from nbtf.control_flow.printing import print_v1
from nbtf.dtypes import float32
from nbtf.linalg.diagonals import tensor_diag
from nbtf.math.casting import cast
from nbtf.math.elementwise import exp, log, sqrt, square
from nbtf.math.operands import (
    add,
    equal,
    greater,
    less_equal,
    logical_and,
    logical_not,
    matmul,
    maximum,
    multiply,
    squared_difference,
)
from nbtf.math.operands import divide as _divide
from nbtf.math.reductions import reduce_max, reduce_mean, reduce_min, reduce_sum
from nbtf.nn.cross_entropies import softmax_cross_entropy_with_logits

__all__ = ["contrastive_loss", "lifted_struct_loss", "npairs_loss", "triplet_semihard_loss"]


def contrastive_loss(labels: Any, embeddings_anchor: Any, embeddings_positive: Any, margin: float = 1.0) -> Any:
    """The mean of squared distances of pairs of one label, and of max(margin - distance, 0) squared of others: float [].

    labels: int [N], 1 for pairs of one label, else 0. embeddings: float [N, D], (Hadsell et al., 2006).
    """
    distances = sqrt(reduce_sum(squared_difference(embeddings_anchor, embeddings_positive), 1))
    near = cast(labels, float32) * square(distances)
    far = (1.0 - cast(labels, float32)) * square(maximum(margin - distances, 0.0))
    return reduce_mean(near + far, name="contrastive_loss")


class _Pairs(NamedTuple):
    """All pairs of a batch, [N, N]."""

    distances: Any
    same: Any
    others: Any
    count: Any


def _pairs(labels: Any, embeddings: Any, squared: bool) -> _Pairs:
    """Distances of all embeddings, and which ones have the same label and which have others."""
    column = reshape(labels, [shape(labels)[0], 1])
    distances = _distances(embeddings, squared)
    same = equal(column, transpose(column))
    return _Pairs(distances, same, logical_not(same), size(column))


def _distances(features: Any, squared: bool) -> Any:
    squares = add(
        reduce_sum(square(features), axis=[1], keepdims=True),
        reduce_sum(square(transpose(features)), axis=[0], keepdims=True),
    )
    distances = maximum(squares - 2.0 * matmul(features, transpose(features)), 0.0)
    zero = less_equal(distances, 0.0)
    if not squared:
        distances = sqrt(distances + cast(zero, float32) * 1e-16)  # a root of 0 has no gradient
    distances = multiply(distances, cast(logical_not(zero), float32))
    count = shape(features)[0]
    return multiply(distances, ones_like(distances) - tensor_diag(ones([count])))


def _largest(values: Any, mask: Any) -> Any:
    """The largest value of each row where the mask is 1: [R, C] -> [R, 1]."""
    least = reduce_min(values, 1, keepdims=True)
    return reduce_max(multiply(values - least, mask), 1, keepdims=True) + least


def _smallest(values: Any, mask: Any) -> Any:
    """The smallest value of each row where the mask is 1: [R, C] -> [R, 1]."""
    most = reduce_max(values, 1, keepdims=True)
    return reduce_min(multiply(values - most, mask), 1, keepdims=True) + most


def triplet_semihard_loss(labels: Any, embeddings: Any, margin: float = 1.0) -> Any:
    """The mean of max(margin + distance of a pair - distance to another label, 0), squared distances: float [].

    The other label of a pair is the nearest one that is farther than the pair; where there is none, the farthest one
    (Schroff et al., 2015). labels: int [N]. embeddings: float [N, D], of length 1.
    """
    pairs = _pairs(labels, embeddings, squared=True)
    count, distances = pairs.count, pairs.distances
    tiled = tile(distances, [count, 1])
    farther = logical_and(tile(pairs.others, [count, 1]), greater(tiled, reshape(transpose(distances), [-1, 1])))
    some = greater(reduce_sum(cast(farther, float32), 1, keepdims=True), 0.0)
    some = transpose(reshape(some, [count, count]))
    others, beyond = cast(pairs.others, float32), cast(farther, float32)
    outside = transpose(reshape(_smallest(tiled, beyond), [count, count]))
    inside = tile(_largest(distances, others), [1, count])
    losses = add(margin, distances - where(some, outside, inside))
    positive = cast(pairs.same, float32) - tensor_diag(ones([count]))
    positives = reduce_sum(positive)
    total = reduce_sum(maximum(multiply(losses, positive), 0.0))
    return _divide(total, positives, name="triplet_semihard_loss")


def npairs_loss(
    labels: Any, embeddings_anchor: Any, embeddings_positive: Any, reg_lambda: float = 0.002, print_losses: bool = False
) -> Any:
    """The cross entropy of products of anchors with all positives, and a penalty of lengths: float [] (Sohn, 2016).

    labels: int [N]. embeddings: float [N, D], not normalized. reg_lambda: 4 times the factor of the mean squared lengths.
    print_losses: each run prints both parts.
    """
    lengths = reduce_mean(reduce_sum(square(embeddings_anchor), 1))
    lengths = lengths + reduce_mean(reduce_sum(square(embeddings_positive), 1))
    penalty = multiply(0.25 * reg_lambda, lengths, name="l2loss")
    products = matmul(embeddings_anchor, embeddings_positive, transpose_a=False, transpose_b=True)
    column = reshape(labels, [shape(labels)[0], 1])
    same = cast(equal(column, transpose(column)), float32)
    same = same / reduce_sum(same, 1, keepdims=True)
    entropy = reduce_mean(softmax_cross_entropy_with_logits(logits=products, labels=same), name="xentropy")
    if print_losses:
        entropy = print_v1(entropy, ["cross entropy:", entropy, "l2loss:", penalty])
    return penalty + entropy


def lifted_struct_loss(labels: Any, embeddings: Any, margin: float = 1.0) -> Any:
    """A loss of each pair of one label and all pairs with others, in a smooth form: float [] (Song et al., 2016).

    labels: int [N]. embeddings: float [N, D], not normalized.
    """
    pairs = _pairs(labels, embeddings, squared=False)
    count, distances = pairs.count, pairs.distances
    lacking = margin - distances
    others = cast(pairs.others, float32)
    row_most = _largest(lacking, others)
    most = maximum(row_most, transpose(row_most))
    tiled, mask = tile(lacking, [count, 1]), tile(others, [count, 1])
    powers = multiply(exp(tiled - reshape(transpose(most), [-1, 1])), mask)
    sums = reshape(reduce_sum(powers, 1, keepdims=True), [count, count])
    losses = most + log(sums + transpose(sums)) + distances
    positive = cast(pairs.same, float32) - tensor_diag(ones([count]))
    number = reduce_sum(positive) / 2.0
    total = 0.25 * reduce_sum(square(maximum(multiply(losses, positive), 0.0)))
    return _divide(total, number, name="liftedstruct_loss")
