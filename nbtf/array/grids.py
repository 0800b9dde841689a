"""Coordinates and evenly spaced values."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones, zeros_like
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import where_v2
from nbtf.array.integers import convert_to_int_tensor
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import broadcast_dynamic_shape, broadcast_to, expand_dims, reshape, shape, size
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast


def meshgrid(*args: Any, **kwargs: Any) -> list[Any]:
    """For each vector a tensor of its values over the grid that all of them span.

    indexing: "xy", the first two dims exchanged as images have them, or "ij". name: of the scope.
    """
    indexing, name = kwargs.pop("indexing", "xy"), kwargs.pop("name", "meshgrid")
    if kwargs:
        raise TypeError(f"'{next(iter(kwargs))}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Argument `indexing` parameter must be either 'xy' or 'ij', got '{indexing}'")
    with name_scope(name, "meshgrid", args):
        count = len(args)
        if not count:
            return []
        columns = [reshape(stack(vector), [1] * i + [-1] + [1] * (count - i - 1)) for i, vector in enumerate(args)]
        extents = [size(vector) for vector in args]
        dtype = convert_to_tensor(args[0]).dtype.base_dtype
        if indexing == "xy" and count > 1:
            columns[0] = reshape(columns[0], [1, -1] + [1] * (count - 2))
            columns[1] = reshape(columns[1], [-1, 1] + [1] * (count - 2))
            extents[0], extents[1] = extents[1], extents[0]
        ones_of_grid = ones(extents, dtype)
        return [column * ones_of_grid for column in columns]


def linspace(start: Any, stop: Any, num: Any, name: str | None = None, axis: Any = 0) -> Any:
    """`num` values from start to stop, both included, along a new axis; start and stop may be of any shape."""
    with name_scope(name, "linspace", [start, stop]):
        start = convert_to_tensor(start, name="start")
        stop = convert_to_tensor(stop, name="stop", dtype=start.dtype)
        num_int = convert_to_int_tensor(num, "num")
        cast(num_int, start.dtype)  # TensorFlow's graphs have it, though nothing reads it
        both = broadcast_dynamic_shape(shape(start), shape(stop))
        start, stop = broadcast_to(start, both), broadcast_to(stop, both)
        first, last = expand_dims(start, axis), expand_dims(stop, axis)
        expanded_shape = shape(first)
        rank = shape(expanded_shape)[0]
        axis = where_v2(axis >= 0, axis, rank + axis)
        inner = raw.Maximum(num_int - 2, 0)
        steps = raw.Maximum(num_int - 1, 1)
        delta = (last - first) / cast(steps, first.dtype)
        end = where_v2(num_int >= 0, steps, -1)
        positions = cast(range_of(1, end, dtype=dtypes.int64), first.dtype)
        along = where_v2(raw.Equal(axis, range_of(rank)), inner, 1)
        middle = first + delta * reshape(positions, along)
        whole = concat((first, middle, last), axis)
        start_of_all = zeros_like(expanded_shape)
        sizes = concat((expanded_shape[0:axis], reshape(num_int, [1]), expanded_shape[axis + 1 :]), 0)
        return raw.Slice(whole, start_of_all, sizes)
