"""tf.hessians: second derivatives, element by element in a loop."""

import numpy as np


def build(tf):
    x = tf.constant([1.0, -2.0], name="x")
    y = tf.constant([[0.5, 1.0]], name="y")
    cube = tf.multiply(tf.multiply(x, y), tf.multiply(x, y), name="cube")
    total = tf.reduce_sum(cube, name="total")
    by_x, by_y = tf.hessians(total, [x, y])
    return {"by_x": by_x, "by_y": by_y, "by_x_alone": tf.hessians(cube, x, name="alone")[0]}


def errors(tf):
    return {"unconnected": (lambda: tf.hessians(tf.constant(np.float32(1)), tf.constant(np.float32(2))), "None")}
