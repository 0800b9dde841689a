"""tf.contrib.layers: images as sequences, places of features, convolutions of each channel by itself."""

import numpy as np


def build(tf):
    tf.set_random_seed(7)
    layers, slim = tf.contrib.layers, tf.contrib.slim
    image = tf.placeholder(tf.float32, [2, 4, 3, 2], "image")
    open_image = tf.placeholder(tf.float32, [None, None, None, 2], "open_image")
    first = tf.transpose(image, [0, 3, 1, 2], name="first")
    sequence = layers.images_to_sequence(image, outputs_collections="ends")
    fetches = {
        "sequence": sequence,
        "sequence_first": layers.images_to_sequence(first, data_format="NCHW", scope="columns"),
        "images": layers.sequence_to_images(sequence, 4),
        "images_first": layers.sequence_to_images(
            tf.placeholder_with_default(sequence, [3, None, 2]), 2, "channels_first", "ends", "back"
        ),
        "places": layers.spatial_softmax(image),
        "places_first": layers.spatial_softmax(first, 2.0, "cold", ["temperatures"], False, "NCHW"),
        "places_open": layers.spatial_softmax(open_image, temperature=0.5),
        "in_plane": layers.conv2d_in_plane(image, 3),
        "bare": layers.convolution2d_in_plane(
            image, [2, 3], 2, "VALID", activation_fn=None, biases_initializer=None, scope="bare"
        ),
    }
    with slim.arg_scope([layers.conv2d_in_plane], weights_regularizer=layers.l2_regularizer(0.1)):
        fetches["normalized"] = layers.conv2d_in_plane(
            image,
            3,
            [2, 2],
            normalizer_fn=slim.batch_norm,
            normalizer_params={"is_training": False},
            variables_collections={"weights": ["taps"]},
            outputs_collections=["ends"],
            scope="normal",
        )
        fetches["again"] = layers.conv2d_in_plane(image, 3, normalizer_fn=slim.flatten, scope="normal", reuse=True)
    for key in ("ends", "taps", "temperatures", "model_variables", "regularization_losses", "trainable_variables"):
        tf.constant([one.name for one in tf.get_collection(key)], tf.string, name=f"names_{key}")
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    images = np.random.default_rng(2).standard_normal((2, 4, 3, 2)).astype(np.float32)
    return session.run(fetches, {"image:0": images, "open_image:0": images[:, 1:]})


ATOL = 1e-5


def errors(tf):
    layers = tf.contrib.layers

    def ones(*dims):
        return tf.ones(dims)

    return {
        "rank": (lambda: layers.images_to_sequence(ones(2, 3, 4)), "not enough values"),
        "sequence rank": (lambda: layers.sequence_to_images(ones(2, 3, 4, 5), 3), "too many values"),
        "format": (lambda: layers.images_to_sequence(ones(2, 3, 4, 5), "N"), "NCHW or NHWC"),
        "places format": (lambda: layers.spatial_softmax(ones(2, 3, 4, 5), data_format="N"), "NCHW or NHWC"),
        "in plane": (lambda: layers.conv2d_in_plane(ones(2, 3, 4), 3), "rank of shape must be at least 4"),
        "kernel": (lambda: layers.conv2d_in_plane(ones(2, 3, 4, 5), [3]), "Must be a list with 2 elements"),
    }
