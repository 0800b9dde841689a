"""Optionals: values that hold several tensors, or nothing. An item is an element and the number of its DataType."""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from nbtf.kernels.collection import (
    give_handle,
    is_compatible,
    lend,
    make_room,
    new_element,
    new_record,
    record_of,
    shape_from_words,
)
from nbtf.kernels.jit import instruction
from nbtf.kernels.memory import attrs_of, operand, pointer, refuse, reserve, set_word, word
from nbtf.layout import (
    DATA,
    FLAGS,
    HAS_VALUE,
    HEAP_FULL,
    ITEM_COUNT,
    ITEMS,
    NEXT,
    OPTIONAL_ITEM_WORDS,
    OPTIONAL_KIND,
    RANK,
    SCRATCH,
    WORD,
)
from nbtf.refusals import NOT_AN_OPTIONAL, OPTIONAL_COUNT, OPTIONAL_DTYPE, OPTIONAL_EMPTY, OPTIONAL_SHAPE


@register_jitable
def fill_optional(state, ip, present, first, count, dtypes):
    """The record of an optional, of components that are operands from `first` on. dtypes: address of their numbers."""
    record = new_record(state, ip, OPTIONAL_KIND)
    held = count if present else 0
    if record == 0 or make_room(state, record, held, OPTIONAL_ITEM_WORDS) != NEXT:
        return HEAP_FULL
    set_word(record, FLAGS, HAS_VALUE if present else 0)
    set_word(record, ITEM_COUNT, held)
    for i in range(held):
        element = new_element(state, operand(state, ip, first + i))
        if element == 0:
            return HEAP_FULL
        set_word(word(record, ITEMS), OPTIONAL_ITEM_WORDS * i, element)
        set_word(word(record, ITEMS), OPTIONAL_ITEM_WORDS * i + 1, word(dtypes, i))
    return give_handle(state, record, operand(state, ip, first + count))


@instruction
def make_optional(state, ip):
    """components, optional. Block: has a value, number of components, the dtype of each."""
    attrs = attrs_of(ip)
    return fill_optional(state, ip, word(attrs, 0) != 0, 0, word(attrs, 1), attrs + 2 * WORD)


@instruction
def make_optional_if(state, ip):
    """whether there is a value, components, optional. Block: number of components, the dtype of each."""
    attrs = attrs_of(ip)
    present = carray(pointer(word(operand(state, ip, 0), DATA)), (1,), np.uint8)[0] != 0
    return fill_optional(state, ip, present, 1, word(attrs, 0), attrs + WORD)


@instruction
def optional_has_value(state, ip):
    """optional, has_value."""
    record, answer = record_of(state, operand(state, ip, 0), OPTIONAL_KIND), operand(state, ip, 1)
    if record == 0:
        return refuse(state, NOT_AN_OPTIONAL)
    set_word(answer, RANK, 0)
    status = reserve(state, answer)
    if status == NEXT:
        carray(pointer(word(answer, DATA)), (1,), np.uint8)[0] = word(record, FLAGS) & HAS_VALUE
    return status


@instruction
def optional_value(state, ip):
    """optional, components. Block: their number; of each, dtype, the words of its shape, and the shape."""
    attrs = attrs_of(ip)
    record, count = record_of(state, operand(state, ip, 0), OPTIONAL_KIND), word(attrs, 0)
    if record == 0:
        return refuse(state, NOT_AN_OPTIONAL)
    if not word(record, FLAGS) & HAS_VALUE:
        return refuse(state, OPTIONAL_EMPTY)
    if word(record, ITEM_COUNT) != count:
        return refuse(state, OPTIONAL_COUNT, word(record, ITEM_COUNT), count)
    at, shape = 1, word(state, SCRATCH)
    for i in range(count):
        element = word(word(record, ITEMS), OPTIONAL_ITEM_WORDS * i)
        dtype = word(word(record, ITEMS), OPTIONAL_ITEM_WORDS * i + 1)
        if dtype != word(attrs, at):
            return refuse(state, OPTIONAL_DTYPE, i, word(attrs, at), dtype)
        shape_from_words(attrs, at + 2, shape)
        if not is_compatible(shape, element):
            return refuse(state, OPTIONAL_SHAPE, i, shape, element)
        lend(element, operand(state, ip, 1 + i))
        at += 2 + word(attrs, at + 1)
    return NEXT
