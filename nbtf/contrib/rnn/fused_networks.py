"""tf.contrib.rnn: networks that run over whole sequences, time first, as LSTMBlockFusedCell does."""

from __future__ import annotations

import abc
from typing import Any

from nbtf.array.joining import stack, unstack
from nbtf.array.rearranging import reverse, reverse_sequence
from nbtf.nn.recurrence import dynamic_rnn
from nbtf.nn.unrolling import static_rnn


class FusedRNNCell(abc.ABC):
    """Base of such networks."""

    @abc.abstractmethod
    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        """(outputs, last state) of inputs [T, N, D] or a list of T tensors [N, D]; outputs are alike."""


class FusedRNNCellAdaptor(FusedRNNCell):
    """A cell, run over whole sequences: unrolled, or in a loop with use_dynamic_rnn."""

    def __init__(self, cell: Any, use_dynamic_rnn: bool = False) -> None:
        self._cell, self._use_dynamic_rnn = cell, use_dynamic_rnn

    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        """See FusedRNNCell."""
        listed = isinstance(inputs, (list, tuple))
        if self._use_dynamic_rnn:
            given = stack(list(inputs)) if listed else inputs
            outputs, state = dynamic_rnn(
                self._cell, given, sequence_length, initial_state, dtype, time_major=True, scope=scope
            )
            return unstack(outputs) if listed else outputs, state
        steps = list(inputs) if listed else unstack(inputs)
        outputs, state = static_rnn(self._cell, steps, initial_state, dtype, sequence_length, scope)
        return outputs if listed else stack(outputs), state


class TimeReversedFusedRNN(FusedRNNCell):
    """A network that gets each sequence from its end to its start; outputs are in the order of the inputs again."""

    def __init__(self, cell: Any) -> None:
        """cell: a FusedRNNCell, or an LSTMBlockFusedCell."""
        self._cell = cell

    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        """See FusedRNNCell."""
        outputs, state = self._cell(
            _reversed(inputs, sequence_length),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            scope=scope,
        )
        return _reversed(outputs, sequence_length), state


def _reversed(steps: Any, lengths: Any) -> Any:
    if isinstance(steps, (list, tuple)):
        if lengths is None:
            return list(reversed(steps))
        return unstack(_reversed(stack(list(steps)), lengths))
    return reverse(steps, [0]) if lengths is None else reverse_sequence(steps, lengths, seq_axis=0, batch_axis=1)
