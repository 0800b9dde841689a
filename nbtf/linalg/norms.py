"""Norms of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import where_v2
from nbtf.array.joining import concat
from nbtf.array.shapes import expand_dims, rank, squeeze, transpose
from nbtf.control_flow.branching import cond
from nbtf.control_flow.functional import map_fn
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast, conj
from nbtf.math.operands import abs as abs_of
from nbtf.math.operands import pow as pow_of
from nbtf.math.reductions import reduce_max, reduce_sum

_AXIS = "'axis' must be None, an integer, or a tuple of 2 unique integers, got {}"


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Any:
    """The norm of vectors along `axis`, of matrices along two axes, or of all elements as one vector (None).

    ord: "euclidean" or "fro", a positive number or np.inf; of matrices 1, 2 (the largest singular value) or np.inf.
    Raises ValueError for an unknown norm or axes that are none.
    """
    keepdims = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
    matrices = isinstance(axis, (tuple, list)) and len(axis) == 2
    _check_order(ord, axis, matrices)
    axes = tuple(axis) if matrices else None if axis is None else (axis,)
    with name_scope(name, "norm", [tensor]):
        tensor = convert_to_tensor(tensor)
        if matrices and ord == 2:
            result = _spectral_norm(tensor, axes)
        elif ord in ("fro", "euclidean", 2):
            result = raw.Sqrt(reduce_sum(tensor * conj(tensor), axes, True))
        else:
            result = _absolute_norm(tensor, ord, axes, matrices)
        return result if keepdims else squeeze(result, None if axes is None else list(axes))


def _check_order(ord: Any, axis: Any, matrices: bool) -> None:
    if matrices:
        if not all(isinstance(one, (int, np.integer)) for one in axis) or axis[0] == axis[1]:
            raise ValueError(_AXIS.format(axis))
        supported = ["euclidean", "fro", 1, 2, np.inf]
        if ord not in supported:
            raise ValueError(f"'ord' must be a supported matrix norm in {supported}, got {ord}")
        return
    if not (isinstance(axis, (int, np.integer)) or axis is None):
        raise ValueError(_AXIS.format(axis))
    if ord not in ("euclidean", 1, 2, np.inf) and (isinstance(ord, str) or not np.isreal(ord) or ord <= 0):
        raise ValueError(f"'ord' must be a supported vector norm, got {ord}")


def _absolute_norm(tensor: Tensor, ord: Any, axes: tuple[Any, ...] | None, matrices: bool) -> Any:
    """Norms of absolute values, with the reduced dims kept."""
    result = abs_of(tensor)
    if ord == 1:
        result = reduce_sum(result, None if axes is None else axes[0], True)
        return reduce_max(result, axes[-1], True) if matrices and axes else result
    if ord == np.inf:
        if matrices and axes:
            result = reduce_sum(result, axes[1], True)
        return reduce_max(result, None if axes is None else axes[0], True)
    return pow_of(reduce_sum(pow_of(result, ord), axes, True), 1.0 / ord)


def _spectral_norm(tensor: Tensor, axes: Any) -> Any:
    """The largest singular value of the matrices over two axes, which stay as dims of 1."""
    tensor_rank = rank(tensor)
    wanted = map_fn(lambda i: cond(i >= 0, lambda: i, lambda: i + tensor_rank), constant(axes))
    places = range_of(tensor_rank)
    others, _ = raw.ListDiff(places, wanted, out_idx=dtypes.int32)
    order = concat([others, wanted], 0)
    back = map_fn(lambda i: cast(squeeze(where_v2(raw.Equal(order, i))), dtypes.int32), places)
    values, _, _ = raw.Svd(transpose(tensor, order), compute_uv=False, full_matrices=False)
    largest = expand_dims(reduce_max(abs_of(values), -1, True), -1)
    return transpose(largest, back)


def normalize(tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None) -> tuple[Any, Any]:
    """The tensor divided by its `norm` along `axis`, and that norm."""
    with name_scope(name, "normalize", [tensor]):
        tensor = convert_to_tensor(tensor)
        length = norm(tensor, ord, axis, True)

        length = cast(length, tensor.dtype)
        return tensor / length, length
