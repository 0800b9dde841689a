"""tf.function: what calls compute, when functions are traced again, effects in order, gradients."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import nbtf as tf

X = np.array([1.0, 2.0], np.float32)


@pytest.fixture(autouse=True)
def graph() -> Iterator[Any]:
    with tf.Graph().as_default() as graph:
        yield graph


def run(fetches: Any, x: Any = None) -> Any:
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, None if x is None else {x: X})


def calls(graph: Any) -> list[str]:
    return [op.type for op in graph.get_operations() if op.type.endswith("PartitionedCall")]


def test_structures_captures_and_constants(graph: Any) -> None:
    c = tf.constant(3.0)

    @tf.function
    def f(a: Any, b: Any, scale: float = 2.0) -> Any:
        return a * c + tf.square(b) * scale, {"k": tf.tanh(a), "nothing": None}

    x = tf.placeholder(tf.float32, [2])
    first, named = f(x, np.float32(1.0))
    second = f(x, tf.constant(2.0), scale=3.0)[0]
    assert first.shape.as_list() == [2] and named["nothing"] is None
    gradients = tf.gradients([first, named["k"], second], [x, c])
    values = run([first, named["k"], second, *gradients], x)
    np.testing.assert_allclose(values[0], X * 3 + 2)
    np.testing.assert_allclose(values[1], np.tanh(X))
    np.testing.assert_allclose(values[2], X * 3 + 12)
    np.testing.assert_allclose(values[3], 6 + 1 - np.tanh(X) ** 2, rtol=1e-5)
    np.testing.assert_allclose(values[4], 6)
    assert set(calls(graph)) == {"PartitionedCall"}


def test_traced_once_for_each_signature() -> None:
    traced = []

    @tf.function
    def f(a: Any, flag: bool = False) -> Any:
        traced.append(a.shape.as_list())
        return a * (2.0 if flag else 3.0)

    x = tf.placeholder(tf.float32, [2])
    for _ in range(2):
        f(x)
        f(x, flag=True)
        f(tf.constant(1.0))
    assert traced == [[2], [2], []]
    assert f.get_concrete_function(x) is f.get_concrete_function(x)


def test_effects_run_in_order(graph: Any) -> None:
    v = tf.get_variable("v", initializer=tf.constant(X), use_resource=True)

    @tf.function
    def update(a: Any) -> Any:
        v.assign_add(a)
        between = v.read_value()
        v.assign(between * 2.0)
        return between

    between = update(tf.constant([1.0, 1.0]))
    assert calls(graph) == ["StatefulPartitionedCall"]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_allclose(session.run(between), [2.0, 3.0])
        np.testing.assert_allclose(session.run(v), [4.0, 6.0])


def test_functions_of_functions_and_their_gradients() -> None:
    v = tf.get_variable("v", initializer=tf.constant(X), use_resource=True)

    @tf.function
    def inner(a: Any, b: Any) -> Any:
        return tf.square(a) * b

    @tf.function
    def outer(a: Any) -> Any:
        return inner(a, a) * v + inner(a, v)

    x = tf.placeholder(tf.float32, [2])
    gradients = tf.gradients(outer(x), [x, v])
    by_x, by_v = run(gradients, x)
    np.testing.assert_allclose(by_x, 3 * X**2 * X + 2 * X * X)
    np.testing.assert_allclose(by_v, X**3 + X**2)


def test_loops_and_branches_inside() -> None:
    @tf.function
    def f(a: Any) -> Any:
        looped = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * a), (0, a))[1]
        return tf.cond(looped[0] > 10.0, lambda: looped, lambda: -looped)

    x = tf.placeholder(tf.float32, [2])
    y = f(x)
    np.testing.assert_allclose(run(y, x), -(X**4))
    np.testing.assert_allclose(run(tf.gradients(y, x)[0], x), -4 * X**3, rtol=1e-6)


def test_effects_of_branches_and_loops_happen_though_no_result_needs_them() -> None:
    v = tf.get_variable("v", initializer=tf.constant(X), use_resource=True)

    @tf.function
    def f(a: Any) -> Any:
        def added() -> Any:
            v.assign_add([1.0, 1.0])
            return a

        def step(i: Any, s: Any) -> Any:
            v.assign(v * 2.0)
            return i + 1, s

        branch = tf.cond(a[0] > 0.0, added, lambda: a)
        tf.while_loop(lambda i, s: i < 2, step, (0, a))
        return branch

    branch = f(tf.constant([1.0, 2.0]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_allclose(session.run(branch), [1.0, 2.0])
        np.testing.assert_allclose(session.run(v), (X + 1) * 4)


def test_input_signature() -> None:
    spec = tf.placeholder(tf.float32, [None])
    f = tf.function(lambda a: a * 2.0, input_signature=[spec])
    np.testing.assert_allclose(run(f(tf.constant(X))), X * 2)
    with pytest.raises(TypeError, match="Can not cast"):
        f(tf.constant(1))
    with pytest.raises(TypeError, match="input_signature missing type constraint for b"):
        tf.function(lambda a, b: a, input_signature=[spec])(tf.constant(X), tf.constant(X))
    with pytest.raises(TypeError, match="input_signature contains 1 extra type constraints"):
        tf.function(lambda a: a, input_signature=[spec, spec])(tf.constant(X))
    with pytest.raises(TypeError, match=r"Can not cast 3 to Literal\[2\].*b: Literal\[2\] = <captured_default_value>"):
        tf.function(lambda a, b=2: a, input_signature=[spec])(tf.constant(X), 3)
