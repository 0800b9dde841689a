"""tf.contrib.layers: normalization of layers, instances and groups."""

import numpy as np


def build(tf):
    layers = tf.contrib.layers
    image = tf.placeholder(tf.float32, [2, 4, 5, 6], "image")
    batch = tf.placeholder(tf.float32, [None, 4, None, 6], "batch")
    known = tf.placeholder(tf.float32, [None, 4, 2, 6], "known")
    first = tf.placeholder(tf.float32, [2, 6, 4, 5], "first")
    half = tf.placeholder(tf.float16, [2, 6], "half")
    fetches = {
        "layer": layers.layer_norm(image, activation_fn=tf.nn.relu),
        "layer_unknown": layers.layer_norm(batch, center=False, begin_norm_axis=2),
        "layer_last": layers.layer_norm(image, scale=False, begin_norm_axis=-1, variables_collections=["kept"]),
        "layer_params": layers.layer_norm(image, begin_params_axis=1, scope="own", trainable=False),
        "instance": layers.instance_norm(image),
        "instance_first": layers.instance_norm(first, data_format="NCHW", center=False),
        "instance_plain": layers.instance_norm(
            batch, scale=False, param_initializers={"beta": tf.ones_initializer()}, activation_fn=tf.nn.relu
        ),
        "group": layers.group_norm(image, groups=3, scope="thirds"),
        "group_one": layers.group_norm(known, groups=1, mean_close_to_zero=True, activation_fn=tf.nn.relu),
        "group_first": layers.group_norm(first, groups=6, channels_axis=-3, reduction_axes=(-2, -1), scale=False),
        "group_rows": layers.group_norm(image, groups=2, reduction_axes=[1], center=False, outputs_collections="ends"),
        "group_unknown": layers.group_norm(batch, groups=2, reduction_axes=[1]),
    }
    layers.layer_norm(half)
    with tf.variable_scope("again", reuse=tf.AUTO_REUSE):
        fetches["once"] = layers.layer_norm(image, scope="shared")
        fetches["twice"] = layers.layer_norm(image * 2.0, scope="shared")
    for key in ("kept", "ends", "model_variables"):
        tf.constant([one.name for one in tf.get_collection(key)], tf.string, name=f"names_{key}")
    return fetches


ATOL = 1e-5


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    random = np.random.default_rng(1)
    feeds = {
        "image:0": random.standard_normal((2, 4, 5, 6)),
        "batch:0": random.standard_normal((3, 4, 2, 6)),
        "known:0": random.standard_normal((3, 4, 2, 6)),
        "first:0": random.standard_normal((2, 6, 4, 5)),
    }
    return session.run(fetches, feeds)


def errors(tf):
    layers = tf.contrib.layers

    def unknown(*dims):
        return tf.placeholder(tf.float32, dims or None)

    image = [2, 4, 5, 6]
    group = layers.group_norm
    return {
        "layer rank": (lambda: layers.layer_norm(unknown()), "undefined rank"),
        "layer axes": (lambda: layers.layer_norm(tf.ones([2, 3]), begin_norm_axis=2), "must be < rank"),
        "layer params": (lambda: layers.layer_norm(unknown(2, None)), "not fully defined"),
        "instance format": (lambda: layers.instance_norm(tf.ones(image), data_format="N"), "NCHW or NHWC"),
        "instance rank": (lambda: layers.instance_norm(unknown()), "undefined rank"),
        "instance channels": (lambda: layers.instance_norm(unknown(2, 3, 3, None)), "undefined channels dimension"),
        "group parts": (lambda: group(tf.ones(image), groups=4), "not commensurate with 4 groups"),
        "group many": (lambda: group(tf.ones(image)), "Invalid groups 32 for 6 channels"),
        "group axes": (lambda: group(tf.ones(image), groups=3, reduction_axes=(-1,)), "mutually exclusive"),
        "group axis": (lambda: group(tf.ones(image), groups=3, channels_axis=7), "out of bounds"),
        "group reduction": (lambda: group(tf.ones(image), groups=3, reduction_axes=(7,)), "out of bounds"),
        "group channels": (lambda: group(unknown(2, 3, 3, None), groups=3), "undefined channel dimension"),
        "group dims": (lambda: group(unknown(2, 3, None, 6), groups=3), "undefined dimensions 2"),
        "group rank": (lambda: group(unknown()), "undefined rank"),
    }
