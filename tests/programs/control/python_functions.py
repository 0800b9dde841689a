"""py_func, numpy_function and py_function: results, dtypes, strings, state, loops, gradients, and what goes wrong."""

import numpy as np


def build(tf):
    x = tf.placeholder(tf.float32, [2], name="x")
    fetches = {
        "one": tf.py_func(lambda a: a + 1, [x], tf.float32),
        "numpy": tf.numpy_function(lambda a: a * 2, [x], tf.float32),
        "numpy list": tf.numpy_function(lambda a: a * 3, [x], [tf.float32], stateful=False)[0],
        "nothing": tf.py_func(lambda a: None, [x], []),
        "int": tf.py_func(lambda a: 1, [x], tf.int64),
        "double": tf.py_func(lambda a: 1.5, [x], tf.float64),
        "bool": tf.py_func(lambda a: True, [x], tf.bool),
        "half": tf.py_func(lambda a: a.astype(np.float16), [x], tf.half),
        "text": tf.py_func(lambda a: "abc\u00e9", [x], tf.string),
        "bytes": tf.py_func(lambda a: np.array([a, b"yz"], object), ["s"], tf.string),
        "strings": tf.py_func(lambda a: a, [["s", "tt"]], tf.string),
        "transposed": tf.py_func(lambda a: a.T, [[[1, 2], [3, 4]]], tf.int32),
        "kind": tf.py_func(lambda a, b: f"{type(a).__name__} {type(b).__name__}", [np.float32(1), "s"], tf.string),
    }
    first, second = tf.py_func(lambda a, b: (a, b), [x, 1], [tf.float32, tf.int32], stateful=False, name="two")
    fetches.update(first=first, second=second)
    fetches["shape"] = tf.py_func(lambda a: a, [x], tf.float32)

    def shaped(v):
        result = tf.py_func(lambda a: a * 2, [v], tf.float32)
        result.set_shape(v.shape)
        return result

    fetches["loop"] = tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, shaped(v)), [0, x])[1]
    eager = tf.py_function(lambda a: a * a + 1.0, [x], tf.float32)
    fetches["eager"] = eager
    fetches["eager value"] = tf.py_function(lambda a: a.numpy() + 1, [x], tf.float32)
    fetches["eager choice"] = tf.py_function(lambda a: a if a[0] > 5.0 else -a, [x], [tf.float32])[0]
    fetches["gradient"] = tf.gradients(eager * 3.0, x)[0]
    assert tf.gradients(fetches["one"], x) == [None]
    return fetches


FEEDS = {"x:0": [1.0, 2.0]}


def errors(tf):
    def run(function, dtypes=None, inputs=((1.0, 2.0),)):
        result = tf.py_func(function, list(inputs), tf.float32 if dtypes is None else dtypes)
        with tf.Session() as session:
            return session.run(result)

    def raising(error):
        def function(_):
            raise error

        return lambda: run(function)

    return {
        "dtype": (lambda: run(lambda a: 1.0), "0-th value returned by pyfunc_[0-9]+ is double, but expects float"),
        "int": (lambda: run(lambda a: 1, tf.int32), "is int64, but expects int32"),
        "two": (lambda: run(lambda a: (a, a)), "returns 2 values, but expects to see 1 values"),
        "one": (lambda: run(lambda a: a, [tf.float32] * 2), "returns 1 values, but expects to see 2 values"),
        "none": (lambda: run(lambda a: None), "returns 0 values, but expects to see 1 values"),
        "value": (raising(ValueError("boom")), "ValueError: boom"),
        "type": (raising(TypeError("boom")), "TypeError: boom"),
        "stop": (raising(StopIteration("boom")), "StopIteration: boom"),
        "memory": (raising(MemoryError("boom")), "MemoryError: boom"),
        "not implemented": (raising(NotImplementedError("boom")), "NotImplementedError: boom"),
        "runtime": (raising(RuntimeError("boom")), "RuntimeError: boom"),
        "key": (raising(KeyError("boom")), "KeyError: 'boom'"),
        "arity": (lambda: run(lambda: 1.0), "takes 0 positional arguments but 1 was given"),
        "not callable": (lambda: tf.py_func(1, [1.0], tf.float32), "Expected func to be callable"),
    }
