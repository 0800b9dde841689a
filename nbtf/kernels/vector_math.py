"""Transcendental functions without branches, tables or calls, so that LLVM turns loops over them into vector code.

    y[i] = vector_math.exp(x[i])

float32 takes polynomials fitted for the smallest largest error (a unit or two in the last place); every other type takes
the C library's function. NaN, infinities, zeros' signs and subnormal results are as the C library has them. The branches
below are selections: both sides are computed.
"""

import math

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload, register_jitable

from nbtf.kernels.bits import bits_of, from_bits

_F32 = ir.FloatType()


@intrinsic
def _fma(typing_context, x, y, z):
    """x y + z, in one rounding where the processor has that."""

    def generate(context, builder, signature, args):
        function = builder.module.declare_intrinsic("llvm.fmuladd", [_F32], ir.FunctionType(_F32, [_F32] * 3))
        return builder.call(function, args)

    return types.float32(types.float32, types.float32, types.float32), generate


def _polynomial(name, *coefficients):
    """A function of a float32: coefficients[0] + coefficients[1] x + ..., by Horner's rule, written out."""
    text = f"np.float32({coefficients[-1]!r})"
    for coefficient in reversed(coefficients[:-1]):
        text = f"_fma({text}, x, np.float32({coefficient!r}))"
    space = {"np": np, "_fma": _fma}
    exec(compile(f"def {name}(x):\n    return {text}", f"<{name}>", "exec"), space)
    return register_jitable(space[name])


ROUNDING = np.float32(1.5 * 2**23)  # a float32 plus this is rounded to a whole number, found in the lowest bits
ROUNDING_BITS = np.int32(0x4B400000)
LOG2_E = np.float32(1.4426950408889634)
LN2_HIGH = np.float32(0.693359375)
LN2_LOW = np.float32(-2.12194440e-4)
ROOT_HALF_BITS = np.int32(0x3F3504F3)

# Fitted to exp(r) on [-ln(2)/2, ln(2)/2]; to (expm1(x) - x) / x^2 on [-1/2, 1/2]; to (log1p(f) - f + f^2/2) / f^3 on
# [sqrt(1/2) - 1, sqrt(2) - 1]; to (tanh(x) - x) / x^3 by x^2 up to |x| = 5/8; to erf(x) / x by x^2 up to 1; to
# log(erfc(x)) on [1, 4].
_exp_near = _polynomial(
    "exp_near", 1.0, 1.00000004, 0.499999921, 0.166664202, 0.0416682256, 0.00837481578, 0.00138368418
)
_expm1_near = _polynomial(
    "expm1_near", 0.500000012, 0.166666675, 0.041665791, 0.00833312794, 0.00139821957, 0.000199794989
)
_log_near = _polynomial(
    "log_near", 0.333333126, -0.250000096, 0.200021187, -0.166679957, 0.142195509, -0.124055914, 0.118881746,
    -0.116756413, 0.0674660124,
)  # fmt: skip
_tanh_near = _polynomial("tanh_near", -0.333333292, 0.133327945, -0.0538540692, 0.0210100791, -0.00611318846)
_erf_near = _polynomial(
    "erf_near", 1.12837917, -0.376126258, 0.112835851, -0.0268538119, 0.00518832756, -0.000801019248, 7.85385756e-05
)
_log_erfc_far = _polynomial(
    "log_erfc_far", 0.000204360051, -1.12966116, -0.633039611, -0.108639, 0.0253735578, -0.00428238362, 0.000463788317,
    -2.53148584e-05, 2.51330199e-07,
)  # fmt: skip


# ---- float32 ---------------------------------------------------------------------------------------------------------


@register_jitable
def _power_of_two(n):
    """2^n for n of at most a byte's range, as float32; exact down to 2^-126."""
    return from_bits(np.int32((n + np.int32(127)) << np.int32(23)))


@register_jitable
def _exp_within(x):
    """Of -104 to 89, and NaN."""
    rounded = _fma(x, LOG2_E, ROUNDING)
    whole = rounded - ROUNDING
    rest = _fma(whole, -LN2_LOW, _fma(whole, -LN2_HIGH, x))
    n = np.int32(bits_of(rounded) - ROUNDING_BITS)
    half = np.int32(n >> np.int32(1))  # in two steps, so that neither overflows and what is subnormal is rounded once
    return _exp_near(rest) * _power_of_two(half) * _power_of_two(np.int32(n - half))


# The bounds: exp(89) is infinite, exp(-104) is 0, a NaN stays. In this order and of x itself, they are two instructions.


@register_jitable
def _exp(x):
    bounded = np.float32(89) if np.float32(89) < x else x
    return _exp_within(np.float32(-104) if np.float32(-104) > bounded else bounded)


@register_jitable
def _exp_up_to_one(x):
    rounded = _fma(x, LOG2_E, ROUNDING)
    whole = rounded - ROUNDING
    rest = _fma(whole, -LN2_LOW, _fma(whole, -LN2_HIGH, x))
    value = _exp_near(rest) * _power_of_two(np.int32(bits_of(rounded) - ROUNDING_BITS))
    return np.float32(0) if x < np.float32(-87.3) else value


@register_jitable
def _exp_of_minus(x):
    bounded = np.float32(-89) if np.float32(-89) > x else x
    return _exp_within(-(np.float32(104) if np.float32(104) < bounded else bounded))


@register_jitable
def _expm1(x):
    near = _fma(_expm1_near(x) * x, x, x)
    return near if np.abs(x) < np.float32(0.5) else _exp(x) - np.float32(1)


@register_jitable
def _log(x):
    subnormal = x < np.float32(1.17549435e-38)
    scaled = x * np.float32(2**23) if subnormal else x
    bits = np.int32(bits_of(scaled) - ROOT_HALF_BITS)
    exponent = np.float32(np.int32(bits >> np.int32(23))) - (np.float32(23) if subnormal else np.float32(0))
    f = from_bits(np.int32((bits & np.int32(0x7FFFFF)) + ROOT_HALF_BITS)) - np.float32(1)
    square = f * f
    tail = _fma(_log_near(f) * f, square, _fma(exponent, LN2_LOW, np.float32(-0.5) * square))
    value = _fma(exponent, LN2_HIGH, f + tail)
    value = x if x == np.float32(np.inf) or x != x else value
    value = np.float32(-np.inf) if x == np.float32(0) else value
    return np.float32(np.nan) if x < np.float32(0) else value


@register_jitable
def _log1p(x):
    u = x + np.float32(1)
    lost = (x - (u - np.float32(1))) / u  # what rounding took from u
    value = _log(u) + (np.float32(0) if lost != lost else lost)
    return x if np.abs(x) < np.float32(1e-7) else value  # the sign of a zero too


@register_jitable
def _tanh(x):
    size = np.abs(x)
    square = x * x
    near = _fma(_tanh_near(square) * square, x, x)
    far = np.float32(1) - np.float32(2) / (_exp(size + size) + np.float32(1))
    far = -far if x < np.float32(0) else far
    return near if size < np.float32(0.625) else far


@register_jitable
def _erf(x):
    size = np.abs(x)
    bounded = np.float32(4) if size > np.float32(4) else size
    near = x * _erf_near(bounded * bounded)
    far = np.float32(1) - _exp(_log_erfc_far(bounded))
    far = -far if x < np.float32(0) else far
    return near if size < np.float32(1) else far


# ---- by type ---------------------------------------------------------------------------------------------------------


def exp(x):
    return np.exp(x)


@overload(exp)
def _exp_by_type(x):
    return (lambda x: _exp(x)) if x == types.float32 else (lambda x: np.exp(x))


def exp_up_to_one(x):
    """exp(x) of x that is 0, less or NaN; of float32, what would be subnormal is 0."""
    return np.exp(x)


@overload(exp_up_to_one)
def _exp_up_to_one_by_type(x):
    return (lambda x: _exp_up_to_one(x)) if x == types.float32 else (lambda x: np.exp(x))


def exp_of_minus(x):
    """exp(-x)."""
    return np.exp(-x)


@overload(exp_of_minus)
def _exp_of_minus_by_type(x):
    return (lambda x: _exp_of_minus(x)) if x == types.float32 else (lambda x: np.exp(-x))


def expm1(x):
    return np.expm1(x)


@overload(expm1)
def _expm1_by_type(x):
    return (lambda x: _expm1(x)) if x == types.float32 else (lambda x: np.expm1(x))


def log(x):
    return np.log(x)


@overload(log)
def _log_by_type(x):
    return (lambda x: _log(x)) if x == types.float32 else (lambda x: np.log(x))


def log1p(x):
    return np.log1p(x)


@overload(log1p)
def _log1p_by_type(x):
    return (lambda x: _log1p(x)) if x == types.float32 else (lambda x: np.log1p(x))


def tanh(x):
    return np.tanh(x)


@overload(tanh)
def _tanh_by_type(x):
    return (lambda x: _tanh(x)) if x == types.float32 else (lambda x: np.tanh(x))


def erf(x):
    return math.erf(x)


@overload(erf)
def _erf_by_type(x):
    return (lambda x: _erf(x)) if x == types.float32 else (lambda x: math.erf(x))
