"""Gradients of ops on sparse tensors."""

import numpy as np
from programs.gradient_rows import Row, gradients_of

INDICES = np.int64([[0, 0], [0, 2], [2, 1]])
OTHERS = np.int64([[0, 2], [1, 1]])
SHAPE = np.int64([3, 3])
VALUES = np.float32([1.5, -2.0, 0.5])
MATRIX = np.float32([[0.5, -1.5, 2.0], [0.25, 3.0, -0.75], [1.0, 0.5, -2.0]])
SPARSE = {"a_indices": INDICES, "a_values": VALUES, "a_shape": SHAPE}
POSITIONS = {"sp_indices": INDICES, "sp_values": VALUES, "sp_shape": SHAPE}
INPUT = {"input_indices": INDICES, "input_values": VALUES, "input_shape": SHAPE}

ROWS = [
    *[
        Row("SparseTensorDenseMatMul", **SPARSE, b=MATRIX, adjoint_a=a, adjoint_b=b, second=False)
        for a, b in [(False, False), (True, False), (False, True)]
    ],
    Row("SparseToDense", sparse_indices=INDICES, output_shape=SHAPE, sparse_values=VALUES, default_value=np.float32(2)),
    Row("SparseReorder", input_indices=INDICES[::-1].copy(), input_values=VALUES, input_shape=SHAPE),
    Row("SparseReduceSum", **INPUT, reduction_axes=np.int32([1]), second=False),
    Row("SparseTensorDenseAdd", **SPARSE, b=MATRIX, second=False),
    Row("SparseDenseCwiseMul", **POSITIONS, dense=MATRIX, second=False),
    Row("SparseDenseCwiseMul", **POSITIONS, dense=MATRIX[0], second=False),
    Row("SparseDenseCwiseDiv", **POSITIONS, dense=MATRIX, second=False),
    Row("SparseSoftmax", **POSITIONS, second=False),
    Row("SparseAdd", **SPARSE, b_indices=OTHERS, b_values=VALUES[:2], b_shape=SHAPE, thresh=np.float32(0), by=["a_values", "b_values"], second=False),
    Row("SparseSlice", indices=INDICES, values=VALUES, shape=SHAPE, start=np.int64([0, 1]), size=np.int64([2, 2]), second=False),
    Row("SparseFillEmptyRows", indices=INDICES, values=VALUES, dense_shape=SHAPE, default_value=np.float32(3), second=False),
]  # fmt: skip

build = gradients_of(ROWS)
