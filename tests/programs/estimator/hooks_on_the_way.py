"""tf.estimator.experimental: hooks that stop a training or evaluate during it; specs that ready-made estimators parse."""

import numpy as np
from programs.estimator_runs import batches, events, folder, once, run_once


def build(tf):
    _, build.found = run_once(tf, __name__, trained)
    return {}


def model(tf, features, labels, mode):
    w = tf.get_variable("w", [2, 1], initializer=tf.ones_initializer())
    loss = tf.losses.mean_squared_error(labels, tf.matmul(features["x"], w))
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op)


def trained(tf):
    experimental, found = tf.estimator.experimental, {}

    def model_fn(features, labels, mode):
        return model(tf, features, labels, mode)

    with folder() as path:
        estimator = tf.estimator.Estimator(model_fn, path)
        evaluating = experimental.InMemoryEvaluatorHook(estimator, once(tf), name="memory", every_n_iter=2)
        never = stopping(tf, estimator, lambda: False)
        estimator.train(batches(tf), steps=5, hooks=[evaluating, never])
        found["evaluations"] = events(tf, estimator.eval_dir("memory"))
        for _ in range(2):
            estimator.evaluate(once(tf))
            estimator.train(batches(tf), steps=2, hooks=[never])
        estimator.evaluate(once(tf))
        hooks = {
            "higher": experimental.stop_if_higher_hook,
            "lower": experimental.stop_if_lower_hook,
            "no decrease": experimental.stop_if_no_decrease_hook,
            "no increase": experimental.stop_if_no_increase_hook,
        }
        for label, make, limit in [
            *((f"{kind} {limit}", hooks[kind], limit) for kind in ("higher", "lower") for limit in (1e-6, 10.0)),
            *((kind, hooks[kind], 3) for kind in ("no decrease", "no increase")),
        ]:
            first = estimator.get_variable_value("global_step")
            hook = make(estimator, "loss", limit, run_every_secs=None, run_every_steps=1)
            estimator.train(batches(tf), steps=4, hooks=[hook])
            found[label] = estimator.get_variable_value("global_step") - first
        found["stop"] = estimator.get_variable_value("signal_early_stopping/STOP")
        found["names"] = estimator.get_variable_names()
        last = experimental.make_stop_at_checkpoint_step_hook(estimator, 40)
        estimator.train(batches(tf), hooks=[last, never])
        found["last"] = estimator.get_variable_value("global_step")
    number = tf.feature_column.numeric_column("x")
    found["specs"] = [
        str(sorted(spec.items()))
        for spec in (
            tf.estimator.classifier_parse_example_spec([number], "l", tf.string, "d", weight_column="w"),
            tf.estimator.regressor_parse_example_spec([number], "l", label_dimension=3, weight_column="w"),
        )
    ]
    return {}, found


def stopping(tf, estimator, function):
    return tf.estimator.experimental.make_early_stopping_hook(estimator, function, None, 1)


def run(tf, session, fetches):
    return build.found


def errors(tf):
    experimental = tf.estimator.experimental
    estimator = tf.estimator.Estimator(lambda features, mode: 1, "somewhere")
    early = experimental.make_early_stopping_hook
    number = tf.feature_column.numeric_column("x")
    parsed = tf.estimator.classifier_parse_example_spec

    def never():
        return np.False_

    return {
        "estimator": (lambda: early(3, never), "must have type"),
        "neither": (lambda: early(estimator, never, None, None), "every_secs or every_steps"),
        "both": (lambda: early(estimator, never, 1, 1), "Only one of"),
        "function": (lambda: early(estimator, 3), "must be callable"),
        "every": (lambda: experimental.InMemoryEvaluatorHook(estimator, never, every_n_iter=0), "every_n_iter=0"),
        "label": (lambda: parsed([number], "x"), "label should not be used as feature"),
        "weight": (lambda: parsed([number], "l", weight_column="x"), "weight_column should not be used"),
        "weights": (lambda: parsed([number], "l", weight_column=3), "instance of tf.feature_column.numeric_column"),
    }
