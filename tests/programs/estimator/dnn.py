"""tf.estimator.DNNClassifier, DNNRegressor and both combined with linear models: graphs, numbers and variables."""

import numpy as np
from programs.estimator_runs import NAMES, X, add_graphs, folder, run_canned, run_once, with_names


def build(tf):
    kept, build.found = run_once(tf, __name__, trained)
    add_graphs(tf, kept)
    return {}


def trained(tf):
    kept, found = {}, {}
    classes = np.array([0, 1, 2, 0, 1, 1])
    numbers = tf.feature_column.numeric_column("x", (2,))
    ids = tf.feature_column.categorical_column_with_vocabulary_list("c", sorted(set(NAMES)))
    embedded = tf.feature_column.embedding_column(ids, 2)
    spec = tf.feature_column.make_parse_example_spec([numbers, ids])
    config = tf.estimator.RunConfig(tf_random_seed=3)
    estimator = tf.estimator
    for name, make, labels in (
        (
            "deep",
            lambda path: estimator.DNNClassifier(
                [4, 3], [numbers, embedded], path, 3, dropout=0.5, batch_norm=True, config=config
            ),
            classes,
        ),
        ("plain", lambda path: estimator.DNNRegressor([3], [numbers], path, config=config), X[:, 0]),
        (
            "both",
            lambda path: estimator.DNNLinearCombinedClassifier(
                path, [ids], dnn_feature_columns=[numbers], dnn_hidden_units=[3], config=config
            ),
            classes % 2,
        ),
    ):
        with folder() as path, tf.Graph().as_default():
            found.update(run_canned(tf, make(path), with_names(tf, labels), spec, kept, name))
    return kept, found


def run(tf, session, fetches):
    return build.found


def errors(tf):
    combined = tf.estimator.DNNLinearCombinedRegressor
    return {"no columns": (lambda: combined(), "must be defined")}
