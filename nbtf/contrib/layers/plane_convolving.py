"""tf.contrib.layers: a convolution whose taps all channels share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.joining import tile
from nbtf.contrib.framework.model_variables import model_variable
from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.convolving import XAVIER, ZEROS
from nbtf.contrib.layers.layer_scopes import (
    Activation,
    Regularizer,
    VariablesCollections,
    channels_of,
    collections_for,
    finished,
    normalized,
)
from nbtf.contrib.layers.named_outputs import two_element_tuple
from nbtf.graph.conversion import convert_to_tensor
from nbtf.nn.activations import relu
from nbtf.nn.depthwise_convolutions import depthwise_conv2d
from nbtf.nn.linear import bias_add
from nbtf.variables.scoping import variable_scope


@add_arg_scope
def convolution2d_in_plane(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    activation_fn: Activation = relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: Any = None,
    weights_initializer: Any = XAVIER,
    weights_regularizer: Regularizer = None,
    biases_initializer: Any = ZEROS,
    biases_regularizer: Regularizer = None,
    reuse: Any = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """Each channel of [N, H, W, C] convolved by itself, all with the same taps: [N, h, w, C].

    weights [*kernel_size, 1, 1], biases [C]: model variables in the scope "ConvInPlane"; see `convolution` for the rest.
    Raises ValueError for another rank and an unknown C.
    """
    with variable_scope(scope, "ConvInPlane", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        channels = channels_of(inputs, least_rank=4)
        weights = model_variable(
            "weights",
            shape=[*two_element_tuple(kernel_size), 1, 1],
            dtype=inputs.dtype.base_dtype,
            initializer=weights_initializer,
            regularizer=weights_regularizer,
            collections=collections_for(variables_collections, "weights"),
            trainable=trainable,
        )
        taps = tile(weights, [1, 1, channels, 1])
        outputs = depthwise_conv2d(inputs, taps, [1, *two_element_tuple(stride), 1], padding)
        if normalizer_fn is None and biases_initializer is not None:
            biases = model_variable(
                "biases",
                shape=[channels],
                dtype=inputs.dtype.base_dtype,
                initializer=biases_initializer,
                regularizer=biases_regularizer,
                collections=collections_for(variables_collections, "biases"),
                trainable=trainable,
            )
            outputs = bias_add(outputs, biases)
        outputs = normalized(outputs, normalizer_fn, normalizer_params)
        return finished(outputs, activation_fn, outputs_collections, sc.name)
