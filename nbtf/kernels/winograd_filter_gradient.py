"""The gradient of a 3x3 convolution for its filter, by tiles of 4x4 outputs and their points: winograd_tiles.py."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.gemm import TILE_BYTES, column_unit, multiply_panel, padded, panel_place, tile_vectors
from nbtf.kernels.matvec import load_up_to
from nbtf.kernels.simd import address_of, broadcast, item_bytes, lanes, load, store, total
from nbtf.kernels.team import portion
from nbtf.kernels.tile import LINE, MOST_ROWS
from nbtf.kernels.window import clear_elements, fill_progression
from nbtf.kernels.winograd_tiles import (
    POINTS,
    SIDE,
    SKEW,
    input_to_points,
    outputs_to_points,
    place_behind,
    points_to_taps,
    see_tile,
)
from nbtf.layout import WORD

CHANNELS = 16  # the fewest that a part of a gradient for the filter has: no fewer than a vector's lanes


@register_jitable
def filter_gradient_share(channels, filters, dtype, part, parts):
    """(first channel, end), (first filter, end) of a part; nothing for some where there are many."""
    across = min(parts, max(filters // column_unit(dtype), 1))
    down = min(parts // across, max(channels // CHANNELS, 1))
    if part >= across * down:
        return (0, 0), (0, 0)
    return (
        portion(channels, CHANNELS, part // across, down),
        portion(filters, column_unit(dtype), part % across, across),
    )


@register_jitable
def winograd_filter_gradient(
    input, gradient, backprop, batch, geometry, widths, space, margin, sums, table, part, parts
):
    """Whether a part of the gradient, some channels for some filters, is finite; if not, all has to be computed anew.

    sums: [point, channels, filters], of all parts; space, margin, table: as of winograd_floats, the margin as large as the
    larger pixel.
    """
    dtype = gradient.dtype
    item = item_bytes(dtype)
    positions = geometry[2]
    channels, _, filters = widths
    (channel, end_channel), (filter, end_filter) = filter_gradient_share(channels, filters, dtype, part, parts)
    own_channels, own_filters = end_channel - channel, end_filter - filter
    if own_channels == 0 or own_filters == 0:
        return True
    zeros = address_of(margin)
    clear_elements(zeros, max(own_channels, own_filters), dtype)
    down, across = (positions[1] + 3) // 4, (positions[2] + 3) // 4
    scratch = address_of(space)
    first = POINTS * lanes(dtype)
    together = (len(space) - first - 2 * POINTS * SKEW) // (POINTS * (own_channels + padded(own_filters, dtype)))
    v_plane = (together * own_channels + SKEW) * item
    y_plane = (together * padded(own_filters, dtype) + SKEW) * item
    v = scratch + first * item
    y = v + POINTS * v_plane
    rows = address_of(table) + POINTS * WORD
    targets = rows + own_channels * WORD
    fill_progression(rows, own_channels, v, item)
    fill_progression(targets, own_channels, address_of(sums) + (channel * filters + filter) * item, filters * item)
    source, result = address_of(input) + channel * item, address_of(backprop) + filter * item
    count, place = batch * down * across, (0, 0, 0)
    for begin in range(0, count, together):
        tiles = min(together, count - begin)
        for i in range(tiles):
            see_tile(table, source, zeros, channels * item, geometry, place, SIDE)
            input_to_points(table, v + i * own_channels * item, v_plane, scratch, own_channels, dtype)
            see_outputs(table, result, zeros, filters * item, positions, place)
            output_to_points(table, y + i * LINE, y_plane, tiles * LINE, scratch, own_filters, dtype)
            place = place_behind(place, SIDE, positions)
        add_tiles(
            rows,
            own_channels,
            tiles,
            v_plane,
            y,
            y_plane,
            targets,
            channels * filters * item,
            own_filters,
            begin > 0,
            dtype,
        )
    return points_to_gradient(
        address_of(sums), address_of(gradient), channels, filters, (channel, end_channel), (filter, end_filter), dtype
    )


@register_jitable
def see_outputs(table, y, zeros, pixel, positions, place):
    """The addresses of the 4x4 pixels of a tile of the output."""
    image, row, column = place
    for i in range(4):
        line = y + (image * positions[1] + row + i) * positions[2] * pixel
        for j in range(4):
            inside = row + i < positions[1] and column + j < positions[2]
            table[i * 4 + j] = line + (column + j) * pixel if inside else zeros


@register_jitable
def output_to_points(table, target, plane, panel_step, scratch, filters, dtype):
    """One tile: 16 addresses of pixels in `table`; a line of each panel of each point, `panel_step` bytes apart."""
    item, size = item_bytes(dtype), lanes(dtype) * item_bytes(dtype)
    for c in range(0, padded(filters, dtype), lanes(dtype)):
        at, left = c * item, max(filters - c, 0)
        for column in range(4):
            place = scratch + column * size
            for point in outputs_to_points(
                load_up_to(table[column] + at, left, dtype),
                load_up_to(table[4 + column] + at, left, dtype),
                load_up_to(table[8 + column] + at, left, dtype),
                load_up_to(table[12 + column] + at, left, dtype),
                dtype,
            ):
                store(place, point)
                place += 4 * size
        line = panel_place(target, panel_step, at)
        for i in range(6):
            at = scratch + 4 * i * size
            points = outputs_to_points(
                load(at, dtype),
                load(at + size, dtype),
                load(at + 2 * size, dtype),
                load(at + 3 * size, dtype),
                dtype,
            )
            place = line + 6 * i * plane
            for point in points:
                store(place, point)
                place += plane


@register_jitable
def add_tiles(rows, channels, tiles, v_plane, y, y_plane, targets, plane, filters, onto, dtype):
    """The products of the points of some tiles, [tiles, channels] and [tiles, filters], added to their sums.

    rows, targets: addresses of the words that lead to each channel's first element, and to its sums.
    """
    item, infinity = item_bytes(dtype), dtype.type(np.inf)
    step, panel_step = channels * item, tiles * LINE
    for point in range(POINTS):
        for column in range(0, filters * item, TILE_BYTES):
            width = min(filters - column // item, TILE_BYTES // item)
            multiply_panel(
                rows,
                0,
                channels,
                tile_vectors(MOST_ROWS, width * item),
                1,
                point * v_plane,
                point * v_plane + tiles * step,
                step,
                panel_place(y + point * y_plane, panel_step, column),
                LINE,
                0,
                panel_step if width * item > LINE else 0,
                targets,
                point * plane + column,
                width,
                onto,
                0,
                0,
                -infinity,
                infinity,
            )


@register_jitable
def points_to_gradient(sums, gradient, channels, filters, own_channels, own_filters, dtype):
    """Whether the own part of the gradient [3, 3, channels, filters] that the sums of the points make is finite."""
    item, plane = item_bytes(dtype), channels * filters * item_bytes(dtype)
    strange = broadcast(dtype.type(0))
    for c in range(own_channels[0], own_channels[1]):
        for f in range(own_filters[0], own_filters[1], lanes(dtype)):
            at = (c * filters + min(f, own_filters[1] - lanes(dtype))) * item
            columns = taps_of_columns(sums + at, plane, dtype)
            for i in range(3):
                place = gradient + 3 * i * plane + at
                for tap in points_to_taps(
                    columns[0][i], columns[1][i], columns[2][i], columns[3][i], columns[4][i], columns[5][i], dtype
                ):
                    strange = strange + (tap - tap)
                    store(place, tap)
                    place += plane
    return total(strange) == dtype.type(0)


@register_jitable
def taps_of_columns(sums, plane, dtype):
    """Of each of the six columns of points, `plane` bytes apart, three taps."""
    return (
        taps_of_column(sums, plane, dtype),
        taps_of_column(sums + plane, plane, dtype),
        taps_of_column(sums + 2 * plane, plane, dtype),
        taps_of_column(sums + 3 * plane, plane, dtype),
        taps_of_column(sums + 4 * plane, plane, dtype),
        taps_of_column(sums + 5 * plane, plane, dtype),
    )


@register_jitable
def taps_of_column(sums, plane, dtype):
    return points_to_taps(
        load(sums, dtype),
        load(sums + 6 * plane, dtype),
        load(sums + 12 * plane, dtype),
        load(sums + 18 * plane, dtype),
        load(sums + 24 * plane, dtype),
        load(sums + 30 * plane, dtype),
        dtype,
    )
