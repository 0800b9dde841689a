"""tf.random_*: shapes known and unknown, dtypes, parameters that are tensors, two runs, bit by bit."""

RTOL = 0


def build(tf):
    tf.set_random_seed(3)
    size = tf.placeholder(tf.int32, [2], name="size")
    rows = tf.shape(tf.placeholder(tf.float32, [None, 3], name="x"))
    made = {
        "normal": tf.random_normal([5]),
        "normal mean": tf.random.normal([2, 3], mean=[1.0, 2.0, 3.0], stddev=0.5, name="named"),
        "normal double": tf.random_normal([3], dtype=tf.float64, seed=1),
        "normal half": tf.random_normal([4], dtype=tf.float16),
        "scalar": tf.random_normal([]),
        "shape tensor": tf.random_normal(size),
        "shape of": tf.random_uniform(rows),
        "static shape": tf.random_normal(tf.TensorShape([2, 2])),
        "dims": tf.random_normal([tf.constant(2), 3]),
        "tuple": tf.random_normal((tf.Dimension(2), 2)) if hasattr(tf, "Dimension") else tf.random_normal((2, 2)),
        "truncated": tf.truncated_normal([7], 1.0, 2.0),
        "truncated double": tf.random.truncated_normal([3], dtype=tf.float64),
        "uniform": tf.random_uniform([5]),
        "uniform bounds": tf.random_uniform([5], -1.0, 3.0),
        "uniform to": tf.random_uniform([2], 0, 5.0),
        "uniform from": tf.random_uniform([2], maxval=None, minval=0.5),
        "uniform one": tf.random_uniform([2], 0, 1),
        "uniform double": tf.random.uniform([3], dtype=tf.float64),
        "uniform tensor": tf.random_uniform([3], tf.constant(1.0), tf.constant(2.0)),
        "int": tf.random_uniform([4], 3, 9, tf.int32),
        "long": tf.random_uniform([4], maxval=10**12, dtype=tf.int64),
        "gamma": tf.random_gamma([2], [0.5, 1.0, 3.0]),
        "gamma beta": tf.random.gamma([3], 2.0, beta=[1.0, 4.0], seed=4),
        "gamma double": tf.random_gamma([2], [[2.0]], dtype=tf.float64),
        "poisson": tf.random_poisson([0.5, 20.0], [3]),
        "poisson int": tf.random.poisson(4.0, [2, 2], dtype=tf.int32, seed=2),
    }
    return made


def run(tf, session, fetches):
    feeds = {"size:0": [2, 2], "x:0": [[1.0, 2.0, 3.0]] * 2}
    values = session.run(fetches, feeds)
    values.update({f"{label} again": value for label, value in session.run(fetches, feeds).items()})
    return values


def errors(tf):
    return {
        "no upper bound": (lambda: tf.random_uniform([2], dtype=tf.int32), "[Mm]ust specify maxval"),
        "dtype": (lambda: tf.random_uniform([2], dtype=tf.bool), "dtype"),
        "normal dtype": (lambda: tf.random_normal([2], dtype=tf.int32), ""),
        "negative": (lambda: tf.random_normal([-2]), ""),
        "shape": (lambda: tf.random_normal([[1, 2]]), ""),
    }
