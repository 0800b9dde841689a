"""LinearOperatorCirculant, its 2D and 3D kin, Householder, Permutation, Toeplitz and Tridiag."""

import numpy as np
from programs.operator_methods import answers, assertions

SAME_NODES = False  # they have other ways to work the shapes of blocks out
RTOL = 1e-4
ATOL = 1e-4
DEFINITE = {"is_self_adjoint": True, "is_positive_definite": True}


def build(tf):
    linalg = tf.linalg
    values = np.arange(1, 13, dtype=np.float32)
    spectrum = tf.constant([4.0, 1.0 + 2.0j, 1.0 - 2.0j], tf.complex64)
    circulant, grid = linalg.LinearOperatorCirculant, linalg.LinearOperatorCirculant2D
    diagonals = np.array([[1.0, 2.0, 9.0], [4.0, 5.0, 6.0], [9.0, 2.0, 3.0]], np.float32)
    operators = {
        "circulant": circulant(spectrum),
        "real": circulant(spectrum, tf.float32, name="real"),
        "definite": circulant(tf.constant([[4.0, 1.0], [2.0, 3.0]]), tf.float32, **DEFINITE),
        "grid": grid(tf.constant(values[:6].reshape(2, 3)), tf.complex64),
        "cube": linalg.LinearOperatorCirculant3D(tf.constant(values[:4].reshape(1, 2, 2)), tf.complex64),
        "householder": linalg.LinearOperatorHouseholder([[1.0, 2.0, -2.0], [3.0, 4.0, 0.0]]),
        "permutation": linalg.LinearOperatorPermutation([2, 0, 1]),
        "toeplitz": linalg.LinearOperatorToeplitz([4.0, 1.0, 2.0], [4.0, -1.0, 3.0]),
        "toeplitz_batch": linalg.LinearOperatorToeplitz([[4.0, 1.0], [5.0, 2.0]], [[4.0, 3.0], [5.0, -1.0]]),
        "compact": linalg.LinearOperatorTridiag(diagonals),
        "sequence": linalg.LinearOperatorTridiag(list(diagonals), "sequence"),
        "matrix": linalg.LinearOperatorTridiag(diagonals * [[1, 1, 0], [1, 1, 1], [0, 1, 1]], "matrix"),
    }
    fetches = {}
    for label, operator in operators.items():
        fetches.update(answers(tf, label, operator))
    fetches.update(assertions(tf, "definite", operators["definite"]))
    fetches.update(assertions(tf, "householder", operators["householder"]))
    permutations = linalg.LinearOperatorPermutation([[2, 0, 1], [0, 2, 1]], name="permutations")
    for method in ("matmul", "matmul_adjoint", "solve", "to_dense"):
        fetches.update(answers(tf, f"permutations_{method}", permutations, [method]))
    fetches["kernel"] = operators["real"].convolution_kernel()
    fetches["kernel_2d"] = operators["grid"].convolution_kernel()
    fetches["block_shape"] = operators["grid"].block_shape_tensor()
    fetches["static"] = tf.constant(str([operators["cube"].block_depth, operators["cube"].block_shape.as_list()]))
    z = tf.constant([1.0 + 1.0j, -2.0j, 3.0], tf.complex64)
    complex_ones = {
        "complex_householder": linalg.LinearOperatorHouseholder(z),
        "complex_toeplitz": linalg.LinearOperatorToeplitz(z, z),
        "complex_tridiag": linalg.LinearOperatorTridiag([z, z, z], "sequence"),
    }
    for label, operator in complex_ones.items():
        fetches.update(
            answers(tf, label, operator, ["matmul", "matmul_adjoint", "matmul_adjoint_arg", "solve_adjoint"])
        )
    return fetches


def errors(tf):
    linalg = tf.linalg
    row = lambda *values: tf.constant(values, tf.float32)
    circulant = lambda **more: linalg.LinearOperatorCirculant(row(1, 2), **more)
    householder = lambda **more: linalg.LinearOperatorHouseholder(row(1, 2), **more)
    permutation = lambda *perm, **more: linalg.LinearOperatorPermutation(list(perm) or [1, 0], **more)
    toeplitz = lambda col, **more: linalg.LinearOperatorToeplitz(col, row(1, 2), **more)
    return {
        "spectrum": (lambda: linalg.LinearOperatorCirculant(tf.constant(1.0)), "at least 1 dimensions"),
        "spectrum_2d": (lambda: linalg.LinearOperatorCirculant2D(row(1, 2)), "at least 2 dimensions"),
        "real_spectrum": (lambda: circulant(is_self_adjoint=False), "real spectrum always corresponds"),
        "circulant_square": (lambda: circulant(is_square=False), "always square"),
        "circulant_dtype": (lambda: circulant().matmul(tf.ones([2, 1])), "Expected argument to have dtype"),
        "axis": (lambda: linalg.LinearOperatorHouseholder(tf.constant(1.0)), "at least 1 dimension"),
        "mirror": (lambda: householder(is_self_adjoint=False), "always self adjoint"),
        "mirror_definite": (lambda: householder(is_positive_definite=True), "always non-positive definite"),
        "mirror_square": (lambda: householder(is_square=False), "always square"),
        "mirror_assert": (lambda: householder().assert_positive_definite(), "always non-positive definite"),
        "perm_dtype": (lambda: permutation(1.0, 0.0), "must be integer dtype"),
        "perm_rank": (lambda: linalg.LinearOperatorPermutation(tf.constant(1)), "at least 1 dimension"),
        "perm_values": (lambda: permutation(1, 1), "vector of unique integers"),
        "perm_square": (lambda: permutation(is_square=False), "always square"),
        "perm_singular": (lambda: permutation(is_non_singular=False), "always non-singular"),
        "col_rank": (lambda: toeplitz(tf.constant(1.0)), "Argument col must have at least 1 dimension"),
        "col_size": (lambda: toeplitz(row(1, 2, 3)), "mismatched dimensions"),
        "toeplitz_square": (lambda: toeplitz(row(1, 2), is_square=False), "Only square Toeplitz"),
        "format": (lambda: linalg.LinearOperatorTridiag(tf.ones([3, 2]), "foo"), "must be one of compact, matrix"),
    }
