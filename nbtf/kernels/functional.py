"""The counter of functional For loops."""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from nbtf.kernels.jit import instruction
from nbtf.kernels.memory import operand, pointer, reserve, set_word, word
from nbtf.layout import DATA, NEXT, RANK


@register_jitable
def _int32_scalar(slot):
    return carray(pointer(word(slot, DATA)), (1,), np.int32)[0]


@instruction
def for_goes_on(state, ip):
    """Operands: counter, limit, delta, and the bool scalar that says whether to go on."""
    counter = _int32_scalar(operand(state, ip, 0))
    limit = _int32_scalar(operand(state, ip, 1))
    delta = _int32_scalar(operand(state, ip, 2))
    target = operand(state, ip, 3)
    set_word(target, RANK, 0)
    status = reserve(state, target)
    if status == NEXT:
        goes_on = counter < limit if delta > 0 else counter > limit
        carray(pointer(word(target, DATA)), (1,), np.uint8)[0] = 1 if goes_on else 0
    return status
