"""Embeddings of several columns that share one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbtf import dtypes
from nbtf.feature_column.embeddings import check_embedding, combined_rows, default_initializer, restore_table
from nbtf.feature_column.interfaces import (
    OlderDenseColumn,
    OlderSequenceDenseColumn,
    TensorSequenceLengthPair,
)
from nbtf.feature_column.sequence_ids import (
    SequenceCategoricalColumn,
    check_no_sequence,
    check_sequence,
    sequence_lengths,
)
from nbtf.feature_column.weighting import WeightedCategoricalColumn
from nbtf.graph.collections import add_to_collection, get_collection
from nbtf.graph.scopes import name_scope
from nbtf.tensor_shape import TensorShape
from nbtf.variables.scoping import get_variable


@dataclass(frozen=True)
class _SharedEmbeddingColumn(OlderDenseColumn, OlderSequenceDenseColumn):
    """See `shared_embedding_columns`. The table is the one variable of a collection, so that a graph has one."""

    categorical_column: Any
    dimension: int
    combiner: str
    initializer: Any
    shared_embedding_collection_name: str
    ckpt_to_load_from: str | None
    tensor_name_in_ckpt: str | None
    max_norm: float | None
    trainable: bool
    use_safe_embedding_lookup: bool

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_shared_embedding"

    @property
    def _var_scope_name(self) -> str:
        return self.shared_embedding_collection_name

    @property
    def _parse_example_spec(self) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = self.categorical_column._parse_example_spec
        return spec

    @property
    def _variable_shape(self) -> TensorShape:
        return TensorShape([self.dimension])

    def _transform_feature(self, inputs: Any) -> Any:
        return inputs.get(self.categorical_column)

    def _get_dense_tensor(self, inputs: Any, weight_collections: Any = None, trainable: bool | None = None) -> Any:
        check_no_sequence("embedding_column", self, "input_layer", "sequence_input_layer")
        return self._rows(inputs, weight_collections, trainable)

    def _get_sequence_dense_tensor(
        self, inputs: Any, weight_collections: Any = None, trainable: bool | None = None
    ) -> TensorSequenceLengthPair:
        check_sequence("embedding_column", self, "_SequenceCategoricalColumn", "sequence_input_layer")
        rows = self._rows(inputs, weight_collections, trainable)
        ids, _ = self.categorical_column._get_sparse_tensors(inputs)
        return TensorSequenceLengthPair(rows, sequence_lengths(ids))

    def _rows(self, inputs: Any, collections: Any, trainable: bool | None) -> Any:
        """Each example's rows combined."""
        with name_scope(None, default_name=self.name):
            pair = self.categorical_column._get_sparse_tensors(inputs, collections, trainable)
            table = self._table(collections, trainable)
            if self.ckpt_to_load_from is not None:
                restore_table(self.ckpt_to_load_from, self.tensor_name_in_ckpt, table)
            return combined_rows(self, table, pair)

    def _table(self, collections: Any, trainable: bool | None) -> Any:
        """The collection's variable, which is made if there is none."""
        shape = (self.categorical_column._num_buckets, self.dimension)
        shared = get_collection(self.shared_embedding_collection_name)
        if not shared:
            trained = bool(self.trainable and trainable)
            table = get_variable(
                "embedding_weights",
                shape,
                dtypes.float32,
                self.initializer,
                trainable=trained,
                collections=collections,
            )
            add_to_collection(self.shared_embedding_collection_name, table)
            return table
        advice = (
            "Suggested fix A: Choose a unique name for this collection. Suggested fix B: Do not add any variables to "
            "this collection. The feature_column library already adds a variable under the hood."
        )
        if len(shared) > 1:
            raise ValueError(f"Collection {shared} can only contain one variable. {advice}")
        table = shared[0]
        if table.get_shape() != TensorShape(shape):
            raise ValueError(
                f"Shared embedding collection {self.shared_embedding_collection_name} contains variable {table.name} "
                f"of unexpected shape {table.get_shape()}. Expected shape is {shape}. {advice}"
            )
        return table


def shared_embedding_columns(
    categorical_columns: Sequence[Any],
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    shared_embedding_collection_name: str | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
    use_safe_embedding_lookup: bool = True,
) -> list[Any]:
    """As `embedding_column`, one for each of several columns, whose rows come from one table.

    The columns must be of one kind and have as many categories. shared_embedding_collection_name: of the collection
    that holds the table, and of the table's scope; by default the columns' names and "shared_embedding". Raises
    ValueError for columns that differ, and as `embedding_column` does.
    """
    check_embedding(dimension, ckpt_to_load_from, tensor_name_in_ckpt)
    if initializer is not None and not callable(initializer):
        raise ValueError("initializer must be callable if specified.")
    by_name = sorted(categorical_columns, key=lambda column: column.name)
    _check_alike(by_name)
    if not shared_embedding_collection_name:
        shared_embedding_collection_name = "_".join(column.name for column in by_name) + "_shared_embedding"
    return [
        _SharedEmbeddingColumn(
            column,
            dimension,
            combiner,
            initializer or default,
            shared_embedding_collection_name,
            ckpt_to_load_from,
            tensor_name_in_ckpt,
            max_norm,
            trainable,
            use_safe_embedding_lookup,
        )
        for default in [default_initializer(dimension)]
        for column in categorical_columns
    ]


def _check_alike(columns: Sequence[Any]) -> None:
    buckets, first = columns[0]._num_buckets, _without_wrapping(columns[0])
    for column in columns[1:]:
        other = _without_wrapping(column)
        if not isinstance(other, type(first)):
            raise ValueError(
                "To use shared_embedding_column, all categorical_columns must have the same type, or be "
                f"weighted_categorical_column or sequence column of the same type. Given column: {first} of type: "
                f"{type(first)} does not match given column: {other} of type: {type(other)}"
            )
        if other._num_buckets != buckets:
            raise ValueError(
                "To use shared_embedding_column, all categorical_columns must have the same number of buckets. "
                f"ven column: {first} with buckets: {buckets} does  not match column: {other} with buckets: "
                f"{other._num_buckets}"
            )


def _without_wrapping(column: Any) -> Any:
    """What a weighted column or one of sequences is made of."""
    while isinstance(column, (WeightedCategoricalColumn, SequenceCategoricalColumn)):
        column = column.categorical_column
    return column
