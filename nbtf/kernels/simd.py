"""Vectors as values in compiled code: what the vectorizer cannot be told is written out.

Addresses are int64 and count bytes; nothing needs to be aligned. A vector is as wide as the host's registers:

    for at in range(0, size, lanes(dtype)):
        v = load(x + at * 4, dtype)
        store(y + at * 4, fma(v, broadcast(scale), load(z + at * 4, dtype)))

`load_first` and `store_first` touch only the first elements: they serve where an array ends.
"""

import operator
from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, register_jitable, register_model

from nbtf.native.processor import code_cpu, code_triple

I1, I8, I32, I64 = ir.IntType(1), ir.IntType(8), ir.IntType(32), ir.IntType(64)
FLOATS = {types.float32: ir.FloatType(), types.float64: ir.DoubleType()}


class Target(NamedTuple):
    """What the processor that code is made for is like, and the tile and block of a matrix product that suit it."""

    register_bytes: int
    tile_rows: int
    tile_vectors: int
    """tile_rows * tile_vectors accumulators, tile_vectors of b and one of a must fit into the registers, and hide the
    latency of two multiply-adds a cycle."""
    block_bytes: int = 160 * 1024
    """Of rows of a: they stay in the second-level cache, of 512 KB or more, while all of b passes."""
    few_rows: int = 1
    """Rows of a up to which a plain b is read as it lies although there is room to pack it."""
    has_masks: bool = True
    """Whether it loads some lanes of a vector only; elsewhere that is a branch for each lane."""


def _host_target():
    cpu = code_cpu()
    if cpu.has("avx512f") and cpu.has("avx512dq") and cpu.has("avx512vl"):
        return Target(64, 12, 2, block_bytes=400 * 1024, few_rows=64)  # of 32 registers; caches of 1 MB and more
    if cpu.has("avx2") and cpu.has("fma"):
        return Target(32, 6, 2)  # of 16
    if code_triple().startswith(("aarch64", "arm64")):
        return Target(16, 6, 4, has_masks=False)  # of 32
    return Target(16, 6, 2, has_masks=False)  # of 16


HOST = _host_target()


def lane_count(dtype):
    return HOST.register_bytes * 8 // dtype.bitwidth


# ---- the type --------------------------------------------------------------------------------------------------------


class VectorType(types.Type):
    def __init__(self, dtype):
        self.dtype = dtype
        super().__init__(name=f"Vector({dtype})")


@register_model(VectorType)
class VectorModel(models.PrimitiveModel):
    def __init__(self, manager, fe_type):
        super().__init__(manager, fe_type, vector_type(fe_type.dtype))


def vector_type(dtype):
    """LLVM's type of a vector of these numbers."""
    return ir.VectorType(FLOATS[dtype], lane_count(dtype))


def element_type(dtype):
    """The Numba type that `np.float32` or `x.dtype` stands for in compiled code."""
    return dtype.dtype if isinstance(dtype, types.DType) else dtype.instance_type


# ---- pieces of LLVM IR, shared with the generator of tiles -----------------------------------------------------------


def vector_pointer(builder, address, dtype):
    return builder.inttoptr(address, vector_type(dtype).as_pointer())


def emit_load(builder, address, dtype):
    loaded = builder.load(vector_pointer(builder, address, dtype), typ=vector_type(dtype))
    loaded.align = dtype.bitwidth // 8
    return loaded


def emit_store(builder, address, vector, dtype):
    builder.store(vector, vector_pointer(builder, address, dtype)).align = dtype.bitwidth // 8


def emit_broadcast(builder, scalar, dtype):
    undefined = ir.Constant(vector_type(dtype), ir.Undefined)
    zeros = ir.Constant(ir.VectorType(I32, lane_count(dtype)), [0] * lane_count(dtype))
    return builder.shuffle_vector(builder.insert_element(undefined, scalar, I32(0)), undefined, zeros)


def emit_broadcast_load(builder, address, dtype):
    scalar = builder.load(builder.inttoptr(address, FLOATS[dtype].as_pointer()), typ=FLOATS[dtype])
    scalar.align = dtype.bitwidth // 8
    return emit_broadcast(builder, scalar, dtype)


def emit_mask(builder, count, dtype, first=0):
    """Which lanes are among the first `count` (i64), the vector's own first lane being number `first`."""
    lanes = lane_count(dtype)
    index = ir.VectorType(I32, lanes)
    wanted = builder.insert_element(ir.Constant(index, ir.Undefined), builder.trunc(count, I32), I32(0))
    zeros = ir.Constant(index, [0] * lanes)
    wanted = builder.shuffle_vector(wanted, ir.Constant(index, ir.Undefined), zeros)
    return builder.icmp_signed("<", ir.Constant(index, list(range(first, first + lanes))), wanted)


def _call(builder, name, result, *arguments):
    kind = ir.FunctionType(result, [a.type for a in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments)


def _suffix(dtype):
    return f"v{lane_count(dtype)}f{dtype.bitwidth}"


def emit_masked_load(builder, address, mask, dtype):
    """Lanes outside of the mask are zero, and their memory is not touched."""
    vector = vector_type(dtype)
    zero = ir.Constant(vector, [0.0] * lane_count(dtype))
    pointer = builder.inttoptr(address, I8.as_pointer())
    name = f"llvm.masked.load.{_suffix(dtype)}.p0"
    return _call(builder, name, vector, pointer, I32(dtype.bitwidth // 8), mask, zero)


def emit_masked_store(builder, address, vector, mask, dtype):
    pointer = builder.inttoptr(address, I8.as_pointer())
    name = f"llvm.masked.store.{_suffix(dtype)}.p0"
    _call(builder, name, ir.VoidType(), vector, pointer, I32(dtype.bitwidth // 8), mask)


def emit_fma(builder, x, y, z, dtype):
    """x * y + z, in one rounding where the host has an instruction for it."""
    return _call(builder, f"llvm.fmuladd.{_suffix(dtype)}", vector_type(dtype), x, y, z)


def emit_larger(builder, x, y):
    """x where it is larger than y, else y: y where either is NaN."""
    return builder.select(builder.fcmp_ordered(">", x, y), x, y)


def emit_smaller(builder, x, y):
    return builder.select(builder.fcmp_ordered("<", x, y), x, y)


def emit_prefetch(builder, address):
    """Ask for the line at this address, to be read soon."""
    _call(
        builder, "llvm.prefetch.p0", ir.VoidType(), builder.inttoptr(address, I8.as_pointer()), I32(0), I32(3), I32(1)
    )


# ---- functions of compiled code --------------------------------------------------------------------------------------


@register_jitable
def address_of(array):
    """As int64: Numba would mix the unsigned number that it has for an address into floats."""
    return np.int64(array.ctypes.data)


@intrinsic
def lanes(typing_context, dtype):
    """Elements of a vector of this dtype."""
    count = lane_count(element_type(dtype))
    return types.int64(dtype), lambda context, builder, signature, args: I64(count)


@intrinsic
def item_bytes(typing_context, dtype):
    size = element_type(dtype).bitwidth // 8
    return types.int64(dtype), lambda context, builder, signature, args: I64(size)


@intrinsic
def type_of(typing_context, scalar):
    """The dtype of a float, as `x.dtype` tells that of an array."""
    return types.DType(scalar)(scalar), lambda context, builder, signature, args: context.get_dummy_value()


@intrinsic
def load(typing_context, address, dtype):
    element = element_type(dtype)

    def generate(context, builder, signature, args):
        return emit_load(builder, args[0], element)

    return VectorType(element)(types.int64, dtype), generate


@intrinsic
def load_first(typing_context, address, count, dtype):
    """The first `count` elements, zeros behind them."""
    element = element_type(dtype)

    def generate(context, builder, signature, args):
        return emit_masked_load(builder, args[0], emit_mask(builder, args[1], element), element)

    return VectorType(element)(types.int64, types.int64, dtype), generate


@intrinsic
def store(typing_context, address, vector):
    def generate(context, builder, signature, args):
        emit_store(builder, args[0], args[1], vector.dtype)
        return context.get_dummy_value()

    return types.void(types.int64, vector), generate


@intrinsic
def store_first(typing_context, address, count, vector):
    """The first `count` elements; what lies behind them stays as it is."""

    def generate(context, builder, signature, args):
        emit_masked_store(builder, args[0], args[2], emit_mask(builder, args[1], vector.dtype), vector.dtype)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, vector), generate


@intrinsic
def load_scalar(typing_context, address, dtype):
    element = element_type(dtype)

    def generate(context, builder, signature, args):
        loaded = builder.load(builder.inttoptr(args[0], FLOATS[element].as_pointer()), typ=FLOATS[element])
        loaded.align = element.bitwidth // 8
        return loaded

    return element(types.int64, dtype), generate


@intrinsic
def store_scalar(typing_context, address, scalar):
    def generate(context, builder, signature, args):
        place = builder.inttoptr(args[0], FLOATS[scalar].as_pointer())
        builder.store(args[1], place).align = scalar.bitwidth // 8
        return context.get_dummy_value()

    return types.void(types.int64, scalar), generate


@intrinsic
def broadcast(typing_context, scalar):
    """A float32 or float64 in every lane."""

    def generate(context, builder, signature, args):
        return emit_broadcast(builder, args[0], scalar)

    return VectorType(scalar)(scalar), generate


@intrinsic
def broadcast_load(typing_context, address, dtype):
    element = element_type(dtype)

    def generate(context, builder, signature, args):
        return emit_broadcast_load(builder, args[0], element)

    return VectorType(element)(types.int64, dtype), generate


@intrinsic
def fma(typing_context, x, y, z):
    """x * y + z."""

    def generate(context, builder, signature, args):
        return emit_fma(builder, *args, x.dtype)

    return x(x, x, x), generate


@intrinsic
def larger(typing_context, x, y):
    """x where x > y, else y."""
    return x(x, x), lambda context, builder, signature, args: emit_larger(builder, *args)


@intrinsic
def smaller(typing_context, x, y):
    """x where x < y, else y."""
    return x(x, x), lambda context, builder, signature, args: emit_smaller(builder, *args)


@intrinsic
def where_less(typing_context, x, y, chosen, other):
    """Lane by lane, `chosen` where x < y, else `other`."""

    def generate(context, builder, signature, args):
        return builder.select(builder.fcmp_ordered("<", args[0], args[1]), args[2], args[3])

    return x(x, x, x, x), generate


@intrinsic
def where_equal(typing_context, x, y, chosen, other):
    """Lane by lane, `chosen` where x == y, else `other`."""

    def generate(context, builder, signature, args):
        return builder.select(builder.fcmp_ordered("==", args[0], args[1]), args[2], args[3])

    return x(x, x, x, x), generate


def emit_halves(builder, vector):
    """The lower lanes and the upper ones."""
    undefined, count = ir.Constant(vector.type, ir.Undefined), vector.type.count // 2
    index = ir.VectorType(I32, count)
    return [
        builder.shuffle_vector(vector, undefined, ir.Constant(index, list(range(first, first + count))))
        for first in (0, count)
    ]


def _fold(builder, vector, combine):
    """One lane of all, in a fixed order: halves onto each other."""
    while vector.type.count > 1:
        vector = combine(builder, *emit_halves(builder, vector))
    return builder.extract_element(vector, I32(0))


@intrinsic
def total(typing_context, vector):
    """The sum of the lanes."""

    def generate(context, builder, signature, args):
        return _fold(builder, args[0], lambda builder, x, y: builder.fadd(x, y))

    return vector.dtype(vector), generate


@intrinsic
def highest_lane(typing_context, vector):
    """The largest of the lanes, in the sense of `larger`."""

    def generate(context, builder, signature, args):
        return _fold(builder, args[0], emit_larger)

    return vector.dtype(vector), generate


@intrinsic
def is_zero(typing_context, vector):
    """Whether every lane is 0 or -0."""

    def generate(context, builder, signature, args):
        lanes = args[0].type.count
        nonzero = builder.fcmp_unordered("!=", args[0], ir.Constant(args[0].type, [0.0] * lanes))
        return builder.icmp_unsigned("==", builder.bitcast(nonzero, ir.IntType(lanes)), ir.IntType(lanes)(0))

    return types.boolean(vector), generate


@intrinsic
def transpose_block(typing_context, source, source_step, target, target_step, dtype):
    """A square of as many rows and columns as a vector has lanes; the steps are bytes between rows."""
    element = element_type(dtype)

    def generate(context, builder, signature, args):
        count = lane_count(element)
        steps = [[builder.mul(step, I64(i)) for i in range(count)] for step in (args[1], args[3])]
        rows = [emit_load(builder, builder.add(args[0], step), element) for step in steps[0]]
        half = count // 2
        while half:
            # exchange the upper right square of every block of 2 * half rows with its lower left one
            first = [j if not j & half else count + j - half for j in range(count)]
            second = [j + half if not j & half else count + j for j in range(count)]
            index = ir.VectorType(I32, count)
            for i in (i for i in range(count) if not i & half):
                x, y = rows[i], rows[i + half]
                rows[i] = builder.shuffle_vector(x, y, ir.Constant(index, first))
                rows[i + half] = builder.shuffle_vector(x, y, ir.Constant(index, second))
            half //= 2
        for row, step in zip(rows, steps[1]):
            emit_store(builder, builder.add(args[2], step), row, element)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64, types.int64, dtype), generate


def _emit_widened(builder, vector, half):
    return builder.fpext(emit_halves(builder, vector)[half], vector_type(types.float64))


@intrinsic
def widened_lower(typing_context, x):
    """The lower half of the lanes of a vector of float32, as float64."""
    wide = VectorType(types.float64)
    return wide(x), lambda context, builder, signature, args: _emit_widened(builder, args[0], 0)


@intrinsic
def widened_upper(typing_context, x):
    wide = VectorType(types.float64)
    return wide(x), lambda context, builder, signature, args: _emit_widened(builder, args[0], 1)


@intrinsic
def prefetch(typing_context, address):
    def generate(context, builder, signature, args):
        emit_prefetch(builder, args[0])
        return context.get_dummy_value()

    return types.void(types.int64), generate


def _register_operator(symbol, emit):
    @infer_global(symbol)
    class _Typing(AbstractTemplate):
        def generic(self, args, kws):
            if len(args) == 2 and isinstance(args[0], VectorType) and args[0] == args[1]:
                return signature(args[0], *args)
            return None

    @lower_builtin(symbol, VectorType, VectorType)
    def _lower(context, builder, signature, args):
        return emit(builder, *args)


_register_operator(operator.add, lambda builder, x, y: builder.fadd(x, y))
_register_operator(operator.sub, lambda builder, x, y: builder.fsub(x, y))
_register_operator(operator.mul, lambda builder, x, y: builder.fmul(x, y))
_register_operator(operator.truediv, lambda builder, x, y: builder.fdiv(x, y))
