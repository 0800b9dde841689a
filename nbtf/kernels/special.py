"""Scalar rules of special functions, in float64 whatever the dtype.

Formulas are those of the NIST Handbook of Mathematical Functions (https://dlmf.nist.gov); sections are named.
"""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels import vector_math
from nbtf.kernels.jit import scalar_rule

EPSILON = 1.1e-16
TINY = 1e-300
HALF_LOG_TWO_PI = 0.9189385332046727
TWO_OVER_ROOT_PI = 1.1283791670955126
ROOT_TWO = 1.4142135623730951
# B(2k) / (2k)!, k = 1 .. 12: the Bernoulli numbers of Euler and Maclaurin's formula
BERNOULLI = (
    *(8.333333333333333e-02, -1.388888888888889e-03, 3.306878306878307e-05, -8.267195767195768e-07),
    *(2.08767569878681e-08, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13),
    *(8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19),
)

# ---- error function --------------------------------------------------------------------------------------------------


@scalar_rule
def erf(x):
    return vector_math.erf(x)


@scalar_rule
def erfc(x):
    return math.erfc(np.float64(x))


@register_jitable
def inverse_erfc(q):
    """x >= 0 with erfc(x) = q, 0 < q <= 1: Halley's method from a closed-form start."""
    log_rest = math.log(q * (2 - q))
    middle = 4.330746750799873 + log_rest / 2
    x = math.sqrt(math.sqrt(middle * middle - log_rest / 0.147) - middle)
    for _ in range(4):
        error = math.erfc(x) - q
        step = error / (TWO_OVER_ROOT_PI * math.exp(-x * x))
        x += step / (1 + x * step)
    return x


@scalar_rule
def erfinv(x):
    p = np.float64(x)
    if not -1 < p < 1:
        return p * np.inf if p == 1 or p == -1 else np.nan
    if np.abs(p) < 0.5:  # 1 - |p| would lose digits
        root = 0.886226925452758 * p
        for _ in range(6):
            root -= (math.erf(root) - p) / (TWO_OVER_ROOT_PI * math.exp(-root * root))
        return root
    return math.copysign(inverse_erfc(1 - np.abs(p)), p)


@scalar_rule
def ndtri(x):
    p = np.float64(x)
    if not 0 < p < 1:
        return -np.inf if p == 0 else np.inf if p == 1 else np.nan
    return -ROOT_TWO * inverse_erfc(2 * p) if p < 0.5 else ROOT_TWO * inverse_erfc(2 * (1 - p))


# ---- gamma function --------------------------------------------------------------------------------------------------


@scalar_rule
def lgamma(x):
    return math.lgamma(np.float64(x)) if np.isfinite(x) else np.float64(x) * np.float64(x)


@scalar_rule
def digamma(x):
    z = np.float64(x)
    result = 0.0
    if z <= 0:
        if z == np.floor(z):
            return np.nan  # a pole
        result = -math.pi / math.tan(math.pi * (z - np.floor(z)))  # reflection, 5.5.4
        z = 1 - z
    while z < 12:
        result -= 1 / z
        z += 1
    square = 1 / (z * z)
    # asymptotic expansion, 5.11.2
    tail = 1 / 12 - square * (
        1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - square * 691 / 32760)))
    )
    return result + math.log(z) - 0.5 / z - square * tail


@register_jitable
def hurwitz_zeta(x, q):
    """Sum over k >= 0 of (q + k)^-x by Euler and Maclaurin's formula, 25.11.5."""
    if x == 1:
        return np.inf
    if not x > 1 or q != q:
        return np.nan
    if q <= 0:
        if q == np.floor(q):
            return np.inf if x % 2 == 0 else np.nan  # the signs on both sides of the pole differ
        if x != np.floor(x):
            return np.nan  # powers of negative numbers
    total = 0.0
    at = q
    while at <= 0 or at < q + 12:
        total += at**-x
        at += 1
    power = at**-x
    total += power * at / (x - 1) + power / 2
    factor = x
    for k in range(len(BERNOULLI)):
        power /= at
        total += BERNOULLI[k] * factor * power
        factor *= (x + 2 * k + 1) * (x + 2 * k + 2)
        power /= at
    return total


@scalar_rule
def zeta(x, q):
    return hurwitz_zeta(np.float64(x), np.float64(q))


@scalar_rule
def polygamma(a, x):
    order = np.float64(a)
    if order == 0:
        return digamma(x)
    if not order > 0 or order != np.floor(order):
        return np.nan
    sign = 1.0 if order % 2 == 1 else -1.0
    return sign * math.exp(math.lgamma(order + 1)) * hurwitz_zeta(order + 1, np.float64(x))


# ---- incomplete gamma functions --------------------------------------------------------------------------------------


@register_jitable
def stirling_rest(a):
    """lgamma(a) less Stirling's formula, a >= 10: 5.11.1."""
    square = 1 / (a * a)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / a


@register_jitable
def gamma_factor(a, x):
    """x^a e^-x / gamma(a + 1)."""
    if a < 10:
        return math.exp(a * math.log(x) - x - math.lgamma(a + 1))
    # from the distance to a: a log(x) and x would cancel
    far = (x - a) / a
    exponent = a * (math.log1p(far) - far) if far > -0.9 else a * (math.log(x / a) - far)
    return math.exp(exponent - stirling_rest(a)) / math.sqrt(2 * math.pi * a)


@register_jitable
def gamma_series(a, x):
    """P(a, x) by its power series, 8.11.4."""
    term, total, n = 1.0, 1.0, a
    while term > EPSILON * total:
        n += 1
        term *= x / n
        total += term
    return total * gamma_factor(a, x)


@register_jitable
def gamma_fraction(a, x):
    """Q(a, x) by its continued fraction, 8.9.2, evaluated by Lentz's method."""
    b = x + 1 - a
    c, d = 1 / TINY, 1 / b
    result = d
    for i in range(1, 100000):
        numerator = -i * (i - a)
        b += 2
        d = 1 / guarded(numerator * d + b)
        c = guarded(b + numerator / c)
        result *= d * c
        if np.abs(d * c - 1) < EPSILON * 2:
            break
    return result * gamma_factor(a, x) * a


@register_jitable
def guarded(denominator):
    return TINY if np.abs(denominator) < TINY else denominator


@register_jitable
def gamma_parts(a, x):
    """(P, Q) of positive, finite a and x."""
    if x < a + 1:
        lower = min(gamma_series(a, x), 1.0)
        return lower, 1 - lower
    upper = gamma_fraction(a, x)
    return 1 - upper, upper


@scalar_rule
def igamma(a, x):
    order, at = np.float64(a), np.float64(x)
    if at == 0:
        return 0.0
    if not (order > 0 and at > 0):
        return np.nan
    if order == np.inf:
        return 0.0 if at < np.inf else np.nan
    return 1.0 if at == np.inf else gamma_parts(order, at)[0]


@scalar_rule
def igammac(a, x):
    order, at = np.float64(a), np.float64(x)
    if not (order > 0 and at >= 0):
        return np.nan
    if order == np.inf:
        return 1.0 if at < np.inf else np.nan
    return 0.0 if at == np.inf else 1.0 if at == 0 else gamma_parts(order, at)[1]


@register_jitable
def series_slope(a, x):
    """The slope of P(a, x) in a, for the density of the gamma distribution, from the power series."""
    term, total, harmonic, slope, n = 1.0, 1.0, 0.0, 0.0, a
    while term > EPSILON * total or term * harmonic > EPSILON * slope:
        n += 1
        term *= x / n
        harmonic += 1 / n
        total += term
        slope += term * harmonic
    return ((math.log(x) - digamma(a + 1)) * total - slope) * x / a


@register_jitable
def fraction_slope(a, x):
    """The same from the continued fraction of Q(a, x), which is differentiated as it is evaluated."""
    b = x + 1 - a
    c, d = 1 / TINY, 1 / b
    dc, dd = 0.0, d * d
    result, slope = d, dd
    for i in range(1, 100000):
        numerator = -i * (i - a)
        b += 2
        below = guarded(numerator * d + b)
        dd = -(i * d + numerator * dd - 1) / (below * below)
        d = 1 / below
        dc = -1 + i / c - numerator * dc / (c * c)
        c = guarded(b + numerator / c)
        factor, change = d * c, dd * c + d * dc
        slope = slope * factor + result * change
        result *= factor
        if np.abs(factor - 1) < EPSILON * 2 and np.abs(result * change) < EPSILON * 2 * np.abs(slope):
            break
    return -(slope + result * (math.log(x) - digamma(a))) * x


@register_jitable
def gamma_slope(a, x):
    return fraction_slope(a, x) if x > 1 and x > a else series_slope(a, x)


@scalar_rule
def igamma_grad_a(a, x):
    order, at = np.float64(a), np.float64(x)
    if at == 0:
        return 0.0
    if not (order > 0 and at > 0):
        return np.nan
    if order == np.inf or at == np.inf:
        return 0.0 if order < np.inf or at < np.inf else np.nan
    return gamma_slope(order, at) * gamma_factor(order, at) * order / at


@scalar_rule
def random_gamma_grad(alpha, sample):
    order, at = np.float64(alpha), np.float64(sample)
    if at == 0:
        return 0.0
    return -gamma_slope(order, at) if order > 0 and at > 0 else np.nan


# ---- incomplete beta function ----------------------------------------------------------------------------------------


@register_jitable
def beta_fraction(a, b, x):
    """The continued fraction of 8.17.22, evaluated by Lentz's method."""
    c, d = 1.0, 1 / guarded(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 20000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / guarded(1 + even * d)
        c = guarded(1 + even / c)
        result *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / guarded(1 + odd * d)
        c = guarded(1 + odd / c)
        result *= d * c
        if np.abs(d * c - 1) < EPSILON * 2:
            break
    return result


@register_jitable
def beta_factor(a, b, x):
    """x^a (1 - x)^b / (a B(a, b))."""
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    return math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta) / a


@scalar_rule
def betainc(a, b, x):
    p, q, at = np.float64(a), np.float64(b), np.float64(x)
    if not (p > 0 and q > 0 and at >= 0 and at <= 1):
        return np.nan
    if at == 0 or at == 1:
        return at
    if at <= (p + 1) / (p + q + 2):
        return beta_factor(p, q, at) * beta_fraction(p, q, at)
    return 1 - beta_factor(q, p, 1 - at) * beta_fraction(q, p, 1 - at)


# ---- Bessel functions ------------------------------------------------------------------------------------------------


@register_jitable
def scaled_bessel(order, x):
    """exp(-x) I_order(x), x >= 0: the power series 10.25.2, whose terms are all positive, or the expansion 10.40.1."""
    if x < 25:
        quarter = x * x / 4
        term = 1.0 if order == 0 else x / 2
        total, k = term, 0
        while term > EPSILON * total:
            k += 1
            term *= quarter / (k * (k + order))
            total += term
        return total * math.exp(-x)
    term, total = 1.0, 1.0
    for k in range(1, 30):
        odd = 2.0 * k - 1
        term *= (odd * odd - 4.0 * order * order) / (8 * k * x)
        total += term
    return total / math.sqrt(2 * math.pi * x)


@scalar_rule
def bessel_i0(x):
    size = np.abs(np.float64(x))
    return scaled_bessel(0, size) * math.exp(size) if x == x else np.float64(x)


@scalar_rule
def bessel_i1(x):
    size = np.abs(np.float64(x))
    return math.copysign(scaled_bessel(1, size) * math.exp(size), np.float64(x)) if x == x else np.float64(x)


@scalar_rule
def bessel_i0e(x):
    return scaled_bessel(0, np.abs(np.float64(x))) if x == x else np.float64(x)


@scalar_rule
def bessel_i1e(x):
    return math.copysign(scaled_bessel(1, np.abs(np.float64(x))), np.float64(x)) if x == x else np.float64(x)
