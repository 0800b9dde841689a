"""apply_op and convert_to_tensor: operations from Python values, with TensorFlow's words for what does not fit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nbtf import dtypes
from nbtf.graph import conversion
from nbtf.graph.apply_op import apply_op
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.graph import Graph
from nbtf.tensor_shape import TensorShape
from nbtf.wire import op_defs


@pytest.fixture
def graph() -> Any:
    with Graph().as_default() as graph:
        yield graph


def zeros(*shape: int) -> Any:
    return np.zeros(shape, np.float32)


# What TensorFlow 2.15 says of the same calls (tf.raw_ops); A is float32, B int32.
REFUSED: list[tuple[str, dict[str, Any], type[Exception], str]] = [
    ("AddV2", {"x": "A", "y": "B"}, TypeError,
     "Input 'y' of 'AddV2' Op has type int32 that does not match type float32 of argument 'x'."),
    ("AddV2", {"x": "A", "y": "text"}, TypeError,
     "Expected float32 passed to parameter 'y' of op 'AddV2', got 'text' of type 'str' instead. "
     "Error: Expected float32, but got text of type 'str'."),
    ("MatMul", {"a": "s", "b": "s"}, TypeError,
     "Value passed to parameter 'a' has DataType string not in list of allowed values: bfloat16, float16, float32, "
     "float64, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128"),
    ("ConcatV2", {"values": ["A"], "axis": 0}, ValueError,
     "List argument 'values' to 'ConcatV2' Op with length 1 shorter than minimum length 2."),
    ("ConcatV2", {"values": "A", "axis": 0}, TypeError,
     "Expected list for 'values' argument to 'concat_v2' Op, not <tf.Tensor 'A:0' shape=() dtype=float32>."),
    ("ConcatV2", {"values": ["A", "B"], "axis": 0}, TypeError,
     "Tensors in list passed to 'values' of 'ConcatV2' Op have types [float32, int32] that don't all match."),
    ("Pack", {"values": [1, 2.0]}, TypeError,
     "Tensors in list passed to 'values' of 'Pack' Op have types [int32, float32] that don't all match."),
    ("AvgPool", {"value": zeros(1, 2, 2, 1), "ksize": [1] * 4, "strides": [1] * 4, "padding": "FOO"}, ValueError,
     "Attr 'padding' of 'AvgPool' Op passed string 'FOO' not in: \"SAME\", \"VALID\"."),
    ("AvgPool", {"value": zeros(1, 2, 2, 1), "ksize": [1, 1], "strides": [1] * 4, "padding": "SAME"}, ValueError,
     "Attr 'ksize' of 'AvgPool' Op passed list of length 2 less than minimum 4."),
    ("AvgPool", {"value": zeros(1, 2, 2, 1), "ksize": "a", "strides": [1] * 4, "padding": "SAME"}, TypeError,
     "Expected list for 'ksize' argument to 'avg_pool' Op, not 'a'."),
    ("Unpack", {"value": zeros(2, 3), "num": "a"}, TypeError, "Expected int for argument 'num' not 'a'."),
    ("LRN", {"input": zeros(1, 1, 1, 1), "alpha": "a"}, TypeError, "Expected float for argument 'alpha' not 'a'."),
    ("MatMul", {"a": [[1.0]], "b": [[1.0]], "transpose_a": 3}, TypeError,
     "Expected bool for argument 'transpose_a' not 3."),
    ("Cast", {"x": 1.0, "DstT": "foo"}, TypeError, "Expected DataType for argument 'DstT' not 'foo'."),
    ("Identity", {"inp": 3}, TypeError, "identity() got an unexpected keyword argument 'inp'"),
    ("Identity", {"input": None}, ValueError,
     "Tried to convert 'input' to a tensor and failed. Error: None values not supported."),
    ("Assign", {"ref": "A", "value": "A"}, TypeError,
     "'Assign' Op requires that input 'ref' be a mutable tensor (e.g.: a tf.Variable)"),
    ("IdentityN", {"input": "A"}, TypeError,
     "Expected list for 'input' argument to 'IdentityN' Op, not Tensor(\"A:0\", shape=(), dtype=float32)."),
    ("Switch", {"data": "A", "pred": 1}, TypeError,
     "Expected bool passed to parameter 'pred' of op 'Switch', got 1 of type 'int' instead. "
     "Error: Expected bool, but got 1 of type 'int'."),
    ("AddN", {"inputs": []}, ValueError,
     "List argument 'inputs' to 'AddN' Op with length 0 shorter than minimum length 1."),
    ("Placeholder", {"dtype": dtypes.float32, "shape": [-2]}, ValueError,
     "Error converting shape to a TensorShape: Dimension -2 must be >= 0."),
    ("Range", {"start": 0, "limit": "A", "delta": 1}, TypeError,
     "Input 'limit' of 'Range' Op has type float32 that does not match type int32 of argument 'start'."),
]  # fmt: skip


@pytest.mark.parametrize(("op_type", "arguments", "error", "message"), REFUSED)
def test_refused(graph: Graph, op_type: str, arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    known = {"A": constant(1.0, name="A"), "B": constant(2, name="B")}

    def given(value: Any) -> Any:
        if isinstance(value, list):
            return [given(item) for item in value]
        return known.get(value, value) if isinstance(value, str) else value

    with pytest.raises(error) as raised:
        apply_op(op_type, **{name: given(value) for name, value in arguments.items()})
    assert str(raised.value) == message


def test_values_become_constants_of_the_right_type_in_the_scope_of_the_operation(graph: Graph) -> None:
    a = constant(1.0, name="a")
    packed = apply_op("Pack", values=[a, 2])
    assert [tensor.name for tensor in packed.op.inputs] == ["a:0", "Pack/values_1:0"]
    assert packed.op.inputs[1].dtype is dtypes.float32
    cast = apply_op("Range", start=0, limit=3, delta=1, Tidx=dtypes.int64)
    assert cast.dtype is dtypes.int64
    assert apply_op("AddV2", name="sum", x=a, y=1).name == "sum:0"


def test_results_as_the_signature_arranges_them(graph: Graph) -> None:
    assert apply_op("NoOp").type == "NoOp"
    assert [tensor.shape.as_list() for tensor in apply_op("IdentityN", input=[1.0, [2]])] == [[], [1]]
    assert len(apply_op("Split", split_dim=0, value=[1.0, 2.0], num_split=2)) == 2
    found = apply_op("TopKV2", input=[1.0, 2.0], k=1)
    assert (type(found).__name__, found._fields) == ("TopKV2", ("values", "indices"))
    parsed = apply_op(
        "ParseExample", serialized=["a"], names=[], sparse_keys=["k"], dense_keys=["d"], dense_defaults=[[1.0]],
        sparse_types=[dtypes.int64], dense_shapes=[[1]],
    )  # fmt: skip
    assert [len(part) for part in parsed] == [1, 1, 1, 1]
    assert parsed.dense_values[0].dtype is dtypes.float32


def sample(argument: op_defs.Argument, attrs: dict[str, Any]) -> Any:
    """Placeholders that fit an input argument."""
    if argument.type_list_attr:
        allowed = attrs[argument.type_list_attr].allowed
        return [placeholder(allowed[0] if allowed else dtypes.float32, argument.is_ref)]
    dtype = argument.dtype
    if dtype is None:
        allowed = attrs[argument.type_attr].allowed
        dtype = allowed[0] if allowed else dtypes.float32
    if argument.number_attr:
        count = max(attrs[argument.number_attr].minimum or 1, 1)
        return [placeholder(dtype, argument.is_ref) for _ in range(count)]
    return placeholder(dtype, argument.is_ref)


def placeholder(dtype: dtypes.DType, is_ref: bool) -> Any:
    if is_ref:
        return apply_op("VariableV2", dtype=dtype, shape=None)
    return apply_op("Placeholder", dtype=dtype)


def sample_attr(attr: op_defs.Attr) -> Any:
    item = {
        "int": max(attr.minimum or 1, 1), "float": 1.0, "bool": True, "shape": [2], "func": "f",
        "string": attr.allowed[0] if attr.allowed else "s", "type": attr.allowed[0] if attr.allowed else dtypes.float32,
    }  # fmt: skip
    if attr.type.startswith("list("):
        return [item[attr.type[5:-1]]] * max(attr.minimum or 1, 1)
    return item[attr.type]


def test_every_signature_makes_an_operation() -> None:
    """All op types take placeholders of fitting types; only static shapes of single ops may refuse the samples."""
    refused = []
    for op_type in op_defs.names():
        definition = op_defs.find(op_type)
        assert definition is not None
        if any(attr.type == "tensor" and not attr.has_default for attr in definition.attrs.values()):
            continue  # Const and its like: values, not samples
        with Graph().as_default():
            attrs = dict(definition.attrs)
            inferred = {
                name for one in definition.inputs for name in (one.type_attr, one.number_attr, one.type_list_attr)
            }
            arguments = {one.name: sample(one, attrs) for one in definition.inputs}
            needed = [attr for attr in attrs.values() if not attr.has_default and attr.name not in inferred]
            arguments |= {attr.name: sample_attr(attr) for attr in needed if attr.name not in arguments}
            try:
                apply_op(op_type, name="sample", **arguments)
            except ValueError as error:
                assert "with input shapes:" in str(error), (op_type, error)
                refused.append(op_type)
    assert len(refused) < 20, refused


# ---- conversion ------------------------------------------------------------------------------------------------------


def test_convert_to_tensor(graph: Graph) -> None:
    x = constant(1.0)
    assert convert_to_tensor(x) is x
    with pytest.raises(ValueError, match="Tensor conversion requested dtype int32 for Tensor with dtype float32"):
        convert_to_tensor(x, dtypes.int32)
    assert convert_to_tensor([1, 2], preferred_dtype=dtypes.float32).dtype is dtypes.float32
    assert convert_to_tensor("s", preferred_dtype=dtypes.float32).dtype is dtypes.string
    assert convert_to_tensor(TensorShape([2, 3])).dtype is dtypes.int32
    assert convert_to_tensor(TensorShape([2**40])).dtype is dtypes.int64
    with pytest.raises(ValueError, match="Cannot convert a partially known TensorShape"):
        convert_to_tensor(TensorShape([None]))
    nested = convert_to_tensor([[x, 2.0], [3, x]])
    assert (nested.op.type, nested.name, nested.shape.as_list()) == ("Pack", "packed:0", [2, 2])


def test_registered_conversions(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "_registered", [])

    class Holder:
        def __init__(self, value: float) -> None:
            self.value = value

    def convert(value: Holder, dtype: Any, name: Any, as_ref: bool) -> Any:
        return constant(value.value, dtype, name=name or "held")

    conversion.register_tensor_conversion_function(Holder, lambda *a, **k: NotImplemented, priority=1)
    conversion.register_tensor_conversion_function(Holder, convert)
    assert apply_op("Neg", x=Holder(3.0)).op.inputs[0].name == "Neg/x:0"
    assert convert_to_tensor([Holder(1.0), 2.0]).op.type == "Pack"
    with pytest.raises(TypeError, match="must be a type"):
        conversion.register_tensor_conversion_function(3, convert)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Python numeric types"):
        conversion.register_tensor_conversion_function(int, convert)


VALUES: list[tuple[Any, Any]] = [
    (1, np.int32),
    (2**40, np.int64),
    (1.5, np.float32),
    (True, np.bool_),
    ([[1], [2]], np.int32),
]


@pytest.mark.parametrize(("value", "dtype"), VALUES)
def test_constants(graph: Graph, value: Any, dtype: Any) -> None:
    tensor = constant(value)
    found = constant_value(tensor)
    assert found is not None
    assert (found.dtype, found.tolist()) == (np.dtype(dtype), value)
    assert tensor.shape.as_list() == list(np.shape(value))


def test_filled_constants(graph: Graph) -> None:
    tensor = constant(2.0, shape=[2, 3])
    assert tensor.shape.as_list() == [2, 3]
    assert list(tensor.op.get_attr("value").float_val) == [2.0]
    check: Callable[..., Any] = constant
    with pytest.raises(TypeError, match="Expected Tensor's shape"):
        check([1.0, 2.0], shape=[3], verify_shape=True)
