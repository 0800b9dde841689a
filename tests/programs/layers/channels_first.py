"""tf.layers: transposed convolutions of channels that come first, which processors compute through transposes."""


def build(tf):
    tf.set_random_seed(5)
    image = tf.placeholder(tf.float32, [2, 3, 4, 5], "image")
    unknown = tf.placeholder(tf.float32, [None, 3, None, 5], "unknown")
    volume = tf.placeholder(tf.float32, [2, 3, 4, 4, 4], "volume")
    layers = tf.layers
    layers.conv3d_transpose(volume, 2, 3, 2, "same", "channels_first")  # for other devices
    return {
        "same": layers.conv2d_transpose(image, 2, 3, 2, "same", "channels_first"),
        "valid": layers.conv2d_transpose(
            unknown, 4, (2, 3), data_format="channels_first", use_bias=False, activation=tf.tanh, name="back"
        ),
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    lines = [[(7 * (3 * y + x) % 11) / 4 for x in range(5)] for y in range(12)]
    image = [[lines[:4], lines[4:8], lines[8:]], [lines[3:7], lines[5:9], lines[:4]]]
    return session.run(fetches, {"image:0": image, "unknown:0": image})


def errors(tf):
    image = tf.placeholder(tf.float32, [2, 3, 4, 5])
    unknown = tf.placeholder(tf.float32, [2, None, 4, 5])
    layers = tf.layers
    return {
        "rank": (lambda: layers.conv2d_transpose(image[0], 2, 3, data_format="channels_first"), "ndim"),
        "channels": (lambda: layers.conv2d_transpose(unknown, 2, 3, data_format="channels_first"), "should be defined"),
    }
