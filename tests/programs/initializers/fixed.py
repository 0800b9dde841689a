"""Initializers of fixed values, in variables and by themselves, and their configurations."""

import numpy as np


def build(tf):
    made = {}
    shapes = {"scalar": [], "vector": [3], "matrix": [2, 3], "large": [40, 50]}
    for label, initializer in {
        "zeros": tf.zeros_initializer(),
        "ones": tf.ones_initializer(tf.float16),
        "constant": tf.constant_initializer(2.5),
        "ints": tf.initializers.zeros(tf.int32),
        "true": tf.initializers.ones(tf.bool),
    }.items():
        for name, shape in shapes.items():
            made[f"{label}/{name}"] = initializer(shape)
    made["strings"] = tf.zeros_initializer(tf.string)([2])
    made["given dtype"] = tf.zeros_initializer()([2], dtype=tf.int64)
    made["list"] = tf.constant_initializer([1, 2, 3, 4])([2, 2])
    made["filled up"] = tf.constant_initializer([1.0, 2.0])([2, 3])
    made["array"] = tf.constant_initializer(np.arange(4.0))([2, 2], dtype=tf.float64)
    made["text"] = tf.constant_initializer("a", tf.string)([2])
    made["verified"] = tf.constant_initializer([[1.0], [2.0]], verify_shape=True)([2, 1])
    made["identity"] = tf.initializers.identity()([3, 3])
    made["wide identity"] = tf.initializers.identity(gain=2.0, dtype=tf.float64)([2, 3])
    with tf.variable_scope("parts", partitioner=tf.fixed_size_partitioner(2)):
        made["part"] = tf.identity(tf.get_variable("v", [4, 3], initializer=tf.initializers.identity(3.0)))
        made["ones part"] = tf.identity(tf.get_variable("w", [3, 1], initializer=tf.initializers.ones()))
    notes = []
    for initializer in (
        tf.zeros_initializer(tf.int32),
        tf.ones_initializer(),
        tf.constant_initializer([1, 2], tf.int64),
        tf.initializers.identity(2.0),
    ):
        config = initializer.get_config()
        again = type(initializer).from_config(config)
        notes.append(f"{sorted(config.items())} {again.get_config() == config}")
    tf.constant(notes, name="notes")
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    values = session.run(fetches)
    values["notes"] = session.run("notes:0")
    return values


def errors(tf):
    return {
        "value": (lambda: tf.constant_initializer({1: 2}), "Invalid type for initial value"),
        "verify": (lambda: tf.constant_initializer([1.0, 2.0], verify_shape=True)([3]), "shape"),
        "too many": (lambda: tf.constant_initializer([1.0, 2.0, 3.0])([2]), ""),
        "identity of a vector": (lambda: tf.initializers.identity()([3]), "two-dimensional"),
        "identity of ints": (lambda: tf.initializers.identity(dtype=tf.int32), "floating point"),
    }
