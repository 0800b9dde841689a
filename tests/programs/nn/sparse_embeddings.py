"""tf.nn: rows of tables for sparse ids, combined, also where rows of ids are empty."""

import numpy as np


def build(tf):
    nn = tf.nn
    table = tf.placeholder(tf.float32, [5, 2], "table")
    halves = [tf.placeholder(tf.float32, [3, 2], f"half{i}") for i in range(2)]
    cubes = tf.placeholder(tf.float32, [5, 2, 1], "cubes")
    indices = tf.placeholder(tf.int64, [None, 2], "indices")
    dims = tf.placeholder(tf.int64, [2], "dims")
    ids = tf.SparseTensor(indices, tf.placeholder(tf.int32, [None], "ids"), dims)
    odd_ids = tf.SparseTensor(indices, tf.placeholder(tf.int64, [None], "odd_ids"), dims)
    weights = tf.SparseTensor(indices, tf.placeholder(tf.float32, [None], "weights"), dims)
    wide = tf.SparseTensor(indices, tf.placeholder(tf.float64, [None], "wide"), dims)
    lookup, safe = nn.embedding_lookup_sparse, nn.safe_embedding_lookup_sparse
    return {
        "sum": lookup(table, ids, None, combiner="sum"),
        "mean": lookup(table, ids, None),
        "sqrtn": lookup([table], ids, None, combiner="sqrtn", name="rooted"),
        "short": lookup(table, ids, None, combiner="sum", max_norm=1.0),
        "parts": lookup(halves, ids, None, combiner="sum"),
        "parts_div": lookup(halves, ids, None, partition_strategy="div", combiner="mean"),
        "weighted_sum": lookup(table, ids, weights, combiner="sum"),
        "weighted_mean": lookup(cubes, ids, weights, combiner="mean"),
        "weighted_sqrtn": lookup(halves, ids, weights, combiner="sqrtn", max_norm=2.0),
        "wide_weights": lookup(table, ids, wide, combiner="sum"),
        "safe": safe([table], odd_ids),
        "safe_default": safe(table, odd_ids, weights, default_id=1, name="chosen"),
        "safe_sum": safe(halves, odd_ids, weights, combiner="sum", max_norm=1.5),
        "safe_sqrtn": safe([table], odd_ids, combiner="sqrtn", default_id=0),
    }


FEEDS = {
    "table:0": np.arange(10).reshape(5, 2) / 4,
    "half0:0": np.arange(6).reshape(3, 2) / 4,
    "half1:0": np.arange(6).reshape(3, 2) / -2,
    "cubes:0": np.arange(10).reshape(5, 2, 1) / 8,
    "indices:0": [[0, 0], [0, 1], [1, 2], [2, 0]],
    "dims:0": [4, 3],
    "ids:0": [1, 2, 4, 1],
    "odd_ids:0": [1, 2, -1, 3],
    "weights:0": [0.5, 2.0, 1.0, 3.0],
    "wide:0": [0.5, 2.0, 1.0, 3.0],
}


def errors(tf):
    nn = tf.nn
    table = tf.zeros

    def ids(dtype=tf.int32):
        return tf.SparseTensor([[0, 0]], tf.constant([1], dtype), [1, 1])

    return {
        "combiner": (lambda: nn.embedding_lookup_sparse(table([2, 2]), ids(), None, combiner="max"), "must be one of"),
        "no table": (lambda: nn.embedding_lookup_sparse(None, ids(), None, combiner="sum"), ""),
        "ids": (lambda: nn.embedding_lookup_sparse(table([2, 2]), [1], None), "sp_ids must be SparseTensor"),
        "weights": (lambda: nn.embedding_lookup_sparse(table([2, 2]), ids(), [1.0]), "sp_weights must be either"),
        "no parts": (lambda: nn.embedding_lookup_sparse([], ids(), None), "Need at least one param"),
        "missing": (lambda: nn.safe_embedding_lookup_sparse(None, ids()), "Missing embedding_weights"),
        "empty": (lambda: nn.safe_embedding_lookup_sparse([], ids()), "Missing embedding_weights"),
        "dtype": (
            lambda: nn.safe_embedding_lookup_sparse([table([2, 2])], ids(), ids(tf.float64)),
            "dtype",
        ),
    }
