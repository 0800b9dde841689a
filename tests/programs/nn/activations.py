"""tf.nn: activations, biases and dropout."""


def build(tf):
    tf.set_random_seed(7)
    x = tf.placeholder(tf.float32, [None, 3, 4], "x")
    rows = tf.placeholder(tf.float32, [None, 4], "rows")
    rate = tf.placeholder(tf.float32, [], "rate")
    image = tf.placeholder(tf.float32, [2, 3, 2, 2], "image")
    nn = tf.nn
    return {
        "relu": nn.relu(x),
        "relu6": nn.relu6(x, name="six"),
        "relu6_list": nn.relu6([7.0, -1.0]),
        "crelu": nn.crelu(x),
        "crelu_axis": nn.crelu([1.0, -2.0], axis=0, name="both"),
        "elu": nn.elu(x),
        "selu": nn.selu(x),
        "leaky": nn.leaky_relu(x),
        "leaky_integers": nn.leaky_relu([1, -2], 0.5, name="leak"),
        "softplus": nn.softplus(x),
        "softsign": nn.softsign(x),
        "sigmoid": nn.sigmoid(x),
        "tanh": nn.tanh(x),
        "softmax": nn.softmax(x),
        "softmax_last": nn.softmax(x, axis=2),
        "softmax_middle": nn.softmax(x, axis=1, name="middle"),
        "softmax_negative": nn.softmax(x, dim=-2),
        "softmax_list": nn.softmax([[1.0, 2.0]]),
        "log_softmax": nn.log_softmax(rows),
        "log_softmax_first": nn.log_softmax(rows, axis=0),
        "bias": nn.bias_add(rows, [1.0, 2.0, 3.0, 4.0]),
        "bias_channels_last": nn.bias_add(x, tf.ones([4]), data_format="NWC"),
        "bias_channels_first": nn.bias_add(image, [1.0, 2.0, 3.0], data_format="NCHW", name="channels"),
        "xw_plus_b": nn.xw_plus_b(rows, tf.ones([4, 2]), tf.ones([2])),
        "relu_layer": nn.relu_layer(rows, tf.ones([4, 2]), [-5.0, 2.0], name="layer"),
        "dropout": nn.dropout(rows, 0.5),
        "dropout_seed": nn.dropout(rows, rate=0.25, seed=3, name="drop"),
        "dropout_noise": nn.dropout(tf.placeholder(tf.float32, [2, None], "wide"), rate=0.4, noise_shape=[None, 1]),
        "dropout_tensor": nn.dropout(rows, rate=rate),
        "dropout_keep": nn.dropout(rows, keep_prob=rate, noise_shape=[2, 1]),
        "dropout_none": nn.dropout(rows, rate=0),
        "dropout_half": nn.dropout(tf.cast(rows, tf.float64), rate=0.5, seed=1),
    }


FEEDS = {
    "x:0": [[[1, -2, 3, -4], [5, 6, 7, 8], [0, 0.5, -0.5, 2]], [[1, 1, 1, 1], [0, 0, 1, 0], [9, -9, 8, 0]]],
    "rows:0": [[1, 2, 3, 4], [-1, 0, 1, 2]],
    "rate:0": 0.3,
    "wide:0": [[1, 2, 3], [4, 5, 6]],
    "image:0": [[[[1, 2], [3, 4]]] * 3] * 2,
}


def errors(tf):
    nn = tf.nn
    return {
        "axis": (lambda: nn.softmax(tf.ones([2, 3]), axis=2), r"must be in the range \[-2, 2\)"),
        "axis of unknown rank": (lambda: nn.softmax(tf.placeholder(tf.float32), axis=1), ""),
        "scalar": (lambda: nn.softmax(1.0), "at least rank 1"),
        "both names": (lambda: nn.softmax([1.0], axis=0, dim=0), "Cannot specify both"),
        "bias format": (lambda: nn.bias_add(tf.ones([2, 3]), tf.ones([3]), "FOO"), "must be of the form"),
        "bias channels": (lambda: nn.bias_add(tf.ones([2, 3]), tf.ones([2])), "Dimensions must be equal"),
        "rate": (lambda: nn.dropout(tf.ones([2]), rate=1.5), r"in the range \[0, 1\)"),
        "keep_prob": (lambda: nn.dropout([1.0], 1.5), r"in the range \[0, 1\)"),
        "no rate": (lambda: nn.dropout(tf.ones([2])), "`rate` must be provided"),
        "both rates": (lambda: nn.dropout(tf.ones([2]), 0.5, rate=0.5), "Cannot specify both"),
        "integers": (lambda: nn.dropout(tf.ones([2], tf.int32), rate=0.5), "must be a floating point tensor"),
        "rate dtype": (lambda: nn.dropout(tf.ones([2], tf.float16), rate=tf.constant(0.5)), "must be compatible with"),
        "keep_prob text": (lambda: nn.dropout(tf.ones([2]), "half"), "must be a floating point number"),
        "rate vector": (lambda: nn.dropout(tf.ones([2]), rate=tf.ones([2])), "rank 0"),
    }
