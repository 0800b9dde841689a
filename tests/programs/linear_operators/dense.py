"""LinearOperatorFullMatrix, LinearOperatorLowerTriangular and LinearOperatorDiag: every method, hints and errors."""

import numpy as np
from programs.operator_methods import answers, assertions

RTOL = 1e-4
ATOL = 1e-5
DEFINITE = {"is_self_adjoint": True, "is_positive_definite": True}
MATRIX = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)


def build(tf):
    linalg = tf.linalg
    batch = np.stack([MATRIX, 2 * MATRIX, MATRIX + 1])
    operators = {
        "full": linalg.LinearOperatorFullMatrix(tf.constant(MATRIX)),
        "definite": linalg.LinearOperatorFullMatrix(batch, **DEFINITE, name="definite"),
        "wide": linalg.LinearOperatorFullMatrix([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], name="wide"),
        "tril": linalg.LinearOperatorLowerTriangular(tf.constant(batch)),
        "diag": linalg.LinearOperatorDiag(tf.constant([2.0, -3.0], name="diag")),
        "diags": linalg.LinearOperatorDiag([[1.0, 2.0], [3.0, 4.0]], **DEFINITE, name="diags"),
    }
    fetches = {}
    for label, operator in operators.items():
        fetches.update(answers(tf, label, operator))
    for label in ("full", "definite", "diags"):
        fetches.update(assertions(tf, label, operators[label]))
    with tf.control_dependencies([operators["tril"].assert_non_singular()]):
        fetches["tril/assert_non_singular"] = tf.constant(True)
    rotation = linalg.LinearOperatorDiag(tf.constant([1.0 + 2.0j, -1.0j], tf.complex64), name="rotation")
    for method in ("matvec", "matvec_adjoint", "adjoint", "log_abs_determinant", "trace"):
        fetches.update(answers(tf, f"rotation_{method}", rotation, [method]))
    variable = tf.get_variable("v", initializer=[1.0, 2.0], use_resource=True)
    of_variable = linalg.LinearOperatorDiag(variable)
    fetches["variable"] = of_variable.matvec([1.0, 1.0])
    fetches["variables"] = tf.constant([one.name for one in of_variable.trainable_variables])
    fetches["gradient"] = tf.gradients(operators["definite"].log_abs_determinant(), operators["definite"].matrix)[0]
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches)


def errors(tf):
    linalg = tf.linalg
    full = lambda **hints: linalg.LinearOperatorFullMatrix(tf.constant(MATRIX), **hints)
    wide = lambda **hints: linalg.LinearOperatorFullMatrix(tf.ones([2, 3]), **hints)
    diag = lambda **hints: linalg.LinearOperatorDiag(tf.constant([1.0, 2.0]), **hints)
    tril = lambda **hints: linalg.LinearOperatorLowerTriangular(tf.constant(MATRIX), **hints)
    return {
        "singular": (lambda: full(is_positive_definite=True, is_non_singular=False), "always non-singular"),
        "square": (lambda: full(is_square=False).is_square, "but the operator was square"),
        "self_adjoint": (lambda: full(is_self_adjoint=True, is_square=False), "self-adjoint matrix is always square"),
        "non_singular": (lambda: full(is_non_singular=True, is_square=False), "non-singular matrix is always square"),
        "rank": (lambda: linalg.LinearOperatorFullMatrix(tf.ones([2])), "at least 2 dimensions"),
        "dtype": (lambda: linalg.LinearOperatorFullMatrix(tf.ones([2, 2], tf.int32)), "must have dtype in"),
        "solve_wide": (lambda: wide().solve(tf.ones([2, 1])), "expected to not be square"),
        "determinant_wide": (lambda: wide().determinant(), "expected to not be square"),
        "inverse_wide": (lambda: wide().inverse(), "non square matrix"),
        "solve_singular": (lambda: full(is_non_singular=False).solve(tf.ones([2, 1])), "expected to be singular"),
        "inverse_singular": (lambda: full(is_non_singular=False).inverse(), "represents a singular matrix"),
        "matmul_dims": (lambda: full().matmul(tf.ones([1, 2])), "Dimensions 2 and 1 are not compatible"),
        "matvec_dims": (lambda: full().matvec(tf.ones([3])), "Dimensions 2 and 3 are not compatible"),
        "solve_dims": (lambda: full().solve(tf.ones([3, 2])), "Dimensions 2 and 3 are not compatible"),
        "matmul_dtype": (lambda: full().matmul(tf.ones([2, 2], tf.float64)), "Expected argument to have dtype"),
        "add_dtype": (lambda: full().add_to_tensor(tf.ones([2, 2], tf.float64)), "Expected argument to have dtype"),
        "eigvals": (lambda: full().eigvals(), "Only self-adjoint matrices"),
        "cholesky": (lambda: full().cholesky(), "Not a positive definite self adjoint matrix"),
        "operators": (lambda: full().matmul(wide(), adjoint_arg=True), "Expected `x` to have dimension 2 but got 3"),
        "solve_operators": (lambda: full().solve(wide(), adjoint_arg=True), "Expected `rhs` to have dimension 2"),
        "definite": (lambda: full().assert_positive_definite(), "assert_positive_definite is not implemented"),
        "diag_rank": (lambda: linalg.LinearOperatorDiag(tf.constant(1.0)), "at least 1 dimension"),
        "diag_square": (lambda: diag(is_square=False), "Only square diagonal operators"),
        "diag_self_adjoint": (lambda: diag(is_self_adjoint=False), "real diagonal operator is always self adjoint"),
        "tril_rank": (lambda: linalg.LinearOperatorLowerTriangular(tf.ones([2])), "at least 2 dimensions"),
        "tril_square": (lambda: tril(is_square=False), "Only square lower triangular"),
        "not_definite": (
            lambda: diag_of(tf, [-1.0, 2.0]).assert_positive_definite(),
            "had non-positive diagonal entries, thus was not positive definite",
        ),
    }


def diag_of(tf, values):
    return tf.linalg.LinearOperatorDiag(tf.constant(values))
