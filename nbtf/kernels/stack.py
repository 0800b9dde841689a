"""Stacks: what loops push for the gradients of their iterations, and these pop."""

from nbtf.kernels.collection import give_handle, int32_scalar, lend, make_room, new_element, new_record, record_of
from nbtf.kernels.jit import instruction
from nbtf.kernels.memory import attrs_of, operand, refuse, set_word, word
from nbtf.layout import (
    CLOSED,
    FLAGS,
    HEAP_FULL,
    ITEM_COUNT,
    ITEM_DTYPE,
    ITEMS,
    MOST_ITEMS,
    NEXT,
    RANK,
    STACK_KIND,
    WRONG_HANDLE,
)
from nbtf.refusals import STACK_CLOSED, STACK_DTYPE, STACK_EMPTY, STACK_FULL, STACK_SIZE_NOT_SCALAR


@instruction
def make_stack(state, ip):
    """max_size where the block says so, handle. Block: dtype, has a max_size."""
    attrs = attrs_of(ip)
    most = -1
    if word(attrs, 1):
        max_size = operand(state, ip, 0)
        if word(max_size, RANK) != 0:
            return refuse(state, STACK_SIZE_NOT_SCALAR, max_size)
        most = int32_scalar(max_size)
    record = new_record(state, ip, STACK_KIND)
    if record == 0:
        return HEAP_FULL
    set_word(record, ITEM_DTYPE, word(attrs, 0))
    set_word(record, MOST_ITEMS, most)
    return give_handle(state, record, operand(state, ip, word(attrs, 1)))


@instruction
def push(state, ip):
    """handle, elem. Block: dtype."""
    stack = record_of(state, operand(state, ip, 0), STACK_KIND)
    if stack == 0:
        return WRONG_HANDLE
    if word(stack, ITEM_DTYPE) != word(attrs_of(ip), 0):
        return refuse(state, STACK_DTYPE, word(stack, ITEM_DTYPE), word(attrs_of(ip), 0))
    if word(stack, FLAGS) & CLOSED:
        return refuse(state, STACK_CLOSED, stack)
    count, most = word(stack, ITEM_COUNT), word(stack, MOST_ITEMS)
    if 0 <= most <= count:
        return refuse(state, STACK_FULL, stack, most)
    if make_room(state, stack, count + 1, 1) != NEXT:
        return HEAP_FULL
    element = new_element(state, operand(state, ip, 1))
    if element == 0:
        return HEAP_FULL
    set_word(word(stack, ITEMS), count, element)
    set_word(stack, ITEM_COUNT, count + 1)
    return NEXT


@instruction
def pop(state, ip):
    """handle, elem. Block: dtype. What is popped is the element itself."""
    stack = record_of(state, operand(state, ip, 0), STACK_KIND)
    if stack == 0:
        return WRONG_HANDLE
    if word(stack, FLAGS) & CLOSED:
        return refuse(state, STACK_CLOSED, stack)
    count = word(stack, ITEM_COUNT)
    if count == 0:
        return refuse(state, STACK_EMPTY, stack)
    if word(stack, ITEM_DTYPE) != word(attrs_of(ip), 0):
        return refuse(state, STACK_DTYPE, word(stack, ITEM_DTYPE), word(attrs_of(ip), 0))
    lend(word(word(stack, ITEMS), count - 1), operand(state, ip, 1))
    set_word(stack, ITEM_COUNT, count - 1)
    return NEXT


@instruction
def close_stack(state, ip):
    """handle."""
    stack = record_of(state, operand(state, ip, 0), STACK_KIND)
    if stack == 0:
        return WRONG_HANDLE
    set_word(stack, FLAGS, word(stack, FLAGS) | CLOSED)
    return NEXT
