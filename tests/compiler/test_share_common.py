"""What is computed twice from the same is computed once: pure ops only, within one branch or loop."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf
from nbtf.graph.raw_ops import raw

X = np.arange(6, dtype=np.float32).reshape(2, 3)


def both(first: Any, second: Any) -> Any:
    return tf.concat([first, second], 0)


SHARED: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "Tanh": (lambda x: both(tf.tanh(x), tf.tanh(x)), ["Tanh", "ConcatV2"]),
    "of shared": (lambda x: both(tf.sin(tf.tanh(x)), tf.sin(tf.tanh(x))), ["Tanh", "Sin", "ConcatV2"]),
    "attributes": (lambda x: both(raw.Sum(x, [0]), raw.Sum(x, [0])), ["Sum", "ConcatV2"]),
    "several outputs": (lambda x: both(tf.unique(x[0])[0], tf.unique(x[0])[0]), ["StridedSlice", "Unique", "ConcatV2"]),
}
APART: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "other attributes": (
        lambda x: both(raw.Sum(x, [0], keep_dims=True), raw.Sum(x, [0])[None]),
        ["Sum", "Sum", "StridedSlice", "ConcatV2"],
    ),
    "other inputs": (lambda x: both(x - 1.0, 1.0 - x), ["Sub", "Sub", "ConcatV2"]),
    "random": (
        lambda x: tf.not_equal(tf.random_uniform([50], seed=1), tf.random_uniform([50], seed=1)),
        ["RandomUniform", "RandomUniform", "NotEqual"],
    ),
}


def build(change: Callable[[Any], Any]) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def built() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [2, 3])
        return [change(x)], {x: X}

    return built


@pytest.mark.parametrize("name", SHARED)
def test_the_same_is_computed_once(name: str) -> None:
    change, ops = SHARED[name]
    ran, plain = run(build(change), "fuse_elementwise"), run(build(change), "share_common", "fuse_elementwise")
    assert ran.ops == ops and len(plain.ops) > len(ops)
    np.testing.assert_array_equal(ran.values[0], plain.values[0])


@pytest.mark.parametrize("name", APART)
def test_what_differs_stays_apart(name: str) -> None:
    change, ops = APART[name]
    assert run(build(change), "fuse_elementwise").ops == ops


def test_other_control_edges_make_another_node() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.Variable(1.0, use_resource=True)
        session.run(v.initializer)
        x = tf.placeholder(tf.float32, [])
        with tf.control_dependencies([tf.negative(x)]):
            before = tf.square(x)
        with tf.control_dependencies([tf.assign(v, 2.0)]):
            after = tf.square(x)
        assert session.run([before, after], {x: 3}) == [9, 9] and session.run(v) == 2
        assert session.run(before, {x: 3}) == 9


def test_branches_stay_apart() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        p, x = tf.placeholder(tf.bool, []), tf.placeholder(tf.float32, [])
        y = tf.cond(p, lambda: tf.square(x) + 1.0, lambda: tf.square(x) + 1.0)
        assert session.run(y, {p: True, x: 2}) == session.run(y, {p: False, x: 2}) == 5


def test_fetches_and_control_edges_lead_to_the_one_that_is_left() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [])
        one, two = tf.square(x), tf.square(x)
        with tf.control_dependencies([two]):
            waits = tf.negative(x)
        assert session.run([one, two, waits], {x: 3}) == [9, 9, -3]
        assert session.run([one, two], {two: 5, x: 3}) == [9, 5]
