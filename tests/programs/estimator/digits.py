"""A training script with tf.estimator on handwritten digits: a small network fed with arrays, loss by loss."""

from pathlib import Path

import numpy as np
from programs.estimator_runs import folder, run_once

DATA = Path(__file__).resolve().parents[2] / "golden" / "digits" / "digits.npz"
RTOL = 2e-4


def build(tf):
    _, build.found = run_once(tf, __name__, trained)
    return {}


def model_fn_of(tf):
    def model_fn(features, labels, mode, params):
        net = tf.layers.flatten(features["image"])
        for units in params["hidden"]:
            net = tf.layers.dense(net, units, tf.nn.relu, kernel_initializer=tf.glorot_uniform_initializer(seed=5))
        logits = tf.layers.dense(net, 10, kernel_initializer=tf.glorot_uniform_initializer(seed=6))
        digit = tf.argmax(logits, 1)
        if mode == tf.estimator.ModeKeys.PREDICT:
            predictions = {"digit": digit, "probabilities": tf.nn.softmax(logits)}
            return tf.estimator.EstimatorSpec(mode, predictions=predictions)
        loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
        step = tf.train.get_global_step()
        rate = tf.train.exponential_decay(params["rate"], step, 10, 0.9)
        train_op = tf.train.MomentumOptimizer(rate, 0.9).minimize(loss, step)
        metrics = {"accuracy": tf.metrics.accuracy(labels, digit)}
        return tf.estimator.EstimatorSpec(mode, loss=loss, train_op=train_op, eval_metric_ops=metrics)

    return model_fn


def trained(tf):
    losses = []

    class Losses(tf.train.SessionRunHook):
        def before_run(self, run_context):
            return tf.train.SessionRunArgs(run_context.session.graph.get_collection(tf.GraphKeys.LOSSES)[0])

        def after_run(self, run_context, run_values):
            losses.append(run_values.results)

    with np.load(DATA) as data:
        images, digits, test_images, test_digits = (data[k] for k in ("x_train", "y_train", "x_test", "y_test"))
    feed = tf.estimator.inputs.numpy_input_fn
    train_input = feed({"image": images}, digits, batch_size=32, num_epochs=None, shuffle=False)
    test_input = feed({"image": test_images}, test_digits, batch_size=100, shuffle=False)
    with folder() as path:
        config = tf.estimator.RunConfig(save_checkpoints_steps=20, log_step_count_steps=10)
        params = {"hidden": [16], "rate": 0.1}
        estimator = tf.estimator.Estimator(model_fn_of(tf), path, config, params)
        train_spec = tf.estimator.TrainSpec(train_input, max_steps=40, hooks=[Losses()])
        eval_spec = tf.estimator.EvalSpec(test_input, steps=None, throttle_secs=0)
        results, _ = tf.estimator.train_and_evaluate(estimator, train_spec, eval_spec)
        predicted = list(estimator.predict(test_input))
    assert results["accuracy"] > 0.8
    return {}, {
        "losses": np.array(losses),
        "accuracy": results["accuracy"],
        "loss": results["loss"],
        "digits": np.array([one["digit"] for one in predicted]),
        "probabilities": np.array([one["probabilities"] for one in predicted[:10]]),
    }


def run(tf, session, fetches):
    return build.found
