"""Tensor lists: making them, one item, and whole lists. How versions share items: nbtf/kernels/list_versions.py."""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from nbtf.kernels.collection import (
    DESCRIPTOR_BYTES,
    give_handle,
    int32_scalar,
    is_compatible,
    is_defined,
    lend,
    make_room,
    new_element,
    new_rows,
    put_int32,
    record_at,
    record_of,
    ticket_of,
    zero_element,
)
from nbtf.kernels.jit import instruction
from nbtf.kernels.list_versions import (
    bring_forward,
    check_dtype,
    copy_items,
    derive,
    is_scalar,
    item_at,
    learn,
    list_in,
    merged_shape,
    new_list,
    read_shape,
    supersede,
    tail_compatible,
)
from nbtf.kernels.memory import (
    attrs_of,
    copy_bytes,
    copy_shape,
    operand,
    pointer,
    refuse,
    reserve,
    set_size,
    set_word,
    word,
)
from nbtf.layout import (
    DATA,
    DIMS,
    HEAP_FULL,
    ITEM_COUNT,
    ITEMS,
    ITEMSIZE,
    MOST_ITEMS,
    NEXT,
    RANK,
    SCRATCH,
    SIZE,
    TENSOR_LIST_KIND,
    TOO_LARGE,
    WORD,
)
from nbtf.refusals import (
    LIST_COUNT_NEGATIVE,
    LIST_EMPTY,
    LIST_FULL,
    LIST_NOT_SCALAR,
    LIST_POPS_UNSET,
    LIST_PUSHES_SHAPE,
    LIST_READS_OUTSIDE,
    LIST_READS_UNSET,
    LIST_RESIZE_NEGATIVE,
    LIST_WRITES_OUTSIDE,
    LIST_WRITES_SHAPE,
    LISTS_BATCHES,
    LISTS_PUSHED_COUNT,
    LISTS_PUSHED_SCALAR,
    LISTS_PUSHED_SHAPE,
    LISTS_SHAPES,
    NOT_A_LIST,
)

# ---- making lists ----------------------------------------------------------------------------------------------------


@instruction
def empty_list(state, ip):
    """element_shape, max_num_elements, handle. Block: dtype."""
    most = operand(state, ip, 1)
    shape = word(state, SCRATCH)
    status = read_shape(state, operand(state, ip, 0), shape)
    if status != NEXT:
        return status
    if not is_scalar(most):
        return refuse(state, LIST_NOT_SCALAR, most)
    record = new_list(state, ip, word(attrs_of(ip), 0), shape, 0)
    if record == 0:
        return HEAP_FULL
    set_word(record, MOST_ITEMS, int32_scalar(most))
    return give_handle(state, record, operand(state, ip, 2))


@instruction
def reserve_list(state, ip):
    """element_shape, num_elements, handle. Block: dtype."""
    count = operand(state, ip, 1)
    shape = word(state, SCRATCH)
    status = read_shape(state, operand(state, ip, 0), shape)
    if status != NEXT:
        return status
    if not is_scalar(count):
        return refuse(state, LIST_NOT_SCALAR, count)
    if int32_scalar(count) < 0:
        return refuse(state, LIST_COUNT_NEGATIVE, int32_scalar(count))
    record = new_list(state, ip, word(attrs_of(ip), 0), shape, int32_scalar(count))
    if record == 0:
        return HEAP_FULL
    return give_handle(state, record, operand(state, ip, 2))


# ---- one item --------------------------------------------------------------------------------------------------------


@instruction
def push_back(state, ip):
    """input_handle, tensor, output_handle. Block: dtype."""
    old, tensor = list_in(state, operand(state, ip, 0)), operand(state, ip, 1)
    status = check_dtype(state, old, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    if not is_compatible(old, tensor):
        return refuse(state, LIST_PUSHES_SHAPE, tensor, old)
    element = new_element(state, tensor)
    if element == 0:
        return HEAP_FULL
    new = derive(state, ip, old)
    if new == 0:
        return HEAP_FULL
    status = _append(state, old, new, element)
    return status if status != NEXT else give_handle(state, new, operand(state, ip, 2))


@register_jitable
def _append(state, old, new, element):
    count, most = word(old, ITEM_COUNT), word(old, MOST_ITEMS)
    if 0 <= most <= count:
        return refuse(state, LIST_FULL, count, most)
    if make_room(state, old, count + 1, 1) != NEXT:
        return HEAP_FULL
    supersede(old, new, count + 1, count, element)
    return NEXT


@instruction
def pop_back(state, ip):
    """input_handle, element_shape, output_handle, tensor. Block: dtype. The tensor is the element itself."""
    old, tensor = list_in(state, operand(state, ip, 0)), operand(state, ip, 3)
    status = check_dtype(state, old, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    count = word(old, ITEM_COUNT)
    if count == 0:
        return refuse(state, LIST_EMPTY)
    item = item_at(old, count - 1)
    if item == 0:
        shape = word(state, SCRATCH)
        status = merged_shape(state, operand(state, ip, 1), old, shape)
        if status != NEXT:
            return status
        if not is_defined(shape):
            return refuse(state, LIST_POPS_UNSET, shape)
        if set_size(shape) != NEXT:
            return TOO_LARGE
        item = zero_element(state, shape, word(tensor, ITEMSIZE))
    new = derive(state, ip, old)
    if item == 0 or new == 0:
        return HEAP_FULL
    status = give_handle(state, new, operand(state, ip, 2))
    if status == NEXT:
        supersede(old, new, count - 1, -1, 0)
        lend(item, tensor)
    return status


@instruction
def get_item(state, ip):
    """input_handle, index, element_shape, item. Block: dtype. The item is the element itself."""
    record, index, item = list_in(state, operand(state, ip, 0)), operand(state, ip, 1), operand(state, ip, 3)
    status = check_dtype(state, record, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    if not is_scalar(index):
        return refuse(state, LIST_NOT_SCALAR, index)
    at, count = int32_scalar(index), word(record, ITEM_COUNT)
    if at < 0 or at >= count:
        return refuse(state, LIST_READS_OUTSIDE, at, count)
    element = item_at(record, at)
    if element == 0:
        shape = word(state, SCRATCH)
        status = merged_shape(state, operand(state, ip, 2), record, shape)
        for i in range(count):
            if status == NEXT and not is_defined(shape):
                status = learn(state, shape, item_at(record, i))
        if status != NEXT:
            return status
        if not is_defined(shape):
            return refuse(state, LIST_READS_UNSET, shape)
        if set_size(shape) != NEXT:
            return TOO_LARGE
        element = zero_element(state, shape, word(item, ITEMSIZE))
        if element == 0:
            return HEAP_FULL
    lend(element, item)
    return NEXT


@instruction
def set_item(state, ip):
    """input_handle, index, item, output_handle. Block: dtype, grows."""
    old, index, item = list_in(state, operand(state, ip, 0)), operand(state, ip, 1), operand(state, ip, 2)
    attrs = attrs_of(ip)
    status = check_dtype(state, old, word(attrs, 0))
    if status != NEXT:
        return status
    if not is_scalar(index):
        return refuse(state, LIST_NOT_SCALAR, index)
    at, count = int32_scalar(index), word(old, ITEM_COUNT)
    if at < 0 or (at >= count and not word(attrs, 1)):
        return refuse(state, LIST_WRITES_OUTSIDE, at, count)
    if not is_compatible(old, item):
        return refuse(state, LIST_WRITES_SHAPE, item, old)
    element = new_element(state, item)
    if element == 0:
        return HEAP_FULL
    new = derive(state, ip, old)
    if new == 0:
        return HEAP_FULL
    if at >= count:
        if copy_items(state, old, new, at + 1) != NEXT:
            return HEAP_FULL
        set_word(word(new, ITEMS), at, element)
    else:
        supersede(old, new, count, at, element)
    return give_handle(state, new, operand(state, ip, 3))


# ---- what a list tells -----------------------------------------------------------------------------------------------


@instruction
def list_length(state, ip):
    """input_handle, length."""
    record = record_of(state, operand(state, ip, 0), TENSOR_LIST_KIND)
    if record == 0:
        return refuse(state, NOT_A_LIST)
    return put_int32(state, operand(state, ip, 1), word(record, ITEM_COUNT))


@instruction
def list_element_shape(state, ip):
    """input_handle, element_shape: int32 or int64; a scalar -1 where the rank is unknown."""
    record, shape = record_of(state, operand(state, ip, 0), TENSOR_LIST_KIND), operand(state, ip, 1)
    if record == 0:
        return refuse(state, NOT_A_LIST)
    rank = word(record, RANK)
    set_word(shape, RANK, 0 if rank < 0 else 1)
    set_word(shape, DIMS, rank)
    status = reserve(state, shape)
    if status == NEXT:
        for i in range(word(shape, SIZE)):
            dim = -1 if rank < 0 else word(record, DIMS + i)
            if word(shape, ITEMSIZE) == WORD:
                set_word(word(shape, DATA), i, dim)
            else:
                carray(pointer(word(shape, DATA)), (i + 1,), np.int32)[i] = dim
    return status


# ---- whole lists -----------------------------------------------------------------------------------------------------


@instruction
def resize_list(state, ip):
    """input_handle, size, output_handle."""
    old, size = list_in(state, operand(state, ip, 0)), operand(state, ip, 1)
    if old == 0:
        return refuse(state, NOT_A_LIST)
    if not is_scalar(size):
        return refuse(state, LIST_NOT_SCALAR, size)
    count = int32_scalar(size)
    if count < 0:
        return refuse(state, LIST_RESIZE_NEGATIVE, count)
    new = derive(state, ip, old)
    if new == 0 or copy_items(state, old, new, count) != NEXT:
        return HEAP_FULL
    return give_handle(state, new, operand(state, ip, 2))


@instruction
def push_back_batch(state, ip):
    """input_handles, tensor, output_handles. Block: dtype. Row i goes to list i."""
    handles, tensor, target = operand(state, ip, 0), operand(state, ip, 1), operand(state, ip, 2)
    if word(tensor, RANK) < 1:
        return refuse(state, LISTS_PUSHED_SCALAR, tensor)
    count = word(handles, SIZE)
    if word(tensor, DIMS) != count:
        return refuse(state, LISTS_PUSHED_COUNT, word(tensor, DIMS), count)
    copy_shape(handles, target)
    status = reserve(state, target)
    rows = new_rows(state, tensor, count)
    if status != NEXT or rows == 0:
        return status if status != NEXT else HEAP_FULL
    for i in range(count):
        old = record_at(state, word(word(handles, DATA), i), TENSOR_LIST_KIND)
        status = check_dtype(state, old, word(attrs_of(ip), 0))
        if status != NEXT:
            return status
        if not tail_compatible(old, tensor, 0):
            return refuse(state, LISTS_PUSHED_SHAPE, i, tensor, old)
        bring_forward(old)
        new = derive(state, ip, old)
        if new == 0:
            return HEAP_FULL
        status = _append(state, old, new, rows + i * DESCRIPTOR_BYTES)
        if status != NEXT:
            return status
        set_word(word(target, DATA), i, ticket_of(state, new))
    return NEXT


@instruction
def concat_lists(state, ip):
    """input_a, input_b, output: lists, or tensors of one shape of them. Block: dtype."""
    a, b, target = operand(state, ip, 0), operand(state, ip, 1), operand(state, ip, 2)
    if word(a, SIZE) != word(b, SIZE) or not is_compatible(a, b):
        return refuse(state, LISTS_BATCHES, a, b)
    copy_shape(a, target)
    status = reserve(state, target)
    if status != NEXT:
        return status
    for i in range(word(a, SIZE)):
        one = record_at(state, word(word(a, DATA), i), TENSOR_LIST_KIND)
        two = record_at(state, word(word(b, DATA), i), TENSOR_LIST_KIND)
        status = check_dtype(state, one, word(attrs_of(ip), 0))
        if status == NEXT:
            status = check_dtype(state, two, word(attrs_of(ip), 0))
        if status != NEXT:
            return status
        if not is_compatible(one, two):
            return refuse(state, LISTS_SHAPES, i, one, two)
        new = derive(state, ip, one)
        if new == 0:
            return HEAP_FULL
        bring_forward(one)
        kept = word(one, ITEM_COUNT)
        if copy_items(state, one, new, kept + word(two, ITEM_COUNT)) != NEXT:
            return HEAP_FULL
        bring_forward(two)  # only now: both may be versions of one list
        copy_bytes(word(new, ITEMS) + WORD * kept, word(two, ITEMS), WORD * word(two, ITEM_COUNT))
        set_word(word(target, DATA), i, ticket_of(state, new))
    return NEXT
