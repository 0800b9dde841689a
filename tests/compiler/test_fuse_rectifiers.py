"""The gradients of MaxPool and of the ReLU before it as one op: the same bits as of two."""

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
    def rectify(pooled: Any, gradient: Any, other: Any) -> list[Any]:
        made = raw.ReluGrad(gradient, pooled)
        with tf.control_dependencies([made]):
            return [made, tf.identity(other) + 1.0]

    ran = run(of_pool(numbers((2, 4, 4, 5), 0), HALVED, rectify))
    assert gradients(ran.ops) == FUSED
