"""Weights of losses and metrics: scalars, or tensors of the values' rank whose dims are the values' or 1."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones_like
from nbtf.array.joining import concat
from nbtf.array.moving import no_op
from nbtf.array.shapes import expand_dims, rank, shape, size, squeeze
from nbtf.control_flow.assertion import assert_v1
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope

_PROBLEM = "weights can not be broadcast to values."


def assert_broadcastable(weights: Any, values: Any) -> Any:
    """An operation that fails unless `weights` fits `values`. Raises ValueError where static shapes tell that already."""
    with name_scope(None, "assert_broadcastable", [weights, values]) as scope:
        with name_scope(None, "weights", [weights]) as own:
            weights = convert_to_tensor(weights, name=own)
            weights_shape, weights_rank = shape(weights, name="shape"), rank(weights, name="rank")
        with name_scope(None, "values", [values]) as own:
            values = convert_to_tensor(values, name=own)
            values_shape, values_rank = shape(values, name="shape"), rank(values, name="rank")
        success = _statically(weights, values)
        if success is not None:
            return no_op(name=success)
        is_scalar = raw.Equal(0, weights_rank, name="is_scalar")
        data = (
            _PROBLEM,
            "weights.shape=",
            weights.name,
            weights_shape,
            "values.shape=",
            values.name,
            values_shape,
            "is_scalar=",
            is_scalar,
        )
        valid = cond(
            is_scalar,
            lambda: is_scalar,
            lambda: _has_valid_shape(weights_rank, weights_shape, values_rank, values_shape),
            name="is_valid_shape",
        )
        return assert_v1(valid, data, name=scope)


def _statically(weights: Any, values: Any) -> str | None:
    """How the static shapes tell that weights fit; None if only a run can tell."""
    mine, theirs = weights.shape, values.shape
    if mine.ndims is None or theirs.ndims is None:
        return None
    if mine.ndims == 0:
        return "static_scalar_check_success"
    if mine.ndims != theirs.ndims:
        raise ValueError(
            f"{_PROBLEM} values.rank={theirs.ndims}. weights.rank={mine.ndims}. "
            f"values.shape={theirs}. weights.shape={mine}."
        )
    if not mine.is_fully_defined() or not theirs.is_fully_defined():
        return None
    for axis, (own, other) in enumerate(zip(mine.as_list(), theirs.as_list(), strict=True)):
        if own not in (1, other):
            raise ValueError(f"{_PROBLEM} Mismatch at dim {axis}. values.shape={theirs} weights.shape={mine}.")
    return "static_dims_check_success"


def _has_valid_shape(weights_rank: Any, weights_shape: Any, values_rank: Any, values_shape: Any) -> Any:
    with name_scope(None, "has_valid_nonscalar_shape", [weights_rank, weights_shape]) as scope:
        same_rank = raw.Equal(values_rank, weights_rank, name="is_same_rank")
        return cond(same_rank, lambda: _has_valid_dims(weights_shape, values_shape), lambda: same_rank, name=scope)


def _has_valid_dims(weights_shape: Any, values_shape: Any) -> Any:
    with name_scope(None, "has_invalid_dims", [weights_shape, values_shape]) as scope:
        own = expand_dims(values_shape, -1)
        valid = concat((own, ones_like(own)), 1)
        invalid = raw.DenseToDenseSetOperation(expand_dims(weights_shape, -1), valid, set_operation="a-b")
        count = size(invalid.result_values, name="num_invalid_dims")
        return raw.Equal(0, count, name=scope)


def broadcast_weights(weights: Any, values: Any) -> Any:
    """`weights` in the shape of `values`."""
    with name_scope(None, "broadcast_weights", [weights, values]) as scope:
        values = convert_to_tensor(values, name="values")
        weights = convert_to_tensor(weights, values.dtype.base_dtype, name="weights")
        mine, theirs = weights.shape, values.shape
        if mine.is_fully_defined() and theirs.is_fully_defined() and mine.is_compatible_with(theirs):
            return weights
        with control_dependencies([assert_broadcastable(weights, values)]):
            return raw.Mul(weights, ones_like(values), name=scope)


# ---- a last dim of 1 -------------------------------------------------------------------------------------------------


def _may_end_in_one(static: Any) -> bool:
    return bool(static.ndims) and static.as_list()[-1] in (1, None)


def _without_last(tensor: Any, condition: Any) -> Any:
    return cond(condition, lambda: squeeze(tensor, [-1]), lambda: tensor)


def squeezed_weights(labels: Any, weights: Any) -> Any:
    """`weights` without a last dim of 1 that the labels have not."""
    weights = convert_to_tensor(weights)
    mine, theirs = weights.shape, labels.shape
    if mine.ndims is not None and theirs.ndims is not None:
        return squeeze(weights, [-1]) if mine.ndims - theirs.ndims == 1 else weights
    dynamic = rank(weights) - rank(labels)
    if mine.ndims is None or (mine.ndims > 0 and _may_end_in_one(mine)):
        weights = _without_last(weights, raw.Equal(1, dynamic))
    return weights


def of_rank(weights: Any, values: Any) -> Any:
    """`weights` with a last dim of 1 more, or less, where that gives them the rank of the values. Scalars stay."""
    weights = convert_to_tensor(weights)
    mine, theirs = weights.shape.ndims, values.shape.ndims
    if mine == 0:
        return weights
    if mine is not None and theirs is not None:
        if mine - theirs == 1:
            return squeeze(weights, [-1])
        return expand_dims(weights, [-1]) if theirs - mine == 1 else weights
    own = rank(weights)
    more = own - rank(values)

    def expanded() -> Any:
        return cond(raw.Equal(more, -1), lambda: expand_dims(weights, [-1]), lambda: weights)

    def squeezed() -> Any:
        return squeeze(weights, [-1]) if mine is None or _may_end_in_one(weights.shape) else weights

    return cond(raw.Equal(own, 0), lambda: weights, lambda: cond(raw.Equal(more, 1), squeezed, expanded))
