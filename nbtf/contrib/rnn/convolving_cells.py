"""tf.contrib.rnn: long short-term memory of images, whose gates are convolutions (Shi et al., 2015)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf.array.joining import concat, split
from nbtf.initializers.constants import Constant
from nbtf.math.elementwise import sigmoid, tanh
from nbtf.nn.convolutions import conv1d, conv2d, conv3d
from nbtf.nn.rnn_cell.base import RNNCell
from nbtf.nn.rnn_cell.cells import LSTMStateTuple
from nbtf.tensor_shape import TensorShape
from nbtf.variables.scoping import get_variable

_CONVOLUTIONS: dict[int, Any] = {1: conv1d, 2: conv2d, 3: conv3d}


class ConvLSTMCell(RNNCell):
    """Inputs [N, *input_shape] of one to three axes and channels; outputs and states have output_channels."""

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Mapping[str, Any] | None = None,
        name: str = "conv_lstm_cell",
    ) -> None:
        """input_shape: lengths and channels. kernel_shape: lengths of the taps. skip_connection: outputs are joined with
        the inputs. forget_bias: added to the forget gate. initializers: of "kernel" and "biases".

        Raises ValueError where input_shape has not conv_ndims lengths.
        """
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(f"Invalid input_shape {input_shape} for conv_ndims={conv_ndims}.")
        self._axes, self._kernel_shape, self._use_bias = conv_ndims, list(kernel_shape), use_bias
        self._skip_connection, self._forget_bias = skip_connection, forget_bias
        self._initializers = initializers or {}
        self._channels = output_channels
        state = TensorShape([*input_shape[:-1], output_channels])
        self._state_size = LSTMStateTuple(state, state)
        joined = output_channels + (input_shape[-1] if skip_connection else 0)
        self._output_size = TensorShape([*input_shape[:-1], joined])

    @property
    def state_size(self) -> LSTMStateTuple:
        return self._state_size

    @property
    def output_size(self) -> TensorShape:
        return self._output_size

    def call(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, LSTMStateTuple]:
        """One step: (outputs, next state)."""
        memory, hidden = state
        gates = self._gates(concat([inputs, hidden], -1))
        added, candidate, kept, shown = split(gates, 4, axis=self._axes + 1)
        memory = sigmoid(kept + self._forget_bias) * memory + sigmoid(added) * tanh(candidate)
        output = tanh(memory) * sigmoid(shown)
        following = LSTMStateTuple(memory, output)
        return (concat([output, inputs], -1) if self._skip_connection else output), following

    def _gates(self, joined: Any) -> Any:
        depth, features = joined.shape.as_list()[-1], 4 * self._channels
        kernel = get_variable(
            "kernel",
            [*self._kernel_shape, depth, features],
            dtype=joined.dtype,
            initializer=self._initializers.get("kernel"),
        )
        strides = 1 if self._axes == 1 else [1] * (self._axes + 2)
        gates = _CONVOLUTIONS[self._axes](joined, kernel, strides, padding="SAME")
        if not self._use_bias:
            return gates
        biases = self._initializers.get("biases", Constant(0.0))
        return gates + get_variable("biases", [features], dtype=joined.dtype, initializer=biases)


class Conv1DLSTMCell(ConvLSTMCell):
    """ConvLSTMCell of [N, W, C]."""

    def __init__(self, name: str = "conv_1d_lstm_cell", **kwargs: Any) -> None:
        """kwargs: see ConvLSTMCell."""
        super().__init__(conv_ndims=1, name=name, **kwargs)


class Conv2DLSTMCell(ConvLSTMCell):
    """ConvLSTMCell of [N, H, W, C]."""

    def __init__(self, name: str = "conv_2d_lstm_cell", **kwargs: Any) -> None:
        """kwargs: see ConvLSTMCell."""
        super().__init__(conv_ndims=2, name=name, **kwargs)


class Conv3DLSTMCell(ConvLSTMCell):
    """ConvLSTMCell of [N, D, H, W, C]."""

    def __init__(self, name: str = "conv_3d_lstm_cell", **kwargs: Any) -> None:
        """kwargs: see ConvLSTMCell."""
        super().__init__(conv_ndims=3, name=name, **kwargs)
