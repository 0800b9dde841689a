"""Features by how the parsing ops want them: keys, dtypes, shapes and defaults of each kind, in the order of their keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import reshape
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.io.features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
)
from nbtf.io.ragged_features import partitioned
from nbtf.sparse.forms import sparse_merge
from nbtf.tensor_shape import TensorShape, as_shape


class FeatureKeys:
    """What is parsed: sparse, dense and ragged features. Raises ValueError for features that nothing can parse."""

    def __init__(self, features: Mapping[str, Any] | None, allowed: Sequence[type]) -> None:
        self.sparse: dict[str, Any] = {}
        """Key -> dtype."""
        self.dense: dict[str, Any] = {}
        """Key -> dtype."""
        self.shapes: dict[str, TensorShape] = {}
        self.defaults: dict[str, Any] = {}
        self.ragged: dict[str, Any] = {}
        """Key -> dtype."""
        self.splits: dict[str, Any] = {}
        """Key -> dtype of row splits."""
        self.may_miss: dict[str, bool] = {}
        self.composites: dict[str, Any] = {}
        """Key -> a feature that is put together from others."""
        self.asked = sorted(features or {})
        for key in self.asked:
            self._add(key, (features or {})[key], allowed)
        self._check_kinds()

    def _add(self, key: str, feature: Any, allowed: Sequence[type]) -> None:
        adders: dict[type, Callable[[str, Any], None]] = {
            VarLenFeature: self._add_sparse,
            SparseFeature: self._add_indices_and_values,
            FixedLenFeature: self._add_dense,
            FixedLenSequenceFeature: self._add_sequence,
            RaggedFeature: self._add_ragged,
        }
        if type(feature) not in allowed:
            raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key}'")
        if not feature.dtype:
            raise ValueError(f"Missing type for feature {key}. Received feature={feature}")
        adders[type(feature)](key, feature)

    def _add_sparse(self, key: str, feature: Any) -> None:
        self._declare(self.sparse, key, feature.dtype)

    @staticmethod
    def _declare(kind: dict[str, Any], key: str, dtype: Any) -> None:
        dtype = dtypes.as_dtype(dtype)
        if kind.setdefault(key, dtype) != dtype:
            raise ValueError(f"Conflicting type {kind[key]} vs {dtype} for feature {key}.")

    def _add_indices_and_values(self, key: str, feature: Any) -> None:
        if not feature.index_key:
            raise ValueError(f"Missing index_key for SparseFeature {feature}.")
        if not feature.value_key:
            raise ValueError(f"Missing value_key for SparseFeature {feature}.")
        keys = [feature.index_key] if isinstance(feature.index_key, str) else feature.index_key
        for index_key in sorted(keys):
            self._declare(self.sparse, index_key, dtypes.int64)
        self._declare(self.sparse, feature.value_key, feature.dtype)
        self.composites[key] = feature

    def _add_dense(self, key: str, feature: Any) -> None:
        if feature.shape is None:
            raise ValueError(f"Missing shape for feature {key}. Received feature={feature}.")
        dims = as_shape(feature.shape).as_list()
        if dims and dims[0] is None:
            words = "Consider using FixedLenSequenceFeature."
            raise ValueError(f"First dimension of shape for feature {key} unknown. {words} Received feature={feature}.")
        if None in dims:
            raise ValueError(f"All dimensions of shape for feature {key} need to be known but received {dims}.")
        self.dense[key] = dtypes.as_dtype(feature.dtype)
        self.shapes[key] = as_shape(feature.shape)
        if feature.default_value is not None:
            self.defaults[key] = feature.default_value

    def _add_sequence(self, key: str, feature: Any) -> None:
        if feature.shape is None:
            raise ValueError(f"Missing shape for feature {key}. Received feature={feature}.")
        self.dense[key] = dtypes.as_dtype(feature.dtype)
        self.shapes[key] = as_shape(feature.shape)
        self.may_miss[key] = bool(feature.allow_missing)
        if feature.default_value is not None:
            self.defaults[key] = feature.default_value

    def _add_ragged(self, key: str, feature: Any) -> None:
        value_key = key if feature.value_key is None else feature.value_key
        self._declare_ragged(value_key, feature.dtype, feature.row_splits_dtype)
        for partition in feature.partitions:
            if not isinstance(partition, RaggedFeature.UniformRowLength):
                self._declare_ragged(partition.key, dtypes.int64, feature.row_splits_dtype)
        if feature.partitions or value_key != key:
            self.composites[key] = feature

    def _declare_ragged(self, key: str, dtype: Any, splits: Any) -> None:
        self._declare(self.ragged, key, dtype)
        if self.splits.setdefault(key, splits) != splits:
            raise ValueError(f"Conflicting row_split type {self.splits[key]!r} vs {splits!r} for feature {key}")

    def _check_kinds(self) -> None:
        kinds = (("Dense", "sparse", self.dense, self.sparse), ("Dense", "ragged", self.dense, self.ragged),
                 ("Ragged", "sparse", self.ragged, self.sparse))  # fmt: skip
        for first, second, one, other in kinds:
            both = set(one) & set(other)
            if both:
                words = f"{first.lower()}_keys: {list(one)}, {second}_keys: {list(other)}, intersection: {both}"
                raise ValueError(f"{first} and {second} keys must not intersect; {words}")

    def default_tensors(self) -> list[Any]:
        """A tensor a dense feature: what stands for it where it is missing, or fills rows up; [0] where it may not be."""
        found = []
        for key, dtype in self.dense.items():
            shape, default = self.shapes[key].as_list(), self.defaults.get(key)
            name = re.sub(r"[^A-Za-z0-9_.\-/]", "_", key)
            if shape and shape[0] is None:  # of one element, to fill up with
                if default is None:
                    found.append(constant("" if dtype == dtypes.string else 0, dtype))
                else:
                    found.append(reshape(convert_to_tensor(default, dtype, f"padding_{name}"), []))
            elif default is None:
                found.append(constant([], dtype))
            else:
                found.append(reshape(convert_to_tensor(default, dtype, f"key_{name}"), self.shapes[key]))
        return found


def as_asked(parsed: dict[str, Any], keys: FeatureKeys) -> dict[str, Any]:
    """The features asked for, in the order of the op's outputs, then those put together from others.

    Features that only served for these are left out.
    """
    found = {}
    for key in keys.asked:
        feature = keys.composites.get(key)
        if feature is None:
            continue
        if isinstance(feature, RaggedFeature):
            found[key] = partitioned(parsed, key, feature)
        else:
            index = feature.index_key
            ids = parsed[index] if isinstance(index, str) else [parsed[one] for one in index]
            found[key] = sparse_merge(ids, parsed[feature.value_key], feature.size, None, feature.already_sorted)
    return {key: value for key, value in (parsed | found).items() if key in keys.asked}


def sparse_tensors(indices: Sequence[Any], values: Sequence[Any], shapes: Sequence[Any]) -> list[SparseTensor]:
    return [SparseTensor(*parts) for parts in zip(indices, values, shapes, strict=True)]
