"""Gradients of products of matrices, decompositions, solutions of equations, and Fourier transforms."""

import itertools

import numpy as np
from programs.gradient_rows import Row, gradients_of

A = np.float32([[0.5, -1.5, 2.0], [0.25, 3.0, -0.75]])
B = np.float32([[1.5, 0.5], [-2.0, 0.75], [-1.0, 2.5]])
S = np.float32([[2.0, 0.5, -0.25], [0.5, 3.0, 0.75], [-0.25, 0.75, 1.5]])
BATCH = np.stack([A, -A[::-1]])
COMPLEX = (A + 1j * B.T).astype(np.complex64)
REAL = np.float32([[0.5, -1.5, 2.0, 0.75], [0.25, 3.0, -0.75, -1.25]])
HALF = (REAL + 1j * REAL[::-1]).astype(np.complex64)
INTS = np.int32


def turned(x, turn):
    return np.ascontiguousarray(np.swapaxes(x, -1, -2)) if turn else x


ROWS = [
    *[
        Row("MatMul", a=turned(A, ta), b=turned(B, tb), transpose_a=ta, transpose_b=tb)
        for ta, tb in itertools.product([False, True], repeat=2)
    ],
    Row("MatMul", a=COMPLEX, b=COMPLEX.T.copy()),
    *[
        Row("BatchMatMul", x=turned(BATCH, ta), y=turned(np.stack([B, 2 * B]), tb), adj_x=ta, adj_y=tb)
        for ta, tb in itertools.product([False, True], repeat=2)
    ],
    Row("BatchMatMulV2", x=BATCH, y=B),
    Row("BatchMatMulV2", x=BATCH, y=B[None], known=False),
    Row("BatchMatMulV3", x=BATCH, y=np.stack([B, B]), Tout=np.float32),
    Row("SparseMatMul", a=A, b=B, a_is_sparse=True),
    Row("SparseMatMul", a=A, b=B.T.copy(), transpose_b=True),
    Row("L2Loss", t=A),
    Row("MatrixInverse", input=S),
    Row("MatrixDeterminant", input=S),
    Row("LogMatrixDeterminant", input=S, outputs=[1]),
    Row("Cholesky", input=S, second=False),
    Row("MatrixSolve", matrix=S, rhs=B),
    Row("MatrixSolve", matrix=S, rhs=B, adjoint=True),
    Row("MatrixTriangularSolve", matrix=S, rhs=B),
    Row("MatrixTriangularSolve", matrix=S, rhs=B, lower=False, adjoint=True),
    Row("MatrixTriangularSolve", matrix=S[None], rhs=np.stack([B, B])),
    Row("SelfAdjointEigV2", input=S, second=False, outputs=[0]),
    Row("SelfAdjointEigV2", input=S, compute_v=False, second=False, outputs=[0]),
    Row(
        "MatrixSolveLs", matrix=B, rhs=B[:, :1] + 1, l2_regularizer=np.float64(0.25), by=["matrix", "rhs"], second=False
    ),
    Row(
        "MatrixSolveLs", matrix=A, rhs=A[:, :1] + 1, l2_regularizer=np.float64(0.25), by=["matrix", "rhs"], second=False
    ),
    Row("MatrixSquareRoot", input=S, second=False),
    Row("Qr", input=S, second=False),
    Row("Qr", input=A, second=False),
    Row("Qr", input=B, second=False),
    Row("Svd", input=S, second=False, outputs=[0]),
    Row("SelfAdjointEigV2", input=S, second=False),
    Row("Eig", input=S + np.float32([[0, 1, 0], [0, 0, 0], [0, 0, 0]]), Tout=np.complex64, outputs=[0], second=False),
    Row("Svd", input=S[:2], second=False, outputs=[0]),
    Row("Svd", input=S, compute_uv=False, second=False, outputs=[0]),
    *[Row(op, input=np.stack([COMPLEX, COMPLEX])) for op in ("FFT", "FFT2D", "FFT3D", "IFFT", "IFFT2D", "IFFT3D")],
    Row("Einsum", inputs=[A, B], equation="ij,jk->ik"),
    Row("Einsum", inputs=[A, B], equation="ij,jk->ki", known=False),
    Row("Einsum", inputs=[A, B], equation="ij,jk->i", second=False),
    Row("Einsum", inputs=[A], equation="ij->ji"),
    Row("Einsum", inputs=[A], equation="ij->j", second=False),
    Row("Einsum", inputs=[A], equation="ij->j", second=False, known=False),
    Row("Einsum", inputs=[S], equation="ii->", second=False),
    Row("Einsum", inputs=[BATCH, B], equation="...ij,jk->...ik"),
    Row("Einsum", inputs=[BATCH, BATCH[:1]], equation="...ij,...kj->...ik", second=False),
    Row("Einsum", inputs=[COMPLEX, COMPLEX], equation="ij,kj->ik"),
    Row("RFFT", input=REAL, fft_length=INTS([4])),
    Row("RFFT", input=REAL[:, :3], fft_length=INTS([3]), second=False),
    Row("RFFT2D", input=REAL, fft_length=INTS([2, 4])),
    Row("IRFFT", input=HALF, fft_length=INTS([6])),
    Row("IRFFT", input=HALF, fft_length=INTS([7]), second=False),
    Row("IRFFT2D", input=HALF, fft_length=INTS([2, 6])),
]

build = gradients_of(ROWS)
RTOL = 1e-4
ATOL = 1e-5
