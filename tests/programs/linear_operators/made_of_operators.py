"""LinearOperatorLowRankUpdate, LinearOperatorAdjoint, LinearOperatorInversion and LinearOperatorComposition."""

import numpy as np
from programs.operator_methods import answers, assertions

RTOL = 1e-4
ATOL = 1e-5
MATRIX = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)


def build(tf):
    linalg = tf.linalg
    full = linalg.LinearOperatorFullMatrix(tf.constant(MATRIX), is_non_singular=True)
    wide = linalg.LinearOperatorFullMatrix([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], name="wide")
    diag = linalg.LinearOperatorDiag(tf.constant([1.0, 2.0]), is_positive_definite=True)
    u, v = tf.constant([[1.0], [2.0]], name="u"), tf.constant([[0.5], [-1.0]], name="v")
    update = linalg.LinearOperatorLowRankUpdate
    operators = {
        "update": update(diag, u, tf.constant([3.0])),
        "definite": update(diag, u, is_diag_update_positive=True),
        "skew": update(full, u, tf.constant([-0.5]), v, name="skew"),
        "adjoint": linalg.LinearOperatorAdjoint(full),
        "adjoint_wide": linalg.LinearOperatorAdjoint(wide),
        "inverse": linalg.LinearOperatorInversion(full),
        "product": linalg.LinearOperatorComposition([full, diag]),
        "square": linalg.LinearOperatorComposition([wide, linalg.LinearOperatorAdjoint(wide)]),
        "three": linalg.LinearOperatorComposition([full, diag, wide], name="three"),
    }
    fetches = {}
    for label, operator in operators.items():
        fetches.update(answers(tf, label, operator))
    fetches.update(assertions(tf, "definite", operators["definite"]))
    with tf.control_dependencies([operators["product"].assert_non_singular()]):
        fetches["product/assert_non_singular"] = tf.constant(True)
    twice = full.adjoint().adjoint(), full.inverse().inverse(), full.inverse().adjoint(), full.adjoint().inverse()
    fetches["twice"] = tf.constant([f"{type(one).__name__} {one.name}" for one in twice])
    return fetches


def errors(tf):
    linalg = tf.linalg
    full = lambda **hints: linalg.LinearOperatorFullMatrix(tf.constant(MATRIX), **hints)
    wide = lambda: linalg.LinearOperatorFullMatrix(tf.ones([2, 3]))
    diag = lambda **hints: linalg.LinearOperatorDiag(tf.constant([1.0, 2.0]), **hints)
    composition, kept = linalg.LinearOperatorComposition, {"is_non_singular": True}
    adjoint, inversion = linalg.LinearOperatorAdjoint, linalg.LinearOperatorInversion
    update = lambda u=(2, 1), base=None, **more: linalg.LinearOperatorLowRankUpdate(
        base or diag(is_positive_definite=True), tf.ones(u), **more
    )
    return {
        "update_rows": (lambda: update((3, 1)), "Dimensions 2 and 3 are not compatible"),
        "update_diag": (lambda: update(diag_update=tf.ones([2])), "Dimensions 1 and 2 are not compatible"),
        "update_positive": (lambda: update(is_diag_update_positive=False), "Default diagonal is the identity"),
        "update_definite": (lambda: update(is_positive_definite=False), "Arguments imply this is self-adjoint"),
        "update_self_adjoint": (lambda: update(is_self_adjoint=False), "this must be a self-adjoint operator"),
        "adjoint_singular": (lambda: adjoint(full(**kept), is_non_singular=False), "if and only if its adjoint"),
        "adjoint_self": (lambda: adjoint(full(is_self_adjoint=True), is_self_adjoint=False), "if and only if"),
        "adjoint_square": (lambda: adjoint(full(), is_square=False), "is square if and only if"),
        "inverse_singular": (lambda: inversion(full(is_non_singular=False)), "must have supplied hint"),
        "inverse_wide": (lambda: inversion(wide()), "must have supplied hint `is_square`"),
        "inverse_self": (lambda: inversion(full(is_self_adjoint=True), is_self_adjoint=False), "its inverse is"),
        "no_operators": (lambda: composition([]), "non-empty list of operators"),
        "dtypes": (
            lambda: composition([full(), linalg.LinearOperatorDiag(tf.ones([2], tf.float64))]),
            "Expected all operators to have the same dtype",
        ),
        "singular": (
            lambda: composition([full(**kept), diag(**kept)], is_non_singular=False),
            "always non-singular",
        ),
        "dims": (lambda: composition([wide(), full()]).shape, "Dimensions 3 and 2 are not compatible"),
    }
