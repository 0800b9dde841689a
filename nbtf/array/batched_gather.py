"""Gathers in which the first dims of both tensors go together."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones, zeros
from nbtf.array.grids import meshgrid
from nbtf.array.indexing import gather
from nbtf.array.joining import concat, stack, tile, unstack
from nbtf.array.shapes import rank, reshape, shape, transpose
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.reductions import reduce_prod


def batch_gather(params: Any, indices: Any, name: str | None = None) -> Any:
    """Slices of each part: params [b..., n, q...], indices [b..., i] -> [b..., i, q...].

    Raises ValueError for indices of unknown rank.
    """
    with name_scope(name, "BatchGather", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        if indices.dims is None:
            raise ValueError("batch_gather does not allow indices with unknown shape.")
        return _gather_flat(params, indices, len(indices.dims) - 1)


def _gather_flat(params: Tensor, indices: Tensor, batch_dims: int) -> Any:
    """The batch dims and the gathered one as one dim, the indices moved to match."""
    if batch_dims == 0:
        return gather(params, indices)
    indices_shape, params_shape = shape(indices), shape(params)
    dtype = indices.dtype.base_dtype
    flat, step = indices, ones((), dtype)
    extents = cast_always(params_shape, dtype)
    for dim in range(batch_dims, 0, -1):
        dim_extent = extents[dim - 1]
        step *= extents[dim]
        starts = raw.Range(zeros((), dtype), dim_extent, ones((), dtype)) * step
        flat += reshape(starts, stack([1] * (dim - 1) + [dim_extent] + [1] * (len(indices.dims or ()) - dim)))
    flat = reshape(flat, [-1])
    outer = params_shape[batch_dims + 1 :]
    joined = concat([[reduce_prod(params_shape[: batch_dims + 1], [0])], outer], 0)
    rows = gather(reshape(params, joined), flat)
    result = reshape(rows, concat([indices_shape, outer], 0))
    known = indices.shape[:batch_dims].merge_with(params.shape[:batch_dims])
    known = known.concatenate(indices.shape[batch_dims:]).concatenate(params.shape[batch_dims + 1 :])
    result.set_shape(known)
    return result


def cast_always(value: Tensor, dtype: dtypes.DType) -> Any:
    """A Cast even where the dtype is the same already."""
    return raw.Cast(value, dtype)


def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: Any = 0) -> Any:
    """Slices of `params` at coordinates: params [b..., ...], indices [b..., i..., k] -> [b..., i..., rest].

    batch_dims: how many of the first dims go together. Raises ValueError for one that does not fit.
    """
    static = constant_value(batch_dims) if isinstance(batch_dims, Tensor) else batch_dims
    if static == 0:
        if hasattr(params, "gather_nd"):  # a resource variable reads only the rows it needs
            return params.gather_nd(indices, name=name)
        return raw.GatherNd(params, indices, name=name)
    return _batch_gather_nd(params, indices, static, name)


def _batch_gather_nd(params: Any, indices: Any, batch_dims: Any, name: str | None) -> Any:
    with name_scope(name, "BatchGatherND", [params, indices]):
        indices = convert_to_tensor(indices, name="indices")
        params = convert_to_tensor(params, name="params")
        if not isinstance(batch_dims, int):
            raise TypeError(f"Argument `batch_dims` must be an int; got {batch_dims!r}")
        if batch_dims < 0:
            raise ValueError("tf.gather_nd does not allow negative batch_dims.")
        dims = None if params.dims is None else len(params.dims)
        index_dims = None if indices.dims is None else len(indices.dims)
        if dims is not None and batch_dims >= dims:
            raise ValueError(f"batch_dims = {batch_dims} must be less than rank(`params`) = {dims}")
        if index_dims is None:
            raise ValueError("tf.gather_nd does not allow indices with unknown rank when batch_dims is specified.")
        if batch_dims >= index_dims:
            raise ValueError(f"batch_dims = {batch_dims} must be less than rank(`indices`) = {index_dims}")
        return _gather_nd_of_batches(params, indices, batch_dims)


def _gather_nd_of_batches(params: Tensor, indices: Tensor, batch_dims: int) -> Any:
    """Coordinates of the batch are put before the given ones, and all is one gather_nd."""
    params_shape, indices_shape = shape(params), shape(indices)
    batch_shape = params_shape[:batch_dims]
    batch_size = reduce_prod(batch_shape, [0])
    index_rank = rank(indices) - batch_dims - 1
    internal = indices_shape[batch_dims:-1]
    dtype = indices.dtype.base_dtype
    axes = [cast_always(raw.Range(0, cast_always(extent, dtypes.int32), 1), dtype) for extent in unstack(batch_shape)]
    grid = meshgrid(*axes, indexing="ij") if axes else []
    coordinates = transpose(stack([reshape(one, [-1]) for one in grid]))
    coordinates_shape = shape(coordinates)
    wide = concat([coordinates_shape[:1], ones(index_rank, dtype=dtypes.int32), coordinates_shape[1:]], 0)
    tiled = tile(reshape(coordinates, wide), concat(([1], internal, [1]), 0))
    flat = reshape(indices, concat(([batch_size], indices_shape[batch_dims:]), 0))
    gathered = raw.GatherNd(params, concat((tiled, flat), -1))
    result = reshape(gathered, concat([batch_shape, shape(gathered)[1:]], 0))
    return result
