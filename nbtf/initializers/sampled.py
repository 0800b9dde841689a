"""Initializers that draw random numbers of a given distribution, and orthogonal matrices."""

from __future__ import annotations

import math
from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import reshape
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.initializers.constants import Initializer, floating
from nbtf.linalg.diagonals import matrix_transpose
from nbtf.random.distributions import random_normal, random_uniform, truncated_normal


class RandomUniform(Initializer):
    """Uniform in [minval, maxval); of floats maxval is 1 by default, of integers it must be given."""

    def __init__(
        self, minval: Any = 0.0, maxval: Any = None, seed: int | None = None, dtype: Any = dtypes.float32
    ) -> None:
        self.minval = minval
        self.maxval = maxval
        self.seed = seed
        self.dtype = dtypes.as_dtype(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return random_uniform(shape, self.minval, self.maxval, self.dtype if dtype is None else dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"minval": self.minval, "maxval": self.maxval, "seed": self.seed, "dtype": self.dtype.name}


class RandomNormal(Initializer):
    """Normal, of a given mean and standard deviation."""

    def __init__(
        self, mean: float = 0.0, stddev: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32
    ) -> None:
        self.mean = mean
        self.stddev = stddev
        self.seed = seed
        self.dtype = floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return random_normal(shape, self.mean, self.stddev, self.dtype if dtype is None else dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"mean": self.mean, "stddev": self.stddev, "seed": self.seed, "dtype": self.dtype.name}


class TruncatedNormal(RandomNormal):
    """Normal, where numbers two deviations and more from the mean are drawn again."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        return truncated_normal(shape, self.mean, self.stddev, self.dtype if dtype is None else dtype, seed=self.seed)


class UniformUnitScaling(Initializer):
    """Uniform in [-limit, limit], limit = factor * sqrt(3 / inputs): a linear layer keeps the scale of its input."""

    def __init__(self, factor: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        self.factor = factor
        self.seed = seed
        self.dtype = floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        full_shape = shape if partition_info is None else partition_info.full_shape
        inputs = max(math.prod(float(dim) for dim in full_shape[:-1]), 1.0)
        limit = math.sqrt(3 / inputs) * self.factor
        return random_uniform(shape, -limit, limit, self.dtype if dtype is None else dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {"factor": self.factor, "seed": self.seed, "dtype": self.dtype.name}


class Orthogonal(Initializer):
    """gain times a random matrix with orthogonal columns, or rows if it is wide; all dims but the last make its rows.

    Raises ValueError for a vector or scalar.
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        self.gain = gain
        self.seed = seed
        self.dtype = floating(dtype)

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        if len(shape) < 2:
            raise ValueError(
                "The tensor to initialize, specified by argument `shape` must be at least two-dimensional. "
                f"Received shape={shape}"
            )
        rows, columns = math.prod(int(dim) for dim in shape[:-1]), int(shape[-1])
        flat = (columns, rows) if rows < columns else (rows, columns)
        drawn = random_normal(flat, dtype=self.dtype if dtype is None else dtype, seed=self.seed)
        q, r = raw.Qr(drawn, full_matrices=False)
        # the signs of r's diagonal make the distribution uniform
        q *= raw.Sign(raw.DiagPart(r))
        if rows < columns:
            q = matrix_transpose(q)
        return self.gain * reshape(q, shape)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "seed": self.seed, "dtype": self.dtype.name}
