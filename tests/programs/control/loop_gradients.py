"""Gradients through loops: accumulators, invariants, nesting, branches, unused results, slices, higher orders."""

from programs.control_contexts import run_with


def build(tf):
    x = tf.placeholder(tf.float32, [2, 2], name="x")
    w = tf.placeholder(tf.float32, [2, 2], name="w")
    u = tf.placeholder(tf.float32, None, name="u")
    s = tf.placeholder(tf.float32, None, name="s")
    n = tf.placeholder(tf.int32, [], name="n")
    fetches = {}

    def add(name, target, sources, **arguments):
        for i, gradient in enumerate(tf.gradients(target, sources, **arguments)):
            if gradient is not None:
                fetches[f"{name} {i}"] = gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient

    def loop(body, *variables):
        return tf.while_loop(lambda i, *_: i < n, lambda i, *v: (i + 1, *body(i, *v)), [tf.constant(0), *variables])[1:]

    add("simple", loop(lambda i, v: [tf.tanh(tf.matmul(v, w))], x), [x, w])
    add("unknown", loop(lambda i, v: [tf.square(v * s)], u), [u, s])
    add("two", loop(lambda i, a, b: [a * b, tf.sin(b)], x, w)[0], [x, w])
    add("independent", loop(lambda i, a, b: [tf.square(x), tf.sin(s)], x, u), [x, u, s])
    add("colocated", loop(lambda i, v: [tf.tanh(tf.matmul(v, x))], x), [x], colocate_gradients_with_ops=True)
    add("grad_ys", loop(lambda i, v: [v * w], x), [x], grad_ys=[tf.constant([[1.0, 2.0], [3.0, 4.0]])])

    def nested(by, inner_by):
        def body(i, v):
            def inner(j, t):
                return j + 1, tf.square(t * inner_by)

            _, t = tf.while_loop(lambda j, t: j < i, inner, [tf.constant(0), v])
            return [t * by]

        return body

    add("nested", loop(nested(w, 0.5 * w), x), [x, w])
    add("nested unknown", loop(nested(u, s), u), [u, s])

    def branch(by, also_by):
        return lambda i, v: [tf.cond(i < 1, lambda: tf.square(v * by), lambda: v * also_by)]

    add("cond inside", loop(branch(w, x), x), [x, w])
    add("cond inside unknown", loop(branch(s, u), u), [u, s])
    inside = tf.cond(n > 1, lambda: loop(lambda i, v: [tf.square(v * s)], u)[0], lambda: u)
    add("inside cond", inside, [u, s])
    add("no back_prop", tf.while_loop(lambda v: tf.reduce_sum(v) < 9.0, lambda v: v * 2.0, [x], back_prop=False), [x])
    add("gather", loop(lambda i, v: [v * tf.gather(x, [1, 0])], w), [x])
    add("gather unknown", loop(lambda i, v: [v * tf.gather(u, [1, 0])], s), [u])
    add("concat", loop(lambda i, v: [tf.concat([v[:, 1:], v[:, :1] * w[:, 1:]], 1)], x), [x, w])
    joined = tf.cond(n > 1, lambda: tf.concat([x, w], 0), lambda: tf.concat([w, x], 0))
    add("concat in cond", joined, [x, w])
    fetches["inside"] = loop(lambda i, v: tf.gradients(v * tf.square(w), v), x)[0]

    def inner_loop(i, v):
        t = tf.while_loop(lambda j, t: j < 2, lambda j, t: (j + 1, tf.square(t * w)), [tf.constant(0), v])[1]
        return tf.gradients(t, v)

    fetches["loop inside"] = loop(inner_loop, x)[0]
    return fetches


FEED = {
    "x:0": [[0.5, -1.0], [1.5, 0.25]],
    "w:0": [[0.75, 0.5], [-0.5, 1.25]],
    "u:0": [[1.0, 0.5], [0.25, -1.0]],
    "s:0": 0.5,
}
run = run_with({f"n={n}": {**FEED, "n:0": n} for n in (0, 1, 3)})


def errors(tf):
    def loop(body):
        x = tf.constant([1.0, 2.0])
        return tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, body(x, v)), [0, x])[1], x

    def second_order():
        w = tf.constant(2.0)
        y, x = loop(lambda x, v: v * w)
        return tf.gradients(tf.gradients(y, x), w)

    return {
        "second order": (second_order, "Second-order gradient for while loops not supported"),
        "by the start": (
            lambda: loop(lambda x, v: tf.gradients(tf.square(v), x)[0]),
            "Cannot compute gradient inside while loop",
        ),
    }
