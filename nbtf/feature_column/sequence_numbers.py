"""Columns of numbers at each step of a sequence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nbtf import dtypes
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.feature_column.interfaces import SequenceDenseColumn, TensorSequenceLengthPair
from nbtf.feature_column.numeric import checked_shape
from nbtf.feature_column.sequence_ids import sequence_lengths
from nbtf.io.features import VarLenFeature
from nbtf.sparse.forms import sparse_tensor_to_dense
from nbtf.tensor_shape import TensorShape


@dataclass(frozen=True)
class SequenceNumericColumn(SequenceDenseColumn):
    """See `sequence_numeric_column`."""

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
        return {self.key: VarLenFeature(self.dtype)}

    @property
    def parents(self) -> list[Any]:
        return [self.key]

    @property
    def variable_shape(self) -> TensorShape:
        """The shape of one step."""
        return TensorShape(self.shape)

    @property
    def _variable_shape(self) -> TensorShape:
        return self.variable_shape

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The feature, a SparseTensor, normalized."""
        given = transformation_cache.get(self.key, state_manager)
        return given if self.normalizer_fn is None else self.normalizer_fn(given)

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> TensorSequenceLengthPair:
        """[N, steps, *shape], of a SparseTensor [N, numbers] or [N, steps, numbers]."""
        given = transformation_cache.get(self, state_manager)
        dense = sparse_tensor_to_dense(given, self.default_value)
        dense = reshape(dense, concat([shape(dense)[:1], [-1], self.shape], 0))
        elements = math.prod(self.shape) if given.shape.ndims == 2 else 1
        return TensorSequenceLengthPair(dense, sequence_lengths(given, elements))


def sequence_numeric_column(
    key: str,
    shape: Any = (1,),
    default_value: Any = 0.0,
    dtype: dtypes.DType = dtypes.float32,
    normalizer_fn: Callable[[Any], Any] | None = None,
) -> SequenceNumericColumn:
    """Numbers at each step of a sequence: a sparse feature [N, numbers] -> [N, steps, *shape].

    default_value: stands for what shorter sequences lack. dtype: which the parsed feature has. normalizer_fn: is applied
    to the SparseTensor. Raises ValueError and TypeError for shapes and dtypes that do not fit, and for a normalizer that
    cannot be called.
    """
    dims = checked_shape(shape, key)
    if not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {dtype}, key: {key}")
    if normalizer_fn is not None and not callable(normalizer_fn):
        raise TypeError(f"normalizer_fn must be a callable. Given: {normalizer_fn}")
    return SequenceNumericColumn(key, dims, default_value, dtype, normalizer_fn)
