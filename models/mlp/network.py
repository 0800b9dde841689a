"""A multilayer perceptron as the first TF1 tutorials build it: tf.Variable, tf.matmul, gradient descent."""

from typing import Any, NamedTuple

import nbtf as tf

PIXELS, HIDDEN, CLASSES = 64, 128, 10


class Network(NamedTuple):
    """x [n, 64] and y [n, 10], one-hot, are fed."""

    x: Any
    y: Any
    loss: Any
    accuracy: Any


def build() -> Network:
    """Adds the network to the default graph."""
    x = tf.placeholder(tf.float32, [None, PIXELS], name="x")
    y = tf.placeholder(tf.float32, [None, CLASSES], name="y")
    hidden = tf.nn.relu(tf.add(tf.matmul(x, weights(PIXELS, HIDDEN)), tf.Variable(tf.zeros([HIDDEN]))))
    logits = tf.add(tf.matmul(hidden, weights(HIDDEN, CLASSES)), tf.Variable(tf.zeros([CLASSES])))
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=y))
    right = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
    return Network(x, y, loss, tf.reduce_mean(tf.cast(right, tf.float32)))


def weights(rows: int, columns: int) -> Any:
    return tf.Variable(tf.random_normal([rows, columns], stddev=(2 / rows) ** 0.5))
