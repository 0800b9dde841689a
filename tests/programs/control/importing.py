"""import_graph_def inside branches, loops and control dependencies."""


def build(tf):
    def definition(body):
        with tf.Graph().as_default() as inner:
            tf.identity(body(tf.placeholder(tf.float32, [2], name="x")), name="y")
        return inner.as_graph_def()

    looped = definition(lambda x: tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * 2.0), (0, x))[1])
    plain = definition(lambda x: x * 2.0 + tf.constant([1.0, 2.0]))
    p = tf.placeholder_with_default(True, [], name="p")
    a = tf.constant([1.0, 2.0])

    def imported(graph_def, tensor):
        result = tf.import_graph_def(graph_def, {"x:0": tensor}, ["y:0"])[0]
        result.set_shape([2])
        return result

    fetches = {
        "loop in branch": tf.cond(p, lambda: imported(looped, a), lambda: a),
        "branch": tf.cond(p, lambda: a, lambda: imported(plain, a)),
        "loop": tf.while_loop(lambda k, v: k < 2, lambda k, v: (k + 1, imported(plain, v)), (0, a), name="outer")[1],
    }
    with tf.control_dependencies([tf.no_op(name="before")]):
        fetches["controlled"] = imported(plain, a)
    return fetches
