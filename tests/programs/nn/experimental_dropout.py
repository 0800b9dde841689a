"""tf.nn.experimental: dropout by seeds and by other samplers."""

import numpy as np


def build(tf):
    nn = tf.nn.experimental
    x = tf.constant(np.arange(1, 25, dtype=np.float32).reshape(4, 6))
    rate = tf.placeholder(tf.float32, [], name="rate")
    return {
        "seeded": nn.stateless_dropout(x, 0.5, [1, 2]),
        "by algorithm": nn.stateless_dropout(x, 0.25, seed=tf.constant([3, 4], tf.int64), rng_alg="auto_select"),
        "columns": nn.stateless_dropout(x, 0.5, [5, 6], noise_shape=[1, None], name="columns"),
        "fed rate": nn.stateless_dropout(x, rate, [7, 8]),
        "nothing": nn.stateless_dropout(x, 0, [7, 8]),
        "sampler": nn.general_dropout(
            x, 0.5, lambda shape, dtype: tf.random.stateless_uniform(shape, [1, 2], dtype=dtype)
        ),
        "named": nn.general_dropout(
            x, rate, lambda shape, dtype: tf.fill(shape, 0.5), noise_shape=[4, 1], name="named"
        ),
    }


def run(tf, session, fetches):
    return session.run(fetches, {"rate:0": 0.4})


def errors(tf):
    nn = tf.nn.experimental
    return {
        "rate": (lambda: nn.stateless_dropout([1.0], 1.0, [1, 2]), "range"),
        "ints": (lambda: nn.general_dropout([1], 0.5, None), "floating point"),
    }
