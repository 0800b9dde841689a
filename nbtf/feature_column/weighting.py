"""Categorical columns whose ids have weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbtf import dtypes
from nbtf.feature_column.interfaces import CategoricalColumn, IdWeightPair
from nbtf.feature_column.transformation import to_sparse
from nbtf.graph.sparse_tensor import SparseTensor, convert_to_tensor_or_sparse_tensor
from nbtf.io.features import VarLenFeature
from nbtf.math.casting import cast


@dataclass(frozen=True)
class WeightedCategoricalColumn(CategoricalColumn):
    """See `weighted_categorical_column`."""

    categorical_column: Any
    weight_feature_key: str
    dtype: dtypes.DType

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_weighted_by_{self.weight_feature_key}"

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        """Raises ValueError where the weights' key is one of the ids' too."""
        spec = dict(self.categorical_column.parse_example_spec)
        weights = VarLenFeature(self.dtype)
        if spec.setdefault(self.weight_feature_key, weights) != weights:
            raise ValueError(
                f"Parse config {spec[self.weight_feature_key]} already exists for {self.weight_feature_key}."
            )
        return spec

    @property
    def parents(self) -> list[Any]:
        return [self.categorical_column, self.weight_feature_key]

    @property
    def num_buckets(self) -> int:
        return int(self.categorical_column.num_buckets)

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """(ids, weights). Raises ValueError for weights that are missing or of another dtype."""
        weights = transformation_cache.get(self.weight_feature_key, state_manager)
        weights = convert_to_tensor_or_sparse_tensor(weights)
        if self.dtype != weights.dtype.base_dtype:
            raise ValueError(f"Bad dtype, expected {self.dtype}, but got {weights.dtype}.")
        if not isinstance(weights, SparseTensor):
            weights = to_sparse(weights, 0.0)
        if not weights.dtype.is_floating:
            weights = cast(weights, dtypes.float32)
        return transformation_cache.get(self.categorical_column, state_manager), weights

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        return IdWeightPair(*transformation_cache.get(self, state_manager))


def weighted_categorical_column(
    categorical_column: Any, weight_feature_key: str, dtype: Any = dtypes.float32
) -> WeightedCategoricalColumn:
    """The ids of a categorical column, each with a weight: the feature `weight_feature_key`, in the shape of the ids.

    In a dense tensor of weights 0 stands for none. dtype: of the weights, which become float32. Raises ValueError for
    other dtypes.
    """
    if dtype is None or not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype {dtype} is not convertible to float.")
    return WeightedCategoricalColumn(categorical_column, weight_feature_key, dtype)
