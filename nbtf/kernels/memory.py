"""Words at addresses, slots and buffers, as compiled code sees them."""

import numpy as np
from llvmlite import ir
from numba import carray, types
from numba.core import cgutils
from numba.extending import intrinsic, overload, register_jitable

from nbtf.layout import (
    ATTRS,
    CAPACITY,
    DATA,
    DETAILS,
    DIMS,
    DTYPE,
    HEAP_END,
    HEAP_FULL,
    HEAP_TOP,
    ITEMSIZE,
    KIND,
    NEEDED,
    NEXT,
    OPERANDS,
    OVERFLOWED,
    PLANNED,
    RANK,
    REFUSAL,
    REFUSED_IN_WORDS,
    SIZE,
    TOO_LARGE,
    UNINITIALIZED,
    VARIABLE_KIND,
    WORD,
    WRONG_HANDLE,
)

_I64 = ir.IntType(64)
MAX_ELEMENTS = 1 << 46

# ---- words -----------------------------------------------------------------------------------------------------------


@intrinsic
def _load(typing_context, address):
    def generate(context, builder, signature, args):
        return builder.load(builder.inttoptr(args[0], _I64.as_pointer()), typ=_I64)

    return types.int64(types.int64), generate


@intrinsic
def _store(typing_context, address, value):
    def generate(context, builder, signature, args):
        builder.store(args[1], builder.inttoptr(args[0], _I64.as_pointer()))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), generate


@intrinsic
def pointer(typing_context, address):
    def generate(context, builder, signature, args):
        return builder.inttoptr(args[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


@intrinsic
def call_entry(typing_context, entry, first, second):
    """Indirect call of `int64 entry(int64, int64)` by address."""

    def generate(context, builder, signature, args):
        entry_type = ir.FunctionType(_I64, [_I64, _I64])
        return builder.call(builder.inttoptr(args[0], entry_type.as_pointer()), args[1:])

    return types.int64(types.int64, types.int64, types.int64), generate


@intrinsic
def copy_bytes(typing_context, target, source, count):
    """memcpy: the regions must not overlap."""

    def generate(context, builder, signature, args):
        byte = ir.IntType(8).as_pointer()
        to, origin = builder.inttoptr(args[0], byte), builder.inttoptr(args[1], byte)
        cgutils.raw_memcpy(builder, to, origin, args[2], ir.Constant(_I64, 1))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64), generate


@register_jitable
def word(base, index):
    return _load(base + WORD * index)


@register_jitable
def set_word(base, index, value):
    _store(base + WORD * index, value)


@register_jitable
def words(base, index, count):
    """int64 view of `count` words."""
    return carray(pointer(base + WORD * index), (count,), np.int64)


@register_jitable
def fill_bytes(address, count, value):
    view = carray(pointer(address), (count,), np.uint8)
    for i in range(count):
        view[i] = value


# ---- slots -----------------------------------------------------------------------------------------------------------


@register_jitable
def operand(state, ip, index):
    """Address of the slot of operand `index`."""
    return state + word(ip, OPERANDS + index)


@register_jitable
def dims_of(slot):
    return words(slot, DIMS, word(slot, RANK))


def set_shape(slot, dims):
    """dims: what a shape rule of fixed rank returned, a tuple. Compiled code only."""
    raise NotImplementedError


@overload(set_shape)
def _set_shape(slot, dims):
    if len(dims) == 0:  # Numba cannot index an empty tuple, not even in a loop that never runs
        return lambda slot, dims: set_word(slot, RANK, 0)

    def set_shape(slot, dims):
        for i in range(len(dims)):
            set_word(slot, DIMS + i, dims[i])
        set_word(slot, RANK, len(dims))

    return set_shape


@register_jitable
def copy_shape(source, target):
    set_word(target, SIZE, word(source, SIZE))
    for i in range(RANK, DIMS + word(source, RANK)):
        set_word(target, i, word(source, i))


@register_jitable
def bytes_of(slot):
    return word(slot, SIZE) * word(slot, ITEMSIZE)


@register_jitable
def share_buffer(source, target):
    """The target reads the source's elements; it owns no buffer, so that nothing is ever written through it."""
    set_word(target, DATA, word(source, DATA))
    set_word(target, SIZE, word(source, SIZE))
    set_word(target, CAPACITY, 0)


@register_jitable
def set_size(slot):
    """SIZE from the dims, without overflow."""
    size = 1
    dims = dims_of(slot)
    for i in range(len(dims)):
        if dims[i] < 0 or (dims[i] > 0 and size > MAX_ELEMENTS // dims[i]):
            return TOO_LARGE
        size *= dims[i]
    set_word(slot, SIZE, size)
    return NEXT


@register_jitable
def allocate(state, size):
    """Address of `size` bytes of the run's heap, 64-byte aligned; 0 when the host must add memory first."""
    start = (word(state, HEAP_TOP) + 63) & -64
    if start + size > word(state, HEAP_END):
        set_word(state, NEEDED, size)
        return 0
    set_word(state, HEAP_TOP, start + size)
    return start


@register_jitable
def reserve(state, slot):
    """SIZE from the dims, and a buffer that holds it: the planned one where it is large enough, else the heap's."""
    status = set_size(slot)
    if status != NEXT:
        return status
    needed = bytes_of(slot)
    if word(slot, CAPACITY) < needed or word(slot, DATA) == 0:
        # twice what it had: a tensor that grows in a loop must not fill the heap with its past
        wanted = max(needed, min(2 * word(slot, CAPACITY), 2 * needed))
        start = allocate(state, wanted)
        if start == 0:
            return HEAP_FULL
        set_word(state, OVERFLOWED, word(state, OVERFLOWED) + wanted)
        set_word(slot, DATA, start)
        set_word(slot, CAPACITY, wanted)
        set_word(slot, PLANNED, 0)
    return NEXT


@register_jitable
def refuse(state, number, first=0, second=0, third=0, fourth=0):
    """What a raw instruction returns for a refusal of nbtf/refusals.py; the details fill its message in."""
    set_word(state, REFUSAL, number)
    set_word(state, DETAILS, first)
    set_word(state, DETAILS + 1, second)
    set_word(state, DETAILS + 2, third)
    set_word(state, DETAILS + 3, fourth)
    return REFUSED_IN_WORDS


# ---- variables -------------------------------------------------------------------------------------------------------


@register_jitable
def variable_of(slot):
    """Address of the variable's record that a handle leads to."""
    return word(word(slot, DATA), 0)


@register_jitable
def handle_status(slot, kind):
    record = word(word(slot, DATA), 0)
    # host resources have small numbers; records lie at addresses, and begin at a word
    if record < 4096 or record & 7 or word(record, KIND) != kind:
        return WRONG_HANDLE
    return NEXT


@register_jitable
def variable_status(slot, dtype):
    """May the variable behind this handle be read as elements of this DataType?"""
    status = handle_status(slot, VARIABLE_KIND)
    if status != NEXT:
        return status
    if word(variable_of(slot), DATA) == 0:
        return UNINITIALIZED
    return NEXT if word(variable_of(slot), DTYPE) == dtype else WRONG_HANDLE


# ---- typed views -----------------------------------------------------------------------------------------------------


@register_jitable
def flat(slot, dtype):
    return carray(pointer(word(slot, DATA)), (word(slot, SIZE),), dtype)


@register_jitable
def view2(slot, dtype):
    return carray(pointer(word(slot, DATA)), (word(slot, DIMS), word(slot, DIMS + 1)), dtype)


@register_jitable
def view3(slot, dtype):
    shape = (word(slot, DIMS), word(slot, DIMS + 1), word(slot, DIMS + 2))
    return carray(pointer(word(slot, DATA)), shape, dtype)


@register_jitable
def view4(slot, dtype):
    shape = (word(slot, DIMS), word(slot, DIMS + 1), word(slot, DIMS + 2), word(slot, DIMS + 3))
    return carray(pointer(word(slot, DATA)), shape, dtype)


@register_jitable
def view5(slot, dtype):
    shape = (word(slot, DIMS), word(slot, DIMS + 1), word(slot, DIMS + 2), word(slot, DIMS + 3), word(slot, DIMS + 4))
    return carray(pointer(word(slot, DATA)), shape, dtype)


# ---- attribute blocks ------------------------------------------------------------------------------------------------


@register_jitable
def attrs_of(ip):
    return word(ip, ATTRS)


@register_jitable
def float_word(base, index):
    return carray(pointer(base + WORD * index), (1,), np.float64)[0]


@register_jitable
def bool_word(base, index):
    return word(base, index) != 0


@register_jitable
def list_words(base, index):
    """A list attribute: its count, and where its words begin, counted from the start of the block."""
    return words(base, word(base, index + 1), word(base, index))


@register_jitable
def float_list_words(base, index):
    return carray(pointer(base + WORD * word(base, index + 1)), (word(base, index),), np.float64)


@register_jitable
def first_operand(ip, index):
    return OPERANDS + index
