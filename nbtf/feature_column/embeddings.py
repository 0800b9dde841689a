"""Categorical columns as dense ones: rows of a table that is trained."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbtf import dtypes
from nbtf.feature_column.interfaces import DenseColumn, SequenceDenseColumn, TensorSequenceLengthPair
from nbtf.feature_column.sequence_ids import check_no_sequence, check_sequence, sequence_lengths
from nbtf.initializers.sampled import TruncatedNormal
from nbtf.nn.sparse_embeddings import embedding_lookup_sparse, safe_embedding_lookup_sparse
from nbtf.tensor_shape import TensorShape
from nbtf.train.checkpoint_initializers import init_from_checkpoint
from nbtf.variables.partitioned import PartitionedVariable


@dataclass(frozen=True)
class EmbeddingColumn(DenseColumn, SequenceDenseColumn):
    """See `embedding_column`."""

    categorical_column: Any
    dimension: int
    combiner: str
    initializer: Any
    ckpt_to_load_from: str | None
    tensor_name_in_ckpt: str | None
    max_norm: float | None
    trainable: bool
    use_safe_embedding_lookup: bool

    @property
    def name(self) -> str:
        return f"{self.categorical_column.name}_embedding"

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        spec: Mapping[str, Any] = self.categorical_column.parse_example_spec
        return spec

    @property
    def parents(self) -> list[Any]:
        return [self.categorical_column]

    @property
    def variable_shape(self) -> TensorShape:
        return TensorShape([self.dimension])

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The ids."""
        return transformation_cache.get(self.categorical_column, state_manager)

    def create_state(self, state_manager: Any) -> None:
        """Makes `embedding_weights` [categories, dimension]."""
        state_manager.create_variable(
            self,
            name="embedding_weights",
            shape=(self.categorical_column.num_buckets, self.dimension),
            dtype=dtypes.float32,
            trainable=self.trainable,
            use_resource=True,
            initializer=self.initializer,
        )

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        check_no_sequence("embedding_column", self)
        return self._rows(transformation_cache, state_manager)[0]

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> TensorSequenceLengthPair:
        check_sequence("embedding_column", self, "SequenceCategoricalColumn")
        rows, ids = self._rows(transformation_cache, state_manager)
        return TensorSequenceLengthPair(rows, sequence_lengths(ids))

    def _rows(self, transformation_cache: Any, state_manager: Any) -> tuple[Any, Any]:
        """Each example's rows combined, and the ids."""
        pair = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        table = state_manager.get_variable(self, "embedding_weights")
        if self.ckpt_to_load_from is not None:
            restore_table(self.ckpt_to_load_from, self.tensor_name_in_ckpt, table)
        return combined_rows(self, table, pair), pair.id_tensor


def restore_table(checkpoint: str, tensor_name: Any, table: Any) -> None:
    """Lets a table start from a tensor of a checkpoint."""
    parts = list(table) if isinstance(table, PartitionedVariable) else table
    init_from_checkpoint(checkpoint, {tensor_name: parts})


def combined_rows(column: Any, table: Any, pair: Any) -> Any:
    """The rows of a table, combined as an embedding column says; zeros for examples without ids."""
    ids, weights = pair
    rank = ids.shape.ndims
    if column.use_safe_embedding_lookup or rank is None or rank > 2:
        lookup: Any = safe_embedding_lookup_sparse
    else:
        lookup = embedding_lookup_sparse
    name = f"{column.name}_weights"
    return lookup(table, ids, weights, combiner=column.combiner, name=name, max_norm=column.max_norm)


def embedding_column(
    categorical_column: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
    use_safe_embedding_lookup: bool = True,
) -> EmbeddingColumn:
    """Rows of a table [categories, dimension] by id, those of an example combined: [N, dimension].

    combiner: "mean", "sqrtn" or "sum". initializer: of the table; by default truncated_normal of the standard deviation
    1 / sqrt(dimension). ckpt_to_load_from, tensor_name_in_ckpt: a checkpoint's tensor that the table starts from.
    max_norm: longer rows are shortened to it. use_safe_embedding_lookup: examples may lack ids, and ids may be
    negative. Raises ValueError for a dimension below 1, only one of the two names, and an initializer that cannot be
    called.
    """
    check_embedding(dimension, ckpt_to_load_from, tensor_name_in_ckpt)
    if initializer is not None and not callable(initializer):
        raise ValueError(
            f"initializer must be callable if specified. Embedding of column_name: {categorical_column.name}"
        )
    return EmbeddingColumn(
        categorical_column,
        dimension,
        combiner,
        initializer or default_initializer(dimension),
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        max_norm,
        trainable,
        use_safe_embedding_lookup,
    )


def default_initializer(dimension: int) -> TruncatedNormal:
    return TruncatedNormal(0.0, 1 / math.sqrt(dimension))


def check_embedding(dimension: Any, checkpoint: Any, tensor_name: Any) -> None:
    """Raises ValueError for a dimension below 1, and for only one name of a tensor in a checkpoint."""
    if dimension is None or dimension < 1:
        raise ValueError(f"Invalid dimension {dimension}.")
    if (checkpoint is None) != (tensor_name is None):
        raise ValueError("Must specify both `ckpt_to_load_from` and `tensor_name_in_ckpt` or none of them.")
