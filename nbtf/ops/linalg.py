"""Linear algebra: numpy computes it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.ops import linalg_derivatives
from nbtf.shapes import UNKNOWN, check, check_in_words, may_equal, merged

Array = np.ndarray[Any, Any]

# ---- shapes ----------------------------------------------------------------------------------------------------------


def _check_square(x):
    check(len(x) >= 2, "Input tensor 0 must have rank >= 2, got {}", len(x))
    check_in_words(
        may_equal(x[len(x) - 1], x[len(x) - 2]),
        "Dimensions must be equal, but are {} and {}",
        "Input matrix must be square.",
        x[len(x) - 2],
        x[len(x) - 1],
    )


def _same_square(input, out):
    _check_square(input)
    rank = len(input)
    for i in range(rank - 2):
        out.append(input[i])
    order = merged(input[rank - 2], input[rank - 1])
    out.append(order)
    out.append(order)


def _without_matrix(input, out):
    _check_square(input)
    for i in range(len(input) - 2):
        out.append(input[i])


def _wide(x: Array) -> Array:
    """numpy's LAPACK has no 16-bit floats."""
    return x.astype(np.float32) if x.dtype == np.float16 else x


# ---- one matrix ------------------------------------------------------------------------------------------------------


def _determinant(call, input: Array) -> Array:
    return np.asarray(np.linalg.det(input))


@op("MatrixDeterminant", "BatchMatrixDeterminant")
class MatrixDeterminant:
    """input [..., M, M] -> determinants [...]."""

    host = _determinant
    checked = True
    shape = _without_matrix
    gradient = {"MatrixDeterminant": linalg_derivatives.determinant}


def _log_determinant(call, input: Array) -> tuple[Array, Array]:
    sign, logarithm = np.linalg.slogdet(input)
    return np.asarray(sign), np.asarray(logarithm)


@op("LogMatrixDeterminant")
class LogMatrixDeterminant:
    """input [..., M, M] -> sign and logarithm of the absolute value of the determinant, each [...]."""

    host = _log_determinant
    checked = True

    def shape(input, out):
        _check_square(input)
        for i in range(len(input) - 2):
            out[0].append(input[i])
            out[1].append(input[i])

    gradient = linalg_derivatives.log_determinant


def _adjoint(x: Array) -> Array:
    return np.conj(np.swapaxes(x, -1, -2))


def _inverse(call, input: Array) -> Array:
    _check_invertible(input, "Input is not invertible.")
    result = np.linalg.inv(_wide(input))
    return _adjoint(result) if call.attrs.adjoint else result


def _check_invertible(matrices: Array, message: str) -> None:
    """An exact zero among the pivots, as TensorFlow tests it."""
    for matrix in matrices.reshape(-1, *matrices.shape[-2:]):
        check(not len(matrix) or _pivots_hold(_factor(matrix)[0]), message)


def _pivots_hold(lu: Array) -> bool:
    return bool(np.all(np.abs(np.diagonal(lu)) > 0))  # a NaN does not


@op("MatrixInverse", "BatchMatrixInverse")
class MatrixInverse:
    """input [..., M, M] -> inverses, or with `adjoint` their adjoints, [..., M, M]. A singular matrix is refused."""

    host = _inverse
    checked = True
    shape = _same_square
    gradient = {"MatrixInverse": linalg_derivatives.inverse}


def _each_matrix(function: Callable[..., Any], *inputs: Array) -> list[Any]:
    """What the function gives for each matrix of a batch, flat."""
    flat = [x.reshape(-1, *x.shape[-2:]) for x in inputs]
    return [function(*matrices) for matrices in zip(*flat, strict=True)]


def _stacked(results: list[Array], shape: tuple[int, ...], dtype: Any) -> Array:
    return np.asarray(results, dtype).reshape(shape) if results else np.empty(shape, dtype)


def _lower_factor(matrix: Array) -> Array:
    """TensorFlow's kernel looks at the lower triangle only, and answers NaN where there is no factor."""
    lower = np.tril(matrix)
    try:
        with np.errstate(invalid="ignore"):
            factor = np.linalg.cholesky(lower + np.conj(np.tril(matrix, -1)).T)
    except np.linalg.LinAlgError:
        factor = np.full_like(matrix, np.nan)
    return np.tril(factor)


def _cholesky(call, input: Array) -> Array:
    return _stacked(_each_matrix(_lower_factor, input), input.shape, input.dtype)


@op("Cholesky", "BatchCholesky")
class Cholesky:
    """input [..., M, M], positive definite -> lower triangular factors L with L L* = input; NaN where there is none."""

    host = _cholesky
    checked = True
    shape = _same_square
    gradient = {"Cholesky": linalg_derivatives.cholesky}


def _cholesky_gradient(call, lower: Array, grad: Array) -> Array:
    middle = np.tril(np.swapaxes(lower, -1, -2) @ grad)
    size = lower.shape[-1]
    middle[..., range(size), range(size)] /= 2
    inverse = np.linalg.inv(np.tril(lower))
    result = np.swapaxes(inverse, -1, -2) @ middle @ inverse
    return np.asarray((result + np.swapaxes(result, -1, -2)) / 2)


@op("CholeskyGrad", "BatchCholeskyGrad")
class CholeskyGrad:
    """Gradient of Cholesky, symmetric: its output l and the gradient of that, both [..., M, M] -> [..., M, M]."""

    host = _cholesky_gradient
    checked = True

    def shape(l, grad, out):  # noqa: E741 - the signature's name
        _check_square(l)
        check(len(l) == len(grad), "Inputs l and grad must have the same shape: {} vs. {}", l, grad)
        for i in range(len(l)):
            check(may_equal(l[i], grad[i]), "Inputs l and grad must have the same shape: {} vs. {}", l, grad)
            out.append(shapes.merged(l[i], grad[i]))


def _root(matrix: Array) -> Array:
    """Denman and Beavers: two sequences that end at the root and its inverse. NaN where they do not end."""
    root: Array = matrix.astype(np.complex128)
    inverse: Array = np.eye(len(root), dtype=root.dtype)
    try:
        for _ in range(100):
            before = root
            root, inverse = (root + np.linalg.inv(inverse)) / 2, (inverse + np.linalg.inv(root)) / 2
            if np.allclose(root, before, rtol=1e-14, atol=0):
                break
    except np.linalg.LinAlgError:
        root = np.full_like(root, np.nan)
    return root if np.iscomplexobj(matrix) else root.real


def _logarithm(matrix: Array) -> Array:
    """Roots until the matrix is near 1, then the series of the inverse hyperbolic tangent."""
    root, halvings, one = matrix.astype(np.complex128), 0, np.eye(len(matrix))
    while np.linalg.norm(root - one) > 0.25 and halvings < 64:
        root, halvings = _root(root), halvings + 1
    ratio = (root - one) @ np.linalg.inv(root + one)
    power, total = ratio, np.zeros_like(root)
    for order in range(1, 40, 2):
        total += power / order
        power = power @ ratio @ ratio
    return total * 2.0 ** (halvings + 1)


def _square_root(call, input: Array) -> Array:
    return _stacked(_each_matrix(_root, input), input.shape, input.dtype)


def _matrix_logarithm(call, input: Array) -> Array:
    return _stacked(_each_matrix(_logarithm, input), input.shape, input.dtype)


@op("MatrixSquareRoot")
class MatrixSquareRoot:
    """input [..., M, M], without negative eigenvalues -> its principal square root [..., M, M]."""

    host = _square_root
    checked = True
    shape = _same_square
    gradient = linalg_derivatives.square_root


@op("MatrixLogarithm")
class MatrixLogarithm:
    """input [..., M, M], without negative eigenvalues -> its principal logarithm [..., M, M]."""

    host = _matrix_logarithm
    checked = True
    shape = _same_square


# ---- decompositions --------------------------------------------------------------------------------------------------


def _factor(matrix: Array) -> tuple[Array, Array]:
    """LU with partial pivoting, both factors in one matrix; and which row of the matrix each row was."""
    lu = matrix.copy()
    order = np.arange(len(lu))
    for k in range(len(lu)):
        pivot = k + int(np.argmax(np.abs(lu[k:, k])))
        lu[[k, pivot]], order[[k, pivot]] = lu[[pivot, k]], order[[pivot, k]]
        if lu[k, k] != 0:
            lu[k + 1 :, k] /= lu[k, k]
            lu[k + 1 :, k + 1 :] -= np.outer(lu[k + 1 :, k], lu[k, k + 1 :])
    return lu, order


def _lu(call, input: Array) -> tuple[Array, Array]:
    factors = _each_matrix(_factor, input)
    for lu, _ in factors:
        check(_pivots_hold(lu), "Input is not invertible.")
    orders = _stacked([order for _, order in factors], input.shape[:-1], call.attrs.output_idx_type.as_numpy_dtype)
    return _stacked([lu for lu, _ in factors], input.shape, input.dtype), orders


@op("Lu")
class Lu:
    """input [..., M, M] -> lu [..., M, M], both triangular factors in one, and p [..., M]: input[p] = L U."""

    host = _lu
    checked = True

    def shape(input, out):
        check(len(input) >= 2, "Input tensor must have rank >= 2, got {}", len(input))
        check_in_words(
            may_equal(input[len(input) - 1], input[len(input) - 2]),
            "Dimensions must be equal, but are {} and {}",
            "Input matrix must be square.",
            input[len(input) - 2],
            input[len(input) - 1],
        )
        for i in range(len(input)):
            out[0].append(input[i])
        for i in range(len(input) - 1):
            out[1].append(input[i])


def _qr(call, input: Array) -> tuple[Array, Array]:
    return np.linalg.qr(_wide(input), "complete" if call.attrs.full_matrices else "reduced")


@op("Qr")
class Qr:
    """input [..., M, N] -> q [..., M, K], r [..., K, N]; K = min(M, N), or M with full_matrices."""

    host = _qr
    checked = True
    gradient = linalg_derivatives.qr

    def shape(input, full_matrices, out):
        rank = len(input)
        check(rank >= 2, "Input tensor 0 must have rank >= 2, got {}", rank)
        rows, columns = input[rank - 2], input[rank - 1]
        inner = rows if full_matrices else min(rows, columns)
        for i in range(rank - 2):
            out[0].append(input[i])
            out[1].append(input[i])
        out[0].append(rows)
        out[0].append(inner)
        out[1].append(inner)
        out[1].append(columns)


def _svd_shapes(input: Array, full: bool) -> list[tuple[int, ...]]:
    *batch, rows, columns = input.shape
    inner = min(rows, columns)
    return [(*batch, rows, rows if full else inner), (*batch, inner), (*batch, columns if full else inner, columns)]


def _svd(call, input: Array) -> tuple[Array, Array, Array]:
    if not call.attrs.compute_uv:
        nothing = np.zeros((), input.dtype)
        return np.linalg.svd(input, compute_uv=False), nothing, nothing
    try:
        u, s, v = np.linalg.svd(input, full_matrices=call.attrs.full_matrices)
    except np.linalg.LinAlgError:
        u, s, v = (np.full(shape, np.nan, input.dtype) for shape in _svd_shapes(input, call.attrs.full_matrices))
    return s, u, _adjoint(v)


@op("Svd", "BatchSvd")
class Svd:
    """input [..., M, N] = u diag(s) v* -> s [..., P], u [..., M, P], v [..., N, P]; P = min(M, N).

    With full_matrices u and v are square; without compute_uv both are scalars of no meaning.
    """

    host = _svd
    checked = True
    gradient = {"Svd": linalg_derivatives.svd}

    def shape(input, compute_uv, full_matrices, out):
        rank = len(input)
        check(rank >= 2, "Input tensor 0 must have rank >= 2, got {}", rank)
        inner = min(input[rank - 2], input[rank - 1])
        for i in range(rank - 2):
            out[0].append(input[i])
            if compute_uv:
                out[1].append(input[i])
                out[2].append(input[i])
        out[0].append(inner)
        if compute_uv:
            out[1].append(input[rank - 2])
            out[1].append(input[rank - 2] if full_matrices else inner)
            out[2].append(input[rank - 1])
            out[2].append(input[rank - 1] if full_matrices else inner)


def _check_finite(input: Array, message: str) -> None:
    check(bool(np.isfinite(input).all()), message + " was not successful. The input might not be valid.")


def _eigenvalues(call, input: Array) -> tuple[Array, Array]:
    _check_finite(input, "Self-adjoint eigen decomposition")
    if not call.attrs.compute_v:
        return np.linalg.eigvalsh(input), np.zeros((), input.dtype)
    values, vectors = np.linalg.eigh(input)
    return values, vectors


def _general_eigenvalues(call, input: Array) -> tuple[Array, Array]:
    _check_finite(input, "Eigen decomposition")
    dtype = call.attrs.Tout.as_numpy_dtype
    if not call.attrs.compute_v:
        return np.linalg.eigvals(input).astype(dtype), np.zeros((), dtype)
    values, vectors = np.linalg.eig(input)
    return values.astype(dtype), vectors.astype(dtype)


def _eigen_shape(input, compute_v, out):
    _check_square(input)
    rank = len(input)
    order = merged(input[rank - 2], input[rank - 1])
    for i in range(rank - 1):
        out[0].append(input[i] if i < rank - 2 else order)
    if compute_v:
        for i in range(rank):
            out[1].append(input[i] if i < rank - 2 else order)


@op("SelfAdjointEigV2", "BatchSelfAdjointEigV2")
class SelfAdjointEigV2:
    """input [..., M, M], of which the lower triangle counts -> e [..., M], rising, and v [..., M, M] with e's vectors
    as columns; without compute_v a scalar of no meaning.
    """

    host = _eigenvalues
    checked = True
    shape = _eigen_shape
    gradient = {"SelfAdjointEigV2": linalg_derivatives.self_adjoint_eig}


@op("Eig")
class Eig:
    """input [..., M, M] -> complex e [..., M] and v [..., M, M] with e's vectors as columns, as SelfAdjointEigV2."""

    host = _general_eigenvalues
    checked = True
    shape = _eigen_shape
    gradient = linalg_derivatives.eig


def _eigenvalues_first(call, input: Array) -> Array:
    _check_finite(input, "Self-adjoint eigen decomposition")
    values, vectors = np.linalg.eigh(input)
    return np.concatenate([values[..., None, :], vectors], axis=-2)


@op("SelfAdjointEig", "BatchSelfAdjointEig")
class SelfAdjointEig:
    """SelfAdjointEigV2 of old: input [..., M, M] -> [..., M + 1, M], the first row the values, then the vectors."""

    host = _eigenvalues_first
    checked = True

    def shape(input, out):
        _check_square(input)
        shapes.copy_dims(input, out)
        out[-2] = UNKNOWN if input[len(input) - 2] == UNKNOWN else input[len(input) - 2] + 1


# ---- systems of equations --------------------------------------------------------------------------------------------


def _solution(matrix, rhs, out):
    _check_square(matrix)
    _check_rows(matrix, rhs)
    shapes.copy_dims(rhs, out)


def _check_rows(matrix, rhs):
    check(len(matrix) >= 2, "Input tensor 0 must have rank >= 2, got {}", len(matrix))
    check(len(matrix) == len(rhs), "All input tensors must have the same rank.")
    for i in range(len(matrix) - 1):
        check_in_words(
            may_equal(matrix[i], rhs[i]),
            "Dimensions must be equal, but are {} and {}",
            "Input matrix and rhs are incompatible.",
            matrix[i],
            rhs[i],
        )


def _solve(call, matrix: Array, rhs: Array) -> Array:
    _check_invertible(matrix, "Input matrix is not invertible.")
    return np.linalg.solve(_adjoint(matrix) if call.attrs.adjoint else matrix, rhs)


@op("MatrixSolve", "BatchMatrixSolve")
class MatrixSolve:
    """matrix [..., M, M] (or, with `adjoint`, its adjoint) times output = rhs [..., M, K]: -> output [..., M, K]."""

    host = _solve
    checked = True
    shape = _solution
    gradient = {"MatrixSolve": linalg_derivatives.solve}


def _substitute(call, matrix: Array, rhs: Array) -> Array:
    """Row by row: a zero on the diagonal gives Inf or NaN, as in TensorFlow."""
    lower = call.attrs.lower
    matrix = np.tril(matrix) if lower else np.triu(matrix)
    if call.attrs.adjoint:
        matrix, lower = _adjoint(matrix), not lower
    batch = np.broadcast_shapes(matrix.shape[:-2], rhs.shape[:-2])
    result = np.array(np.broadcast_to(rhs, (*batch, *rhs.shape[-2:])))
    size = matrix.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        for i in range(size) if lower else range(size - 1, -1, -1):
            result[..., i, :] /= matrix[..., i, i, None]
            rest = slice(i + 1, None) if lower else slice(0, i)
            result[..., rest, :] -= matrix[..., rest, i, None] * result[..., i, None, :]
    return result


@op("MatrixTriangularSolve", "BatchMatrixTriangularSolve")
class MatrixTriangularSolve:
    """MatrixSolve of a triangular matrix, `lower` or upper; batch axes broadcast."""

    host = _substitute
    checked = True
    gradient = {"MatrixTriangularSolve": linalg_derivatives.triangular_solve}

    def shape(matrix, rhs, out):
        _check_square(matrix)
        check(len(rhs) >= 2, "In[1] ndims must be >= 2: {}", len(rhs))
        rank = max(len(matrix), len(rhs))
        for i in range(rank - 2):
            out.append(shapes.broadcast_dim(shapes.aligned_dim(matrix, i, rank), shapes.aligned_dim(rhs, i, rank)))
        rows = rhs[len(rhs) - 2]
        check(may_equal(matrix[len(matrix) - 1], rows), "Input matrix and rhs are incompatible.")
        out.append(rows)
        out.append(rhs[len(rhs) - 1])


def _least_squares(call, matrix: Array, rhs: Array, regularizer: Array) -> Array:
    shape = (*matrix.shape[:-2], matrix.shape[-1], rhs.shape[-1])
    if not call.attrs.fast:
        return _stacked(_each_matrix(lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0], matrix, rhs), shape, rhs.dtype)
    check(float(regularizer) >= 0, "l2_regularizer must be >= 0.")
    transposed = _adjoint(matrix)
    tall = matrix.shape[-2] >= matrix.shape[-1]
    normal = transposed @ matrix if tall else matrix @ transposed
    normal = normal + np.asarray(regularizer, matrix.real.dtype) * np.eye(normal.shape[-1], dtype=matrix.dtype)
    message = "Input matrix was rank deficient or ill-conditioned. Try setting fast=False or provide a larger "
    try:
        np.linalg.cholesky(normal)
    except np.linalg.LinAlgError:
        check(False, message + "l2_regularizer > 0.")
    return np.linalg.solve(normal, transposed @ rhs) if tall else transposed @ np.linalg.solve(normal, rhs)


@op("MatrixSolveLs", "BatchMatrixSolveLs")
class MatrixSolveLs:
    """Least squares: matrix [..., M, N], rhs [..., M, K] -> [..., N, K].

    `fast` solves the normal equations with l2_regularizer; otherwise the solution of least norm, unregularized.
    """

    host = _least_squares
    checked = True
    gradient = {"MatrixSolveLs": linalg_derivatives.solve_least_squares}

    def shape(matrix, rhs, l2_regularizer, out):
        _check_rows(matrix, rhs)
        check(len(l2_regularizer) == 0, "l2_regularizer must be scalar, got shape {}", l2_regularizer)
        for i in range(len(matrix) - 2):
            out.append(shapes.merged(matrix[i], rhs[i]))
        out.append(matrix[len(matrix) - 1])
        out.append(rhs[len(rhs) - 1])
