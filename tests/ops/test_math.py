"""Products of matrices."""

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

X = (np.arange(24, dtype=np.float32).reshape(2, 3, 4) - 9) % 7
SIGNED = X - 3
WIDE = np.cos(np.arange(7 * 1100, dtype=np.float32)).reshape(7, 1100)
COMPLEX = (SIGNED + 1j * X).astype(np.complex64)


def times(a, b):
    """numpy has no product of 8-bit integers that does not wrap."""
    return np.matmul(a, b, dtype=a.dtype)


MATRICES = [
    Row("MatMul", [SIGNED[0], X[1].T], times),
    Row("MatMul", [SIGNED[0], X[1]], lambda a, b: a @ b.T, {"transpose_b": True}, label="transpose_b"),
    Row("MatMul", [SIGNED[0].T, X[1].T], lambda a, b: a.T @ b, {"transpose_a": True}, only=["float32"], label="a"),
    Row(
        "MatMul",
        [SIGNED[0].T, X[1]],
        lambda a, b: a.T @ b.T,
        {"transpose_a": True, "transpose_b": True},
        only=["float32", "complex64"],
        label="both",
    ),
    Row("MatMul", [WIDE[:, :70].T, WIDE], times, only=["float32"], label="two panels", atol=1e-4),
    Row("MatMul", [WIDE, WIDE], lambda a, b: a @ b.T, {"transpose_b": True}, only=["float32"], label="deep", atol=1e-3),
    Row("MatMul", [WIDE, WIDE[:1].T], times, only=["float32"], label="vector", atol=1e-3),
    Row(
        "MatMul", [np.ones((2, 0), np.float32), np.ones((0, 3), np.float32)], times, only=["float32"], label="no depth"
    ),
    Row("MatMul", [np.ones((0, 2), np.float32), np.ones((2, 3), np.float32)], times, only=["float32"], label="no rows"),
    Row("MatMul", [np.float32([[np.nan, 1]]), np.float32([[0], [0]])], times, vary=None, label="nan"),
    Row("SparseMatMul", [SIGNED[0], X[1].T], times, vary="Ta"),
    Row("SparseMatMul", [SIGNED[0], X[1]], lambda a, b: a @ b.T, {"transpose_b": True, "b_is_sparse": True}, vary="Tb"),
]

BATCHES = [
    Row("BatchMatMul", [SIGNED, X.transpose(0, 2, 1)], times),
    Row("BatchMatMulV2", [SIGNED, X.transpose(0, 2, 1)], times),
    Row("BatchMatMulV2", [SIGNED, X[1].T], times, only=["float32"], label="one right side"),
    Row("BatchMatMulV2", [SIGNED[:, None], X[None].transpose(0, 1, 3, 2)], times, only=["float32"], label="both"),
    Row(
        "BatchMatMulV2",
        [COMPLEX, COMPLEX],
        lambda x, y: np.conj(x).transpose(0, 2, 1) @ y,
        {"adj_x": True},
        only=["complex64"],
        label="adj_x",
    ),
    Row(
        "BatchMatMulV2",
        [COMPLEX, COMPLEX],
        lambda x, y: x @ np.conj(y).transpose(0, 2, 1),
        {"adj_y": True},
        only=["complex64", "complex128"],
        label="adj_y",
    ),
    Row(
        "BatchMatMulV2",
        [np.ones((0, 2, 3), np.float32), np.ones((3, 4), np.float32)],
        times,
        only=["float32"],
        label="0",
    ),
    Row("BatchMatMulV3", [SIGNED, X.transpose(0, 2, 1)], times, {"Tout": "float32"}, vary=None),
    Row(
        "BatchMatMulV3",
        [np.int8([[100, -100]]), np.uint8([[200], [1]])],
        np.int32([[19900]]),
        {"Tout": "int32"},
        vary=None,
        label="mixed",
    ),
]


def einsum(equation, *inputs, only=("float32",)):
    def expect(arrays):
        return np.einsum(equation, *arrays)

    return Row("Einsum", [list(inputs)], expect, {"equation": equation}, only=only, label=equation, atol=1e-4)


EINSUMS = [
    einsum("ij,jk->ik", SIGNED[0], X[1].T, only=()),
    einsum("ij->ji", X[0]),
    einsum("ii->i", X[0, :, :3]),
    einsum("ij->", X[0]),
    einsum("ij,ij->i", X[0], SIGNED[0]),
    einsum("i,j->ij", X[0, 0], X[0, :, 0]),
    einsum("iij->j", np.stack([X[0, :, :3]] * 3)),
    einsum("abc,cd->abd", X, SIGNED[0].T),
    einsum("abc,abd->acd", X, SIGNED),
    einsum("abc,adc->abd", X, SIGNED),
    einsum("abc,dbc->ad", X, SIGNED),
    einsum("abij,b->ija", np.arange(48, dtype=np.float32).reshape(2, 2, 3, 4), SIGNED[0, 0, :2]),
    einsum("...ij,...jk->...ik", X[:, None], SIGNED[None].transpose(0, 1, 3, 2)),
    einsum("i...,...->i...", X, SIGNED[0]),
    einsum("Ab,bC->CA", X[0], SIGNED[0].T),
    einsum("ij,kl->k", X[0], SIGNED[0]),
    Row(
        "Einsum",
        [[np.float32([1, 2])]],
        lambda inputs: np.diag(inputs[0]),
        {"equation": "i->ii"},
        only=["float32"],
        label="i->ii",
    ),
]

BAD = [
    Bad(
        "MatMul",
        [X[0], X[1]],
        r"Matrix size-incompatible: In\[0\]: \[3,4\], In\[1\]: \[3,4\]",
        built="Dimensions must be equal, but are 4 and 3",
    ),
    Bad(
        "MatMul",
        [X[0, 0], X[1]],
        r"In\[0\] and In\[1\] has different ndims: \[4\] vs. \[3,4\]",
        built="Shape must be rank 2 but is rank 1",
    ),
    Bad("SparseMatMul", [X[0], X[1]], r"Matrix size incompatible: a: \[3,4\], b: \[3,4\]"),
    Bad("BatchMatMul", [X, X[0]], r"In\[0\] and In\[1\] has different ndims"),
    Bad("BatchMatMul", [X, X[:1]], r"In\[0\].dim\(0\) and In\[1\].dim\(0\) must be the same: \[2,3,4\] vs \[1,3,4\]"),
    Bad("BatchMatMulV2", [X, np.ones((3, 4, 1), np.float32)], r"must have compatible batch dimensions: \[2,3,4\] vs."),
    Bad("BatchMatMulV2", [X[0, 0], X], r"In\[0\] ndims must be >= 2: 1"),
    Bad("Einsum", [[X[0], X[1]]], "Expecting exactly one '->' in einsum equation", {"equation": "ij,jk"}),
    Bad("Einsum", [[X[0], X[1]]], "not present in the input subscripts", {"equation": "ij,kj->il"}),
    Bad("Einsum", [[X[0], X[1]]], "Dimensions must be equal, but are 4 and 3", {"equation": "ij,jk->ik"}),
    Bad("Einsum", [[X[0], X]], "Shape must be rank 2 but is rank 3", {"equation": "ij,jk->ik"}),
    Bad("Einsum", [[X[0]] * 3], "Expecting 1 or 2 input subscripts in equation but got: 3", {"equation": "i,i,i->i"}),
    Bad("Einsum", [[X]], "Shape must be at most rank 0 but is rank 2", {"equation": "...i->i"}),
]

test_matrices = forward_tests(MATRICES)
test_batches = forward_tests(BATCHES)
test_einsums = forward_tests(EINSUMS)
test_refusal = refusal_tests(BAD)


SIZES = [(1, 70, 33), (2, 5, 17), (5, 64, 16), (7, 600, 40), (13, 1, 100), (25, 33, 8), (64, 530, 48), (700, 20, 5)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_sizes(size: tuple[int, int, int], dtype: type) -> None:
    """Whole tiles and tails in every direction, plain, packed and transposed."""
    rows, depth, columns = size
    rng = np.random.default_rng(rows)
    a, b = rng.standard_normal((rows, depth)).astype(dtype), rng.standard_normal((depth, columns)).astype(dtype)
    tolerance = np.finfo(dtype).eps * 30 * depth**0.5
    for transpose_a in (False, True):
        for transpose_b in (False, True):
            inputs = [a.T.copy() if transpose_a else a, b.T.copy() if transpose_b else b]
            attrs = {"transpose_a": transpose_a, "transpose_b": transpose_b}
            (c,), _ = run_op("MatMul", inputs, attrs, known=False)
            np.testing.assert_allclose(c, a @ b, rtol=0, atol=tolerance)
