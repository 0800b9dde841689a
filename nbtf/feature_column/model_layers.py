"""Layers of columns that models keep: what `input_layer` and `linear_model` compute, with variables of their own.

The canned estimators use them. Their variables are resource variables, made at the first call in the variable scope of
the layer's name; names of operations are those of TensorFlow's Keras layers of the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtf import dtypes
from nbtf.array.joining import concat
from nbtf.feature_column.dense_inputs import flat
from nbtf.feature_column.interfaces import OlderCategoricalColumn, OlderDenseColumn
from nbtf.feature_column.layouts import check_batch_sizes, ordered
from nbtf.feature_column.linear import weighted_sum_of_ids
from nbtf.feature_column.state import StateManager
from nbtf.feature_column.transformation import TransformationCache
from nbtf.graph.scopes import name_scope
from nbtf.initializers.constants import Zeros
from nbtf.math.operands import matmul
from nbtf.math.reductions import add_n
from nbtf.nn.linear import bias_add
from nbtf.variables.partitioned import PartitionedVariable
from nbtf.variables.scoping import get_variable, variable_scope


class LayerState(StateManager):
    """The variables of a layer's columns. trainable: False overrules the columns."""

    def __init__(self, trainable: bool) -> None:
        self._trainable = trainable
        self._made: dict[tuple[Any, str], Any] = {}

    @property
    def variables(self) -> list[Any]:
        """In the order in which they were made."""
        return list(self._made.values())

    def create_variable(
        self,
        feature_column: Any,
        name: str,
        shape: Any,
        dtype: Any = None,
        trainable: bool = True,
        use_resource: bool = True,
        initializer: Any = None,
    ) -> Any:
        """A new variable of a column, in the current variable scope. Raises ValueError if the column has it."""
        if (feature_column, name) in self._made:
            raise ValueError("Variable already exists.")
        variable = get_variable(
            name,
            shape,
            dtype or dtypes.float32,
            initializer,
            trainable=trainable and self._trainable,
            use_resource=use_resource,
        )
        self._made[feature_column, name] = variable
        return variable

    def get_variable(self, feature_column: Any, name: str) -> Any:
        """The variable that a column made. Raises ValueError if there is none."""
        if (feature_column, name) not in self._made:
            raise ValueError("Variable does not exist.")
        return self._made[feature_column, name]


class _ColumnsLayer:
    """A layer of columns: its variables are made at the first call."""

    def __init__(self, feature_columns: Any, trainable: bool, name: str) -> None:
        self._columns = ordered(feature_columns)
        self._trainable = trainable
        self._state = LayerState(trainable)
        self._built = False
        self.name = name
        for column in self._columns:
            self._check(column)

    @property
    def variables(self) -> list[Any]:
        """The variables, in the order in which they were made; the parts of those that have parts."""
        made = self._state.variables
        return [part for one in made for part in (one if isinstance(one, PartitionedVariable) else [one])]

    def _check(self, column: Any) -> None:
        """Raises ValueError for a column of another kind."""
        raise NotImplementedError

    def _make_variables(self, column: Any) -> None:
        column.create_state(self._state)

    def _build(self) -> None:
        if self._built:
            return
        with variable_scope(self.name, auxiliary_name_scope=False):
            for column in self._columns:
                with variable_scope(column.name, auxiliary_name_scope=False):
                    self._make_variables(column)
            self._make_others()
        self._built = True

    def _make_others(self) -> None:
        """Makes variables that no column has."""


class DenseFeatures(_ColumnsLayer):
    """Dense columns beside each other: features -> float32 [N, numbers of all columns].

    Raises ValueError for columns that are not dense or share a name.
    """

    def __init__(self, feature_columns: Any, trainable: bool = True, name: str = "dense_features") -> None:
        super().__init__(feature_columns, trainable, name)

    def _check(self, column: Any) -> None:
        if not isinstance(column, OlderDenseColumn):
            raise ValueError(
                "Items of feature_columns must be a DenseColumn. You can wrap a categorical column with an "
                f"embedding_column or indicator_column. Given: {column}"
            )

    def __call__(self, features: Mapping[str, Any], cols_to_output_tensors: dict[Any, Any] | None = None) -> Any:
        """cols_to_output_tensors: is filled with column -> its tensor. Raises ValueError for features that do not fit."""
        _check_features(features)
        with name_scope(self.name):
            self._build()
            cache = TransformationCache(features)
            outputs = []
            for column in self._columns:
                with name_scope(column.name):
                    tensor = column.get_dense_tensor(cache, self._state)
                    outputs.append(flat(tensor, column.variable_shape.num_elements()))
                if cols_to_output_tensors is not None:
                    cols_to_output_tensors[column] = outputs[-1]
            check_batch_sizes(outputs, self._columns)
            return concat(outputs, -1)


class LinearModel(_ColumnsLayer):
    """A weighted sum of columns: features -> float32 [N, units].

    sparse_combiner: how the weights of an example's ids are combined, "sum", "mean" or "sqrtn". Raises ValueError for
    columns that are neither dense nor categorical, or share a name.
    """

    def __init__(
        self,
        feature_columns: Any,
        units: int = 1,
        sparse_combiner: str = "sum",
        trainable: bool = True,
        name: str = "linear_model",
    ) -> None:
        super().__init__(feature_columns, trainable, name)
        self._units = units
        self._sparse_combiner = sparse_combiner
        self._bias: Any = None

    def _check(self, column: Any) -> None:
        if not isinstance(column, (OlderDenseColumn, OlderCategoricalColumn)):
            raise ValueError(
                f"Items of feature_columns must be either a DenseColumn or CategoricalColumn. Given: {column}"
            )

    @property
    def bias(self) -> Any:
        """The variable [units] that is added; None before the first call."""
        return self._bias

    @property
    def variables(self) -> list[Any]:
        """The columns' variables, in the order in which they were made, and the bias."""
        bias = list(self._bias) if isinstance(self._bias, PartitionedVariable) else [self._bias]
        return super().variables + (bias if self._built else [])

    def _make_variables(self, column: Any) -> None:
        super()._make_variables(column)
        categorical = isinstance(column, OlderCategoricalColumn)
        rows = column.num_buckets if categorical else column.variable_shape.num_elements()
        self._state.create_variable(column, "weights", (rows, self._units), dtypes.float32, initializer=Zeros())

    def _make_others(self) -> None:
        self._bias = get_variable(
            "bias_weights", [self._units], dtypes.float32, Zeros(), trainable=self._trainable, use_resource=True
        )

    def __call__(self, features: Mapping[str, Any]) -> Any:
        """The sums, with the bias. Raises ValueError for features that are missing or do not fit."""
        with name_scope(self.name), name_scope(self.name):
            self._build()
            _check_features(features)
            with name_scope(self.name):
                cache = TransformationCache(features)
                sums = []
                for column in self._columns:
                    with name_scope(column.name):
                        sums.append(self._weighted_sum(column, cache))
                check_batch_sizes(sums, self._columns)
                without_bias = add_n(sums, name="weighted_sum_no_bias")
                return bias_add(without_bias, self._bias, name="weighted_sum")

    def _weighted_sum(self, column: Any, cache: TransformationCache) -> Any:
        weights = self._state.get_variable(column, "weights")
        if isinstance(column, OlderCategoricalColumn):
            pair = column.get_sparse_tensors(cache, self._state)
            return weighted_sum_of_ids(pair, weights, self._sparse_combiner)
        tensor = column.get_dense_tensor(cache, self._state)
        return matmul(flat(tensor, column.variable_shape.num_elements()), weights, name="weighted_sum")


def _check_features(features: Any) -> None:
    if not isinstance(features, dict):
        raise ValueError(f"We expected a dictionary here. Instead we got: {features}")
