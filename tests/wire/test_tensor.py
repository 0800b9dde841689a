"""TensorProto to arrays and back: TensorFlow's encodings, its bytes, its errors, and files that lie."""

from __future__ import annotations

import json
import pathlib
import warnings
from typing import Any

import numpy as np
import pytest

from nbtf import dtypes, errors, limits
from nbtf.wire import schema, tensor, text_format

GOLDEN = pathlib.Path(__file__).parents[1] / "golden"
PROTOS = json.loads((GOLDEN / "tensorproto/protos.json").read_text("utf-8"))
CALLS = json.loads((GOLDEN / "tensorproto/golden.json").read_text("utf-8"))


def assert_same_values(array: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> None:
    assert array.shape == expected.shape
    np.testing.assert_array_equal(array.astype(expected.dtype), expected)


@pytest.mark.parametrize("case", PROTOS, ids=lambda case: case["name"])
def test_every_encoding_of_tensorflow(case: dict[str, str]) -> None:
    proto = schema.TensorProto.FromString(bytes.fromhex(case["hex"]))
    assert text_format.from_text(case["text"], schema.TensorProto()) == proto
    with np.load(GOLDEN / "tensorproto/values.npz") as values:
        expected = values[case["key"]]
    array = tensor.tensor_from_proto(proto)
    assert array.dtype == dtypes.as_dtype(proto.dtype).storage
    assert_same_values(array, expected)
    again = tensor.make_tensor_proto(tensor.make_ndarray(proto))
    assert_same_values(tensor.tensor_from_proto(again), expected)


def test_constants_of_a_graph() -> None:
    graph = schema.GraphDef.FromString((GOLDEN / "text/consts.pb").read_bytes())
    constants = {node.name: node.attr["value"].tensor for node in graph.node if node.op == "Const"}
    with np.load(GOLDEN / "text/consts.npz") as values:
        assert len(values.files) > 10
        for name in values.files:
            assert_same_values(tensor.tensor_from_proto(constants[name]), values[name])


@pytest.mark.parametrize("call", CALLS)
def test_make_tensor_proto_writes_tensorflows_bytes(call: str) -> None:
    names = {"make": tensor.make_tensor_proto, "np": np, "tf": dtypes}
    expected = CALLS[call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy's about casts
            proto = eval(f"make({call})", names)
    except Exception as error:
        assert {"error": type(error).__name__, "message": str(error)} == expected
    else:
        assert {"proto": proto.SerializeToString(deterministic=True).hex()} == expected


@pytest.mark.parametrize("dtype", [">i4", ">f8", ">c8", ">u2"])
def test_big_endian_arrays_keep_their_values(dtype: str) -> None:
    # TensorFlow writes their bytes as they are, which it then reads as other values.
    array = np.array([1, 2], dtype)
    assert_same_values(tensor.tensor_from_proto(tensor.make_tensor_proto(array)), array)


@pytest.mark.parametrize("dtype", [dtype for dtype in dtypes.DTYPES.values() if dtype in tensor._VALUE_FIELD])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 2)])
def test_round_trip_of_every_type(dtype: dtypes.DType, shape: tuple[int, ...]) -> None:
    count = int(np.prod(shape))
    if dtype == dtypes.string:
        array = np.array([b"a\x00", b"", b"\xff", b"long" * 99][:count], object).reshape(shape)
    else:
        array = np.arange(count).astype(dtype.storage).reshape(shape)
    surface = array.view(dtype.as_numpy_dtype) if dtype.is_quantized else array
    proto = tensor.make_tensor_proto(surface, dtype)
    assert proto.dtype == dtype.as_datatype_enum
    back = tensor.make_ndarray(proto)
    assert back.dtype == np.dtype(dtype.as_numpy_dtype)
    assert back.flags.writeable
    assert back.tobytes() == surface.tobytes() if dtype != dtypes.string else (back == surface).all()


def test_strings_in_raw_form() -> None:
    proto = schema.TensorProto(dtype=7, tensor_content=b"\x01\x00\x02abc")
    proto.tensor_shape.dim.add(size=3)
    assert tensor.tensor_from_proto(proto).tolist() == [b"a", b"", b"bc"]


def test_bytes_of_bools_become_bools() -> None:
    proto = schema.TensorProto(dtype=10, tensor_content=b"\x00\x01")
    proto.tensor_shape.dim.add(size=2)
    assert tensor.tensor_from_proto(proto).tolist() == [False, True]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("dtype: DT_FLOAT tensor_shape { unknown_rank: true } float_val: 2", 2.0),
        ("dtype: DT_FLOAT tensor_shape { dim { size: 2 } } float_val: [1, 2, 3]", [1.0, 2.0]),
        ("dtype: DT_FLOAT tensor_shape { dim { size: 0 } } float_val: 1", []),
        ("dtype: DT_COMPLEX64 tensor_shape { } scomplex_val: 1", 0j),
    ],
)
def test_what_tensorflow_reads_all_the_same(text: str, value: object) -> None:
    assert tensor.tensor_from_proto(text_format.from_text(text, schema.TensorProto())).tolist() == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dtype: 77", "type number 77"),
        ("", "type number 0"),
        ("dtype: DT_RESOURCE tensor_shape { }", "type resource"),
        ("dtype: DT_FLOAT_REF tensor_shape { }", "type float32_ref"),
        ("dtype: DT_FLOAT tensor_shape { dim { size: -1 } }", "negative"),
        ("dtype: DT_FLOAT tensor_shape { dim { size: 4611686018427387904 } dim { size: 4 } }", "size"),
        (
            "dtype: DT_FLOAT tensor_shape { dim { size: 9223372036854775807 } dim { size: 9223372036854775807 } "
            "dim { size: 0 } }",
            "size",
        ),
        ("dtype: DT_FLOAT tensor_shape { dim { size: 1000000000000 } } float_val: 1", "size|repeats"),
        ("dtype: DT_FLOAT tensor_shape { dim { size: 1000000000 } } float_val: 1", "repeats 1 values"),
        ("dtype: DT_FLOAT tensor_shape { dim { size: 1000000000 } }", "repeats 0 values"),
        ("dtype: DT_STRING tensor_shape { dim { size: 1000000000000 } } string_val: 'a'", "size|repeats"),
        ('dtype: DT_FLOAT tensor_shape { dim { size: 2 } } tensor_content: "abc"', "3 bytes of content"),
        ('dtype: DT_FLOAT tensor_shape { dim { size: 1000000 } } tensor_content: "abc"', "3 bytes of content"),
        (r'dtype: DT_BOOL tensor_shape { dim { size: 2 } } tensor_content: "\000\007"', "byte 7"),
        (r'dtype: DT_STRING tensor_shape { dim { size: 3 } } tensor_content: "\001"', "ends before"),
        (
            "dtype: DT_STRING tensor_shape { dim { size: 1 } } "
            r'tensor_content: "\377\377\377\377\377\377\377\377\377\377\001"',
            "ends before",
        ),
        (r'dtype: DT_STRING tensor_shape { dim { size: 1 } } tensor_content: "\005ab"', "lengths add to 5"),
        (r'dtype: DT_STRING tensor_shape { dim { size: 1000000000 } } tensor_content: "\001\001"', "ends before"),
    ],
)
def test_malformed_protos_are_refused(text: str, message: str) -> None:
    proto = text_format.from_text(text, schema.TensorProto())
    with pytest.raises(errors.InvalidArgumentError, match=message):
        tensor.tensor_from_proto(proto)


def test_too_many_dimensions_are_refused() -> None:
    proto = schema.TensorProto(dtype=1, float_val=[1.0])
    for _ in range(limits.MAX_RANK + 1):
        proto.tensor_shape.dim.add(size=1)
    with pytest.raises(errors.InvalidArgumentError, match="255 dimensions"):
        tensor.tensor_from_proto(proto)


def test_numpy_form_of_a_type_without_one() -> None:
    with pytest.raises(TypeError, match="Unsupported tensor type: 20"):
        tensor.make_ndarray(schema.TensorProto(dtype=20))


def test_a_proto_is_returned_as_it_is() -> None:
    proto = schema.TensorProto(dtype=1)
    assert tensor.make_tensor_proto(proto) is proto
