"""Columns of numbers, and of the buckets that numbers fall into."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import one_hot
from nbtf.array.filling import range as range_of
from nbtf.array.joining import stack, tile
from nbtf.array.shapes import expand_dims, reshape, shape, transpose
from nbtf.feature_column.interfaces import CategoricalColumn, DenseColumn, IdWeightPair, checked_key
from nbtf.graph.raw_ops import raw
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.io.features import FixedLenFeature
from nbtf.math.casting import cast
from nbtf.tensor_shape import TensorShape


@dataclass(frozen=True)
class NumericColumn(DenseColumn):
    """See `numeric_column`."""

    key: str
    shape: tuple[int, ...]
    default_value: Any
    dtype: dtypes.DType
    normalizer_fn: Callable[[Any], Any] | None

    @property
    def name(self) -> str:
        return self.key

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        return {self.key: FixedLenFeature(self.shape, self.dtype, self.default_value)}

    @property
    def parents(self) -> list[Any]:
        return [self.key]

    @property
    def variable_shape(self) -> TensorShape:
        return TensorShape(self.shape)

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """float32 [N, ...]. Raises ValueError for a SparseTensor."""
        given = transformation_cache.get(self.key, state_manager)
        if isinstance(given, SparseTensor):
            raise ValueError(
                "The corresponding Tensor of numerical column must be a Tensor. "
                f"SparseTensor is not supported. key: {self.key}"
            )
        if self.normalizer_fn is not None:
            given = self.normalizer_fn(given)
        return cast(given, dtypes.float32)

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        return transformation_cache.get(self, state_manager)


def numeric_column(
    key: str,
    shape: Any = (1,),
    default_value: Any = None,
    dtype: dtypes.DType = dtypes.float32,
    normalizer_fn: Callable[[Any], Any] | None = None,
) -> NumericColumn:
    """Numbers: a feature [N, *shape], as float32.

    default_value: what parsing takes for an example without the feature, one number for all or one of that shape.
    dtype: which the parsed feature has. normalizer_fn: is applied to the tensor. Raises ValueError and TypeError for
    shapes, defaults and dtypes that do not fit, and for a normalizer that cannot be called.
    """
    checked_key(key)
    dims = checked_shape(shape, key)
    if not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {dtype}, key: {key}")
    default = _checked_default(dims, default_value, dtype, key)
    if normalizer_fn is not None and not callable(normalizer_fn):
        raise TypeError(f"normalizer_fn must be a callable. Given: {normalizer_fn}")
    return NumericColumn(key, dims, default, dtype, normalizer_fn)


def checked_shape(shape: Any, key: Any) -> tuple[int, ...]:
    """A shape as a tuple. Raises TypeError for dims that are no integers, ValueError for ones below 1."""
    dims = tuple(shape) if isinstance(shape, Iterable) and not isinstance(shape, (str, TensorShape)) else (shape,)
    for dim in dims:
        if not isinstance(dim, (int, np.integer)):
            raise TypeError(f"shape dimensions must be integer. shape: {dims}, key: {key}")
        if dim < 1:
            raise ValueError(f"shape dimensions must be greater than 0. shape: {dims}, key: {key}")
    return dims


def _checked_default(dims: tuple[int, ...], value: Any, dtype: dtypes.DType, key: str) -> Any:
    """A default as nested tuples of the shape. Raises TypeError for another dtype, ValueError for another shape."""
    if value is None:
        return None
    if isinstance(value, int) or (isinstance(value, float) and dtype.is_floating):
        return _tuples(np.full(dims, value).tolist())
    if isinstance(value, (list, tuple, np.ndarray)):
        array = np.asarray(value)
        if array.shape != dims:
            raise ValueError(
                "The shape of default_value must be equal to given shape. "
                f"default_value: {value}, shape: {dims}, key: {key}"
            )
        if np.issubdtype(array.dtype, np.integer) or (np.issubdtype(array.dtype, np.floating) and dtype.is_floating):
            return _tuples(array.tolist())
    raise TypeError(f"default_value must be compatible with dtype. default_value: {value}, dtype: {dtype}, key: {key}")


def _tuples(nested: Any) -> Any:
    return tuple(_tuples(one) for one in nested) if isinstance(nested, list) else nested


@dataclass(frozen=True)
class BucketizedColumn(DenseColumn, CategoricalColumn):
    """See `bucketized_column`."""

    source_column: NumericColumn
    boundaries: tuple[float, ...]

    @property
    def name(self) -> str:
        return f"{self.source_column.name}_bucketized"

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        return self.source_column.parse_example_spec

    @property
    def parents(self) -> list[Any]:
        return [self.source_column]

    @property
    def variable_shape(self) -> TensorShape:
        return TensorShape((*self.source_column.shape, len(self.boundaries) + 1))

    @property
    def num_buckets(self) -> int:
        return (len(self.boundaries) + 1) * self.source_column.shape[0]

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The bucket of each number, int32 [N, numbers]."""
        numbers = transformation_cache.get(self.source_column, state_manager)
        return raw.Bucketize(numbers, boundaries=list(self.boundaries))

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        buckets = transformation_cache.get(self, state_manager)
        return one_hot(cast(buckets, dtypes.int64), len(self.boundaries) + 1, 1.0, 0.0)

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        """The buckets; those of the second number come after those of the first."""
        buckets = transformation_cache.get(self, state_manager)
        batch, numbers = shape(buckets)[0], self.source_column.shape[0]
        examples = reshape(tile(expand_dims(range_of(0, batch), 1), [1, numbers]), (-1,))
        places = tile(range_of(0, numbers), [batch])
        ids = reshape(buckets, (-1,)) + (len(self.boundaries) + 1) * places
        indices = cast(transpose(stack((examples, places))), dtypes.int64)
        return IdWeightPair(SparseTensor(indices, ids, cast(stack([batch, numbers]), dtypes.int64)), None)


def bucketized_column(source_column: NumericColumn, boundaries: Sequence[float]) -> BucketizedColumn:
    """The bucket of each number: (-inf, b0), [b0, b1), ..., [b_last, inf). Dense it is one-hot, categorical it is an id.

    source_column: a `numeric_column` of one axis. Raises ValueError for other columns and for boundaries that do not
    increase.
    """
    if not isinstance(source_column, NumericColumn):
        raise ValueError(f"source_column must be a column generated with numeric_column(). Given: {source_column}")
    if len(source_column.shape) > 1:
        raise ValueError(f"source_column must be one-dimensional column. Given: {source_column}")
    if not boundaries:
        raise ValueError("boundaries must not be empty.")
    if not isinstance(boundaries, (list, tuple)) or any(a >= b for a, b in itertools.pairwise(boundaries)):
        raise ValueError("boundaries must be a sorted list.")
    return BucketizedColumn(source_column, tuple(boundaries))
