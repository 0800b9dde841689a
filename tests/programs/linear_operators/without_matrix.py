"""LinearOperatorIdentity, LinearOperatorScaledIdentity and LinearOperatorZeros: every method, hints and errors."""

from programs.operator_methods import answers, assertions

RTOL = 1e-5
DEFINITE = {"is_self_adjoint": True, "is_positive_definite": True}


def build(tf):
    linalg = tf.linalg
    operators = {
        "identity": linalg.LinearOperatorIdentity(3),
        "identities": linalg.LinearOperatorIdentity(2, batch_shape=[3], name="identities"),
        "scaled": linalg.LinearOperatorScaledIdentity(2, tf.constant(-2.0)),
        "scaled_batch": linalg.LinearOperatorScaledIdentity(2, [2.0, 3.0], **DEFINITE, name="scaled_batch"),
    }
    fetches = {}
    for label, operator in operators.items():
        fetches.update(answers(tf, label, operator))
    for label in ("identity", "scaled_batch"):
        fetches.update(assertions(tf, label, operators[label]))
    zeros = linalg.LinearOperatorZeros(2)
    methods = ["matmul", "matvec", "solve", "determinant", "trace", "diag_part", "eigvals", "adjoint_is", "to_dense"]
    fetches.update(answers(tf, "zeros", zeros, methods))
    return fetches


def errors(tf):
    linalg = tf.linalg
    identity, zeros = linalg.LinearOperatorIdentity, linalg.LinearOperatorZeros
    scaled = lambda **hints: linalg.LinearOperatorScaledIdentity(2, tf.constant(1.0), **hints)
    return {
        "rows_dtype": (lambda: identity(2.0), "num_rows must be integer type"),
        "rows_rank": (lambda: identity([2]), "num_rows must be a 0-D Tensor"),
        "rows_negative": (lambda: identity(-2), "num_rows must be non-negative"),
        "square": (lambda: identity(2, is_square=False), "always square"),
        "self_adjoint": (lambda: identity(2, is_self_adjoint=False), "always self adjoint"),
        "non_singular": (lambda: identity(2, is_non_singular=False), "always non-singular"),
        "definite": (lambda: identity(2, is_positive_definite=False), "always positive-definite"),
        "batch_rank": (lambda: identity(2, batch_shape=2), "batch_shape must be a 1-D Tensor"),
        "batch_negative": (lambda: identity(2, batch_shape=[-2]), "batch_shape must be non-negative"),
        "batch_dtype": (lambda: identity(2, batch_shape=[2.0]), "batch_shape must be integer type"),
        "dims": (lambda: identity(2).matmul(tf.ones([1, 2])), "Dimensions 2 and 1 are not compatible"),
        "scaled_square": (lambda: scaled(is_square=False), "always square"),
        "scaled_self_adjoint": (lambda: scaled(is_self_adjoint=False), "always self adjoint"),
        "zeros_self_adjoint": (lambda: zeros(2, is_self_adjoint=False), "always self adjoint"),
        "zeros_square": (lambda: zeros(2, 3), "but got num_rows"),
        "zeros_hints": (lambda: zeros(2, is_square=False), "self-adjoint matrix is always square"),
        "zeros_non_singular": (lambda: zeros(2, is_non_singular=True), "always singular"),
        "zeros_definite": (lambda: zeros(2, is_positive_definite=True), "always not positive-definite"),
        "zeros_columns": (lambda: zeros(2, [1]), "num_columns must be a 0-D Tensor"),
        "zeros_inverse": (lambda: zeros(2).inverse(), "represents a singular matrix"),
        "zeros_solve": (lambda: zeros(2).solve(tf.ones([2, 1])), "expected to be singular"),
        "zeros_assert": (lambda: zeros(2).assert_non_singular(), "always non-invertible"),
        "zeros_assert_definite": (lambda: zeros(2).assert_positive_definite(), "always non-positive definite"),
    }
