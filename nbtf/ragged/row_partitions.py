"""Row splits from other ways to say where rows begin and end. Each function makes an int32 or int64 vector [rows + 1].

validate: the graph refuses what is no partition when it runs, or at once where it is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.filling import zeros
from nbtf.array.joining import concat
from nbtf.control_flow.grouping import with_dependencies
from nbtf.debugging.comparisons import (
    assert_equal,
    assert_greater_equal,
    assert_less,
    assert_less_equal,
    assert_non_negative,
)
from nbtf.debugging.static_checks import assert_rank
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.accumulation import bincount, cumsum
from nbtf.math.casting import cast


class RowPartition(NamedTuple):
    """Where rows are: their splits, and what else of it is a tensor already."""

    row_splits: Tensor
    row_lengths: Tensor | None = None
    value_rowids: Tensor | None = None
    nrows: Tensor | None = None
    uniform_row_length: Tensor | None = None

    def after(self, checks: Sequence[Any]) -> RowPartition:
        """The same with row splits that are there once the checks have passed."""
        return self._replace(row_splits=with_dependencies(checks, self.row_splits))

    def with_dtype(self, dtype: dtypes.DType) -> RowPartition:
        parts: list[Any] = [None if part is None else cast(part, dtype) for part in self]
        return RowPartition(*parts)


def as_partition(value: Any, name: str, dtype: Any = None) -> Tensor:
    """What says where rows are, as a tensor: int64 unless it is int32 or `dtype` says otherwise.

    Raises ValueError for other dtypes.
    """
    if dtype is not None or isinstance(value, Tensor):
        made = convert_to_tensor(value, dtype, name)
    else:
        wanted = dtypes.int32 if getattr(value, "dtype", None) == np.int32 else dtypes.int64
        made = convert_to_tensor(value, wanted, name)
    if made.dtype not in (dtypes.int32, dtypes.int64):
        raise ValueError(f"{name} must have dtype int32 or int64; got {made.dtype.name}")
    return made


def checked(checks: Sequence[Any], value: Tensor) -> Tensor:
    """The value, once the checks have passed."""
    return with_dependencies(checks, value) if checks else value


def from_row_splits(row_splits: Any, validate: bool, dtype: Any = None) -> RowPartition:
    """Row splits as they are: they begin with 0 and never fall."""
    with name_scope(None, "RowPartitionFromRowSplits", [row_splits]):
        splits = as_partition(row_splits, "row_splits", dtype)
        splits.shape.assert_has_rank(1)
        if not validate:
            return RowPartition(splits)
        message = "Arguments to from_row_splits do not form a valid RaggedTensor:"
        checks = [
            assert_rank(splits, 1, message=f"{message}rank"),
            assert_equal(splits[0], constant(0, splits.dtype), message=f"{message}zero"),
            assert_non_negative(splits[1:] - splits[:-1], message=f"{message}monotonic"),
        ]
        return RowPartition(checked(checks, splits))


def from_row_lengths(row_lengths: Any, validate: bool, dtype: Any = None) -> RowPartition:
    """How long each row is."""
    with name_scope(None, "RowPartitionFromRowLengths", [row_lengths]):
        lengths = as_partition(row_lengths, "row_lengths", dtype)
        lengths.shape.assert_has_rank(1)
        if validate:
            message = "Arguments to from_row_lengths do not form a valid RowPartition"
            checks = [assert_rank(lengths, 1, message=message), assert_non_negative(lengths, message=message)]
            lengths = checked(checks, lengths)
        return RowPartition(concat([[0], cumsum(lengths, axis=0)], axis=0), row_lengths=lengths)


def from_row_starts(row_starts: Any, values: Any, validate: bool, dtype: Any = None) -> RowPartition:
    """Where each row begins; the last one ends with the values, of which there are so many."""
    with name_scope(None, "RowPartitionFromRowStarts", [row_starts]):
        starts = as_partition(row_starts, "row_starts", dtype)
        starts.shape.assert_has_rank(1)
        count = cast(values, starts.dtype)
        if validate:
            message = "Arguments to from_row_starts do not form a valid RaggedTensor"
            starts = checked(
                [
                    assert_rank(starts, 1, message=message),
                    assert_equal(starts[:1], constant(0, starts.dtype), message=message),
                    assert_non_negative(starts[1:] - starts[:-1], message=message),
                    assert_less_equal(starts[-1:], count, message=message),
                ],
                starts,
            )
        return RowPartition(concat([starts, [count]], axis=0))


def from_row_limits(row_limits: Any, validate: bool, dtype: Any = None) -> RowPartition:
    """Where each row ends."""
    with name_scope(None, "RowPartitionFromRowLimits", [row_limits]):
        limits = as_partition(row_limits, "row_limits", dtype)
        limits.shape.assert_has_rank(1)
        if validate:
            message = "Arguments to from_row_limits do not form a valid RaggedTensor"
            limits = checked(
                [
                    assert_rank(limits, 1, message=message),
                    assert_non_negative(limits[:1], message=message),
                    assert_non_negative(limits[1:] - limits[:-1], message=message),
                ],
                limits,
            )
        return RowPartition(concat([zeros([1], limits.dtype), limits], axis=0))


def from_value_rowids(value_rowids: Any, nrows: Any, validate: bool, dtype: Any = None) -> RowPartition:
    """The row of each value, which never falls; nrows: number of rows, by default one more than the last of them."""
    with name_scope(None, "RowPartitionFromValueRowIds", [value_rowids, nrows]):
        rows = as_partition(value_rowids, "value_rowids", dtype)
        rows.shape.assert_has_rank(1)
        known = constant_value(rows) if nrows is None else None
        if known is not None:
            count = constant(int(known[-1]) + 1 if len(known) else 0, rows.dtype, name="nrows")
        elif nrows is None:
            count = concat([rows[-1:], [-1]], axis=0)[0] + 1
        else:
            count = convert_to_tensor(nrows, rows.dtype, "nrows")
        if validate:
            message = "Arguments to from_value_rowids do not form a valid RowPartition"
            checks = [
                assert_rank(rows, 1, message=message),
                assert_rank(count, 0, message=message),
                assert_non_negative(rows[:1], message=message),
                assert_non_negative(rows[1:] - rows[:-1], message=message),
            ]
            if nrows is not None or known is not None:
                checks.append(assert_less(rows[-1:], count, message=message))
            rows = checked(checks, rows)
        narrow = cast(rows, dtypes.int32)
        narrow_count = cast(count, dtypes.int32)
        lengths = bincount(narrow, minlength=narrow_count, maxlength=narrow_count, dtype=rows.dtype)
        splits = concat([[0], cumsum(lengths, axis=0)], axis=0)
        known_count = constant_value(count)
        if known_count is not None:
            lengths.set_shape([int(known_count)])
            splits.set_shape([int(known_count) + 1])
        return RowPartition(splits, lengths, rows, count)


def from_uniform_row_length(length: Any, values: Any, nrows: Any, validate: bool) -> RowPartition:
    """Rows of one length. values: how many there are; nrows: of rows, which only rows of length 0 need."""
    with name_scope(None, "RowPartitionFromUniformRowLength", [length, nrows]):
        known = constant_value(length)
        if nrows is not None:
            rows = convert_to_tensor(nrows, length.dtype, "nrows")
        elif known is None:
            rows = values // raw.Maximum(length, constant(1, length.dtype))
        elif known == 0:
            rows = constant(0, length.dtype)
        else:
            rows = values // int(known)
        known_rows = constant_value(rows)
        if known is not None and known_rows is not None:
            splits = constant([i * int(known) for i in range(int(known_rows) + 1)], length.dtype)
        else:
            splits = range_of(rows + 1, dtype=length.dtype) * length
        made = RowPartition(splits, nrows=rows, uniform_row_length=length)
        return made.after(_uniform_checks(length, known, rows, known_rows, values)) if validate else made


def _uniform_checks(length: Tensor, known: Any, rows: Tensor, known_rows: Any, values: Tensor) -> list[Any]:
    """Of the number of values, and that the length is not negative: at once where both are known."""
    checks, count = [], constant_value(values)
    if known is None or known_rows is None or count is None:
        facts = ["uniform_row_length", length, "times nrows", rows, "must equal nvals", values]
        checks.append(assert_equal(rows * length, values, data=facts))
    elif known * known_rows != count:
        raise ValueError(f"uniform_row_length={known} times nrows={known_rows} must equal nvals={count}")
    if known is None:
        message = "uniform_row_length must be >= 0."
        checks.append(assert_greater_equal(length, constant(0, length.dtype), message=message))
    return checks
