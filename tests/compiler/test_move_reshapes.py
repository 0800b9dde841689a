"""Biases and ReLUs behind a product that was given other dims become part of it: the same bits."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf

X = np.random.default_rng(0).standard_normal((2, 5, 8), np.float32)
BIAS = np.linspace(-1, 1, 6, dtype=np.float32)
Built = tuple[list[Any], dict[Any, Any]]


def product(x: Any, columns: int = 6) -> Any:
    """x [batch, time, depth] times weights, as tf.tensordot has it."""
    batch, time, _ = tf.unstack(tf.shape(x))
    weights = tf.constant(np.random.default_rng(1).standard_normal((8, columns), np.float32))
    rows = tf.reshape(x, [batch * time, 8])
    return tf.reshape(tf.matmul(rows, weights), [batch, time, columns])


MOVED: dict[str, Callable[[Any], Any]] = {
    "bias": lambda x: tf.nn.bias_add(product(x), BIAS),
    "vector": lambda x: product(x) + BIAS,
    "bias and relu": lambda x: tf.nn.relu(tf.nn.bias_add(product(x), BIAS)),
    "relu": lambda x: tf.nn.relu6(product(x)),
}
STAYS: dict[str, Callable[[Any], Any]] = {
    "read twice": lambda x: (lambda y: tf.nn.bias_add(y, BIAS) + tf.tanh(y))(product(x)),
    "other columns": lambda x: tf.nn.bias_add(tf.reshape(product(x), [-1, 3]), BIAS[:3]),
    "a number": lambda x: product(x) + 1.0,
    "rows": lambda x: product(x) + np.arange(5, dtype=np.float32)[:, np.newaxis],
    "another op": lambda x: tf.tanh(product(x)),
}


def built(make: Callable[[Any], Any]) -> Callable[[], Built]:
    def build() -> Built:
        x = tf.placeholder(tf.float32, [None, None, 8])
        return [make(x)], {x: X}

    return build


@pytest.mark.parametrize("name", MOVED)
def test_moved(name: str) -> None:
    ran, plain = run(built(MOVED[name])), run(built(MOVED[name]), "move_reshapes")
    assert not {"BiasAdd", "AddV2", "Relu", "Relu6"} & set(ran.ops)
    assert {"BiasAdd", "AddV2", "Relu", "Relu6"} & set(plain.ops)
    np.testing.assert_array_equal(ran.values[0], plain.values[0])


@pytest.mark.parametrize("name", STAYS)
def test_stays(name: str) -> None:
    ran, plain = run(built(STAYS[name])), run(built(STAYS[name]), "move_reshapes")
    assert ran.ops == plain.ops
    np.testing.assert_array_equal(ran.values[0], plain.values[0])


def test_what_is_fetched_or_fed_stays() -> None:
    def build() -> Built:
        x = tf.placeholder(tf.float32, [None, None, 8])
        y = product(x)
        return [y, tf.nn.bias_add(y, BIAS)], {x: X}

    ran = run(build)
    assert "BiasAdd" in ran.ops
    np.testing.assert_allclose(ran.values[1], ran.values[0] + BIAS, rtol=1e-6)


def test_a_dense_layer() -> None:
    def build() -> Built:
        x = tf.placeholder(tf.float32, [None, 5, 8])
        y = tf.layers.dense(x, 6, tf.nn.relu, kernel_initializer=tf.initializers.ones())
        initial = tf.get_default_graph().get_tensor_by_name("dense/kernel/Initializer/ones:0")
        return [y], {x: X, tf.trainable_variables()[0]: np.ones(initial.shape), tf.trainable_variables()[1]: BIAS}

    ran, plain = run(build), run(build, "move_reshapes")
    assert "BiasAdd" not in ran.ops and "BiasAdd" in plain.ops
    np.testing.assert_array_equal(ran.values[0], plain.values[0])


def test_dims_that_do_not_fit_are_refused_by_the_reshape() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x, dims = tf.placeholder(tf.float32, [None, 8]), tf.placeholder(tf.int32, [3])
        y = tf.reshape(tf.matmul(x, tf.ones([8, 6])), dims)
        y.set_shape([None, None, 6])
        z = tf.nn.bias_add(y, BIAS)
        with pytest.raises(tf.errors.InvalidArgumentError, match="reshape"):
            session.run(z, {x: np.zeros((10, 8)), dims: [3, 3, 6]})
