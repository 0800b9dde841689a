"""Diagonals and bands of matrices."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

INTS = np.int32
LONGS = np.int64
X = np.arange(1, 25, dtype=np.float32).reshape(2, 3, 4)
OTHER = X + 30
PAD = np.float32(0)


def diagonals(x, lower, upper, align, pad=0):
    """What MatrixDiagPartV3 reads, a diagonal at a time."""
    above, below = align.split("_")
    found = [np.diagonal(x, d, -2, -1) for d in range(upper, lower - 1, -1)]
    longest = max(part.shape[-1] for part in found)
    rows = []
    for d, part in zip(range(upper, lower - 1, -1), found, strict=True):
        missing = longest - part.shape[-1]
        left = "LEFT" in [above] * (d >= 0) + [below] * (d <= 0)
        sides = (0, missing) if left else (missing, 0)
        rows.append(np.pad(part, [(0, 0)] * (x.ndim - 2) + [sides], constant_values=pad))
    return rows[0] if lower == upper else np.stack(rows, -2)


def band(x, lower, upper):
    rows, columns = np.indices(x.shape[-2:])
    return np.where((columns - rows >= lower) & (columns - rows <= upper), x, np.zeros((), x.dtype))


def part_row(align, lower, upper, **more):
    k = INTS([lower, upper])
    return Row(
        "MatrixDiagPartV3",
        [X, k, X[0, 0, 1]],
        lambda x, k, pad: diagonals(x, lower, upper, align, pad),
        {"align": align},
        label=f"{align} {lower} {upper}",
        **more,
    )


def set_row(align, lower, upper, **more):
    given = diagonals(OTHER, lower, upper, align)
    return Row(
        "MatrixSetDiagV3",
        [X, given, INTS([lower, upper])],
        lambda x, d, k: np.where(band(np.ones_like(X), lower, upper) != 0, OTHER.astype(d.dtype), x),
        {"align": align},
        label=f"{align} {lower} {upper}",
        **more,
    )


FEW = ["float32"]
ROWS = [
    Row("Diag", [X[0, :2]], lambda x: np.diag(x.ravel()).reshape(2, 4, 2, 4)),
    Row(
        "DiagPart",
        [np.arange(36, dtype=np.float32).reshape(2, 3, 2, 3)],
        lambda x: np.diagonal(x.reshape(6, 6)).reshape(2, 3),
    ),
    Row("MatrixDiag", [X[0]], lambda x: np.stack([np.diag(row) for row in x])),
    Row("BatchMatrixDiag", [X[0]], lambda x: np.stack([np.diag(row) for row in x]), only=FEW),
    Row("MatrixDiagPart", [X], lambda x: np.diagonal(x, 0, 1, 2)),
    Row("BatchMatrixDiagPart", [X], lambda x: np.diagonal(x, 0, 1, 2), only=FEW),
    Row("MatrixSetDiag", [X, X[:, 0, :3]], lambda x, d: np.where(np.eye(3, 4, dtype=bool), d[:, :, None], x)),
    Row(
        "BatchMatrixSetDiag",
        [X, X[:, 0, :3]],
        lambda x, d: np.where(np.eye(3, 4, dtype=bool), d[:, :, None], x),
        only=FEW,
    ),
    part_row("RIGHT_LEFT", -2, 3),
    part_row("LEFT_RIGHT", -1, 2, only=FEW),
    part_row("LEFT_LEFT", 1, 3, only=FEW),
    part_row("RIGHT_RIGHT", -2, -1, only=FEW),
    Row("MatrixDiagPartV3", [X, INTS(-1), PAD], lambda x, k, p: np.diagonal(x, -1, 1, 2), label="one", only=FEW),
    Row("MatrixDiagPartV2", [X, INTS([-1, 1]), PAD], lambda x, k, p: diagonals(x, -1, 1, "LEFT_LEFT")),
    Row(
        "MatrixDiagV3",
        [diagonals(X, -1, 2, "RIGHT_LEFT"), INTS([-1, 2]), INTS(3), INTS(4), PAD],
        lambda d, *_: band(X.astype(d.dtype), -1, 2),
    ),
    Row(
        "MatrixDiagV3",
        [diagonals(X, -1, 2, "LEFT_RIGHT"), INTS([-1, 2]), INTS(-1), INTS(4), PAD],
        lambda d, *_: band(X, -1, 2),
        {"align": "LEFT_RIGHT"},
        label="rows follow",
        only=FEW,
    ),
    Row(
        "MatrixDiagV3",
        [np.diagonal(X, 1, 1, 2), INTS(1), INTS(-1), INTS(-1), np.float32(7)],
        lambda d, *_: np.stack([np.diag(row, 1) + 7 * (1 - np.eye(4, k=1)) for row in d]).astype(np.float32),
        label="square",
        only=FEW,
    ),
    Row(
        "MatrixDiagV2",
        [diagonals(X, -1, 2, "LEFT_LEFT"), INTS([-1, 2]), INTS(3), INTS(4), PAD],
        lambda d, *_: band(X.astype(d.dtype), -1, 2),
    ),
    set_row("RIGHT_LEFT", -2, 2),
    set_row("LEFT_RIGHT", -1, 1, only=FEW),
    Row(
        "MatrixSetDiagV2",
        [X, diagonals(OTHER, -1, 0, "LEFT_LEFT"), INTS([-1, 0])],
        lambda x, d, k: np.where(band(np.ones_like(X), -1, 0) != 0, OTHER, x),
        only=FEW,
    ),
    Row("MatrixBandPart", [X, LONGS(1), LONGS(0)], lambda x, *_: band(x, -1, 0)),
    Row("MatrixBandPart", [X, INTS(-1), INTS(2)], lambda x, *_: band(x, -9, 2), label="below", only=FEW),
    Row("MatrixBandPart", [X[:, :, :0], LONGS(0), LONGS(0)], X[:, :, :0], label="empty", vary=None),
    Row("BatchMatrixBandPart", [X, LONGS(0), LONGS(-1)], lambda x, *_: band(x, 0, 9)),
]

BAD = [
    Bad("DiagPart", [X], "The rank of the tensor should be even and positive"),
    Bad("DiagPart", [X[0]], "dimensions 0 and 1 do not match", built="Dimensions must be equal, but are"),
    Bad("MatrixDiagPartV3", [X, INTS([1, 0]), PAD], "lower_diag_index must not be larger than upper_diag_index: 1 > 0"),
    Bad("MatrixDiagPartV3", [X, INTS([0, 4]), PAD], "upper_diag_index is out of bound: 4 It must be between -2 and 3"),
    Bad("MatrixDiagV3", [X[0], INTS(0), INTS(2), INTS(-1), PAD], "The number of rows is too small"),
    Bad("MatrixDiagV3", [X[0], INTS([0, 1]), INTS(-1), INTS(-1), PAD], "The number of diagonals provided"),
    Bad("MatrixSetDiagV3", [X, X[:, 0], INTS(0)], "Input and diagonal don't match"),
    Bad("MatrixBandPart", [X, LONGS(4), LONGS(0)], "less or equal to number of rows \\(3\\) got: 4"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
