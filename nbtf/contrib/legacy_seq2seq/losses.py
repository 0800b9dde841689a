"""tf.contrib.legacy_seq2seq: the loss of sequences that are lists of steps, and models for several lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf.array.shapes import reshape, shape
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.reductions import add_n, reduce_sum
from nbtf.nn.cross_entropies import sparse_softmax_cross_entropy_with_logits
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import variable_scope

LossFunction = Callable[..., Any] | None
"""A function of labels and logits of one step, in place of the sparse softmax cross entropy."""


def sequence_loss_by_example(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    softmax_loss_function: LossFunction = None,
    name: str | None = None,
) -> Any:
    """For each example the sum over T steps of weighted cross entropies, or their mean: [N].

    logits: T of [N, C]; targets: T of [N]; weights: T of [N]. Raises ValueError for lists of other lengths.
    """
    if not len(logits) == len(targets) == len(weights):
        raise ValueError(
            f"Lengths of logits, weights, and targets must be the same {len(logits)}, {len(weights)}, {len(targets)}."
        )
    with name_scope(name, "sequence_loss_by_example", [*logits, *targets, *weights]):
        losses = []
        for logit, target, weight in zip(logits, targets, weights, strict=True):
            if softmax_loss_function is None:
                target = reshape(target, [-1])
                loss = sparse_softmax_cross_entropy_with_logits(labels=target, logits=logit)
            else:
                loss = softmax_loss_function(labels=target, logits=logit)
            losses.append(loss * weight)
        total = add_n(losses)
        # no example without a weight divides by 0
        return total / (add_n(weights) + 1e-12) if average_across_timesteps else total


def sequence_loss(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: LossFunction = None,
    name: str | None = None,
) -> Any:
    """The sum over the examples of `sequence_loss_by_example`, or their mean: a scalar."""
    with name_scope(name, "sequence_loss", [*logits, *targets, *weights]):
        losses = sequence_loss_by_example(
            logits,
            targets,
            weights,
            average_across_timesteps=average_across_timesteps,
            softmax_loss_function=softmax_loss_function,
        )
        total = reduce_sum(losses)
        return total / cast(shape(targets[0])[0], total.dtype) if average_across_batch else total


def model_with_buckets(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    buckets: Sequence[tuple[int, int]],
    seq2seq: Callable[[Any, Any], tuple[Any, Any]],
    softmax_loss_function: LossFunction = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list[Any], list[Any]]:
    """(outputs, losses), one of each a bucket: a pair of lengths, of which the last one is the greatest.

    seq2seq: (encoder inputs, decoder inputs) -> (outputs, state), as the functions here with all but these given; all
    buckets share its variables. per_example_loss: losses are [N]. Raises ValueError for lists shorter than the last
    bucket.
    """
    lists = (("encoder_inputs", encoder_inputs, 0), ("targets", targets, 1), ("weights", weights, 1))
    for what, given, side in lists:
        if len(given) < buckets[-1][side]:
            raise ValueError(
                f"Length of {what} ({len(given)}) must be at least that of last bucket ({buckets[-1][side]})."
            )
    loss = sequence_loss_by_example if per_example_loss else sequence_loss
    outputs, losses = [], []
    with name_scope(name, "model_with_buckets", [*encoder_inputs, *decoder_inputs, *targets, *weights]):
        for j, (read, written) in enumerate(buckets):
            with variable_scope(get_variable_scope(), reuse=True if j > 0 else None):
                made, _ = seq2seq(encoder_inputs[:read], decoder_inputs[:written])
                outputs.append(made)
                losses.append(
                    loss(made, targets[:written], weights[:written], softmax_loss_function=softmax_loss_function)
                )
    return outputs, losses
