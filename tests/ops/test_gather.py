"""Gather, scatter, partition, stitch, one-hot."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 2
WORDS = np.array([b"a", b"bb", b""], object)
INTS = np.int32
LONGS = np.int64
PLACES = INTS([[0, 2], [1, 0], [0, 2]])


def scattered(x, places, updates, combine):
    result = x.copy()
    for place, update in zip(places, updates, strict=True):
        result[tuple(place)] = combine(result[tuple(place)], update)
    return result


def scatter_row(op, combine, **more):
    return Row(op, [X, PLACES, X[0, :, :] + 1], lambda x, i, u: scattered(x, i, u, combine), **more)


def one_hot(indices, depth, on, off, axis):
    result = np.where(np.arange(depth) == np.expand_dims(indices, -1), on, off)
    return np.moveaxis(result, -1, axis)


ROWS = [
    Row("Gather", [X, INTS([[1, 0], [1, 1]])], lambda x, i: x[i], vary="Tparams"),
    Row("GatherV2", [X, INTS([2, 0, 2]), INTS(1)], lambda x, i, a: x[:, i], vary="Tparams"),
    Row("GatherV2", [X, LONGS(3), LONGS(-1)], lambda x, i, a: x[..., 3], label="scalar", vary=None),
    Row(
        "GatherV2",
        [X, INTS([[2, 0], [1, 1]]), INTS(2)],
        lambda x, i, a: np.stack([x[k][:, i[k]] for k in range(2)]),
        attrs={"batch_dims": 1},
        label="batch",
        vary=None,
    ),
    Row(
        "GatherV2",
        [X, INTS([[2, 0], [1, 1]]), INTS(1)],
        lambda x, i, a: np.stack([x[k][i[k]] for k in range(2)]),
        attrs={"batch_dims": -1},
        label="negative batch",
        vary=None,
    ),
    Row("GatherV2", [X[:0], np.zeros(0, INTS), INTS(0)], X[:0], label="empty", vary=None),
    Row("GatherV2", [WORDS, INTS([[2], [1]]), INTS(0)], WORDS[[[2], [1]]], label="words", vary=None),
    Row("GatherNd", [X, INTS([[0, 2], [1, 1]])], lambda x, i: x[i[:, 0], i[:, 1]], vary="Tparams"),
    Row("GatherNd", [X, LONGS([1, 2, 3])], X[1, 2, 3], label="one", vary=None),
    Row("GatherNd", [X, np.zeros((2, 0), INTS)], np.stack([X, X]), label="all", vary=None),
    Row("GatherNd", [WORDS, INTS([[2], [0]])], WORDS[[2, 0]], label="words", vary=None),
    Row(
        "ScatterNd",
        [PLACES, X[0, :, :], INTS([2, 3, 4])],
        lambda i, u, s: scattered(np.zeros((2, 3, 4), u.dtype), i, u, np.add),
    ),
    Row("ScatterNd", [LONGS([[1], [3]]), INTS([5, 6]), LONGS([4])], INTS([0, 5, 0, 6]), label="vector", vary=None),
    Row(
        "ScatterNd",
        [INTS([[1], [1]]), WORDS[:2], INTS([3])],
        np.array([b"", b"abb", b""], object),
        label="words",
        vary=None,
    ),
    scatter_row("ScatterNdNonAliasingAdd", np.add),
    scatter_row("TensorScatterAdd", np.add),
    scatter_row("TensorScatterSub", lambda a, b: (a - b).astype(a.dtype), only=["float32", "int32", "float16"]),
    scatter_row("TensorScatterMin", np.minimum),
    scatter_row("TensorScatterMax", np.maximum),
    scatter_row("TensorScatterUpdate", lambda a, b: b),
    Row("TensorScatterUpdate", [WORDS, INTS([[0]]), WORDS[1:2]], WORDS[[1, 1, 2]], label="words", vary=None),
    Row("DynamicPartition", [X[0], INTS([2, 0, 2])], lambda x, p: (x[[1]], x[:0], x[[0, 2]]), {"num_partitions": 3}),
    Row(
        "DynamicPartition", [WORDS, INTS([1, 1, 0])], (WORDS[2:], WORDS[:2]), {"num_partitions": 2}, None, label="words"
    ),
    Row(
        "DynamicStitch",
        [[INTS(3), INTS([[0, 1], [3, 4]])], [X[0, 0], X[:, :2]]],
        lambda i, d: np.stack([d[1][0, 0], d[1][0, 1], d[0] * 0, d[1][1, 0], d[1][1, 1]]),
    ),
    Row("ParallelDynamicStitch", [[INTS([0, 2]), INTS([1])], [WORDS[:2], WORDS[2:]]], WORDS[[0, 2, 1]], vary=None),
    Row(
        "OneHot",
        [INTS([[0, 2], [-1, 3]]), INTS(3), X[0, 1, 2], X[0, 0, 1]],
        lambda i, depth, on, off: one_hot(i, 3, on, off, -1),
    ),
    Row(
        "OneHot",
        [LONGS([[0, 2], [-1, 3]]), INTS(3), INTS(5), INTS(1)],
        lambda i, depth, on, off: one_hot(i, 3, 5, 1, 1),
        attrs={"axis": 1},
        label="middle",
        vary=None,
    ),
    Row(
        "OneHot", [np.uint8(1), INTS(2), WORDS[0], WORDS[1]], np.array([b"bb", b"a"], object), label="words", vary=None
    ),
]

BAD = [
    Bad("GatherV2", [X, INTS([[0, 5]]), INTS(0)], "indices\\[0,1\\] = 5 is not in \\[0, 2\\)", at_build=False),
    Bad("GatherV2", [X, INTS(-1), INTS(0)], "indices = -1 is not in \\[0, 2\\)", at_build=False),
    Bad("GatherV2", [WORDS, INTS([7]), INTS(0)], "indices\\[0\\] = 7 is not in \\[0, 3\\)", at_build=False),
    Bad(
        "GatherV2",
        [X, INTS([0]), INTS(3)],
        "Expected axis in the range \\[-3, 3\\), but got 3",
        built="at least rank 4 but is rank 3",
    ),
    Bad(
        "GatherV2",
        [X, INTS([0]), INTS(1)],
        "Expected batch_dims in the range \\[-1, 1\\], but got 2",
        {"batch_dims": 2},
    ),
    Bad(
        "GatherNd",
        [X, INTS([[0, 1], [0, 5]])],
        "indices\\[1\\] = \\[0, 5\\] does not index into param shape \\[2,3,4\\]",
        at_build=False,
    ),
    Bad("GatherNd", [X, INTS([[0, 1, 0, 0]])], "indices.shape\\[-1\\] must be <= params.rank"),
    Bad(
        "ScatterNd",
        [INTS([[0], [5]]), INTS([1, 2]), INTS([2])],
        "indices\\[1\\] = \\[5\\] does not index into shape \\[2\\]",
        at_build=False,
    ),
    Bad("ScatterNd", [INTS([[0], [1]]), INTS([1, 2, 3]), INTS([2])], "must match dimensions \\[0,1\\) of updates"),
    Bad("ScatterNd", [INTS([[5]]), WORDS[:1], INTS([2])], "indices\\[0\\] = \\[5\\] does not index", at_build=False),
    Bad("TensorScatterUpdate", [X, INTS([[0, -1]]), X[0, :1]], "does not index into shape \\[2,3,4\\]", at_build=False),
    Bad(
        "DynamicPartition", [X[0], INTS([0, 3, 0])], "partitions\\[1\\] = 3 is not in \\[0, 2\\)", {"num_partitions": 2}
    ),
    Bad("DynamicPartition", [X, INTS([0, 1, 0])], "data.shape must start with partitions.shape", {"num_partitions": 2}),
    Bad("DynamicStitch", [[INTS([0, -2])], [X[0, 0, :2]]], "indices\\[1\\] is out of range"),
    Bad("OneHot", [INTS([0]), INTS(-1), INTS(1), INTS(0)], "depth must be non-negative, got: -1"),
    Bad("OneHot", [INTS([0]), INTS(1), INTS(1), INTS(0)], "Expected axis to be -1 or between \\[0, 2\\)", {"axis": 2}),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
