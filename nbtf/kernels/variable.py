"""Reading and assigning variables. A handle leads to a record laid out as a slot; see nbtf/vm/resources.py."""

from nbtf.kernels.jit import instruction
from nbtf.kernels.memory import (
    bytes_of,
    copy_bytes,
    copy_shape,
    handle_status,
    operand,
    reserve,
    set_word,
    variable_of,
    variable_status,
    word,
)
from nbtf.layout import CAPACITY, DATA, NEEDED, NEXT, ROOM, VARIABLE_FULL, VARIABLE_KIND


@instruction
def read_variable(state, ip):
    """Operand 1 becomes another descriptor of what the variable behind operand 0 holds."""
    source, target = operand(state, ip, 0), operand(state, ip, 1)
    status = variable_status(source)
    if status == NEXT:
        variable = variable_of(source)
        copy_shape(variable, target)
        set_word(target, DATA, word(variable, DATA))
        set_word(target, CAPACITY, 0)
    return status


@instruction
def copy_variable(state, ip):
    """Operand 1 becomes a copy: the variable is written while the copy is still read."""
    source, target = operand(state, ip, 0), operand(state, ip, 1)
    status = variable_status(source)
    if status != NEXT:
        return status
    variable = variable_of(source)
    copy_shape(variable, target)
    status = reserve(state, target)
    if status == NEXT:
        copy_bytes(word(target, DATA), word(variable, DATA), bytes_of(variable))
    return status


@instruction
def assign(state, ip):
    """The variable behind operand 0 takes the value of operand 1, in the memory it has where that is large enough."""
    source = operand(state, ip, 1)
    status = handle_status(operand(state, ip, 0), VARIABLE_KIND)
    if status != NEXT:
        return status
    variable = variable_of(operand(state, ip, 0))
    size = bytes_of(source)
    if word(variable, ROOM) == 0 or word(variable, CAPACITY) < size:
        set_word(state, NEEDED, size)
        return VARIABLE_FULL
    copy_shape(source, variable)
    set_word(variable, DATA, word(variable, ROOM))
    if word(source, DATA) != word(variable, DATA):
        copy_bytes(word(variable, DATA), word(source, DATA), size)
    return NEXT
