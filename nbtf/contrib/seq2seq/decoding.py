"""tf.contrib.seq2seq: decoders, and the loop that steps one of them until all sequences have ended."""

from __future__ import annotations

import abc
import contextlib
from typing import Any

from nbtf import nest
from nbtf.array.filling import fill, zeros_like
from nbtf.array.indexing import where
from nbtf.array.shapes import shape
from nbtf.control_flow.looping import while_loop
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.dtypes import int32
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.tensor import Tensor
from nbtf.math.operands import logical_not, logical_or
from nbtf.math.reductions import reduce_all
from nbtf.nn.recurrence import transpose_batch_time
from nbtf.nn.recurrence_terms import zero_states
from nbtf.tensor_shape import TensorShape, as_shape
from nbtf.variables.scoping import variable_scope


class Decoder(abc.ABC):
    """Base of decoders: what `dynamic_decode` steps."""

    @property
    @abc.abstractmethod
    def batch_size(self) -> Any:
        """Number of sequences, an int32 []."""

    @property
    @abc.abstractmethod
    def output_size(self) -> Any:
        """Shapes of one sequence's output of one step, a structure."""

    @property
    @abc.abstractmethod
    def output_dtype(self) -> Any:
        """Dtypes of outputs, in the structure of `output_size`."""

    @abc.abstractmethod
    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """Before the first step: (finished, bool [batch], first inputs, first state)."""

    @abc.abstractmethod
    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """One step: (outputs, next state, next inputs, finished)."""

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """After the last step: (outputs, state) to give instead of these. Outputs are [T, batch, ...] here."""
        raise NotImplementedError

    @property
    def tracks_own_finished(self) -> bool:
        """Whether `finished` of a step is all there is to it; else what has finished once remains so."""
        return False


def dynamic_decode(
    decoder: Decoder,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Any = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """Steps a decoder until all sequences have finished: (outputs [batch, T, ...], last state, lengths int32 [batch]).

    output_time_major: outputs are [T, batch, ...]. impute_finished: what a finished sequence gives is zeros, and its state
    stays what it was. maximum_iterations: int32 [], the most steps. scope: of variables, "decoder" by default.

    Raises TypeError for what is no Decoder and ValueError for a maximum_iterations that is no scalar.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"Expected decoder to be type Decoder, but saw: {type(decoder)}")
    with variable_scope(scope, "decoder"):
        if maximum_iterations is not None:
            maximum_iterations = convert_to_tensor(maximum_iterations, dtype=int32, name="maximum_iterations")
            if maximum_iterations.shape.ndims != 0:
                raise ValueError("maximum_iterations must be a scalar")
        finished, inputs, state = decoder.initialize()
        if maximum_iterations is not None:
            finished = logical_or(finished, maximum_iterations <= 0)
        dtypes = decoder.output_dtype
        zeros = nest.map_structure(
            lambda size, dtype: zero_states(size, decoder.batch_size, dtype), decoder.output_size, dtypes
        )
        arrays = nest.map_structure(
            lambda size, dtype: TensorArray(
                dtype, size=0, dynamic_size=True, element_shape=_element_shape(decoder.batch_size, size)
            ),
            decoder.output_size,
            dtypes,
        )

        def body(time: Any, arrays: Any, state: Any, inputs: Any, finished: Any, lengths: Any) -> Any:
            outputs, next_state, next_inputs, ended = decoder.step(time, inputs, state)
            for old, new in ((state, next_state), (arrays, outputs), (inputs, next_inputs)):
                nest.assert_same_structure(old, new)
            if not decoder.tracks_own_finished:
                ended = logical_or(ended, finished)
            lengths = where(logical_not(finished), fill(shape(lengths), time + 1), lengths)
            if impute_finished:
                outputs = nest.map_structure(lambda new, zero: where(finished, zero, new), outputs, zeros)
                next_state = nest.map_structure(lambda new, old: _kept(finished, old, new), next_state, state)
            arrays = nest.map_structure(lambda array, output: array.write(time, output), arrays, outputs)
            return time + 1, arrays, next_state, next_inputs, ended, lengths

        time = constant(0, dtype=int32)
        _, arrays, state, _, _, lengths = while_loop(
            lambda time, arrays, state, inputs, finished, lengths: logical_not(reduce_all(finished)),
            body,
            (time, arrays, state, inputs, finished, zeros_like(finished, dtype=int32)),
            parallel_iterations=parallel_iterations,
            maximum_iterations=maximum_iterations,
            swap_memory=swap_memory,
        )
        outputs = nest.map_structure(lambda array: array.stack(), arrays)
        with contextlib.suppress(NotImplementedError):  # a decoder without an end of its own
            outputs, state = decoder.finalize(outputs, state, lengths)
        if not output_time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
        return outputs, state, lengths


def _element_shape(batch_size: Any, size: Any) -> TensorShape:
    """What is known of a step's output; `size` is an int, a shape, or a tensor of one."""
    known = constant_value(batch_size) if isinstance(batch_size, Tensor) else batch_size
    own = constant_value(size) if isinstance(size, Tensor) else size
    if own is None:
        return TensorShape(None)
    return TensorShape([None if known is None else int(known)]).concatenate(as_shape(own))


def _kept(finished: Any, old: Any, new: Any) -> Any:
    """The old state of finished sequences, the new one of others; what is no sequence's own is always the new one."""
    if isinstance(old, TensorArray) or old.shape.ndims == 0:
        return new
    new.set_shape(old.shape)
    return where(finished, old, new)
