"""Exponentials, what LU factors and singular values are good for, tridiagonal matrices."""

import numpy as np

RTOL, ATOL = 1e-4, 1e-5


def build(tf):
    linalg = tf.linalg
    square = tf.placeholder(tf.float32, [3, 3], name="square")
    batch = tf.placeholder(tf.float32, [2, 3, 3], name="batch")
    unknown = tf.placeholder(tf.float32, [None, None, None], name="unknown")
    any_rank = tf.placeholder(tf.float32, None, name="any_rank")
    rhs = tf.placeholder(tf.float32, [3, 2], name="rhs")
    factors, order = linalg.lu(square)
    batch_factors, batch_order = linalg.lu(batch)
    some_factors, some_order = linalg.lu(unknown)
    compact = tf.constant([[1.0, 2.0, 9.0], [4.0, 5.0, 6.0], [9.0, 0.5, 0.25]], name="compact")
    sequence = [compact[0, :2], compact[1], compact[2, 1:]]
    several = tf.stack([compact, compact * 2.0])
    complex_diagonals = tf.complex(compact, compact)
    solved = linalg.tridiagonal_solve(several, tf.stack([rhs, rhs]))
    multiplied = linalg.tridiagonal_matmul(several, tf.stack([rhs, rhs]))
    return {
        "expm": linalg.expm(square),
        "expm_double": linalg.expm(tf.cast(square, tf.float64) * 0.3, name="double"),
        "expm_batch": linalg.expm(batch * [[[0.05]], [[3.0]]]),
        "expm_unknown": linalg.expm(unknown),
        "reconstruct": linalg.lu_reconstruct(factors, order),
        "reconstruct_batch": linalg.lu_reconstruct(batch_factors, batch_order, validate_args=True),
        "reconstruct_unknown": linalg.lu_reconstruct(some_factors, some_order, validate_args=True),
        "lu_inverse": linalg.lu_matrix_inverse(factors, order),
        "lu_inverse_batch": linalg.lu_matrix_inverse(some_factors, some_order, validate_args=True),
        "lu_solve": linalg.lu_solve(factors, order, rhs),
        "lu_solve_broadcast": linalg.lu_solve(batch_factors, batch_order, rhs[None]),
        "rank": linalg.matrix_rank(square),
        "rank_tol": linalg.matrix_rank(batch, tol=5.0),
        "rank_unknown": linalg.matrix_rank(unknown, validate_args=True),
        "rank_any_rank": linalg.matrix_rank(any_rank, validate_args=True),
        "pinv": linalg.pinv(batch[:, :2]),
        "pinv_rcond": linalg.pinv(square, rcond=0.3),
        "pinv_unknown": linalg.pinv(unknown, validate_args=True),
        "pinv_any_rank": linalg.pinv(any_rank, name="any"),
        "solve": linalg.tridiagonal_solve(compact, rhs),
        "solve_vector": linalg.tridiagonal_solve(compact, rhs[:, 0], partial_pivoting=False),
        "solve_transposed": linalg.tridiagonal_solve(several, tf.stack([square, square]), transpose_rhs=True),
        "solve_conjugate": linalg.tridiagonal_solve(complex_diagonals, complex_diagonals[:, 0], conjugate_rhs=True),
        "solve_adjoint": linalg.tridiagonal_solve(
            complex_diagonals, complex_diagonals, transpose_rhs=True, conjugate_rhs=True
        ),
        "solve_sequence": linalg.tridiagonal_solve(sequence, rhs, diagonals_format="sequence"),
        "solve_matrix": linalg.tridiagonal_solve(square, rhs, diagonals_format="matrix"),
        "solve_pivots": linalg.tridiagonal_solve(compact * [[1.0], [0.0], [1.0]] + [[0.0], [0.5], [2.0]], rhs),
        "multiply": linalg.tridiagonal_matmul(compact, rhs),
        "multiply_sequence": linalg.tridiagonal_matmul([compact[0], compact[1], compact[2]], rhs, "sequence"),
        "multiply_matrix": linalg.tridiagonal_matmul(square, rhs, diagonals_format="matrix", name="product"),
        "solve_gradient": tf.gradients(solved, several)[0],
        "multiply_gradient": tf.gradients(multiplied, [several, rhs]),
        "normalized": linalg.l2_normalize(square, 0),
    }


SQUARE = np.float32([[1.0, 0.5, -0.25], [0.25, 2.0, 0.75], [0.5, -0.5, 1.5]])
FEEDS = {
    "square:0": SQUARE,
    "batch:0": np.stack([SQUARE, 3 * SQUARE.T]),
    "unknown:0": np.stack([SQUARE, 3 * SQUARE.T, SQUARE[::-1]]),
    "any_rank:0": np.float32([[1, 2, 3], [2, 4, 6]]),
    "rhs:0": np.float32([[1, 2], [3, 4], [5, 7]]),
}


def run(tf, session, fetches):
    fetches["d_diagonals"], fetches["d_rhs"] = fetches.pop("multiply_gradient")
    return session.run(fetches, FEEDS)


def errors(tf):
    linalg, square, rhs = tf.linalg, tf.zeros([4, 4]), tf.zeros([4, 2])
    diagonals, order = tf.zeros([3, 4]), tf.constant([0, 1, 2])
    solve, multiply = linalg.tridiagonal_solve, linalg.tridiagonal_matmul
    return {
        "expm_ints": (lambda: linalg.expm(tf.constant([[1]])), "does not support matrices of type"),
        "lu_square": (lambda: linalg.lu_reconstruct(tf.zeros([2, 3]), order), "must be square"),
        "lu_rank": (lambda: linalg.lu_reconstruct(tf.zeros([2, 3, 3]), order), "must equal `rank.perm. . 1`"),
        "lu_vector": (lambda: linalg.lu_matrix_inverse(tf.zeros([3]), 0), "at least 2 dimensions"),
        "lu_rhs": (lambda: linalg.lu_solve(tf.zeros([3, 3]), order, tf.zeros([3])), "at least 2 dimensions"),
        "lu_rows": (lambda: linalg.lu_solve(tf.zeros([3, 3]), order, rhs), "must equal `rhs.shape"),
        "rank_vector": (lambda: linalg.matrix_rank(tf.zeros([3])), "at least 2 dimensions .saw: 1.."),
        "rank_ints": (lambda: linalg.matrix_rank(tf.constant([[1]])), "must have `float`-like `dtype`"),
        "pinv_vector": (lambda: linalg.pinv(tf.zeros([3])), "at least 2 dimensions .saw: 1.."),
        "pinv_ints": (lambda: linalg.pinv(tf.constant([[1]])), "must have `float`-like `dtype`"),
        "multiply_format": (lambda: multiply(square, rhs, "x"), "Unrecognized diagonals_format: x"),
        "multiply_matrix": (lambda: multiply(tf.zeros([4, 3]), rhs, "matrix"), "to be same, got 3 and 4"),
        "multiply_sequence": (lambda: multiply([rhs], rhs, "sequence"), "not enough values to unpack"),
        "perturb": (lambda: solve(diagonals, rhs, partial_pivoting=False, perturb_singular=True), "must be True if"),
        "solve_format": (lambda: solve(square, rhs, "x"), "Unrecognized diagonals_format: x"),
        "solve_matrix": (lambda: solve(tf.zeros([4, 3]), rhs, "matrix"), "to be same, got 3 and 4"),
        "solve_vector": (lambda: solve(tf.zeros([4]), rhs), "to have rank at least 2, got 1"),
        "solve_rows": (lambda: solve(diagonals, tf.zeros([3])), "to be equal, got 4 and 3"),
        "solve_two": (lambda: solve(tf.zeros([2, 4]), tf.zeros([4])), "Expected 3 diagonals got 2"),
        "solve_rank": (lambda: solve(diagonals, tf.zeros([2, 3, 3])), "to be 1 or 2, got 3"),
        "solve_sequence": (
            lambda: solve([tf.zeros([2]), tf.zeros([4]), tf.zeros([3])], rhs, "sequence"),
            "Expected superdiagonal to be have length 4 or 3, got 2",
        ),
    }
