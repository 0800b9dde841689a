"""Columns of ids: of integers that are ids themselves, and of hashed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import fill
from nbtf.array.indexing import where_v2
from nbtf.array.shapes import shape
from nbtf.feature_column.interfaces import SparseIds, checked_key
from nbtf.feature_column.transformation import check_same_kind, check_string_or_integer, to_sparse
from nbtf.graph.raw_ops import raw
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.io.features import VarLenFeature
from nbtf.math.casting import cast
from nbtf.strings.conversion import as_string, string_to_hash_bucket_fast


@dataclass(frozen=True)
class IdentityCategoricalColumn(SparseIds):
    """See `categorical_column_with_identity`."""

    key: str
    number_buckets: int
    default_value: int | None

    @property
    def name(self) -> str:
        return self.key

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        return {self.key: VarLenFeature(dtypes.int64)}

    @property
    def parents(self) -> list[Any]:
        return [self.key]

    @property
    def num_buckets(self) -> int:
        return self.number_buckets

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The ids. Raises ValueError for a feature that is not integer."""
        given = to_sparse(transformation_cache.get(self.key, state_manager))
        if not given.dtype.is_integer:
            raise ValueError(f"Invalid input, not integer. key: {self.key} dtype: {given.dtype}")
        ids = cast(given.values, dtypes.int64, name="values")
        if self.default_value is not None:
            ids = self._in_range(cast(given.values, dtypes.int64, name="values"))
        return SparseTensor(given.indices, ids, given.dense_shape)

    def _in_range(self, ids: Any) -> Any:
        count = cast(self.number_buckets, dtypes.int64, name="num_buckets")
        zero = cast(0, dtypes.int64, name="zero")
        outside = raw.LogicalOr(raw.Less(ids, zero), raw.GreaterEqual(ids, count), name="out_of_range")
        defaults = fill(shape(ids), cast(self.default_value, dtypes.int64), name="default_values")
        return where_v2(outside, defaults, ids)


def categorical_column_with_identity(
    key: str, num_buckets: int, default_value: int | None = None
) -> IdentityCategoricalColumn:
    """Integers that are ids, 0 ... num_buckets - 1. In a dense tensor -1 stands for none.

    default_value: the id of integers outside. Raises ValueError for less than one bucket, and a default outside.
    """
    if num_buckets < 1:
        raise ValueError(f"num_buckets {num_buckets} < 1, column_name {key}")
    if default_value is not None and not 0 <= default_value < num_buckets:
        raise ValueError(f"default_value {default_value} not in range [0, {num_buckets}), column_name {key}")
    return IdentityCategoricalColumn(checked_key(key), num_buckets, default_value)


@dataclass(frozen=True)
class HashedCategoricalColumn(SparseIds):
    """See `categorical_column_with_hash_bucket`."""

    key: str
    hash_bucket_size: int
    dtype: dtypes.DType

    @property
    def name(self) -> str:
        return self.key

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        return {self.key: VarLenFeature(self.dtype)}

    @property
    def parents(self) -> list[Any]:
        return [self.key]

    @property
    def num_buckets(self) -> int:
        return self.hash_bucket_size

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The ids. Raises ValueError for a feature that is neither string nor integer, or not what the column says."""
        given = to_sparse(transformation_cache.get(self.key, state_manager))
        check_string_or_integer(given.dtype, f"column_name: {self.key} input_tensor")
        check_same_kind(self.key, self.dtype, given.dtype)
        strings = given.values if self.dtype == dtypes.string else as_string(given.values)
        ids = string_to_hash_bucket_fast(strings, self.hash_bucket_size, name="lookup")
        return SparseTensor(given.indices, ids, given.dense_shape)


def categorical_column_with_hash_bucket(
    key: str, hash_bucket_size: int, dtype: dtypes.DType = dtypes.string
) -> HashedCategoricalColumn:
    """Strings, or integers as strings, hashed into `hash_bucket_size` ids. In a dense tensor "" or -1 stands for none.

    Raises ValueError for less than one bucket, and for other dtypes.
    """
    if hash_bucket_size is None:
        raise ValueError(f"hash_bucket_size must be set. key: {key}")
    if hash_bucket_size < 1:
        raise ValueError(f"hash_bucket_size must be at least 1. hash_bucket_size: {hash_bucket_size}, key: {key}")
    checked_key(key)
    check_string_or_integer(dtype, f"column_name: {key}")
    return HashedCategoricalColumn(key, hash_bucket_size, dtype)
