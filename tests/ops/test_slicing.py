"""Concatenation, splitting and slices."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 2
WORDS = np.array([[b"a", b"", b"ccc"], [b"d", b"ee", b"f"]], object)
INTS = np.int32
LONGS = np.int64


def sliced(*index):
    """A strided slice as numpy writes it, and what StridedSlice is given for it."""
    begin, end, strides = [], [], []
    masks = dict.fromkeys(("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"), 0)
    for i, item in enumerate(index):
        part = slice(0, 1, 1)
        if item is Ellipsis:
            masks["ellipsis_mask"] |= 1 << i
        elif item is None:
            masks["new_axis_mask"] |= 1 << i
        elif isinstance(item, int):
            masks["shrink_axis_mask"] |= 1 << i
            part = slice(item, item + 1, 1)
        else:
            part = item
            masks["begin_mask"] |= (item.start is None) << i
            masks["end_mask"] |= (item.stop is None) << i
        begin.append(part.start or 0)
        end.append(part.stop or 0)
        strides.append(part.step or 1)
    return [INTS(begin), INTS(end), INTS(strides)], masks


def slice_row(x, *index, label, **more):
    bounds, masks = sliced(*index)
    return Row("StridedSlice", [x, *bounds], lambda x, *_: x[index], attrs=masks, label=label, **more)


def slice_grad(x, *index):
    result = np.zeros_like(x)
    result[index] = x[index]
    return result


def slice_grad_row(x, *index, label):
    bounds, masks = sliced(*index)
    return Row(
        "StridedSliceGrad",
        [INTS(x.shape), *bounds, x[index]],
        lambda shape, begin, end, strides, dy: slice_grad(x.astype(dy.dtype), *index),
        attrs=masks,
        label=label,
        only=["float32"],
    )


def slice_update_row(x, *index, label):
    bounds, masks = sliced(*index)
    return Row(
        "TensorStridedSliceUpdate",
        [np.zeros_like(x), *bounds, x[index]],
        lambda *_: slice_grad(x, *index),
        attrs=masks,
        label=label,
        only=["float32"],
    )


EIGHT = np.arange(2 * 3 * 2 * 2 * 3 * 2, dtype=np.float32).reshape(2, 1, 3, 2, 1, 2, 3, 2)

ROWS = [
    Row("ConcatV2", [[X, X[:, :1], X[:, :0]], INTS(1)], lambda v, axis: np.concatenate(v, 1), label="middle"),
    Row("ConcatV2", [[X, X], LONGS(-3)], lambda v, axis: np.concatenate(v, 0), label="first", only=["float32"]),
    Row(
        "ConcatV2", [[X, X], LONGS(-1)], lambda v, axis: np.concatenate(v, 2), label="last", only=["int8", "complex128"]
    ),
    Row("ConcatV2", [[WORDS, WORDS], INTS(1)], lambda v, axis: np.concatenate(v, 1), vary=None, label="words"),
    Row("ParallelConcat", [[X[:1], X[1:]]], X, {"shape": [2, 3, 4]}, only=["float32"]),
    Row("Concat", [INTS(1), [X, X]], lambda axis, v: np.concatenate(v, 1), only=["float32"]),
    Row("Pack", [[X, -X]], lambda v: np.stack(v, 1), attrs={"axis": 1}),
    Row("Pack", [[X, -X]], lambda v: np.stack(v, -1), attrs={"axis": -1}, label="last", only=["float32"]),
    Row("Pack", [[INTS(3), INTS(4)]], INTS([3, 4]), vary=None, label="scalars"),
    Row("Unpack", [X], lambda x: tuple(x[:, i] for i in range(3)), attrs={"num": 3, "axis": -2}),
    Row("Unpack", [X[:0]], (), attrs={"num": 0}, label="none", only=["float32"]),
    Row("Split", [INTS(-1), X], lambda axis, x: tuple(np.split(x, 2, 2)), attrs={"num_split": 2}),
    Row("Split", [INTS(0), X], lambda axis, x: (x,), attrs={"num_split": 1}, label="one", only=["float32"]),
    Row("SplitV", [X, INTS([1, 0, -1]), INTS(1)], lambda x, *_: (x[:, :1], x[:, :0], x[:, 1:]), attrs={"num_split": 3}),
    Row("SplitV", [WORDS, LONGS([2, 1]), INTS(1)], (WORDS[:, :2], WORDS[:, 2:]), {"num_split": 2}, None, label="words"),
    Row("Slice", [X, INTS([0, 1, 1]), INTS([2, -1, 2])], lambda x, *_: x[0:2, 1:, 1:3]),
    Row("Slice", [X, LONGS([2, 0, 0]), LONGS([0, 3, -1])], lambda x, *_: x[2:], label="empty", only=["float32"]),
    Row("Slice", [INTS(7), np.zeros(0, INTS), np.zeros(0, INTS)], INTS(7), vary=None, label="scalar"),
    slice_row(X, slice(None), slice(0, 3, 2), slice(-1, None, -2), label="steps"),
    slice_row(X, Ellipsis, None, 1, label="ellipsis", only=["float32"]),
    slice_row(X, 1, Ellipsis, None, slice(2), label="middle", only=["float32"]),
    slice_row(X, None, 0, -1, 2, label="scalar", only=["float32"]),
    slice_row(X, slice(5, 9), label="empty", only=["float32"]),
    slice_row(X, slice(-9, 9), slice(9, -9, -1), label="clamped", only=["float32"]),
    slice_row(EIGHT, 0, Ellipsis, slice(0, 2), 1, label="eight", only=["float32"]),
    slice_row(WORDS, slice(None, None, -1), slice(1), label="words", vary=None),
    slice_grad_row(X, slice(1), Ellipsis, slice(3, 0, -2), label="steps"),
    slice_grad_row(X, None, 1, slice(1, 2), label="new axis"),
    slice_update_row(X, slice(None), 1, slice(1, 3), label="inner"),
    slice_update_row(X, 1, 2, 3, label="scalar"),
]

BAD = [
    Bad(
        "ConcatV2",
        [[X, X[0]], INTS(0)],
        "Ranks of all input tensors should match",
        built="Shape must be rank 3 but is rank 2",
    ),
    Bad(
        "ConcatV2",
        [[X, X[:, :1]], INTS(2)],
        "Dimension 1 in both shapes must be equal: shape\\[0\\] = \\[2,3,4\\]",
        built="Dimension 1 in both shapes must be equal, but are 3 and 1. Shapes are \\[2,3,4\\] and \\[2,1,4\\].",
    ),
    Bad("ConcatV2", [[X, X], INTS(3)], "Expected concatenating dimensions in the range \\[-3, 3\\), but got 3"),
    Bad("ConcatV2", [[INTS(1), INTS(2)], INTS(0)], "Can't concatenate scalars"),
    Bad(
        "Pack",
        [[X, X[:, :1]]],
        "Shapes of all inputs must match",
        built="Dimension 1 in both shapes must be equal, but are 3 and 1",
    ),
    Bad("Pack", [[X, X]], "Invalid axis: 4; must be in \\[-4,4\\)", {"axis": 4}),
    Bad("Split", [INTS(1), X], "Number of ways to split should evenly divide the split dimension", {"num_split": 2}),
    Bad("Split", [INTS(3), X], "split_dim < input rank \\(3\\), but got 3", {"num_split": 2}),
    Bad("SplitV", [X, INTS([-1, -1]), INTS(1)], "There can only be one -1", {"num_split": 2}),
    Bad("SplitV", [X, INTS([1, 1]), INTS(1)], "Determined shape must either match", {"num_split": 2}),
    Bad("Slice", [X, INTS([0, 4, 0]), INTS([1, 1, 1])], "Expected begin\\[1\\] in \\[0, 3\\], but got 4"),
    Bad("Slice", [X, INTS([0, 1, 0]), INTS([1, 3, 1])], "Expected size\\[1\\] in \\[0, 2\\], but got 3"),
    Bad("StridedSlice", [X, *sliced(7)[0]], "slice index 7 of dimension 0 out of bounds", sliced(7)[1]),
    Bad("StridedSlice", [X, INTS([0]), INTS([1]), INTS([0])], "strides\\[0\\] must be non-zero"),
    Bad("StridedSlice", [X, *[INTS([1] * 4)] * 3], "Index out of range using input dim 3; input has only 3 dims"),
    Bad("StridedSlice", [X, *[INTS([1] * 2)] * 3], "Multiple ellipses", {"ellipsis_mask": 3}),
    Bad("StridedSliceGrad", [INTS([2, 3]), INTS([0]), INTS([2]), INTS([1]), X[0]], "shape of dy was \\[3,4\\]"),
]

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
