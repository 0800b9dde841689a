"""tf.contrib.feature_column.sequence_input_layer: columns of sequences beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.debugging.comparisons import assert_equal
from nbtf.feature_column.dense_inputs import with_model_collections
from nbtf.feature_column.interfaces import NamedColumn, OlderSequenceDenseColumn, SequenceDenseColumn
from nbtf.feature_column.layouts import check_batch_sizes, ordered
from nbtf.feature_column.transformation import TransformationCache
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies, name_scope
from nbtf.variables.scoping import variable_scope


def sequence_input_layer(
    features: Mapping[str, Any], feature_columns: Any, weight_collections: Any = None, trainable: bool = True
) -> tuple[Any, Any]:
    """Columns of sequences beside each other, ordered by their names, and the lengths of the sequences.

    Gives float32 [N, steps, numbers of all columns] and int64 [N]. features: key -> SparseTensor [N, most, ...].
    weight_collections: what else variables join. Raises ValueError for columns that are no sequences or share a name and
    for features that are missing; a run refuses sequences of different lengths.
    """
    columns = ordered(feature_columns, NamedColumn)
    for column in columns:
        if not isinstance(column, (OlderSequenceDenseColumn, SequenceDenseColumn)):
            raise ValueError(
                "All feature_columns must be of type _SequenceDenseColumn. You can wrap a sequence_categorical_column "
                f"with an embedding_column or indicator_column. Given (type {type(column)}): {column}"
            )
    collections = with_model_collections(weight_collections)
    with variable_scope(None, default_name="sequence_input_layer", values=list(features.values())):
        cache = TransformationCache(features)
        outputs, lengths = [], []
        for column in columns:
            with variable_scope(None, default_name=column._var_scope_name):
                dense, length = column._get_sequence_dense_tensor(cache, collections, trainable)
                target = concat([shape(dense)[:2], [column._variable_shape.num_elements()]], 0)
                outputs.append(reshape(dense, target))
                lengths.append(length)
        check_batch_sizes(lengths, columns)
        return concat(outputs, -1), _all_equal(lengths)


def _all_equal(tensors: Sequence[Any]) -> Any:
    """The first of tensors that a run refuses unless they are equal."""
    with name_scope(None, "assert_all_equal", list(tensors)):
        if len(tensors) == 1:
            return tensors[0]
        with control_dependencies([assert_equal(tensors[0], other) for other in tensors[1:]]):
            return raw.Identity(tensors[0])
