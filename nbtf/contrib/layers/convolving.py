"""tf.contrib.layers: convolutions of one to three axes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.layer_scopes import (
    NCDHW,
    NCHW,
    NDHWC,
    NHWC,
    Activation,
    Regularizer,
    VariablesCollections,
    channels_order,
    collect_variables,
    finished,
    model_variables,
    normalized,
)
from nbtf.contrib.layers.scaled_initializers import xavier_initializer
from nbtf.graph.conversion import convert_to_tensor
from nbtf.initializers.constants import Zeros
from nbtf.layers.convolutional import Conv1D, Conv2D, Conv3D
from nbtf.layers.transposed import Conv2DTranspose, Conv3DTranspose
from nbtf.nn.activations import relu
from nbtf.variables.scoping import variable_scope

XAVIER = xavier_initializer()
ZEROS = Zeros()

_LAYERS: dict[int, Callable[..., Any]] = {3: Conv1D, 4: Conv2D, 5: Conv3D}
_FORMATS = (None, "NWC", "NCW", NHWC, NCHW, NDHWC, NCDHW)


def convolution(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
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
    conv_dims: int | None = None,
) -> Any:
    """activation_fn(normalizer_fn(convolution(inputs, weights))), or with biases where there is no normalizer.

    inputs: [N, *lengths, C], or [N, C, *lengths] by data_format ("NCHW" ...); one to three lengths, of which conv_dims
    demands a number. weights [*kernel_size, C, num_outputs], biases [num_outputs]: model variables. rate: the distance
    of taps, where the stride is 1. biases_initializer: None for no biases. variables_collections: for all variables,
    or a dict with "weights" and "biases". scope: of the variables, "Conv" by default.

    Raises ValueError for other ranks and data formats.
    """
    if data_format not in _FORMATS:
        raise ValueError(f"Invalid data_format: {data_format!r}")
    getter = model_variables(bias="biases", kernel="weights")
    with variable_scope(scope, "Conv", [inputs], reuse=reuse, custom_getter=getter) as sc:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if conv_dims is not None and conv_dims + 2 != rank:
            raise ValueError(f"Convolution expects input with rank {conv_dims + 2}, got {rank}")
        if rank not in _LAYERS:
            raise ValueError("Convolution not supported for input with rank", rank)
        layer = _LAYERS[rank](
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format="channels_first" if data_format and data_format.startswith("NC") else "channels_last",
            dilation_rate=rate,
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


def _transposed(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str = NHWC,
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
    axes: int = 2,
) -> Any:
    formats = (NCHW, NHWC) if axes == 2 else (NCDHW, NDHWC)
    order = channels_order(data_format, formats)
    getter = model_variables(bias="biases", kernel="weights")
    with variable_scope(scope, f"Conv{axes}d_transpose", [inputs], reuse=reuse, custom_getter=getter) as sc:
        inputs = convert_to_tensor(inputs)
        layer = (Conv2DTranspose if axes == 2 else Conv3DTranspose)(
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=order,
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


def _for_rank(
    general: Callable[..., Any], name: str, doc: str, fixed: dict[str, int], **defaults: Any
) -> Callable[..., Any]:
    """`general` with some arguments fixed, and other defaults, as a function of its own."""
    parameters = inspect.signature(general).parameters.values()
    own = inspect.Signature(
        [one.replace(default=defaults.get(one.name, one.default)) for one in parameters if one.name not in fixed]
    )

    @functools.wraps(general)
    def function(*args: Any, **kwargs: Any) -> Any:
        given = own.bind(*args, **kwargs)
        return general(**{**defaults, **given.arguments, **fixed})

    function.__signature__ = own  # type: ignore[attr-defined]
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return add_arg_scope(function)


convolution1d = _for_rank(convolution, "convolution1d", "`convolution` of [N, W, C].", {"conv_dims": 1})
convolution2d = _for_rank(convolution, "convolution2d", "`convolution` of [N, H, W, C].", {"conv_dims": 2})
convolution3d = _for_rank(convolution, "convolution3d", "`convolution` of [N, D, H, W, C].", {"conv_dims": 3})
convolution2d_transpose = _for_rank(
    _transposed,
    "convolution2d_transpose",
    """A convolution turned round, as the gradient of one is: [N, H, W, C] -> [N, H * stride, W * stride, num_outputs].

    weights [*kernel_size, num_outputs, C]; see `convolution` for the rest.
    """,
    {"axes": 2},
)
convolution3d_transpose = _for_rank(
    _transposed,
    "convolution3d_transpose",
    "`convolution2d_transpose` of [N, D, H, W, C].",
    {"axes": 3},
    data_format=NDHWC,
)
convolution = add_arg_scope(convolution)
