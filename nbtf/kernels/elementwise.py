"""Scalar rules of arithmetic, rounding, comparisons, logic and bits, each written once for one element.

A rule `whole_<name>` or `complex_<name>` stands in for `<name>` where the first operand is an integer or complex.
"""

import numpy as np
from numba.extending import overload, register_jitable

from nbtf.kernels import vector_math
from nbtf.kernels.bits import bits_of, from_bits
from nbtf.kernels.jit import kernel, scalar_rule
from nbtf.kernels.team import portion
from nbtf.shapes import check

ADDED = 2048  # elements of a sum at a time

# ---- arithmetic ------------------------------------------------------------------------------------------------------


@scalar_rule
def add(x, y):
    return x + y


@scalar_rule
def sub(x, y):
    return x - y


@scalar_rule
def mul(x, y):
    return x * y


@scalar_rule
def mul_no_nan(x, y):
    return type(x)(0) if y == 0 else x * y


@scalar_rule
def divide(x, y):
    return np.divide(x, y)  # Python's operator refuses complex numbers a zero


@scalar_rule
def div_no_nan(x, y):
    return type(x)(0) if y == 0 else x / y


@scalar_rule
def xdivy(x, y):
    return x if x == 0 else np.divide(x, y)


@scalar_rule
def xlogy(x, y):
    return x if x == 0 else x * np.log(y)


@scalar_rule
def xlog1py(x, y):
    return x if x == 0 else x * np.log1p(y)


@scalar_rule
def complex_xlog1py(x, y):
    return x if x == 0 else x * np.log(y + type(x)(1))


@scalar_rule
def floor_div(x, y):
    return np.floor(x / y)


@scalar_rule
def truncate_div(x, y):
    return np.trunc(x / y)


@scalar_rule
def truncate_mod(x, y):
    return np.fmod(x, y)


@scalar_rule
def floor_mod(x, y):
    rest = np.fmod(x, y)
    return type(x)(rest + y) if rest != 0 and (rest < 0) != (y < 0) else type(x)(rest)


@register_jitable
def is_minus_one(y):
    """Dividing the least number by -1 traps on some CPUs; no unsigned number answers yes."""
    return y < 1 and type(y)(y + type(y)(1)) == 0


@scalar_rule
def whole_floor_div(x, y):
    check(y != 0, "Integer division by zero")
    return type(x)(-x) if is_minus_one(y) else type(x)(x // y)


@scalar_rule
def whole_floor_mod(x, y):
    check(y != 0, "Integer division by zero")
    return type(x)(0) if is_minus_one(y) else type(x)(x - (x // y) * y)


@register_jitable
def truncated_quotient(x, y):
    if is_minus_one(y):
        return type(x)(-x)
    quotient = type(x)(x // y)
    return type(x)(quotient + type(x)(1)) if (x < 0) != (y < 0) and type(x)(quotient * y) != x else quotient


@scalar_rule
def whole_truncate_div(x, y):
    check(y != 0, "Integer division by zero")
    return truncated_quotient(x, y)


@scalar_rule
def whole_divide(x, y):
    check(y != 0, "Integer division by zero")
    return truncated_quotient(x, y)


@scalar_rule
def whole_truncate_mod(x, y):
    check(y != 0, "Integer division by zero")
    return type(x)(x - truncated_quotient(x, y) * y)


@scalar_rule
def pow(x, y):
    return x**y


@scalar_rule
def whole_pow(x, y):
    check(y >= 0, "Integers to negative integer powers are not allowed")
    result, base, rest = type(x)(1), x, y
    while rest > 0:
        if rest & 1:
            result = type(x)(result * base)
        base = type(x)(base * base)
        rest = type(y)(rest >> 1)
    return result


@scalar_rule
def complex_pow(x, y):
    if x == 0:
        return x if y.real > 0 else type(x)(complex(np.nan, np.nan))  # even 0 to the power 0, as in TF
    return np.exp(y * np.log(x))


@scalar_rule
def squared_difference(x, y):
    return (x - y) * (x - y)


@scalar_rule
def complex_squared_difference(x, y):
    return (x - y) * (x - y).conjugate()


@scalar_rule
def maximum(x, y):
    return x if x > y or x != x else y  # a NaN on either side sticks, as in TF


@scalar_rule
def minimum(x, y):
    return x if x < y or x != x else y


@scalar_rule
def atan2(x, y):
    return np.arctan2(x, y)


@scalar_rule
def abs(x):
    return np.abs(x)


@scalar_rule
def neg(x):
    return -x


@scalar_rule
def sign(x):
    return type(x)(x > 0) - type(x)(x < 0) if x == x else x


@scalar_rule
def whole_sign(x):
    return (x > 0) - (x < 0)


@scalar_rule
def complex_sign(x):
    return x if x == 0 else x / np.abs(x)


@scalar_rule
def square(x):
    return x * x


@scalar_rule
def sqrt(x):
    return np.sqrt(x)


@scalar_rule
def rsqrt(x):
    return np.divide(type(x)(1), np.sqrt(x))


@scalar_rule
def reciprocal(x):
    return np.divide(type(x)(1), x)


@scalar_rule
def ones_like(x):
    return 1


# ---- neighbours ------------------------------------------------------------------------------------------------------


@scalar_rule
def next_after(x, y):
    if x != x or y != y:
        return x + y
    if x == y:
        return y
    bits = bits_of(x)
    one = type(bits)(1)
    if x == 0:  # the least subnormal, with the sign of y
        return from_bits(one) if y > 0 else -from_bits(one)
    return from_bits(type(bits)(bits + one)) if (x < y) == (x > 0) else from_bits(type(bits)(bits - one))


# ---- transcendental functions ----------------------------------------------------------------------------------------


@scalar_rule
def exp(x):
    return vector_math.exp(x)


@scalar_rule
def expm1(x):
    return vector_math.expm1(x)


@scalar_rule
def log(x):
    return vector_math.log(x)


@scalar_rule
def log1p(x):
    return vector_math.log1p(x)


@scalar_rule
def sin(x):
    return np.sin(x)


@scalar_rule
def cos(x):
    return np.cos(x)


@scalar_rule
def tan(x):
    return np.tan(x)


@scalar_rule
def asin(x):
    return np.arcsin(x)


@scalar_rule
def acos(x):
    return np.arccos(x)


@scalar_rule
def atan(x):
    return np.arctan(x)


@scalar_rule
def sinh(x):
    return np.sinh(x)


@scalar_rule
def cosh(x):
    return np.cosh(x)


@scalar_rule
def tanh(x):
    return vector_math.tanh(x)


@scalar_rule
def asinh(x):
    return np.arcsinh(x)


@scalar_rule
def acosh(x):
    return np.arccosh(x)


@scalar_rule
def atanh(x):
    return np.arctanh(x)


@scalar_rule
def sigmoid(x):
    return np.divide(type(x)(1), type(x)(1) + vector_math.exp(-x))


# ---- gradients from the output y -------------------------------------------------------------------------------------


@scalar_rule
def sqrt_grad(y, dy):
    return dy if dy == 0 else dy * type(y)(0.5) / y  # a gradient of 0 stays, whatever y is, as in TF


@scalar_rule
def complex_sqrt_grad(y, dy):
    return dy if dy == 0 else np.divide(dy * type(y)(0.5), y.conjugate())


@scalar_rule
def rsqrt_grad(y, dy):
    return dy if dy == 0 else dy * (type(y)(-0.5) * y) * (y * y)


@scalar_rule
def complex_rsqrt_grad(y, dy):
    out = y.conjugate()
    return dy if dy == 0 else dy * (type(y)(-0.5) * out) * (out * out)


@scalar_rule
def reciprocal_grad(y, dy):
    return dy if dy == 0 else -dy * (y * y)


@scalar_rule
def complex_reciprocal_grad(y, dy):
    out = y.conjugate()
    return dy if dy == 0 else -dy * (out * out)


@scalar_rule
def sigmoid_grad(y, dy):
    return dy * y * (type(y)(1) - y)


@scalar_rule
def tanh_grad(y, dy):
    return dy * (type(y)(1) - y * y)


# ---- rounding --------------------------------------------------------------------------------------------------------


@scalar_rule
def ceil(x):
    return np.ceil(x)


@scalar_rule
def floor(x):
    return np.floor(x)


@scalar_rule
def round(x):
    return np.rint(x)  # of two the even one


@scalar_rule
def whole_round(x):
    return x


# ---- comparisons and logic -------------------------------------------------------------------------------------------


@scalar_rule
def less(x, y):
    return x < y


@scalar_rule
def less_equal(x, y):
    return x <= y


@scalar_rule
def greater(x, y):
    return x > y


@scalar_rule
def greater_equal(x, y):
    return x >= y


@scalar_rule
def equal(x, y):
    return x == y


@scalar_rule
def not_equal(x, y):
    return x != y


@scalar_rule
def approximate_equal(x, y, tolerance):
    return np.abs(x - y) < tolerance


@scalar_rule
def logical_and(x, y):
    return x and y


@scalar_rule
def logical_or(x, y):
    return x or y


@scalar_rule
def logical_not(x):
    return not x


@scalar_rule
def is_nan(x):
    return x != x


@scalar_rule
def is_inf(x):
    return np.isinf(x)


@scalar_rule
def is_finite(x):
    return np.isfinite(x)


# ---- bits ------------------------------------------------------------------------------------------------------------


def width(x):
    """Number of bits of an integer: decided when the rule is compiled."""
    return x.dtype.itemsize * 8


@overload(width)
def _width(x):
    bits = x.bitwidth
    return lambda x: bits


@scalar_rule
def bitwise_and(x, y):
    return x & y


@scalar_rule
def bitwise_or(x, y):
    return x | y


@scalar_rule
def bitwise_xor(x, y):
    return x ^ y


@register_jitable
def shift_within(x, y):
    """A shift by `width` bits or more is not defined: y clamped, as in TF."""
    if y < 0:
        return type(y)(0)
    return type(y)(width(x) - 1) if y >= width(x) else y


@scalar_rule
def left_shift(x, y):
    return type(x)(x << shift_within(x, y))


@scalar_rule
def right_shift(x, y):
    return type(x)(x >> shift_within(x, y))


@scalar_rule
def invert(x):
    return ~x


@scalar_rule
def population_count(x):
    """Sums of neighbouring bits, then of pairs, of fours, and of all bytes by one product."""
    bits = np.uint64(x) & (np.uint64(0xFFFFFFFFFFFFFFFF) >> np.uint64(64 - width(x)))
    bits = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.uint8((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


# ---- choice ----------------------------------------------------------------------------------------------------------


@scalar_rule
def select(condition, t, e):
    return t if condition else e


@scalar_rule
def clip_by_value(t, low, high):
    below = high if high < t else t  # a NaN in t passes, one among the bounds bounds nothing, as in TF
    return low if below < low else below


@kernel
def select_rows(condition, t, e, output):
    row = len(output) // max(len(condition), 1)
    if row == 1:
        for i in range(len(condition)):
            output[i] = select(condition[i], t[i], e[i])
        return
    for i in range(len(condition)):
        first, end = i * row, (i + 1) * row
        chosen, target = (t[first:end] if condition[i] else e[first:end]), output[first:end]
        for k in range(row):
            target[k] = chosen[k]


def add_n_work(inputs, sum):
    return len(inputs) * len(sum) * 4


@kernel(work=add_n_work)
def add_n(inputs, sum, part, parts):
    """Block by block, which stays in the first-level cache."""
    own, last = portion(len(sum), ADDED, part, parts)
    for begin in range(own, last, ADDED):
        end = min(begin + ADDED, last)
        first, total = inputs[0][begin:end], sum[begin:end]
        for i in range(len(total)):
            total[i] = first[i]
        for k in range(1, len(inputs)):
            term = inputs[k][begin:end]
            for i in range(len(total)):
                total[i] += term[i]


@kernel
def check_numerics(tensor, output):
    nans, infinities = 0, 0
    for i in range(len(tensor)):
        nans += np.isnan(tensor[i])
        infinities += np.isinf(tensor[i])
        output[i] = tensor[i]
    check(nans == 0 or infinities == 0, "Tensor had Inf and NaN values")
    check(infinities == 0, "Tensor had Inf values")
    check(nans == 0, "Tensor had NaN values")


@kernel
def check_numerics_signed(tensor, output):
    nans, above, below = 0, 0, 0
    for i in range(len(tensor)):
        nans += np.isnan(tensor[i])
        above += tensor[i] == np.inf
        below += tensor[i] == -np.inf
        output[i] = tensor[i]
    check(nans == 0 or above == 0 or below == 0, "Tensor had -Inf, +Inf, and NaN values")
    check(nans == 0 or above == 0, "Tensor had +Inf and NaN values")
    check(nans == 0 or below == 0, "Tensor had -Inf and NaN values")
    check(above == 0 or below == 0, "Tensor had -Inf and +Inf values")
    check(above == 0, "Tensor had +Inf values")
    check(below == 0, "Tensor had -Inf values")
    check(nans == 0, "Tensor had NaN values")


@kernel
def zeros_like(x, y):
    for i in range(len(y)):
        y[i] = 0
