"""tf.losses: weights, and the ways to make one loss of many."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones_like, zeros_like
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import where
from nbtf.array.shapes import rank, size
from nbtf.dtypes import float32
from nbtf.graph.collections import GraphKeys
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.losses.collecting import add_loss
from nbtf.math.casting import cast
from nbtf.math.operands import div_no_nan
from nbtf.math.reductions import reduce_sum
from nbtf.math.weighting import assert_broadcastable, broadcast_weights


class Reduction:
    """How weighted losses become one: not at all, by their sum, or by the sum over a count."""

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_OVER_NONZERO_WEIGHTS = SUM_BY_NONZERO_WEIGHTS

    @classmethod
    def all(cls) -> tuple[str, ...]:
        return (
            cls.NONE,
            cls.SUM,
            cls.MEAN,
            cls.SUM_OVER_BATCH_SIZE,
            cls.SUM_OVER_NONZERO_WEIGHTS,
            cls.SUM_BY_NONZERO_WEIGHTS,
        )

    @classmethod
    def validate(cls, key: str) -> None:
        """Raises ValueError for no reduction."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}.")


def compute_weighted_loss(
    losses: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Any:
    """Losses times weights, reduced to one of the losses' dtype, which joins `loss_collection`.

    weights: a scalar, or of the losses' rank with dims that are theirs or 1. Raises ValueError for other weights and
    for an unknown reduction.
    """
    Reduction.validate(reduction)
    with (
        name_scope(scope, "weighted_loss", [losses, weights]),
        control_dependencies([assert_broadcastable(weights, losses)]),
    ):
        losses = convert_to_tensor(losses)
        dtype = losses.dtype
        losses, weights = cast(losses, float32), cast(weights, float32)
        weighted = raw.Mul(losses, weights)
        loss = weighted if reduction == Reduction.NONE else reduce_sum(weighted)
        if reduction == Reduction.MEAN:
            loss = _divided(loss, reduce_sum(ones_like(losses) * weights))
        elif reduction == Reduction.SUM_BY_NONZERO_WEIGHTS:
            loss = _divided(loss, number_present(losses, weights))
        elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
            loss = _divided(loss, _number(losses))
        loss = cast(loss, dtype)
        add_loss(loss, loss_collection)
        return loss


def _divided(loss: Any, count: Any) -> Any:
    return div_no_nan(reduce_sum(loss), count, name="value")


def number_present(losses: Any, weights: Any, per_batch: bool = False) -> Any:
    """How many losses have a weight other than 0, all in all or for each example."""
    with name_scope(None, "num_present", [losses, weights]) as scope:
        weights = cast(weights, float32)
        present = where(raw.Equal(weights, 0.0), zeros_like(weights), ones_like(weights))
        present = broadcast_weights(present, losses)
        if per_batch:
            return reduce_sum(present, axis=range_of(1, rank(present)), keepdims=True, name=scope)
        return reduce_sum(present, name=scope)


def _number(losses: Any) -> Any:
    with name_scope(None, "num_elements", [losses]) as scope:
        return cast(size(losses, name=scope), losses.dtype)
