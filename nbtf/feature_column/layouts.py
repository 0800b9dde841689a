"""Lists of columns in the order in which tensors are made of them, and what tf.parse_example must parse for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nbtf.feature_column.interfaces import NamedColumn, OlderDenseColumn, OlderFeatureColumn


def ordered(feature_columns: Any, kind: type = OlderFeatureColumn) -> list[Any]:
    """Columns by their names: of one column, or an iterable of columns, of a kind.

    Raises ValueError for no columns, for a dict, for what is no column and for a name that two columns have.
    """
    if isinstance(feature_columns, NamedColumn):
        feature_columns = [feature_columns]
    if isinstance(feature_columns, Iterator):
        feature_columns = list(feature_columns)
    if isinstance(feature_columns, Mapping):
        raise ValueError("Expected feature_columns to be iterable, found dict.")
    for column in feature_columns:
        if not isinstance(column, kind):
            raise ValueError(
                f"Items of feature_columns must be a _FeatureColumn. Given (type {type(column)}): {column}."
            )
    if not feature_columns:
        raise ValueError("feature_columns must not be empty.")
    by_name: dict[str, Any] = {}
    for column in feature_columns:
        if column.name in by_name:
            raise ValueError(
                f"Duplicate feature column name found for columns: {column} and {by_name[column.name]}. "
                "This usually means that these columns refer to same base feature. Either one must be discarded or "
                "a duplicated but renamed item must be inserted in features dict."
            )
        by_name[column.name] = column
    return [by_name[name] for name in sorted(by_name)]


def check_dense(columns: Iterable[Any]) -> None:
    """Raises ValueError for a column that is not dense."""
    for column in columns:
        if not isinstance(column, OlderDenseColumn):
            raise ValueError(
                "Items of feature_columns must be a _DenseColumn. You can wrap a categorical column with an "
                f"embedding_column or indicator_column. Given: {column}"
            )


def check_batch_sizes(tensors: Sequence[Any], columns: Sequence[Any]) -> None:
    """Raises ValueError where two columns are known to have another number of examples."""
    first: int | None = None
    first_column = None
    for tensor, column in zip(tensors, columns, strict=True):
        size = tensor.shape.as_list()[0]
        if size is None:
            continue
        if first is None:
            first, first_column = size, column
        elif size != first:
            assert first_column is not None
            raise ValueError(
                "Batch size (first dimension) of each feature must be same. "
                f"Batch size of columns ({first_column.name}, {column.name}): ({first}, {size})"
            )


def make_parse_example_spec(feature_columns: Iterable[Any]) -> dict[str, Any]:
    """Key -> FixedLenFeature or VarLenFeature: what tf.parse_example needs to make the features of these columns.

    Raises ValueError for what is no column, and for columns that want a key parsed in different ways.
    """
    result: dict[str, Any] = {}
    for column in feature_columns:
        if not isinstance(column, OlderFeatureColumn):
            raise ValueError(f"All feature_columns must be _FeatureColumn instances. Given: {column}")
        for key, feature in column._parse_example_spec.items():
            if key in result and feature != result[key]:
                raise ValueError(
                    f"feature_columns contain different parse_spec for key {key}. Given {feature} and {result[key]}"
                )
            result[key] = feature
    return result
