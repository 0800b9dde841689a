"""Depthwise convolutions of floats with one filter a channel, and their gradients: vectors run over the channels.

A line of the output is computed in tiles, see depthwise_tile.py. Of other windows than those have, it is computed in runs of
neighbouring positions that see the whole width of the window, and one by one at its ends. Where the last channels fill no
vector, they are computed together with some before them once more. All addresses and steps count bytes.
"""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.depthwise_tile import POSITIONS, run_depthwise_tile
from nbtf.kernels.matvec import load_up_to, store_up_to
from nbtf.kernels.simd import address_of, broadcast, fma, item_bytes, lanes, larger, load, smaller, store, type_of
from nbtf.kernels.team import portion
from nbtf.kernels.window import clear_elements, inside

RUN = 8  # positions at a time


@register_jitable
def finished(x, place, bias, at, left, addend, low, high, dtype):
    """x, with bias and addend, within the bounds."""
    if bias != 0:
        x = x + load_up_to(bias + at, left, dtype)
    if addend != 0:
        x = x + load_up_to(place + addend, left, dtype)
    return smaller(broadcast(high), larger(broadcast(low), x))


@register_jitable
def run_of_positions(x, x_line, x_step, x_tap, w, w_line, w_tap, taps, y, y_step, at, bias, addend, low, high):
    """RUN positions of one line, one vector of channels: `at` bytes from the start of each pixel.

    x: the first pixel that the first position sees; x_line, x_step and x_tap: from a line, a position and a tap to the
    next; taps: (lines, taps of a line).
    """
    dtype = type_of(low)
    width = lanes(dtype)
    zero = broadcast(dtype.type(0))
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = zero
    for i in range(taps[0]):
        for j in range(taps[1]):
            v = load(w + i * w_line + j * w_tap + at, dtype)
            p = x + i * x_line + j * x_tap + at
            s0 = fma(load(p, dtype), v, s0)
            s1 = fma(load(p + x_step, dtype), v, s1)
            s2 = fma(load(p + 2 * x_step, dtype), v, s2)
            s3 = fma(load(p + 3 * x_step, dtype), v, s3)
            p += 4 * x_step
            s4 = fma(load(p, dtype), v, s4)
            s5 = fma(load(p + x_step, dtype), v, s5)
            s6 = fma(load(p + 2 * x_step, dtype), v, s6)
            s7 = fma(load(p + 3 * x_step, dtype), v, s7)
    q = y + at
    for s in (s0, s1, s2, s3, s4, s5, s6, s7):
        store(q, finished(s, q, bias, at, width, addend, low, high, dtype))
        q += y_step


@register_jitable
def one_position(x, x_line, x_tap, w, w_line, w_tap, taps, y, at, left, bias, addend, low, high):
    """As run_of_positions, for one, and up to `left` channels."""
    dtype = type_of(low)
    even = odd = broadcast(dtype.type(0))
    for i in range(taps[0]):
        for j in range(taps[1]):
            p, v = x + i * x_line + j * x_tap + at, w + i * w_line + j * w_tap + at
            if (i + j) & 1:
                odd = fma(load_up_to(p, left, dtype), load_up_to(v, left, dtype), odd)
            else:
                even = fma(load_up_to(p, left, dtype), load_up_to(v, left, dtype), even)
    q = y + at
    store_up_to(q, left, finished(even + odd, q, bias, at, left, addend, low, high, dtype), dtype)


@register_jitable
def line_of_positions(x, x_line, lines, w, w_line, w_tap, y, y_step, axis, channels, bias, addend, low, high):
    """One line of the output. x: the line of the image that the first line of taps sees, from its first pixel.

    axis: (pixels of an image line, taps, positions, stride, dilation, where the first tap of the first position looks).
    """
    size, taps, positions, stride, dilation, start = axis
    dtype = type_of(low)
    pixel = channels * item_bytes(dtype)
    if dilation < 0:  # the same taps from the other end
        start += (taps - 1) * dilation
        w += (taps - 1) * w_tap
        dilation, w_tap = -dilation, -w_tap
    axis = size, taps, positions, stride, dilation, start
    tiled = dilation == 1 and (taps == 3 or taps == 5) and lines <= taps and stride <= 2
    if tiled and positions >= POSITIONS and channels >= lanes(dtype):
        line_of_tiles(x, x_line, lines, w, w_line, w_tap, y, y_step, axis, pixel, bias, addend, low, high)
    else:
        line_of_runs(x, x_line, lines, w, w_line, w_tap, y, y_step, axis, channels, bias, addend, low, high)


@register_jitable
def line_of_runs(x, x_line, lines, w, w_line, w_tap, y, y_step, axis, channels, bias, addend, low, high):
    """As line_of_positions, for any window of a positive dilation."""
    size, taps, positions, stride, dilation, start = axis
    dtype = type_of(low)
    item, width = item_bytes(dtype), lanes(dtype)
    pixel = channels * item
    first, end = inside(start, stride, size, 0, positions)
    other_first, other_end = inside(start + (taps - 1) * dilation, stride, size, 0, positions)
    first, end = max(first, other_first), min(end, other_end)  # of those that see the whole window
    step = stride * pixel
    position = 0
    while position < positions:
        place, target = x + (start + position * stride) * pixel, y + position * y_step
        together = RUN if first <= position and position + RUN <= end and channels >= width else 1
        low_tap, high_tap = 0, taps
        if together == 1:
            low_tap, high_tap = inside(start + position * stride, dilation, size, 0, taps)
            place += low_tap * dilation * pixel
        for c in range(0, channels, width):
            at = (min(c, channels - width) if channels >= width else c) * item
            if together == RUN:
                run_of_positions(
                    place,
                    x_line,
                    step,
                    dilation * pixel,
                    w,
                    w_line,
                    w_tap,
                    (lines, taps),
                    target,
                    y_step,
                    at,
                    bias,
                    addend,
                    low,
                    high,
                )
            else:
                one_position(
                    place,
                    x_line,
                    dilation * pixel,
                    w + low_tap * w_tap,
                    w_line,
                    w_tap,
                    (lines, high_tap - low_tap),
                    target,
                    at,
                    min(channels, width),
                    bias,
                    addend,
                    low,
                    high,
                )
        position += together


@register_jitable
def line_of_tiles(x, x_line, lines, w, w_line, w_tap, y, y_step, axis, pixel, bias, addend, low, high):
    """As line_of_positions, for the windows of tiles. The last tile may begin within the one before."""
    size, taps, positions, stride, _, start = axis
    columns = (POSITIONS - 1) * stride + taps
    for walked in range(0, positions, POSITIONS):
        position = min(walked, positions - POSITIONS)
        look = start + position * stride
        run_depthwise_tile(
            taps,
            stride,
            look < 0 or look + columns > size,
            x + look * pixel,
            x_line,
            pixel,
            w,
            w_line,
            w_tap,
            lines,
            -look,
            size - look,
            y + position * y_step,
            y_step,
            pixel,
            bias,
            addend,
            low,
            high,
        )


@register_jitable
def axis_of(geometry, axis):
    sizes, window, positions, strides, dilations, before = geometry
    return sizes[axis], window[axis], positions[axis], strides[axis], dilations[axis], -before[axis]


@register_jitable
def depthwise_range(input, filter, output, geometry, channels, bias, addend, low, high, begin, end):
    """Lines [begin, end) of the output, counted through the batch; addresses."""
    rows, columns = axis_of(geometry, 1), axis_of(geometry, 2)
    size, taps, positions, stride, dilation, start = rows
    item = item_bytes(type_of(low))
    pixel = channels * item
    line = columns[0] * pixel
    for number in range(begin, end):
        at = start + number % positions * stride
        first, behind = inside(at, dilation, size, 0, taps)
        x = input + (number // positions * size + at + first * dilation) * line
        w = filter + first * columns[1] * pixel
        y = output + number * columns[2] * pixel
        line_of_positions(
            x,
            dilation * line,
            behind - first,
            w,
            columns[1] * pixel,
            pixel,
            y,
            pixel,
            columns,
            channels,
            bias,
            addend,
            low,
            high,
        )


@register_jitable
def depthwise_work(output, taps):
    """As long as so many multiply-adds of a product take."""
    return len(output) * taps * 6


@register_jitable
def depthwise_floats(input, filter, output, batch, geometry, channels, bias, addend, low, high, part, parts):
    """A part of output = clamp(input * filter + bias + addend) with one filter a channel; bias: address or 0."""
    x, w, y = address_of(input), address_of(filter), address_of(output)
    begin, end = portion(batch * geometry[2][1], 1, part, parts)
    if len(output) > 0:
        depthwise_range(x, w, y, geometry, channels, bias, addend, low, high, begin, end)


# ---- gradients -------------------------------------------------------------------------------------------------------


@register_jitable
def phase(remainder, before, stride, size, window):
    """Of one axis: first position with this remainder, how many, where its first tap looks, how many taps."""
    first = (remainder - before) % stride
    count = max((size - first + stride - 1) // stride, 0)
    return first, count, (first + before - remainder) // stride, max((window - remainder + stride - 1) // stride, 0)


@register_jitable
def depthwise_input_gradient(gradient, filter, backprop, batch, geometry, channels):
    """Positions with one remainder see every stride-th tap, in reverse: a convolution of stride 1 for each remainder."""
    sizes, window, positions, strides, _, before = geometry
    dtype = gradient.dtype
    if len(gradient) == 0:
        return
    pixel = channels * item_bytes(dtype)
    low, high = dtype.type(-np.inf), dtype.type(np.inf)
    for image in range(batch):
        x = address_of(backprop) + image * positions[1] * positions[2] * pixel
        y = address_of(gradient) + image * sizes[1] * sizes[2] * pixel
        for i in range(strides[1]):
            first1, count1, look1, taps1 = phase(i, before[1], strides[1], sizes[1], window[1])
            for row in range(count1):
                # taps 0.. look at rows look1 + row, look1 + row - 1, ..
                top = look1 + row
                begin, end = max(top - positions[1] + 1, 0), min(top + 1, taps1)
                for j in range(strides[2]):
                    first2, count2, look2, taps2 = phase(j, before[2], strides[2], sizes[2], window[2])
                    tap = (i + begin * strides[1]) * window[2] + j
                    line_of_positions(
                        x + (top - begin) * positions[2] * pixel,
                        -positions[2] * pixel,
                        max(end - begin, 0),
                        address_of(filter) + tap * pixel,
                        strides[1] * window[2] * pixel,
                        strides[2] * pixel,
                        y + ((first1 + row * strides[1]) * sizes[2] + first2) * pixel,
                        strides[2] * pixel,
                        (positions[2], taps2, count2, 1, -1, look2),
                        channels,
                        0,
                        0,
                        low,
                        high,
                    )


@register_jitable
def depthwise_filter_gradient(input, gradient, backprop, batch, geometry, channels):
    """For each tap, the sum over all positions of input times gradient of the output."""
    sizes, window, positions, strides, dilations, before = geometry
    dtype = gradient.dtype
    item = item_bytes(dtype)
    pixel, step = channels * item, strides[2] * channels * item
    clear_elements(address_of(gradient), len(gradient), dtype)
    for line in range(batch * positions[1]):
        image, row = line // positions[1], line % positions[1]
        dy = address_of(backprop) + line * positions[2] * pixel
        for i in range(window[1]):
            at = row * strides[1] - before[1] + i * dilations[1]
            if not 0 <= at < sizes[1]:
                continue
            x = address_of(input) + (image * sizes[1] + at) * sizes[2] * pixel
            for j in range(window[2]):
                start = j * dilations[2] - before[2]
                first, end = inside(start, strides[2], sizes[2], 0, positions[2])
                add_line(
                    x + (start + first * strides[2]) * pixel,
                    step,
                    dy + first * pixel,
                    pixel,
                    end - first,
                    address_of(gradient) + (i * window[2] + j) * pixel,
                    channels,
                    dtype,
                )


@register_jitable
def add_line(x, x_step, y, y_step, count, sums, channels, dtype):
    """sums[c] += x[p, c] * y[p, c], over `count` positions."""
    item, width = item_bytes(dtype), lanes(dtype)
    c = 0
    while c < channels:
        at, left = c * item, channels - c
        if left >= 4 * width:
            size = width * item
            s0, s1 = load(sums + at, dtype), load(sums + at + size, dtype)
            s2, s3 = load(sums + at + 2 * size, dtype), load(sums + at + 3 * size, dtype)
            for p in range(count):
                a, b = x + p * x_step + at, y + p * y_step + at
                s0 = fma(load(a, dtype), load(b, dtype), s0)
                s1 = fma(load(a + size, dtype), load(b + size, dtype), s1)
                s2 = fma(load(a + 2 * size, dtype), load(b + 2 * size, dtype), s2)
                s3 = fma(load(a + 3 * size, dtype), load(b + 3 * size, dtype), s3)
            store(sums + at, s0)
            store(sums + at + size, s1)
            store(sums + at + 2 * size, s2)
            store(sums + at + 3 * size, s3)
            c += 4 * width
        else:
            s0 = load_up_to(sums + at, left, dtype)
            for p in range(count):
                a, b = x + p * x_step + at, y + p * y_step + at
                s0 = fma(load_up_to(a, left, dtype), load_up_to(b, left, dtype), s0)
            store_up_to(sums + at, left, s0, dtype)
            c += width
