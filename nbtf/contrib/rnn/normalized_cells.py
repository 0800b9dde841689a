"""tf.contrib.rnn: long short-term memory with layer normalization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.joining import concat, split
from nbtf.contrib.layers.normalizing import layer_norm
from nbtf.initializers.constants import Constant
from nbtf.logging.lines import warning
from nbtf.math.elementwise import sigmoid, tanh
from nbtf.math.operands import matmul
from nbtf.nn.dropping import dropout
from nbtf.nn.linear import bias_add
from nbtf.nn.rnn_cell.base import RNNCell
from nbtf.nn.rnn_cell.cells import LSTMStateTuple
from nbtf.variables.scoping import get_variable, variable_scope


class LayerNormBasicLSTMCell(RNNCell):
    """BasicLSTMCell whose gates and memory are normalized, with dropout of what is written to the memory."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: Callable[[Any], Any] = tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: Any = None,
    ) -> None:
        """layer_norm: else gates have a bias. norm_gain, norm_shift: what gamma and beta start from.

        dropout_keep_prob: chance that an element of the candidate stays, a float or a tensor. input_size: not used.
        """
        super().__init__(_reuse=reuse)
        if input_size is not None:
            warning("%s: The input_size parameter is deprecated.", self)
        self._num_units = num_units
        self._activation = activation
        self._forget_bias = forget_bias
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    @property
    def state_size(self) -> LSTMStateTuple:
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        return self._num_units

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        c, h = state
        i, j, f, o = split(value=self._gates(concat([inputs, h], 1)), num_or_size_splits=4, axis=1)
        if self._layer_norm:
            i, j = self._norm(i, "input"), self._norm(j, "transform")
            f, o = self._norm(f, "forget"), self._norm(o, "output")
        candidate = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            candidate = dropout(candidate, self._keep_prob, seed=self._seed)
        new_c = c * sigmoid(f + self._forget_bias) + sigmoid(i) * candidate
        if self._layer_norm:
            new_c = self._norm(new_c, "state")
        new_h = self._activation(new_c) * sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)

    def _gates(self, joined: Any) -> Any:
        size = 4 * self._num_units
        gates = matmul(joined, get_variable("kernel", [joined.shape.as_list()[-1], size], joined.dtype))
        return gates if self._layer_norm else bias_add(gates, get_variable("bias", [size], joined.dtype))

    def _norm(self, values: Any, scope: str) -> Any:
        dims = values.shape.as_list()[-1:]
        with variable_scope(scope):
            get_variable("gamma", dims, values.dtype, Constant(self._norm_gain))
            get_variable("beta", dims, values.dtype, Constant(self._norm_shift))
        return layer_norm(values, reuse=True, scope=scope)
