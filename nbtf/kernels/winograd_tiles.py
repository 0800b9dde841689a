"""Winograd's F(4x4, 3x3): a 3x3 convolution of stride 1 with 36 products a tile of 4x4 outputs instead of 144.

A tile of 6x6 inputs and the filter are transformed, multiplied point by point (36 products of matrices, tiles by channels
by filters), and transformed back: y = A^T [(G w G^T) (B^T d B)] A. The gradient for the input is such a convolution by the
filter turned round; that for the filter is the same sum read the other way, G^T [(A y A^T) (B^T d B)] G, with the tiles
summed over before the last step.

The results differ from those of a plain convolution by rounding: by no more than about 2e-5 of the largest. An Inf or a NaN
would spread over its whole tile, so these functions say whether all came out finite; if not, it is to be done again without.
"""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.gemm import (
    column_unit,
    line_of,
    multiply_rows,
    pack_matrix,
    pack_transposed,
    padded,
)
from nbtf.kernels.simd import (
    address_of,
    broadcast,
    fma,
    is_zero,
    item_bytes,
    lanes,
    larger,
    load,
    smaller,
    store,
    total,
    where_equal,
)
from nbtf.kernels.team import PARTS_A_THREAD, portion
from nbtf.kernels.tile import LINE
from nbtf.kernels.window import clear_elements, fill_progression
from nbtf.layout import WORD

SIDE = 4  # of a tile's outputs
POINTS = 36
SKEW = 16  # elements between the planes of two points: equal places of all planes must not share a cache line's set
BLOCK = 16  # rows of a filter transformed together
FULL_TILES = 24  # that make up for reading the points of the filters
FULL_FILTERS = 128  # that make up for transforming the tiles

# ---- one axis --------------------------------------------------------------------------------------------------------


@register_jitable
def taps_to_points(w0, w1, w2, dtype):
    """G w."""
    sixth, twelfth = broadcast(dtype.type(1 / 6)), broadcast(dtype.type(1 / 12))
    outer, inner = broadcast(dtype.type(-1 / 6)) * (w0 + w2), sixth * w1
    far, middle = fma(broadcast(dtype.type(1 / 24)), w0, sixth * w2), twelfth * w1
    return broadcast(dtype.type(0.25)) * w0, outer - inner, outer + inner, far + middle, far - middle, w2


@register_jitable
def points_to_filter(p0, p1, p2, p5, dtype):
    """w of G w."""
    return broadcast(dtype.type(4)) * p0, broadcast(dtype.type(3)) * (p2 - p1), p5


@register_jitable
def points_to_taps(s0, s1, s2, s3, s4, s5, dtype):
    """G^T s."""
    sixth, minus_sixth = broadcast(dtype.type(1 / 6)), broadcast(dtype.type(-1 / 6))
    sum1, difference1, sum2, difference2 = s1 + s2, s1 - s2, s3 + s4, s3 - s4
    return (
        fma(broadcast(dtype.type(0.25)), s0, fma(minus_sixth, sum1, broadcast(dtype.type(1 / 24)) * sum2)),
        fma(minus_sixth, difference1, broadcast(dtype.type(1 / 12)) * difference2),
        fma(sixth, sum2 - sum1, s5),
    )


@register_jitable
def outputs_to_points(y0, y1, y2, y3, dtype):
    """A y."""
    four = broadcast(dtype.type(4))
    even, odd = y0 + y2, y1 + y3
    even4, odd4 = fma(four, y2, y0), broadcast(dtype.type(2)) * fma(four, y3, y1)
    return y0, even + odd, even - odd, even4 + odd4, even4 - odd4, y3


@register_jitable
def inputs_to_points(d0, d1, d2, d3, d4, d5, dtype):
    """B^T d."""
    two, four = broadcast(dtype.type(2)), broadcast(dtype.type(4))
    minus_four, minus_five = broadcast(dtype.type(-4)), broadcast(dtype.type(-5))
    even, odd = fma(minus_four, d2, d4), fma(minus_four, d1, d3)
    near, far = d4 - d2, two * (d3 - d1)
    first = fma(four, d0, fma(minus_five, d2, d4))
    last = fma(four, d1, fma(minus_five, d3, d5))
    return first, even + odd, even - odd, near + far, near - far, last


@register_jitable
def points_to_outputs(m0, m1, m2, m3, m4, m5, dtype):
    """A^T m."""
    two, four, eight = broadcast(dtype.type(2)), broadcast(dtype.type(4)), broadcast(dtype.type(8))
    sum1, difference1, sum2, difference2 = m1 + m2, m1 - m2, m3 + m4, m3 - m4
    return (
        m0 + sum1 + sum2,
        fma(two, difference2, difference1),
        fma(four, sum2, sum1),
        fma(eight, difference2, difference1) + m5,
    )


# ---- the filter ------------------------------------------------------------------------------------------------------


@register_jitable
def transform_filter(filter, points, channels, filters, turned, to_points, space, part, parts):
    """A part of points [point, panel, depth, line] of filter [3, 3, channels, filters]: G w G^T; zeros behind.

    to_points: rows_to_points, or what does so for another tile. turned: with the taps in reverse, from filters to channels,
    as the gradient for the input takes it. space: 9 BLOCK lines.
    """
    dtype = filter.dtype
    item, wide, taps = item_bytes(dtype), line_of(dtype), address_of(space)
    depth, columns = (filters, channels) if turned else (channels, filters)
    panels = padded(columns, dtype) // wide
    first, end = portion(panels, 1, part, parts)
    for panel in range(first, end):
        left = min(columns - panel * wide, wide)
        for top in range(0, depth, BLOCK):
            count = min(BLOCK, depth - top)
            for tap in range(9):
                place = taps + tap * BLOCK * LINE
                if turned:
                    at = ((8 - tap) * channels + panel * wide) * filters + top
                    pack_transposed(address_of(filter) + at * item, filters * item, count, left, place, LINE, dtype)
                else:
                    at = (tap * channels + top) * filters + panel * wide
                    pack_matrix(address_of(filter) + at * item, filters * item, count, left, place, dtype)
            place = address_of(points) + (panel * depth + top) * LINE
            to_points(taps, count, place, panels * depth * LINE, dtype)


@register_jitable
def rows_to_points(taps, count, target, plane, dtype):
    """Points of `count` lines of each tap, BLOCK lines from one tap to the next; `plane` bytes between points."""
    size, step = lanes(dtype) * item_bytes(dtype), BLOCK * LINE
    for k in range(count):
        for lane in range(0, LINE, size):
            at = taps + k * LINE + lane
            left = taps_to_points(load(at, dtype), load(at + 3 * step, dtype), load(at + 6 * step, dtype), dtype)
            at += step
            middle = taps_to_points(load(at, dtype), load(at + 3 * step, dtype), load(at + 6 * step, dtype), dtype)
            at += step
            right = taps_to_points(load(at, dtype), load(at + 3 * step, dtype), load(at + 6 * step, dtype), dtype)
            place = target + k * LINE + lane
            strange = broadcast(dtype.type(0))
            for i in range(6):
                for point in taps_to_points(left[i], middle[i], right[i], dtype):
                    strange = strange + (point - point)
                    store(place, point)
                    place += plane
            if total(strange) != 0:
                keep_taps(taps + k * LINE + lane, step, target + k * LINE + lane, plane, POINTS, strange, dtype)


@register_jitable
def keep_taps(taps, step, place, plane, points, strange, dtype):
    """Where points are not finite, which `strange` says by NaN, no filter can be told from them: its taps take the place of
    the first nine, NaN that of the others, so that nothing finite comes out."""
    for point in range(points):
        instead = load(taps + point * step, dtype) if point < 9 else broadcast(dtype.type(np.nan))
        store(place, where_equal(strange, strange, load(place, dtype), instead))
        place += plane


@register_jitable
def restore_panel(points, panel, channels, filters, target):
    """[tap, depth, line] of one panel of the filter from its points, but for rounding."""
    dtype = points.dtype
    size, step = lanes(dtype) * item_bytes(dtype), channels * LINE
    plane = padded(filters, dtype) // line_of(dtype) * step
    for at in range(0, step, size):
        source = address_of(points) + panel * step + at
        top = restored_row(source, plane, dtype)
        above = restored_row(source + 6 * plane, plane, dtype)
        below = restored_row(source + 12 * plane, plane, dtype)
        bottom = restored_row(source + 30 * plane, plane, dtype)
        last = load(source + 35 * plane, dtype)  # NaN where the taps were kept
        for j in range(3):
            for i, tap in enumerate(points_to_filter(top[j], above[j], below[j], bottom[j], dtype)):
                number = 3 * i + j
                kept = load(source + number * plane, dtype)
                store(target + number * step + at, where_equal(last, last, tap, kept))


@register_jitable
def restored_row(place, plane, dtype):
    """Three taps of the row of points that begins here, `plane` bytes from one to the next."""
    return points_to_filter(
        load(place, dtype),
        load(place + plane, dtype),
        load(place + 2 * plane, dtype),
        load(place + 5 * plane, dtype),
        dtype,
    )


# ---- tiles -----------------------------------------------------------------------------------------------------------


@register_jitable
def input_to_points(table, target, plane, scratch, channels, dtype):
    """One tile: 36 addresses of pixels in `table`, row by row; `plane` bytes between points of the target."""
    item, size = item_bytes(dtype), lanes(dtype) * item_bytes(dtype)
    for c in range(0, channels, lanes(dtype)):
        at = min(c, channels - lanes(dtype)) * item
        for column in range(6):
            row = table[column::6]
            points = inputs_to_points(
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
            points = inputs_to_points(
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
def blank_outputs(table, side, size, channels, dtype):
    """Of the outputs of a tile, of `side` by `side` but for the last ones in an image, bit 8 i + j for each that sees
    nothing but zero: in the nine of the pixels in `table`, all channels."""
    # one of these pixels, at most two by two, is in the window of each output
    top, left = min(size[0], 2), min(size[1], 2)
    bottom, right = max(size[0] - 1, top), max(size[1] - 1, left)
    across, seen = side + 2, False
    for i in range(top, bottom + 1):
        for j in range(left, right + 1):
            seen = seen or is_blank(table[across * i + j], channels, dtype)
    if not seen:
        return 0
    pixels = 0
    for i in range(across):
        for j in range(across):
            if is_blank(table[across * i + j], channels, dtype):
                pixels |= 1 << 8 * i + j
    lines = pixels & pixels >> 1 & pixels >> 2
    return lines & lines >> 8 & lines >> 16


@register_jitable
def is_blank(pixel, channels, dtype):
    """Whether the pixel at this address is zero in all of its channels; most are told by the first ones not to be."""
    for c in range(0, channels, lanes(dtype)):
        if not is_zero(load(pixel + min(c, channels - lanes(dtype)) * item_bytes(dtype), dtype)):
            return False
    return True


@register_jitable
def cleared(y, dtype):
    """Zero, but what is not finite stays."""
    zero = broadcast(dtype.type(0))
    return where_equal(y - y, zero, zero, y)


@register_jitable
def blanked(outputs, marks, dtype):
    """Four outputs, those cleared that the lowest bits of `marks` name."""
    y0, y1, y2, y3 = outputs
    return (
        cleared(y0, dtype) if marks & 1 else y0,
        cleared(y1, dtype) if marks & 2 else y1,
        cleared(y2, dtype) if marks & 4 else y2,
        cleared(y3, dtype) if marks & 8 else y3,
    )


@register_jitable
def store_outputs(outputs, y, pixel, columns, bias, addend, least, most, strange, dtype):
    """The first `columns` of some outputs, `pixel` bytes apart; `strange`, NaN where one was not finite."""
    for output in outputs:
        if columns > 0:
            strange = strange + (output - output)
            if bias != 0:
                output = output + load(bias, dtype)
            if addend != 0:
                output = output + load(y + addend, dtype)
            store(y, smaller(most, larger(least, output)))
        y += pixel
        columns -= 1
    return strange


@register_jitable
def points_to_output(source, plane, scratch, y, steps, size, blank, own, bias, addend, low, high, dtype):
    """One tile of up to 4x4 outputs at y, `size` as it is; 0 or, where one is not finite, NaN.

    steps: bytes from a row and from a pixel to the next. blank: as of blank_outputs. own: first filter and end, of those at
    `source` and in a pixel.
    """
    item, vector = item_bytes(dtype), lanes(dtype) * item_bytes(dtype)
    line, pixel = steps
    rows, columns = size
    least, most = broadcast(low), broadcast(high)
    strange = broadcast(dtype.type(0))
    for c in range(own[0], own[1], lanes(dtype)):
        at = min(c, own[1] - lanes(dtype)) * item
        for column in range(6):
            place = source + column * plane + at
            outputs = points_to_outputs(
                load(place, dtype),
                load(place + 6 * plane, dtype),
                load(place + 12 * plane, dtype),
                load(place + 18 * plane, dtype),
                load(place + 24 * plane, dtype),
                load(place + 30 * plane, dtype),
                dtype,
            )
            place = scratch + column * vector
            for output in outputs:
                store(place, output)
                place += 6 * vector
        biases = bias + at if bias != 0 else 0
        for i in range(rows):
            place = scratch + 6 * i * vector
            outputs = points_to_outputs(
                load(place, dtype),
                load(place + vector, dtype),
                load(place + 2 * vector, dtype),
                load(place + 3 * vector, dtype),
                load(place + 4 * vector, dtype),
                load(place + 5 * vector, dtype),
                dtype,
            )
            if blank >> 8 * i & 15:
                outputs = blanked(outputs, blank >> 8 * i, dtype)
            place = y + i * line + at
            strange = store_outputs(outputs, place, pixel, columns, biases, addend, least, most, strange, dtype)
    return total(strange)


# ---- convolutions ----------------------------------------------------------------------------------------------------


@register_jitable
def winograd_floats(
    input, panels, output, batch, geometry, widths, bias, addend, low, high, form, space, margin, table, part, parts
):
    """Whether a part of the output is finite; if not, all has to be computed anew. Arrays flat; at least a vector of
    each channel. An output that sees nothing but zero is the bias and the addend to the bit, as that of a plain one.

    form: side of a tile, input_to_points and points_to_output, or what does so for another tile. space: room for the points
    of some tiles, before and after the products; margin: a pixel of zeros; table: words.
    """
    dtype = output.dtype
    item = item_bytes(dtype)
    positions = geometry[2]
    channels, _, filters = widths
    side, to_points, to_output = form
    points = (side + 2) * (side + 2)
    clear_elements(address_of(margin), channels, dtype)
    down, across = (positions[1] + side - 1) // side, (positions[2] + side - 1) // side
    scratch = address_of(space)
    first = points * lanes(dtype)
    together = (len(space) - first - 2 * points * SKEW) // (points * (channels + filters))
    together = min(together, (len(table) - points) // 3)
    v_plane, m_plane = (together * channels + SKEW) * item, (together * filters + SKEW) * item
    v = scratch + first * item
    m = v + points * v_plane
    rows = address_of(table) + points * WORD
    fill_progression(rows, together, v, channels * item)
    fill_progression(rows + together * WORD, together, m, filters * item)
    blank = table[points + 2 * together :]
    infinity, strange = dtype.type(np.inf), dtype.type(0)
    (first_tile, end_tile), own = winograd_share(batch * down * across, filters, dtype, part, parts)
    place = written = place_of(first_tile, side, down, across)
    for begin in range(first_tile, end_tile, together):
        tiles = min(together, end_tile - begin)
        for i in range(tiles):
            see_tile(table, address_of(input), address_of(margin), channels * item, geometry, place, side)
            blank[i] = blank_outputs(table, side, size_of(place, positions, side), channels, dtype)
            to_points(table, v + i * channels * item, v_plane, scratch, channels, dtype)
            place = place_behind(place, side, positions)
        for point in range(points):
            multiply_rows(
                rows,
                0,
                tiles,
                1,
                point * v_plane,
                channels,
                item,
                address_of(panels) + (point * padded(filters, dtype) + own[0]) * channels * item,
                LINE,
                channels * LINE,
                rows + together * WORD,
                point * m_plane + own[0] * item,
                own[1] - own[0],
                0,
                0,
                -infinity,
                infinity,
                dtype,
            )
        for i in range(tiles):
            at = ((written[0] * positions[1] + written[1]) * positions[2] + written[2]) * filters * item
            strange += to_output(
                m + i * filters * item,
                m_plane,
                scratch,
                address_of(output) + at,
                (positions[2] * filters * item, filters * item),
                size_of(written, positions, side),
                blank[i],
                own,
                bias,
                addend,
                low,
                high,
                dtype,
            )
            written = place_behind(written, side, positions)
    return strange == 0


@register_jitable
def winograd_share(tiles, filters, dtype, part, parts):
    """(first tile, end), (first filter, end) of a part; nothing for some where there are many.

    Each part reads the points of all of its filters, and transforms all of its tiles: not many parts for few tiles.
    """
    wanted = min(parts, max(2, (parts + PARTS_A_THREAD - 1) // PARTS_A_THREAD))  # for all threads to have one, or some
    down = max(min(parts, tiles // FULL_TILES), 1)
    across = max(min(parts // down, filters // FULL_FILTERS), 1)
    if down * across < wanted:
        across = max(min((wanted + down - 1) // down, filters // column_unit(dtype)), 1)
        down = max(min(wanted // across, tiles), 1)
    first, end = portion(down * across, 1, part, parts)
    if first == end:
        return (0, 0), (0, filters)
    return portion(tiles, 1, first // across, down), portion(filters, column_unit(dtype), first % across, across)


@register_jitable
def place_of(tile, side, down, across):
    """Image, row and column of the first output of a tile."""
    return tile // (down * across), tile // across % down * side, tile % across * side


@register_jitable
def place_behind(place, side, positions):
    """That of the next tile."""
    image, row, column = place
    if column + side < positions[2]:
        return image, row, column + side
    if row + side < positions[1]:
        return image, row + side, 0
    return image + 1, 0, 0


@register_jitable
def size_of(place, positions, side):
    """Rows and columns of the outputs that a tile has."""
    return min(side, positions[1] - place[1]), min(side, positions[2] - place[2])


@register_jitable
def see_tile(table, x, zeros, pixel, geometry, place, side):
    """The addresses of the pixels that a tile sees, 6x6 or 4x4."""
    sizes, before = geometry[0], geometry[5]
    top, left, across = place[1] - before[1], place[2] - before[2], side + 2
    line = sizes[2] * pixel
    first = x + (place[0] * sizes[1] + top) * line + left * pixel
    whole = 0 <= left and left + across <= sizes[2]
    for i in range(across):
        if not 0 <= top + i < sizes[1]:
            for j in range(across):
                table[i * across + j] = zeros
        elif whole:
            for j in range(across):
                table[i * across + j] = first + i * line + j * pixel
        else:
            for j in range(across):
                table[i * across + j] = first + i * line + j * pixel if 0 <= left + j < sizes[2] else zeros
