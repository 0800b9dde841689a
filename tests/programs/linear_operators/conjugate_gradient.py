"""tf.linalg.experimental.conjugate_gradient."""

import numpy as np

RTOL, ATOL = 1e-4, 1e-5
MATRIX = np.float32([[4, 1, 0], [1, 3, -1], [0, -1, 2]])
KNOWN = {"is_self_adjoint": True, "is_positive_definite": True}


def build(tf):
    solve = tf.linalg.experimental.conjugate_gradient
    operator = tf.linalg.LinearOperatorFullMatrix(tf.constant(MATRIX), **KNOWN)
    batch = tf.linalg.LinearOperatorFullMatrix(tf.constant(np.stack([MATRIX, 2 * MATRIX])), **KNOWN)
    near = tf.linalg.LinearOperatorDiag(tf.constant(1 / np.diag(MATRIX)), **KNOWN)
    fed = tf.placeholder(tf.float32, [None, 3], name="fed")
    made = {
        "plain": solve(operator, tf.constant([1.0, 2.0, 3.0])),
        "loose": solve(operator, tf.constant([1.0, 2.0, 3.0]), tol=0.5, max_iter=2, name="loose"),
        "begun": solve(operator, tf.constant([1.0, 2.0, 3.0]), x=tf.constant([0.1, 0.9, 2.0])),
        "preconditioned": solve(operator, fed, preconditioner=near),
        "batch": solve(batch, fed),
    }
    return {f"{label}, {part}": value for label, state in made.items() for part, value in state._asdict().items()}


def run(tf, session, fetches):
    few = {label: fetch for label, fetch in fetches.items() if label.endswith((", i", ", x"))}
    return session.run(few, {"fed:0": np.float32([[1, 2, 3], [-1, 0, 1]])})


def errors(tf):
    plain = tf.linalg.LinearOperatorIdentity(3, is_self_adjoint=True)
    indefinite = tf.linalg.LinearOperatorFullMatrix(tf.constant(MATRIX))
    solve = tf.linalg.experimental.conjugate_gradient
    return {
        "not definite": (
            lambda: solve(indefinite, tf.ones([3])),
            "Expected a self-adjoint, positive definite operator",
        ),
        "dims": (lambda: solve(plain, tf.ones([4])), ""),
    }
