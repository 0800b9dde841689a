"""Op signatures, the checks and defaults made from them, and attribute values."""

from __future__ import annotations

import hashlib
import json
import pathlib
from typing import Any

import pytest

from nbtf import dtypes
from nbtf.tensor_shape import TensorShape
from nbtf.wire import attr_values, op_defs, schema, text_format

GOLDEN = pathlib.Path(__file__).parents[1] / "golden/op_defs"
MESSAGES = json.loads((GOLDEN / "messages.json").read_text("utf-8"))
SUMMARIES = json.loads((GOLDEN / "summaries.json").read_text("utf-8"))


def node(text: str) -> schema.NodeDef:
    return text_format.from_text(text, schema.NodeDef())


def graph(name: str) -> schema.GraphDef:
    return text_format.from_text((GOLDEN / name).read_text("utf-8"), schema.GraphDef())


def test_signatures_are_tensorflows() -> None:
    assert len(SUMMARIES) > 1300
    wrong = [
        name
        for name, digest in SUMMARIES.items()
        if hashlib.sha256(op_defs.find(name).summary.encode()).hexdigest()[:12] != digest
    ]  # type: ignore[union-attr]
    assert wrong == []


def test_every_signature_survives_its_proto() -> None:
    names = op_defs.names()
    assert len(names) == 1433
    for name in names:
        op_def = op_defs.find(name)
        assert op_def is not None
        proto = op_defs.to_proto(op_def)
        again = op_defs.from_proto(proto)
        assert op_defs.to_proto(again) == proto
        assert (again.inputs, again.outputs) == (op_def.inputs, op_def.outputs)


def test_unknown_ops_have_no_signature() -> None:
    assert op_defs.find("NoSuchOp") is None
    unknown = schema.NodeDef(name="a", op="NoSuchOp")
    op_defs.check_attrs(unknown)
    op_defs.fill_defaults(unknown)
    assert len(unknown.attr) == 0
    with pytest.raises(ValueError, match="Node 'a': op type 'NoSuchOp' has no signature"):
        op_defs.argument_dtypes(unknown)


def test_a_signature() -> None:
    add_n = op_defs.find("AddN")
    assert add_n is not None
    assert add_n.inputs == (op_defs.Argument("inputs", type_attr="T", number_attr="N"),)
    assert add_n.attrs["N"] == op_defs.Attr("N", "int", minimum=1)
    assert add_n.is_commutative and add_n.is_aggregate and not add_n.is_stateful
    assign = op_defs.find("Assign")
    assert assign is not None
    assert assign.inputs[0].is_ref and assign.allows_uninitialized_input
    assert assign.attrs["validate_shape"].default is True


@pytest.mark.parametrize("text", MESSAGES)
def test_malformed_nodes_get_tensorflows_message(text: str) -> None:
    malformed = node(text)
    op_defs.fill_defaults(malformed)
    with pytest.raises(ValueError) as caught:
        op_defs.check_attrs(malformed)
    assert str(caught.value) == MESSAGES[text]


def test_defaults_are_stripped_as_tensorflow_strips_them() -> None:
    stripped = graph("full.pbtxt")
    op_defs.strip_defaults(stripped)
    assert text_format.to_text(stripped) == (GOLDEN / "stripped.pbtxt").read_text("utf-8")


def test_defaults_are_filled_as_tensorflow_fills_them() -> None:
    filled = graph("stripped.pbtxt")
    for nodes in (filled.node, *(function.node_def for function in filled.library.function)):
        for one in nodes:
            op_defs.fill_defaults(one)
            op_defs.check_attrs(one)
    assert text_format.to_text(filled) == (GOLDEN / "full.pbtxt").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "inputs", "outputs"),
    [
        ("op: 'Assign' attr { key: 'T' value { type: DT_FLOAT } }", [101, 1], [101]),
        ("op: 'AddN' attr { key: 'T' value { type: DT_HALF } } attr { key: 'N' value { i: 3 } }", [19, 19, 19], [19]),
        ("op: 'Assert' attr { key: 'T' value { list { type: [DT_FLOAT, DT_STRING] } } }", [10, 1, 7], []),
        (
            "op: 'ParseExample' attr { key: 'Nsparse' value { i: 2 } } attr { key: 'Ndense' value { i: 1 } } "
            "attr { key: 'sparse_types' value { list { type: [DT_FLOAT, DT_INT64] } } } "
            "attr { key: 'Tdense' value { list { type: DT_STRING } } }",
            [7, 7, 7, 7, 7, 7],
            [9, 9, 1, 9, 9, 9, 7],
        ),
        ("op: 'NoOp'", [], []),
    ],
)
def test_argument_dtypes(text: str, inputs: list[int], outputs: list[int]) -> None:
    found = op_defs.argument_dtypes(node(text))
    assert [[dtype.as_datatype_enum for dtype in side] for side in found] == [inputs, outputs]


@pytest.mark.parametrize("count", [-1, 10**12])
def test_wild_counts_are_refused(count: int) -> None:
    split = node(
        f"name: 's' op: 'Split' attr {{ key: 'T' value {{ type: DT_FLOAT }} }} "
        f"attr {{ key: 'num_split' value {{ i: {count} }} }}"
    )
    with pytest.raises(ValueError, match=f"Node 's': attr 'num_split' = {count} is not in"):
        op_defs.argument_dtypes(split)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", 3),
        ("float", 0.5),
        ("bool", True),
        ("string", "é"),
        ("string", b"\xff"),
        ("type", dtypes.half),
        ("shape", TensorShape([1, None])),
        ("shape", TensorShape(None)),
        ("list(int)", [1, -2]),
        ("list(int)", []),
        ("list(string)", ["a", b"\xfe"]),
        ("list(type)", [dtypes.bool]),
        ("list(shape)", [TensorShape([])]),
        ("list(bool)", [True, False]),
        ("list(float)", [0.5]),
    ],
)
def test_attribute_values_survive_the_wire(kind: str, value: Any) -> None:
    attr = op_defs.Attr("a", kind)
    wire = schema.AttrValue.FromString(op_defs.encode_attr(value, attr).SerializeToString())
    assert op_defs.decode_attr(wire, attr) == value
    assert attr_values.decode_untyped(wire) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", 1.5),
        ("int", True),
        ("int", "1"),
        ("float", "1"),
        ("string", 3),
        ("list(int)", 3),
        ("list(string)", "ab"),
        ("type", "nonsense"),
        ("tensor", 1),
        ("func", 1),
        ("bool", 0.5),
    ],
)
def test_values_of_another_type_are_refused(kind: str, value: Any) -> None:
    with pytest.raises(TypeError, match="for attr 'a'"):
        op_defs.encode_attr(value, op_defs.Attr("a", kind))


@pytest.mark.parametrize(
    ("tensor", "text"),
    [
        ("dtype: DT_FLOAT tensor_shape { } float_val: 1.5", "Tensor<type: float shape: [] values: 1.5>"),
        (
            "dtype: DT_INT32 tensor_shape { dim { size: 5 } } int_val: [1, 2, 3, 4, 5]",
            "Tensor<type: int32 shape: [5] values: 1 2 3...>",
        ),
        (
            "dtype: DT_INT32 tensor_shape { dim { size: 2 } dim { size: 2 } } int_val: [1, 2, 3, 4]",
            "Tensor<type: int32 shape: [2,2] values: [1 2][3...]...>",
        ),
        (
            "dtype: DT_INT64 tensor_shape { dim { size: 2 } dim { size: 2 } dim { size: 2 } } int64_val: [0, 1, 2]",
            "Tensor<type: int64 shape: [2,2,2] values: [[0 1][2...]]...>",
        ),
        ("dtype: DT_DOUBLE tensor_shape { dim { size: 2 } dim { } }", "Tensor<type: double shape: [2,0] values: >"),
        (
            "dtype: DT_BOOL tensor_shape { dim { size: 2 } } bool_val: [true, false]",
            "Tensor<type: bool shape: [2] values: 1 0>",
        ),
        (
            "dtype: DT_FLOAT tensor_shape { dim { size: 3 } dim { size: 1 } } float_val: 0.1",
            "Tensor<type: float shape: [3,1] values: [0.1][0.1][0.1]>",
        ),
        (
            "dtype: DT_DOUBLE tensor_shape { dim { size: 2 } } double_val: [1e-30, 1234567.891]",
            "Tensor<type: double shape: [2] values: 1e-30 1234567.891>",
        ),
        (
            "dtype: DT_STRING tensor_shape { dim { size: 2 } } string_val: ['a', 'b\"c']",
            'Tensor<type: string shape: [2] values: a b\\"c>',
        ),
        (
            "dtype: DT_FLOAT tensor_shape { dim { size: -2 } } float_val: 1",
            "<TensorProto: dtype: DT_FLOAT tensor_shape { dim { size: -2 } } float_val: 1>",
        ),
    ],
)
def test_tensors_in_messages(tensor: str, text: str) -> None:
    assert attr_values.tensor_summary(text_format.from_text(tensor, schema.TensorProto())) == text


def test_nodes_in_messages() -> None:
    text = (
        "name: 'd' op: 'P' input: ['x', 'y:1'] attr { key: 'z' value { shape { dim { size: -1 } } } } "
        "attr { key: 'f' value { func { name: 'ff' attr { key: 'T' value { type: DT_FLOAT } } } } } "
        "attr { key: 'b' value { f: 1e20 } }"
    )
    assert op_defs.node_summary(node(text)) == "{{node d}} = P[b=1e+20, f=ff[T=DT_FLOAT], z=[?]](x, y:1)"


@pytest.mark.parametrize(
    "text",
    [
        "input_arg { name: 'x' type_attr: 'T' }",
        "input_arg { name: 'x' }",
        "input_arg { name: 'x' type: 99 }",
        "input_arg { name: 'x' type: DT_FLOAT number_attr: 'N' } attr { name: 'N' type: 'type' }",
        "attr { name: 'N' type: 'int' default_value { s: 'a' } }",
        "attr { name: 'N' type: 'nonsense' }",
    ],
)
def test_malformed_signatures_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="'x'|'N'"):
        op_defs.from_proto(text_format.from_text(f"name: 'F' {text}", schema.OpDef()))
