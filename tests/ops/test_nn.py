"""Biases, softmax, and what else works on rows."""

import numpy as np
import pytest
from ops.table import Bad, Row, forward_tests, refusal_tests, run_op

INTS = np.int32
NAN, INF = np.nan, np.inf
X = ((np.arange(2 * 3 * 4 * 5) * 37 % 101) - 50).astype(np.float32).reshape(2, 3, 4, 5) / 16
B = np.float32([1, 2, 3, 4, 5])
LONG = ((np.arange(700 * 3) * 37 % 101) / 101).astype(np.float32).reshape(700, 3)
FIRST = {"data_format": "NCHW"}
FLOAT = ["float32"]


def whole(x: np.ndarray) -> np.ndarray:
    return np.round(x * 8)


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(-1, keepdims=True))
    return np.asarray(e / e.sum(-1, keepdims=True))


PREDICTIONS = np.float32(
    [[1, 2, 3, 4, 5], [5, 5, 5, 5, 5], [1, NAN, 2, 3, 4], [1, INF, 3, 4, 5], [1, 2, 3, 4, NAN], [1, -INF, 3, 4, 5]]
)

ROWS = [
    Row("BiasAdd", [whole(X), B], lambda x, b: x + b),
    Row("BiasAdd", [whole(X), B[:3]], lambda x, b: x + b[:, None, None], FIRST, only=FLOAT, label="channels_first"),
    Row("BiasAdd", [X[0], B[:4]], lambda x, b: x + b[:, None], FIRST, only=FLOAT, label="channels_first_rank_3"),
    Row("BiasAdd", [X[None, None], B], lambda x, b: x + b, only=FLOAT, label="rank_6"),
    Row("BiasAdd", [X[:0], B], np.zeros((0, 3, 4, 5)), only=FLOAT, label="empty"),
    Row("BiasAdd", [INTS([[100, -100]]).astype(np.int8), np.int8([100, -100])], np.int8([[-56, 56]]), vary=None),
    Row("BiasAddV1", [whole(X), B], lambda x, b: x + b),
    Row("BiasAddGrad", [whole(X)[:, :, :1]], lambda x: x.sum((0, 1, 2), dtype=x.dtype)),
    Row("BiasAddGrad", [X], lambda x: x.sum((0, 2, 3)), FIRST, only=FLOAT, label="channels_first"),
    Row("BiasAddGrad", [LONG], lambda x: x.sum(0, dtype=np.float64), only=FLOAT, label="long"),
    Row("BiasAddGrad", [X[:0]], np.zeros(5), only=FLOAT, label="empty"),
    Row("Softmax", [X], softmax),
    Row("Softmax", [B], softmax, only=FLOAT, label="vector"),
    Row("Softmax", [np.resize(LONG, (20, 16)) * 40], softmax, only=FLOAT, label="whole_vectors"),
    Row("Softmax", [np.resize(LONG, (20, 19)) * 40], softmax, only=FLOAT, label="vectors_and_more"),
    Row("Softmax", [np.resize(X, (3, 9000))], softmax, only=FLOAT, label="pieces"),
    Row("Softmax", [X[..., :0]], np.zeros((2, 3, 4, 0)), only=FLOAT, label="no_classes"),
    Row("Softmax", [np.float32([[1000, 999]])], softmax, only=FLOAT, label="large"),
    Row(
        "Softmax",
        [np.float32([[INF, 1], [-INF, -INF], [NAN, 1], [-INF, 0]])],
        np.float32([[NAN, NAN], [NAN, NAN], [NAN, NAN], [0, 1]]),
        only=FLOAT,
        label="not_finite",
    ),
    Row(
        "Softmax",
        [np.float32([[0] * 9 + [NAN], [-INF] * 9 + [1], [-200] * 9 + [0], [INF] + [0] * 9])],
        np.float32([[NAN] * 10, [0] * 9 + [1], [0] * 9 + [1], [NAN] * 10]),
        only=FLOAT,
        label="not_finite_in_vectors",
    ),
    Row("LogSoftmax", [X], lambda x: np.log(softmax(x))),
    Row("LogSoftmax", [np.float32([[-INF, 0]])], np.float32([[-INF, 0]]), only=FLOAT, label="not_finite"),
    Row("InTopK", [X[0, 0], INTS([0, 1, 4, 2])], lambda p, t: in_top(p, t, 2), {"k": 2}, label="finite"),
    Row("InTopK", [PREDICTIONS, INTS([3, 0, 0, 1, 0, 7])], np.array([True, True, *[False] * 4]), {"k": 9}),
    Row("InTopKV2", [X[0, 0], INTS([0, 1, 9, -2]), INTS(3)], lambda p, t, k: in_top(p, t, k)),
    Row("InTopKV2", [X[0, 0], INTS([0, 1, 2, 3]), INTS(-1)], np.zeros(4, bool), label="none"),
    Row("InTopKV2", [X[0, 0, :0], INTS([]), INTS(1)], np.zeros(0, bool), label="empty"),
]


def in_top(predictions: np.ndarray, targets: np.ndarray, k: int) -> np.ndarray:
    return np.array(
        [0 <= t < len(row) and (row > row[t]).sum() < k for row, t in zip(predictions, targets, strict=True)]
    )


MANY_BIASES = "Must provide as many biases as the last dimension of the input tensor"
BAD = [
    Bad("BiasAdd", [B, B], "must be at least rank 2 but is rank 1"),
    Bad("BiasAdd", [X, X[0, 0]], "must be rank 1 but is rank 2"),
    Bad("BiasAdd", [X, B[:4]], MANY_BIASES, built="Dimensions must be equal, but are 5 and 4"),
    Bad("BiasAdd", [X, B], MANY_BIASES, FIRST, built="Dimensions must be equal, but are 3 and 5"),
    Bad("BiasAddV1", [X, B[:4]], "Dimensions must be equal, but are 5 and 4"),
    Bad("BiasAddGrad", [B], "must be at least rank 2 but is rank 1"),
    Bad("Softmax", [np.float32(1)], "logits must have >= 1 dimension", built="must be at least rank 1 but is rank 0"),
    Bad("LogSoftmax", [np.float32(1)], "must be at least rank 1 but is rank 0"),
    Bad("InTopK", [X[0, 0], INTS([0, 1])], "Dimensions must be equal, but are 4 and 2", {"k": 1}),
    Bad("InTopKV2", [X, INTS([0, 1]), INTS(1)], "must be rank 2 but is rank 4"),
    Bad("InTopKV2", [X[0, 0], INTS([0, 1, 2, 3]), INTS([1])], "k must be 0-D, got rank 1"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)


@pytest.mark.parametrize("known", [True, False])
def test_matrix_has_its_channels_last_in_either_format(known: bool) -> None:
    """TensorFlow's kernel runs it, though its shape inference does not."""
    value = X[0, 0]
    (y,), _ = run_op("BiasAdd", [value, B], FIRST, known=known)
    np.testing.assert_array_equal(y, value + B)
