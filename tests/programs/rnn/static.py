"""tf.nn.static_rnn, both directions, saved states, raw_rnn, and wrappers of cells."""

import numpy as np


def build(tf):
    tf.set_random_seed(4)
    cells = tf.nn.rnn_cell
    x = [tf.placeholder(tf.float32, [None, 3], name=f"x{i}") for i in range(3)]
    lengths = tf.constant([3, 1], name="lengths")
    made = {}

    def keep(label, outputs, *states):
        for i, part in enumerate(tf.nest.flatten(outputs)):
            made[f"{label}/output{i}"] = part
        for i, part in enumerate(tf.nest.flatten(states)):
            made[f"{label}/state{i}"] = part

    keep("plain", *tf.nn.static_rnn(cells.BasicRNNCell(2), x, dtype=tf.float32, scope="plain"))
    keep("ended", *tf.nn.static_rnn(cells.GRUCell(2), x, dtype=tf.float32, sequence_length=lengths, scope="ended"))
    keep("both", *tf.nn.static_bidirectional_rnn(cells.LSTMCell(2), cells.LSTMCell(2), x, dtype=tf.float32,
                                                 sequence_length=lengths, scope="both"))  # fmt: skip
    keep("turned", *tf.nn.static_bidirectional_rnn(cells.GRUCell(2), cells.GRUCell(2), x, dtype=tf.float32))

    batch = tf.placeholder(tf.float32, [2, 4, 3], name="batch")
    outputs, states = tf.nn.bidirectional_dynamic_rnn(
        cells.GRUCell(2), cells.BasicLSTMCell(3), batch, sequence_length=[4, 2], dtype=tf.float32, scope="dynamic"
    )
    keep("dynamic", outputs, states)
    outputs, states = tf.nn.bidirectional_dynamic_rnn(cells.GRUCell(2), cells.GRUCell(2), batch, dtype=tf.float32,
                                                      scope="unlimited", time_major=True)  # fmt: skip
    keep("unlimited", outputs, states)

    residual = cells.ResidualWrapper(cells.GRUCell(3))
    placed = cells.DeviceWrapper(cells.BasicRNNCell(3), "/device:CPU:0")
    dropped = cells.DropoutWrapper(
        cells.LSTMCell(3), input_keep_prob=0.5, output_keep_prob=0.9, state_keep_prob=0.8, seed=7
    )
    same = cells.DropoutWrapper(cells.GRUCell(3), input_keep_prob=0.7, state_keep_prob=0.6, variational_recurrent=True,
                                input_size=3, dtype=tf.float32, seed=9)  # fmt: skip
    stacked = cells.MultiRNNCell([residual, placed, dropped, same])
    keep("wrapped", *tf.nn.dynamic_rnn(stacked, batch, dtype=tf.float32, scope="wrapped"))

    class Saver:
        def state(self, name):
            return tf.zeros([2, 2], name=name)

        def save_state(self, name, value):
            return tf.identity(value, name=f"saved_{name}")

    keep("saving", *tf.nn.static_state_saving_rnn(cells.GRUCell(2), x, Saver(), "h", scope="saving"))
    return made


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    rng = np.random.default_rng(0)
    feeds = {f"x{i}:0": rng.standard_normal((2, 3)) for i in range(3)}
    return session.run(fetches, {**feeds, "batch:0": rng.standard_normal((2, 4, 3))})


def errors(tf):
    cells = tf.nn.rnn_cell
    x = np.zeros([2, 4], np.float32)
    return {
        "empty": (lambda: tf.nn.static_rnn(cells.GRUCell(2), [], dtype=tf.float32), "must not be empty"),
        "no list": (
            lambda: tf.nn.static_rnn(cells.GRUCell(2), tf.zeros([2, 3]), dtype=tf.float32),
            "must be a sequence",
        ),
        "no dtype": (lambda: tf.nn.static_rnn(cells.GRUCell(2), [tf.constant(x)]), "dtype"),
        "probability": (lambda: cells.DropoutWrapper(cells.GRUCell(2), 1.5), "must be between 0 and 1"),
        "no dtype of masks": (
            lambda: cells.DropoutWrapper(cells.GRUCell(2), variational_recurrent=True),
            "dtype must be provided",
        ),
        "mixed states": (
            lambda: cells.MultiRNNCell([cells.LSTMCell(2)], state_is_tuple=False),
            "Some cells return tuples of states",
        ),
    }
