"""Contexts of control flow as messages: what is read back behaves as what was built."""

import numpy as np
import pytest

import nbtf as tf
from nbtf.graph.control_flow_context import CondContext
from nbtf.graph.while_context import WhileContext

FROM_PROTO = {"cond_context": CondContext.from_proto, "while_context": WhileContext.from_proto}


def build() -> None:
    x = tf.constant([1.0, 2.0], name="x")
    p = tf.placeholder(tf.bool, [], name="p")

    def double(v: tf.Tensor) -> tf.Tensor:
        return tf.while_loop(lambda j: tf.reduce_sum(j) < 3.0, lambda j: j * 2.0, [v])

    def body(i: tf.Tensor, v: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return i + 1, tf.cond(i < 2, lambda: v * x, lambda: double(v))

    looped = tf.while_loop(lambda i, v: i < 3, body, (0, x), maximum_iterations=5)[1]
    tf.identity(looped, name="y")
    tf.cond(p, lambda: x, lambda: double(x) * x)


@pytest.mark.parametrize("scope", ["", "imported"])
def test_contexts_survive_as_messages(scope: str) -> None:
    graph = tf.Graph()
    with graph.as_default():
        build()
    messages = [(key, one.to_proto()) for key in FROM_PROTO for one in graph.get_collection(key)]
    assert len(messages) == 3
    copy = tf.Graph()
    with copy.as_default():
        tf.import_graph_def(graph.as_graph_def(), name=scope)
        contexts = [FROM_PROTO[key](message, import_scope=scope or None) for key, message in messages]
        for context, (_, message) in zip(contexts, messages, strict=True):
            assert context.to_proto(export_scope=scope or None) == message
            assert context.to_proto(export_scope="elsewhere") is None
        prefix = f"{scope}/" if scope else ""
        frames = {op.get_attr("frame_name") for op in copy.get_operations() if op.type == "Enter"}
        assert all(frame.startswith(prefix.encode()) for frame in frames)
        gradient = tf.gradients(copy.get_tensor_by_name(f"{prefix}y:0"), copy.get_tensor_by_name(f"{prefix}x:0"))
        with tf.Session() as session:
            np.testing.assert_allclose(session.run(gradient[0]), [3.0, 12.0])


def test_a_tensor_of_a_loop_stays_inside() -> None:
    inside = []

    def body(i: tf.Tensor) -> tf.Tensor:
        inside.append(i + 1)
        return inside[0]

    with tf.Graph().as_default() as graph:
        tf.while_loop(lambda i: i < 3, body, [0])
        with pytest.raises(
            ValueError, match="Cannot use 'while/add' as input to 'Neg' because 'while/add' is in a while"
        ):
            tf.negative(inside[0])
        assert graph.get_operations()[-1].type == "Exit"  # the refused operation is gone
        assert not graph.is_fetchable(inside[0]) and not graph.is_feedable(inside[0])
        with tf.Session() as session, pytest.raises(ValueError, match="has been marked as not fetchable. Typically"):
            session.run(inside[0])
