"""Winograd's F(2x2, 3x3), with 16 products a tile of 2x2 outputs instead of 36: winograd_tiles.py has the larger one.

Its matrices hold nothing but 1 and 1/2, so its results are as near the true ones as those of a plain convolution.
"""

from numba.extending import register_jitable

from nbtf.kernels.gemm import line_of, padded
from nbtf.kernels.simd import address_of, broadcast, item_bytes, lanes, load, store, total, where_equal
from nbtf.kernels.tile import LINE
from nbtf.kernels.winograd_tiles import BLOCK, cleared, keep_taps, store_outputs

POINTS = 16


@register_jitable
def taps_to_four(w0, w1, w2, dtype):
    """G w."""
    half = broadcast(dtype.type(0.5))
    outer, inner = half * (w0 + w2), half * w1
    return w0, outer + inner, outer - inner, w2


@register_jitable
def inputs_to_four(d0, d1, d2, d3):
    """B^T d."""
    return d0 - d2, d1 + d2, d2 - d1, d1 - d3


@register_jitable
def four_to_outputs(m0, m1, m2, m3):
    """A^T m."""
    return m0 + m1 + m2, m1 - m2 - m3


@register_jitable
def small_rows_to_points(taps, count, target, plane, dtype):
    """As rows_to_points."""
    size, step = lanes(dtype) * item_bytes(dtype), BLOCK * LINE
    for at in range(taps, taps + count * LINE, size):
        left = small_column(at, step, dtype)
        middle = small_column(at + step, step, dtype)
        right = small_column(at + 2 * step, step, dtype)
        place = target + at - taps
        strange = broadcast(dtype.type(0))
        for i in range(4):
            for point in taps_to_four(left[i], middle[i], right[i], dtype):
                strange = strange + (point - point)
                store(place, point)
                place += plane
        if total(strange) != 0:
            keep_taps(at, step, target + at - taps, plane, POINTS, strange, dtype)


@register_jitable
def small_column(at, step, dtype):
    return taps_to_four(load(at, dtype), load(at + 3 * step, dtype), load(at + 6 * step, dtype), dtype)


@register_jitable
def restore_small_panel(points, panel, channels, filters, target):
    """As restore_panel."""
    dtype = points.dtype
    size, step = lanes(dtype) * item_bytes(dtype), channels * LINE
    plane = padded(filters, dtype) // line_of(dtype) * step
    for at in range(0, step, size):
        source = address_of(points) + panel * step + at
        last = load(source + (POINTS - 1) * plane, dtype)  # NaN where the taps were kept
        top, bottom = restored_four(source, plane, dtype), restored_four(source + 12 * plane, plane, dtype)
        above, below = restored_four(source + 4 * plane, plane, dtype), restored_four(source + 8 * plane, plane, dtype)
        for j in range(3):
            for i, tap in enumerate((top[j], above[j] - below[j], bottom[j])):
                number = 3 * i + j
                kept = load(source + number * plane, dtype)
                store(target + number * step + at, where_equal(last, last, tap, kept))


@register_jitable
def restored_four(place, plane, dtype):
    """Three taps of the row of points that begins here, `plane` bytes from one to the next."""
    return (
        load(place, dtype),
        load(place + plane, dtype) - load(place + 2 * plane, dtype),
        load(place + 3 * plane, dtype),
    )


@register_jitable
def small_input_to_points(table, target, plane, scratch, channels, dtype):
    """As input_to_points, of 16 addresses."""
    item = item_bytes(dtype)
    for c in range(0, channels, lanes(dtype)):
        at = min(c, channels - lanes(dtype)) * item
        columns = (
            small_input_column(table, 0, at, dtype),
            small_input_column(table, 1, at, dtype),
            small_input_column(table, 2, at, dtype),
            small_input_column(table, 3, at, dtype),
        )
        place = target + at
        for i in range(4):
            for point in inputs_to_four(columns[0][i], columns[1][i], columns[2][i], columns[3][i]):
                store(place, point)
                place += plane


@register_jitable
def small_input_column(table, column, at, dtype):
    return inputs_to_four(
        load(table[column] + at, dtype),
        load(table[4 + column] + at, dtype),
        load(table[8 + column] + at, dtype),
        load(table[12 + column] + at, dtype),
    )


@register_jitable
def small_points_to_output(source, plane, scratch, y, steps, size, blank, own, bias, addend, low, high, dtype):
    """As points_to_output, of up to 2x2 outputs."""
    item = item_bytes(dtype)
    line, pixel = steps
    rows, columns = size
    least, most = broadcast(low), broadcast(high)
    strange = broadcast(dtype.type(0))
    for c in range(own[0], own[1], lanes(dtype)):
        at = min(c, own[1] - lanes(dtype)) * item
        place = source + at
        first = small_output_column(place, plane, dtype)
        second = small_output_column(place + plane, plane, dtype)
        third = small_output_column(place + 2 * plane, plane, dtype)
        last = small_output_column(place + 3 * plane, plane, dtype)
        place = y + at
        biases = bias + at if bias != 0 else 0
        for i in range(2):
            if i < rows:
                outputs = four_to_outputs(first[i], second[i], third[i], last[i])
                marks = blank >> 8 * i
                if marks & 3:
                    left, right = outputs
                    outputs = (
                        cleared(left, dtype) if marks & 1 else left,
                        cleared(right, dtype) if marks & 2 else right,
                    )
                strange = store_outputs(
                    outputs, place + i * line, pixel, columns, biases, addend, least, most, strange, dtype
                )
    return total(strange)


@register_jitable
def small_output_column(place, plane, dtype):
    return four_to_outputs(
        load(place, dtype),
        load(place + 4 * plane, dtype),
        load(place + 8 * plane, dtype),
        load(place + 12 * plane, dtype),
    )
