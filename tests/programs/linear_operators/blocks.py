"""LinearOperatorKronecker, LinearOperatorBlockDiag and LinearOperatorBlockLowerTriangular."""

import numpy as np
from programs.operator_methods import answers, assertions

SAME_NODES = False  # they have other ways to work the blocks' shapes out
RTOL = 1e-4
ATOL = 1e-5
MATRIX = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)
DEFINITE = {"is_self_adjoint": True, "is_positive_definite": True}


def build(tf):
    linalg = tf.linalg
    full = linalg.LinearOperatorFullMatrix(tf.constant(MATRIX), is_non_singular=True)
    definite = linalg.LinearOperatorFullMatrix(np.stack([MATRIX, 2 * MATRIX]), **DEFINITE, name="definite")
    wide = linalg.LinearOperatorFullMatrix([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], name="wide")
    diag = linalg.LinearOperatorDiag(tf.constant([1.0, 2.0, -3.0]), is_non_singular=True)
    diags = linalg.LinearOperatorDiag([[1.0, 2.0], [3.0, 4.0]], **DEFINITE, name="diags")
    kronecker, blocks = linalg.LinearOperatorKronecker, linalg.LinearOperatorBlockDiag
    triangle = linalg.LinearOperatorBlockLowerTriangular
    operators = {
        "kronecker": kronecker([full, diag]),
        "three": kronecker([full, diags, full], name="three"),
        "kronecker_definite": kronecker([definite, diags]),
        "kronecker_wide": kronecker([wide, full]),
        "blocks": blocks([full, diag]),
        "blocks_definite": blocks([definite, diags]),
        "blocks_wide": blocks([wide, full], is_square=None),
        "triangle": triangle([[full], [linalg.LinearOperatorAdjoint(wide), diag]]),
        "deep": triangle([[full], [full, diags], [definite, full, definite]], name="deep"),
    }
    fetches = {}
    for label, operator in operators.items():
        fetches.update(answers(tf, label, operator))
    for label in ("kronecker_definite", "blocks_definite"):
        fetches.update(assertions(tf, label, operators[label]))
    fetches.update(lists(tf, operators))
    z = linalg.LinearOperatorFullMatrix(tf.constant([[1.0j, 2.0], [3.0, 1.0 - 1.0j]], tf.complex64), name="z")
    for method in ("matmul", "matmul_adjoint", "solve"):
        fetches.update(answers(tf, f"complex_{method}", kronecker([z, z]), [method]))
    return fetches


def lists(tf, operators):
    """Of arguments that are lists, one tensor a block."""
    columns = [tf.ones([2, 1]), 2 * tf.ones([3, 1])]
    vectors = [tf.ones([2]), tf.ones([3])]
    fetches = {}
    for label in ("blocks", "triangle"):
        operator = operators[label]
        for name, found in (
            ("matmul", operator.matmul(columns)),
            ("matmul_adjoint", operator.matmul(columns, adjoint=True)),
            ("matvec", operator.matvec(vectors)),
            ("solve", operator.solve(columns)),
            ("solve_adjoint", operator.solve(columns, adjoint=True)),
            ("solvevec", operator.solvevec(vectors)),
        ):
            fetches.update({f"{label}_list/{name}_{i}": part for i, part in enumerate(found)})
    return fetches


def errors(tf):
    linalg = tf.linalg
    full = lambda: linalg.LinearOperatorFullMatrix(tf.constant(MATRIX))
    wide = lambda: linalg.LinearOperatorFullMatrix(tf.ones([2, 3]))
    diag = lambda: linalg.LinearOperatorDiag(tf.ones([2]), is_non_singular=True, is_positive_definite=True)
    double = lambda: linalg.LinearOperatorDiag(tf.ones([2], tf.float64))
    kronecker, blocks = linalg.LinearOperatorKronecker, linalg.LinearOperatorBlockDiag
    triangle = linalg.LinearOperatorBlockLowerTriangular
    return {
        "kronecker_none": (lambda: kronecker([]), "list of >=1 operators"),
        "kronecker_dtypes": (lambda: kronecker([full(), double()]), "to have the same dtype"),
        "kronecker_definite": (lambda: kronecker([diag()], is_positive_definite=False), "always positive-definite"),
        "kronecker_self_adjoint": (lambda: kronecker([diag()], is_self_adjoint=False), "always self-adjoint"),
        "kronecker_singular": (lambda: kronecker([diag()], is_non_singular=False), "always non-singular"),
        "kronecker_solve": (lambda: kronecker([wide(), full()]).solve(tf.ones([4, 1])), "to not be square"),
        "blocks_none": (lambda: blocks([]), "non-empty list of operators"),
        "blocks_dtypes": (lambda: blocks([full(), double()]), "to have the same dtype"),
        "blocks_singular": (lambda: blocks([diag()], is_non_singular=False), "always non-singular"),
        "blocks_self_adjoint": (lambda: blocks([diag()], is_self_adjoint=False), "always self-adjoint"),
        "blocks_definite": (lambda: blocks([diag()], is_positive_definite=False), "always positive definite"),
        "blocks_dims": (lambda: blocks([diag(), diag()]).matmul(tf.ones([2, 2])), "Dimensions 4 and 2"),
        "blocks_list": (lambda: blocks([diag(), diag()]).matmul([tf.ones([1, 3])] * 2), "Dimensions 2 and 1"),
        "triangle_none": (lambda: triangle([]), "list of >=1 operators"),
        "triangle_rows": (lambda: triangle([[full()], [full()]]), "must contain `2` blocks. Received: 1 blocks"),
        "triangle_dims": (lambda: triangle([[full()], [wide(), full()]]), "must be the same as"),
        "triangle_wide": (lambda: triangle([[wide()]]), "must be square"),
        "triangle_square": (lambda: triangle([[full()]], is_square=False), "must be square"),
        "triangle_singular": (lambda: triangle([[diag()]], is_non_singular=False), "always non-singular"),
    }
