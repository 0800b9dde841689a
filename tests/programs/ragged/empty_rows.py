"""tf.ragged_fill_empty_rows and its gradient."""

import numpy as np


def build(tf):
    values = tf.placeholder(tf.float32, [None], name="values")
    rowids = tf.placeholder(tf.int64, [None], name="rowids")
    rows = tf.placeholder(tf.int64, [], name="rows")
    default = tf.constant(9.0)
    filled = tf.ragged_fill_empty_rows(rowids, values, rows, default)
    loss = tf.reduce_sum(filled.output_values * tf.range(7, dtype=tf.float32))
    d_values, d_default = tf.gradients(loss, [values, default])
    words = tf.ragged_fill_empty_rows(np.int64([0, 2, 2]), ["a", "b", "c"], np.int64(3), "x")
    none = tf.ragged_fill_empty_rows(np.zeros(0, np.int64), np.zeros(0, np.float32), np.int64(2), np.float32(9))
    straight = tf.ragged_fill_empty_rows_grad(np.int64([0, 3]), np.float32([1, 2, 4, 8]))
    fetches = {"d_values": d_values, "d_default": d_default}
    parts = {"filled": filled, "words": words, "none": none, "straight": straight}
    for label, part in parts.items():
        fetches.update({f"{label}/{name}": value for name, value in part._asdict().items()})
    return fetches


FEEDS = {"rowids:0": [0, 3, 0, 4], "values:0": [1, 2, 3, 4], "rows:0": 6}


def errors(tf):
    def run(rowids, values, rows, default=9.0):
        def attempt():
            rowids_, values_ = tf.placeholder(tf.int64), tf.placeholder(tf.float32)
            rows_, default_ = tf.placeholder(tf.int64), tf.placeholder(tf.float32)
            feeds = {rowids_: rowids, values_: values, rows_: rows, default_: default}
            with tf.Session() as session:
                session.run(tf.ragged_fill_empty_rows(rowids_, values_, rows_, default_), feeds)

        return attempt

    def gradient():
        numbers = tf.placeholder(tf.int64)
        with tf.Session() as session:
            session.run(tf.ragged_fill_empty_rows_grad(numbers, np.float32([1, 2])), {numbers: [0, 2]})

    return {
        "row": (run([0, 7], [1, 2], 5), r"indices\(1, 0\) is invalid: 7 >= 5"),
        "negative row": (run([0, -1], [1, 2], 5), r"indices\(1, 0\) is invalid: -1 >= 5"),
        "no rows": (run([0], [1], 0), "= 0"),
        "negative": (run([], [], -1), ""),
        "reverse": (gradient, r"must be in \[0, "),
        "ranks": (lambda: tf.ragged_fill_empty_rows(np.int64([[0]]), [1.0], np.int64(1), 1.0), "must be rank 1"),
        "scalar": (lambda: tf.ragged_fill_empty_rows(np.int64([0]), [1.0], np.int64(1), [1.0]), "must be rank 0"),
        "lengths": (lambda: tf.ragged_fill_empty_rows(np.int64([0]), [1.0, 2.0], np.int64(1), 1.0), "must be equal, but are 1 and 2"),
    }  # fmt: skip
