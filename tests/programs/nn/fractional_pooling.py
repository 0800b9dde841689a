"""tf.nn: pools of regions that are drawn at random; and how much of a tensor is zero."""


def build(tf):
    image = tf.placeholder(tf.float32, [2, 5, 6, 2], "image")
    integers = tf.placeholder(tf.int32, [None, 6, None, 1], "integers")
    nn = tf.nn
    best, best_rows, _ = nn.fractional_max_pool(image, [1.0, 1.44, 1.73, 1.0], deterministic=True, seed=1, seed2=2)
    mean, _, mean_columns = nn.fractional_avg_pool(
        image, [1.0, 1.3, 2.0, 1.0], True, True, deterministic=True, seed=3, name="mean"
    )
    counted, rows, columns = nn.fractional_avg_pool(integers, [1.0, 1.5, 1.5, 1.0], True, False, True, 0, 9)
    nn.fractional_max_pool(image, [1.0, 1.5, 1.5, 1.0])  # differs from run to run
    return {
        "best": best,
        "best_rows": tf.reduce_sum(tf.square(best_rows)),
        "d_best": tf.gradients(tf.square(best), image)[0],
        "mean": mean,
        "mean_columns": tf.reduce_sum(tf.square(mean_columns)),
        "d_mean": tf.gradients(tf.square(mean), image)[0],
        "counted": counted,
        "counted_regions": tf.reduce_max(rows) + tf.reduce_max(columns),
        "zero": nn.zero_fraction(image),
        "zero_integers": tf.math.zero_fraction(integers, name="share"),
    }


FEEDS = {
    "image:0": [[[[(7 * (12 * y + 2 * x + c + n)) % 23 - 9 for c in (0, 1)] for x in range(6)] for y in range(5)]
                for n in (0, 1)],
    "integers:0": [[[[(3 * y + x) % 5 - 2] for x in range(7)] for y in range(6)]],
}  # fmt: skip


def errors(tf):
    pool = tf.nn.fractional_max_pool
    image = lambda *dims: tf.zeros(dims)
    return {
        "ratio": (lambda: pool(image(1, 4, 4, 1), [1.0, 0.5, 1.0, 1.0]), "cannot be smaller than 1, got: 0.5"),
        "ratios": (lambda: pool(image(1, 4, 4, 1), [1.0, 1.5]), "less than minimum 4"),
        "rank": (lambda: tf.nn.fractional_avg_pool(image(4, 4, 1), [1.0, 1.5, 1.5, 1.0]), "rank 4 but is rank 3"),
        "dtype": (lambda: pool(tf.zeros([1, 4, 4, 1], tf.float16), [1.0, 1.5, 1.5, 1.0]), "."),
    }
