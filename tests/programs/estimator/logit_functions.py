"""tf.estimator.experimental: functions of logits that users put their models together of."""

import numpy as np

X = np.arange(12, dtype=np.float32).reshape(6, 2) / 8


def build(tf):
    experimental = tf.estimator.experimental
    columns = [tf.feature_column.numeric_column("x", (2,))]
    features = {"x": tf.constant(X)}

    def doubled(features, mode, params, config):
        return {"twice": features["x"] * params, mode: features["x"]}

    deep = experimental.dnn_logit_fn_builder(2, [3, 2], columns, tf.nn.relu, 0.5, None, False)
    with tf.variable_scope("deep"):
        experimental.call_logit_fn(deep, features, tf.estimator.ModeKeys.TRAIN, None, None)
    normalized = experimental.dnn_logit_fn_builder(1, [2], columns, tf.nn.relu, None, None, True)
    with tf.variable_scope("normalized"):
        normalized(features, tf.estimator.ModeKeys.EVAL)
    wide = experimental.linear_logit_fn_builder(2, columns)
    with tf.variable_scope("wide"):
        logits = experimental.call_logit_fn(wide, features, tf.estimator.ModeKeys.EVAL, None, None)
    made = experimental.call_logit_fn(doubled, features, "eval", 2.0, None)
    return {"wide": logits, **made}


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches)


def errors(tf):
    experimental = tf.estimator.experimental
    return {
        "units": (
            lambda: experimental.dnn_logit_fn_builder(1.5, [2], [], None, None, None, False),
            "units must be an int",
        ),
        "list": (
            lambda: experimental.call_logit_fn(lambda features: [1], {}, "eval", None, None),
            "logit_fn should return",
        ),
    }
