"""tf.contrib.metrics: the accuracy of a batch, F1 scores, metrics over all batches with predictions first."""


def build(tf):
    metrics = tf.contrib.metrics
    x = tf.placeholder(tf.int32, [None, 3], "x")
    y = tf.placeholder(tf.int32, [None, 3], "y")
    weights = tf.placeholder(tf.float32, [None, 3], "weights")
    labels = tf.placeholder(tf.bool, [None], "labels")
    scores = tf.placeholder(tf.float32, [None], "scores")
    words = tf.placeholder(tf.string, [2], "words")
    pairs = {
        "f1": metrics.f1_score(labels, scores, num_thresholds=5),
        "f1_weighted": metrics.f1_score(
            labels,
            scores,
            weights=scores,
            num_thresholds=3,
            name="own",
            metrics_collections="m",
            updates_collections=["u"],
        ),
        "streaming_accuracy": metrics.streaming_accuracy(x, y, weights),
        "streaming_mean": metrics.streaming_mean(scores),
        "streaming_auc": metrics.streaming_auc(scores, labels, num_thresholds=4),
        "streaming_precision": metrics.streaming_precision(scores > 0.5, labels),
        "streaming_recall": metrics.streaming_recall(scores > 0.5, labels, name="found"),
        "streaming_squares": metrics.streaming_mean_squared_error(scores, scores * 2.0),
        "streaming_less": metrics.streaming_percentage_less(scores, 0.5),
        "streaming_at": metrics.streaming_recall_at_thresholds(scores, labels, [0.3, 0.6]),
    }
    values, updates = metrics.aggregate_metric_map(pairs)
    assert metrics.aggregate_metrics(*pairs.values()) == (list(values.values()), list(updates.values()))
    fetches = {
        "accuracy": metrics.accuracy(x, y),
        "accuracy_weighted": metrics.accuracy(x, y, weights, name="share"),
        "accuracy_words": metrics.accuracy(words, words),
        "accuracy_scalar": metrics.accuracy(labels, labels, tf.constant(2.0)),
        **values,
        **{f"{label}_update": update for label, update in updates.items()},
    }
    tf.constant([one.name for key in ("m", "u", "local_variables") for one in tf.get_collection(key)], name="collected")
    return fetches


FEEDS = {
    "x:0": [[1, 2, 3], [0, 1, 5]],
    "y:0": [[1, 0, 3], [0, 2, 5]],
    "weights:0": [[1.0, 2.0, 0.0], [0.5, 1.0, 1.0]],
    "labels:0": [True, False, True, False],
    "scores:0": [0.9, 0.4, 0.6, 0.1],
    "words:0": ["a", "b"],
}


def run(tf, session, fetches):
    session.run(tf.local_variables_initializer())
    updates = {label: one for label, one in fetches.items() if label.endswith("_update")}
    results = session.run(updates, FEEDS)
    return {**results, **session.run({label: one for label, one in fetches.items() if label not in updates}, FEEDS)}


def errors(tf):
    metrics = tf.contrib.metrics

    def ones(dtype, *dims):
        return tf.ones(dims, dtype)

    return {
        "floats": (lambda: metrics.accuracy(ones(tf.float32, 2), ones(tf.float32, 2)), "Labels should have bool"),
        "shapes": (lambda: metrics.accuracy(ones(tf.int32, 2), ones(tf.int32, 3)), "must be equal"),
        "dtypes": (lambda: metrics.accuracy(ones(tf.int32, 2), ones(tf.int64, 2)), "Dtypes of predictions and labels"),
        "f1": (lambda: metrics.f1_score(ones(tf.float32, 2), ones(tf.float32, 3)), "are incompatible"),
        "no metrics": (lambda: metrics.aggregate_metrics(), "at least one"),
    }
