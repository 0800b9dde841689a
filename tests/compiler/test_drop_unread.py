"""What is only waited for is not computed; who waited waits for what it was made of."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf


def run(build: Any, monkeypatch: pytest.MonkeyPatch, *off: str) -> tuple[Any, list[str]]:
    monkeypatch.setenv("NBTF_DISABLE_PASSES", ",".join(("fuse_elementwise", "fold_constants", *off)))
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2, 3], "x")
        fetches, targets = build(x)
        with tf.Session(graph=graph) as session:
            session.run(tf.global_variables_initializer())
            found = session.run([fetches, targets], {x: [[1, 2, 3], [4, 5, 6]]})[0]
            program = list(session._executables.values())[-1].program
            return found, [i.node.op_type for i in program.instructions if i.node is not None]


def training(x: Any) -> Any:
    """The gradient for x is waited for, as that for w is."""
    w = tf.get_variable("w", initializer=[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    product = tf.matmul(x, w)
    step = tf.train.GradientDescentOptimizer(0.5).minimize(tf.reduce_sum(product * product))
    with tf.control_dependencies([step]):
        return w.read_value(), step


def chain(x: Any) -> Any:
    """A sum of sums, waited for, and a lattice of them that has many ways through."""
    y = x
    for _ in range(40):
        y = tf.sin(y) + tf.cos(y)
    with tf.control_dependencies([y]):
        return tf.identity(x), ()


def order(x: Any) -> Any:
    """The value is read, doubled, and only then changed: what waits for the doubled waits for the read."""
    v = tf.get_variable("v", initializer=[1.0, 1.0, 1.0], use_resource=True)
    before = v.read_value()
    with tf.control_dependencies([tf.sin(before)]):
        change = v.assign_add(x[0])
    with tf.control_dependencies([change]):
        return [before, v.read_value()], ()


@pytest.mark.parametrize(("build", "gone"), [(training, 1), (chain, 80), (order, 1)])
def test_same_values_with_less_work(build: Any, gone: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found, ran = run(build, monkeypatch)
    expected, ran_before = run(build, monkeypatch, "drop_unread")
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)
    counts = [sum(op in ("MatMul", "_DenseMatMul", "Sin", "Cos") for op in ops) for ops in (ran_before, ran)]
    assert counts[0] - counts[1] == gone


def checked(x: Any) -> Any:
    with tf.control_dependencies([tf.check_numerics(tf.log(x - 1), "not a number")]):
        return tf.identity(x), ()


def test_checks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="not a number"):
        run(checked, monkeypatch)
