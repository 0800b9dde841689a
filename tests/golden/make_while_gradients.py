"""Record gradients through functional loops: graphs with While ops, and what TensorFlow's tf.gradients makes of them.

    python tests/golden/make_while_gradients.py

Writes while_gradients/<case>.pb (the graph without gradients) and .npz: fed "in:<name>", "y", "d:<x>" and, where the
case has second derivatives, "dd:<x>": those of the sum of all first ones.
"""

import os
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
tf.enable_control_flow_v2()
FOLDER = Path(__file__).parent / "while_gradients"
CASES = {}


def case(second=False):
    def add(build):
        CASES[build.__name__] = build, second
        return build

    return add


def placeholder(name, shape=()):
    return tf.placeholder(tf.float32, shape, name)


def fixed(*shape):
    return (np.arange(np.prod(shape)).reshape(shape).astype(np.float32) * 7 % 11 - 5) / 8


@case(second=True)
def power():
    x = placeholder("x")
    _, y = tf.while_loop(lambda i, _: i < 3, lambda i, a: (i + 1, a * x), (0, 1.0))
    return y, [x], {"x": 1.5}


@case(second=True)
def how_often_is_fed():
    n, x = tf.placeholder(tf.int32, [], "n"), placeholder("x", [None])
    _, y = tf.while_loop(lambda i, _: i < n, lambda i, a: (i + 1, tf.sin(a) * x + a), (0, x))
    return y, [x], {"x": [0.5, -1.0, 2.0], "n": 4}


@case()
def not_once():
    n, x = tf.placeholder(tf.int32, [], "n"), placeholder("x", [2])
    _, y = tf.while_loop(lambda i, _: i < n, lambda i, a: (i + 1, a * a), (0, x))
    return y, [x], {"x": [0.5, -1.0], "n": 0}


@case(second=True)
def matrices():
    x, w = placeholder("x", [2, 3]), placeholder("w", [3, 3])
    _, y = tf.while_loop(lambda i, _: i < 3, lambda i, a: (i + 1, tf.tanh(tf.matmul(a, w))), (0, x))
    return y, [x, w], {"x": fixed(2, 3), "w": fixed(3, 3)}


@case(second=True)
def until_it_is_large():
    x, b = placeholder("x"), placeholder("b")
    y, steps = tf.while_loop(lambda a, _: a < 20.0, lambda a, k: (a * x + b, k + 0.5), (x, b))
    return y + steps, [x, b], {"x": 1.5, "b": 0.25}


@case()
def several_variables():
    x, z = placeholder("x", [2]), placeholder("z", [2])
    _, a, b, c = tf.while_loop(
        lambda i, *_: i < 5, lambda i, a, b, c: (i + 1, b, a + tf.cast(i, tf.float32) * b, c), (0, x, z, x * z)
    )
    return a * 2.0 + b + c, [x, z], {"x": [1.0, -2.0], "z": [0.5, 3.0]}


@case(second=True)
def nested():
    x = placeholder("x")

    def outer(i, a):
        _, b = tf.while_loop(lambda j, _: j < 2, lambda j, b: (j + 1, b * x + a), (0, a))
        return i + 1, b

    return tf.while_loop(lambda i, _: i < 3, outer, (0, x))[1], [x], {"x": 0.7}


@case()
def branches():
    x = placeholder("x", [2])

    def body(i, a):
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: a * x, lambda: tf.exp(-a))

    return tf.while_loop(lambda i, _: i < 5, body, (0, x))[1], [x], {"x": [0.6, -0.3]}


@case()
def rows_are_gathered():
    table = placeholder("table", [4, 2])
    rows = tf.constant([2, 0, 2])
    _, y = tf.while_loop(lambda i, _: i < 3, lambda i, a: (i + 1, a * tf.gather(table, rows[i]) + a), (0, tf.ones([2])))
    return y, [table], {"table": fixed(4, 2)}


@case()
def arrays_of_rows():
    x = placeholder("x", [4, 2])

    def body(i, state, rows):
        state = tf.tanh(state + x[i])
        return i + 1, state, rows.write(i, state * state)

    rows = tf.TensorArray(tf.float32, 4)
    _, state, rows = tf.while_loop(lambda i, *_: i < 4, body, (0, tf.zeros([2]), rows))
    return tf.concat([rows.stack(), state[None]], 0), [x], {"x": fixed(4, 2)}


@case()
def map_and_scan():
    x = placeholder("x", [3, 2])
    mapped = tf.map_fn(lambda row: row * row, x)
    return tf.scan(lambda a, row: a * 0.5 + tf.sin(row), mapped), [x], {"x": fixed(3, 2)}


@case()
def maximum_iterations():
    x = placeholder("x")
    y = tf.while_loop(lambda a: a > 0.0, lambda a: a * x, [x], maximum_iterations=4)
    return y, [x], {"x": 1.25}


@case()
def unused_variable():
    x, z = placeholder("x"), placeholder("z")
    _, y, _ = tf.while_loop(lambda i, *_: i < 2, lambda i, a, b: (i + 1, a * x, b * z), (0, x, z))
    return y, [x, z], {"x": 3.0, "z": 2.0}


@case()
def variables():
    x = placeholder("x", [2, 3])
    v = tf.get_variable("v", initializer=fixed(3, 3), use_resource=True)
    table = tf.get_variable("table", initializer=fixed(4, 3) + 1, use_resource=True)

    def body(i, a):
        return i + 1, tf.tanh(tf.matmul(a, v)) + tf.nn.embedding_lookup(table, [i, 2])

    tf.variables_initializer([v, table], "init")
    return tf.while_loop(lambda i, _: i < 3, body, (0, x))[1], [x, v, table], {"x": fixed(2, 3)}


@case()
def variable_of_a_branch():
    x = placeholder("x", [2])
    v = tf.get_variable("v", initializer=fixed(2) + 2, use_resource=True)

    def body(i, a):
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: a * v, lambda: a + x)

    tf.variables_initializer([v], "init")
    return tf.while_loop(lambda i, _: i < 3, body, (0, x))[1], [x, v], {"x": [0.5, -1.0]}


@case()
def recurrent_network():
    x = placeholder("x", [2, 4, 3])
    cell = tf.nn.rnn_cell.GRUCell(2, kernel_initializer=lambda shape, **_: tf.constant(fixed(*shape)))
    with tf.variable_scope("rnn", use_resource=True):
        outputs, state = tf.nn.dynamic_rnn(cell, x, tf.constant([4, 2]), dtype=tf.float32)
    tf.variables_initializer(tf.global_variables(), "init")
    return tf.concat([outputs, state[:, None]], 1), [x, *tf.trainable_variables()], {"x": fixed(2, 4, 3)}


@case()
def in_a_loop_of_switches():
    x = placeholder("x")
    _, y = tf.while_loop(lambda i, _: i < 3, lambda i, a: (i + 1, a * x + 1.0), (0, x))
    tf.disable_control_flow_v2()
    y = tf.cond(x > 0.0, lambda: y * y, lambda: -y)
    tf.enable_control_flow_v2()
    return y, [x], {"x": 0.7}


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, (build, second) in CASES.items():
        with tf.Graph().as_default() as graph:
            y, xs, feeds = build()
            tf.identity(y, "y")
            (FOLDER / f"{name}.pb").write_bytes(graph.as_graph_def().SerializeToString(deterministic=True))
            fetches = {"y": y}
            first = tf.gradients(y, xs)
            fetches |= {f"d:{x.op.name}": d for x, d in zip(xs, first, strict=True) if d is not None}
            if second:
                of_sum = tf.gradients(tf.add_n([tf.reduce_sum(d) for d in first]), xs)
                fetches |= {f"dd:{x.op.name}": d for x, d in zip(xs, of_sum, strict=True) if d is not None}
            with tf.Session() as session:
                session.run([op for op in graph.get_operations() if op.name == "init"])
                values = session.run(fetches, {f"{key}:0": value for key, value in feeds.items()})
        recorded = {f"in:{key}": np.asarray(value) for key, value in feeds.items()}
        np.savez_compressed(FOLDER / f"{name}.npz", **recorded, **values)
        print(name, {key: np.asarray(value).shape for key, value in values.items()})


if __name__ == "__main__":
    main()
