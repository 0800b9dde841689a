"""tf.concat of known and unknown shapes."""


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.constant([[1.0, 2.0, 3.0]], name="y")
    return {
        "rows": tf.concat([x, y], 0),
        "columns": tf.concat([y, y], axis=-1, name="columns"),
        "one": tf.concat([x], 0),
    }


FEEDS = {"x:0": [[4.0, 5.0, 6.0]]}


def errors(tf):
    return {"ranks": (lambda: tf.concat([[1.0], [[2.0]]], 0), "rank")}
