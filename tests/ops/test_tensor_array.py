"""TensorArrays: what is written is read, and TensorFlow's words for what may not be done. Loops: the golden graphs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ops.building import Building

from nbtf import dtypes
from nbtf.errors import OpError, UnimplementedError
from nbtf.graph import registry
from nbtf.tensor_shape import TensorShape

SUMMABLE = (
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
    *("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
)


class Array:
    """A TensorArray in a graph of its own; each method adds a node behind the one before."""

    def __init__(self, size: Any = 2, dtype: Any = "float32", form: str = "V3", **attrs: Any) -> None:
        self.form = form
        self.dtype = dtypes.as_dtype(dtype)
        self.building = Building()
        made = self.op("TensorArray", size=self.int32(size), dtype=self.dtype, **attrs)
        self.handle, self.flow = made if form == "V3" else (made, self.building.fed(np.float32(0)))
        self.last: Any = self.flow

    def op(self, kind: str, **arguments: Any) -> Any:
        return self.building.op(f"{kind}{self.form}", **arguments)

    def int32(self, value: Any) -> Any:
        return self.building.fed(np.asarray(value, np.int32))

    def value(self, value: Any, dtype: Any = None) -> Any:
        return self.building.fed(value, dtype or self.dtype)

    def write(self, index: Any, value: Any, dtype: Any = None) -> "Array":
        given = {"index": self.int32(index), "value": self.value(value, dtype)}
        self.flow = self.op("TensorArrayWrite", handle=self.handle, flow_in=self.flow, **given)
        return self

    def scatter(self, indices: Any, value: Any, dtype: Any = None) -> "Array":
        given = {"indices": self.int32(indices), "value": self.value(value, dtype)}
        self.flow = self.op("TensorArrayScatter", handle=self.handle, flow_in=self.flow, **given)
        return self

    def split(self, value: Any, lengths: Any) -> "Array":
        given = {"value": self.value(value), "lengths": self.building.fed(np.asarray(lengths, np.int64))}
        self.flow = self.op("TensorArraySplit", handle=self.handle, flow_in=self.flow, **given)
        return self

    def gradient(self) -> "Array":
        """The same chain of nodes, on the gradient from here on."""
        made = self.op("TensorArrayGrad", handle=self.handle, flow_in=self.flow, source="gradients")
        self.handle, self.flow = made if self.form == "V3" else (made, self.flow)
        return self

    def gradient_with_shape(self, outer: Any) -> "Array":
        self.handle, self.flow = self.building.op(
            "TensorArrayGradWithShape",
            handle=self.handle,
            flow_in=self.flow,
            shape_to_prepend=self.int32(outer),
            source="gradients",
        )
        return self

    def read(self, index: Any, dtype: Any = None, after: Any = ()) -> Any:
        given = {"index": self.int32(index), "dtype": dtypes.as_dtype(dtype or self.dtype), "after": after}
        return self.op("TensorArrayRead", handle=self.handle, flow_in=self.flow, **given)

    def gather(self, indices: Any, element_shape: Any = None, dtype: Any = None) -> Any:
        given = {"indices": self.int32(indices), "dtype": dtypes.as_dtype(dtype or self.dtype)}
        shape = TensorShape(element_shape)
        return self.op("TensorArrayGather", handle=self.handle, flow_in=self.flow, element_shape=shape, **given)

    def concat(self, inner: Any = None) -> Any:
        given = {"dtype": self.dtype, "element_shape_except0": TensorShape(inner)}
        return self.op("TensorArrayConcat", handle=self.handle, flow_in=self.flow, **given)

    def size(self) -> Any:
        return self.op("TensorArraySize", handle=self.handle, flow_in=self.flow)

    def closed(self) -> "Array":
        closing = self.op("TensorArrayClose", handle=self.handle)
        with self.building.graph.as_default(), self.building.graph.control_dependencies([closing]):
            self.flow = self.building.op("Identity", input=self.flow)
        return self

    def run(self, fetches: Any) -> Any:
        return self.building.run(fetches)


PAIRS = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.mark.parametrize("form", ["V3", "V2"])
def test_writes_are_read(form: str) -> None:
    array = Array(3, form=form, clear_after_read=False).write(0, PAIRS[0]).scatter([2, 1], PAIRS[1:])
    fetches = [array.read(2), array.gather([0, 2]), *array.concat(), array.size()]
    read, gathered, joined, lengths, size = array.run(fetches)
    np.testing.assert_array_equal(read, PAIRS[1])
    np.testing.assert_array_equal(gathered, PAIRS[:2])
    np.testing.assert_array_equal(joined, PAIRS[[0, 2, 1]].ravel())
    assert lengths.tolist() == [2, 2, 2] and lengths.dtype == np.int64
    assert size == 3 and size.dtype == np.int32


def test_oldest_form_packs_and_unpacks() -> None:
    building = Building()
    flow = building.fed(np.float32(0))
    handle = building.op("TensorArray", size=building.fed(np.int32(3)), dtype=dtypes.float32, clear_after_read=False)
    flow = building.op("TensorArrayUnpack", handle=handle, value=building.fed(PAIRS), flow_in=flow)
    packed = building.op("TensorArrayPack", handle=handle, flow_in=flow, dtype=dtypes.float32)
    read = building.op(
        "TensorArrayRead", handle=handle, index=building.fed(np.int32(1)), flow_in=flow, dtype=dtypes.float32
    )
    size = building.op("TensorArraySize", handle=handle, flow_in=flow)
    all_of_it, one, count = building.run([packed, read, size])
    np.testing.assert_array_equal(all_of_it, PAIRS)
    np.testing.assert_array_equal(one, PAIRS[1])
    assert count == 3


def test_pieces_of_uneven_lengths() -> None:
    array = Array(1, dynamic_size=True, clear_after_read=False).split(PAIRS, [1, 0, 2])
    (joined, lengths), middle, size = array.run([array.concat(), array.read(1), array.size()])
    np.testing.assert_array_equal(joined, PAIRS)
    assert lengths.tolist() == [1, 0, 2] and middle.shape == (0, 2) and size == 3


def test_array_grows_to_the_highest_index() -> None:
    array = Array(1, dynamic_size=True).scatter([0, 5], [1.0, 2.0])
    assert array.run(array.size()) == 6


def test_elements_of_a_known_shape_begin_as_zeros() -> None:
    array = Array(2, element_shape=TensorShape([2, 3]))
    joined, lengths = array.run(array.concat())
    assert joined.shape == (4, 3) and not joined.any() and lengths.tolist() == [2, 2]


def test_nothing_gathered_has_the_known_shape() -> None:
    array = Array()
    assert array.run(array.gather(np.zeros(0), [3])).shape == (0, 3)
    array = Array(0)
    joined, lengths = array.run(array.concat([3]))
    assert joined.shape == (0, 3) and lengths.shape == (0,)


def test_strings() -> None:
    array = Array(2, dtypes.string).scatter([1, 0], np.array([b"one", b"zero"], object))
    assert array.run(array.gather([0, 1])).tolist() == [b"zero", b"one"]


def test_large_elements_outgrow_the_first_heap() -> None:
    value = np.arange(100_000, dtype=np.float64)
    array = Array(20, "float64")
    for i in range(20):
        array.write(i, value + i)
    gathered = array.gather(range(20))
    for _ in range(3):
        np.testing.assert_array_equal(array.run(gathered), value + np.arange(20)[:, None])


@pytest.mark.parametrize("dtype", SUMMABLE)
def test_gradient_adds(dtype: str) -> None:
    storage = dtypes.as_dtype(dtype).as_numpy_dtype
    values = np.array([[1, 2, 100], [3, 100, 27], [1, 1, 0]]).astype(storage)
    array = Array(2, dtype).write(0, values[0], dtype).gradient()
    for value in values:
        array.write(0, value, dtype)
    result = array.run(array.read(0))
    assert result.dtype == storage
    np.testing.assert_array_equal(result, (values[0] + values[1] + values[2]).astype(storage))


@pytest.mark.parametrize("form", ["V3", "V2"])
def test_gradient_of_what_was_written_is_zeros_of_its_shape(form: str) -> None:
    array = Array(2, form=form).write(1, PAIRS).gradient()
    result = array.run(array.read(1))
    assert result.shape == PAIRS.shape and not result.any()


def test_gradient_with_more_dimensions() -> None:
    array = Array().write(0, PAIRS).gradient_with_shape([4]).write(0, np.ones((4, 3, 2)))
    np.testing.assert_array_equal(array.run(array.read(0)), np.ones((4, 3, 2)))


def _write_after_read() -> tuple[Array, Any]:
    array = Array(clear_after_read=False).write(0, 1.0)
    read = array.read(0)
    with array.building.graph.as_default(), array.building.graph.control_dependencies([read]):
        array.flow = array.building.op("Identity", input=array.flow)
    return array, array.write(0, 2.0).flow


def _read_twice() -> tuple[Array, Any]:
    array = Array().write(0, 1.0)
    first = array.read(0)
    return array, array.read(0, after=[first])


def _of(array: Array, make: Callable[[Array], Any]) -> tuple[Array, Any]:
    return array, make(array)


UNKNOWN_SHAPE = "Furthermore, the element shape is not fully defined: <unknown>"

REFUSALS: dict[str, tuple[Callable[[], tuple[Array, Any]], str]] = {
    "size": (lambda: _of(Array(-1), lambda a: a.flow), "Size should be >= 0."),
    "size_shape": (lambda: _of(Array([2]), lambda a: a.flow), r"TensorArray size must be scalar, but had shape: \[1\]"),
    "write_outside": (
        lambda: _of(Array(tensor_array_name="ta").write(2, 1.0), lambda a: a.flow),
        r"TensorArray ta_\d+: Tried to write to index 2 but array is not resizeable and size is: 2",
    ),
    "write_index_shape": (
        lambda: _of(Array().write([0], 1.0), lambda a: a.flow),
        r"index must be scalar, but had shape: \[1\]",
    ),
    "write_dtype": (
        lambda: _of(Array().write(0, 1, "int32"), lambda a: a.flow),
        "TensorArray dtype is float but Op is trying to write dtype int32.",
    ),
    "write_twice": (
        lambda: _of(Array().write(0, 1.0).write(0, 1.0), lambda a: a.flow),
        "index 0 because it has already been written to.",
    ),
    "write_after_read": (_write_after_read, "index 0 because it has already been read."),
    "identical": (
        lambda: _of(Array(identical_element_shapes=True).write(0, [1.0, 2.0]).write(1, [1.0]), lambda a: a.flow),
        r"value shape is \[1\] which is incompatible with the TensorArray's inferred element shape: \[2\]",
    ),
    "scatter_outside": (
        lambda: _of(Array().scatter([0, 2], [1.0, 2.0]), lambda a: a.flow),
        r"Max scatter index must be < array size \(2 vs. 2\)",
    ),
    "scatter_negative": (
        lambda: _of(Array().scatter([0, -2], [1.0, 2.0]), lambda a: a.flow),
        "Tried to write to index -2",
    ),
    "scatter_count": (lambda: _of(Array().scatter([0], [1.0, 2.0]), lambda a: a.flow), r"saw: 1 vs. 2"),
    "scatter_scalar": (
        lambda: _of(Array().scatter([0], 1.0), lambda a: a.flow),
        r"must be at least a vector but received shape: \[\]",
    ),
    "scatter_indices": (
        lambda: _of(Array().scatter(0, [1.0]), lambda a: a.flow),
        r"Expected indices to be a vector, but received shape: \[\]",
    ),
    "read_outside": (lambda: _of(Array(), lambda a: a.read(5)), "Tried to read from index 5 but array size is: 2"),
    "read_dtype": (
        lambda: _of(Array().write(0, 1.0), lambda a: a.read(0, "int32")),
        "TensorArray dtype is float but Op requested dtype int32.",
    ),
    "read_twice": (_read_twice, "Could not read index 0 twice because it was cleared after a previous read"),
    "read_unwritten": (lambda: _of(Array(), lambda a: a.read(0)), UNKNOWN_SHAPE),
    "gather_outside": (
        lambda: _of(Array().scatter([0, 1], [1.0, 2.0]), lambda a: a.gather([0, 5])),
        "Tried to read from index 5",
    ),
    "gather_repeated": (
        lambda: _of(Array().scatter([0, 1], [1.0, 2.0]), lambda a: a.gather([0, 0])),
        "Could not read index 0 twice",
    ),
    "gather_shape": (
        lambda: _of(Array().scatter([0, 1], [1.0, 2.0]), lambda a: a.gather([0, 1], [3])),
        r"TensorArray was passed element_shape \[3\] which does not match the Tensor at index 0: \[\]",
    ),
    "gather_other_shape": (
        lambda: _of(Array(element_shape=TensorShape([2])).write(0, [1.0, 2.0]), lambda a: a.gather([0], [3])),
        r"PartialTensorShape: Incompatible shapes during merge: \[2\] vs. \[3\]",
    ),
    "concat_unwritten": (lambda: _of(Array(), lambda a: a.concat()[0]), UNKNOWN_SHAPE),
    "concat_scalars": (
        lambda: _of(Array(1).write(0, 1.0), lambda a: a.concat()[0]),
        "Concat saw a scalar shape at index 0",
    ),
    "concat_shape": (
        lambda: _of(Array(1).write(0, [[1.0, 2.0]]), lambda a: a.concat([3])[0]),
        r"element_shape_except0 \[3\] but index 0 has \(excepting dimension 0\) shape: \[2\]",
    ),
    "concat_uneven": (
        lambda: _of(Array().write(0, [[1.0, 2.0]]).write(1, [[1.0]]), lambda a: a.concat()[0]),
        r"Index 0 has \(excepting dimension 0\) shape: \[2\] but index 1 has \(excepting dimension 0\) shape: \[1\]",
    ),
    "split_scalar": (
        lambda: _of(Array().split(1.0, [1]), lambda a: a.flow),
        r"Expected value to be at least a vector, but received shape: \[\]",
    ),
    "split_lengths": (
        lambda: _of(Array().split([1.0], 1), lambda a: a.flow),
        r"Expected lengths to be a vector, received shape: \[\]",
    ),
    "split_negative": (
        lambda: _of(Array().split([1.0, 2.0], [-1, 3]), lambda a: a.flow),
        "Invalid value in lengths: -1",
    ),
    "split_overflow": (
        lambda: _of(Array().split([1.0, 2.0], [2**62, 2**62]), lambda a: a.flow),
        "Expected sum of lengths to be equal",
    ),
    "split_size": (
        lambda: _of(Array().split([1.0, 2.0], [2]), lambda a: a.flow),
        r"not equal to the size of lengths \(2 vs. 1\)",
    ),
    "closed": (
        lambda: _of(Array().closed().write(0, 1.0), lambda a: a.flow),
        r"TensorArray \w+_\d+ has already been closed.",
    ),
    "aggregate_shape": (
        lambda: _of(
            Array(tensor_array_name="ta").write(0, [1.0, 2.0]).gradient().write(0, np.ones(3)), lambda a: a.flow
        ),
        r"TensorArray ta_\d+@gradients: Could not aggregate to TensorArray index 0 because the existing shape is \[2\]",
    ),
    "aggregate_bool": (
        lambda: _of(
            Array(dtype="bool").write(0, [True]).gradient().write(0, [True]).write(0, [True]), lambda a: a.flow
        ),
        "tensor_array::AddToTensor type not supported: bool",
    ),
    "gradient_of_gradient": (lambda: _of(Array().gradient().gradient(), lambda a: a.flow), "Wrong input container"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal(name: str) -> None:
    make, message = REFUSALS[name]
    array, fetched = make()
    with pytest.raises(OpError, match=message):
        array.run(fetched)


def test_nothing_of_an_unknown_shape() -> None:
    array = Array(0)
    with pytest.raises(
        UnimplementedError, match="TensorArray has size zero, but element shape <unknown> is not fully defined"
    ):
        array.run(array.gather(np.zeros(0)))
    with pytest.raises(UnimplementedError, match="TensorArray has size zero, but element_shape_except0 <unknown>"):
        array.run(array.concat()[0])


def test_handle_of_another_kind() -> None:
    array = Array()
    pushed = array.building.op("StackPushV2", handle=array.handle, elem=array.value(1.0))
    with pytest.raises(OpError, match="the handle leads to no resource of its kind"):
        array.run(array.building.op("StackPopV2", handle=array.handle, elem_type=dtypes.float32, after=[pushed]))


OLDER_FORMS = {
    "TensorArrayV3": ["TensorArrayV2", "TensorArray"],
    "TensorArrayGradV3": ["TensorArrayGradV2", "TensorArrayGrad"],
    "TensorArrayWriteV3": ["TensorArrayWriteV2", "TensorArrayWrite"],
    "TensorArrayScatterV3": ["TensorArrayScatterV2", "TensorArrayScatter", "TensorArrayUnpack"],
    "TensorArraySplitV3": ["TensorArraySplitV2", "TensorArraySplit"],
    "TensorArrayReadV3": ["TensorArrayReadV2", "TensorArrayRead"],
    "TensorArrayGatherV3": ["TensorArrayGatherV2", "TensorArrayGather", "TensorArrayPack"],
    "TensorArrayConcatV3": ["TensorArrayConcatV2", "TensorArrayConcat"],
    "TensorArraySizeV3": ["TensorArraySizeV2", "TensorArraySize"],
    "TensorArrayCloseV3": ["TensorArrayCloseV2", "TensorArrayClose"],
}


@pytest.mark.parametrize("newest", OLDER_FORMS)
def test_older_forms_run_the_same_code(newest: str) -> None:
    block = registry.find(newest)
    assert block is not None and block.instruction
    for form in OLDER_FORMS[newest]:
        older = registry.find(form)
        assert older is not None and older.instruction == block.instruction
