"""Scalar rules of conversions between dtypes and of complex numbers."""

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from nbtf.kernels.jit import scalar_rule


@scalar_rule
def cast(x):
    return x  # the store converts


# ---- floats to integers: the hardware's answer to NaN and to what does not fit differs, so both are caught -----------


@scalar_rule
def _float_to_int32(x):
    return np.int32(x) if -2147483649.0 < x < 2147483648.0 else np.int32(-2147483648)


@scalar_rule
def _float_to_int64(x):
    return np.int64(x) if -9223372036854775808.0 <= x < 9223372036854775808.0 else np.int64(-9223372036854775808)


@scalar_rule
def _float_to_uint64(x):
    if -9223372036854775808.0 <= x < 9223372036854775808.0:
        return np.uint64(np.int64(x))
    if 9223372036854775808.0 <= x < 18446744073709551616.0:
        return np.uint64(np.int64(x - type(x)(9223372036854775808.0))) + np.uint64(0x8000000000000000)
    return np.uint64(0x8000000000000000)


# ---- complex numbers -------------------------------------------------------------------------------------------------


@scalar_rule
def complex_of(real, imag):
    return complex(real, imag)


@scalar_rule
def real(x):
    return x.real


@scalar_rule
def imag(x):
    return x.imag


@scalar_rule
def conj(x):
    return x.conjugate()


@scalar_rule
def complex_abs(x):
    return np.abs(x)


@scalar_rule
def angle(x):
    return np.arctan2(x.imag, x.real)


# ---- 16-bit floats and their bits ------------------------------------------------------------------------------------


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
