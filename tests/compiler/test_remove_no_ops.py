"""Ops that change nothing leave the program, those that change a bit stay."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf
from nbtf.graph.raw_ops import raw

X = np.array([[-0.0, 1.5, np.nan], [np.inf, -2.0, 0.0]], np.float32)


def const(value: Any) -> Any:
    return tf.constant(np.asarray(value, np.float32))


GONE: dict[str, Callable[[Any], Any]] = {
    "Reshape": lambda x: tf.reshape(x, [-1, 3]),
    "EnsureShape": lambda x: tf.ensure_shape(x, [None, 3]),
    "Transpose": lambda x: tf.transpose(x, [0, 1]),
    "Pad": lambda x: tf.pad(x, [[0, 0], [0, 0]]),
    "Tile": lambda x: tf.tile(x, [1, 1]),
    "AddN": lambda x: raw.AddN([x]),
    "Mul": lambda x: x * 1.0,
    "Mul on the left, by a vector": lambda x: const([1, 1, 1]) * x,
    "RealDiv": lambda x: x / 1.0,
    "Sub": lambda x: x - 0.0,
    "AddV2": lambda x: x + -0.0,
    "StopGradient": lambda x: tf.stop_gradient(tf.identity(x)),
}
STAYING: dict[str, Callable[[Any], Any]] = {
    "Reshape": lambda x: tf.reshape(x, [3, -1]),
    "Transpose": lambda x: tf.transpose(x, [1, 0]),
    "Mul": lambda x: x * const([1, 1, 2]),
    "RealDiv": lambda x: 1.0 / x,
    "Sub": lambda x: 0.0 - x,
    "AddV2": lambda x: x + 0.0,
    "Mul ": lambda x: x * const([[[1, 1, 1]]]),
    "Sub ": lambda x: x - -0.0,
}


def build(change: Callable[[Any], Any]) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def built() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, 3])
        return [tf.strings.as_string(change(x))], {x: X}

    return built


@pytest.mark.parametrize("name", GONE)
def test_what_changes_nothing_goes(name: str) -> None:
    ran, plain = run(build(GONE[name])), run(build(GONE[name]), "remove_no_ops", "move_transposes")
    assert ran.ops == ["AsString"]
    assert name.split()[0] in plain.ops or name == "StopGradient"
    np.testing.assert_array_equal(ran.values[0], plain.values[0])


@pytest.mark.parametrize("name", STAYING)
def test_what_changes_something_stays(name: str) -> None:
    ran, plain = run(build(STAYING[name])), run(build(STAYING[name]), "remove_no_ops")
    assert name.strip() in ran.ops
    np.testing.assert_array_equal(ran.values[0], plain.values[0])


def test_whole_numbers_have_one_zero() -> None:
    def built() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.int32, [None])
        return [tf.bitwise.invert((x + 0) * 1 - 0)], {x: [3, 4]}

    ran = run(built)
    assert ran.ops == ["Invert"] and ran.values[0].tolist() == [-4, -5]


def test_what_is_fetched_fed_or_waited_for_stays() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [])
        once = x * 1.0
        with tf.control_dependencies([once]):
            y = tf.negative(once)
        assert session.run([once, y], {x: 2}) == [2, -2]
        assert session.run([y], {once: 3}) == [-3]
        v = tf.Variable(1.0)
        session.run(v.initializer)
        with tf.control_dependencies([tf.assign(v, 5.0)]):
            waiting = tf.identity(x) * 1.0
        assert session.run(tf.negative(waiting), {x: 2}) == -2 and session.run(v) == 5


def test_a_branch_keeps_its_nodes() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        p, x = tf.placeholder(tf.bool, []), tf.placeholder(tf.float32, [2])
        y = tf.cond(p, lambda: tf.reshape(x, [2]) * 1.0, lambda: -x)
        assert session.run(y, {p: True, x: [1, 2]}).tolist() == [1, 2]
        assert session.run(y, {p: False, x: [1, 2]}).tolist() == [-1, -2]
