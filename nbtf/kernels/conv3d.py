"""Convolutions of volumes and their gradients, channels last."""

from numba.extending import register_jitable

from nbtf.kernels.conv import check_conv
from nbtf.kernels.conv_gradients import filter_gradient_floats
from nbtf.kernels.conv_pairs import SUMS, clear, convolve, input_gradient, pack_filter_of, prepare_gradient
from nbtf.kernels.jit import kernel
from nbtf.shapes import check, pad_before


@register_jitable
def geometry3(input, window, output, strides, padding):
    """Of volumes: input and output are dims [N, D, H, W, C], window those of the filter."""
    before = (
        pad_before(input[1], window[0], strides[1], 1, padding, 0),
        pad_before(input[2], window[1], strides[2], 1, padding, 0),
        pad_before(input[3], window[2], strides[3], 1, padding, 0),
    )
    return (
        (input[1], input[2], input[3]),
        (window[0], window[1], window[2]),
        (output[1], output[2], output[3]),
        (strides[1], strides[2], strides[3]),
        (1, 1, 1),
        before,
    )


@kernel(fastmath=SUMS)
def conv3d(
    input,
    filter,
    output,
    strides,
    padding,
    data_format,
    dilations,
    input_dims,
    filter_dims,
    output_dims,
    panel,
    margin,
    table,
):
    check(data_format == 0, "CPU implementation of Conv3D currently only supports the NHWC tensor format.")
    check(
        dilations[1] == 1 and dilations[2] == 1 and dilations[3] == 1,
        "CPU implementation of Conv3D currently only supports dilated rates of 1.",
    )
    check_conv(strides, dilations, 4)
    check(
        input_dims[4] == filter_dims[3],
        "Number of channels in filter ({}) must match last dimension of input ({})",
        filter_dims[3],
        input_dims[4],
    )
    geometry = geometry3(input_dims, filter_dims, output_dims, strides, padding)
    widths = (input_dims[4], filter_dims[3], filter_dims[4])
    pack_filter_of(filter, widths, filter_dims[0] * filter_dims[1] * filter_dims[2], panel)
    convolve(input, filter, output, input_dims[0], geometry, widths, panel, margin, table, 0, 1)


@register_jitable
def check_conv3d_gradient(strides, dilations, data_format, input_depth, filter_depth):
    check(data_format == 0, "Conv3D gradients on the CPU only support the NDHWC tensor format.")
    check(
        dilations[1] == 1 and dilations[2] == 1 and dilations[3] == 1,
        "Current CPU implementation does not yet support dilation rates larger than 1.",
    )
    check_conv(strides, dilations, 4)
    check(
        input_depth == filter_depth,
        "input and filter_sizes must have the same number of channels. Got {} for input and {} for filter_sizes",
        input_depth,
        filter_depth,
    )


@kernel(fastmath=SUMS)
def conv3d_backprop_input(
    filter,
    out_backprop,
    output,
    strides,
    padding,
    data_format,
    dilations,
    filter_dims,
    out_backprop_dims,
    output_dims,
    panel,
    margin,
    table,
):
    check_conv3d_gradient(strides, dilations, data_format, output_dims[4], filter_dims[3])
    geometry = geometry3(output_dims, filter_dims, out_backprop_dims, strides, padding)
    widths = (output_dims[4], filter_dims[3], filter_dims[4])
    prepare_gradient(output, filter, out_backprop, geometry, widths, panel)
    input_gradient(output, filter, out_backprop, output_dims[0], geometry, widths, panel, margin, table, 0, 1)


@kernel(fastmath=SUMS)
def conv3d_backprop_filter(
    input,
    out_backprop,
    output,
    strides,
    padding,
    data_format,
    dilations,
    input_dims,
    out_backprop_dims,
    output_dims,
    panel,
    table,
):
    check_conv3d_gradient(strides, dilations, data_format, input_dims[4], output_dims[3])
    geometry = geometry3(input_dims, output_dims, out_backprop_dims, strides, padding)
    widths = (input_dims[4], output_dims[3], output_dims[4])
    clear(output)
    filter_gradient_floats(input, output, out_backprop, input_dims[0], geometry, widths, panel, table, 0, 1)


@kernel(fastmath=SUMS)
def conv3d_backprop_input_v1(
    filter,
    out_backprop,
    output,
    strides,
    padding,
    dilations,
    filter_dims,
    out_backprop_dims,
    output_dims,
    panel,
    margin,
    table,
):
    check_conv3d_gradient(strides, dilations, 0, output_dims[4], filter_dims[3])
    geometry = geometry3(output_dims, filter_dims, out_backprop_dims, strides, padding)
    widths = (output_dims[4], filter_dims[3], filter_dims[4])
    prepare_gradient(output, filter, out_backprop, geometry, widths, panel)
    input_gradient(output, filter, out_backprop, output_dims[0], geometry, widths, panel, margin, table, 0, 1)


@kernel(fastmath=SUMS)
def conv3d_backprop_filter_v1(
    input, out_backprop, output, strides, padding, dilations, input_dims, out_backprop_dims, output_dims, panel, table
):
    check_conv3d_gradient(strides, dilations, 0, input_dims[4], output_dims[3])
    geometry = geometry3(input_dims, output_dims, out_backprop_dims, strides, padding)
    widths = (input_dims[4], output_dims[3], output_dims[4])
    clear(output)
    filter_gradient_floats(input, output, out_backprop, input_dims[0], geometry, widths, panel, table, 0, 1)
