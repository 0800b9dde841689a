"""Products of matrices and tensors, einsum, norms and diagonals."""

import numpy as np

RTOL = 2e-5


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    u = tf.placeholder(tf.float32, None, name="u")
    k = tf.constant(np.arange(6, dtype=np.float32).reshape(2, 3), name="k")
    batch = tf.constant(np.arange(12, dtype=np.float32).reshape(2, 2, 3), name="batch")
    square = tf.constant([[2.0, 1.0], [1.0, 3.0]], name="square")
    z = tf.complex(k, k + 1.0)
    return {
        "matmul": tf.matmul(x, k, transpose_b=True),
        "matmul_batch": tf.matmul(batch, batch, adjoint_a=True),
        "matmul_unknown": tf.matmul(u, u),
        "matmul_complex": tf.matmul(z, z, adjoint_b=True),
        "matmul_sparse": tf.matmul(k, k, transpose_a=True, a_is_sparse=True),
        "matmul_lists": tf.matmul([[1.0]], [[2.0]]),
        "matvec": tf.linalg.matvec(batch, [[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]),
        "cross": tf.cross(k, k[::-1]),
        "tensordot": tf.tensordot(x, k, [[1], [1]]),
        "tensordot_static": tf.tensordot(batch, k, [[0, 2], [0, 1]]),
        "tensordot_all": tf.tensordot(k, k, 2),
        "tensordot_none": tf.tensordot(x, [1.0, 2.0], 0),
        "tensordot_unknown": tf.tensordot(u, square, 1),
        "einsum": tf.einsum("ij,kj->ik", x, k),
        "einsum_implicit": tf.einsum("ij,jk", k, tf.transpose(k)),
        "einsum_diagonal": tf.einsum("ii->i", square),
        "einsum_batch": tf.einsum("...ij,...kj->...ik", batch, batch),
        "einsum_unknown": tf.einsum("ij,jk->ik", u, u),
        "einsum_three": tf.einsum("ij,jk,kl->il", square, k, tf.transpose(k), name="chain"),
        "norm": tf.norm(x),
        "norm_1": tf.norm(x, 1, axis=1),
        "norm_inf": tf.norm(x, np.inf, axis=1, keepdims=True),
        "norm_p": tf.norm(x, 2.5),
        "norm_matrix": tf.norm(batch, "fro", axis=[-2, -1]),
        "norm_spectral": tf.norm(batch, 2, axis=[0, 2]),
        "norm_columns": tf.norm(k, 1, axis=[0, 1]),
        "norm_rows": tf.norm(k, np.inf, axis=[0, 1]),
        "normalize": tf.linalg.normalize(x, axis=1)[0],
        "trace": tf.trace(batch),
        "diag": tf.diag([1, 2]),
        "diag_part": tf.diag_part(square),
        "matrix_diag": tf.matrix_diag(k),
        "matrix_diag_off": tf.matrix_diag([1, 2], k=1),
        "matrix_diag_bool": tf.matrix_diag(tf.constant([True, False])),
        "matrix_diag_part": tf.matrix_diag_part(batch),
        "matrix_diag_part_band": tf.matrix_diag_part(k, k=(-1, 1), padding_value=9),
        "matrix_set_diag": tf.matrix_set_diag(k, [7.0, 8.0]),
        "matrix_band_part": tf.matrix_band_part(k, 0, -1),
        "adjoint": tf.linalg.adjoint(z),
    }


FEEDS = {"x:0": [[1.0, -2.0, 0.5]], "u:0": [[1.0, 2.0], [3.0, 4.0]]}


def errors(tf):
    k = lambda: tf.zeros([2, 3])
    return {
        "inner": (lambda: tf.matmul(k(), k()), "Dimensions must be equal, but are 3 and 2"),
        "both": (lambda: tf.matmul(k(), k(), transpose_a=True, adjoint_a=True), "Only one of"),
        "vectors": (lambda: tf.matmul([1.0], [2.0]), "rank"),
        "dtypes": (lambda: tf.matmul(k(), tf.zeros([3, 1], tf.int32)), "does not match type float32"),
        "axes": (lambda: tf.tensordot(k(), k(), [[0], [0], [0]]), "must be an integer or have length 2"),
        "negative_axes": (lambda: tf.tensordot(k(), k(), -1), "must be at least 0"),
        "too_many_axes": (lambda: tf.tensordot(k(), k(), 3), "must not be larger"),
        "axes_lengths": (lambda: tf.tensordot(k(), k(), [[0, 1], [0]]), "Different number of contraction axes"),
        "equation": (lambda: tf.einsum("i(j)", k()), "incorrect format"),
        "inputs": (lambda: tf.einsum("ij,jk->ik", k()), "Got 1 "),
        "keyword": (lambda: tf.einsum("ij", k(), foo=1), "Invalid keyword arguments"),
        "order": (lambda: tf.norm(k(), "foo"), "must be a supported vector norm"),
        "matrix_order": (lambda: tf.norm(k(), "nuc", axis=[0, 1]), "must be a supported matrix norm"),
        "norm_axes": (lambda: tf.norm(k(), axis=[0, 1, 2]), "must be None, an integer, or a tuple"),
        "diag_part": (lambda: tf.diag_part(k()), "must be equal"),
    }
