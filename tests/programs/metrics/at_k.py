"""tf.metrics: what is among the best k classes."""


def build(tf):
    labels = tf.placeholder(tf.int64, [None, None], "labels")
    label = tf.placeholder(tf.int64, [4], "label")
    scores = tf.placeholder(tf.float32, [4, 5], "scores")
    unknown = tf.placeholder(tf.int64, name="unknown")
    top = tf.placeholder(tf.int64, [4, 3], "top")
    weights = tf.placeholder(tf.float32, [4], "weights")
    sparse = tf.SparseTensor([[0, 0], [0, 1], [1, 0], [3, 0]], tf.constant([1, 3, 0, 2], tf.int64), [4, 2])
    metrics = tf.metrics
    pairs = {
        "recall": metrics.recall_at_k(label, scores, 2),
        "recall_class": metrics.recall_at_k(labels, scores, 2, class_id=1, name="r"),
        "recall_weighted": metrics.recall_at_k(label, scores, 2, weights=weights),
        "recall_sparse": metrics.recall_at_k(sparse, scores, 2, weights=weights, updates_collections="updates"),
        "recall_sparse_class": metrics.recall_at_k(sparse, scores, 3, 3),
        "recall_unknown": metrics.recall_at_k(unknown, scores, 2, weights=tf.placeholder_with_default(2.0, None)),
        "recall_top": metrics.recall_at_top_k(labels, top),
        "recall_top_k": metrics.recall_at_top_k(labels, top, 3, 1, 2.0),
        "precision": metrics.precision_at_k(label, scores, 2, metrics_collections=["values"]),
        "precision_class": metrics.precision_at_k(labels, scores, 2, class_id=1, weights=weights, name="p"),
        "precision_sparse": metrics.precision_at_k(sparse, scores, 1),
        "precision_sparse_class": metrics.precision_at_k(sparse, scores, 1, 0, weights),
        "precision_top": metrics.precision_at_top_k(labels, top),
        "precision_top_k": metrics.precision_at_top_k(labels, top, 2, 1, weights),
        "average": metrics.average_precision_at_k(label, scores, 2),
        "average_labels": metrics.average_precision_at_k(labels, scores, 3, weights, name="a"),
        "average_unknown": metrics.average_precision_at_k(unknown, scores, 1),
        "average_sparse": metrics.average_precision_at_k(sparse, scores, 4, updates_collections=["updates"]),
        "sparse_average": metrics.sparse_average_precision_at_k(label, scores, 1),
        "sparse_precision": metrics.sparse_precision_at_k(label, scores, 2, 3),
    }
    tf.constant([one.name for one in tf.get_collection("values") + tf.get_collection("updates")], name="collected")
    tf.constant([v.name for v in tf.get_collection(tf.GraphKeys.METRIC_VARIABLES)], name="variables")
    fetches = {name: value for name, (value, _) in pairs.items()}
    fetches.update({f"{name}_update": update for name, (_, update) in pairs.items()})
    return fetches


FEEDS = {
    "labels:0": [[1, 2], [0, 1], [3, 3], [4, -1]],
    "label:0": [1, 4, 0, 2],
    "unknown:0": [2, 4, 7, 2],
    "scores:0": [[0.1, 0.4, 0.2, 0.3, 0], [0.5, 0.1, 0.2, 0.3, 0.4], [0, 0, 0, 1, 0.5], [0.3, 0.1, 0.7, 0.2, 0.9]],
    "top:0": [[1, 2, 0], [3, 4, 1], [1, 3, 0], [0, 1, 2]],
    "weights:0": [1.0, 0.5, 0.0, 2.0],
}


def run(tf, session, fetches):
    updates = [name for name in fetches if name.endswith("_update")]
    session.run(tf.local_variables_initializer())
    results = session.run({name: fetches[name] for name in updates}, FEEDS)
    session.run([fetches[name] for name in updates], {**FEEDS, "label:0": [0, 0, 3, 3], "labels:0": [[1]] * 4})
    results.update(session.run({name: fetches[name] for name in fetches if name not in updates}))
    return results


def errors(tf):
    metrics = tf.metrics
    ones = tf.ones
    classes = lambda *dims: tf.zeros(dims, tf.int64)
    return {
        "k": (lambda: metrics.average_precision_at_k(classes(2), ones([2, 3]), 0), "Invalid k=0"),
        "labels": (lambda: metrics.recall_at_k(ones([2]), ones([2, 3]), 1), "Types don't match"),
        "batch": (lambda: metrics.recall_at_top_k(classes(4, 1), classes(2, 2)), "must be equal"),
        "scores": (lambda: metrics.precision_at_k(classes(2), ones([]), 1), "at least rank 1|>= 1-D"),
    }
