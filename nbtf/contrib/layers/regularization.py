"""tf.contrib.layers: regularizers, which make a loss of weights."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any

from nbtf import logging
from nbtf.graph.collections import GraphKeys, add_to_collection, get_collection
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.operands import abs as absolute
from nbtf.math.operands import multiply
from nbtf.math.reductions import add_n, reduce_sum

Regularizer = Callable[[Any], Any]


def l1_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """weights -> scale * sum(|weights|); 0.0 makes none. Raises ValueError for an int or a negative scale."""
    return _scaled(scale, scope, "l1_regularizer", lambda weights: reduce_sum(absolute(weights)))


def l2_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """weights -> scale * sum(weights ** 2) / 2; 0.0 makes none. Raises ValueError for an int or a negative scale."""
    return _scaled(scale, scope, "l2_regularizer", lambda weights: raw.L2Loss(weights))


def _scaled(scale: Any, scope: str | None, name: str, measure: Callable[[Any], Any]) -> Regularizer:
    _check_scale(scale, "scale")
    if isinstance(scale, numbers.Real) and scale == 0.0:
        logging.info("Scale of 0 disables regularizer.")
        return lambda _: None

    def regularizer(weights: Any) -> Any:
        with name_scope(scope, name, [weights]) as own:
            factor = convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return multiply(factor, measure(weights), name=own)

    return regularizer


def _check_scale(scale: Any, name: str) -> None:
    if isinstance(scale, numbers.Integral):
        raise ValueError(f"{name} cannot be an integer: {scale}")
    if isinstance(scale, numbers.Real) and scale < 0.0:
        raise ValueError(f"Setting a scale less than 0 on a regularizer: {scale}")


def l1_l2_regularizer(scale_l1: Any = 1.0, scale_l2: Any = 1.0, scope: str | None = None) -> Regularizer | None:
    """The sum of `l1_regularizer` and `l2_regularizer`. Raises ValueError for ints and negative scales."""
    _check_scale(scale_l1, "scale_l1")
    _check_scale(scale_l2, "scale_l2")
    scope = scope or "l1_l2_regularizer"
    if isinstance(scale_l1, numbers.Real) and scale_l1 == 0.0:
        return l2_regularizer(scale_l2, scope)
    if isinstance(scale_l2, numbers.Real) and scale_l2 == 0.0:
        return l1_regularizer(scale_l1, scope)
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope)


def sum_regularizer(regularizer_list: Sequence[Regularizer | None], scope: str | None = None) -> Regularizer | None:
    """weights -> the sum of several regularizers' losses; None, no regularizer, where all are None."""
    regularizers = [one for one in regularizer_list if one is not None]
    if not regularizers:
        return None

    def regularizer(weights: Any) -> Any:
        with name_scope(scope, "sum_regularizer", [weights]) as own:
            losses = [loss for loss in (one(weights) for one in regularizers) if loss is not None]
            return add_n(losses, name=own) if losses else None

    return regularizer


def apply_regularization(regularizer: Regularizer, weights_list: Sequence[Any] | None = None) -> Any:
    """The sum of what `regularizer` makes of all weights (None: of the collection WEIGHTS).

    It joins REGULARIZATION_LOSSES. Raises ValueError for no weights.
    """
    weights = get_collection(GraphKeys.WEIGHTS) if weights_list is None else list(weights_list)
    if not weights:
        raise ValueError("No weights to regularize.")
    with name_scope("get_regularization_penalty", values=weights) as own:
        losses = [regularizer(one) for one in weights]
        penalty = add_n([constant(0.0) if loss is None else loss for loss in losses], name=own)
        add_to_collection(GraphKeys.REGULARIZATION_LOSSES, penalty)
        return penalty
