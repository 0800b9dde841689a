"""Random tensors of a shape: normal, truncated normal, uniform."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes, tensor_shape
from nbtf.array.shapes import broadcast_dynamic_shape, broadcast_to
from nbtf.array.shapes import shape as shape_of
from nbtf.graph import conversion
from nbtf.graph.constant_value import constant_value_as_shape
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.random.seeds import get_seed


def shape_tensor(shape: Any) -> Tensor:
    """The vector that random operations take as their shape."""
    if isinstance(shape, (list, tuple)) and not shape:
        return conversion.convert_to_tensor(shape, dtype=dtypes.int32, name="shape")
    if isinstance(shape, (list, tuple)):
        shape = [tensor_shape.dimension_value(dim) for dim in shape]
    return conversion.convert_to_tensor(shape, name="shape")


def with_static_shape(tensor: Tensor, shape: Tensor, inner: tensor_shape.TensorShape | None = None) -> Tensor:
    """`tensor`, which has the shape that `shape` tells, followed by the dims `inner`."""
    static = constant_value_as_shape(shape)
    tensor.set_shape(static if inner is None else static.concatenate(inner))
    return tensor


def random_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Normal numbers of the given mean and standard deviation, which broadcast against the shape."""
    with name_scope(name, "random_normal", [shape, mean, stddev]) as scope:
        dims = shape_tensor(shape)
        mean = conversion.convert_to_tensor(mean, dtype=dtype, name="mean")
        stddev = conversion.convert_to_tensor(stddev, dtype=dtype, name="stddev")
        seed1, seed2 = get_seed(seed)
        drawn = raw.RandomStandardNormal(dims, dtype, seed=seed1, seed2=seed2)
        return with_static_shape(raw.AddV2(drawn * stddev, mean, name=scope), dims)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """As `random_normal`, but numbers two deviations and more from the mean are drawn again."""
    with name_scope(name, "truncated_normal", [shape, mean, stddev]) as scope:
        dims = shape_tensor(shape)
        mean = conversion.convert_to_tensor(mean, dtype=dtype, name="mean")
        stddev = conversion.convert_to_tensor(stddev, dtype=dtype, name="stddev")
        seed1, seed2 = get_seed(seed)
        drawn = raw.TruncatedNormal(dims, dtype, seed=seed1, seed2=seed2)
        return with_static_shape(raw.AddV2(drawn * stddev, mean, name=scope), dims)


def random_uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Uniform numbers in [minval, maxval): floats, by default in [0, 1), or integers, whose maxval must be given.

    Raises ValueError for other dtypes and for integers without maxval.
    """
    dtype = dtypes.as_dtype(dtype)
    allowed = (dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)
    if dtype not in allowed:
        raise ValueError(f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are {allowed}.")
    if maxval is None:
        if dtype.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
        maxval = 1
    with name_scope(name, "random_uniform", [shape, minval, maxval]) as scope:
        dims = shape_tensor(shape)
        # TensorFlow leaves out what plain integers make superfluous
        from_zero = isinstance(minval, int) and minval == 0
        to_one = isinstance(maxval, int) and maxval == 1
        if not (dtype.is_floating and from_zero and to_one):
            minval = conversion.convert_to_tensor(minval, dtype=dtype, name="min")
            maxval = conversion.convert_to_tensor(maxval, dtype=dtype, name="max")
        seed1, seed2 = get_seed(seed)
        if dtype.is_integer:
            drawn = raw.RandomUniformInt(dims, minval, maxval, seed=seed1, seed2=seed2, name=scope)
        else:
            drawn = raw.RandomUniform(dims, dtype, seed=seed1, seed2=seed2)
            if from_zero:
                drawn = drawn if to_one else raw.Mul(drawn, maxval)
            else:
                drawn = raw.AddV2(drawn * (maxval - minval), minval, name=scope)
        return with_static_shape(drawn, dims)


def random_gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = dtypes.float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Draws from gamma distributions: `shape` of them for each pair of alpha and beta -> shape + their shape.

    alpha: the shape parameter. beta: the inverse scale, 1 by default; both broadcast.
    """
    with name_scope(name, "random_gamma", [shape, alpha, beta]):
        dims = conversion.convert_to_tensor(shape, name="shape", dtype=dtypes.int32)
        alpha = conversion.convert_to_tensor(alpha, name="alpha", dtype=dtype)
        beta = conversion.convert_to_tensor(1 if beta is None else beta, name="beta", dtype=dtype)
        broadcast = broadcast_dynamic_shape(shape_of(alpha), shape_of(beta))
        alphas = broadcast_to(alpha, broadcast)
        seed1, seed2 = get_seed(seed)
        drawn = raw.RandomGamma(dims, alphas, seed=seed1, seed2=seed2)
        return with_static_shape(scaled_gamma(drawn, beta), dims, alphas.shape)


def scaled_gamma(drawn: Any, beta: Tensor) -> Tensor:
    """Numbers of inverse scale 1 in that of beta, none of them 0."""
    smallest = np.finfo(beta.dtype.as_numpy_dtype).tiny
    made: Tensor = raw.Maximum(smallest, drawn / beta)
    return made


def random_poisson(
    lam: Any, shape: Any, dtype: Any = dtypes.float32, seed: int | None = None, name: str | None = None
) -> Tensor:
    """Draws from Poisson distributions: `shape` of them for each rate of lam -> shape + lam's shape."""
    with name_scope(name, "random_poisson", [lam, shape]):
        dims = conversion.convert_to_tensor(shape, name="shape", dtype=dtypes.int32)
        seed1, seed2 = get_seed(seed)
        made: Tensor = raw.RandomPoissonV2(dims, lam, dtype=dtype, seed=seed1, seed2=seed2)
        return made
