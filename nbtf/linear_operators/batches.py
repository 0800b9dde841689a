"""Shapes with batch dims in front: of operators, and of systems of matrices whose batches broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import ones, zeros
from nbtf.array.joining import concat
from nbtf.array.shapes import broadcast_dynamic_shape, broadcast_static_shape, shape_of
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.linalg.diagonals import adjoint as adjoint_of
from nbtf.linalg.factors import cholesky_solve
from nbtf.tensor_shape import TensorShape
from nbtf.variables.variable import Variable


def as_operand(value: Any, name: str) -> Any:
    """A tensor of the value, or the variable that it is: an operator reads that whenever it is used."""
    return value if isinstance(value, Variable) else convert_to_tensor(value, name=name)


def dims_tensor(dims: Sequence[Any], name: str) -> Any:
    """Known dims as a vector of int32."""
    return convert_to_tensor(np.array(dims, np.int32), name=name)


def square_shape(vectors: Any) -> TensorShape:
    """[..., n, n] of vectors [..., n] that tell of a matrix each."""
    shape = vectors.shape
    return TensorShape(None) if shape.rank is None else shape.concatenate(shape[-1:])


def square_shape_tensor(vectors: Any) -> Any:
    """The same as a tensor."""
    dims = shape_of(vectors)
    return concat((dims, [dims[-1]]), 0)


def joint_batch(shapes: Sequence[TensorShape]) -> TensorShape:
    """What the batch dims of matrices of these shapes broadcast to."""
    return reduce(broadcast_static_shape, [shape[:-2] for shape in shapes])


def joint_batch_tensor(shapes: Sequence[Any]) -> Any:
    """`joint_batch` of batch shapes that are tensors or lists of ints."""
    if all(not hasattr(shape, "graph") for shape in shapes):
        return np.broadcast_shapes(*map(tuple, shapes))
    return reduce(broadcast_dynamic_shape, shapes)


def broadcast_matrices(*matrices: Any) -> list[Any]:
    """The matrices with equal batch dims."""
    shapes = [matrix.shape for matrix in matrices]
    if all(shape.is_fully_defined() for shape in shapes):
        batch = joint_batch(shapes).as_list()
        if all(shape[:-2].as_list() == batch for shape in shapes):
            return list(matrices)
        return [
            raw.BroadcastTo(one, [*batch, *shape.as_list()[-2:]]) for one, shape in zip(matrices, shapes, strict=True)
        ]
    dims = [shape_of(matrix) for matrix in matrices]
    joint = joint_batch_tensor([one[:-2] for one in dims])
    static = joint_batch(shapes)
    found = []
    for matrix, one in zip(matrices, dims, strict=True):
        wide = raw.BroadcastTo(matrix, concat([joint, one[-2:]], 0))
        wide.set_shape(static.concatenate(matrix.shape[-2:]) if matrix.shape.rank else None)
        found.append(wide)
    return found


def solve_matrix(matrix: Any, rhs: Any, adjoint: bool = False) -> Any:
    """x with matrix x = rhs, the batches broadcast: [..., n, n], [..., n, k] -> [..., n, k]."""
    with name_scope(None, "MatrixSolveWithBroadcast", [matrix, rhs]):
        matrix, rhs = broadcast_matrices(convert_to_tensor(matrix), convert_to_tensor(rhs))
        return raw.MatrixSolve(matrix, rhs, adjoint=adjoint)


def solve_definite(matrix: Any, rhs: Any) -> Any:
    """`solve_matrix` of a self-adjoint, positive definite matrix."""
    return cholesky_solve(raw.Cholesky(matrix), rhs)


def adjoint_if(condition: bool, matrix: Any) -> Any:
    """The adjoint of a matrix, if the condition holds."""
    return adjoint_of(matrix) if condition else matrix


def filled(value: float, operator: Any, last: Sequence[Any]) -> Any:
    """A tensor of one value, [*batch of the operator, *last]. last: ints where they are known, tensors elsewhere."""
    make = ones if value else zeros
    if operator.batch_shape.is_fully_defined() and all(isinstance(dim, int) for dim in last):
        return make([*operator.batch_shape.as_list(), *last], operator.dtype)
    batch = operator.batch_shape_tensor()
    return make(concat([batch, convert_to_tensor(last, dtypes.int32)], 0) if last else batch, operator.dtype)
