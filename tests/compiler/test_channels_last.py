"""NCHW graphs run where cpu_layout_conversion asks for it, and give what NHWC graphs do."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.wire import schema

X = np.random.default_rng(1).standard_normal((2, 4, 8, 9), np.float32)  # N, C, H, W


def asking() -> Any:
    config = schema.ConfigProto()
    config.graph_options.rewrite_options.cpu_layout_conversion = schema.RewriterConfig.NCHW_TO_NHWC
    return config


def weights(*shape: int) -> Any:
    return tf.constant(np.random.default_rng(sum(shape)).standard_normal(shape, np.float32))


def by_format(numbers: list[Any], data_format: str) -> list[Any]:
    return numbers if data_format == "NHWC" else [numbers[axis] for axis in (0, 3, 1, 2)]


def network(x: Any, data_format: str) -> list[Any]:
    """Every op of images, with strides and paddings that tell the axes apart, and gradients."""

    def order(numbers: list[Any]) -> list[Any]:
        return by_format(numbers, data_format)

    paddings = order([[0, 0], [1, 2], [0, 1], [0, 0]])
    w = weights(3, 2, 4, 6)
    y = tf.nn.conv2d(x, w, order([1, 2, 1, 1]), paddings, data_format=data_format)
    y = tf.nn.relu(tf.nn.bias_add(y, weights(6), data_format))
    y = tf.nn.max_pool(y, order([1, 2, 3, 1]), order([1, 1, 2, 1]), "SAME", data_format)
    y = tf.nn.depthwise_conv2d_native(y, weights(2, 3, 6, 2), [1, 1, 1, 1], "SAME", data_format)
    y = tf.nn.avg_pool(y, order([1, 1, 2, 1]), order([1, 1, 1, 1]), "VALID", data_format)
    return [y, *tf.gradients(tf.reduce_sum(y * y), [x, w])]


def test_channels_first_is_channels_last_in_another_order() -> None:
    with tf.Graph().as_default(), tf.Session(config=asking()) as session:
        x, turned = tf.placeholder(tf.float32, [None, 4, 8, 9]), tf.placeholder(tf.float32, [None, 8, 9, 4])
        got = session.run(network(x, "NCHW"), {x: X})
        expected = session.run(network(turned, "NHWC"), {turned: X.transpose(0, 2, 3, 1)})
    for position, (one, other) in enumerate(zip(got, expected, strict=True)):
        other = other if position == 2 else other.transpose(0, 3, 1, 2)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)


def test_transposes_are_left_at_the_ends_only() -> None:
    with tf.Graph().as_default(), tf.Session(config=asking()) as session:
        x = tf.placeholder(tf.float32, [None, 4, 8, 9])
        y = x
        for _ in range(3):
            y = tf.nn.relu(
                tf.nn.bias_add(tf.nn.conv2d(y, weights(3, 3, 4, 4), 1, "SAME", data_format="NCHW"), weights(4), "NCHW")
            )
        session.run(y, {x: X})
        (executable,) = session._executables.values()
        ops = [i.node.op_type for i in executable.program.instructions if i.node is not None]
        assert ops == ["Transpose", "_DenseConv2D", "_DenseConv2D", "_DenseConv2D", "Transpose"]


def test_nobody_asked() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 4, 8, 9])
        with pytest.raises(tf.errors.UnimplementedError, match="NHWC"):
            session.run(tf.nn.conv2d(x, weights(3, 3, 4, 4), 1, "SAME", data_format="NCHW"), {x: X})
