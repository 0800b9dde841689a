"""Batch normalization in training as sums and what makes each element: the values of the ops themselves, or nearly so."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf
from nbtf.graph.raw_ops import raw

SHAPES = [(2, 5, 7, 3), (3, 40, 31, 16), (2, 4, 5, 40), (70, 33, 1, 7), (1, 1, 1, 17), (2, 3, 4, 5, 20)]
OPS = ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"]


def numbers(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, np.float32) + np.float32(0.5)


def layout(x: np.ndarray, channels_first: bool = False) -> str:
    return ("NC" if channels_first else "N") + "DHW"[5 - x.ndim :] + ("" if channels_first else "C")


def normalized(
    x: np.ndarray,
    op: str = "FusedBatchNormV3",
    fresh: float = 1.0,
    make: Callable[..., Any] = lambda y, _: y,
    **attrs: Any,
) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    """All outputs, `make` of the first, and of a tensor like it, in its place."""
    attrs = {"data_format": layout(x), **attrs}

    def build() -> tuple[list[Any], dict[Any, Any]]:
        image = tf.placeholder(tf.float32, [None, *x.shape[1:]])
        scale, offset, mean, variance = (tf.constant(numbers(x.shape[-1:], seed)) for seed in range(4))
        y, *others = getattr(raw, op)(image, scale, offset, mean, variance**2, exponential_avg_factor=fresh, **attrs)
        return [make(y, image), *others], {image: x}

    return build


def compared(build: Callable[[], tuple[list[Any], dict[Any, Any]]], tolerance: float = 2e-6) -> list[str]:
    """The ops that ran, and made nearly what ran without the pass."""
    ran, plain = run(build), run(build, "split_normalizations")
    assert not {"_BatchMoments", "_BatchNormGradSums"} & set(plain.ops)
    for found, expected in zip(ran.values, plain.values, strict=True):
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
    return ran.ops


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_normalization(shape: tuple[int, ...]) -> None:
    assert compared(normalized(numbers(shape, 9))) == ["_BatchMoments", "_NormalizeChannels"]


@pytest.mark.parametrize("fresh", [1.0, 0.25])
@pytest.mark.parametrize("op", OPS)
def test_every_version(op: str, fresh: float) -> None:
    assert "_BatchMoments" in compared(normalized(numbers((2, 5, 4, 6), 9), op, fresh))


def gradients(x: np.ndarray, op: str = "FusedBatchNormGradV3") -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        dy, image = (tf.placeholder(tf.float32, [None, *x.shape[1:]]) for _ in range(2))
        scale, mean, variance = (tf.constant(numbers(x.shape[-1:], seed)) for seed in range(3))
        third = [tf.constant(0.0)] if op.endswith("V3") else []
        made = getattr(raw, op)(dy, image, scale, mean, variance**2 + 0.5, *third, data_format=layout(x))
        return list(made), {image: x, dy: numbers(x.shape, 8)}

    return build


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_gradient(shape: tuple[int, ...]) -> None:
    assert compared(gradients(numbers(shape, 9)), 1e-5) == ["_BatchNormGradSums", "_BatchNormGradInput"]


@pytest.mark.parametrize("op", ["FusedBatchNormGrad", "FusedBatchNormGradV2"])
def test_every_version_of_the_gradient(op: str) -> None:
    assert "_BatchNormGradSums" in compared(gradients(numbers((2, 5, 4, 6), 9), op), 1e-5)


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite(strange: float) -> None:
    x = numbers((3, 30, 31, 5), 9)
    x[1, 2, 3, 4] = strange
    compared(normalized(x))
    compared(gradients(x))


def test_an_empty_batch_and_no_channels() -> None:
    for shape in ((0, 5, 4, 6), (2, 3, 4, 0)):
        compared(normalized(np.zeros(shape, np.float32)))
        compared(gradients(np.zeros(shape, np.float32)))


FOLLOWING: dict[str, Callable[[Any, Any], Any]] = {
    "relu": lambda y, _: tf.nn.relu(y),
    "relu6": lambda y, _: tf.nn.relu6(y),
    "addend": lambda y, x: x + y,
    "addend and relu": lambda y, x: tf.nn.relu(y + x),
    "bias": lambda y, _: tf.nn.bias_add(y, numbers(y.shape[-1:], 7)),
    "bias, addend and relu": lambda y, x: tf.nn.relu(tf.nn.bias_add(y, numbers(y.shape[-1:], 7)) + x),
}


@pytest.mark.parametrize("channels", [5, 16, 33])
@pytest.mark.parametrize("name", FOLLOWING)
def test_what_follows_is_taken_in(name: str, channels: int) -> None:
    x = numbers((2, 5, 4, channels), 9)
    x[0, 0, 0, 0] = np.nan
    build = normalized(x, make=FOLLOWING[name])
    ran, plain = run(build), run(build, "fuse_dense")
    assert ran.ops == ["_BatchMoments", "_NormalizeChannels"] and len(plain.ops) > 2
    for found, expected in zip(ran.values, plain.values, strict=True):
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(np.signbit(found[found == 0]), np.signbit(expected[found == 0]))


KEPT = {
    "in inference": lambda x: normalized(x, is_training=False),
    "channels first": lambda x: normalized(x, data_format="NCHW"),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_stays(name: str) -> None:
    assert "_BatchMoments" not in compared(KEPT[name](numbers((2, 6, 6, 6), 9)))


def test_halves_are_computed_as_floats() -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float16, [None, 4, 4, 3])
        made = raw.FusedBatchNormV3(x, *(tf.constant(numbers((3,), seed)) for seed in range(4)))
        return list(made), {x: numbers((2, 4, 4, 3), 9).astype(np.float16)}

    assert "_BatchMoments" in compared(build, 1e-3)


def test_who_waits_waits_for_all() -> None:
    """And all wait for what the op waits for."""

    def build() -> tuple[list[Any], dict[Any, Any]]:
        counter = tf.Variable(1.0, use_resource=True)
        x = tf.placeholder(tf.float32, [2, 4, 4, 3])
        with tf.control_dependencies([counter.initializer]):
            made = raw.FusedBatchNormV3(x, *(tf.constant(numbers((3,), seed)) for seed in range(4)))
        with tf.control_dependencies([made.y]):
            return [tf.identity(counter.read_value()), made.batch_mean], {x: numbers((2, 4, 4, 3), 9)}

    assert "_BatchMoments" in compared(build)
