"""Eigenvalues of tridiagonal matrices: only values are compared, TensorFlow bisects in a loop of its own."""

import numpy as np

SAME_NODES = False
RTOL, ATOL = 1e-4, 1e-5
ALPHA, BETA = np.float32([1, 2, 3, 5]), np.float32([0.5, 0.25, 0.75])


def build(tf):
    eigh = tf.linalg.eigh_tridiagonal
    values, vectors = eigh(ALPHA, BETA, eigvals_only=False)
    some, some_vectors = eigh(ALPHA, BETA, eigvals_only=False, select="i", select_range=(1, 2))
    return {
        "all": eigh(ALPHA, BETA),
        "by_index": eigh(ALPHA, BETA, select="i", select_range=(1, 2)),
        "by_value": eigh(ALPHA, BETA, select="v", select_range=(1.5, 4.0)),
        "complex": eigh(ALPHA.astype(np.complex64), BETA * np.complex64(1j)),
        "whole": tf.matmul(vectors * values, vectors, transpose_b=True),
        "part": tf.matmul(some_vectors * some, some_vectors, transpose_b=True),
    }


def errors(tf):
    eigh = tf.linalg.eigh_tridiagonal
    return {"select": (lambda: eigh(ALPHA, BETA, select="q"), "select must have a value in")}
