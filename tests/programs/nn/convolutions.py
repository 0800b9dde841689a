"""tf.nn: convolutions, also dilated, of one to three axes, of known and unknown shapes."""


def build(tf):
    line = tf.placeholder(tf.float32, [None, 8, 3], "line")
    image = tf.placeholder(tf.float32, [None, 6, 7, 3], "image")
    volume = tf.placeholder(tf.float32, [2, 4, 5, 4, 2], "volume")
    unknown = tf.placeholder(tf.float32, [None, None, None, 3], "unknown")
    window1 = tf.placeholder(tf.float32, [3, 3, 4], "window1")
    window2 = tf.placeholder(tf.float32, [3, 2, 3, 4], "window2")
    window3 = tf.placeholder(tf.float32, [2, 3, 2, 2, 3], "window3")
    batches = tf.placeholder(tf.float32, [2, None, 6, 7, 3], "batches")
    nn = tf.nn
    return {
        "conv1d": nn.conv1d(line, window1, 1, "SAME"),
        "conv1d_strided": nn.conv1d(line, window1, [1, 2, 1], "VALID", data_format="NHWC", name="strided"),
        "conv1d_dilated": nn.conv1d(line, window1, 1, "VALID", dilations=2),
        "conv1d_batches": nn.conv1d(image, window1, 1, "SAME"),
        "conv2d": nn.conv2d(image, window2, [1, 1, 1, 1], "SAME"),
        "conv2d_dilated": nn.conv2d(image, filters=window2, padding="VALID", dilations=[1, 2]),
        "conv2d_explicit": nn.conv2d(image, window2, 2, [[0, 0], [1, 2], [0, 1], [0, 0]], name="explicit"),
        "conv2d_batches": nn.conv2d(batches, window2, 1, "SAME"),
        "conv3d": nn.conv3d(volume, window3, [1, 1, 2, 1, 1], "SAME"),
        "convolution1": nn.convolution(line, window1, "SAME"),
        "convolution2": nn.convolution(image, window2, "VALID", strides=[2, 1], name="named"),
        "convolution3": nn.convolution(volume, window3, "VALID"),
        "convolution_batches": nn.convolution(batches, window2, "SAME"),
        "dilated1": nn.convolution(line, window1, "SAME", dilation_rate=[2]),
        "dilated2": nn.convolution(image, window2, "SAME", dilation_rate=[2, 3]),
        "dilated3": nn.convolution(volume, window3, "VALID", dilation_rate=[1, 2, 1]),
        "dilated_unknown": nn.convolution(unknown, window2, "SAME", dilation_rate=[2, 1]),
        "dilated_explicit": nn.convolution(
            image, window2, [[0, 0], [1, 1], [2, 0], [0, 0]], dilation_rate=2, name="explicit"
        ),
        "dilated_array": nn.convolution(image, [[[[1.0], [2.0], [3.0]]]], "VALID", dilations=[2, 2]),
        "atrous": nn.atrous_conv2d(image, window2, 2, "SAME"),
        "atrous_of_one": nn.atrous_conv2d(unknown, window2, 1, "VALID", name="atrous"),
        "backprop_input": nn.conv2d_backprop_input([2, 6, 7, 3], window2, tf.ones([2, 6, 7, 4]), 4 * [1], "SAME"),
        "backprop_filter": nn.conv2d_backprop_filter(image, [3, 2, 3, 4], tf.ones([2, 6, 7, 4]), 4 * [1], "SAME"),
        "backprop_filter3": nn.conv3d_backprop_filter(
            volume, [2, 3, 2, 2, 3], tf.ones([2, 4, 5, 4, 3]), 5 * [1], "SAME"
        ),
    }


def _numbers(*shape):
    import numpy as np

    return (np.arange(np.prod(shape)) * 7 % 11).reshape(shape).astype(np.float32) - 5


FEEDS = {
    "line:0": _numbers(2, 8, 3),
    "image:0": _numbers(2, 6, 7, 3),
    "volume:0": _numbers(2, 4, 5, 4, 2),
    "unknown:0": _numbers(1, 5, 6, 3),
    "window1:0": _numbers(3, 3, 4),
    "window2:0": _numbers(3, 2, 3, 4),
    "window3:0": _numbers(2, 3, 2, 2, 3),
    "batches:0": _numbers(2, 2, 6, 7, 3),
}


def errors(tf):
    nn = tf.nn

    def image(*dims):
        return tf.placeholder(tf.float32, dims)

    def refused(function, *args, **kwargs):
        return lambda: function(image(1, 6, 6, 3), image(3, 3, 3, 2), *args, **kwargs)

    return {
        "both names": (lambda: nn.conv2d(image(1, 6, 6, 3), 1.0, filters=2.0), "Cannot specify both 'filter'"),
        "stride length": (refused(nn.conv2d, [1, 2, 3], "SAME"), "strides should be of length 1, 2 or 4"),
        "explicit": (refused(nn.conv2d, 1, "EXPLICIT"), "not a valid value for `padding`"),
        "pair": (refused(nn.conv2d, 1, [1, 2]), "must be a list/tuple of size 2"),
        "pairs": (refused(nn.conv2d, 1, [[1, 2]]), "it must be of size 4"),
        "no padding": (refused(nn.conv2d, 1), "Expected string for argument 'padding'"),
        "padding": (refused(nn.convolution, "BOTH"), "not in"),
        "list unless dilated": (refused(nn.convolution, 4 * [[0, 0]]), "Expected string for argument 'padding'"),
        "line format": (lambda: nn.conv1d(image(1, 6, 3), image(3, 3, 2), 1, "SAME", data_format="NWWC"), "NWC"),
        "line stride": (lambda: nn.conv1d(image(1, 6, 3), image(3, 3, 2), [1, 2, 1, 1], "SAME"), "length 1, 1 or 3"),
        "strides and rate": (
            refused(nn.convolution, "VALID", strides=[2, 1], dilation_rate=[2, 1]),
            "not supported in conjunction",
        ),
        "rate": (refused(nn.convolution, "VALID", dilation_rate=0), "must be positive"),
        "channels": (lambda: nn.convolution(image(1, 6, 6, 3), image(3, 3, 2, 2), "SAME"), "Depth of input"),
        "dilated channels": (
            lambda: nn.convolution(image(1, 6, 6, 3), image(3, 3, 2, 2), "SAME", dilation_rate=2),
            "number of input channels",
        ),
        "rank": (
            lambda: nn.convolution(image(1, 6, 6, 6, 6, 3), image(3, 3, 3, 3, 3, 2), "SAME"),
            "must be 1, 2, or 3",
        ),
        "no rank": (
            lambda: nn.convolution(tf.placeholder(tf.float32), tf.placeholder(tf.float32), "SAME"),
            "must be known",
        ),
        "unknown filter": (
            lambda: nn.convolution(image(1, 6, 6, 3), image(None, 3, 3, 2), "SAME", dilation_rate=2),
            "partially known",
        ),
        "atrous rate": (refused(nn.atrous_conv2d, 0, "VALID"), "must be positive"),
        "atrous padding": (refused(nn.atrous_conv2d, 2, "BOTH"), "must be one of 'SAME' or 'VALID'"),
    }
