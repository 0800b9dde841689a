"""Elementwise programs: one instruction runs scalar rules over blocks of elements that stay in the first-level cache.

Operands are the inputs, then the output. The attribute block holds [inputs, steps, temporaries] and then a step each:
[handler, z, x, y, w, alike], where registers 0 .. inputs-1 are the inputs, `inputs` is the output, and the rest
temporaries of BLOCK elements; y and w are -1 where the rule takes fewer arguments. `alike` is -1 where the arguments
broadcast; else so many leading ones must have the dims of the result, the others those or none. A single op is a program
of one step. The last step has the dims of the output; where an earlier one has smaller dims, its elements are computed
again wherever they repeat.

`prepare_map` follows the dims through the steps, merges neighbouring axes that every input walks alike, and leaves in the
instruction's private words: axes, then (size, stride in elements of each input) an axis, innermost last.

A short innermost axis, such as the channels of an image, joins the one outside it although some inputs, such as a bias,
repeat with its period: those are written out for a whole block. Their stride is negative: -(period * MOST_TILES + number).
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from nbtf.kernels.jit import instruction, rule_for
from nbtf.kernels.memory import attrs_of, call_entry, copy_bytes, operand, pointer, reserve, set_word, word
from nbtf.kernels.team import called, parts_for, portion, share_out
from nbtf.layout import (
    ALONE,
    BLOCK,
    BLOCK_BYTES,
    COMPARED,
    COUNT,
    DATA,
    DIMS,
    ITEMSIZE,
    MAX_RANK,
    MAX_TEMPORARIES,
    MOST_PERIOD,
    MOST_TILES,
    NEXT,
    PREPARED,
    PREPARED_WORDS,
    RANK,
    REFUSED,
    REGISTER_WORDS,
    SCRATCH,
    SCRATCH_BYTES,
    SCRATCH_WORDS,
    SIZE,
    TILE_BYTES,
    WORD,
    W,
    X,
    Y,
    Z,
)

AXES = 0
FIRST_AXIS = 1
STEP_WORDS = 6
HEADER = 3
STEP_WORK = 8  # a step of an element takes as long as so many multiply-adds of a product

# scratch words of a running program, after the registers
COUNTERS = REGISTER_WORDS  # position on each axis
ADDRESSES = COUNTERS + MAX_RANK  # of each input, of the output, of each temporary
COUNTS = ADDRESSES + 64  # elements behind each address: the block's, or 1
SHAPES = COUNTS + 64  # while it is prepared: rank and dims of each temporary
SHAPE_WORDS = 1 + MAX_RANK
TILED = SHAPES + SHAPE_WORDS * MAX_TEMPORARIES  # what is written out for each input with a period: where it lies
LEAST_PERIODS = 4  # that are worth it


@register_jitable
def private_words(state, ip):
    """What prepare_map left for map: behind the dims it was run for."""
    return state + word(ip, PREPARED) + WORD * PREPARED_WORDS * word(ip, COMPARED)


@instruction
def prepare_map(state, ip):
    attrs = attrs_of(ip)
    inputs = word(attrs, 0)
    target = operand(state, ip, inputs)
    for k in range(word(attrs, 1)):
        step = attrs + WORD * (HEADER + STEP_WORDS * k)
        if not step_shape(state, ip, step, inputs):
            return REFUSED
    status = reserve(state, target)
    if status == NEXT:
        plan_axes(state, ip, inputs, word(target, RANK))
    return status


@register_jitable
def shape_of(state, ip, register, inputs):
    """Address of rank and dims of what a register holds."""
    if register <= inputs:
        return operand(state, ip, register) + WORD * RANK
    return word(state, SCRATCH) + WORD * (SHAPES + SHAPE_WORDS * (register - inputs - 1))


@register_jitable
def step_shape(state, ip, step, inputs):
    """Rank and dims of a step's result from those of its arguments; False where they do not fit."""
    result = shape_of(state, ip, word(step, 1), inputs)
    rank = 0
    for argument in range(2, 5):
        if word(step, argument) >= 0:
            rank = max(rank, word(shape_of(state, ip, word(step, argument), inputs), 0))
    for axis in range(rank):
        dim = 1
        for argument in range(2, 5):
            if word(step, argument) >= 0:
                other = dim_from_end(shape_of(state, ip, word(step, argument), inputs), rank - axis)
                if dim != other and dim != 1 and other != 1:
                    return False
                dim = other if dim == 1 else dim
        set_word(result, 1 + axis, dim)
    set_word(result, 0, rank)
    return word(step, 5) < 0 or arguments_alike(state, ip, step, inputs, result)


@register_jitable
def dim_from_end(shape, position):
    """The dim that is `position` from the end, 1 where there is none."""
    rank = word(shape, 0)
    return word(shape, 1 + rank - position) if position <= rank else 1


@register_jitable
def arguments_alike(state, ip, step, inputs, result):
    """Whether a step's arguments have the dims of its result as far as the op demands it."""
    for argument in range(2, 5):
        if word(step, argument) < 0:
            continue
        shape = shape_of(state, ip, word(step, argument), inputs)
        rank = word(shape, 0)
        if argument - 2 >= word(step, 5) and rank == 0:
            continue
        if rank != word(result, 0):
            return False
        for axis in range(rank):
            if word(shape, 1 + axis) != word(result, 1 + axis):
                return False
    return True


@register_jitable
def plan_axes(state, ip, inputs, rank):
    """Strides of every input on every axis; an axis that continues the one outside it for all inputs joins it."""
    private = private_words(state, ip)
    target = operand(state, ip, inputs)
    width = 1 + inputs
    axes = 0
    for axis in range(rank):
        dim = word(target, DIMS + axis)
        if dim == 1:
            continue
        here = FIRST_AXIS + width * axes
        joins = axes > 0
        for i in range(inputs):
            stride = input_stride(operand(state, ip, i), axis, rank)
            set_word(private, here + 1 + i, stride)
            joins = joins and word(private, here - width + 1 + i) == stride * dim
        if joins:
            before = here - width
            set_word(private, before, word(private, before) * dim)
            for i in range(inputs):
                set_word(private, before + 1 + i, word(private, here + 1 + i))
        else:
            set_word(private, here, dim)
            axes += 1
    if axes >= 2 and join_period(private, inputs, axes):
        axes -= 1
    if axes == 0:
        set_word(private, FIRST_AXIS, 1)
        for i in range(inputs):
            set_word(private, FIRST_AXIS + 1 + i, 0)
        axes = 1
    set_word(private, AXES, axes)


@register_jitable
def join_period(private, inputs, axes):
    """Joins the two innermost axes, if the innermost is short and no input but walks on or repeats with its period."""
    width = 1 + inputs
    here = FIRST_AXIS + width * (axes - 1)
    before = here - width
    period = word(private, here)
    if period > MOST_PERIOD or word(private, before) < LEAST_PERIODS:
        return False
    tiles = 0
    for i in range(1, width):
        inner, outer = word(private, here + i), word(private, before + i)
        if outer == 0 and inner == 1:
            tiles += 1
        elif outer != inner * period:
            return False
    if tiles > MOST_TILES:
        return False
    tiles = 0
    for i in range(1, width):
        inner = word(private, here + i)
        if word(private, before + i) == 0 and inner == 1:
            inner = -(period * MOST_TILES + tiles)
            tiles += 1
        set_word(private, before + i, inner)
    set_word(private, before, word(private, before) * period)
    return True


@register_jitable
def input_stride(slot, axis, rank):
    """Elements between neighbours on an axis of the output; 0 where the input repeats."""
    at = axis - (rank - word(slot, RANK))
    if at < 0 or word(slot, DIMS + at) == 1:
        return 0
    stride = 1
    for k in range(at + 1, word(slot, RANK)):
        stride *= word(slot, DIMS + k)
    return stride


@instruction
def map(state, ip):
    part, parts, seat = 0, 1, 0
    helping = state & 1 != 0
    if helping:
        state, part, parts, seat = called(state - 1)
    attrs = attrs_of(ip)
    inputs = word(attrs, 0)
    size = word(operand(state, ip, inputs), SIZE)
    if size == 0:
        return NEXT
    if not helping:
        many = parts_for(state, size * word(attrs, 1) * STEP_WORK)
        if many > 1:
            status = share_out(state, ip, many)
            if status != ALONE:
                return status
    return run_part(state, ip, attrs, word(state, SCRATCH) + seat * SCRATCH_BYTES, inputs, size, part, parts)


@register_jitable
def run_part(state, ip, attrs, scratch, inputs, size, part, parts):
    """Some rows, or of every row some blocks."""
    private = private_words(state, ip)
    axes = word(private, AXES)
    inner = word(private, FIRST_AXIS + (1 + inputs) * (axes - 1))
    rows = size // inner
    by_rows = rows >= parts
    first_row, end_row = portion(rows, 1, part, parts) if by_rows else (0, rows)
    first, end = (0, inner) if by_rows else portion(inner, BLOCK, part, parts)
    left = first_row
    for axis in range(axes - 2, -1, -1):
        dim = word(private, FIRST_AXIS + (1 + inputs) * axis)
        set_word(scratch, COUNTERS + axis, left % dim)
        left //= dim
    for k in range(word(attrs, 2)):
        set_word(scratch, ADDRESSES + inputs + 1 + k, scratch + WORD * SCRATCH_WORDS + BLOCK_BYTES * k)
    for k in range(MOST_TILES):
        set_word(scratch, TILED + k, 0)
    for row in range(first_row, end_row):
        place_row(state, ip, private, scratch, inputs, axes, row * inner, first)
        status = run_row(state, ip, attrs, private, scratch, inputs, axes, first, end)
        if status != NEXT:
            return status
        next_row(private, scratch, inputs, axes)
    return NEXT


@register_jitable
def run_row(state, ip, attrs, private, scratch, inputs, axes, first, end):
    """All steps over elements [first, end) of the innermost axis, a block at a time."""
    strides = FIRST_AXIS + (1 + inputs) * (axes - 1) + 1
    while first < end:
        count = min(BLOCK, end - first)
        set_word(scratch, COUNT, count)
        for i in range(inputs):
            stride = word(private, strides + i)
            set_word(scratch, COUNTS + i, count if stride else 1)
            if stride < 0:
                place = first % (-stride // MOST_TILES) * word(operand(state, ip, i), ITEMSIZE)
                set_word(scratch, ADDRESSES + i, tile_of(scratch, stride) + place)
        for k in range(inputs, inputs + 1 + word(attrs, 2)):
            set_word(scratch, COUNTS + k, count)
        status = run_steps(attrs, scratch)
        if status != NEXT:
            return status
        for i in range(inputs + 1):
            stride = 1 if i == inputs else max(word(private, strides + i), 0)
            step = stride * count * word(operand(state, ip, i), ITEMSIZE)
            set_word(scratch, ADDRESSES + i, word(scratch, ADDRESSES + i) + step)
        first += count
    return NEXT


@register_jitable
def run_steps(attrs, scratch):
    for k in range(word(attrs, 1)):
        step = attrs + WORD * (HEADER + STEP_WORDS * k)
        set_word(scratch, Z, word(scratch, ADDRESSES + word(step, 1)))
        set_source(scratch, X, word(step, 2))
        if word(step, 3) >= 0:
            set_source(scratch, Y, word(step, 3))
            if word(step, 4) >= 0:
                set_source(scratch, W, word(step, 4))
        status = call_entry(word(step, 0), scratch, 0)
        if status != NEXT:
            return status
    return NEXT


@register_jitable
def set_source(scratch, register, operand_number):
    set_word(scratch, register, word(scratch, ADDRESSES + operand_number))
    set_word(scratch, register + 1, word(scratch, COUNTS + operand_number))


@register_jitable
def next_row(private, scratch, inputs, axes):
    """Advance the odometer of the outer axes."""
    for axis in range(axes - 2, -1, -1):
        position = word(scratch, COUNTERS + axis) + 1
        if position < word(private, FIRST_AXIS + (1 + inputs) * axis):
            set_word(scratch, COUNTERS + axis, position)
            return
        set_word(scratch, COUNTERS + axis, 0)


@register_jitable
def place_row(state, ip, private, scratch, inputs, axes, done, first):
    """Addresses of element `first` of the row where the odometer stands, `done` elements of the output behind."""
    width = 1 + inputs
    for i in range(inputs):
        slot = operand(state, ip, i)
        stride = word(private, FIRST_AXIS + width * (axes - 1) + 1 + i)
        offset = first * max(stride, 0)
        for axis in range(axes - 1):
            offset += word(scratch, COUNTERS + axis) * word(private, FIRST_AXIS + width * axis + 1 + i)
        place = word(slot, DATA) + offset * word(slot, ITEMSIZE)
        if stride < 0:
            write_out(scratch, stride, place, word(slot, ITEMSIZE))
        set_word(scratch, ADDRESSES + i, place)
    target = operand(state, ip, inputs)
    set_word(scratch, ADDRESSES + inputs, word(target, DATA) + (done + first) * word(target, ITEMSIZE))


@register_jitable
def tile_of(scratch, stride):
    """Address of what is written out for an input of this stride."""
    blocks = scratch + WORD * SCRATCH_WORDS + BLOCK_BYTES * MAX_TEMPORARIES
    return blocks + TILE_BYTES * (-stride % MOST_TILES)


@register_jitable
def write_out(scratch, stride, source, itemsize):
    """The period at `source` again and again, a block and a period long, unless it is there already."""
    number, size = -stride % MOST_TILES, -stride // MOST_TILES * itemsize
    if word(scratch, TILED + number) == source:
        return
    set_word(scratch, TILED + number, source)
    tile, end = tile_of(scratch, stride), BLOCK * itemsize + size
    copy_bytes(tile, source, size)
    while size < end:
        more = min(size, end - size)
        copy_bytes(tile + size, tile, more)
        size += more


# ---- handlers: one scalar rule over one block ------------------------------------------------------------------------


def handler(name, dtypes):
    """`int64 handler(int64 registers, int64 unused)` of a rule; dtypes: numpy names of its arguments and its result."""
    rule = register_jitable(rule_for(name, dtypes[0]))
    numpy_types = [getattr(np, "bool_" if t == "bool" else t) for t in dtypes]
    return (_unary, _binary, _ternary)[len(dtypes) - 2](rule, *numpy_types)


@register_jitable
def register_view(registers, which, dtype):
    count = word(registers, COUNT if which == Z else which + 1)
    return carray(pointer(word(registers, which)), (count,), dtype)


def _unary(rule, x_type, z_type):
    def handler(registers, unused):
        x, z = register_view(registers, X, x_type), register_view(registers, Z, z_type)
        if len(x) == 1:
            value = z_type(rule(x[0]))
            for i in range(len(z)):
                z[i] = value
        else:
            for i in range(len(z)):
                z[i] = rule(x[i])
        return NEXT

    return handler


def _binary(rule, x_type, y_type, z_type):
    def handler(registers, unused):
        x, y = register_view(registers, X, x_type), register_view(registers, Y, y_type)
        z = register_view(registers, Z, z_type)
        if len(y) == 1:
            if len(x) == 1:
                value = z_type(rule(x[0], y[0]))
                for i in range(len(z)):
                    z[i] = value
            else:
                side = y[0]
                for i in range(len(z)):
                    z[i] = rule(x[i], side)
        elif len(x) == 1:
            side = x[0]
            for i in range(len(z)):
                z[i] = rule(side, y[i])
        else:
            for i in range(len(z)):
                z[i] = rule(x[i], y[i])
        return NEXT

    return handler


def _ternary(rule, x_type, y_type, w_type, z_type):
    def handler(registers, unused):
        x, y = register_view(registers, X, x_type), register_view(registers, Y, y_type)
        w, z = register_view(registers, W, w_type), register_view(registers, Z, z_type)
        count = len(z)
        if len(x) == count and len(y) == count and len(w) == count:
            for i in range(count):
                z[i] = rule(x[i], y[i], w[i])
        else:
            x_step, y_step, w_step = len(x) > 1, len(y) > 1, len(w) > 1
            for i in range(count):
                z[i] = rule(x[i * x_step], y[i * y_step], w[i * w_step])
        return NEXT

    return handler
