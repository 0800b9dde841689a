"""Reductions over segments."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

DATA = np.float32([[1, 2], [3, 4], [5, -6], [7, 8], [2, 2]])
SORTED = np.int32([0, 0, 1, 3, 3])
MIXED = np.int32([3, -1, 0, 3, 0])
INTS = np.int32


def sorted_segments(reduce, missing=0):
    def expect(data, ids):
        result = np.full((4, 2), missing, data.dtype)
        for segment in set(ids.tolist()):
            result[segment] = reduce(data[ids == segment])
        return result

    return expect


def mean(rows):
    total = rows.sum(0, dtype=rows.dtype)
    return np.trunc(total / len(rows)) if rows.dtype.kind in "iu" else total / rows.dtype.type(len(rows))


SEGMENTS = [
    Row("SegmentSum", [DATA, SORTED], sorted_segments(lambda rows: rows.sum(0))),
    Row("SegmentProd", [DATA, SORTED], sorted_segments(lambda rows: rows.prod(0), 1)),
    Row("SegmentMin", [DATA, SORTED], sorted_segments(lambda rows: rows.min(0))),
    Row("SegmentMax", [DATA, SORTED], sorted_segments(lambda rows: rows.max(0))),
    Row("SegmentMean", [DATA, SORTED], sorted_segments(mean)),
    Row("SegmentSum", [DATA[:, 0], np.int64(SORTED)], np.float32([4, 5, 0, 9]), vary=None, label="vector"),
    Row("SegmentSum", [np.zeros((0, 2), np.float32), INTS([])], np.zeros((0, 2), np.float32), vary=None, label="empty"),
    Row("SegmentMean", [np.zeros((2, 0), np.float32), INTS([0, 4])], np.zeros((5, 0)), vary=None, label="no columns"),
]


def numbered(start, combine):
    def expect(data, ids, count):
        result = np.full((int(count), 2), start(data.dtype), data.dtype)
        for row, segment in zip(data, ids, strict=True):
            if segment >= 0:
                result[segment] = combine(result[segment], row)
        return result

    return expect


def limit(which):
    return lambda dtype: getattr(np.iinfo(dtype) if dtype.kind in "iu" else np.finfo(dtype), which)


NUMBERED = [
    Row("UnsortedSegmentSum", [DATA, MIXED, INTS(5)], numbered(lambda dtype: 0, np.add)),
    Row("UnsortedSegmentProd", [DATA, MIXED, INTS(5)], numbered(lambda dtype: 1, np.multiply)),
    Row(
        "UnsortedSegmentMin",
        [DATA, MIXED, INTS(5)],
        numbered(limit("max"), np.minimum),
        only=["float32", "float64", "int32", "uint8", "int64"],
    ),
    Row(
        "UnsortedSegmentMax",
        [DATA, MIXED, INTS(5)],
        numbered(limit("min"), np.maximum),
        only=["float32", "float64", "int32", "uint8", "int64"],
    ),
    Row(
        "UnsortedSegmentSum",
        [np.arange(12, dtype=np.float32).reshape(2, 2, 3), np.int64([[1, 0], [1, -1]]), np.int64(3)],
        np.float32([[3, 4, 5], [6, 8, 10], [0, 0, 0]]),
        vary=None,
        label="ids of rank 2",
    ),
    Row("UnsortedSegmentSum", [np.float32(3), INTS(1), INTS(2)], np.float32([0, 3]), vary=None, label="scalar"),
    Row("UnsortedSegmentSum", [DATA, MIXED * 0, INTS(0) + 1], DATA.sum(0)[None], vary=None, label="one"),
]

INDICES = INTS([0, 4, 3, 1])
IDS = INTS([0, 0, 2, 2])


def picked(power, rows=3):
    def expect(data, indices, ids, *_):
        result = np.zeros((rows, 2), data.dtype)
        for segment in set(ids.tolist()):
            chosen = data[indices[ids == segment]]
            result[segment] = chosen.sum(0) / data.dtype.type(len(chosen) ** power)
        return result

    return expect


def spread(power):
    def expect(grad, indices, ids, rows):
        result = np.zeros((int(rows), 2), grad.dtype)
        for index, segment in zip(indices, ids, strict=True):
            result[index] += grad[segment] / grad.dtype.type(np.sum(ids == segment) ** power)
        return result

    return expect


def spread_sorted(power):
    def expect(grad, indices, ids, rows):
        return spread(power)(grad, indices, ids, rows)[np.unique(indices)], np.unique(indices)

    return expect


PICKED = [
    Row("SparseSegmentSum", [DATA, INDICES, IDS], picked(0)),
    *[
        row
        for name, power in (("Sum", 0), ("Mean", 1), ("SqrtN", 0.5))
        for row in (
            Row(
                f"SparseSegment{name}", [DATA, INDICES, IDS], picked(power), only=["float32", "bfloat16"], label="rows"
            ),
            Row(
                f"SparseSegment{name}WithNumSegments",
                [DATA, np.int64(INDICES), IDS, INTS(5)],
                picked(power, 5),
                only=["float32", "float64"],
            ),
            Row(f"SparseSegment{name}Grad", [DATA[:3], INDICES, IDS, INTS(5)], spread(power)),
            Row(
                f"SparseSegment{name}GradV2",
                [DATA[:3], INTS([7, 2, 7, 5]), IDS, INTS(8)],
                spread_sorted(power),
                only=["float32"],
            ),
        )
    ],
    Row("SparseSegmentMean", [DATA, INTS([]), INTS([])], np.zeros((0, 2), np.float32), vary=None, label="empty"),
]

BAD = [
    Bad("SegmentSum", [DATA[:2, 0], INTS([1, 0])], "segment ids are not increasing", at_build=False),
    Bad("SegmentMax", [DATA[:2, 0], INTS([-1, 0])], r"Segment id -1 out of range \[0, 1\)", at_build=False),
    Bad("SegmentSum", [DATA, INTS([0])], "segment_ids should be the same size as dimension 0 of input"),
    Bad("SegmentSum", [DATA, INTS([[0, 1]])], "segment_ids should be a vector"),
    Bad("SegmentSum", [np.float32(1), INTS([0])], "input must be at least rank 1"),
    Bad("UnsortedSegmentSum", [DATA[:2], INTS([0, 5]), INTS(5)], r"\[1\] = 5 is out of range \[0, 5\)", at_build=False),
    Bad("UnsortedSegmentMin", [DATA[:2], INTS([0, 1]), INTS(-5)], "Input num_segments == -5 must not be negative"),
    Bad("UnsortedSegmentMax", [DATA[:2], INTS([0, 1, 1]), INTS(5)], r"data.shape = \[2,2\] does not start with"),
    Bad("UnsortedSegmentProd", [DATA[:2], INTS([0, 1]), INTS([5])], r"should be a scalar, not shape \[1\]"),
    Bad(
        "SparseSegmentSum",
        [DATA, INTS([0, 5]), INTS([0, 0])],
        r"indices\[1\] == 5 out of range \[0, 5\)",
        at_build=False,
    ),
    Bad("SparseSegmentMean", [DATA, INTS([0, 1, 3]), INTS([0, 2, 1])], "are not increasing", at_build=False),
    Bad("SparseSegmentSqrtN", [DATA, INTS([0, 1]), INTS([0, 2, 1])], "segment_ids and indices should have same size"),
    Bad("SparseSegmentSumWithNumSegments", [DATA, INTS([0]), INTS([2]), INTS(2)], "segment ids must be < num_segments"),
    Bad(
        "SparseSegmentSumGrad", [DATA, INTS([7]), INTS([0]), INTS(4)], r"Index 7 out of range \[0, 4\)", at_build=False
    ),
    Bad(
        "SparseSegmentSumGradV2",
        [DATA, INTS([7]), INTS([0]), INTS(4)],
        r"Index 7 out of range \[0, 4\)",
        at_build=False,
    ),
    Bad("SparseSegmentMeanGrad", [DATA, INTS([0]), INTS([5]), INTS(4)], "Invalid number of segments", at_build=False),
]

test_segments = forward_tests(SEGMENTS)
test_numbered = forward_tests(NUMBERED)
test_picked = forward_tests(PICKED)
test_refusal = refusal_tests(BAD)
