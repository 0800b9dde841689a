"""What a feature column is: the classes that those of this package, and a program's own, implement.

A column turns features, given by key, into tensors: a dense one into numbers of an example, a categorical one into ids
of categories. TensorFlow 1 has two interfaces. The later one (`FeatureColumn` and below) is given a cache of what was
transformed already, and a manager of the variables; the older one (`OlderFeatureColumn`, TensorFlow's `_FeatureColumn`)
makes its variables in the variable scope. Each column has the methods of both: one kind in terms of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from nbtf.feature_column.state import ScopeState
from nbtf.tensor_shape import TensorShape


class IdWeightPair(NamedTuple):
    """What a categorical column makes: ids, an int64 SparseTensor [N, ...], and their weights, or None for ones."""

    id_tensor: Any
    weight_tensor: Any


class TensorSequenceLengthPair(NamedTuple):
    """What a dense column of sequences makes: a tensor [N, steps, ...] and the number of steps of each example, [N]."""

    dense_tensor: Any
    sequence_length: Any


class NamedColumn:
    """What the columns of both interfaces have."""

    @property
    def name(self) -> str:
        """The column's name: variables and operations are named by it, and columns are sorted by it."""
        raise NotImplementedError(_missing(self, "name"))

    def __lt__(self, other: Any) -> bool:
        return str(self) < str(other)

    def __gt__(self, other: Any) -> bool:
        return str(self) > str(other)

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """What the column makes of its features, before it is dense or categorical; the cache keeps it."""
        raise NotImplementedError(_missing(self, "transform_feature"))

    def create_state(self, state_manager: Any) -> None:
        """Makes the column's variables: by default it has none."""


class OlderFeatureColumn(NamedColumn):
    """A column of the older interface; `inputs` is a `TransformationCache`."""

    @property
    def _var_scope_name(self) -> str:
        """The default name of the variable scope in which the column makes tensors."""
        return self.name

    def _transform_feature(self, inputs: Any) -> Any:
        """What the column makes of its features, before it is dense or categorical."""
        raise NotImplementedError(_missing(self, "_transform_feature"))

    @property
    def _parse_example_spec(self) -> Mapping[str, Any]:
        """Key -> what tf.parse_example must parse."""
        raise NotImplementedError(_missing(self, "_parse_example_spec"))

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """`_transform_feature` of the later interface."""
        return self._transform_feature(transformation_cache)

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        """`_parse_example_spec` of the later interface."""
        return self._parse_example_spec


class OlderDenseColumn(OlderFeatureColumn):
    """A column of numbers, of the older interface."""

    @property
    def _variable_shape(self) -> TensorShape:
        """The shape of one example's tensor."""
        raise NotImplementedError(_missing(self, "_variable_shape"))

    def _get_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: bool | None = None) -> Any:
        """The numbers: [N, ...]. Variables join `weight_collections`, and are trained if `trainable`."""
        raise NotImplementedError(_missing(self, "_get_dense_tensor"))

    @property
    def variable_shape(self) -> TensorShape:
        """`_variable_shape` of the later interface."""
        return self._variable_shape

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """`_get_dense_tensor` of the later interface."""
        return self._get_dense_tensor(transformation_cache)


class OlderCategoricalColumn(OlderFeatureColumn):
    """A column of ids, of the older interface."""

    IdWeightPair = IdWeightPair

    @property
    def _num_buckets(self) -> int:
        """The number of categories: ids are below it."""
        raise NotImplementedError(_missing(self, "_num_buckets"))

    def _get_sparse_tensors(
        self, inputs: Any, weight_collections: Any = None, trainable: bool | None = None
    ) -> tuple[Any, Any]:
        """The ids and their weights."""
        raise NotImplementedError(_missing(self, "_get_sparse_tensors"))

    @property
    def num_buckets(self) -> int:
        """`_num_buckets` of the later interface."""
        return self._num_buckets

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> tuple[Any, Any]:
        """`_get_sparse_tensors` of the later interface."""
        return self._get_sparse_tensors(transformation_cache)


class OlderSequenceDenseColumn(OlderFeatureColumn):
    """A column of numbers at each step of a sequence, of the older interface."""

    TensorSequenceLengthPair = TensorSequenceLengthPair

    def _get_sequence_dense_tensor(
        self, inputs: Any, weight_collections: Any = None, trainable: bool | None = None
    ) -> tuple[Any, Any]:
        """The numbers, [N, steps, ...], and the lengths."""
        raise NotImplementedError(_missing(self, "_get_sequence_dense_tensor"))

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> tuple[Any, Any]:
        """`_get_sequence_dense_tensor` of the later interface."""
        return self._get_sequence_dense_tensor(transformation_cache)


class FeatureColumn(NamedColumn):
    """A column of the later interface."""

    @property
    def parents(self) -> list[Any]:
        """The columns and keys that this one depends on directly."""
        raise NotImplementedError(_missing(self, "parents"))

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        """Key -> what tf.parse_example must parse."""
        raise NotImplementedError(_missing(self, "parse_example_spec"))

    @property
    def _is_v2_column(self) -> bool:
        """Whether it can do without the older interface: it, and all that it depends on."""
        return of_later_interface(one for one in self.parents if not isinstance(one, str))

    def _transform_feature(self, inputs: Any) -> Any:
        return self.transform_feature(inputs, None)

    @property
    def _parse_example_spec(self) -> Mapping[str, Any]:
        return self.parse_example_spec

    @property
    def _var_scope_name(self) -> str:
        return self.name


def of_later_interface(columns: Iterable[Any]) -> bool:
    """Whether all columns, and all that they depend on, have the later interface."""
    return all(isinstance(one, FeatureColumn) and one._is_v2_column for one in columns)


class DenseColumn(FeatureColumn, OlderDenseColumn):
    """A column of numbers."""

    @property
    def variable_shape(self) -> TensorShape:
        """The shape of one example's tensor."""
        raise NotImplementedError(_missing(self, "variable_shape"))

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The numbers: [N, ...]."""
        raise NotImplementedError(_missing(self, "get_dense_tensor"))

    @property
    def _variable_shape(self) -> TensorShape:
        return self.variable_shape

    def _get_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: bool | None = None) -> Any:
        return self.get_dense_tensor(inputs, ScopeState(weight_collections, trainable))


class CategoricalColumn(FeatureColumn, OlderCategoricalColumn):
    """A column of ids."""

    @property
    def num_buckets(self) -> int:
        """The number of categories: ids are below it."""
        raise NotImplementedError(_missing(self, "num_buckets"))

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        """The ids and their weights."""
        raise NotImplementedError(_missing(self, "get_sparse_tensors"))

    @property
    def _num_buckets(self) -> int:
        return self.num_buckets

    def _get_sparse_tensors(
        self, inputs: Any, weight_collections: Any = None, trainable: bool | None = None
    ) -> IdWeightPair:
        return self.get_sparse_tensors(inputs, ScopeState(weight_collections, trainable))


class SequenceDenseColumn(FeatureColumn):
    """A column of numbers at each step of a sequence."""

    TensorSequenceLengthPair = TensorSequenceLengthPair

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> tuple[Any, Any]:
        """The numbers, [N, steps, ...], and the lengths."""
        raise NotImplementedError(_missing(self, "get_sequence_dense_tensor"))

    def _get_sequence_dense_tensor(
        self, inputs: Any, weight_collections: Any = None, trainable: bool | None = None
    ) -> tuple[Any, Any]:
        return self.get_sequence_dense_tensor(inputs, ScopeState(weight_collections, trainable))


class SparseIds(CategoricalColumn):
    """A categorical column that the cache keeps as a SparseTensor of ids without weights."""

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        return IdWeightPair(transformation_cache.get(self, state_manager), None)


def _missing(column: Any, method: str) -> str:
    return f"{type(column).__name__} does not implement {method}"


def checked_key(key: Any) -> str:
    """A feature's key. Raises ValueError for what is no string."""
    if not isinstance(key, str):
        raise ValueError(f"key must be a string. Got: type {type(key)}. Given key: {key}.")
    return key
