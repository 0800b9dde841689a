"""tf.contrib.legacy_seq2seq: an encoder's last state is where a decoder starts."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from nbtf import nest
from nbtf.contrib.rnn.projections import EmbeddingWrapper, OutputProjectionWrapper
from nbtf.control_flow.branching import cond
from nbtf.dtypes import float32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.math.reductions import argmax
from nbtf.nn.embeddings import embedding_lookup
from nbtf.nn.linear import xw_plus_b
from nbtf.nn.unrolling import static_rnn
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import get_variable, variable_scope

LoopFunction = Callable[[Any, int], Any] | None
"""(output of the step before, number of the step) -> input of the step."""


def fed_back(embedding: Any, output_projection: Any, update_embedding: bool) -> LoopFunction:
    """The input of a step is the row of the symbol that the step before found most likely."""

    def next_input(previous: Any, _: int) -> Any:
        if output_projection is not None:
            previous = xw_plus_b(previous, output_projection[0], output_projection[1])
        row = embedding_lookup(embedding, argmax(previous, 1))
        return row if update_embedding else raw.StopGradient(row)

    return next_input


def rnn_decoder(
    decoder_inputs: Sequence[Any], initial_state: Any, cell: Any, loop_function: LoopFunction = None, scope: Any = None
) -> tuple[list[Any], Any]:
    """(outputs, last state) of a cell over a list of inputs [N, A].

    loop_function: makes all inputs but the first from the output before; decoder_inputs then only tell their number.
    """
    with variable_scope(scope or "rnn_decoder"):
        state: Any = initial_state
        outputs: list[Any] = []
        for i, given in enumerate(decoder_inputs):
            current = given
            if loop_function is not None and outputs:
                with variable_scope("loop_function", reuse=True):
                    current = loop_function(outputs[-1], i)
            if i > 0:
                get_variable_scope().reuse_variables()
            output, state = cell(current, state)
            outputs.append(output)
    return outputs, state


def basic_rnn_seq2seq(
    encoder_inputs: Sequence[Any], decoder_inputs: Sequence[Any], cell: Any, dtype: Any = float32, scope: Any = None
) -> tuple[list[Any], Any]:
    """(outputs, last state) of a decoder that starts where an encoder, a cell like it, ended."""
    with variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    loop_function: LoopFunction = None,
    dtype: Any = float32,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`basic_rnn_seq2seq` whose encoder and decoder share their variables."""
    with variable_scope("combined_tied_rnn_seq2seq"):
        own = scope or "tied_rnn_seq2seq"
        _, state = static_rnn(cell, encoder_inputs, dtype=dtype, scope=own)
        get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function=loop_function, scope=own)


def embedding_rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`rnn_decoder` of symbols: inputs are ids [N], whose rows of "embedding" [num_symbols, embedding_size] the cell gets.

    output_projection: (W [outputs, num_symbols], b) from outputs to logits, for feed_previous: all inputs but the first
    are the most likely symbols of the step before. update_embedding_for_previous: gradients reach those rows.
    Raises ValueError for a projection of other dims.
    """
    with variable_scope(scope or "embedding_rnn_decoder") as own:
        if output_projection is not None:
            check_projection(output_projection, num_symbols, own.dtype)
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        loop = fed_back(embedding, output_projection, update_embedding_for_previous) if feed_previous else None
        rows = [embedding_lookup(embedding, ids) for ids in decoder_inputs]
        return rnn_decoder(rows, initial_state, cell, loop_function=loop)


def check_projection(output_projection: Any, num_symbols: int, dtype: Any) -> None:
    weights = convert_to_tensor(output_projection[0], dtype=dtype)
    weights.shape.assert_is_compatible_with([None, num_symbols])
    biases = convert_to_tensor(output_projection[1], dtype=dtype)
    biases.shape.assert_is_compatible_with([num_symbols])


def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`basic_rnn_seq2seq` of symbols: lists of ids [N] -> (logits [N, num_decoder_symbols] of each step, last state).

    With output_projection the outputs are the cell's, before it. feed_previous: see `embedding_rnn_decoder`; a bool, or
    a tensor of one.
    """
    with variable_scope(scope or "embedding_rnn_seq2seq") as own:
        if dtype is not None:
            own.set_dtype(dtype)
        encoder = EmbeddingWrapper(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
        _, state = static_rnn(encoder, encoder_inputs, dtype=own.dtype)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decode(feed: bool) -> tuple[list[Any], Any]:
            return embedding_rnn_decoder(
                decoder_inputs,
                state,
                cell,
                num_decoder_symbols,
                embedding_size,
                output_projection=output_projection,
                feed_previous=feed,
            )

        return decoded(decode, feed_previous, len(decoder_inputs), state)


def decoded(
    decode: Callable[[bool], tuple[list[Any], Any]], feed_previous: Any, steps: int, like: Any
) -> tuple[list[Any], Any]:
    """What `decode` makes; where only a run tells whether symbols are fed back, both ways are built. like: a state."""
    if isinstance(feed_previous, bool):
        return decode(feed_previous)

    def one_way(feed: bool) -> list[Any]:
        with variable_scope(get_variable_scope(), reuse=None if feed else True):
            outputs, state = decode(feed)
        return [*outputs, *nest.flatten(state)]

    made = cond(feed_previous, lambda: one_way(True), lambda: one_way(False))
    return list(made[:steps]), nest.pack_sequence_as(like, made[steps:])
