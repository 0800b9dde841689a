"""Distributions whose samples are made of gamma samples, or nearly so."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import fill, ones, ones_like
from nbtf.array.indexing import where_v2
from nbtf.array.joining import concat
from nbtf.array.shapes import shape
from nbtf.control_flow.grouping import with_dependencies
from nbtf.debugging.comparisons import assert_less, assert_near, assert_positive
from nbtf.debugging.static_checks import assert_rank_at_least
from nbtf.distributions.base import FULLY_REPARAMETERIZED, Distribution
from nbtf.distributions.checks import check_float_dtypes, common_shape, common_shape_tensor, new_seed
from nbtf.distributions.divergence import RegisterKL
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.linalg.diagonals import matrix_set_diag
from nbtf.math.casting import cast
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_all, reduce_sum
from nbtf.math.special_functions import lbeta
from nbtf.random.distributions import random_gamma, random_normal, random_uniform
from nbtf.tensor_shape import TensorShape


class _Scalars(Distribution):
    """Distributions of scalars whose batch is what some parameters broadcast to."""

    _broadcasting: tuple[Tensor, ...]

    def _batch_shape(self) -> TensorShape:
        return common_shape(*self._broadcasting)

    def _batch_shape_tensor(self) -> Any:
        return common_shape_tensor(*self._broadcasting)

    def _event_shape(self) -> TensorShape:
        return TensorShape([])

    def _event_shape_tensor(self) -> Any:
        return constant([], dtypes.int32)

    def _filled(self, value: float, name: str | None = None) -> Any:
        return fill(self.batch_shape_tensor(), np.array(value, self.dtype.as_numpy_dtype), name=name)

    def _ones(self) -> Any:
        return ones(self.batch_shape_tensor(), self.dtype)

    def _above_one(self, parameter: Tensor, message: str) -> Any:
        return assert_less(ones([], self.dtype), parameter, message=message)


class Gamma(_Scalars):
    """Gamma distributions, of density x^(concentration - 1) exp(-rate x) up to a factor; the parameters broadcast."""

    _PARAMETER_NAMES: ClassVar[tuple[str, ...]] = ("concentration", "rate")

    def __init__(
        self,
        concentration: Any,
        rate: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Gamma",
    ) -> None:
        parameters = {
            "concentration": concentration, "rate": rate, "validate_args": validate_args,
            "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        with name_scope(name, values=[concentration, rate]) as scope:
            checks = [assert_positive(concentration), assert_positive(rate)] if validate_args else []
            with control_dependencies(checks):
                self._concentration = raw.Identity(concentration, name="concentration")
                self._rate = raw.Identity(rate, name="rate")
                check_float_dtypes(self._concentration, self._rate)
        self._broadcasting = (self._concentration, self._rate)
        parents = [self._concentration, self._rate]
        super().__init__(
            self._concentration.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, scope
        )

    @property
    def concentration(self) -> Any:
        return self._concentration

    @property
    def rate(self) -> Any:
        return self._rate

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        return random_gamma([n], alpha=self._concentration, beta=self._rate, dtype=self.dtype, seed=seed)

    def _checked(self, x: Tensor) -> Any:
        return with_dependencies([assert_positive(x)], x) if self.validate_args else x

    def _log_prob(self, x: Any) -> Any:
        x = self._checked(x)
        unnormalized = raw.Xlogy(self._concentration - 1.0, x) - self._rate * x
        return unnormalized - (raw.Lgamma(self._concentration) - self._concentration * raw.Log(self._rate))

    def _cdf(self, x: Any) -> Any:
        x = self._checked(x)
        return raw.Igamma(self._concentration, self._rate * x)

    def _entropy(self) -> Any:
        c = self._concentration
        return c - raw.Log(self._rate) + raw.Lgamma(c) + (1.0 - c) * raw.Digamma(c)

    def _mean(self) -> Any:
        return self._concentration / self._rate

    def _variance(self) -> Any:
        return self._concentration / raw.Square(self._rate)

    def _stddev(self) -> Any:
        return raw.Sqrt(self._concentration) / self._rate

    def _mode(self) -> Any:
        mode = (self._concentration - 1.0) / self._rate
        if self.allow_nan_stats:
            nan = self._filled(np.nan, "nan")
            return where_v2(self._concentration > 1.0, mode, nan)
        check = self._above_one(self._concentration, "mode not defined when any concentration <= 1")
        return with_dependencies([check], mode)


@RegisterKL(Gamma, Gamma)
def _kl_gamma_gamma(a: Gamma, b: Gamma, name: str | None = None) -> Any:
    values = [a.concentration, a.rate, b.concentration, b.rate]
    with name_scope(name, "kl_gamma_gamma", values):
        return (
            (a.concentration - b.concentration) * raw.Digamma(a.concentration)
            + raw.Lgamma(b.concentration)
            - raw.Lgamma(a.concentration)
            + b.concentration * raw.Log(a.rate)
            - b.concentration * raw.Log(b.rate)
            + a.concentration * (b.rate / a.rate - 1.0)
        )


class Exponential(Gamma):
    """Exponential distributions, of density rate exp(-rate x)."""

    _PARAMETER_NAMES: ClassVar[tuple[str, ...]] = ("rate",)

    def __init__(
        self, rate: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Exponential"
    ) -> None:
        with name_scope(name, values=[rate]) as scope:
            given = convert_to_tensor(rate, name="rate")
        super().__init__(ones([], given.dtype), given, validate_args, allow_nan_stats, scope)
        self._parameters = {
            "rate": rate, "validate_args": validate_args, "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        dims = concat([[n], shape(self._rate)], 0)
        # the smallest normal number, not 0, whose logarithm would be infinite
        tiny = np.finfo(self.dtype.as_numpy_dtype).tiny
        return -raw.Log(random_uniform(dims, minval=tiny, maxval=1.0, dtype=self.dtype, seed=seed)) / self._rate

    def _log_survival_function(self, value: Any) -> Any:
        return self._log_prob(value) - raw.Log(self._rate)


class StudentT(_Scalars):
    """Student's t distributions of `df` degrees of freedom, moved by `loc` and stretched by `scale`; all broadcast."""

    _PARAMETER_NAMES: ClassVar[tuple[str, ...]] = ("df", "loc", "scale")

    def __init__(
        self,
        df: Any,
        loc: Any,
        scale: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "StudentT",
    ) -> None:
        parameters = {
            "df": df, "loc": loc, "scale": scale, "validate_args": validate_args, "allow_nan_stats": allow_nan_stats,
            "name": name,
        }  # fmt: skip
        with (
            name_scope(name, values=[df, loc, scale]) as scope,
            control_dependencies([assert_positive(df)] if validate_args else []),
        ):
            self._df = raw.Identity(df, name="df")
            self._loc = raw.Identity(loc, name="loc")
            self._scale = raw.Identity(scale, name="scale")
            check_float_dtypes(self._df, self._loc, self._scale)
        self._broadcasting = (self._df, self._loc, self._scale)
        parents = [self._df, self._loc, self._scale]
        super().__init__(
            self._scale.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, scope
        )

    @property
    def df(self) -> Any:
        return self._df

    @property
    def loc(self) -> Any:
        return self._loc

    @property
    def scale(self) -> Any:
        return self._scale

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        dims = concat([[n], self.batch_shape_tensor()], 0)
        normal = random_normal(dims, dtype=self.dtype, seed=seed)
        df = self._df * self._ones()
        gamma = random_gamma([n], 0.5 * df, beta=0.5, dtype=self.dtype, seed=new_seed(seed, "student_t"))
        return normal * raw.Rsqrt(gamma / df) * self._scale + self._loc

    def _log_prob(self, x: Any) -> Any:
        y = (x - self._loc) / self._scale
        unnormalized = -0.5 * (self._df + 1.0) * raw.Log1p(y**2.0 / self._df)
        return unnormalized - (
            raw.Log(abs(self._scale))
            + 0.5 * raw.Log(self._df)
            + 0.5 * math.log(math.pi)
            + raw.Lgamma(0.5 * self._df)
            - raw.Lgamma(0.5 * (self._df + 1.0))
        )

    def _cdf(self, x: Any) -> Any:
        y = (x - self._loc) / abs(self._scale)
        ratio = self._df / (y**2.0 + self._df)
        tail = 0.5 * raw.Betainc(0.5 * self._df, 0.5, ratio)
        return where_v2(y < 0.0, tail, 1.0 - tail)

    def _entropy(self) -> Any:
        v = self._ones()[..., None]
        both = concat([v * self._df[..., None], v], -1) / 2.0
        return (
            raw.Log(abs(self._scale))
            + 0.5 * raw.Log(self._df)
            + lbeta(both)
            + 0.5 * (self._df + 1.0) * (raw.Digamma(0.5 * (self._df + 1.0)) - raw.Digamma(0.5 * self._df))
        )

    def _mean(self) -> Any:
        return self._defined(self._loc * self._ones(), "mean")

    def _variance(self) -> Any:
        divisor = where_v2(raw.Greater(self._df, 2.0), self._df - 2.0, ones_like(self._df))
        variance = self._ones() * raw.Square(self._scale) * self._df / divisor
        is_finite = raw.Greater(self._df, self._filled(2.0))
        return self._defined(where_v2(is_finite, variance, self._filled(np.inf, "inf")), "variance")

    def _defined(self, statistic: Any, what: str) -> Any:
        """The statistic where df > 1; elsewhere NaN, or an error in a run."""
        if self.allow_nan_stats:
            is_defined = raw.Greater(self._df, self._ones())
            return where_v2(is_defined, statistic, self._filled(np.nan, "nan"))
        message = f"{what} not defined for components of df <= 1"
        return with_dependencies([self._above_one(self._df, message)], statistic)

    def _mode(self) -> Any:
        return raw.Identity(self._loc)


def _checked_concentration(concentration: Tensor, validate_args: bool) -> Any:
    if not validate_args:
        return concentration
    return with_dependencies(
        [assert_positive(concentration, message="Concentration parameter must be positive.")], concentration
    )


class Beta(_Scalars):
    """Beta distributions, of density x^(concentration1 - 1) (1 - x)^(concentration0 - 1) up to a factor."""

    _PARAMETER_NAMES: ClassVar[tuple[str, ...]] = ("concentration1", "concentration0")

    def __init__(
        self,
        concentration1: Any = None,
        concentration0: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Beta",
    ) -> None:
        parameters = {
            "concentration1": concentration1, "concentration0": concentration0, "validate_args": validate_args,
            "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        with name_scope(name, values=[concentration1, concentration0]) as scope:
            one = convert_to_tensor(concentration1, name="concentration1")
            self._concentration1 = _checked_concentration(one, validate_args)
            zero = convert_to_tensor(concentration0, name="concentration0")
            self._concentration0 = _checked_concentration(zero, validate_args)
            check_float_dtypes(self._concentration1, self._concentration0)
            self._total = self._concentration1 + self._concentration0
        self._broadcasting = (self._total,)
        parents = [self._concentration1, self._concentration0, self._total]
        super().__init__(
            self._total.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, scope
        )

    @property
    def concentration1(self) -> Any:
        return self._concentration1

    @property
    def concentration0(self) -> Any:
        return self._concentration0

    @property
    def total_concentration(self) -> Any:
        return self._total

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        one = ones_like(self._total, dtype=self.dtype) * self._concentration1
        zero = ones_like(self._total, dtype=self.dtype) * self._concentration0
        gamma1 = random_gamma([n], alpha=one, dtype=self.dtype, seed=seed)
        gamma0 = random_gamma([n], alpha=zero, dtype=self.dtype, seed=new_seed(seed, "beta"))
        return gamma1 / (gamma1 + gamma0)

    def _checked(self, x: Tensor) -> Any:
        if not self.validate_args:
            return x
        positive = assert_positive(x, message="sample must be positive")
        below = assert_less(x, ones([], self.dtype), message="sample must be less than `1`.")
        return with_dependencies([positive, below], x)

    def _log_prob(self, x: Any) -> Any:
        x = self._checked(x)
        unnormalized = raw.Xlogy(self._concentration1 - 1.0, x) + (self._concentration0 - 1.0) * raw.Log1p(-x)
        return unnormalized - self.log_normalization()

    def log_normalization(self) -> Any:
        """The logarithm of the integral of the density without its factor."""
        both = raw.Lgamma(self._concentration1) + raw.Lgamma(self._concentration0)
        return both - raw.Lgamma(self._total)

    def _cdf(self, x: Any) -> Any:
        return raw.Betainc(self._concentration1, self._concentration0, x)

    def _entropy(self) -> Any:
        one, zero, total = self._concentration1, self._concentration0, self._total
        return (
            self.log_normalization()
            - (one - 1.0) * raw.Digamma(one)
            - (zero - 1.0) * raw.Digamma(zero)
            + (total - 2.0) * raw.Digamma(total)
        )

    def _mean(self) -> Any:
        return self._concentration1 / self._total

    def _variance(self) -> Any:
        return self._mean() * (1.0 - self._mean()) / (1.0 + self._total)

    def _mode(self) -> Any:
        mode = (self._concentration1 - 1.0) / (self._total - 2.0)
        if self.allow_nan_stats:
            nan = self._filled(np.nan, "nan")
            is_defined = raw.LogicalAnd(self._concentration1 > 1.0, self._concentration0 > 1.0)
            return where_v2(is_defined, mode, nan)
        checks = [
            self._above_one(self._concentration1, "Mode undefined for concentration1 <= 1."),
            self._above_one(self._concentration0, "Mode undefined for concentration0 <= 1."),
        ]
        return with_dependencies(checks, mode)


@RegisterKL(Beta, Beta)
def _kl_beta_beta(a: Beta, b: Beta, name: str | None = None) -> Any:
    def term(parameter: str) -> Any:
        of_a, of_b = getattr(a, parameter), getattr(b, parameter)
        return raw.Digamma(of_a) * (of_b - of_a)

    values = [a.concentration1, a.concentration0, b.concentration1, b.concentration0]
    with name_scope(name, "kl_beta_beta", values):
        difference = b.log_normalization() - a.log_normalization()
        difference = difference - term("concentration1") - term("concentration0")
        return difference + term("total_concentration")


class Dirichlet(Distribution):
    """Dirichlet distributions: vectors of positive numbers whose sum is 1; concentration [..., n]."""

    _PARAMETER_NAMES: ClassVar[tuple[str, ...]] = ("concentration",)

    def __init__(
        self, concentration: Any, validate_args: bool = False, allow_nan_stats: bool = True, name: str = "Dirichlet"
    ) -> None:
        parameters = {
            "concentration": concentration, "validate_args": validate_args, "allow_nan_stats": allow_nan_stats,
            "name": name,
        }  # fmt: skip
        with name_scope(name, values=[concentration]) as scope:
            given = convert_to_tensor(concentration, name="concentration")
            self._concentration = self._checked_parameter(given, validate_args)
            self._total = reduce_sum(self._concentration, -1)
        super().__init__(
            self._concentration.dtype,
            FULLY_REPARAMETERIZED,
            validate_args,
            allow_nan_stats,
            parameters,
            [self._concentration, self._total],
            scope,
        )

    @staticmethod
    def _checked_parameter(concentration: Tensor, validate_args: bool) -> Any:
        if not validate_args:
            return concentration
        checks = [
            assert_positive(concentration, message="Concentration parameter must be positive."),
            assert_rank_at_least(concentration, 1, message="Concentration parameter must have >=1 dimensions."),
            assert_less(1, shape(concentration)[-1], message="Concentration parameter must have event_size >= 2."),
        ]
        return with_dependencies(checks, concentration)

    @property
    def concentration(self) -> Any:
        return self._concentration

    @property
    def total_concentration(self) -> Any:
        return self._total

    def _batch_shape(self) -> TensorShape:
        return TensorShape(self._total.shape)

    def _batch_shape_tensor(self) -> Any:
        return shape(self._total)

    def _event_shape(self) -> TensorShape:
        return TensorShape(self._concentration.shape.with_rank_at_least(1)[-1:])

    def _event_shape_tensor(self) -> Any:
        return shape(self._concentration)[-1:]

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        gamma = random_gamma([n], alpha=self._concentration, dtype=self.dtype, seed=seed)
        return gamma / reduce_sum(gamma, -1, keepdims=True)

    def _log_prob(self, x: Any) -> Any:
        if self.validate_args:
            positive = assert_positive(x, message="samples must be positive")
            sums = assert_near(ones([], self.dtype), reduce_sum(x, -1), message="sample last-dimension must sum to `1`")
            x = with_dependencies([positive, sums], x)
        return reduce_sum(raw.Xlogy(self._concentration - 1.0, x), -1) - lbeta(self._concentration)

    def _prob(self, x: Any) -> Any:
        return raw.Exp(self._log_prob(x))

    def _size(self) -> Any:
        return cast(self.event_shape_tensor()[0], self.dtype)

    def _entropy(self) -> Any:
        size = self._size()
        return (
            lbeta(self._concentration)
            + (self._total - size) * raw.Digamma(self._total)
            - reduce_sum((self._concentration - 1.0) * raw.Digamma(self._concentration), -1)
        )

    def _mean(self) -> Any:
        return self._concentration / self._total[..., None]

    def _spread(self) -> Any:
        return raw.Rsqrt(1.0 + self._total[..., None])

    def _covariance(self) -> Any:
        x = self._spread() * self._mean()
        return matrix_set_diag(-matmul(x[..., None], x[..., None, :]), self._variance())

    def _variance(self) -> Any:
        spread = self._spread()
        x = spread * self._mean()
        return x * (spread - x)

    def _mode(self) -> Any:
        size = self._size()
        mode = (self._concentration - 1.0) / (self._total[..., None] - size)
        if self.allow_nan_stats:
            nan = fill(shape(mode), np.array(np.nan, self.dtype.as_numpy_dtype), name="nan")
            is_defined = reduce_all(self._concentration > 1.0, axis=-1)
            if self._total.dims != ():
                is_defined = is_defined[..., None]
            return where_v2(is_defined, mode, nan)
        message = "Mode undefined when any concentration <= 1"
        check = assert_less(ones([], self.dtype), self._concentration, message=message)
        return with_dependencies([check], mode)


@RegisterKL(Dirichlet, Dirichlet)
def _kl_dirichlet_dirichlet(a: Dirichlet, b: Dirichlet, name: str | None = None) -> Any:
    with name_scope(name, "kl_dirichlet_dirichlet", values=[a.concentration, b.concentration]):
        whole = raw.Digamma(reduce_sum(a.concentration, -1, keepdims=True))
        parts = raw.Digamma(a.concentration) - whole
        difference = a.concentration - b.concentration
        return reduce_sum(difference * parts, -1) - lbeta(a.concentration) + lbeta(b.concentration)
