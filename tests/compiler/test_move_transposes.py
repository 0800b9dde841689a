"""Transposes that undo each other go, with what lies between; those that something needs stay."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf

C = 4
X = np.random.default_rng(1).standard_normal((2, 5, 6, C), np.float32)
FIRST, LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def const(*shape: int) -> Any:
    return tf.constant(np.random.default_rng(sum(shape)).uniform(0.5, 2, shape).astype(np.float32))


def conv(x: Any) -> Any:
    return tf.nn.conv2d(x, const(3, 3, C, C), 1, "SAME")


def first(x: Any) -> Any:
    return tf.transpose(x, FIRST)


def last(x: Any) -> Any:
    return tf.transpose(x, LAST)


def normalized(x: Any, **attrs: Any) -> Any:
    return tf.nn.fused_batch_norm(x, const(C), const(C), const(C), const(C), is_training=False, **attrs)[0]


def residual(x: Any) -> Any:
    start = tf.nn.relu(first(conv(x)))
    return last(tf.nn.relu(first(conv(last(start))) + start))


def branches(x: Any) -> Any:
    y = tf.pad(first(x), [[0, 0], [0, 1], [2, 0], [0, 3]])
    one, two, _ = tf.split(tf.concat([y, y * 2.0, tf.tanh(y)], 1), 3, axis=3)
    return last(one - two)


# name -> (what is built, ops that are left)
GONE: dict[str, tuple[Callable[[Any], Any], list[str]]] = {
    "a pair": (lambda x: last(first(x)) + 1.0, ["AddV2"]),
    "three are one": (lambda x: tf.transpose(last(last(x)), [3, 2, 0, 1]), ["Transpose"]),
    "elementwise": (lambda x: tf.sigmoid(last(tf.tanh(first(x)))), ["_ElementwiseChain"]),
    "constants that broadcast": (lambda x: last(first(x) * const(C, 1, 1) + const(1, 1, 1, 6)), ["_ElementwiseChain"]),
    "into the convolution": (lambda x: last(tf.nn.relu(first(conv(x)) * const(1, C, 1, 1) + 1.0)), ["_DenseConv2D"]),
    "bias": (lambda x: last(tf.nn.relu(tf.nn.bias_add(first(conv(x)), const(C), "NCHW"))), ["_DenseConv2D"]),
    "normalization": (lambda x: last(normalized(first(conv(x)), data_format="NCHW")), ["_DenseConv2D"]),
    "residual": (residual, ["_DenseConv2D", "_DenseConv2D"]),
    "reduction": (lambda x: tf.reduce_mean(first(x), [2, 3]), ["Mean"]),
    "reduction that keeps dims": (
        lambda x: last(first(x) - tf.reduce_max(first(x), [2], keepdims=True)),
        ["Max", "Sub"],
    ),
    "pad, concat and split": (branches, ["Pad", "Tanh", "Mul", "ConcatV2", "Split", "Sub"]),
    "only a reshape": (lambda x: tf.transpose(x[:, :1, :1], FIRST), ["StridedSlice", "Reshape"]),
}
STAYING: dict[str, tuple[Callable[[Any], Any], int]] = {
    "fetched": (lambda x: [first(x), tf.tanh(first(x))], 1),
    "only once through": (lambda x: tf.tanh(first(x)), 1),
    "softmax looks at the last axis": (lambda x: last(tf.nn.softmax(first(x))), 2),
    "a reduction that changes the order": (lambda x: tf.reduce_sum(tf.transpose(x, [3, 0, 2, 1]), [0]), 1),
    "a perm that is fed": (lambda x: tf.transpose(first(x), tf.concat([tf.shape(x)[:0], [3, 0, 1, 2]], 0)), 2),
    "a vector that is fed": (lambda x: last(first(x) + x[0, 0, :, 0]), 2),
}


def build(change: Callable[[Any], Any]) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def built() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, *X.shape[1:]])
        fetches = change(x)
        return fetches if isinstance(fetches, list) else [fetches], {x: X}

    return built


@pytest.mark.parametrize("name", GONE)
def test_pairs_go_with_what_lies_between(name: str) -> None:
    change, ops = GONE[name]
    ran, plain = run(build(change)), run(build(change), "move_transposes", "fold_scales", "share_common")
    assert sorted(ran.ops) == sorted(ops) and len(plain.ops) > len(ops) - (name == "only a reshape")
    np.testing.assert_allclose(ran.values[0], plain.values[0], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", STAYING)
def test_what_is_needed_stays(name: str) -> None:
    change, count = STAYING[name]
    ran, plain = run(build(change)), run(build(change), "move_transposes")
    assert ran.ops.count("Transpose") == count
    for one, other in zip(ran.values, plain.values, strict=True):
        np.testing.assert_array_equal(one, other)


def test_fed_fetched_and_in_loops() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [2, 3, 4])
        moved = tf.transpose(x, [0, 2, 1])
        back = tf.transpose(tf.negative(moved), [0, 2, 1])
        value = X[:, :3, :4, 0]
        np.testing.assert_array_equal(session.run(back, {x: value}), -value)
        one, two = session.run([back, moved], {x: value})
        np.testing.assert_array_equal(one, -value)
        np.testing.assert_array_equal(two, value.transpose(0, 2, 1))
        np.testing.assert_array_equal(session.run(back, {moved: two}), -value)

        def body(i: Any, y: Any) -> Any:
            return i + 1, tf.transpose(tf.transpose(y, [0, 2, 1]) * 2.0, [0, 2, 1])

        looped = tf.while_loop(lambda i, _: i < 3, body, [0, x])[1]
        np.testing.assert_array_equal(session.run(looped, {x: value}), 8 * value)
