"""Operations on the sets that rows hold; expected values as TensorFlow answered."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

INTS = np.int32
LONGS = np.int64
AT = LONGS([[0, 0], [0, 1], [2, 0]])
TRIPLE = [AT, INTS([1, 2, 3]), LONGS([3, 2])]
OTHER = [LONGS([[0, 0], [1, 1]]), INTS([2, 9]), LONGS([3, 4])]
TEXT = np.array([[b"b", b"a"]], object)


def sparse(at: list[list[int]], values: list[int], dims: list[int]) -> tuple[np.ndarray, ...]:
    return LONGS(at).reshape(len(values), len(dims)), INTS(values), LONGS(dims)


ROWS = [
    Row(
        "DenseToDenseSetOperation",
        [INTS([[3, 1, 1], [2, 2, 5]]), INTS([[9, 1], [7, 7]])],
        lambda a, b: (
            LONGS([[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]),
            a.dtype.type([1, 3, 9, 2, 5, 7]),
            LONGS([2, 3]),
        ),
        {"set_operation": "union"},
        only=["int32", "uint8"],
    ),
    Row(
        "DenseToDenseSetOperation",
        [INTS([[1, 2], [3, 4]]), INTS([[5, 6], [7, 8]])],
        sparse([], [], [2, 0]),
        {"set_operation": "intersection"},
        vary=None,
        label="empty",
    ),
    Row(
        "DenseToDenseSetOperation",
        [TEXT, np.array([[b"c", b"a"]], object)],
        (LONGS([[0, 0], [0, 1], [0, 2]]), np.array([b"a", b"b", b"c"], object), LONGS([1, 3])),
        {"set_operation": "union"},
        vary=None,
        label="text",
    ),
    Row(
        "DenseToSparseSetOperation",
        [INTS([[1, 2], [3, 4]]), LONGS([[0, 0]]), INTS([2]), LONGS([2, 4])],
        sparse([[0, 0], [1, 0], [1, 1]], [1, 3, 4], [2, 2]),
        {"set_operation": "a-b"},
        vary=None,
    ),
    Row(
        "SparseToSparseSetOperation",
        [*TRIPLE, *OTHER],
        sparse([[0, 0], [0, 1], [1, 0], [2, 0]], [1, 2, 9, 3], [3, 2]),
        {"set_operation": "union"},
        vary=None,
    ),
    Row(
        "SparseToSparseSetOperation",
        [LONGS([[0, 1], [0, 0]]), INTS([1, 5]), LONGS([3, 2]), *OTHER],
        sparse([[0, 0], [1, 0]], [2, 9], [3, 1]),
        {"set_operation": "b-a", "validate_indices": False},
        vary=None,
        label="any order",
    ),
    Row("SetSize", [AT, INTS([7, 7, 1]), LONGS([3, 2])], INTS([1, 0, 1]), vary=None),
]

BAD = [
    Bad(
        "DenseToDenseSetOperation",
        [INTS([[1, 2]]), INTS([[1], [2]])],
        "Mismatched shapes",
        {"set_operation": "union"},
        built="Dimension 0 in both shapes must be equal",
    ),
    Bad("DenseToDenseSetOperation", [INTS([[1]])] * 2, "Invalid set_operation foo", {"set_operation": "foo"}, False),
    Bad(
        "SparseToSparseSetOperation",
        [*TRIPLE[:2], LONGS([4, 2]), *OTHER],
        "Mismatched shapes \\[4\\] vs \\[3\\]",
        {"set_operation": "union"},
        False,
    ),
    Bad("SetSize", [AT[::-1], INTS([7, 7, 1]), LONGS([3, 2])], "is out of order", at_build=False),
    Bad("SetSize", [AT[[0, 0]], INTS([7, 7]), LONGS([3, 2])], "is repeated", at_build=False),
    Bad("SetSize", [AT, INTS([7, 7, 1]), LONGS([2, 2])], "indices\\[2\\] = \\[2,0\\] is out of bounds", at_build=False),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
