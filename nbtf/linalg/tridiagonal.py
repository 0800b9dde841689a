"""Tridiagonal matrices: products, solutions, and eigenvalues."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf.array.indexing import boolean_mask
from nbtf.array.joining import pad, stack
from nbtf.array.shapes import expand_dims, squeeze
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.linalg.diagonals import matrix_diag, matrix_diag_part, matrix_transpose
from nbtf.linalg.factors import self_adjoint_eig, self_adjoint_eigvals
from nbtf.math.casting import conj
from nbtf.shapes import UNKNOWN

_FORMATS = ("compact", "sequence", "matrix")


def tridiagonal_solve(
    diagonals: Any,
    rhs: Any,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
    perturb_singular: bool = False,
) -> Any:
    """x with A x = rhs: rhs [..., M] or [..., M, K].

    diagonals: of A, by format: "compact" [..., 3, M], the diagonal above (whose last element counts not), the main one
    and the one below (whose first counts not); "sequence": these three, each [..., M] or for the outer ones [..., M - 1];
    "matrix": A [..., M, M]. transpose_rhs, conjugate_rhs: rhs is transposed or conjugated first. partial_pivoting: rows
    change places where that makes pivots greater. perturb_singular: pivots of zero become tiny ones, not an error.
    Raises ValueError for what does not fit.
    """
    if perturb_singular and not partial_pivoting:
        raise ValueError("partial_pivoting must be True if perturb_singular is.")
    solving = (transpose_rhs, conjugate_rhs, name, partial_pivoting, perturb_singular)
    if diagonals_format == "compact":
        return _solve_compact(diagonals, rhs, *solving)
    if diagonals_format == "sequence":
        if not isinstance(diagonals, (tuple, list)) or len(diagonals) != 3:
            raise ValueError("Expected diagonals to be a sequence of length 3.")
        upper, main, lower = (convert_to_tensor(one) for one in diagonals)
        if not (_has_inner(upper) and _has_inner(main) and _has_inner(lower)):
            raise ValueError("Last dimension of each diagonal must be known.")
        size = main.dims[-1]  # type: ignore[index]
        lower = _padded(lower, size, "subdiagonal", [1, 0])
        upper = _padded(upper, size, "superdiagonal", [0, 1])
        return _solve_compact(stack((upper, main, lower), axis=-2), rhs, *solving)
    if diagonals_format == "matrix":
        return _solve_compact(_diagonals(diagonals), rhs, *solving)
    raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")


def _has_inner(diagonal: Tensor) -> bool:
    return bool(diagonal.dims) and diagonal.dims[-1] != UNKNOWN  # type: ignore[index]


def _padded(diagonal: Tensor, size: int, name: str, padding: list[int]) -> Any:
    found = diagonal.dims[-1]  # type: ignore[index]
    if found == size:
        return diagonal
    if found != size - 1:
        raise ValueError(f"Expected {name} to be have length {size} or {size - 1}, got {found}.")
    return pad(diagonal, [[0, 0]] * (len(diagonal.shape) - 1) + [padding])


def _diagonals(matrices: Any) -> Any:
    """[..., M, M] -> [..., 3, M]."""
    matrices = convert_to_tensor(matrices)
    dims = matrices.dims
    if dims is not None and UNKNOWN not in dims[-2:] and dims[-1] != dims[-2]:
        raise ValueError(f"Expected last two dimensions of diagonals to be same, got {dims[-1]} and {dims[-2]}")
    return matrix_diag_part(matrices, k=(-1, 1), padding_value=0.0, align="LEFT_RIGHT")


def _solve_compact(
    diagonals: Any,
    rhs: Any,
    transpose_rhs: bool,
    conjugate_rhs: bool,
    name: str | None,
    partial_pivoting: bool,
    perturb_singular: bool,
) -> Any:
    diagonals, rhs = convert_to_tensor(diagonals), convert_to_tensor(rhs)
    if diagonals.dims is None or rhs.dims is None:
        raise ValueError("The ranks of diagonals and rhs must be known.")
    rank = len(diagonals.dims)
    if rank < 2:
        raise ValueError(f"Expected diagonals to have rank at least 2, got {rank}")
    if len(rhs.dims) not in (rank, rank - 1):
        raise ValueError(f"Expected the rank of rhs to be {rank - 1} or {rank}, got {len(rhs.dims)}")
    if diagonals.dims[-2] not in (UNKNOWN, 3):
        raise ValueError(f"Expected 3 diagonals got {diagonals.dims[-2]}")
    if not diagonals.shape[:-2].is_compatible_with(rhs.shape[: rank - 2]):
        raise ValueError(f"Batch shapes {diagonals.shape[:-2]} and {rhs.shape[: rank - 2]} are incompatible")

    def check_rows(rows: int) -> None:
        columns = diagonals.dims[-1]
        if UNKNOWN not in (rows, columns) and rows != columns:
            raise ValueError(
                f"Expected number of left-hand sided and right-hand sides to be equal, got {columns} and {rows}"
            )

    def solved(rhs: Any) -> Any:
        return raw.TridiagonalSolve(diagonals, rhs, partial_pivoting, perturb_singular, name=name)

    if len(rhs.dims) == rank - 1:
        if conjugate_rhs:
            rhs = conj(rhs)
        check_rows(rhs.dims[-1])
        return squeeze(solved(expand_dims(rhs, -1)), -1)
    if transpose_rhs:
        rhs = matrix_transpose(rhs, conjugate=conjugate_rhs)
    elif conjugate_rhs:
        rhs = conj(rhs)
    check_rows(rhs.dims[-2])
    return solved(rhs)


def tridiagonal_matmul(diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None) -> Any:
    """A rhs of a tridiagonal A and rhs [..., M, K] -> [..., M, K]. diagonals: see `tridiagonal_solve`.

    In a "sequence" all three diagonals are [..., M].
    """
    if diagonals_format == "compact":
        diagonals = convert_to_tensor(diagonals)
        upper, main, lower = (diagonals[..., i, :] for i in range(3))
    elif diagonals_format == "sequence":
        upper, main, lower = diagonals
    elif diagonals_format == "matrix":
        parts = _diagonals(diagonals)
        upper, main, lower = (parts[..., i, :] for i in range(3))
    else:
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    upper, main, lower = (expand_dims(one, -2) for one in (upper, main, lower))
    return raw.TridiagonalMatMul(upper, main, lower, rhs, name=name)


def eigh_tridiagonal(
    alpha: Any,
    beta: Any,
    eigvals_only: bool = True,
    select: str = "a",
    select_range: Any = None,
    tol: Any = None,
    name: str | None = None,
) -> Any:
    """The eigenvalues [k] of a self-adjoint tridiagonal matrix, rising, and its eigenvectors [M, k] unless `eigvals_only`.

    alpha: the main diagonal [M], real. beta: the diagonal above it [M - 1]; the one below is its conjugate.
    select: "a" all; "i" those whose indices, "v" those whose values are within `select_range`, (first, last) inclusive.
    tol: has no effect, all digits are computed. The nodes are not those that TensorFlow makes, which bisects.
    Raises ValueError for another `select` and a range that is none.
    """
    del tol
    with name_scope(name or "eigh_tridiagonal"):
        alpha = convert_to_tensor(alpha, name="alpha")
        beta = convert_to_tensor(beta, name="beta")
        if select not in ("a", "i", "v"):
            raise ValueError("'select must have a value in {'a', 'i', 'v'}.")
        if select != "a" and (select_range is None or len(select_range) != 2 or select_range[0] > select_range[1]):
            raise ValueError("'select_range' must have two elements, the first not above the second.")
        alpha.shape.assert_has_rank(1)
        beta.shape.assert_has_rank(1)
        matrix = matrix_diag(conj(beta), k=-1)
        main = alpha if alpha.dtype == beta.dtype else raw.Cast(alpha, DstT=beta.dtype)
        matrix = matrix + matrix_diag(main) + matrix_diag(beta, k=1)
        if eigvals_only:
            return _selected(_real(self_adjoint_eigvals(matrix)), None, select, select_range)
        values, vectors = self_adjoint_eig(matrix)
        return _selected(_real(values), vectors, select, select_range)


def _real(values: Tensor) -> Any:
    return raw.Real(values, Tout=values.dtype.real_dtype) if values.dtype.is_complex else values


def _selected(values: Any, vectors: Any, select: str, select_range: Any) -> Any:
    if select == "i":
        first, last = select_range
        values = values[first : last + 1]
        vectors = vectors if vectors is None else vectors[:, first : last + 1]
    elif select == "v":
        least, most = (np.asarray(bound, values.dtype.as_numpy_dtype) for bound in select_range)
        inside = raw.LogicalAnd(raw.GreaterEqual(values, least), raw.LessEqual(values, most))
        if vectors is not None:
            vectors = matrix_transpose(boolean_mask(matrix_transpose(vectors), inside))
        values = boolean_mask(values, inside)
    return values if vectors is None else (values, vectors)
