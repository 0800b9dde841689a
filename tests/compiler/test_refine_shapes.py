"""Dims in loops of graphs from files: known where every iteration has them, and only there."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import without

import nbtf as tf


def keeps_dims(x: Any) -> Any:
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, tf.tanh(y) * 2.0 + y), [0, x])[1]


def exchanges(x: Any) -> Any:
    loop = tf.while_loop(lambda i, *_: i < 3, lambda i, y, z: (i + 1, z * 2.0 + 1.0, y - 1.0), [0, x, x + 1.0])
    return loop[1] - loop[2]


def nested(x: Any) -> Any:
    def inner(y: Any) -> Any:
        return tf.while_loop(lambda j, z: j < 2, lambda j, z: (j + 1, tf.matmul(z, z) * 0.5), [0, y])[1]

    return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, inner(y[:2, :2]) + y[:2, :2]), [0, x[:2, :2]])[1]


def branch_inside(x: Any) -> Any:
    def body(i: Any, y: Any) -> Any:
        return i + 1, tf.cond(i > 0, lambda: tf.sigmoid(y) + y, lambda: y - 1.0)

    return tf.while_loop(lambda i, y: i < 3, body, [0, x])[1]


def recurrent(x: Any) -> Any:
    cell = tf.nn.rnn_cell.BasicLSTMCell(4)
    return tf.nn.dynamic_rnn(cell, x[None], dtype=tf.float32)[0]


def gradient_of_a_loop(x: Any) -> Any:
    """What the forward loop keeps on stacks is read in the backward one, where gradients for the weights add up."""
    weights = tf.constant(np.arange(9, dtype=np.float32).reshape(3, 3) / 9)
    body = lambda i, y: (i + 1, tf.tanh(tf.matmul(y, weights)))  # noqa: E731
    y = tf.while_loop(lambda i, y: i < 3, body, [0, x])[1]
    return tf.concat(tf.gradients(y, [x, weights]), 0)


def gradient_of_arrays(x: Any) -> Any:
    y = recurrent(x)
    return tf.gradients(y * y, x)[0]


def several_shapes_on_a_stack(x: Any) -> Any:
    y = grows(x)
    return tf.gradients(y * y, x)[0]


def grows(x: Any) -> Any:
    def body(i: Any, y: Any) -> Any:
        return i + 1, tf.concat([y, y[:1] * 2.0], 0)

    return tf.while_loop(lambda i, y: i < 3, body, [0, x], [tf.TensorShape([]), tf.TensorShape([None, 3])])[1]


def broadcasts_later(x: Any) -> Any:
    def body(i: Any, y: Any, z: Any) -> Any:
        return i + 1, z + y, x

    shapes = [tf.TensorShape([]), tf.TensorShape(None), tf.TensorShape([None, 3])]
    return tf.while_loop(lambda i, *_: i < 3, body, [0, x[:1], x[:1]], shapes)[1]


def swaps_dims(x: Any) -> Any:
    shapes = [tf.TensorShape([]), tf.TensorShape([None, None]), tf.TensorShape([None, None])]
    body = lambda i, y, z: (i + 1, tf.tanh(z), tf.sin(y))  # noqa: E731
    return tf.while_loop(lambda i, *_: i < 3, body, [0, x, tf.transpose(x)], shapes)[1]


def array_of_several_shapes(x: Any) -> Any:
    array = tf.TensorArray(tf.float32, 4, infer_shape=False, element_shape=None, clear_after_read=False)
    array = array.write(0, x).write(1, x[:1])
    body = lambda i, y: (i + 1, tf.exp(-tf.reduce_sum(array.read(i) * 2.0 + 1.0)) + y)  # noqa: E731
    return tf.while_loop(lambda i, y: i < 2, body, [0, 0.0])[1]


LOOPS: dict[Callable[[Any], Any], list[str]] = {
    keeps_dims: ["_ElementwiseChain"],
    exchanges: ["_ElementwiseChain"],
    nested: ["Mul"],
    branch_inside: ["_ElementwiseChain"],
    recurrent: ["_ElementwiseChain"],
    gradient_of_a_loop: ["_DenseMatMul"],
    gradient_of_arrays: ["_ElementwiseChain"],
    several_shapes_on_a_stack: [],
    grows: [],
    broadcasts_later: [],
    swaps_dims: [],
    array_of_several_shapes: [],
}


def imported(build: Callable[[Any], Any]) -> Any:
    """The graph as it comes from a file, its variables frozen."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.identity(build(tf.placeholder(tf.float32, [2, 3], name="x")), name="y")
        session.run(tf.global_variables_initializer())
        frozen = tf.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["y"])
    result = tf.Graph()
    with result.as_default():
        tf.import_graph_def(frozen, name="")
    return result


@pytest.mark.parametrize("build", LOOPS, ids=lambda build: build.__name__)
def test_loops_of_imported_graphs(build: Callable[[Any], Any]) -> None:
    graph, x = imported(build), np.random.default_rng(1).standard_normal((2, 3)).astype(np.float32)
    results, known = [], []
    for off in ((), ("refine_shapes",)):
        # Hoisted products, which need known dims, round otherwise.
        with tf.Session(graph=graph, config=without("hoist_inputs", *off)) as session:
            results += [session.run("y:0", {"x:0": x}) for _ in range(2)]
            (executable,) = session._executables.values()
            slots = executable.program.slots
            known.append(sum(slot.value.shape is not None and -1 not in slot.value.shape for slot in slots))
            if not off:
                ops = {i.node.op_type for i in executable.program.instructions if i.node is not None}
                assert ops >= set(LOOPS[build])
    assert known[0] > known[1] or not LOOPS[build]
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])
