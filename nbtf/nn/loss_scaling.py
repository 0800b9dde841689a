"""tf.nn: losses of one replica, scaled so that the sum over all replicas is what it should be. There is one here."""

from __future__ import annotations

from typing import Any

from nbtf.array.shapes import rank, shape
from nbtf.debugging.comparisons import assert_greater_equal, assert_non_negative
from nbtf.debugging.static_checks import assert_integer, assert_scalar
from nbtf.dtypes import float32, int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies
from nbtf.math.casting import cast
from nbtf.math.operands import div_no_nan
from nbtf.math.reductions import reduce_sum
from nbtf.math.weighting import of_rank

REPLICAS = 1


def scale_regularization_loss(regularization_loss: Any) -> Any:
    """The sum of `regularization_loss` divided by the number of replicas."""
    return reduce_sum(regularization_loss) / float(REPLICAS)


def compute_average_loss(per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None) -> Any:
    """The sum of losses [N, ...], each times its weight, over the number of examples of all replicas, N by default.

    Raises ValueError for a scalar loss and a batch size that is no scalar, TypeError for one that is no integer. Of 0
    examples the average is 0. The graph gets an operation that refuses negative sizes; nothing waits for it.
    """
    losses = convert_to_tensor(per_example_loss)
    if losses.shape.ndims == 0:
        raise ValueError(
            "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1. "
            f"Received per_example_loss={losses} with rank 0"
        )
    checks = []
    if losses.shape.ndims is None:
        message = "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1."
        checks.append(assert_greater_equal(rank(losses), cast(1, int32), message=message))
    with control_dependencies(checks):
        return _averaged(losses, sample_weight, global_batch_size)


def _averaged(losses: Any, sample_weight: Any, global_batch_size: Any) -> Any:
    dtype = losses.dtype
    if sample_weight is not None:
        weights = of_rank(sample_weight, losses)
        losses = cast(raw.Mul(cast(losses, float32), cast(weights, float32)), dtype)
    if global_batch_size is None:
        global_batch_size = shape(losses)[0] * REPLICAS
    assert_scalar(global_batch_size, message="global_batch_size must be scalar.")
    assert_integer(global_batch_size, message="global_batch_size must be an integer.")
    assert_non_negative(global_batch_size, message="global_batch_size must be non-negative.")
    return div_no_nan(reduce_sum(losses), cast(global_batch_size, dtype))
