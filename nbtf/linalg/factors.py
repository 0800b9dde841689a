"""Factors, inverses, determinants and solutions of systems of matrices."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import shape, shape_of
from nbtf.control_flow.branching import cond
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.overloads import answered_by_arguments
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.linalg.diagonals import eye, matrix_diag_part
from nbtf.math.complex_numbers import real
from nbtf.math.operands import matmul
from nbtf.math.reductions import reduce_sum
from nbtf.shapes import UNKNOWN

cholesky = answered_by_arguments(OpFunction("Cholesky"))
matrix_determinant = answered_by_arguments(OpFunction("MatrixDeterminant"))
matrix_inverse = answered_by_arguments(OpFunction("MatrixInverse"))
matrix_solve = answered_by_arguments(OpFunction("MatrixSolve"))
matrix_square_root = OpFunction("MatrixSquareRoot")
logm = OpFunction("MatrixLogarithm", "logm")
lu = OpFunction("Lu")
slogdet = OpFunction("LogMatrixDeterminant", "slogdet")
qr = OpFunction("Qr")


def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None) -> Any:
    """Singular values [..., p], the largest first, u and v with tensor = u diag(s) v^H; only s unless compute_uv."""
    s, u, v = raw.Svd(tensor, compute_uv=compute_uv, full_matrices=full_matrices, name=name)
    return (real(s), u, v) if compute_uv else real(s)


def self_adjoint_eig(tensor: Any, name: str | None = None) -> tuple[Any, Any]:
    """Eigenvalues [..., n], the smallest first, and eigenvectors as columns, of self-adjoint matrices."""
    e, v = raw.SelfAdjointEigV2(tensor, compute_v=True, name=name)
    return e, v


def self_adjoint_eigvals(tensor: Any, name: str | None = None) -> Any:
    """The eigenvalues [..., n] of self-adjoint matrices, the smallest first."""
    return raw.SelfAdjointEigV2(tensor, compute_v=False, name=name)[0]


def matrix_triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Any:
    """x with matrix x = rhs, of which only the lower (or upper) triangle counts: rhs [..., n, k]."""
    with name_scope(name, "triangular_solve", [matrix, rhs]):
        return raw.MatrixTriangularSolve(matrix, rhs, lower=lower, adjoint=adjoint)


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Any:
    """x with A x = rhs from the Cholesky factor of A: chol [..., n, n], rhs [..., n, k]."""
    with name_scope(name, "cholesky_solve", [chol, rhs]):
        y = raw.MatrixTriangularSolve(chol, rhs, adjoint=False, lower=True)
        return raw.MatrixTriangularSolve(chol, y, adjoint=True, lower=True)


@answered_by_arguments
def logdet(matrix: Any, name: str | None = None) -> Any:
    """The logarithm of the determinant of positive definite matrices."""
    with name_scope(name, "logdet", [matrix]):
        factor = cholesky(matrix)
        return 2.0 * reduce_sum(raw.Log(real(matrix_diag_part(factor))), [-1])


def matrix_solve_ls(
    matrix: Any, rhs: Any, l2_regularizer: Any = 0.0, fast: bool = True, name: str | None = None
) -> Any:
    """x that minimizes ||matrix x - rhs||^2 + l2_regularizer ||x||^2: matrix [..., m, n], rhs [..., m, k].

    fast: through the normal equations and a Cholesky factor; else through a complete orthogonal decomposition.
    """
    if not fast:
        return raw.MatrixSolveLs(matrix, rhs, l2_regularizer, fast=False, name=name)
    with name_scope(name, "matrix_solve_ls", [matrix, rhs, l2_regularizer]):
        matrix = convert_to_tensor(matrix, name="matrix")
        dims = matrix.dims
        if dims is not None and UNKNOWN not in dims[-2:]:
            solve = _overdetermined if dims[-2] >= dims[-1] else _underdetermined
            return solve(matrix, rhs, l2_regularizer)
        extents = shape(matrix)[-2:]
        return cond(
            extents[-2] >= extents[-1],
            lambda: _overdetermined(matrix, rhs, l2_regularizer),
            lambda: _underdetermined(matrix, rhs, l2_regularizer),
        )


def _gram_factor(matrix: Tensor, l2_regularizer: Any, first_kind: bool) -> Any:
    """The Cholesky factor of matrix^H matrix (or matrix matrix^H), regularized."""
    gram = matmul(matrix, matrix, adjoint_a=first_kind, adjoint_b=not first_kind)
    if l2_regularizer != 0:
        extents = shape_of(matrix, out_type=dtypes.int32)
        batch, size = extents[:-2], extents[-1] if first_kind else extents[-2]
        gram += l2_regularizer * eye(size, batch_shape=batch, dtype=matrix.dtype)
    return cholesky(gram)


def _overdetermined(matrix: Tensor, rhs: Any, l2_regularizer: Any) -> Any:
    factor = _gram_factor(matrix, l2_regularizer, True)
    return cholesky_solve(factor, matmul(matrix, rhs, adjoint_a=True))


def _underdetermined(matrix: Tensor, rhs: Any, l2_regularizer: Any) -> Any:
    factor = _gram_factor(matrix, l2_regularizer, False)
    return matmul(matrix, cholesky_solve(factor, rhs), adjoint_a=True)
