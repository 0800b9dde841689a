"""tf.contrib.seq2seq: a cell that reads a memory by attention after each step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from nbtf import nest
from nbtf.array.filling import zeros
from nbtf.array.joining import concat
from nbtf.array.moving import identity
from nbtf.array.shapes import expand_dims, shape, squeeze
from nbtf.contrib.seq2seq.attention_mechanisms import AttentionMechanism
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.debugging.comparisons import assert_equal
from nbtf.dtypes import int32
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.layers.core import Dense
from nbtf.math.operands import matmul
from nbtf.nn.recurrence_terms import zero_states
from nbtf.nn.rnn_cell.base import RNNCell
from nbtf.nn.rnn_cell.checks import assert_like_cell
from nbtf.tensor_shape import TensorShape


class _AttentionWrapperState(NamedTuple):
    cell_state: Any
    attention: Any
    time: Any
    alignments: Any
    alignment_history: Any
    attention_state: Any


class AttentionWrapperState(_AttentionWrapperState):
    """The state of an AttentionWrapper.

    cell_state: of the cell inside. attention: [N, size], what the last step read. time: int32 []. alignments,
    alignment_history (TensorArrays, or ()) and attention_state: of the mechanism, or tuples of them for several.
    """

    __slots__ = ()

    def clone(self, **kwargs: Any) -> AttentionWrapperState:
        """The same state with some parts replaced. Raises ValueError for parts of other structures or static shapes."""

        def checked(old: Any, new: Any) -> Any:
            if isinstance(old, Tensor) and isinstance(new, Tensor):
                old.shape.assert_is_compatible_with(new.shape)
            return new

        changed: AttentionWrapperState = nest.map_structure(checked, self, self._replace(**kwargs))
        return changed


def _compute_attention(mechanism: Any, cell_output: Any, attention_state: Any, layer: Any) -> tuple[Any, Any, Any]:
    """(what is read, alignments, the mechanism's next state)."""
    alignments, next_state = mechanism(cell_output, state=attention_state)
    context = squeeze(matmul(expand_dims(alignments, 1), mechanism.values), [1])
    attention = context if layer is None else layer(concat([cell_output, context], 1))
    return attention, alignments, next_state


class AttentionWrapper(RNNCell):
    """Runs a cell on its inputs and what the step before read, then reads a memory with the cell's output as query."""

    def __init__(
        self,
        cell: Any,
        attention_mechanism: Any,
        attention_layer_size: Any = None,
        alignment_history: bool = False,
        cell_input_fn: Callable[[Any, Any], Any] | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: str | None = None,
        attention_layer: Any = None,
        attention_fn: Callable[..., tuple[Any, Any, Any]] | None = None,
        dtype: Any = None,
    ) -> None:
        """attention_mechanism: one, or a list of them. attention_layer_size: units of a layer of the cell's output and what
        was read, one a mechanism; None: what is read are the values themselves. attention_layer: such layers, instead.

        alignment_history: keeps the alignments of all steps in TensorArrays. cell_input_fn: (inputs, attention) -> inputs,
        by default joined. output_attention: what was read is the output, else the cell's. initial_cell_state: what
        zero_state gives for the cell. attention_fn: (mechanism, cell output, attention state, layer) -> (attention,
        alignments, next attention state).

        Raises TypeError for a cell or a mechanism that is none, ValueError for both sizes and layers, and where there are
        not as many as mechanisms.
        """
        super().__init__(name=name, dtype=dtype)
        assert_like_cell("cell", cell)
        self._is_multi = isinstance(attention_mechanism, (list, tuple))
        self._mechanisms = tuple(attention_mechanism) if self._is_multi else (attention_mechanism,)
        for one in self._mechanisms:
            if not isinstance(one, AttentionMechanism):
                raise TypeError(
                    f"attention_mechanism must be an AttentionMechanism or a list of them, saw: {type(one)}"
                )
        if cell_input_fn is not None and not callable(cell_input_fn):
            raise TypeError(f"cell_input_fn must be callable, saw type: {type(cell_input_fn)}")
        self._layers = self._attention_layers(attention_layer_size, attention_layer, dtype)
        self._attention_layer_size = sum(
            _width(one, layer) for one, layer in zip(self._mechanisms, self._layers, strict=True)
        )
        self._cell, self._alignment_history = cell, alignment_history
        self._cell_input_fn = cell_input_fn or (lambda inputs, attention: concat([inputs, attention], -1))
        self._output_attention = output_attention
        self._attention_fn = attention_fn or _compute_attention
        with name_scope(name, "AttentionWrapperInit"):
            self._initial_cell_state: Any = None
            if initial_cell_state is not None:
                first = nest.flatten(initial_cell_state)[-1]
                known = first.shape.as_list()[0]
                with control_dependencies(self._batch_checks(shape(first)[0] if known is None else known)):
                    self._initial_cell_state = nest.map_structure(
                        lambda one: identity(one, name="check_initial_cell_state"), initial_cell_state
                    )

    def _attention_layers(self, sizes: Any, layers: Any, dtype: Any) -> tuple[Any, ...]:
        if sizes is not None and layers is not None:
            raise ValueError("Only one of attention_layer_size and attention_layer should be set")
        given = layers if sizes is None else sizes
        if given is None:
            return (None,) * len(self._mechanisms)
        every = tuple(given) if isinstance(given, (list, tuple)) else (given,)
        if len(every) != len(self._mechanisms):
            what = "attention_layer" if sizes is None else "attention_layer_size"
            raise ValueError(
                f"If provided, {what} must contain exactly one of it per attention_mechanism, saw: {len(every)} vs "
                f"{len(self._mechanisms)}"
            )
        if sizes is None:
            return every
        return tuple(Dense(size, name="attention_layer", use_bias=False, dtype=dtype) for size in every)

    def _batch_checks(self, batch_size: Any) -> list[Any]:
        message = (
            f"When calling AttentionWrapper {self._base_name}: Non-matching batch sizes between the memory (encoder "
            "output) and the state or query. Are you using the BeamSearchDecoder? Then tile the memory, too, by "
            "tf.contrib.seq2seq.tile_batch."
        )
        return [assert_equal(batch_size, one.batch_size, message=message) for one in self._mechanisms]

    def _as_given(self, parts: Sequence[Any]) -> Any:
        """A part of the state for each mechanism: a tuple, or the only one."""
        return tuple(parts) if self._is_multi else parts[0]

    def _parts(self, given: Any) -> Sequence[Any]:
        return given if self._is_multi else (given,)

    @property
    def output_size(self) -> Any:
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> AttentionWrapperState:
        sizes = self._as_given([one.alignments_size for one in self._mechanisms])
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=TensorShape([]),
            attention=self._attention_layer_size,
            alignments=sizes,
            attention_state=self._as_given([one.state_size for one in self._mechanisms]),
            alignment_history=self._as_given(
                [one.alignments_size if self._alignment_history else () for one in self._mechanisms]
            ),
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> AttentionWrapperState:
        """The first state, of batch_size sequences. A run refuses another batch size than the memory's."""
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            cell_state = self._initial_cell_state
            if cell_state is None:
                cell_state = self._cell.zero_state(batch_size, dtype)
            with control_dependencies(self._batch_checks(batch_size)):
                cell_state = nest.map_structure(lambda one: identity(one, name="checked_cell_state"), cell_state)
            alignments = [one.initial_alignments(batch_size, dtype) for one in self._mechanisms]
            histories = [
                TensorArray(dtype, size=0, dynamic_size=True, element_shape=one.shape)
                if self._alignment_history
                else ()
                for one in alignments
            ]
            return AttentionWrapperState(
                cell_state=cell_state,
                time=zeros([], dtype=int32),
                attention=zero_states(self._attention_layer_size, batch_size, dtype),
                alignments=self._as_given(alignments),
                attention_state=self._as_given([one.initial_state(batch_size, dtype) for one in self._mechanisms]),
                alignment_history=self._as_given(histories),
            )

    def call(self, inputs: Any, state: Any) -> tuple[Any, AttentionWrapperState]:
        """One step: (output, next state). Raises TypeError for a state that is no AttentionWrapperState."""
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(f"Expected state to be instance of AttentionWrapperState. Received type {type(state)}")
        output, cell_state = self._cell(self._cell_input_fn(inputs, state.attention), state.cell_state)
        known = output.shape.as_list()[0]
        with control_dependencies(self._batch_checks(shape(output)[0] if known is None else known)):
            output = identity(output, name="checked_cell_output")
        read, alignments, states, histories = [], [], [], []
        before = zip(
            self._mechanisms,
            self._layers,
            self._parts(state.attention_state),
            self._parts(state.alignment_history),
            strict=True,
        )
        for mechanism, layer, attention_state, history in before:
            attention, aligned, next_state = self._attention_fn(mechanism, output, attention_state, layer)
            read.append(attention)
            alignments.append(aligned)
            states.append(next_state)
            histories.append(history.write(state.time, aligned) if self._alignment_history else ())
        attention = concat(read, 1)
        following = AttentionWrapperState(
            time=state.time + 1,
            cell_state=cell_state,
            attention=attention,
            attention_state=self._as_given(states),
            alignments=self._as_given(alignments),
            alignment_history=self._as_given(histories),
        )
        return (attention if self._output_attention else output), following


def _width(mechanism: Any, layer: Any) -> int:
    """How many numbers are read: of the layer's output, or of the values."""
    values = mechanism.values.shape.as_list()[-1]
    if layer is None:
        return int(values)
    if isinstance(layer, Dense):
        return layer.units
    inputs = mechanism.values.shape[:1].concatenate([values])
    return int(layer.compute_output_shape(inputs).as_list()[-1])
