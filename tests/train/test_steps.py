"""The global step: found, made, read before a training step changes it, and counted up."""

import pytest

import nbtf as tf
from nbtf.train import steps


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_a_graph_has_one() -> None:
    assert tf.train.get_global_step() is None
    step = tf.train.create_global_step()
    assert step is tf.train.get_or_create_global_step() is tf.train.get_global_step()
    assert (step.name, step.dtype.base_dtype, step.trainable) == ("global_step:0", tf.int64, False)
    assert tf.get_collection(tf.GraphKeys.GLOBAL_STEP) == [step]
    assert step.aggregation is tf.VariableAggregation.ONLY_FIRST_REPLICA


def test_it_is_found_by_name_too(graph: tf.Graph) -> None:
    step = tf.constant(3, name="global_step")
    assert tf.train.get_global_step() is step
    with tf.Graph().as_default():
        assert tf.train.get_global_step(graph) is step


def test_several_are_none() -> None:
    for _ in range(2):
        tf.add_to_collection(tf.GraphKeys.GLOBAL_STEP, tf.Variable(0))
    assert tf.train.get_global_step() is None


def test_a_name_of_another_type_is_refused() -> None:
    tf.constant("a", name="global_step")
    with pytest.raises(TypeError, match="does not have integer type"):
        tf.train.get_or_create_global_step()


@pytest.mark.parametrize("use_resource", [False, True])
def test_it_is_read_before_it_is_changed(use_resource: bool) -> None:
    with tf.variable_scope("", use_resource=use_resource):
        tf.train.create_global_step()
    read = steps.get_global_step_read()
    assert steps.get_global_step_read() is read
    increment = steps.increment_global_step(2)
    with tf.Session() as session:
        assert session.run(read) == 0  # of a variable without a value, the initial one
        session.run(tf.global_variables_initializer())
        assert session.run([read, increment]) == [0, 2]
        assert session.run([increment, read]) == [4, 2]
        assert tf.train.global_step(session, tf.train.get_global_step()) == 4


def test_no_step_has_no_read() -> None:
    assert steps.get_global_step_read() is None
    with pytest.raises(ValueError, match="get_or_create_global_step"):
        steps.increment_global_step(1)
