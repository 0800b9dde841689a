"""tf.estimator.add_metrics."""

import numpy as np
from programs.estimator_runs import add_graphs, batches, folder, graph_keeper, once, run_once


def build(tf):
    kept, build.found = run_once(tf, __name__, trained)
    add_graphs(tf, kept)
    return {}


def trained(tf):
    kept, found = {}, {}

    def further(labels, predictions, features, config):
        assert config.model_dir
        return {
            "mean_x": tf.metrics.mean(features["x"]),
            "label/mean": tf.metrics.mean(labels * 2),
            "squares": tf.metrics.mean_squared_error(labels, predictions["predictions"]),
        }

    with folder() as path, tf.Graph().as_default():
        regressor = tf.estimator.LinearRegressor([tf.feature_column.numeric_column("x", (2,))], path)
        estimator = tf.estimator.add_metrics(regressor, further)
        estimator.train(batches(tf), steps=2)
        results = estimator.evaluate(once(tf), hooks=[graph_keeper(tf, kept, "eval")])
        found.update({key: np.asarray(value) for key, value in results.items()})
    return kept, found


def run(tf, session, fetches):
    return build.found


def errors(tf):
    estimator = tf.estimator.LinearRegressor([tf.feature_column.numeric_column("x")], "/nowhere")
    return {
        "parameters": (lambda: tf.estimator.add_metrics(estimator, lambda x: {}), "has following not expected args")
    }
