"""tf.layers: dense layers, dropout, and flattening."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from nbtf.array.shapes import expand_dims, shape, transpose
from nbtf.dtypes import as_dtype, float32
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.initializers.constants import Zeros
from nbtf.layers.arguments import order_of_channels
from nbtf.layers.base import Layer
from nbtf.layers.choices import choose
from nbtf.layers.input_spec import InputSpec
from nbtf.linalg.products import tensordot
from nbtf.math.casting import cast
from nbtf.nn.dropping import dropped
from nbtf.nn.linear import bias_add
from nbtf.tensor_shape import TensorShape, as_shape

ZEROS = Zeros()


class Dense(Layer):
    """activation(inputs @ kernel + bias) along the last axis: [..., A] -> [..., units].

    kernel [A, units], bias [units]. Raises ValueError for units below 1 or an unknown last dim, TypeError for integers.
    """

    def __init__(
        self,
        units: int,
        activation: Callable[[Any], Any] | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = ZEROS,
        kernel_regularizer: Callable[[Any], Any] | None = None,
        bias_regularizer: Callable[[Any], Any] | None = None,
        activity_regularizer: Callable[[Any], Any] | None = None,
        kernel_constraint: Callable[[Any], Any] | None = None,
        bias_constraint: Callable[[Any], Any] | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(units)
        if self.units < 0:
            raise ValueError(
                f"Received an invalid value for `units`, expected a positive integer. Received: units={units}"
            )
        self.activation = activation
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        dtype = as_dtype(self.dtype or float32)
        if not (dtype.is_floating or dtype.is_complex):
            raise TypeError(f"A Dense layer can only be built with a floating-point dtype. Received: dtype={dtype!r}")
        static = as_shape(input_shape)
        last = None if static.ndims is None else static.as_list()[-1]
        if last is None:
            raise ValueError(
                "The last dimension of the inputs to a Dense layer should be defined. Found None. "
                f"Full input shape received: {input_shape}"
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: last})
        self.kernel = self.add_weight(
            "kernel",
            [last, self.units],
            self.dtype,
            self.kernel_initializer,
            self.kernel_regularizer,
            True,
            self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.units],
                self.dtype,
                self.bias_initializer,
                self.bias_regularizer,
                True,
                self.bias_constraint,
            )
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        inputs = cast(inputs, as_dtype(self.dtype))
        rank = inputs.shape.ndims
        if rank in (None, 2):
            outputs = raw.MatMul(inputs, self.kernel)
        else:
            outputs = tensordot(inputs, self.kernel, [[rank - 1], [0]])
            outputs.set_shape([*inputs.shape.as_list()[:-1], self.units])
        if self.bias is not None:
            outputs = bias_add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        static = as_shape(input_shape).with_rank_at_least(2)
        if static.as_list()[-1] is None:
            raise ValueError(
                f"The last dimension of the input shape of a Dense layer should be defined. Found None. Received: input_shape={input_shape}"
            )
        return static[:-1].concatenate(self.units)


class Dropout(Layer):
    """Zeros for a share `rate` of the inputs while training, the others divided by 1 - rate: see tf.nn.dropout.

    Raises ValueError for a rate outside [0, 1].
    """

    def __init__(
        self, rate: Any = 0.5, noise_shape: Any = None, seed: int | None = None, name: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        if isinstance(rate, (int, float)) and not 0 <= rate <= 1:
            raise ValueError(f"Invalid value {rate} received for `rate`, expected a value between 0 and 1.")
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def call(self, inputs: Any, training: Any = False) -> Any:
        def drop() -> Any:
            return dropped(inputs, self.rate, self._noise_shape(inputs), self.seed)

        return choose(training, drop, lambda: raw.Identity(inputs))

    def _noise_shape(self, inputs: Tensor) -> Any:
        if self.noise_shape is None or isinstance(self.noise_shape, Tensor):
            return self.noise_shape
        dims = shape(inputs)
        return convert_to_tensor([dims[i] if dim is None else dim for i, dim in enumerate(self.noise_shape)])

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        return as_shape(input_shape)


class Flatten(Layer):
    """All axes but the batch made one: [N, A, B, ...] -> [N, A * B * ...]; channels last, whatever data_format says."""

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = order_of_channels(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        rank = inputs.shape.ndims
        if self.data_format == "channels_first" and rank is not None and rank > 1:
            inputs = transpose(inputs, [0, *range(2, rank), 1])
        if rank == 1:
            return expand_dims(inputs, 1)
        if rank is None:
            return raw.Reshape(inputs, (shape(inputs)[0], -1))
        dims = inputs.shape.as_list()
        if None not in dims[1:]:
            return raw.Reshape(inputs, constant([-1, functools.reduce(operator.mul, dims[1:])]))
        if dims[0] is not None:
            outputs = raw.Reshape(inputs, constant([dims[0], -1]))
        else:
            outputs = raw.Reshape(inputs, [shape(inputs)[0], -1])
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        dims = as_shape(input_shape).as_list()
        return TensorShape([dims[0], None if None in dims[1:] else functools.reduce(operator.mul, dims[1:], 1)])


# ---- functions -------------------------------------------------------------------------------------------------------


def dense(
    inputs: Any,
    units: int,
    activation: Callable[[Any], Any] | None = None,
    use_bias: bool = True,
    kernel_initializer: Any = None,
    bias_initializer: Any = ZEROS,
    kernel_regularizer: Callable[[Any], Any] | None = None,
    bias_regularizer: Callable[[Any], Any] | None = None,
    activity_regularizer: Callable[[Any], Any] | None = None,
    kernel_constraint: Callable[[Any], Any] | None = None,
    bias_constraint: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Any:
    """The output of a new `Dense` layer. reuse: whether its variables exist."""
    layer = Dense(
        units,
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


def dropout(
    inputs: Any,
    rate: Any = 0.5,
    noise_shape: Any = None,
    seed: int | None = None,
    training: Any = False,
    name: str | None = None,
) -> Any:
    """The output of a new `Dropout` layer. training: a bool, or a tensor of one."""
    return Dropout(rate, noise_shape, seed, name)(inputs, training=training)


def flatten(inputs: Any, name: str | None = None, data_format: str = "channels_last") -> Any:
    """The output of a new `Flatten` layer."""
    return Flatten(data_format, name=name)(inputs)
