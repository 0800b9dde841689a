"""tf.nn: grayscale dilation and erosion."""


def build(tf):
    image = tf.placeholder(tf.float32, [None, 5, 6, 2], "image")
    unknown = tf.placeholder(tf.float32, name="unknown")
    kernel = tf.placeholder(tf.float32, [2, 3, 2], "kernel")
    nn = tf.nn
    dilated = nn.dilation2d(image, kernel, [1, 1, 1, 1], [1, 1, 1, 1], "SAME")
    strided = nn.dilation2d(
        image, filters=kernel, strides=[1, 2, 1, 1], dilations=[1, 1, 2, 1], padding="VALID", name="strided"
    )
    eroded = nn.erosion2d(image, kernel, [1, 1, 2, 1], [1, 2, 1, 1], "SAME", name="eroded")
    return {
        "dilated": dilated,
        "strided": strided,
        "eroded": eroded,
        "integers": nn.dilation2d([[[[1], [5]], [[3], [2]]]], [[[2], [-9]]], [1, 1, 1, 1], [1, 1, 1, 1], "SAME"),
        "eroded_unknown": nn.erosion2d(unknown, kernel, [1, 1, 1, 1], [1, 1, 1, 1], "VALID"),
        "d_image": tf.gradients(dilated * strided[:1, :1, :1], image)[0],
        "d_kernel": tf.gradients(tf.square(dilated), kernel)[0],
        "d_strided": tf.gradients(strided, kernel)[0],
        "d_eroded": tf.gradients(tf.square(eroded), [image, kernel])[1],
    }


ROWS = [[[(7 * (12 * y + 2 * x + c)) % 23 - 9 for c in range(2)] for x in range(6)] for y in range(10)]
FEEDS = {
    "image:0": [ROWS[:5], ROWS[5:]],
    "unknown:0": [ROWS[2:7]],
    "kernel:0": [[[1, 2], [-3, 0.5], [0, -1]], [[2, -2], [1, 0], [0.5, 4]]],
}


def errors(tf):
    dilate = tf.nn.dilation2d
    ones = [1, 1, 1, 1]
    image = lambda *dims: tf.zeros(dims or [1, 4, 4, 2])
    return {
        "rank": (lambda: dilate(image(4, 4, 2), image(2, 2, 2), ones, ones, "SAME"), "rank 4 but is rank 3"),
        "depth": (lambda: dilate(image(), image(2, 2, 3), ones, ones, "SAME"), "must be equal, but are 2 and 3"),
        "stride": (lambda: dilate(image(), image(2, 2, 2), [1, 0, 1, 1], ones, "SAME"), "must be > 0"),
        "strides": (lambda: dilate(image(), image(2, 2, 2), [1, 1], ones, "SAME"), "less than minimum 4"),
        "size": (lambda: dilate(image(), image(2, 2, 2), ones, [1, 9, 1, 1], "VALID"), "would be negative"),
        "padding": (lambda: dilate(image(), image(2, 2, 2), ones, ones, "EXPLICIT"), "."),
        "erosion": (lambda: tf.nn.erosion2d(image(), image(2, 2), ones, ones, "SAME"), "rank 3 but is rank 2"),
    }
