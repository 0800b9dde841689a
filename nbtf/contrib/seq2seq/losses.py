"""tf.contrib.seq2seq: the loss of sequences that lie in one tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.shapes import reshape, shape
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.operands import div_no_nan
from nbtf.math.reductions import count_nonzero, reduce_sum
from nbtf.nn.cross_entropies import sparse_softmax_cross_entropy_with_logits


def sequence_loss(
    logits: Any,
    targets: Any,
    weights: Any,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """The weighted cross entropy of logits [N, T, C] with targets [N, T], reduced along the axes told.

    weights: [N, T], 0 behind the end of a sequence. Averages are sums over the sum of weights; what is summed is divided
    by the number of weights other than 0. Without any reduction [N, T], along one axis a vector, along both a scalar.
    softmax_loss_function: a function of labels and logits, in place of the sparse softmax cross entropy.

    Raises ValueError for other ranks, and for an axis that is to be averaged and summed.
    """
    for what, tensor, rank in (("Logits", logits, 3), ("Targets", targets, 2), ("Weights", weights, 2)):
        if len(tensor.get_shape()) != rank:
            classes = " x logits" if rank == 3 else ""
            raise ValueError(f"{what} must be a [batch_size x sequence_length{classes}] tensor")
    if average_across_timesteps and sum_over_timesteps:
        raise ValueError("average_across_timesteps and sum_over_timesteps cannot be set to True at same time.")
    if average_across_batch and sum_over_batch:
        raise ValueError("average_across_batch and sum_over_batch cannot be set to True at same time.")
    with name_scope(name, "sequence_loss", [logits, targets, weights]):
        rows = reshape(logits, [-1, shape(logits)[2]])
        labels = reshape(targets, [-1])
        loss = softmax_loss_function or sparse_softmax_cross_entropy_with_logits
        losses = loss(labels=labels, logits=rows) * reshape(weights, [-1])
        if average_across_timesteps and average_across_batch:
            return div_no_nan(reduce_sum(losses), reduce_sum(weights))
        if sum_over_timesteps and sum_over_batch:
            return div_no_nan(reduce_sum(losses), cast(count_nonzero(weights), losses.dtype))
        losses = reshape(losses, shape(logits)[0:2])
        if average_across_timesteps or average_across_batch:
            axes = [0] if average_across_batch else [1]
            return div_no_nan(reduce_sum(losses, axis=axes), reduce_sum(weights, axis=axes))
        if sum_over_timesteps or sum_over_batch:
            axes = [0] if sum_over_batch else [1]
            count = cast(count_nonzero(weights, axis=axes), losses.dtype)
            return div_no_nan(reduce_sum(losses, axis=axes), count)
        return losses
