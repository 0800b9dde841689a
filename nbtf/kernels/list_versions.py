"""Tensor lists: values that no op changes; each op makes a new version of a list, and versions share what they can.

The newest version of a list holds the items. An older one only says how it differs from the next newer one: at most one
item and the length. Reading an older version first brings it forward: on the way to it the differences turn round. So
what loops do, pushing to or setting in the version just made, costs the same however long the list is, and any version
may be used at any time. Elements are never copied: versions share them.
"""

from numba.extending import register_jitable

from nbtf.kernels.collection import (
    copy_pattern,
    int32_at,
    is_compatible,
    make_room,
    merge,
    new_record,
    record_of,
    refuse_merge,
)
from nbtf.kernels.memory import copy_bytes, refuse, set_word, word
from nbtf.layout import (
    CHANGED,
    DATA,
    DIMS,
    HEAP_FULL,
    ITEM_COUNT,
    ITEM_DTYPE,
    ITEM_ROOM,
    ITEMS,
    ITEMSIZE,
    MAX_RANK,
    MOST_ITEMS,
    NEWER,
    NEXT,
    PREVIOUS,
    RANK,
    SIZE,
    TENSOR_LIST_KIND,
    WORD,
)
from nbtf.refusals import LIST_DTYPE, NOT_A_LIST, SHAPE_DIMENSION, SHAPE_NOT_VECTOR, SHAPE_RANK, SHAPE_SCALAR

# ---- versions --------------------------------------------------------------------------------------------------------


@register_jitable
def bring_forward(record):
    """Makes a version the one that holds the items."""
    previous, current = 0, record
    while word(current, NEWER) != 0:  # there, each version remembers where we came from
        newer = word(current, NEWER)
        set_word(current, NEWER, previous)
        previous, current = current, newer
    while previous != 0:  # and back: each difference turns round
        back = word(previous, NEWER)
        items, changed = word(current, ITEMS), word(previous, CHANGED)
        if changed >= 0:
            item = word(items, changed)
            set_word(items, changed, word(previous, PREVIOUS))
            set_word(current, PREVIOUS, item)
        set_word(current, CHANGED, changed)
        _hand_over(current, previous)
        previous, current = back, previous


@register_jitable
def _hand_over(old, new):
    set_word(new, ITEMS, word(old, ITEMS))
    set_word(new, ITEM_ROOM, word(old, ITEM_ROOM))
    set_word(new, NEWER, 0)
    set_word(old, ITEMS, 0)
    set_word(old, ITEM_ROOM, 0)
    set_word(old, NEWER, new)


@register_jitable
def derive(state, ip, old):
    """A list like another, not yet with items; 0 when the heap is full."""
    record = new_record(state, ip, TENSOR_LIST_KIND)
    if record != 0:
        set_word(record, ITEM_DTYPE, word(old, ITEM_DTYPE))
        set_word(record, MOST_ITEMS, word(old, MOST_ITEMS))
        copy_pattern(old, record)
    return record


@register_jitable
def supersede(old, new, count, index, item):
    """`new` becomes the newest version: `count` items, and `item` at the index; an index of -1 changes none."""
    set_word(old, CHANGED, index)
    if index >= 0:
        set_word(old, PREVIOUS, word(word(old, ITEMS), index))
        set_word(word(old, ITEMS), index, item)
    _hand_over(old, new)
    set_word(new, ITEM_COUNT, count)


@register_jitable
def copy_items(state, old, new, count):
    """The new list gets items of its own: the first `count` of the old one, which must be the newest of its versions."""
    if make_room(state, new, count, 1) != NEXT:
        return HEAP_FULL
    copy_bytes(word(new, ITEMS), word(old, ITEMS), WORD * min(count, word(old, ITEM_COUNT)))
    set_word(new, ITEM_COUNT, count)
    return NEXT


@register_jitable
def list_in(state, slot):
    """The list in a slot, brought forward, or 0."""
    record = record_of(state, slot, TENSOR_LIST_KIND)
    if record != 0:
        bring_forward(record)
    return record


@register_jitable
def check_dtype(state, record, dtype):
    if record == 0:
        return refuse(state, NOT_A_LIST)
    if word(record, ITEM_DTYPE) != dtype:
        return refuse(state, LIST_DTYPE, dtype, word(record, ITEM_DTYPE))
    return NEXT


@register_jitable
def is_scalar(slot):
    return word(slot, RANK) == 0


@register_jitable
def new_list(state, ip, dtype, shape, count):
    """A list of `count` items that are not set; 0 when the heap is full."""
    record = new_record(state, ip, TENSOR_LIST_KIND)
    if record == 0 or make_room(state, record, count, 1) != NEXT:
        return 0
    set_word(record, ITEM_DTYPE, dtype)
    set_word(record, ITEM_COUNT, count)
    set_word(record, MOST_ITEMS, -1)
    copy_pattern(shape, record)
    return record


# ---- shapes ----------------------------------------------------------------------------------------------------------


@register_jitable
def _integer(slot, index):
    """An element of an int32 or int64 tensor."""
    if word(slot, ITEMSIZE) == WORD:
        return word(word(slot, DATA), index)
    return int32_at(slot, index)


@register_jitable
def read_shape(state, slot, shape):
    """The shape that a tensor of dims tells; a scalar -1 tells nothing."""
    if word(slot, RANK) == 0:
        if _integer(slot, 0) != -1:
            return refuse(state, SHAPE_SCALAR)
        set_word(shape, RANK, -1)
        return NEXT
    if word(slot, RANK) > 1:
        return refuse(state, SHAPE_NOT_VECTOR, word(slot, RANK))
    rank = word(slot, SIZE)
    if rank > MAX_RANK:
        return refuse(state, SHAPE_RANK, rank, MAX_RANK)
    set_word(shape, RANK, rank)
    for i in range(rank):
        dim = _integer(slot, i)
        if dim < -1:
            return refuse(state, SHAPE_DIMENSION, dim)
        set_word(shape, DIMS + i, dim)
    return NEXT


@register_jitable
def merged_shape(state, slot, record, shape):
    """What a tensor of dims and the list together tell of the elements' shape."""
    status = read_shape(state, slot, shape)
    if status != NEXT:
        return status
    if not is_compatible(shape, record):
        return refuse_merge(state, shape, record)
    merge(shape, record)
    return NEXT


@register_jitable
def learn(state, shape, item):
    """The shape learns from an item, where it is set."""
    if item != 0:
        if not is_compatible(shape, item):
            return refuse_merge(state, shape, item)
        merge(shape, item)
    return NEXT


@register_jitable
def item_at(record, index):
    return word(word(record, ITEMS), index)


@register_jitable
def tail_compatible(shape, tensor, first):
    """Whether dims first.. of a shape, perhaps partly known, fit dims 1.. of a tensor."""
    rank = word(shape, RANK)
    if rank < 0:
        return True
    if rank - first != word(tensor, RANK) - 1:
        return False
    for i in range(first, rank):
        dim = word(shape, DIMS + i)
        if dim >= 0 and dim != word(tensor, DIMS + 1 + i - first):
            return False
    return True
