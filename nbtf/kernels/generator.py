"""Random numbers from a generator that a variable holds: see kernels/random.py for the numbers themselves."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.random import (
    RESERVED,
    advance,
    fill_all_integers,
    fill_integers,
    fill_normal,
    fill_truncated,
    fill_uniform,
)
from nbtf.shapes import check, supported


@register_jitable
def taken(state, algorithm, outputs):
    """(number of the first output, key, upper half of the counter); the state goes on by so many outputs."""
    supported(algorithm != 2, "Non-XLA devices don't support the ThreeFry algorithm.")
    check(algorithm == 1 or algorithm == 3, "Unsupported algorithm id: {}", algorithm)
    check(len(state) >= 3, "For the Philox algorithm, the size of state must be at least 3; got {}", len(state))
    low, high, key = state[0], state[1], state[2]
    state[0] = low + outputs
    if np.uint64(state[0]) < np.uint64(low):
        state[1] = high + 1
    return low, key, high


@kernel
def rng_read_and_skip(resource, alg, delta, value):
    value[0], value[2], value[1] = taken(resource, alg[0], np.int64(delta[0]) * RESERVED)


@kernel
def rng_skip(resource, algorithm, delta):
    taken(resource, algorithm[0], delta[0] * RESERVED)


@kernel
def stateful_uniform(resource, algorithm, output, dtype):
    start, key, high = taken(resource, algorithm[0], len(output) * RESERVED)
    fill_uniform(output, dtype, start, key, high)


@kernel
def stateful_standard_normal(resource, algorithm, output, dtype):
    start, key, high = taken(resource, algorithm[0], len(output) * RESERVED)
    fill_normal(output, dtype, start, key, high)


@kernel
def stateful_truncated_normal(resource, algorithm, output, dtype):
    start, key, high = taken(resource, algorithm[0], len(output) * RESERVED)
    fill_truncated(output, dtype, start, key, high)


@kernel
def stateful_uniform_full_int(resource, algorithm, output):
    start, key, high = taken(resource, algorithm[0], len(output) * RESERVED)
    fill_all_integers(output, start, key, high)


@kernel
def stateful_uniform_int(resource, algorithm, minval, maxval, output):
    start, key, high = taken(resource, algorithm[0], len(output) * RESERVED)
    fill_integers(output, minval[0], maxval[0], start, key, high)


@kernel
def non_deterministic_ints(output, stream, entropy):
    fill_all_integers(output, advance(stream, len(output)), entropy[0], entropy[1])
