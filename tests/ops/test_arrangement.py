"""Padding, tiles, order of elements."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 2
BIG = np.arange(2 * 37 * 3 * 41, dtype=np.float32).reshape(2, 37, 3, 41)
WORDS = np.array([[b"a", b"", b"ccc"]], object)
INTS = np.int32
LONGS = np.int64
PADS = INTS([[1, 0], [0, 2], [0, 0]])
MIRRORS = INTS([[1, 0], [2, 1], [0, 3]])


def mirror_sum(x, pads, mode):
    """What MirrorPadGrad computes, by mirroring the positions."""
    inner = [size - before - after for size, (before, after) in zip(x.shape, pads, strict=True)]
    where = np.pad(np.arange(np.prod(inner)).reshape(inner), pads, mode)
    result = np.zeros(np.prod(inner), x.dtype)
    np.add.at(result, where.ravel(), x.ravel())
    return result.reshape(inner)


def reversed_parts(x, lengths):
    result = x.copy()
    for b, length in enumerate(lengths):
        result[:, b, :length] = x[:, b, :length][:, ::-1]
    return result


ROWS = [
    Row("Pad", [X, PADS], lambda x, pads: np.pad(x, PADS)),
    Row("Pad", [X, LONGS([[1, 2], [3, 4], [5, 6]])], lambda x, p: np.pad(x, p), label="all", only=["float32"]),
    Row("Pad", [X[:0], PADS], lambda x, p: np.pad(x, p), label="empty", only=["float32"]),
    Row("Pad", [INTS(3), np.zeros((0, 2), INTS)], INTS(3), label="scalar", vary=None),
    Row("Pad", [WORDS, INTS([[1, 0], [0, 1]])], np.pad(WORDS, ((1, 0), (0, 1)), constant_values=b""), vary=None),
    Row("PadV2", [X, PADS, X[0, 0, 3]], lambda x, pads, value: np.pad(x, PADS, constant_values=value)),
    Row("MirrorPad", [X, MIRRORS], lambda x, p: np.pad(x, p, "reflect"), attrs={"mode": "REFLECT"}),
    Row(
        "MirrorPad",
        [X, MIRRORS],
        lambda x, p: np.pad(x, p, "symmetric"),
        attrs={"mode": "SYMMETRIC"},
        label="symmetric",
    ),
    Row(
        "MirrorPad",
        [X, INTS([[1, 1], [0, 0], [0, 0]])],
        lambda x, p: np.pad(x, p, "reflect"),
        {"mode": "REFLECT"},
        label="outer",
        only=["float32"],
    ),
    Row("MirrorPadGrad", [np.pad(X, MIRRORS), MIRRORS], lambda x, p: mirror_sum(x, p, "reflect"), {"mode": "REFLECT"}),
    Row(
        "MirrorPadGrad",
        [np.pad(X, MIRRORS), MIRRORS],
        lambda x, p: mirror_sum(x, p, "symmetric"),
        {"mode": "SYMMETRIC"},
        label="symmetric",
        only=["float32"],
    ),
    Row("Tile", [X, INTS([2, 1, 3])], lambda x, m: np.tile(x, m)),
    Row("Tile", [X, LONGS([1, 0, 3])], lambda x, m: np.tile(x, m), label="empty", only=["float32"]),
    Row("Tile", [WORDS, INTS([2, 2])], np.tile(WORDS, (2, 2)), vary=None, label="words"),
    Row("BroadcastTo", [X[:, :1], INTS([5, 2, 3, 4])], lambda x, shape: np.broadcast_to(x, shape)),
    Row("BroadcastTo", [np.float32(3), LONGS([2, 3])], np.full((2, 3), np.float32(3)), label="scalar", vary=None),
    Row("Transpose", [X, INTS([2, 0, 1])], lambda x, p: x.transpose(2, 0, 1)),
    Row("Transpose", [X, LONGS([1, 0, 2])], lambda x, p: x.transpose(1, 0, 2), label="runs", only=["float32"]),
    Row("Transpose", [BIG, INTS([3, 2, 1, 0])], lambda x, p: x.T, label="tiles", only=["float32", "int8"]),
    Row("Transpose", [BIG, INTS([0, 3, 2, 1])], lambda x, p: x.transpose(0, 3, 2, 1), label="inner", only=["float32"]),
    Row("Transpose", [BIG, INTS([2, 3, 0, 1])], lambda x, p: x.transpose(2, 3, 0, 1), label="blocks", only=["float64"]),
    Row("Transpose", [BIG, INTS([3, 0, 2, 1])], lambda x, p: x.transpose(3, 0, 2, 1), label="mixed", only=["float32"]),
    Row("Transpose", [np.float32(3), np.zeros(0, INTS)], np.float32(3), label="scalar", vary=None),
    Row("Transpose", [WORDS, INTS([1, 0])], WORDS.T, vary=None, label="words"),
    Row(
        "ConjugateTranspose",
        [X + 1j * X, INTS([2, 0, 1])],
        lambda x, p: x.transpose(2, 0, 1).conj(),
        label="complex",
        only=["complex64", "complex128"],
    ),
    Row("ConjugateTranspose", [X, INTS([2, 0, 1])], lambda x, p: x.transpose(2, 0, 1), only=["float32", "bool"]),
    Row("Reverse", [X, np.array([True, False, True])], lambda x, d: x[::-1, :, ::-1]),
    Row("ReverseV2", [X, INTS([-1, 0])], lambda x, axes: x[::-1, :, ::-1]),
    Row("ReverseV2", [WORDS, LONGS([1])], WORDS[:, ::-1], vary=None, label="words"),
    Row("ReverseV2", [X, np.zeros(0, INTS)], lambda x, axes: x, label="none", only=["float32"]),
    Row("ReverseSequence", [X, LONGS([3, 0, 2])], reversed_parts, {"seq_dim": 2, "batch_dim": 1}),
    Row(
        "ReverseSequence",
        [X.transpose(0, 2, 1), INTS([3, 0, 2])],
        lambda x, n: reversed_parts(x.transpose(0, 2, 1), n).transpose(0, 2, 1),
        {"seq_dim": 1, "batch_dim": 2},
        label="batch inside",
        only=["float32"],
    ),
    Row("Roll", [X, INTS(5), INTS(1)], lambda x, shift, axis: np.roll(x, 5, 1)),
    Row(
        "Roll",
        [X, LONGS([-1, 1, 2]), INTS([0, -1, 0])],
        lambda x, *_: np.roll(x, (1, 1), (0, 2)),
        label="three",
        only=["float32"],
    ),
]

BAD = [
    Bad("Pad", [X, INTS([[1, 1]])], "The first dimension of paddings must be the rank of inputs"),
    Bad("Pad", [X[0], INTS([[1, -1], [0, 0]])], "Paddings must be non-negative: 1 -1"),
    Bad("MirrorPad", [X[0], INTS([[3, 0], [0, 0]])], "must be less than the dimension size: 3, 0", {"mode": "REFLECT"}),
    Bad("MirrorPad", [X[0], INTS([[1, 4], [0, 0]])], "greater than 3", {"mode": "SYMMETRIC"}),
    Bad("Tile", [X, INTS([1, 2])], "Expected multiples argument to be a vector of length 3 but got length 2"),
    Bad("Tile", [X, INTS([1, 2, -1])], "Expected multiples\\[2\\] >= 0, but got -1"),
    Bad("BroadcastTo", [X, INTS([2, 3, 5])], "Incompatible shapes"),
    Bad("BroadcastTo", [X, INTS([4])], "Rank of input \\(3\\) must be no greater than rank of output shape \\(1\\)"),
    Bad(
        "Transpose",
        [X, INTS([1, 2])],
        "transpose expects a vector of size 3. But input\\(1\\) is a vector of size 2",
        built="must be 3 but is 2",
    ),
    Bad("Transpose", [X, INTS([1, 3, 2])], "3 is out of range \\[0 .. 3\\)"),
    Bad("Transpose", [X, INTS([1, 1, 2])], "twice|missing|permutation|1,1,2|1 1 2"),
    Bad("ReverseV2", [X, INTS([1, -2])], "axis 1 specified more than once"),
    Bad(
        "ReverseSequence",
        [X, INTS([3, 5, 0])],
        "seq_lens\\(1\\) > input.dims\\(2\\)",
        {"seq_dim": 2, "batch_dim": 1},
        False,
    ),
    Bad("ReverseSequence", [X, INTS([3])], "Length of seq_lens", {"seq_dim": 2, "batch_dim": 1}),
    Bad("Roll", [X, INTS([1]), INTS([3])], "axis 3 is out of range"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
