"""tf.contrib.crf: scores of sequences of tags, and their likelihood among all sequences."""

from __future__ import annotations

import math
from typing import Any

from nbtf.array.filling import fill, zeros_like
from nbtf.array.indexing import gather, where
from nbtf.array.masks import sequence_mask
from nbtf.array.shapes import expand_dims, reshape, shape, squeeze
from nbtf.graph.conversion import convert_to_tensor
from nbtf.math.casting import cast
from nbtf.math.operands import less_equal, maximum
from nbtf.math.reductions import reduce_logsumexp, reduce_sum
from nbtf.nn.recurrence import dynamic_rnn
from nbtf.nn.rnn_cell.base import RNNCell
from nbtf.variables.scoping import get_variable


def _mask(sequence_lengths: Any, steps: Any, dtype: Any) -> Any:
    return sequence_mask(sequence_lengths, maxlen=shape(steps)[1], dtype=dtype)


def crf_unary_score(tag_indices: Any, sequence_lengths: Any, inputs: Any) -> Any:
    """The sum of each sequence's own scores: float [N].

    tag_indices: int [N, T]. sequence_lengths: int [N]. inputs: float [N, T, tags], the score of each tag at each step.
    """
    inputs, tags = convert_to_tensor(inputs), convert_to_tensor(tag_indices)
    scores = squeeze(gather(inputs, expand_dims(tags, 2), batch_dims=2), [2])
    return reduce_sum(scores * _mask(sequence_lengths, tags, inputs.dtype), 1)


def crf_binary_score(tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The sum of each sequence's transition scores: float [N].

    tag_indices: int [N, T]. sequence_lengths: int [N]. transition_params: float [tags, tags], from and to.
    """
    transitions, tags = convert_to_tensor(transition_params), convert_to_tensor(tag_indices)
    count = transitions.shape.as_list()[0]
    pairs = tags[:, :-1] * (shape(transitions)[0] if count is None else count) + tags[:, 1:]
    scores = gather(reshape(transitions, [-1]), pairs)
    return reduce_sum(scores * _mask(sequence_lengths, tags, transitions.dtype)[:, 1:], 1)


def crf_sequence_score(inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The unnormalized score of each sequence of tags: float [N]; see `crf_unary_score` and `crf_binary_score`."""
    unary = crf_unary_score(tag_indices, sequence_lengths, inputs)
    return unary + crf_binary_score(tag_indices, sequence_lengths, transition_params)


def crf_multitag_sequence_score(inputs: Any, tag_bitmap: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The logarithm of the sum of exp(score) over all sequences of the tags that are allowed: float [N].

    tag_bitmap: bool [N, T, tags], which tags are allowed at each step. The rest: see `crf_sequence_score`.
    """
    inputs = convert_to_tensor(inputs)
    never = fill(shape(inputs), cast(-math.inf, inputs.dtype))
    return crf_log_norm(where(tag_bitmap, inputs, never), sequence_lengths, transition_params)


def crf_log_norm(inputs: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The logarithm of the sum of exp(score) over all sequences of tags: float [N], 0 for an empty sequence.

    inputs: float [N, T, tags]. sequence_lengths: int [N]. transition_params: float [tags, tags], from and to.
    """
    inputs, lengths = convert_to_tensor(inputs), convert_to_tensor(sequence_lengths)
    cell = CrfForwardRnnCell(transition_params)
    _, last = dynamic_rnn(
        cell, inputs[:, 1:, :], maximum(lengths - 1, 0), initial_state=inputs[:, 0, :], dtype=inputs.dtype
    )
    norm = reduce_logsumexp(last, [1])
    return where(less_equal(lengths, 0), zeros_like(norm), norm)


def crf_log_likelihood(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None
) -> tuple[Any, Any]:
    """(the logarithm of the likelihood of each sequence of tags [N], transition_params).

    transition_params: [tags, tags]; by default a variable "transitions". The rest: see `crf_sequence_score`.
    """
    inputs = convert_to_tensor(inputs)
    if transition_params is None:
        tags = inputs.shape.as_list()[2]
        transition_params = get_variable("transitions", [tags, tags])
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return score - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


class CrfForwardRnnCell(RNNCell):
    """One step of the forward algorithm: from scores of tags [N, tags] and the sums before, the sums of each last tag."""

    def __init__(self, transition_params: Any) -> None:
        super().__init__()
        self._transitions = expand_dims(transition_params, 0)
        self._tags = int(self._transitions.shape.as_list()[-1])

    @property
    def state_size(self) -> int:
        return self._tags

    @property
    def output_size(self) -> int:
        return self._tags

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> tuple[Any, Any]:
        """(sums, sums): logarithms, [N, tags]."""
        sums = inputs + reduce_logsumexp(expand_dims(state, 2) + self._transitions, [1])
        return sums, sums
