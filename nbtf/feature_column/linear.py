"""tf.feature_column.linear_model: a weighted sum of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nbtf import dtypes, nest
from nbtf.array.shapes import shape
from nbtf.feature_column.dense_inputs import flat, with_model_collections
from nbtf.feature_column.interfaces import OlderCategoricalColumn, OlderDenseColumn
from nbtf.feature_column.layouts import check_batch_sizes, ordered
from nbtf.feature_column.transformation import TransformationCache
from nbtf.graph.collections import GraphKeys, add_to_collection, get_collection
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.initializers.constants import Zeros
from nbtf.layers.base import Layer
from nbtf.math.operands import matmul
from nbtf.math.reductions import add_n
from nbtf.nn.linear import bias_add
from nbtf.nn.sparse_embeddings import safe_embedding_lookup_sparse
from nbtf.sparse.rearrangement import sparse_reshape
from nbtf.variables.partitioned import PartitionedVariable
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import variable_scope


class _ColumnLayer(Layer):
    """The weighted sum of one column: features -> [N, units]."""

    def __init__(
        self, column: Any, units: int, sparse_combiner: str, collections: list[str], trainable: bool, name: str
    ) -> None:
        super().__init__(trainable=trainable, name=name)
        self.column = column
        self._units = units
        self._sparse_combiner = sparse_combiner
        self._collections = collections

    def build(self, input_shape: Any) -> None:
        column = self.column
        categorical = isinstance(column, OlderCategoricalColumn)
        rows = column._num_buckets if categorical else column._variable_shape.num_elements()
        self._weights = self.add_weight("weights", (rows, self._units), dtypes.float32, Zeros())
        _join(self._weights, self._collections)
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        column, trainable = self.column, self.trainable
        if isinstance(column, OlderCategoricalColumn):
            pair = column._get_sparse_tensors(inputs, self._collections, trainable)
            return weighted_sum_of_ids(pair, self._weights, self._sparse_combiner)
        tensor = column._get_dense_tensor(inputs, self._collections, trainable)
        return weighted_sum_of_numbers(column, tensor, self._weights)


def weighted_sum_of_ids(pair: Any, weights: Any, combiner: str) -> Any:
    """The weights of the ids, combined: [N, units]."""
    ids = sparse_reshape(pair.id_tensor, [shape(pair.id_tensor)[0], -1])
    of_ids = pair.weight_tensor
    if of_ids is not None:
        of_ids = sparse_reshape(of_ids, [shape(of_ids)[0], -1])
    return safe_embedding_lookup_sparse(weights, ids, of_ids, combiner=combiner, name="weighted_sum")


def weighted_sum_of_numbers(column: Any, tensor: Any, weights: Any) -> Any:
    """The numbers of a dense column times their weights: [N, units]."""
    return matmul(flat(tensor, column._variable_shape.num_elements()), weights, name="weighted_sum")


class _BiasLayer(Layer):
    """A variable `bias_weights` [units]."""

    def __init__(self, units: int, collections: list[str], trainable: bool) -> None:
        super().__init__(trainable=trainable, name="bias_layer")
        self._units = units
        self._collections = collections

    def build(self, input_shape: Any) -> None:
        self._bias = self.add_weight("bias_weights", (self._units,), dtypes.float32, Zeros())
        _join(self._bias, self._collections)
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return self._bias


def _join(variable: Any, collections: list[str]) -> None:
    for key in collections:
        if key == GraphKeys.GLOBAL_VARIABLES:
            continue  # it is there
        for part in variable if isinstance(variable, PartitionedVariable) else [variable]:
            add_to_collection(key, part)


class ScopedLinearModel:
    """A weighted sum of columns whose variables are those of the variable scope in which it is called.

    `linear_model` is a call of it; estimators use it for columns that have only the older interface.
    """

    def __init__(
        self,
        feature_columns: Any,
        units: int = 1,
        sparse_combiner: str = "sum",
        weight_collections: Any = None,
        trainable: bool = True,
        name: str = "linear_model",
    ) -> None:
        columns = ordered(feature_columns)
        for column in columns:
            if not isinstance(column, (OlderDenseColumn, OlderCategoricalColumn)):
                raise ValueError(
                    f"Items of feature_columns must be either a _DenseColumn or _CategoricalColumn. Given: {column}"
                )
        collections = with_model_collections(weight_collections)
        self._name = name
        self._layers = []
        for column in columns:
            with variable_scope(None, default_name=column._var_scope_name) as scope:
                layer_name = last_part(scope.name)
            self._layers.append(_ColumnLayer(column, units, sparse_combiner, collections, trainable, layer_name))
        self._layers.sort(key=lambda layer: layer.name)
        self._bias_layer = _BiasLayer(units, collections, trainable)
        self._variables: dict[Any, list[Any]] = {}
        self._bias: Any = None

    @property
    def bias(self) -> Any:
        """The variable [units] that is added; None before the first call."""
        return self._bias

    def cols_to_vars(self) -> dict[Any, list[Any]]:
        """Column -> its variables, and "bias" -> the bias's; empty before the first call."""
        return dict(self._variables)

    def __call__(self, features: Mapping[str, Any]) -> Any:
        """[N, units]. Raises ValueError for features that are missing or do not fit."""
        features = nest.map_structure(_of_python, features)
        with name_scope(self._name), variable_scope(self._name):
            cache = TransformationCache(features)
            sums = []
            for layer in self._layers:
                sums.append(layer(cache))
                variables = get_collection(GraphKeys.GLOBAL_VARIABLES, scope=layer.scope_name)
                self._variables[layer.column] = variables
            check_batch_sizes(sums, [layer.column for layer in self._layers])
            without_bias = add_n(sums, name="weighted_sum_no_bias")
            bias = self._bias = self._bias_layer(cache, scope=get_variable_scope())
            self._variables["bias"] = list(bias) if isinstance(bias, PartitionedVariable) else [bias]
            return bias_add(without_bias, bias, name="weighted_sum")


def linear_model(
    features: Mapping[str, Any],
    feature_columns: Any,
    units: int = 1,
    sparse_combiner: str = "sum",
    weight_collections: Any = None,
    trainable: bool = True,
    cols_to_vars: dict[Any, Any] | None = None,
) -> Any:
    """Each column's numbers or categories times weights, summed, plus a bias: float32 [N, units].

    features: key -> tensor or SparseTensor. feature_columns: a dense or categorical column, or several.
    sparse_combiner: how the weights of an example's ids are combined, "sum", "mean" or "sqrtn". weight_collections: what
    else variables join. cols_to_vars: is filled with column -> its variables, and "bias" -> the bias's. Raises
    ValueError for columns of other kinds or with one name, for features that are missing or do not fit, and where the
    number of examples differs.
    """
    with variable_scope(None, "linear_model") as scope:
        model_name = last_part(scope.name)
    model = ScopedLinearModel(feature_columns, units, sparse_combiner, weight_collections, trainable, model_name)
    predictions = model(features)
    if cols_to_vars is not None:
        cols_to_vars.update(model.cols_to_vars())
    return predictions


def _of_python(value: Any) -> Any:
    """A tensor of a number or an array, which a model's inputs become outside of its scope; others as they are."""
    return convert_to_tensor(value) if isinstance(value, (np.ndarray, float, int)) else value


def last_part(scope_name: str) -> str:
    """Of "a/b" "b"."""
    return scope_name.rpartition("/")[2]
