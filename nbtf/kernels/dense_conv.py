"""Convolutions of floats as indirect products, over images and volumes, in groups, whatever stride and dilation.

A position of the output is a row of the product, a tap of the window a tap of the tile. Where pixels are small, as the
three channels of a photograph, a row of the window is one tap.
"""

from numba.extending import register_jitable

from nbtf.kernels.gemm import block_rows, line_of, multiply_rows, pack_matrix, padded
from nbtf.kernels.simd import address_of, item_bytes
from nbtf.kernels.tile import LINE
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
def convolve_floats(
    input, filter, packed, output, batch, geometry, widths, bias, addend, low, high, panel, margin, table
):
    """output = clamp(input * filter + bias + addend); input, filter and output flat, widths as in conv.py.

    packed: whether the filter is in panels already; else it is packed where `panel` has room for it. bias: address or 0;
    addend: bytes from output to it, or 0. margin: a pixel of zeros, or a row of the window and room for patches, which
    tells to take a row of the window as one tap.
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
        pack_filter(b, address_of(panel), taps * depth, filters, groups, dtype)
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
        0,
        batch * positions[0] * positions[1] * positions[2],
        dtype,
    )


@register_jitable
def convolve_range(
    input, b, b_steps, output, geometry, counts, by_rows, bias, addend, low, high, space, begin, end, dtype
):
    """Positions [begin, end) of the output, counted through the batch. space: workspaces of one worker."""
    channels, depth, filters, groups, taps = counts
    margin, zeros, table, block = space
    item = item_bytes(dtype)
    share = filters // groups
    for first in range(begin, end, block):
        rows = min(block, end - first)
        step = block * WORD
        if by_rows:
            fill_rows(table, step, input, channels, margin, margin + zeros, geometry, first, rows, dtype)
        else:
            fill_table(table, step, input, channels * item, margin, geometry, first, rows)
        fill_progression(table + taps * step, rows, output + first * filters * item, filters * item)
        for group in range(groups):
            multiply_rows(
                table,
                step,
                rows,
                taps,
                group * depth * item,
                depth,
                item,
                b + group * b_steps[2],
                b_steps[0],
                b_steps[1],
                table + taps * step,
                group * share * item,
                share,
                bias + group * share * item if bias != 0 else 0,
                addend,
                low,
                high,
                dtype,
            )
