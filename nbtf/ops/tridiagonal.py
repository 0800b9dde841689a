"""Tridiagonal matrices, given as their diagonals: numpy computes row by row, all of a batch at once."""

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import check, may_equal, merged

Array = np.ndarray[Any, Any]


def _check_matching(diagonals, rhs):
    """Batch and number of rows of diagonals [..., k, M] and rhs [..., M, K]."""
    check(len(diagonals) >= 2 and len(rhs) >= 2, "Shape must be at least rank 2")
    check(len(diagonals) == len(rhs), "Shapes must be equal rank, but are {} and {}", len(diagonals), len(rhs))
    rank = len(rhs)
    for i in range(rank - 2):
        check(may_equal(diagonals[i], rhs[i]), "Dimension {} must be equal, but are {} and {}", i, diagonals[i], rhs[i])
    rows, columns = rhs[rank - 2], diagonals[rank - 1]
    check(may_equal(columns, rows), "Dimensions must be equal, but are {} and {}", columns, rows)


# ---- solutions -------------------------------------------------------------------------------------------------------


def _eliminate(call, diagonals: Array, rhs: Array) -> Array:
    """Gaussian elimination; with pivoting, of a row and the one below it, a second superdiagonal comes up."""
    size = diagonals.shape[-1]
    x = np.array(rhs)
    upper, main, lower = (np.array(diagonals[..., i, :]) for i in range(3))
    second = np.zeros_like(upper)
    if size:
        upper[..., -1] = 0
    pivoting, perturb = call.attrs.partial_pivoting, call.attrs.perturb_singular
    for i in range(size - 1):
        below = lower[..., i + 1]
        if pivoting:
            swap = np.abs(below) > np.abs(main[..., i])
            next_upper = upper[..., i + 1].copy()
            now, later = (main[..., i], upper[..., i], second[..., i]), (below, main[..., i + 1], next_upper)
            first = [np.where(swap, b, a) for a, b in zip(now, later, strict=True)]
            rest = [np.where(swap, a, b) for a, b in zip(now, later, strict=True)]
            main[..., i], upper[..., i], second[..., i] = first
            below, main[..., i + 1], upper[..., i + 1] = rest
            rows = x[..., [i + 1, i], :]
            x[..., i : i + 2, :] = np.where(swap[..., None, None], rows, x[..., i : i + 2, :])
        main[..., i] = _pivot(main[..., i], i, diagonals, pivoting, perturb)
        factor = below / main[..., i]
        main[..., i + 1] -= factor * upper[..., i]
        upper[..., i + 1] -= factor * second[..., i]
        x[..., i + 1, :] -= factor[..., None] * x[..., i, :]
    if size:
        main[..., -1] = _pivot(main[..., -1], size - 1, diagonals, pivoting, perturb)
    for i in range(size - 1, -1, -1):
        if i + 1 < size:
            x[..., i, :] -= upper[..., i, None] * x[..., i + 1, :]
        if i + 2 < size:
            x[..., i, :] -= second[..., i, None] * x[..., i + 2, :]
        x[..., i, :] /= main[..., i, None]
    return x


def _pivot(pivots: Array, row: int, diagonals: Array, pivoting: bool, perturb: bool) -> Array:
    if not perturb:
        where = "The first element of diagonals is zero." if row == 0 and not pivoting else "The matrix is singular."
        check(bool(np.all(pivots != 0)), where)
        return pivots
    least = np.finfo(pivots.dtype).eps * np.maximum(np.abs(diagonals).max((-1, -2)), np.finfo(pivots.dtype).tiny)
    return np.where(np.abs(pivots) < least, np.where(pivots.real < 0, -least, least), pivots).astype(pivots.dtype)


def _of_solution(op, dy):
    diagonals, x = op.inputs[0], op.outputs[0]
    pivoting = op.attrs.partial_pivoting
    d_rhs = raw.TridiagonalSolve(_transposed(diagonals), dy, partial_pivoting=pivoting)
    d_main = terms.reduce_sum(d_rhs * x, -1)
    none = terms.zeros(_dims_of(x, -2), x.dtype)
    d_upper = terms.reduce_sum(d_rhs * terms.concat([x[..., 1:, :], none], -2), -1)
    d_lower = terms.reduce_sum(d_rhs * terms.concat([none, x[..., :-1, :]], -2), -1)
    return -raw.Pack([d_upper, d_main, d_lower], axis=-2, name="stack"), d_rhs


def _transposed(diagonals):
    main = diagonals[..., 1, :]
    none = terms.zeros(_dims_of(main, -1), diagonals.dtype)
    upper = terms.concat([diagonals[..., 2, 1:], none], -1)
    lower = terms.concat([none, diagonals[..., 0, :-1]], -1)
    return raw.Pack([upper, main, lower], axis=-2, name="stack")


def _dims_of(x, axis):
    """The dims of x, with 1 at the axis (which is negative)."""
    if x.shape.is_fully_defined():
        dims = list(x.dims)
        dims[axis] = 1
        return dims
    dims = terms.shape(x)
    parts = [dims[:axis], [1]] if axis == -1 else [dims[:axis], [1], dims[axis + 1 :]]
    return terms.concat(parts, 0)


@op("TridiagonalSolve")
class TridiagonalSolve:
    """diagonals [..., 3, M], upper (whose last counts not), main and lower (whose first counts not), times output = rhs
    [..., M, K]: -> output [..., M, K].

    partial_pivoting: rows change places where that makes pivots greater. perturb_singular: pivots of zero become tiny
    ones; otherwise they are refused.
    """

    host = _eliminate
    checked = True
    gradient = _of_solution

    def shape(diagonals, rhs, out):
        _check_matching(diagonals, rhs)
        check(
            may_equal(diagonals[len(diagonals) - 2], 3), "Dimension must be 3 but is {}", diagonals[len(diagonals) - 2]
        )
        for i in range(len(rhs) - 2):
            out.append(merged(diagonals[i], rhs[i]))
        out.append(merged(diagonals[len(diagonals) - 1], rhs[len(rhs) - 2]))
        out.append(rhs[len(rhs) - 1])


# ---- products --------------------------------------------------------------------------------------------------------


def _product(call, superdiag: Array, maindiag: Array, subdiag: Array, rhs: Array) -> Array:
    result = maindiag[..., 0, :, None] * rhs
    result[..., :-1, :] += superdiag[..., 0, :-1, None] * rhs[..., 1:, :]
    result[..., 1:, :] += subdiag[..., 0, 1:, None] * rhs[..., :-1, :]
    return np.asarray(result)


def _of_product(op, dy):
    upper, main, lower, rhs = op.inputs
    upper_column, main_column, lower_column = (terms.transposed_matrices(one) for one in (upper, main, lower))
    d_upper = terms.reduce_sum(_rows_up(rhs) * dy, -1)
    d_main = terms.reduce_sum(rhs * dy, -1)
    d_lower = terms.reduce_sum(_rows_down(rhs) * dy, -1)
    d_rhs = _rows_down(upper_column * dy) + main_column * dy + _rows_up(lower_column * dy)
    rows = [raw.ExpandDims(one, -2) for one in (d_upper, d_main, d_lower)]
    return *rows, d_rhs


def _rows_up(x):
    """Each row in the place of the one before it; zeros in the last."""
    return _moved(x, [[0, 1], [0, 0]], slice(1, None))


def _rows_down(x):
    return _moved(x, [[1, 0], [0, 0]], slice(None, -1))


def _moved(x, paddings, kept):
    outer = terms.zeros([terms.rank(x) - 2, 2], dtypes.int32)
    inner = terms.constant(paddings, dtypes.int32)
    paddings = terms.concat([outer, inner], 0)
    return raw.Pad(x[..., kept, :], paddings)


@op("TridiagonalMatMul")
class TridiagonalMatMul:
    """The matrix of superdiag, maindiag and subdiag, each [..., 1, M], times rhs [..., M, K] -> [..., M, K]."""

    host = _product
    checked = True
    gradient = _of_product

    def shape(superdiag, maindiag, subdiag, rhs, out):
        _check_matching(superdiag, rhs)
        _check_matching(maindiag, rhs)
        _check_matching(subdiag, rhs)
        for i in range(len(rhs)):
            out.append(rhs[i])
