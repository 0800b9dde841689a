"""Scalar rules of integrals that have no closed form, in float64 whatever the dtype.

Formulas are those of the NIST Handbook of Mathematical Functions (https://dlmf.nist.gov); sections are named.
"""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import scalar_rule
from nbtf.kernels.special import BERNOULLI

EULER = 0.5772156649015329
EPSILON = 1.1e-16
STEP = 0.2  # of the samples of Dawson's integral: Rybicki's error is exp(-(pi / 2 / STEP)^2)

# ---- Dawson's integral -----------------------------------------------------------------------------------------------


@register_jitable
def sampled_dawson(x):
    """At 1 < x < 12: F is the sum of exp(-(x - n STEP)^2) / n over odd n, over the root of pi (G. B. Rybicki, 1989)."""
    middle = 2 * np.int64(x / STEP / 2) + 1
    total = 0.0
    for n in range(middle - 32, middle + 33, 2):
        away = x - n * STEP
        total += math.exp(-away * away) / n
    return total / math.sqrt(math.pi)


@scalar_rule
def dawsn(x):
    at = np.float64(x)
    size = abs(at)
    if not size < np.inf:
        return at if at != at else 0.0
    if 1 < size < 12:
        return math.copysign(sampled_dawson(size), at)
    if size >= 12:  # 7.12.1, turned
        inverse = 0.5 / (at * at)
        term, total = 1.0, 1.0
        for k in range(1, 20):
            term *= (2 * k - 1) * inverse
            total += term
        return total / (2 * at)
    term, total = at, at
    for k in range(1, 30):  # 7.6.2 without its factor
        term *= -2 * at * at / (2 * k + 1)
        total += term
    return total


# ---- exponential integral --------------------------------------------------------------------------------------------


@scalar_rule
def expint(x):
    at = np.float64(x)
    if not 0 < at < np.inf:
        return -np.inf if at == 0 else np.nan
    term, total = 1.0, 0.0
    if at < 40:  # 6.6.1
        for k in range(1, 200):
            term *= at / k
            total += term / k
            if term < EPSILON * total:
                break
        return EULER + math.log(at) + total
    for k in range(40):  # 6.12.2
        total += term
        term *= (k + 1) / at
        if term < EPSILON:
            break
    return math.exp(at) * (total / at)


# ---- Fresnel's integrals ---------------------------------------------------------------------------------------------

WHOLE_WAVE = 36974.0  # beyond, TensorFlow takes the limit


@register_jitable
def fresnel_series(x, first):
    """C (first = 0) or S (1) at 0 <= x <= 1.5: 7.6.4 and 7.6.6."""
    turn = math.pi / 2 * x * x
    term, total = (x * turn if first else x), 0.0
    for k in range(first, 60, 2):
        total += term / (2 * k + 1)
        term *= -turn * turn / ((k + 1.0) * (k + 2.0))
        if abs(term) < 1e-18 * abs(total):
            break
    return total


@register_jitable
def fresnel_fraction(x):
    """C + i S at x > 1.5: both are an error function of a complex number, 7.5.8; the fraction 7.9.3 by Lentz's method."""
    square = math.pi * x * x
    b = complex(1.0, -square)
    c, d = complex(1e300, 0.0), 1 / b
    h = d
    n = -1
    for _ in range(300):
        n += 2
        a = -n * (n + 1.0)
        b += 4
        d = 1 / (a * d + b)
        c = b + a / c
        step = c * d
        h *= step
        if abs(step.real - 1) + abs(step.imag) < 2 * EPSILON:
            break
    phase = complex(math.cos(square / 2), math.sin(square / 2))
    return complex(0.5, 0.5) * (1 - phase * (complex(x, -x) * h))


@register_jitable
def fresnel(x, odd):
    """The integral of the cosine, or, with odd 1, of the sine."""
    at = np.float64(x)
    size = abs(at)
    if size != size:
        return at
    if size > WHOLE_WAVE:
        value = 0.5
    elif size > 1.5:
        fraction = fresnel_fraction(size)
        value = fraction.imag if odd else fraction.real
    else:
        value = fresnel_series(size, odd)
    return math.copysign(value, at)


@scalar_rule
def fresnel_cos(x):
    return fresnel(x, 0)


@scalar_rule
def fresnel_sin(x):
    return fresnel(x, 1)


# ---- dilogarithm -----------------------------------------------------------------------------------------------------


@register_jitable
def middle_dilogarithm(x):
    """Li2(1 - x) at 1/2 <= x <= 2, by powers of the logarithm: the integral of u / (exp(u) - 1), 24.2.1."""
    u = -math.log(x)
    square = u * u
    total, power = u - square / 4, u
    for k in range(len(BERNOULLI)):
        power *= square
        total += BERNOULLI[k] * power / (2 * k + 3)
    return total


@register_jitable
def spence_below(x):
    """At 0 <= x < 1/2: 25.12.6."""
    if x == 0:
        return math.pi * math.pi / 6
    return math.pi * math.pi / 6 - math.log(x) * math.log1p(-x) - middle_dilogarithm(1 - x)


@scalar_rule
def spence(x):
    at = np.float64(x)
    if not 0 <= at < np.inf:
        return np.nan
    if at > 2:  # 25.12.4
        log = math.log(at)
        return -spence_below(1 / at) - log * log / 2
    return spence_below(at) if at < 0.5 else middle_dilogarithm(at)
