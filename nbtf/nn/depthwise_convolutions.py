"""tf.nn: convolutions of each channel on its own, and separable ones, which mix the channels afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.shapes import shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.nn.arguments import explicit_padding
from nbtf.nn.space_batches import with_space_to_batch

NO_DILATIONS = (1, 1, 1, 1)


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Sequence[int],
    padding: Any,
    rate: Sequence[int] | None = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Any:
    """[N, H, W, C] and filter [h, w, C, m] -> [N, H', W', C * m]; each channel gives m of its own.

    strides: four. rate: of H and W. padding: "SAME", "VALID" or four pairs of numbers.
    """
    rate = renamed("dilations", dilations, "rate", rate)
    with name_scope(name, "depthwise", [input, filter]) as scope:
        input = convert_to_tensor(input, name="tensor_in")
        filter = convert_to_tensor(filter, name="filter_in")
        return _depthwise(input, filter, strides, padding, rate, data_format, scope)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Sequence[int],
    padding: Any,
    rate: Sequence[int] | None = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Any:
    """depthwise_conv2d with filter [h, w, C, m], then conv2d with pointwise_filter [1, 1, C * m, K] -> [N, H', W', K].

    Raises ValueError for a pointwise filter that is larger than one point.
    """
    rate = renamed("dilations", dilations, "rate", rate)
    with name_scope(name, "separable_conv2d", [input, depthwise_filter, pointwise_filter]) as scope:
        input = convert_to_tensor(input, name="tensor_in")
        depthwise_filter = convert_to_tensor(depthwise_filter, name="depthwise_filter")
        pointwise_filter = convert_to_tensor(pointwise_filter, name="pointwise_filter")
        dims = pointwise_filter.shape.with_rank(4).dims
        dims[0].assert_is_compatible_with(1)
        dims[1].assert_is_compatible_with(1)
        deep = _depthwise(input, depthwise_filter, strides, padding, rate, data_format, "depthwise")
        return raw.Conv2D(deep, pointwise_filter, [1, 1, 1, 1], "VALID", data_format=data_format or "NHWC", name=scope)


def _depthwise(
    input: Tensor, filter: Tensor, strides: Any, padding: Any, rate: Any, data_format: str | None, name: str | None
) -> Any:
    def apply(batches: Any, _: int, padding: Any) -> Any:
        method, explicit_paddings = explicit_padding(padding)
        return raw.DepthwiseConv2dNative(
            batches, filter, strides, method, explicit_paddings, data_format or "NHWC", name=name
        )

    return with_space_to_batch(
        input, [1, 1] if rate is None else rate, padding, apply, shape(filter), data_format=data_format
    )


def depthwise_conv2d_native(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = NO_DILATIONS,
    name: str | None = None,
) -> Any:
    """The op of `depthwise_conv2d`: [N, H, W, C] and filter [h, w, C, m] -> [N, H', W', C * m]."""
    padding, explicit_paddings = explicit_padding(padding)
    return raw.DepthwiseConv2dNative(
        input, filter, strides, padding, explicit_paddings, data_format, dilations, name=name
    )


def depthwise_conv2d_backprop_input(
    input_sizes: Any,
    filter: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = NO_DILATIONS,
    name: str | None = None,
) -> Any:
    """The gradient of depthwise_conv2d_native with respect to its input, of shape `input_sizes`."""
    padding, explicit_paddings = explicit_padding(padding)
    return raw.DepthwiseConv2dNativeBackpropInput(
        input_sizes, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations, name=name
    )


def depthwise_conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = NO_DILATIONS,
    name: str | None = None,
) -> Any:
    """The gradient of depthwise_conv2d_native with respect to its filter, of shape `filter_sizes`."""
    padding, explicit_paddings = explicit_padding(padding)
    return raw.DepthwiseConv2dNativeBackpropFilter(
        input, filter_sizes, out_backprop, strides, padding, explicit_paddings, data_format, dilations, name=name
    )
