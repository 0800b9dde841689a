"""Sampling of classes: bit-equal to TensorFlow's for equal seeds.

A run takes 512 outputs of the node's stream a sampled class, whatever it needs; words are used one after the other.
"""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.random import advance, philox, stateful_seeds, unit_double
from nbtf.shapes import check

OUTPUTS = 512  # of the stream, a sampled class
LOWEST = np.finfo(np.float32).min
FREE = -1

# ---- words of the stream ---------------------------------------------------------------------------------------------


@register_jitable
def word_at(start, position, seed, seed2):
    """Word `position` of the stream from output `start` on."""
    return philox(start + position // 4, seed, seed2)[position & 3]


@register_jitable
def uniform_below(limit, start, position, seed, seed2):
    """(an integer in [0, limit), the position after its words), all equally likely."""
    limit = np.uint64(limit)
    mask = limit & (limit - np.uint64(1))
    rest = np.uint64(0xFFFFFFFFFFFFFFFF) % limit + np.uint64(1)
    while True:
        low = word_at(start, position, seed, seed2)
        high = word_at(start, position + 1, seed, seed2)
        position += 2
        word = low | (high << np.uint64(32))
        if mask == 0:
            return np.int64(word & (limit - np.uint64(1))), position
        if word >= rest:
            return np.int64(word % limit), position


@register_jitable
def log_uniform_below(limit, start, position, seed, seed2):
    """(an integer in [0, limit), the position after its words), with a probability of log(1 + 1 / (k + 1))."""
    first = word_at(start, position, seed, seed2)
    second = word_at(start, position + 1, seed, seed2)
    value = np.int64(math.exp(unit_double(first, second) * math.log1p(limit))) - 1
    return value % limit, position + 2


# ---- sets of classes -------------------------------------------------------------------------------------------------


@register_jitable
def added(used, value):
    """Puts a class into a hash table with room to spare; False if it was there."""
    at = (value * 2654435761) % len(used)
    while used[at] != FREE:
        if used[at] == value:
            return False
        at = (at + 1) % len(used)
    used[at] = value
    return True


@register_jitable
def expected_count(probability, sampled, tries):
    """How often a class is expected among the sampled ones: drawn so often, or distinct ones after so many tries."""
    if tries == sampled:
        return probability * np.float32(sampled)
    return np.float32(-math.expm1(np.float32(np.float32(tries) * np.float32(math.log1p(-probability)))))


@register_jitable
def check_classes(true_classes, limit):
    for i in range(len(true_classes)):
        check(
            0 <= true_classes[i] < limit, "`true_candidate` out of range [0, {}), received {}", limit, true_classes[i]
        )


def sampler(draw, probability_of):
    """`run` of a sampler: draws the classes, then says how often each class was to be expected."""
    draw, probability_of = register_jitable(draw), register_jitable(probability_of)

    @register_jitable
    def run(true_classes, sampled, true_count, sampled_count, limit, unique, seed, seed2, stream, entropy, used):
        check_classes(true_classes, limit)
        seed, seed2 = stateful_seeds(seed, seed2, entropy)
        start, position = advance(stream, len(sampled) * OUTPUTS), 0
        for i in range(len(used)):
            used[i] = FREE
        tries, picked = 0, 0
        while picked < len(sampled):
            value, position = draw(limit, start, position, seed, seed2)
            tries += 1
            if not unique or added(used, value):
                sampled[picked] = value
                picked += 1
        for i in range(len(sampled)):
            sampled_count[i] = expected_count(probability_of(sampled[i], limit), len(sampled), tries)
        for i in range(len(true_classes)):
            true_count[i] = expected_count(probability_of(true_classes[i], limit), len(sampled), tries)

    return run


def uniform_probability(value, limit):
    return np.float32(1.0 / limit)


def log_uniform_probability(value, limit):
    return np.float32(math.log((value + 2.0) / (value + 1.0)) / math.log1p(limit))


sample_uniform = sampler(uniform_below, uniform_probability)
sample_log_uniform = sampler(log_uniform_below, log_uniform_probability)


@kernel
def uniform_candidate_sampler(
    true_classes, sampled_candidates, true_expected_count, sampled_expected_count, range_max, unique, seed, seed2,
    stream, entropy, used,
):  # fmt: skip
    sample_uniform(
        true_classes, sampled_candidates, true_expected_count, sampled_expected_count, range_max, unique, seed, seed2,
        stream, entropy, used,
    )  # fmt: skip


@kernel
def log_uniform_candidate_sampler(
    true_classes, sampled_candidates, true_expected_count, sampled_expected_count, range_max, unique, seed, seed2,
    stream, entropy, used,
):  # fmt: skip
    sample_log_uniform(
        true_classes, sampled_candidates, true_expected_count, sampled_expected_count, range_max, unique, seed, seed2,
        stream, entropy, used,
    )  # fmt: skip


@kernel
def all_candidate_sampler(true_classes, sampled_candidates, true_expected_count, sampled_expected_count, num_sampled):
    check_classes(true_classes, num_sampled)
    for i in range(num_sampled):
        sampled_candidates[i] = i
        sampled_expected_count[i] = 1
    for i in range(len(true_classes)):
        true_expected_count[i] = 1


# ---- classes that are both true and sampled --------------------------------------------------------------------------


@register_jitable
def place_of(classes, value, sampled):
    """Where a class is among the sampled ones, the last time it is; -1 if it is not. classes: places + 1, hashed."""
    at = (value * 2654435761) % len(classes)
    while classes[at] != 0:
        if sampled[classes[at] - 1] == value:
            return classes[at] - 1
        at = (at + 1) % len(classes)
    return -1


@kernel
def compute_accidental_hits(
    true_classes, sampled_candidates, indices, ids, weights, indices_dims, ids_dims, weights_dims, num_true, classes
):
    for i in range(len(classes)):
        classes[i] = 0
    for i in range(len(sampled_candidates)):
        value = sampled_candidates[i]
        at = (value * 2654435761) % len(classes)
        while classes[at] != 0 and sampled_candidates[classes[at] - 1] != value:
            at = (at + 1) % len(classes)
        classes[at] = i + 1
    hits = 0
    for i in range(len(true_classes)):
        place = place_of(classes, true_classes[i], sampled_candidates)
        if place >= 0:
            indices[hits], ids[hits], weights[hits] = i // num_true, place, LOWEST
            hits += 1
    indices_dims[0] = ids_dims[0] = weights_dims[0] = hits
