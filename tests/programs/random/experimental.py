"""tf.random.experimental."""

import numpy as np


def build(tf):
    random = tf.random.experimental
    rows = tf.constant(np.arange(30).reshape(10, 3))
    strings = tf.constant(["a", "b", "c", "d", "e", "f"])
    values = tf.placeholder(tf.float64, [None, 2], name="values")
    seed = tf.placeholder(tf.int64, [2], name="seed")
    return {
        "rows": random.stateless_shuffle(rows, [1, 2]),
        "strings": random.stateless_shuffle(strings, [3, 4], name="strings"),
        "fed": random.stateless_shuffle(values, seed),
        "scalar": random.stateless_shuffle(tf.constant(True), seed),
        "one row": random.stateless_shuffle(rows[:1], seed),
        "none": random.stateless_shuffle(rows[:0], seed),
        "bytes": random.stateless_shuffle(np.arange(200).astype(np.uint8), [5, 6]),
        "split": random.stateless_split(seed, 3),
        "fold": random.stateless_fold_in([1, 2], 7),
        "index": random.index_shuffle(tf.range(6), [5, 9], 5),
        "indices": random.index_shuffle([3, 4], tf.constant([1, 2], tf.uint32), [5, 6]),
    }


def run(tf, session, fetches):
    return session.run(fetches, {"values:0": np.arange(14.0).reshape(7, 2), "seed:0": [2**40, -3]})


def errors(tf):
    random = tf.random.experimental
    return {
        "algorithm": (lambda: random.stateless_shuffle([1, 2], [1, 2], alg="other"), "alg"),
        "seeds": (lambda: random.index_shuffle([3, 4], [[1, 2], [3, 4]], [5, 6]), "Seed must have shape"),
        "three words": (lambda: random.stateless_shuffle([1, 2], [1, 2, 3]), ""),
    }
