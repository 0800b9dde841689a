"""tf.conv: convolutions with any number of batch axes."""

import numpy as np


def build(tf):
    x = tf.placeholder(tf.float32, [2, 5, 6, 3], name="x")
    free = tf.placeholder(tf.float32, name="free")
    w = tf.placeholder(tf.float32, [3, 2, 3, 4], name="w")
    plane = [1, 1, 1, 1]
    return {
        "same": tf.conv(x, w, plane, "SAME"),
        "dilated": tf.conv(x, w, [1, 2, 1, 1], "VALID", dilations=[1, 1, 2, 1]),
        "explicit": tf.conv(x, w, [1, 2, 1, 1], "EXPLICIT", explicit_paddings=[0, 0, 1, 2, 0, 1, 0, 0]),
        "one image": tf.conv(x[0], w, plane, "SAME", batch_dims=0),
        "two batches": tf.conv(x[None], w, plane, "VALID", batch_dims=2),
        "unknown": tf.conv(free, w, plane, "SAME", batch_dims=2),
        "volumes": tf.conv(x[None], w[None], [1, 1, 1, 2, 1], "SAME"),
    }


_random = np.random.RandomState(4)
FEEDS = {
    "x:0": _random.randn(2, 5, 6, 3),
    "w:0": _random.randn(3, 2, 3, 4),
    "free:0": _random.randn(3, 1, 4, 3, 3),
}
ATOL = 1e-5


def errors(tf):
    def with_shapes(x, w, strides=(1, 1, 1, 1), **attrs):
        return lambda: tf.conv(tf.zeros(x), tf.zeros(w), list(strides), "SAME", **attrs)

    return {
        "rank": (with_shapes([5, 6, 4], [2, 4, 4], [1, 1, 1]), "rank 4 or 5, excluding extra batch dimensions, but got: 3"),
        "filter": (with_shapes([2, 5, 6, 4], [2, 4, 4]), "Filter tensor must be rank 4 or 5, but got: 4"),
        "strides": (with_shapes([2, 5, 6, 4], [3, 2, 4, 4], [1, 1]), "should contain 4 values, but got: 2"),
        "depth": (with_shapes([2, 5, 6, 4], [3, 2, 2, 4]), r"does not match with groups parameter \(1\)"),
        "gradient": (
            lambda: tf.gradients(tf.conv(w := tf.zeros([1, 5, 6, 4]), tf.zeros([3, 2, 4, 4]), [1, 1, 1, 1], "SAME"), w),
            "No gradient defined",
        ),
    }  # fmt: skip
