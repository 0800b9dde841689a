"""What convolutions of images and of volumes, and their gradients, share, channels last.

Floats go through tiles: dense_conv.py, conv_gradients.py. For what remains, integers and depthwise gradients, a
convolution pairs input pixels with output pixels, one pair for each tap of the filter that lies inside the image. What
happens to a pair differs from op to op and is a function of its own; who walks over the pairs, and in which order, is
shared. Sizes are (planes, rows, columns), counts of channels come apart from them; `geometry` is that of window.py.
"""

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.conv_gradients import input_gradient_floats, prepare_input_gradient
from nbtf.kernels.dense_conv import convolve_floats, pack_convolution

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
