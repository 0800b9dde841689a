"""What the formulas of gradients are made of besides `raw` and operators: shapes that are constants where they are
known, sums to the shape of an operand, zeros and ones.

The names of the nodes are those that TensorFlow's gradients have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.dtypes import DType
from nbtf.graph import conversion, default_stacks
from nbtf.graph.constant_value import constant_value
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import StaticDims, Tensor
from nbtf.shapes import UNKNOWN

LARGEST_CONSTANT = 1000  # elements; more zeros than that are filled in at run time


def fully_known(dims: StaticDims) -> bool:
    return dims is not None and UNKNOWN not in dims


def op_scope(name: str) -> Any:
    """A name scope of the default graph."""
    return default_stacks.get_default_graph().name_scope(name)


# ---- shapes ----------------------------------------------------------------------------------------------------------


def shape(x: Tensor, out_type: DType = dtypes.int32, optimize: bool = True) -> Tensor:
    """The shape of x as a vector; a constant where it is known and `optimize` holds."""
    if optimize and fully_known(x.dims):
        return conversion.constant(list(x.dims or ()), out_type, name="Shape")
    return raw.Shape(x, out_type=out_type)  # type: ignore[no-any-return]


def rank(x: Tensor) -> Tensor:
    """The number of axes of x as a scalar; a constant where it is known."""
    if x.dims is not None:
        return conversion.constant(len(x.dims), dtypes.int32, name="Rank")
    return raw.Rank(x)  # type: ignore[no-any-return]


def size(x: Tensor, out_type: DType = dtypes.int32) -> Tensor:
    """The number of elements of x as a scalar; a constant where it is known."""
    if fully_known(x.dims):
        return conversion.constant(int(np.prod(x.dims or (1,), dtype=np.int64)), out_type, name="Size")
    return raw.Size(x, out_type=out_type)  # type: ignore[no-any-return]


# ---- sums ------------------------------------------------------------------------------------------------------------


def all_axes(x: Tensor) -> Tensor:
    """The axes of x as a vector: [0, 1, ... rank - 1]."""
    if x.dims:  # of a scalar TensorFlow's graphs have a range
        return conversion.constant(np.arange(len(x.dims), dtype=np.int32), name="Const")
    return raw.Range(0, rank(x), 1, name="range")  # type: ignore[no-any-return]


def reduce_sum(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Sum over `axis`, or over all axes."""
    total: Tensor = raw.Sum(x, all_axes(x) if axis is None else axis, keep_dims=keepdims)
    if axis is None and not keepdims:
        total.set_shape([])
    return total


def broadcast_sums(x: Tensor, y: Tensor, dx: Tensor | None, dy: Tensor | None) -> tuple[Tensor | None, Tensor | None]:
    """Gradients of two operands that were broadcast against each other, summed to the operands' own shapes."""
    if dx is None and dy is None:
        return None, None
    shapes = shape(x), shape(y)
    axes: Any = broadcast_axes(x.dims, y.dims)
    known = axes is not None
    if not known:
        axes = raw.BroadcastGradientArgs(*shapes)
    ranks = [len(operand.dims or ()) for operand in (x, y)]
    sums = []
    for gradient, own_shape, own_axes, own_rank in zip((dx, dy), shapes, axes, ranks, strict=True):
        if gradient is not None and (not known or own_axes or own_rank < max(ranks)):
            gradient = raw.Reshape(reduce_sum(gradient, own_axes, keepdims=True), own_shape)
        sums.append(gradient)
    return sums[0], sums[1]


class BroadcastSums:
    """Sums to the operands' own shapes over axes that a run tells, whatever is known of the shapes."""

    def __init__(self, x: Tensor, y: Tensor) -> None:
        self.shapes = shape(x), shape(y)
        self._axes = raw.BroadcastGradientArgs(*self.shapes)

    def of_first(self, dx: Tensor) -> Tensor:
        """The gradient of x from that of the broadcast x."""
        return raw.Reshape(reduce_sum(dx, self._axes[0]), self.shapes[0])  # type: ignore[no-any-return]

    def of_second(self, dy: Tensor) -> Tensor:
        """The gradient of y from that of the broadcast y."""
        return raw.Reshape(reduce_sum(dy, self._axes[1]), self.shapes[1])  # type: ignore[no-any-return]


def broadcast_axes(x: StaticDims, y: StaticDims) -> tuple[list[int], list[int]] | None:
    """The axes of the result along which x, and y, were repeated; None where only a run can tell."""
    if x is None or y is None:
        return None
    rank_of_both = max(len(x), len(y))
    x_axes: list[int] = []
    y_axes: list[int] = []
    padded = [(1,) * (rank_of_both - len(dims)) + tuple(dims) for dims in (x, y)]
    for axis, (x_dim, y_dim) in enumerate(zip(*padded, strict=True)):
        if x_dim == 1 != y_dim:
            x_axes.append(axis)
        elif y_dim == 1 != x_dim:
            y_axes.append(axis)
        elif UNKNOWN in (x_dim, y_dim):
            return None
    return x_axes, y_axes


def same_known_shape(*tensors: Tensor) -> bool:
    """Whether all shapes are fully known and equal: nothing was broadcast."""
    dims = tensors[0].dims
    return fully_known(dims) and all(tensor.dims == dims for tensor in tensors)


# ---- new tensors -----------------------------------------------------------------------------------------------------


def zeros(dims: Any, dtype: DType, name: str = "zeros") -> Tensor:
    """Zeros. dims: a vector, known dims, or a length."""
    return _filled(dims, 0, dtype, name)


def ones(dims: Any, dtype: DType, name: str = "ones") -> Tensor:
    """Ones. dims: a vector, known dims, or a length."""
    return _filled(dims, 1, dtype, name)


def _filled(dims: Any, value: int, dtype: DType, name: str) -> Tensor:
    dtype = dtype.base_dtype
    fill = bool(value) if dtype == dtypes.bool else ("" if dtype == dtypes.string else value)
    with op_scope(name) as scope:
        if isinstance(dims, int):
            dims = conversion.constant([dims], dtypes.int32, name="shape_as_tensor")
        if not isinstance(dims, Tensor) and any(isinstance(dim, Tensor) for dim in dims):
            dims = conversion.convert_to_tensor(dims, dtypes.int32)
        if not isinstance(dims, Tensor):
            if np.prod(dims, dtype=np.int64) < LARGEST_CONSTANT:
                return conversion.constant(fill, dtype, dims, name=scope)
            dims = conversion.constant(list(dims), dtypes.int32, name="shape_as_tensor")
        return raw.Fill(dims, conversion.constant(fill, dtype), name=scope)  # type: ignore[no-any-return]


def zeros_like(x: Tensor, dtype: DType | None = None, optimize: bool = True) -> Tensor:
    """Zeros of the shape of x."""
    own = x.dtype.base_dtype
    if optimize and fully_known(x.dims) and own != dtypes.variant:
        return zeros(x.dims, dtype or own, "zeros_like")
    if dtype is not None and dtype not in (own, dtypes.variant):
        with op_scope("zeros_like") as scope:
            return zeros(shape(x, optimize=optimize), dtype, scope)
    return raw.ZerosLike(x, name="zeros_like")  # type: ignore[no-any-return]


def ones_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    """Ones of the shape of x."""
    with op_scope("ones_like") as scope:
        if fully_known(x.dims):
            with op_scope("Shape"):
                dims = conversion.convert_to_tensor(x.shape)
        else:
            dims = shape(x)
        result = ones(dims, dtype or x.dtype, scope)
    result.set_shape(x.shape)
    return result


def number(value: float, dtype: DType) -> Tensor:
    """A number as a scalar, first of float32 and then of the wanted dtype."""
    with op_scope("Cast") as scope:
        x = conversion.constant(value, name="x")
        return x if x.dtype == dtype.base_dtype else raw.Cast(x, dtype.base_dtype, name=scope)


def cast(x: Tensor, dtype: DType) -> Tensor:
    """x in another dtype; x itself where it has that dtype."""
    return x if x.dtype.base_dtype == dtype.base_dtype else raw.Cast(x, dtype.base_dtype)


def concat(values: Sequence[Any], axis: Any) -> Tensor:
    """Tensors joined along an axis; a single one as it is."""
    if len(values) == 1:
        with op_scope("concat") as scope:
            conversion.convert_to_tensor(axis, dtypes.int32, "concat_dim")
            return raw.Identity(values[0], name=scope)  # type: ignore[no-any-return]
    return raw.ConcatV2(list(values), axis, name="concat")  # type: ignore[no-any-return]


def stack(values: Sequence[Any]) -> Tensor:
    """Tensors and numbers as one more axis, the first."""
    return conversion.convert_to_tensor(list(values), name="stack")


def constant(value: Any, dtype: DType, name: str = "Const") -> Tensor:
    """A constant in the formula of a gradient of this dtype."""
    return conversion.constant(value, dtype.base_dtype, name=name)


def conj(x: Tensor) -> Tensor:
    """The complex conjugate; a real tensor itself."""
    return raw.Conj(x) if x.dtype.is_complex else x


def after(*gradients: Any) -> Any:
    """A context in which operations wait for these gradients: what they read is not held in memory before."""
    return default_stacks.get_default_graph().control_dependencies(gradients)


# ---- arrangements ----------------------------------------------------------------------------------------------------


def dense(x: Any) -> Tensor:
    """IndexedSlices as the whole tensor; a tensor itself."""
    if isinstance(x, Tensor):
        return x
    return raw.UnsortedSegmentSum(x.values, x.indices, x.dense_shape[0])  # type: ignore[no-any-return]


def reshaped_like(x: Any, original: Tensor) -> Tensor:
    """x in the shape of `original`, of which it has all elements."""
    return raw.Reshape(dense(x), shape(original))  # type: ignore[no-any-return]


def transpose(x: Tensor, perm: Any = None) -> Tensor:
    """The axes of x in another order; reversed without `perm`."""
    with op_scope("transpose") as scope:
        if perm is None:
            perm = np.arange(len(x.dims))[::-1].astype(np.int32) if x.dims is not None else _reversed_axes(x)
        return raw.Transpose(x, perm, name=scope)  # type: ignore[no-any-return]


def _reversed_axes(x: Tensor) -> Any:
    return raw.Range(rank(x) - 1, -1, -1)


def gather(x: Any, indices: Any, axis: Any = 0) -> Tensor:
    """The rows of x that `indices` choose."""
    return raw.GatherV2(x, indices, axis)  # type: ignore[no-any-return]


def reduced_shape(dims: Tensor, axes: Tensor) -> Any:
    """The shape `dims` with ones in place of the dims that `axes` names: an array where all is known."""
    known, known_axes = constant_value(dims), constant_value(axes)
    if known is not None and known_axes is not None:
        result = np.array(known, np.int32)
        result[known_axes] = 1
        return result
    own_rank = size(dims)
    axes = (axes + own_rank) % own_rank
    axes_shape = shape(axes)
    positions = raw.Range(0, own_rank, 1, name="range")
    return raw.DynamicStitch([positions, axes], [dims, ones(axes_shape, dims.dtype)])


def reduce_prod(x: Tensor, axis: Any = None) -> Tensor:
    """Product over `axis`, or over all axes."""
    product: Tensor = raw.Prod(x, all_axes(x) if axis is None else axis)
    if axis is None:
        product.set_shape([])
    return product


def matmul(a: Tensor, b: Tensor, adjoint_a: bool = False, adjoint_b: bool = False) -> Tensor:
    """Product of matrices, or of batches of them, each as it is or conjugated and transposed."""
    matrices = all(x.dims is not None and len(x.dims) == 2 for x in (a, b))
    with op_scope("MatMul") as scope:
        if not matrices:
            return raw.BatchMatMulV2(a, b, adj_x=adjoint_a, adj_y=adjoint_b, name=scope)  # type: ignore[no-any-return]
        a = conj(a) if adjoint_a else a
        b = conj(b) if adjoint_b else b
        return raw.MatMul(a, b, transpose_a=adjoint_a, transpose_b=adjoint_b, name=scope)  # type: ignore[no-any-return]


def sequence(start: int, limit: Tensor, delta: Tensor) -> Tensor:
    """start, start + delta ... below limit, in the dtype of `limit`; the start is a constant of int32 first."""
    with op_scope("range") as scope:
        first = conversion.constant(start, dtypes.int32, name="start")
        if limit.dtype.base_dtype != dtypes.int32:
            first = raw.Cast(first, limit.dtype.base_dtype)
        return raw.Range(first, limit, delta, name=scope)  # type: ignore[no-any-return]


def transposed_matrices(x: Tensor, conjugate: bool = False) -> Tensor:
    """x with its last two axes exchanged."""
    with op_scope("matrix_transpose"):
        if x.dims is not None:
            count = len(x.dims)
            perm: Any = [*range(count - 2), count - 1, count - 2]
        else:
            own_rank = rank(x)
            first = raw.Range(0, own_rank - 2, 1)
            perm = concat([first, [own_rank - 1, own_rank - 2]], 0)
        swap = raw.ConjugateTranspose if conjugate and x.dtype.is_complex else raw.Transpose
        return swap(x, perm, name="transpose")  # type: ignore[no-any-return]
