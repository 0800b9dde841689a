"""Packed weights: every column in its panel, zeros behind each group; those of a loop are packed before it."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf
from nbtf.graph import registry

CASES: list[tuple[tuple[int, ...], bool, int, Any]] = [
    ((3, 3, 5, 48), False, 1, np.float32),
    ((3, 3, 5, 48), False, 3, np.float32),
    ((7, 20), False, 1, np.float32),
    ((7, 20), False, 2, np.float32),
    ((2, 2, 3, 20), False, 2, np.float64),
    ((1, 64), False, 1, np.float32),
    ((5, 3), False, 1, np.float64),
    ((20, 7), True, 1, np.float32),
    ((32, 7), True, 1, np.float64),
]


@pytest.mark.parametrize(("shape", "transposed", "groups", "dtype"), CASES)
def test_panels(shape: tuple[int, ...], transposed: bool, groups: int, dtype: Any) -> None:
    weights = np.random.default_rng(1).standard_normal(shape).astype(dtype)
    block, line = registry.find("_PackMatrix"), 64 // weights.itemsize
    assert block is not None
    assert block.fold is not None
    attrs = SimpleNamespace(transposed=transposed, groups=groups, line=line)
    panels = block.fold(attrs, lambda dims, of: np.full(dims, 7, of), weights)
    rows = weights.T if transposed else weights.reshape(-1, shape[-1])
    share = rows.shape[1] // groups
    each = -(-share // line)
    wanted = np.zeros((groups * each, len(rows), line), dtype)
    for column in range(rows.shape[1]):
        group, place = divmod(column, share)
        wanted[group * each + place // line, :, place % line] = rows[:, column]
    np.testing.assert_array_equal(panels, wanted)


# ---- weights of loops ------------------------------------------------------------------------------------------------


def values(*dims: int, seed: int = 2) -> Any:
    return np.random.default_rng(seed).standard_normal(dims) / 4


def fed(array: Any) -> tuple[Any, dict[Any, Any]]:
    """A placeholder, which stands for what no pass can fold."""
    x = tf.placeholder(array.dtype, array.shape)
    return x, {x: array}


def loop(body: Any, *start: Any, steps: int = 3) -> Any:
    return tf.while_loop(lambda i, *_: i < steps, lambda i, *now: [i + 1, *body(*now)], [0, *start])[1]


def product(dtype: Any = np.float32, rows: int = 5, units: int = 19, steps: int = 3, **attrs: Any) -> Any:
    def build() -> Any:
        weights, feeds = fed(values(units, units).astype(dtype))
        x = tf.constant(values(rows, units, seed=3).astype(dtype))
        return [loop(lambda y: [tf.tanh(tf.matmul(y, weights, **attrs))], x, steps=steps)], feeds

    return build


def convolution(groups: int) -> Any:
    def build() -> Any:
        weights, feeds = fed(values(3, 3, 20 // groups, 20).astype(np.float32))
        x = tf.constant(values(2, 5, 6, 20, seed=3).astype(np.float32))
        y = loop(lambda y: [tf.tanh(tf.nn.conv2d(y, weights, strides=1, padding="SAME"))], x)
        y.set_shape([2, 5, 6, 20])
        return [y], feeds

    return build


def nested() -> Any:
    weights, feeds = fed(values(19, 19).astype(np.float32))
    inner = lambda y: [loop(lambda z: [tf.tanh(tf.matmul(z, weights) + y)], y)]  # noqa: E731
    return [loop(inner, tf.constant(values(5, 19, seed=3).astype(np.float32)))], feeds


def gradients() -> Any:
    (y,), feeds = product()()
    return [y, *tf.gradients(y, list(feeds))], feeds


def changing() -> Any:
    weights, feeds = fed(values(19, 19).astype(np.float32))
    x = tf.constant(values(5, 19, seed=3).astype(np.float32))
    return [loop(lambda y, w: [tf.tanh(tf.matmul(y, w)), w * 0.5], x, weights)], feeds


def written(inside: bool) -> Any:
    """A ref variable shows its readers what was written before they run, wherever it came into the loop."""

    def build() -> Any:
        weights = tf.Variable(values(19, 19).astype(np.float32), use_resource=False)
        with tf.control_dependencies([weights.initializer]):
            read = tf.identity(weights)
        with tf.control_dependencies([read]):
            first = tf.assign(weights, values(19, 19, seed=5).astype(np.float32))
        with tf.control_dependencies([first]):
            x = tf.constant(values(5, 19, seed=3).astype(np.float32)) * 1.0

        def body(y: Any) -> Any:
            y = tf.tanh(tf.matmul(y, read))
            with tf.control_dependencies([tf.assign_add(weights, y[0] - weights)] if inside else []):
                return [tf.identity(y)]

        return [loop(body, x)], {}

    return build


LOOPS: dict[str, tuple[Any, int]] = {
    "weights written before": (written(inside=False), 0),
    "weights written in the loop": (written(inside=True), 0),
    "product": (product(), 1),
    "product of doubles": (product(np.float64), 1),
    "weights that lie transposed": (product(transpose_b=True), 1),
    "a product that is never computed": (product(steps=0), 1),
    "one row": (product(rows=1), 0),
    "convolution": (convolution(1), 1),
    "convolution in groups": (convolution(2), 1),
    "loop in a loop": (nested, 1),
    "gradients": (gradients, 2),
    "weights that change": (changing, 0),
}


@pytest.mark.parametrize("name", LOOPS)
def test_weights_that_enter_a_loop(name: str) -> None:
    build, packings = LOOPS[name]
    packed, plain = run(build), run(build, "pack_weights")
    assert packed.ops.count("_PackMatrix") == packings
    assert "_PackMatrix" not in plain.ops
    for one, other in zip(packed.values, plain.values, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("columns", [5, 128, 700])
def test_a_row_is_the_same_from_either_end(columns: int) -> None:
    x, weights = values(1, 600).astype(np.float32), values(600, columns, seed=4).astype(np.float32)
    with tf.Graph().as_default() as graph:
        row = tf.placeholder(tf.float32, [1, 600])
        y = tf.nn.relu(tf.matmul(row, tf.constant(weights)) + tf.constant(weights[3]))
    with tf.Session(graph=graph) as session:
        first, *others = [session.run(y, {row: x}) for _ in range(4)]
    np.testing.assert_allclose(first, np.maximum(x @ weights + weights[3], 0), rtol=1e-4, atol=1e-4)
    for other in others:
        np.testing.assert_array_equal(other, first)
