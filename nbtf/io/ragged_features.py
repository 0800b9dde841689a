"""Features of Examples put together into RaggedTensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf.array.joining import concat
from nbtf.array.masks import repeat
from nbtf.array.shapes import reshape, shape
from nbtf.debugging.comparisons import assert_equal
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import control_dependencies
from nbtf.graph.tensor import Tensor
from nbtf.io.features import RaggedFeature
from nbtf.math.accumulation import cumsum
from nbtf.math.casting import cast
from nbtf.math.operands import add
from nbtf.ragged.flat_values import map_flat_values
from nbtf.ragged.ragged_tensor import RaggedTensor
from nbtf.ragged.row_reductions import row_maxima


def partitioned(parsed: dict[str, Any], key: str, feature: RaggedFeature) -> Any:
    """The rows of a RaggedFeature: its values, cut as its partitions say, of one Example or of each of a batch."""
    values = parsed[key if feature.value_key is None else feature.value_key]
    if isinstance(values, RaggedTensor):
        return _of_batch(values, parsed, key, feature)
    for partition in reversed(feature.partitions):
        if isinstance(partition, RaggedFeature.UniformRowLength):
            values = RaggedTensor.from_uniform_row_length(values, partition.length, validate=feature.validate)
            continue
        made_by = _MADE_BY[type(partition)]
        rows = cast(parsed[partition.key], feature.row_splits_dtype)
        values = made_by(values, rows, validate=feature.validate)
    return values


_MADE_BY: dict[type, Callable[..., RaggedTensor]] = {
    RaggedFeature.RowSplits: RaggedTensor.from_row_splits,
    RaggedFeature.RowLengths: RaggedTensor.from_row_lengths,
    RaggedFeature.RowStarts: RaggedTensor.from_row_starts,
    RaggedFeature.RowLimits: RaggedTensor.from_row_limits,
    RaggedFeature.ValueRowIds: RaggedTensor.from_value_rowids,
}


def _of_batch(values: RaggedTensor, parsed: dict[str, Any], key: str, feature: RaggedFeature) -> RaggedTensor:
    """Steps of a batch of SequenceExamples are as many Examples: which are whose is put around them in the end."""
    outer = values.row_splits if values.ragged_rank > 1 else None
    if outer is not None:
        values = values.values
    for partition in reversed(feature.partitions):
        if isinstance(partition, RaggedFeature.UniformRowLength):
            values = _in_even_rows(values, partition.length, feature.validate)
            continue
        rows = parsed[partition.key]
        if rows.dtype != values.row_splits.dtype:
            rows = map_flat_values(cast, rows, dtype=values.row_splits.dtype)
        checks = []
        if outer is not None:
            if feature.validate:
                message = f"Feature {key}: values and partitions are not aligned"
                checks.append(assert_equal(outer, rows.row_splits, message=message))
            rows = rows.values
        with control_dependencies(checks):
            values = _in_rows(values, rows, partition, feature.validate)
    return values if outer is None else RaggedTensor.from_row_splits(values, outer, validate=feature.validate)


def _in_even_rows(values: RaggedTensor, length: int, validate: bool) -> RaggedTensor:
    splits = values.row_splits
    if values.ragged_rank > 1:
        size = convert_to_tensor(length, splits.dtype)
        inner: Any = RaggedTensor.from_uniform_row_length(values.values, size, validate=validate)
        return RaggedTensor.from_row_splits(inner, splits // size, validate=validate)
    inner = reshape(values.values, concat([[-1, length], shape(values.values)[1:]], axis=0))
    return RaggedTensor.from_row_splits(inner, splits // length, validate=validate)


def _in_rows(values: RaggedTensor, rows: RaggedTensor, partition: Any, validate: bool) -> RaggedTensor:
    """Each Example's values in rows; where these are is told from the Example's first value on."""
    if isinstance(partition, RaggedFeature.RowLengths):
        return rows.with_values(RaggedTensor.from_row_lengths(values.values, rows.values, validate=validate))
    if isinstance(partition, RaggedFeature.ValueRowIds):
        return _by_rowids(values, rows, validate)
    if isinstance(partition, RaggedFeature.RowSplits):
        rows = rows[:, 1:]
    places = rows.values + repeat(values.row_starts(), rows.row_lengths())
    made_by = (
        RaggedTensor.from_row_starts if isinstance(partition, RaggedFeature.RowStarts) else RaggedTensor.from_row_limits
    )
    return rows.with_values(made_by(values.values, places, validate=validate))


def _by_rowids(values: RaggedTensor, rowids: RaggedTensor, validate: bool) -> RaggedTensor:
    nrows = raw.Maximum(row_maxima(map_flat_values(_next, rowids)), 0)
    places = rowids.values + repeat(cumsum(nrows, exclusive=True), rowids.row_lengths())
    inner = RaggedTensor.from_value_rowids(values.values, places, validate=validate)
    return RaggedTensor.from_row_lengths(inner, nrows, validate=validate)


def _next(rowids: Tensor) -> Any:
    return add(rowids, constant(1, rowids.dtype))
