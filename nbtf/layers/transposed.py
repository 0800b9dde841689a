"""tf.layers: transposed convolutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.joining import stack
from nbtf.array.shapes import shape, transpose
from nbtf.layers.arguments import transposed_output
from nbtf.layers.conv_layer import Constraint, ConvLayer, Regularizer
from nbtf.layers.core import ZEROS
from nbtf.layers.input_spec import InputSpec
from nbtf.nn.transposed_convolutions import transpose_2d, transpose_3d
from nbtf.tensor_shape import TensorShape, as_shape


class TransposedConvLayer(ConvLayer):
    """What the layers of transposed convolutions share; kernel [*kernel_size, filters, C]."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def build(self, input_shape: Any) -> None:
        static = as_shape(input_shape)
        if static.ndims != self.rank + 2:
            raise ValueError(f"Inputs should have rank {self.rank + 2}. Received input_shape={static}.")
        channels = self._channels(static)
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self.channel_axis: channels})
        self._add_kernel((*self.kernel_size, self.filters, channels))
        self._add_bias()
        self.built = True

    def _output_sizes(self, inputs: Any, lengths: list[Any]) -> Any:
        """The output's shape as a tensor; None in lengths: only a run can tell."""
        dims = shape(inputs)
        batch = dims[0]
        first = 1 if self.data_format == "channels_last" else 2
        known = [dims[first + i] if length is None else length for i, length in enumerate(lengths)]
        spatial = [
            transposed_output(length, self.kernel_size[i], self.padding, self.strides[i])
            for i, length in enumerate(known)
        ]
        last = self.data_format == "channels_last"
        return stack((batch, *spatial, self.filters) if last else (batch, self.filters, *spatial))

    def _finished(self, inputs: Any, outputs: Any) -> Any:
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        outputs = self._biased(outputs)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        dims = as_shape(input_shape).as_list()
        first = 1 if self.data_format == "channels_last" else 2
        spatial = [
            transposed_output(dims[first + i], self.kernel_size[i], self.padding, self.strides[i])
            for i in range(self.rank)
        ]
        dims[first : first + self.rank] = spatial
        dims[self.channel_axis] = self.filters
        return TensorShape(dims)


class Conv2DTranspose(TransposedConvLayer):
    """Transposed convolution of images: [N, H, W, C] -> [N, H', W', filters]."""

    rank = 2

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: Any = "valid",
        data_format: str | None = "channels_last",
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
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            (1, 1),
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            trainable,
            name,
            **kwargs,
        )

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        dims = inputs.shape.as_list() if inputs.shape.ndims is not None else [None] * 4
        last = self.data_format == "channels_last"
        sizes = self._output_sizes(inputs, dims[1:3] if last else dims[2:4])
        strides, method = list(self.strides), self.padding.upper()
        if last:
            sizes[0]  # a node that nothing uses: TensorFlow's graphs have it, and later names count on it
            outputs = transpose_2d(inputs, self.kernel, sizes, strides, method)
        else:  # there is no op for channels first
            images = transpose(inputs, (0, 2, 3, 1))
            sizes = stack((sizes[0], sizes[2], sizes[3], sizes[1]))
            outputs = transpose(transpose_2d(images, self.kernel, sizes, strides, method), (0, 3, 1, 2))
        return self._finished(inputs, outputs)


class Conv3DTranspose(TransposedConvLayer):
    """Transposed convolution of volumes: [N, D, H, W, C] -> [N, D', H', W', filters]."""

    rank = 3

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1, 1),
        padding: Any = "valid",
        data_format: str | None = "channels_last",
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
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            (1, 1, 1),
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            trainable,
            name,
            **kwargs,
        )

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        sizes = self._output_sizes(inputs, [None] * 3)
        strides = [1, *self.strides, 1] if self.data_format == "channels_last" else [1, 1, *self.strides]
        outputs = transpose_3d(inputs, self.kernel, sizes, strides, self.padding.upper(), self.op_data_format)
        return self._finished(inputs, outputs)


# ---- functions -------------------------------------------------------------------------------------------------------


def conv2d_transpose(
    inputs: Any,
    filters: int,
    kernel_size: Any,
    strides: Any = (1, 1),
    padding: Any = "valid",
    data_format: str = "channels_last",
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
    reuse: bool | None = None,
) -> Any:
    """The output of a new `Conv2DTranspose` layer. reuse: whether its variables exist."""
    layer = Conv2DTranspose(
        filters,
        kernel_size,
        strides,
        padding,
        data_format,
        activation,
        use_bias,
        kernel_initializer,
        bias_initializer,
        kernel_regularizer,
        bias_regularizer,
        activity_regularizer,
        kernel_constraint,
        bias_constraint,
        trainable,
        name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)


def conv3d_transpose(
    inputs: Any,
    filters: int,
    kernel_size: Any,
    strides: Any = (1, 1, 1),
    padding: Any = "valid",
    data_format: str = "channels_last",
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
    reuse: bool | None = None,
) -> Any:
    """The output of a new `Conv3DTranspose` layer. reuse: whether its variables exist."""
    layer = Conv3DTranspose(
        filters,
        kernel_size,
        strides,
        padding,
        data_format,
        activation,
        use_bias,
        kernel_initializer,
        bias_initializer,
        kernel_regularizer,
        bias_regularizer,
        activity_regularizer,
        kernel_constraint,
        bias_constraint,
        trainable,
        name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)
