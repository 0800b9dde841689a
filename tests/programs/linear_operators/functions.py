"""Functions of tf.linalg that take linear operators."""

import numpy as np
from programs.operator_methods import described

SAME_NODES = False  # names that functions would have used are left free
RTOL = 1e-5


def build(tf):
    linalg = tf.linalg
    full = linalg.LinearOperatorFullMatrix(
        np.array([[4.0, 1.0], [1.0, 3.0]], np.float32), is_self_adjoint=True, is_positive_definite=True
    )
    skew = linalg.LinearOperatorFullMatrix(np.array([[4.0, 2.0], [1.0, 3.0]], np.float32), name="skew")
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]], name="x")
    operators = [linalg.adjoint(skew), linalg.inv(skew), linalg.cholesky(full), linalg.matmul(skew, full)]
    return {
        "matmul": tf.matmul(skew, x),
        "matmul_adjoint": linalg.matmul(skew, x, adjoint_a=True, adjoint_b=True),
        "matmul_right": linalg.matmul(x, skew),
        "matvec": linalg.matvec(skew, [1.0, 2.0]),
        "solve": linalg.solve(skew, x),
        "solve_adjoint": linalg.solve(skew, x, adjoint=True),
        "det": linalg.det(skew),
        "logdet": linalg.logdet(full),
        "trace": linalg.trace(skew),
        "diag_part": linalg.diag_part(skew),
        "operators": tf.constant([described(one) for one in operators]),
        "at": skew @ x,
    }


def errors(tf):
    linalg = tf.linalg
    full = lambda: linalg.LinearOperatorFullMatrix(tf.ones([2, 2]))
    x = lambda: tf.ones([2, 2])
    return {
        "transposed": (lambda: tf.matmul(full(), x(), transpose_a=True), "Transposing not supported"),
        "sparse": (lambda: tf.matmul(full(), x(), a_is_sparse=True), "not supported at this time"),
        "logdet": (lambda: linalg.logdet(full()), "Expected matrix to be self-adjoint positive definite"),
        "cholesky": (lambda: linalg.cholesky(full()), "Not a positive definite self adjoint matrix"),
        "dims": (lambda: tf.matmul(full(), tf.ones([3, 2])), "Dimensions 2 and 3 are not compatible"),
    }
