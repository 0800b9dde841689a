"""tf.orthogonal_initializer: tall, wide and deep."""

RTOL, ATOL = 1e-4, 1e-5


def build(tf):
    return {
        "square": tf.orthogonal_initializer(seed=1)([3, 3]),
        "tall": tf.initializers.orthogonal(gain=2.0, seed=2)([4, 2]),
        "wide": tf.orthogonal_initializer(seed=3, dtype=tf.float64)([2, 5]),
        "deep": tf.orthogonal_initializer(seed=4)([2, 2, 3]),
        "variable": tf.get_variable("v", [3, 2], initializer=tf.orthogonal_initializer(seed=5)),
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches)


def errors(tf):
    return {
        "vector": (lambda: tf.orthogonal_initializer()([3]), "two-dimensional"),
        "dtype": (lambda: tf.orthogonal_initializer(dtype=tf.int32), "floating point"),
    }
