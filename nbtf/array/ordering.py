"""Order: sorted values, the largest ones, unique ones, and where a value would stand."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.shapes import rank, reshape, shape, shape_of, transpose
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor

unique = OpFunction("Unique")
unique_with_counts = OpFunction("UniqueWithCounts")
unravel_index = OpFunction("UnravelIndex")
invert_permutation = OpFunction("InvertPermutation")


def top_k(input: Any, k: Any = 1, sorted: bool = True, index_type: Any = dtypes.int32, name: str | None = None) -> Any:
    """The k largest elements of the last axis and their indices, the largest first; of ties the first."""
    return raw.TopKV2(input, k, sorted=sorted, index_type=index_type, name=name)


def setdiff1d(x: Any, y: Any, index_dtype: Any = dtypes.int32, name: str | None = None) -> Any:
    """What is in `x` and not in `y`, as it stands there, and its indices in `x`."""
    return raw.ListDiff(x, y, out_idx=index_dtype, name=name)


def searchsorted(
    sorted_sequence: Any, values: Any, side: str = "left", out_type: Any = dtypes.int32, name: str | None = None
) -> Any:
    """Where each value would stand in the sorted last axis: sorted_sequence [..., n], values [..., m] -> [..., m].

    side: before ("left") or after ("right") equal elements. Raises ValueError for another one.
    """
    length, count = shape_of(sorted_sequence)[-1], shape_of(values)[-1]
    rows, value_rows = reshape(sorted_sequence, [-1, length]), reshape(values, [-1, count])
    if side not in ("left", "right"):
        raise ValueError(f"Argument `side` must be either 'right' or 'left'. Received: `side` = '{side}'.")
    op = raw.UpperBound if side == "right" else raw.LowerBound
    return reshape(op(rows, value_rows, out_type=out_type, name=name), shape_of(values))


def sort(values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None) -> Any:
    """The values in order along `axis`; direction: ASCENDING or DESCENDING."""
    with name_scope(name, "sort"):
        return _ordered(values, axis, direction, indices=False)


def argsort(
    values: Any, axis: int = -1, direction: str = "ASCENDING", stable: bool = False, name: str | None = None
) -> Any:
    """The indices that `sort` takes the values in. Equal ones keep their order, stable or not."""
    with name_scope(name, "argsort"):
        return _ordered(values, axis, direction, indices=True)


def _ordered(values: Any, axis: Any, direction: str, indices: bool) -> Any:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            f"Argument `direction` should be one of ASCENDING, DESCENDING. Received: direction={direction}"
        )
    static_axis = constant_value(convert_to_tensor(axis, name="axis"))
    if static_axis is None or np.ndim(static_axis):
        raise ValueError(f"Argument `axis` must be a constant scalar. Received: axis={axis}.")
    values = convert_to_tensor(values, name="values")
    order = _descending if direction == "DESCENDING" else _ascending
    return order(values, int(static_axis), indices)


def _descending(values: Tensor, axis: int, indices: bool) -> Any:
    k, dims = shape(values)[axis], rank(values)
    static = None if values.dims is None else len(values.dims)
    moved, places = values, None
    if axis != -1 and axis + 1 != static:
        places = _exchanged(axis, dims, static)
        moved = transpose(values, places)
    largest, at = top_k(moved, k)
    result = at if indices else largest
    return result if places is None else transpose(result, places)


def _exchanged(axis: int, dims: Tensor, static: int | None) -> Any:
    """The axes with `axis` and the last one exchanged."""
    if static is not None:
        axis = axis + static if axis < 0 else axis
        order = list(range(static))
        order[axis], order[-1] = order[-1], order[axis]
        return constant(np.array(order), name="transposition")
    at: Any = axis + dims if axis < 0 else axis
    order, last = range_of(dims), dims - 1
    return raw.TensorScatterUpdate(order, [[at], [last]], [dims - 1, at])


def _ascending(values: Tensor, axis: int, indices: bool) -> Any:
    """The reverse order of what is turned around: -x, or without overflow -x - 1 and max - x of integers."""
    dtype = values.dtype.base_dtype
    if dtype.is_unsigned:
        result = _descending(dtype.max - values, axis, indices)
        return result if indices else dtype.max - result
    if dtype.is_integer:
        result = _descending(-values - 1, axis, indices)
        return result if indices else -result - 1
    result = _descending(-values, axis, indices)
    return result if indices else -result
