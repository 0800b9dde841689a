"""tf.contrib.layers: convolutions, separable and transposed ones, pooling, under scopes of arguments."""

import numpy as np


def build(tf):
    tf.set_random_seed(3)
    layers, framework = tf.contrib.layers, tf.contrib.framework
    line = tf.placeholder(tf.float32, [None, 8, 3], "line")
    image = tf.placeholder(tf.float32, [None, 6, 7, 3], "image")
    first = tf.placeholder(tf.float32, [2, 3, 6, 7], "first")
    volume = tf.placeholder(tf.float32, [None, 4, 5, 4, 2], "volume")
    fetches = {
        "conv2d": layers.conv2d(image, 4, 3),
        "conv2d_next": layers.conv2d(image, 4, [3, 2], stride=2, padding="VALID", activation_fn=None),
        "conv1d": layers.convolution(line, 4, 3, rate=2, scope="line"),
        "conv3d": layers.convolution(volume, 3, 2, biases_initializer=None),
        "transposed": layers.conv2d_transpose(image, 2, 3, stride=2),
        "transposed_next": layers.convolution2d_transpose(image, 2, 3, padding="VALID", scope="back"),
        "separable": layers.separable_conv2d(image, 4, 3, 2, stride=2),
        "depthwise": layers.separable_convolution2d(image, None, [3, 2], depth_multiplier=2, scope="depthwise"),
        "depthwise_rate": layers.separable_conv2d(image, None, 3, rate=2, biases_initializer=None),
        "max_pool2d": layers.max_pool2d(image, 2),
        "avg_pool2d": layers.avg_pool2d(
            image, [2, 3], stride=1, padding="SAME", outputs_collections="ends", scope="av"
        ),
        "max_pool3d": layers.max_pool3d(volume, 2),
        "avg_pool3d": layers.avg_pool3d(volume, [2, 1, 2], stride=1, padding="SAME"),
        "pool": layers.pool(image, [2, 3], "AVG", stride=2, padding="SAME"),
        "pool_rate": layers.pool(line, 2, "MAX", dilation_rate=2, outputs_collections=["ends"]),
    }
    with (
        framework.arg_scope(
            [layers.conv2d, layers.separable_conv2d],
            weights_regularizer=layers.l2_regularizer(0.1),
            biases_regularizer=layers.l1_regularizer(0.2),
            variables_collections={"weights": [tf.GraphKeys.WEIGHTS], "biases": ["the_biases"]},
            outputs_collections="ends",
            weights_initializer=layers.variance_scaling_initializer(),
            biases_initializer=tf.constant_initializer(0.5),
        ),
        framework.arg_scope([framework.model_variable], device="/cpu:0"),
    ):
        with tf.variable_scope("net"):
            hidden = layers.conv2d(image, 3, 3, scope="one")
            fetches["net"] = layers.separable_conv2d(hidden, 2, 3, scope="two", trainable=False)
            fetches["fixed"] = layers.separable_conv2d(hidden, None, 3, pointwise_initializer=None, scope="three")
        with tf.variable_scope("net", reuse=True):
            fetches["again"] = layers.conv2d(image, 3, 3, scope="one")
        fetches["reused"] = layers.conv2d(image * 2.0, 3, 3, scope="net/one", reuse=True)
    with tf.variable_scope("parts", partitioner=tf.fixed_size_partitioner(2, axis=3)):
        fetches["parts"] = layers.conv2d(image, 4, 3, variables_collections=["parts"], biases_initializer=None)
    fetches["normalized"] = layers.conv2d(
        image, 4, 3, normalizer_fn=layers.batch_norm, normalizer_params={"scale": True, "updates_collections": None}
    )
    layers.conv2d(first, 4, 3, data_format="NCHW")
    layers.separable_conv2d(first, None, 3, data_format="NCHW")
    layers.max_pool2d(first, 2, data_format="NCHW")
    fetches["losses"] = tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    for key in (tf.GraphKeys.WEIGHTS, "the_biases", "ends", "parts", "model_variables", "regularization_losses"):
        tf.constant([one.name for one in tf.get_collection(key)], tf.string, name=f"names_{key}")
    ends = tf.contrib.slim.utils.convert_collection_to_dict("ends", clear_collection=True)
    tf.constant([f"{alias} {tensor.name}" for alias, tensor in ends.items()], name="end_points")
    tf.constant(len(tf.get_collection("ends")), name="left")
    return fetches


def _numbers(*shape):
    return ((np.arange(np.prod(shape)) * 7 % 11).reshape(shape).astype(np.float32) - 5) / 4


FEEDS = {
    "line:0": _numbers(2, 8, 3),
    "image:0": _numbers(2, 6, 7, 3),
    "volume:0": _numbers(2, 4, 5, 4, 2),
}
ATOL = 1e-5


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches, FEEDS)


def errors(tf):
    layers = tf.contrib.layers

    def ones(*dims):
        return tf.ones(dims)

    return {
        "rank": (lambda: layers.conv2d(ones(2, 3), 3, 3), "expects input with rank 4, got 2"),
        "any rank": (lambda: layers.convolution(ones(2, 3), 3, 3), "not supported for input with rank"),
        "dims": (lambda: layers.convolution(ones(2, 3, 3, 1), 3, 3, conv_dims=1), "expects input with rank 3, got 4"),
        "format": (lambda: layers.conv2d(ones(2, 3, 3, 1), 3, 3, data_format="XYZ"), "Invalid data_format"),
        "transposed format": (lambda: layers.conv2d_transpose(ones(2, 3, 3, 1), 3, 3, data_format="N"), "NCHW or NHWC"),
        "separable format": (lambda: layers.separable_conv2d(ones(2, 3, 3, 1), 3, 3, data_format="N"), "NCHW or NHWC"),
        "pool format": (lambda: layers.max_pool2d(ones(2, 3, 3, 1), 2, data_format="N"), "NCHW or NHWC"),
        "pool3 format": (lambda: layers.avg_pool3d(ones(2, 3, 3, 3, 1), 2, data_format="N"), "NCDHW or NDHWC"),
        "rate": (lambda: layers.separable_conv2d(ones(2, 3, 3, 1), 3, 3, stride=2, rate=2), "not supported"),
        "kernel": (lambda: layers.max_pool2d(ones(2, 3, 3, 1), [2, 2, 2]), "must be a tuple of 2 integers"),
        "pooling type": (lambda: layers.pool(ones(2, 3, 3, 1), 2, "SUM"), "not supported"),
        "pool rank": (lambda: layers.pool(tf.placeholder(tf.float32), 2, "MAX"), "Rank of inputs must be known"),
        "pool of rows": (lambda: layers.pool(ones(2, 3), 2, "MAX"), "Rank of inputs must be >= 3"),
        "activation": (lambda: layers.conv2d(ones(2, 3, 3, 1), 3, 3, activation_fn=1), "not callable"),
    }
