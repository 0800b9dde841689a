"""Transcendental functions without branches, tables or calls, so that LLVM turns loops over them into vector code.

    y[i] = vector_math.exp(x[i])

float32 takes polynomials and quotients of two, fitted for the smallest largest error: one or two units in the last place,
tanh and erf up to six, as many as TensorFlow's. What would be subnormal is 0, as there. Every other type takes the C library's
function. NaN, infinities and zeros' signs are as the C library has them. The branches below are selections: both sides are
computed.
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
ONE_BITS = np.int32(0x3F800000)
LOG2_E = np.float32(1.4426950408889634)
LN2_HIGH = np.float32(0.693359375)
LN2_LOW = np.float32(-2.12194440e-4)
ROOT_HALF_BITS = np.int32(0x3F3504F3)
EXP_INFINITE = np.float32(88.72284)  # exp of this and more is infinite
EXP_SUBNORMAL = np.float32(-87.33654)  # exp of less is subnormal
TANH_ONE = np.float32(9.1)
ERF_ONE = np.float32(3.93)

# Fitted to exp(r) on [-ln(2)/2, ln(2)/2]; to (expm1(x) - x) / x^2 on [-1/2, 1/2]; to (log1p(f) - f + f^2/2) / f^3 on
# [sqrt(1/2) - 1, sqrt(2) - 1]; quotients to tanh(x) / x by x^2 up to 9.1, and to erf(x) / x by x^2 up to 3.93, with
# coefficients moved by some last places to where the quotient computed in float32 is best.
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
_tanh_numerator = _polynomial(
    "tanh_numerator", 0.99999994, 0.13374475, 0.0034878105, 2.0481177e-05, 1.3177452e-08
)  # fmt: skip
_tanh_denominator = _polynomial("tanh_denominator", 1.0, 0.46707785, 0.025847387, 0.00032729201, 7.7040175e-07)
_erf_numerator = _polynomial(
    "erf_numerator", 1.1283791, 0.19078256, 0.052790124, 0.0037795564, 0.00028480773, 2.041984e-06
)
_erf_denominator = _polynomial(
    "erf_denominator", 1.0, 0.50240934, 0.114257, 0.014997331, 0.0011652006, 3.8004164e-05
)  # fmt: skip


# ---- float32 ---------------------------------------------------------------------------------------------------------


@register_jitable
def _exp_parts(x):
    """exp(x) is the first times 2 to the power of the second, which are the lowest bits of an int32."""
    rounded = _fma(x, LOG2_E, ROUNDING)
    whole = rounded - ROUNDING
    rest = _fma(whole, -LN2_LOW, _fma(whole, -LN2_HIGH, x))
    return _exp_near(rest), bits_of(rounded)


@register_jitable
def _exp(x):
    near, power = _exp_parts(x)
    value = from_bits(np.int32(bits_of(near) + np.int32(power << np.int32(23))))
    value = value if x < EXP_INFINITE else x + np.float32(np.inf)  # NaN too
    return np.float32(0) if x < EXP_SUBNORMAL else value


@register_jitable
def _exp_up_to_one(x):
    near, power = _exp_parts(x)
    value = near * from_bits(np.int32(np.int32(power << np.int32(23)) + ONE_BITS))  # of a NaN, a NaN
    return np.float32(0) if x < EXP_SUBNORMAL else value


@register_jitable
def _expm1(x):
    near = x if x == np.float32(0) else _fma(_expm1_near(x) * x, x, x)  # a zero keeps its sign
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
def _clipped(x, bound):
    """A NaN stays. In this order they are two instructions."""
    below = bound if bound < x else x
    return -bound if -bound > below else below


@register_jitable
def _tanh(x):
    bounded = _clipped(x, TANH_ONE)
    square = bounded * bounded
    return _clipped(bounded * _tanh_numerator(square) / _tanh_denominator(square), np.float32(1))


@register_jitable
def _erf(x):
    bounded = _clipped(x, ERF_ONE)
    square = bounded * bounded
    return _clipped(bounded * _erf_numerator(square) / _erf_denominator(square), np.float32(1))


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
