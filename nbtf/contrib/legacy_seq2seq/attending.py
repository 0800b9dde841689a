"""tf.contrib.legacy_seq2seq: decoders that look at all outputs of the encoder."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from nbtf import nest
from nbtf.array.filling import zeros
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import reshape, shape
from nbtf.contrib.legacy_seq2seq.decoding import LoopFunction, decoded, fed_back
from nbtf.contrib.rnn.projections import EmbeddingWrapper, OutputProjectionWrapper, linear
from nbtf.dtypes import float32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.math.casting import cast
from nbtf.math.elementwise import tanh
from nbtf.math.reductions import reduce_sum
from nbtf.nn.activations import softmax
from nbtf.nn.convolutions import conv2d
from nbtf.nn.embeddings import embedding_lookup
from nbtf.nn.unrolling import static_rnn
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import get_variable, variable_scope


class _Attention:
    """Heads that read states [N, T, S]: softmax(v . tanh(W states + query)) says how much of each step is read."""

    def __init__(self, states: Any, heads: int, dtype: Any) -> None:
        _, steps, size = states.shape.as_list()
        self.steps = shape(states)[1] if steps is None else steps
        self.size, self.dtype = size, dtype
        self.hidden = reshape(states, [-1, self.steps, 1, size])
        self.features, self.v = [], []
        for i in range(heads):
            weights = get_variable(f"AttnW_{i}", [1, 1, size, size], dtype)
            self.features.append(conv2d(self.hidden, weights, [1, 1, 1, 1], "SAME"))
            self.v.append(get_variable(f"AttnV_{i}", [size], dtype))

    def zeros(self, batch: Any) -> list[Any]:
        """What was read before anything is."""
        read = [zeros(stack([batch, self.size]), self.dtype) for _ in self.v]
        for one in read:
            one.set_shape([None, self.size])
        return read

    def read(self, query: Any) -> list[Any]:
        """One [N, S] a head, for a cell's state as the query."""
        joined = concat(nest.flatten(query), 1) if nest.is_nested(query) else query
        read = []
        for i, (features, v) in enumerate(zip(self.features, self.v, strict=True)):
            with variable_scope(f"Attention_{i}"):
                y = cast(reshape(linear(joined, self.size), [-1, 1, 1, self.size]), self.dtype)
                scores = reduce_sum(v * tanh(features + y), [2, 3])
                shares = cast(softmax(cast(scores, float32)), self.dtype)
                context = reduce_sum(reshape(shares, [-1, self.steps, 1, 1]) * self.hidden, [1, 2])
                read.append(reshape(context, [-1, self.size]))
        return read


def attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: LoopFunction = None,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """`rnn_decoder` that reads attention_states [N, T, S] after every step; each step gets what was read before it.

    output_size: of the outputs, which are made of the cell's and of what was read; by default the cell's.
    initial_state_attention: the first step gets what the initial state reads, else zeros. Raises ValueError for no
    inputs, no heads, and unknown sizes.
    """
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    if attention_states.shape.as_list()[2] is None:
        raise ValueError(f"Shape[2] of attention_states must be known: {attention_states.shape}")
    size = cell.output_size if output_size is None else output_size
    with variable_scope(scope or "attention_decoder", dtype=dtype) as own:
        dtype = own.dtype
        batch = shape(decoder_inputs[0])[0]
        attention = _Attention(attention_states, num_heads, dtype)
        state: Any = initial_state
        outputs: list[Any] = []
        read = attention.zeros(batch)
        if initial_state_attention:
            read = attention.read(initial_state)
        for i, given in enumerate(decoder_inputs):
            current = given
            if i > 0:
                get_variable_scope().reuse_variables()
            if loop_function is not None and outputs:
                with variable_scope("loop_function", reuse=True):
                    current = loop_function(outputs[-1], i)
            width = current.shape.with_rank(2).as_list()[1]
            if width is None:
                raise ValueError(f"Could not infer input size from input: {current.name}")
            joined = concat([cast(one, dtype) for one in (current, *read)], 1)
            cell_output, state = cell(linear(joined, width), state)
            if i == 0 and initial_state_attention:
                with variable_scope(get_variable_scope(), reuse=True):
                    read = attention.read(state)
            else:
                read = attention.read(state)
            with variable_scope("AttnOutputProjection"):
                outputs.append(linear(concat([cast(cell_output, dtype), *read], 1), size))
    return outputs, state


def embedding_attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """`attention_decoder` of symbols, as `embedding_rnn_decoder` is `rnn_decoder` of symbols."""
    size = cell.output_size if output_size is None else output_size
    if output_projection is not None:
        biases = convert_to_tensor(output_projection[1], dtype=dtype)
        biases.shape.assert_is_compatible_with([num_symbols])
    with variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = get_variable("embedding", [num_symbols, embedding_size])
        loop = fed_back(embedding, output_projection, update_embedding_for_previous) if feed_previous else None
        return attention_decoder(
            [embedding_lookup(embedding, ids) for ids in decoder_inputs],
            initial_state,
            attention_states,
            cell,
            output_size=size,
            num_heads=num_heads,
            loop_function=loop,
            initial_state_attention=initial_state_attention,
        )


def embedding_attention_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """`embedding_rnn_seq2seq` whose decoder reads the encoder's outputs: see `attention_decoder`."""
    with variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as own:
        dtype = own.dtype
        encoder = EmbeddingWrapper(copy.deepcopy(cell), num_encoder_symbols, embedding_size)
        encoded, state = static_rnn(encoder, encoder_inputs, dtype=dtype)
        states = concat([reshape(one, [-1, 1, cell.output_size]) for one in encoded], 1)
        size = None
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
            size = num_decoder_symbols

        def decode(feed: bool) -> tuple[list[Any], Any]:
            return embedding_attention_decoder(
                decoder_inputs,
                state,
                states,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads=num_heads,
                output_size=size,
                output_projection=output_projection,
                feed_previous=feed,
                initial_state_attention=initial_state_attention,
            )

        return decoded(decode, feed_previous, len(decoder_inputs), state)
