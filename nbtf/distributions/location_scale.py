"""Distributions given by where they are and how wide."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import ones, ones_like, zeros, zeros_like
from nbtf.array.indexing import where_v2
from nbtf.array.joining import concat
from nbtf.array.shapes import broadcast_dynamic_shape, shape
from nbtf.debugging.comparisons import assert_less, assert_positive
from nbtf.distributions.base import FULLY_REPARAMETERIZED, Distribution
from nbtf.distributions.checks import check_float_dtypes, common_shape, common_shape_tensor
from nbtf.distributions.divergence import RegisterKL
from nbtf.distributions.normal_tails import log_normal_cdf, normal_cdf
from nbtf.graph.conversion import constant
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.random.distributions import random_normal, random_uniform
from nbtf.tensor_shape import TensorShape


class _LocationScale(Distribution):
    """Scalars, with a location and a scale that broadcast."""

    _PARAMETER_NAMES = ("loc", "scale")

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool, allow_nan_stats: bool, name: str, parameters: dict[str, Any]
    ) -> None:
        with (
            name_scope(name, values=[loc, scale]) as scope,
            control_dependencies([assert_positive(scale)] if validate_args else []),
        ):
            self._loc = raw.Identity(loc, name="loc")
            self._scale = raw.Identity(scale, name="scale")
            check_float_dtypes(self._loc, self._scale)
        super().__init__(
            self._scale.dtype,
            FULLY_REPARAMETERIZED,
            validate_args,
            allow_nan_stats,
            parameters,
            [self._loc, self._scale],
            scope,
        )

    @property
    def loc(self) -> Any:
        return self._loc

    @property
    def scale(self) -> Any:
        return self._scale

    def _batch_shape(self) -> TensorShape:
        return common_shape(self._loc, self._scale)

    def _batch_shape_tensor(self) -> Any:
        return common_shape_tensor(self._loc, self._scale)

    def _event_shape(self) -> TensorShape:
        return TensorShape([])

    def _event_shape_tensor(self) -> Any:
        return constant([], dtypes.int32)


class Normal(_LocationScale):
    """Normal distributions of means `loc` and standard deviations `scale`, which broadcast."""

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Normal"
    ) -> None:
        parameters = {
            "loc": loc, "scale": scale, "validate_args": validate_args, "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, parameters)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        dims = concat([[n], self.batch_shape_tensor()], 0)
        return random_normal(dims, mean=0.0, stddev=1.0, dtype=self._loc.dtype, seed=seed) * self._scale + self._loc

    def _standardized(self, x: Any) -> Any:
        with name_scope("standardize", values=[x]):
            return (x - self._loc) / self._scale

    def _log_prob(self, x: Any) -> Any:
        unnormalized = -0.5 * raw.Square(self._standardized(x))
        return unnormalized - (0.5 * math.log(2.0 * math.pi) + raw.Log(self._scale))

    def _log_cdf(self, x: Any) -> Any:
        return log_normal_cdf(self._standardized(x))

    def _cdf(self, x: Any) -> Any:
        return normal_cdf(self._standardized(x))

    def _log_survival_function(self, x: Any) -> Any:
        return log_normal_cdf(-self._standardized(x))

    def _survival_function(self, x: Any) -> Any:
        return normal_cdf(-self._standardized(x))

    def _entropy(self) -> Any:
        scale = self._scale * ones_like(self._loc)
        return 0.5 * math.log(2.0 * math.pi) + 0.5 + raw.Log(scale)

    def _mean(self) -> Any:
        return self._loc * ones_like(self._scale)

    def _quantile(self, p: Any) -> Any:
        return raw.Ndtri(p) * self._scale + self._loc

    def _stddev(self) -> Any:
        return self._scale * ones_like(self._loc)

    def _mode(self) -> Any:
        return self._mean()


@RegisterKL(Normal, Normal)
def _kl_normal_normal(a: Normal, b: Normal, name: str | None = None) -> Any:
    with name_scope(name, "kl_normal_normal", [a.loc, b.loc]):
        one, two, half = (constant(value, a.dtype) for value in (1, 2, 0.5))
        a_variance, b_variance = raw.Square(a.scale), raw.Square(b.scale)
        ratio = a_variance / b_variance
        return raw.SquaredDifference(a.loc, b.loc) / (two * b_variance) + half * (ratio - one - raw.Log(ratio))


class Laplace(_LocationScale):
    """Laplace distributions, of density exp(-|x - loc| / scale) / (2 scale); the parameters broadcast."""

    def __init__(
        self, loc: Any, scale: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Laplace"
    ) -> None:
        parameters = {
            "loc": loc, "scale": scale, "validate_args": validate_args, "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        super().__init__(loc, scale, validate_args, allow_nan_stats, name, parameters)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        dims = concat([[n], self.batch_shape_tensor()], 0)
        kind = self.dtype.as_numpy_dtype
        lowest = np.nextafter(kind(-1.0), kind(0.0))
        uniform = random_uniform(dims, minval=lowest, maxval=1.0, dtype=self.dtype, seed=seed)
        return self._loc - self._scale * raw.Sign(uniform) * raw.Log1p(-abs(uniform))

    def _standardized(self, x: Any) -> Any:
        return (x - self._loc) / self._scale

    def _log_prob(self, x: Any) -> Any:
        return -abs(self._standardized(x)) - (math.log(2.0) + raw.Log(self._scale))

    def _log_cdf(self, x: Any) -> Any:
        return _log_laplace_cdf(self._standardized(x))

    def _log_survival_function(self, x: Any) -> Any:
        return _log_laplace_cdf(-self._standardized(x))

    def _cdf(self, x: Any) -> Any:
        z = self._standardized(x)
        return 0.5 + 0.5 * raw.Sign(z) * (1.0 - raw.Exp(-abs(z)))

    def _entropy(self) -> Any:
        scale = self._scale + zeros_like(self._loc)
        return math.log(2.0) + 1 + raw.Log(scale)

    def _mean(self) -> Any:
        return self._loc + zeros_like(self._scale)

    def _stddev(self) -> Any:
        return math.sqrt(2.0) * self._scale + zeros_like(self._loc)

    def _mode(self) -> Any:
        return self._mean()


def _log_laplace_cdf(x: Any) -> Any:
    with name_scope("log_cdf_laplace", values=[x]):
        lower = -np.log(2.0) + x
        upper = raw.Log1p(-0.5 * raw.Exp(-abs(x)))
        return where_v2(x < 0.0, lower, upper)


class Uniform(Distribution):
    """Uniform distributions over [low, high); the parameters broadcast."""

    _PARAMETER_NAMES = ("low", "high")

    def __init__(
        self,
        low: Any = 0.0,
        high: Any = 1.0,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Uniform",
    ) -> None:
        parameters = {
            "low": low, "high": high, "validate_args": validate_args, "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        with name_scope(name, values=[low, high]) as scope:
            message = "uniform not defined when low >= high."
            with control_dependencies([assert_less(low, high, message=message)] if validate_args else []):
                self._low = raw.Identity(low, name="low")
                self._high = raw.Identity(high, name="high")
                check_float_dtypes(self._low, self._high)
        parents = [self._low, self._high]
        super().__init__(
            self._low.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, scope
        )

    @property
    def low(self) -> Any:
        return self._low

    @property
    def high(self) -> Any:
        return self._high

    def range(self, name: str = "range") -> Any:
        """high - low"""
        with self._scope(name):
            return self._high - self._low

    def _batch_shape(self) -> TensorShape:
        return common_shape(self._low, self._high)

    def _batch_shape_tensor(self) -> Any:
        return common_shape_tensor(self._low, self._high)

    def _event_shape(self) -> TensorShape:
        return TensorShape([])

    def _event_shape_tensor(self) -> Any:
        return constant([], dtypes.int32)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        dims = concat([[n], self.batch_shape_tensor()], 0)
        samples = random_uniform(dims, dtype=self.dtype, seed=seed)
        return self._low + self.range() * samples

    def _prob(self, x: Any) -> Any:
        broadcast = x * ones(self.batch_shape_tensor(), x.dtype)
        is_nan = raw.IsNan(broadcast)
        outside = raw.LogicalOr(broadcast < self._low, broadcast >= self._high)
        density = where_v2(outside, zeros_like(broadcast), ones_like(broadcast) / self.range())
        return where_v2(is_nan, broadcast, density)

    def _cdf(self, x: Any) -> Any:
        dims = broadcast_dynamic_shape(shape(x), self.batch_shape_tensor())
        nothing, all_of_it = zeros(dims, self.dtype), ones(dims, self.dtype)
        broadcast = x * all_of_it
        inside = where_v2(x < self._low, nothing, (broadcast - self._low) / self.range())
        return where_v2(x >= self._high, all_of_it, inside)

    def _entropy(self) -> Any:
        return raw.Log(self.range())

    def _mean(self) -> Any:
        return (self._low + self._high) / 2.0

    def _variance(self) -> Any:
        return raw.Square(self.range()) / 12.0

    def _stddev(self) -> Any:
        return self.range() / math.sqrt(12.0)
