"""What ready-made estimators parse of Examples: their columns, the label and the weight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtf import dtypes
from nbtf.feature_column.layouts import make_parse_example_spec
from nbtf.feature_column.numeric import NumericColumn, numeric_column
from nbtf.io.features import FixedLenFeature


def classifier_parse_example_spec(
    feature_columns: Iterable[Any],
    label_key: Any,
    label_dtype: Any = dtypes.int64,
    label_default: Any = None,
    weight_column: Any = None,
) -> dict[Any, Any]:
    """Key -> FixedLenFeature or VarLenFeature, for tf.parse_example and a classifier.

    weight_column: a key or numeric column. Raises ValueError for labels and weights that are also features.
    """
    label = FixedLenFeature((1,), label_dtype, label_default)
    return _with_label(feature_columns, label_key, label, weight_column)


def regressor_parse_example_spec(
    feature_columns: Iterable[Any],
    label_key: Any,
    label_dtype: Any = dtypes.float32,
    label_default: Any = None,
    label_dimension: int = 1,
    weight_column: Any = None,
) -> dict[Any, Any]:
    """As `classifier_parse_example_spec`, for a regressor of label_dimension values."""
    label = FixedLenFeature((label_dimension,), label_dtype, label_default)
    return _with_label(feature_columns, label_key, label, weight_column)


def _with_label(columns: Iterable[Any], label_key: Any, label: FixedLenFeature, weight_column: Any) -> dict[Any, Any]:
    spec = make_parse_example_spec(columns)
    if label_key in spec:
        raise ValueError(f"label should not be used as feature. label_key: {label_key}, features: {spec.keys()}")
    spec[label_key] = label
    if weight_column is None:
        return spec
    column = numeric_column(weight_column) if isinstance(weight_column, str) else weight_column
    if not isinstance(column, NumericColumn):
        raise ValueError(
            "weight_column should be an instance of tf.feature_column.numeric_column. "
            f"Given type: {type(weight_column)} value: {weight_column}"
        )
    if column.key in spec:
        raise ValueError(
            f"weight_column should not be used as feature. weight_column: {column.key}, features: {spec.keys()}"
        )
    return {**spec, **column._parse_example_spec}
