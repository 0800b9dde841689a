"""Convolutions of images and their gradients, channels last: volumes of one plane, in conv_pairs.py."""

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.conv_gradients import few_channels_gradient, filter_gradient_floats
from nbtf.kernels.conv_pairs import (
    SUMS,
    add_depthwise,
    add_depthwise_to_filter,
    add_depthwise_to_input,
    clear,
    convolve,
    input_gradient,
    pack_filter_of,
    prepare_gradient,
    walk_outputs,
    walk_taps,
)
from nbtf.kernels.dense_conv import convolution_work
from nbtf.kernels.depthwise import (
    depthwise_filter_gradient,
    depthwise_floats,
    depthwise_input_gradient,
    depthwise_work,
)
from nbtf.kernels.jit import kernel
from nbtf.shapes import check, pad_before, padding_at, supported

# ---- two dimensions --------------------------------------------------------------------------------------------------


@register_jitable
def geometry2(input, window, output, strides, dilations, padding, explicit_paddings):
    """Of images: input and output are dims [N, H, W, C], window those of the filter."""
    top = padding_at(explicit_paddings, padding, 2)
    left = padding_at(explicit_paddings, padding, 4)
    before = (
        0,
        pad_before(input[1], window[0], strides[1], dilations[1], padding, top),
        pad_before(input[2], window[1], strides[2], dilations[2], padding, left),
    )
    return (
        (1, input[1], input[2]),
        (1, window[0], window[1]),
        (1, output[1], output[2]),
        (1, strides[1], strides[2]),
        (1, dilations[1], dilations[2]),
        before,
    )


@register_jitable
def check_conv(strides, dilations, last):
    supported(
        strides[0] == 1 and strides[last] == 1,
        "Current implementation does not yet support strides in the batch and depth dimensions.",
    )
    supported(
        dilations[0] == 1 and dilations[last] == 1,
        "Current implementation does not yet support dilations in the batch and depth dimensions.",
    )


@register_jitable
def check_conv2d(filter, filter_dims, strides, dilations, data_format):
    supported(
        data_format == 0,
        "The Conv2D op currently only supports the NHWC tensor format on the CPU. The op was given the format: NCHW",
    )
    check_conv(strides, dilations, 3)
    check(
        len(filter) > 0 or filter_dims[3] == 0,
        "filter must not have zero elements (i.e. all dimensions must be non-zero)",
    )


def conv2d_work(output, filter_dims):
    return convolution_work(output, (0, filter_dims[2], filter_dims[3]), filter_dims[0] * filter_dims[1])


def pack_conv2d(filter, input_dims, filter_dims, panel):
    pack_filter_of(filter, (input_dims[3], filter_dims[2], filter_dims[3]), filter_dims[0] * filter_dims[1], panel)


@kernel(fastmath=SUMS, work=conv2d_work, first=pack_conv2d)
def conv2d(
    input,
    filter,
    output,
    strides,
    padding,
    explicit_paddings,
    data_format,
    dilations,
    input_dims,
    filter_dims,
    output_dims,
    panel,
    margin,
    table,
    part,
    parts,
):
    check_conv2d(filter, filter_dims, strides, dilations, data_format)
    geometry = geometry2(input_dims, filter_dims, output_dims, strides, dilations, padding, explicit_paddings)
    widths = (input_dims[3], filter_dims[2], filter_dims[3])
    convolve(input, filter, output, input_dims[0], geometry, widths, panel, margin, table, part, parts)


@register_jitable
def check_undilated(dilations):
    check(
        dilations[1] == 1 and dilations[2] == 1,
        "Current CPU implementations do not yet support dilation rates larger than 1.",
    )


def conv2d_gradient_work(out_backprop, filter_dims):
    return len(out_backprop) * filter_dims[0] * filter_dims[1] * filter_dims[2]


def prepare_conv2d_backprop_input(
    filter,
    out_backprop,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    filter_dims,
    out_backprop_dims,
    output_dims,
    panel,
):
    geometry = geometry2(output_dims, filter_dims, out_backprop_dims, strides, dilations, padding, explicit_paddings)
    widths = (output_dims[3], filter_dims[2], filter_dims[3])
    if filter_dims[2] == output_dims[3]:
        prepare_gradient(output, filter, out_backprop, geometry, widths, panel)


@kernel(fastmath=SUMS, work=conv2d_gradient_work, first=prepare_conv2d_backprop_input)
def conv2d_backprop_input(
    filter,
    out_backprop,
    output,
    strides,
    padding,
    explicit_paddings,
    data_format,
    dilations,
    filter_dims,
    out_backprop_dims,
    output_dims,
    panel,
    margin,
    table,
    part,
    parts,
):
    check(data_format == 0, "Conv2DCustomBackpropInputOp only supports NHWC.")
    check_conv(strides, dilations, 3)
    check_undilated(dilations)
    check(
        filter_dims[2] == output_dims[3],
        "Gradients for grouped convolutions are not supported on CPU. Please file a feature request if you run into "
        "this issue. Computed input depth {} doesn't match filter input depth {}",
        output_dims[3],
        filter_dims[2],
    )
    geometry = geometry2(output_dims, filter_dims, out_backprop_dims, strides, dilations, padding, explicit_paddings)
    widths = (output_dims[3], filter_dims[2], filter_dims[3])
    input_gradient(output, filter, out_backprop, output_dims[0], geometry, widths, panel, margin, table, part, parts)


def conv2d_filter_gradient_work(out_backprop, output_dims):
    return len(out_backprop) * output_dims[0] * output_dims[1] * output_dims[2]


def clear_output(output):
    clear(output)


@kernel(fastmath=SUMS, work=conv2d_filter_gradient_work, first=clear_output)
def conv2d_backprop_filter(
    input,
    out_backprop,
    output,
    strides,
    padding,
    explicit_paddings,
    data_format,
    dilations,
    input_dims,
    out_backprop_dims,
    output_dims,
    panel,
    table,
    margin,
    part,
    parts,
):
    check(data_format == 0, "Conv2DCustomBackpropFilterOp only supports NHWC.")
    check_conv(strides, dilations, 3)
    check_undilated(dilations)
    check(
        output_dims[2] == input_dims[3],
        "Gradients for grouped convolutions are not supported on CPU. Please file a feature request if you run into "
        "this issue. Computed input depth {} doesn't match filter input depth {}",
        input_dims[3],
        output_dims[2],
    )
    geometry = geometry2(input_dims, output_dims, out_backprop_dims, strides, dilations, padding, explicit_paddings)
    widths = (input_dims[3], output_dims[2], output_dims[3])
    arrays, batch = (input, output, out_backprop), input_dims[0]
    if len(margin) > 0:
        few_channels_gradient(*arrays, batch, geometry, widths, panel, table, margin, part, parts)
    else:
        filter_gradient_floats(*arrays, batch, geometry, widths, panel, table, part, parts)


# ---- depthwise -------------------------------------------------------------------------------------------------------


@register_jitable
def check_depthwise(strides, data_format):
    check(
        strides[1] == strides[2],
        "Current implementation only supports equal length strides in the row and column dimensions.",
    )
    check(
        strides[0] == 1 and strides[3] == 1,
        "Current implementation does not yet support strides in the batch and depth dimensions.",
    )
    supported(data_format == 0, "Depthwise convolution on CPU is only supported for NHWC format")


@register_jitable
def check_depthwise_forward(strides, dilations, data_format):
    check_depthwise(strides, data_format)
    supported(
        dilations[0] == 1 and dilations[1] == 1 and dilations[2] == 1 and dilations[3] == 1,
        "Current kernel implementation does not support dilations, received [{} {} {} {}]",
        dilations[0],
        dilations[1],
        dilations[2],
        dilations[3],
    )


def depthwise(input, filter, output, batch, geometry, widths, part, parts):
    """A part. widths: input channels, filters of each, output channels."""
    if part > 0:
        return  # the first does it all
    clear(output)
    walk_outputs(add_depthwise, (input, filter, output), batch, geometry, widths)


@overload(depthwise)
def _depthwise(input, filter, output, batch, geometry, widths, part, parts):
    if not isinstance(output.dtype, types.Float):
        return depthwise

    def depthwise_dense(input, filter, output, batch, geometry, widths, part, parts):
        low, high = output.dtype.type(-np.inf), output.dtype.type(np.inf)
        if widths[1] == 1:
            depthwise_floats(input, filter, output, batch, geometry, widths[0], 0, 0, low, high, part, parts)
        elif part == 0:
            clear(output)
            walk_outputs(add_depthwise, (input, filter, output), batch, geometry, widths)

    return depthwise_dense


def depthwise_conv2d_work(output, filter_dims):
    return depthwise_work(output, filter_dims[0] * filter_dims[1])


@kernel(fastmath=SUMS, work=depthwise_conv2d_work)
def depthwise_conv2d(
    input,
    filter,
    output,
    strides,
    padding,
    explicit_paddings,
    data_format,
    dilations,
    input_dims,
    filter_dims,
    output_dims,
    part,
    parts,
):
    check_depthwise_forward(strides, dilations, data_format)
    widths = (input_dims[3], filter_dims[3], output_dims[3])
    geometry = geometry2(input_dims, filter_dims, output_dims, strides, dilations, padding, explicit_paddings)
    depthwise(input, filter, output, input_dims[0], geometry, widths, part, parts)


@kernel(fastmath=SUMS)
def depthwise_conv2d_backprop_input(
    filter,
    out_backprop,
    output,
    strides,
    padding,
    explicit_paddings,
    data_format,
    filter_dims,
    out_backprop_dims,
    output_dims,
):
    check_depthwise(strides, data_format)
    widths = (output_dims[3], filter_dims[3], out_backprop_dims[3])
    arrays = (output, filter, out_backprop)
    geometry = geometry2(output_dims, filter_dims, out_backprop_dims, strides, (1, 1, 1, 1), padding, explicit_paddings)
    if widths[1] == 1:
        depthwise_input_gradient(output, filter, out_backprop, output_dims[0], geometry, widths[0])
    else:
        clear(output)
        walk_outputs(add_depthwise_to_input, arrays, output_dims[0], geometry, widths)


@kernel(fastmath=SUMS)
def depthwise_conv2d_backprop_filter(
    input,
    out_backprop,
    output,
    strides,
    padding,
    explicit_paddings,
    data_format,
    input_dims,
    out_backprop_dims,
    output_dims,
):
    check_depthwise(strides, data_format)
    widths = (input_dims[3], output_dims[3], out_backprop_dims[3])
    arrays = (input, output, out_backprop)
    geometry = geometry2(input_dims, output_dims, out_backprop_dims, strides, (1, 1, 1, 1), padding, explicit_paddings)
    if widths[1] == 1:
        depthwise_filter_gradient(input, output, out_backprop, input_dims[0], geometry, widths[0])
    else:
        clear(output)
        walk_taps(add_depthwise_to_filter, arrays, input_dims[0], geometry, widths)
