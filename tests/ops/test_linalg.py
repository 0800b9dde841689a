"""Linear algebra. What is unique only up to signs is tested by what it must satisfy."""

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

from nbtf.errors import InvalidArgumentError

F = np.float32
M = F([[[4, 1, 0], [2, 3, 1], [0, 1, 5]], [[0, 2, 1], [1, 0, 0], [3, 1, 1]]])
SPD = M @ M.transpose(0, 2, 1) + np.eye(3, dtype=F)
RHS = F([[[1, 2], [3, 4], [5, 6]], [[1, 0], [0, 1], [2, 2]]])
TALL = F([[1, 2], [3, 4], [5, 7]])
SINGULAR = F([[1, 2], [2, 4]])
TURNED = np.complex64(M + 1j * M.transpose(0, 2, 1))
NONE = np.zeros((0, 3, 3), F)


def adjoint(x):
    return np.conj(np.swapaxes(x, -1, -2))


def ridge(a, b, l2):
    normal = adjoint(a) @ a + a.dtype.type(l2) * np.eye(a.shape[-1], dtype=a.dtype)
    return np.linalg.solve(normal, adjoint(a) @ b)


LOOSE = {"rtol": 1e-4, "atol": 1e-4}
ROWS = [
    Row("MatrixDeterminant", [M], np.linalg.det, **LOOSE),
    Row("MatrixDeterminant", [np.zeros((2, 0, 0), F)], np.ones(2, F), only=["float32"], label="empty"),
    Row("LogMatrixDeterminant", [M], lambda x: tuple(np.linalg.slogdet(x)), **LOOSE),
    Row("LogMatrixDeterminant", [SINGULAR], (F(0), F(-np.inf)), vary=None, label="singular"),
    Row("MatrixInverse", [M], np.linalg.inv, **LOOSE),
    Row("MatrixInverse", [TURNED], lambda x: adjoint(np.linalg.inv(x)), {"adjoint": True}, vary=None, **LOOSE),
    Row("MatrixInverse", [NONE], lambda x: x, vary=None, label="none"),
    Row("Cholesky", [SPD], np.linalg.cholesky, **LOOSE),
    Row("Cholesky", [np.tril(SPD)], lambda x: np.linalg.cholesky(SPD), vary=None, label="lower half", **LOOSE),
    Row("Cholesky", [F([[1, 2], [2, 1]])], F([[np.nan, 0], [np.nan, np.nan]]), vary=None, label="indefinite"),
    Row("Cholesky", [NONE], lambda x: x, vary=None, label="none"),
    Row("CholeskyGrad", [F([[2, 0], [1, 3]]), F([[1, 0.5], [2, 3]])], F([[0.125, 0.25], [0.25, 0.5]])),
    Row("MatrixSquareRoot", [F([[4, 1], [2, 3]])], F([[1.9621162, 0.27395135], [0.5479028, 1.6881647]]), **LOOSE),
    Row("MatrixSquareRoot", [F([[1, 1], [0, 1]])], F([[1, 0.5], [0, 1]]), vary=None, label="defective"),
    Row(
        "MatrixLogarithm",
        [np.complex64([[4, 1], [2, 3]])],
        F([[1.3040075, 0.30543023], [0.6108604, 0.9985773]]),
        **LOOSE,
    ),
    Row("Lu", [M[0].T], (F([[4, 2, 0], [0.25, 2.5, 1], [0, 0.4, 4.6]]), np.int32([0, 1, 2])), **LOOSE),
    Row("Lu", [F([[0, 1], [2, 4]])], (F([[2, 4], [0, 1]]), np.int64([1, 0])), {"output_idx_type": "int64"}, vary=None),
    Row("MatrixSolve", [M, RHS], np.linalg.solve, **LOOSE),
    Row(
        "MatrixSolve",
        [TURNED, RHS + 0j],
        lambda a, b: np.linalg.solve(adjoint(a), b),
        {"adjoint": True},
        only=["complex64"],
        label="adjoint",
        **LOOSE,
    ),
    Row("MatrixTriangularSolve", [SPD, RHS], lambda a, b: np.linalg.solve(np.tril(a), b), **LOOSE),
    Row(
        "MatrixTriangularSolve",
        [SPD, RHS[0]],
        lambda a, b: np.linalg.solve(adjoint(np.tril(a)), b[None]),
        {"adjoint": True},
        vary=None,
        label="adjoint, batch",
        **LOOSE,
    ),
    Row(
        "MatrixTriangularSolve",
        [SPD, RHS],
        lambda a, b: np.linalg.solve(adjoint(np.triu(a)), b),
        {"lower": False, "adjoint": True},
        vary=None,
        label="upper, adjoint",
        **LOOSE,
    ),
    Row(
        "MatrixTriangularSolve",
        [SPD, RHS],
        lambda a, b: np.linalg.solve(np.triu(a), b),
        {"lower": False},
        vary=None,
        label="upper",
        **LOOSE,
    ),
    Row("MatrixTriangularSolve", [SINGULAR * 0, F([[1], [2]])], F([[np.inf], [np.nan]]), vary=None, label="singular"),
    Row("MatrixSolveLs", [TALL, RHS[0, :, :1], np.float64(0.5)], ridge, **LOOSE),
    Row(
        "MatrixSolveLs",
        [F([[1, 2, 3], [3, 4, 9]]), F([[1], [2]]), np.float64(0.5)],
        F([[0.03491268], [0.2493766], [0.10473806]]),
        vary=None,
        label="wide",
        **LOOSE,
    ),
    Row(
        "MatrixSolveLs",
        [F([[1, 2, 3], [3, 4, 9]]), F([[1], [2]]), np.float64(0.5)],
        F([[0], [0.5], [0]]),
        {"fast": False},
        vary=None,
        label="slow",
        **LOOSE,
    ),
    Row("Svd", [TALL], lambda x: (np.linalg.svd(x, compute_uv=False), None, None), **LOOSE),
    Row(
        "Svd",
        [SPD],
        lambda x: (np.linalg.svd(x, compute_uv=False), F(0), F(0)),
        {"compute_uv": False},
        vary=None,
        label="values",
        **LOOSE,
    ),
    Row("SelfAdjointEigV2", [SPD], lambda x: (np.linalg.eigvalsh(x), F(0)), {"compute_v": False}, vary=None, **LOOSE),
    Row(
        "Eig",
        [F([[4, 1], [2, 3]])],
        (np.complex64([5, 2]), np.complex64(0)),
        {"compute_v": False, "Tout": "complex64"},
        vary=None,
        **LOOSE,
    ),
]

OLD = [
    Row("BatchMatrixDeterminant", [M], np.linalg.det, **LOOSE),
    Row("BatchMatrixInverse", [M], np.linalg.inv, only=["float32", "float64"], **LOOSE),
    Row("BatchCholesky", [SPD], np.linalg.cholesky, **LOOSE),
    Row("BatchCholeskyGrad", [F([[2, 0], [1, 3]]), F([[1, 0.5], [2, 3]])], F([[0.125, 0.25], [0.25, 0.5]])),
    Row("BatchMatrixSolve", [M, RHS], np.linalg.solve, **LOOSE),
    Row("BatchMatrixTriangularSolve", [SPD, RHS], lambda a, b: np.linalg.solve(np.tril(a), b), **LOOSE),
    Row("BatchMatrixSolveLs", [TALL, RHS[0, :, :1], np.float64(0.5)], ridge, **LOOSE),
    Row("BatchSvd", [TALL], lambda x: (np.linalg.svd(x, compute_uv=False), None, None), **LOOSE),
    Row("BatchSelfAdjointEigV2", [SPD], lambda x: (np.linalg.eigvalsh(x), F(0)), {"compute_v": False}, **LOOSE),
]

VECTOR = F([1, 2])
BAD = [
    Bad("MatrixInverse", [SINGULAR], "Input is not invertible.", at_build=False),
    Bad("MatrixInverse", [TALL], "Input matrix must be square.", built="Dimensions must be equal, but are"),
    Bad("MatrixDeterminant", [VECTOR], "Input tensor 0 must have rank >= 2, got 1"),
    Bad("Cholesky", [TALL], "Input matrix must be square.", built="Dimensions must be equal, but are"),
    Bad("Lu", [SINGULAR * 0], "Input is not invertible.", at_build=False),
    Bad("MatrixSolve", [SINGULAR, F([[1], [2]])], "Input matrix is not invertible.", at_build=False),
    Bad(
        "MatrixSolve",
        [SINGULAR, TALL],
        "Input matrix and rhs are incompatible.",
        built="Dimensions must be equal, but are",
    ),
    Bad("MatrixSolve", [M, RHS[0]], "All input tensors must have the same rank."),
    Bad("MatrixTriangularSolve", [SINGULAR, VECTOR], "In.1. ndims must be >= 2: 1"),
    Bad("MatrixSolveLs", [SINGULAR, F([[1], [2]]), np.float64(0)], "matrix was rank deficient", at_build=False),
    Bad("MatrixSolveLs", [SINGULAR, F([[1], [2]]), np.float64(-1)], "l2_regularizer must be >= 0", at_build=False),
    Bad("SelfAdjointEigV2", [SINGULAR * np.nan], "Self-adjoint eigen decomposition was not successful", at_build=False),
    Bad("CholeskyGrad", [SINGULAR, SPD], "must have the same shape"),
    Bad("Eig", [SINGULAR * np.nan], "Eigen decomposition was not successful", {"Tout": "complex64"}, at_build=False),
]

test_forward = forward_tests(ROWS)
test_old_names = forward_tests(OLD)
test_refusal = refusal_tests(BAD)

DTYPES = ("float32", "float64", "complex64", "complex128")


def outputs(op, x, **attrs):
    results, tensors = run_op(op, [x], attrs, known=True)
    for result, tensor in zip(results, tensors, strict=True):
        assert tensor.shape.as_list() == list(np.shape(result))
    return results


def matrix(dtype, tall):
    x = np.stack([TALL, TALL[::-1] * 2]).astype(dtype)
    x = x + 0.5j * x[:, ::-1] if x.dtype.kind == "c" else x
    return x if tall else np.swapaxes(x, -1, -2)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("tall", [False, True])
@pytest.mark.parametrize("dtype", [*DTYPES, "float16"])
def test_qr(dtype, tall, full):
    x = matrix(dtype, tall)
    q, r = outputs("Qr", x, full_matrices=full)
    tolerance = 1e-2 if dtype == "float16" else 1e-4
    np.testing.assert_allclose(q @ r, x, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(
        adjoint(q) @ q, np.broadcast_to(np.eye(q.shape[-1]), (2, *q.shape[-1:] * 2)), atol=tolerance
    )
    np.testing.assert_array_equal(np.tril(r, -1), 0)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("tall", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
def test_svd(dtype, tall, full):
    x = matrix(dtype, tall)
    s, u, v = outputs("Svd", x, full_matrices=full)
    rank = s.shape[-1]
    np.testing.assert_allclose((u[..., :rank] * s[:, None]) @ adjoint(v[..., :rank]), x, rtol=1e-4, atol=1e-4)
    assert u.shape[-1] == (x.shape[-2] if full else rank)
    assert v.shape[-1] == (x.shape[-1] if full else rank)


@pytest.mark.parametrize("full", [False, True])
def test_svd_of_nan(full):
    for result in outputs("Svd", TALL * np.nan, full_matrices=full):
        assert np.isnan(result).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_self_adjoint_eigenvectors(dtype):
    x = SPD.astype(dtype)
    x = x + 1j * (np.triu(x, 1) - np.tril(x, -1)) if x.dtype.kind == "c" else x
    e, v = outputs("SelfAdjointEigV2", np.tril(x))
    np.testing.assert_allclose(x @ v, v * e[:, None], rtol=1e-3, atol=1e-3)
    assert (np.diff(e.real) >= 0).all()


@pytest.mark.parametrize("op", ["SelfAdjointEig", "BatchSelfAdjointEig"])
def test_self_adjoint_eigenvectors_of_old(op):
    (result,) = outputs(op, SPD)
    np.testing.assert_allclose(SPD @ result[:, 1:], result[:, 1:] * result[:, :1], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("dtype", DTYPES)
def test_eigenvectors(dtype):
    x = M.astype(dtype)
    e, v = outputs("Eig", x, Tout="complex128" if dtype in ("float64", "complex128") else "complex64")
    np.testing.assert_allclose(x @ v, v * e[:, None], rtol=1e-3, atol=1e-3)


def test_square_root_without_a_root_is_nan():
    (result,) = outputs("MatrixSquareRoot", F([[0, 1], [0, 0]]))
    assert np.isnan(result).all()


def test_refusals_name_the_node():
    with pytest.raises(InvalidArgumentError, match="MatrixInverse 'MatrixInverse': Input is not invertible"):
        outputs("MatrixInverse", SINGULAR)
