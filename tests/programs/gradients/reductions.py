"""Gradients of reductions, scans, choices among many, and segments."""

import numpy as np
from programs.gradient_rows import Row, gradients_of

X = np.float32([[0.5, -1.5, 2.0, 0.25], [0.25, 3.0, -0.75, 3.0], [1.0, 0.5, -2.0, 1.5]])
CUBE = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 16 - 0.5
INTS = np.int32
IDS = INTS([0, 0, 1])
UNSORTED = INTS([1, -1, 1])

ROWS = [
    *[
        Row(op, input=X, axis=axis, second=op not in ("Prod", "EuclideanNorm"))
        for op in ("Sum", "Mean", "Max", "Min", "Prod", "EuclideanNorm")
        for axis in (INTS([0]), INTS([0, 1]))
    ],
    *[
        Row(op, input=X, axis=INTS([-1]), keep_dims=True, known=False, second=op not in ("Prod", "EuclideanNorm"))
        for op in ("Sum", "Mean", "Max", "Prod", "EuclideanNorm")
    ],
    Row("Sum", input=X, axis=INTS([1]), known=False),
    Row("Mean", input=X, axis=INTS([0, 1]), known=False),
    Row("Sum", input=CUBE, axis=INTS(-2)),
    *[Row(op, x=X, axis=INTS(1)) for op in ("Cumsum", "Cumprod")],
    Row("Cumsum", x=X, axis=INTS(0), exclusive=True, reverse=True),
    Row("CumulativeLogsumexp", x=X, axis=INTS(0), second=False),
    Row("TopKV2", input=X, k=INTS(2)),
    Row("NthElement", input=X, n=INTS(1)),
    Row("Cross", a=X[:, :3], b=X[:, 1:]),
    Row("SegmentSum", data=X, segment_ids=IDS),
    Row("SegmentMean", data=X, segment_ids=IDS),
    Row("SegmentMin", data=X, segment_ids=IDS),
    Row("SegmentMax", data=X, segment_ids=IDS),
    Row("SegmentProd", data=X, segment_ids=IDS, second=False),
    Row("UnsortedSegmentSum", data=X, segment_ids=UNSORTED, num_segments=INTS(3)),
    Row("UnsortedSegmentMin", data=X, segment_ids=UNSORTED, num_segments=INTS(3), second=False),
    Row("UnsortedSegmentMax", data=X, segment_ids=UNSORTED, num_segments=INTS(3), second=False),
    Row("UnsortedSegmentProd", data=X, segment_ids=UNSORTED, num_segments=INTS(3), second=False),
    *[
        Row(op, data=X, indices=INTS([0, 2, 1]), segment_ids=INTS([0, 0, 1]), second=False)
        for op in ("SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN")
    ],
    *[
        Row(f"{op}WithNumSegments", data=X, indices=INTS([0, 2, 1]), segment_ids=INTS([0, 0, 1]), num_segments=INTS(3), second=False)
        for op in ("SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN")
    ],
]  # fmt: skip

build = gradients_of(ROWS)
