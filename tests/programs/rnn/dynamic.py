"""tf.nn.dynamic_rnn with every cell, lengths, states and orders of axes."""

import numpy as np


def build(tf):
    tf.set_random_seed(3)
    x = tf.placeholder(tf.float32, [None, 5, 3], name="x")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    made = {}

    def network(label, cell, inputs=x, **kwargs):
        with tf.variable_scope(label):
            outputs, state = tf.nn.dynamic_rnn(cell, inputs, **kwargs)
        made[f"{label}/outputs"] = outputs
        for i, part in enumerate(tf.nest.flatten(state)):
            made[f"{label}/state{i}"] = part

    cells = tf.nn.rnn_cell
    network("lstm", cells.BasicLSTMCell(4), dtype=tf.float32)
    network("joined", cells.BasicLSTMCell(2, state_is_tuple=False), dtype=tf.float32, sequence_length=lengths)
    network("plain", cells.BasicRNNCell(2, activation=tf.nn.relu), dtype=tf.float32, sequence_length=lengths)
    network("gru", cells.GRUCell(3), dtype=tf.float32, swap_memory=True, parallel_iterations=7)
    full = cells.LSTMCell(
        4, use_peepholes=True, cell_clip=0.5, num_proj=3, proj_clip=0.4, initializer=tf.truncated_normal_initializer()
    )
    network("full", full, dtype=tf.float32)
    major = tf.placeholder(tf.float32, [None, 2, 3], name="major")
    start = tf.ones([2, 3])
    network("major", cells.GRUCell(3, kernel_initializer=tf.zeros_initializer()), major, time_major=True,
            initial_state=start)  # fmt: skip
    stacked = cells.MultiRNNCell([cells.LSTMCell(3), cells.GRUCell(2)])
    network("stacked", stacked, dtype=tf.float32)
    made["zero"] = cells.LSTMCell(3).zero_state(2, tf.float32).c
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    rng = np.random.default_rng(0)
    feeds = {"x:0": rng.standard_normal((2, 5, 3)), "lengths:0": [5, 2], "major:0": rng.standard_normal((4, 2, 3))}
    return session.run(fetches, feeds)


def errors(tf):
    x = np.zeros([2, 3, 4], np.float32)
    cell = tf.nn.rnn_cell.BasicRNNCell

    return {
        "no dtype": (lambda: tf.nn.dynamic_rnn(cell(3), x), "dtype"),
        "no cell": (lambda: tf.nn.dynamic_rnn(None, x, dtype=tf.float32), "is not an RNNCell"),
        "rank of lengths": (
            lambda: tf.nn.dynamic_rnn(cell(3), x, dtype=tf.float32, sequence_length=[[1]]),
            "must be a vector",
        ),
        "unknown depth": (
            lambda: tf.nn.dynamic_rnn(cell(3), tf.placeholder(tf.float32, [2, 3, None]), dtype=tf.float32),
            "shape inference",
        ),
        "rank": (lambda: tf.nn.dynamic_rnn(cell(3), tf.zeros([2, 3]), dtype=tf.float32), "must have rank at least 3"),
        "no cells": (lambda: tf.nn.rnn_cell.MultiRNNCell([]), "at least one cell"),
    }
