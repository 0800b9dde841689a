"""tf.metrics: means over classes."""


def build(tf):
    labels = tf.placeholder(tf.int64, [None], "labels")
    classes = tf.placeholder(tf.int32, [None], "classes")
    pictures = tf.placeholder(tf.int32, [2, 2], "pictures")
    weights = tf.placeholder(tf.float64, [2, 2], "weights")
    metrics = tf.metrics
    pairs = {
        "accuracy": metrics.mean_per_class_accuracy(labels, classes, 3, updates_collections="updates"),
        "accuracy_weighted": metrics.mean_per_class_accuracy(
            pictures, tf.transpose(pictures), 2, weights, metrics_collections=["values"], name="weighted"
        ),
        "iou_weighted": metrics.mean_iou(pictures, tf.transpose(pictures), 2, weights),
    }
    tf.constant([one.name for one in tf.get_collection("values") + tf.get_collection("updates")], name="collected")
    fetches = {label: value for label, (value, _) in pairs.items()}
    fetches.update({f"{label}_update": update for label, (_, update) in pairs.items()})
    return fetches


FEEDS = {
    "labels:0": [0, 1, 2, 0],
    "classes:0": [0, 1, 1, 2],
    "pictures:0": [[0, 1], [0, 1]],
    "weights:0": [[1.0, 0.5], [0.0, 2.0]],
}


def run(tf, session, fetches):
    updates = [label for label in fetches if label.endswith("_update")]
    session.run(tf.local_variables_initializer())
    results = session.run({label: fetches[label] for label in updates}, FEEDS)
    session.run([fetches[label] for label in updates], {**FEEDS, "labels:0": [1, 1, 1, 1]})
    results.update(session.run({label: fetches[label] for label in fetches if label not in updates}))
    return results


def errors(tf):
    metrics = tf.metrics
    classes = tf.zeros
    return {
        "shapes": (lambda: metrics.mean_per_class_accuracy(classes([2]), classes([3]), 2), "incompatible"),
        "weights": (
            lambda: metrics.mean_per_class_accuracy(classes([2]), classes([2]), 2, tf.ones([3])),
            "must be equal",
        ),
    }
