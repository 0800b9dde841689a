"""Nonzero and distinct elements, differences, positions in sorted rows."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.float32([3, 1, 3, 0, 1, 1])
TABLE = np.float32([[1, 2, 1, 2], [0, 4, 0, 5], [1, 2, 1, 2]])
WORDS = np.array([b"b", b"a", b"b"], object)
GRID = np.float32([[0, 2, 0], [1, 0, 3]])
INTS = np.int32
LONGS = np.int64
SORTED = np.float32([[1, 3, 3, 5], [0, 1, 2, 3]])
ASKED = np.float32([[3, 0, 6], [0, 2, 4]])


def appeared(x):
    """Distinct elements in order of appearance, numbers, counts."""
    _, firsts, numbers, counts = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(firsts)
    return x[np.sort(firsts)], np.argsort(order)[numbers].astype(INTS), counts[order].astype(INTS)


def bounds(side):
    return lambda rows, asked: INTS([np.searchsorted(r, a, side) for r, a in zip(rows, asked, strict=True)])


ROWS = [
    Row("Where", [GRID], lambda x: np.argwhere(x)),
    Row("Where", [np.float32(2)], np.zeros((1, 0), LONGS), label="scalar", vary=None),
    Row("Where", [GRID[:0]], np.zeros((0, 2), LONGS), label="empty", vary=None),
    Row("Unique", [X], lambda x: appeared(x)[:2]),
    Row("Unique", [WORDS], (WORDS[:2], LONGS([0, 1, 0])), {"out_idx": "int64"}, None, label="words"),
    Row(
        "Unique",
        [np.float32([np.nan, 0, -0.0, np.nan])],
        (np.float32([np.nan, 0, np.nan]), INTS([0, 1, 1, 2])),
        label="nan",
        vary=None,
    ),
    Row("Unique", [X[:0]], (X[:0], np.zeros(0, INTS)), label="empty", vary=None),
    Row("Unique", [np.arange(3000, dtype=INTS) % 1000], lambda x: appeared(x)[:2], label="many", vary=None),
    Row("UniqueWithCounts", [X], appeared),
    Row("UniqueV2", [TABLE, LONGS([0])], lambda x, axis: (x[:2], INTS([0, 1, 0]))),
    Row("UniqueV2", [TABLE, LONGS([-1])], (TABLE[:, [0, 1, 3]], INTS([0, 1, 0, 2])), label="columns", vary=None),
    Row("UniqueV2", [X, np.zeros(0, LONGS)], appeared(X)[:2], label="vector", vary=None),
    Row("UniqueV2", [np.stack([WORDS, WORDS]), INTS([0])], (WORDS[None], INTS([0, 0])), label="words", vary=None),
    Row("UniqueWithCountsV2", [TABLE, LONGS([0])], lambda x, axis: (x[:2], INTS([0, 1, 0]), INTS([2, 1])), vary="T"),
    Row("ListDiff", [X, np.float32([3, 7])], lambda x, y: (x[[1, 3, 4, 5]], INTS([1, 3, 4, 5]))),
    Row("ListDiff", [WORDS, WORDS[:1]], (WORDS[1:2], INTS([1])), label="words", vary=None),
    Row("ListDiff", [X, X[:0]], (X, LONGS(range(6))), {"out_idx": "int64"}, None, label="nothing"),
    Row("LowerBound", [SORTED, ASKED], bounds("left")),
    Row("UpperBound", [SORTED, ASKED], bounds("right")),
]

BAD = [
    Bad("Unique", [GRID], "unique expects a 1D vector"),
    Bad("UniqueV2", [GRID, LONGS([2])], "axis has to be between \\[0, 2\\)"),
    Bad("ListDiff", [GRID, X], "x should be a 1D vector"),
    Bad("LowerBound", [SORTED, ASKED[:1]], "Leading dim_size of both tensors must match: 2 and 1"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
