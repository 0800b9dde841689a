"""Zeros and sums of variants: of tensor lists and optionals, and of the lists that these hold.

A variant that leads to nothing, as in zeroed memory, is a zero: adding it changes nothing. Nested lists are worked off one
after the other: a new record waits, with what it is made from, until its items are filled in.
"""

from numba.extending import register_jitable

from nbtf.kernels.collection import (
    add_elements,
    copy_pattern,
    is_compatible,
    is_summable,
    make_room,
    merge,
    new_element,
    new_record,
    record_at,
    same_shape,
    ticket_of,
    zero_element,
)
from nbtf.kernels.jit import instruction
from nbtf.kernels.list_versions import bring_forward
from nbtf.kernels.memory import copy_bytes, copy_shape, operand, refuse, reserve, set_word, word
from nbtf.layout import (
    DATA,
    FLAGS,
    HAS_VALUE,
    HEAP_FULL,
    ITEM_COUNT,
    ITEM_DTYPE,
    ITEMS,
    ITEMSIZE,
    KIND,
    MOST_ITEMS,
    NEXT,
    OPTIONAL_ITEM_WORDS,
    OPTIONAL_KIND,
    RESOURCE_COUNT,
    RESOURCES,
    SIZE,
    TENSOR_LIST_KIND,
    WAITING_FIRST,
    WAITING_SECOND,
    WORD,
)
from nbtf.refusals import (
    LISTS_ADDED_DTYPES,
    LISTS_ADDED_LENGTHS,
    LISTS_ADDED_SHAPES,
    OPTIONALS_ADDED_COUNT,
    OPTIONALS_ADDED_DTYPES,
    OPTIONALS_ADDED_EMPTY,
    TENSORS_ADDED_DTYPE,
    TENSORS_ADDED_SHAPES,
    VARIANTS_NO_ZEROS,
    VARIANTS_NOT_ADDABLE,
)

VARIANT = 21  # number of the DataType


@register_jitable
def _record_behind(state, ticket):
    """The tensor list or optional, or 0."""
    record = record_at(state, ticket, TENSOR_LIST_KIND)
    return record if record != 0 else record_at(state, ticket, OPTIONAL_KIND)


@register_jitable
def _item_words(record):
    return OPTIONAL_ITEM_WORDS if word(record, KIND) == OPTIONAL_KIND else 1


@register_jitable
def _dtype_of_item(record, index):
    if word(record, KIND) == OPTIONAL_KIND:
        return word(word(record, ITEMS), OPTIONAL_ITEM_WORDS * index + 1)
    return word(record, ITEM_DTYPE)


@register_jitable
def _begin(state, ip, first, second):
    """A record like the first that waits for its items; 0 when the heap is full."""
    record = new_record(state, ip, word(first, KIND))
    if record != 0:
        set_word(record, ITEM_DTYPE, word(first, ITEM_DTYPE))
        set_word(record, FLAGS, word(first, FLAGS))
        set_word(record, MOST_ITEMS, word(first, MOST_ITEMS))
        copy_pattern(first, record)
        set_word(record, WAITING_FIRST, first)
        set_word(record, WAITING_SECOND, second)
    return record


@register_jitable
def _fetch_items(state, record, source):
    """Items of the source, shared."""
    count, item_words = word(source, ITEM_COUNT), _item_words(source)
    if make_room(state, record, count, item_words) != NEXT:
        return HEAP_FULL
    if word(source, KIND) == TENSOR_LIST_KIND:
        bring_forward(source)
    copy_bytes(word(record, ITEMS), word(source, ITEMS), WORD * count * item_words)
    set_word(record, ITEM_COUNT, count)
    return NEXT


@register_jitable
def _next_waiting(state, place):
    """The record at a place of the table, no longer waiting."""
    record = word(word(state, RESOURCES), place)
    set_word(record, WAITING_FIRST, 0)
    set_word(record, WAITING_SECOND, 0)
    return record


# ---- zeros -----------------------------------------------------------------------------------------------------------


@instruction
def variant_zeros(state, ip):
    """x, y."""
    x, y = operand(state, ip, 0), operand(state, ip, 1)
    copy_shape(x, y)
    status = reserve(state, y)
    place = word(state, RESOURCE_COUNT)
    if status == NEXT:
        status = _begin_zeros(state, ip, x, y)
    while status == NEXT and place < word(state, RESOURCE_COUNT):
        source = word(word(word(state, RESOURCES), place), WAITING_FIRST)
        status = _fill_zeros(state, ip, _next_waiting(state, place), source)
        place += 1
    return status


@register_jitable
def _begin_zeros(state, ip, source, target):
    """A record for every variant of a tensor."""
    for i in range(word(source, SIZE)):
        ticket = word(word(source, DATA), i)
        zero = 0
        if ticket != 0:
            record = _record_behind(state, ticket)
            if record == 0:
                return refuse(state, VARIANTS_NO_ZEROS)
            begun = _begin(state, ip, record, 0)
            if begun == 0:
                return HEAP_FULL
            zero = ticket_of(state, begun)
        set_word(word(target, DATA), i, zero)
    return NEXT


@register_jitable
def _fill_zeros(state, ip, record, source):
    if _fetch_items(state, record, source) != NEXT:
        return HEAP_FULL
    item_words = _item_words(record)
    for i in range(word(record, ITEM_COUNT)):
        item = word(word(record, ITEMS), item_words * i)
        if item == 0:
            continue
        element = zero_element(state, item, word(item, ITEMSIZE))
        if element == 0:
            return HEAP_FULL
        set_word(word(record, ITEMS), item_words * i, element)
        if _dtype_of_item(record, i) == VARIANT:
            status = _begin_zeros(state, ip, item, element)
            if status != NEXT:
                return status
    return NEXT


# ---- sums ------------------------------------------------------------------------------------------------------------


@instruction
def variant_sum(state, ip):
    """x, y, z."""
    x, y, z = operand(state, ip, 0), operand(state, ip, 1), operand(state, ip, 2)
    if not same_shape(x, y):
        return refuse(state, TENSORS_ADDED_SHAPES, x, y)
    copy_shape(x, z)
    status = reserve(state, z)
    place = word(state, RESOURCE_COUNT)
    if status == NEXT:
        status = _begin_sums(state, ip, x, y, z)
    while status == NEXT and place < word(state, RESOURCE_COUNT):
        waiting = word(word(state, RESOURCES), place)
        first, second = word(waiting, WAITING_FIRST), word(waiting, WAITING_SECOND)
        status = _fill_sums(state, ip, _next_waiting(state, place), first, second)
        place += 1
    return status


@register_jitable
def _begin_sums(state, ip, x, y, target):
    """A record for every pair of variants of two tensors."""
    for i in range(word(x, SIZE)):
        one, two = word(word(x, DATA), i), word(word(y, DATA), i)
        ticket = one if two == 0 else two
        if one != 0 and two != 0:
            first, second = _record_behind(state, one), _record_behind(state, two)
            status = _check_pair(state, first, second)
            if status != NEXT:
                return status
            begun = _begin(state, ip, first, second)
            if begun == 0:
                return HEAP_FULL
            merge(begun, second)
            ticket = ticket_of(state, begun)
        set_word(word(target, DATA), i, ticket)
    return NEXT


@register_jitable
def _check_pair(state, first, second):
    if first == 0 or second == 0 or word(first, KIND) != word(second, KIND):
        return refuse(state, VARIANTS_NOT_ADDABLE)
    one, two = word(first, ITEM_COUNT), word(second, ITEM_COUNT)
    if word(first, KIND) == OPTIONAL_KIND:
        if word(first, FLAGS) & HAS_VALUE != word(second, FLAGS) & HAS_VALUE:
            return refuse(state, OPTIONALS_ADDED_EMPTY)
        return NEXT if one == two else refuse(state, OPTIONALS_ADDED_COUNT, one, two)
    if word(first, ITEM_DTYPE) != word(second, ITEM_DTYPE):
        return refuse(state, LISTS_ADDED_DTYPES, word(first, ITEM_DTYPE), word(second, ITEM_DTYPE))
    if one != two:
        return refuse(state, LISTS_ADDED_LENGTHS, one, two)
    if not is_compatible(first, second):
        return refuse(state, LISTS_ADDED_SHAPES, first, second)
    return NEXT


@register_jitable
def _fill_sums(state, ip, record, first, second):
    """An item that is not set is a zero: the sum shares the other."""
    if _fetch_items(state, record, first) != NEXT:
        return HEAP_FULL
    if word(second, KIND) == TENSOR_LIST_KIND:
        bring_forward(second)  # only now: both may be versions of one list
    item_words = _item_words(record)
    for i in range(word(record, ITEM_COUNT)):
        one, two = word(word(record, ITEMS), item_words * i), word(word(second, ITEMS), item_words * i)
        if word(record, KIND) == OPTIONAL_KIND and _dtype_of_item(record, i) != _dtype_of_item(second, i):
            return refuse(state, OPTIONALS_ADDED_DTYPES, i, _dtype_of_item(record, i), _dtype_of_item(second, i))
        total = one if two == 0 else two
        if one != 0 and two != 0:
            if not same_shape(one, two):
                return refuse(state, TENSORS_ADDED_SHAPES, one, two)
            total = new_element(state, one)
            if total == 0:
                return HEAP_FULL
            status = _add(state, ip, one, two, total, _dtype_of_item(record, i))
            if status != NEXT:
                return status
        set_word(word(record, ITEMS), item_words * i, total)
    return NEXT


@register_jitable
def _add(state, ip, one, two, total, dtype):
    if dtype == VARIANT:
        return _begin_sums(state, ip, one, two, total)
    if not is_summable(dtype):
        return refuse(state, TENSORS_ADDED_DTYPE, dtype)
    add_elements(total, two, dtype)
    return NEXT
