"""3x3 convolutions of stride 1 by way of Winograd's points, and both their gradients: winograd_tiles.py.

Where something comes out that is not finite, a part says so, and behind the last one the plain computation is done instead.
A convolution gets its filter as points alone: the plain one restores it from them.
"""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.conv import check_conv, geometry2
from nbtf.kernels.conv_gradients import filter_gradient_floats, input_gradient_floats, prepare_input_gradient
from nbtf.kernels.conv_pairs import clear
from nbtf.kernels.dense import addend_offset, bias_address
from nbtf.kernels.dense_conv import convolve_range
from nbtf.kernels.gemm import block_rows, line_of
from nbtf.kernels.jit import kernel
from nbtf.kernels.simd import address_of, item_bytes
from nbtf.kernels.tile import LINE
from nbtf.kernels.window import clear_elements
from nbtf.kernels.winograd_filter_gradient import winograd_filter_gradient
from nbtf.kernels.winograd_small import (
    restore_small_panel,
    small_input_to_points,
    small_points_to_output,
    small_rows_to_points,
)
from nbtf.kernels.winograd_tiles import (
    input_to_points,
    points_to_output,
    restore_panel,
    rows_to_points,
    transform_filter,
    winograd_floats,
)

SUMS = {"contract", "reassoc"}


def transform_work(points):
    return len(points) * 4


@kernel(work=transform_work)
def transform_filter_op(filter, points, turned, side, filter_dims, space, part, parts):
    channels, filters = filter_dims[2], filter_dims[3]
    if side == 2:
        transform_filter(filter, points, channels, filters, turned, small_rows_to_points, space, part, parts)
    else:
        transform_filter(filter, points, channels, filters, turned, rows_to_points, space, part, parts)


@register_jitable
def winograd_of(input_dims, filter_dims, output_dims, strides, padding, explicit_paddings, dilations):
    """Geometry, and the channels of input, filter and output."""
    geometry = geometry2(input_dims, filter_dims, output_dims, strides, dilations, padding, explicit_paddings)
    return geometry, (input_dims[3], filter_dims[2], filter_dims[3])


def winograd_work(output, window):
    return len(output) * window[2] * 3


def clear_strange(strange):
    strange[0] = 0


def convolve_strange(
    input,
    points,
    extras,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    side,
    window,
    bias,
    low,
    high,
    input_dims,
    output_dims,
    space,
    margin,
    table,
    strange,
):
    """The plain convolution, where an output came out that is not finite."""
    if strange[0] == 0:
        return
    geometry, widths = winograd_of(input_dims, window, output_dims, strides, padding, explicit_paddings, dilations)
    convolve_restored(
        input,
        points,
        output,
        input_dims[0],
        geometry,
        widths,
        bias_address(extras, bias),
        addend_offset(extras, bias, output),
        output.dtype.type(low),
        output.dtype.type(high),
        side,
        space,
        margin,
        table,
    )


@register_jitable
def convolve_restored(
    input, points, output, batch, geometry, widths, bias, addend, low, high, side, space, margin, table
):
    """output = clamp(input * filter + bias + addend) by the filter that the points are of, a panel of it at a time."""
    dtype = output.dtype
    positions = geometry[2]
    channels, _, filters = widths
    panel = address_of(space)
    panel_step = 9 * channels * LINE
    clear_elements(address_of(margin), channels, dtype)
    block = min(block_rows(9 * channels * item_bytes(dtype)), len(table) // 10)
    for first in range(0, filters, line_of(dtype)):
        number = first // line_of(dtype)
        if side == 2:
            restore_small_panel(points, number, channels, filters, panel)
        else:
            restore_panel(points, number, channels, filters, panel)
        convolve_range(
            address_of(input),
            panel - number * panel_step,
            (LINE, panel_step, 0),
            address_of(output),
            geometry,
            (channels, channels, filters, 1, 9),
            False,
            bias,
            addend,
            low,
            high,
            (address_of(margin), channels * item_bytes(dtype), address_of(table), block),
            (0, batch * positions[1] * positions[2]),
            (first, min(first + line_of(dtype), filters)),
            dtype,
        )


@kernel(fastmath=SUMS, work=winograd_work, first=clear_strange, last=convolve_strange)
def winograd_conv2d(
    input,
    points,
    extras,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    side,
    window,
    bias,
    low,
    high,
    input_dims,
    output_dims,
    space,
    margin,
    table,
    strange,
    part,
    parts,
):
    check_conv(strides, dilations, 3)
    if len(output) == 0:
        return
    geometry, widths = winograd_of(input_dims, window, output_dims, strides, padding, explicit_paddings, dilations)
    batch, start, summand = input_dims[0], bias_address(extras, bias), addend_offset(extras, bias, output)
    least, most = output.dtype.type(low), output.dtype.type(high)
    small, large = (2, small_input_to_points, small_points_to_output), (4, input_to_points, points_to_output)
    if side == 2:
        finite = winograd_floats(
            input,
            points,
            output,
            batch,
            geometry,
            widths,
            start,
            summand,
            least,
            most,
            small,
            space,
            margin,
            table,
            part,
            parts,
        )
    else:
        finite = winograd_floats(
            input,
            points,
            output,
            batch,
            geometry,
            widths,
            start,
            summand,
            least,
            most,
            large,
            space,
            margin,
            table,
            part,
            parts,
        )
    if not finite:
        strange[0] = 1  # several threads may write it: the same


# ---- the gradient for the input --------------------------------------------------------------------------------------


@register_jitable
def turned(geometry):
    """Of the convolution that goes back from the output to the input, by the filter turned round."""
    sizes, window, positions, strides, dilations, before = geometry
    return positions, window, sizes, strides, dilations, (0, 2 - before[1], 2 - before[2])


def winograd_gradient_work(out_backprop, filter_dims):
    return len(out_backprop) * filter_dims[2] * 3


def input_gradient_strange(
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
    margin,
    table,
    strange,
):
    """As convolve_strange."""
    if strange[0] == 0:
        return
    geometry, widths = winograd_of(
        output_dims, filter_dims, out_backprop_dims, strides, padding, explicit_paddings, dilations
    )
    prepare_input_gradient(output, filter, out_backprop, geometry, widths, panel)
    batch = output_dims[0]
    input_gradient_floats(output, filter, out_backprop, batch, geometry, widths, panel, margin, table, 0, 1)


@kernel(fastmath=SUMS, work=winograd_gradient_work, first=clear_strange, last=input_gradient_strange)
def winograd_conv2d_backprop_input(
    filter,
    points,
    out_backprop,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    filter_dims,
    out_backprop_dims,
    output_dims,
    space,
    margin,
    table,
    strange,
    part,
    parts,
):
    check_conv(strides, dilations, 3)
    if len(output) == 0:
        return
    geometry, widths = winograd_of(
        output_dims, filter_dims, out_backprop_dims, strides, padding, explicit_paddings, dilations
    )
    infinity = output.dtype.type(np.inf)
    finite = winograd_floats(
        out_backprop,
        points,
        output,
        output_dims[0],
        turned(geometry),
        (widths[2], widths[2], widths[0]),
        0,
        0,
        -infinity,
        infinity,
        (4, input_to_points, points_to_output),
        space,
        margin,
        table,
        part,
        parts,
    )
    if not finite:
        strange[0] = 1


# ---- the gradient for the filter -------------------------------------------------------------------------------------


def filter_gradient_strange(
    input,
    out_backprop,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    input_dims,
    out_backprop_dims,
    output_dims,
    panel,
    table,
    strange,
):
    """As convolve_strange."""
    if strange[0] == 0:
        return
    clear(output)
    geometry, widths = winograd_of(
        input_dims, output_dims, out_backprop_dims, strides, padding, explicit_paddings, dilations
    )
    filter_gradient_floats(input, output, out_backprop, input_dims[0], geometry, widths, panel, table, 0, 1)


def filter_gradient_work(out_backprop, output_dims):
    return len(out_backprop) * output_dims[2] * 3


@kernel(fastmath=SUMS, work=filter_gradient_work, first=clear_strange, last=filter_gradient_strange)
def winograd_conv2d_backprop_filter(
    input,
    out_backprop,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    input_dims,
    out_backprop_dims,
    output_dims,
    space,
    margin,
    sums,
    table,
    strange,
    part,
    parts,
):
    check_conv(strides, dilations, 3)
    if len(out_backprop) == 0:
        if part == 0:
            clear(output)
        return
    geometry, widths = winograd_of(
        input_dims, output_dims, out_backprop_dims, strides, padding, explicit_paddings, dilations
    )
    finite = winograd_filter_gradient(
        input, output, out_backprop, input_dims[0], geometry, widths, space, margin, sums, table, part, parts
    )
    if not finite:
        strange[0] = 1
