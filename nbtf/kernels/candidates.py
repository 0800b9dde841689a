"""Samples of classes, from words of a Philox stream; a run takes 512 outputs a class, whether it needs them or not."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.random import advance, philox, stateful_seeds, unit_double
from nbtf.shapes import check

OUTPUTS = 512  # of the stream, a class
LOWEST = np.float32(np.finfo(np.float32).min)


# ---- a set of classes ------------------------------------------------------------------------------------------------


@register_jitable
def clear_table(table):
    for i in range(len(table)):
        table[i] = -1


@register_jitable
def slot_of(table, classes, key):
    """The slot of a table of places in `classes` where `key` is, or would be put."""
    hashed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    at = np.int64(hashed >> np.uint64(40)) & (len(table) - 1)
    while table[at] >= 0 and classes[table[at]] != key:
        at = (at + 1) & (len(table) - 1)
    return at


# ---- sampling --------------------------------------------------------------------------------------------------------


@register_jitable
def check_range(true_classes, range_max):
    for i in range(len(true_classes)):
        inside = 0 <= true_classes[i] < range_max
        check(inside, "`true_candidate` out of range [0, {}), received {}", range_max, true_classes[i])


@register_jitable
def two_words(start, drawn, seed, seed2):
    words = philox(start + drawn // 2, seed, seed2)
    return (words[0], words[1]) if drawn % 2 == 0 else (words[2], words[3])


@register_jitable
def expected(probability, count, tries, unique):
    """How often a class is expected among `count`, in TensorFlow's precision; unique: in a set that took `tries`."""
    if not unique or tries == count:
        return np.float32(probability * np.float32(count))
    return np.float32(-np.expm1(np.float32(tries) * np.log1p(-probability)))


@register_jitable
def take(draw, probability, true_classes, sampled, of_true, of_sampled, range_max, unique, table, start, seeds):
    count, tries, found = len(sampled), 0, 0
    check(not unique or count <= range_max, "Sampler's range is too small.")
    check_range(true_classes, range_max)
    clear_table(table)
    while found < count:
        first, second = two_words(start, tries, seeds[0], seeds[1])
        tries += 1
        drawn = draw(first, second, range_max)
        if unique:
            at = slot_of(table, sampled, drawn)
            if table[at] >= 0:
                continue
            table[at] = found
        sampled[found] = drawn
        found += 1
    for i in range(count):
        of_sampled[i] = expected(probability(sampled[i], range_max), count, tries, unique)
    for i in range(len(true_classes)):
        of_true[i] = expected(probability(true_classes[i], range_max), count, tries, unique)


@register_jitable
def draw_uniform(first, second, range_max):
    return np.int64(((second << np.uint64(32)) | first) % np.uint64(range_max))


@register_jitable
def uniform_probability(drawn, range_max):
    return np.float32(1.0 / range_max)


@register_jitable
def draw_log_uniform(first, second, range_max):
    drawn = np.int64(math.exp(unit_double(first, second) * math.log1p(range_max))) - 1
    return drawn % range_max  # rounding may reach it


@register_jitable
def log_uniform_probability(drawn, range_max):
    return np.float32(math.log((drawn + 2.0) / (drawn + 1.0)) / math.log1p(range_max))


@kernel
def uniform_candidate_sampler(
    true_classes,
    sampled_candidates,
    true_expected_count,
    sampled_expected_count,
    unique,
    range_max,
    seed,
    seed2,
    stream,
    entropy,
    table,
):
    seeds = stateful_seeds(seed, seed2, entropy)
    start = advance(stream, OUTPUTS * len(sampled_candidates))
    take(
        draw_uniform,
        uniform_probability,
        true_classes,
        sampled_candidates,
        true_expected_count,
        sampled_expected_count,
        range_max,
        unique,
        table,
        start,
        seeds,
    )


@kernel
def log_uniform_candidate_sampler(
    true_classes,
    sampled_candidates,
    true_expected_count,
    sampled_expected_count,
    unique,
    range_max,
    seed,
    seed2,
    stream,
    entropy,
    table,
):
    seeds = stateful_seeds(seed, seed2, entropy)
    start = advance(stream, OUTPUTS * len(sampled_candidates))
    take(
        draw_log_uniform,
        log_uniform_probability,
        true_classes,
        sampled_candidates,
        true_expected_count,
        sampled_expected_count,
        range_max,
        unique,
        table,
        start,
        seeds,
    )


@kernel
def all_candidate_sampler(true_classes, sampled_candidates, true_expected_count, sampled_expected_count):
    check_range(true_classes, len(sampled_candidates))
    for i in range(len(sampled_candidates)):
        sampled_candidates[i] = i
        sampled_expected_count[i] = np.float32(1)
    for i in range(len(true_expected_count)):
        true_expected_count[i] = np.float32(1)


@kernel
def compute_accidental_hits(true_classes, sampled_candidates, indices, ids, weights, table, true_classes_dims, ids_dims,
                            indices_dims, weights_dims):  # fmt: skip
    clear_table(table)
    for i in range(len(sampled_candidates)):
        table[slot_of(table, sampled_candidates, sampled_candidates[i])] = i
    found = 0
    for i in range(len(true_classes)):
        place = table[slot_of(table, sampled_candidates, true_classes[i])]
        if place >= 0:
            indices[found], ids[found], weights[found] = i // true_classes_dims[1], place, LOWEST
            found += 1
    indices_dims[0], ids_dims[0], weights_dims[0] = found, found, found
