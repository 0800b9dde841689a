"""Critical sections of concurrent runs, and of runs that fail."""

import threading

import numpy as np
import pytest

import nbtf as tf

RUNS = 200


def test_concurrent_runs_do_not_mix() -> None:
    with tf.Graph().as_default() as graph:
        v = tf.Variable(0.0, use_resource=True)
        section = tf.CriticalSection()

        def step():
            slow = v.read_value() + tf.reduce_sum(tf.zeros([20_000])) + 1.0
            with tf.control_dependencies([v.assign(slow, read_value=False)]):
                return tf.constant(0.0)

        counted = section.execute(step)
        initialize = tf.global_variables_initializer()
    with tf.Session(graph=graph) as session:
        session.run(initialize)
        threads = [threading.Thread(target=lambda: [session.run(counted) for _ in range(RUNS)]) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert session.run(v) == 3 * RUNS


def test_a_failed_run_lets_go() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.int32, [])
        section = tf.CriticalSection()
        divided = section.execute(lambda: tf.floordiv(6, x))
    with tf.Session(graph=graph) as session:
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            session.run(divided, {x: 0})
        found = []
        thread = threading.Thread(target=lambda: found.append(session.run(divided, {x: 2})), daemon=True)
        thread.start()
        thread.join(20)
        assert found == [3] and caught.value.op is not None


def test_a_lock_that_its_run_holds_is_refused() -> None:
    with tf.Graph().as_default() as graph:
        mutex = tf.raw_ops.MutexV2()
        first = tf.raw_ops.MutexLock(mutex=mutex)
        with tf.control_dependencies([first]):
            second = tf.raw_ops.MutexLock(mutex=mutex)
    with tf.Session(graph=graph) as session, pytest.raises(tf.errors.InternalError, match="would wait for itself"):
        session.run(second.op)


def test_a_lock_that_no_run_holds_cannot_be_consumed() -> None:
    with tf.Graph().as_default() as graph:
        lock = tf.raw_ops.MutexLock(mutex=tf.raw_ops.MutexV2())
        once = tf.raw_ops.ConsumeMutexLock(mutex_lock=lock)
        with tf.control_dependencies([once]):
            twice = tf.raw_ops.ConsumeMutexLock(mutex_lock=lock)
    with tf.Session(graph=graph) as session, pytest.raises(tf.errors.InvalidArgumentError, match="holds no such lock"):
        session.run(twice)


def test_results_are_computed_together() -> None:
    with tf.Graph().as_default() as graph:
        v = tf.Variable([0.0], use_resource=True)
        first, _ = tf.CriticalSection().execute(lambda: (tf.constant(1.0), tf.identity(v.assign([2.0]))))
        initialize = tf.global_variables_initializer()
    with tf.Session(graph=graph) as session:
        session.run(initialize)
        session.run(first)
        np.testing.assert_array_equal(session.run(v), [2.0])
