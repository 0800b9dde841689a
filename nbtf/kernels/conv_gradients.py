"""Gradients of dense convolutions of floats as indirect products, see dense_conv.py.

For the input: a position sees the output through every `stride`-th tap of each axis. Positions with the same remainder
see the same taps, so each class of them is a convolution of stride 1 by its share of the filter, turned round.

For the filter: each tap is a product over all positions, of the transposed input, read in place, and the gradient of the
output, packed line by line. A line of the output counts as a tap of the product. A few channels alone, as an image has
them, would leave tiles of few rows: there the taps, too, are rows of one product, over the images with zeros around them.
"""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.gemm import (
    TILE_BYTES,
    block_rows,
    column_unit,
    grid,
    line_of,
    multiply_panel,
    multiply_rows,
    pack_matrix,
    pack_transposed,
    padded,
    panel_place,
    tile_vectors,
)
from nbtf.kernels.matvec import load_up_to, store_up_to
from nbtf.kernels.simd import address_of, item_bytes, lanes
from nbtf.kernels.team import portion
from nbtf.kernels.tile import LINE, MOST_ROWS
from nbtf.kernels.window import clear_elements, fill_positions, fill_progression, fill_table, inside
from nbtf.layout import WORD

# ---- for the input ---------------------------------------------------------------------------------------------------


@register_jitable
def prepare_input_gradient(gradient, filter, backprop, geometry, widths, panel):
    """What input_gradient_floats needs once. panel: room for the whole filter in panels of input channels."""
    dtype = gradient.dtype
    window, strides = geometry[1], geometry[3]
    if len(backprop) == 0 or window[0] < strides[0] or window[1] < strides[1] or window[2] < strides[2]:
        clear_elements(address_of(gradient), len(gradient), dtype)  # some positions see no tap
    if len(gradient) > 0 and len(backprop) > 0 and len(filter) > 0:
        pack_classes(filter, window, strides, widths, panel)


@register_jitable
def pack_classes(filter, window, strides, widths, panel):
    """The whole filter in panels of input channels, the taps class by class."""
    filters, taps = widths[2], window[0] * window[1] * window[2]
    tap = 0
    for i in range(min(strides[0], window[0])):
        for j in range(min(strides[1], window[1])):
            for k in range(min(strides[2], window[2])):
                place = address_of(panel) + tap * filters * LINE
                tap += pack_class(address_of(filter), place, taps, window, strides, (i, j, k), widths, filter.dtype)


@register_jitable
def input_gradient_floats(gradient, filter, backprop, batch, geometry, widths, panel, margin, table, part, parts):
    """A part of the gradient. margin: a pixel of the output."""
    kind = gradient.dtype.type
    low, high = kind(-np.inf), kind(np.inf)
    packed_input_gradient(
        gradient, backprop, batch, geometry, widths, panel, 0, 0, low, high, margin, table, part, parts
    )


@register_jitable
def packed_input_gradient(
    gradient, backprop, batch, geometry, widths, panel, bias, addend, low, high, margin, table, part, parts
):
    """As input_gradient_floats, from panels: a part of clamp(gradient + bias + addend), where positions see a tap."""
    if len(gradient) == 0 or len(backprop) == 0 or len(panel) == 0:
        return
    dtype = gradient.dtype
    item = item_bytes(dtype)
    window, strides = geometry[1], geometry[3]
    channels, _, filters = widths
    taps = window[0] * window[1] * window[2]
    clear_elements(address_of(margin), filters, dtype)
    tap = 0
    for i in range(min(strides[0], window[0])):
        for j in range(min(strides[1], window[1])):
            for k in range(min(strides[2], window[2])):
                remainder = (i, j, k)
                count = class_taps(window, strides, remainder)
                add_class(
                    address_of(gradient),
                    address_of(panel) + tap * filters * LINE,
                    taps * filters * LINE,
                    address_of(backprop),
                    batch,
                    geometry,
                    remainder,
                    channels,
                    filters,
                    address_of(margin),
                    address_of(table),
                    min(block_rows(count * filters * item), len(table) // (count + 1)),
                    bias,
                    addend,
                    low,
                    high,
                    dtype,
                    part,
                    parts,
                )
                tap += count


@register_jitable
def class_taps(window, strides, remainder):
    """How many taps a class has."""
    count = 1
    for axis in range(3):
        count *= (window[axis] - remainder[axis] + strides[axis] - 1) // strides[axis]
    return count


@register_jitable
def pack_class(filter, target, taps, window, strides, remainder, widths, dtype):
    """Panels [panel, tap, filters, line] of the taps of one class; the number of them."""
    channels, _, filters = widths
    item = item_bytes(dtype)
    count = 0
    for i in range(remainder[0], window[0], strides[0]):
        for j in range(remainder[1], window[1], strides[1]):
            for k in range(remainder[2], window[2], strides[2]):
                tap = (i * window[1] + j) * window[2] + k
                source = filter + tap * channels * filters * item
                place = target + count * filters * LINE
                pack_transposed(source, filters * item, filters, channels, place, taps * filters * LINE, dtype)
                count += 1
    return count


@register_jitable
def class_of(remainder, before, stride, size, window):
    """Of one axis: the first position that sees the taps of this remainder, how many do, where the first looks, taps."""
    first = (remainder - before) % stride
    count = max((size - first + stride - 1) // stride, 0)
    return first, count, (first + before - remainder) // stride, (window - remainder + stride - 1) // stride


@register_jitable
def add_class(
    gradient,
    b,
    panel_step,
    backprop,
    batch,
    geometry,
    remainder,
    channels,
    filters,
    zeros,
    table,
    block,
    bias,
    addend,
    low,
    high,
    dtype,
    part,
    parts,
):
    sizes, window, positions, strides, _, before = geometry
    first0, count0, base0, taps0 = class_of(remainder[0], before[0], strides[0], sizes[0], window[0])
    first1, count1, base1, taps1 = class_of(remainder[1], before[1], strides[1], sizes[1], window[1])
    first2, count2, base2, taps2 = class_of(remainder[2], before[2], strides[2], sizes[2], window[2])
    counts, ones, back = (count0, count1, count2), (1, 1, 1), (-1, -1, -1)
    seen = (positions, (taps0, taps1, taps2), counts, ones, back, (-base0, -base1, -base2))
    item = item_bytes(dtype)
    pixel, taps, step = channels * item, taps0 * taps1 * taps2, block * WORD
    total = batch * count0 * count1 * count2
    row_part, row_parts, column_part, column_parts = grid(total, channels, dtype, part, parts)
    own, end = portion(total, MOST_ROWS, row_part, row_parts)
    first, last = portion(channels, column_unit(dtype), column_part, column_parts)
    if first == last:
        return
    for begin in range(own, end, block):
        rows = min(block, end - begin)
        fill_table(table, step, backprop, filters * item, zeros, seen, begin, rows)
        fill_positions(
            table + taps * step, gradient, pixel, sizes, strides, (first0, first1, first2), counts, begin, rows
        )
        multiply_rows(
            table,
            step,
            rows,
            taps,
            0,
            filters,
            item,
            panel_place(b, panel_step, first * item),
            LINE,
            panel_step,
            table + taps * step,
            first * item,
            last - first,
            bias + first * item if bias != 0 else 0,
            addend,
            low,
            high,
            dtype,
        )


# ---- for the filter --------------------------------------------------------------------------------------------------


@register_jitable
def filter_gradient_floats(input, gradient, backprop, batch, geometry, widths, panel, table, part, parts):
    """A part of the gradient, which is all zeros yet: some channels for some filters.

    panel: room for some lines of the output in panels of filters; table: see below.
    """
    dtype = gradient.dtype
    item = item_bytes(dtype)
    sizes, _, positions, _, _, _ = geometry
    channels, _, filters = widths
    row_part, row_parts, column_part, column_parts = grid(channels, filters, dtype, part, parts)
    own_channels = portion(channels, MOST_ROWS, row_part, row_parts)
    first, end = portion(filters, column_unit(dtype), column_part, column_parts)
    if first == end or len(gradient) == 0 or len(backprop) == 0 or len(input) == 0:
        return
    # addresses of MOST_ROWS channels of the first pixel of each line of one image, then of the rows of the gradient
    lines = sizes[0] * sizes[1]
    start = address_of(table)
    rows = start + lines * MOST_ROWS * WORD
    fill_progression(rows, channels, address_of(gradient), filters * item)
    line = positions[2] * padded(end - first, dtype)
    together = max(min(len(panel) // line, positions[1]), 1)
    for image in range(batch):
        for i in range(lines):
            place = address_of(input) + (image * lines + i) * sizes[2] * channels * item
            fill_progression(start + i * MOST_ROWS * WORD, MOST_ROWS, place, item)
        for plane in range(positions[0]):
            for row in range(0, positions[1], together):
                count = min(together, positions[1] - row)
                at = ((image * positions[0] + plane) * positions[1] + row) * positions[2]
                place = address_of(backprop) + (at * filters + first) * item
                pack_matrix(place, filters * item, count * positions[2], end - first, address_of(panel), dtype)
                add_lines(
                    start,
                    rows,
                    address_of(panel),
                    geometry,
                    widths,
                    own_channels,
                    (first, end),
                    plane,
                    row,
                    row + count,
                    dtype,
                )


@register_jitable
def add_lines(table, rows, b, geometry, widths, own_channels, own_filters, plane, begin, end, dtype):
    """To the gradient of each tap: the products of lines [begin, end) of one plane of the output."""
    sizes, window, positions, strides, dilations, before = geometry
    channels, _, filters = widths
    item = item_bytes(dtype)
    infinity = dtype.type(np.inf)
    pixel = channels * item
    panel_step = (end - begin) * positions[2] * LINE
    tap = 0
    for i in range(window[0]):
        at0 = plane * strides[0] - before[0] + i * dilations[0]
        for j in range(window[1]):
            start1 = j * dilations[1] - before[1]
            low1, high1 = inside(start1, strides[1], sizes[1], begin, end)
            for k in range(window[2]):
                start2 = k * dilations[2] - before[2]
                low2, high2 = inside(start2, strides[2], sizes[2], 0, positions[2])
                if 0 <= at0 < sizes[0] and low1 < high1 and low2 < high2:
                    lines = table + (at0 * sizes[1] + start1 + low1 * strides[1]) * MOST_ROWS * WORD
                    place = b + ((low1 - begin) * positions[2] + low2) * LINE
                    skip = (positions[2] - (high2 - low2)) * LINE
                    first = (start2 + low2 * strides[2]) * pixel
                    step = strides[2] * pixel
                    for column in range(0, (own_filters[1] - own_filters[0]) * item, TILE_BYTES):
                        width = min(own_filters[1] - own_filters[0] - column // item, TILE_BYTES // item)
                        for channel in range(own_channels[0], own_channels[1], MOST_ROWS):
                            multiply_panel(
                                lines,
                                strides[1] * MOST_ROWS * WORD,
                                min(MOST_ROWS, own_channels[1] - channel),
                                tile_vectors(MOST_ROWS, width * item),
                                high1 - low1,
                                first + channel * item,
                                first + channel * item + (high2 - low2) * step,
                                step,
                                panel_place(place, panel_step, column),
                                LINE,
                                skip,
                                panel_step if width * item > LINE else 0,
                                rows + channel * WORD,
                                (tap * channels * filters + own_filters[0]) * item + column,
                                width,
                                1,
                                0,
                                0,
                                -infinity,
                                infinity,
                            )
                tap += 1


# ---- for the filter, few channels ------------------------------------------------------------------------------------


@register_jitable
def few_channels_gradient(input, gradient, backprop, batch, geometry, widths, panel, table, margin, part, parts):
    """As filter_gradient_floats, of images. margin: room for one with zeros around it, as far as windows reach."""
    dtype = gradient.dtype
    item = item_bytes(dtype)
    _, window, positions, strides, dilations, _ = geometry
    channels, _, filters = widths
    count = window[1] * window[2] * channels  # rows
    row_part, row_parts, column_part, column_parts = grid(count, filters, dtype, part, parts)
    own = portion(count, MOST_ROWS, row_part, row_parts)
    first, end = portion(filters, column_unit(dtype), column_part, column_parts)
    if own[0] == own[1] or first == end or len(gradient) == 0 or len(backprop) == 0 or len(input) == 0:
        return
    reach = (reach_of(geometry, 1), reach_of(geometry, 2))
    # addresses of the rows of the gradient, then of each row of the product at the begin of each line of the output
    rows, start = address_of(table), address_of(table) + count * WORD
    fill_progression(rows, count, address_of(gradient), filters * item)
    pixel = channels * item
    for line in range(positions[1]):
        place = start + line * count * WORD
        for i in range(window[1]):
            for j in range(window[2]):
                at = (line * strides[1] + i * dilations[1]) * reach[1] + j * dilations[2]
                fill_progression(place, channels, address_of(margin) + at * pixel, item)
                place += channels * WORD
    clear_elements(address_of(margin), len(margin), dtype)
    together = max(min(len(panel) // (positions[2] * padded(end - first, dtype)), positions[1]), 1)
    for image in range(batch):
        frame_image(address_of(input), image, geometry, pixel, address_of(margin), reach, dtype)
        for row in range(0, positions[1], together):
            lines = min(together, positions[1] - row)
            b = address_of(backprop) + ((image * positions[1] + row) * positions[2] * filters + first) * item
            b_step, panel_step = filters * item, LINE
            if filters % line_of(dtype) != 0:
                pack_matrix(b, b_step, lines * positions[2], end - first, address_of(panel), dtype)
                b, b_step, panel_step = address_of(panel), LINE, lines * positions[2] * LINE
            for column in range(0, (end - first) * item, TILE_BYTES):
                width = min(end - first - column // item, TILE_BYTES // item)
                multiply_panel(
                    start + (row * count + own[0]) * WORD,
                    count * WORD,
                    own[1] - own[0],
                    tile_vectors(MOST_ROWS, width * item),
                    lines,
                    0,
                    positions[2] * strides[2] * pixel,
                    strides[2] * pixel,
                    panel_place(b, panel_step, column),
                    b_step,
                    0,
                    panel_step if width * item > LINE else 0,
                    rows + own[0] * WORD,
                    first * item + column,
                    width,
                    1,
                    0,
                    0,
                    -dtype.type(np.inf),
                    dtype.type(np.inf),
                )


@register_jitable
def reach_of(geometry, axis):
    """Pixels of one axis, padding among them, that windows see."""
    _, window, positions, strides, dilations, _ = geometry
    return (positions[axis] - 1) * strides[axis] + (window[axis] - 1) * dilations[axis] + 1


@register_jitable
def frame_image(input, image, geometry, pixel, target, reach, dtype):
    """Copies what windows see of an image to where they see it; the rest of the target stays as it is."""
    sizes, _, _, _, _, before = geometry
    low, high = max(before[2], 0), min(sizes[2] + before[2], reach[1])
    for y in range(max(before[1], 0), min(sizes[1] + before[1], reach[0])):
        source = input + ((image * sizes[1] + y - before[1]) * sizes[2] + low - before[2]) * pixel
        copy_elements(target + (y * reach[1] + low) * pixel, source, (high - low) * (pixel // item_bytes(dtype)), dtype)


@register_jitable
def copy_elements(target, source, count, dtype):
    for i in range(0, count, lanes(dtype)):
        at = i * item_bytes(dtype)
        store_up_to(target + at, count - i, load_up_to(source + at, count - i, dtype), dtype)
