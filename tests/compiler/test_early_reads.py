"""What is computed from a variable in a few ops sees it from before an update that waits for many."""

import numpy as np
import pytest

import nbtf as tf


def training_step(use_resource: bool) -> tuple[tf.Tensor, tf.Operation]:
    """The global step, and a step of training that counts it."""
    with tf.variable_scope("model", use_resource=use_resource):
        step = tf.get_variable("step", [], tf.int64, tf.zeros_initializer(), trainable=False)
        w = tf.get_variable("w", [2, 1], initializer=tf.ones_initializer())
    loss = tf.reduce_mean(tf.square(tf.matmul(tf.constant([[0.1, 0.2]]), w)))
    return step, tf.train.AdamOptimizer(0.1).minimize(loss, step)


def values(fetch: tf.Tensor, train: tf.Operation) -> list[int]:
    """What is fetched with each of three training steps."""
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return [int(session.run([train, fetch])[1]) for _ in range(3)]


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_reader_made_after_the_update_goes_first(use_resource: bool) -> None:
    with tf.Graph().as_default():
        step, train = training_step(use_resource)
        assert values(step + 10, train) == [10, 11, 12]


@pytest.mark.parametrize("use_resource", [False, True])
def test_a_reader_inside_of_a_branch_goes_first(use_resource: bool) -> None:
    with tf.Graph().as_default():
        step, train = training_step(use_resource)
        taken = tf.placeholder_with_default(True, [])
        assert values(tf.cond(taken, lambda: step * 2, lambda: step * 3), train) == [0, 2, 4]
        read = tf.cond(taken, step.read_value, lambda: tf.constant(7, tf.int64))
        assert values(read + 0, train) == [0, 1, 2]


def test_a_hook_sees_the_step_from_before() -> None:
    """Summaries come every so many steps, counted from what the hook read together with the training step."""
    seen = []

    class Seen(tf.train.SessionRunHook):
        def before_run(self, run_context: tf.train.SessionRunContext) -> tf.train.SessionRunArgs:
            return tf.train.SessionRunArgs(self.read)

        def after_run(self, run_context: tf.train.SessionRunContext, run_values: tf.train.SessionRunValues) -> None:
            seen.append(int(run_values.results))

    with tf.Graph().as_default():
        step = tf.train.get_or_create_global_step()
        Seen.read = tf.cond(tf.is_variable_initialized(step), step.read_value, lambda: step.initial_value) + 0
        w = tf.get_variable("w", [2], initializer=tf.ones_initializer())
        train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(tf.square(tf.tanh(w))), step)
        with tf.train.SingularMonitoredSession([Seen(), tf.train.StopAtStepHook(3)]) as session:
            while not session.should_stop():
                session.run(train)
    assert seen == [0, 1, 2]


def test_a_ref_itself_is_its_memory() -> None:
    with tf.Graph().as_default():
        step, train = training_step(use_resource=False)
        assert values(step, train) == [1, 2, 3]


def test_of_equal_depth_the_one_made_first_goes_first() -> None:
    with tf.Graph().as_default():
        variable = tf.get_variable("v", [], initializer=tf.zeros_initializer(), use_resource=True)
        add, read = variable.assign_add(1.0, read_value=False), variable.read_value()
        with tf.Session() as session:
            session.run(variable.initializer)
            np.testing.assert_equal(session.run([read, add])[0], np.float32(1))
