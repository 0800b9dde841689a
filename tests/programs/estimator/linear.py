"""tf.estimator.LinearClassifier and LinearRegressor: graphs, numbers, variables and signatures."""

import numpy as np
from programs.estimator_runs import X, add_graphs, folder, run_canned, run_once, with_names


def build(tf):
    kept, build.found = run_once(tf, __name__, trained)
    add_graphs(tf, kept)
    return {}


def trained(tf):
    kept, found = {}, {}
    binary = np.array([0, 1, 1, 0, 1, 1])
    numbers = tf.feature_column.numeric_column("x", (2,))
    ids = tf.feature_column.categorical_column_with_vocabulary_list("c", ["u", "v", "w"])
    spec = tf.feature_column.make_parse_example_spec([numbers, ids])
    classifier, regressor = tf.estimator.LinearClassifier, tf.estimator.LinearRegressor
    for name, make, labels in (
        ("two", lambda path: classifier([numbers, ids], path), binary),
        ("pairs", lambda path: regressor([ids], path, 2, optimizer="SGD"), np.stack([X[:, 0], X[:, 1]], 1)),
    ):
        with folder() as path, tf.Graph().as_default():
            found.update(run_canned(tf, make(path), with_names(tf, labels), spec, kept, name))
    return kept, found


def run(tf, session, fetches):
    return build.found
