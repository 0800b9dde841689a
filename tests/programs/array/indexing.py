"""tensor[...]: integers, slices, new axes, ellipses, tensors as bounds, masks; and the functions beside it."""

import numpy as np


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    s = tf.placeholder(tf.int32, [], name="s")
    k = tf.constant(np.arange(24, dtype=np.int32).reshape(2, 3, 4), name="k")
    return {
        "row": x[0],
        "last": x[-1],
        "element": x[1, 2],
        "columns": x[:, 1:],
        "ends": x[:-1, ::2],
        "backwards": x[::-1, ::-1],
        "ellipsis": k[..., 0],
        "both_ends": k[0, ..., 1:3],
        "newaxis": x[:, tf.newaxis],
        "newaxis_first": k[None, ..., ::2, None],
        "nothing": x[()],
        "numpy_index": x[np.int64(1)],
        "list": x[[0]],
        "tensor": x[s],
        "from_tensor": x[s:],
        "to_tensor": x[0:s, 1],
        "tensors": k[:, s : s + 1, tf.newaxis],
        "long": x[tf.constant(1, tf.int64) :],
        "mask": k[tf.constant([True, False])],
        "mask_of_elements": x[x > 2.0],
        "mask_array": x[np.array([True, False])],
        "part_of_shape": tf.zeros([tf.shape(x)[0], 2]),
        "slice": tf.slice(k, [0, 1, 0], [1, 2, -1]),
        "slice_from_tensor": tf.slice(x, [s, 0], [1, 2]),
        "strided_slice": tf.strided_slice(k, [0, 0, 1], [1, 2, 4], [1, 1, 2], begin_mask=1, end_mask=2),
        "strided_slice_ones": tf.strided_slice(x, [0, 0], [1, 2]),
        "boolean_mask": tf.boolean_mask(k, [True, False, True], axis=1),
        "boolean_mask_2d": tf.boolean_mask(k, np.eye(2, 3) > 0, name="diagonal"),
        "gather": tf.gather(x, [1, 0, 1]),
        "gather_columns": tf.gather(k, [2, 0], axis=1),
        "gather_batches": tf.gather(k, [[0], [2]], batch_dims=1),
        "gather_nd": tf.gather_nd(k, [[0, 1], [1, 2]]),
        "gather_nd_batches": tf.gather_nd(k, [[[0]], [[2]]], batch_dims=1),
        "batch_gather": tf.batch_gather(k, [[0], [2]]),
        "where": tf.where(x > 1.0),
        "where_choice": tf.where(x > 1.0, x, -x),
        "where_row": tf.where(tf.constant([True, False]), k, -k),
        "where_v2": tf.where_v2(x > 1.0, x, 0.0),
    }


FEEDS = {"x:0": [[1.0, 2.0, 3.0], [4.0, 0.0, 2.5]], "s:0": 1}


def errors(tf):
    x = lambda: tf.placeholder(tf.float32, [None, 3])
    allowed = "Only integers, slices"
    return {
        "text": (lambda: x()["a"], allowed),
        "float": (lambda: x()[0.5:], allowed),
        "vector": (lambda: x()[tf.constant([0])], allowed),
        "rank": (lambda: x()[0, 0, 0], "Index out of range using input dim 2"),
        "two_ellipses": (lambda: x()[..., ...], "Multiple ellipses"),
        "bounds": (lambda: x()[0, 3], "out of bounds"),
        "zero_stride": (lambda: x()[::0], r"strides\[0\] must be non-zero"),
        "scalar_mask": (lambda: x()[True], "mask cannot be scalar"),
        "mask_shape": (lambda: tf.boolean_mask([1, 2], [True, False, True]), "incompatible"),
        "unknown_mask": (lambda: tf.boolean_mask(x(), tf.placeholder(tf.bool)), "Number of mask dimensions"),
        "half_where": (lambda: tf.where([True], x=[1]), "both be non-None"),
        "unknown_batch_gather": (lambda: tf.batch_gather(x(), tf.placeholder(tf.int32)), "unknown shape"),
        "gather_axis": (lambda: tf.gather(x(), [0], axis=2), "rank"),
        "gather_nd_depth": (lambda: tf.gather_nd(x(), [[0, 0, 0]]), "indices.shape"),
    }
