"""Distributions over few choices: of two, of several."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones, ones_like, zeros_like
from nbtf.array.indexing import where
from nbtf.array.joining import concat
from nbtf.array.masks import sequence_mask
from nbtf.array.shapes import reshape, shape, transpose
from nbtf.distributions.base import NOT_REPARAMETERIZED, Distribution
from nbtf.distributions.checks import checked_choices, logits_and_probs
from nbtf.distributions.divergence import RegisterKL
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.reductions import argmax, reduce_sum
from nbtf.nn.cross_entropies import sigmoid_cross_entropy_with_logits, sparse_softmax_cross_entropy_with_logits
from nbtf.random.distributions import random_uniform
from nbtf.random.sampling import multinomial
from nbtf.shapes import UNKNOWN
from nbtf.tensor_shape import TensorShape


class Bernoulli(Distribution):
    """Bernoulli distributions: 1 with probability `probs`, or that of the log-odds `logits`; else 0."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Bernoulli",
    ) -> None:
        parameters = {
            "logits": logits, "probs": probs, "dtype": dtype, "validate_args": validate_args,
            "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        with name_scope(name) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, False, validate_args, scope)
        parents = [self._logits, self._probs]
        super().__init__(dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, scope)

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        return {"logits": convert_to_tensor(sample_shape, dtypes.int32)}

    @property
    def logits(self) -> Any:
        return self._logits

    @property
    def probs(self) -> Any:
        return self._probs

    def _batch_shape(self) -> TensorShape:
        return self._logits.shape

    def _batch_shape_tensor(self) -> Any:
        return shape(self._logits)

    def _event_shape(self) -> TensorShape:
        return TensorShape([])

    def _event_shape_tensor(self) -> Any:
        return constant([], dtypes.int32)

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        dims = concat([[n], self.batch_shape_tensor()], 0)
        uniform = random_uniform(dims, seed=seed, dtype=self._probs.dtype)
        return cast(raw.Less(uniform, self._probs), self.dtype)

    def _log_prob(self, event: Any) -> Any:
        if self.validate_args:
            event = checked_choices(event, dtypes.bool)
        event, logits = cast(event, self._logits.dtype), self._logits
        if not (event.shape.is_fully_defined() and logits.shape.is_fully_defined() and event.dims == logits.dims):
            logits, event = ones_like(event) * logits, ones_like(logits) * event
        return -sigmoid_cross_entropy_with_logits(labels=event, logits=logits)

    def _entropy(self) -> Any:
        return -self._logits * (raw.Sigmoid(self._logits) - 1) + raw.Softplus(-self._logits)

    def _mean(self) -> Any:
        return raw.Identity(self._probs)

    def _variance(self) -> Any:
        return self._mean() * (1.0 - self._probs)

    def _mode(self) -> Any:
        return cast(self._probs > 0.5, self.dtype)


@RegisterKL(Bernoulli, Bernoulli)
def _kl_bernoulli_bernoulli(a: Bernoulli, b: Bernoulli, name: str | None = None) -> Any:
    with name_scope(name, "kl_bernoulli_bernoulli", values=[a.logits, b.logits]):
        zero = raw.Softplus(-b.logits) - raw.Softplus(-a.logits)
        one = raw.Softplus(b.logits) - raw.Softplus(a.logits)
        return raw.Sigmoid(a.logits) * zero + raw.Sigmoid(-a.logits) * one


class Categorical(Distribution):
    """Distributions over the numbers 0 ... n - 1, by logits or probs [..., n]."""

    def __init__(
        self,
        logits: Any = None,
        probs: Any = None,
        dtype: Any = dtypes.int32,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "Categorical",
    ) -> None:
        parameters = {
            "logits": logits, "probs": probs, "dtype": dtype, "validate_args": validate_args,
            "allow_nan_stats": allow_nan_stats, "name": name,
        }  # fmt: skip
        with name_scope(name, values=[logits, probs]) as scope:
            self._logits, self._probs = logits_and_probs(logits, probs, True, validate_args, scope)
            known = self._logits.shape.with_rank_at_least(1)
            if known.rank is None:
                with name_scope("batch_rank"):
                    self._batch_rank = raw.Rank(self._logits) - 1
            else:
                self._batch_rank = convert_to_tensor(known.rank - 1, dtypes.int32, "batch_rank")
            dims = shape(self._logits, name="logits_shape")
            last = None if known.rank is None else known.as_list()[-1]
            self._event_size = dims[self._batch_rank] if last is None else convert_to_tensor(last, name="event_size")
            if known[:-1].is_fully_defined():
                self._batch_dims = constant(known[:-1].as_list(), dtypes.int32, name="batch_shape")
            else:
                with name_scope("batch_shape"):
                    self._batch_dims = dims[:-1]
        parents = [self._logits, self._probs]
        super().__init__(dtype, NOT_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, parents, scope)

    @property
    def logits(self) -> Any:
        return self._logits

    @property
    def probs(self) -> Any:
        return self._probs

    @property
    def event_size(self) -> Any:
        """The number of categories."""
        return self._event_size

    def _batch_shape(self) -> TensorShape:
        return self._logits.shape[:-1]

    def _batch_shape_tensor(self) -> Any:
        return raw.Identity(self._batch_dims)

    def _event_shape(self) -> TensorShape:
        return TensorShape([])

    def _event_shape_tensor(self) -> Any:
        return constant([], dtypes.int32)

    def _flat(self, x: Tensor) -> Any:
        return x if x.dims is not None and len(x.dims) == 2 else reshape(x, [-1, self._event_size])

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        kind = dtypes.int64 if self.dtype.size > 4 else dtypes.int32
        draws = multinomial(self._flat(self._logits), n, seed=seed, output_dtype=kind)
        draws = reshape(transpose(draws), concat([[n], self.batch_shape_tensor()], 0))
        return cast(draws, self.dtype)

    def _together(self, k: Tensor, parameters: Tensor) -> tuple[Any, Any]:
        """Values and parameters with one batch, which both broadcast to."""
        dims = parameters.dims
        if dims is not None and UNKNOWN not in dims and k.dims == dims[:-1]:
            return k, parameters
        kind = parameters.dtype.base_dtype
        parameters = parameters * ones_like(k[..., None], dtype=kind)
        return k * ones(shape(parameters)[:-1], k.dtype), parameters

    def _checked(self, k: Tensor) -> Any:
        return checked_choices(k, self.dtype) if self.validate_args else k

    def _cdf(self, k: Any) -> Any:
        k, probs = self._together(self._checked(convert_to_tensor(k, name="k")), self._probs)
        flat = reshape(probs, [-1, self._event_size])
        below = sequence_mask(reshape(k, [-1]), maxlen=self._event_size)
        return reshape(reduce_sum(where(below, flat, zeros_like(flat)), -1), shape(k))

    def _log_prob(self, k: Any) -> Any:
        k, logits = self._together(self._checked(convert_to_tensor(k, name="k")), self._logits)
        return -sparse_softmax_cross_entropy_with_logits(labels=k, logits=logits)

    def _entropy(self) -> Any:
        return -reduce_sum(raw.LogSoftmax(self._logits) * self._probs, axis=-1)

    def _mode(self) -> Any:
        return cast(argmax(self._logits, axis=self._batch_rank), self.dtype)


@RegisterKL(Categorical, Categorical)
def _kl_categorical_categorical(a: Categorical, b: Categorical, name: str | None = None) -> Any:
    with name_scope(name, "kl_categorical_categorical", values=[a.logits, b.logits]):
        difference = raw.LogSoftmax(a.logits) - raw.LogSoftmax(b.logits)
        return reduce_sum(raw.Softmax(a.logits) * difference, axis=-1)
