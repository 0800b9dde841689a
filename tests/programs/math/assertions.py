"""Assertions: operations with what they tell, static ones, and functions that check their input when they run."""


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    u = tf.placeholder(tf.float32, None, name="u")
    s = tf.placeholder(tf.int32, [], name="s")
    i = tf.constant([0, 2, 1], name="i")
    checks = [
        tf.assert_equal(i, i),
        tf.assert_equal(i, [0, 2, 1], message="hey"),
        tf.assert_less(i, 3, data=[i], summarize=5, name="limit"),
        tf.assert_less_equal(x, x),
        tf.assert_greater(x, 0.0),
        tf.assert_greater_equal(s, 2),
        tf.assert_none_equal(x, 7.0),
        tf.assert_near(x, x, rtol=0.1, message="far"),
        tf.assert_positive(x),
        tf.assert_negative(-x, message="not negative"),
        tf.assert_non_negative(i),
        tf.assert_non_positive(-i, message="positive"),
        tf.assert_integer(i),
        tf.assert_rank(x, 2),
        tf.assert_rank(u, 1),
        tf.assert_rank(u, s - 1),
        tf.assert_rank_at_least(u, 1, message="low"),
        tf.assert_rank_in(u, [1, 2]),
        tf.assert_type(x, tf.float32),
        tf.Assert(s > 0, [s, "is not positive"], summarize=2),
    ]
    with tf.control_dependencies(checks):
        checked = tf.identity(tf.assert_scalar(s))
    return {
        "checked": checked,
        "finite": tf.verify_tensor_all_finite(x, "not finite"),
        "numerics": tf.check_numerics(x, "bad"),
        "confusion": tf.confusion_matrix(i, [0, 1, 1], 3),
        "confusion_open": tf.confusion_matrix([1, 2], [1, 1]),
        "confusion_weights": tf.confusion_matrix([[1], [0]], [1, 1], 2, tf.float32, weights=[0.5, 2.0]),
        "bins": tf.histogram_fixed_width_bins(x, [0.0, 5.0], nbins=5),
        "sorted": tf.is_non_decreasing(x),
    }


FEEDS = {"x:0": [[1.0, 2.0, 3.0]], "u:0": [1.0], "s:0": 2}


def errors(tf):
    def failing():
        u = tf.placeholder(tf.float32, [None])
        with tf.control_dependencies([tf.assert_positive(u, message="not positive")]):
            checked = tf.identity(u)
        with tf.Session() as session:
            session.run(checked, {u: [-1.0]})

    x = lambda: tf.placeholder(tf.float32, [None, 3])
    return {
        "run": (failing, "not positive"),
        "constants": (lambda: tf.assert_equal([1, 2], [1, 3]), "did not hold element-wise"),
        "integer": (lambda: tf.assert_integer(x()), "to be integer type"),
        "rank": (lambda: tf.assert_rank(x(), 3), "must have rank 3.  Received rank 2"),
        "rank_vector": (lambda: tf.assert_rank(x(), [1, 2]), "Rank must be a scalar"),
        "rank_at_least": (lambda: tf.assert_rank_at_least(x(), 3, message="low"), "must have rank at least 3"),
        "rank_in": (lambda: tf.assert_rank_in(x(), [1, 3]), "must have rank in"),
        "scalar": (lambda: tf.assert_scalar(x()), "Expected scalar shape"),
        "type": (lambda: tf.assert_type(x(), tf.int32), "must be of type tf.int32"),
        "floats": (lambda: tf.assert_same_float_dtype([x(), tf.constant(1)]), "must be of the same type"),
        "iterable": (lambda: tf.assert_proper_iterable(x()), "proper"),
        "finite": (lambda: tf.verify_tensor_all_finite(x(), "bad", x=1.0), "Cannot specify both"),
    }
