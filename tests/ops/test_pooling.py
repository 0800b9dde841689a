"""Pooling over images, volumes and depth, and its gradients."""

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op
from ops.windows import argmax_pool, average_gradient, pool, scatter

from nbtf.errors import InvalidArgumentError, UnimplementedError

INTS = np.int32
X = (np.arange(2 * 5 * 6 * 3) * 37 % 101).astype(np.float32).reshape(2, 5, 6, 3)
V = (np.arange(1 * 4 * 5 * 3 * 2) * 37 % 101).astype(np.float32).reshape(1, 4, 5, 3, 2)
SAME = {"ksize": [1, 3, 2, 1], "strides": [1, 2, 1, 1], "padding": "SAME"}
VALID = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}
CUBE = {"ksize": [1, 2, 2, 2, 1], "strides": [1, 2, 2, 1, 1], "padding": "SAME"}
EXPLICIT = {"padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 0, 0, 1, 0, 0]}
GIVEN = ((1, 0), (0, 1))
FLOAT = ["float32"]


def largest(x: np.ndarray, padding: object = "SAME") -> np.ndarray:
    return pool(x, [3, 2], [2, 1], padding, lambda cells: np.max(cells, 0))


def mean_of(cells: list[np.ndarray]) -> np.ndarray:
    return np.mean(cells, 0, dtype=cells[0].dtype)


Y, YV = largest(X), pool(V, [2, 2, 2], [2, 2, 1], "SAME", lambda cells: np.max(cells, 0))
DY = (np.arange(Y.size) % 7 + 1).astype(np.float32).reshape(Y.shape)
DYV = (np.arange(YV.size) % 7 + 1).astype(np.float32).reshape(YV.shape)
BEST = argmax_pool(X, [3, 2], [2, 1], "SAME")
IN_IMAGE = BEST % (X.size // 2)
TIES = np.zeros((1, 2, 4, 1), np.float32)

ROWS = [
    Row("MaxPool", [X], largest, SAME),
    Row("MaxPool", [X], lambda x: largest(x, GIVEN), {**SAME, **EXPLICIT}, only=FLOAT, label="explicit"),
    Row(
        "MaxPool",
        [X[..., :2]],
        lambda x: x.max(-1, keepdims=True),
        {"ksize": [1, 1, 1, 2], "strides": [1, 1, 1, 2], "padding": "VALID"},
        only=FLOAT,
        label="depth",
    ),
    Row("MaxPool", [X[:, :0]], np.zeros((2, 0, 6, 3)), SAME, only=FLOAT, label="empty"),
    Row("MaxPoolV2", [X, INTS([1, 3, 2, 1]), INTS([1, 2, 1, 1])], lambda x, k, s: largest(x), {"padding": "SAME"}),
    Row("MaxPoolGrad", [X, Y, DY], lambda x, y, dy: scatter(x.shape, BEST, dy), SAME),
    Row(
        "MaxPoolGrad",
        [TIES, TIES[:, :1, :2], np.float32([[[[1], [2]]]])],
        np.float32([1, 0, 2, 0, 0, 0, 0, 0]).reshape(TIES.shape),
        VALID,
        only=FLOAT,
        label="ties",
    ),
    Row(
        "MaxPoolGradV2",
        [X, Y, DY, INTS([1, 3, 2, 1]), INTS([1, 2, 1, 1])],
        lambda x, y, dy, k, s: scatter(x.shape, BEST, dy),
        {"padding": "SAME"},
        only=["float32", "int32"],
    ),
    Row("MaxPoolGradGrad", [X, Y, X + 1], lambda x, y, dx: dx.reshape(-1)[BEST], SAME, only=["float32", "int64"]),
    Row(
        "MaxPoolGradGrad",
        [X, Y * 0 - 1, X],
        lambda x, y, dx: np.zeros_like(y),
        SAME,
        only=FLOAT,
        label="nothing_equal",
    ),
    Row(
        "MaxPoolGradGradV2",
        [X, Y, X, INTS([1, 3, 2, 1]), INTS([1, 2, 1, 1])],
        lambda x, y, dx, k, s: dx.reshape(-1)[BEST],
        {"padding": "SAME"},
        only=FLOAT,
    ),
    Row("MaxPoolWithArgmax", [X], lambda x: (largest(x), IN_IMAGE), SAME, only=["float32", "float16", "uint8"]),
    Row(
        "MaxPoolWithArgmax",
        [X],
        lambda x: (largest(x), BEST),
        {**SAME, "include_batch_in_index": True},
        only=FLOAT,
        label="batch_index",
    ),
    Row(
        "MaxPoolGradWithArgmax",
        [X, DY, IN_IMAGE],
        lambda x, dy, index: scatter(x.shape, BEST, dy),
        SAME,
        only=["float32", "int16"],
    ),
    Row(
        "MaxPoolGradWithArgmax",
        [X, DY, BEST],
        lambda x, dy, index: scatter(x.shape, index, dy),
        {**SAME, "include_batch_in_index": True},
        only=FLOAT,
        label="batch_index",
    ),
    Row("AvgPool", [X], lambda x: pool(x, [3, 2], [2, 1], "SAME", mean_of), SAME),
    Row("AvgPool", [X], lambda x: pool(x, [2, 2], [2, 2], "VALID", mean_of), VALID, only=FLOAT, label="valid"),
    Row(
        "AvgPoolGrad", [INTS(X.shape), DY], lambda shape, dy: average_gradient(shape, dy, [3, 2], [2, 1], "SAME"), SAME
    ),
    Row("MaxPool3D", [V], lambda x: pool(x, [2, 2, 2], [2, 2, 1], "SAME", lambda cells: np.max(cells, 0)), CUBE),
    Row(
        "MaxPool3DGrad",
        [V, YV, DYV],
        lambda x, y, dy: scatter(x.shape, argmax_pool(x, [2, 2, 2], [2, 2, 1], "SAME"), dy),
        CUBE,
        only=FLOAT,
    ),
    Row(
        "MaxPool3DGradGrad",
        [V, YV, V],
        lambda x, y, dx: dx.reshape(-1)[argmax_pool(x, [2, 2, 2], [2, 2, 1], "SAME")],
        CUBE,
    ),
    Row("AvgPool3D", [V], lambda x: pool(x, [2, 2, 2], [2, 2, 1], "SAME", mean_of), CUBE),
    Row(
        "AvgPool3DGrad",
        [INTS(V.shape), DYV],
        lambda shape, dy: average_gradient(shape, dy, [2, 2, 2], [2, 2, 1], "SAME"),
        CUBE,
    ),
]

TALL = {"ksize": [1, 7, 2, 1], "strides": [1, 1, 1, 1], "padding": "VALID"}
BAD = [
    Bad("MaxPool", [X[0]], "must be rank 4 but is rank 3", SAME),
    Bad("MaxPool", [X], "subtracting 7 from 5", TALL),
    Bad("MaxPool", [X], "Sliding window ksize for dimension 1 was zero", {**SAME, "ksize": [1, 0, 2, 1]}),
    Bad("MaxPool", [X], "to contain 4 values, but got: 5", {**SAME, "ksize": [1, 2, 2, 1, 1]}),
    Bad("MaxPool", [X], "Stride must be > 0, but got 0", {**SAME, "strides": [1, 0, 2, 1]}),
    Bad(
        "MaxPool",
        [X],
        "Bottom padding 3 needs to be smaller than the window size 3",
        {**SAME, "padding": "EXPLICIT", "explicit_paddings": [0, 0, 1, 3, 0, 0, 0, 0]},
    ),
    Bad("MaxPool", [X], "not yet supported on the batch dimension", {**SAME, "ksize": [2, 3, 2, 1]}, at_build=False),
    Bad(
        "MaxPool",
        [X],
        "evenly divide the input depth",
        {"ksize": [1, 1, 1, 2], "strides": [1, 1, 1, 2], "padding": "VALID"},
        at_build=False,
    ),
    Bad("MaxPoolV2", [X, INTS([1, 2, 1]), INTS([1, 1, 1, 1])], "ksize field must specify 4", {"padding": "SAME"}),
    Bad(
        "MaxPoolGrad",
        [X, Y, DY[:, :1]],
        r"Expected grad shape to be \[2,3,6,3\], but got \[2,1,6,3\]",
        SAME,
    ),
    Bad(
        "MaxPoolGradWithArgmax",
        [X, DY, IN_IMAGE + 90],
        "Invalid output gradient index: ",
        SAME,
        at_build=False,
    ),
    Bad("AvgPool", [X], "Non-spatial pooling", {**VALID, "ksize": [1, 2, 2, 3]}, at_build=False),
    Bad("AvgPoolGrad", [INTS([2, 5, 6]), DY], "must be rank 4 but is rank 3", SAME),
    Bad("AvgPoolGrad", [INTS([2, -5, 6, 3]), DY], "Dimension -5 must be >= 0", SAME),
    Bad("AvgPoolGrad", [INTS([1, 5, 6, 3]), DY], "Expected grad shape", SAME),
    Bad("MaxPool3D", [X], "must be rank 5 but is rank 4", CUBE),
    Bad("AvgPool3DGrad", [INTS([1, 4, 5, 9, 2]), DYV], "Expected grad shape", CUBE),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)

PAIRS = {"ksize": [1, 1, 2, 1], "strides": [1, 1, 2, 1], "padding": "SAME"}
NAN, INF = np.nan, np.inf
ODD = np.float32([NAN, 1, 1, NAN, NAN, NAN, -INF, -INF, NAN, -INF, 3])
LOWEST = np.finfo(np.float32).min


def test_nan_and_infinity_in_images() -> None:
    """As TensorFlow: a NaN never wins, and nothing is below the smallest finite number."""
    (y,), _ = run_op("MaxPool", [ODD.reshape(1, 1, -1, 1)], PAIRS, known=True)
    np.testing.assert_array_equal(y.ravel(), np.float32([1, 1, LOWEST, LOWEST, LOWEST, 3]))
    (y, at), _ = run_op("MaxPoolWithArgmax", [ODD.reshape(1, 1, -1, 1)], PAIRS, known=True)
    np.testing.assert_array_equal(y.ravel(), np.float32([NAN, 1, NAN, -INF, NAN, 3]))
    np.testing.assert_array_equal(at.ravel(), [0, 2, 4, 6, 8, 10])


def test_nan_and_infinity_in_volumes() -> None:
    """As TensorFlow: the later of two wins unless it is smaller."""
    attrs = {"ksize": [1, 1, 1, 2, 1], "strides": [1, 1, 1, 2, 1], "padding": "SAME"}
    (y,), _ = run_op("MaxPool3D", [ODD.reshape(1, 1, 1, -1, 1)], attrs, known=True)
    np.testing.assert_array_equal(y.ravel(), np.float32([1, NAN, NAN, -INF, -INF, 3]))


@pytest.mark.parametrize(
    ("op", "inputs"), [("MaxPool", [X]), ("AvgPool", [X]), ("MaxPoolV2", [X, INTS([1, 1, 2, 2]), INTS([1, 1, 2, 2])])]
)
def test_channels_first_are_refused(op: str, inputs: list[np.ndarray]) -> None:
    """TensorFlow infers the shape, and its CPU kernels refuse to run."""
    window = {} if op == "MaxPoolV2" else {"ksize": [1, 1, 2, 2], "strides": [1, 1, 2, 2]}
    with pytest.raises(InvalidArgumentError, match="only supports NHWC"):
        run_op(op, inputs, {**window, "padding": "VALID", "data_format": "NCHW"}, known=True)


def test_batch_windows_are_unimplemented() -> None:
    with pytest.raises(UnimplementedError, match="batch dimension"):
        run_op("AvgPool", [X], {**VALID, "ksize": [2, 2, 2, 1]}, known=True)


@pytest.mark.parametrize("channels", [1, 5, 8, 17])
def test_channels_that_fill_no_vector(channels: int) -> None:
    x = np.random.default_rng(channels).standard_normal((2, 5, 6, channels), np.float32)
    (y,), _ = run_op("MaxPool", [x], SAME, known=False)
    np.testing.assert_array_equal(y, largest(x))
    dy, best = np.random.default_rng(0).standard_normal(y.shape, np.float32), argmax_pool(x, [3, 2], [2, 1], "SAME")
    (dx,), _ = run_op("MaxPoolGrad", [x, y, dy], SAME, known=False)
    np.testing.assert_allclose(dx, scatter(x.shape, best, dy), rtol=1e-6, atol=1e-6)
    (y,), _ = run_op("AvgPool", [x], SAME, known=False)
    np.testing.assert_allclose(y, pool(x, [3, 2], [2, 1], "SAME", mean_of), rtol=1e-5, atol=1e-6)


def test_a_nan_never_wins_among_images() -> None:
    x = np.random.default_rng(1).standard_normal((1, 4, 4, 9), np.float32)
    x[0, 1, 1] = np.nan
    (y,), _ = run_op("MaxPool", [x], VALID, known=False)
    rest = np.where(np.isnan(x), -np.inf, x)
    np.testing.assert_array_equal(y, pool(rest, [2, 2], [2, 2], "VALID", lambda cells: np.max(cells, 0)))
