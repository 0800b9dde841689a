"""Sums, extremes and products of sparse tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf.array.filling import range as range_of
from nbtf.array.shapes import rank, transpose
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor, SparseTensorValue, as_sparse_tensor
from nbtf.linalg.diagonals import adjoint

_SPARSE = (SparseTensor, SparseTensorValue)

sparse_matmul = OpFunction("SparseMatMul", "sparse_matmul")


def sparse_add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> Any:
    """a + b: sparse if both are, else dense. threshold (older: thresh): sums below it are left out.

    Raises TypeError if neither is sparse.
    """
    threshold = renamed("threshold", threshold, "thresh", thresh)
    if not isinstance(a, _SPARSE) and not isinstance(b, _SPARSE):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if isinstance(a, _SPARSE) and isinstance(b, _SPARSE):
        a, b = as_sparse_tensor(a), as_sparse_tensor(b)
        limit = convert_to_tensor(
            0 if threshold is None else threshold, a.values.dtype.real_dtype.base_dtype, "threshold"
        )
        indices, values, shape = raw.SparseAdd(
            a.indices, a.values, a.dense_shape, b.indices, b.values, b.dense_shape, limit
        )
        # the shape is told by the inputs'
        a.shape.assert_is_compatible_with(b.shape)
        return SparseTensor(indices, values, shape)
    sparse, dense = (a, b) if isinstance(a, _SPARSE) else (b, a)
    sparse = as_sparse_tensor(sparse)
    return raw.SparseTensorDenseAdd(sparse.indices, sparse.values, sparse.dense_shape, dense)


def _extreme(op: OpFunction, name: str, default_name: str) -> Callable[..., SparseTensor]:
    def pick(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
        with name_scope(name, default_name, [*sp_a._components(), *sp_b._components()]) as scope:
            indices, values = op(
                sp_a.indices, sp_a.values, sp_a.dense_shape, sp_b.indices, sp_b.values, sp_b.dense_shape, name=scope
            )
        return SparseTensor(indices, values, sp_a.dense_shape)

    pick.__name__ = pick.__qualname__ = name
    pick.__doc__ = f"The {name.removeprefix('sparse_')} of both, element by element; what is absent counts as 0."
    return pick


sparse_maximum = _extreme(raw.SparseSparseMaximum, "sparse_maximum", "SparseSparseMaximum")
sparse_minimum = _extreme(raw.SparseSparseMinimum, "sparse_minimum", "SparseSparseMinimum")


def _reduction(op: OpFunction, name: str, meaning: str, sparse: bool) -> Callable[..., Any]:
    def reduce(
        sp_input: SparseTensor,
        axis: Any = None,
        keepdims: bool | None = None,
        reduction_axes: Any = None,
        keep_dims: bool | None = None,
    ) -> Any:
        keepdims = bool(renamed("keepdims", keepdims, "keep_dims", keep_dims))
        axis = renamed("axis", axis, "reduction_axes", reduction_axes)
        axes = _all_axes(sp_input) if axis is None else axis
        result = op(sp_input.indices, sp_input.values, sp_input.dense_shape, axes, keep_dims=keepdims)
        return SparseTensor(*result) if sparse else result

    reduce.__name__ = reduce.__qualname__ = name
    reduce.__doc__ = (
        f"{meaning} over `axis` (all axes if None) of a sparse tensor, {'sparse' if sparse else 'dense'} again.\n\n"
        "reduction_axes and keep_dims are older names of axis and keepdims."
    )
    return reduce


def _all_axes(sparse: SparseTensor) -> Any:
    if sparse.shape.ndims is not None:
        return constant(np.arange(sparse.shape.ndims), "int32")
    return range_of(0, rank(sparse))


sparse_reduce_max = _reduction(raw.SparseReduceMax, "sparse_reduce_max", "The largest element", False)
sparse_reduce_max_sparse = _reduction(
    raw.SparseReduceMaxSparse, "sparse_reduce_max_sparse", "The largest element", True
)
sparse_reduce_sum = _reduction(raw.SparseReduceSum, "sparse_reduce_sum", "The sum", False)
sparse_reduce_sum_sparse = _reduction(raw.SparseReduceSumSparse, "sparse_reduce_sum_sparse", "The sum", True)


def sparse_softmax(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The softmax over the elements of each last axis that are there."""
    with name_scope(name, "SparseSoftmax", list(sp_input._components())):
        return sp_input.with_values(raw.SparseSoftmax(sp_input.indices, sp_input.values, sp_input.dense_shape))


def sparse_tensor_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Any:
    """The product of two matrices of which one is sparse: [N, K] times [K, M] -> dense [N, M]."""
    if isinstance(b, _SPARSE):
        product = sparse_tensor_dense_matmul(b, sp_a, not adjoint_b, not adjoint_a)
        return adjoint(product) if product.dtype.is_complex else transpose(product)
    sparse = as_sparse_tensor(sp_a)
    with name_scope(name, "SparseTensorDenseMatMul", [*sparse._components(), b]):
        b = convert_to_tensor(b, name="b")
        return raw.SparseTensorDenseMatMul(
            sparse.indices, sparse.values, sparse.dense_shape, b, adjoint_a=adjoint_a, adjoint_b=adjoint_b
        )
