"""Products of tensors over any axes, of matrices and vectors, of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import gather, where
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import expand_dims, rank, reshape, shape, squeeze, transpose
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_prod

cross = OpFunction("Cross")


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """a [..., N, K] times vectors b [..., K] -> [..., N]; see `matmul`."""
    with name_scope(name, "MatVec", [a, b]):
        column = expand_dims(b, -1)
        product = matmul(
            a,
            column,
            transpose_a=transpose_a,
            adjoint_a=adjoint_a,
            a_is_sparse=a_is_sparse,
            b_is_sparse=b_is_sparse,
        )
        return squeeze(product, -1)


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Any:
    """The sums of products over pairs of axes; the other axes of `a` come first in the result, then those of `b`.

    axes: the last so many of `a` with the first of `b`; or [axes of a, axes of b]; or a tensor [2, n].
    Raises ValueError for axes that do not fit.
    """
    with name_scope(name, "Tensordot", [a, b, axes]) as scope:
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, name="b")
        a_axes, b_axes = _paired_axes(a, axes)
        a_matrix, a_free, a_static = _as_matrix(a, a_axes, axes_first=False)
        b_matrix, b_free, b_static = _as_matrix(b, b_axes, axes_first=True)
        product = matmul(a_matrix, b_matrix)
        if isinstance(a_free, list) and isinstance(b_free, list):
            if product.shape.is_fully_defined() and product.shape.as_list() == a_free + b_free:
                return product
            return reshape(product, a_free + b_free, name=scope)
        a_free = convert_to_tensor(a_free, dtypes.int32)
        b_free = convert_to_tensor(b_free, dtypes.int32)
        result = reshape(product, concat([a_free, b_free], 0), name=scope)
        if a_static is not None and b_static is not None:
            result.set_shape(a_static + b_static)
        return result


def _paired_axes(a: Tensor, axes: Any) -> tuple[Any, Any]:
    if isinstance(axes, (int, np.integer)):
        if axes < 0:
            raise ValueError(f"`axes` must be at least 0. Received: {axes}.")
        if a.dims is None:
            a_rank = rank(a)
            return range_of(a_rank - axes, a_rank, dtype=dtypes.int32), range_of(axes, dtype=dtypes.int32)
        dims = len(a.dims)
        if axes > dims:
            raise ValueError(
                f"`axes` must not be larger than the number of dimensions of tensor {a}.  "
                f"Received {axes}, vs tensor dimensions {dims}."
            )
        return list(range(dims - axes, dims)), list(range(axes))
    if isinstance(axes, (list, tuple)):
        if len(axes) != 2:
            raise ValueError(f"`axes` must be an integer or have length 2. Received {axes}.")
        a_axes, b_axes = ([one] if isinstance(one, (int, np.integer)) else one for one in axes)
        if len(a_axes) != len(b_axes):
            raise ValueError(f"Different number of contraction axes `a` and `b`, {len(a_axes)} != {len(b_axes)}.")
        return a_axes, b_axes
    axes = convert_to_tensor(axes, dtypes.int32, "axes")
    return axes[0], axes[1]


def _as_matrix(tensor: Tensor, axes: Any, axes_first: bool) -> tuple[Tensor, Any, list[int | None] | None]:
    """The tensor as a matrix of its free dims and the summed ones; the free dims, as a list or tensor, and as known."""
    listed = isinstance(axes, (list, tuple))
    if listed and tensor.shape.is_fully_defined():
        return _as_static_matrix(tensor, axes, axes_first)
    static = None
    if listed and tensor.dims is not None:
        axes = [axis + len(tensor.dims) if axis < 0 else axis for axis in axes]
        free: Any = [i for i in range(len(tensor.dims)) if i not in axes]
        static = [tensor.shape.as_list()[i] for i in free]
        axes = convert_to_tensor(axes, dtypes.int32, "axes")
        free = convert_to_tensor(free, dtypes.int32, "free")
        dims = shape(tensor)
    else:
        dims, dims_rank = shape(tensor), rank(tensor)
        axes = convert_to_tensor(axes, dtypes.int32, "axes")
        axes = where(axes >= 0, axes, axes + dims_rank)
        free, _ = raw.ListDiff(range_of(dims_rank), axes, out_idx=dtypes.int32)
    free_dims, axes_dims = gather(dims, free), gather(dims, axes)
    free_size, axes_size = reduce_prod(free_dims), reduce_prod(axes_dims)
    if axes_first:
        perm, matrix_shape = concat([axes, free], 0), stack([axes_size, free_size])
    else:
        perm, matrix_shape = concat([free, axes], 0), stack([free_size, axes_size])
    return reshape(transpose(tensor, perm), matrix_shape), free_dims, static


def _as_static_matrix(tensor: Tensor, axes: Any, axes_first: bool) -> tuple[Tensor, Any, Any]:
    dims: list[int] = [int(dim or 0) for dim in tensor.shape.as_list()]
    axes = [axis + len(dims) if axis < 0 else axis for axis in axes]
    free = [i for i in range(len(dims)) if i not in axes]
    free_dims = [dims[i] for i in free]
    sizes = [int(np.prod(free_dims, dtype=np.int64)), int(np.prod([dims[i] for i in axes], dtype=np.int64))]
    perm = [*axes, *free] if axes_first else [*free, *axes]
    matrix_shape = sizes[::-1] if axes_first else sizes
    moved = tensor if perm == list(range(len(dims))) else transpose(tensor, perm)
    return moved if moved.shape.as_list() == matrix_shape else reshape(moved, matrix_shape), free_dims, free_dims
