"""Rows of RaggedTensors, and parts of rows, by index and slice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nbtf import dtypes
from nbtf.array.filling import zeros
from nbtf.array.joining import concat
from nbtf.array.shapes import shape, size
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.ragged import gathering

if TYPE_CHECKING:
    from nbtf.ragged.ragged_tensor import RaggedTensor

_WHOLE = slice(None)


def item(ragged: RaggedTensor, key: Any) -> Any:
    """ragged[key]: see RaggedTensor.__getitem__."""
    return _part(ragged, list(key) if isinstance(key, (list, tuple)) else [key])


def _part(ragged: Any, keys: list[Any]) -> Any:
    if keys and keys[0] is Ellipsis:
        keys = _with_ellipsis_later(keys, ragged)
    if not keys:
        return ragged
    first, *inner = keys
    if first is None:
        return _in_one_row(_part(ragged, inner))
    if isinstance(first, slice):
        rows, length = _rows(ragged, first), ragged.uniform_row_length
        if length is not None:
            rows = ragged.from_uniform_row_length(rows._values, length, rows.nrows())
        return _inner(rows, inner)
    starts, limits = ragged._row_splits[:-1], ragged._row_splits[1:]
    return _span(ragged._values, starts[first], limits[first])[tuple(inner)]


def _with_ellipsis_later(keys: list[Any], ragged: Any) -> list[Any]:
    """Keys that begin with an ellipsis as such that begin with what it stands for."""
    rank = ragged.shape.ndims
    if rank is None:
        raise ValueError("Ellipsis not supported for unknown shape RaggedTensors")
    given = sum(key is not None for key in keys)
    if given > rank + 1:
        raise IndexError(f"Too many indices for RaggedTensor: {given - 1} for {rank} dimensions")
    return keys[1:] if given == rank + 1 else [_WHOLE, *keys]


def _span(values: Any, start: Tensor, limit: Tensor) -> Any:
    if hasattr(values, "row_splits"):
        return values[start:limit]
    return values[start : limit : constant(1, start.dtype)]


def _rows(ragged: Any, key: slice) -> Any:
    """The rows that a slice chooses."""
    if key == _WHOLE:
        return ragged
    splits = ragged._row_splits
    starts = splits[:-1][key]
    limits = splits[1:][key]
    none = zeros([1], splits.dtype)
    if key.step is None or (isinstance(key.step, int) and key.step == 1):
        chosen = concat([none[size(starts) :], starts[:1], limits], 0)
        first, last = chosen[0], chosen[-1]
        values = _span(ragged._values, first, last)
        return type(ragged).from_row_splits(values, chosen - first, validate=False)
    return _ranges(ragged, starts, limits, 1)


def _inner(ragged: Any, keys: list[Any]) -> Any:
    """By keys for what is below the outermost dim."""
    if not keys:
        return ragged
    if not hasattr(ragged, "row_splits"):
        return ragged[(_WHOLE, *keys)]
    if keys[0] is Ellipsis:
        keys = _with_ellipsis_later(keys, ragged._values)
    first, *inner = keys
    if first is None:
        return _each_in_a_row(_inner(ragged, inner))
    if not isinstance(first, slice):
        raise ValueError("Cannot index into an inner ragged dimension.")
    if first != _WHOLE:
        ragged = _columns(ragged, first)
    return ragged.with_values(_inner(ragged._values, inner))


def _in_one_row(value: Any) -> Any:
    """A new outermost dim, of size 1."""
    if not hasattr(value, "row_splits"):
        return value[None]
    return value.from_uniform_row_length(value, _row_count(value), 1, validate=False)


def _each_in_a_row(value: Any) -> Any:
    """A new second dim, of size 1."""
    return value.from_uniform_row_length(value, 1, _row_count(value), validate=False)


def _row_count(value: Any) -> Any:
    splits = value.row_splits
    known = splits.shape.as_list()[0]
    return shape(splits, out_type=splits.dtype)[0] - 1 if known is None else known - 1


def _columns(ragged: Any, key: slice) -> Any:
    """The part of each row that a slice chooses."""
    for bound in (key.start, key.stop):
        if not isinstance(bound, (Tensor, int, type(None))):
            raise TypeError("slice offsets must be integers or None")
    step = 1 if key.step is None else key.step
    starts, limits = ragged._row_splits[:-1], ragged._row_splits[1:]
    lowest = _by_sign(step, lambda: starts, lambda: starts - 1)
    highest = _by_sign(step, lambda: limits, lambda: limits - 1)
    if key.start is None:
        first = _by_sign(step, lambda: starts, lambda: limits - 1)
    else:
        first = _bound(key.start, starts, limits, lowest, highest)
    if key.stop is None:
        last = _by_sign(step, lambda: limits, lambda: starts - 1)
    else:
        last = _bound(key.stop, starts, limits, lowest, highest)
    made = _ranges(ragged, first, last, step)
    length = ragged.uniform_row_length
    if length is None:
        return made
    length = size(zeros(length, dtypes.bool)[key], out_type=length.dtype)
    return ragged.from_uniform_row_length(made._values, length, ragged.nrows())


def _by_sign(value: Any, positive: Callable[[], Any], negative: Callable[[], Any]) -> Any:
    """What is meant for numbers from 0 on, or for others; a run decides on a tensor."""
    if isinstance(value, Tensor):
        return cond(value >= 0, positive, negative)
    return positive() if value >= 0 else negative()


def _bound(place: Any, starts: Tensor, limits: Tensor, lowest: Any, highest: Any) -> Any:
    """Where a bound of a slice is in each row; one below 0 counts from the end."""
    offset = cast(place, starts.dtype)
    return _by_sign(place, lambda: raw.Minimum(starts + offset, highest), lambda: raw.Maximum(limits + offset, lowest))


def _ranges(ragged: Any, starts: Any, limits: Any, step: Any) -> Any:
    """Rows of the values from starts to limits."""
    step = convert_to_tensor(step, name="step")
    if not step.dtype.is_integer:
        raise TypeError("slice strides must be integers or None")
    splits, places = raw.RaggedRange(starts, limits, cast(step, starts.dtype), Tsplits=starts.dtype)
    return type(ragged)(gathering.rows(ragged._values, places), splits)
