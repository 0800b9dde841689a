"""while_loop: loop variables, invariants, shapes, structures, nesting, limits and control dependencies."""

import collections

import numpy as np
from programs.control_contexts import run_with

Pair = collections.namedtuple("Pair", ["a", "b"])


def build(tf):
    x = tf.placeholder(tf.float32, [2, 2], name="x")
    n = tf.placeholder(tf.int32, [], name="n")
    c = tf.constant([1.0, 2.0])
    fetches = {}
    i, v = tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, tf.matmul(v, x)), [tf.constant(0), x])
    fetches["power"], fetches["count"] = v, i
    fetches["single"] = tf.while_loop(lambda i: i < 10, lambda i: i + 3, [0])
    fetches["list"] = tf.while_loop(lambda i: i < n, lambda i: [i + 1], [0], return_same_structure=True, name="w")[0]
    fetches["limited"] = tf.while_loop(lambda i: i < n, lambda i: i + 1, [0], maximum_iterations=2)
    limited = tf.while_loop(
        lambda i, j: i < n,
        lambda i, j: [i + 1, j * 2.0],
        [0, tf.constant(1.0)],
        maximum_iterations=tf.constant(3, tf.int64),
        parallel_iterations=1,
        swap_memory=True,
        back_prop=False,
    )
    fetches["limited pair"] = limited[1]
    _, grown = tf.while_loop(
        lambda i, v: i < n,
        lambda i, v: (i + 1, tf.concat([v, x], 0)),
        [tf.constant(0), x],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 2])],
    )
    fetches["grown"] = grown
    _, d, p = tf.while_loop(
        lambda i, d, p: i < n,
        lambda i, d, p: (i + 1, {"z": d["y"], "y": d["z"]}, Pair(p.b, p.a)),
        (0, {"z": tf.constant(1.0), "y": 2.0}, Pair(tf.constant(1), tf.constant(2))),
    )
    fetches["z"], fetches["a"] = d["z"], p.a

    def outer(i, v):
        k = tf.constant(2.0)
        _, w = tf.while_loop(lambda j, w: j < i, lambda j, w: (j + 1, w * k + c), [tf.constant(0), v])
        return i + 1, w + c

    fetches["nested"] = tf.while_loop(lambda i, v: i < n, outer, [tf.constant(0), c])[1]

    def from_invariant(i, v):
        _, w = tf.while_loop(lambda j, w: j < i, lambda j, w: (j + 1, w * 3.0), [tf.constant(0), c])
        return i + 1, v + w

    fetches["nested invariant"] = tf.while_loop(lambda i, v: i < n, from_invariant, [tf.constant(0), c])[1]

    def branch(i, v):
        return i + 1, tf.cond(i < 2, lambda: v * c, lambda: v + c)

    fetches["cond inside"] = tf.while_loop(lambda i, v: i < n, branch, [tf.constant(0), c])[1]
    fetches["inside cond"] = tf.cond(
        n > 2, lambda: tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, v * c), [tf.constant(0), c])[1], lambda: c
    )
    a, b = tf.no_op(name="a"), tf.constant(1, name="b")
    with tf.control_dependencies([a, b]):

        def controlled(i):
            with tf.control_dependencies([b]):
                z = tf.identity(i)
            with tf.control_dependencies([z]):
                return i + 1

        fetches["controlled"] = tf.while_loop(lambda i: i < n, controlled, [tf.constant(0)])
    return fetches


run = run_with({f"n={n}": {"x:0": [[1.0, 1.0], [0.5, 2.0]], "n:0": n} for n in (0, 1, 4)})


def errors(tf):
    def less(i, *_):
        return i < 3

    def leak(use):
        box = []

        def body(i):
            box.append(i + 1)
            return i + 1

        tf.while_loop(less, body, [0])
        return use(box[0])

    def doubled(i, v):
        return i + 1, tf.concat([v, v], 0)

    one = [0, np.ones(1, np.float32)]
    return {
        "arity": (lambda: tf.while_loop(less, lambda i: (i, i), [0]), "same number of elements"),
        "nesting": (lambda: tf.while_loop(less, lambda i: [[i]], [0]), "is a sequence"),
        "cond dtype": (lambda: tf.while_loop(lambda i: i, lambda i: i, [0]), "type"),
        "cond": (lambda: tf.while_loop(1, lambda i: i, [0]), "'cond' must be callable"),
        "body": (lambda: tf.while_loop(less, 1, [0]), "'body' must be callable"),
        "no variables": (lambda: tf.while_loop(less, lambda i: i, []), "'loop_vars' must be provided"),
        "parallel": (lambda: tf.while_loop(less, lambda i: i, [0], parallel_iterations=0), "positive integer"),
        "limit": (lambda: tf.while_loop(less, lambda i: i, [0], maximum_iterations=[1]), "must be a scalar"),
        "shape": (lambda: tf.while_loop(less, doubled, one), "after one iteration"),
        "invariant": (
            lambda: tf.while_loop(less, doubled, one, shape_invariants=[tf.TensorShape([]), tf.TensorShape([2])]),
            "shape invariant specified",
        ),
        "invariants": (
            lambda: tf.while_loop(less, doubled, one, shape_invariants=[tf.TensorShape([])]),
            "same number of elements",
        ),
        "leak": (lambda: leak(tf.negative), "is in a while loop"),
        "leak to another": (
            lambda: leak(lambda t: tf.while_loop(less, lambda i: i + t, [0])),
            "they are in different while loops",
        ),
    }
