"""What tf.layers' convolutions share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nbtf.array.joining import pad
from nbtf.array.shapes import reshape
from nbtf.layers.arguments import ints, op_data_format, order_of_channels, padding_method, window_output
from nbtf.layers.base import Layer
from nbtf.layers.core import ZEROS
from nbtf.layers.input_spec import InputSpec
from nbtf.nn.convolutions import convolve, on_one_batch_axis
from nbtf.nn.linear import bias_add
from nbtf.tensor_shape import TensorShape, as_shape

Regularizer = Callable[[Any], Any] | None
Constraint = Callable[[Any], Any] | None


class ConvLayer(Layer):
    """What layers of convolutions over `rank` spatial axes share: `activation(convolution(inputs, kernel) + bias)`.

    kernel [*kernel_size, C, filters], bias [filters]. Raises ValueError for sizes that are not positive ints, and for
    strides together with dilation.
    """

    rank: int

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any,
        padding: Any,
        data_format: str | None,
        dilation_rate: Any,
        activation: Callable[[Any], Any] | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = ZEROS,
        kernel_regularizer: Regularizer = None,
        bias_regularizer: Regularizer = None,
        activity_regularizer: Regularizer = None,
        kernel_constraint: Constraint = None,
        bias_constraint: Constraint = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        self.filters = int(filters)
        if self.filters <= 0:
            raise ValueError(
                f"Invalid value for argument `filters`. Expected a strictly positive value. Received filters={filters}."
            )
        self.kernel_size = ints(kernel_size, self.rank, "kernel_size")
        self.strides = ints(strides, self.rank, "strides", allow_zero=True)
        self.padding = padding_method(padding)
        self.data_format = order_of_channels(data_format)
        self.dilation_rate = ints(dilation_rate, self.rank, "dilation_rate")
        self._check_windows()
        self.activation = activation
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.input_spec = InputSpec(min_ndim=self.rank + 2)

    def _check_windows(self) -> None:
        if not all(self.strides):
            raise ValueError(f"The argument `strides` cannot contains 0(s). Received: {self.strides}")
        if self.padding == "causal" and self.rank != 1:
            raise ValueError("Causal padding is only supported for `Conv1D` and `SeparableConv1D`.")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. "
                f"Received: strides={self.strides} and dilation_rate={self.dilation_rate}"
            )

    # ---- variables ----

    @property
    def channel_axis(self) -> int:
        return -1 if self.data_format == "channels_last" else -1 - self.rank

    def _channels(self, input_shape: Any) -> int:
        """The number of input channels, which the inputs of all calls must have."""
        static = as_shape(input_shape)
        channels: int | None = static.as_list()[self.channel_axis]
        if channels is None:
            raise ValueError(
                "The channel dimension of the inputs should be defined. "
                f"The input_shape received is {static}, where axis {self.channel_axis} (0-based) is the channel "
                "dimension, which found to be `None`."
            )
        return channels

    def _demand_channels(self, channels: int) -> None:
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={self.channel_axis: channels})

    def build(self, input_shape: Any) -> None:
        channels = self._channels(input_shape)
        self._add_kernel((*self.kernel_size, channels, self.filters))
        self._add_bias()
        self._demand_channels(channels)
        self.built = True

    def _add_kernel(self, shape: Sequence[int]) -> None:
        self.kernel = self.add_weight(
            "kernel",
            shape,
            self.dtype,
            self.kernel_initializer,
            self.kernel_regularizer,
            True,
            self.kernel_constraint,
        )

    def _add_bias(self) -> None:
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                (self.filters,),
                self.dtype,
                self.bias_initializer,
                self.bias_regularizer,
                True,
                self.bias_constraint,
            )

    # ---- operations ----

    @property
    def op_data_format(self) -> str:
        return op_data_format(self.data_format, self.rank + 2)

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        method = self.padding
        static = inputs.shape
        if method == "causal":
            inputs = pad(inputs, self._causal_paddings(inputs))
            method = "VALID"
        outputs = convolve(
            inputs,
            self.kernel,
            list(self.strides),
            method.upper() if isinstance(method, str) else method,
            self.op_data_format,
            list(self.dilation_rate),
            type(self).__name__,
        )
        outputs = self._biased(outputs)
        if static.ndims:
            outputs.set_shape(self.compute_output_shape(static))
        return outputs if self.activation is None else self.activation(outputs)

    def _causal_paddings(self, inputs: Any) -> list[list[int]]:
        left = self.dilation_rate[0] * (self.kernel_size[0] - 1)
        batch_axes = 1 if inputs.shape.ndims is None else inputs.shape.ndims - 2
        own = [[left, 0], [0, 0]] if self.data_format == "channels_last" else [[0, 0], [left, 0]]
        return [[0, 0]] * batch_axes + own

    def _biased(self, outputs: Any) -> Any:
        if self.bias is None:
            return outputs
        if self.rank == 1 and self.data_format == "channels_first":
            return outputs + reshape(self.bias, (1, self.filters, 1))
        rank = outputs.shape.ndims
        if rank is not None and rank > self.rank + 2:
            return self._biased_batches(outputs, rank - self.rank - 1)
        return bias_add(outputs, self.bias, self.op_data_format)

    def _biased_batches(self, outputs: Any, batch_axes: int) -> Any:
        """bias_add takes one batch axis."""
        return on_one_batch_axis(
            lambda images: bias_add(images, self.bias, self.op_data_format), outputs, self.rank + 1, None
        )

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        dims = as_shape(input_shape).as_list()
        batch = dims[: len(dims) - self.rank - 1]
        last = self.data_format == "channels_last"
        lengths = dims[-self.rank - 1 : -1] if last else dims[-self.rank :]
        spatial = [
            window_output(length, self.kernel_size[i], self.padding, self.strides[i], self.dilation_rate[i])
            for i, length in enumerate(lengths)
        ]
        return TensorShape([*batch, *spatial, self.filters] if last else [*batch, self.filters, *spatial])
