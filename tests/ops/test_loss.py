"""Losses, with the gradients that some give along."""

from typing import Any

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

INTS = np.int32
NAN, INF = np.nan, np.inf
X = ((np.arange(15) * 37 % 101) / 25 - 2).astype(np.float32).reshape(3, 5)
LABELS = ((np.arange(15) * 29 % 13) / 60).astype(np.float32).reshape(3, 5)
LONG = np.full(100_000, 0.1, np.float32)
FLOAT = ["float32"]


def cross_entropy(x: Any, labels: Any) -> tuple[Any, Any]:
    x, labels = np.broadcast_arrays(np.atleast_2d(x), np.atleast_2d(labels))
    shifted = x - x.max(1, keepdims=True)
    total = np.exp(shifted).sum(1, keepdims=True)
    return (labels * (np.log(total) - shifted)).sum(1), np.exp(shifted) / total - labels


def sparse_cross_entropy(x: Any, labels: Any) -> tuple[Any, Any]:
    return cross_entropy(x, np.eye(x.shape[1], dtype=x.dtype)[labels])


SPARSE = "SparseSoftmaxCrossEntropyWithLogits"
ROWS = [
    Row("L2Loss", [X], lambda x: (x * x).sum() / 2),
    Row("L2Loss", [X[:0]], np.float32(0), only=FLOAT, label="empty"),
    Row("L2Loss", [np.float32(3)], np.float32(4.5), only=FLOAT, label="scalar"),
    Row("L2Loss", [LONG], lambda x: (x.astype(np.float64) ** 2).sum() / 2, only=FLOAT, label="long"),
    Row("SoftmaxCrossEntropyWithLogits", [X, LABELS], cross_entropy),
    Row("SoftmaxCrossEntropyWithLogits", [X, LABELS[:1]], cross_entropy, only=FLOAT, label="labels_row"),
    Row("SoftmaxCrossEntropyWithLogits", [X, LABELS[0]], cross_entropy, only=FLOAT, label="labels_vector"),
    Row("SoftmaxCrossEntropyWithLogits", [X[:, :1], LABELS[:1]], cross_entropy, only=FLOAT, label="both"),
    Row("SoftmaxCrossEntropyWithLogits", [np.float32(1), LABELS], cross_entropy, only=FLOAT, label="scalar"),
    Row(
        "SoftmaxCrossEntropyWithLogits",
        [X[:, :0], X[:, :0]],
        (np.zeros(3), np.zeros((3, 0))),
        only=FLOAT,
        label="no_classes",
    ),
    Row("SoftmaxCrossEntropyWithLogits", [X[:0], X[:0]], (np.zeros(0), np.zeros((0, 5))), only=FLOAT, label="empty"),
    Row(
        "SoftmaxCrossEntropyWithLogits",
        [np.float32([[INF, 1], [-INF, 0]]), np.float32([[1, 0], [0, 1]])],
        (np.float32([NAN, NAN]), np.float32([[NAN, NAN], [0, 0]])),
        only=FLOAT,
        label="not_finite",
    ),
    Row(SPARSE, [X, INTS([0, 4, 2])], sparse_cross_entropy),
    Row(SPARSE, [X, np.int64([1, 1, 3])], sparse_cross_entropy, vary="Tlabels", only=["int32", "int64"]),
    Row(SPARSE, [X[:0], INTS([])], (np.zeros(0), np.zeros((0, 5))), only=FLOAT, label="empty"),
    Row(
        SPARSE,
        [np.float32([[INF, 1], [-INF, 0]]), INTS([0, 1])],
        (np.float32([NAN, 0]), np.float32([[NAN, NAN], [0, 0]])),
        only=FLOAT,
        label="not_finite",
    ),
]

RANGE = r"Received a label value of {} which is outside the valid range of \[0, 5\).  Label values: {}"
BAD = [
    Bad("SoftmaxCrossEntropyWithLogits", [X, LABELS[:2]], "imensions must be equal, but are 3 and 2"),
    Bad("SoftmaxCrossEntropyWithLogits", [X[0], LABELS[0]], "broadcasted with rank 2, but is rank 1"),
    Bad("SoftmaxCrossEntropyWithLogits", [X[None], LABELS[None]], "broadcasted with rank 2, but is rank 3"),
    Bad(SPARSE, [X, INTS([0, 1, 5])], RANGE.format(5, "0 1 5"), at_build=False),
    Bad(SPARSE, [X, INTS([0, -1, 2])], RANGE.format(-1, "0 -1 2"), at_build=False),
    Bad(SPARSE, [X, INTS([0, 1])], "Dimensions must be equal, but are 3 and 2"),
    Bad(SPARSE, [X, INTS([[0, 1, 2]])], "must be rank 1 but is rank 2"),
    Bad(SPARSE, [X[:, :0], INTS([0, 1, 2])], r"at least one class, but got logits shape \[3,0\]", at_build=False),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)


def test_cross_entropy_of_large_logits_is_finite() -> None:
    (loss, gradient), _ = run_op(SPARSE, [np.float32([[1e4, 0]]), INTS([1])], {}, known=True)
    assert loss[0] == 1e4
    np.testing.assert_array_equal(gradient, [[1, -1]])
