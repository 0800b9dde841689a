"""Winograd's F(4x4, 3x3): a 3x3 convolution of stride 1 with 36 products a tile of 4x4 outputs instead of 144.

A tile of 6x6 inputs and the filter are transformed, multiplied point by point (36 products of matrices, tiles by channels
by filters), and transformed back. The results differ from those of a plain convolution by rounding: by no more than about
1e-5 of the largest output. An Inf or a NaN would spread over its whole tile, so where one comes out, whether it was in the
input or arose on the way, the convolution is done again without.
"""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.gemm import multiply_rows, padded
from nbtf.kernels.simd import address_of, broadcast, fma, item_bytes, lanes, larger, load, smaller, store, total
from nbtf.kernels.team import portion
from nbtf.kernels.tile import LINE
from nbtf.kernels.window import clear_elements, fill_progression
from nbtf.layout import WORD

POINTS = 36
SKEW = 16  # elements between the planes of two points: equal places of all planes must not share a cache line's set


@register_jitable
def transform_filter(filter, panels, channels, filters):
    """panels [point, panel, channels, line] of filter [3, 3, channels, filters]: G w G^T, in float64; zeros behind."""
    line = panels.shape[3]
    row = np.float64(1)
    for k in range(channels):
        for j in range(panels.shape[1] * line):
            for p in range(6):
                # one row of G w, then times G^T
                w0 = w1 = w2 = row * 0
                for i in range(3):
                    if j < filters:
                        g = tap_weight(p, i)
                        w0 += g * filter[((i * 3 + 0) * channels + k) * filters + j]
                        w1 += g * filter[((i * 3 + 1) * channels + k) * filters + j]
                        w2 += g * filter[((i * 3 + 2) * channels + k) * filters + j]
                for q in range(6):
                    point = tap_weight(q, 0) * w0 + tap_weight(q, 1) * w1 + tap_weight(q, 2) * w2
                    panels[p * 6 + q, j // line, k, j % line] = point


@register_jitable
def tap_weight(point, tap):
    """Entry of G."""
    if point == 0:
        return 0.25 if tap == 0 else 0.0
    if point == 5:
        return 1.0 if tap == 2 else 0.0
    if point < 3:
        return 1 / 6 if point == 2 and tap == 1 else -1 / 6
    sign = -1.0 if point == 4 and tap == 1 else 1.0
    return sign * (1 / 24 if tap == 0 else 1 / 12 if tap == 1 else 1 / 6)


@register_jitable
def to_points(d0, d1, d2, d3, d4, d5, dtype):
    """B^T d."""
    two, four = broadcast(dtype.type(2)), broadcast(dtype.type(4))
    minus_four, minus_five = broadcast(dtype.type(-4)), broadcast(dtype.type(-5))
    even, odd = fma(minus_four, d2, d4), fma(minus_four, d1, d3)
    near, far = d4 - d2, two * (d3 - d1)
    first = fma(four, d0, fma(minus_five, d2, d4))
    last = fma(four, d1, fma(minus_five, d3, d5))
    return first, even + odd, even - odd, near + far, near - far, last


@register_jitable
def from_points(m0, m1, m2, m3, m4, m5, dtype):
    """A^T m."""
    two, four, eight = broadcast(dtype.type(2)), broadcast(dtype.type(4)), broadcast(dtype.type(8))
    sum1, difference1, sum2, difference2 = m1 + m2, m1 - m2, m3 + m4, m3 - m4
    return (
        m0 + sum1 + sum2,
        fma(two, difference2, difference1),
        fma(four, sum2, sum1),
        fma(eight, difference2, difference1) + m5,
    )


@register_jitable
def input_to_points(table, target, plane, scratch, channels, dtype):
    """One tile: 36 addresses of pixels in `table`, row by row; `plane` bytes between points of the target."""
    item, size = item_bytes(dtype), lanes(dtype) * item_bytes(dtype)
    for c in range(0, channels, lanes(dtype)):
        at = min(c, channels - lanes(dtype)) * item
        for column in range(6):
            row = table[column::6]
            points = to_points(
                load(row[0] + at, dtype),
                load(row[1] + at, dtype),
                load(row[2] + at, dtype),
                load(row[3] + at, dtype),
                load(row[4] + at, dtype),
                load(row[5] + at, dtype),
                dtype,
            )
            place = scratch + column * size
            for point in points:
                store(place, point)
                place += 6 * size
        for i in range(6):
            place = scratch + 6 * i * size
            points = to_points(
                load(place, dtype),
                load(place + size, dtype),
                load(place + 2 * size, dtype),
                load(place + 3 * size, dtype),
                load(place + 4 * size, dtype),
                load(place + 5 * size, dtype),
                dtype,
            )
            place = target + 6 * i * plane + at
            for point in points:
                store(place, point)
                place += plane


@register_jitable
def points_to_output(source, plane, scratch, y, line, rows, columns, filters, bias, addend, low, high, dtype):
    """One tile of up to 4x4 outputs at y, `line` bytes between rows; 0 or, where one is not finite, NaN."""
    item, size = item_bytes(dtype), lanes(dtype) * item_bytes(dtype)
    least, most = broadcast(low), broadcast(high)
    strange = broadcast(dtype.type(0))
    for c in range(0, filters, lanes(dtype)):
        at = min(c, filters - lanes(dtype)) * item
        for column in range(6):
            place = source + column * plane + at
            outputs = from_points(
                load(place, dtype),
                load(place + 6 * plane, dtype),
                load(place + 12 * plane, dtype),
                load(place + 18 * plane, dtype),
                load(place + 24 * plane, dtype),
                load(place + 30 * plane, dtype),
                dtype,
            )
            place = scratch + column * size
            for output in outputs:
                store(place, output)
                place += 6 * size
        for i in range(rows):
            place = scratch + 6 * i * size
            outputs = from_points(
                load(place, dtype),
                load(place + size, dtype),
                load(place + 2 * size, dtype),
                load(place + 3 * size, dtype),
                load(place + 4 * size, dtype),
                load(place + 5 * size, dtype),
                dtype,
            )
            place, left = y + i * line + at, columns
            for output in outputs:
                if left > 0:
                    strange = strange + (output - output)
                    if bias != 0:
                        output = output + load(bias + at, dtype)
                    if addend != 0:
                        output = output + load(place + addend, dtype)
                    store(place, smaller(most, larger(least, output)))
                place += filters * item
                left -= 1
    return total(strange)


@register_jitable
def winograd_floats(
    input, panels, output, batch, geometry, widths, bias, addend, low, high, space, margin, table, part, parts
):
    """Whether a part of the output is finite; if not, all has to be computed anew. Arrays flat; at least a vector of
    each channel.

    space: room for the points of some tiles, before and after the products; margin: a pixel of zeros; table: words.
    """
    dtype = output.dtype
    item = item_bytes(dtype)
    positions = geometry[2]
    channels, _, filters = widths
    clear_elements(address_of(margin), channels, dtype)
    down, across = (positions[1] + 3) // 4, (positions[2] + 3) // 4
    scratch = address_of(space)
    first = POINTS * lanes(dtype)
    together = (len(space) - first - 2 * POINTS * SKEW) // (POINTS * (channels + filters))
    together = min(together, (len(table) - POINTS) // 2)
    v_plane, m_plane = (together * channels + SKEW) * item, (together * filters + SKEW) * item
    v = scratch + first * item
    m = v + POINTS * v_plane
    rows = address_of(table) + POINTS * WORD
    fill_progression(rows, together, v, channels * item)
    fill_progression(rows + together * WORD, together, m, filters * item)
    infinity, strange = dtype.type(np.inf), dtype.type(0)
    first_tile, end_tile = portion(batch * down * across, 1, part, parts)
    for begin in range(first_tile, end_tile, together):
        tiles = min(together, end_tile - begin)
        for i in range(tiles):
            see_tile(table, address_of(input), address_of(margin), channels * item, geometry, begin + i, down, across)
            input_to_points(table, v + i * channels * item, v_plane, scratch, channels, dtype)
        for point in range(POINTS):
            multiply_rows(
                rows,
                0,
                tiles,
                1,
                point * v_plane,
                channels,
                item,
                address_of(panels) + point * padded(filters, dtype) * channels * item,
                LINE,
                channels * LINE,
                rows + together * WORD,
                point * m_plane,
                filters,
                0,
                0,
                -infinity,
                infinity,
                dtype,
            )
        for i in range(tiles):
            image, row, column = place_of(begin + i, down, across)
            at = ((image * positions[1] + row) * positions[2] + column) * filters * item
            strange += points_to_output(
                m + i * filters * item,
                m_plane,
                scratch,
                address_of(output) + at,
                positions[2] * filters * item,
                min(4, positions[1] - row),
                min(4, positions[2] - column),
                filters,
                bias,
                addend,
                low,
                high,
                dtype,
            )
    return strange == 0


@register_jitable
def place_of(tile, down, across):
    """Image, row and column of the first output of a tile."""
    return tile // (down * across), tile // across % down * 4, tile % across * 4


@register_jitable
def see_tile(table, x, zeros, pixel, geometry, tile, down, across):
    """The addresses of the 6x6 pixels that a tile sees."""
    sizes, before = geometry[0], geometry[5]
    image, row, column = place_of(tile, down, across)
    for i in range(6):
        at1 = row - before[1] + i
        line = x + (image * sizes[1] + at1) * sizes[2] * pixel
        for j in range(6):
            at2 = column - before[2] + j
            inside = 0 <= at1 < sizes[1] and 0 <= at2 < sizes[2]
            table[i * 6 + j] = line + at2 * pixel if inside else zeros
