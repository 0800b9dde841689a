"""tf.contrib.rnn: a cell that attends to its own last outputs."""

from __future__ import annotations

from typing import Any

from nbtf import nest
from nbtf.array.indexing import slice_
from nbtf.array.joining import concat
from nbtf.array.shapes import expand_dims, reshape
from nbtf.contrib.rnn.projections import linear
from nbtf.logging.lines import warning
from nbtf.math.elementwise import tanh
from nbtf.math.reductions import reduce_sum
from nbtf.nn.activations import softmax
from nbtf.nn.convolutions import conv2d
from nbtf.nn.rnn_cell.base import RNNCell
from nbtf.nn.rnn_cell.checks import assert_like_cell
from nbtf.variables.scoping import get_variable, variable_scope


class AttentionCellWrapper(RNNCell):
    """A cell whose inputs and outputs are joined with what it reads of its last `attn_length` outputs.

    The state is (the cell's state, what was read [B, attn_size], the outputs [B, attn_length * attn_size]).
    """

    def __init__(
        self,
        cell: Any,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: Any = None,
    ) -> None:
        """attn_size: of an output, by default the cell's. attn_vec_size: of the features that are compared, by default
        attn_size. input_size: of what the cell gets, by default that of the inputs. state_is_tuple: else one tensor.

        Raises TypeError for what is no cell, ValueError for a length below 1 and a cell whose state is a tuple with
        state_is_tuple off.
        """
        super().__init__(_reuse=reuse)
        assert_like_cell("cell", cell)
        if nest.is_nested(cell.state_size) and not state_is_tuple:
            raise ValueError(
                "Cell returns tuple of states, but the flag state_is_tuple is not set. State size is: "
                f"{cell.state_size}"
            )
        if attn_length <= 0:
            raise ValueError(f"attn_length should be greater than zero, got {attn_length}")
        if not state_is_tuple:
            warning(
                "%s: Using a concatenated state is slower and will soon be deprecated.  Use state_is_tuple=True.", self
            )
        self._cell = cell
        self._attn_length = attn_length
        self._attn_size = cell.output_size if attn_size is None else attn_size
        self._attn_vec_size = self._attn_size if attn_vec_size is None else attn_vec_size
        self._input_size = input_size
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        sizes = (self._cell.state_size, self._attn_size, self._attn_size * self._attn_length)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        return self._attn_size

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        state, attns, outputs = state if self._state_is_tuple else self._taken_apart(state)
        outputs = reshape(outputs, [-1, self._attn_length, self._attn_size])
        size = inputs.shape.as_list()[1] if self._input_size is None else self._input_size
        cell_output, state = self._cell(linear(concat([inputs, attns], 1), size), state)
        query = concat(nest.flatten(state), 1) if self._state_is_tuple else state
        attns, outputs = self._attention(query, outputs)
        with variable_scope("attn_output_projection"):
            output = linear(concat([cell_output, attns], 1), self._attn_size)
        outputs = concat([outputs, expand_dims(output, 1)], 1)
        outputs = reshape(outputs, [-1, self._attn_length * self._attn_size])
        new_state = (state, attns, outputs)
        return output, new_state if self._state_is_tuple else concat(list(new_state), 1)

    def _taken_apart(self, state: Any) -> tuple[Any, Any, Any]:
        own, read = self._cell.state_size, self._attn_size
        return (
            slice_(state, [0, 0], [-1, own]),
            slice_(state, [0, own], [-1, read]),
            slice_(state, [0, own + read], [-1, read * self._attn_length]),
        )

    def _attention(self, query: Any, outputs: Any) -> tuple[Any, Any]:
        """What is read of the outputs [B, attn_length, attn_size], and all of them but the first."""
        with variable_scope("attention"):
            k = get_variable("attn_w", [1, 1, self._attn_size, self._attn_vec_size])
            v = get_variable("attn_v", [self._attn_vec_size])
            hidden = reshape(outputs, [-1, self._attn_length, 1, self._attn_size])
            features = conv2d(hidden, k, [1, 1, 1, 1], "SAME")
            y = reshape(linear(query, self._attn_vec_size), [-1, 1, 1, self._attn_vec_size])
            a = softmax(reduce_sum(v * tanh(features + y), [2, 3]))
            d = reduce_sum(reshape(a, [-1, self._attn_length, 1, 1]) * hidden, [1, 2])
            return reshape(d, [-1, self._attn_size]), slice_(outputs, [0, 1, 0], [-1, -1, -1])
