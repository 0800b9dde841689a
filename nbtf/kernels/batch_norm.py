"""Batch normalization in training, channels last, in two steps that threads share: sums over the batch, then all elements.

Sums are taken of blocks of rows, block by block, whatever the number of threads. The work space has a line of two totals a
channel for each block, from which the last step makes those of the batch.
"""

import math

from numba.extending import register_jitable

from nbtf.kernels.dense import addend_offset, bias_address
from nbtf.kernels.jit import kernel
from nbtf.kernels.matvec import load_up_to, store_up_to
from nbtf.kernels.simd import (
    address_of,
    broadcast,
    fma,
    item_bytes,
    lanes,
    prefetch,
    smaller,
    where_equal,
    where_less,
    widened_lower,
    widened_upper,
)
from nbtf.kernels.team import portion

SUMS = {"contract", "reassoc"}
AHEAD = 4096  # bytes between what is read and what is asked for


def sums_work(x):
    return len(x) * 8  # as many multiply-adds as what takes from memory would be


def elements_work(x):
    return len(x) * 12


@register_jitable
def block_of(block, x, totals, channels):
    """First row and end of a block of rows, which has a line of `totals`."""
    return portion(len(x) // channels, 1, block, len(totals) // (2 * channels))


# ---- sums ------------------------------------------------------------------------------------------------------------


@register_jitable
def store_halves(address, left, lower, upper, dtype):
    """Two vectors of the wider type, in the place of `left` elements."""
    half = lanes(dtype)
    store_up_to(address, left, lower, dtype)
    if left > half:
        store_up_to(address + half * item_bytes(dtype), left - half, upper, dtype)


@register_jitable
def sum_columns(x, pixel, rows, left, sums, narrow, wide):
    """Totals of up to a vector of channels. Even and odd rows are added up apart: a chain of half the length."""
    lower = upper = lower2 = upper2 = broadcast(wide.type(0))
    for _ in range(rows // 2):
        prefetch(x + AHEAD)
        prefetch(x + AHEAD + pixel)
        a, b = load_up_to(x, left, narrow), load_up_to(x + pixel, left, narrow)
        lower, upper = lower + widened_lower(a), upper + widened_upper(a)
        lower2, upper2 = lower2 + widened_lower(b), upper2 + widened_upper(b)
        x += 2 * pixel
    if rows % 2 == 1:
        a = load_up_to(x, left, narrow)
        lower, upper = lower + widened_lower(a), upper + widened_upper(a)
    store_halves(sums, left, lower + lower2, upper + upper2, wide)


@register_jitable
def sum_squares(x, pixel, rows, left, sums, squares, narrow, wide):
    """Totals of squares of the distance from the mean, `sums` / rows."""
    half, item = lanes(wide), item_bytes(wide)
    count = broadcast(wide.type(rows))
    center = load_up_to(sums, left, wide) / count
    center2 = center
    if left > half:
        center2 = load_up_to(sums + half * item, left - half, wide) / count
    lower = upper = lower2 = upper2 = broadcast(wide.type(0))
    for _ in range(rows // 2):
        a, b = load_up_to(x, left, narrow), load_up_to(x + pixel, left, narrow)
        far, far2 = widened_lower(a) - center, widened_upper(a) - center2
        lower, upper = fma(far, far, lower), fma(far2, far2, upper)
        far, far2 = widened_lower(b) - center, widened_upper(b) - center2
        lower2, upper2 = fma(far, far, lower2), fma(far2, far2, upper2)
        x += 2 * pixel
    if rows % 2 == 1:
        a = load_up_to(x, left, narrow)
        far, far2 = widened_lower(a) - center, widened_upper(a) - center2
        lower, upper = fma(far, far, lower), fma(far2, far2, upper)
    store_halves(squares, left, lower + lower2, upper + upper2, wide)


def find_moments(
    x,
    scale,
    mean,
    variance,
    batch_mean,
    batch_variance,
    reserve_space_1,
    reserve_space_2,
    factor,
    totals,
    epsilon,
    exponential_avg_factor,
):
    """From the blocks' sums, and squares of distances from the block's own means."""
    channels = len(scale)
    count = len(x) // max(channels, 1)
    unbiased, fresh = count / max(count - 1, 1), exponential_avg_factor
    for c in range(channels):
        total, squares = 0.0, 0.0
        for at in range(c, len(totals), 2 * channels):
            total += totals[at]
        center = total / count
        for block in range(len(totals) // (2 * channels)):
            begin, end = block_of(block, x, totals, channels)
            if end > begin:
                at = block * 2 * channels + c
                far = totals[at] / (end - begin) - center
                squares += totals[at + channels] + far * far * (end - begin)
        spread = squares / count
        reserve_space_1[c] = center if count > 0 else 0  # a gradient of no elements is zero
        reserve_space_2[c] = spread if count > 0 else 0
        factor[c] = scale[c] / math.sqrt(spread + epsilon)
        if fresh == 1 or count == 0:
            batch_mean[c] = center
            batch_variance[c] = spread * unbiased
        else:
            batch_mean[c] = (1 - fresh) * mean[c] + fresh * center
            batch_variance[c] = (1 - fresh) * variance[c] + fresh * (spread * unbiased)


@kernel(fastmath=SUMS, work=sums_work, last=find_moments)
def batch_moments(x, scale, totals, part, parts):
    channels, narrow, wide = len(scale), x.dtype, totals.dtype
    if channels == 0:
        return
    item, pixel = item_bytes(narrow), channels * item_bytes(narrow)
    first, last = portion(len(totals) // (2 * channels), 1, part, parts)
    for block in range(first, last):
        begin, end = block_of(block, x, totals, channels)
        for c in range(0, channels, lanes(narrow)):
            place, left = address_of(x) + begin * pixel + c * item, channels - c
            sums = address_of(totals) + (block * 2 * channels + c) * item_bytes(wide)
            sum_columns(place, pixel, end - begin, left, sums, narrow, wide)
            squares = sums + channels * item_bytes(wide)
            sum_squares(place, pixel, end - begin, left, sums, squares, narrow, wide)


@register_jitable
def gate_addresses(gate):
    """Of the factor and the offset that lead from x to what a ReLU got; 0 where there was none."""
    return (address_of(gate[0]), address_of(gate[1])) if len(gate) == 2 else (0, 0)


@register_jitable
def gated(dy, far, factor, offset, dtype):
    """ReluGrad of dy: its product with 1 or 0; far: x - center."""
    zero, one = broadcast(dtype.type(0)), broadcast(dtype.type(1))
    return dy * where_less(zero, fma(far, factor, offset), one, zero)


@register_jitable
def sum_gradients(x, dy, pixel, rows, left, center, gates, sums, products, narrow, wide):
    """Totals of dy, and of (x - center) * dy, of up to a vector of channels."""
    lower = upper = lower2 = upper2 = broadcast(wide.type(0))
    middle = load_up_to(center, left, narrow)
    factor = offset = broadcast(narrow.type(0))
    if gates[0] != 0:
        factor, offset = load_up_to(gates[0], left, narrow), load_up_to(gates[1], left, narrow)
    for _ in range(rows):
        prefetch(x + AHEAD)
        prefetch(dy + AHEAD)
        b, far = load_up_to(dy, left, narrow), load_up_to(x, left, narrow) - middle
        if gates[0] != 0:
            b = gated(b, far, factor, offset, narrow)
        product = far * b
        lower, upper = lower + widened_lower(b), upper + widened_upper(b)
        lower2, upper2 = lower2 + widened_lower(product), upper2 + widened_upper(product)
        x, dy = x + pixel, dy + pixel
    store_halves(sums, left, lower, upper, wide)
    store_halves(products, left, lower2, upper2, wide)


def find_slopes(
    x,
    scale,
    reserve_space_2,
    scale_backprop,
    offset_backprop,
    factor,
    shift,
    slope,
    totals,
    epsilon,
):
    """x_backprop = factor * (y_backprop - shift - (x - mean) * slope)"""
    channels = len(scale)
    count = max(len(x) // max(channels, 1), 1)
    for c in range(channels):
        total, products = 0.0, 0.0
        for at in range(c, len(totals), 2 * channels):
            total += totals[at]
            products += totals[at + channels]
        root = math.sqrt(reserve_space_2[c] + epsilon)
        scale_backprop[c] = products / root
        offset_backprop[c] = total
        factor[c] = scale[c] / root
        shift[c] = total / count
        slope[c] = products / (count * root * root)


@kernel(fastmath=SUMS, work=sums_work, last=find_slopes)
def batch_norm_grad_sums(y_backprop, x, reserve_space_1, gate, totals, part, parts):
    channels, narrow, wide = len(reserve_space_1), x.dtype, totals.dtype
    if channels == 0:
        return
    item, pixel = item_bytes(narrow), channels * item_bytes(narrow)
    factors, offsets = gate_addresses(gate)
    first, last = portion(len(totals) // (2 * channels), 1, part, parts)
    for block in range(first, last):
        begin, end = block_of(block, x, totals, channels)
        for c in range(0, channels, lanes(narrow)):
            gates = (factors + c * item if factors != 0 else 0, offsets + c * item)
            offset, left = begin * pixel + c * item, channels - c
            sums = address_of(totals) + (block * 2 * channels + c) * item_bytes(wide)
            products = sums + channels * item_bytes(wide)
            center = address_of(reserve_space_1) + c * item
            place, gradient = address_of(x) + offset, address_of(y_backprop) + offset
            sum_gradients(place, gradient, pixel, end - begin, left, center, gates, sums, products, narrow, wide)


# ---- all elements ----------------------------------------------------------------------------------------------------


@kernel(fastmath=SUMS, work=elements_work)
def normalize_channels(x, center, factor, offset, extras, y, bias, low, high, part, parts):
    dtype, channels = x.dtype, len(center)
    item = item_bytes(dtype)
    least, most = broadcast(dtype.type(low)), broadcast(dtype.type(high))
    biases, addend = bias_address(extras, bias), addend_offset(extras, bias, y)
    begin, end = portion(len(x), max(channels, 1), part, parts)
    for row in range(begin, end, max(channels, 1)):
        for c in range(0, channels, lanes(dtype)):
            at, left = c * item, channels - c
            place, to = address_of(x) + row * item + at, address_of(y) + row * item + at
            prefetch(place + AHEAD)
            far = load_up_to(place, left, dtype) - load_up_to(address_of(center) + at, left, dtype)
            scale, shift = address_of(factor) + at, address_of(offset) + at
            v = fma(far, load_up_to(scale, left, dtype), load_up_to(shift, left, dtype))
            if biases != 0:
                v = v + load_up_to(biases + at, left, dtype)
            if addend != 0:
                v = v + load_up_to(to + addend, left, dtype)
            clamped = smaller(most, where_less(least, v, v, least))
            store_up_to(to, left, where_equal(v, v, clamped, v), dtype)  # a NaN stays


@kernel(fastmath=SUMS, work=elements_work)
def batch_norm_grad_input(y_backprop, x, center, factor, shift, slope, gate, x_backprop, part, parts):
    dtype, channels = x.dtype, len(center)
    factors, offsets = gate_addresses(gate)
    item, zero = item_bytes(dtype), broadcast(dtype.type(0))
    begin, end = portion(len(x), max(channels, 1), part, parts)
    for row in range(begin, end, max(channels, 1)):
        for c in range(0, channels, lanes(dtype)):
            at, left = c * item, channels - c
            offset = row * item + at
            prefetch(address_of(x) + offset + AHEAD)
            prefetch(address_of(y_backprop) + offset + AHEAD)
            far = load_up_to(address_of(x) + offset, left, dtype) - load_up_to(address_of(center) + at, left, dtype)
            moved = load_up_to(address_of(y_backprop) + offset, left, dtype)
            if factors != 0:
                opened, lifted = load_up_to(factors + at, left, dtype), load_up_to(offsets + at, left, dtype)
                moved = gated(moved, far, opened, lifted, dtype)
            moved = moved - load_up_to(address_of(shift) + at, left, dtype)
            moved = fma(far, zero - load_up_to(address_of(slope) + at, left, dtype), moved)
            scaled = load_up_to(address_of(factor) + at, left, dtype) * moved
            store_up_to(address_of(x_backprop) + offset, left, scaled, dtype)
