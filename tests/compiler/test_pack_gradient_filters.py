"""Transposed convolutions by constant filters: packed once, with what follows fused in, and the same values as without."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nbtf as tf

RANDOM = np.random.RandomState(5)


def const(*dims: int) -> Any:
    return tf.constant(RANDOM.randn(*dims).astype(np.float32))


def transposed(x: Any, window: int = 4, stride: int = 2, channels: int = 5, **attrs: Any) -> Any:
    filter = const(window, window, channels, 3)
    return tf.nn.conv2d_transpose(x, filter, [tf.shape(x)[0], 12, 14, channels], stride, **attrs)


def variable_filter(x: Any) -> Any:
    return tf.nn.conv2d_transpose(x, tf.get_variable("w", initializer=const(4, 4, 5, 3)), [2, 12, 14, 5], 2)


def run(build: Callable[[Any], Any], *off: str, batch: int = 2) -> tuple[np.ndarray, list[str]]:
    RANDOM.seed(3)
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 6, 7, 3], "x")
        y = build(x)
        options = tf.GraphOptions()
        for name in off:
            options.rewrite_options.custom_optimizers.add(name=name)
        for one in options.rewrite_options.custom_optimizers:
            one.parameter_map["enable"].b = False
        with tf.Session(graph=graph, config=tf.ConfigProto(graph_options=options)) as session:
            session.run(tf.global_variables_initializer())
            images = np.random.RandomState(1).randn(batch, 6, 7, 3).astype(np.float32)
            found = session.run(y, {x: images})
            executable = list(session._executables.values())[-1]
            return found, [i.node.op_type for i in executable.program.instructions if i.node is not None]


ALONE = ["_DenseConv2DBackpropInput"]
BUILDS = {
    "alone": (transposed, ALONE),
    "bias and relu": (lambda x: tf.nn.relu(transposed(x) + const(5)), ALONE),
    "addend": (lambda x: transposed(x) + tf.reshape(const(2, 12, 14, 5), [2, 12, 14, 5]), None),
    "many channels": (lambda x: tf.nn.bias_add(transposed(x, channels=37), const(37)), ALONE),
    "odd window": (lambda x: transposed(x, 3), ALONE),
    "one tap a class": (lambda x: tf.nn.relu6(transposed(x, 2)), ALONE),
    "positions without a tap": (lambda x: tf.nn.relu(transposed(x, 1) + const(5)), ["Conv2DBackpropInput"]),
    "filter that may change": (variable_filter, ["Conv2DBackpropInput"]),
}


@pytest.mark.parametrize("name", BUILDS)
def test_same_values_as_without(name: str) -> None:
    build, ops = BUILDS[name]
    found, ran = run(build)
    expected, ran_before = run(build, "pack_gradient_filters")
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
    convolutions = [op for op in ran if "BackpropInput" in op]
    assert convolutions == (ops or ALONE)
    assert "_DenseConv2DBackpropInput" not in ran_before
    if ops is ALONE:
        assert not {"BiasAdd", "AddV2", "Relu", "Relu6"} & set(ran)


def test_an_empty_batch() -> None:
    found, ran = run(lambda x: tf.nn.relu(transposed(x) + const(5)), batch=0)
    assert found.shape == (0, 12, 14, 5) and "_DenseConv2DBackpropInput" in ran
