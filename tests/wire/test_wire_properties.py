"""Whatever a file holds, reading it gives a value or a clear error, and never takes memory out of proportion."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nbtf import dtypes, errors
from nbtf.wire import attr_values, op_defs, schema, tensor, text_format

SIZES = st.one_of(st.integers(-2, 6), st.sampled_from([2**31, 2**62, 2**63 - 1, 10**12]))
SCALARS = st.floats(width=32)


@st.composite
def tensor_protos(draw: st.DrawFn) -> schema.TensorProto:
    proto = schema.TensorProto(
        dtype=draw(st.integers(0, 32)),
        tensor_content=draw(st.binary(max_size=24)),
        float_val=draw(st.lists(SCALARS, max_size=4)),
        double_val=draw(st.lists(st.floats(), max_size=4)),
        int_val=draw(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=4)),
        half_val=draw(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=4)),
        int64_val=draw(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4)),
        string_val=draw(st.lists(st.binary(max_size=4), max_size=4)),
        scomplex_val=draw(st.lists(SCALARS, max_size=5)),
        bool_val=draw(st.lists(st.booleans(), max_size=4)),
    )
    for size in draw(st.lists(SIZES, max_size=4)):
        proto.tensor_shape.dim.add(size=size)
    return proto


@given(tensor_protos())
def test_a_tensor_proto_is_an_array_or_an_error(proto: schema.TensorProto) -> None:
    try:
        array = tensor.tensor_from_proto(proto)
    except errors.InvalidArgumentError as error:
        assert "TensorProto has" in str(error) or "TensorProto of" in str(error)
    else:
        assert array.dtype == dtypes.as_dtype(proto.dtype).storage
        assert array.shape == tuple(dim.size for dim in proto.tensor_shape.dim)
        assert array.nbytes < 2**20
    assert attr_values.tensor_summary(proto).startswith(("Tensor<", "<TensorProto: "))


@given(st.sampled_from(op_defs.names()), st.data())
def test_attributes_pass_the_checks_or_raise_value_error(op_type: str, data: st.DataObject) -> None:
    op_def = op_defs.find(op_type)
    assert op_def is not None
    node = schema.NodeDef(name="n", op=op_type)
    kinds = st.sampled_from(
        [
            "i: -7",
            "f: 0.5",
            "b: true",
            "s: 'x'",
            "type: DT_FLOAT",
            "type: 99",
            "shape { }",
            "list { i: 1 }",
            "list { type: [DT_FLOAT, DT_INT32] }",
            "list { }",
            "func { name: 'f' }",
        ]
    )
    for name in op_def.attrs:
        text_format.from_text(data.draw(kinds), node.attr[name])
    try:
        op_defs.check_attrs(node)
        inputs, outputs = op_defs.argument_dtypes(node)
    except ValueError as error:
        assert "{{node n}}" in str(error) or "Node 'n'" in str(error)
    else:
        assert all(isinstance(dtype, dtypes.DType) for dtype in inputs + outputs)


@given(st.lists(st.binary(max_size=8), max_size=5))
def test_strings_keep_every_byte(values: list[bytes]) -> None:
    array = tensor.make_ndarray(tensor.make_tensor_proto(np.array([*values, b""], object)))
    assert array.tolist() == [*values, b""]


@given(st.text(max_size=30), st.binary(max_size=30), SCALARS)
def test_text_keeps_names_bytes_and_floats(name: str, value: bytes, number: float) -> None:
    node = schema.NodeDef(name=name)
    node.attr["s"].s = value
    node.attr["f"].f = number
    text = text_format.to_text(node)
    assert text.isascii()
    again = text_format.from_text(text, schema.NodeDef())
    assert (again.name, again.attr["s"].s) == (name, value)
    assert np.float32(again.attr["f"].f).tobytes() == np.float32(number).tobytes() or np.isnan(number)
