"""Stateless random tensors: equal seeds [2] give equal numbers, in every run."""

from __future__ import annotations

import enum
from typing import Any

from nbtf import dtypes
from nbtf.array.joining import stack
from nbtf.array.shapes import broadcast_dynamic_shape, broadcast_to
from nbtf.array.shapes import shape as shape_of
from nbtf.graph import conversion
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.random.distributions import scaled_gamma, shape_tensor, with_static_shape


class Algorithm(enum.Enum):
    """Generators of random numbers."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


_ALGORITHMS = {"philox": Algorithm.PHILOX, "auto_select": Algorithm.AUTO_SELECT}
_INTEGERS = (dtypes.int32, dtypes.int64, dtypes.uint32, dtypes.uint64)
_FLOATS = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64)


def _generator(seed: Any, alg: Any) -> dict[str, Any]:
    """key, counter and alg of an operation. Raises ValueError for a generator other than Philox."""
    chosen = _ALGORITHMS.get(alg) if isinstance(alg, str) else Algorithm(alg)
    if chosen not in _ALGORITHMS.values():
        raise ValueError(f"Argument `alg` got unsupported value {alg}. Supported algorithms are {list(_ALGORITHMS)}.")
    key, counter = raw.StatelessRandomGetKeyCounter(seed)
    return {"key": key, "counter": counter, "alg": Algorithm.AUTO_SELECT.value}


def stateless_random_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Uniform numbers in [minval, maxval): floats, by default in [0, 1), or integers; of these with None and None all.

    seed: integers [2]. Raises ValueError for other dtypes and for integers with one bound.
    """
    dtype = dtypes.as_dtype(dtype)
    if dtype not in (*_FLOATS, *_INTEGERS):
        raise ValueError(f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are {(*_FLOATS, *_INTEGERS)}.")
    if not dtype.is_integer:
        maxval = 1 if maxval is None else maxval
    elif (minval is None) != (maxval is None):
        raise ValueError(
            f"For integer `dtype` argument {dtype}, argument `minval` and `maxval` must be both None or not None. "
            f"Got `minval`={minval} and `maxval`={maxval}."
        )
    elif minval is not None and dtype in (dtypes.uint32, dtypes.uint64):
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype} when argument `minval` is not None. Please don't use unsigned "
            "integers in this case."
        )
    with name_scope(name, "stateless_random_uniform", [shape, seed, minval, maxval]) as scope:
        dims = shape_tensor(shape)
        if dtype.is_integer and minval is None:
            made = raw.StatelessRandomUniformFullIntV2(dims, **_generator(seed, alg), dtype=dtype, name=scope)
            return with_static_shape(made, dims)
        minval = conversion.convert_to_tensor(minval, dtype=dtype, name="min")
        maxval = conversion.convert_to_tensor(maxval, dtype=dtype, name="max")
        generator = _generator(seed, alg)
        if dtype.is_integer:
            made = raw.StatelessRandomUniformIntV2(dims, **generator, minval=minval, maxval=maxval, name=scope)
        else:
            drawn = raw.StatelessRandomUniformV2(dims, **generator, dtype=dtype)
            made = raw.AddV2(drawn * (maxval - minval), minval, name=scope)
        return with_static_shape(made, dims)


def stateless_random_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Normal numbers of the given mean and standard deviation. seed: integers [2]."""
    return _normal("StatelessRandomNormalV2", "stateless_random_normal", shape, seed, mean, stddev, dtype, name, alg)


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Normal numbers; those two deviations and more from the mean are drawn again. seed: integers [2]."""
    op_type = "StatelessTruncatedNormalV2"
    return _normal(op_type, "stateless_truncated_normal", shape, seed, mean, stddev, dtype, name, alg)


def _normal(
    op_type: str,
    default_name: str,
    shape: Any,
    seed: Any,
    mean: Any,
    stddev: Any,
    dtype: Any,
    name: str | None,
    alg: Any,
) -> Tensor:
    with name_scope(name, default_name, [shape, seed, mean, stddev]) as scope:
        dims = shape_tensor(shape)
        mean = conversion.convert_to_tensor(mean, dtype=dtype, name="mean")
        stddev = conversion.convert_to_tensor(stddev, dtype=dtype, name="stddev")
        drawn = getattr(raw, op_type)(dims, **_generator(seed, alg), dtype=dtype)
        return with_static_shape(raw.AddV2(drawn * stddev, mean, name=scope), dims)


def stateless_random_gamma(
    shape: Any, seed: Any, alpha: Any, beta: Any = None, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """Draws from gamma distributions. shape: of the result; alpha and beta broadcast to its last dims. seed [2]."""
    with name_scope(name, "stateless_random_gamma", [shape, seed, alpha, beta]):
        dims = conversion.convert_to_tensor(shape, dtype=dtypes.int32, name="shape")
        alpha = conversion.convert_to_tensor(alpha, dtype=dtype, name="alpha")
        beta = conversion.convert_to_tensor(1 if beta is None else beta, dtype=dtype, name="beta")
        alphas = broadcast_to(alpha, broadcast_dynamic_shape(shape_of(alpha), shape_of(beta)))
        drawn = raw.StatelessRandomGammaV3(dims, **_generator(seed, "auto_select"), alpha=alphas)
        return with_static_shape(scaled_gamma(drawn, beta), dims)


def stateless_random_poisson(
    shape: Any, seed: Any, lam: Any, dtype: Any = dtypes.int32, name: str | None = None
) -> Tensor:
    """Draws from Poisson distributions. shape: of the result; lam broadcasts to its last dims. seed [2]."""
    with name_scope(name, "stateless_random_poisson", [shape, seed, lam]):
        dims = conversion.convert_to_tensor(shape, dtype=dtypes.int32, name="shape")
        return with_static_shape(raw.StatelessRandomPoisson(dims, seed, lam, dtype=dtype), dims)


def stateless_random_binomial(
    shape: Any, seed: Any, counts: Any, probs: Any, output_dtype: Any = dtypes.int32, name: str | None = None
) -> Tensor:
    """Draws from binomial distributions. shape: of the result; counts and probs broadcast to its last dims. seed [2]."""
    with name_scope(name, "stateless_random_binomial", [shape, seed, counts, probs]):
        dims = conversion.convert_to_tensor(shape, dtype=dtypes.int32, name="shape")
        probs = conversion.convert_to_tensor(probs, name="probs")
        counts = conversion.convert_to_tensor(counts, dtype=probs.dtype, name="counts")
        made = raw.StatelessRandomBinomial(dims, seed, counts, probs, dtype=output_dtype)
        return with_static_shape(made, dims)


def stateless_parameterized_truncated_normal(
    shape: Any,
    seed: Any,
    means: Any = 0.0,
    stddevs: Any = 1.0,
    minvals: Any = -2.0,
    maxvals: Any = 2.0,
    name: str | None = None,
) -> Tensor:
    """Normal numbers in [minvals, maxvals]. shape: of the result; the others broadcast to its last dims. seed [2]."""
    with name_scope(name, "stateless_parameterized_truncated_normal", [shape, seed, means, stddevs, minvals, maxvals]):
        dims = shape_tensor(shape)
        parameters = [
            conversion.convert_to_tensor(value, dtype=dtypes.float32, name=label)
            for value, label in ((means, "means"), (stddevs, "stddevs"), (minvals, "minvals"), (maxvals, "maxvals"))
        ]
        return with_static_shape(raw.StatelessParameterizedTruncatedNormal(dims, seed, *parameters), dims)


def stateless_multinomial(
    logits: Any, num_samples: Any, seed: Any, output_dtype: Any = dtypes.int64, name: str | None = None
) -> Tensor:
    """Classes drawn with probabilities softmax(logits). logits [rows, classes], seed [2] -> [rows, num_samples]."""
    with name_scope(name, "stateless_multinomial", [logits, seed]):
        logits = conversion.convert_to_tensor(logits, name="logits")
        made: Tensor = raw.StatelessMultinomial(logits, num_samples, seed, output_dtype=output_dtype)
        return made


def stateless_categorical(
    logits: Any, num_samples: Any, seed: Any, dtype: Any = dtypes.int64, name: str | None = None
) -> Tensor:
    """As `stateless_multinomial`."""
    with name_scope(name, "stateless_categorical", [logits, seed]):
        logits = conversion.convert_to_tensor(logits, name="logits")
        made: Tensor = raw.StatelessMultinomial(logits, num_samples, seed, output_dtype=dtype)
        return made


def split(seed: Any, num: int = 2, alg: Any = "auto_select") -> Tensor:
    """`num` new seeds from one: [2] -> [num, 2]."""
    seed = conversion.convert_to_tensor(seed)
    return stateless_random_uniform([num, 2], seed, None, None, seed.dtype, alg=alg)


def stateless_shuffle(value: Any, seed: Any, alg: Any = "auto_select", name: str | None = None) -> Tensor:
    """The rows of value in an order that the seed [2] tells."""
    with name_scope(name, "stateless_shuffle", [value, seed]):
        generator = _generator(seed, alg)
        made: Tensor = raw.StatelessShuffle(value, **generator)
        return made


def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> Tensor:
    """A new seed from a seed [2] and a number: [2]."""
    data = conversion.convert_to_tensor(data)
    mixed = stateless_random_uniform([], seed, None, None, data.dtype, alg=alg)
    made: Tensor = stack([mixed, data])
    return made
