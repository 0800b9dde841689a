"""tf.contrib.metrics: metrics of the k best classes, with predictions first."""

import numpy as np


def build(tf):
    metrics = tf.contrib.metrics
    scores = tf.placeholder(tf.float32, [None, 5], "scores")
    labels = tf.placeholder(tf.int64, [None, 2], "labels")
    one = tf.placeholder(tf.int64, [None], "one")
    best = tf.placeholder(tf.int64, [None, 3], "best")
    weights = tf.placeholder(tf.float32, [None], "weights")
    pairs = {
        "recall": metrics.streaming_recall_at_k(scores, one, 2),
        "recall_weighted": metrics.streaming_recall_at_k(scores, one, 1, weights, ["m"], ["u"], "own"),
        "sparse_recall": metrics.streaming_sparse_recall_at_k(scores, labels, 2),
        "sparse_recall_class": metrics.streaming_sparse_recall_at_k(scores, labels, 3, class_id=1, weights=weights),
        "recall_at_top": metrics.sparse_recall_at_top_k(labels, best),
        "precision": metrics.streaming_sparse_precision_at_k(scores, labels, 3),
        "precision_at_top": metrics.streaming_sparse_precision_at_top_k(best, labels, class_id=2),
        "average": metrics.streaming_sparse_average_precision_at_k(scores, labels, 3, weights=weights),
    }
    fetches = {label: value for label, (value, _) in pairs.items()}
    return fetches | {f"{label}_update": update for label, (_, update) in pairs.items()}


def run(tf, session, fetches):
    session.run(tf.local_variables_initializer())
    random = np.random.default_rng(4)
    feeds = {
        "scores:0": random.standard_normal((4, 5)).astype(np.float32),
        "labels:0": [[0, 1], [2, 3], [1, 4], [2, 2]],
        "one:0": [0, 3, 1, 2],
        "best:0": [[0, 2, 3], [2, 3, 1], [0, 3, 4], [1, 2, 4]],
        "weights:0": [1.0, 0.5, 2.0, 0.0],
    }
    updates = {label: fetch for label, fetch in fetches.items() if label.endswith("_update")}
    found = session.run(updates, feeds)
    return {**found, **session.run({label: fetch for label, fetch in fetches.items() if label not in updates})}


def errors(tf):
    metrics = tf.contrib.metrics
    return {"k": (lambda: metrics.streaming_sparse_recall_at_k(tf.ones([2, 3]), [[1], [2]], 0), "")}
