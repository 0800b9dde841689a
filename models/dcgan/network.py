"""Generator and discriminator in the style of DCGAN, for images of 8 x 8 pixels."""

from typing import Any, NamedTuple

import nbtf as tf

NOISE = 32


class Network(NamedTuple):
    """real [n, 8, 8, 1] with values -1 to 1, noise [m, 32] and training [] are fed; made [m, 8, 8, 1] is fetched."""

    real: Any
    noise: Any
    training: Any
    made: Any
    discriminator_loss: Any
    generator_loss: Any


def build() -> Network:
    """Adds both networks and their losses to the default graph."""
    real = tf.placeholder(tf.float32, [None, 8, 8, 1], name="real")
    noise = tf.placeholder(tf.float32, [None, NOISE], name="noise")
    training = tf.placeholder_with_default(False, [], name="training")
    made = generator(noise, training)
    of_real = discriminator(real, training)
    of_made = discriminator(made, training, reuse=True)
    discriminator_loss = judged(of_real, 0.9) + judged(of_made, 0.0)
    return Network(real, noise, training, made, discriminator_loss, judged(of_made, 1.0))


def generator(noise: Any, training: Any) -> Any:
    with tf.variable_scope("generator"):
        hidden = tf.layers.dense(noise, 2 * 2 * 64, use_bias=False)
        hidden = tf.reshape(tf.nn.relu(tf.layers.batch_normalization(hidden, training=training)), [-1, 2, 2, 64])
        hidden = tf.layers.conv2d_transpose(hidden, 32, 4, strides=2, padding="same", use_bias=False)
        hidden = tf.nn.relu(tf.layers.batch_normalization(hidden, training=training))
        return tf.tanh(tf.layers.conv2d_transpose(hidden, 1, 4, strides=2, padding="same"), name="made")


def discriminator(images: Any, training: Any, reuse: bool = False) -> Any:
    with tf.variable_scope("discriminator", reuse=reuse):
        hidden = tf.nn.leaky_relu(tf.layers.conv2d(images, 32, 4, strides=2, padding="same", name="conv1"))
        hidden = tf.layers.conv2d(hidden, 64, 4, strides=2, padding="same", use_bias=False, name="conv2")
        hidden = tf.nn.leaky_relu(tf.layers.batch_normalization(hidden, training=training, name="norm"))
        return tf.layers.dense(tf.layers.flatten(hidden), 1, name="real")


def judged(logits: Any, wanted: float) -> Any:
    """Mean cross entropy of the discriminator's logits [n, 1] and what they should say."""
    return tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.fill(tf.shape(logits), wanted), logits=logits)
    )
