"""Philox4x32-10 and what is drawn from it: bit-equal to TensorFlow's numbers for equal seeds.

A stream is 128-bit outputs, numbered; a node's stream goes on from run to run (`stream[0]` is where). Every run takes 256
outputs an element, whether it needs them or not, unless said otherwise.
"""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import check

_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
RESERVED = 256  # outputs an element
DOUBLE, BFLOAT16, HALF = 2, 14, 19  # DataType numbers

# ---- the generator ---------------------------------------------------------------------------------------------------


@register_jitable
def philox(output, seed, seed2):
    """The four 32-bit words, as uint64, of the stream's 128-bit output number `output`."""
    c0, c1 = np.uint64(output) & _MASK, np.uint64(output) >> _HALF
    c2, c3 = np.uint64(seed2) & _MASK, np.uint64(seed2) >> _HALF
    k0, k1 = np.uint64(seed) & _MASK, np.uint64(seed) >> _HALF
    for _ in range(10):
        a, b = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (b >> _HALF) ^ c1 ^ k0, b & _MASK, (a >> _HALF) ^ c3 ^ k1, a & _MASK
        k0, k1 = (k0 + np.uint64(0x9E3779B9)) & _MASK, (k1 + np.uint64(0xBB67AE85)) & _MASK
    return c0, c1, c2, c3


@register_jitable
def stateful_seeds(seed, seed2, entropy):
    """The seeds of a node; (0, 0) means that the session chose some."""
    if seed == 0 and seed2 == 0:
        return entropy[0], entropy[1]
    return np.int64(seed), np.int64(seed2)


@register_jitable
def stateless_seeds(seed):
    """The seeds of a stateless op: scrambled, so that close ones give unlike streams."""
    a, b, c, d = philox_of(np.uint64(np.int64(seed[0])), np.uint64(np.int64(seed[1])))
    return np.int64(a | (b << _HALF)), np.int64(c | (d << _HALF))


@register_jitable
def philox_of(counter, seed2):
    return philox(counter, np.uint64(0x02461E293EC8F720), seed2)


@register_jitable
def advance(stream, outputs):
    """Where this run begins; the next one begins `outputs` later."""
    start = stream[0]
    stream[0] = start + outputs
    return start


# ---- one number ------------------------------------------------------------------------------------------------------


@register_jitable
def unit_float(word):
    """[0, 1) in steps of 2^-23."""
    return np.float32(word & np.uint64(0x7FFFFF)) * np.float32(2.0**-23)


@register_jitable
def unit_double(high, low):
    """[0, 1) in steps of 2^-52."""
    return np.float64(((high & np.uint64(0xFFFFF)) << _HALF) | low) * 2.0**-52


@register_jitable
def normal_floats(first, second):
    """Box and Muller's pair, in the order and precision of TensorFlow."""
    radius = np.sqrt(np.float32(-2.0) * np.float32(math.log(max(unit_float(first), np.float32(1e-7)))))
    angle = np.float32(2 * math.pi * np.float64(unit_float(second)))
    return np.float32(math.sin(angle)) * radius, np.float32(math.cos(angle)) * radius


@register_jitable
def normal_doubles(words):
    radius = math.sqrt(-2.0 * math.log(max(unit_double(words[0], words[1]), 1e-7)))
    angle = 2 * math.pi * unit_double(words[2], words[3])
    return math.sin(angle) * radius, math.cos(angle) * radius


# ---- filling ---------------------------------------------------------------------------------------------------------


@register_jitable
def fill_uniform(output, dtype, start, seed, seed2):
    if dtype == DOUBLE:
        for i in range(0, len(output), 2):
            words = philox(start + i // 2, seed, seed2)
            output[i] = unit_double(words[0], words[1])
            if i + 1 < len(output):
                output[i + 1] = unit_double(words[2], words[3])
        return
    # the lowest bits of each word become the mantissa
    bits = 10 if dtype == HALF else 7 if dtype == BFLOAT16 else 23
    mask, scale = np.uint64((1 << bits) - 1), np.float32(1.0) / np.float32(1 << bits)
    for i in range(0, len(output), 4):
        words = philox(start + i // 4, seed, seed2)
        for k in range(min(4, len(output) - i)):
            output[i + k] = np.float32(words[k] & mask) * scale


@register_jitable
def fill_normal(output, dtype, start, seed, seed2):
    if dtype == DOUBLE:
        for i in range(0, len(output), 2):
            sine, cosine = normal_doubles(philox(start + i // 2, seed, seed2))
            output[i] = sine
            if i + 1 < len(output):
                output[i + 1] = cosine
        return
    for first in range(0, len(output), 4):
        words = philox(start + first // 4, seed, seed2)
        for i in range(first, min(first + 4, len(output)), 2):
            sine, cosine = normal_floats(words[i - first], words[i - first + 1])
            output[i] = sine
            if i + 1 < len(output):
                output[i + 1] = cosine


@register_jitable
def fill_truncated(output, dtype, start, seed, seed2):
    """Normal numbers below 2, by redrawing; a group of 4 (doubles: 2) has a part of the stream to itself."""
    group = 2 if dtype == DOUBLE else 4
    for first in range(0, len(output), group):
        place = start + first * (RESERVED // 4)
        end = min(first + group, len(output))
        at, half = first, 0
        while at < end:
            words = philox(place, seed, seed2)
            if dtype == DOUBLE:
                sine, cosine = normal_doubles(words)
                place += 1
            else:
                low, high = normal_floats(words[half], words[half + 1])
                sine, cosine = np.float64(low), np.float64(high)
                place += half >> 1
                half ^= 2
            if abs(sine) < 2.0:
                output[at] = sine
                at += 1
            if at < end and abs(cosine) < 2.0:
                output[at] = cosine
                at += 1


@register_jitable
def fill_integers(output, low, high, start, seed, seed2):
    if len(output) == 0:
        return
    check(low < high, "Need minval < maxval, got {} >= {}", low, high)
    if output.itemsize == 4:
        span = np.uint64(np.int64(high) - np.int64(low))
        for i in range(0, len(output), 4):
            words = philox(start + i // 4, seed, seed2)
            for k in range(min(4, len(output) - i)):
                output[i + k] = np.int64(low) + np.int64(words[k] % span)
        return
    span = np.uint64(high) - np.uint64(low)
    for i in range(len(output)):
        words = philox(start + i // 2, seed, seed2)
        at = (i & 1) * 2
        drawn = (words[at] | (words[at + 1] << _HALF)) % span
        output[i] = np.int64(np.uint64(low) + drawn)


@register_jitable
def fill_all_integers(output, start, seed, seed2):
    """Every value of the dtype alike."""
    if output.itemsize == 4:
        for i in range(0, len(output), 4):
            words = philox(start + i // 4, seed, seed2)
            for k in range(min(4, len(output) - i)):
                output[i + k] = np.uint32(words[k])
        return
    for i in range(len(output)):
        words = philox(start + i // 2, seed, seed2)
        at = (i & 1) * 2
        output[i] = words[at] | (words[at + 1] << _HALF)


@register_jitable
def fill_choices(output, logits, logits_dims, samples, cdf, start, seed, seed2):
    """Classes of each row of logits, one row's draws right behind the other's."""
    classes = logits_dims[1]
    for row in range(logits_dims[0]):
        highest = -np.inf
        for k in range(classes):
            value = np.float64(logits[row * classes + k])
            if np.isfinite(value):
                highest = max(highest, value)
        total = 0.0
        for k in range(classes):
            value = np.float64(logits[row * classes + k])
            if np.isfinite(value):
                total += math.exp(value - highest)
            cdf[k] = total
        for i in range(row * samples, (row + 1) * samples):
            words = philox(start + i // 2, seed, seed2)
            at = (i & 1) * 2
            output[i] = first_above(cdf, unit_double(words[at], words[at + 1]) * total, classes)


@register_jitable
def first_above(cdf, bound, count):
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if cdf[middle] > bound:
            high = middle
        else:
            low = middle + 1
    return low


# ---- stateful ops ----------------------------------------------------------------------------------------------------


@kernel
def random_uniform(output, seed, seed2, dtype, stream, entropy):
    seed, seed2 = stateful_seeds(seed, seed2, entropy)
    fill_uniform(output, dtype, advance(stream, len(output) * RESERVED), seed, seed2)


@kernel
def random_standard_normal(output, seed, seed2, dtype, stream, entropy):
    seed, seed2 = stateful_seeds(seed, seed2, entropy)
    fill_normal(output, dtype, advance(stream, len(output) * RESERVED), seed, seed2)


@kernel
def truncated_normal(output, seed, seed2, dtype, stream, entropy):
    seed, seed2 = stateful_seeds(seed, seed2, entropy)
    fill_truncated(output, dtype, advance(stream, len(output) * RESERVED), seed, seed2)


@kernel
def random_uniform_int(minval, maxval, output, seed, seed2, stream, entropy):
    seed, seed2 = stateful_seeds(seed, seed2, entropy)
    fill_integers(output, minval[0], maxval[0], advance(stream, len(output) * RESERVED), seed, seed2)


@register_jitable
def shuffle_rows(value, output, value_dims, start, seed, seed2):
    """Rows exchanged from the first on; takes one word a row but the last."""
    for i in range(len(value)):
        output[i] = value[i]
    rows = value_dims[0] if len(value_dims) > 0 else 1
    if rows <= 1 or len(value) <= 1:
        return
    row = len(value) // rows
    for i in range(rows - 1):
        words = philox(start + i // 4, seed, seed2)
        other = i + np.int64(words[i & 3] % np.uint64(rows - i))
        for k in range(row):
            kept = output[i * row + k]
            output[i * row + k] = output[other * row + k]
            output[other * row + k] = kept


@kernel
def random_shuffle(value, output, value_dims, seed, seed2, stream, entropy):
    start = 0
    if len(value) > 1 and value_dims[0] > 1:
        seed, seed2 = stateful_seeds(seed, seed2, entropy)
        start = advance(stream, (value_dims[0] + 2) // 4)
    shuffle_rows(value, output, value_dims, start, seed, seed2)


@kernel
def stateless_shuffle(value, key, counter, alg, output, value_dims):
    check_philox(alg[0], counter)
    shuffle_rows(value, output, value_dims, np.int64(counter[0]), key[0], counter[1])


@kernel
def multinomial(logits, num_samples, output, logits_dims, seed, seed2, stream, entropy, cdf):
    seed, seed2 = stateful_seeds(seed, seed2, entropy)
    samples = np.int64(num_samples[0])
    start = advance(stream, logits_dims[0] * ((samples + 3) // 4 * 4) * 2 * RESERVED)
    fill_choices(output, logits, logits_dims, samples, cdf, start, seed, seed2)


# ---- gamma and poisson: each element from a part of the stream of its own --------------------------------------------


@register_jitable
def next_uniform(draw, seed, seed2):
    """A double from outputs that give two each, the second first. draw: next output, doubles left, the first one."""
    place, left, kept = draw
    if left == 1:
        return kept, (place, 0, kept)
    words = philox(place, seed, seed2)
    return unit_double(words[2], words[3]), (place + 1, 1, unit_double(words[0], words[1]))


@register_jitable
def gamma_variate(alpha, place, seed, seed2):
    """Marsaglia and Tsang's transformation with rejection."""
    draw = (place, 0, 0.0)
    if alpha == 1.0:
        u, draw = next_uniform(draw, seed, seed2)
        return -math.log1p(-u)
    d = alpha + (2.0 / 3 if alpha < 1 else -1.0 / 3)
    c = 1.0 / 3 / math.sqrt(d)
    kept, has_kept = 0.0, False
    while True:
        if has_kept:
            x, has_kept = kept, False
        else:
            kept, x = normal_doubles(philox(draw[0], seed, seed2))
            has_kept = True
            draw = (draw[0] + 1, draw[1], draw[2])
        v = 1 + c * x
        if v <= 0:
            continue
        v = v * v * v
        u, draw = next_uniform(draw, seed, seed2)
        if u < 1 - 0.0331 * (x * x) * (x * x) or math.log(u) < 0.5 * x * x + d * (1 - v + math.log(v)):
            if alpha < 1:
                b, draw = next_uniform(draw, seed, seed2)
                return d * v * math.pow(b, 1 / alpha)
            return d * v


@register_jitable
def fill_gamma(output, alpha, start, seed, seed2):
    count = len(output) // max(len(alpha), 1)
    for a in range(len(alpha)):
        for i in range(count):
            place = start + RESERVED * (a * count + i)
            output[i * len(alpha) + a] = gamma_variate(np.float64(alpha[a]), place, seed, seed2)


@kernel
def random_gamma(alpha, output, seed, seed2, stream, entropy):
    seed, seed2 = stateful_seeds(seed, seed2, entropy)
    fill_gamma(output, alpha, advance(stream, len(output) * RESERVED), seed, seed2)


@register_jitable
def small_poisson(rate, place, seed, seed2):
    """Knuth: how many uniform factors stay above exp(-rate)."""
    bound = math.exp(-rate)
    draw = (place, 0, 0.0)
    product, found = 1.0, 0.0
    while True:
        u, draw = next_uniform(draw, seed, seed2)
        product *= u
        if product <= bound:
            return found
        found += 1


@register_jitable
def large_poisson(rate, place, seed, seed2, highest):
    """Hoermann's transformed rejection, PTRS."""
    b = 0.931 + 2.53 * math.sqrt(rate)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    draw = (place, 0, 0.0)
    while True:
        u, draw = next_uniform(draw, seed, seed2)
        u -= 0.5
        v, draw = next_uniform(draw, seed, seed2)
        shifted = 0.5 - abs(u)
        k = math.floor((2 * a / shifted + b) * u + rate + 0.43)
        if k > highest:
            continue
        if shifted >= 0.07 and v <= 0.9277 - 3.6224 / (b - 2):
            return np.float64(k)
        if k < 0 or (shifted < 0.013 and v > shifted):
            continue
        s = math.log(v * inverse_alpha / (a / (shifted * shifted) + b))
        if s <= -rate + k * math.log(rate) - math.lgamma(k + 1):
            return np.float64(k)


@register_jitable
def highest_of(dtype):
    if dtype == 3:
        return 2.0**31 - 1
    if dtype == 9:
        return 2.0**63 - 1024
    return 65504.0 if dtype == HALF else 3.4028234663852886e38


@kernel
def random_poisson(rate, output, dtype, seed, seed2, stream, entropy):
    seed, seed2 = stateful_seeds(seed, seed2, entropy)
    fill_poisson(output, rate, dtype, advance(stream, len(output) * RESERVED), seed, seed2)


@register_jitable
def fill_poisson(output, rate, dtype, start, seed, seed2):
    count = len(output) // max(len(rate), 1)
    for r in range(len(rate)):
        mean = np.float64(rate[r])
        for i in range(count):
            place = start + RESERVED * (r * count + i)
            at = i * len(rate) + r
            if not 0.0 <= mean < np.inf:
                output[at] = np.nan
            elif mean < 10:
                output[at] = small_poisson(mean, place, seed, seed2)
            else:
                output[at] = large_poisson(mean, place, seed, seed2, highest_of(dtype))


# ---- stateless ops ---------------------------------------------------------------------------------------------------


@kernel
def stateless_random_uniform(seed, output, dtype):
    first, second = stateless_seeds(seed)
    fill_uniform(output, dtype, 0, first, second)


@kernel
def stateless_random_normal(seed, output, dtype):
    first, second = stateless_seeds(seed)
    fill_normal(output, dtype, 0, first, second)


@kernel
def stateless_truncated_normal(seed, output, dtype):
    first, second = stateless_seeds(seed)
    fill_truncated(output, dtype, 0, first, second)


@kernel
def stateless_random_uniform_int(seed, minval, maxval, output):
    first, second = stateless_seeds(seed)
    fill_integers(output, minval[0], maxval[0], 0, first, second)


@kernel
def stateless_multinomial(logits, num_samples, seed, output, logits_dims, cdf):
    first, second = stateless_seeds(seed)
    fill_choices(output, logits, logits_dims, np.int64(num_samples[0]), cdf, 0, first, second)


@kernel
def stateless_random_uniform_full_int(seed, output):
    first, second = stateless_seeds(seed)
    fill_all_integers(output, 0, first, second)


@kernel
def stateless_random_gamma(alpha, seed, output):
    first, second = stateless_seeds(seed)
    fill_gamma(output, alpha, 0, first, second)


@kernel
def stateless_random_poisson(seed, lam, output, dtype):
    first, second = stateless_seeds(seed)
    fill_poisson(output, lam, dtype, 0, first, second)


# ---- stateless ops that get a generator: its key, and a counter whose high word is the stream's number ----------------


@kernel
def stateless_random_get_key_counter(seed, key, counter):
    first, second = stateless_seeds(seed)
    key[0] = np.uint64(first)
    counter[0], counter[1] = np.uint64(0), np.uint64(second)


@kernel
def stateless_random_get_key_counter_alg(seed, key, counter, alg):
    first, second = stateless_seeds(seed)
    key[0] = np.uint64(first)
    counter[0], counter[1] = np.uint64(0), np.uint64(second)
    alg[0] = 1


@kernel
def stateless_random_get_alg(alg):
    alg[0] = 1


@register_jitable
def check_philox(alg, counter):
    check(len(counter) >= 2, "counter must be a vector with length at least 2; got shape: [{}]", len(counter))
    check(alg == 1 or alg == 3, "Unsupported algorithm id: {}", alg)


@kernel
def stateless_random_uniform_v2(key, counter, alg, output, dtype):
    check_philox(alg[0], counter)
    fill_uniform(output, dtype, np.int64(counter[0]), key[0], counter[1])


@kernel
def stateless_random_normal_v2(key, counter, alg, output, dtype):
    check_philox(alg[0], counter)
    fill_normal(output, dtype, np.int64(counter[0]), key[0], counter[1])


@kernel
def stateless_truncated_normal_v2(key, counter, alg, output, dtype):
    check_philox(alg[0], counter)
    fill_truncated(output, dtype, np.int64(counter[0]), key[0], counter[1])


@kernel
def stateless_random_uniform_int_v2(key, counter, alg, minval, maxval, output):
    check_philox(alg[0], counter)
    fill_integers(output, minval[0], maxval[0], np.int64(counter[0]), key[0], counter[1])


@kernel
def stateless_random_uniform_full_int_v2(key, counter, alg, output):
    check_philox(alg[0], counter)
    fill_all_integers(output, np.int64(counter[0]), key[0], counter[1])


@kernel
def stateless_random_gamma_v3(key, counter, alg, alpha, output):
    check_philox(alg[0], counter)
    fill_gamma(output, alpha, np.int64(counter[0]), key[0], counter[1])
