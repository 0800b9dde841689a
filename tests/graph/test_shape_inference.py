"""Static shapes and partly known values."""

from typing import Any

import numpy as np
import pytest

from nbtf import dtypes
from nbtf.graph.apply_op import apply_op
from nbtf.graph.constant_value import constant_value, constant_value_as_shape, partial_value
from nbtf.graph.conversion import constant
from nbtf.graph.graph import Graph
from nbtf.graph.op_kind import OpKind
from nbtf.graph.tensor import Tensor
from nbtf.shapes import HIDDEN


@pytest.fixture(autouse=True)
def graph() -> Any:
    with Graph().as_default() as graph:
        yield graph


def placeholder(*shape: int | None, dtype: Any = dtypes.float32) -> Tensor:
    return apply_op("Placeholder", dtype=dtype, shape=list(shape))


def unknown(dtype: Any = dtypes.float32) -> Tensor:
    return apply_op("Placeholder", dtype=dtype)


def shape_of(tensor: Tensor, **attrs: Any) -> Tensor:
    return apply_op("Shape", input=tensor, **attrs)


def sliced(vector: Tensor, begin: int, end: int | None = None) -> Tensor:
    mask = {"shrink_axis_mask": 1} if end is None else {}
    return apply_op(
        "StridedSlice", input=vector, begin=[begin], end=[begin + 1 if end is None else end], strides=[1], **mask
    )


def test_a_dim_taken_from_a_shape_is_known_through_reshape() -> None:
    x = placeholder(5, None)
    packed = apply_op("Pack", values=[sliced(shape_of(x), 0), 10, sliced(shape_of(x), 1)])
    assert partial_value(packed).tolist() == [5, 10, HIDDEN]
    assert constant_value(packed) is None
    assert constant_value(packed, partial=True).tolist() == [None, 10, None]  # a slice is for shape inference
    assert constant_value_as_shape(packed).as_list() == [None, 10, None]  # as above
    joined = apply_op("ConcatV2", values=[sliced(shape_of(x), 0, 1), [3]], axis=0)
    assert constant_value_as_shape(joined).as_list() == [5, 3]
    assert apply_op("Reshape", tensor=unknown(), shape=packed).dims == (5, 10, -1)


I = np.int32  # noqa: E741
VALUES: list[tuple[str, dict[str, Any], Any]] = [
    ("Size", {"input": np.zeros([2, 3])}, 6),
    ("Rank", {"input": np.zeros([2, 3])}, 2),
    ("Identity", {"input": [1, 2]}, [1, 2]),
    ("Cast", {"x": [1, 2], "DstT": dtypes.int64}, [1, 2]),
    ("Cast", {"x": [1.7, -1.7], "DstT": dtypes.int32}, [1, -1]),
    ("Pack", {"values": [[1, 2], [3, 4]], "axis": 1}, [[1, 3], [2, 4]]),
    ("ConcatV2", {"values": [[1], [2, 3]], "axis": 0}, [1, 2, 3]),
    ("Concat", {"values": [[1], [2, 3]], "concat_dim": 0}, [1, 2, 3]),
    ("Slice", {"input": [1, 2, 3], "begin": [1], "size": [-1]}, [2, 3]),
    ("GatherV2", {"params": [5, 6, 7], "indices": [2, 0], "axis": 0}, [7, 5]),
    ("Gather", {"params": [5, 6, 7], "indices": 1}, 6),
    ("ExpandDims", {"input": 3, "dim": 0}, [3]),
    ("Squeeze", {"input": [[3]], "squeeze_dims": [0]}, [3]),
    ("Reshape", {"tensor": [1, 2, 3, 4], "shape": [2, 2]}, [[1, 2], [3, 4]]),
    ("Fill", {"dims": [2], "value": 7}, [7, 7]),
    ("Range", {"start": 1, "limit": 6, "delta": 2}, [1, 3, 5]),
    ("AddV2", {"x": [1, 2], "y": 3}, [4, 5]),
    ("Sub", {"x": 1, "y": 3}, -2),
    ("Mul", {"x": [2], "y": [3]}, [6]),
    ("FloorDiv", {"x": [-7], "y": [2]}, [-4]),
    ("FloorMod", {"x": [-7], "y": [2]}, [1]),
    ("Maximum", {"x": [1, 5], "y": 3}, [3, 5]),
    ("Minimum", {"x": [1, 5], "y": 3}, [1, 3]),
    ("Prod", {"input": [2, 3, 4], "reduction_indices": [0]}, 24),
]  # fmt: skip
NOT_TOLD: list[tuple[str, dict[str, Any]]] = [
    ("Mul", {"x": I(2**30), "y": I(4)}),  # wraps around when it runs
    ("FloorDiv", {"x": 1, "y": 0}),
    ("Prod", {"input": [2**20, 2**20], "reduction_indices": [0]}),
    ("AddV2", {"x": 1.0, "y": 2.0}),
    ("Range", {"start": 0, "limit": 10**8, "delta": 1}),
    ("Slice", {"input": [1, 2, 3], "begin": [1], "size": [-1]} | {"input": [1.5, 2.0, 3.0], "begin": [5]}),
]


@pytest.mark.parametrize(("op_type", "arguments", "expected"), VALUES)
def test_values(op_type: str, arguments: dict[str, Any], expected: Any) -> None:
    tensor = apply_op(op_type, **arguments)
    found = partial_value(tensor)
    assert found is not None
    assert found.tolist() == expected


@pytest.mark.parametrize(("op_type", "arguments"), NOT_TOLD[:-1])
def test_values_that_are_not_told(op_type: str, arguments: dict[str, Any]) -> None:
    assert constant_value(apply_op(op_type, **arguments)) is None


def test_slices_of_constants() -> None:
    vector = constant([1, 2, 3, 4])
    assert partial_value(sliced(vector, 1)).tolist() == 2
    assert partial_value(sliced(vector, 1, 3)).tolist() == [2, 3]
    assert constant_value(sliced(vector, 1)) is None


def test_the_search_is_bounded() -> None:
    value = constant(1)
    for _ in range(60):
        value = apply_op("AddV2", x=value, y=value)  # 2 ** 60 paths
    assert partial_value(value) is None


def test_constant_value_as_shape() -> None:
    assert constant_value_as_shape(constant([2, -1])).as_list() == [2, None]
    assert constant_value_as_shape(constant(-1)).ndims is None
    assert constant_value_as_shape(placeholder(3, dtype=dtypes.int32)).as_list() == [None] * 3
    assert constant_value_as_shape(unknown(dtypes.int32)).ndims is None
    with pytest.raises(ValueError, match="Received a scalar value '2' as shape"):
        constant_value_as_shape(constant(2))
    with pytest.raises(ValueError, match="rank 1 but is rank 2"):
        constant_value_as_shape(constant([[2]]))


def test_what_needs_no_rank_is_known_without_one() -> None:
    assert shape_of(unknown()).dims == (-1,)
    assert apply_op("Rank", input=unknown()).dims == ()
    assert apply_op("Neg", x=unknown()).dims is None
    assert [t.dims for t in apply_op("ShapeN", input=[placeholder(1, 2), placeholder(3)])] == [(2,), (1,)]


IMAGE, ROOM = {"strides": [1] * 4, "padding": "SAME"}, {"strides": [1] * 5, "padding": "SAME"}
FILTER = np.zeros([3, 3, 5, 7], np.float32)
ONE_RANK: list[tuple[str, dict[str, Any], dict[str, Any], Any]] = [
    ("Conv2D", {"input": None, "filter": FILTER}, IMAGE, (-1, -1, -1, 7)),
    ("Conv2D", {"input": None, "filter": FILTER}, {**IMAGE, "data_format": "NCHW"}, (-1, 7, -1, -1)),
    ("Conv2D", {"input": np.zeros([2, 8, 8, 5], np.float32), "filter": None}, IMAGE, (2, 8, 8, -1)),
    ("DepthwiseConv2dNative", {"input": None, "filter": FILTER}, IMAGE, (-1, -1, -1, 35)),
    ("Conv3D", {"input": None, "filter": np.zeros([2, 2, 2, 5, 7], np.float32)}, ROOM, (-1, -1, -1, -1, 7)),
    (
        "Conv2DBackpropFilter",
        {"input": None, "filter_sizes": I(FILTER.shape), "out_backprop": None},
        IMAGE,
        (3, 3, 5, 7),
    ),
    ("MaxPool", {"input": None}, {"ksize": [1, 2, 2, 1], **IMAGE}, (-1,) * 4),
    ("AvgPool3D", {"input": None}, {"ksize": [1] * 5, **ROOM}, (-1,) * 5),
    ("MatMul", {"a": None, "b": np.zeros([3, 4], np.float32)}, {}, (-1, 4)),
    ("LRN", {"input": None}, {}, (-1,) * 4),
    ("ResizeBilinear", {"images": None, "size": I([3, 4])}, {"T": dtypes.float32}, (-1, 3, 4, -1)),
    ("BiasAdd", {"value": np.zeros([2, 7], np.float32), "bias": None}, {}, (2, 7)),
]


@pytest.mark.parametrize(("op", "inputs", "attrs", "dims"), ONE_RANK)
def test_an_op_that_takes_one_rank_tells_it(op: str, inputs: Any, attrs: Any, dims: Any) -> None:
    tensors = {name: unknown() if value is None else constant(value) for name, value in inputs.items()}
    assert apply_op(op, **tensors, **attrs).dims == dims


def test_sizes_are_known_in_part_where_the_gradient_is_not() -> None:
    sizes = apply_op("Pack", values=[placeholder(dtype=dtypes.int32), 4, 5, 5])
    for given, dims in ((sizes, (-1, 4, 5, 5)), (unknown(dtypes.int32), (-1,) * 4)):
        made = apply_op("Conv2DBackpropInput", input_sizes=given, filter=FILTER, out_backprop=unknown(), **IMAGE)
        assert made.dims == dims


def test_elementwise_rules_bind_by_position() -> None:
    assert apply_op("AddV2", x=placeholder(2, 1), y=placeholder(None, 3)).dims == (2, 3)
    two, three = placeholder(2), placeholder(3)
    with pytest.raises(ValueError, match="imensions must be equal, but are 2 and 3") as raised:
        apply_op("AddV2", name="n", x=two, y=three)
    shown = f"for '{{{{node n}}}} = AddV2[T=DT_FLOAT]({two.op.name}, {three.op.name})' with input shapes: [2], [3]."
    assert str(raised.value).endswith(shown)


def test_control_flow() -> None:
    x, p = placeholder(2, 3), placeholder(dtype=dtypes.bool)
    off, on = apply_op("Switch", data=x, pred=p)
    assert off.dims == on.dims == (2, 3)
    assert apply_op("Merge", inputs=[off, placeholder(2, 4)]).output.dims == (2, -1)
    assert apply_op("Merge", inputs=[off, placeholder(2)]).output.dims is None
    assert apply_op("Enter", data=x, frame_name="f").dims is None
    assert apply_op("Enter", data=x, frame_name="f", is_constant=True).dims == (2, 3)
    assert apply_op("Exit", data=x).dims == (2, 3)
    with pytest.raises(ValueError, match="Shape must be rank 0 but is rank 1"):
        apply_op("Switch", data=x, pred=placeholder(1, dtype=dtypes.bool))


def test_handles_know_their_variables() -> None:
    handle = apply_op("VarHandleOp", dtype=dtypes.float32, shape=[4, None])
    passed = apply_op("Identity", input=apply_op("Enter", data=handle, frame_name="f", is_constant=True))
    assert passed.handle_data == ((dtypes.float32, (4, -1)),)
    assert apply_op("ReadVariableOp", resource=passed, dtype=dtypes.float32).dims == (4, -1)
    assert apply_op("VariableShape", input=handle).dims == (2,)
    assert apply_op("ResourceGather", resource=handle, indices=[1, 2], dtype=dtypes.float32).dims == (2, -1)
    with pytest.raises(ValueError, match="Trying to read variable with wrong dtype. Expected int32 got float32"):
        apply_op("ReadVariableOp", resource=handle, dtype=dtypes.int32)


def test_variables_and_their_assignments() -> None:
    variable = apply_op("VariableV2", dtype=dtypes.float32, shape=[2, None])
    assert variable.dims == (2, -1)
    assert apply_op("Assign", ref=variable, value=placeholder(2, 3)).dims == (2, 3)
    assert apply_op("Assign", ref=variable, value=placeholder(5), validate_shape=False).dims == (5,)
    with pytest.raises(ValueError, match="must be equal"):
        apply_op("Assign", ref=variable, value=placeholder(3, 3))


def test_attributes_reach_rules_as_codes() -> None:
    rule = OpKind.of("Conv2D").shape_rule
    assert rule is not None
    x = apply_op(
        "Conv2D", input=placeholder(1, 8, 8, 3), filter=placeholder(3, 3, 3, 4), strides=[1, 2, 2, 1], padding="VALID"
    )
    assert x.dims == (1, 3, 3, 4)


def test_functional_control_flow_takes_declared_shapes() -> None:
    arguments = {"cond": placeholder(dtype=dtypes.bool), "input": [], "Tout": [dtypes.float32]}
    branches = {"then_branch": "f", "else_branch": "g"}
    assert apply_op("If", **arguments, **branches, output_shapes=[[3]])[0].dims == (3,)
    assert apply_op("If", **arguments, **branches)[0].dims is None
    with pytest.raises(ValueError, match=r"must be the same length as num outputs \(2 vs. 1\)"):
        apply_op("If", **arguments, **branches, output_shapes=[[3], [3]])
