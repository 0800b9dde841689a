"""tf.nn: transposed, depthwise and separable convolutions."""


def build(tf):
    line = tf.placeholder(tf.float32, [None, 4, 3], "line")
    image = tf.placeholder(tf.float32, [None, 6, 6, 3], "image")
    volume = tf.placeholder(tf.float32, [2, 2, 3, 2, 2], "volume")
    window1 = tf.placeholder(tf.float32, [3, 5, 3], "window1")
    window2 = tf.placeholder(tf.float32, [3, 2, 4, 3], "window2")
    window3 = tf.placeholder(tf.float32, [2, 2, 2, 3, 2], "window3")
    no_shape = tf.placeholder(tf.float32, [None, None, 4, 3], "no_shape")
    deep = tf.placeholder(tf.float32, [3, 2, 3, 2], "deep")
    point = tf.placeholder(tf.float32, [1, 1, 6, 2], "point")
    nn = tf.nn
    batch = tf.shape(image)[0]
    return {
        "line": nn.conv1d_transpose(line, window1, [2, 8, 5], 2),
        "line_dynamic": nn.conv1d_transpose(line, window1, tf.stack([tf.shape(line)[0], 4, 5]), 1, name="dynamic"),
        "image": nn.conv2d_transpose(image, window2, [2, 12, 12, 4], [1, 2, 2, 1]),
        "image_dynamic": nn.conv2d_transpose(
            image, filters=window2, output_shape=tf.stack([batch, 8, 7, 4]), strides=1, padding="VALID"
        ),
        "volume": nn.conv3d_transpose(volume, window3, [2, 4, 3, 2, 3], [1, 2, 1, 1, 1], name="volume_transpose"),
        "any1": nn.conv_transpose(line, window1, [2, 4, 5], 1),
        "any2": nn.conv_transpose(image, window2, tf.constant([2, 6, 6, 4]), 1, dilations=1),
        "any3": nn.conv_transpose(volume, window3, [2, 2, 3, 2, 3], 1, name="any"),
        "atrous": nn.atrous_conv2d_transpose(image, window2, [2, 6, 6, 4], 2, "SAME"),
        "atrous_valid": nn.atrous_conv2d_transpose(image, window2, [2, 10, 8, 4], 2, "VALID", name="holes"),
        "atrous_of_one": nn.atrous_conv2d_transpose(image, window2, [2, 6, 6, 4], 1, "SAME"),
        "atrous_dynamic": tf.reduce_sum(
            nn.atrous_conv2d_transpose(image, no_shape, tf.stack([batch, 6, 6, 4]), 2, "SAME"), 3
        )[0, 0, 0],
        "depthwise": nn.depthwise_conv2d(image, deep, [1, 1, 1, 1], "SAME"),
        "depthwise_strided": nn.depthwise_conv2d(image, deep, [1, 2, 2, 1], "VALID", rate=[1, 1], name="strided"),
        "depthwise_dilated": nn.depthwise_conv2d(image, deep, [1, 1, 1, 1], "SAME", dilations=[2, 3]),
        "depthwise_explicit": nn.depthwise_conv2d(image, deep, [1, 1, 1, 1], [[0, 0], [1, 1], [0, 1], [0, 0]]),
        "depthwise_native": nn.depthwise_conv2d_native(image, deep, [1, 2, 2, 1], "SAME"),
        "depthwise_to_input": nn.depthwise_conv2d_backprop_input(
            [2, 6, 6, 3], deep, tf.ones([2, 6, 6, 6]), 4 * [1], "SAME"
        ),
        "depthwise_to_filter": nn.depthwise_conv2d_backprop_filter(
            image, [3, 2, 3, 2], tf.ones([2, 6, 6, 6]), 4 * [1], "SAME"
        ),
        "separable": nn.separable_conv2d(image, deep, point, [1, 1, 1, 1], "SAME"),
        "separable_dilated": nn.separable_conv2d(image, deep, point, [1, 1, 1, 1], "VALID", rate=[2, 2], name="sep"),
    }


def _numbers(*shape):
    import numpy as np

    return (np.arange(np.prod(shape)) * 7 % 11).reshape(shape).astype(np.float32) - 5


FEEDS = {
    "line:0": _numbers(2, 4, 3),
    "image:0": _numbers(2, 6, 6, 3),
    "volume:0": _numbers(2, 2, 3, 2, 2),
    "window1:0": _numbers(3, 5, 3),
    "window2:0": _numbers(3, 2, 4, 3),
    "no_shape:0": _numbers(3, 2, 4, 3),
    "window3:0": _numbers(2, 2, 2, 3, 2),
    "deep:0": _numbers(3, 2, 3, 2),
    "point:0": _numbers(1, 1, 6, 2),
}


def errors(tf):
    nn = tf.nn

    def image(*dims):
        return tf.placeholder(tf.float32, dims)

    def refused(function, *args, **kwargs):
        return lambda: function(image(1, 6, 6, 3), image(3, 3, 4, 3), *args, **kwargs)

    return {
        "line format": (
            lambda: nn.conv1d_transpose(image(1, 6, 3), image(3, 2, 3), [1, 6, 2], 1, data_format="Q"),
            "NWC",
        ),
        "no output shape": (refused(nn.conv2d_transpose, None, 1), "None values not supported"),
        "data format": (refused(nn.conv2d_transpose, [1, 6, 6, 4], 1, data_format="Q"), "not in"),
        "length": (refused(nn.conv2d_transpose, [1, 6, 6], 1), "requires input_sizes to contain 4 values"),
        "any length": (refused(nn.conv_transpose, [1, 6], 1), "must be of length 3, 4 or 5"),
        "any unknown": (
            lambda: nn.conv_transpose(image(1, 6, 6, 3), 1.0, tf.placeholder(tf.int32, [None]), 1),
            "must be of length 3, 4 or 5",
        ),
        "any scalar": (refused(nn.conv_transpose, 3, 1), "tensor or sized collection"),
        "rate": (refused(nn.atrous_conv2d_transpose, [1, 6, 6, 4], 0, "SAME"), "cannot be less than one"),
        "channels": (
            lambda: nn.atrous_conv2d_transpose(image(1, 6, 6, 2), image(3, 3, 4, 3), [1, 6, 6, 4], 2, "SAME"),
            "`value` channel count",
        ),
        "output length": (refused(nn.atrous_conv2d_transpose, [1, 6, 6], 2, "SAME"), "must have shape"),
        "output channels": (
            refused(nn.atrous_conv2d_transpose, [1, 6, 6, 5], 2, "SAME"),
            "`output_shape` channel count",
        ),
        "padding": (refused(nn.atrous_conv2d_transpose, [1, 6, 6, 4], 2, "BOTH"), "must be either 'VALID' or 'SAME'"),
        "point": (
            lambda: nn.separable_conv2d(image(1, 6, 6, 3), image(3, 3, 3, 2), image(1, 2, 6, 4), 4 * [1], "SAME"),
            "not compatible",
        ),
        "point channels": (
            lambda: nn.separable_conv2d(image(1, 6, 6, 3), image(3, 3, 3, 2), image(1, 1, 7, 4), 4 * [1], "SAME"),
            "Depth of input",
        ),
    }
