"""What parse_example makes of a feature: the classes that say its dtype and its form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nbtf import dtypes


class VarLenFeature(NamedTuple):
    """Any number of values: a SparseTensor."""

    dtype: Any


class FixedLenFeature(NamedTuple):
    """Values of one shape: a tensor. default_value: for examples without the feature; without it they are refused."""

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """Any number of rows of one shape, filled up with default_value to the most that an example has: a tensor.

    allow_missing: examples without the feature have no rows.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class SparseFeature(NamedTuple):
    """A SparseTensor of two features, indices and values; several index_keys, with as many sizes, make as many axes."""

    index_key: Any
    value_key: str
    dtype: Any
    size: Any
    already_sorted: bool = False


class _RowSplits(NamedTuple):
    """Where each row ends, after a zero."""

    key: str


class _RowLengths(NamedTuple):
    """How long each row is."""

    key: str


class _RowStarts(NamedTuple):
    """Where each row begins."""

    key: str


class _RowLimits(NamedTuple):
    """Where each row ends."""

    key: str


class _ValueRowIds(NamedTuple):
    """The row of each value."""

    key: str


class _UniformRowLength(NamedTuple):
    """All rows are as long."""

    length: int


class _RaggedFeature(NamedTuple):
    dtype: Any
    value_key: str | None = None
    partitions: Sequence[Any] = ()
    row_splits_dtype: Any = dtypes.int32
    validate: bool = False


class RaggedFeature(_RaggedFeature):
    """Any number of values: a RaggedTensor, whose rows are the examples and, within, what `partitions` say.

    value_key: the feature with the values, if it is not the key itself. partitions: RowSplits, RowLengths, RowStarts,
    RowLimits, ValueRowIds of another feature, or UniformRowLength; the outermost first.
    """

    __slots__ = ()
    RowSplits = _RowSplits
    RowLengths = _RowLengths
    RowStarts = _RowStarts
    RowLimits = _RowLimits
    ValueRowIds = _ValueRowIds
    UniformRowLength = _UniformRowLength

    def __new__(
        cls,
        dtype: Any,
        value_key: str | None = None,
        partitions: Sequence[Any] = (),
        row_splits_dtype: Any = dtypes.int32,
        validate: bool = False,
    ) -> RaggedFeature:
        """Raises ValueError for dtypes that no feature has, TypeError for other partitions."""
        if value_key is not None and not isinstance(value_key, str):
            raise ValueError(f"Argument `value_key` must be a string; got {value_key!r}")
        dtype, row_splits_dtype = dtypes.as_dtype(dtype), dtypes.as_dtype(row_splits_dtype)
        if dtype not in (dtypes.int64, dtypes.float32, dtypes.string):
            raise ValueError(f"Argument `dtype` must be int64, float32, or bytes; got {dtype!r}")
        if row_splits_dtype not in (dtypes.int32, dtypes.int64):
            raise ValueError(f"Argument `row_splits_dtype` must be int32 or int64; got {row_splits_dtype!r}")
        kinds = (_RowSplits, _RowLengths, _RowStarts, _RowLimits, _ValueRowIds, _UniformRowLength)
        if not isinstance(partitions, (list, tuple)) or not all(isinstance(one, kinds) for one in partitions):
            names = ", ".join(kind.__name__.removeprefix("_") for kind in kinds)
            raise TypeError(f"Argument `partitions` must be a list of partition objects ({names}); got: {partitions}")
        return super().__new__(cls, dtype, value_key, partitions, row_splits_dtype, validate)

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"RaggedFeature({parts})"
