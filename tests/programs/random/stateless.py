"""tf.random.stateless_*: equal seeds give equal numbers, bit by bit."""

RTOL = 0


def build(tf):
    seed = tf.placeholder(tf.int64, [2], name="seed")
    random = tf.random
    return {
        "uniform": random.stateless_uniform([5], [1, 2]),
        "uniform bounds": random.stateless_uniform([2, 2], [1, 2], -1.0, 3.0, name="named"),
        "uniform double": random.stateless_uniform([3], seed, dtype=tf.float64),
        "uniform int": random.stateless_uniform([5], [1, -2], 1, 50, tf.int32),
        "uniform long": random.stateless_uniform([3], seed, 0, 10**12, tf.int64),
        "full int": random.stateless_uniform([5], [1, 2], None, None, tf.int32),
        "full unsigned": random.stateless_uniform([3], [1, 2], None, None, tf.uint64),
        "normal": random.stateless_normal([5], seed),
        "normal double": random.stateless_normal([3], [3, 4], 1.0, 2.0, tf.float64),
        "truncated": random.stateless_truncated_normal([7], [3, 4], 1.0, 2.0),
        "gamma": random.stateless_gamma([4, 2], [1, 2], [0.5, 3.0]),
        "gamma beta": random.stateless_gamma([2], [1, 2], 2.0, beta=[1.0, 4.0]),
        "poisson": random.stateless_poisson([4, 2], [1, 2], [0.5, 20.0]),
        "multinomial": random.stateless_multinomial([[0.0, 1.0, 2.0]], 6, [1, 2]),
        "categorical": random.stateless_categorical([[0.0, 1.0, 2.0]], 6, seed, dtype=tf.int32),
        "gamma of old graphs": tf.raw_ops.StatelessRandomGammaV2(
            shape=[4, 2], seed=[1, 2], alpha=tf.constant([0.5, 3.0])
        ),
        "full int of old graphs": tf.raw_ops.StatelessRandomUniformFullInt(shape=[3], seed=[1, 2], dtype=tf.int64),
        "key of another stream": tf.raw_ops.StatelessRandomUniformV2(
            shape=[6],
            key=tf.constant([7], tf.uint64),
            counter=tf.constant([2, 9], tf.uint64),
            alg=1,
        ),
        "split": random.split([1, 2], 3),
        "fold in": random.fold_in([1, 2], 3),
    }


FEEDS = {"seed:0": [2**40, -7]}


def errors(tf):
    return {
        "one bound": (lambda: tf.random.stateless_uniform([2], [1, 2], None, 3, tf.int32), "both None or not None"),
        "unsigned": (lambda: tf.random.stateless_uniform([2], [1, 2], 1, 3, tf.uint32), "unsigned"),
        "dtype": (lambda: tf.random.stateless_uniform([2], [1, 2], dtype=tf.bool), "dtype"),
        "seed": (lambda: tf.random.stateless_uniform([2], [1, 2, 3]), ""),
        "algorithm": (lambda: tf.random.stateless_uniform([2], [1, 2], alg="mersenne"), "alg"),
    }
