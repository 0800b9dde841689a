"""Masks of sequence lengths, and elements repeated as often as a tensor says."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import ones
from nbtf.array.indexing import boolean_mask
from nbtf.array.integers import convert_to_int_tensor
from nbtf.array.joining import concat, tile
from nbtf.array.shapes import broadcast_to, expand_dims, rank, reshape, shape
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor


def all_dims(x: Tensor) -> Any:
    """The numbers of all axes of `x`."""
    if x.dims is not None:
        return constant(np.arange(len(x.dims)), dtypes.int32)
    return raw.Range(0, rank(x), 1)


def sequence_mask(lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool, name: str | None = None) -> Any:
    """True for the first so many of `maxlen` places: lengths [...] -> [..., maxlen]. maxlen: the largest if None."""
    with name_scope(name, "SequenceMask", [lengths, maxlen]):
        lengths = convert_to_tensor(lengths)
        if maxlen is None:
            maxlen = raw.Max(lengths, all_dims(lengths))
            maxlen = raw.Maximum(constant(0, maxlen.dtype), maxlen)
        else:
            maxlen = convert_to_tensor(maxlen)
        if maxlen.dims:
            raise ValueError(
                f"Argument `maxlen` must be scalar for sequence_mask, received `maxlen` = {maxlen} "
                f"with shape '{maxlen.shape}' instead"
            )
        places = raw.Range(constant(0, maxlen.dtype), maxlen, constant(1, maxlen.dtype))
        mask = places < raw.Cast(expand_dims(lengths, -1), maxlen.dtype)
        return mask if dtype is None or mask.dtype.is_compatible_with(dtype) else raw.Cast(mask, dtype)


def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Any:
    """Each slice along `axis` so many times: a number for all or one for each. None: of the elements in a row."""
    if axis is None:
        input, axis = reshape(input, [-1]), 0
    return _repeat(input, repeats, axis, name)


def _repeat(data: Any, repeats: Any, axis: int, name: str | None) -> Any:
    if not isinstance(axis, int):
        raise TypeError(f"Argument `axis` must be an int. Received `axis` = {axis} of type {type(axis).__name__}")
    with name_scope(name, "Repeat", [data, repeats]):
        data = convert_to_tensor(data, name="data")
        repeats = convert_to_int_tensor(repeats, name="repeats")
        repeats.shape.with_rank_at_most(1)
        if data.dims is None or data.dims == ():
            data = _as_vector(data)
        extents = shape(data, out_type=repeats.dtype)
        axis = _positive_axis(axis, data)
        if repeats.shape.num_elements() == 1:
            return _repeat_evenly(data, reshape(repeats, []), axis, extents)
        if repeats.dims is not None and len(repeats.dims) == 1 and data.dims is not None:
            data.shape[axis].assert_is_compatible_with(repeats.shape[0])
        each = broadcast_to(repeats, [extents[axis]])
        return _repeat_each(data, each, axis, extents)


def _as_vector(data: Tensor) -> Any:
    if data.dims == ():
        return expand_dims(data, 0)
    extents = shape(data)
    wide = concat([ones([1], dtypes.int32), extents], 0)[-raw.Maximum(rank(data), 1) :]
    return reshape(data, wide)


def _positive_axis(axis: int, data: Tensor) -> int:
    if data.dims is None:
        if axis < 0:
            raise ValueError(f"axis may only be negative if rank(data) is statically known; got {axis}")
        return axis
    dims = len(data.dims)
    if not -dims <= axis < dims:
        raise ValueError(f"axis={axis} out of bounds: expected {-dims}<=axis<{dims}")
    return axis + dims if axis < 0 else axis


def _repeat_evenly(data: Tensor, repeats: Tensor, axis: int, extents: Tensor) -> Any:
    tiled = _tile_one_dim(expand_dims(data, axis + 1), axis + 1, repeats)
    return reshape(tiled, concat([extents[:axis], [repeats * extents[axis]], extents[axis + 1 :]], 0))


def _repeat_each(data: Tensor, each: Tensor, axis: int, extents: Tensor) -> Any:
    """As often as the longest, then without what is too much."""
    repeats = each
    if repeats.dims is None or len(repeats.dims) != axis + 1:
        repeats_shape, repeats_rank = shape(repeats), rank(repeats)
        repeats = broadcast_to(repeats, concat([extents[: axis + 1 - repeats_rank], repeats_shape], 0))
        repeats.set_shape([None] * (axis + 1))
    longest = raw.Max(repeats, all_dims(repeats))
    most = raw.Maximum(constant(0, repeats.dtype, name="zero"), longest)
    mask = sequence_mask(repeats, most)
    tiled = _tile_one_dim(expand_dims(data, axis + 1), axis + 1, most)
    result = boolean_mask(tiled, mask)
    if axis:
        total = raw.Sum(each, raw.Range(0, rank(each), 1))
        result = reshape(result, concat([extents[:axis], [total], extents[axis + 1 :]], 0))
    if data.dims is not None:
        result.set_shape(data.shape[:axis].concatenate([None]).concatenate(data.shape[axis + 1 :]))
    return result


def _tile_one_dim(data: Tensor, axis: int, multiple: Any) -> Any:
    if data.dims is not None:
        multiples: list[Any] = [1] * len(data.dims)
        multiples[axis] = multiple
        return tile(data, multiples)
    each = ones([rank(data)], dtypes.int32)
    return tile(data, concat([each[:axis], [multiple], each[axis + 1 :]], 0))
