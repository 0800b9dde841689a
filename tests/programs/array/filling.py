"""Zeros, ones, ranges, one-hot vectors and constants: small ones are constants, large ones are filled."""

import numpy as np


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    s = tf.placeholder(tf.int32, [], name="s")
    i = tf.constant([0, 2, 1], name="i")
    return {
        "zeros": tf.zeros([2, 3]),
        "zeros_large": tf.zeros([1000]),
        "zeros_text": tf.zeros([2], tf.string),
        "zeros_bool": tf.zeros([], tf.bool),
        "zeros_of_shape": tf.zeros(tf.shape(x), tf.int32),
        "zeros_packed": tf.zeros([s, 3]),
        "zeros_static": tf.zeros(tf.TensorShape([1, 2]), name="static"),
        "ones": tf.ones([2, 3], tf.float64),
        "ones_packed": tf.ones([s, 3]),
        "ones_large": tf.ones([500, 2]),
        "zeros_like": tf.zeros_like(x),
        "zeros_like_static": tf.zeros_like(i),
        "zeros_like_dtype": tf.zeros_like(x, tf.int32),
        "zeros_like_list": tf.zeros_like([1, 2]),
        "ones_like": tf.ones_like(x),
        "ones_like_static": tf.ones_like(i),
        "ones_like_dtype": tf.ones_like(x, tf.int64),
        "fill": tf.fill([2, 2], 7),
        "fill_packed": tf.fill([s, 2], "a"),
        "range": tf.range(3),
        "range_step": tf.range(1, 8, 3),
        "range_down": tf.range(3, 0, -1),
        "range_float": tf.range(0.0, 1.0, 0.25),
        "range_mixed": tf.range(1, 3.5),
        "range_tensor": tf.range(s),
        "range_dtype": tf.range(3, dtype=tf.float32),
        "linspace": tf.linspace(0.0, 1.0, 5),
        "linspace_rows": tf.linspace([0.0, 10.0], [1.0, 20.0], 3, axis=-1),
        "lin_space": tf.lin_space(0.0, 2.0, s + 1),
        "one_hot": tf.one_hot(i, 3),
        "one_hot_values": tf.one_hot(i, 3, 5, 2),
        "one_hot_axis": tf.one_hot(i, s, True, False, axis=0),
        "one_hot_dtype": tf.one_hot(i, 4, dtype=tf.int64),
        "eye": tf.eye(3),
        "eye_wide": tf.eye(2, 3, dtype=tf.int32),
        "eye_batch": tf.eye(2, batch_shape=[2]),
        "eye_tensor": tf.eye(s, 2),
        "meshgrid": tf.meshgrid([1, 2], [3, 4, 5])[1],
        "meshgrid_ij": tf.meshgrid([1, 2], [3, 4, 5], indexing="ij")[0],
        "sequence_mask": tf.sequence_mask([1, 3]),
        "sequence_mask_long": tf.sequence_mask(i, 4, tf.float32),
        "constant": tf.constant([[1, 2], [3, 4]]),
        "constant_shape": tf.constant(0.5, shape=[2, 2]),
        "constant_repeated": tf.constant([1, 2, 3], shape=[2, 2]),
        "constant_float": tf.constant([1, 2], tf.float32, name="c"),
        "constant_text": tf.constant([b"a", "b"]),
        "constant_array": tf.constant(np.ones((2, 2), np.int16)),
        "repeat": tf.repeat([1, 2], [2, 3]),
        "repeat_even": tf.repeat(x, 2, axis=0),
        "repeat_columns": tf.repeat(x, [2, 0, 1], axis=1),
    }


FEEDS = {"x:0": [[1.0, 2.0, 3.0]], "s:0": 2}


def errors(tf):
    return {
        "hot_dtype": (lambda: tf.one_hot([0], 3, 5.0, 0.0, dtype=tf.int32), "does not match dtype parameter"),
        "hot_dtypes": (lambda: tf.one_hot([0], 3, tf.constant(1.0), tf.constant(0)), "of on_value does not match"),
        "maxlen": (lambda: tf.sequence_mask([1], [2, 3]), "must be scalar"),
        "indexing": (lambda: tf.meshgrid([1], [2], indexing="xx"), "'xy' or 'ij'"),
        "keyword": (lambda: tf.meshgrid([1], foo=1), "invalid keyword argument"),
        "repeat_axis": (lambda: tf.repeat([1], 2, axis=3), "out of bounds"),
        "unknown_shape": (lambda: tf.zeros(tf.TensorShape([None])), "partially known|Cannot convert"),
        "too_many": (lambda: tf.constant([1, 2, 3], shape=[2]), "elements"),
    }
