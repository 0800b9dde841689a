"""tf.random_shuffle, random_crop, multinomial and categorical, bit by bit."""

RTOL = 0


def build(tf):
    tf.set_random_seed(3)
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    return {
        "shuffle": tf.random_shuffle(tf.range(9)),
        "shuffle rows": tf.random.shuffle([["a", "b"], ["c", "d"], ["e", "f"]], seed=2, name="named"),
        "shuffle unknown": tf.random_shuffle(x),
        "crop": tf.random_crop(tf.reshape(tf.range(48), [4, 4, 3]), [2, 3, 3], seed=1),
        "crop unknown": tf.random_crop(x, [2, 2]),
        "multinomial": tf.multinomial([[0.0, 1.0, 2.0], [3.0, 0.0, 0.0]], 5),
        "multinomial int": tf.random.multinomial([[0.0, 1.0]], 4, seed=5, output_dtype=tf.int32),
        "categorical": tf.random.categorical([[0.0, 1.0, -1.0]], 6),
        "categorical int": tf.random.categorical(tf.constant([[0.0, 1.0]]), 3, dtype=tf.int32, seed=2, name="c"),
    }


FEED = {"x:0": [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]}


def run(tf, session, fetches):
    values = session.run(fetches, FEED)
    values.update({f"{label} again": value for label, value in session.run(fetches, FEED).items()})
    return values


def errors(tf):
    return {
        "crop rank": (lambda: tf.random_crop([[1, 2]], [1]), ""),
        "logits": (lambda: tf.multinomial([1.0, 2.0], 3), "rank 2|matrix"),
    }
