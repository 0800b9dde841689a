"""Tensor and Operation: text, static shapes, attributes, and what Python may not do with a symbol."""

from typing import Any

import numpy as np
import pytest

from nbtf import errors
from nbtf.dtypes import float32, int32
from nbtf.graph import default_stacks
from nbtf.graph.apply_op import apply_op
from nbtf.graph.conversion import constant
from nbtf.graph.graph import Graph
from nbtf.graph.tensor import Tensor, dims_text, merged_dims
from nbtf.wire import schema


@pytest.fixture
def x() -> Any:
    with Graph().as_default() as graph:
        yield graph.create_op("Placeholder", [], name="x", attrs={"dtype": float32, "shape": [2, None]}).outputs[0]


def test_text(x: Tensor) -> None:
    assert str(x) == 'Tensor("x:0", shape=(2, ?), dtype=float32)'
    assert repr(x) == "<tf.Tensor 'x:0' shape=(2, ?) dtype=float32>"
    unknown = x.graph.create_op("Placeholder", [], name="u", attrs={"dtype": float32, "shape": None}).outputs[0]
    assert str(unknown) == 'Tensor("u:0", dtype=float32)'
    assert repr(x.op) == "<tf.Operation 'x' type=Placeholder>"
    y = apply_op("Identity", name="y", input=x)
    assert (
        str(y.op)
        == 'name: "y"\nop: "Identity"\ninput: "x"\nattr {\n  key: "T"\n  value {\n    type: DT_FLOAT\n  }\n}\n'
    )


def test_static_shapes_only_become_more_precise(x: Tensor) -> None:
    x.set_shape([None, 3])
    assert x.shape.as_list() == x.get_shape().as_list() == [2, 3]
    with pytest.raises(ValueError) as raised:
        x.set_shape([3, 3])
    assert str(raised.value) == (
        "Dimension 0 in both shapes must be equal, but are 2 and 3. Shapes are [2,3] and [3,3]."
    )
    with pytest.raises(ValueError, match="Shapes must be equal rank, but are 2 and 3"):
        x.set_shape([2, 3, 4])


def test_merged_dims() -> None:
    assert merged_dims(None, (1,)) == merged_dims((1,), None) == merged_dims((-1,), (1,)) == (1,)
    assert dims_text((2, -1)) == "[2,?]"


def test_what_needs_a_value(x: Tensor) -> None:
    with pytest.raises(errors.OperatorNotAllowedInGraphError, match="as a Python `bool`"):
        bool(x)
    with pytest.raises(TypeError, match="Iterating over a symbolic `tf.Tensor` is not allowed"):
        list(x)
    with pytest.raises(TypeError, match=r"len is not well defined for a symbolic Tensor \(x:0\)"):
        len(x)
    with pytest.raises(NotImplementedError, match=r"Cannot convert a symbolic tf.Tensor \(x:0\) to a numpy array"):
        np.asarray(x)
    assert {x: 1}[x] == 1


def test_running_needs_a_session(x: Tensor) -> None:
    with pytest.raises(ValueError, match=r"Cannot evaluate tensor using `eval\(\)`: No default session is registered"):
        x.eval()
    with pytest.raises(ValueError, match=r"Cannot execute operation using `run\(\)`: No default session"):
        x.op.run()

    class Session:
        graph = x.graph

        def run(self, fetches: Any, feed_dict: Any = None) -> Any:
            return fetches, feed_dict

    session = Session()
    with default_stacks.sessions.default(session):
        assert x.eval({x: 1}) == (x, {x: 1})
    assert x.eval(session=session) == (x, None)
    session.graph = Graph()
    with pytest.raises(ValueError, match="graph is different from the tensor's graph"):
        x.eval(session=session)


def test_attributes(x: Tensor) -> None:
    op = x.op
    assert op.attrs.dtype is float32
    assert op.attrs.shape.as_list() == [2, None]
    assert op.get_attr("dtype") is float32
    assert [dim.size for dim in op.get_attr("shape").dim] == [2, -1]
    with pytest.raises(ValueError, match="Operation 'x' has no attr named 'foo'"):
        op.get_attr("foo")
    with pytest.raises(AttributeError, match="Operation 'x' has no attr named 'foo'"):
        _ = op.attrs.foo
    assert op.attrs.get("foo", 3) == 3
    op._set_attr("foo", schema.AttrValue(i=4))
    assert (op.attrs.foo, op.get_attr("foo")) == (4, 4)
    pool = apply_op("AvgPool", value=np.zeros([1, 4, 4, 1]), ksize=[1, 2, 2, 1], strides=[1, 1, 1, 1], padding="SAME")
    assert (pool.op.attrs.padding, pool.op.attrs.ksize) == ("SAME", [1, 2, 2, 1])
    assert (pool.op.get_attr("padding"), pool.op.get_attr("ksize")) == (b"SAME", [1, 2, 2, 1])
    assert [argument.name for argument in pool.op.op_def.input_arg] == ["value"]


def test_inputs_can_be_replaced(x: Tensor) -> None:
    y = apply_op("Identity", input=x).op
    c = constant([[1.0]])
    rewrites = x.graph.rewrites
    y._update_input(0, c)
    assert (y.inputs, x.consumers(), c.consumers()) == ((c,), [], [y])
    assert x.graph.rewrites > rewrites
    y._add_control_inputs([x.op, x.op])
    assert y.control_inputs == [x.op]
    with Graph().as_default(), pytest.raises(ValueError, match="is not an element of this graph"):
        y._update_input(0, constant(1.0))


def test_operators_are_given_by_another_layer() -> None:
    with pytest.raises(ValueError, match="Overriding __call__ is disallowed"):
        Tensor._override_operator("__call__", lambda self: self)


def test_several_outputs(x: Tensor) -> None:
    values, indices = apply_op("TopKV2", input=[[1.0, 2.0]], k=1)
    assert values.op.values() == tuple(values.op.outputs) == (values, indices)
    assert (indices.name, indices.value_index, indices.dtype) == ("TopKV2:1", 1, int32)
    both = apply_op("Add", x=indices, y=indices)
    assert list(both.op.node_def.input) == ["TopKV2:1", "TopKV2:1"]
    assert indices.consumers() == [both.op]
