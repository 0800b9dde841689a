"""Gradients of ReLUs in those of the MaxPool behind them, or the normalization before them: the same bits as by themselves."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf
from nbtf.graph.raw_ops import raw

FUSED, ALONE = ["_MaxPoolReluGrad"], ["MaxPoolGrad", "ReluGrad"]
HALVED = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}
LAPPING = {"ksize": [1, 3, 3, 1], "strides": [1, 2, 2, 1], "padding": "SAME"}
STRANGE = [0.0, -0.0, np.nan, np.inf, -np.inf]


def numbers(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Some of them strange; many equal."""
    rng = np.random.default_rng(seed)
    plain = rng.integers(-3, 4, shape).astype(np.float32)
    return np.where(rng.random(shape) < 0.2, rng.choice(STRANGE, shape), plain).astype(np.float32)


def same_bits(found: np.ndarray, expected: np.ndarray) -> None:
    """But for the payload of a NaN."""
    np.testing.assert_array_equal(found, expected)
    real = ~np.isnan(expected)
    np.testing.assert_array_equal(np.signbit(found[real]), np.signbit(expected[real]))


def of_pool(
    x: np.ndarray, window: dict[str, Any], rectify: Callable[[Any, Any, Any], list[Any]]
) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    """What `rectify` makes of the pooled tensor, the gradient of its MaxPool, and another tensor like them."""

    def build() -> tuple[list[Any], dict[Any, Any]]:
        pooled = tf.placeholder(x.dtype, [None, *x.shape[1:]])
        other = tf.placeholder(x.dtype, [None, *x.shape[1:]])
        y = raw.MaxPool(pooled, **window)
        dy = tf.placeholder(x.dtype, [None, *y.shape[1:]])
        made = rectify(pooled, raw.MaxPoolGrad(pooled, y, dy, **window), other)
        gradient = numbers((len(x), *map(int, y.shape[1:])), 1).astype(x.dtype)
        return made, {pooled: x, dy: gradient, other: x[::-1].copy()}

    return build


def gradients(ops: list[str]) -> list[str]:
    return [op for op in ops if op.endswith("Grad")]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("height", "channels"), [(4, 1), (6, 17), (7, 16), (8, 32)])
@pytest.mark.parametrize("window", [HALVED, LAPPING], ids=["halved", "lapping"])
def test_same_bits(window: dict[str, Any], height: int, channels: int, dtype: str) -> None:
    x = numbers((3, height, 6, channels), 0).astype(dtype)
    build = of_pool(x, window, lambda pooled, gradient, _: [raw.ReluGrad(gradient, pooled)])
    ran, plain = run(build), run(build, "fuse_rectifiers")
    assert gradients(ran.ops) == FUSED and gradients(plain.ops) == ALONE
    same_bits(ran.values[0], plain.values[0])


def test_an_empty_batch() -> None:
    build = of_pool(np.zeros((0, 4, 4, 3), np.float32), HALVED, lambda pooled, g, _: [raw.ReluGrad(g, pooled)])
    ran = run(build)
    assert ran.values[0].shape == (0, 4, 4, 3) and gradients(ran.ops) == FUSED


def test_dims_that_nothing_tells() -> None:
    """Then no shape rule has read the pooling's attributes before."""
    x = numbers((2, 4, 4, 3), 0)

    def build() -> tuple[list[Any], dict[Any, Any]]:
        pooled, dy = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
        y = raw.MaxPool(pooled, **HALVED)
        return [raw.ReluGrad(raw.MaxPoolGrad(pooled, y, dy, **HALVED), pooled)], {pooled: x, dy: x[:, :2, :2]}

    ran, plain = run(build), run(build, "fuse_rectifiers")
    assert gradients(ran.ops) == FUSED and gradients(plain.ops) == ALONE
    same_bits(ran.values[0], plain.values[0])


KEPT: dict[str, Callable[[Any, Any, Any], list[Any]]] = {
    "fetched": lambda pooled, gradient, _: [raw.ReluGrad(gradient, pooled), gradient],
    "read by another": lambda pooled, gradient, _: [raw.ReluGrad(gradient, pooled), tf.reduce_sum(gradient)],
    "of another ReLU": lambda _, gradient, other: [raw.ReluGrad(gradient, other)],
    "as features": lambda pooled, gradient, _: [raw.ReluGrad(pooled, gradient)],
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_apart(name: str) -> None:
    build = of_pool(numbers((2, 4, 4, 5), 0), HALVED, KEPT[name])
    ran, plain = run(build), run(build, "fuse_rectifiers")
    assert gradients(ran.ops) == gradients(plain.ops) == ALONE
    for found, expected in zip(ran.values, plain.values, strict=True):
        same_bits(found, expected)


def test_what_waits_for_something_else_is_kept_apart() -> None:
    def rectify(pooled: Any, gradient: Any, other: Any) -> list[Any]:
        with tf.control_dependencies([tf.Print(other, [other])]):
            return [raw.ReluGrad(gradient, pooled)]

    assert gradients(run(of_pool(numbers((2, 4, 4, 5), 0), HALVED, rectify)).ops) == ALONE


def test_what_waits_for_it_waits_for_both() -> None:
    """As the nodes of tf.gradients do, where a bias was added."""

    def rectify(pooled: Any, gradient: Any, other: Any) -> list[Any]:
        made = raw.ReluGrad(gradient, pooled)
        with tf.control_dependencies([made]):
            return [made, tf.Print(other, [0], message="after")]

    assert gradients(run(of_pool(numbers((2, 4, 4, 5), 0), HALVED, rectify)).ops) == FUSED


def of_normalization(
    channels: int,
    follow: Callable[[Any], Any] = tf.nn.relu,
    more: Callable[[Any, Any], list[Any]] = lambda *_: [],
    strange: float = 0.0,
) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    """Gradients for x, scale and offset, and `more` of the ReLU's gradient and of what goes into that."""

    def build() -> tuple[list[Any], dict[Any, Any]]:
        shape = (2, 5, 7, channels)
        x, dy = (tf.placeholder(tf.float32, [None, *shape[1:]]) for _ in range(2))
        scale, offset = (
            tf.constant(np.random.default_rng(seed).standard_normal(channels, np.float32)) for seed in (3, 4)
        )
        none = tf.constant(np.zeros(0, np.float32))
        y, _, _, mean, variance, third = raw.FusedBatchNormV3(x, scale, offset, none, none)
        gradient = raw.ReluGrad(dy, follow(y))
        found = raw.FusedBatchNormGradV3(gradient, x, scale, mean, variance, third)
        rng = np.random.default_rng(2)
        gradients = rng.standard_normal(shape, np.float32)
        gradients[0, 0] = -0.0
        gradients[1, 2, 3, :1] = strange
        return [*found[:3], *more(gradient, dy)], {x: rng.standard_normal(shape, np.float32), dy: gradients}

    return build


@pytest.mark.parametrize("strange", [0.0, np.inf, np.nan])
@pytest.mark.parametrize("channels", [1, 6, 16, 37])
def test_a_normalization_tells_what_its_relu_let_through(channels: int, strange: float) -> None:
    build = of_normalization(channels, strange=strange)
    ran, plain = run(build), run(build, "fuse_rectifiers")
    assert "ReluGrad" not in ran.ops and "ReluGrad" in plain.ops
    for found, expected in zip(ran.values, plain.values, strict=True):
        same_bits(found, expected)


def awaited(value: Any, other: Any) -> Any:
    with tf.control_dependencies([value]):
        return tf.Print(other, [0], message="after")


STAYING: dict[str, Callable[[], tuple[list[Any], dict[Any, Any]]]] = {
    "of another clamp": of_normalization(5, tf.nn.relu6),
    "something was added": of_normalization(5, lambda y: tf.nn.relu(tf.nn.bias_add(y, np.float32([1, 2, 0, -1, -2])))),
    "fetched": of_normalization(5, more=lambda gradient, _: [gradient]),
    "awaited": of_normalization(5, more=lambda gradient, dy: [awaited(gradient, dy)]),
    "read by another": of_normalization(5, more=lambda gradient, dy: [tf.matmul(gradient, dy, transpose_b=True)]),
}


@pytest.mark.parametrize("name", STAYING)
def test_what_a_normalization_leaves_alone(name: str) -> None:
    ran, plain = run(STAYING[name]), run(STAYING[name], "fuse_rectifiers")
    assert ran.ops == plain.ops and "ReluGrad" in ran.ops
    for found, expected in zip(ran.values, plain.values, strict=True):
        same_bits(found, expected)
