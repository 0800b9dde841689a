"""Linear operators of complex numbers, whose adjoints are not their transposes."""

import numpy as np
from programs.operator_methods import answers

SAME_NODES = False  # of interest is what they answer
RTOL = 1e-3
ATOL = 1e-3
METHODS = ["matmul_adjoint", "matmul_adjoint_arg", "solve_adjoint", "solve_adjoint_arg", "trace", "determinant"]
METHODS += ["log_abs_determinant", "cond", "adjoint_is", "inverse"]


def build(tf):
    linalg = tf.linalg
    numbers = np.random.RandomState(5)
    z = lambda *dims: (numbers.normal(size=dims) + 1j * numbers.normal(size=dims)).astype(np.complex64)
    small = linalg.LinearOperatorFullMatrix(z(2, 2, 2) + 3 * np.eye(2, dtype=np.complex64))
    full = linalg.LinearOperatorFullMatrix(z(3, 3) + 3 * np.eye(3, dtype=np.complex64))
    corner = linalg.LinearOperatorFullMatrix(z(3, 2))
    operators = {
        "full": full,
        "tril": linalg.LinearOperatorLowerTriangular(z(2, 3, 3) + 3 * np.eye(3, dtype=np.complex64)),
        "scaled": linalg.LinearOperatorScaledIdentity(3, z(2)),
        "update": linalg.LinearOperatorLowRankUpdate(full, z(3, 2), z(2), z(3, 2)),
        "kronecker": linalg.LinearOperatorKronecker([small, full]),
        "blocks": linalg.LinearOperatorBlockDiag([small, full]),
        "triangle": linalg.LinearOperatorBlockLowerTriangular([[small], [corner, full]]),
        "permutation": linalg.LinearOperatorPermutation([2, 0, 1], dtype=tf.complex64),
    }
    fetches = {}
    for label, operator in operators.items():
        fetches.update(answers(tf, label, operator, METHODS))
    return fetches
