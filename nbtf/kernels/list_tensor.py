"""Between lists and tensors: rows become items, and items become rows."""

from numba.extending import register_jitable

from nbtf.kernels.collection import (
    DESCRIPTOR_BYTES,
    copy_pattern,
    describe,
    give_handle,
    int32_at,
    int32_scalar,
    is_defined,
    new_rows,
    stacked,
)
from nbtf.kernels.jit import instruction
from nbtf.kernels.list_versions import (
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
    tail_compatible,
)
from nbtf.kernels.memory import (
    MAX_ELEMENTS,
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
from nbtf.layout import DATA, DIMS, HEAP_FULL, ITEM_COUNT, ITEMS, NEXT, RANK, SCRATCH, SIZE, TOO_LARGE
from nbtf.refusals import (
    INDICES_NOT_VECTOR,
    LENGTH_NEGATIVE,
    LENGTHS_NOT_VECTOR,
    LIST_CONCATS_LEADING,
    LIST_CONCATS_NOTHING,
    LIST_CONCATS_SCALARS,
    LIST_CONCATS_UNSET,
    LIST_COUNT,
    LIST_FROM_SHAPE,
    LIST_GATHERS_NOTHING,
    LIST_GATHERS_OUTSIDE,
    LIST_GATHERS_OUTSIDE_KNOWN,
    LIST_GATHERS_UNSET,
    LIST_NOT_SCALAR,
    LIST_SCATTERS_COUNT,
    LIST_SCATTERS_NEGATIVE,
    LIST_SCATTERS_OUTSIDE,
    LIST_SCATTERS_ROWS,
    LIST_SPLITS_BEYOND,
    LIST_SPLITS_SCALARS,
    LIST_SPLITS_SHAPE,
    LIST_SPLITS_UNUSED,
    LIST_STACKS_NOTHING,
    LIST_STACKS_UNSET,
    TENSOR_IS_SCALAR,
)

# ---- tensors to lists ------------------------------------------------------------------------------------------------


@instruction
def list_from_tensor(state, ip):
    """tensor, element_shape, output_handle. Block: dtype."""
    tensor = operand(state, ip, 0)
    shape = word(state, SCRATCH)
    status = read_shape(state, operand(state, ip, 1), shape)
    if status != NEXT:
        return status
    if word(tensor, RANK) < 1:
        return refuse(state, TENSOR_IS_SCALAR, tensor)
    if not tail_compatible(shape, tensor, 0):
        return refuse(state, LIST_FROM_SHAPE, shape, tensor)
    count = word(tensor, DIMS)
    rows = new_rows(state, tensor, count)
    record = new_list(state, ip, word(attrs_of(ip), 0), shape, count)
    if rows == 0 or record == 0:
        return HEAP_FULL
    for i in range(count):
        set_word(word(record, ITEMS), i, rows + i * DESCRIPTOR_BYTES)
    return give_handle(state, record, operand(state, ip, 2))


@instruction
def split_to_list(state, ip):
    """tensor, element_shape, lengths, output_handle. Block: dtype."""
    tensor, lengths = operand(state, ip, 0), operand(state, ip, 2)
    shape = word(state, SCRATCH)
    status = read_shape(state, operand(state, ip, 1), shape)
    if status == NEXT:
        status = _check_pieces(state, tensor, shape, lengths)
    if status != NEXT:
        return status
    count = word(lengths, SIZE)
    record = new_list(state, ip, word(attrs_of(ip), 0), shape, count)
    pieces = allocate(state, count * DESCRIPTOR_BYTES + bytes_of(tensor))
    if record == 0 or pieces == 0:
        return HEAP_FULL
    data = pieces + count * DESCRIPTOR_BYTES
    copy_bytes(data, word(tensor, DATA), bytes_of(tensor))
    for i in range(count):
        piece = pieces + i * DESCRIPTOR_BYTES
        describe(piece, tensor, data)
        set_word(piece, DIMS, word(word(lengths, DATA), i))
        set_size(piece)
        data += bytes_of(piece)
        set_word(word(record, ITEMS), i, piece)
    return give_handle(state, record, operand(state, ip, 3))


@register_jitable
def _check_pieces(state, tensor, shape, lengths):
    if word(lengths, RANK) != 1:
        return refuse(state, LENGTHS_NOT_VECTOR, lengths)
    if word(tensor, RANK) < 1:
        return refuse(state, TENSOR_IS_SCALAR, tensor)
    if word(shape, RANK) == 0:
        return refuse(state, LIST_SPLITS_SCALARS, shape)
    if not tail_compatible(shape, tensor, 1):
        set_word(shape, DIMS, -1)
        return refuse(state, LIST_SPLITS_SHAPE, tensor, shape)
    rows, used = word(tensor, DIMS), 0
    for i in range(word(lengths, SIZE)):
        length = word(word(lengths, DATA), i)
        if length < 0:
            return refuse(state, LENGTH_NEGATIVE, length)
        if length > rows - used:
            return refuse(state, LIST_SPLITS_BEYOND, used, used + length, rows)
        used += length
    if used != rows:
        return refuse(state, LIST_SPLITS_UNUSED, rows, used)
    return NEXT


@instruction
def scatter_to_list(state, ip):
    """tensor, indices, element_shape, num_elements where the block says so, output_handle. Block: dtype, counted."""
    attrs = attrs_of(ip)
    tensor, indices, counted = operand(state, ip, 0), operand(state, ip, 1), word(attrs, 1)
    shape = word(state, SCRATCH)
    status = read_shape(state, operand(state, ip, 2), shape)
    if status == NEXT:
        status = _check_rows(state, tensor, indices)
    if status != NEXT:
        return status
    if not tail_compatible(shape, tensor, 0):
        return refuse(state, LIST_FROM_SHAPE, shape, tensor)
    highest = _highest(indices)
    count = highest + 1
    if counted:
        number = operand(state, ip, 3)
        if not is_scalar(number):
            return refuse(state, LIST_NOT_SCALAR, number)
        wanted = int32_scalar(number)
        if wanted < -1:
            return refuse(state, LIST_SCATTERS_COUNT, wanted)
        if 0 <= wanted <= highest:
            return refuse(state, LIST_SCATTERS_OUTSIDE, highest, wanted)
        count = max(count, wanted)
    record = new_list(state, ip, word(attrs, 0), shape, count)
    rows = new_rows(state, tensor, word(indices, SIZE))
    if record == 0 or rows == 0:
        return HEAP_FULL
    _place(record, indices, rows)
    return give_handle(state, record, operand(state, ip, 3 + counted))


@instruction
def scatter_into_list(state, ip):
    """input_handle, tensor, indices, output_handle. Block: dtype."""
    old, tensor, indices = list_in(state, operand(state, ip, 0)), operand(state, ip, 1), operand(state, ip, 2)
    status = check_dtype(state, old, word(attrs_of(ip), 0))
    if status == NEXT:
        status = _check_rows(state, tensor, indices)
    if status != NEXT:
        return status
    if not tail_compatible(old, tensor, 0):
        return refuse(state, LIST_FROM_SHAPE, old, tensor)
    new = derive(state, ip, old)
    rows = new_rows(state, tensor, word(indices, SIZE))
    if new == 0 or rows == 0:
        return HEAP_FULL
    if copy_items(state, old, new, max(word(old, ITEM_COUNT), _highest(indices) + 1)) != NEXT:
        return HEAP_FULL
    _place(new, indices, rows)
    return give_handle(state, new, operand(state, ip, 3))


@register_jitable
def _check_rows(state, tensor, indices):
    if word(indices, RANK) != 1:
        return refuse(state, INDICES_NOT_VECTOR, indices)
    if word(tensor, RANK) < 1:
        return refuse(state, TENSOR_IS_SCALAR, tensor)
    if word(tensor, DIMS) != word(indices, SIZE):
        return refuse(state, LIST_SCATTERS_ROWS, word(indices, SIZE), word(tensor, DIMS))
    for i in range(word(indices, SIZE)):
        if int32_at(indices, i) < 0:
            return refuse(state, LIST_SCATTERS_NEGATIVE)
    return NEXT


@register_jitable
def _highest(indices):
    highest = -1
    for i in range(word(indices, SIZE)):
        highest = max(highest, int32_at(indices, i))
    return highest


@register_jitable
def _place(record, indices, rows):
    for i in range(word(indices, SIZE)):
        set_word(word(record, ITEMS), int32_at(indices, i), rows + i * DESCRIPTOR_BYTES)


# ---- lists to tensors ----------------------------------------------------------------------------------------


@register_jitable
def _copy_item(item, target, size):
    """An item of `size` bytes; zeros where it is not set."""
    if item != 0:
        copy_bytes(target, word(item, DATA), size)
    else:
        fill_bytes(target, size, 0)


@instruction
def stack_list(state, ip):
    """input_handle, element_shape, tensor. Block: dtype, number of items or -1."""
    record, tensor = list_in(state, operand(state, ip, 0)), operand(state, ip, 2)
    status = check_dtype(state, record, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    shape = word(state, SCRATCH)
    status = merged_shape(state, operand(state, ip, 1), record, shape)
    if status != NEXT:
        return status
    count, wanted = word(record, ITEM_COUNT), word(attrs_of(ip), 1)
    if wanted != -1 and wanted != count:
        return refuse(state, LIST_COUNT, wanted, count)
    if count == 0 and not is_defined(shape):
        return refuse(state, LIST_STACKS_NOTHING, shape)
    for i in range(count):
        status = learn(state, shape, item_at(record, i))
        if status != NEXT:
            return status
    if not is_defined(shape):
        return refuse(state, LIST_STACKS_UNSET, shape)
    status = stacked(state, tensor, count, shape)
    if status == NEXT and count > 0:
        size = bytes_of(tensor) // count
        for i in range(count):
            _copy_item(item_at(record, i), word(tensor, DATA) + i * size, size)
    return status


@instruction
def gather_list(state, ip):
    """input_handle, indices, element_shape, values. Block: dtype."""
    record, indices, values = list_in(state, operand(state, ip, 0)), operand(state, ip, 1), operand(state, ip, 3)
    status = check_dtype(state, record, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    shape = word(state, SCRATCH)
    status = merged_shape(state, operand(state, ip, 2), record, shape)
    if status != NEXT:
        return status
    if word(indices, RANK) != 1:
        return refuse(state, INDICES_NOT_VECTOR, indices)
    count, known = word(indices, SIZE), is_defined(shape)
    if count == 0 and not known:
        return refuse(state, LIST_GATHERS_NOTHING, shape)
    for i in range(count):
        index = int32_at(indices, i)
        if index < 0 or index >= word(record, ITEM_COUNT):
            message = LIST_GATHERS_OUTSIDE_KNOWN if known else LIST_GATHERS_OUTSIDE
            return refuse(state, message, index, word(record, ITEM_COUNT))
        status = learn(state, shape, item_at(record, index))
        if status != NEXT:
            return status
    if not is_defined(shape):
        return refuse(state, LIST_GATHERS_UNSET, shape)
    status = stacked(state, values, count, shape)
    if status == NEXT and count > 0:
        size = bytes_of(values) // count
        for i in range(count):
            _copy_item(item_at(record, int32_at(indices, i)), word(values, DATA) + i * size, size)
    return status


@instruction
def concat_list(state, ip):
    """input_handle, element_shape, leading_dims, tensor, lengths. Block: dtype. leading_dims are of items not set."""
    record, tensor, lengths = list_in(state, operand(state, ip, 0)), operand(state, ip, 3), operand(state, ip, 4)
    status = check_dtype(state, record, word(attrs_of(ip), 0))
    if status != NEXT:
        return status
    shape = word(state, SCRATCH)
    status = merged_shape(state, operand(state, ip, 1), record, shape)
    if status != NEXT:
        return status
    if word(shape, RANK) == 0:
        return refuse(state, LIST_CONCATS_SCALARS)
    count = word(record, ITEM_COUNT)
    set_word(lengths, RANK, 1)
    set_word(lengths, DIMS, count)
    status = reserve(state, lengths)
    if status == NEXT:
        status = _concat_lengths(state, record, shape, operand(state, ip, 2), lengths)
    if status != NEXT:
        return status
    total = 0
    for i in range(count):
        total += word(word(lengths, DATA), i)
        if total > MAX_ELEMENTS or word(word(lengths, DATA), i) > MAX_ELEMENTS:
            return TOO_LARGE
    set_word(shape, DIMS, total)
    copy_pattern(shape, tensor)
    status = reserve(state, tensor)
    if status == NEXT and total > 0:
        row, target = bytes_of(tensor) // total, word(tensor, DATA)
        for i in range(count):
            size = row * word(word(lengths, DATA), i)
            _copy_item(item_at(record, i), target, size)
            target += size
    return status


@register_jitable
def _concat_lengths(state, record, shape, leading, lengths):
    """Fills the lengths in; the shape learns all but its first dimension, which stays open."""
    count = word(record, ITEM_COUNT)
    first = word(shape, DIMS) if word(shape, RANK) > 0 else -1
    for i in range(count):
        item = item_at(record, i)
        if item != 0 and word(item, RANK) == 0:
            return refuse(state, LIST_CONCATS_SCALARS)
        if word(shape, RANK) > 0:
            set_word(shape, DIMS, -1)
        status = learn(state, shape, item)
        if status != NEXT:
            return status
        if item != 0:
            length = word(item, DIMS)
        elif first >= 0:
            length = first
        elif i < word(leading, SIZE):
            length = word(word(leading, DATA), i)
        else:
            length = -1
        set_word(word(lengths, DATA), i, length)
    if word(shape, RANK) > 0:
        set_word(shape, DIMS, 0)
    if not is_defined(shape):
        if word(shape, RANK) > 0:
            set_word(shape, DIMS, first)
        return refuse(state, LIST_CONCATS_UNSET if count > 0 else LIST_CONCATS_NOTHING, shape)
    for i in range(count):
        length = word(word(lengths, DATA), i)
        if length < 0 and i >= word(leading, SIZE):
            return refuse(state, LIST_CONCATS_LEADING, i, word(leading, SIZE))
        if length < 0:
            return refuse(state, LENGTH_NEGATIVE, length)
    return NEXT
