"""Exponentials of whole rows, as softmax wants them, with their sum.

float32 is written out in vectors, one at a time: its operations fill the registers, and the processor overlaps the
vectors by itself. A multiply-add reads three registers and so takes the place of two other operations on some processors;
hence a short polynomial, and one step of range reduction instead of two, which loses less than the rounding of
x - largest.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

from nbtf.kernels.simd import (
    I32,
    address_of,
    broadcast,
    emit_mask,
    fma,
    item_bytes,
    lane_count,
    lanes,
    larger,
    load,
    load_first,
    prefetch,
    store,
    store_first,
    total,
)
from nbtf.kernels.vector_math import LOG2_E, exp_up_to_one

# A float32 plus this is rounded to a whole number n; n + 127, the biased exponent of 2^n, stands in the lowest bits.
ROUNDING = np.float32(1.5 * 2**23 + 127)
LN2 = np.float32(0.6931471805599453)
LOWEST = np.float32(-88)  # of this n is -127: the power's bits stand for 0
# (exp(r) - 1 - r) / r^2 on [-ln(2)/2, ln(2)/2], fitted for the smallest largest error of exp(r): 1.1e-7
NEAR_2, NEAR_3, NEAR_4, NEAR_5 = (np.float32(c) for c in (0.499992303, 0.166671153, 0.0418903316, 0.00831250487))
PIECE = 4096  # elements that are summed up by themselves, so that long sums keep their digits
AHEAD_BYTES = 16384  # rows up to this size: the next one is asked for, and still there when its turn comes


@intrinsic
def _power_of_two(typing_context, rounded):
    """2 to the power of what was rounded by adding ROUNDING."""

    def generate(context, builder, signature, args):
        bits = ir.VectorType(I32, lane_count(rounded.dtype))
        exponent = builder.shl(builder.bitcast(args[0], bits), ir.Constant(bits, [23] * bits.count))
        return builder.bitcast(exponent, args[0].type)

    return rounded(rounded), generate


@intrinsic
def _first_lanes(typing_context, vector, count):
    """Zeros behind the first `count` lanes."""

    def generate(context, builder, signature, args):
        zero = ir.Constant(args[0].type, [0.0] * args[0].type.count)
        return builder.select(emit_mask(builder, args[1], vector.dtype), args[0], zero)

    return vector(vector, types.int64), generate


@register_jitable
def _exp_of_vector(x):
    """exp(x) of float32 that are 0, less or NaN."""
    x = larger(broadcast(LOWEST), x)  # a NaN stays
    rounded = fma(x, broadcast(LOG2_E), broadcast(ROUNDING))
    r = fma(rounded - broadcast(ROUNDING), broadcast(-LN2), x)
    square = r * r
    tail = fma(fma(broadcast(NEAR_5), r, broadcast(NEAR_4)), square, fma(broadcast(NEAR_3), r, broadcast(NEAR_2)))
    return fma(tail, square, broadcast(np.float32(1)) + r) * _power_of_two(rounded)


def exp_row(x, y, largest):
    """y = exp(x - largest), of x that are `largest` or less; the sum of y."""
    y[:] = np.exp(x - largest)
    return y.sum()


@overload(exp_row)
def _exp_row(x, y, largest):
    return _exp_row_in_vectors if x.dtype == types.float32 else _exp_row_by_elements


def _exp_row_by_elements(x, y, largest):
    sum_of_row = y.dtype.type(0)
    for k in range(len(x)):
        y[k] = exp_up_to_one(x[k] - largest)
        sum_of_row += y[k]
    return sum_of_row


def _exp_row_in_vectors(x, y, largest):
    dtype, place, target = x.dtype, address_of(x), address_of(y)
    width, item = lanes(dtype), item_bytes(dtype)
    shift, sums = broadcast(largest), broadcast(dtype.type(0))
    whole = len(x) // width * width
    ahead = len(x) * item if len(x) * item <= AHEAD_BYTES else 0
    for first in range(0, whole, PIECE):
        piece = broadcast(dtype.type(0))
        for k in range(first * item, min(first + PIECE, whole) * item, width * item):
            prefetch(place + k + ahead)
            values = _exp_of_vector(load(place + k, dtype) - shift)
            store(target + k, values)
            piece = piece + values
        sums = sums + piece
    left = len(x) - whole
    if left > 0 and whole > 0:
        end = (len(x) - width) * item
        values = _exp_of_vector(load(place + end, dtype) - shift)
        store(target + end, values)
        sums = sums + (values - _first_lanes(values, width - left))  # the others are among the sums
    elif left > 0:
        values = _exp_of_vector(load_first(place, left, dtype) - shift)
        store_first(target, left, values)
        sums = sums + _first_lanes(values, left)
    return total(sums)


def scale_row(y, factor):
    y *= factor


@overload(scale_row)
def _scale_row(y, factor):
    """In vectors, because LLVM makes divisions of a loop of products with a quotient where it may reorder sums."""

    def scale_row_in_vectors(y, factor):
        dtype, place = y.dtype, address_of(y)
        width, item = lanes(dtype), item_bytes(dtype)
        factors = broadcast(factor)
        if len(y) < width:
            store_first(place, len(y), load_first(place, len(y), dtype) * factors)
            return
        end = place + (len(y) - width) * item
        last = load(end, dtype) * factors  # some of it is also in the vector before
        for k in range(place, end, width * item):
            store(k, load(k, dtype) * factors)
        store(end, last)

    return scale_row_in_vectors
