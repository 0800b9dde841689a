"""Reading and assigning variables. A handle leads to a record laid out as a slot; see nbtf/vm/resources.py."""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from nbtf.kernels.jit import instruction, kernel
from nbtf.kernels.memory import (
    attrs_of,
    bytes_of,
    copy_bytes,
    copy_shape,
    handle_status,
    operand,
    pointer,
    reserve,
    set_word,
    variable_of,
    variable_status,
    word,
)
from nbtf.layout import (
    ANY_SHAPE,
    CAPACITY,
    DATA,
    DIMS,
    DTYPE,
    ITEMSIZE,
    NEEDED,
    NEXT,
    RANK,
    REFUSED,
    ROOM,
    UNINITIALIZED,
    VARIABLE_FULL,
    VARIABLE_KIND,
    WRONG_HANDLE,
)
from nbtf.shapes import check

TYPE, VALIDATE_SHAPE = 0, 1  # attribute words of ReadVariableOp, Assign and AssignVariableOp


@register_jitable
def show(variable, target):
    """The target becomes another descriptor of what a variable holds."""
    copy_shape(variable, target)
    set_word(target, DATA, word(variable, DATA))
    set_word(target, CAPACITY, 0)


@instruction
def read_ref(state, ip):
    """Operand 1 becomes another descriptor of what the variable behind operand 0 holds."""
    source = operand(state, ip, 0)
    status = handle_status(source, VARIABLE_KIND)
    if status == NEXT and word(variable_of(source), DATA) == 0:
        status = UNINITIALIZED
    if status == NEXT:
        show(variable_of(source), operand(state, ip, 1))
    return status


@instruction
def read_variable(state, ip):
    """As read_ref, of a resource: the type of what it holds is known only now."""
    source = operand(state, ip, 0)
    status = variable_status(source, word(attrs_of(ip), TYPE))
    if status == NEXT:
        show(variable_of(source), operand(state, ip, 1))
    return status


@instruction
def copy_variable(state, ip):
    """Operand 1 becomes a copy: the variable is written while the copy is still read."""
    source, target = operand(state, ip, 0), operand(state, ip, 1)
    status = variable_status(source, word(attrs_of(ip), TYPE))
    if status != NEXT:
        return status
    variable = variable_of(source)
    copy_shape(variable, target)
    status = reserve(state, target)
    if status == NEXT:
        copy_bytes(word(target, DATA), word(variable, DATA), bytes_of(variable))
    return status


@register_jitable
def same_shape(a, b):
    for i in range(RANK, DIMS + word(a, RANK)):
        if word(a, i) != word(b, i):
            return False
    return True


@register_jitable
def may_take_shape(variable, source):
    """Whether the shape is that of the value a variable holds, or is declared to hold."""
    return word(variable, RANK) == ANY_SHAPE or same_shape(source, variable)


@instruction
def assign(state, ip):
    """The variable behind operand 0 takes the value of operand 1, in the memory it has where that is large enough."""
    source = operand(state, ip, 1)
    status = handle_status(operand(state, ip, 0), VARIABLE_KIND)
    if status != NEXT:
        return status
    variable = variable_of(operand(state, ip, 0))
    if word(variable, DTYPE) != word(attrs_of(ip), TYPE):
        return WRONG_HANDLE
    if word(attrs_of(ip), VALIDATE_SHAPE) != 0 and not may_take_shape(variable, source):
        return REFUSED
    size = bytes_of(source)
    if word(variable, ROOM) == 0 or word(variable, CAPACITY) < size:
        set_word(state, NEEDED, size)
        return VARIABLE_FULL
    copy_shape(source, variable)
    set_word(variable, DATA, word(variable, ROOM))
    if word(source, DATA) != word(variable, DATA):
        copy_bytes(word(variable, DATA), word(source, DATA), size)
    return NEXT


@instruction
def is_initialized(state, ip):
    """Operand 1, a bool scalar: whether the variable behind operand 0 holds a value."""
    source, target = operand(state, ip, 0), operand(state, ip, 1)
    status = handle_status(source, VARIABLE_KIND)
    if status != NEXT:
        return status
    set_word(target, RANK, 0)
    status = reserve(state, target)
    if status == NEXT:
        carray(pointer(word(target, DATA)), (1,), np.uint8)[0] = word(variable_of(source), DATA) != 0
    return status


@instruction
def variable_shape(state, ip):
    """Operand 1, int32 or int64 by its item size: the dims of the variable behind operand 0."""
    source, target = operand(state, ip, 0), operand(state, ip, 1)
    status = handle_status(source, VARIABLE_KIND)
    if status != NEXT:
        return status
    variable = variable_of(source)
    if word(variable, DATA) == 0:
        return UNINITIALIZED
    rank = word(variable, RANK)
    set_word(target, RANK, 1)
    set_word(target, DIMS, rank)
    status = reserve(state, target)
    if status == NEXT:
        for i in range(rank):
            if word(target, ITEMSIZE) == 4:
                carray(pointer(word(target, DATA)), (rank,), np.int32)[i] = word(variable, DIMS + i)
            else:
                carray(pointer(word(target, DATA)), (rank,), np.int64)[i] = word(variable, DIMS + i)
    return status


@kernel
def assign_add(ref, value):
    for i in range(len(value)):
        ref[i] += value[i]


@kernel
def assign_sub(ref, value):
    for i in range(len(value)):
        ref[i] -= value[i]


@kernel
def assign_add_variable(resource, value):
    for i in range(len(value)):
        resource[i] += value[i]


@kernel
def assign_sub_variable(resource, value):
    for i in range(len(value)):
        resource[i] -= value[i]


@kernel
def count_up_to(ref, output, limit):
    check(ref[0] < limit, "Reached limit of {}", limit)
    output[0] = ref[0]
    ref[0] += 1


@kernel
def resource_count_up_to(resource, output, limit):
    check(resource[0] < limit, "Reached limit of {}", limit)
    output[0] = resource[0]
    resource[0] += 1
