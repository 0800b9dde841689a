"""tf.metrics: means, counts, precision and recall over several batches."""


def build(tf):
    labels = tf.placeholder(tf.int64, [None], "labels")
    classes = tf.placeholder(tf.int64, [None], "classes")
    weights = tf.placeholder(tf.float32, [None], "weights")
    targets = tf.placeholder(tf.float32, [None, 2], "targets")
    outputs = tf.placeholder(tf.float32, [None, 2], "outputs")
    fixed = tf.placeholder(tf.float32, [2, 2], "fixed")
    metrics = tf.metrics
    pairs = {
        "mean": metrics.mean(outputs),
        "mean_weighted": metrics.mean(weights, weights, name="weighted"),
        "mean_tensor": metrics.mean_tensor(fixed, name="tensor"),
        "accuracy": metrics.accuracy(labels, classes, metrics_collections=["values"], updates_collections="updates"),
        "accuracy_weighted": metrics.accuracy(labels, classes, weights, name="accurate"),
        "absolute": metrics.mean_absolute_error(targets, outputs),
        "squared": metrics.mean_squared_error(targets, outputs, [[0.5], [1.0]]),
        "root": metrics.root_mean_squared_error(targets, outputs),
        "relative": metrics.mean_relative_error(targets, outputs, targets),
        "cosine": metrics.mean_cosine_distance(targets, outputs, 1),
        "below": metrics.percentage_below(outputs, 0.5),
        "true_positives": metrics.true_positives(labels, classes),
        "true_negatives": metrics.true_negatives(labels, classes),
        "false_positives": metrics.false_positives(labels, classes, 2.0),
        "false_negatives": metrics.false_negatives(labels, classes, name="missed"),
        "precision": metrics.precision(labels, classes),
        "recall": metrics.recall(labels, classes, updates_collections=["updates"]),
        "iou": metrics.mean_iou(labels, classes, 3),
    }
    tf.constant([one.name for one in tf.get_collection("values") + tf.get_collection("updates")], name="collected")
    tf.constant([v.name for v in tf.get_collection(tf.GraphKeys.METRIC_VARIABLES)], name="variables")
    fetches = {label: value for label, (value, _) in pairs.items()}
    fetches.update({f"{label}_update": update for label, (_, update) in pairs.items()})
    return fetches


FEEDS = {
    "labels:0": [0, 1, 2, 0],
    "classes:0": [0, 1, 1, 2],
    "weights:0": [1.0, 0.5, 0.0, 2.0],
    "targets:0": [[1, 0], [0.5, 2]],
    "outputs:0": [[0.25, 1], [0.5, -1]],
    "fixed:0": [[1, 2], [3, 4]],
}


def run(tf, session, fetches):
    updates = [label for label in fetches if label.endswith("_update")]
    session.run(tf.local_variables_initializer())
    results = session.run({label: fetches[label] for label in updates}, FEEDS)
    session.run(
        [fetches[label] for label in updates], {**FEEDS, "classes:0": [0, 1, 2, 0], "fixed:0": [[0, 0], [1, 1]]}
    )
    results.update(session.run({label: fetches[label] for label in fetches if label not in updates}))
    return results


def errors(tf):
    metrics = tf.metrics
    ones = tf.ones
    return {
        "shapes": (lambda: metrics.accuracy(ones([2]), ones([3])), "incompatible"),
        "weights": (lambda: metrics.mean(ones([2, 2]), ones([3, 2])), "weights can not be broadcast"),
        "open shape": (lambda: metrics.mean_tensor(tf.placeholder(tf.float32, [None])), "partially known"),
        "iou shapes": (lambda: metrics.mean_iou(ones([2]), ones([3]), 2), "incompatible"),
    }
