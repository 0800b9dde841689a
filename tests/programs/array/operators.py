"""The Python operators of tensors, with constants on either side, and what they refuse."""

import numpy as np


def build(tf):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    i = tf.placeholder(tf.int32, [3], name="i")
    b = tf.constant([True, False, True], name="b")
    k = tf.constant(np.arange(6, dtype=np.float32).reshape(3, 2))
    text = tf.constant(["a", "b"])
    return {
        "add": x + 1,
        "radd": 1.0 + x,
        "add_array": x + np.array([1.0, 2.0, 3.0]),
        "strings": "<" + text + ">",
        "sub": x - 0.5,
        "rsub": [1.0, 2.0, 3.0] - x,
        "mul": x * 2.0,
        "rmul": 2 * i,
        "truediv": x / 2.0,
        "rtruediv": 6 / i,
        "truediv_short": tf.constant([1, 2], tf.int16) / 2,
        "floordiv": i // 2,
        "rfloordiv": 7 // i,
        "mod": i % 2,
        "rmod": 7 % i,
        "pow": x**2,
        "rpow": 2.0**x,
        "matmul": x @ k,
        "rmatmul": np.ones((2, 3), np.float32) @ k,
        "div": i.__div__(2),
        "rdiv": x.__rdiv__(2.0),
        "less": x < 1.0,
        "reflected_less": x > 1.0,
        "less_equal": i <= 2,
        "greater": i > 2,
        "greater_equal": x >= x,
        "and": b & True,
        "rand": True & b,
        "or": b | False,
        "xor": b ^ [True, True, False],
        "bits_and": i & 3,
        "bits_or": i | 8,
        "bits_xor": i ^ 1,
        "not": ~b,
        "invert": ~i,
        "neg": -x,
        "abs": abs(x),
        "abs_complex": abs(tf.constant(3 + 4j)),
        "same": tf.constant(x == x),  # identity, as in TensorFlow 1
        "not_same": tf.constant(x != x),
    }


FEEDS = {"x:0": [[1.0, -2.0, 0.5]], "i:0": [1, 2, 4]}


def errors(tf):
    def x():
        return tf.placeholder(tf.float32, [None, 3])

    def i():
        return tf.placeholder(tf.int32, [None])

    return {
        "float_to_int": (lambda: i() + 1.5, "float32 that does not match type int32"),
        "float_to_int_reflected": (lambda: 1.5 + i(), "Expected int32"),
        "dtypes": (lambda: x() * i(), "does not match type float32"),
        "dtypes_divided": (lambda: i() / x(), "must have the same dtype"),
        "none": (lambda: x() + None, "None values not supported"),
        "text": (lambda: x() + "a", "string"),
        "bool_divided": (lambda: tf.constant(True) / True, "Invalid dtype"),
        "bool_negated": (lambda: -tf.constant(True), "not in list of allowed values"),
        "float_inverted": (lambda: ~x(), "not in list of allowed values"),
        "shapes": (lambda: x() + [1.0, 2.0], "Dimensions must be equal, but are 3 and 2"),
        "scalar_product": (lambda: x() @ 3.0, "must be rank 2"),
        "truth": (lambda: bool(x()), "bool"),
        "iteration": (lambda: list(x()), "[Ii]terat"),
    }
