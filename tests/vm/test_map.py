"""Elementwise programs over inputs that repeat with a short period, in rows, in parts, and not at all."""

import numpy as np
import pytest

import nbtf as tf

SHAPES = {
    "channels": [(40, 90, 3), (3,)],
    "channels first": [(3,), (40, 90, 3)],
    "a gate for each image": [(4, 700, 33), (4, 1, 33)],
    "two periods and a scalar": [(900, 7), (7,), (1, 7), ()],
    "three periods": [(900, 7), (7,), (1, 7), (1, 1, 7)],
    "a long period": [(50, 600), (600,)],
    "a column": [(900, 7), (900, 1), (7,)],
    "few rows": [(3, 7), (7,)],
    "blocks that no period divides": [(5000, 11), (11,)],
    "a repeated plane": [(6, 50, 5), (50, 5)],
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.complex128, np.uint8])
def test_broadcast(name: str, dtype: type) -> None:
    random = np.random.RandomState(0)
    arrays = [np.asarray(random.randint(0, 100, shape)).astype(dtype) for shape in SHAPES[name]]
    with tf.Graph().as_default():
        inputs = [tf.placeholder(dtype, shape) for shape in SHAPES[name]]
        total, expected = inputs[0], arrays[0]
        for one, array in zip(inputs[1:], arrays[1:], strict=True):
            total, expected = total * one + one, (expected * array + array).astype(dtype)
        for threads in (1, 3):
            with tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=threads)) as session:
                found = session.run(total, dict(zip(inputs, arrays, strict=True)))
            np.testing.assert_allclose(found, expected, rtol=1e-6)
