"""A small MobileNetV2: inverted residuals with depthwise convolutions and ReLU6, written with tf.nn."""

from typing import Any, NamedTuple

import nbtf as tf

CLASSES = 10
# (expansion, channels, blocks, stride) of each stage
STAGES = ((1, 16, 1, 1), (4, 24, 2, 2), (4, 32, 2, 1))


class Network(NamedTuple):
    """images [n, 8, 8, 1], labels [n] and training [] are fed."""

    images: Any
    labels: Any
    training: Any
    loss: Any
    accuracy: Any


def build() -> Network:
    """Adds the network to the default graph."""
    images = tf.placeholder(tf.float32, [None, 8, 8, 1], name="images")
    labels = tf.placeholder(tf.int64, [None], name="labels")
    training = tf.placeholder_with_default(False, [], name="training")
    with tf.variable_scope("first"):
        hidden = tf.nn.relu6(normalized(convolution(images, 16, 3), training))
    for stage, (expansion, channels, blocks, stride) in enumerate(STAGES):
        for block in range(blocks):
            with tf.variable_scope(f"stage{stage}_block{block}"):
                hidden = inverted_residual(hidden, expansion, channels, 1 if block else stride, training)
    with tf.variable_scope("last"):
        hidden = tf.nn.relu6(normalized(convolution(hidden, 64, 1), training))
        logits = convolution(tf.reduce_mean(hidden, [1, 2], keepdims=True), CLASSES, 1)
    logits = tf.squeeze(logits, [1, 2])
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), labels), tf.float32))
    return Network(images, labels, training, loss, accuracy)


def convolution(x: Any, channels: int, size: int) -> Any:
    kernel = tf.get_variable(f"kernel{size}x{size}_{channels}", [size, size, x.shape[-1].value, channels])
    return tf.nn.conv2d(x, kernel, [1, 1, 1, 1], "SAME")


def normalized(x: Any, training: Any) -> Any:
    return tf.layers.batch_normalization(x, training=training, momentum=0.9)


def inverted_residual(x: Any, expansion: int, channels: int, stride: int, training: Any) -> Any:
    """Expand by a 1x1 convolution, filter depthwise, project: x is added where the shape stays."""
    before = x.shape[-1].value
    hidden = x
    if expansion > 1:
        with tf.variable_scope("expand"):
            hidden = tf.nn.relu6(normalized(convolution(hidden, expansion * before, 1), training))
    with tf.variable_scope("depthwise"):
        kernel = tf.get_variable("kernel", [3, 3, hidden.shape[-1].value, 1])
        hidden = tf.nn.depthwise_conv2d(hidden, kernel, [1, stride, stride, 1], "SAME")
        hidden = tf.nn.relu6(normalized(hidden, training))
    with tf.variable_scope("project"):
        hidden = normalized(convolution(hidden, channels, 1), training)
    return hidden + x if stride == 1 and before == channels else hidden
