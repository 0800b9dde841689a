"""tf.nn: transposed convolutions, from the output of a convolution back to the shape of its input."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

import numpy as np

from nbtf.array.joining import concat
from nbtf.array.shapes import shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.nn.arguments import channel_axis, explicit_padding, per_axis


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """[N, W, C] and filters [w, K, C] -> output_shape, [N, W', K]; its batch may be a tensor's element."""
    with name_scope(name, "conv1d_transpose", [input, filters, output_shape]) as scope:
        if data_format in (None, "NWC"):
            image_format, height, channels = "NHWC", 1, 2
        elif data_format == "NCW":
            image_format, height, channels = "NCHW", 2, 1
        else:
            raise ValueError(f"`data_format` must be 'NWC' or 'NCW'. Received: data_format={data_format}")
        steps = [1, *per_axis(strides, 1, channels, "stride")]
        rates = [1, *per_axis(dilations, 1, channels, "dilations")]
        image = raw.ExpandDims(input, height)
        window = raw.ExpandDims(filters, 0)
        if not isinstance(output_shape, Tensor):
            output_shape = list(output_shape)
        image_shape = concat([output_shape[:height], [1], output_shape[height:]], 0)
        result = raw.Conv2DBackpropInput(
            image_shape, window, image, steps, padding, data_format=image_format, dilations=rates, name=scope
        )
        return raw.Squeeze(result, squeeze_dims=[height])


def conv2d_transpose(
    value: Any = None,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str | None = "NHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """[N, H, W, C] and filter [h, w, K, C] -> output_shape, [N, H', W', K]; it may be a tensor."""
    value = renamed("input", input, "value", value)
    filter = renamed("filters", filters, "filter", filter)
    return transpose_2d(value, filter, output_shape, strides, padding, data_format, dilations, name)


def conv3d_transpose(
    value: Any,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str | None = "NDHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Any:
    """[N, D, H, W, C] and filter [d, h, w, K, C] -> output_shape, [N, D', H', W', K]; it may be a tensor."""
    value = renamed("input", input, "value", value)
    filter = renamed("filters", filters, "filter", filter)
    return transpose_3d(value, filter, output_shape, strides, padding, data_format, dilations, name)


def transpose_2d(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """conv2d_transpose with the parameters in the order of conv1d_transpose."""
    with name_scope(name, "conv2d_transpose", [input, filters, output_shape]) as scope:
        data_format = data_format or "NHWC"
        channels = channel_axis(data_format, 2)
        steps = per_axis(strides, 2, channels, "strides")
        rates = per_axis(dilations, 2, channels, "dilations")
        method, explicit_paddings = explicit_padding(padding)
        return raw.Conv2DBackpropInput(
            output_shape,
            filters,
            input,
            steps,
            method,
            explicit_paddings=explicit_paddings,
            data_format=data_format,
            dilations=rates,
            name=scope,
        )


def transpose_3d(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """conv3d_transpose with the parameters in the order of conv1d_transpose."""
    with name_scope(name, "conv3d_transpose", [input, filters, output_shape]) as scope:
        data_format = data_format or "NDHWC"
        channels = channel_axis(data_format, 3)
        steps = per_axis(strides, 3, channels, "strides")
        rates = per_axis(dilations, 3, channels, "dilations")
        return raw.Conv3DBackpropInputV2(
            output_shape, filters, input, steps, padding, data_format=data_format, dilations=rates, name=scope
        )


_BY_SPATIAL_RANK = {1: conv1d_transpose, 2: transpose_2d, 3: transpose_3d}


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The transposed convolution of as many spatial axes as `output_shape` has. Raises ValueError if that is unknown."""
    with name_scope(name, "conv_transpose", [input, filters, output_shape]) as scope:
        if isinstance(output_shape, Tensor):
            length = None if output_shape.shape.ndims is None else output_shape.shape.as_list()[0]
        elif isinstance(output_shape, Sized):
            length = len(output_shape)
        else:
            raise ValueError(
                f"`output_shape` must be a tensor or sized collection. Received: output_shape={output_shape}"
            )
        if length is None or length - 2 not in _BY_SPATIAL_RANK:
            raise ValueError(
                f"`output_shape` must be of length 3, 4 or 5. Received: output_shape={output_shape} of length {length}."
            )
        transpose = _BY_SPATIAL_RANK[length - 2]
        return transpose(input, filters, output_shape, strides, padding, data_format, dilations, scope)


def atrous_conv2d_transpose(
    value: Any, filters: Any, output_shape: Any, rate: int, padding: str, name: str | None = None
) -> Any:
    """The transpose of `atrous_conv2d`: [N, H, W, C] and filters [h, w, K, C] -> output_shape, [N, H', W', K].

    Raises ValueError for a rate below 1, another padding than "SAME" or "VALID", and channels that do not fit.
    """
    with name_scope(name, "atrous_conv2d_transpose", [value, filters, output_shape]):
        value = convert_to_tensor(value, name="value")
        filters = convert_to_tensor(filters, name="filters")
        _check_channels(value, filters)
        if rate < 1:
            raise ValueError(f"`rate` cannot be less than one. Received: rate={rate}")
        if rate == 1:
            return transpose_2d(value, filters, output_shape, [1, 1, 1, 1], padding)
        sizes = convert_to_tensor(output_shape, name="output_shape")
        _check_output_shape(output_shape, sizes, filters)
        known = sizes if isinstance(output_shape, Tensor) else [int(size) for size in output_shape]
        return _through_batches(value, filters, known, rate, padding)


def _check_channels(value: Tensor, filters: Tensor) -> None:
    channels = value.shape.as_list()[3] if value.shape.ndims is not None else None
    expected = filters.shape.as_list()[3] if filters.shape.ndims is not None else None
    if channels is not None and expected is not None and channels != expected:
        raise ValueError(
            "`value` channel count must be compatible with `filters` input channel count. "
            f"Received: value.shape={value.shape} with channel count {channels} and "
            f"filters.shape={filters.shape} with input channel count {expected}."
        )


def _check_output_shape(output_shape: Any, sizes: Tensor, filters: Tensor) -> None:
    if not sizes.shape.is_compatible_with([4]):
        raise ValueError(f"`output_shape` must have shape (4,). Received: output_shape={sizes.shape}")
    if isinstance(output_shape, Tensor) or filters.shape.ndims is None:
        return
    channels, expected = output_shape[3], filters.shape.as_list()[2]
    if expected is not None and channels != expected:
        raise ValueError(
            "`output_shape` channel count must be compatible with `filters` output channel count. "
            f"Received: output_shape={output_shape} with channel count {channels} and "
            f"filters.shape={filters.shape} with output channel count {expected}."
        )


def _through_batches(value: Tensor, filters: Tensor, sizes: Any, rate: int, padding: str) -> Any:
    """Once the padded output is cut into rate * rate batches, each of them is an ordinary transposed convolution."""
    (top, bottom), (left, right) = _paddings(filters, rate, padding)
    height = sizes[1] + top + bottom
    width = sizes[2] + left + right
    below = (rate - height % rate) % rate
    beside = (rate - width % rate) % rate
    block_shape = np.array([rate, rate], np.int64)
    batches = raw.SpaceToBatchND(value, block_shape, [[0, below], [0, beside]])
    batch_sizes = [rate * rate * sizes[0], (height + below) // rate, (width + beside) // rate, sizes[3]]
    result = raw.Conv2DBackpropInput(batch_sizes, filters, batches, [1, 1, 1, 1], "VALID")
    return raw.BatchToSpaceND(result, block_shape, [[top, bottom + below], [left, right + beside]])


def _paddings(filters: Tensor, rate: int, padding: str) -> list[tuple[Any, Any]]:
    """Before and after the height and the width of the output: ints, or tensors for filters of unknown shape."""
    if padding == "VALID":
        return [(0, 0), (0, 0)]
    if padding != "SAME":
        raise ValueError(f"`padding` must be either 'VALID' or 'SAME'. Received: padding={padding}")
    window: Any = filters.shape.as_list() if filters.shape.is_fully_defined() else shape(filters)
    lengths = [window[0], window[1]]
    extents = [length + (length - 1) * (rate - 1) for length in lengths]
    paddings = []
    for total in [extent - 1 for extent in extents]:
        before = total // 2
        paddings.append((before, total - before))
    return paddings
