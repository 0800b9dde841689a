"""TensorArrays: elements written once, each by index; a gradient's TensorArray adds what is written to one index.

What an instruction finds in its attribute block is what the functions of nbtf/ops/tensor_array.py put there.
"""

from numba.extending import register_jitable

from nbtf.kernels.collection import (
    DESCRIPTOR_BYTES,
    add_elements,
    copy_pattern,
    describe,
    give_handle,
    int32_at,
    int32_scalar,
    is_compatible,
    is_defined,
    is_summable,
    lend,
    make_room,
    merge,
    new_element,
    new_record,
    new_rows,
    put_int32,
    record_of,
    refuse_merge,
    same_inner,
    same_shape,
    shape_from_words,
    stacked,
    zero_element,
)
from nbtf.kernels.jit import instruction
from nbtf.kernels.memory import (
    allocate,
    attrs_of,
    bytes_of,
    copy_bytes,
    fill_bytes,
    operand,
    refuse,
    reserve,
    set_size,
    set_word,
    word,
)
from nbtf.layout import (
    AGGREGATES,
    CLEARED,
    CLEARS,
    CLOSED,
    DATA,
    DIMS,
    DYNAMIC,
    FLAGS,
    FORWARD,
    GRADIENT,
    HEAP_FULL,
    IDENTICAL,
    ITEM_COUNT,
    ITEM_DTYPE,
    ITEMS,
    ITEMSIZE,
    MAX_RANK,
    NEXT,
    NEXT_GRADIENT,
    RANK,
    READ,
    SCRATCH,
    SHAPE_ONLY,
    SIZE,
    SOURCE,
    TENSOR_ARRAY_KIND,
    TOO_LARGE,
    WRITTEN,
    WRONG_HANDLE,
)
from nbtf.refusals import (
    ARRAY_ADDS_DTYPE,
    ARRAY_ADDS_SHAPE,
    ARRAY_CLOSED,
    ARRAY_CONCATS_NOTHING,
    ARRAY_CONCATS_SCALAR,
    ARRAY_CONCATS_SHAPE,
    ARRAY_CONCATS_UNEVEN,
    ARRAY_FULL,
    ARRAY_GATHERS_NOTHING,
    ARRAY_GATHERS_SHAPE,
    ARRAY_GATHERS_UNEVEN,
    ARRAY_GRADIENT_OF_GRADIENT,
    ARRAY_INDEX_NOT_SCALAR,
    ARRAY_READS_CLEARED,
    ARRAY_READS_DTYPE,
    ARRAY_READS_OUTSIDE,
    ARRAY_READS_UNWRITTEN,
    ARRAY_SCATTERS_COUNT,
    ARRAY_SCATTERS_OUTSIDE,
    ARRAY_SCATTERS_SCALAR,
    ARRAY_SIZE_NEGATIVE,
    ARRAY_SIZE_NOT_SCALAR,
    ARRAY_SPLITS_COUNT,
    ARRAY_SPLITS_SCALAR,
    ARRAY_SPLITS_SUM,
    ARRAY_WRITES_DTYPE,
    ARRAY_WRITES_READ,
    ARRAY_WRITES_SHAPE,
    ARRAY_WRITES_WRITTEN,
    INDICES_NOT_VECTOR,
    LENGTH_NEGATIVE,
    LENGTHS_NOT_VECTOR,
)

ITEM_WORDS = 2  # its descriptor, and what happened to it

# ---- making ----------------------------------------------------------------------------------------------------------


@instruction
def make_tensor_array(state, ip):
    """size, handle and, where the attribute block says so, flow. Block: dtype, flags, has flow, element shape."""
    size = operand(state, ip, 0)
    attrs = attrs_of(ip)
    if word(size, RANK) != 0:
        return refuse(state, ARRAY_SIZE_NOT_SCALAR, size)
    count = int32_scalar(size)
    if count < 0:
        return refuse(state, ARRAY_SIZE_NEGATIVE)
    record = new_record(state, ip, TENSOR_ARRAY_KIND)
    if record == 0 or make_room(state, record, count, ITEM_WORDS) != NEXT:
        return HEAP_FULL
    set_word(record, ITEM_COUNT, count)
    set_word(record, ITEM_DTYPE, word(attrs, 0))
    set_word(record, FLAGS, word(attrs, 1))
    shape_from_words(attrs, 3, record)
    if word(attrs, 2):
        status = _begin_flow(state, operand(state, ip, 2))
        if status != NEXT:
            return status
    return give_handle(state, record, operand(state, ip, 1))


@register_jitable
def _begin_flow(state, slot):
    set_word(slot, RANK, 0)
    status = reserve(state, slot)
    if status == NEXT:
        fill_bytes(word(slot, DATA), bytes_of(slot), 0)
    return status


@instruction
def make_gradient_array(state, ip):
    """handle, flow_in, shape_to_prepend where the block says so, grad_handle. Block: which gradient, prepends."""
    attrs = attrs_of(ip)
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    status = _usable(state, array)
    if status != NEXT:
        return status
    if word(array, FORWARD):
        return refuse(state, ARRAY_GRADIENT_OF_GRADIENT, array)
    # its gradient has the size that it has now
    set_word(array, FLAGS, word(array, FLAGS) & ~DYNAMIC)
    prepends = word(attrs, 1)
    handle = operand(state, ip, 2 + prepends)
    record = word(array, GRADIENT)
    while record != 0:
        if word(record, SOURCE) == word(attrs, 0):
            return give_handle(state, record, handle)
        record = word(record, NEXT_GRADIENT)
    record = new_record(state, ip, TENSOR_ARRAY_KIND)
    if record == 0 or make_room(state, record, word(array, ITEM_COUNT), ITEM_WORDS) != NEXT:
        return HEAP_FULL
    set_word(record, ITEM_COUNT, word(array, ITEM_COUNT))
    set_word(record, ITEM_DTYPE, word(array, ITEM_DTYPE))
    set_word(record, FLAGS, word(array, FLAGS) & IDENTICAL | CLEARS | AGGREGATES)
    set_word(record, FORWARD, array)
    set_word(record, SOURCE, word(attrs, 0))
    if prepends:
        status = _prepended_shapes(state, array, record, operand(state, ip, 2))
    else:
        status = _same_shapes(array, record)
    if status == NEXT:
        status = give_handle(state, record, handle)
    if status == NEXT:
        set_word(record, NEXT_GRADIENT, word(array, GRADIENT))
        set_word(array, GRADIENT, record)
    return status


@register_jitable
def _same_shapes(array, record):
    """What was written to the array has a gradient of its shape: zeros, until somebody writes it."""
    copy_pattern(array, record)
    for i in range(word(array, ITEM_COUNT)):
        if _history(array, i) & WRITTEN:
            _set_item(record, i, _item(array, i), WRITTEN | SHAPE_ONLY)
    return NEXT


@register_jitable
def _prepended_shapes(state, array, record, outer):
    """The same with more dimensions in front: outer, a vector."""
    if word(outer, RANK) != 1:
        return refuse(state, INDICES_NOT_VECTOR, outer)
    count = word(array, ITEM_COUNT)
    shapes = allocate(state, count * DESCRIPTOR_BYTES)
    if shapes == 0:
        return HEAP_FULL
    if word(array, RANK) >= 0:
        if not _prepend(outer, array, record):
            return TOO_LARGE
    for i in range(count):
        if _history(array, i) & WRITTEN:
            shape = shapes + i * DESCRIPTOR_BYTES
            if not _prepend(outer, _item(array, i), shape) or set_size(shape) != NEXT:
                return TOO_LARGE
            set_word(shape, ITEMSIZE, word(_item(array, i), ITEMSIZE))
            set_word(shape, DATA, 0)
            _set_item(record, i, shape, WRITTEN | SHAPE_ONLY)
    return NEXT


@register_jitable
def _prepend(outer, inner, target):
    more = word(outer, SIZE)
    rank = more + word(inner, RANK)
    if rank > MAX_RANK:
        return False
    for i in range(more):
        set_word(target, DIMS + i, int32_at(outer, i))
    for i in range(word(inner, RANK)):
        set_word(target, DIMS + more + i, word(inner, DIMS + i))
    set_word(target, RANK, rank)
    return True


# ---- items -----------------------------------------------------------------------------------------------------------


@register_jitable
def _item(array, index):
    return word(word(array, ITEMS), ITEM_WORDS * index)


@register_jitable
def _history(array, index):
    return word(word(array, ITEMS), ITEM_WORDS * index + 1)


@register_jitable
def _set_item(array, index, element, history):
    set_word(word(array, ITEMS), ITEM_WORDS * index, element)
    set_word(word(array, ITEMS), ITEM_WORDS * index + 1, history)


@register_jitable
def _usable(state, array):
    if array == 0:
        return WRONG_HANDLE
    if word(array, FLAGS) & CLOSED:
        return refuse(state, ARRAY_CLOSED, array)
    return NEXT


@register_jitable
def _writable(state, array, dtype):
    status = _usable(state, array)
    if status == NEXT and word(array, ITEM_DTYPE) != dtype:
        return refuse(state, ARRAY_WRITES_DTYPE, word(array, ITEM_DTYPE), dtype)
    return status


@register_jitable
def _readable(state, array, dtype):
    status = _usable(state, array)
    if status == NEXT and word(array, ITEM_DTYPE) != dtype:
        return refuse(state, ARRAY_READS_DTYPE, word(array, ITEM_DTYPE), dtype)
    return status


# ---- writing ---------------------------------------------------------------------------------------------------------


@register_jitable
def _check_write(state, array, index, value):
    """Whether a value may be written; an array that grows does so now."""
    count = word(array, ITEM_COUNT)
    if index < 0 or (index >= count and not word(array, FLAGS) & DYNAMIC):
        return refuse(state, ARRAY_FULL, array, index, count)
    if index >= count:
        if make_room(state, array, index + 1, ITEM_WORDS) != NEXT:
            return HEAP_FULL
        set_word(array, ITEM_COUNT, index + 1)
    if not is_compatible(array, value):
        return refuse(state, ARRAY_WRITES_SHAPE, array, index, value, array)
    history = _history(array, index)
    if history & READ:
        return refuse(state, ARRAY_WRITES_READ, array, index)
    if history & WRITTEN:
        if not word(array, FLAGS) & AGGREGATES:
            return refuse(state, ARRAY_WRITES_WRITTEN, array, index)
        if not same_shape(_item(array, index), value):
            return refuse(state, ARRAY_ADDS_SHAPE, array, index, _item(array, index), value)
        if not is_summable(word(array, ITEM_DTYPE)):
            return refuse(state, ARRAY_ADDS_DTYPE, word(array, ITEM_DTYPE))
    return NEXT


@register_jitable
def _adds(array, index):
    """Whether a write to the index adds to what is there."""
    return _history(array, index) & (WRITTEN | SHAPE_ONLY) == WRITTEN


@register_jitable
def _put(array, index, element):
    """The write, once it is checked: the array takes the element over, or adds it."""
    if word(array, FLAGS) & IDENTICAL and not is_defined(array):
        copy_pattern(element, array)
    if _adds(array, index):
        add_elements(_item(array, index), element, word(array, ITEM_DTYPE))
    else:
        _set_item(array, index, element, WRITTEN)


@instruction
def write_tensor_array(state, ip):
    """handle, index, value. Block: dtype."""
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    index, value = operand(state, ip, 1), operand(state, ip, 2)
    status = _writable(state, array, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    if word(index, RANK) != 0:
        return refuse(state, ARRAY_INDEX_NOT_SCALAR, index)
    at = int32_scalar(index)
    status = _check_write(state, array, at, value)
    if status != NEXT:
        return status
    element = value
    if not _adds(array, at):
        element = new_element(state, value)
        if element == 0:
            return HEAP_FULL
    _put(array, at, element)
    return NEXT


@instruction
def scatter_tensor_array(state, ip):
    """handle, indices unless the block says there are none, value. Block: dtype, has indices. Row i to indices[i]."""
    attrs = attrs_of(ip)
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    has_indices = word(attrs, 1)
    indices, value = operand(state, ip, 1), operand(state, ip, 1 + has_indices)
    status = _writable(state, array, word(attrs, 0))
    if status != NEXT:
        return status
    if has_indices and word(indices, RANK) != 1:
        return refuse(state, INDICES_NOT_VECTOR, indices)
    if word(value, RANK) < 1:
        return refuse(state, ARRAY_SCATTERS_SCALAR, value)
    count = word(value, DIMS)
    if has_indices and word(indices, SIZE) != count:
        return refuse(state, ARRAY_SCATTERS_COUNT, word(indices, SIZE), count)
    most = -1
    for i in range(count):
        most = max(most, int32_at(indices, i) if has_indices else i)
    size = word(array, ITEM_COUNT)
    if most >= size and not word(array, FLAGS) & DYNAMIC:
        return refuse(state, ARRAY_SCATTERS_OUTSIDE, most, size)
    rows = new_rows(state, value, count)
    if rows == 0 or make_room(state, array, most + 1, ITEM_WORDS) != NEXT:
        return HEAP_FULL
    for i in range(count):
        row = rows + i * DESCRIPTOR_BYTES
        index = int32_at(indices, i) if has_indices else i
        status = _check_write(state, array, index, row)
        if status != NEXT:
            return status
        _put(array, index, row)
    return NEXT


@instruction
def split_tensor_array(state, ip):
    """handle, value, lengths. Block: dtype. lengths[i] rows to index i."""
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    value, lengths = operand(state, ip, 1), operand(state, ip, 2)
    status = _writable(state, array, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    status = _check_split(state, array, value, lengths)
    if status != NEXT:
        return status
    count = word(lengths, SIZE)
    pieces = allocate(state, count * DESCRIPTOR_BYTES + bytes_of(value))
    if pieces == 0 or make_room(state, array, count, ITEM_WORDS) != NEXT:
        return HEAP_FULL
    data = pieces + count * DESCRIPTOR_BYTES
    copy_bytes(data, word(value, DATA), bytes_of(value))
    for i in range(count):
        piece = pieces + i * DESCRIPTOR_BYTES
        describe(piece, value, data)
        set_word(piece, DIMS, word(word(lengths, DATA), i))
        set_size(piece)
        data += bytes_of(piece)
        status = _check_write(state, array, i, piece)
        if status != NEXT:
            return status
        _put(array, i, piece)
    return NEXT


@register_jitable
def _check_split(state, array, value, lengths):
    if word(lengths, RANK) != 1:
        return refuse(state, LENGTHS_NOT_VECTOR, lengths)
    if word(value, RANK) < 1:
        return refuse(state, ARRAY_SPLITS_SCALAR, value)
    total = 0
    for i in range(word(lengths, SIZE)):
        length = word(word(lengths, DATA), i)
        if length < 0:
            return refuse(state, LENGTH_NEGATIVE, length)
        # beyond the rows it only has to stay wrong, not exact: no overflow
        total = total + length if total <= word(value, DIMS) else total
    if total != word(value, DIMS):
        return refuse(state, ARRAY_SPLITS_SUM, total, value)
    size = word(array, ITEM_COUNT)
    count = word(lengths, SIZE)
    if size != count and not (word(array, FLAGS) & DYNAMIC and size < count):
        return refuse(state, ARRAY_SPLITS_COUNT, size, count)
    return NEXT


# ---- reading ---------------------------------------------------------------------------------------------------------


@register_jitable
def _make_ready(state, array, index, itemsize):
    """Whether an index may be read; one that nobody wrote becomes zeros, where its shape is known. Changes no history."""
    if index < 0 or index >= word(array, ITEM_COUNT):
        return refuse(state, ARRAY_READS_OUTSIDE, index, word(array, ITEM_COUNT))
    history = _history(array, index)
    if history & CLEARED:
        return refuse(state, ARRAY_READS_CLEARED, array, index)
    if history & (WRITTEN | SHAPE_ONLY) == WRITTEN:
        return NEXT
    if history & WRITTEN:
        shape = _item(array, index)
    elif is_defined(array):
        shape = word(state, SCRATCH)
        copy_pattern(array, shape)
        if set_size(shape) != NEXT:
            return TOO_LARGE
    else:
        return refuse(state, ARRAY_READS_UNWRITTEN, array, index, array)
    element = zero_element(state, shape, itemsize)
    if element == 0:
        return HEAP_FULL
    _set_item(array, index, element, WRITTEN)
    return NEXT


@register_jitable
def _take(array, index):
    """The element, read; it may be for the last time."""
    history = READ | WRITTEN | (CLEARED if word(array, FLAGS) & CLEARS else 0)
    element = _item(array, index)
    _set_item(array, index, element, history)
    return element


@instruction
def read_tensor_array(state, ip):
    """handle, index, flow_in, value. Block: dtype. The value is the element itself."""
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    index, value = operand(state, ip, 1), operand(state, ip, 3)
    status = _readable(state, array, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    if word(index, RANK) != 0:
        return refuse(state, ARRAY_INDEX_NOT_SCALAR, index)
    at = int32_scalar(index)
    status = _make_ready(state, array, at, word(value, ITEMSIZE))
    if status == NEXT:
        lend(_take(array, at), value)
    return status


@instruction
def gather_tensor_array(state, ip):
    """handle, indices unless the block says there are none, flow_in, value. Block: dtype, has indices, element shape."""
    attrs = attrs_of(ip)
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    has_indices = word(attrs, 1)
    indices, value = operand(state, ip, 1), operand(state, ip, 2 + has_indices)
    status = _readable(state, array, word(attrs, 0))
    if status != NEXT:
        return status
    wanted = word(state, SCRATCH) + DESCRIPTOR_BYTES
    shape_from_words(attrs, 2, wanted)
    if not is_compatible(array, wanted):
        return refuse_merge(state, array, wanted)
    merge(array, wanted)
    if has_indices and word(indices, RANK) != 1:
        return refuse(state, INDICES_NOT_VECTOR, indices)
    count = word(indices, SIZE) if has_indices else word(array, ITEM_COUNT)
    if count == 0:
        if not is_defined(array):
            return refuse(state, ARRAY_GATHERS_NOTHING, array)
        return stacked(state, value, 0, array)
    first = int32_at(indices, 0) if has_indices else 0
    for i in range(count):
        index = int32_at(indices, i) if has_indices else i
        status = _make_ready(state, array, index, word(value, ITEMSIZE))
        if status != NEXT:
            return status
        if i == 0 and not is_compatible(wanted, _item(array, first)):
            return refuse(state, ARRAY_GATHERS_SHAPE, wanted, _item(array, first))
        if not same_shape(_item(array, first), _item(array, index)):
            return refuse(state, ARRAY_GATHERS_UNEVEN, _item(array, first), i, _item(array, index))
    status = stacked(state, value, count, _item(array, first))
    if status != NEXT:
        return status
    target = word(value, DATA)
    for i in range(count):
        index = int32_at(indices, i) if has_indices else i
        if _history(array, index) & CLEARED:
            return refuse(state, ARRAY_READS_CLEARED, array, index)
        element = _take(array, index)
        copy_bytes(target, word(element, DATA), bytes_of(element))
        target += bytes_of(element)
    return NEXT


@instruction
def concat_tensor_array(state, ip):
    """handle, flow_in, value, lengths. Block: dtype, element shape without its first dimension."""
    attrs = attrs_of(ip)
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    value, lengths = operand(state, ip, 2), operand(state, ip, 3)
    status = _readable(state, array, word(attrs, 0))
    if status != NEXT:
        return status
    wanted = word(state, SCRATCH) + DESCRIPTOR_BYTES
    shape_from_words(attrs, 1, wanted)
    count = word(array, ITEM_COUNT)
    set_word(lengths, RANK, 1)
    set_word(lengths, DIMS, count)
    status = reserve(state, lengths)
    if status != NEXT:
        return status
    if count == 0:
        if not is_defined(wanted):
            return refuse(state, ARRAY_CONCATS_NOTHING, wanted)
        return stacked(state, value, 0, wanted)
    status = _concat_lengths(state, array, wanted, lengths, word(value, ITEMSIZE))
    if status != NEXT:
        return status
    first = _item(array, 0)
    total = 0
    for i in range(count):
        total += word(word(lengths, DATA), i)
    for i in range(1, word(first, RANK)):
        set_word(value, DIMS + i, word(first, DIMS + i))
    set_word(value, DIMS, total)
    set_word(value, RANK, word(first, RANK))
    status = reserve(state, value)
    if status != NEXT:
        return status
    target = word(value, DATA)
    for i in range(count):
        element = _take(array, i)
        copy_bytes(target, word(element, DATA), bytes_of(element))
        target += bytes_of(element)
    return NEXT


@register_jitable
def _concat_lengths(state, array, wanted, lengths, itemsize):
    """Fills the lengths in; all elements must agree but for the first dimension."""
    for i in range(word(array, ITEM_COUNT)):
        status = _make_ready(state, array, i, itemsize)
        if status != NEXT:
            return status
        element = _item(array, i)
        if word(element, RANK) < 1:
            return refuse(state, ARRAY_CONCATS_SCALAR, i)
        if i == 0 and not _inner_compatible(wanted, element):
            return refuse(state, ARRAY_CONCATS_SHAPE, wanted, element)
        if not same_inner(_item(array, 0), element):
            return refuse(state, ARRAY_CONCATS_UNEVEN, _item(array, 0), i, element)
        set_word(word(lengths, DATA), i, word(element, DIMS))
    return NEXT


@register_jitable
def _inner_compatible(wanted, element):
    rank = word(wanted, RANK)
    if rank < 0:
        return True
    if rank != word(element, RANK) - 1:
        return False
    for i in range(rank):
        dim = word(wanted, DIMS + i)
        if dim >= 0 and dim != word(element, DIMS + 1 + i):
            return False
    return True


# ---- the rest --------------------------------------------------------------------------------------------------------


@instruction
def size_of_tensor_array(state, ip):
    """handle, flow_in, size."""
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    status = _usable(state, array)
    if status != NEXT:
        return status
    return put_int32(state, operand(state, ip, 2), word(array, ITEM_COUNT))


@instruction
def close_tensor_array(state, ip):
    """handle."""
    array = record_of(state, operand(state, ip, 0), TENSOR_ARRAY_KIND)
    if array == 0:
        return WRONG_HANDLE
    set_word(array, FLAGS, word(array, FLAGS) | CLOSED)
    return NEXT
