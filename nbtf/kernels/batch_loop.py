"""Some instructions for a part of a batch at a time: what begins the loop over its parts, and what ends it.

Both have the operands BATCH, PART and DONE: the whole batch, the part of it that the instructions between them read, and
the number of its elements that are done. first_part names the rooms of all results behind them, which it leaves alone.
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from nbtf.kernels.jit import instruction
from nbtf.kernels.memory import (
    attrs_of,
    bytes_of,
    copy_bytes,
    copy_shape,
    operand,
    pointer,
    reserve,
    set_size,
    set_word,
    share_buffer,
    word,
)
from nbtf.layout import DATA, DIMS, JUMP, NEXT, RANK

BATCH, PART, DONE, RESULTS = 0, 1, 2, 3
AT_ONCE, RESULT_COUNT = 0, 1  # attributes


@instruction
def first_part(state, ip):
    batch, part, done = operand(state, ip, BATCH), operand(state, ip, PART), operand(state, ip, DONE)
    set_word(done, RANK, 0)
    status = reserve(state, done)
    if status != NEXT:
        return status
    carray(pointer(word(done, DATA)), (1,), np.int64)[0] = 0
    show(batch, part)
    if word(batch, RANK) > 0:
        total, most = word(batch, DIMS), word(attrs_of(ip), AT_ONCE)
        parts = max((total + most - 1) // most, 1)
        set_word(part, DIMS, (total + parts - 1) // parts)  # alike in size: for another one, all is prepared anew
    return set_size(part)


@instruction
def next_part(state, ip):
    """Behind the operands above, three a result: of this part, room for those of all parts, and what others read."""
    batch, part = operand(state, ip, BATCH), operand(state, ip, PART)
    results = word(attrs_of(ip), RESULT_COUNT)
    if word(batch, RANK) == 0 or word(part, DIMS) == word(batch, DIMS):
        for i in range(results):
            show(operand(state, ip, RESULTS + 3 * i), operand(state, ip, RESULTS + 3 * i + 2))
        return NEXT
    done = carray(pointer(word(operand(state, ip, DONE), DATA)), (1,), np.int64)
    total, count = word(batch, DIMS), word(part, DIMS)
    for i in range(results):
        result, room = operand(state, ip, RESULTS + 3 * i), operand(state, ip, RESULTS + 3 * i + 1)
        if done[0] == 0:
            copy_shape(result, room)
            set_word(room, DIMS, total)
            status = reserve(state, room)
            if status != NEXT:
                return status
        copy_bytes(word(room, DATA) + done[0] * (bytes_of(room) // total), word(result, DATA), bytes_of(result))
    done[0] += count
    if done[0] < total:
        set_word(part, DATA, word(batch, DATA) + done[0] * (bytes_of(batch) // total))
        set_word(part, DIMS, min(count, total - done[0]))
        set_size(part)
        return JUMP
    for i in range(results):
        show(operand(state, ip, RESULTS + 3 * i + 1), operand(state, ip, RESULTS + 3 * i + 2))
    return NEXT


@register_jitable
def show(source, target):
    """The target becomes another descriptor of the source's elements."""
    share_buffer(source, target)
    copy_shape(source, target)
