"""Products of matrices."""

import numpy as np

from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 8 - 1

ROWS = [
    Row("MatMul", [X[0], X[1].T], lambda a, b: a @ b),
]
BAD = [
    Bad("MatMul", [X[0], X[1]], "Matrix size-incompatible"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
