"""tf.estimator.BaselineClassifier and BaselineRegressor: graphs, numbers and signatures, and what heads refuse."""

import numpy as np
from programs.estimator_runs import X, add_graphs, folder, run_canned, run_once

WEIGHTS = np.arange(6, dtype=np.float32)


def examples(tf, labels, size=3):
    return lambda: tf.data.Dataset.from_tensor_slices(({"x": X, "w": WEIGHTS}, labels)).batch(size)


def build(tf):
    kept, build.found = run_once(tf, __name__, trained)
    add_graphs(tf, kept)
    return {}


def trained(tf):
    kept, found = {}, {}
    binary = np.array([0, 1, 1, 0, 1, 1])
    names = np.array(["a", "b", "c", "a", "b", "b"])
    values = np.array([0, 1, 1, 0, 1, 1], np.float32)
    classifier, regressor = tf.estimator.BaselineClassifier, tf.estimator.BaselineRegressor
    spec = {"x": tf.FixedLenFeature([2], tf.float32)}
    for name, make, labels in (
        ("two", classifier, binary),
        ("named", lambda path: classifier(path, n_classes=3, label_vocabulary=["a", "b", "c"]), names),
        ("weighted", lambda path: classifier(path, weight_column="w", optimizer="SGD"), binary),
        ("values", lambda path: regressor(path, weight_column="w", loss_reduction="weighted_mean"), values),
        ("pairs", lambda path: regressor(path, label_dimension=2), np.stack([values, 2 * values], 1)),
    ):
        with folder() as path, tf.Graph().as_default():
            found.update(run_canned(tf, make(path), examples(tf, labels), spec, kept, name))
    return kept, found


def run(tf, session, fetches):
    return build.found


def errors(tf):
    classifier, regressor = tf.estimator.BaselineClassifier, tf.estimator.BaselineRegressor

    def train(make, labels):
        with folder() as path:
            make(path).train(examples(tf, np.array(labels)), steps=1)

    zeros = [0, 1, 0, 1, 0, 1]

    def three(path):
        return classifier(path, n_classes=3)

    return {
        "one class": (lambda: classifier(n_classes=1), "n_classes must be > 2"),
        "vocabulary": (lambda: classifier(n_classes=3, label_vocabulary=3), "list or a tuple"),
        "reduction": (lambda: classifier(loss_reduction="x"), "Invalid loss_reduction"),
        "no reduction": (lambda: regressor(loss_reduction="none"), "Invalid loss_reduction"),
        "dimension": (lambda: regressor(label_dimension=0), "Invalid label_dimension"),
        "optimizer": (lambda: train(lambda path: classifier(path, optimizer="x"), zeros), "Unsupported optimizer name"),
        "no optimizer": (lambda: train(lambda path: classifier(path, optimizer=3), zeros), "not an Optimizer"),
        "float classes": (lambda: train(three, [0.0] * 6), "dtype should be integer"),
        "label shape": (lambda: train(three, np.zeros([6, 2], np.int64)), "Mismatched label shape"),
        "no weights": (lambda: train(lambda path: classifier(path, weight_column="v"), zeros), "Feature v is not in"),
        "range": (lambda: train(three, [0, 3, 2, 1, 0, 1]), "(?s)."),
    }
