"""Learning rates by step: exponential, natural, inverse, polynomial, piecewise constant and the cosines."""

import numpy as np


def build(tf):
    step = tf.placeholder_with_default(tf.constant(7, tf.int32), [], name="step")
    made = {}
    train = tf.train
    for label, at in (("int", step), ("variable", tf.get_variable("v", initializer=np.int64(3), trainable=False))):
        with tf.name_scope(label):
            made |= {
                f"{label} exponential": train.exponential_decay(0.1, at, 5, 0.9),
                f"{label} staircase": train.exponential_decay(0.1, at, 5, 0.9, staircase=True, name="stairs"),
                f"{label} natural": train.natural_exp_decay(0.1, at, 5, 0.9),
                f"{label} natural staircase": train.natural_exp_decay(0.1, at, 5, 0.9, staircase=True),
                f"{label} inverse": train.inverse_time_decay(0.1, at, 5, 0.9),
                f"{label} inverse staircase": train.inverse_time_decay(tf.constant(0.1), at, 5, 0.9, staircase=True),
                f"{label} polynomial": train.polynomial_decay(0.1, at, 5),
                f"{label} cycle": train.polynomial_decay(0.1, at, 5, 0.01, power=2.0, cycle=True),
                f"{label} cosine": train.cosine_decay(0.1, at, 10, alpha=0.1),
                f"{label} restarts": train.cosine_decay_restarts(0.1, at, 4),
                f"{label} restarts even": train.cosine_decay_restarts(0.1, at, 4, t_mul=1.0, m_mul=0.5, alpha=0.1),
                f"{label} linear cosine": train.linear_cosine_decay(0.1, at, 10),
            }
    wide = tf.cast(step, tf.int64)
    made["piecewise"] = train.piecewise_constant(step, [2, 5, 9], [1.0, 0.5, 0.25, 0.1])
    made["piecewise one"] = train.piecewise_constant(wide, [5], [1.0, 0.5], name="one")
    made["piecewise float"] = train.piecewise_constant(tf.cast(step, tf.float32), [5.0, 6.0], [1, 2, 3])
    made["noisy"] = tf.shape(train.noisy_linear_cosine_decay(0.1, step, 10))
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    found = {}
    for at in (0, 4, 5, 9, 23):
        values = session.run(dict(fetches), {"step:0": at})
        found |= {f"{label} {at}": value for label, value in values.items()}
    return found


def errors(tf):
    train = tf.train
    return {
        "exponential": (lambda: train.exponential_decay(0.1, None, 5, 0.9), ""),
        "natural": (lambda: train.natural_exp_decay(0.1, None, 5, 0.9), ""),
        "inverse": (lambda: train.inverse_time_decay(0.1, None, 5, 0.9), ""),
        "polynomial": (lambda: train.polynomial_decay(0.1, None, 5), ""),
        "cosine": (lambda: train.cosine_decay(0.1, None, 5), ""),
        "restarts": (lambda: train.cosine_decay_restarts(0.1, None, 5), ""),
        "linear": (lambda: train.linear_cosine_decay(0.1, None, 5), ""),
        "noisy": (lambda: train.noisy_linear_cosine_decay(0.1, None, 5), ""),
        "lengths": (lambda: train.piecewise_constant(1, [1, 2], [1.0]), ""),
        "boundary types": (lambda: train.piecewise_constant(tf.constant(1), [1.5], [1.0, 2.0]), ""),
        "value types": (lambda: train.piecewise_constant(tf.constant(1), [1], [1.0, tf.constant(2)]), ""),
        "x": (lambda: train.piecewise_constant(tf.constant(1.0), [tf.constant(1)], [1.0, 2.0]), ""),
    }
