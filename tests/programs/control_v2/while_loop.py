"""while_loop as While: limits, invariants, structures, TensorArrays, variables, branches and loops inside, gradients."""

from programs.control_flow_v2 import with_functions


@with_functions
def build(tf):
    x = tf.placeholder(tf.float32, [3], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    v = tf.get_variable("v", initializer=[1.0, 2.0, 0.5], use_resource=True)
    fetches = {}

    def repeated(body, start, name):
        return tf.while_loop(lambda i, _: i < n, lambda i, y: (i + 1, body(i, y)), [0, start], name=name)[1]

    fetches["power"] = repeated(lambda i, y: y * x, tf.ones([3]), None)
    fetches["grown"] = tf.while_loop(
        lambda i, y: i < n,
        lambda i, y: (i + 1, tf.concat([y, y], 0)),
        (tf.constant(0), x),
        shape_invariants=(tf.TensorShape([]), tf.TensorShape([None])),
        back_prop=False,
        parallel_iterations=3,
        maximum_iterations=n,
        name="inv",
    )[1]
    fetches["single"] = tf.while_loop(lambda i: i < n, lambda i: i + 1, [0], maximum_iterations=2)
    fetches["list"] = tf.while_loop(lambda i: i < n, lambda i: i + 1, [tf.constant(0)], return_same_structure=True)[0]
    (nested,) = tf.while_loop(
        lambda d: d["i"] < n,
        lambda d: [{"i": d["i"] + 1, "y": (d["y"][0] * tf.reduce_sum(x),)}],
        [{"i": 0, "y": (x,)}],
        name="dict",
    )
    fetches["dict"] = nested["y"][0]
    _, rows = tf.while_loop(
        lambda i, t: i < n,
        lambda i, t: (i + 1, t.write(i, x * v)),
        [tf.constant(0), tf.TensorArray(tf.float32, size=0, dynamic_size=True)],
    )
    fetches["rows"], fetches["count"] = rows.stack(), rows.size()
    fetches["rows by x"], fetches["rows by v"] = tf.gradients(fetches["rows"], [x, v])
    branches = repeated(lambda i, y: tf.cond(i > 1, lambda: tf.tanh(y * x), lambda: y * y), x, "withcond")
    fetches["branches"], fetches["branches by x"] = branches, tf.gradients(branches, x)[0]

    def inner(i, y):
        return tf.while_loop(lambda j, z: j < i, lambda j, z: (j + 1, z * tf.sin(z) * v), [0, y])[1]

    loops = repeated(inner, x, "nest")
    fetches["loops by x"], fetches["loops by v"] = tf.gradients(loops, [x, v])
    fetches["loops by x and x"] = tf.gradients(fetches["loops by x"], x)[0]
    squares = repeated(lambda i, y: y * x, x, "twice")
    fetches["once"], fetches["again"] = tf.gradients(squares, x)[0], tf.gradients(squares, x)[0]
    fetches["init"] = tf.global_variables_initializer()
    return fetches


def run(tf, session, fetches):
    session.run(fetches.pop("init"))
    results = {}
    for n in (0, 1, 3):
        found = session.run(fetches, {"x:0": [1.0, 2.0, 0.5], "n:0": n})
        results.update({f"{n} {name}": value for name, value in found.items()})
    return results


def errors(tf):
    def loop(*args, **kwargs):
        return with_functions(lambda tf: tf.while_loop(*args, **kwargs))

    def less(i, *_):
        return i < 3

    cases = {
        "no condition": (loop(1, lambda i: i, [1]), "'cond' must be callable"),
        "no body": (loop(less, 1, [1]), "'body' must be callable"),
        "structure": (loop(less, lambda i: (i, i), [1]), "same nested structure"),
        "dtype": (loop(less, lambda i: tf.cast(i, tf.float32), [1]), "type should remain constant"),
        "shape": (loop(lambda i: i[0] < 3, lambda i: tf.concat([i, i], 0), [tf.ones([2])]), "after one iteration"),
        "parallel": (loop(less, lambda i: i, [1], parallel_iterations=0), "must be a positive integer"),
        "nothing": (loop(lambda i: None, lambda i: i, [1]), "Expected: 1"),
        "limit": (loop(less, lambda i: i, [1], maximum_iterations=tf.constant(1, tf.int64)), "int64"),
    }
    return {label: (lambda function=function: function(tf), words) for label, (function, words) in cases.items()}
