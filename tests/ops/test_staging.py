"""Staging areas, and tf.contrib.staging's double buffering."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf


def area(**more: Any) -> Any:
    return tf.contrib.staging.StagingArea([tf.float32, tf.string], [[2], []], **more)


def test_first_in_first_out() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        staged = area()
        x = tf.placeholder(tf.float32, [2])
        put, get, size, first, second = (
            staged.put([x, "a"]),
            staged.get(),
            staged.size(),
            staged.peek(0),
            staged.peek(1),
        )
        assert get[0].shape == [2]
        for i in range(3):
            session.run(put, {x: [i, i]})
        assert session.run(size) == 3
        assert session.run(first)[0].tolist() == [0, 0] and session.run(second)[0].tolist() == [1, 1]
        assert [session.run(get)[0][0] for _ in range(2)] == [0, 1]
        session.run(staged.clear())
        assert session.run(size) == 0


def test_a_step_takes_what_the_last_one_put() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        staged = tf.contrib.staging.StagingArea([tf.int32], names=["x"], capacity=1)
        step = tf.placeholder(tf.int32, [])
        put, got = staged.put({"x": step}), staged.get()["x"]
        session.run(put, {step: 0})
        for i in range(1, 4):
            assert session.run([got * 10, put], {step: i})[0] == (i - 1) * 10


def test_waiting_is_cancelled_by_time() -> None:
    with tf.Graph().as_default():
        staged = tf.contrib.staging.StagingArea([tf.float32], memory_limit=8)
        put, get, later = staged.put(tf.zeros([2])), staged.get(), staged.peek(3)
        brief = tf.RunOptions(timeout_in_ms=50)
        with tf.Session() as session:
            for waits in (get, later):
                with pytest.raises(tf.errors.DeadlineExceededError):
                    session.run(waits, options=brief)
            session.run(put)
            with pytest.raises(tf.errors.DeadlineExceededError):
                session.run(put, options=brief)
            assert session.run(get)[0].tolist() == [0, 0]


def test_refusals_of_a_run() -> None:
    raw = tf.raw_ops
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(raw.Stage(values=[[1.0, 2.0]], shared_name="one"))
        session.run(raw.Stage(values=[[1.0, 2.0]], shared_name="two"))
        cases = [
            (raw.Unstage(dtypes=[tf.float32, tf.float32], shared_name="one"), "Mismatch stage/unstage: 1 vs. 2"),
            (raw.Unstage(dtypes=[tf.int64], shared_name="two"), "int64 was asked for"),
            (raw.StagePeek(index=-1, dtypes=[tf.float32], shared_name="two"), "at least 0"),
            (raw.StagePeek(index=[0], dtypes=[tf.float32], shared_name="two"), "scalar"),
        ]
        for made, message in cases:
            with pytest.raises(tf.errors.InvalidArgumentError, match=message):
                session.run(made)
        full = raw.Stage(values=[np.zeros(3, np.float32)], memory_limit=8, shared_name="three")
        with pytest.raises(tf.errors.ResourceExhaustedError, match="combined size of '12' bytes"):
            session.run(full)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: area(shared_name=3), "must be a string"),
        (lambda: area(names=["x"]), "names must be the same length"),
        (lambda: area().put([tf.zeros([2])]), "Unexpected number of inputs"),
        (lambda: area().put([tf.zeros([2], tf.int32), "a"]), "Datatypes do not match"),
        (lambda: area().put({"x": 1.0}), "must have names"),
        (lambda: area(names=["x", "y"]).put([tf.zeros([2]), "a"]), "must enqueue a dictionary"),
        (lambda: area(names=["x", "y"]).put({"x": tf.zeros([2])}), "do not match names"),
    ],
)
def test_refusals_of_a_graph(make: Any, message: str) -> None:
    with tf.Graph().as_default(), pytest.raises(ValueError, match=message):
        make()


def test_op_names() -> None:
    names = ("Stage", "Unstage", "StagePeek", "StageSize", "StageClear")
    with tf.Graph().as_default() as graph:
        staged = area(shared_name="s")
        staged.put([tf.zeros([2]), "a"])
        staged.get(), staged.peek(0), staged.size(), staged.clear()
        assert set(names) <= {made.type for made in graph.get_operations()}
