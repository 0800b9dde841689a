"""Scalar rules of the elementwise ops, each written once for one element."""

import math

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from nbtf.kernels.jit import scalar_rule
from nbtf.shapes import check


def is_integer(x):
    """Whether x is an integer: decided when the rule is compiled."""
    return isinstance(x, (int, np.integer)) and not isinstance(x, (bool, np.bool_))


@overload(is_integer)
def _is_integer(x):
    answer = isinstance(x, types.Integer)
    return lambda x: answer


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
def divide(x, y):
    return x / y


@scalar_rule
def floor_div(x, y):
    if is_integer(y):
        check(y != 0, "Integer division by zero")
        return x // y
    return math.floor(x / y)


@scalar_rule
def maximum(x, y):
    return x if x > y or x != x else y  # a NaN on either side sticks, as in TF


@scalar_rule
def minimum(x, y):
    return x if x < y or x != x else y


@scalar_rule
def neg(x):
    return -x


@scalar_rule
def exp(x):
    return np.exp(x)


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
def logical_and(x, y):
    return x and y


@scalar_rule
def logical_or(x, y):
    return x or y


@scalar_rule
def logical_not(x):
    return not x


@scalar_rule
def select(condition, t, e):
    return t if condition else e


# ---- activations -----------------------------------------------------------------------------------------------------


@scalar_rule
def tanh(x):
    return np.tanh(x)


@scalar_rule
def sigmoid(x):
    return type(x)(1) / (type(x)(1) + np.exp(-x))


@scalar_rule
def relu(x):
    return x if x > 0 or x != x else type(x)(0)  # a NaN passes, as in TF


@scalar_rule
def leaky_relu(x, alpha):
    return x if x > 0 else x * alpha


# ---- conversions -----------------------------------------------------------------------------------------------------


@scalar_rule
def cast(x):
    return x  # the store converts


@intrinsic
def _float_of_bits(typing_context, bits):
    def generate(context, builder, signature, args):
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.uint32), generate


@intrinsic
def _bits_of_float(typing_context, number):
    def generate(context, builder, signature, args):
        return builder.bitcast(args[0], ir.IntType(32))

    return types.uint32(types.float32), generate


@scalar_rule
def bfloat16_to_float32(x):
    return _float_of_bits(np.uint32(x) << np.uint32(16))


@scalar_rule
def float32_to_bfloat16(x):
    bits = _bits_of_float(x)
    if x != x:
        return np.uint16(0x7FC0)
    # round to nearest, ties to even
    return np.uint16((bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16))


@scalar_rule
def half_to_float32(x):
    bits = np.uint32(x)
    sign = (bits & np.uint32(0x8000)) << np.uint32(16)
    rest = (bits & np.uint32(0x7FFF)) << np.uint32(13)
    if rest >= np.uint32(0x0F800000):  # Inf and NaN: the exponent of all ones
        return _float_of_bits(sign | np.uint32(0x7F800000) | (rest & np.uint32(0x007FFFFF)))
    # scaling by 2^112 rebiases the exponent and makes subnormals normal
    scaled = _float_of_bits(rest) * np.float32(5.192296858534828e33)
    return _float_of_bits(sign | _bits_of_float(scaled))


@scalar_rule
def float32_to_half(x):
    bits = _bits_of_float(x)
    sign = np.uint16((bits >> np.uint32(16)) & np.uint32(0x8000))
    rest = bits & np.uint32(0x7FFFFFFF)
    if rest > np.uint32(0x7F800000):
        return sign | np.uint16(0x7E00)
    if rest >= np.uint32(0x47800000):  # 65536 and above; what rounds up to it carries into the exponent below
        return sign | np.uint16(0x7C00)
    if rest < np.uint32(0x38800000):  # below the least normal half: adding 0.5 rounds at the right bit
        shifted = _bits_of_float(_float_of_bits(rest) + np.float32(0.5))
        return sign | np.uint16(shifted - np.uint32(0x3F000000))
    odd = (rest >> np.uint32(13)) & np.uint32(1)
    return sign | np.uint16((rest - np.uint32(0x38000000) + np.uint32(0x0FFF) + odd) >> np.uint32(13))


