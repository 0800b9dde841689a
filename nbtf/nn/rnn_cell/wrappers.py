"""Cells around cells: stacked, with dropout, with residual connections, on a device."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from nbtf import nest
from nbtf.array.indexing import slice_
from nbtf.array.joining import concat
from nbtf.control_flow.tensor_array import TensorArray
from nbtf.dtypes import as_dtype
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import device, name_scope
from nbtf.math.operands import divide
from nbtf.nn.dropping import dropout
from nbtf.nn.rnn_cell.base import RNNCell
from nbtf.nn.rnn_cell.cells import LSTMStateTuple
from nbtf.nn.rnn_cell.checks import assert_like_cell
from nbtf.random.distributions import random_uniform
from nbtf.tensor_shape import as_shape
from nbtf.variables.scoping import variable_scope


class MultiRNNCell(RNNCell):
    """Cells one on top of the other: the output of each is the input of the next."""

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        """state_is_tuple: states are a tuple, one a cell; else they are joined along axis 1."""
        super().__init__()
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if not nest.is_nested(cells):
            raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
        if len({id(cell) for cell in cells}) < len(cells):
            from nbtf.logging.lines import warn

            warn("At least two cells provided to MultiRNNCell are the same object and will share weights.")
        self._cells = cells
        self._state_is_tuple = state_is_tuple
        if not state_is_tuple and any(nest.is_nested(cell.state_size) for cell in cells):
            raise ValueError(
                "Some cells return tuples of states, but the flag state_is_tuple is not set.  "
                f"State sizes are: {[cell.state_size for cell in cells]}"
            )

    @property
    def state_size(self) -> Any:
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return super().zero_state(batch_size, dtype)

    @property
    def trainable_weights(self) -> list[Any]:
        if not self.trainable:
            return []
        return [one for cell in self._cells if hasattr(cell, "trainable_weights") for one in cell.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[Any]:
        layers = [cell for cell in self._cells if hasattr(cell, "non_trainable_weights")]
        fixed = [one for cell in layers for one in cell.non_trainable_weights]
        if self.trainable:
            return fixed
        return [one for cell in layers for one in cell.trainable_weights] + fixed

    def _trackable_children(self) -> dict[str, Any]:
        return {f"cell-{i}": cell for i, cell in enumerate(self._cells)}

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        start = 0
        current, new_states = inputs, []
        for i, cell in enumerate(self._cells):
            with variable_scope(f"cell_{i}"):
                if self._state_is_tuple:
                    if not nest.is_nested(state):
                        raise ValueError(
                            f"Expected state to be a tuple of length {len(self.state_size)}, but received: {state}"
                        )
                    own = state[i]
                else:
                    own = slice_(state, [0, start], [-1, cell.state_size])
                    start += cell.state_size
                current, new_state = cell(current, own)
                new_states.append(new_state)
        return current, tuple(new_states) if self._state_is_tuple else concat(new_states, 1)


class _Wrapper(RNNCell):
    """A cell that runs another one; its variables are those of the other."""

    def __init__(self, cell: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert_like_cell("cell", cell)
        self.cell = cell

    def _trackable_children(self) -> dict[str, Any]:
        return {"cell": self.cell}

    @property
    def wrapped_cell(self) -> Any:
        return self.cell

    @property
    def state_size(self) -> Any:
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        return self.cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]):
            return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> tuple[Any, Any]:
        """(output, next state) of the wrapped cell, changed; no scope of the wrapper's own."""
        return self._around(lambda *args: self.cell(*args, scope=scope, **kwargs), inputs, state)

    def _around(self, call: Any, inputs: Any, state: Any) -> tuple[Any, Any]:
        raise NotImplementedError


class DeviceWrapper(_Wrapper):
    """Runs a cell on a device."""

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with name_scope(f"{type(self).__name__}ZeroState", values=[batch_size]), device(self._device):
            return self.cell.zero_state(batch_size, dtype)

    def _around(self, call: Any, inputs: Any, state: Any) -> tuple[Any, Any]:
        with device(self._device):
            return call(inputs, state)  # type: ignore[no-any-return]


class ResidualWrapper(_Wrapper):
    """Adds a cell's input to its output."""

    def __init__(self, cell: Any, residual_fn: Any = None, **kwargs: Any) -> None:
        """residual_fn: (inputs, outputs) -> outputs instead of their sum."""
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn

    def _around(self, call: Any, inputs: Any, state: Any) -> tuple[Any, Any]:
        outputs, new_state = call(inputs, state)
        if self._residual_fn is not None:
            return self._residual_fn(inputs, outputs), new_state
        nest.assert_same_structure(inputs, outputs)
        nest.map_structure(lambda one, other: one.shape.assert_is_compatible_with(other.shape), inputs, outputs)
        return nest.map_structure(lambda one, other: one + other, inputs, outputs), new_state


def _filter_c(substate: Any) -> Any:
    """What of a state dropout may touch: an LSTM's output, not its memory; no TensorArray."""
    if isinstance(substate, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    return not isinstance(substate, TensorArray)


class DropoutWrapper(_Wrapper):
    """Dropout of a cell's inputs, outputs and states."""

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: Any = None,
        dropout_state_filter_visitor: Any = None,
        **kwargs: Any,
    ) -> None:
        """*_keep_prob: chance that an element stays, a number or a tensor. variational_recurrent: one mask for all steps,
        which takes `dtype`, and `input_size` where inputs drop out. dropout_state_filter_visitor: substate -> structure
        of bools, which of it may drop out (an LSTM's memory does not).
        """
        super().__init__(cell, dtype=dtype, **kwargs)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError(f"dropout_state_filter_visitor must be callable. Received: {dropout_state_filter_visitor}")
        self._filter = dropout_state_filter_visitor or _filter_c
        with name_scope("DropoutWrapperInit"):
            self._input_keep_prob = _checked_probability("input_keep_prob", input_keep_prob)
            self._state_keep_prob = _checked_probability("state_keep_prob", state_keep_prob)
            self._output_keep_prob = _checked_probability("output_keep_prob", output_keep_prob)
        self._variational_recurrent = variational_recurrent
        self._seed = seed
        self._noise: dict[str, Any] = {}
        if variational_recurrent:
            self._make_noise(input_size, dtype)

    def _make_noise(self, input_size: Any, dtype: Any) -> None:
        if dtype is None:
            raise ValueError("When variational_recurrent=True, dtype must be provided")

        def noise(kind: str, structure: Any) -> Any:
            flat = nest.flatten(structure)
            made = [
                random_uniform(
                    concat(([1], as_shape(size).as_list()), 0),
                    seed=self._seed_for(f"{kind}_{i}"),
                    dtype=as_dtype(dtype),
                )
                for i, size in enumerate(flat)
            ]
            return nest.pack_sequence_as(structure, made)

        if _may_drop(self._input_keep_prob):
            if input_size is None:
                raise ValueError(
                    "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be provided"
                )
            self._noise["input"] = noise("input", input_size)
        self._noise["state"] = noise("state", self.cell.state_size)
        self._noise["output"] = noise("output", self.cell.output_size)

    def _seed_for(self, salt: str) -> int | None:
        if self._seed is None:
            return None
        digest = hashlib.md5(f"{self._seed}{salt}".encode(), usedforsecurity=False).hexdigest()
        return int(digest[:8], 16) & 0x7FFFFFFF

    def _around(self, call: Any, inputs: Any, state: Any) -> tuple[Any, Any]:
        if _may_drop(self._input_keep_prob):
            inputs = self._dropped(inputs, "input", self._input_keep_prob)
        output, new_state = call(inputs, state)
        if _may_drop(self._state_keep_prob):
            allowed = nest.map_structure(lambda _: True, new_state)
            shallow = self._visited(new_state)
            allowed = shallow if shallow is not None else allowed
            new_state = self._dropped(new_state, "state", self._state_keep_prob, allowed)
        if _may_drop(self._output_keep_prob):
            output = self._dropped(output, "output", self._output_keep_prob)
        return output, new_state

    def _visited(self, state: Any) -> Any:
        """The filter's answers for a state and, where that is a sequence it does not know, for its parts."""
        answer = self._filter(state)
        if isinstance(answer, bool) and nest.is_nested(state):
            parts = [self._visited(part) for part in state]
            return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
        return answer

    def _dropped(self, values: Any, kind: str, keep_prob: Any, allowed: Any = None) -> Any:
        flat = nest.flatten(values)
        may = [True] * len(flat) if allowed is None else nest.flatten(allowed)
        noise = nest.flatten(self._noise[kind]) if self._variational_recurrent else [None] * len(flat)
        results = []
        for i, (value, drops, mask) in enumerate(zip(flat, may, noise, strict=True)):
            if not drops:
                results.append(value)
            elif self._variational_recurrent:
                results.append(_masked(value, mask, keep_prob))
            else:
                results.append(dropout(value, keep_prob=keep_prob, seed=self._seed_for(f"{kind}_{i}")))
        return nest.pack_sequence_as(values, results)


def _masked(value: Any, noise: Any, keep_prob: Any) -> Any:
    """Dropout by a mask that stays the same from step to step."""
    kept = raw.Floor(keep_prob + noise)
    result = divide(value, keep_prob) * kept
    result.set_shape(value.shape)
    return result


def _checked_probability(name: str, probability: Any) -> Any:
    tensor = convert_to_tensor(probability)
    known = constant_value(tensor)
    if known is None:
        return tensor
    if not 0 <= float(known) <= 1:
        raise ValueError(f"Parameter {name} must be between 0 and 1: {float(known)}")
    return float(known)


def _may_drop(probability: Any) -> bool:
    return not isinstance(probability, float) or probability < 1
