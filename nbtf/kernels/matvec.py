"""A vector times a matrix: the matrix passes through once, at the speed of memory. All addresses count bytes."""

from numba.extending import register_jitable

from nbtf.kernels.simd import (
    broadcast,
    broadcast_load,
    fma,
    item_bytes,
    lanes,
    larger,
    load,
    load_first,
    smaller,
    store,
    store_first,
    store_scalar,
    total,
    type_of,
)

STRIP = 2048  # elements of the result at a time: they stay in the first-level cache
TOGETHER = 8  # rows of the matrix that are read side by side


@register_jitable
def load_up_to(address, count, dtype):
    """A vector, or its first `count` elements and zeros where fewer are left."""
    return load(address, dtype) if count >= lanes(dtype) else load_first(address, count, dtype)


@register_jitable
def store_up_to(address, count, vector, dtype):
    if count >= lanes(dtype):
        store(address, vector)
    else:
        store_first(address, count, vector)


@register_jitable
def stream_rows(x, x_step, b, b_row, c, depth, columns, dtype):
    """c = x b for b [depth, columns]; the elements of x are x_step apart, the rows of b b_row."""
    item = item_bytes(dtype)
    zero = broadcast(dtype.type(0))
    for first in range(0, columns, STRIP):
        width = min(STRIP, columns - first)
        y = c + first * item
        for j in range(0, width, lanes(dtype)):
            store_up_to(y + j * item, width - j, zero, dtype)
        k = 0
        while k < depth:
            rows = b + k * b_row + first * item
            if k + TOGETHER <= depth:
                add_rows(x + k * x_step, x_step, rows, b_row, y, width, dtype)
                k += TOGETHER
            else:
                factor = broadcast_load(x + k * x_step, dtype)
                for j in range(0, width, lanes(dtype)):
                    left = width - j
                    product = fma(
                        factor, load_up_to(rows + j * item, left, dtype), load_up_to(y + j * item, left, dtype)
                    )
                    store_up_to(y + j * item, left, product, dtype)
                k += 1


@register_jitable
def add_rows(x, x_step, b, b_row, c, columns, dtype):
    """c += TOGETHER rows of b, each times its element of x."""
    item = item_bytes(dtype)
    x0, x1 = broadcast_load(x, dtype), broadcast_load(x + x_step, dtype)
    x2, x3 = broadcast_load(x + 2 * x_step, dtype), broadcast_load(x + 3 * x_step, dtype)
    x4, x5 = broadcast_load(x + 4 * x_step, dtype), broadcast_load(x + 5 * x_step, dtype)
    x6, x7 = broadcast_load(x + 6 * x_step, dtype), broadcast_load(x + 7 * x_step, dtype)
    for j in range(0, columns, lanes(dtype)):
        left, at = columns - j, b + j * item
        even = fma(x0, load_up_to(at, left, dtype), load_up_to(c + j * item, left, dtype))
        odd = x1 * load_up_to(at + b_row, left, dtype)
        even = fma(x2, load_up_to(at + 2 * b_row, left, dtype), even)
        odd = fma(x3, load_up_to(at + 3 * b_row, left, dtype), odd)
        even = fma(x4, load_up_to(at + 4 * b_row, left, dtype), even)
        odd = fma(x5, load_up_to(at + 5 * b_row, left, dtype), odd)
        even = fma(x6, load_up_to(at + 6 * b_row, left, dtype), even)
        odd = fma(x7, load_up_to(at + 7 * b_row, left, dtype), odd)
        store_up_to(c + j * item, left, even + odd, dtype)


@register_jitable
def dot_row(x, b, c, depth, columns, dtype):
    """c[j] = the sum of x * b[j] for rows b [columns, depth]."""
    item = item_bytes(dtype)
    row = depth * item
    # four rows at a time; where fewer are left, some of them once more
    second, third, fourth = min(1, columns - 1), min(2, columns - 1), min(3, columns - 1)
    for j in range(0, columns, 4):
        first = max(min(j, columns - 4), 0)
        at = b + first * row
        s0 = s1 = s2 = s3 = broadcast(dtype.type(0))
        for k in range(0, depth, lanes(dtype)):
            left, place = depth - k, at + k * item
            y = load_up_to(x + k * item, left, dtype)
            s0 = fma(y, load_up_to(place, left, dtype), s0)
            s1 = fma(y, load_up_to(place + second * row, left, dtype), s1)
            s2 = fma(y, load_up_to(place + third * row, left, dtype), s2)
            s3 = fma(y, load_up_to(place + fourth * row, left, dtype), s3)
        target = c + first * item
        store_scalar(target, total(s0))
        store_scalar(target + second * item, total(s1))
        store_scalar(target + third * item, total(s2))
        store_scalar(target + fourth * item, total(s3))


@register_jitable
def finish_row(c, columns, bias, addend, low, high):
    """c = clamp(c + bias + addend); bias: address or 0, addend: bytes from c to it, or 0."""
    dtype = type_of(low)
    item = item_bytes(dtype)
    least, most = broadcast(low), broadcast(high)
    for j in range(0, columns, lanes(dtype)):
        left = columns - j
        y = load_up_to(c + j * item, left, dtype)
        if bias != 0:
            y = y + load_up_to(bias + j * item, left, dtype)
        if addend != 0:
            y = y + load_up_to(c + addend + j * item, left, dtype)
        store_up_to(c + j * item, left, smaller(most, larger(least, y)), dtype)
