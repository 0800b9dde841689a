"""Linear operators whose shapes are known only in a run, whose batches broadcast, and parts of their batches."""

import numpy as np
from programs.operator_methods import answers, described

SAME_NODES = False  # they have other ways to work shapes out
RTOL = 1e-4
ATOL = 1e-5
DEFINITE = {"is_self_adjoint": True, "is_positive_definite": True}
MATRIX = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)
SHAPES = ["shape_tensor", "batch_shape_tensor", "range_dimension_tensor", "domain_dimension_tensor"]
METHODS = ["matmul", "matvec", "solve", "solve_adjoint", "trace", "diag_part", "to_dense", "adjoint", "inverse"]


def build(tf):
    linalg = tf.linalg
    size = tf.placeholder(tf.int32, [], name="size")
    matrices = tf.placeholder(tf.float32, [None, None, None], name="matrices")
    vectors = tf.placeholder(tf.float32, [None, 2], name="vectors")
    diag = linalg.LinearOperatorDiag(vectors)
    full = linalg.LinearOperatorFullMatrix(matrices, is_square=True)
    unknown = {
        "full": full,
        "tril": linalg.LinearOperatorLowerTriangular(matrices),
        "diag": diag,
        "identity": linalg.LinearOperatorIdentity(size, batch_shape=tf.shape(vectors)[:1]),
        "scaled": linalg.LinearOperatorScaledIdentity(size, vectors[:, 0]),
        "product": linalg.LinearOperatorComposition([full, diag]),
        "update": linalg.LinearOperatorLowRankUpdate(diag, matrices),
        "kronecker": linalg.LinearOperatorKronecker([full, linalg.LinearOperatorDiag([2.0])]),
        "blocks": linalg.LinearOperatorBlockDiag([full, linalg.LinearOperatorDiag([2.0])]),
        "householder": linalg.LinearOperatorHouseholder(vectors),
        "toeplitz": linalg.LinearOperatorToeplitz(vectors, vectors),
    }
    fetches = {}
    for label, operator in unknown.items():
        methods = SHAPES + METHODS
        if label in ("kronecker", "blocks"):
            methods = SHAPES
        elif label == "toeplitz":
            methods = [*SHAPES, "solve", "trace", "diag_part", "to_dense"]
        fetches.update(answers(tf, label, operator, methods))
    x = tf.ones([2, 3, 1])
    fetches["blocks/matmul"] = unknown["blocks"].matmul(x)
    fetches["blocks/solve"] = unknown["blocks"].solve(x)
    fetches["kronecker/matmul"] = unknown["kronecker"].matmul(x[:, :2])
    fetches["kronecker/solve"] = unknown["kronecker"].solve(x[:, :2])
    fetches["zeros"] = linalg.LinearOperatorZeros(size, 3, is_square=False, is_self_adjoint=False).matmul(
        tf.ones([3, 1])
    )
    fetches["identity_trace"] = linalg.LinearOperatorIdentity(size).trace()
    fetches["broadcast_solve"] = linalg.LinearOperatorFullMatrix(MATRIX).solve(tf.ones([3, 2, 1]))
    definite = linalg.LinearOperatorFullMatrix(MATRIX[None], **DEFINITE)
    fetches["broadcast_definite"] = definite.solve(tf.ones([3, 2, 1]))
    flat = linalg.LinearOperatorZeros(2, 3, batch_shape=[2], is_square=False, is_self_adjoint=False, name="flat")
    fetches.update(answers(tf, "flat", flat, ["matmul", "trace", "diag_part", "adjoint_is", "inverse_is"]))
    fetches.update(parts(tf))
    return fetches


def parts(tf):
    """Operators of some matrices of a batch."""
    linalg = tf.linalg
    full = linalg.LinearOperatorFullMatrix(np.stack([MATRIX, 2 * MATRIX, 3 * MATRIX]))
    diags = linalg.LinearOperatorDiag([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    update = linalg.LinearOperatorLowRankUpdate(diags, [[1.0], [2.0]])
    sliced = {
        "one": full[1],
        "some": full[1:],
        "axis": full[..., tf.newaxis],
        "backwards": diags[::-1],
        "update": update[:2],
        "product": linalg.LinearOperatorComposition([diags, full])[2],
        "identity": linalg.LinearOperatorIdentity(2, batch_shape=[3])[1:],
    }
    fetches = {}
    for label, operator in sliced.items():
        fetches[f"part_{label}/is"] = tf.constant(described(operator))
        fetches[f"part_{label}/dense"] = operator.to_dense()
    return fetches


FEEDS = {
    "size:0": 2,
    "matrices:0": np.stack([MATRIX, 2 * MATRIX]),
    "vectors:0": [[1.0, 2.0], [3.0, 4.0]],
}
