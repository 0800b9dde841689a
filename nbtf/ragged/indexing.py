"""Rows of RaggedTensors, and parts of rows, by index and slice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.filling import zeros
from nbtf.array.indexing import boolean_mask, gather
from nbtf.array.joining import concat
from nbtf.array.masks import sequence_mask
from nbtf.array.shapes import expand_dims, rank, shape, size
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.math.accumulation import cumsum
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_all, reduce_max

if TYPE_CHECKING:
    from nbtf.ragged.ragged_tensor import RaggedTensor

_WHOLE = slice(None)


def item(ragged: RaggedTensor, key: Any) -> Any:
    """ragged[key]: see RaggedTensor.__getitem__."""
    keys = list(key) if isinstance(key, (list, tuple)) else [key]
    if keys and keys[0] is Ellipsis:
        keys = _with_ellipsis_later(keys, ragged)
    if not keys:
        return ragged
    first, *inner = keys
    if first is None:
        raise NotImplementedError("new axes of RaggedTensors are not there yet")
    if isinstance(first, slice):
        return _inner(_rows(ragged, first), inner)
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
    starts = splits[:-1][_with_step(key, splits)]
    limits = splits[1:][_with_step(key, splits)]
    none = zeros([1], splits.dtype)
    if key.step is None or (isinstance(key.step, int) and key.step == 1):
        chosen = concat([none[size(starts) :], starts[:1], limits], 0)
        first, last = chosen[0], chosen[-1]
        values = _span(ragged._values, first, last)
        return type(ragged).from_row_splits(values, chosen - first, validate=False)
    return _ranges(ragged, starts, limits, 1)


def _with_step(key: slice, splits: Tensor) -> slice:
    """Bounds that are tensors have a step of their type."""
    if isinstance(key.start, Tensor) and key.step is None:
        return slice(key.start, key.stop, constant(1, splits.dtype))
    return key


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
        raise NotImplementedError("new axes of RaggedTensors are not there yet")
    if not isinstance(first, slice):
        raise ValueError("Cannot index into an inner ragged dimension.")
    if first != _WHOLE:
        ragged = _columns(ragged, first)
    return ragged.with_values(_inner(ragged._values, inner))


def _columns(ragged: Any, key: slice) -> Any:
    """The part of each row that a slice chooses."""
    for bound in (key.start, key.stop, key.step):
        if isinstance(bound, Tensor):
            raise NotImplementedError("bounds of inner slices of RaggedTensors must be ints")
        if bound is not None and not isinstance(bound, int):
            raise TypeError(f"slice bounds must be ints or None. Received {bound!r}")
    if hasattr(ragged._values, "row_splits"):
        raise NotImplementedError("of several ragged dims, only the outermost and the innermost can be sliced")
    step = 1 if key.step is None else key.step
    if step == 0:
        raise ValueError("slice step cannot be zero")
    starts, limits = ragged._row_splits[:-1], ragged._row_splits[1:]
    if step > 0:
        lowest, highest = starts, limits
        first = starts if key.start is None else _bound(key.start, starts, limits, lowest, highest)
        last = limits if key.stop is None else _bound(key.stop, starts, limits, lowest, highest)
    else:
        lowest, highest = starts - 1, limits - 1
        first = limits - 1 if key.start is None else _bound(key.start, starts, limits, lowest, highest)
        last = starts - 1 if key.stop is None else _bound(key.stop, starts, limits, lowest, highest)
    return _ranges(ragged, first, last, step)


def _bound(place: int, starts: Tensor, limits: Tensor, lowest: Tensor, highest: Tensor) -> Any:
    """Where a bound of a slice is in each row; one below 0 counts from the end."""
    if place >= 0:
        return raw.Minimum(starts + cast(place, starts.dtype), highest)
    return raw.Maximum(limits + cast(place, starts.dtype), lowest)


def _ranges(ragged: Any, starts: Any, limits: Any, step: int) -> Any:
    """Rows of the values from starts to limits."""
    by = cast(convert_to_tensor(step, name="step"), starts.dtype)
    splits, places = raw.RaggedRange(starts, limits, by, Tsplits=starts.dtype)
    if hasattr(ragged._values, "row_splits"):
        raise NotImplementedError("rows of RaggedTensors within RaggedTensors are not chosen by a step")
    return type(ragged)(gather(ragged._values, places), splits)


def from_padded(tensor: Tensor, lengths: Any, padding: Any, splits_dtype: dtypes.DType) -> tuple[Any, Tensor]:
    """Values and row splits of the rows of a tensor without what fills them up."""
    columns = shape(tensor, out_type=splits_dtype)[1]
    if padding is not None:
        padding = convert_to_tensor(padding, tensor.dtype, name="padding")
        padding.shape.assert_is_compatible_with(tensor.shape[2:])
        is_padding = raw.Equal(padding, tensor)
        dims = rank(tensor)
        inner = range_of(2, dims)
        fills = cond(dims > 2, lambda: reduce_all(is_padding, axis=inner), lambda: is_padding)
        fills.set_shape([None, None])
        fills.set_shape(tensor.shape[:2])
        needed = cast(raw.LogicalNot(fills), splits_dtype) * expand_dims(range_of(1, columns + 1), 0)
        lengths = reduce_max(needed, axis=1)
    lengths = raw.Cast(convert_to_tensor(lengths, name="lengths", preferred_dtype=splits_dtype), splits_dtype)
    lengths.shape.assert_has_rank(1)
    lengths = raw.Maximum(raw.Minimum(lengths, columns), 0)
    limits = cumsum(lengths)
    splits = concat([zeros([1], splits_dtype), limits], 0)
    return boolean_mask(tensor, sequence_mask(lengths, maxlen=columns)), splits
