"""assert_shapes, add_check_numerics_ops, and other small functions of graphs."""

import numpy as np


def build(tf):
    x = tf.placeholder(tf.float32, [3, 2], name="x")
    rows = tf.placeholder(tf.float32, [None], name="rows")
    pair = tf.placeholder(tf.float32, [None, 2], name="pair")
    any_rank = tf.placeholder(tf.float32, None, name="any_rank")
    numerics = tf.add_check_numerics_ops()  # before the branches of assert_shapes, which it refuses
    check = tf.debugging.assert_shapes
    with tf.op_scope([x], "older", "default"):
        made = tf.reverse_v2(x, [0])
    values, indices = tf.approx_top_k(x, 1)
    return {
        "static": check([(x, ("N", "D")), (tf.zeros([3]), ("N",))]),
        "pairs": check([(rows, ("N",)), (pair, ("N", 2))]),
        "dict": check({pair: "ND", x: (None, "D")}),
        "explicit": check([(rows, (3,)), (tf.constant(1.0), (1,))], message="told"),
        "any_rank": check([(any_rank, ("N", 3)), (any_rank, (..., 3))], data=[x], summarize=4, name="named"),
        "open": check([(any_rank, ("*", "N", 3)), (tf.zeros([4, 3]), ("N", "."))]),
        "reversed": made,
        "values": values,
        "indices": indices,
        "fact": tf.user_ops.my_fact(),
        "numerics": numerics,
        "time": tf.timestamp(name="now"),
    }


FEEDS = {
    "x:0": np.arange(6, dtype=np.float32).reshape(3, 2),
    "rows:0": np.zeros(3, np.float32),
    "pair:0": np.zeros((3, 2), np.float32),
    "any_rank:0": np.zeros((4, 3), np.float32),
}


def run(tf, session, fetches):
    time = fetches.pop("time")
    assert session.run(time) > 1.7e9
    return session.run(fetches, FEEDS)


def errors(tf):
    check, x = tf.debugging.assert_shapes, tf.zeros
    return {
        "symbol": (lambda: check([(x([3, 2]), ("N", "D")), (x([4]), ("N",))]), "dimension 0 must have size 3"),
        "rank": (lambda: check([(x([3, 2]), ("N", 2, 1))]), "must have rank 3.  Received rank 2"),
        "explicit": (lambda: check([(x([3, 2]), ("N", 3))], message="mm"), "mm.  Specified explicitly"),
        "open": (lambda: check([(x([3, 4]), (..., 5))]), "dimension -1 must have size 5"),
        "at_least": (lambda: check([(x([3]), (..., 5, 3))]), "must have rank at least 2"),
        "iterable": (lambda: check([(x([3]), 3)]), "must be an iterable"),
        "first": (lambda: check([(x([3]), (3, ...))]), "only allowed as the first entry"),
        "library": (lambda: tf.load_op_library("/no/lib.so"), "cannot open shared object file"),
        "file_system": (lambda: tf.load_file_system_library("/no/lib.so"), "cannot open shared object file"),
        "libraries": (lambda: tf.load_library("/no/lib.so"), "does not exist"),
    }
