"""Rows of a tensor replaced or changed, and dims of other layouts; the values are TensorFlow's."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

INTS = np.int32
X = np.arange(6, dtype=np.float32).reshape(3, 2)
V = np.float32([[10, 20], [30, 40]])
NUMBERS = ["float32", "float64", "float16", "bfloat16", "int32", "int64", "uint8", "complex64"]


def changed(change):
    def function(x, i, v):
        y = x.copy()
        for row, at in zip(v, i, strict=True):
            y[at % len(x)] = change(y[at % len(x)], row)
        return y

    return function


ROWS = [
    Row(op, [X, INTS(i), V], changed(change), only=NUMBERS, label=label)
    for op, change in (("InplaceUpdate", lambda x, v: v), ("InplaceAdd", np.add), ("InplaceSub", np.subtract))
    for i, label in (([2, 0], "rows"), ([2, 2], "one twice"), ([4, -1], "round"))
    if op != "InplaceSub" or label == "rows"
]
ROWS += [
    Row("InplaceUpdate", [np.array([True, False]), INTS([1]), np.array([True])], np.array([True, True]), vary=None),
    Row("InplaceUpdate", [np.array(["a", "b"], object), INTS([0]), np.array(["c"], object)], np.array([b"c", b"b"], object),
        vary=None, label="strings"),
    Row("InplaceUpdate", [X[:0], INTS([]), X[:0]], X[:0], vary=None, label="nothing"),
    Row("DataFormatDimMap", [INTS([[0, 1, 2], [3, -1, -4]])], INTS([[0, 2, 3], [1, 1, 0]])),
    Row("DataFormatDimMap", [INTS([4, -5])], INTS([0, 1]), label="round"),
    Row("DataFormatDimMap", [INTS(1)], INTS(3), {"src_format": "NCHW", "dst_format": "NHWC"}, label="back"),
    Row("DataFormatDimMap", [INTS([0, 1, 2, 3, 4])], INTS([0, 2, 3, 4, 1]),
        {"src_format": "NDHWC", "dst_format": "NCDHW"}, label="volumes"),
    Row("DataFormatVecPermute", [INTS([7, 8, 9, 3])], INTS([7, 3, 8, 9])),
    Row("DataFormatVecPermute", [INTS([7, 8])], INTS([7, 8]), label="two"),
    Row("DataFormatVecPermute", [INTS([2, 3])], INTS([3, 2]), {"src_format": "HWNC", "dst_format": "NCWH"}, label="turned"),
    Row("DataFormatVecPermute", [INTS([[7, 8], [9, 3], [1, 2], [4, 5]])], INTS([[7, 8], [4, 5], [9, 3], [1, 2]]),
        label="pairs"),
    Row("DataFormatVecPermute", [INTS([1, 2, 3, 4, 5])], INTS([1, 5, 2, 3, 4]),
        {"src_format": "NDHWC", "dst_format": "NCDHW"}, label="volumes"),
]  # fmt: skip

BAD = [
    Bad("InplaceUpdate", [X, INTS([[0]]), X[:1]], r"i must be a vector. \[1,1\]"),
    Bad("InplaceUpdate", [X, INTS([0]), X[0]], r"x and v shape doesn't match \(ranks differ\): \[3,2\] vs. \[2\]"),
    Bad("InplaceUpdate", [X, INTS([0]), X[:1, :1]], "x and v shape doesn't match at index 1"),
    Bad("InplaceAdd", [X, INTS([0, 1]), X[:1]], r"i and x shape doesn't match at index 0: \[2\] vs. \[1,2\]"),
    Bad("InplaceSub", [X[:0], INTS([0]), X[:1]], "x has no row that i could name", at_build=False),
    Bad("DataFormatDimMap", [INTS([0])], "Source format must be of length 4 or 5, received src_format = NHW",
        {"src_format": "NHW"}, at_build=False),
    Bad("DataFormatDimMap", [INTS([0])], "Destination format must be of length 4 or 5, received dst_format = NCH",
        {"dst_format": "NCH"}, at_build=False),
    Bad("DataFormatVecPermute", [INTS([1, 2, 3, 4])], "must determine a permutation, got NHWC and ABCD",
        {"dst_format": "ABCD"}, at_build=False),
    Bad("DataFormatVecPermute", [INTS([1, 2, 3])], r"1D input must be of size 2 or 4, but got shape \[3\]", at_build=False),
    Bad("DataFormatVecPermute", [INTS(3)], r"input must be a vector or 2D tensor, but got shape \[\]", at_build=False),
    Bad("DataFormatVecPermute", [np.ones((4, 3), INTS)], "Second dimension of 2D input must be of size 2", at_build=False),
]  # fmt: skip

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
