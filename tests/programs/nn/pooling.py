"""tf.nn: pools of one to three axes."""


def build(tf):
    line = tf.placeholder(tf.float32, [None, 8, 3], "line")
    image = tf.placeholder(tf.float32, [None, 6, 7, 3], "image")
    volume = tf.placeholder(tf.float32, [2, 4, 5, 4, 2], "volume")
    nn = tf.nn
    best = nn.max_pool_with_argmax(image, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    named = nn.max_pool_with_argmax(
        image, [1, 2, 2, 1], [1, 1, 1, 1], "VALID", output_dtype=tf.int32, include_batch_in_index=True, name="best"
    )
    return {
        "avg": nn.avg_pool(image, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
        "avg_int": nn.avg_pool(image, 3, 2, "VALID", name="avg"),
        "avg2d": nn.avg_pool2d(image, 2, 1, "SAME"),
        "avg1d": nn.avg_pool1d(line, 2, 2, "SAME"),
        "avg1d_list": nn.avg_pool1d(line, [3], [1], "VALID", name="line"),
        "avg3d": nn.avg_pool3d(volume, 2, 2, "SAME"),
        "avg_v2": nn.avg_pool_v2(line, 2, 2, "SAME"),
        "avg_v2_3d": nn.avg_pool_v2(volume, [2, 1, 2], 1, "VALID", name="v2"),
        "max": nn.max_pool(image, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"),
        "max_explicit": nn.max_pool(image, 3, 2, [[0, 0], [1, 1], [0, 2], [0, 0]]),
        "max_default": nn.max_pool(image, 2, None, "VALID"),
        "max2d": nn.max_pool2d(image, [2, 3], 1, "SAME"),
        "max1d": nn.max_pool1d(line, 2, 2, "SAME"),
        "max1d_explicit": nn.max_pool1d(line, 2, 1, [[0, 0], [1, 1], [0, 0]], name="padded"),
        "max3d": nn.max_pool3d(volume, 2, 2, "SAME"),
        "max_v2": nn.max_pool_v2(image, 2, 2, "SAME"),
        "max_v2_1d": nn.max_pool_v2(line, 2, 2, "SAME"),
        "output": best[0],
        "argmax": best[1],
        "argmax32": named.argmax,
        "pool": nn.pool(image, [2, 2], "MAX", "SAME"),
        "pool_strided": nn.pool(image, [2, 2], "AVG", "VALID", strides=[2, 1]),
        "pool_dilated": nn.pool(image, [2, 2], "AVG", "VALID", dilation_rate=[2, 1], name="dilated"),
        "pool1": nn.pool(line, [2], "MAX", "SAME"),
        "pool1_dilated": nn.pool(line, [2], "MAX", "VALID", dilations=[3]),
        "pool3": nn.pool(volume, [2, 2, 1], "MAX", "VALID", data_format="NDHWC"),
    }


def _numbers(*shape):
    import numpy as np

    return (np.arange(np.prod(shape)) * 7 % 11).reshape(shape).astype(np.float32) - 5


FEEDS = {"line:0": _numbers(2, 8, 3), "image:0": _numbers(2, 6, 7, 3), "volume:0": _numbers(2, 4, 5, 4, 2)}


def errors(tf):
    nn = tf.nn

    def refused(function, *args, dims=(1, 4, 4, 3), **kwargs):
        return lambda: function(tf.placeholder(tf.float32, dims), *args, **kwargs)

    return {
        "length": (refused(nn.max_pool, [1, 2, 3], 1, "SAME"), "ksize should be of length 1, 2 or 4"),
        "stride": (refused(nn.max_pool, 2, 0, "VALID"), "Stride must be > 0"),
        "window": (refused(nn.max_pool, 0, 1, "VALID"), "`ksize` cannot be zero"),
        "format": (refused(nn.max_pool, 2, 1, "VALID", data_format="Q"), "not in"),
        "explicit": (refused(nn.max_pool2d, 2, 1, "EXPLICIT"), "not a valid value for `padding`"),
        "pairs": (refused(nn.max_pool2d, 2, 1, [[1, 1], [1, 1]]), "must be of size 4"),
        "pairs of a line": (refused(nn.max_pool1d, 2, 1, [[1, 1]], dims=[1, 4, 3]), "must be of size 3"),
        "rank of a line": (refused(nn.avg_pool1d, 2, 1, "SAME"), "rank 4"),
        "rank": (refused(nn.max_pool_v2, 2, 1, "SAME", dims=[2, 2]), "must be 3, 4 or 5"),
        "no rank": (refused(nn.avg_pool_v2, 2, 1, "SAME", dims=None), "unknown rank"),
        "strides of a volume": (refused(nn.max_pool3d, 2, [1, 1, 2, 2], "SAME", dims=[1, 2, 2, 2, 3]), "1, 3 or 5"),
        "argmax of an int": (refused(nn.max_pool_with_argmax, 2, [1, 1], "SAME"), "Expected list for 'ksize'"),
        "argmax names": (
            refused(nn.max_pool_with_argmax, [1, 2, 2, 1], 4 * [1], "SAME", Targmax=tf.int32, output_dtype=tf.int64),
            "both",
        ),
        "type": (refused(nn.pool, [2, 2], "MIN", "SAME"), "MIN pooling is not supported"),
        "rate and strides": (refused(nn.pool, [2, 2], "MAX", "VALID", [2, 2], [2, 2]), "in conjunction"),
        "same and rate": (refused(nn.pool, [2, 2], "MAX", "SAME", [2, 2]), "not implemented"),
        "pool rank": (refused(nn.pool, [2, 2, 2], "MAX", "SAME"), "must have rank 5"),
        "windows": (refused(nn.pool, [2, 2, 2, 2], "MAX", "SAME", dims=[1, 2, 2, 2, 2, 3]), "must be 1, 2, or 3"),
        "large strides": (refused(nn.pool, [2, 2], "MAX", "SAME", strides=[3, 3]), "`strides` > `window_shape`"),
        "zero strides": (refused(nn.pool, [2, 2], "MAX", "SAME", strides=[0, 3]), "must be positive"),
        "few strides": (refused(nn.pool, [2, 2], "MAX", "SAME", strides=[1]), "should be 2"),
        "few rates": (refused(nn.pool, [2, 2], "MAX", "VALID", [1]), "should be 2"),
    }
