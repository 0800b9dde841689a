"""Products, reductions and what finds extremes."""

import numpy as np

from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 8 - 1
INTS = np.int32

ROWS = [
    Row("MatMul", [X[0], X[1].T], lambda a, b: a @ b),
    Row("MatMul", [X[0], X[1]], lambda a, b: a @ b.T, attrs={"transpose_b": True}, label="transpose_b"),
    Row("Mean", [X, INTS([0, -1])], lambda x, axes: x.mean((0, 2)), only=["float32", "float64"]),
    Row("Sum", [X, INTS([1])], lambda x, axes: x.sum(1, keepdims=True), attrs={"keep_dims": True}, only=["float32"]),
    Row("ArgMax", [X, INTS(-1)], lambda x, axis: x.argmax(-1), only=["float32", "int32"]),
]

BAD = [
    Bad("MatMul", [X[0], X[1]], "Matrix size-incompatible"),
    Bad("Mean", [X, INTS([3])], "Invalid reduction dimension"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
