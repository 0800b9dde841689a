"""Functions of mathematical physics and statistics, polynomials, and sequences that fill space."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.math.reductions import reduce_sum

betainc = OpFunction("Betainc")
igamma = OpFunction("Igamma")
igammac = OpFunction("Igammac")
nextafter = OpFunction("NextAfter", "nextafter")
polygamma = OpFunction("Polygamma")
xlogy = OpFunction("Xlogy")
zeta = OpFunction("Zeta")


def _scoped(op: OpFunction, name: str, meaning: str) -> Callable[..., Any]:
    """A function of one tensor whose op is made inside a scope of the function's name."""
    default_name = name

    def function(x: Any, name: str | None = None) -> Any:
        with name_scope(name, default_name, [x]):
            return op(x)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{meaning} of each element."
    return function


bessel_i0 = _scoped(raw.BesselI0, "bessel_i0", "The modified Bessel function of order 0")
bessel_i0e = _scoped(raw.BesselI0e, "bessel_i0e", "exp(-|x|) times the modified Bessel function of order 0")
bessel_i1 = _scoped(raw.BesselI1, "bessel_i1", "The modified Bessel function of order 1")
bessel_i1e = _scoped(raw.BesselI1e, "bessel_i1e", "exp(-|x|) times the modified Bessel function of order 1")
bessel_j0 = _scoped(raw.BesselJ0, "bessel_j0", "The Bessel function of the first kind, of order 0")
bessel_j1 = _scoped(raw.BesselJ1, "bessel_j1", "The Bessel function of the first kind, of order 1")
bessel_k0 = _scoped(raw.BesselK0, "bessel_k0", "The modified Bessel function of the second kind, of order 0")
bessel_k0e = _scoped(raw.BesselK0e, "bessel_k0e", "exp(x) times bessel_k0(x)")
bessel_k1 = _scoped(raw.BesselK1, "bessel_k1", "The modified Bessel function of the second kind, of order 1")
bessel_k1e = _scoped(raw.BesselK1e, "bessel_k1e", "exp(x) times bessel_k1(x)")
bessel_y0 = _scoped(raw.BesselY0, "bessel_y0", "The Bessel function of the second kind, of order 0")
bessel_y1 = _scoped(raw.BesselY1, "bessel_y1", "The Bessel function of the second kind, of order 1")
dawsn = _scoped(raw.Dawsn, "dawsn", "Dawson's integral")
erfinv = _scoped(raw.Erfinv, "erfinv", "The inverse of the error function")
expint = _scoped(raw.Expint, "expint", "The exponential integral Ei")
fresnel_cos = _scoped(raw.FresnelCos, "fresnel_cos", "Fresnel's cosine integral")
fresnel_sin = _scoped(raw.FresnelSin, "fresnel_sin", "Fresnel's sine integral")
ndtri = _scoped(raw.Ndtri, "ndtri", "The quantile of the standard normal distribution")
spence = _scoped(raw.Spence, "spence", "Spence's function")


def erfcinv(x: Any, name: str | None = None) -> Any:
    """The inverse of the complementary error function of each element."""
    with name_scope(name, "erfcinv", [x]):
        x = convert_to_tensor(x, name="start")
        return -ndtri(0.5 * x) * np.sqrt(0.5)


def xlog1py(x: Any, y: Any, name: str | None = None) -> Any:
    """x * log(1 + y), and 0 where x is 0."""
    with name_scope(name, "xlog1py", [x]):
        return raw.Xlog1py(x, y)


def xdivy(x: Any, y: Any, name: str | None = None) -> Any:
    """x / y, and 0 where x is 0."""
    with name_scope(name, "xdivy", [x]):
        return raw.Xdivy(x, y)


def reciprocal_no_nan(x: Any, name: str | None = None) -> Any:
    """1 / x, and 0 where x is 0."""
    with name_scope(name, "reciprocal_no_nan", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return raw.DivNoNan(constant(1, x.dtype.base_dtype, name="one"), x, name=scope)


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """x * y, and 0 where y is 0, whatever x is."""
    with name_scope(name, "multiply_no_nan", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, x.dtype.base_dtype, "y")
        return raw.MulNoNan(x, y, name=scope)


def lbeta(x: Any, name: str | None = None) -> Any:
    """The logarithm of the absolute Beta function over the last axis: sum(lgamma(x)) - lgamma(sum(x))."""
    with name_scope(name, "lbeta", [x]):
        x = convert_to_tensor(x, name="x")
        product = reduce_sum(raw.Lgamma(x), [-1])
        return product - raw.Lgamma(reduce_sum(x, [-1]))


def polyval(coeffs: Any, x: Any, name: str | None = None) -> Any:
    """The value at `x` of the polynomial with these coefficients, the highest power first.

    Raises ValueError for coefficients that are no list.
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received type {type(coeffs)}.")
    with name_scope(name, "polyval", [*coeffs, x]) as scope:
        x = convert_to_tensor(x, name="x")
        if not coeffs:
            return raw.ZerosLike(x, name=scope)
        terms = [convert_to_tensor(coeff, name=f"coeff_{i}") for i, coeff in enumerate(coeffs)]
        value = terms[0]
        for term in terms[1:]:
            value = term + value * x
        return value


def sobol_sample(
    dim: Any, num_results: Any, skip: Any = 0, dtype: Any = dtypes.float32, name: str | None = None
) -> Any:
    """Points of the Sobol sequence in [0, 1): [num_results, dim], without the first `skip`."""
    with name_scope(name, "sobol", [dim, num_results, skip]):
        return raw.SobolSample(dim, num_results, skip, dtype=dtype)


def log_sigmoid(x: Any, name: str | None = None) -> Any:
    """log(sigmoid(x)), as -softplus(-x)."""
    with name_scope(name, "LogSigmoid", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return raw.Neg(raw.Softplus(-x), name=scope)
