"""Tensor lists: every version stays what it was, whatever is made from it; TensorFlow's words for what may not be done."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ops.building import Building

from nbtf import dtypes
from nbtf.errors import OpError
from nbtf.session import Session

F32 = dtypes.float32
SCALARS = np.zeros(0, np.int32)  # the shape of a scalar, as a tensor
PAIRS = np.arange(6, dtype=np.float32).reshape(3, 2)


class Lists(Building):
    """A graph of lists of float32; shapes are dims, or -1."""

    def int32(self, value: Any) -> Any:
        return self.fed(np.asarray(value, np.int32))

    def float32(self, value: Any) -> Any:
        return self.fed(np.asarray(value, np.float32))

    def empty(self, shape: Any = -1, most: int = -1) -> Any:
        given = {"element_shape": self.int32(shape), "max_num_elements": self.int32(most)}
        return self.op("EmptyTensorList", element_dtype=F32, **given)

    def reserve(self, count: int = 2, shape: Any = -1) -> Any:
        given = {"element_shape": self.int32(shape), "num_elements": self.int32(count)}
        return self.op("TensorListReserve", element_dtype=F32, **given)

    def of(self, rows: Any, shape: Any = -1) -> Any:
        return self.op("TensorListFromTensor", tensor=self.float32(rows), element_shape=self.int32(shape))

    def push(self, handle: Any, value: Any) -> Any:
        return self.op("TensorListPushBack", input_handle=handle, tensor=self.float32(value))

    def pop(self, handle: Any, shape: Any = -1, dtype: Any = F32) -> Any:
        return self.op("TensorListPopBack", input_handle=handle, element_shape=self.int32(shape), element_dtype=dtype)

    def get(self, handle: Any, index: Any, shape: Any = -1, dtype: Any = F32) -> Any:
        given = {"index": self.int32(index), "element_shape": self.int32(shape), "element_dtype": dtype}
        return self.op("TensorListGetItem", input_handle=handle, **given)

    def set(self, handle: Any, index: Any, value: Any, **attrs: Any) -> Any:
        given = {"index": self.int32(index), "item": self.float32(value), **attrs}
        return self.op("TensorListSetItem", input_handle=handle, **given)

    def stack(self, handle: Any, shape: Any = -1, count: int = -1) -> Any:
        given = {"element_shape": self.int32(shape), "num_elements": count, "element_dtype": F32}
        return self.op("TensorListStack", input_handle=handle, **given)

    def gather(self, handle: Any, indices: Any, shape: Any = -1) -> Any:
        given = {"indices": self.int32(indices), "element_shape": self.int32(shape), "element_dtype": F32}
        return self.op("TensorListGather", input_handle=handle, **given)

    def concat(self, handle: Any, shape: Any = -1, leading: Any = ()) -> Any:
        dims = self.fed(np.asarray(leading, np.int64))
        given = {"element_shape": self.int32(shape), "leading_dims": dims, "element_dtype": F32}
        return self.op("TensorListConcatV2", input_handle=handle, **given)

    def split(self, tensor: Any, lengths: Any, shape: Any = -1) -> Any:
        given = {"element_shape": self.int32(shape), "lengths": self.fed(np.asarray(lengths, np.int64))}
        return self.op("TensorListSplit", tensor=self.float32(tensor), **given)

    def scatter(self, tensor: Any, indices: Any, count: int | None = None, shape: Any = -1) -> Any:
        given = {"tensor": self.float32(tensor), "indices": self.int32(indices), "element_shape": self.int32(shape)}
        if count is None:
            return self.op("TensorListScatter", **given)
        return self.op("TensorListScatterV2", num_elements=self.int32(count), **given)

    def scatter_into(self, handle: Any, tensor: Any, indices: Any) -> Any:
        given = {"tensor": self.float32(tensor), "indices": self.int32(indices)}
        return self.op("TensorListScatterIntoExistingList", input_handle=handle, **given)

    def resize(self, handle: Any, count: int) -> Any:
        return self.op("TensorListResize", input_handle=handle, size=self.int32(count))

    def join(self, one: Any, two: Any) -> Any:
        return self.op("TensorListConcatLists", input_a=one, input_b=two, element_dtype=F32)

    def push_batch(self, handles: Any, tensor: Any) -> Any:
        packed = self.op("Pack", values=handles)
        return self.op("TensorListPushBackBatch", input_handles=packed, tensor=self.float32(tensor))

    def length(self, handle: Any) -> Any:
        return self.op("TensorListLength", input_handle=handle)

    def shape(self, handle: Any, dtype: Any = dtypes.int32) -> Any:
        return self.op("TensorListElementShape", input_handle=handle, shape_type=dtype)

    def sum(self, *handles: Any) -> Any:
        return self.op("AddN", inputs=list(handles))

    def ragged(self) -> Any:
        return self.set(self.set(self.reserve(), 0, [3, 4]), 1, [3, 4, 5])


def test_push_and_pop() -> None:
    b = Lists()
    pushed = b.push(b.push(b.empty(), 1.0), [2.0, 3.0])
    popped, last = b.pop(pushed)
    again, first = b.pop(popped)
    lengths = [b.length(handle) for handle in (pushed, popped, again)]
    results = b.run([last, first, *lengths])
    np.testing.assert_array_equal(results[0], [2, 3])
    assert results[1:] == [1.0, 2, 1, 0]


def test_items_that_are_not_set_are_zeros() -> None:
    b = Lists()
    set_first = b.set(b.reserve(), 0, [3, 4])
    fetches = [b.get(set_first, 1), b.stack(set_first), b.gather(set_first, [1, 0]), b.pop(b.reserve(2, [2]))[1]]
    item, stacked, gathered, popped = b.run(fetches)
    np.testing.assert_array_equal(item, [0, 0])
    np.testing.assert_array_equal(stacked, [[3, 4], [0, 0]])
    np.testing.assert_array_equal(gathered, [[0, 0], [3, 4]])
    np.testing.assert_array_equal(popped, [0, 0])


def test_two_partly_known_shapes_make_one() -> None:
    b = Lists()
    item = b.get(b.reserve(2, [-1, 2]), 1, [1, -1])
    assert b.run(item).tolist() == [[0, 0]]


def test_growing_and_shrinking() -> None:
    b = Lists()
    pairs = b.of(PAIRS)
    grown = b.set(pairs, 4, [7, 8], resize_if_index_out_of_bounds=True)
    short = b.resize(pairs, 1)
    # what was cut off must not come back
    fetches = [b.stack(grown), b.stack(short), b.stack(b.resize(short, 3)), b.stack(pairs)]
    big, small, regrown, same = b.run(fetches)
    np.testing.assert_array_equal(big, [*PAIRS, [0, 0], [7, 8]])
    np.testing.assert_array_equal(small, PAIRS[:1])
    np.testing.assert_array_equal(regrown, [PAIRS[0], [0, 0], [0, 0]])
    np.testing.assert_array_equal(same, PAIRS)


def test_concatenation() -> None:
    b = Lists()
    unset = b.concat(b.reserve(2, [-1, 3]), [-1, 3], [1, 2])
    constant = b.concat(b.reserve(2, [2, 3]))
    nothing = b.concat(b.empty([-1, 3]))
    oldest = b.op("TensorListConcat", input_handle=b.ragged(), element_dtype=F32)
    results = b.run([*b.concat(b.ragged()), *unset, *constant, *nothing, *oldest])
    np.testing.assert_array_equal(results[0], [3, 4, 3, 4, 5])
    shapes = [r.shape for r in results[2::2]]
    assert shapes == [(3, 3), (4, 3), (0, 3), (5,)]
    assert [r.tolist() for r in results[1::2]] == [[2, 3], [1, 2], [2, 2], [], [2, 3]]


def test_split_scatter_and_join() -> None:
    b = Lists()
    pieces = b.split(PAIRS, [1, 0, 2])
    scattered = b.scatter(PAIRS, [3, 0, 1])
    counted = b.scatter(PAIRS, [3, 0, 1], 6)
    into = b.scatter_into(b.of(PAIRS), PAIRS[:1] + 10, [1])
    joined = b.join(b.of(PAIRS), b.of(PAIRS[:1]))
    fetches = [b.get(pieces, 2), b.stack(scattered), b.length(counted), b.stack(into), b.stack(joined)]
    piece, rows, length, changed, both = b.run(fetches)
    np.testing.assert_array_equal(piece, PAIRS[1:])
    np.testing.assert_array_equal(rows, [PAIRS[1], PAIRS[2], [0, 0], PAIRS[0]])
    assert length == 6
    np.testing.assert_array_equal(changed, [PAIRS[0], PAIRS[0] + 10, PAIRS[2]])
    np.testing.assert_array_equal(both, [*PAIRS, PAIRS[0]])


def test_lists_joined_with_their_own_versions() -> None:
    b = Lists()
    one = b.of(PAIRS)
    two = b.set(one, 0, [9, 9])
    older, newer = b.run([b.stack(b.join(one, two)), b.stack(b.join(two, one))])
    np.testing.assert_array_equal(older, [*PAIRS, [9, 9], *PAIRS[1:]])
    np.testing.assert_array_equal(newer, [[9, 9], *PAIRS[1:], *PAIRS])


def test_pushes_to_many_lists() -> None:
    b = Lists()
    one = b.of(PAIRS)
    pushed = b.push_batch([one, one], [[7, 7], [8, 8]])
    first, second = b.op("Unpack", value=pushed, num=2, axis=0)
    for result, last in zip(b.run([b.stack(first), b.stack(second)]), ([7, 7], [8, 8]), strict=True):
        np.testing.assert_array_equal(result, [*PAIRS, last])


def test_element_shapes() -> None:
    b = Lists()
    of_split = b.split(np.ones((3, 2)), [1, 2], [1, 2])
    fetches = [b.shape(b.reserve()), b.shape(b.reserve(2, [-1, 3]), dtypes.int64), b.shape(of_split)]
    unknown, partly, split = b.run(fetches)
    assert unknown == -1
    assert partly.tolist() == [-1, 3] and partly.dtype == np.int64
    assert split.tolist() == [1, 2]


def test_sums_and_zeros() -> None:
    b = Lists()
    pairs, unset = b.of(PAIRS), b.reserve(3)
    fetches = [b.stack(b.sum(pairs, pairs, pairs)), b.stack(b.sum(unset, pairs)), b.stack(b.sum(pairs, unset))]
    zeros = b.op("ZerosLike", x=b.ragged())
    triple, right, left, first, second = b.run([*fetches, b.get(zeros, 0), b.get(zeros, 1)])
    np.testing.assert_array_equal(triple, 3 * PAIRS)
    np.testing.assert_array_equal(right, PAIRS)
    np.testing.assert_array_equal(left, PAIRS)
    assert first.tolist() == [0, 0] and second.tolist() == [0, 0, 0]


def test_sums_and_zeros_of_lists_of_lists() -> None:
    b = Lists()
    inner = b.of(PAIRS)
    given = {"element_shape": b.int32(SCALARS), "max_num_elements": b.int32(-1)}
    nested = b.op("EmptyTensorList", element_dtype=dtypes.variant, **given)
    nested = b.op("TensorListPushBack", input_handle=nested, tensor=inner)
    nested = b.op("TensorListPushBack", input_handle=nested, tensor=b.set(inner, 0, [5, 5]))
    total, zeros = b.sum(nested, nested), b.op("ZerosLike", x=nested)
    fetches = [b.stack(b.get(total, i, SCALARS, dtypes.variant)) for i in range(2)]
    fetches += [b.stack(b.get(zeros, 1, SCALARS, dtypes.variant)), b.stack(inner)]
    first, second, zero, same = b.run(fetches)
    np.testing.assert_array_equal(first, 2 * PAIRS)
    np.testing.assert_array_equal(second, [[10, 10], *(2 * PAIRS[1:])])
    np.testing.assert_array_equal(zero, np.zeros((3, 2)))
    np.testing.assert_array_equal(same, PAIRS)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["push", "push", "set", "pop", "resize", "join", "sum"]),
        st.integers(0, 2**16),
        st.integers(0, 2**16),
    ),
    max_size=14,
)


@settings(max_examples=40)
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_every_version_stays_what_it_was(steps: list[tuple[str, int, int]], order: Any) -> None:
    """Random ops on random earlier versions, against plain Python lists; then all versions are read in random order."""
    b = Lists()
    versions: list[tuple[Any, list[float]]] = [(b.empty(SCALARS), []), (b.reserve(3, SCALARS), [0.0] * 3)]
    for kind, which, number in steps:
        handle, model = versions[which % len(versions)]
        if kind == "push":
            versions.append((b.push(handle, number), [*model, float(number)]))
        elif kind == "set" and model:
            at = number % len(model)
            versions.append((b.set(handle, at, number), [*model[:at], float(number), *model[at + 1 :]]))
        elif kind == "pop" and model:
            versions.append((b.pop(handle, SCALARS)[0], model[:-1]))
        elif kind == "resize":
            count = number % 6
            versions.append((b.resize(handle, count), (model + [0.0] * 6)[:count]))
        elif kind == "join":
            other, tail = versions[number % len(versions)]
            versions.append((b.join(handle, other), model + tail))
        elif kind == "sum":
            equal = [v for v in versions if len(v[1]) == len(model)]
            other, addends = equal[number % len(equal)]
            versions.append((b.sum(handle, other), [x + y for x, y in zip(model, addends, strict=True)]))
    order.shuffle(versions)
    results = b.run([b.stack(handle, SCALARS) for handle, _ in versions])
    for result, (_, model) in zip(results, versions, strict=True):
        np.testing.assert_array_equal(result, np.float32(model))


UNMERGEABLE = r"PartialTensorShape: Incompatible shapes during merge: "

REFUSALS: dict[str, tuple[Any, str]] = {
    "push_shape": (
        lambda b: b.push(b.empty([3]), [1, 2]),
        r"incompatible shape to a list. Op element shape: \[2\] list shape: \[3\]",
    ),
    "push_full": (lambda b: b.push(b.empty(-1, 0), 1), "full list list size: 0 max_num_elements: 0"),
    "push_dtype": (
        lambda b: b.op("TensorListPushBack", input_handle=b.empty(), tensor=b.int32(1)),
        "Invalid data types; op elements int32 but list elements float",
    ),
    "pop_empty": (lambda b: b.pop(b.empty())[0], "Trying to pop from an empty list."),
    "pop_unset": (
        lambda b: b.pop(b.reserve())[0],
        "uninitialized tensor but element_shape is not fully defined.<unknown>",
    ),
    "get_outside": (lambda b: b.get(b.of(PAIRS), 5), "Trying to access element 5 in a list with 3 elements."),
    "get_negative": (lambda b: b.get(b.of(PAIRS), -1), "Trying to access element -1 in a list with 3 elements."),
    "get_dtype": (lambda b: b.get(b.of(PAIRS), 0, -1, dtypes.int32), "op elements int32 but list elements float"),
    "get_unset": (
        lambda b: b.get(b.reserve(2, [-1, 2]), 1, [-1, -1]),
        r"element_shape is not fully defined: \[\?,2\] and no list element is set.",
    ),
    "get_shapes": (lambda b: b.get(b.reserve(2, [3]), 1, [4]), UNMERGEABLE + r"\[4\] vs. \[3\]"),
    "get_index": (lambda b: b.get(b.of(PAIRS), [0]), r"Expected a scalar, but received shape: \[1\]"),
    "set_outside": (lambda b: b.set(b.of(PAIRS), 3, [1, 2]), "Trying to modify element 3 in a list with 3 elements."),
    "set_shape": (lambda b: b.set(b.of(PAIRS, [2]), 0, [1]), r"Item element shape: \[1\] list shape: \[2\]"),
    "reserve_negative": (
        lambda b: b.reserve(-1),
        "The num_elements to reserve must be a non negative number, but got -1",
    ),
    "shape_rank": (lambda b: b.reserve(1, [[1, 2]]), "Shape must be at most rank 1 but is rank 2"),
    "shape_scalar": (
        lambda b: b.reserve(1, 3),
        "The only valid scalar shape tensor is the fully unknown shape specified as -1.",
    ),
    "shape_dimension": (lambda b: b.reserve(1, [-2]), "Dimension -2 must be >= -1"),
    "shape_too_long": (
        lambda b: b.reserve(1, [1] * 9),
        "element_shape has rank 9, above the highest rank of a tensor, 8",
    ),
    "stack_count": (
        lambda b: b.stack(b.of(PAIRS), -1, 4),
        "expected a list with 4 elements but got a list with 3 elements.",
    ),
    "stack_nothing": (
        lambda b: b.stack(b.empty([-1, 2])),
        r"empty list with non-fully-defined element_shape: \[\?,2\]",
    ),
    "stack_unset": (
        lambda b: b.stack(b.reserve()),
        "only contains uninitialized tensors and has a non-fully-defined element_shape: <",
    ),
    "stack_shape": (lambda b: b.stack(b.of(PAIRS), [7]), UNMERGEABLE + r"\[7\] vs. \[2\]"),
    "stack_ragged": (lambda b: b.stack(b.ragged()), UNMERGEABLE + r"\[2\] vs. \[3\]"),
    "from_scalar": (lambda b: b.of(1), r"Tensor must be at least a vector, but saw shape: \[\]"),
    "from_shape": (lambda b: b.of(PAIRS, [4]), r"Specified a list with shape \[4\] from a tensor with shape \[2\]"),
    "gather_outside": (lambda b: b.gather(b.of(PAIRS), [5]), "Trying to gather element 5 in a list with 3 elements."),
    "gather_outside_known": (
        lambda b: b.gather(b.of(PAIRS, [2]), [-1]),
        "Index -1 out o range; list only has 3 elements.",
    ),
    "gather_nothing": (
        lambda b: b.gather(b.reserve(), []),
        "Tried to gather 0-elements from a list with non-fully-defined shape: <unknown>",
    ),
    "gather_unset": (
        lambda b: b.gather(b.reserve(), [0]),
        "gather uninitialized tensors from a list with non-fully-defined element_shape: <",
    ),
    "gather_indices": (
        lambda b: b.gather(b.of(PAIRS), 0),
        r"Expected indices to be a vector, but received shape: \[\]",
    ),
    "concat_scalars": (
        lambda b: b.concat(b.of([1, 2]))[0],
        "Concat requires elements to be at least vectors, found scalars instead.",
    ),
    "concat_nothing": (
        lambda b: b.concat(b.empty())[0],
        "when concating an empty tensor list. element_shape: <unknown>",
    ),
    "concat_unset": (
        lambda b: b.concat(b.reserve())[0],
        "element_shape_except_first_dim is not fully defined: <unknown>",
    ),
    "concat_leading": (
        lambda b: b.concat(b.reserve(2, [-1, 3]), -1, [1])[0],
        "List contains uninitialized tensor at index 1 but leading_dims has only 1 elements.",
    ),
    "concat_shape": (lambda b: b.concat(b.of(np.ones((2, 2, 3))), [-1, 4])[0], UNMERGEABLE + r"\[\?,4\] vs. \[2,3\]"),
    "concat_ranks": (
        lambda b: b.concat(b.set(b.of(PAIRS), 0, [[1]]))[0],
        "PartialTensorShape: Incompatible ranks during merge",
    ),
    "concat_overflow": (lambda b: b.concat(b.reserve(4, [-1, 3]), -1, [2**62] * 4)[0], "result too large"),
    "split_sum": (lambda b: b.split([1, 1, 1], [1, 1]), "Unused values in tensor. Length of tensor: 3 Values used: 2"),
    "split_beyond": (lambda b: b.split([1, 1, 1], [2, 2]), r"Attempting to slice \[2, 4\] from tensor with length 3"),
    "split_negative": (lambda b: b.split([1, 1, 1], [-1, 4]), "Invalid value in lengths: -1"),
    "split_scalar": (lambda b: b.split(1, [1]), r"Tensor must be at least a vector, but saw shape: \[\]"),
    "split_lengths": (lambda b: b.split([1, 1], 2), r"Expected lengths to be a vector, received shape: \[\]"),
    "split_shape": (
        lambda b: b.split(PAIRS, [1, 2], [-1, 5]),
        r"tensor shape \[3,2\] is not compatible with element_shape \[\?,5\]",
    ),
    "split_scalars": (
        lambda b: b.split(PAIRS, [1, 2], SCALARS),
        r"requires element_shape to be at least of rank 1, but saw: \[\]",
    ),
    "resize_negative": (
        lambda b: b.resize(b.of(PAIRS), -5),
        "TensorListSlice expects size to be non-negative. Got: -5",
    ),
    "scatter_negative": (
        lambda b: b.scatter(PAIRS, [0, -3, 1]),
        "Indices in TensorListScatter must all be non-negative.",
    ),
    "scatter_rows": (lambda b: b.scatter(PAIRS, [1]), "Invalid number of rows in input tensor. Expected: 1 Actual: 3"),
    "scatter_outside": (lambda b: b.scatter(PAIRS, [3, 0, 1], 2), "Trying to scatter at index 3 in list with size 2"),
    "scatter_count": (
        lambda b: b.scatter(PAIRS, [3, 0, 1], -3),
        "TensorListScatter expects num_elements >= -1, found: -3",
    ),
    "into_negative": (lambda b: b.scatter_into(b.of(PAIRS), PAIRS[:1], [-4]), "must all be non-negative."),
    "join_shapes": (
        lambda b: b.join(b.of(PAIRS, [2]), b.of(np.ones((1, 3)), [3])),
        r"element shapes are not identical at index 0.  Saw \[2\] vs. \[3\]",
    ),
    "batch_count": (
        lambda b: b.push_batch([b.of(PAIRS)] * 2, PAIRS),
        r"Expected tensor.shape\[0\] == input_handles.size, but saw 3 vs. 2",
    ),
    "batch_shape": (
        lambda b: b.push_batch([b.of(PAIRS, [2])] * 2, np.ones((2, 3))),
        r"to a list at index 0. Op element shape: \[3\] list shape: \[2\]",
    ),
    "batch_scalar": (
        lambda b: b.push_batch([b.of(PAIRS)], 3),
        r"Expected tensor to be at least a vector, but saw shape: \[\]",
    ),
    "sum_lengths": (lambda b: b.sum(b.of(PAIRS), b.of(PAIRS[:2])), "different lengths. One is 3 and the other is 2"),
    "sum_shapes": (
        lambda b: b.sum(b.of(PAIRS, [2]), b.of(np.ones((3, 3)), [3])),
        r"two lists of tensors with incompatible element shapes. One is \[2\] and the other is \[3\]",
    ),
    "sum_tensors": (
        lambda b: b.sum(b.ragged(), b.of(PAIRS[:2])),
        r"two tensors with incompatible element shapes. One is \[3\] and the other is \[2\]",
    ),
    "not_a_list": (lambda b: b.length(b.op("OptionalNone")), "Input handle is not a list."),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal(name: str) -> None:
    make, message = REFUSALS[name]
    b = Lists()
    fetched = make(b)
    with pytest.raises(OpError, match=message):
        b.run(fetched.op)


def test_a_list_does_not_outlive_its_run() -> None:
    """A variable may hold a list, but in the next run its handle leads to nothing, whatever lies there by then."""
    b = Lists()
    variable = b.op("VarHandleOp", dtype=dtypes.variant, shape=[], shared_name="v")
    assign = b.op("AssignVariableOp", resource=variable, value=b.of(PAIRS))
    kept = b.op("ReadVariableOp", resource=variable, dtype=dtypes.variant)
    length, other = b.length(kept), b.length(b.of(PAIRS))
    with Session(graph=b.graph) as session:
        session.run(assign, b.feeds)
        assert session.run(other, b.feeds) == 3
        with pytest.raises(OpError, match="Input handle is not a list."):
            session.run(length, b.feeds)
