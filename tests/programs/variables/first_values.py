"""The first value of a ref variable has the shape that the variable was declared with, unless the assignment lets it."""

import os
import tempfile

import numpy as np


def build(tf):
    value = tf.placeholder(tf.float32, name="value")
    declared = tf.get_variable("declared", [2], initializer=tf.zeros_initializer())
    any_shape = tf.Variable(tf.placeholder_with_default([1.0, 2.0, 3.0], None), validate_shape=False, name="any_shape")
    return {
        "fitting": tf.assign(declared, value),
        "loose": tf.assign(declared, value, validate_shape=False),
        "of any": tf.assign(any_shape, value, validate_shape=False),
        "scalar": tf.assign(any_shape, value),
    }


def run(tf, session, fetches):
    found = {"scalar": session.run(fetches["scalar"], {"value:0": 5.0})}  # what an unknown shape stands for at first
    for label, value in (("fitting", [1.0, 2.0]), ("loose", [[1.0]]), ("of any", [1.0, 2.0])):
        found[label] = session.run(fetches[label], {"value:0": value})
    return found


def errors(tf):
    def first(value, **arguments):
        def run_it():
            variable = tf.Variable(tf.zeros([2]), **arguments)
            fed = tf.placeholder(tf.float32)
            with tf.Session() as session:
                session.run(tf.assign(variable, fed), {fed: value})

        return run_it

    def restored():
        with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
            path = os.path.join(folder, "model")
            variable = tf.Variable(np.zeros(3, np.float32), name="v")
            session.run(variable.initializer)
            tf.train.Saver({"v": variable}).save(session, path, write_meta_graph=False)
            tf.train.Saver({"v": tf.Variable(np.zeros(2, np.float32))}).restore(session, path)

    words = "Assign requires shapes of both tensors to match"
    return {
        "longer": (first([1.0, 2.0, 3.0]), words),
        "of another rank": (first([[1.0, 2.0]]), words),
        "unknown": (first([1.0, 2.0], validate_shape=False), words),
        "restored": (restored, words),
    }
