"""Reductions over any axes, extremes along one axis, scans, selection and counting."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

X = (np.arange(24, dtype=np.float32).reshape(2, 3, 4) - 9) % 7
SIGNED = X - 3
LONG = np.sin(np.arange(5000, dtype=np.float32)).reshape(1000, 5)
INTS = np.int32
NAN, INF = np.float32("nan"), np.float32("inf")


def natural(x):
    """Sums of numpy keep the dtype, as TensorFlow's."""
    return {"dtype": x.dtype}


def mean(axis):
    def expect(x, axes):
        total = x.sum(axis, dtype=np.float64 if x.dtype.kind in "iu" else x.dtype)
        count = x.size // max(total.size, 1)
        return np.trunc(total / count) if x.dtype.kind in "iu" else total / x.dtype.type(count)

    return expect


def norm(axis):
    def expect(x, axes):
        squares = (x * np.conj(x)).sum(axis, **natural(x))
        return np.sqrt(squares).astype(x.dtype)

    return expect


REDUCTIONS = [
    Row("Sum", [SIGNED, INTS([1])], lambda x, axes: x.sum(1, **natural(x))),
    Row("Sum", [X, INTS([0, -1])], lambda x, axes: x.sum((0, 2), **natural(x)), label="two axes"),
    Row("Sum", [X, INTS([0, 2])], lambda x, axes: x.sum((0, 2), keepdims=True), {"keep_dims": True}, only=["float32"]),
    Row("Sum", [X, np.int64([2, 1, 0])], lambda x, axes: x.sum(), only=["float32", "int64"], label="all axes"),
    Row("Sum", [X, INTS([])], lambda x, axes: x, only=["float32"], label="no axes"),
    Row("Sum", [np.float32(3), INTS([])], lambda x, axes: x, only=["float32"], label="scalar"),
    Row("Sum", [np.zeros((2, 0, 3), np.float32), INTS([1])], np.zeros((2, 3)), only=["float32"], label="empty"),
    Row("Sum", [LONG, INTS([0])], lambda x, axes: x.sum(0), only=["float32"], label="rows", atol=2e-4),
    Row("Sum", [LONG.T, INTS([1])], lambda x, axes: x.sum(1), only=["float32"], label="columns", atol=2e-4),
    Row(
        "Sum",
        [np.arange(120, dtype=np.float32).reshape(2, 3, 1, 4, 5), INTS([0, 3])],
        lambda x, axes: x.sum((0, 3)),
        only=["float32"],
        label="alternating",
    ),
    Row("Prod", [SIGNED, INTS([1])], lambda x, axes: x.prod(1, **natural(x))),
    Row("Prod", [np.zeros((0, 2), np.float32), INTS([0])], np.ones(2), only=["float32", "int32"], label="empty"),
    Row("Max", [SIGNED, INTS([-1])], lambda x, axes: x.max(-1)),
    Row("Max", [SIGNED, INTS([0])], lambda x, axes: x.max(0), label="rows", only=["float32", "int8"]),
    Row("Max", [np.float32([[1, NAN, 3], [4, 1, 2]]), INTS([1])], np.float32([NAN, 4]), vary=None, label="nan"),
    Row("Max", [np.zeros((0, 2), np.float32), INTS([0])], np.float32([-INF, -INF]), vary=None, label="empty"),
    Row("Max", [np.zeros((0, 1), np.int8), INTS([0])], np.int8([-128]), vary=None, label="no integers"),
    Row("Min", [SIGNED, INTS([-1])], lambda x, axes: x.min(-1)),
    Row("Min", [np.float32([[1, NAN, 3], [4, 1, 2]]), INTS([0])], np.float32([1, NAN, 2]), vary=None, label="nan"),
    Row("Min", [np.zeros((0, 1), np.uint8), INTS([0])], np.uint8([255]), vary=None, label="no integers"),
    Row("All", [X > 0, INTS([1])], lambda x, axes: x.all(1), vary=None),
    Row("All", [np.zeros((2, 0), bool), INTS([1])], lambda x, axes: x.all(1), vary=None, label="empty"),
    Row("Any", [X > 5, np.int64([0, 2])], lambda x, axes: x.any((0, 2)), vary=None),
    Row("EuclideanNorm", [SIGNED, INTS([1])], norm(1)),
    Row("EuclideanNorm", [np.int8([100, 100, -3]), INTS([0])], np.int8(6), vary=None, label="squares wrap"),
    Row("EuclideanNorm", [np.complex64([3 + 4j, 1]), INTS([0])], np.complex64(26**0.5), vary=None, label="complex"),
    Row("Mean", [SIGNED, INTS([1])], mean(1)),
    Row("Mean", [X, INTS([0, -1])], mean((0, 2)), label="two axes", only=["float32", "float64", "int32"]),
    Row("Mean", [np.int8([100, 100, -3]), INTS([0])], np.int8(65), vary=None, label="sums do not wrap"),
    Row("Mean", [np.int32([-3, -4]), INTS([0])], np.int32(-3), vary=None, label="truncates"),
    Row("Mean", [np.zeros((0, 2), np.float32), INTS([0])], np.float32([NAN, NAN]), vary=None, label="empty"),
    Row("Mean", [np.zeros((0, 2), np.int32), INTS([0])], np.int32([0, 0]), vary=None, label="no integers"),
]

EXTREMES = [
    Row("ArgMax", [X, INTS(-1)], lambda x, axis: x.argmax(-1)),
    Row("ArgMax", [X, INTS(0)], lambda x, axis: x.argmax(0), only=["float32"], label="first axis"),
    Row("ArgMax", [X, INTS(1)], lambda x, axis: x.argmax(1), {"output_type": "int32"}, only=["float32"], label="int32"),
    Row("ArgMax", [np.float32([NAN, 1, 3, 3, NAN]), INTS(0)], np.int64(2), vary=None, label="nan"),
    Row("ArgMax", [np.float32([NAN, -INF]), INTS(0)], np.int64(0), vary=None, label="nothing above the lowest"),
    Row("ArgMin", [X, INTS(-1)], lambda x, axis: x.argmin(-1)),
    Row("ArgMin", [np.float32([NAN, 1, 0, 0, NAN]), INTS(0)], np.int64(2), vary=None, label="nan"),
    Row("ArgMin", [np.zeros((2, 0), np.float32), INTS(0)], np.zeros(0, np.int64), vary=None, label="empty"),
]


def scanned(function, exclusive=False, reverse=False):
    def expect(x, axis):
        axis = int(axis)
        x = np.flip(x, axis) if reverse else x
        first = np.take(x, [0], axis)
        start = np.ones_like(first) if function is np.cumprod else np.zeros_like(first)
        if exclusive:
            x = np.concatenate([start, np.delete(x, -1, axis)], axis)
        result = function(x, axis, dtype=x.dtype)
        return np.flip(result, axis) if reverse else result

    return expect


FORMS = [{"exclusive": e, "reverse": r} for e in (False, True) for r in (False, True)]
SCANS = [
    Row("Cumsum", [SIGNED, INTS(1)], scanned(np.cumsum)),
    Row("Cumprod", [SIGNED, INTS(-1)], scanned(np.cumprod)),
    *[
        Row(name, [SIGNED, INTS(axis)], scanned(function, **form), form, only=["float32"], label=f"{i} on {axis}")
        for name, function in (("Cumsum", np.cumsum), ("Cumprod", np.cumprod))
        for i, form in enumerate(FORMS)
        for axis in (0, -1)
    ],
    Row("Cumsum", [np.zeros((2, 0, 3), np.float32), INTS(1)], lambda x, axis: x, only=["float32"], label="empty"),
    Row("CumulativeLogsumexp", [SIGNED, INTS(1)], lambda x, axis: np.logaddexp.accumulate(x, 1)),
    Row(
        "CumulativeLogsumexp",
        [np.float32([-INF, 1000, 1000, INF, NAN]), INTS(0)],
        np.float32([-INF, 1000, 1000.6932, INF, NAN]),
        vary=None,
        label="infinities",
    ),
    Row(
        "CumulativeLogsumexp",
        [np.float32([1, 2, 3]), INTS(0)],
        np.float32([3.3132617, 3, -INF]),
        {"exclusive": True, "reverse": True},
        vary=None,
        label="exclusive, reverse",
    ),
]


def largest(k):
    def expect(x, *_):
        order = np.argsort(-x.astype(np.float64), axis=-1, kind="stable")[..., :k]
        return np.take_along_axis(x, order, -1), order.astype(np.int32)

    return expect


SELECTION = [
    Row("TopKV2", [X, INTS(3)], largest(3)),
    Row("TopKV2", [X, INTS(0)], largest(0), only=["float32"], label="none"),
    Row("TopKV2", [X, np.int64(4)], largest(4), {"sorted": False}, only=["float32"], label="all"),
    Row("TopKV2", [LONG.ravel(), INTS(500)], largest(500), only=["float32"], label="many"),
    Row(
        "TopKV2",
        [np.float32([3, 1, NAN, 3, INF, 2]), INTS(4)],
        (np.float32([INF, 3, 3, 2]), INTS([4, 0, 3, 5])),
        vary=None,
        label="nan",
    ),
    Row("TopK", [X], largest(2), {"k": 2}),
    Row("NthElement", [X, INTS(2)], lambda x, n: np.sort(x)[..., 2]),
    Row("NthElement", [X, INTS(0)], lambda x, n: x.max(-1), {"reverse": True}, only=["float32"], label="reverse"),
]

COUNTING = [
    Row("Bincount", [INTS([[1, 2], [1, 9]]), INTS(4), np.float32([])], lambda a, n, w: w.dtype.type([0, 2, 1, 0])),
    Row(
        "Bincount",
        [INTS([1, 2, 1, 9]), INTS(4), np.float32([1, 2, 3, 4])],
        lambda a, n, w: w.dtype.type([0, 4, 2, 0]),
        label="weights",
    ),
    Row("DenseBincount", [INTS([1, 2, 1]), INTS(4), np.float32([])], lambda a, n, w: w.dtype.type([0, 2, 1, 0])),
    Row(
        "DenseBincount",
        [np.int64([[1, 2, 1], [1, 9, 0]]), np.int64(4), np.float32([[1, 2, 3], [4, 5, 6]])],
        np.float32([[0, 4, 2, 0], [6, 4, 0, 0]]),
        vary=None,
        label="rows",
    ),
    Row(
        "DenseBincount",
        [INTS([[1, 2, 1], [1, 9, 0]]), INTS(4), np.float32([])],
        np.float32([[0, 1, 1, 0], [1, 1, 0, 0]]),
        {"binary_output": True},
        vary=None,
        label="binary",
    ),
    Row(
        "HistogramFixedWidth",
        [np.float32([-1, 0, 1, 2, 3, 4, 5, 6]), np.float32([0, 5]), INTS(3)],
        INTS([3, 2, 3]),
    ),
    Row(
        "HistogramFixedWidth",
        [np.float32([0.1, 0.2, 0.3, 0.9999999, 1]), np.float32([0, 1]), INTS(10)],
        np.int64([0, 1, 1, 1, 0, 0, 0, 0, 0, 2]),
        {"dtype": "int64"},
        vary=None,
        label="edges",
    ),
    Row(
        "Bucketize",
        [
            INTS([-1, 0, 1, 2]),
        ],
        INTS([0, 1, 2, 2]),
        {"boundaries": [0.0, 1.0]},
    ),
    Row("Bucketize", [np.float32([0.5, NAN])], INTS([1, 2]), {"boundaries": [0.0, 1.0]}, vary=None, label="nan"),
    Row("Cross", [np.float32([[1, 2, 3], [4, 0, 1]]), np.float32([[3, 1, 2], [1, 1, 1]])], lambda a, b: np.cross(a, b)),
]

BAD = [
    Bad("Mean", [X, INTS([3])], "Invalid reduction dimension"),
    Bad("Sum", [X, INTS([0, 0])], "Axes contains duplicate dimension: 0"),
    Bad("ArgMax", [X, INTS(3)], r"Expected dimension in the range \[-3, 3\), but got 3"),
    Bad("ArgMax", [X, INTS([1])], "dim must be a scalar"),
    Bad("ArgMax", [np.zeros((0, 2), np.float32), INTS(0)], r"Reduction axis 0 is empty in shape \[0,2\]"),
    Bad("ArgMin", [np.float32(1), INTS(0)], r"Expected dimension in the range \[0, 0\), but got 0"),
    Bad("Cumsum", [X, INTS(3)], r"ScanOp: Expected scan axis in the range \[-3, 3\), but got 3"),
    Bad("Cumprod", [X, INTS([0])], r"ScanOp: axis must be a scalar, not \[1\]"),
    Bad("TopKV2", [X, INTS(5)], "input must have at least k columns. Had 4, needed 5"),
    Bad("TopKV2", [X, INTS(-1)], "Need k >= 0, got -1"),
    Bad("TopKV2", [np.float32(1), INTS(1)], r"input must be >= 1-D, got shape \[\]"),
    Bad("NthElement", [X, INTS(4)], "Input must have last dimension > n = 4"),
    Bad("NthElement", [X, INTS(-1)], "n must be non-negative but is -1"),
    Bad("Bincount", [INTS([1, -2]), INTS(4), np.float32([])], "Input arr must be non-negative!", at_build=False),
    Bad("Bincount", [INTS([1]), INTS(-4), np.float32([])], r"size \(-4\) must be non-negative"),
    Bad("DenseBincount", [INTS([1, 2]), INTS(4), np.float32([1])], r"acts as all weights equal to 1. Received \[1\]"),
    Bad(
        "HistogramFixedWidth", [np.float32([NAN]), np.float32([0, 1]), INTS(2)], "must not contain NaN", at_build=False
    ),
    Bad("HistogramFixedWidth", [X, np.float32([5, 5]), INTS(2)], r"value_range\[0\] < value_range\[1\]"),
    Bad("HistogramFixedWidth", [X, np.float32([0, 5]), INTS(0)], "nbins should be a positive number, but got '0'"),
    Bad("Bucketize", [X], "Expected sorted boundaries", {"boundaries": [1.0, 0.0]}),
    Bad("Cross", [X, X], "Cross-products are only defined for 3-element vectors"),
    Bad("Cross", [X[..., :3], X[0, :, :3]], r"Both inputs must be of same shape: \[2,3,3\] vs. \[3,3\]"),
]

test_reductions = forward_tests(REDUCTIONS)
test_extremes = forward_tests(EXTREMES)
test_scans = forward_tests(SCANS)
test_selection = forward_tests(SELECTION)
test_counting = forward_tests(COUNTING)
test_refusal = refusal_tests(BAD)
