"""map_fn, scan, foldl, foldr: structures, dtypes, limits, and their gradients."""

from programs.control_contexts import run_with


def build(tf):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    k = tf.placeholder(tf.float32, [4, 2], name="k")
    c, d = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([1, 2])
    fetches = {}

    def add(name, value):
        for i, one in enumerate(tf.nest.flatten(value)):
            fetches[f"{name} {i}"] = one

    squares = tf.map_fn(lambda v: tf.square(v), x)
    add("map", squares)
    add("map gradient", tf.gradients(squares, x))
    add(
        "map pair",
        tf.map_fn(
            lambda t: (t[1], t[0] + 1.0),
            (c, d),
            dtype=(tf.int32, tf.float32),
            parallel_iterations=3,
            back_prop=False,
            swap_memory=True,
            infer_shape=False,
            name="pair",
        ),
    )
    add("map dict", tf.map_fn(lambda t: {"a": t, "b": tf.constant(1)}, c, dtype={"a": tf.float32, "b": tf.int32}))
    add("map signature", tf.map_fn(lambda t: t[0] > 1.5, c, fn_output_signature=tf.bool))
    add("map nested", tf.map_fn(lambda row: tf.map_fn(lambda e: e * 2.0, row), c))
    add("map strings", tf.map_fn(lambda s: s, tf.constant(["a", "bc"])))

    add("foldl", tf.foldl(lambda a, v: a + v, k))
    add("foldl start", tf.foldl(lambda a, v: a * v, x, tf.constant([1.0, 1.0]), 1, False, name="product"))
    add("foldl pair", tf.foldl(lambda a, v: a + v[0] * v[1], (k, k), initializer=tf.constant([0.0, 0.0])))
    add("foldr", tf.foldr(lambda a, v: a - v, k))
    add("foldr start", tf.foldr(lambda a, v: a * v, x, initializer=tf.constant([1.0, 1.0])))
    add("foldr gradient", tf.gradients(tf.foldr(lambda a, v: a * v, k), k))

    scanned = tf.scan(lambda a, v: a * v, k)
    add("scan", scanned)
    add("scan gradient", tf.gradients(scanned, k))
    add(
        "scan pair",
        tf.scan(
            lambda a, v: (a[0] + v, a[1] + 1),
            x,
            initializer=(tf.constant([0.0, 0.0]), 0),
            reverse=True,
            name="backward",
            infer_shape=False,
        ),
    )
    add("scan reverse", tf.scan(lambda a, v: a + v, k, reverse=True))
    add(
        "scan options",
        tf.scan(lambda a, v: a + v[0], (x, x), tf.constant([0.0, 0.0]), 1, back_prop=False, swap_memory=True),
    )
    add("scan gradient x", tf.gradients(tf.scan(lambda a, v: a * v + v, x, tf.constant([1.0, 1.0])), x))
    return fetches


run = run_with(
    {
        f"{n} rows": {"x:0": [[1.0, 2.0], [0.5, -1.0], [3.0, 2.0]][:n], "k:0": [[1.0, 2.0], [2.0, 3.0]] * 2}
        for n in (1, 3)
    }
)


def errors(tf):
    pair = ([1.0], [1.0, 2.0])
    return {
        "map nothing": (lambda: tf.map_fn(lambda x: x, []), "does not contain any Tensors"),
        "map scalar": (lambda: tf.map_fn(lambda x: x, tf.constant(1.0)), "not scalars"),
        "map structure": (lambda: tf.map_fn(lambda x: (x, x), tf.constant([1.0])), "same nested structure"),
        "map rows": (lambda: tf.map_fn(lambda x: x[0], tuple(map(tf.constant, pair)), tf.float32), "not compatible"),
        "scan structure": (lambda: tf.scan(lambda a, x: (a, a), tf.constant([1.0])), "same nested structure"),
        "foldl shape": (
            lambda: tf.foldl(lambda a, x: tf.stack([a, x]), tf.constant([1.0, 2.0])),
            "after one iteration",
        ),
    }
