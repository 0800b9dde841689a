"""A convolutional autoencoder of handwritten digits, built with tf.layers."""

from typing import Any, NamedTuple

import nbtf as tf


class Network(NamedTuple):
    """images [n, 8, 8, 1] are fed; code [n, 8] and reconstruction [n, 8, 8, 1] are fetched."""

    images: Any
    code: Any
    reconstruction: Any
    loss: Any


def build(code_size: int = 8) -> Network:
    """Adds the network to the default graph."""
    images = tf.placeholder(tf.float32, [None, 8, 8, 1], name="images")
    with tf.variable_scope("encoder"):
        hidden = tf.layers.conv2d(images, 16, 3, strides=2, padding="same", activation=tf.nn.relu)
        hidden = tf.layers.conv2d(hidden, 32, 3, strides=2, padding="same", activation=tf.nn.relu)
        code = tf.layers.dense(tf.layers.flatten(hidden), code_size, name="code")
    with tf.variable_scope("decoder"):
        hidden = tf.layers.dense(code, 2 * 2 * 32, activation=tf.nn.relu)
        hidden = tf.reshape(hidden, [-1, 2, 2, 32])
        hidden = tf.layers.conv2d_transpose(hidden, 16, 3, strides=2, padding="same", activation=tf.nn.relu)
        logits = tf.layers.conv2d_transpose(hidden, 1, 3, strides=2, padding="same")
    reconstruction = tf.sigmoid(logits, name="reconstruction")
    loss = tf.losses.mean_squared_error(images, reconstruction)
    return Network(images, code, reconstruction, loss)
