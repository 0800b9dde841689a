"""The dispatch loop and the instructions that steer it."""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from nbtf.kernels.jit import instruction
from nbtf.kernels.memory import (
    bytes_of,
    call_entry,
    copy_bytes,
    copy_shape,
    operand,
    pointer,
    reserve,
    set_word,
    share_buffer,
    word,
)
from nbtf.layout import (
    ALWAYS,
    BUDGET,
    CAPACITY,
    CLOCK,
    CLOCK_ID,
    COMPARED,
    DATA,
    DEAD,
    HALT,
    HOST,
    INTERRUPT,
    ITEMSIZE,
    JUMP,
    KERNEL,
    LENGTH,
    NEXT,
    NEXT_RECORD,
    NOT_SCALAR,
    PREPARE,
    PREPARED,
    PREPARED_WORDS,
    RANK,
    RECORDED_BEGIN,
    RECORDED_END,
    RECORDED_IP,
    RECORDED_PREPARED,
    RECORDS_END,
    SIZE,
    SLOT_WORDS,
    STOPPED_AT,
    TARGET,
    TIME,
    TRACE_RECORD_WORDS,
    TRACED_STATE,
    WORD,
)


@instruction
def run(state, ip):
    """Runs from `ip` until an instruction halts, asks for the host, or fails; STOPPED_AT says where."""
    while True:
        status = NEXT if is_prepared(state, ip) else prepare(state, ip)
        if status == NEXT:
            status = call_entry(word(ip, KERNEL), state, ip)
        if status == NEXT:
            ip += word(ip, LENGTH)
        elif status == JUMP:
            ip = word(ip, TARGET)
            budget = word(state, BUDGET) - 1  # only a jump can make a run endless
            set_word(state, BUDGET, budget)
            if budget < 0:
                set_word(state, STOPPED_AT, ip)
                return INTERRUPT
        else:
            set_word(state, STOPPED_AT, ip)
            return status


@instruction
def run_traced(trace, ip):
    """The same, and a record of each instruction that ran; INTERRUPT also where there is room for no more."""
    state = word(trace, TRACED_STATE)
    record = word(trace, NEXT_RECORD)
    end = time_now(trace)
    while True:
        begin = prepared = end
        if record == word(trace, RECORDS_END):
            status = INTERRUPT
        elif is_prepared(state, ip):
            status = NEXT
        else:
            status = prepare(state, ip)
            prepared = time_now(trace)
        if status == NEXT:
            status = call_entry(word(ip, KERNEL), state, ip)
            end = time_now(trace)
            if status == NEXT or status == JUMP:
                set_word(record, RECORDED_IP, ip)
                set_word(record, RECORDED_BEGIN, begin)
                set_word(record, RECORDED_PREPARED, prepared)
                set_word(record, RECORDED_END, end)
                record += WORD * TRACE_RECORD_WORDS
        if status == NEXT:
            ip += word(ip, LENGTH)
            continue
        if status == JUMP:
            ip = word(ip, TARGET)
            budget = word(state, BUDGET) - 1
            set_word(state, BUDGET, budget)
            if budget >= 0:
                continue
            status = INTERRUPT
        set_word(trace, NEXT_RECORD, record)
        set_word(state, STOPPED_AT, ip)
        return status


@register_jitable
def time_now(trace):
    """Nanoseconds by the clock that the host chose."""
    call_entry(word(trace, CLOCK), word(trace, CLOCK_ID), trace + WORD * TIME)
    return word(trace, TIME) * 1_000_000_000 + word(trace, TIME + 1)


@register_jitable
def is_prepared(state, ip):
    return word(ip, COMPARED) == 0 or same_inputs(state, ip)


@register_jitable
def prepare(state, ip):
    status = call_entry(word(ip, PREPARE), state, ip)
    if status == NEXT:
        remember_inputs(state, ip)  # only now: a refused or interrupted prepare runs again
    return status


@register_jitable
def same_inputs(state, ip):
    """Are rank and dims of every input those that the outputs were prepared for?"""
    compared = word(ip, COMPARED)
    if compared == ALWAYS:
        return False
    prepared = state + word(ip, PREPARED)
    for i in range(compared):
        slot = operand(state, ip, i)
        for k in range(1 + word(slot, RANK)):
            if word(prepared, PREPARED_WORDS * i + k) != word(slot, RANK + k):
                return False
    return True


@register_jitable
def remember_inputs(state, ip):
    prepared = state + word(ip, PREPARED)
    for i in range(word(ip, COMPARED)):
        slot = operand(state, ip, i)
        for k in range(1 + word(slot, RANK)):
            set_word(prepared, PREPARED_WORDS * i + k, word(slot, RANK + k))


@instruction
def halt(state, ip):
    return HALT


@instruction
def host(state, ip):
    """Python computes this one and resumes at the next."""
    return HOST


@instruction
def jump(state, ip):
    return JUMP


@register_jitable
def bool_scalar(slot):
    return carray(pointer(word(slot, DATA)), (1,), np.uint8)[0] != 0


@instruction
def jump_unless(state, ip):
    """Operand 0: a bool scalar."""
    predicate = operand(state, ip, 0)
    if word(predicate, RANK) != 0:
        return NOT_SCALAR
    return NEXT if bool_scalar(predicate) else JUMP


@instruction
def jump_if(state, ip):
    predicate = operand(state, ip, 0)
    if word(predicate, RANK) != 0:
        return NOT_SCALAR
    return JUMP if bool_scalar(predicate) else NEXT


@instruction
def dead(state, ip):
    """Reached only when a fetched tensor was not computed."""
    return DEAD


@instruction
def copy(state, ip):
    """Operand 0 -> 1, into its own buffer."""
    source, target = operand(state, ip, 0), operand(state, ip, 1)
    copy_shape(source, target)
    status = reserve(state, target)
    if status == NEXT:
        copy_bytes(word(target, DATA), word(source, DATA), bytes_of(source))
    return status


@instruction
def swap(state, ip):
    """Exchange two descriptors: the buffer of this iteration becomes the staging buffer of the next."""
    a, b = operand(state, ip, 0), operand(state, ip, 1)
    for i in range(SLOT_WORDS):
        kept = word(a, i)
        set_word(a, i, word(b, i))
        set_word(b, i, kept)
    return NEXT


@instruction
def rename(state, ip):
    """Operand 1 becomes another descriptor of operand 0's elements."""
    source, target = operand(state, ip, 0), operand(state, ip, 1)
    share_buffer(source, target)
    for i in range(RANK, RANK + 1 + word(source, RANK)):
        set_word(target, i, word(source, i))
    return NEXT


@instruction
def share(state, ip):
    """Operand TARGET, whose dims PREPARE has set, reads the elements of operand 0."""
    share_buffer(operand(state, ip, 0), operand(state, ip, word(ip, TARGET)))
    return NEXT


@instruction
def set_flag(state, ip):
    """Operand 0, a bool scalar, becomes TARGET."""
    slot = operand(state, ip, 0)
    set_word(slot, RANK, 0)
    status = reserve(state, slot)
    if status == NEXT:
        carray(pointer(word(slot, DATA)), (1,), np.uint8)[0] = word(ip, TARGET)
    return status


@instruction
def set_index(state, ip):
    """Operand 0, an int32 scalar, becomes TARGET: which input a Merge took."""
    slot = operand(state, ip, 0)
    set_word(slot, RANK, 0)
    status = reserve(state, slot)
    if status == NEXT:
        carray(pointer(word(slot, DATA)), (1,), np.int32)[0] = word(ip, TARGET)
    return status


@instruction
def forget(state, ip):
    """Operand 0 gives up the elements of another slot; what it owned is gone with them."""
    slot = operand(state, ip, 0)
    for i in (DATA, CAPACITY, SIZE):
        set_word(slot, i, 0)
    return NEXT


assert ITEMSIZE == 3  # Python sets it once; no instruction but swap may touch it
