"""Categorical columns of sequences: [N, steps] of ids, which dense columns make [N, steps, ...]."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones_like, zeros
from nbtf.array.joining import concat
from nbtf.array.shapes import shape
from nbtf.feature_column.categorical import categorical_column_with_hash_bucket, categorical_column_with_identity
from nbtf.feature_column.interfaces import CategoricalColumn, IdWeightPair
from nbtf.feature_column.vocabularies import (
    categorical_column_with_vocabulary_file,
    categorical_column_with_vocabulary_list,
)
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_prod
from nbtf.sparse.rearrangement import sparse_reshape


@dataclass(frozen=True)
class SequenceCategoricalColumn(CategoricalColumn):
    """The ids of another column as a sequence: [N, steps, ids of a step]."""

    categorical_column: Any

    @property
    def name(self) -> str:
        return str(self.categorical_column.name)

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = self.categorical_column.parse_example_spec
        return spec

    @property
    def parents(self) -> list[Any]:
        return [self.categorical_column]

    @property
    def num_buckets(self) -> int:
        return int(self.categorical_column.num_buckets)

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        return self.categorical_column.transform_feature(transformation_cache, state_manager)

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        """The ids with all axes after the steps made one, and their weights."""
        ids, weights = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        dims = shape(ids)
        target = [dims[0], dims[1], reduce_prod(dims[2:])]
        ids = sparse_reshape(ids, target)
        return IdWeightPair(ids, None if weights is None else sparse_reshape(weights, target))


def sequence_categorical_column_with_identity(
    key: str, num_buckets: int, default_value: int | None = None
) -> SequenceCategoricalColumn:
    """As `categorical_column_with_identity`, of sequences."""
    return SequenceCategoricalColumn(categorical_column_with_identity(key, num_buckets, default_value))


def sequence_categorical_column_with_hash_bucket(
    key: str, hash_bucket_size: int, dtype: dtypes.DType = dtypes.string
) -> SequenceCategoricalColumn:
    """As `categorical_column_with_hash_bucket`, of sequences."""
    return SequenceCategoricalColumn(categorical_column_with_hash_bucket(key, hash_bucket_size, dtype))


def sequence_categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: dtypes.DType = dtypes.string,
) -> SequenceCategoricalColumn:
    """As `categorical_column_with_vocabulary_file`, of sequences."""
    return SequenceCategoricalColumn(
        categorical_column_with_vocabulary_file(
            key, vocabulary_file, vocabulary_size, num_oov_buckets, default_value, dtype
        )
    )


def sequence_categorical_column_with_vocabulary_list(
    key: str, vocabulary_list: Any, dtype: dtypes.DType | None = None, default_value: int = -1, num_oov_buckets: int = 0
) -> SequenceCategoricalColumn:
    """As `categorical_column_with_vocabulary_list`, of sequences."""
    return SequenceCategoricalColumn(
        categorical_column_with_vocabulary_list(key, vocabulary_list, dtype, default_value, num_oov_buckets)
    )


def check_no_sequence(kind: str, column: Any, dense: str = "DenseFeatures", sequence: str = "SequenceFeatures") -> None:
    """Raises ValueError where a dense tensor is wanted of a column whose ids are sequences."""
    ids = column.categorical_column
    if isinstance(ids, SequenceCategoricalColumn):
        raise ValueError(
            f"In {kind}: {column.name}. categorical_column must not be of type _SequenceCategoricalColumn. "
            f"Suggested fix A: If you wish to use {dense}, use a non-sequence categorical_column_with_*. "
            f"Suggested fix B: If you wish to create sequence input, use {sequence} instead of {dense}. "
            f"Given (type {type(ids)}): {ids}"
        )


def check_sequence(kind: str, column: Any, wanted: str, sequence: str = "SequenceFeatures") -> None:
    """Raises ValueError where a sequence is wanted of a column whose ids are none."""
    ids = column.categorical_column
    if not isinstance(ids, SequenceCategoricalColumn):
        raise ValueError(
            f"In {kind}: {column.name}. categorical_column must be of type {wanted} to use {sequence}. "
            f"Suggested fix: Use one of sequence_categorical_column_with_*. Given (type {type(ids)}): {ids}"
        )


def sequence_lengths(sparse: Any, num_elements: int = 1) -> Any:
    """The number of steps of each example, int64 [N]: of a SparseTensor [N, most, ...], `num_elements` a step."""
    with name_scope(None, "sequence_length") as scope:
        examples = sparse.indices[:, 0]
        places = sparse.indices[:, 1]
        places = places + ones_like(places)
        lengths = raw.Ceil(raw.SegmentMax(places, examples) / num_elements)
        lengths = cast(lengths, dtypes.int64)
        # examples at the end that have no element are no segments
        missing = shape(sparse)[:1] - shape(lengths)[:1]
        return concat([lengths, zeros(missing, lengths.dtype)], 0, name=scope)
