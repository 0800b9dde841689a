"""GradientTape, vectorized_map, grad_pass_through: values, because TensorFlow records or rewrites nodes in another way."""

import numpy as np

SAME_NODES = False


def build(tf):
    x = tf.placeholder(tf.float32, [3], name="x")
    z = tf.placeholder(tf.float32, [2, 3], name="z")
    constant = x * 2.0
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, z])
        squared = x * x * constant
        product = z * z * x
        with tape.stop_recording():
            hidden = z * 3.0
        mixed = squared + tf.reduce_sum(hidden, 0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            cubed = x**3.0
        slope = inner.gradient(cubed, x)
    by_both = tape.gradient([squared, product], {"x": x, "z": z})
    passed = tf.grad_pass_through(tf.round)(x)
    none = tape.gradient(hidden, z)
    assert none is None
    return {
        "squared": tape.gradient(squared, x),
        "weighted": tape.gradient(squared, x, output_gradients=tf.constant([1.0, 2.0, 3.0])),
        "mixed": tape.gradient(mixed, x),
        "zero": tape.gradient(hidden, z, unconnected_gradients=tf.UnconnectedGradients.ZERO),
        "both_x": by_both["x"],
        "both_z": by_both["z"],
        "second": outer.gradient(slope, x),
        "jacobian": tape.jacobian(squared, x, experimental_use_pfor=False),
        "batch_jacobian": tape.batch_jacobian(product, z, experimental_use_pfor=False),
        "map": tf.vectorized_map(lambda row: tf.reduce_sum(row) * row, z),
        "map_two": tf.vectorized_map(lambda rows: {"sum": rows[0] + rows[1]}, (z, z * 2.0))["sum"],
        "passed": passed,
        "passed_gradient": tf.gradients(passed, x)[0],
    }


FEEDS = {"x:0": np.float32([1.25, -2.5, 3.75]), "z:0": np.float32([[1, 2, 3], [4, 5, 6]])}


def errors(tf):
    def twice():
        x = tf.zeros([2])
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        tape.gradient(y, x)
        tape.gradient(y, x)

    return {
        "twice": (twice, "can only be used to compute one set of gradients"),
        "watch": (lambda: tf.GradientTape().watch("x"), "not a Tensor|not tf.Tensor"),
        "reset": (lambda: tf.type_spec_from_value(object()), "Could not build a TypeSpec for"),
    }
