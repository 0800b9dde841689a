"""A residual network for small images: batch normalization, identity shortcuts, global average pooling."""

from typing import Any, NamedTuple

import nbtf as tf

CLASSES = 10


class Network(NamedTuple):
    """images [n, 8, 8, 1], labels [n] and training [] are fed."""

    images: Any
    labels: Any
    training: Any
    loss: Any
    accuracy: Any


def build(widths: tuple[int, ...] = (16, 32), blocks: int = 2) -> Network:
    """Adds the network to the default graph. widths: channels of each stage; every stage but the first halves h and w."""
    images = tf.placeholder(tf.float32, [None, 8, 8, 1], name="images")
    labels = tf.placeholder(tf.int64, [None], name="labels")
    training = tf.placeholder_with_default(False, [], name="training")
    hidden = normalized(tf.layers.conv2d(images, widths[0], 3, padding="same", use_bias=False), training)
    for stage, width in enumerate(widths):
        for block in range(blocks):
            with tf.variable_scope(f"stage{stage}_block{block}"):
                hidden = residual(hidden, width, 2 if stage and not block else 1, training)
    logits = tf.layers.dense(tf.reduce_mean(hidden, [1, 2]), CLASSES)
    losses = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    loss = losses + 1e-4 * tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables() if "kernel" in v.name])
    accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), labels), tf.float32))
    return Network(images, labels, training, loss, accuracy)


def normalized(x: Any, training: Any) -> Any:
    return tf.nn.relu(tf.layers.batch_normalization(x, training=training, momentum=0.9))


def residual(x: Any, channels: int, stride: int, training: Any) -> Any:
    """x plus two 3x3 convolutions of it; x goes through a 1x1 convolution where the shape changes."""
    shortcut = x
    if stride > 1 or x.shape[-1].value != channels:
        shortcut = tf.layers.conv2d(x, channels, 1, stride, use_bias=False, name="shortcut")
    hidden = normalized(tf.layers.conv2d(x, channels, 3, stride, "same", use_bias=False), training)
    hidden = tf.layers.conv2d(hidden, channels, 3, padding="same", use_bias=False)
    return tf.nn.relu(tf.layers.batch_normalization(hidden, training=training, momentum=0.9) + shortcut)
