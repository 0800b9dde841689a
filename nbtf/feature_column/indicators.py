"""Categorical columns as dense ones: the count of each category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbtf.array.filling import one_hot
from nbtf.array.rearranging import scatter_nd
from nbtf.feature_column.interfaces import (
    DenseColumn,
    OlderCategoricalColumn,
    SequenceDenseColumn,
    TensorSequenceLengthPair,
)
from nbtf.feature_column.sequence_ids import check_no_sequence, check_sequence, sequence_lengths
from nbtf.math.reductions import reduce_sum
from nbtf.sparse.forms import sparse_merge, sparse_tensor_to_dense
from nbtf.sparse.rearrangement import sparse_slice
from nbtf.tensor_shape import TensorShape


@dataclass(frozen=True)
class IndicatorColumn(DenseColumn, SequenceDenseColumn):
    """See `indicator_column`."""

    categorical_column: Any

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_indicator"

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = self.categorical_column.parse_example_spec
        return spec

    @property
    def parents(self) -> list[Any]:
        return [self.categorical_column]

    @property
    def variable_shape(self) -> TensorShape:
        return TensorShape([1, self.categorical_column.num_buckets])

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """[N, categories] float32: how often each category is there, or the sum of its weights."""
        ids, weights = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        categories = self.categorical_column.num_buckets
        if weights is not None:
            weighted = sparse_merge(ids, weights, categories)
            weighted = sparse_slice(weighted, [0, 0], weighted.dense_shape)
            return scatter_nd(weighted.indices, weighted.values, weighted.dense_shape)
        dense_ids = sparse_tensor_to_dense(ids, -1)
        return reduce_sum(one_hot(dense_ids, categories, 1.0, 0.0), axis=[-2])

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        check_no_sequence("indicator_column", self)
        return transformation_cache.get(self, state_manager)

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> TensorSequenceLengthPair:
        check_sequence("indicator_column", self, "_SequenceCategoricalColumn")
        counts = transformation_cache.get(self, state_manager)
        ids, _ = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        return TensorSequenceLengthPair(counts, sequence_lengths(ids))


def indicator_column(categorical_column: Any) -> IndicatorColumn:
    """How often each category is in an example: [N, categories]; of weighted ids the sums of their weights.

    Raises ValueError for what is no categorical column.
    """
    if not isinstance(categorical_column, OlderCategoricalColumn):
        raise ValueError(f"Unsupported input type. Input must be a CategoricalColumn. Given: {categorical_column}")
    return IndicatorColumn(categorical_column)
