"""tf.nn.raw_rnn: emissions, loop states and ends that a function decides."""

import numpy as np


def build(tf):
    tf.set_random_seed(5)
    inputs = tf.placeholder(tf.float32, [4, 2, 3], name="inputs")
    lengths = tf.constant([4, 2], name="lengths")
    rows = tf.TensorArray(tf.float32, size=4).unstack(inputs)
    cell = tf.nn.rnn_cell.LSTMCell(3)

    def loop(time, output, state, loop_state):
        emitted = output
        if output is None:
            state = cell.zero_state(2, tf.float32)
        finished = time >= lengths
        done = tf.reduce_all(finished)
        following = tf.cond(done, lambda: tf.zeros([2, 3]), lambda: rows.read(time))
        return finished, following, state, emitted, None

    arrays, state, loop_state = tf.nn.raw_rnn(cell, loop)
    assert loop_state is None

    def counting(time, output, state, loop_state):
        if output is None:
            return time >= [2, 3], tf.ones([2, 3]), tf.zeros([2, 2]), (tf.zeros([2]), tf.zeros([1])), tf.constant(1)
        emitted = (output, tf.reduce_sum(output, 1, keepdims=True))
        return time >= [2, 3], tf.ones([2, 3]), state, emitted, loop_state * 2

    _, last, count = tf.nn.raw_rnn(tf.nn.rnn_cell.GRUCell(2), counting, parallel_iterations=3, scope="counting")
    return {
        "outputs": arrays.stack(),
        "c": state.c,
        "h": state.h,
        "last": last,
        "count": count,
    }


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches, {"inputs:0": np.random.default_rng(0).standard_normal((4, 2, 3))})


def errors(tf):
    return {
        "no function": (lambda: tf.nn.raw_rnn(tf.nn.rnn_cell.GRUCell(2), None), "must be a callable"),
        "no cell": (lambda: tf.nn.raw_rnn(None, lambda *_: None), "is not an RNNCell"),
    }
