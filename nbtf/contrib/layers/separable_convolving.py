"""tf.contrib.layers: separable convolutions, and those of each channel alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.contrib.framework.model_variables import model_variable
from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.convolving import XAVIER, ZEROS
from nbtf.contrib.layers.layer_scopes import (
    NCHW,
    NHWC,
    Activation,
    Regularizer,
    VariablesCollections,
    channels_of,
    channels_order,
    collect_variables,
    collections_for,
    finished,
    model_variables,
    normalized,
)
from nbtf.contrib.layers.named_outputs import two_element_tuple
from nbtf.graph.conversion import convert_to_tensor
from nbtf.layers.separable import SeparableConv2D
from nbtf.nn.activations import relu
from nbtf.nn.depthwise_convolutions import depthwise_conv2d
from nbtf.nn.linear import bias_add
from nbtf.variables.scoping import variable_scope


@add_arg_scope
def separable_convolution2d(
    inputs: Any,
    num_outputs: int | None,
    kernel_size: Any,
    depth_multiplier: int = 1,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str = NHWC,
    rate: Any = 1,
    activation_fn: Activation = relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: Any = None,
    weights_initializer: Any = XAVIER,
    pointwise_initializer: Any = None,
    weights_regularizer: Regularizer = None,
    biases_initializer: Any = ZEROS,
    biases_regularizer: Regularizer = None,
    reuse: Any = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """A convolution of each channel, depth_multiplier results each, then one of size 1 that mixes them.

    num_outputs: None for the first one alone. depthwise_weights [h, w, C, depth_multiplier], pointwise_weights [1, 1,
    C * depth_multiplier, num_outputs], biases [num_outputs]; see `convolution` for the rest.
    """
    order = channels_order(data_format, (NCHW, NHWC))
    getter = model_variables(bias="biases", depthwise_kernel="depthwise_weights", pointwise_kernel="pointwise_weights")
    with variable_scope(scope, "SeparableConv2d", [inputs], reuse=reuse, custom_getter=getter) as sc:
        inputs = convert_to_tensor(inputs)
        use_bias = normalizer_fn is None and biases_initializer is not None
        if num_outputs is not None:
            layer = SeparableConv2D(
                filters=num_outputs,
                kernel_size=kernel_size,
                strides=stride,
                padding=padding,
                data_format=order,
                dilation_rate=two_element_tuple(rate),
                depth_multiplier=depth_multiplier,
                use_bias=use_bias,
                depthwise_initializer=weights_initializer,
                pointwise_initializer=pointwise_initializer or weights_initializer,
                bias_initializer=biases_initializer,
                depthwise_regularizer=weights_regularizer,
                pointwise_regularizer=weights_regularizer,
                bias_regularizer=biases_regularizer,
                trainable=trainable,
                name=sc.name,
                dtype=inputs.dtype.base_dtype,
                _scope=sc,
                _reuse=reuse,
            )
            outputs = layer(inputs)
            collect_variables(variables_collections, weights=layer.depthwise_kernel)
            collect_variables(variables_collections, weights=layer.pointwise_kernel, biases=layer.bias)
        else:
            outputs = _of_each_channel(
                inputs,
                (two_element_tuple(kernel_size), two_element_tuple(stride), two_element_tuple(rate)),
                depth_multiplier,
                padding,
                data_format,
                (weights_initializer, weights_regularizer),
                (biases_initializer, biases_regularizer) if use_bias else None,
                variables_collections,
                trainable,
            )
        outputs = normalized(outputs, normalizer_fn, normalizer_params)
        return finished(outputs, activation_fn, outputs_collections, sc.name)


def _of_each_channel(
    inputs: Any,
    window: tuple[tuple[int, int], tuple[int, int], tuple[int, int]],
    multiplier: int,
    padding: str,
    data_format: str,
    weights_facts: tuple[Any, Regularizer],
    biases_facts: tuple[Any, Regularizer] | None,
    variables_collections: VariablesCollections,
    trainable: bool,
) -> Any:
    """The depthwise part alone. window: (kernel size, stride, rate)."""
    kernel, stride, rate = window
    dtype = inputs.dtype.base_dtype
    channels = channels_of(inputs, data_format, 4)
    initializer, regularizer = weights_facts
    weights = model_variable(
        "depthwise_weights",
        shape=[*kernel, channels, multiplier],
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections_for(variables_collections, "weights"),
    )
    strides = [1, 1, *stride] if data_format == NCHW else [1, *stride, 1]
    outputs = depthwise_conv2d(inputs, weights, strides, padding, rate=rate, data_format=data_format)
    if biases_facts is None:
        return outputs
    initializer, regularizer = biases_facts
    biases = model_variable(
        "biases",
        shape=[channels * multiplier],
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections_for(variables_collections, "biases"),
    )
    return bias_add(outputs, biases, data_format=data_format)
