"""Sparse tensors: kernels and numpy alike, against their dense form."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

INTS = np.int32
LONGS = np.int64
F = np.float32
AT = LONGS([[0, 1], [0, 3], [2, 0]])
VALUES = F([3, 1, 2])
DIMS = LONGS([3, 4])
DENSE = F([[0, 3, 0, 1], [0, 0, 0, 0], [2, 0, 0, 0]])
OTHER_AT = LONGS([[0, 1], [1, 2]])
OTHER = F([2, 4])
WORDS = np.array([b"a", b"bb", b"c"], object)
X = np.arange(12, dtype=F).reshape(3, 4) + 1


def dense(values, at=AT, dims=(3, 4)):
    result = np.zeros(dims, values.dtype)
    result[tuple(at.T)] = values
    return result


def softmax(row):
    power = np.exp(row - row.max())
    return power / power.sum()


def with_dense(compute):
    return lambda at, values, dims, x: compute(values, x[..., AT[:, 0], AT[:, 1]]).astype(values.dtype)


TRIPLE = [AT, VALUES, DIMS]
SPARSE_SUM = (LONGS([[0], [2]]), F([4, 2]), LONGS([3]))

ROWS = [
    Row("SparseToDense", [AT, DIMS, VALUES, VALUES[0]], lambda at, dims, v, fill: np.where(DENSE == 0, fill, dense(v))),
    Row("SparseToDense", [INTS([1, 3]), INTS([5]), F(2), F(0)], F([0, 2, 0, 2, 0]), label="vector", vary=None),
    Row(
        "SparseToDense",
        [LONGS(1), LONGS([3]), WORDS[0], WORDS[1]],
        np.array([b"bb", b"a", b"bb"], object),
        label="words",
        vary=None,
    ),
    Row(
        "SparseToDense",
        [LONGS([3, 1]), LONGS([4]), F([1, 2]), F(0)],
        F([0, 2, 0, 1]),
        {"validate_indices": False},
        None,
        label="any order",
    ),
    Row("SparseTensorDenseMatMul", [*TRIPLE, X.T], lambda at, v, dims, b: dense(v) @ b),
    Row(
        "SparseTensorDenseMatMul",
        [*TRIPLE, X.T],
        lambda at, v, dims, b: dense(v).T @ b.T,
        {"adjoint_a": True, "adjoint_b": True},
        label="adjoint",
        only=["float32"],
    ),
    Row("SparseReorder", [AT[[2, 0, 1]], VALUES[[2, 0, 1]], DIMS], lambda at, v, dims: (AT, v[[1, 2, 0]])),
    Row("SparseReorder", [AT[::-1], WORDS[::-1], DIMS], (AT, WORDS), label="words", vary=None),
    Row("SparseReshape", [AT, DIMS, LONGS([2, -1])], (LONGS([[0, 1], [0, 3], [1, 2]]), LONGS([2, 6])), vary=None),
    Row("SparseReduceSum", [*TRIPLE, INTS([-1])], lambda at, v, dims, axes: dense(v).sum(1, dtype=v.dtype)),
    Row(
        "SparseReduceSum",
        [*TRIPLE, np.zeros(0, INTS)],
        lambda at, v, dims, axes: dense(v).sum(keepdims=True),
        {"keep_dims": True},
        label="all",
        only=["float32"],
    ),
    Row("SparseReduceMax", [*TRIPLE, INTS(0)], lambda at, v, dims, axes: dense(v).max(0)),
    Row("SparseReduceMax", [*TRIPLE, np.zeros(0, INTS)], F(3), label="all", vary=None),
    Row("SparseReduceSumSparse", [*TRIPLE, INTS([1])], SPARSE_SUM, vary=None),
    Row(
        "SparseReduceMaxSparse",
        [*TRIPLE, INTS([1])],
        (LONGS([[0, 0], [2, 0]]), F([3, 2]), LONGS([3, 1])),
        {"keep_dims": True},
        None,
    ),
    Row(
        "SparseFillEmptyRows",
        [*TRIPLE, VALUES[2]],
        lambda at, v, dims, d: (
            LONGS([[0, 1], [0, 3], [1, 0], [2, 0]]),
            v[[0, 1, 2, 2]],
            np.array([False, True, False]),
            LONGS([0, 1, 3]),
        ),
    ),
    Row(
        "SparseFillEmptyRows",
        [AT[[2, 0]], WORDS[:2], DIMS, WORDS[2]],
        (LONGS([[0, 1], [1, 0], [2, 0]]), WORDS[[1, 2, 0]], np.array([False, True, False]), LONGS([2, 0])),
        label="words",
        vary=None,
    ),
    Row("SparseFillEmptyRowsGrad", [LONGS([0, 1, 3]), F([1, 2, 4, 8])], (F([1, 2, 8]), F(4)), vary=None),
    Row("SparseTensorDenseAdd", [*TRIPLE, X], lambda at, v, dims, b: dense(v) + b),
    Row("SparseDenseCwiseMul", [*TRIPLE, X], with_dense(np.multiply)),
    Row("SparseDenseCwiseAdd", [*TRIPLE, X], with_dense(np.add)),
    Row("SparseDenseCwiseDiv", [*TRIPLE, X], with_dense(np.divide)),
    Row("SparseDenseCwiseMul", [*TRIPLE, X[0]], VALUES * X[0][AT[:, 1]], label="broadcast", vary=None),
    Row("SparseDenseCwiseMul", [*TRIPLE, X[:, :1]], VALUES * X[AT[:, 0], 0], label="columns", vary=None),
    Row("SparseSoftmax", TRIPLE, lambda at, v, dims: np.concatenate([softmax(v[:2]), softmax(v[2:])])),
    Row(
        "SparseAdd",
        [*TRIPLE, OTHER_AT, OTHER, DIMS, F(0)],
        (LONGS([[0, 1], [0, 3], [1, 2], [2, 0]]), F([5, 1, 4, 2]), DIMS),
        vary=None,
    ),
    Row(
        "SparseAdd",
        [*TRIPLE, OTHER_AT, OTHER, DIMS, F(3)],
        (LONGS([[0, 1], [1, 2]]), F([5, 4]), DIMS),
        label="threshold",
        vary=None,
    ),
    Row("SparseAddGrad", [F([7, 9]), AT, OTHER_AT, LONGS([[0, 1], [1, 2]])], (F([7, 0, 0]), F([7, 9])), vary=None),
    Row(
        "SparseSparseMaximum",
        [*TRIPLE, OTHER_AT, -OTHER, DIMS],
        (LONGS([[0, 1], [0, 3], [1, 2], [2, 0]]), F([3, 1, 0, 2])),
        vary=None,
    ),
    Row(
        "SparseSparseMinimum",
        [*TRIPLE, OTHER_AT, OTHER, DIMS],
        (LONGS([[0, 1], [0, 3], [1, 2], [2, 0]]), F([2, 0, 0, 0])),
        vary=None,
    ),
    Row(
        "SparseConcat",
        [[AT, OTHER_AT], [VALUES, OTHER], [DIMS, LONGS([3, 3])]],
        (LONGS([[0, 1], [0, 3], [0, 5], [1, 6], [2, 0]]), F([3, 1, 2, 4, 2]), LONGS([3, 7])),
        {"concat_dim": -1},
        None,
    ),
    Row(
        "SparseSlice",
        [*TRIPLE, LONGS([0, 1]), LONGS([2, 9])],
        (LONGS([[0, 0], [0, 2]]), F([3, 1]), LONGS([2, 3])),
        vary=None,
    ),
    Row("SparseSliceGrad", [F([5, 6]), AT, LONGS([0, 1]), LONGS([[0, 0], [0, 2]])], F([5, 6, 0]), vary=None),
    Row(
        "SparseSplit",
        [LONGS(1), *TRIPLE],
        (
            LONGS([[0, 1], [2, 0]]),
            np.zeros((0, 2), LONGS),
            LONGS([[0, 0]]),
            F([3, 2]),
            F([]),
            F([1]),
            LONGS([3, 2]),
            LONGS([3, 1]),
            LONGS([3, 1]),
        ),
        {"num_split": 3},
        None,
    ),
]

BAD = [
    Bad("SparseToDense", [AT[::-1], DIMS, VALUES, F(0)], "is out of order", at_build=False),
    Bad(
        "SparseToDense",
        [LONGS([1, 1]), LONGS([3]), F([1, 2]), F(0)],
        "indices\\[1\\] = \\[1\\] is repeated",
        at_build=False,
    ),
    Bad(
        "SparseToDense",
        [LONGS([5]), LONGS([3]), F([1]), F(0)],
        "out of bounds: need 0 <= index < \\[3\\]",
        at_build=False,
    ),
    Bad("SparseTensorDenseMatMul", [*TRIPLE, X], "inner dimension does not match: 4 vs. 3"),
    Bad("SparseTensorDenseMatMul", [LONGS([[0, 7]]), F([1]), DIMS, X.T], "out of bounds", at_build=False),
    Bad("SparseReorder", [AT, VALUES[:2], DIMS], "Number of elements of indices and values must match: 3 and 2"),
    Bad("SparseReshape", [AT, DIMS, LONGS([5, -1])], "the requested shape requires a multiple of 5", at_build=False),
    Bad("SparseReduceSum", [*TRIPLE, INTS([2])], "Invalid reduction dimension 2, for input with 2 dimensions"),
    Bad(
        "SparseFillEmptyRows",
        [LONGS([[3, 0]]), F([1]), DIMS, F(0)],
        "indices\\(0, 0\\) is invalid: 3 >= 3",
        at_build=False,
    ),
    Bad("SparseDenseCwiseDiv", [AT, INTS([1, 2, 3]), DIMS, INTS([0])], "Integer division by zero", at_build=False),
    Bad("SparseAdd", [*TRIPLE, OTHER_AT, OTHER, LONGS([3, 5]), F(0)], "Operands' shapes do not match", at_build=False),
    Bad(
        "SparseConcat",
        [[AT, AT], [VALUES, VALUES], [DIMS, DIMS]],
        "must be in range \\[-2, 2\\)",
        {"concat_dim": 2},
        False,
    ),
]

WORDS_AT, WORDS = LONGS([[0, 0], [0, 1], [2, 0]]), np.array([b"a", b"bc", b"d"], object)
NUMBERS_AT, NUMBERS = LONGS([[0, 0], [0, 2], [1, 0], [2, 1]]), LONGS([-5, 7, 8, 9])
LETTERS = np.array([[b"x", b"y"], [b"z", b"w"], [b"u", b"v"]], object)
CROSSED = [[WORDS_AT, NUMBERS_AT], [WORDS, NUMBERS], [LONGS([3, 2]), LONGS([3, 3])], [LETTERS]]
CROSSED_AT = LONGS([*([0, i] for i in range(8)), [2, 0], [2, 1]])
HASHED = [
    5374394878561118532, 5774750022728941033, 8254750412640015454, 5555343757970581424, 8793471518212475190,
    1894307867033984668, 9222926498851207302, 5577891931793235141, 8196399295278877427, 6385833392525264829,
]  # fmt: skip
HASH = {"hashed_output": True, "hash_key": 0xDECAFCAFFE, "out_type": "int64", "internal_type": "int64"}


def joined(separator):
    texts = ["a -5 x", "a -5 y", "a 7 x", "a 7 y", "bc -5 x", "bc -5 y", "bc 7 x", "bc 7 y", "d 9 u", "d 9 v"]
    return np.array([text.replace(" ", separator).encode() for text in texts], object)


ROWS += [
    Row("SparseCross", CROSSED, (CROSSED_AT, LONGS(HASHED), LONGS([3, 8])), {**HASH, "num_buckets": 0}, None),
    Row(
        "SparseCross",
        CROSSED,
        (CROSSED_AT, LONGS([0, 3, 7, 3, 7, 6, 7, 4, 0, 0]), LONGS([3, 8])),
        {**HASH, "num_buckets": 10, "hash_key": 3},
        None,
        label="buckets",
    ),
    Row(
        "SparseCross",
        CROSSED,
        (CROSSED_AT, joined("_X_"), LONGS([3, 8])),
        {**HASH, "num_buckets": 0, "hashed_output": False, "out_type": "string"},
        None,
        label="joined",
    ),
    Row("SparseCrossV2", [*CROSSED, np.array(b"&", object)], (CROSSED_AT, joined("&"), LONGS([3, 8])), vary=None),
]
BAD += [
    Bad(
        "SparseCross",
        [[WORDS_AT], [WORDS], [LONGS([3, 2])], [LETTERS[:2]]],
        "Expected batch size 3 got 2 at dense tensor 0",
        {**HASH, "num_buckets": 5},
        False,
    ),
    Bad(
        "SparseCrossV2",
        [[WORDS_AT, WORDS_AT], [WORDS, WORDS], [LONGS([3, 2]), LONGS([4, 2])], [], np.array(b"&", object)],
        "Expected batch size 3 got 4 at position 1",
        at_build=False,
    ),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
