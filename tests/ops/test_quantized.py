"""Layers of quantized networks: what tests/programs/nn/quantized.py leaves open."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf

X = np.arange(36, dtype=np.uint8).reshape(1, 6, 6, 1) * 7


def run(make: Any) -> Any:
    """make(X as quint8) -> tensors; quantized ones come as plain integers."""
    plain = {tf.quint8: tf.uint8, tf.qint32: tf.int32}
    with tf.Graph().as_default(), tf.Session() as session:
        made = make(tf.bitcast(tf.constant(X), tf.quint8))
        return session.run([tf.bitcast(one, plain[one.dtype]) if one.dtype in plain else one for one in made])


def relu_x(x: tf.Tensor, low: float, high: float) -> Any:
    made = tf.nn.quantized_relu_x(x, 3.0, low, high)
    assert made.activations.op.type == "QuantizedReluX"
    return made


def test_relu_x_cuts_off_both_sides() -> None:
    values, low, high = run(lambda x: relu_x(x, -6.0, 6.0))
    np.testing.assert_array_equal(values, X.clip(128, 192))  # 21.25 levels a unit
    assert (low, high) == (-6, 6)


def filters() -> tf.Tensor:
    return tf.bitcast(tf.zeros([2, 2, 1, 1], tf.uint8), tf.quint8)


ONES, PAIR, THREE = [1, 1, 1, 1], [2, 1, 1, 1], [1, 1, 1, 3]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: tf.nn.quantized_max_pool(x, 0.0, 1.0, PAIR, ONES, "SAME"), "batch"),
        (lambda x: tf.nn.quantized_avg_pool(x, 0.0, 1.0, ONES, THREE, "SAME"), "Non-spatial pooling"),
        (lambda x: tf.nn.quantized_conv2d(x, filters(), 0.0, 1.0, 0.0, 1.0, PAIR, "SAME"), "strides in the batch"),
        (
            lambda x: tf.nn.quantized_conv2d(x, filters(), 0.0, 1.0, 0.0, 1.0, ONES, "SAME", dilations=PAIR),
            "dilations in the batch",
        ),
    ],
)
def test_windows_that_are_not_spatial(make: Any, message: str) -> None:
    with pytest.raises(tf.errors.UnimplementedError, match=message):
        run(make)


def test_a_range_upside_down() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be no more than max_features"):
        run(lambda x: relu_x(x, 6.0, -6.0))
