"""What all distributions have: shapes, samples, densities, moments; subclasses give the formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np

from nbtf import dtypes
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.distributions import divergence
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.reductions import reduce_prod
from nbtf.tensor_shape import TensorShape


class ReparameterizationType:
    """Whether samples are differentiable functions of a distribution's parameters."""

    def __init__(self, rep_type: str) -> None:
        self._rep_type = rep_type

    def __repr__(self) -> str:
        return f"<Reparameterization Type: {self._rep_type}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


FULLY_REPARAMETERIZED = ReparameterizationType("FULLY_REPARAMETERIZED")
NOT_REPARAMETERIZED = ReparameterizationType("NOT_REPARAMETERIZED")


class Distribution:
    """A batch of distributions. Samples have dims [samples, batch, event], densities [samples, batch].

    A subclass defines `_sample_n`, `_log_prob` or `_prob`, `_mean` and so on; what follows from others it may leave out.
    """

    _PARAMETER_NAMES: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        dtype: Any,
        reparameterization_type: ReparameterizationType,
        validate_args: bool,
        allow_nan_stats: bool,
        parameters: dict[str, Any] | None = None,
        graph_parents: list[Any] | None = None,
        name: str | None = None,
    ) -> None:
        for i, parent in enumerate(graph_parents or ()):
            if not isinstance(parent, Tensor):
                raise ValueError(f"Graph parent item {i} is not a Tensor; {parent}.")
        if not name or not name.endswith("/"):
            with name_scope(name or type(self).__name__) as scope:
                name = scope
        self._name = name
        self._dtype = dtype if dtype is None else dtypes.as_dtype(dtype)
        self._reparameterization_type = reparameterization_type
        self._validate_args = validate_args
        self._allow_nan_stats = allow_nan_stats
        self._parameters = dict(parameters or {})
        self._graph_parents = list(graph_parents or ())

    @property
    def name(self) -> str:
        """The scope of its operations, with a slash behind."""
        return self._name

    @property
    def dtype(self) -> Any:
        """Of samples."""
        return self._dtype

    @property
    def parameters(self) -> dict[str, Any]:
        """What it was made with."""
        return {k: v for k, v in self._parameters.items() if not k.startswith("__") and k != "self"}

    @property
    def reparameterization_type(self) -> ReparameterizationType:
        return self._reparameterization_type

    @property
    def allow_nan_stats(self) -> bool:
        """Statistics that are not defined are NaN; otherwise they are errors in a run."""
        return self._allow_nan_stats

    @property
    def validate_args(self) -> bool:
        """Parameters and values are checked in a run."""
        return self._validate_args

    def copy(self, **override_parameters_kwargs: Any) -> Any:
        """One more with the same parameters but those given."""
        return type(self)(**{**self.parameters, **override_parameters_kwargs})

    @classmethod
    def param_shapes(cls, sample_shape: Any, name: str = "DistributionParamShapes") -> dict[str, Any]:
        """The shapes of parameters, as tensors, of which one sample has `sample_shape`."""
        with name_scope(name, values=[sample_shape]):
            return cls._param_shapes(sample_shape)

    @classmethod
    def param_static_shapes(cls, sample_shape: Any) -> dict[str, TensorShape]:
        """`param_shapes` as TensorShapes. Raises ValueError where `sample_shape` is not known."""
        if isinstance(sample_shape, Tensor):
            known = constant_value(sample_shape)
            if known is None:
                raise ValueError("sample_shape must be a fully-defined TensorShape or constant Tensor")
            sample_shape = known
        with name_scope("param_static_shapes"):
            found = cls._param_shapes([int(dim or 0) for dim in TensorShape(sample_shape).as_list()])
        return {key: TensorShape(constant_value(value)) for key, value in found.items()}

    @classmethod
    def _param_shapes(cls, sample_shape: Any) -> dict[str, Any]:
        if not cls._PARAMETER_NAMES:
            raise NotImplementedError(f"_param_shapes not implemented: {cls.__name__}")
        tensor = convert_to_tensor(sample_shape, dtypes.int32)
        return dict.fromkeys(cls._PARAMETER_NAMES, tensor)

    # ---- shapes ------------------------------------------------------------------------------------------------------

    def _batch_shape(self) -> TensorShape:
        return TensorShape(None)

    def _event_shape(self) -> TensorShape:
        return TensorShape(None)

    def _batch_shape_tensor(self) -> Any:
        raise NotImplementedError(f"batch_shape_tensor is not implemented: {type(self).__name__}")

    def _event_shape_tensor(self) -> Any:
        raise NotImplementedError(f"event_shape_tensor is not implemented: {type(self).__name__}")

    @property
    def batch_shape(self) -> TensorShape:
        """The dims of the batch as far as they are known."""
        return self._batch_shape()

    @property
    def event_shape(self) -> TensorShape:
        """The dims of one sample as far as they are known."""
        return self._event_shape()

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Any:
        """The dims of the batch: int32 [rank]."""
        with self._scope(name):
            known = self.batch_shape
            if known.is_fully_defined():
                return convert_to_tensor(known.as_list(), dtypes.int32, "batch_shape")
            return self._batch_shape_tensor()

    def event_shape_tensor(self, name: str = "event_shape_tensor") -> Any:
        """The dims of one sample: int32 [rank]."""
        with self._scope(name):
            known = self.event_shape
            if known.is_fully_defined():
                return convert_to_tensor(known.as_list(), dtypes.int32, "event_shape")
            return self._event_shape_tensor()

    def is_scalar_event(self, name: str = "is_scalar_event") -> Any:
        """Whether samples are scalars: a bool scalar."""
        return self._is_scalar(self.event_shape, self.event_shape_tensor, name)

    def is_scalar_batch(self, name: str = "is_scalar_batch") -> Any:
        """Whether this is a single distribution: a bool scalar."""
        return self._is_scalar(self.batch_shape, self.batch_shape_tensor, name)

    def _is_scalar(self, known: TensorShape, tensor: Callable[[], Any], name: str) -> Any:
        with self._scope(name):
            if known.rank is not None:
                return convert_to_tensor(known.rank == 0, name=name)
            return raw.Equal(shape(tensor())[0], 0)

    # ---- samples and densities ----------------------------------------------------------------------------------------

    @contextmanager
    def _scope(self, name: str | None = None, values: Any = None) -> Iterator[str]:
        with name_scope(self.name), name_scope(name, values=values) as scope:
            yield scope

    def sample(self, sample_shape: Any = (), seed: int | None = None, name: str = "sample") -> Any:
        """Samples [*sample_shape, *batch, *event]. seed: of the operation."""
        with self._scope(name, [sample_shape]):
            sample_shape = convert_to_tensor(sample_shape, dtypes.int32, "sample_shape")
            sample_shape, count = self._as_vector(sample_shape)
            samples = self._sample_n(count, seed)
            dims = concat([sample_shape, shape(samples)[1:]], 0)
            known = constant_value(sample_shape)
            samples = reshape(samples, dims)
            outer = TensorShape(
                [None] * sample_shape.dims[0] if known is None and -1 not in sample_shape.dims else known
            )
            samples.set_shape(outer.concatenate(self.batch_shape).concatenate(self.event_shape))
            return samples

    @staticmethod
    def _as_vector(x: Tensor) -> tuple[Any, Any]:
        """The shape as a vector, and its product; numbers where they are known."""
        known = constant_value(x)
        count = reduce_prod(x) if known is None else np.prod(known, dtype=np.int32)
        if x.dims is not None and len(x.dims) == 0:
            x = constant([int(known)], x.dtype, name="sample_shape") if known is not None else reshape(x, [1])
        return x, count

    def _sample_n(self, n: Any, seed: int | None) -> Any:
        raise NotImplementedError(f"sample_n is not implemented: {type(self).__name__}")

    def _first(self, *choices: tuple[str, Callable[[Any], Any]], args: tuple[Any, ...] = (), name: str) -> Any:
        """The first method that the class has, and what makes the wanted value of its result."""
        for method, finish in choices:
            found = getattr(self, method, None)
            if found is not None:
                return finish(found(*args))
        raise NotImplementedError(f"{name} is not implemented: {type(self).__name__}")

    def _of_value(self, value: Any, name: str, what: str, *choices: tuple[str, Callable[[Any], Any]]) -> Any:
        with self._scope(name, [value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            return self._first(*choices, args=(value,), name=what)

    def log_prob(self, value: Any, name: str = "log_prob") -> Any:
        """The logarithm of the density, or of the probability of a discrete value."""
        return self._of_value(value, name, "log_prob", ("_log_prob", _same), ("_prob", raw.Log))

    def prob(self, value: Any, name: str = "prob") -> Any:
        """The density, or the probability of a discrete value."""
        return self._of_value(value, name, "prob", ("_prob", _same), ("_log_prob", raw.Exp))

    def log_cdf(self, value: Any, name: str = "log_cdf") -> Any:
        """log P[X <= value]."""
        return self._of_value(value, name, "log_cdf", ("_log_cdf", _same), ("_cdf", raw.Log))

    def cdf(self, value: Any, name: str = "cdf") -> Any:
        """P[X <= value]."""
        return self._of_value(value, name, "cdf", ("_cdf", _same), ("_log_cdf", raw.Exp))

    def log_survival_function(self, value: Any, name: str = "log_survival_function") -> Any:
        """log P[X > value]."""
        return self._survival(value, name, "_log_survival_function", lambda p: raw.Log1p(-p))

    def survival_function(self, value: Any, name: str = "survival_function") -> Any:
        """P[X > value]."""
        return self._survival(value, name, "_survival_function", lambda p: 1.0 - p)

    def _survival(self, value: Any, name: str, method: str, of_cdf: Callable[[Any], Any]) -> Any:
        with self._scope(name, [value]):
            value = convert_to_tensor(value, name="value", preferred_dtype=self.dtype)
            found = getattr(self, method, None)
            return of_cdf(self.cdf(value)) if found is None else found(value)

    def quantile(self, value: Any, name: str = "quantile") -> Any:
        """The x with P[X <= x] = value."""
        return self._of_value(value, name, "quantile", ("_quantile", _same))

    # ---- statistics ----------------------------------------------------------------------------------------------------

    def _statistic(self, name: str, what: str, *choices: tuple[str, Callable[[Any], Any]]) -> Any:
        with self._scope(name):
            return self._first(*choices, name=what)

    def entropy(self, name: str = "entropy") -> Any:
        """Shannon's entropy in nats."""
        return self._statistic(name, "entropy", ("_entropy", _same))

    def mean(self, name: str = "mean") -> Any:
        """The mean [*batch, *event]."""
        return self._statistic(name, "mean", ("_mean", _same))

    def variance(self, name: str = "variance") -> Any:
        """The variance of each element [*batch, *event]."""
        return self._statistic(name, "variance", ("_variance", _same), ("_stddev", raw.Square))

    def stddev(self, name: str = "stddev") -> Any:
        """The standard deviation of each element [*batch, *event]."""
        return self._statistic(name, "stddev", ("_stddev", _same), ("_variance", raw.Sqrt))

    def covariance(self, name: str = "covariance") -> Any:
        """The covariances of the elements of vectors [*batch, n, n]."""
        return self._statistic(name, "covariance", ("_covariance", _same))

    def mode(self, name: str = "mode") -> Any:
        """The most probable value [*batch, *event]."""
        return self._statistic(name, "mode", ("_mode", _same))

    def cross_entropy(self, other: Distribution, name: str = "cross_entropy") -> Any:
        """-E[log p_other] under this one, in nats."""
        with self._scope(name):
            return divergence.cross_entropy(self, other)

    def kl_divergence(self, other: Distribution, name: str = "kl_divergence") -> Any:
        """KL(this || other) in nats, see `tf.distributions.kl_divergence`."""
        with self._scope(name):
            return divergence.kl_divergence(self, other, allow_nan_stats=self._allow_nan_stats)

    def __str__(self) -> str:
        name = self.name
        batch = "" if self.batch_shape.rank is None else f", batch_shape={_text(self.batch_shape)}"
        event = "" if self.event_shape.rank is None else f", event_shape={_text(self.event_shape)}"
        dtype = "" if self.dtype is None else f", dtype={self.dtype.name}"
        return f'tfp.distributions.{type(self).__name__}("{name}"{batch}{event}{dtype})'

    def __repr__(self) -> str:
        dtype = None if self.dtype is None else self.dtype.name
        return (
            f"<tfp.distributions.{type(self).__name__} '{self.name}' batch_shape={_text(self.batch_shape)} "
            f"event_shape={_text(self.event_shape)} dtype={dtype}>"
        )


def _same(x: Any) -> Any:
    return x


def _text(shape: TensorShape) -> str:
    return str(shape).replace("None", "?")
