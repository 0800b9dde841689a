"""tf.nn: layers of quantized networks; what they compute is fetched as floats."""


def build(tf):
    image = tf.placeholder(tf.float32, [1, 5, 6, 2], "image")
    window = tf.placeholder(tf.float32, [2, 3, 2, 3], "window")
    nn = tf.nn
    narrow, low, high = tf.quantize_v2(image, -6.0, 10.0, tf.quint8, mode="MIN_FIRST")
    weights, w_low, w_high = tf.quantize_v2(window, -1.0, 1.5, tf.quint8, mode="MIN_FIRST")
    signed, s_low, s_high = tf.quantize_v2(image, -8.0, 8.0, tf.qint8, mode="SCALED")
    same = nn.quantized_conv2d(narrow, weights, low, high, w_low, w_high, [1, 1, 1, 1], "SAME")
    valid = nn.quantized_conv2d(narrow, weights, low, high, w_low, w_high, [1, 2, 2, 1], "VALID", name="valid")
    best = nn.quantized_max_pool(narrow, low, high, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    mean = nn.quantized_avg_pool(narrow, low, high, [1, 3, 3, 1], [1, 2, 1, 1], "SAME")
    best_signed = nn.quantized_max_pool(signed, s_low, s_high, [1, 3, 2, 1], [1, 1, 1, 1], "SAME", name="signed")
    relu = tf.raw_ops.QuantizedRelu(features=narrow, min_features=low, max_features=high)
    relu6 = tf.raw_ops.QuantizedRelu6(features=narrow, min_features=low, max_features=high)
    return {
        "same": tf.bitcast(same.output, tf.int32),
        "same_range": tf.stack(same[1:]),
        "valid": tf.bitcast(valid.output, tf.int32),
        "best": tf.bitcast(best.output, tf.uint8),
        "best_range": tf.stack(best[1:]),
        "mean": tf.bitcast(mean.output, tf.uint8),
        "best_signed": tf.bitcast(best_signed.output, tf.int8),
        "relu": tf.bitcast(relu.activations, tf.uint8),
        "relu6": tf.bitcast(relu6.activations, tf.uint8),
        "relu_range": tf.stack(relu6[1:]),
    }


FEEDS = {
    "image:0": [[[[(7 * (12 * y + 2 * x + c)) % 23 / 2.0 - 5 for c in (0, 1)] for x in range(6)] for y in range(5)]],
    "window:0": [[[[(5 * (9 * i + 3 * j + c) + k) % 11 / 5.0 - 1 for k in range(3)] for c in range(2)] for j in range(3)]
                 for i in range(2)],
}  # fmt: skip


def errors(tf):
    nn = tf.nn
    ones = [1, 1, 1, 1]
    image = lambda *dims: tf.placeholder(tf.quint8, dims)
    return {
        "rank": (lambda: nn.quantized_max_pool(image(4, 4, 1), 0.0, 1.0, ones, ones, "SAME"), "rank 4 but is rank 3"),
        "range": (lambda: nn.quantized_avg_pool(image(1, 4, 4, 1), [0.0], 1.0, ones, ones, "SAME"), "rank 0"),
        "depth": (
            lambda: nn.quantized_conv2d(image(1, 4, 4, 2), image(2, 2, 3, 1), 0.0, 1.0, 0.0, 1.0, ones, "SAME"),
            "must be equal|is not a multiple",
        ),
        "dtype": (lambda: nn.quantized_relu_x(tf.zeros([2]), 1.0, 0.0, 1.0), "."),
    }
