"""tf.contrib.crf: the best sequences of tags."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf.array.indexing import gather
from nbtf.array.joining import concat
from nbtf.array.rearranging import reverse_sequence
from nbtf.array.shapes import expand_dims, shape, squeeze
from nbtf.dtypes import int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.layers.choices import choose
from nbtf.math.casting import cast
from nbtf.math.operands import equal, maximum
from nbtf.math.reductions import argmax, reduce_max
from nbtf.nn.recurrence import dynamic_rnn
from nbtf.nn.rnn_cell.base import RNNCell
from nbtf.variables.scoping import variable_scope


def viterbi_decode(score: Any, transition_params: Any) -> tuple[list[int], Any]:
    """The best sequence of tags of arrays: (tags [T], its score). score: [T, tags]. transition_params: [tags, tags]."""
    best = np.asarray(score[0])
    came_from = []
    for own in score[1:]:
        through = best[:, None] + transition_params
        came_from.append(np.argmax(through, 0))
        best = own + np.max(through, 0)
    tags = [int(np.argmax(best))]
    for before in reversed(came_from):
        tags.append(int(before[tags[-1]]))
    return tags[::-1], np.max(best)


def crf_decode(potentials: Any, transition_params: Any, sequence_length: Any) -> tuple[Any, Any]:
    """The best sequence of tags of each entry of a batch: (tags int32 [N, T], 0 behind the end, its score [N]).

    potentials: float [N, T, tags]. transition_params: float [tags, tags], from and to. sequence_length: int [N].
    """
    potentials, lengths = convert_to_tensor(potentials), convert_to_tensor(sequence_length)
    steps = potentials.shape.as_list()[1]

    def of_one_step() -> tuple[Any, Any]:
        scores = squeeze(potentials, [1])
        return cast(expand_dims(argmax(scores, 1), 1), int32), reduce_max(scores, 1)

    only_one = equal(shape(potentials)[1], 1) if steps is None else steps == 1
    decoded: tuple[Any, Any] = choose(only_one, of_one_step, lambda: _decoded(potentials, transition_params, lengths))
    return decoded


def _decoded(potentials: Any, transition_params: Any, lengths: Any) -> tuple[Any, Any]:
    moves = maximum(lengths - 1, 0)
    forward = CrfDecodeForwardRnnCell(transition_params)
    with variable_scope("crf_forward"):
        came_from, best = dynamic_rnn(
            forward, potentials[:, 1:, :], moves, initial_state=potentials[:, 0, :], dtype=int32
        )
    last = expand_dims(cast(argmax(best, 1), int32), 1)
    backward = CrfDecodeBackwardRnnCell(forward.output_size)
    with variable_scope("crf_backward"):
        back, _ = dynamic_rnn(
            backward, reverse_sequence(came_from, moves, seq_axis=1), moves, initial_state=last, dtype=int32
        )
    tags = concat([last, squeeze(back, [2])], 1)
    return reverse_sequence(tags, maximum(lengths, 1), seq_axis=1), reduce_max(best, 1)


class CrfDecodeForwardRnnCell(RNNCell):
    """One step of the Viterbi algorithm: from scores of tags [N, tags], the best sequences that end in each tag.

    Its output are the tags that those had before, int32 [N, tags]; its state are their scores.
    """

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
        """(tags before, scores)."""
        through = expand_dims(state, 2) + self._transitions
        return cast(argmax(through, 1), int32), inputs + reduce_max(through, [1])


class CrfDecodeBackwardRnnCell(RNNCell):
    """One step back: from the tags before each tag, int32 [N, tags], and a tag [N, 1], the tag before it."""

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        self._tags = num_tags

    @property
    def state_size(self) -> int:
        return 1

    @property
    def output_size(self) -> int:
        return 1

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> tuple[Any, Any]:
        """(tag before, the same)."""
        before = gather(inputs, state, axis=1, batch_dims=1)
        return before, before
