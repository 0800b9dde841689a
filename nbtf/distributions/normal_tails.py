"""The standard normal distribution's cumulative function, and its logarithm far out on the left."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nbtf.array.filling import zeros_like
from nbtf.array.indexing import where_v2
from nbtf.graph.conversion import constant
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope

_TERMS = 3


def normal_cdf(x: Any) -> Any:
    """P[X <= x]."""
    with name_scope("ndtr", values=[x]):
        return _cdf(x)


def _cdf(x: Any) -> Any:
    """Near 0 by erf, far out by erfc: each where it loses no digits."""
    half_sqrt_2 = constant(0.5 * math.sqrt(2.0), x.dtype, name="half_sqrt_2")
    w = x * half_sqrt_2
    z = abs(w)
    is_near = z < half_sqrt_2
    near = 1.0 + raw.Erf(w)
    is_right = w > 0.0
    far = where_v2(is_right, 2.0 - raw.Erfc(z), raw.Erfc(z))
    return 0.5 * where_v2(is_near, near, far)


def log_normal_cdf(x: Any) -> Any:
    """log P[X <= x]: on the right -P[X > x], on the left an asymptotic series, the logarithm between."""
    with name_scope("log_ndtr", values=[x]):
        lower, upper = (-20.0, 8.0) if x.dtype.as_numpy_dtype == np.float64 else (-10.0, 5.0)
        is_right = x > upper
        right = -_cdf(-x)
        is_middle = x > lower
        middle = raw.Log(_cdf(raw.Maximum(x, lower)))
        left = _log_series(raw.Minimum(x, lower))
        return where_v2(is_right, right, where_v2(is_middle, middle, left))


def _log_series(x: Any) -> Any:
    square = raw.Square(x)
    scale = -0.5 * square - raw.Log(-x) - 0.5 * math.log(2.0 * math.pi)
    return scale + raw.Log(_series(x))


def _series(x: Any) -> Any:
    """1 + sum of (-1)^n (2n - 1)!! / x^(2n)."""
    square = raw.Square(x)
    even, odd = zeros_like(x), zeros_like(x)
    power, factorial = square, 1.0
    for n in range(1, _TERMS + 1):
        factorial *= 2 * n - 1
        term = factorial / power
        even, odd = (even + term, odd) if n % 2 == 0 else (even, odd + term)
        power = power * square
    return 1.0 + even - odd
