"""The digit classifier as a TF1 program builds it: two convolutions, pooling, dropout, two dense layers."""

from typing import Any, NamedTuple

import nbtf as tf

CLASSES = 10


class Network(NamedTuple):
    """image [n, 8, 8, 1], label [n] and keep_prob [] are fed; the others are fetched."""

    image: Any
    label: Any
    keep_prob: Any
    probabilities: Any
    digit: Any
    loss: Any
    accuracy: Any


def build() -> Network:
    """Adds the network to the default graph."""
    image = tf.placeholder(tf.float32, [None, 8, 8, 1], name="image")
    label = tf.placeholder(tf.int64, [None], name="label")
    keep_prob = tf.placeholder_with_default(1.0, [], name="keep_prob")
    hidden = convolution(image, 32, "conv1")
    hidden = tf.nn.max_pool(convolution(hidden, 32, "conv2"), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    hidden = tf.nn.max_pool(convolution(hidden, 64, "conv3"), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    hidden = tf.reshape(hidden, [-1, 2 * 2 * 64])
    hidden = tf.nn.dropout(tf.nn.relu(dense(hidden, 128, "dense1")), keep_prob)
    logits = dense(hidden, CLASSES, "dense2")
    probabilities = tf.nn.softmax(logits, name="probabilities")
    digit = tf.argmax(logits, 1, name="digit")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=label, logits=logits), name="loss")
    accuracy = tf.reduce_mean(tf.cast(tf.equal(digit, label), tf.float32), name="accuracy")
    return Network(image, label, keep_prob, probabilities, digit, loss, accuracy)


def convolution(x: Any, channels: int, name: str) -> Any:
    """3x3 convolution, bias and ReLU: [n, h, w, c] -> [n, h, w, channels]."""
    with tf.variable_scope(name):
        weights = tf.get_variable("weights", [3, 3, x.shape[-1].value, channels])
        biases = tf.get_variable("biases", [channels], initializer=tf.zeros_initializer())
        return tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, weights, [1, 1, 1, 1], "SAME"), biases))


def dense(x: Any, units: int, name: str) -> Any:
    """[n, c] -> [n, units]."""
    with tf.variable_scope(name):
        weights = tf.get_variable("weights", [x.shape[-1].value, units])
        biases = tf.get_variable("biases", [units], initializer=tf.zeros_initializer())
        return tf.nn.xw_plus_b(x, weights, biases)
