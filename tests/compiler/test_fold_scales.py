"""Scales and shifts behind products by constant weights: in the weights and a bias, within the documented error."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf

C, M = 5, 20
IMAGES = np.random.default_rng(1).standard_normal((2, 6, 7, C), np.float32)


def const(*shape: int, low: float = -2.0, high: float = 2.0, dtype: Any = np.float32) -> Any:
    return tf.constant(np.random.default_rng(sum(shape) + 7).uniform(low, high, shape).astype(dtype))


def conv(x: Any) -> Any:
    return tf.nn.conv2d(x, const(3, 3, C, M, dtype=x.dtype.as_numpy_dtype), 1, "SAME")


def depthwise(x: Any, multiplier: int) -> Any:
    return tf.nn.depthwise_conv2d_native(x, const(3, 3, C, multiplier), [1, 2, 2, 1], "VALID")


def product(x: Any, **attrs: Any) -> Any:
    shape = (M, C) if attrs.get("transpose_b") else (C, M)
    return tf.matmul(tf.reshape(x, [-1, C]), const(*shape), **attrs)


def normalized(x: Any, training: bool = False) -> Any:
    n = x.shape[-1].value
    moments = () if training else (const(n), const(n, low=0.1, high=4.0))
    return tf.nn.fused_batch_norm(x, const(n), const(n), *moments, is_training=training, epsilon=1e-3)[0]


def decomposed(x: Any) -> Any:
    n = x.shape[-1].value
    return tf.nn.batch_normalization(x, const(n), const(n, low=0.1), const(n), const(n), 1e-3)


CHAINS: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "normalization": (lambda x: tf.nn.relu(normalized(conv(x))), ["_DenseConv2D"]),
    "behind a bias": (lambda x: tf.nn.relu6(normalized(conv(x) + const(M))), ["_DenseConv2D"]),
    "twice": (lambda x: normalized(normalized(conv(x))), ["_DenseConv2D"]),
    "before an addend": (lambda x: tf.nn.relu(normalized(conv(x)) + conv(x) * 2.0), ["_DenseConv2D", "_DenseConv2D"]),
    "decomposed": (lambda x: tf.nn.relu(decomposed(conv(x))), ["_DenseConv2D"]),
    "every op": (lambda x: 1.5 - (2.0 * conv(x) - const(M)) / const(1, 1, 1, M, low=1.0) + 3.0, ["_DenseConv2D"]),
    "computed weights": (
        lambda x: normalized(tf.nn.conv2d(x, tf.transpose(const(3, 3, M, C), [0, 1, 3, 2]), 1, "SAME")),
        ["_DenseConv2D"],
    ),
    "depthwise": (lambda x: tf.nn.relu6(normalized(depthwise(x, 1))), ["_DenseDepthwiseConv2D"]),
    "depthwise by 2": (lambda x: normalized(depthwise(x, 2)), ["DepthwiseConv2dNative", "BiasAdd"]),
    "product": (lambda x: tf.nn.relu(decomposed(product(x))), ["Reshape", "_DenseMatMul"]),
    "transposed product": (lambda x: decomposed(product(x, transpose_b=True)), ["Reshape", "_DenseMatMul"]),
    "float64": (lambda x: conv(tf.cast(x, tf.float64)) * 3.0, ["Cast", "_DenseConv2D"]),
}


def build(change: Callable[[Any], Any]) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def built() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, *IMAGES.shape[1:]])
        fetches = change(x)
        return fetches if isinstance(fetches, list) else [fetches], {x: IMAGES}

    return built


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_one_op_within_the_error(name: str) -> None:
    change, ops = CHAINS[name]
    folded, plain = run(build(change)), run(build(change), "fold_scales")
    assert folded.ops == ops
    assert plain.ops != ops
    error = np.abs(folded.values[0] - plain.values[0]).max()
    assert 0 <= error <= 3e-6 * np.abs(plain.values[0]).max()


def something_waits(x: Any) -> list[Any]:
    y = conv(x)
    scaled = y * 2.0
    with tf.control_dependencies([scaled]):
        return [tf.nn.relu(scaled), tf.tanh(x)]


def branch(x: Any) -> list[Any]:
    y = conv(x)
    return [tf.nn.relu(y * 2.0), tf.tanh(y)]


STAYING: dict[str, tuple[Callable[[Any], Any], str]] = {
    "in training": (lambda x: normalized(conv(x), training=True), "_BatchMoments"),
    "moments are read": (
        lambda x: list(tf.nn.fused_batch_norm(conv(x), const(M), const(M), const(M), const(M), is_training=False)[:2]),
        "FusedBatchNormV3",
    ),
    "a scale for each place": (lambda x: conv(x) * const(7, M), "Mul"),
    "a scale that is fed": (lambda x: conv(x) * x[0, 0, 0, 0], "Mul"),
    "weights that are fed": (lambda x: tf.nn.conv2d(x, x[:1, :3, :1, :], 1, "SAME") * 2.0, "Mul"),
    "it makes more dims": (lambda x: product(x) * const(3, 1, M), "Mul"),
    "read elsewhere": (branch, "Mul"),
    "awaited": (something_waits, "Mul"),
    "fetched": (lambda x: [y := conv(x), y * 2.0], "Mul"),
}


@pytest.mark.parametrize("name", STAYING)
def test_what_something_sees_or_changes_stays(name: str) -> None:
    change, op = STAYING[name]
    ran, plain = run(build(change), "fuse_elementwise"), run(build(change), "fold_scales")
    assert op in ran.ops
    for one, other in zip(ran.values, plain.values, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("scale", [np.inf, np.nan, 3e38])
def test_a_scale_that_is_not_finite_is_not_folded(scale: float) -> None:
    def change(x: Any) -> Any:
        scales = np.ones(M, np.float32)
        scales[3] = scale
        return conv(x * 0.0) * tf.constant(scales)

    folded, plain = run(build(change)), run(build(change), "fold_scales")
    assert folded.ops == plain.ops
    np.testing.assert_array_equal(folded.values[0], plain.values[0])


def test_feeding_what_was_between() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, *IMAGES.shape[1:]])
        y = conv(x)
        z = y * const(M)
        expected = session.run([y, z], {x: IMAGES})
        np.testing.assert_allclose(session.run(z, {x: IMAGES}), expected[1], rtol=1e-5, atol=1e-4)
        np.testing.assert_array_equal(session.run(z, {y: expected[0]}), expected[1])
