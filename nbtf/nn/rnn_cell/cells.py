"""The cells: plain, gated, and with long short-term memory."""

from __future__ import annotations

import collections
from typing import Any

from nbtf.array.indexing import slice_
from nbtf.array.joining import concat, split
from nbtf.dtypes import int32
from nbtf.graph.conversion import constant
from nbtf.initializers.constants import Constant, Zeros
from nbtf.layers.input_spec import InputSpec
from nbtf.math.clipping import clip_by_value
from nbtf.math.elementwise import sigmoid, tanh
from nbtf.math.operands import add, matmul, multiply
from nbtf.nn.linear import bias_add
from nbtf.nn.rnn_cell.base import LayerRNNCell
from nbtf.variables.partitioners import fixed_size_partitioner

KERNEL, BIAS = "kernel", "bias"

_StateTuple = collections.namedtuple("_StateTuple", ("c", "h"))


class LSTMStateTuple(_StateTuple):
    """State of an LSTM cell: c [batch, units], its memory, and h [batch, output size], its last output."""

    __slots__ = ()

    @property
    def dtype(self) -> Any:
        c, h = self
        if c.dtype != h.dtype:
            raise TypeError(f"Inconsistent internal state: {c.dtype} vs {h.dtype}")
        return c.dtype


def _activation(given: Any) -> Any:
    return tanh if given is None else given


def _input_size(inputs_shape: Any) -> int:
    size = inputs_shape[-1]
    if size is None or getattr(size, "value", size) is None:
        raise ValueError(f"Expected inputs.shape[-1] to be known, saw shape: {inputs_shape}")
    return int(size)


class BasicRNNCell(LayerRNNCell):
    """h' = activation([x, h] W + b)."""

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        name: Any = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = _activation(activation)

    @property
    def state_size(self) -> int:
        return self._num_units

    @property
    def output_size(self) -> int:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        depth = _input_size(inputs_shape)
        self._kernel = self.add_variable(KERNEL, shape=[depth + self._num_units, self._num_units])
        self._bias = self.add_variable(BIAS, shape=[self._num_units], initializer=Zeros(dtype=self.dtype))
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        gate_inputs = bias_add(matmul(concat([inputs, state], 1), self._kernel), self._bias)
        output = self._activation(gate_inputs)
        return output, output


class GRUCell(LayerRNNCell):
    """Gated recurrent unit: r, u = sigmoid([x, h] Wg + bg); c = activation([x, r h] Wc + bc); h' = u h + (1 - u) c."""

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: Any = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = _activation(activation)
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    @property
    def state_size(self) -> int:
        return self._num_units

    @property
    def output_size(self) -> int:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        rows, units = _input_size(inputs_shape) + self._num_units, self._num_units
        gates_start = self._bias_initializer or Constant(1.0, dtype=self.dtype)
        candidate_start = self._bias_initializer or Zeros(dtype=self.dtype)
        self._gate_kernel = self.add_variable(
            f"gates/{KERNEL}", shape=[rows, 2 * units], initializer=self._kernel_initializer
        )
        self._gate_bias = self.add_variable(f"gates/{BIAS}", shape=[2 * units], initializer=gates_start)
        self._candidate_kernel = self.add_variable(
            f"candidate/{KERNEL}", shape=[rows, units], initializer=self._kernel_initializer
        )
        self._candidate_bias = self.add_variable(f"candidate/{BIAS}", shape=[units], initializer=candidate_start)
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        gate_inputs = bias_add(matmul(concat([inputs, state], 1), self._gate_kernel), self._gate_bias)
        r, u = split(value=sigmoid(gate_inputs), num_or_size_splits=2, axis=1)
        candidate = matmul(concat([inputs, r * state], 1), self._candidate_kernel)
        c = self._activation(bias_add(candidate, self._candidate_bias))
        new_h = u * state + (1 - u) * c
        return new_h, new_h


class BasicLSTMCell(LayerRNNCell):
    """Long short-term memory without peepholes, clipping or projection; gates in the order i, j, f, o."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: Any = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        """forget_bias: added to the forget gate. state_is_tuple: else the state is [c, h] joined along axis 1."""
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = _activation(activation)

    @property
    def state_size(self) -> Any:
        units = self._num_units
        return LSTMStateTuple(units, units) if self._state_is_tuple else 2 * units

    @property
    def output_size(self) -> int:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        rows, units = _input_size(inputs_shape) + self._num_units, self._num_units
        self._kernel = self.add_variable(KERNEL, shape=[rows, 4 * units])
        self._bias = self.add_variable(BIAS, shape=[4 * units], initializer=Zeros(dtype=self.dtype))
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        one = constant(1, dtype=int32)
        c, h = state if self._state_is_tuple else split(value=state, num_or_size_splits=2, axis=one)
        gate_inputs = bias_add(matmul(concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = split(value=gate_inputs, num_or_size_splits=4, axis=one)
        forget_bias = constant(self._forget_bias, dtype=f.dtype)
        kept = multiply(c, sigmoid(add(f, forget_bias)))
        new_c = add(kept, multiply(sigmoid(i), self._activation(j)))
        new_h = multiply(self._activation(new_c), sigmoid(o))
        return new_h, LSTMStateTuple(new_c, new_h) if self._state_is_tuple else concat([new_c, new_h], 1)


class LSTMCell(LayerRNNCell):
    """Long short-term memory, with peepholes, clipping and a projection on request; gates in the order i, j, f, o."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: Any = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: Any = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: Any = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        """cell_clip, proj_clip: bounds of memory and projection. num_proj: size of the output; without it num_units.

        num_unit_shards, num_proj_shards: parts to keep the kernels in; a variable scope's partitioner does the same.
        """
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = _activation(activation)

    @property
    def state_size(self) -> Any:
        c, h = self._num_units, self.output_size
        return LSTMStateTuple(c, h) if self._state_is_tuple else c + h

    @property
    def output_size(self) -> int:
        return self._num_proj or self._num_units

    def build(self, inputs_shape: Any) -> None:
        rows, units = _input_size(inputs_shape) + self.output_size, self._num_units
        self._kernel = self.add_variable(
            KERNEL, shape=[rows, 4 * units], initializer=self._initializer, partitioner=_shards(self._num_unit_shards)
        )
        start = None if self.dtype is None else Zeros(dtype=self.dtype)
        self._bias = self.add_variable(BIAS, shape=[4 * units], initializer=start or Zeros())
        if self._use_peepholes:
            self._w_f_diag = self.add_variable("w_f_diag", shape=[units], initializer=self._initializer)
            self._w_i_diag = self.add_variable("w_i_diag", shape=[units], initializer=self._initializer)
            self._w_o_diag = self.add_variable("w_o_diag", shape=[units], initializer=self._initializer)
        if self._num_proj is not None:
            self._proj_kernel = self.add_variable(
                f"projection/{KERNEL}",
                shape=[units, self._num_proj],
                initializer=self._initializer,
                partitioner=_shards(self._num_proj_shards),
            )
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        c_prev, m_prev = self._parts(state)
        if inputs.shape.with_rank(2).as_list()[1] is None:
            raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
        lstm_matrix = bias_add(matmul(concat([inputs, m_prev], 1), self._kernel), self._bias)
        i, j, f, o = split(value=lstm_matrix, num_or_size_splits=4, axis=1)
        if self._use_peepholes:
            forget = sigmoid(f + self._forget_bias + self._w_f_diag * c_prev)
            c = forget * c_prev + sigmoid(i + self._w_i_diag * c_prev) * self._activation(j)
        else:
            c = sigmoid(f + self._forget_bias) * c_prev + sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            c = clip_by_value(c, -self._cell_clip, self._cell_clip)
        m = sigmoid(o + self._w_o_diag * c) if self._use_peepholes else sigmoid(o)
        m = m * self._activation(c)
        if self._num_proj is not None:
            m = matmul(m, self._proj_kernel)
            if self._proj_clip is not None:
                m = clip_by_value(m, -self._proj_clip, self._proj_clip)
        return m, LSTMStateTuple(c, m) if self._state_is_tuple else concat([c, m], 1)

    def _parts(self, state: Any) -> tuple[Any, Any]:
        if self._state_is_tuple:
            c, m = state
            return c, m
        c = slice_(state, [0, 0], [-1, self._num_units])
        return c, slice_(state, [0, self._num_units], [-1, self.output_size])


def _shards(count: int | None) -> Any:
    return fixed_size_partitioner(count) if count is not None else None
