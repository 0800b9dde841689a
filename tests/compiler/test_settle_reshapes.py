"""A Reshape to as many rows as there are needs no Shape; any other one keeps its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf

X = np.arange(48, dtype=np.float32).reshape(4, 2, 6)

SETTLED: dict[str, Callable[[Any], Any]] = {
    "rows": lambda x: tf.reshape(x, [tf.shape(x)[0], 12]),
    "the rest": lambda x: tf.reshape(x, tf.stack([tf.shape(x)[0], -1])),
    "more axes": lambda x: tf.reshape(x, [tf.shape(x)[0], 3, 4, 1]),
    "an op before": lambda x: (lambda y: tf.reshape(y, [tf.shape(y)[0], 12]))(tf.tanh(x)),
}
STAYS: dict[str, Callable[[Any], Any]] = {
    "another's rows": lambda x: tf.reshape(x, [tf.shape(tf.tanh(x) + 1.0)[0], 12]),
    "another axis": lambda x: tf.reshape(x, [tf.shape(x)[1], 24]),
    "dims unknown": lambda x: tf.reshape(x, [tf.shape(x)[0], tf.shape(x)[1] * 6]),
    "other rows": lambda x: tf.reshape(x, [tf.shape(x)[0] * 2, 6]),
}


def built(make: Callable[[Any], Any]) -> Callable[[], tuple[list[Any], dict[Any, Any]]]:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, 2, 6])
        return [make(x)], {x: X}

    return build


@pytest.mark.parametrize("name", SETTLED)
def test_settled(name: str) -> None:
    ran, plain = run(built(SETTLED[name])), run(built(SETTLED[name]), "settle_reshapes")
    assert "Reshape" in ran.ops and "Shape" not in ran.ops and "Shape" in plain.ops
    np.testing.assert_array_equal(ran.values[0], plain.values[0])


@pytest.mark.parametrize("name", STAYS)
def test_stays(name: str) -> None:
    ran, plain = run(built(STAYS[name])), run(built(STAYS[name]), "settle_reshapes")
    assert ran.ops == plain.ops
    np.testing.assert_array_equal(ran.values[0], plain.values[0])


def test_who_reads_the_dims_still_gets_them() -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [None, 2, 6])
        dims = tf.stack([tf.shape(x)[0], 12])
        return [tf.reshape(x, dims), dims], {x: X}

    ran = run(build)
    assert ran.values[0].shape == (4, 12) and ran.values[1].tolist() == [4, 12]
