"""tf.layers: convolutions of one to three axes."""


def build(tf):
    tf.set_random_seed(5)
    line = tf.placeholder(tf.float32, [None, 8, 3], "line")
    image = tf.placeholder(tf.float32, [None, 6, 7, 3], "image")
    volume = tf.placeholder(tf.float32, [None, 4, 5, 4, 2], "volume")
    unknown = tf.placeholder(tf.float32, [None, None, None, 3], "unknown")
    batches = tf.placeholder(tf.float32, [2, 2, 6, 7, 3], "batches")
    layers = tf.layers
    fetches = {
        "conv1d": layers.conv1d(line, 4, 3, padding="same", activation=tf.nn.relu),
        "conv1d_causal": layers.conv1d(line, 4, 3, padding="causal", dilation_rate=2),
        "conv2d": layers.conv2d(image, 4, 3),
        "conv2d_strided": layers.conv2d(image, 2, [3, 2], strides=(2, 1), use_bias=False, name="strided"),
        "conv2d_dilated": layers.conv2d(image, 2, 2, dilation_rate=2, padding="same", activation=tf.tanh),
        "conv2d_unknown": layers.conv2d(unknown, 2, 2, padding="same"),
        "conv2d_batches": layers.conv2d(batches, 2, 2),
        "conv3d": layers.conv3d(volume, 2, 2, strides=(1, 2, 1), bias_initializer=tf.constant_initializer(0.5)),
        "transposed": layers.conv2d_transpose(image, 4, 3, strides=2, padding="same"),
        "transposed_valid": layers.conv2d_transpose(image, 2, (3, 2), activation=tf.nn.relu, name="back"),
        "transposed_unknown": layers.conv2d_transpose(unknown, 2, 3, strides=2),
        "transposed3": layers.conv3d_transpose(volume, 2, 3, strides=2, padding="same"),
        "transposed3_valid": layers.conv3d_transpose(volume, 2, 3, strides=(2, 1, 2), use_bias=False),
        "separable": layers.separable_conv2d(image, 4, 3, depth_multiplier=2),
        "separable_strided": layers.separable_conv2d(image, 4, 3, 2, "same", activation=tf.nn.relu, name="sep"),
        "separable1": layers.separable_conv1d(line, 4, 3, strides=2),
        "separable1_causal": layers.separable_conv1d(line, 4, 3, padding="causal", dilation_rate=2),
    }
    layer = layers.Conv2D(2, 3, activity_regularizer=tf.reduce_sum, kernel_regularizer=tf.nn.l2_loss, name="shared")
    fetches["layer"] = layer(image)
    fetches["layer_again"] = layer(unknown)
    fetches["losses"] = tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    shapes = [
        layer.compute_output_shape([None, 6, 7, 3]).as_list()[1:],
        layers.MaxPooling2D(2, 3, "same").compute_output_shape([1, 6, 7, 3]).as_list()[1:],
    ]
    tf.constant(shapes, name="shapes")
    return fetches


def _numbers(*shape):
    import numpy as np

    return ((np.arange(np.prod(shape)) * 7 % 11).reshape(shape).astype(np.float32) - 5) / 4


FEEDS = {
    "line:0": _numbers(2, 8, 3),
    "image:0": _numbers(2, 6, 7, 3),
    "volume:0": _numbers(2, 4, 5, 4, 2),
    "unknown:0": _numbers(1, 5, 6, 3),
    "batches:0": _numbers(2, 2, 6, 7, 3),
}
ATOL = 1e-5


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches, FEEDS)


def errors(tf):
    layers = tf.layers
    ones = tf.ones

    def image(*dims):
        return tf.placeholder(tf.float32, dims)

    return {
        "rank": (lambda: layers.conv2d(ones([2, 3]), 3, 3), "expected min_ndim=4, found ndim=2"),
        "kernel": (lambda: layers.Conv2D(3, (3, 3, 3)), "must be a tuple of 2 integers"),
        "kernel text": (lambda: layers.Conv2D(3, "a"), "must be a tuple of 2 integers"),
        "kernel zero": (lambda: layers.Conv2D(3, 0), "does not satisfy the requirement"),
        "filters": (lambda: layers.Conv2D(-3, 1), "strictly positive"),
        "dilation": (lambda: layers.Conv2D(3, 3, strides=2, dilation_rate=2), "not supported in conjunction"),
        "padding": (lambda: layers.Conv2D(3, 3, padding="most"), "`padding` argument"),
        "causal": (lambda: layers.Conv2D(3, 3, padding="causal"), "Causal padding"),
        "order": (lambda: layers.Conv2D(3, 3, data_format="middle"), "`data_format` argument"),
        "channels": (lambda: layers.conv2d(image(2, 8, 8, None), 3, 3), "channel dimension of the inputs"),
        "transposed rank": (lambda: layers.conv2d_transpose(image(2, 8, 8), 3, 3), "found ndim=3"),
    }
