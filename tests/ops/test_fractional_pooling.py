"""Fractional pools: regions are where TensorFlow draws them, pools are those of numpy."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

import nbtf as tf

DRAWN = json.loads((Path(__file__).parents[1] / "golden" / "fractional_pooling.json").read_text())
RNG = np.random.default_rng(5)
X = RNG.integers(-50, 50, (2, 7, 8, 3)).astype(np.float32)
ROWS, COLUMNS = np.int64([0, 2, 3, 5, 7]), np.int64([0, 1, 4, 8])
DY = (np.arange(2 * 4 * 3 * 3).reshape(2, 4, 3, 3) - 20).astype(np.float32)


def regions(rows, columns, overlapping, dims):
    """(i, j, slice of rows, slice of columns) of every region."""
    more = int(overlapping)
    for i in range(len(rows) - 1):
        for j in range(len(columns) - 1):
            tall, wide = slice(rows[i], rows[i + 1] + more), slice(columns[j], columns[j + 1] + more)
            yield i, j, tall, wide


def pooled(x, rows, columns, overlapping, reduce):
    y = np.zeros((x.shape[0], len(rows) - 1, len(columns) - 1, x.shape[3]), x.dtype)
    for i, j, tall, wide in regions(rows, columns, overlapping, x.shape):
        y[:, i, j] = reduce(x[:, tall, wide])
    return y


def largest(x):
    return x.max((1, 2))


def mean(x):
    total = x.sum((1, 2)) / (x.shape[1] * x.shape[2])
    return np.trunc(total) if x.dtype.kind == "i" else total


POOLS = {"FractionalMaxPool": largest, "FractionalAvgPool": mean}


def test_boundaries_are_tensorflows() -> None:
    for height, width, ratios, pseudo_random, seed, seed2, rows, columns in DRAWN:
        attrs = {"pooling_ratio": [1, *ratios, 1], "deterministic": True, "pseudo_random": pseudo_random}
        value = np.zeros((1, height, width, 1), np.float32)
        found = run_op("FractionalMaxPool", [value], attrs | {"seed": seed, "seed2": seed2}, known=True)[0]
        assert [one.tolist() for one in found[1:]] == [rows, columns]


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
@pytest.mark.parametrize("op", POOLS)
def test_pools(op: str, dtype: Any) -> None:
    for overlapping in (False, True):
        attrs = {"pooling_ratio": [1, 1.6, 2.1, 1], "overlapping": overlapping, "deterministic": True, "seed": 3}
        y, rows, columns = run_op(op, [X.astype(dtype)], attrs, known=False)[0]
        assert (len(rows), len(columns)) == (5, 4)
        np.testing.assert_allclose(y, pooled(X.astype(dtype), rows, columns, overlapping, POOLS[op]), rtol=1e-6)


def test_nan_never_wins() -> None:
    x = np.float32([np.nan, 4, -2, np.nan, np.nan, np.nan]).reshape(1, 1, 6, 1)
    y = run_op("FractionalMaxPool", [x], {"pooling_ratio": [1, 1, 2, 1]}, known=True)[0][0]
    assert y.ravel().tolist() == [4, -2, np.finfo(np.float32).min]


@pytest.mark.parametrize("op", POOLS)
def test_runs_differ_unless_they_are_deterministic(op: str) -> None:
    for deterministic in (False, True):
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.zeros([1, 200, 200, 1])
            pool = getattr(tf.raw_ops, op)(x, [1.0, 1.4, 1.4, 1.0], deterministic=deterministic)
            first, second = (session.run([pool[1], pool[2]]) for _ in range(2))
        assert first[0].tolist() != first[1].tolist()
        assert (first[0].tolist() == second[0].tolist()) is deterministic


def to_largest(overlapping):
    def gradient(x, y, dy, rows, columns):
        dx = np.zeros_like(x)
        for i, j, tall, wide in regions(rows, columns, overlapping, x.shape):
            for n in range(x.shape[0]):
                for c in range(x.shape[3]):
                    region = x[n, tall, wide, c]
                    row, column = np.unravel_index(region.argmax(), region.shape)
                    dx[n, tall.start + row, wide.start + column, c] += dy[n, i, j, c]
        return dx

    return gradient


def in_equal_shares(overlapping):
    def gradient(dims, dy, rows, columns):
        dx = np.zeros(dims)
        for i, j, tall, wide in regions(rows, columns, overlapping, dims):
            region = dx[:, tall, wide]
            region += dy[:, i, j][:, None, None].astype(np.float64) / (region.shape[1] * region.shape[2])
        return np.trunc(dx) if dy.dtype.kind == "i" else dx.astype(dy.dtype)

    return gradient


DIMS = np.int64(X.shape)
Y = pooled(X, ROWS, COLUMNS, False, largest)
GRADIENTS = [
    Row("FractionalMaxPoolGrad", [X, Y, DY, ROWS, COLUMNS], to_largest(False)),
    Row("FractionalMaxPoolGrad", [X, Y, DY, ROWS, COLUMNS], to_largest(True), {"overlapping": True}, vary=None,
        label="overlapping"),
    Row("FractionalMaxPoolGrad", [X * 0, Y * 0, DY, ROWS, COLUMNS], to_largest(False), vary=None, label="ties"),
    Row("FractionalAvgPoolGrad", [DIMS, DY, ROWS, COLUMNS], in_equal_shares(False)),
    Row("FractionalAvgPoolGrad", [DIMS, DY, ROWS, COLUMNS], in_equal_shares(True), {"overlapping": True}, vary=None,
        label="overlapping"),
]  # fmt: skip


def ratio(*ratios, **attrs):
    return {"pooling_ratio": list(ratios), **attrs}


BAD = [
    *(
        bad
        for op in POOLS
        for bad in (
            Bad(op, [X], "cannot be smaller than 1, got: 0.5", ratio(1, 0.5, 1, 1)),
            Bad(op, [X], "must specify 4 dimensions", ratio(1, 1, 1, 1, 1)),
            Bad(op, [X[0]], "must be rank 4 but is rank 3", ratio(1, 1, 1, 1)),
            Bad(op, [X], "higher than input dimension size for dimension 1", ratio(1, 9, 1, 1), at_build=False),
            Bad(op, [X], "not yet supported on the batch", ratio(1, 1, 1, 2), at_build=False),
            Bad(op, [X], "should be 0 if deterministic is false", ratio(1, 1, 1, 1, seed=1), at_build=False),
        )
    ),
    Bad("FractionalMaxPoolGrad", [X, Y, DY[:, :2], ROWS, COLUMNS], "must have the shape of orig_output"),
    Bad("FractionalMaxPoolGrad", [X[0], Y, DY, ROWS, COLUMNS], "must be rank 4 but is rank 3"),
    Bad("FractionalMaxPoolGrad", [X, Y, DY, ROWS[:3], COLUMNS], "is not the same as tensor_out", at_build=False),
    Bad("FractionalMaxPoolGrad", [X, Y, DY, ROWS - 1, COLUMNS], "is not the same as tensor_out", at_build=False),
    Bad("FractionalMaxPoolGrad", [X, Y, DY, ROWS, COLUMNS[::-1]], "is not the same as tensor_out", at_build=False),
    Bad("FractionalAvgPoolGrad", [DIMS[1:], DY, ROWS, COLUMNS], "4 elements"),
    Bad("FractionalAvgPoolGrad", [-DIMS, DY, ROWS, COLUMNS], "Invalid value in tensor used for shape: -2"),
    Bad("FractionalAvgPoolGrad", [DIMS, DY[:1], ROWS, COLUMNS], "must have the batch and the depth"),
    Bad("FractionalAvgPoolGrad", [DIMS, DY, ROWS - 1, COLUMNS], "must not be negative", at_build=False),
    Bad(
        "FractionalAvgPoolGrad",
        [DIMS, DY, ROWS, COLUMNS[:2]],
        "must have at least 4 elements, but got 2",
        at_build=False,
    ),
]

test_gradients = forward_tests(GRADIENTS)
test_refusals = refusal_tests(BAD)
