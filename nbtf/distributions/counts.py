"""Distributions of how often each category comes up in several trials: vectors of counts."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import one_hot, ones_like
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape, transpose
from nbtf.control_flow.functional import map_fn
from nbtf.control_flow.grouping import with_dependencies
from nbtf.debugging.comparisons import assert_equal, assert_positive
from nbtf.distributions.base import NOT_REPARAMETERIZED, Distribution
from nbtf.distributions.checks import checked_counts, log_combinations, logits_and_probs, new_seed
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.linalg.diagonals import matrix_set_diag
from nbtf.math.casting import cast
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_sum
from nbtf.math.special_functions import lbeta
from nbtf.random.distributions import random_gamma
from nbtf.random.sampling import multinomial
from nbtf.tensor_shape import TensorShape


class _Counts(Distribution):
    _total_count: Tensor
    _SUMMED = "counts"

    @property
    def total_count(self) -> Any:
        """The number of trials."""
        return self._total_count

    def _checked(self, counts: Tensor) -> Any:
        if not self.validate_args:
            return counts
        counts = checked_counts(counts)
        message = f"{self._SUMMED} must sum to `self.total_count`"
        return with_dependencies([assert_equal(self._total_count, reduce_sum(counts, -1), message=message)], counts)


class Multinomial(_Counts):
    """Counts of the categories in `total_count` independent trials; logits or probs [..., n]."""

    def __init__(
        self,
        total_count: Any,
        logits: Any = None,
        probs: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Multinomial",
    ) -> None:
        parameters = {
            "total_count": total_count, "logits": logits, "probs": probs, "validate_args": validate_args,
            "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        with name_scope(name, values=[total_count, logits, probs]) as scope:
            self._total_count = convert_to_tensor(total_count, name="total_count")
            if validate_args:
                self._total_count = checked_counts(self._total_count)
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args, scope)
            self._expected = self._total_count[..., None] * self._probs
        parents = [self._total_count, self._logits, self._probs, self._expected]
        super().__init__(
            self._probs.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, scope
        )

    @property
    def logits(self) -> Any:
        return self._logits

    @property
    def probs(self) -> Any:
        return self._probs

    def _batch_shape(self) -> TensorShape:
        return TensorShape(self._expected.shape.with_rank_at_least(1)[:-1])

    def _batch_shape_tensor(self) -> Any:
        return shape(self._expected)[:-1]

    def _event_shape(self) -> TensorShape:
        return TensorShape(self._expected.shape.with_rank_at_least(1)[-1:])

    def _event_shape_tensor(self) -> Any:
        return shape(self._expected)[-1:]

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        trials = cast(self._total_count, dtypes.int32)
        size = self.event_shape_tensor()[0]
        trials = ones_like(self._logits[..., 0], dtype=trials.dtype) * trials
        logits = ones_like(trials[..., None], dtype=self._logits.dtype) * self._logits
        flat_logits = reshape(logits, [-1, size])
        flat_trials = n * reshape(trials, [-1])

        def one(args: Any) -> Any:
            logits, count = args
            draws = reshape(multinomial(logits[None, ...], count, seed), [n, -1])
            return reduce_sum(one_hot(draws, depth=size), axis=-2)

        counts = transpose(map_fn(one, [flat_logits, flat_trials], dtype=self.dtype), perm=[1, 0, 2])
        return reshape(counts, concat([[n], self.batch_shape_tensor(), [size]], 0))

    def _log_prob(self, counts: Any) -> Any:
        unnormalized = reduce_sum(self._checked(counts) * raw.LogSoftmax(self._logits), -1)
        return unnormalized - (-log_combinations(self._total_count, self._checked(counts)))

    def _mean(self) -> Any:
        return raw.Identity(self._expected)

    def _probs_of_batch(self) -> Any:
        return self._probs * ones_like(self._total_count)[..., None]

    def _covariance(self) -> Any:
        p = self._probs_of_batch()
        return matrix_set_diag(-matmul(self._expected[..., None], p[..., None, :]), self._variance())

    def _variance(self) -> Any:
        p = self._probs_of_batch()
        return self._expected - self._expected * p


class DirichletMultinomial(_Counts):
    """Multinomials whose probabilities are themselves drawn from a Dirichlet distribution: concentration [..., n]."""

    _SUMMED = "counts last-dimension"

    def __init__(
        self,
        total_count: Any,
        concentration: Any,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "DirichletMultinomial",
    ) -> None:
        parameters = {
            "total_count": total_count, "concentration": concentration, "validate_args": validate_args,
            "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        with name_scope(name, values=[total_count, concentration]) as scope:
            self._total_count = convert_to_tensor(total_count, name="total_count")
            if validate_args:
                self._total_count = checked_counts(self._total_count)
            self._concentration = convert_to_tensor(concentration, name="concentration")
            if validate_args:
                message = "Concentration parameter must be positive."
                check = assert_positive(self._concentration, message=message)
                self._concentration = with_dependencies([check], self._concentration)
            self._total = reduce_sum(self._concentration, -1)
        parents = [self._total_count, self._concentration]
        super().__init__(
            self._concentration.dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, scope
        )

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
        trials = cast(self._total_count, dtypes.int32)
        size = self.event_shape_tensor()[0]
        gamma = random_gamma([n], alpha=self._concentration, dtype=self.dtype, seed=seed)
        logits = reshape(raw.Log(gamma), [-1, size])
        draws = multinomial(logits, trials, seed=new_seed(seed, "dirichlet_multinomial"))
        counts = reduce_sum(one_hot(draws, depth=size), -2)
        counts = reshape(counts, concat([[n], self.batch_shape_tensor(), [size]], 0))
        return cast(counts, self.dtype)

    def _log_prob(self, counts: Any) -> Any:
        counts = self._checked(counts)
        ordered = lbeta(self._concentration + counts) - lbeta(self._concentration)
        return ordered + log_combinations(self._total_count, counts)

    def _mean(self) -> Any:
        return self._total_count * (self._concentration / self._total[..., None])

    def _covariance(self) -> Any:
        x = self._spread() * self._mean()
        return matrix_set_diag(-matmul(x[..., None], x[..., None, :]), self._variance())

    def _variance(self) -> Any:
        spread = self._spread()
        x = spread * self._mean()
        return x * (self._total_count * spread - x)

    def _spread(self) -> Any:
        total = self._total[..., None]
        return raw.Sqrt((1.0 + total / self._total_count) / (1.0 + total))
