"""tf.feature_column.input_layer: dense columns beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.feature_column.layouts import check_batch_sizes, check_dense, ordered
from nbtf.feature_column.transformation import TransformationCache
from nbtf.graph.collections import GraphKeys, get_collection
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import variable_scope


def with_model_collections(collections: Any) -> list[str]:
    """The collections of a model's variables: the given ones, GLOBAL_VARIABLES and MODEL_VARIABLES."""
    found = list(collections or [])
    for key in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES):
        if key not in found:
            found.append(key)
    return found


def flat(tensor: Any, elements: Any) -> Any:
    """[N, ...] -> [N, elements]."""
    return reshape(tensor, (shape(tensor)[0], elements))


def input_layer(
    features: Mapping[str, Any],
    feature_columns: Any,
    weight_collections: Any = None,
    trainable: bool = True,
    cols_to_vars: dict[Any, Any] | None = None,
    cols_to_output_tensors: dict[Any, Any] | None = None,
) -> Any:
    """Dense columns beside each other, ordered by their names: float32 [N, numbers of all columns].

    features: key -> tensor or SparseTensor. feature_columns: a dense column, or several. weight_collections: what else
    variables join. cols_to_vars, cols_to_output_tensors: are filled with column -> its variables, its tensor. Raises
    ValueError for columns that are not dense or share a name, for features that are missing or do not fit, and where
    the number of examples differs.
    """
    columns = ordered(feature_columns)
    check_dense(columns)
    collections = with_model_collections(weight_collections)
    with variable_scope(None, default_name="input_layer", values=list(features.values())):
        cache = TransformationCache(features)
        outputs = []
        for column in columns:
            with variable_scope(None, default_name=column._var_scope_name):
                tensor = column._get_dense_tensor(cache, weight_collections=collections, trainable=trainable)
                output = flat(tensor, column._variable_shape.num_elements())
                outputs.append(output)
                if cols_to_vars is not None:
                    scope = get_variable_scope().name
                    cols_to_vars[column] = get_collection(GraphKeys.GLOBAL_VARIABLES, scope=scope)
                if cols_to_output_tensors is not None:
                    cols_to_output_tensors[column] = output
        check_batch_sizes(outputs, columns)
        return concat(outputs, 1)
