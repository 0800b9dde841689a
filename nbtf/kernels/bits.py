"""Floats as the bits they are made of, and back; in compiled code and in plain Python alike."""

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload


def bits_of(x):
    """The bits of a float as a signed integer of its size."""
    return x.view(np.int32 if x.dtype.itemsize == 4 else np.int64)


def from_bits(bits):
    return bits.view(np.float32 if bits.dtype.itemsize == 4 else np.float64)


def _bitcast(to, target):
    @intrinsic
    def convert(typing_context, value):
        def generate(context, builder, signature, args):
            return builder.bitcast(args[0], to)

        return target(value), generate

    return convert


_float_of_int = {
    types.int32: _bitcast(ir.FloatType(), types.float32),
    types.int64: _bitcast(ir.DoubleType(), types.float64),
}
_int_of_float = {
    types.float32: _bitcast(ir.IntType(32), types.int32),
    types.float64: _bitcast(ir.IntType(64), types.int64),
}


@overload(bits_of)
def _bits_of(x):
    convert = _int_of_float[x]
    return lambda x: convert(x)


@overload(from_bits)
def _from_bits(bits):
    convert = _float_of_int[bits]
    return lambda bits: convert(bits)
