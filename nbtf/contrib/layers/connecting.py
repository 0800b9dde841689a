"""tf.contrib.layers: fully connected layers, biases, dropout, and layers one after the other."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
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
from nbtf.contrib.layers.named_outputs import collect_named_outputs
from nbtf.graph.conversion import convert_to_tensor
from nbtf.layers.core import Dense, Dropout
from nbtf.nn.activations import elu as elu_of
from nbtf.nn.activations import relu as relu_of
from nbtf.nn.activations import relu6 as relu6_of
from nbtf.nn.linear import bias_add as add_biases
from nbtf.variables.scoping import variable_scope


@add_arg_scope
def fully_connected(
    inputs: Any,
    num_outputs: Any,
    activation_fn: Activation = relu_of,
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
    """activation_fn(normalizer_fn(inputs @ weights)), or with biases where there is no normalizer: [..., A] -> [..., U].

    weights [A, num_outputs], biases [num_outputs]: model variables in the scope "fully_connected"; see `convolution`
    for the rest. Raises ValueError for a number of outputs that is no int, and for an unknown last dim.
    """
    if not isinstance(num_outputs, int):
        raise ValueError(f"num_outputs type should be one of [{int}], got {type(num_outputs)}.")
    getter = model_variables(bias="biases", kernel="weights")
    with variable_scope(scope, "fully_connected", [inputs], reuse=reuse, custom_getter=getter) as sc:
        inputs = convert_to_tensor(inputs)
        layer = Dense(
            units=num_outputs,
            use_bias=normalizer_fn is None and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        collect_variables(variables_collections, weights=layer.kernel, biases=layer.bias)
        outputs = normalized(outputs, normalizer_fn, normalizer_params)
        return finished(outputs, activation_fn, outputs_collections, sc.name)


relu = functools.partial(fully_connected, activation_fn=relu_of)
relu6 = functools.partial(fully_connected, activation_fn=relu6_of)
elu = functools.partial(fully_connected, activation_fn=elu_of)
linear = functools.partial(fully_connected, activation_fn=None)


@add_arg_scope
def bias_add(
    inputs: Any,
    activation_fn: Activation = None,
    initializer: Any = ZEROS,
    regularizer: Regularizer = None,
    reuse: Any = None,
    variables_collections: VariablesCollections = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = NHWC,
    scope: Any = None,
) -> Any:
    """inputs + biases [C], a model variable. Raises ValueError for unknown channels and another data format."""
    channels_order(data_format, (NCHW, NHWC))
    with variable_scope(scope, "BiasAdd", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        biases = model_variable(
            "biases",
            shape=[channels_of(inputs, data_format, 4 if data_format == NCHW else 2)],
            dtype=inputs.dtype.base_dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
            collections=collections_for(variables_collections, "biases"),
        )
        outputs = add_biases(inputs, biases, data_format=data_format)
        return finished(outputs, activation_fn, outputs_collections, sc.name)


@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Any:
    """Zeros for a share 1 - keep_prob of the inputs while training, the others divided by keep_prob.

    noise_shape: what is drawn once is kept or dropped together. is_training: a bool, or a tensor of one.
    """
    with variable_scope(scope, "Dropout", [inputs], custom_getter=model_variables()) as sc:
        inputs = convert_to_tensor(inputs)
        layer = Dropout(rate=1 - keep_prob, noise_shape=noise_shape, seed=seed, name=sc.name, _scope=sc)
        outputs = layer(inputs, training=is_training)
        return collect_named_outputs(outputs_collections, sc.name, outputs)


def repeat(inputs: Any, repetitions: int, layer: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """layer(... layer(inputs, *args, **kwargs) ...), in scopes `scope`_1, `scope`_2 ..., by default the layer's name."""
    scope = kwargs.pop("scope", None)
    with variable_scope(scope, "Repeat", [inputs]):
        outputs = convert_to_tensor(inputs)
        prefix = scope or _name_of(layer, "repeat")
        for i in range(repetitions):
            outputs = layer(outputs, *args, scope=f"{prefix}_{i + 1}", **kwargs)
        return outputs


def stack(inputs: Any, layer: Callable[..., Any], stack_args: Sequence[Any], **kwargs: Any) -> Any:
    """Layers one after the other, of which each has arguments of its own: a tuple, or one that is none.

    Their scopes are `scope`_1, `scope`_2 ..., by default the layer's name. Raises ValueError where stack_args is no list.
    """
    scope = kwargs.pop("scope", None)
    if not isinstance(stack_args, (list, tuple)):
        raise ValueError("stack_args need to be a list or tuple")
    with variable_scope(scope, "Stack", [inputs]):
        outputs = convert_to_tensor(inputs)
        prefix = scope or _name_of(layer, "stack")
        for i, given in enumerate(stack_args):
            args = given if isinstance(given, (list, tuple)) else [given]
            outputs = layer(outputs, *args, scope=f"{prefix}_{i + 1}", **kwargs)
        return outputs


def _name_of(layer: Any, otherwise: str) -> str:
    function = getattr(layer, "func", layer)
    name: str = getattr(function, "__name__", otherwise)
    return name
