"""Scalar rules of Bessel functions of the first, second and modified second kind, in float64 whatever the dtype.

Formulas are those of the NIST Handbook of Mathematical Functions (https://dlmf.nist.gov); sections are named.
"""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import scalar_rule

EULER = 0.5772156649015329
EPSILON = 1.1e-16
FAR = 25.0  # from here on a dozen terms of the asymptotic expansions are exact
NEAR = 2.0  # up to here the power series of K0 and K1 lose no digits
STEP = 0.125  # of the integral of K: the error of the trapezoidal rule is below 1e-16 for NEAR < x < FAR

# ---- the first and the second kind -----------------------------------------------------------------------------------


@register_jitable
def start_of_recurrence(x):
    """An even order where J(order, x) is nothing beside its largest."""
    return 2 * np.int64((x + 6 * math.sqrt(x + 1) + 30) / 2)


@register_jitable
def both_kinds(order, x):
    """(J, Y) of order 0 or 1 at 0 < x < FAR: Miller's recurrence from above, and Neumann's series, 9.1.88 and 9.1.89 of
    Abramowitz and Stegun's Handbook of Mathematical Functions."""
    top = start_of_recurrence(x)
    after, now = 0.0, 1e-300
    norm, series, value = 0.0, 0.0, 0.0
    for k in range(top, -1, -1):  # `now` is J(k, x), but for a factor
        if k % 2 == order and k > order:
            half = k // 2
            sign = -1.0 if half % 2 else 1.0
            series += sign * now * ((2 * half + 1.0) / (half * (half + 1.0)) if order == 1 else 1.0 / half)
        if k == order:
            value = now
        norm += now if k == 0 else 2 * now if k % 2 == 0 else 0.0
        before = 2 * k / x * now - after
        after, now = now, before
        if abs(now) > 1e200:
            after, now, norm, series, value = (
                after * 1e-200,
                now * 1e-200,
                norm * 1e-200,
                series * 1e-200,
                value * 1e-200,
            )
    first, series, order_0 = value / norm, series / norm, after / norm
    log = math.log(x / 2) + EULER
    if order == 1:
        return first, 2 / math.pi * ((log - 1) * first - order_0 / x - series)
    return first, 2 / math.pi * (log * first - 2 * series)


@register_jitable
def wave(order, x):
    """(J, Y) of order 0 or 1 at x >= FAR: Hankel's expansions, 10.17.3 and 10.17.4."""
    even, odd, term = 1.0, 0.0, 1.0
    for k in range(1, 40):
        width = 2.0 * k - 1
        term *= (4.0 * order * order - width * width) / (8 * k * x)
        if abs(term) < EPSILON:
            break
        signed = term if k % 4 < 2 else -term
        if k % 2:
            odd += signed
        else:
            even += signed
    phase = x - (0.75 * math.pi if order == 1 else 0.25 * math.pi)
    size, cosine, sine = math.sqrt(2 / (math.pi * x)), math.cos(phase), math.sin(phase)
    return size * (cosine * even - sine * odd), size * (sine * even + cosine * odd)


@register_jitable
def first_kind(order, x):
    size = abs(x)
    if size == 0:
        return 1.0 - order if order == 0 else x
    if not size < np.inf:
        return np.nan
    if size < 1e-8:
        return 1.0 if order == 0 else x / 2
    value = both_kinds(order, size)[0] if size < FAR else wave(order, size)[0]
    return -value if order == 1 and x < 0 else value


@register_jitable
def second_kind(order, x):
    if x <= 0:
        return -np.inf
    if not x < np.inf:
        return np.nan
    if x < 1e-8:
        return -2 / (math.pi * x) if order == 1 else 2 / math.pi * (math.log(x / 2) + EULER)
    return both_kinds(order, x)[1] if x < FAR else wave(order, x)[1]


@scalar_rule
def bessel_j0(x):
    return first_kind(0, np.float64(x))


@scalar_rule
def bessel_j1(x):
    return first_kind(1, np.float64(x))


@scalar_rule
def bessel_y0(x):
    return second_kind(0, np.float64(x))


@scalar_rule
def bessel_y1(x):
    return second_kind(1, np.float64(x))


# ---- the modified second kind ----------------------------------------------------------------------------------------


@register_jitable
def series_of_k(order, x):
    """K of order 0 or 1 at 0 < x <= NEAR: 10.31.1."""
    log, quarter = math.log(x / 2) + EULER, x * x / 4
    term, total = (x / 2 if order == 1 else 1.0), 0.0
    harmonic = 0.0
    for k in range(30):
        mean = harmonic + 0.5 / (k + 1) if order == 1 else harmonic
        total += term * (mean - log)
        harmonic += 1.0 / (k + 1)
        term *= quarter / ((k + 1.0) * (k + 1.0 + order))
    return 1 / x - total if order == 1 else total


@register_jitable
def scaled_k(order, x):
    """exp(x) K(order, x) at x > NEAR: the integral 10.32.9, or the expansion 10.40.2."""
    if x < FAR:
        total = 0.5
        for i in range(1, 64):
            t = i * STEP
            height = math.cosh(t)
            total += math.exp(x * (1 - height)) * (height if order == 1 else 1.0)
        return total * STEP
    term, total = 1.0, 1.0
    for k in range(1, 40):
        width = 2.0 * k - 1
        term *= (4.0 * order * order - width * width) / (8 * k * x)
        if abs(term) < EPSILON:
            break
        total += term
    return total * math.sqrt(math.pi / 2 / x)


@register_jitable
def modified(order, x, scaled):
    if not x > 0:
        return np.inf if x <= 0 else np.nan
    if x == np.inf:
        return 0.0
    if x <= NEAR:
        value = series_of_k(order, x)
        return value * math.exp(x) if scaled else value
    value = scaled_k(order, x)
    return value if scaled else value * math.exp(-x)


@scalar_rule
def bessel_k0(x):
    return modified(0, np.float64(x), False)


@scalar_rule
def bessel_k0e(x):
    return modified(0, np.float64(x), True)


@scalar_rule
def bessel_k1(x):
    return modified(1, np.float64(x), False)


@scalar_rule
def bessel_k1e(x):
    return modified(1, np.float64(x), True)
