"""tf.nn: lookups in tables, whole or in parts; classes that rank first."""

import numpy as np


def build(tf):
    table = tf.placeholder(tf.float32, [5, 2], "table")
    other = tf.placeholder(tf.float32, [4, 2], "other")
    open_table = tf.placeholder(tf.float32, [None, 2], "open_table")
    ids = tf.placeholder(tf.int32, [None], "ids")
    pairs = tf.placeholder(tf.int64, [2, None], "pairs")
    scores = tf.placeholder(tf.float32, [None, 3], "scores")
    variable = tf.get_variable("variable", [4, 2], initializer=tf.ones_initializer())
    nn = tf.nn
    best = nn.top_k(scores, 2)
    return {
        "whole": nn.embedding_lookup(table, ids),
        "whole_list": nn.embedding_lookup([table], [1, 2], name="named"),
        "short": nn.embedding_lookup(table, ids, max_norm=1.0),
        "variable": nn.embedding_lookup(variable, pairs),
        "mod": nn.embedding_lookup([table, other], ids),
        "div": nn.embedding_lookup([table, other], ids, "div", max_norm=2.0),
        "div_open": nn.embedding_lookup([open_table, other], pairs, partition_strategy="div", name="open"),
        "best": best.values,
        "best_indices": best.indices,
        "in_top": nn.in_top_k(scores, ids[:2], 2),
        "in_top_long": nn.in_top_k(scores, tf.constant([0, 2], tf.int64), 1, name="top"),
        "array": nn.embedding_lookup(np.float32([[1, 2], [3, 4], [5, 6], [7, 8]]), ids),
        "with_array": nn.embedding_lookup([table, np.ones([4, 2], np.float32)], ids),
    }


FEEDS = {
    "table:0": [[1, 2], [3, 4], [5, 6], [7, 8], [0.5, 0]],
    "other:0": [[-1, -2], [-3, -4], [-5, -6], [-7, -8]],
    "open_table:0": [[1, 2], [3, 4], [5, 6], [7, 8]],
    "ids:0": [2, 0, 3],
    "pairs:0": [[0, 1], [3, 2]],
    "scores:0": [[1, 3, 2], [5, 4, 6]],
}


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches, FEEDS)


def errors(tf):
    nn = tf.nn
    two = [[[1.0], [2.0]], [[3.0], [4.0]]]
    return {
        "no params": (lambda: nn.embedding_lookup(None, [1]), "params must be specified"),
        "empty": (lambda: nn.embedding_lookup([], [1]), "Need at least one param"),
        "strategy": (
            lambda: nn.embedding_lookup([tf.ones([2, 1])] * 2, [1], "near"),
            "Unrecognized partition strategy",
        ),
        "top rank": (lambda: nn.in_top_k(two, [1], 1), "rank 2"),
    }
