"""tf.contrib.opt against numpy: dense and sparse gradients, variables of both kinds."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nbtf as tf

opt = tf.contrib.opt
Array = np.ndarray
START = np.float32([[1, -2], [3, 4], [-5, 6]])
GRADIENT = np.float32([[0.5, 1], [0, 0], [-2, 0.25]])
ROWS = np.array([0, 2])
STEPS = 3


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def stepped(optimizer: Any, sparse: bool, resource: bool, **facts: Any) -> Array:
    """The variable after a few steps."""
    w = tf.get_variable("w", initializer=START, use_resource=resource)
    gradient = tf.IndexedSlices(tf.constant(GRADIENT[ROWS]), tf.constant(ROWS), [3, 2]) if sparse else GRADIENT
    step = optimizer.apply_gradients([(tf.convert_to_tensor(gradient) if not sparse else gradient, w)], **facts)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(STEPS):
            session.run(step)
        return session.run(w)  # type: ignore[no-any-return]


def adam(rows: Array, nesterov: bool = False, shrink: float = 0.0, rate: float = 0.1) -> Array:
    """Rows that move, by Adam's rule; the others stay."""
    w, m, v = START.astype(np.float64), np.zeros((3, 2)), np.zeros((3, 2))
    for t in range(1, STEPS + 1):
        w[rows] -= shrink * w[rows]
        g = GRADIENT[rows]
        m[rows] = 0.9 * m[rows] + 0.1 * g
        v[rows] = 0.999 * v[rows] + 0.001 * g * g
        ahead = 0.9 * m[rows] + 0.1 * g if nesterov else m[rows]
        lr = rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        w[rows] -= lr * ahead / (np.sqrt(v[rows]) + 1e-8)
    return w


EVERY = np.arange(3)
CASES: list[tuple[Callable[[], Any], bool, Callable[[], Array]]] = [
    (lambda: opt.LazyAdamOptimizer(0.1), True, lambda: adam(ROWS)),
    (lambda: opt.LazyAdamOptimizer(0.1), False, lambda: adam(EVERY)),
    (lambda: opt.NadamOptimizer(0.1), True, lambda: adam(ROWS, nesterov=True)),
    (lambda: opt.NadamOptimizer(0.1), False, lambda: adam(EVERY, nesterov=True)),
    (lambda: opt.AdamWOptimizer(0.01, 0.1), True, lambda: adam(ROWS, shrink=0.01)),
    (lambda: opt.AdamWOptimizer(lambda: 0.01, 0.1), False, lambda: adam(EVERY, shrink=0.01)),
]


@pytest.mark.parametrize("resource", [False, True])
@pytest.mark.parametrize(("make", "sparse", "expected"), CASES)
def test_steps(make: Callable[[], Any], sparse: bool, expected: Callable[[], Array], resource: bool) -> None:
    np.testing.assert_allclose(stepped(make(), sparse, resource), expected(), 1e-5, 1e-6)


def test_momentum_with_weight_decay() -> None:
    w, accumulated = START.astype(np.float64), np.zeros((3, 2))
    for _ in range(STEPS):
        w -= 0.1 * w
        accumulated = 0.5 * accumulated + GRADIENT
        w -= 0.2 * accumulated
    np.testing.assert_allclose(stepped(opt.MomentumWOptimizer(0.1, 0.2, 0.5), False, False), w, 1e-5)
    assert [one.op.name for one in tf.global_variables()] == ["w", "w/MomentumW"]


def test_only_the_variables_told_shrink() -> None:
    with tf.Graph().as_default():
        other = tf.get_variable("other", [])
        found = stepped(opt.AdamWOptimizer(0.5, 0.1), False, False, decay_var_list=[other])
    np.testing.assert_allclose(found, adam(EVERY), 1e-5)
    make = opt.extend_with_decoupled_weight_decay(tf.train.GradientDescentOptimizer)
    w = tf.get_variable("w", initializer=[2.0, 4.0])
    step = make(0.5, learning_rate=1.0).minimize(tf.reduce_sum(w), decay_var_list=[w])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(step)
        assert session.run(w).tolist() == [0.0, 1.0]
