"""tf.contrib.seq2seq: a decoder that keeps the best few sequences of each entry of a batch."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nbtf import nest
from nbtf.array.filling import fill, one_hot, zeros
from nbtf.array.indexing import gather, where
from nbtf.array.joining import concat, tile
from nbtf.array.ordering import top_k
from nbtf.array.shapes import expand_dims, reshape, shape, size
from nbtf.contrib.seq2seq.attending_cells import AttentionWrapperState
from nbtf.contrib.seq2seq.beam_trees import gather_tree, gather_tree_from_array
from nbtf.contrib.seq2seq.decoder_inputs import checked_tokens, embedding_function
from nbtf.contrib.seq2seq.decoding import Decoder
from nbtf.control_flow.branching import cond
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.dtypes import bool as bool_type
from nbtf.dtypes import int32, int64
from nbtf.graph.constant_value import constant_value
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.layers.base import Layer
from nbtf.math.casting import cast
from nbtf.math.elementwise import log
from nbtf.math.operands import equal, floordiv, floormod, logical_not, logical_or, minimum
from nbtf.math.operands import pow as power
from nbtf.math.reductions import reduce_all, reduce_max, reduce_sum
from nbtf.nn.activations import log_softmax
from nbtf.nn.rnn_cell.checks import assert_like_cell
from nbtf.tensor_shape import TensorShape


class BeamSearchDecoderState(NamedTuple):
    """cell_state: of the cell, [N, K, ...]. log_probs [N, K], finished bool [N, K] and lengths int64 [N, K]: of the beams.

    accumulated_attention_probs: [N, K, T], how much of each step of the memory was read; () without a coverage penalty.
    """

    cell_state: Any
    log_probs: Any
    finished: Any
    lengths: Any
    accumulated_attention_probs: Any


class BeamSearchDecoderOutput(NamedTuple):
    """The best beams of a step, [N, K] each: scores, their last ids int32, the beams they went on from int32."""

    scores: Any
    predicted_ids: Any
    parent_ids: Any


class FinalBeamSearchDecoderOutput(NamedTuple):
    """predicted_ids: int32 [N, T, K], whole sequences, best first. beam_search_decoder_output: of all steps."""

    predicted_ids: Any
    beam_search_decoder_output: Any


class BeamSearchDecoder(Decoder):
    """Steps K beams of each of N sequences, and keeps the K best continuations of all of them."""

    def __init__(
        self,
        cell: Any,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        initial_state: Any,
        beam_width: int,
        output_layer: Any = None,
        length_penalty_weight: float = 0.0,
        coverage_penalty_weight: float = 0.0,
        reorder_tensor_arrays: bool = True,
    ) -> None:
        """embedding: [V, D], or a function of ids [N, K]. start_tokens: int32 [N]. end_token: int32 [].

        initial_state: of N * beam_width sequences, see `tile_batch`; so is the memory of an AttentionWrapper. output_layer:
        what makes logits [..., V] of the cell's output. length_penalty_weight: the power of ((5 + length) / 6) that
        logarithms of probabilities are divided by. coverage_penalty_weight: the factor of what finished beams get for steps
        of the memory that they did not read. reorder_tensor_arrays: in the final state, TensorArrays are tensors in the
        order of the final beams.

        Raises TypeError for a cell or a layer that is none, ValueError for tokens of other ranks.
        """
        assert_like_cell("cell", cell)
        if output_layer is not None and not isinstance(output_layer, Layer):
            raise TypeError(f"output_layer must be a Layer, received: {type(output_layer)}")
        self._cell, self._output_layer = cell, output_layer
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._embedding_fn = embedding_function(embedding)
        starts, self._end_token = checked_tokens(start_tokens, end_token)
        self._beam_width, self._batch_size = beam_width, size(starts)
        self._length_penalty_weight = length_penalty_weight
        self._coverage_penalty_weight = coverage_penalty_weight
        self._initial_cell_state = nest.map_structure(self._maybe_split, initial_state, cell.state_size)
        self._start_inputs = self._embedding_fn(tile(expand_dims(starts, 1), [1, beam_width]))
        self._finished = self._for_first_beam(False, True, bool_type)

    def _for_first_beam(self, on_value: Any, off_value: Any, dtype: Any) -> Any:
        """[N, K], where each sequence's first beam differs from the others: at first all the beams are the same one."""
        first = zeros([self._batch_size], dtype=int32)
        return one_hot(first, self._beam_width, on_value=on_value, off_value=off_value, dtype=dtype)

    # ---- what dynamic_decode asks for ----

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        """True: a finished beam may go on being another one."""
        return True

    @property
    def output_size(self) -> BeamSearchDecoderOutput:
        width = TensorShape([self._beam_width])
        return BeamSearchDecoderOutput(scores=width, predicted_ids=width, parent_ids=width)

    @property
    def output_dtype(self) -> BeamSearchDecoderOutput:
        dtype = nest.flatten(self._initial_cell_state)[0].dtype
        return BeamSearchDecoderOutput(scores=dtype, predicted_ids=int32, parent_ids=int32)

    def initialize(self, name: str | None = None) -> tuple[Any, Any, BeamSearchDecoderState]:
        dtype = nest.flatten(self._initial_cell_state)[0].dtype
        read = self._attention_probs(self._initial_cell_state)
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=self._for_first_beam(dtype.as_numpy_dtype(0), dtype.as_numpy_dtype(-np.inf), dtype),
            finished=self._finished,
            lengths=zeros([self._batch_size, self._beam_width], dtype=int64),
            accumulated_attention_probs=() if read is None else read,
        )
        return self._finished, self._start_inputs, state

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """One step: (BeamSearchDecoderOutput, next state, next inputs, finished)."""
        with name_scope(name, "BeamSearchDecoderStep", [time, inputs, state]):
            cell_state = nest.map_structure(self._maybe_merge, state.cell_state, self._cell.state_size)
            inputs = nest.map_structure(lambda one: self._merged(one, one.shape[2:]), inputs)
            outputs, cell_state = self._cell(inputs, cell_state)
            outputs = nest.map_structure(lambda one: self._split(one, one.shape[1:]), outputs)
            cell_state = nest.map_structure(self._maybe_split, cell_state, self._cell.state_size)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            output, following = self._searched(outputs, cell_state, state)
            next_inputs = cond(
                reduce_all(following.finished),
                lambda: self._start_inputs,
                lambda: self._embedding_fn(output.predicted_ids),
            )
        return output, following, next_inputs, following.finished

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """(FinalBeamSearchDecoderOutput, state), ids in the order of the final beams."""
        longest = cast(reduce_max(final_state.lengths, axis=1), int32)
        ids = gather_tree(outputs.predicted_ids, outputs.parent_ids, longest, self._end_token)
        if self._reorder_tensor_arrays:
            ordered = nest.map_structure(
                lambda one: self._ordered(one, outputs.parent_ids, final_state.lengths), final_state.cell_state
            )
            final_state = final_state._replace(cell_state=ordered)
        return FinalBeamSearchDecoderOutput(ids, outputs), final_state

    # ---- the search ----

    def _searched(self, logits: Any, cell_state: Any, state: Any) -> tuple[Any, BeamSearchDecoderState]:
        """The best continuations of all beams, of logits [N, K, V]: (output, next state)."""
        running = logical_not(state.finished)
        log_probs = _only_end_of(state.finished, log_softmax(logits), self._end_token)
        total = expand_dims(state.log_probs, 2) + log_probs
        known = logits.shape.as_list()[-1]
        classes = shape(logits)[-1] if known is None else known
        grown = one_hot(fill(shape(state.finished), self._end_token), classes, on_value=0, off_value=1, dtype=int64)
        lengths = expand_dims(cast(running, int64), 2) * grown + expand_dims(state.lengths, 2)
        read = self._attention_probs(cell_state)
        accumulated = None
        if read is not None:
            accumulated = state.accumulated_attention_probs + read * expand_dims(cast(running, read.dtype), 2)
        scores = self._scored(total, lengths, state.finished, accumulated)

        flat = reshape(scores, [self._batch_size, -1])
        best, places = top_k(flat, self._beam_width)
        best.set_shape([constant_value(self._batch_size), self._beam_width])
        places.set_shape(best.shape)
        ids, parents = floormod(places, classes), floordiv(places, classes)

        def picked(beams: Any) -> Any:
            chosen = gather(beams, parents, axis=1, batch_dims=1)
            chosen.set_shape(beams.shape)
            return chosen

        was_finished = picked(state.finished)
        following = BeamSearchDecoderState(
            cell_state=nest.map_structure(lambda one: self._maybe(picked, one), cell_state),
            log_probs=_flat_at(total, places, self._batch_size),
            lengths=picked(state.lengths) + cast(logical_not(was_finished), int64),
            finished=logical_or(was_finished, equal(ids, self._end_token)),
            accumulated_attention_probs=() if accumulated is None else picked(accumulated),
        )
        following.log_probs.set_shape(best.shape)
        return BeamSearchDecoderOutput(scores=best, predicted_ids=ids, parent_ids=parents), following

    def _scored(self, log_probs: Any, lengths: Any, finished: Any, accumulated: Any) -> Any:
        """Scores [N, K, V] of sums of logarithms, by the lengths and by what was read."""
        weight = _static(self._length_penalty_weight)
        scores = log_probs
        if weight is None or weight != 0:
            factor = cast(self._length_penalty_weight, log_probs.dtype)
            scores = log_probs / power((5.0 + cast(lengths, log_probs.dtype)) / 6.0, factor)
        if accumulated is None:
            return scores
        penalty = reduce_sum(log(minimum(accumulated, 1.0)), 2) * cast(finished, accumulated.dtype)
        return scores + expand_dims(penalty * self._coverage_penalty_weight, 2)

    def _attention_probs(self, cell_state: Any) -> Any:
        """Alignments [N, K, T] of the wrappers in a cell's state, their mean; None without a coverage penalty."""
        if _static(self._coverage_penalty_weight) == 0:
            return None
        found: list[Any] = []
        _collect_alignments(cell_state, found)
        if not found:
            raise ValueError(
                "No AttentionWrapperState is in the cell's state, so there is nothing that a coverage penalty is of"
            )
        total = found[0]
        for one in found[1:]:
            total = total + one
        return total if len(found) == 1 else total / float(len(found))

    # ---- beams as batches ----

    def _split(self, t: Any, tail: Any) -> Any:
        """[N * K, ...] -> [N, K, ...], of which `tail` is what is known behind the batch."""
        dims = concat([[self._batch_size, self._beam_width], shape(t)[1:]], 0)
        made = reshape(t, dims)
        made.set_shape(TensorShape([constant_value(self._batch_size), self._beam_width]).concatenate(tail))
        return made

    def _merged(self, t: Any, tail: Any) -> Any:
        """[N, K, ...] -> [N * K, ...]."""
        made = reshape(t, concat([[self._batch_size * self._beam_width], shape(t)[2:]], 0))
        known = constant_value(self._batch_size)
        batch = None if known is None else int(known) * self._beam_width
        made.set_shape(TensorShape([batch]).concatenate(tail))
        return made

    def _maybe_split(self, t: Any, _: Any) -> Any:
        return self._maybe(lambda one: self._split(one, one.shape[1:]), t)

    def _maybe_merge(self, t: Any, _: Any) -> Any:
        return self._maybe(lambda one: self._merged(one, one.shape[2:]), t)

    @staticmethod
    def _maybe(change: Any, t: Any) -> Any:
        """A part of a state that each sequence has of its own, changed; TensorArrays and scalars as they are."""
        if isinstance(t, TensorArray) or t.shape.ndims == 0:
            return t
        if t.shape.ndims is None:
            raise ValueError(f"Expected tensor ({t}) to have known rank, but ndims == None.")
        return change(t)

    def _ordered(self, t: Any, parent_ids: Any, lengths: Any) -> Any:
        """A TensorArray of steps [N * K, ...] as a tensor [T, N * K, ...] in the order of the final beams."""
        if not isinstance(t, TensorArray):
            return t
        steps = t.stack()
        split = reshape(steps, concat([shape(parent_ids), shape(steps)[2:]], 0))
        return reshape(gather_tree_from_array(split, parent_ids, lengths), shape(steps))


def _only_end_of(finished: Any, log_probs: Any, end_token: Any) -> Any:
    """log_probs [N, K, V], where finished beams can only go on with end_token, at no cost."""
    dtype = log_probs.dtype
    dims = shape(log_probs)
    ended = one_hot(
        fill(dims[:2], end_token), dims[2], on_value=dtype.as_numpy_dtype(0), off_value=dtype.min, dtype=dtype
    )
    mask = tile(expand_dims(finished, 2), [1, 1, dims[2]])
    masked = where(mask, ended, log_probs)
    masked.set_shape(log_probs.shape)
    return masked


def _flat_at(values: Any, places: Any, batch_size: Any) -> Any:
    """values [N, K, V] at places [N, J] of each row of K * V."""
    return gather(reshape(values, [batch_size, -1]), places, axis=1, batch_dims=1)


def _static(number: Any) -> Any:
    return constant_value(number) if isinstance(number, Tensor) else number


def _collect_alignments(state: Any, found: list[Any]) -> None:
    if isinstance(state, AttentionWrapperState):
        every = state.alignments if isinstance(state.alignments, tuple) else (state.alignments,)
        total = every[0]
        for one in every[1:]:
            total = total + one
        found.append(total / float(len(every)) if len(every) > 1 else total)
    elif isinstance(state, tuple):
        for one in state:
            _collect_alignments(one, found)
