"""What building branches and loops leaves behind; the graphs themselves are compared in tests/programs/control."""

from typing import Any

import pytest

import nbtf as tf


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def boom(*_: Any) -> Any:
    raise RuntimeError("boom")


def test_a_body_that_fails_leaves_the_context(graph: Any) -> None:
    p = tf.placeholder(tf.bool, [])
    for build in (
        lambda: tf.cond(p, boom, lambda: 1),
        lambda: tf.cond(p, lambda: 1, boom),
        lambda: tf.while_loop(boom, lambda i: i, [0]),
        lambda: tf.while_loop(lambda i: i < 3, boom, [0]),
        lambda: tf.map_fn(boom, tf.constant([1.0])),
    ):
        with pytest.raises(RuntimeError, match="boom"):
            build()
        assert graph._get_control_flow_context() is None
        assert graph.get_name_scope() == ""


def test_summaries_of_a_branch_run_with_it_and_are_not_merged(graph: Any) -> None:
    summaries = graph.get_collection_ref(tf.GraphKeys._SUMMARY_COLLECTION)

    def branch() -> Any:
        summaries.append(tf.constant("summary", name="summary"))
        return tf.constant(1.0)

    result = tf.cond(tf.placeholder(tf.bool, []), branch, lambda: 2.0)
    assert summaries == []
    taken = result.op.inputs[1].op
    assert taken.type == "Identity" and [op.name for op in taken.control_inputs] == ["cond/summary"]


def test_a_variable_of_another_dtype_is_refused_when_it_comes_round() -> None:
    looped = tf.while_loop(lambda i: i < 3, lambda i: 1.0, [0])
    with (
        tf.Session() as session,
        pytest.raises(
            tf.errors.InvalidArgumentError,
            match="Input 1 of node while/Merge was passed float from while/NextIteration:0 incompatible with expected int32",
        ),
    ):
        session.run(looped)
