"""tf.contrib.layers: pooling."""

from __future__ import annotations

from typing import Any

from nbtf.contrib.framework.scoped_arguments import add_arg_scope
from nbtf.contrib.layers.layer_scopes import NCDHW, NCHW, NDHWC, NHWC, channels_order
from nbtf.contrib.layers.named_outputs import collect_named_outputs, n_positive_integers
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.layers.pooling import AveragePooling2D, AveragePooling3D, MaxPooling2D, MaxPooling3D
from nbtf.nn.pooling import pool as pool_windows


def _pooled(layer_class: Any, inputs: Any, facts: tuple[Any, Any, str, str], collections: Any, scope: Any) -> Any:
    """facts: (kernel_size, stride, padding, data_format)."""
    kernel_size, stride, padding, data_format = facts
    formats = (NCHW, NHWC) if layer_class in (MaxPooling2D, AveragePooling2D) else (NCDHW, NDHWC)
    order = channels_order(data_format, formats)
    name = layer_class.__name__.replace("AveragePooling", "AvgPool").replace("MaxPooling", "MaxPool")
    with name_scope(scope, name, [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        layer = layer_class(pool_size=kernel_size, strides=stride, padding=padding, data_format=order, _scope=sc)
        return collect_named_outputs(collections, sc, layer(inputs))


@add_arg_scope
def max_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = NHWC,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """The largest element of each window of [N, H, W, C]. Raises ValueError for another rank or data format."""
    return _pooled(MaxPooling2D, inputs, (kernel_size, stride, padding, data_format), outputs_collections, scope)


@add_arg_scope
def max_pool3d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = NDHWC,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """The largest element of each window of [N, D, H, W, C]. Raises ValueError for another rank or data format."""
    return _pooled(MaxPooling3D, inputs, (kernel_size, stride, padding, data_format), outputs_collections, scope)


@add_arg_scope
def avg_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = NHWC,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """The mean of each window of [N, H, W, C]. Raises ValueError for another rank or data format."""
    return _pooled(AveragePooling2D, inputs, (kernel_size, stride, padding, data_format), outputs_collections, scope)


@add_arg_scope
def avg_pool3d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = NDHWC,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """The mean of each window of [N, D, H, W, C]. Raises ValueError for another rank or data format."""
    return _pooled(AveragePooling3D, inputs, (kernel_size, stride, padding, data_format), outputs_collections, scope)


@add_arg_scope
def pool(
    inputs: Any,
    kernel_size: Any,
    pooling_type: str,
    padding: str = "VALID",
    data_format: str | None = None,
    dilation_rate: Any = 1,
    stride: Any = 1,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """tf.nn.pool over all axes between batch and channels. pooling_type: "MAX" or "AVG".

    Raises ValueError for an unknown rank or one below 3, and for another pooling_type.
    """
    with name_scope(scope, f"{pooling_type.lower()}_pool", [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError("Rank of inputs must be known")
        if rank < 3:
            raise ValueError("Rank of inputs must be >= 3")
        axes = rank - 2
        outputs = pool_windows(
            input=inputs,
            window_shape=n_positive_integers(axes, kernel_size),
            pooling_type=pooling_type,
            padding=padding,
            data_format=data_format,
            dilation_rate=n_positive_integers(axes, dilation_rate),
            strides=n_positive_integers(axes, stride),
            name=sc,
        )
        return collect_named_outputs(outputs_collections, sc, outputs)
