"""tf.layers: pools of one to three axes."""


def build(tf):
    line = tf.placeholder(tf.float32, [None, 8, 3], "line")
    image = tf.placeholder(tf.float32, [None, 6, 7, 3], "image")
    volume = tf.placeholder(tf.float32, [None, 4, 5, 4, 2], "volume")
    layers = tf.layers
    return {
        "max1": layers.max_pooling1d(line, 2, 2),
        "max2": layers.max_pooling2d(image, (2, 3), 2, padding="same"),
        "max3": layers.max_pooling3d(volume, 2, 1, name="max"),
        "average1": layers.average_pooling1d(line, 3, 1, padding="same"),
        "average1_first": layers.average_pooling1d(line, 2, 2, data_format="channels_first", name="first"),
        "average2": layers.average_pooling2d(image, 2, [1, 2]),
        "average3": layers.average_pooling3d(volume, 2, 2),
        "average3_first": layers.average_pooling3d(volume, 2, 2, data_format="channels_first"),
    }


def _numbers(*shape):
    import numpy as np

    return ((np.arange(np.prod(shape)) * 7 % 11).reshape(shape).astype(np.float32) - 5) / 4


FEEDS = {"line:0": _numbers(2, 8, 3), "image:0": _numbers(2, 6, 7, 3), "volume:0": _numbers(2, 4, 5, 4, 2)}


def errors(tf):
    layers = tf.layers

    def image(*dims):
        return tf.placeholder(tf.float32, dims)

    return {
        "pool rank": (lambda: layers.max_pooling2d(image(2, 8, 8), 3, 3), "expected ndim=4, found ndim=3"),
        "pool size": (lambda: layers.max_pooling2d(image(2, 8, 8, 3), (3, 3, 3), 3), "tuple of 2 integers"),
        "pool strides": (lambda: layers.MaxPooling2D(2, None), "must not be None"),
    }
