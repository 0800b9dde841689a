"""tf.train.experimental: scaled losses, fixed and dynamic."""

import numpy as np


def build(tf):
    experimental = tf.train.experimental
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    weights = tf.get_variable("weights", [2, 1], initializer=tf.ones_initializer(), use_resource=True)
    table = tf.get_variable("table", [3, 1], initializer=tf.ones_initializer(), use_resource=True)
    loss = tf.reduce_mean(tf.square(tf.matmul(x, weights))) + tf.reduce_sum(tf.gather(table, [0, 2]))
    fixed = experimental.MixedPrecisionLossScaleOptimizer(tf.train.GradientDescentOptimizer(0.1), 8)
    step = tf.train.get_or_create_global_step()
    dynamic = experimental.enable_mixed_precision_graph_rewrite(
        tf.train.MomentumOptimizer(0.01, 0.9), experimental.DynamicLossScale(4.0, increment_period=2, multiplier=3.0)
    )
    return {
        "fixed": fixed.minimize(loss).name,
        "dynamic": dynamic.minimize(loss, step, name="train").name,
        "config": repr(sorted(experimental.DynamicLossScale(2.0, 3).get_config().items())),
        "text": repr(experimental.FixedLossScale(2)),
        "variables": [variable.name for variable in dynamic.variables()],
        "nothing": experimental.disable_mixed_precision_graph_rewrite(),
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    found = {}
    for i, x in enumerate(([[1, 2], [3, -1]], [[0, 1], [1, 1]], [[np.inf, 1], [1, 1]], [[1, 0], [0, 1]])):
        session.run(["GradientDescent"] if i == 0 else ["train"], {"x:0": np.float32(x)})
        for variable in tf.global_variables():
            found[f"{variable.op.name} {i}"] = session.run(variable)
    return found


def errors(tf):
    experimental = tf.train.experimental
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    return {
        "below 1": (lambda: experimental.FixedLossScale(0.5), "loss_scale_value must be at least 1"),
        "text": (lambda: experimental.FixedLossScale("2"), "must be a Python int or float"),
        "unknown": (
            lambda: experimental.MixedPrecisionLossScaleOptimizer(optimizer, "other"),
            "Could not interpret loss scale identifier",
        ),
        "none": (lambda: experimental.MixedPrecisionLossScaleOptimizer(optimizer, None), "loss_scale cannot be None"),
        "no optimizer": (lambda: experimental.enable_mixed_precision_graph_rewrite(3), "must be an instance of"),
        "twice": (
            lambda: experimental.enable_mixed_precision_graph_rewrite(
                experimental.MixedPrecisionLossScaleOptimizer(optimizer, 2)
            ),
            "must not already be an instance",
        ),
    }
