"""Convolutions and their gradients, channels last. Two dimensions are three with one plane.

Floats go through tiles: dense_conv.py, conv_gradients.py. For what remains, integers and depthwise gradients, a
convolution pairs input pixels with output pixels, one pair for each tap of the filter that lies inside the image. What
happens to a pair differs from op to op and is a function of its own; who walks over the pairs, and in which order, is
shared. Sizes are (planes, rows, columns), counts of channels come apart from them; `geometry` is that of window.py.
"""

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.conv_gradients import filter_gradient_floats, input_gradient_floats, prepare_input_gradient
from nbtf.kernels.dense_conv import convolution_work, convolve_floats, pack_convolution
from nbtf.kernels.depthwise import (
    depthwise_filter_gradient,
    depthwise_floats,
    depthwise_input_gradient,
    depthwise_work,
)
from nbtf.kernels.jit import kernel
from nbtf.shapes import check, pad_before, padding_at, supported

# Sums may be taken in any order; NaN and Inf keep their meaning.
SUMS = {"contract", "reassoc"}

# ---- who meets whom --------------------------------------------------------------------------------------------------


@register_jitable
def first_tap(start, dilation):
    """First tap at or behind the edge of the image, of a window that begins at `start`."""
    return (dilation - 1 - start) // dilation if start < 0 else 0


@register_jitable
def end_tap(start, dilation, size, window):
    """Tap behind the last one inside the image."""
    return min(window, max((size - start + dilation - 1) // dilation, 0))


@register_jitable
def walk_outputs(pair, arrays, batch, geometry, widths):
    """pair(arrays, input pixel, tap, output pixel, widths) for all pairs, those of one output pixel in a row."""
    sizes, window, positions, strides, dilations, before = geometry
    out = 0
    for n in range(batch):
        for plane in range(positions[0]):
            start0 = plane * strides[0] - before[0]
            taps0 = range(first_tap(start0, dilations[0]), end_tap(start0, dilations[0], sizes[0], window[0]))
            for row in range(positions[1]):
                start1 = row * strides[1] - before[1]
                taps1 = range(first_tap(start1, dilations[1]), end_tap(start1, dilations[1], sizes[1], window[1]))
                for column in range(positions[2]):
                    start2 = column * strides[2] - before[2]
                    first2 = first_tap(start2, dilations[2])
                    end2 = end_tap(start2, dilations[2], sizes[2], window[2])
                    for i in taps0:
                        for j in taps1:
                            line = (n * sizes[0] + start0 + i * dilations[0]) * sizes[1] + start1 + j * dilations[1]
                            for k in range(first2, end2):
                                pixel = line * sizes[2] + start2 + k * dilations[2]
                                pair(arrays, pixel, (i * window[1] + j) * window[2] + k, out, widths)
                    out += 1


@register_jitable
def walk_taps(pair, arrays, batch, geometry, widths):
    """As walk_outputs, with the pairs of one tap in a row."""
    sizes, window, positions, strides, dilations, before = geometry
    for i in range(window[0]):
        for j in range(window[1]):
            for k in range(window[2]):
                tap = (i * window[1] + j) * window[2] + k
                for n in range(batch):
                    for plane in range(positions[0]):
                        at0 = plane * strides[0] - before[0] + i * dilations[0]
                        if not 0 <= at0 < sizes[0]:
                            continue
                        for row in range(positions[1]):
                            at1 = row * strides[1] - before[1] + j * dilations[1]
                            if not 0 <= at1 < sizes[1]:
                                continue
                            line = (n * sizes[0] + at0) * sizes[1] + at1
                            out = ((n * positions[0] + plane) * positions[1] + row) * positions[2]
                            for column in range(positions[2]):
                                at2 = column * strides[2] - before[2] + k * dilations[2]
                                if 0 <= at2 < sizes[2]:
                                    pair(arrays, line * sizes[2] + at2, tap, out + column, widths)


@register_jitable
def clear(x):
    for i in range(len(x)):
        x[i] = 0


# ---- what a pair does: dense, widths = (input channels, filter depth, output channels) -------------------------------


@register_jitable
def add_product(arrays, pixel, tap, out, widths):
    """output += input @ filter[tap], for each group of channels."""
    input, filter, output = arrays
    channels, depth, filters = widths
    groups = channels // depth
    share = filters // groups
    for group in range(groups):
        x = input[pixel * channels + group * depth : pixel * channels + (group + 1) * depth]
        y = output[out * filters + group * share : out * filters + (group + 1) * share]
        panel = filter[tap * depth * filters : (tap + 1) * depth * filters]
        k = 0
        while k + 4 <= depth:
            add_rows(y, x[k : k + 4], panel[k * filters + group * share : (k + 4) * filters], filters)
            k += 4
        while k < depth:
            add_row(y, x[k], panel[k * filters + group * share : (k + 1) * filters])
            k += 1


@register_jitable
def add_rows(y, x, rows, width):
    """y += four rows, scaled: y is read and written once for all."""
    x0, x1, x2, x3 = x[0], x[1], x[2], x[3]
    row1, row2, row3 = rows[width:], rows[2 * width :], rows[3 * width :]
    for m in range(len(y)):
        y[m] += x0 * rows[m] + x1 * row1[m] + (x2 * row2[m] + x3 * row3[m])


@register_jitable
def add_row(y, x, row):
    for m in range(len(y)):
        y[m] += x * row[m]


@register_jitable
def add_to_input(arrays, pixel, tap, out, widths):
    """input gradient += output gradient @ filter[tap] transposed."""
    gradient, filter, backprop = arrays
    channels, depth, filters = widths
    x = gradient[pixel * channels : (pixel + 1) * channels]
    y = backprop[out * filters : (out + 1) * filters]
    panel = filter[tap * depth * filters : (tap + 1) * depth * filters]
    for k in range(channels):
        row = panel[k * filters : (k + 1) * filters]
        total = x.dtype.type(0)
        for m in range(filters):
            total += y[m] * row[m]
        x[k] += total


# ---- what a pair does: depthwise, widths = (input channels, multiplier, output channels) -----------------------------


@register_jitable
def add_depthwise(arrays, pixel, tap, out, widths):
    """output[c, j] += input[c] * filter[tap][c, j]."""
    input, filter, output = arrays
    channels, multiplier, filters = widths
    x = input[pixel * channels : (pixel + 1) * channels]
    y = output[out * filters : (out + 1) * filters]
    row = filter[tap * filters : (tap + 1) * filters]
    if multiplier == 1:
        for c in range(channels):
            y[c] += x[c] * row[c]
    else:
        for c in range(channels):
            for j in range(c * multiplier, (c + 1) * multiplier):
                y[j] += x[c] * row[j]


@register_jitable
def add_depthwise_to_input(arrays, pixel, tap, out, widths):
    gradient, filter, backprop = arrays
    channels, multiplier, filters = widths
    x = gradient[pixel * channels : (pixel + 1) * channels]
    y = backprop[out * filters : (out + 1) * filters]
    row = filter[tap * filters : (tap + 1) * filters]
    if multiplier == 1:
        for c in range(channels):
            x[c] += y[c] * row[c]
    else:
        for c in range(channels):
            for j in range(c * multiplier, (c + 1) * multiplier):
                x[c] += y[j] * row[j]


@register_jitable
def add_depthwise_to_filter(arrays, pixel, tap, out, widths):
    input, gradient, backprop = arrays
    add_depthwise((input, backprop, gradient), pixel, out, tap, widths)


# ---- the whole of a convolution, and its gradients -------------------------------------------------------------------


def convolve(input, filter, output, batch, geometry, widths, panel, margin, table, part, parts):
    """A part of output = input * filter; panel, margin and table are workspaces, see nbtf/ops/conv.py."""
    if part > 0:
        return  # the first does it all
    clear(output)
    if len(output) > 0:
        walk_outputs(add_product, (input, filter, output), batch, geometry, widths)


@overload(convolve)
def _convolve(input, filter, output, batch, geometry, widths, panel, margin, table, part, parts):
    if not isinstance(output.dtype, types.Float):
        return convolve

    def convolve_dense(input, filter, output, batch, geometry, widths, panel, margin, table, part, parts):
        low, high = output.dtype.type(-np.inf), output.dtype.type(np.inf)
        if len(filter) == 0:
            clear(output)
        elif len(output) > 0:
            convolve_floats(
                input,
                filter,
                False,
                output,
                batch,
                geometry,
                widths,
                0,
                0,
                low,
                high,
                panel,
                margin,
                table,
                part,
                parts,
            )

    return convolve_dense


def pack_filter_of(filter, widths, taps, panel):
    """What `convolve` of floats needs in its panel."""


@overload(pack_filter_of)
def _pack_filter_of(filter, widths, taps, panel):
    if not isinstance(filter.dtype, types.Float):
        return pack_filter_of
    return lambda filter, widths, taps, panel: pack_convolution(filter, False, widths, taps, panel)


def prepare_gradient(gradient, filter, backprop, geometry, widths, panel):
    """What `input_gradient` needs once."""


@overload(prepare_gradient)
def _prepare_gradient(gradient, filter, backprop, geometry, widths, panel):
    return prepare_input_gradient if isinstance(gradient.dtype, types.Float) else prepare_gradient


def input_gradient(gradient, filter, backprop, batch, geometry, widths, panel, margin, table, part, parts):
    if part > 0:
        return
    clear(gradient)
    if len(gradient) > 0:
        walk_outputs(add_to_input, (gradient, filter, backprop), batch, geometry, widths)


@overload(input_gradient)
def _input_gradient(gradient, filter, backprop, batch, geometry, widths, panel, margin, table, part, parts):
    if not isinstance(gradient.dtype, types.Float):
        return input_gradient
    return input_gradient_floats


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
    filter_gradient_floats(input, output, out_backprop, input_dims[0], geometry, widths, panel, table, part, parts)


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


# ---- three dimensions ------------------------------------------------------------------------------------------------


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
