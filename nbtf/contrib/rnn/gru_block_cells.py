"""tf.contrib.rnn: gated recurrent units whose step is one op."""

from __future__ import annotations

from typing import Any

from nbtf.array.joining import concat
from nbtf.graph.gradient_registry import RegisterGradient
from nbtf.graph.raw_ops import raw
from nbtf.initializers.constants import Constant
from nbtf.layers.input_spec import InputSpec
from nbtf.nn.rnn_cell.base import LayerRNNCell


class GRUBlockCell(LayerRNNCell):
    """GRUCell whose step is one op; it lets the reset gate at the old state before the product."""

    _variable_names = ("w_ru", "b_ru", "w_c", "b_c")

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: Any = None,
        dtype: Any = None,
        name: str = "gru_cell",
    ) -> None:
        """cell_size: older name of num_units. Raises ValueError for both or neither of them."""
        super().__init__(_reuse=reuse, dtype=dtype, name=name)
        if cell_size is not None and num_units is not None:
            raise ValueError("Cannot specify both 'cell_size' and 'num_units'")
        if cell_size is None and num_units is None:
            raise ValueError("num_units must be set: the number of units of the cell")
        self._cell_size: int = num_units or cell_size or 0
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> int:
        return self._cell_size

    @property
    def output_size(self) -> int:
        return self._cell_size

    def build(self, inputs_shape: Any) -> None:
        inputs, units = inputs_shape.as_list()[1], self._cell_size
        if inputs is None:
            raise ValueError("Expecting input_size to be set.")
        gate_kernel, gate_bias, candidate_kernel, candidate_bias = self._variable_names
        self._gate_kernel = self.add_variable(gate_kernel, [inputs + units, 2 * units])
        self._gate_bias = self.add_variable(gate_bias, [2 * units], initializer=Constant(1.0))
        self._candidate_kernel = self.add_variable(candidate_kernel, [inputs + units, units])
        self._candidate_bias = self.add_variable(candidate_bias, [units], initializer=Constant(0.0))
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        made = raw.GRUBlockCell(
            inputs, state, self._gate_kernel, self._candidate_kernel, self._gate_bias, self._candidate_bias
        )
        return made.h, made.h


class GRUBlockCellV2(GRUBlockCell):
    """GRUBlockCell whose variables are those of GRUCell, so checkpoints fit both."""

    _variable_names = ("gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias")


@RegisterGradient("GRUBlockCell")
def _step_gradient(op: Any, *gradients: Any) -> tuple[Any, ...]:
    x, h_prev = op.inputs[:2]
    r, u, c, _ = op.outputs
    back = raw.GRUBlockCellGrad(*op.inputs, r, u, c, gradients[3])
    d_w_ru = raw.MatMul(concat([x, h_prev], 1), back.d_r_bar_u_bar, transpose_a=True)
    d_b_ru = raw.BiasAddGrad(back.d_r_bar_u_bar)
    d_w_c = raw.MatMul(concat([x, h_prev * r], 1), back.d_c_bar, transpose_a=True)
    return back.d_x, back.d_h_prev, d_w_ru, d_w_c, d_b_ru, raw.BiasAddGrad(back.d_c_bar)
