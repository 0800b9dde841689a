"""Fourier transforms over any axes: graphs only, because TensorFlow has no kernels for them."""


def build(tf):
    signal = tf.signal
    cube = tf.placeholder(tf.float32, [4, 2, 3], name="cube")
    complex_cube = tf.complex(cube, cube)
    tf.fftnd(complex_cube, [2, 3], [1, 2])
    tf.ifftnd(complex_cube, [3], [2])
    tf.rfftnd(cube, [2], [0])
    tf.irfftnd(complex_cube, [4], [2], name="inverse")
    signal.fftnd(complex_cube)
    signal.fftnd(complex_cube, [4, 4], [1, 2], norm="ortho")
    signal.ifftnd(complex_cube, [4], [-1], norm="forward")
    signal.rfftnd(cube)
    signal.rfftnd(cube, [4, 3, 3], norm="backward")
    signal.irfftnd(complex_cube, norm="ortho")
    return {"longer": signal.ifftnd(complex_cube, [4, 4, 4], name="longer")}


def run(tf, session, fetches):
    return {}


def errors(tf):
    return {
        "ints": (lambda: tf.signal.rfftnd(tf.constant([1, 2])), "requires tf.float32 or tf.float64"),
        "complex": (lambda: tf.signal.fftnd(tf.constant([1, 2])), "not in list of allowed values"),
    }
