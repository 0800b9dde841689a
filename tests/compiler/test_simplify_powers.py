"""Powers by 2, 3 and -1 without Pow: the same special values, and at most a bit in the last place."""

from typing import Any

import numpy as np
import pytest
from compiler.passes import run

import nbtf as tf

X = np.array([0.0, -0.0, 1.5, -2.7, 1e-30, 3e30, -1e20, np.inf, -np.inf, np.nan], np.float32)
OPS = {2.0: ["Square"], 3.0: ["_ElementwiseChain"], -1.0: ["Reciprocal"], 2.5: ["Pow"], 0.5: ["Pow"]}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("exponent", OPS)
def test_powers(exponent: float, dtype: str) -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(dtype, [None])
        return [tf.pow(x, exponent)], {x: X}

    ran, plain = run(build), run(build, "simplify_powers")
    assert ran.ops == OPS[exponent] and plain.ops == ["Pow"]
    np.testing.assert_array_max_ulp(ran.values[0][:-1], plain.values[0][:-1], 1)
    np.testing.assert_array_equal(np.signbit(ran.values[0][:-1]), np.signbit(plain.values[0][:-1]))
    assert np.isnan(ran.values[0][-1])


def test_what_is_no_single_power_of_floats_stays() -> None:
    def build() -> tuple[list[Any], dict[Any, Any]]:
        x = tf.placeholder(tf.float32, [2])
        whole = tf.pow(tf.cast(x, tf.int32), 2)
        return [tf.pow(x, [2.0, 3.0]), tf.pow(x, [[2.0]]), tf.pow(2.0, x), whole], {x: [1.0, 2.0]}

    ran = run(build, "fuse_elementwise")
    assert ran.ops.count("Pow") == 4
    assert [value.tolist() for value in ran.values] == [[1, 8], [[1, 4]], [2, 4], [1, 4]]
