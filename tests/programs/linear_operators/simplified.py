"""What becomes of products, solutions, adjoints, inverses and factors of linear operators: classes, hints and values."""

from functools import partial

import numpy as np
from programs.operator_methods import described

SAME_NODES = False  # of interest is what they are, and that they are right
RTOL = 1e-4
ATOL = 1e-4
MATRIX = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)
KNOWN = {"is_non_singular": True}


def operators(tf):
    linalg = tf.linalg
    row = lambda *values: tf.constant(values, tf.float32)
    full = linalg.LinearOperatorFullMatrix(tf.constant(MATRIX), **KNOWN)
    one = linalg.LinearOperatorDiag(row(2.0))
    definite = linalg.LinearOperatorDiag(row(1.0, 2.0), is_positive_definite=True, name="definite")
    return {
        "full": full,
        "diag": linalg.LinearOperatorDiag(row(3.0, -2.0), **KNOWN),
        "definite": definite,
        "tril": linalg.LinearOperatorLowerTriangular(tf.constant(MATRIX), **KNOWN),
        "identity": linalg.LinearOperatorIdentity(2),
        "scaled": linalg.LinearOperatorScaledIdentity(2, tf.constant(2.0), **KNOWN),
        "update": linalg.LinearOperatorLowRankUpdate(definite, tf.constant([[1.0], [2.0]]), **KNOWN),
        "product": linalg.LinearOperatorComposition([full, full], **KNOWN),
        "kronecker": linalg.LinearOperatorKronecker([full, one], **KNOWN),
        "blocks": linalg.LinearOperatorBlockDiag([one, linalg.LinearOperatorDiag(row(4.0))], **KNOWN),
        "triangle": linalg.LinearOperatorBlockLowerTriangular([[one], [one, one]], **KNOWN),
        "circulant": linalg.LinearOperatorCirculant(row(4.0, 1.0), tf.float32, **KNOWN),
        "circulant2": linalg.LinearOperatorCirculant2D(row([4.0, 1.0]), tf.float32, **KNOWN),
        "householder": linalg.LinearOperatorHouseholder(row(1.0, 2.0)),
        "permutation": linalg.LinearOperatorPermutation(tf.constant([1, 0])),
        "toeplitz": linalg.LinearOperatorToeplitz(row(4.0, 1.0), row(4.0, 2.0), **KNOWN),
        "tridiag": linalg.LinearOperatorTridiag(row([1.0, 0.0], [4.0, 4.0], [0.0, 1.0]), **KNOWN),
        "zeros": linalg.LinearOperatorZeros(2),
        "adjoint": full.adjoint(),
        "inverse": full.inverse(),
    }


def build(tf):
    found, texts, sums = operators(tf), [], []

    def add(what, make):
        try:
            made = make()
        except (ValueError, NotImplementedError) as error:
            texts.append(f"{what}: {type(error).__name__}: {error}")
            return
        texts.append(f"{what}: {described(made)}")
        if "Zeros" not in type(made).__name__:
            sums.append(tf.cast(made.matvec(tf.constant([1.0, -2.0], made.dtype)), tf.float32))

    def add_all(label, operator):
        for method in ("adjoint", "inverse", "cholesky"):
            add(f"{label}.{method}", getattr(operator, method))
        others = ("full", "diag", "tril", "identity", "scaled", "product", "blocks", "zeros")
        for other in dict.fromkeys((*others, label)):
            add(f"{label} @ {other}", partial(operator.matmul, found[other]))
            add(f"{label} \\ {other}", partial(operator.solve, found[other]))

    for label, operator in found.items():
        add_all(label, operator)
    full, tril = found["full"], found["tril"]
    add("both adjoint", lambda: full.matmul(found["diag"], adjoint=True, adjoint_arg=True))
    add("solve both adjoint", lambda: full.solve(found["diag"], adjoint=True, adjoint_arg=True))
    add("square of half", lambda: full.matmul(full, adjoint_arg=True))
    signed = tf.linalg.LinearOperatorLowerTriangular([[-2.0, 0.0], [1.0, 3.0]], **KNOWN)
    add("its factor", signed.matmul(signed, adjoint_arg=True).cholesky)
    add("four", lambda: full.matmul(tril).matmul(full.matmul(tril), adjoint_arg=True))
    return {"texts": tf.constant(texts), "values": tf.stack(sums)}


def errors(tf):
    full = lambda: tf.linalg.LinearOperatorFullMatrix(tf.constant(MATRIX), **KNOWN)
    square = lambda a, **hints: tf.linalg.LinearOperatorComposition([a, a.adjoint()], **hints)
    return {
        "not_self_adjoint": (lambda: square(full(), is_self_adjoint=False), "determined to be self-adjoint"),
        "not_definite": (lambda: square(full(), is_positive_definite=False), "have the form A @ A.H"),
    }
