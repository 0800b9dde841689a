"""Features as columns see them: each is made a tensor once, and each column transforms it once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import expand_dims, rank, shape
from nbtf.control_flow.branching import cond
from nbtf.debugging.comparisons import assert_positive
from nbtf.feature_column.interfaces import NamedColumn
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.graph.sparse_tensor import SparseTensor, convert_to_tensor_or_sparse_tensor
from nbtf.math.casting import cast
from nbtf.math.operands import equal
from nbtf.sparse.rearrangement import sparse_reshape


class TransformationCache:
    """Features by key, and what columns made of them.

    features: key -> tensor [N, ...] or SparseTensor; one of rank 1 gets a last axis of length 1.
    """

    def __init__(self, features: Mapping[Any, Any]) -> None:
        self._features = dict(features)
        self._made: dict[Any, Any] = {}

    def get(self, key: Any, state_manager: Any = None, training: Any = None) -> Any:
        """The feature of a key, or what a column makes of its features.

        Raises ValueError for a feature that is missing or a scalar, TypeError for what is neither key nor column.
        """
        if key in self._made:
            return self._made[key]
        if isinstance(key, str) or key in self._features:
            made = self._feature(key)
        else:
            if not isinstance(key, NamedColumn):
                raise TypeError(f'"key" must be either a "str" or "_FeatureColumn". Provided: {key}')
            made = key.transform_feature(self, state_manager)
            if made is None:
                raise ValueError(f"Column {key.name} is not supported.")
        self._made[key] = made
        return made

    def _feature(self, key: Any) -> Any:
        if key not in self._features:
            raise ValueError(f"Feature {key} is not in features dictionary.")
        feature = convert_to_tensor_or_sparse_tensor(self._features[key])
        ndims = feature.shape.ndims
        if ndims is not None:
            if ndims == 0:
                raise ValueError(f"Feature (key: {key}) cannot have rank 0. Given: {feature}")
            return feature if ndims != 1 else _with_last_axis(feature)
        words = f"Feature (key: {key}) cannot have rank 0. Given: {feature}"
        with control_dependencies([assert_positive(rank(feature), message=words)]):
            return cond(equal(1, rank(feature)), lambda: _with_last_axis(feature), lambda: feature)


def _with_last_axis(feature: Any) -> Any:
    if isinstance(feature, SparseTensor):
        return sparse_reshape(feature, [shape(feature)[0], 1])
    return expand_dims(feature, -1)


def to_sparse(tensor: Any, ignore_value: Any = None) -> Any:
    """A tensor's elements but `ignore_value`, which by default is "", -1 or 0 by the dtype; a SparseTensor as it is."""
    tensor = convert_to_tensor_or_sparse_tensor(tensor)
    if isinstance(tensor, SparseTensor):
        return tensor
    with name_scope(None, "to_sparse_input", (tensor, ignore_value)):
        if ignore_value is None:
            if tensor.dtype == dtypes.string:
                ignore_value = ""
            elif tensor.dtype.is_integer:
                ignore_value = -1
            else:
                ignore_value = tensor.dtype.as_numpy_dtype()
        ignore_value = cast(ignore_value, tensor.dtype, name="ignore_value")
        indices = raw.Where(raw.NotEqual(tensor, ignore_value), name="indices")
        values = raw.GatherNd(tensor, indices, name="values")
        return SparseTensor(indices, values, shape(tensor, out_type=dtypes.int64, name="dense_shape"))


def check_same_kind(key: str, column_dtype: Any, tensor_dtype: Any) -> None:
    """Raises ValueError where one is integer and the other is not."""
    if column_dtype.is_integer != tensor_dtype.is_integer:
        raise ValueError(
            "Column dtype and SparseTensors dtype must be compatible. "
            f"key: {key}, column dtype: {column_dtype}, tensor dtype: {tensor_dtype}"
        )


def check_string_or_integer(dtype: Any, what: str) -> None:
    """Raises ValueError for another dtype."""
    if dtype != dtypes.string and not dtype.is_integer:
        raise ValueError(f"{what} dtype must be string or integer. dtype: {dtype}.")
