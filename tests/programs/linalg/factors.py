"""Factors, inverses and solutions of systems of matrices, and Fourier transforms."""

import numpy as np

RTOL, ATOL = 1e-4, 1e-5


def build(tf):
    definite = tf.constant([[4.0, 1.0], [1.0, 3.0]], name="definite")
    tall = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]], name="tall")
    rhs = tf.constant([[1.0], [2.0]], name="rhs")
    fed = tf.placeholder(tf.float32, None, name="fed")
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    z = tf.complex(x, x * 2.0)
    sign, log_abs = tf.linalg.slogdet(definite)
    q, r = tf.qr(tall)
    s, u, v = tf.svd(tall)
    values, vectors = tf.self_adjoint_eig(definite)
    lower_upper, order = tf.linalg.lu(definite)
    return {
        "cholesky": tf.cholesky(definite),
        "cholesky_solve": tf.cholesky_solve(tf.cholesky(definite), rhs),
        "determinant": tf.matrix_determinant(definite),
        "inverse": tf.matrix_inverse(definite),
        "inverse_adjoint": tf.matrix_inverse(fed, adjoint=True, name="inverse"),
        "solve": tf.matrix_solve(definite, rhs),
        "triangular": tf.matrix_triangular_solve(definite, rhs, lower=False),
        "least_squares": tf.matrix_solve_ls(tall, tf.ones([3, 1])),
        "least_squares_wide": tf.matrix_solve_ls(tf.transpose(tall), rhs, l2_regularizer=0.1),
        "least_squares_fed": tf.matrix_solve_ls(fed, rhs),
        "square_root": tf.matrix_square_root(definite),
        "logdet": tf.linalg.logdet(definite),
        "sign": sign,
        "log_abs": log_abs,
        "qr": tf.matmul(q, r),
        "singular": s,
        "svd": tf.matmul(u * s, v, adjoint_b=True),
        "singular_only": tf.svd(tall, compute_uv=False),
        "eigenvalues": values,
        "eigen": tf.matmul(vectors * values, vectors, transpose_b=True),
        "eigvals": tf.self_adjoint_eigvals(fed),
        "lower_upper": lower_upper,
        "order": order,
        "logm": tf.real(tf.linalg.logm(tf.cast(definite, tf.complex64))),
        "fft": tf.fft(z),
        "ifft2d": tf.ifft2d(z),
        "fft3d": tf.fft3d(z[None]),
        "rfft": tf.signal.rfft(x),
        "rfft_longer": tf.signal.rfft(x, [6]),
        "rfft_fed": tf.signal.rfft(fed),
        "irfft": tf.signal.irfft(z),
        "irfft_shorter": tf.signal.irfft(z, [4]),
        "rfft2d": tf.signal.rfft2d(x),
        "irfft2d": tf.signal.irfft2d(z),
        "fftshift": tf.signal.fftshift(x),
        "ifftshift": tf.signal.ifftshift(x, 1),
    }


FEEDS = {"fed:0": [[4.0, 1.0], [1.0, 3.0]], "x:0": np.arange(8, dtype=np.float32).reshape(2, 4)}


def errors(tf):
    return {
        "square": (lambda: tf.cholesky(tf.zeros([2, 3])), "Dimensions must be equal, but are 2 and 3"),
        "rows": (lambda: tf.matrix_solve(tf.zeros([2, 2]), tf.zeros([3, 1])), "must be equal"),
        "ints": (lambda: tf.matrix_inverse([[1]]), "not in list of allowed values"),
        "rfft_ints": (lambda: tf.signal.rfft(tf.constant([1, 2])), "requires tf.float32 or tf.float64"),
    }
