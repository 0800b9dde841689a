"""Convolutions of floats as indirect products, over images and volumes, in groups, whatever stride and dilation.

A position of the output is a row of the product, a tap of the window a tap of the tile. Where pixels are small, as the
three channels of a photograph, a row of the window is one tap.
"""

from numba.extending import register_jitable

from nbtf.kernels.gemm import (
    block_rows,
    column_unit,
    grid,
    line_of,
    multiply_rows,
    pack_matrix,
    padded,
    panel_place,
)
from nbtf.kernels.simd import address_of, item_bytes
from nbtf.kernels.team import portion
from nbtf.kernels.tile import LINE, MOST_ROWS
from nbtf.kernels.window import clear_elements, fill_progression, fill_rows, fill_table
from nbtf.layout import WORD


@register_jitable
def pack_filter(filter, target, depth, filters, groups, dtype):
    """Panels [group, panel, depth, line] of a filter [depth, filters], whose taps count as depth; addresses."""
    share = filters // groups
    size = padded(share, dtype) * depth * item_bytes(dtype)
    for group in range(groups):
        place = filter + group * share * item_bytes(dtype)
        pack_matrix(place, filters * item_bytes(dtype), depth, share, target + group * size, dtype)


@register_jitable
def pack_convolution(filter, packed, widths, taps, panel):
    """The filter into panels, where it is not and `panel` has room for it."""
    channels, depth, filters = widths
    if not packed and len(panel) > 0 and len(filter) > 0:
        dtype = panel.dtype
        pack_filter(address_of(filter), address_of(panel), taps * depth, filters, channels // depth, dtype)


@register_jitable
def convolution_work(output, widths, taps):
    """Multiply-adds."""
    return len(output) * taps * widths[1]


@register_jitable
def convolve_floats(
    input, filter, packed, output, batch, geometry, widths, bias, addend, low, high, panel, margin, table, part, parts
):
    """A part of output = clamp(input * filter + bias + addend); input, filter and output flat, widths as in conv.py.

    packed: whether the filter is in panels already; else it is in `panel` if that is not empty, see pack_convolution.
    bias: address or 0; addend: bytes from output to it, or 0. margin: a pixel of zeros, or a row of the window and room
    for patches, which tells to take a row of the window as one tap.
    """
    dtype = output.dtype
    item = item_bytes(dtype)
    window, positions = geometry[1], geometry[2]
    channels, depth, filters = widths
    groups = channels // depth
    taps = window[0] * window[1] * window[2]
    b, b_step, panel_step = address_of(filter), LINE, taps * depth * LINE
    group_step = padded(filters // groups, dtype) // line_of(dtype) * panel_step
    if not packed and len(panel) > 0:
        b = address_of(panel)
    elif not packed:
        b_step, panel_step, group_step = filters * item, LINE, filters // groups * item
    by_rows = len(margin) > max(window[2] * depth, channels)
    if by_rows:
        taps, depth = window[0] * window[1], window[2] * depth
    zeros = depth if by_rows else channels
    clear_elements(address_of(margin), zeros, dtype)
    block = min(block_rows(taps * depth * item), len(table) // (taps + 1))
    if by_rows:
        block = min(block, (len(margin) - zeros) // (taps * depth))
    rows = batch * positions[0] * positions[1] * positions[2]
    row_part, row_parts, column_part, column_parts = grid(rows, filters if groups == 1 else 1, dtype, part, parts)
    begin, end = portion(rows, MOST_ROWS, row_part, row_parts)
    first, last = portion(filters // groups, column_unit(dtype), column_part, column_parts)
    convolve_range(
        address_of(input),
        b,
        (b_step, panel_step, group_step),
        address_of(output),
        geometry,
        (channels, depth, filters, groups, taps),
        by_rows,
        bias,
        addend,
        low,
        high,
        (address_of(margin), zeros * item, address_of(table), block),
        (begin, end),
        (first, last),
        dtype,
    )


@register_jitable
def convolve_range(
    input, b, b_steps, output, geometry, counts, by_rows, bias, addend, low, high, space, rows, columns, dtype
):
    """Positions [begin, end) of the output, counted through the batch, and of each group filters [first, last).

    space: workspaces of one thread.
    """
    channels, depth, filters, groups, taps = counts
    margin, zeros, table, block = space
    item = item_bytes(dtype)
    share = filters // groups
    skipped = columns[0] * item
    if columns[0] == columns[1]:
        return
    for first in range(rows[0], rows[1], block):
        count = min(block, rows[1] - first)
        step = block * WORD
        if by_rows:
            fill_rows(table, step, input, channels, margin, margin + zeros, geometry, first, count, dtype)
        else:
            fill_table(table, step, input, channels * item, margin, geometry, first, count)
        fill_progression(table + taps * step, count, output + first * filters * item, filters * item)
        for group in range(groups):
            offset = group * share * item + skipped
            multiply_rows(
                table,
                step,
                count,
                taps,
                group * depth * item,
                depth,
                item,
                panel_place(b + group * b_steps[2], b_steps[1], skipped),
                b_steps[0],
                b_steps[1],
                table + taps * step,
                offset,
                columns[1] - columns[0],
                bias + offset if bias != 0 else 0,
                addend,
                low,
                high,
                dtype,
            )
