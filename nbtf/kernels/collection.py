"""Collections that a run owns: tickets, records, items, and the elements that items lead to. See nbtf/layout.py.

Everything lies in the run's heap, which never moves within a run and is forgotten at the next. An instruction that finds
the heap full runs again from its start: it allocates before it changes anything, or changes only what may change twice.
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from nbtf.kernels.conversion import bfloat16_to_float32, float32_to_bfloat16, float32_to_half, half_to_float32
from nbtf.kernels.memory import (
    allocate,
    bytes_of,
    copy_bytes,
    copy_shape,
    fill_bytes,
    pointer,
    refuse,
    reserve,
    set_word,
    word,
)
from nbtf.layout import (
    CAPACITY,
    DATA,
    DIMS,
    HEAP_FULL,
    ITEM_ROOM,
    ITEMS,
    ITEMSIZE,
    KIND,
    MAKER,
    MAX_RANK,
    NEXT,
    RANK,
    RECORD_WORDS,
    RESOURCE_CAPACITY,
    RESOURCE_COUNT,
    RESOURCES,
    RUN_NUMBER,
    SERIAL,
    SIZE,
    SLOT_WORDS,
    TICKET_SHIFT,
    TOO_LARGE,
    WORD,
)
from nbtf.refusals import RANKS_UNMERGEABLE, SHAPES_UNMERGEABLE

DESCRIPTOR_BYTES = SLOT_WORDS * WORD  # in front of an element's bytes
SMALLEST_TABLE = 16

# ---- records and tickets ---------------------------------------------------------------------------------------------


@register_jitable
def new_record(state, ip, kind):
    """The record of a new collection, empty, its element shape unknown; 0 when the heap is full."""
    count = word(state, RESOURCE_COUNT)
    if count == word(state, RESOURCE_CAPACITY):
        room = max(SMALLEST_TABLE, 2 * count)
        table = allocate(state, room * WORD)
        if table == 0:
            return 0
        copy_bytes(table, word(state, RESOURCES), count * WORD)
        set_word(state, RESOURCES, table)
        set_word(state, RESOURCE_CAPACITY, room)
    record = allocate(state, RECORD_WORDS * WORD)
    if record == 0:
        return 0
    fill_bytes(record, RECORD_WORDS * WORD, 0)
    set_word(record, KIND, kind)
    set_word(record, MAKER, ip)
    set_word(record, RANK, -1)
    set_word(record, SERIAL, count)
    set_word(word(state, RESOURCES), count, record)
    set_word(state, RESOURCE_COUNT, count + 1)
    return record


@register_jitable
def ticket_of(state, record):
    return (word(state, RUN_NUMBER) << TICKET_SHIFT) | (word(record, SERIAL) << 1) | 1


@register_jitable
def give_handle(state, record, slot):
    """The slot becomes the scalar handle of the record."""
    set_word(slot, RANK, 0)
    status = reserve(state, slot)
    if status == NEXT:
        set_word(word(slot, DATA), 0, ticket_of(state, record))
    return status


@register_jitable
def record_at(state, ticket, kind):
    """The record behind a ticket of this run, or 0 where it leads to nothing of this kind."""
    place = (ticket & ((1 << TICKET_SHIFT) - 1)) >> 1
    if ticket & 1 == 0 or ticket >> TICKET_SHIFT != word(state, RUN_NUMBER) or place >= word(state, RESOURCE_COUNT):
        return 0
    record = word(word(state, RESOURCES), place)
    return record if word(record, KIND) == kind else 0


@register_jitable
def record_of(state, slot, kind):
    """The record behind the handle in a slot, or 0."""
    if word(slot, SIZE) < 1:
        return 0
    return record_at(state, word(word(slot, DATA), 0), kind)


# ---- items -----------------------------------------------------------------------------------------------------------


@register_jitable
def make_room(state, record, count, item_words):
    """Room for `count` items; those that are new are 0. Growing twice changes nothing."""
    old = word(record, ITEM_ROOM)
    if count <= old:
        return NEXT
    room = max(count, 2 * old)
    items = allocate(state, room * item_words * WORD)
    if items == 0:
        return HEAP_FULL
    kept = old * item_words * WORD
    copy_bytes(items, word(record, ITEMS), kept)
    fill_bytes(items + kept, (room - old) * item_words * WORD, 0)
    set_word(record, ITEMS, items)
    set_word(record, ITEM_ROOM, room)
    return NEXT


# ---- elements --------------------------------------------------------------------------------------------------------


@register_jitable
def new_element(state, source):
    """A copy of what a slot or descriptor holds; 0 when the heap is full."""
    size = bytes_of(source)
    element = allocate(state, DESCRIPTOR_BYTES + size)
    if element == 0:
        return 0
    describe(element, source, element + DESCRIPTOR_BYTES)
    copy_bytes(element + DESCRIPTOR_BYTES, word(source, DATA), size)
    return element


@register_jitable
def describe(element, like, data):
    """A descriptor of elements at `data`, of the shape and item size of another."""
    copy_shape(like, element)
    set_word(element, ITEMSIZE, word(like, ITEMSIZE))
    set_word(element, CAPACITY, 0)
    set_word(element, DATA, data)


@register_jitable
def zero_element(state, shape, itemsize):
    """A new element of zeros with a fully defined shape; 0 when the heap is full. `shape` must have its SIZE set."""
    size = word(shape, SIZE) * itemsize
    element = allocate(state, DESCRIPTOR_BYTES + size)
    if element == 0:
        return 0
    describe(element, shape, element + DESCRIPTOR_BYTES)
    set_word(element, ITEMSIZE, itemsize)
    fill_bytes(element + DESCRIPTOR_BYTES, size, 0)
    return element


@register_jitable
def new_rows(state, source, count):
    """The rows of a tensor, one after the other, each with a descriptor; 0 when the heap is full.

    Descriptor i lies at i * DESCRIPTOR_BYTES.
    """
    size = bytes_of(source)
    rows = allocate(state, count * DESCRIPTOR_BYTES + size)
    if rows == 0:
        return 0
    data = rows + count * DESCRIPTOR_BYTES
    copy_bytes(data, word(source, DATA), size)
    rank = word(source, RANK)
    elements = 1
    for i in range(1, rank):
        elements *= word(source, DIMS + i)
    for row in range(count):
        element = rows + row * DESCRIPTOR_BYTES
        set_word(element, RANK, rank - 1)
        for i in range(1, rank):
            set_word(element, DIMS + i - 1, word(source, DIMS + i))
        set_word(element, SIZE, elements)
        set_word(element, ITEMSIZE, word(source, ITEMSIZE))
        set_word(element, CAPACITY, 0)
        set_word(element, DATA, data + row * elements * word(source, ITEMSIZE))
    return rows


@register_jitable
def lend(element, slot):
    """The slot becomes another descriptor of an element."""
    copy_shape(element, slot)
    set_word(slot, DATA, word(element, DATA))
    set_word(slot, CAPACITY, 0)


@register_jitable
def int32_scalar(slot):
    return np.int64(carray(pointer(word(slot, DATA)), (1,), np.int32)[0])


@register_jitable
def int32_at(slot, index):
    return np.int64(carray(pointer(word(slot, DATA)), (index + 1,), np.int32)[index])


@register_jitable
def put_int32(state, slot, number):
    """The slot becomes an int32 scalar."""
    set_word(slot, RANK, 0)
    status = reserve(state, slot)
    if status == NEXT:
        carray(pointer(word(slot, DATA)), (1,), np.int32)[0] = number
    return status


# ---- shapes, at RANK and DIMS of any descriptor; RANK -1: unknown; a dim of -1: unknown ------------------------------


@register_jitable
def copy_pattern(source, target):
    set_word(target, RANK, word(source, RANK))
    for i in range(word(source, RANK)):
        set_word(target, DIMS + i, word(source, DIMS + i))


@register_jitable
def is_defined(shape):
    """Whether rank and all dims are known."""
    if word(shape, RANK) < 0:
        return False
    for i in range(word(shape, RANK)):
        if word(shape, DIMS + i) < 0:
            return False
    return True


@register_jitable
def is_compatible(one, two):
    """Whether two shapes, perhaps partly known, may be those of one tensor."""
    if word(one, RANK) < 0 or word(two, RANK) < 0:
        return True
    if word(one, RANK) != word(two, RANK):
        return False
    for i in range(word(one, RANK)):
        a, b = word(one, DIMS + i), word(two, DIMS + i)
        if a >= 0 and b >= 0 and a != b:
            return False
    return True


@register_jitable
def merge(shape, other):
    """`shape` learns what `other`, compatible with it, knows."""
    if word(shape, RANK) < 0:
        copy_pattern(other, shape)
    elif word(other, RANK) >= 0:
        for i in range(word(shape, RANK)):
            if word(shape, DIMS + i) < 0:
                set_word(shape, DIMS + i, word(other, DIMS + i))


@register_jitable
def same_shape(one, two):
    if word(one, RANK) != word(two, RANK):
        return False
    for i in range(word(one, RANK)):
        if word(one, DIMS + i) != word(two, DIMS + i):
            return False
    return True


@register_jitable
def same_inner(one, two):
    """Whether the shapes agree but for the first dimension."""
    if word(one, RANK) != word(two, RANK):
        return False
    for i in range(1, word(one, RANK)):
        if word(one, DIMS + i) != word(two, DIMS + i):
            return False
    return True


@register_jitable
def shape_from_words(base, index, shape):
    """A shape attribute in an attribute block: its rank or -1, then its dims."""
    rank = word(base, index)
    set_word(shape, RANK, rank)
    for i in range(rank):
        set_word(shape, DIMS + i, word(base, index + 1 + i))


@register_jitable
def stacked(state, slot, count, shape):
    """A buffer for `count` elements of one shape."""
    rank = word(shape, RANK)
    if rank + 1 > MAX_RANK:
        return TOO_LARGE
    for i in range(rank):
        set_word(slot, DIMS + 1 + i, word(shape, DIMS + i))
    set_word(slot, DIMS, count)
    set_word(slot, RANK, rank + 1)
    return reserve(state, slot)


@register_jitable
def refuse_merge(state, one, two):
    """What an instruction returns for two shapes that are not compatible."""
    if word(one, RANK) != word(two, RANK):
        return refuse(state, RANKS_UNMERGEABLE, word(one, RANK), word(two, RANK))
    return refuse(state, SHAPES_UNMERGEABLE, one, two)


# ---- sums ------------------------------------------------------------------------------------------------------------

FLOAT, DOUBLE, COMPLEX64, COMPLEX128, HALF, BFLOAT16 = 1, 2, 8, 18, 19, 14
INTEGERS_OF_1, INTEGERS_OF_2, INTEGERS_OF_4, INTEGERS_OF_8 = (4, 6), (5, 17), (3, 22), (9, 23)


@register_jitable
def is_summable(dtype):
    """dtype: number of a DataType."""
    return (
        dtype == FLOAT
        or dtype == DOUBLE
        or dtype == COMPLEX64
        or dtype == COMPLEX128
        or dtype == HALF
        or dtype == BFLOAT16
        or dtype in INTEGERS_OF_1
        or dtype in INTEGERS_OF_2
        or dtype in INTEGERS_OF_4
        or dtype in INTEGERS_OF_8
    )


@register_jitable
def _add(target, source, count, dtype):
    x = carray(pointer(target), (count,), dtype)
    y = carray(pointer(source), (count,), dtype)
    for i in range(count):
        x[i] += y[i]


@register_jitable
def _add_halves(target, source, count):
    x = carray(pointer(target), (count,), np.uint16)
    y = carray(pointer(source), (count,), np.uint16)
    for i in range(count):
        x[i] = float32_to_half(half_to_float32(x[i]) + half_to_float32(y[i]))


@register_jitable
def _add_bfloats(target, source, count):
    x = carray(pointer(target), (count,), np.uint16)
    y = carray(pointer(source), (count,), np.uint16)
    for i in range(count):
        x[i] = float32_to_bfloat16(bfloat16_to_float32(x[i]) + bfloat16_to_float32(y[i]))


@register_jitable
def add_elements(target, source, dtype):
    """target += source, of one shape and a summable dtype. Signed and unsigned sums have the same bits."""
    x, y, count = word(target, DATA), word(source, DATA), word(target, SIZE)
    if dtype == FLOAT:
        _add(x, y, count, np.float32)
    elif dtype == DOUBLE:
        _add(x, y, count, np.float64)
    elif dtype == COMPLEX64:
        _add(x, y, 2 * count, np.float32)
    elif dtype == COMPLEX128:
        _add(x, y, 2 * count, np.float64)
    elif dtype == HALF:
        _add_halves(x, y, count)
    elif dtype == BFLOAT16:
        _add_bfloats(x, y, count)
    elif dtype in INTEGERS_OF_1:
        _add(x, y, count, np.uint8)
    elif dtype in INTEGERS_OF_2:
        _add(x, y, count, np.uint16)
    elif dtype in INTEGERS_OF_4:
        _add(x, y, count, np.uint32)
    else:
        _add(x, y, count, np.uint64)
