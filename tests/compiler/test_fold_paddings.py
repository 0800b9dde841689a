"""A Pad before a convolution or max pooling becomes its padding."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf
from nbtf.graph.raw_ops import raw

C = 4
IMAGES = np.random.default_rng(1).standard_normal((2, 6, 7, C), np.float32)
AROUND = [[0, 0], [1, 2], [3, 0], [0, 0]]


def const(*shape: int) -> Any:
    return tf.constant(np.random.default_rng(sum(shape)).standard_normal(shape, np.float32))


def conv(x: Any, padding: Any = "VALID", **attrs: Any) -> Any:
    return tf.nn.conv2d(x, const(3, 4, C, 5), padding=padding, **{"strides": 2, **attrs})


def pool(x: Any, size: Any = (3, 4)) -> Any:
    return tf.nn.max_pool(x, size, 1, "VALID")


def pad(x: Any, **attrs: Any) -> Any:
    return tf.pad(x, AROUND, **attrs)


TAKEN: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "convolution": (lambda x: conv(pad(x)), ["_DenseConv2D"]),
    "bias and relu": (lambda x: tf.nn.relu(conv(pad(x)) + const(5)), ["_DenseConv2D"]),
    "dilated": (lambda x: conv(pad(x), dilations=[1, 2, 2, 1], strides=1), ["_DenseConv2D"]),
    "padded already": (lambda x: conv(pad(x), padding=[[0, 0], [1, 0], [0, 2], [0, 0]]), ["_DenseConv2D"]),
    "zeros by name": (lambda x: conv(raw.PadV2(x, AROUND, 0.0)), ["_DenseConv2D"]),
    "two readers": (
        lambda x: (lambda y: [conv(y), conv(y, strides=1)])(pad(x)),
        ["_DenseConv2D", "_DenseConv2D"],
    ),
    "depthwise": (
        lambda x: tf.nn.depthwise_conv2d_native(pad(x), const(3, 3, C, 2), [1, 2, 2, 1], "VALID"),
        ["DepthwiseConv2dNative"],
    ),
    "fused depthwise": (
        lambda x: tf.nn.relu(tf.nn.depthwise_conv2d_native(pad(x), const(3, 3, C, 1), [1, 1, 1, 1], "VALID")),
        ["_DenseDepthwiseConv2D"],
    ),
    "pooling": (lambda x: pool(pad(tf.nn.relu(x))), ["Relu", "MaxPool"]),
    "pooling of pooled": (
        lambda x: pool(pad(tf.nn.avg_pool(tf.nn.relu(x), 2, 1, "SAME"))),
        ["Relu", "AvgPool", "MaxPool"],
    ),
}
STAYING: dict[str, Callable[[Any], Any]] = {
    "same": lambda x: conv(pad(x), "SAME"),
    "other numbers": lambda x: conv(pad(x, constant_values=1.0)),
    "mirrored": lambda x: conv(pad(x, mode="SYMMETRIC")),
    "channels": lambda x: tf.nn.conv2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 2]]), const(3, 3, C + 2, 5), 1, "VALID"),
    "pooling of what may be negative": lambda x: pool(pad(x)),
    "more than the window": lambda x: pool(pad(tf.nn.relu(x)), 2),
    "average": lambda x: tf.nn.avg_pool(pad(tf.nn.relu(x)), 4, 1, "VALID"),
    "one of two readers": lambda x: (lambda y: [conv(y), tf.tanh(y)])(pad(x)),
    "fetched": lambda x: (lambda y: [conv(y), y])(pad(x)),
}


def build(change: Callable[[Any], Any]) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def built() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, None, *IMAGES.shape[2:]])
        fetches = change(x)
        return fetches if isinstance(fetches, list) else [fetches], {x: IMAGES}

    return built


@pytest.mark.parametrize("name", TAKEN)
def test_a_pad_becomes_padding(name: str) -> None:
    change, ops = TAKEN[name]
    ran, plain = run(build(change)), run(build(change), "fold_paddings")
    assert ran.ops == ops and "Pad" in "".join(plain.ops)
    for one, other in zip(ran.values, plain.values, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", STAYING)
def test_what_is_seen_or_counts_stays(name: str) -> None:
    ran, plain = run(build(STAYING[name])), run(build(STAYING[name]), "fold_paddings")
    assert any("Pad" in op for op in ran.ops)
    for one, other in zip(ran.values, plain.values, strict=True):
        np.testing.assert_array_equal(one, other)


def test_winograd_takes_paddings() -> None:
    images = np.random.default_rng(1).standard_normal((1, 20, 20, 32), np.float32)

    def built() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, 20, 20, 32])
        padded = tf.pad(x, [[0, 0], [1, 2], [3, 0], [0, 0]])
        return [tf.nn.conv2d(padded, const(3, 3, 32, 32) * 0.1, 1, "VALID")], {x: images}

    ran, plain = run(built), run(built, "fold_paddings", "winograd")
    assert ran.ops == ["_WinogradConv2D"]
    np.testing.assert_allclose(ran.values[0], plain.values[0], rtol=1e-4, atol=1e-4)


def test_images_too_small_are_refused() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, None, None, C])
        y = tf.nn.conv2d(tf.pad(x, [[0, 0], [0, 1], [0, 0], [0, 0]]), const(4, 4, C, 5), 1, "VALID", name="narrow")
        with pytest.raises(tf.errors.InvalidArgumentError, match="Conv2D 'narrow': Negative dimension size"):
            session.run(y, {x: IMAGES[:, :2]})
