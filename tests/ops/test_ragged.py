"""Ops that make ragged tensors of ranges and fill empty rows."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

INT, LONG, FLOAT = np.int32, np.int64, np.float32
SPLITS, OUTER, FIVE = LONG([0, 2, 2, 5]), LONG([0, 1, 3]), FLOAT([1, 2, 3, 4, 5])
ROWS, VALUES = LONG([0, 3, 0]), FLOAT([1, 2, 3])

test_forward = forward_tests(
    [
        Row("RaggedRange", [INT(0), INT(5), INT(2)], (LONG([0, 3]), INT([0, 2, 4])), vary=None),
        Row("RaggedRange", [INT([0, 3]), INT([4, 1]), INT(1)], (LONG([0, 4, 4]), INT([0, 1, 2, 3])), vary=None, label="empty"),
        Row("RaggedRange", [LONG([5, 3]), LONG([0, 1]), LONG(-2)], (INT([0, 3, 4]), LONG([5, 3, 1, 3])), {"Tsplits": INT},
            vary=None, label="down"),
        Row("RaggedRange", [FLOAT(0), FLOAT(1), FLOAT(0.3)], (LONG([0, 4]), FLOAT([0, 0.3, 0.6, 0.9])), vary=None,
            label="floats"),
        Row("RaggedFillEmptyRows", [ROWS, VALUES, LONG(5), FLOAT(9)],
            (LONG([0, 0, 1, 2, 3, 4]), FLOAT([1, 3, 9, 9, 2, 9]), np.array([False, True, True, False, True]), LONG([0, 4, 1])),
            vary=None),
        Row("RaggedFillEmptyRowsGrad", [LONG([0, 4, 1]), FLOAT([1, 2, 4, 8, 16, 32])], (FLOAT([1, 16, 2]), FLOAT(44)), vary=None),
        Row("RaggedGather", [[SPLITS], FIVE, INT([2, 0, 2])], (LONG([0, 3, 5, 8]), FLOAT([3, 4, 5, 1, 2, 3, 4, 5])),
            {"OUTPUT_RAGGED_RANK": 1}, vary=None),
        Row("RaggedGather", [[SPLITS], FIVE, INT([[2, 0], [1, 1]])],
            (LONG([0, 2, 4]), LONG([0, 3, 5, 5, 5]), FLOAT([3, 4, 5, 1, 2])),
            {"OUTPUT_RAGGED_RANK": 2}, vary=None, label="matrix"),
        Row("RaggedGather", [[OUTER, SPLITS], FIVE, LONG([1, 0])],
            (LONG([0, 2, 3]), LONG([0, 0, 3, 5]), FLOAT([3, 4, 5, 1, 2])),
            {"OUTPUT_RAGGED_RANK": 2}, vary=None, label="nested"),
        Row("RaggedGather", [[OUTER, SPLITS], FIVE, INT(1)], (LONG([0, 0, 3]), FLOAT([3, 4, 5])),
            {"OUTPUT_RAGGED_RANK": 1}, vary=None, label="row"),
    ]
)  # fmt: skip
ONE = {"OUTPUT_RAGGED_RANK": 1}
test_refusals = refusal_tests(
    [
        Bad("RaggedRange", [INT(0), INT(5), INT(0)], "Requires delta != 0", at_build=False),
        Bad("RaggedRange", [INT([0, 1]), INT([5]), INT(1)], "must have the same shape"),
        Bad("RaggedRange", [LONG(0), LONG(1 << 60), LONG(1)], "would have", at_build=False),
        Bad("RaggedFillEmptyRows", [LONG([7]), FLOAT([1]), LONG(5), FLOAT(9)], "is invalid: 7 >= 5", at_build=False),
        Bad("RaggedFillEmptyRowsGrad", [LONG([2]), FLOAT([1, 2])], "must be in", at_build=False),
        Bad("RaggedGather", [[SPLITS], FIVE, INT([3])], r"indices\[0\] = 3 is not in \[0, 3\)", ONE, at_build=False),
        Bad("RaggedGather", [[SPLITS], FIVE, INT([[0, -1]])], r"indices\[0,1\] = -1 is not in \[0, 3\)",
            {"OUTPUT_RAGGED_RANK": 2}, at_build=False),
        Bad("RaggedGather", [[LONG([0, 2, 1, 5])], FIVE, INT([1])], "Ragged splits must be sorted", ONE, at_build=False),
        Bad("RaggedGather", [[LONG([0, 2, 9])], FIVE, INT([1])], "must not point past values", ONE, at_build=False),
        Bad("RaggedGather", [[LONG([])], FIVE, INT([0])], r"indices\[0\] = 0 is not in \[0, -1\)", ONE, at_build=False),
        Bad("RaggedGather", [[SPLITS], FIVE, INT([0])], "OUTPUT_RAGGED_RANK 2 is not", {"OUTPUT_RAGGED_RANK": 2}),
    ]
)  # fmt: skip
