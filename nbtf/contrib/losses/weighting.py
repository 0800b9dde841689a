"""tf.contrib.losses: weights for leading axes, and the mean over what has a weight."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones
from nbtf.array.indexing import slice_, where
from nbtf.array.shapes import reshape, shape, size, squeeze
from nbtf.dtypes import float32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.losses.collecting import add_loss
from nbtf.math.casting import cast
from nbtf.math.operands import classic_div, div_no_nan, equal, multiply, not_equal
from nbtf.math.reductions import reduce_prod, reduce_sum


def compute_weighted_loss(losses: Any, weights: Any = 1.0, scope: str | None = None) -> Any:
    """The sum of weighted losses over the number of those whose weight is not 0; it joins LOSSES.

    losses: [N, d1, ... dn]. weights: a scalar, or of the losses' leading dims, such as [N]. Raises ValueError for
    unknown ranks and for weights of other dims.
    """
    with name_scope(scope, "weighted_loss", [losses, weights]):
        losses = convert_to_tensor(losses)
        dtype = losses.dtype
        losses = cast(losses, float32)
        weights = cast(convert_to_tensor(weights), float32)
        if losses.shape.ndims is None:
            raise ValueError("losses.get_shape().ndims cannot be None")
        rank = weights.shape.ndims
        if rank is None:
            raise ValueError("weights.get_shape().ndims cannot be None")
        if rank > 1 and weights.shape.as_list()[-1] in (1, None):
            weights = squeeze(weights, [-1])
        total = scaled(losses, weights)
        number = number_present(losses, weights)
        mean = cast(div_no_nan(reduce_sum(total), number, name="value"), dtype)
        add_loss(mean)
        return mean


def scaled(losses: Any, weights: Any) -> Any:
    """The sum of all losses, those of each weight together times it."""
    axes = list(range(weights.shape.ndims, losses.shape.ndims))
    return reduce_sum(multiply(reduce_sum(losses, axis=axes), weights))


def number_present(losses: Any, weights: Any, per_batch: bool = False) -> Any:
    """How many losses have a weight other than 0, all in all or for each example."""
    rank = weights.shape.ndims
    if rank == 0:
        batch = reshape(slice_(shape(losses), [0], [1]), [])
        each = classic_div(cast(size(losses), float32), cast(batch, float32))
        each = where(equal(weights, 0), 0.0, each)
        each = multiply(ones(reshape(batch, [1])), each)
    else:
        nonzero = reduce_sum(cast(not_equal(weights, 0), float32), axis=list(range(1, rank)))
        spread = cast(reduce_prod(slice_(shape(losses), [rank], [-1])), float32)
        each = multiply(nonzero, spread)
    return each if per_batch else reduce_sum(each)
