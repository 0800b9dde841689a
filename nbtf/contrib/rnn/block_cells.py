"""tf.contrib.rnn: long short-term memory in one op, a step or a whole sequence at a time."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import range as range_of
from nbtf.array.filling import zeros
from nbtf.array.indexing import gather
from nbtf.array.joining import concat, stack, tile, unstack
from nbtf.array.masks import sequence_mask
from nbtf.array.shapes import expand_dims, reshape, shape, transpose
from nbtf.dtypes import int32, int64
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.gradient_registry import RegisterGradient
from nbtf.graph.raw_ops import raw
from nbtf.initializers.constants import Constant
from nbtf.layers.base import Layer
from nbtf.layers.input_spec import InputSpec
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_max
from nbtf.nn.rnn_cell.base import LayerRNNCell
from nbtf.nn.rnn_cell.cells import LSTMStateTuple


def _variables(layer: Layer, inputs: Any, units: int, use_peephole: bool) -> tuple[Any, Any, list[Any] | None]:
    """kernel [A + units, 4 units], bias, and, if there are peepholes, w_i_diag, w_f_diag and w_o_diag [units]."""
    size = inputs.as_list()[-1]
    if size is None:
        raise ValueError(f"Expecting inputs_shape[{inputs.ndims - 1}] to be set: {inputs}")
    kernel = layer.add_variable("kernel", [size + units, 4 * units])
    bias = layer.add_variable("bias", [4 * units], initializer=Constant(0.0))
    if not use_peephole:
        return kernel, bias, None
    return kernel, bias, [layer.add_variable(name, [units]) for name in ("w_i_diag", "w_f_diag", "w_o_diag")]


class LSTMBlockCell(LayerRNNCell):
    """LSTMCell whose step is one op; its variables are those of LSTMCell, so checkpoints fit both."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: Any = None,
        reuse: Any = None,
        name: str = "lstm_cell",
    ) -> None:
        """forget_bias: added to the forget gate. cell_clip: bound of the memory, None for none."""
        super().__init__(_reuse=reuse, dtype=dtype, name=name)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._use_peephole = use_peephole
        self._cell_clip = -1 if cell_clip is None else cell_clip
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> LSTMStateTuple:
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        made = _variables(self, inputs_shape, self._num_units, self._use_peephole)
        self._kernel, self._bias, self._peepholes = made
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Any, LSTMStateTuple]:
        if len(state) != 2:
            raise ValueError(f"Expecting state to be a tuple with length 2. Received: {state}")
        memory, output = state
        weights = self._peepholes or [constant(0, inputs.dtype.base_dtype, [self._num_units])] * 3
        made = raw.LSTMBlockCell(
            inputs,
            memory,
            output,
            self._kernel,
            *weights,
            self._bias,
            forget_bias=self._forget_bias,
            cell_clip=self._cell_clip,
            use_peephole=self._use_peephole,
        )
        return made.h, LSTMStateTuple(made.cs, made.h)


@RegisterGradient("LSTMBlockCell")
def _step_gradient(op: Any, *gradients: Any) -> tuple[Any, ...]:
    x, cs_prev, h_prev, w, wci, wcf, wco, b = op.inputs
    i, cs, f, o, ci, co, _ = op.outputs
    back = raw.LSTMBlockCellGrad(
        x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, gradients[1], gradients[6],
        use_peephole=op.get_attr("use_peephole"),
    )  # fmt: skip
    inputs, units = x.shape.as_list()[1], cs_prev.shape.as_list()[1]
    if inputs is None or units is None:
        raise ValueError(f"input_size from `x` and cell_size from `cs_prev` must not be None: {x}, {cs_prev}")
    d_xh = raw.MatMul(back.dicfo, w, transpose_b=True)
    d_x = raw.Slice(d_xh, (0, 0), (-1, inputs))
    d_h_prev = raw.Slice(d_xh, (0, inputs), (-1, units))
    d_x.set_shape(x.shape)
    d_h_prev.set_shape(h_prev.shape)
    d_w = raw.MatMul(concat([x, h_prev], 1), back.dicfo, transpose_a=True)
    d_b = raw.BiasAddGrad(back.dicfo)
    return d_x, back.cs_prev_grad, d_h_prev, d_w, back.wci_grad, back.wcf_grad, back.wco_grad, d_b


class LSTMBlockFusedCell(Layer):
    """Long short-term memory over whole sequences, time first, in one op; no cell for dynamic_rnn, but in place of both.

    cell(inputs [T, B, A], initial_state=None, dtype=None, sequence_length=None) -> (outputs [T, B, num_units],
    LSTMStateTuple of [B, num_units]). inputs: a tensor, or a list of T tensors; outputs are alike. initial_state: (c, h),
    by default zeros of dtype, of which one must be given. sequence_length: [B]; behind it outputs are 0, and the state
    is that at the end of each sequence.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: Any = None,
        dtype: Any = None,
        name: str = "lstm_fused_cell",
    ) -> None:
        """forget_bias: added to the forget gate. cell_clip: bound of the memory, None for none."""
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = -1 if cell_clip is None else cell_clip
        self._use_peephole = use_peephole

    @property
    def num_units(self) -> int:
        return self._num_units

    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, LSTMStateTuple]:
        """See the class. scope: of the variables, if it is the first call."""
        steps = isinstance(inputs, (list, tuple))
        outputs, state = super().__call__(
            stack(list(inputs)) if steps else inputs,
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            scope=scope,
        )
        return unstack(outputs) if steps else outputs, state

    def build(self, input_shape: Any) -> None:
        made = _variables(self, input_shape.with_rank(3), self._num_units, self._use_peephole)
        self._kernel, self._bias, self._peepholes = made
        self.built = True

    def call(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None
    ) -> tuple[Any, LSTMStateTuple]:
        times, batch = (shape(inputs)[i] if dim is None else dim for i, dim in enumerate(inputs.shape.as_list()[:2]))
        if initial_state is None:
            if dtype is None:
                raise ValueError("Either initial_state or dtype needs to be specified")
            start = zeros(stack([batch, self._num_units]), dtype)
            initial_state = (start, start)
        elif len(initial_state) != 2:
            raise ValueError("Expecting initial_state to be a tuple with length 2 or None")
        memory, output = initial_state
        dtype = memory.dtype if dtype is None else dtype
        if sequence_length is not None:
            sequence_length = convert_to_tensor(sequence_length)
        made = raw.BlockLSTM(
            cast(times if sequence_length is None else reduce_max(sequence_length), int64),
            inputs,
            memory,
            output,
            self._kernel,
            *(self._peepholes or [zeros([self._num_units], dtype)] * 3),
            self._bias,
            forget_bias=self._forget_bias,
            cell_clip=self._cell_clip,
            use_peephole=self._use_peephole,
        )
        if sequence_length is None:
            return made.h, LSTMStateTuple(made.cs[-1], made.h[-1])
        mask = transpose(sequence_mask(sequence_length, times, dtype), [1, 0])
        outputs = made.h * tile(expand_dims(mask, [-1]), [1, 1, self._num_units])
        # the state of an empty sequence is the initial one
        places = cast(sequence_length, int32) * batch + range_of(batch)

        def at_ends(first: Any, steps: Any) -> Any:
            rows = reshape(concat([expand_dims(first, [0]), steps], 0), [-1, self._num_units])
            return gather(rows, places)

        return outputs, LSTMStateTuple(at_ends(memory, made.cs), at_ends(output, outputs))
