"""Random tensors of a shape: normal, truncated normal, uniform."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes, tensor_shape
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


def _with_static_shape(tensor: Tensor, shape: Tensor) -> Tensor:
    tensor.set_shape(constant_value_as_shape(shape))
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
        return _with_static_shape(raw.AddV2(raw.Mul(drawn, stddev, name="mul"), mean, name=scope), dims)


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
        return _with_static_shape(raw.AddV2(raw.Mul(drawn, stddev, name="mul"), mean, name=scope), dims)


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
        plain = isinstance(minval, int) and minval == 0 and isinstance(maxval, int) and maxval == 1
        if not (dtype.is_floating and plain):
            minval = conversion.convert_to_tensor(minval, dtype=dtype, name="min")
            maxval = conversion.convert_to_tensor(maxval, dtype=dtype, name="max")
        seed1, seed2 = get_seed(seed)
        if dtype.is_integer:
            drawn = raw.RandomUniformInt(dims, minval, maxval, seed=seed1, seed2=seed2, name=scope)
        else:
            drawn = raw.RandomUniform(dims, dtype, seed=seed1, seed2=seed2)
            if not plain:
                span = raw.Sub(maxval, minval, name="sub")
                drawn = raw.AddV2(raw.Mul(drawn, span, name="mul"), minval, name=scope)
        return _with_static_shape(drawn, dims)
