"""Binomial numbers: by the lengths of failing runs, or by Hoermann's transformed rejection where many are expected."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.generator import taken
from nbtf.kernels.jit import kernel
from nbtf.kernels.random import RESERVED, next_uniform, stateless_seeds

DRAWS = 100  # that a sample is expected to need at most
FEW = 42  # outputs of the stream between the samples of few_successes
_TAILS = np.array(
    [
        0.0810614667953272,
        0.0413406959554092,
        0.0276779256849983,
        0.02079067210376509,
        0.0166446911898211,
        0.0138761288230707,
        0.0118967099458917,
        0.0104112652619720,
        0.00925546218271273,
        0.00833056343336287,
    ]
)


@register_jitable
def stirling_tail(k):
    """log(k!) less Stirling's approximation of it."""
    if k <= 9:
        return _TAILS[int(k)]
    square = (k + 1) * (k + 1)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1)


@register_jitable
def few_successes(count, prob, place, seed, seed2):
    """The trials up to each success are geometric numbers; how many of them fit."""
    draw = (place, 0, 0.0)
    total, found = 0.0, 0.0
    while True:
        u, draw = next_uniform(draw, seed, seed2)
        total += math.ceil(math.log(u) / math.log1p(-prob)) if u > 0 else np.inf
        if total > count:
            return found
        found += 1


@register_jitable
def many_successes(count, prob, place, seed, seed2):
    """BTRS, of Hoermann's "The generation of binomial random variates"; prob at most 1/2."""
    deviation = math.sqrt(count * prob * (1 - prob))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * prob
    c = count * prob + 0.5
    v_r = 0.92 - 4.2 / b
    r = prob / (1 - prob)
    alpha = (2.83 + 5.1 / b) * deviation
    m = math.floor((count + 1) * prob)
    draw = (place, 0, 0.0)
    while True:
        u, draw = next_uniform(draw, seed, seed2)
        v, draw = next_uniform(draw, seed, seed2)
        u -= 0.5
        us = 0.5 - abs(u)
        k = np.float64(math.floor((2 * a / us + b) * u + c)) if us > 0 else -1.0
        if us >= 0.07 and v <= v_r:
            return k
        if k < 0 or k > count:
            continue
        v = math.log(v * alpha / (a / (us * us) + b)) if v > 0 else -np.inf
        bound = (
            (m + 0.5) * math.log((m + 1) / (r * (count - m + 1)))
            + (count + 1) * math.log((count - m + 1) / (count - k + 1))
            + (k + 0.5) * math.log(r * (count - k + 1) / (k + 1))
            + stirling_tail(m)
            + stirling_tail(count - m)
            - stirling_tail(k)
            - stirling_tail(count - k)
        )
        if v <= bound:
            return k


@register_jitable
def successes(count, prob, start, number, seed, seed2):
    """A sample, the one of that number among all."""
    if not (0.0 <= prob <= 1.0 and 0.0 <= count < np.inf):
        return np.nan
    rare = min(prob, 1.0 - prob)
    if rare == 0.0 or count == 0.0:
        found = 0.0
    elif count * rare >= 10:
        found = many_successes(count, rare, start + RESERVED * number, seed, seed2)
    else:
        found = few_successes(count, rare, start + FEW * number, seed, seed2)
    return found if prob <= 0.5 else count - found


@register_jitable
def parameter_at(batch, dims, output_dims):
    """Where the parameter of a batch is, the batches being the last dims of the output."""
    at, stride = 0, 1
    for i in range(len(dims)):
        axis = len(dims) - 1 - i
        size = output_dims[len(output_dims) - 1 - i]
        if dims[axis] > 1:
            at += (batch % size) * stride
        stride *= dims[axis]
        batch //= size
    return at


@register_jitable
def batch_count(counts_dims, probs_dims, output_dims):
    count = 1
    for i in range(max(len(counts_dims), len(probs_dims))):
        count *= output_dims[len(output_dims) - 1 - i]
    return count


@register_jitable
def fill_binomial(output, counts, probs, output_dims, counts_dims, probs_dims, start, seed, seed2):
    batches = batch_count(counts_dims, probs_dims, output_dims)
    samples = len(output) // max(batches, 1)
    for batch in range(batches):
        count = np.float64(counts[parameter_at(batch, counts_dims, output_dims)])
        prob = np.float64(probs[parameter_at(batch, probs_dims, output_dims)])
        for i in range(samples):
            number = batch * samples + i
            output[i * batches + batch] = successes(count, prob, start, number, seed, seed2)


@kernel
def stateful_random_binomial(resource, algorithm, counts, probs, output, output_dims, counts_dims, probs_dims):
    if len(output) == 0:
        return
    batches = batch_count(counts_dims, probs_dims, output_dims)
    outputs = batches * 2 * DRAWS * (len(output) // batches + 3) // 4 * RESERVED
    start, key, high = taken(resource, algorithm[0], outputs)
    fill_binomial(output, counts, probs, output_dims, counts_dims, probs_dims, start, key, high)


@kernel
def stateless_random_binomial(seed, counts, probs, output, output_dims, counts_dims, probs_dims):
    first, second = stateless_seeds(seed)
    fill_binomial(output, counts, probs, output_dims, counts_dims, probs_dims, 0, first, second)
