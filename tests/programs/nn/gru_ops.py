"""The ops of a gated recurrent unit: a step, and its gradient."""

import numpy as np

INPUTS, UNITS, BATCH = 5, 3, 4


def build(tf):
    shapes = {
        "x": [BATCH, INPUTS],
        "h_prev": [None, UNITS],
        "w_ru": [INPUTS + UNITS, 2 * UNITS],
        "w_c": [INPUTS + UNITS, UNITS],
        "b_ru": [2 * UNITS],
        "b_c": [UNITS],
    }
    given = {name: tf.placeholder(tf.float32, shape, name) for name, shape in shapes.items()}
    d_h = tf.placeholder(tf.float32, [BATCH, UNITS], "d_h")
    step = tf.raw_ops.GRUBlockCell(**given)
    back = tf.raw_ops.GRUBlockCellGrad(**given, r=step.r, u=step.u, c=step.c, d_h=d_h)
    return {**step._asdict(), **back._asdict()}


def _numbers(*dims):
    return np.random.RandomState(sum(dims)).randn(*dims).astype(np.float32) / 2


FEEDS = {
    "x:0": _numbers(BATCH, INPUTS),
    "h_prev:0": _numbers(BATCH, UNITS),
    "w_ru:0": _numbers(INPUTS + UNITS, 2 * UNITS),
    "w_c:0": _numbers(INPUTS + UNITS, UNITS),
    "b_ru:0": _numbers(2 * UNITS),
    "b_c:0": _numbers(UNITS),
    "d_h:0": _numbers(BATCH, UNITS) + 1,
}


def errors(tf):
    def step(**other):
        dims = {"x": [2, 3], "h_prev": [2, 4], "w_ru": [7, 8], "w_c": [7, 4], "b_ru": [8], "b_c": [4]}
        return tf.raw_ops.GRUBlockCell(**{name: tf.zeros(one) for name, one in {**dims, **other}.items()})

    return {"rank": (lambda: step(x=[3]), "Shape must be rank 2")}
