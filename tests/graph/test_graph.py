"""Graph: names, scopes, look-up, collections, devices, control inputs, making operations."""

from collections.abc import Callable
from typing import Any

import pytest

from nbtf.dtypes import float32, int32
from nbtf.graph import default_stacks, scopes
from nbtf.graph.apply_op import apply_op
from nbtf.graph.conversion import constant
from nbtf.graph.graph import Graph
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.wire import schema


@pytest.fixture
def graph() -> Any:
    with Graph().as_default() as graph:
        yield graph


def placeholder(graph: Graph, name: str, shape: Any = None, dtype: Any = float32) -> Tensor:
    return graph.create_op("Placeholder", [], name=name, attrs={"dtype": dtype, "shape": shape}).outputs[0]


# ---- names -----------------------------------------------------------------------------------------------------------


def test_names_are_unique_without_regard_to_case(graph: Graph) -> None:
    apply_op("NoOp", name="a_1")
    found = [apply_op("NoOp", name=name).name for name in ("a", "a", "A", "a", "NoOp", "noop")]
    assert found == ["a", "a_2", "A_3", "a_4", "NoOp", "noop_1"]
    assert graph.unique_name("a", mark_as_used=False) == graph.unique_name("a") == "a_5"


def test_many_equal_names_take_linear_work(graph: Graph) -> None:
    for i in range(3000):
        graph._names.mark(f"x_{i}")
    found = [graph.unique_name("x") for _ in range(1001)]
    assert found[0] == "x"
    assert found[1:] == [f"x_{3000 + i}" for i in range(1000)]
    assert graph._names._next["x"] == 4000  # the search goes on where it ended


def test_name_scopes(graph: Graph) -> None:
    with graph.name_scope("x") as first:
        apply_op("NoOp", name="c")
    with graph.name_scope("x") as second, graph.name_scope("y") as nested:
        assert graph.get_name_scope() == "x_1/y"
        with graph.name_scope("x/") as again:
            assert apply_op("NoOp", name="c").name == "x/c_1"
        with graph.name_scope(None) as root:
            assert apply_op("NoOp", name="c").name == "c"
    assert (first, second, nested, again, root) == ("x/", "x_1/", "x_1/y/", "x/", "")
    with scopes.name_scope(None, "default", [constant(1)]) as scope:
        assert scope == "default/"
    with graph.name_scope("s"):
        assert apply_op("NoOp", name="_x").name == "s/_x"


@pytest.mark.parametrize("name", ["a b", "_a", "-", "a\n b"])
def test_bad_names(graph: Graph, name: str) -> None:
    with pytest.raises(ValueError, match="is not a valid root scope name"), graph.name_scope(name):
        pass
    with pytest.raises(ValueError, match="is not a valid node name"):
        graph.create_op("NoOp", [], name=name)


def test_a_name_with_a_slash_at_its_end_is_exact(graph: Graph) -> None:
    with graph.name_scope("s"):
        assert graph.create_op("NoOp", [], name="exact/").name == "exact"
    with pytest.raises(ValueError, match="Duplicate node name in graph: 'exact'"):
        graph.create_op("NoOp", [], name="exact/")


# ---- look-up ---------------------------------------------------------------------------------------------------------

TENSOR_FORM = 'Tensor names must be of the form "<op_name>:<output_index>".'
NO_TENSOR = "refers to a Tensor which does not exist. The operation,"
LOOKUPS: list[tuple[str, Any, type[Exception], str]] = [
    ("get_tensor_by_name", "x", ValueError, f"The name 'x' refers to an Operation, not a Tensor. {TENSOR_FORM}"),
    ("get_tensor_by_name", "zz:0", KeyError, f"The name 'zz:0' {NO_TENSOR} 'zz', does not exist in the graph."),
    ("get_tensor_by_name", "x:5", KeyError, f"The name 'x:5' {NO_TENSOR} 'x', exists but only has 1 outputs."),
    ("get_tensor_by_name", "x:a", ValueError,
     f"The name 'x:a' looks a like a Tensor name, but is not a valid one. {TENSOR_FORM}"),
    ("get_tensor_by_name", "^x", ValueError,
     f"The name '^x' looks like an (invalid) Operation name, not a Tensor. {TENSOR_FORM}"),
    ("get_tensor_by_name", None, TypeError, "Tensor names are strings (or similar), not NoneType."),
    ("get_operation_by_name", "zz", KeyError, "The name 'zz' refers to an Operation not in the graph."),
    ("get_operation_by_name", "x:0", ValueError, "Name 'x:0' appears to refer to a Tensor, not a Operation."),
    ("get_operation_by_name", 3, TypeError, "Operation names are strings (or similar), not int."),
    ("as_graph_element", None, TypeError, "Can not convert a NoneType into a Tensor or Operation."),
    ("as_graph_element", 3, TypeError, "Can not convert a int into a Tensor or Operation."),
]  # fmt: skip


@pytest.mark.parametrize(("method", "argument", "error", "message"), LOOKUPS)
def test_look_up_errors(graph: Graph, method: str, argument: Any, error: type[Exception], message: str) -> None:
    placeholder(graph, "x")
    with pytest.raises(error) as raised:
        getattr(graph, method)(argument)
    assert raised.value.args[0] == message


def test_look_up(graph: Graph) -> None:
    x = placeholder(graph, "x")
    assert graph.get_tensor_by_name("x:0") is x
    assert graph.get_operation_by_name("x") is x.op
    assert graph.as_graph_element("x") is x.op
    assert graph.as_graph_element("x:0") is graph.as_graph_element(x) is x

    class StandsForX:
        def _as_graph_element(self) -> Tensor:
            return x

    assert graph.as_graph_element(StandsForX()) is x
    with pytest.raises(TypeError, match="Can not convert a Operation into a Tensor"):
        graph.as_graph_element(x.op, allow_operation=False)
    with pytest.raises(ValueError, match="can't both be False"):
        graph.as_graph_element("x", False, False)
    with pytest.raises(ValueError, match="is not an element of this graph"):
        Graph().as_graph_element(x)


# ---- control inputs --------------------------------------------------------------------------------------------------


def test_control_dependencies_as_tensorflow_orders_them(graph: Graph) -> None:
    i = placeholder(graph, "i")
    a, b, d = (constant(k, name=name) for k, name in enumerate("abd"))
    with graph.control_dependencies([d, a]), graph.control_dependencies([b, d]):
        z = apply_op("Identity", input=b)
        w = apply_op("NoOp")
        q = apply_op("Identity", name="q", input=i)
        after_q = apply_op("Identity", input=q)
        with graph.control_dependencies(None):
            free = apply_op("NoOp")
    assert list(z.op.node_def.input) == ["b", "^d", "^a"]
    assert [sorted(op.name for op in made.control_inputs) for made in (w, q.op)] == [["a", "b", "d"]] * 2
    assert list(after_q.op.node_def.input) == ["q"]  # q waits for all of them already
    assert free.control_inputs == []
    assert w in a.op._control_outputs
    with pytest.raises(TypeError, match="Can not convert a NoneType"), graph.control_dependencies([None]):
        pass


# ---- devices and colocation ------------------------------------------------------------------------------------------


def on_job(op: Operation) -> str:
    return "/job:a" if op.type == "Const" else "/job:b"


DEVICES: list[tuple[Any, str]] = [
    ("/job:w/task:3", "/job:w/task:3/device:GPU:1"),
    ("/cpu:0", "/device:CPU:0"),
    (None, ""),
    (on_job, "/job:a"),
    ("", "/device:GPU:1"),
]


@pytest.mark.parametrize(("inner", "expected"), DEVICES)
def test_inner_devices_outrank_outer_ones(graph: Graph, inner: Any, expected: str) -> None:
    with graph.device("/gpu:1"), graph.device(inner):
        device = constant(1).op.device
    assert device.startswith(expected)


def test_an_unknown_part_of_a_device(graph: Graph) -> None:
    message = "Unknown attribute 'foo' is encountered while parsing the device spec: '/foo:bar'."
    with pytest.raises(ValueError, match=message), graph.device("/foo:bar"):
        pass


def test_colocation(graph: Graph) -> None:
    with graph.device("/job:w"):
        e = constant(1, name="e")
    with graph.device("/cpu:0"), graph.colocate_with(e):
        m = constant(2)
    assert m.op.get_attr("_class") == m.op.colocation_groups() == e.op.colocation_groups() == [b"loc:@e"]
    assert m.op.device == "/job:w"
    with pytest.raises(ValueError, match="ignore_existing"), graph.colocate_with(None):
        pass


# ---- collections -----------------------------------------------------------------------------------------------------


def test_collections(graph: Graph) -> None:
    x, y = placeholder(graph, "s/x"), placeholder(graph, "t/y")
    graph.add_to_collection("c", x)
    graph.add_to_collections(["c", "d", "d"], y)
    graph.add_to_collection(("not", "a", "string"), 1)
    assert graph.get_collection("c") == [x, y]
    assert graph.get_collection("c", scope="s") == [x]
    assert graph.get_collection("d") == [y]
    graph.get_collection("c").clear()
    assert graph.get_collection_ref("c") == [x, y]
    assert graph.get_collection("none") == []
    assert graph.get_all_collection_keys() == ["c", "d"]
    graph.clear_collection("c")
    assert graph.get_collection("c") == []


# ---- operations ------------------------------------------------------------------------------------------------------


def test_create_op_infers_checks_and_fills_attributes(graph: Graph) -> None:
    x = placeholder(graph, "x", [2, 3])
    op = graph.create_op("MatMul", [x, x], name="m", attrs={"transpose_b": True})
    assert (op.attrs.T, op.attrs.transpose_a, op.attrs.transpose_b) == (float32, False, True)
    assert op.outputs[0].shape.as_list() == [2, 2]
    assert op.index == 1
    assert list(op.node_def.input) == ["x", "x"]
    assert x.consumers() == [op]
    assert op.traceback[0].filename == __file__


CREATE_ERRORS: list[tuple[Callable[[Graph, Tensor, Tensor], Any], type[Exception], str]] = [
    (lambda g, x, i: g.create_op("Identity", [3]), TypeError, "Input #0 is not a tensor: 3"),
    (lambda g, x, i: g.create_op("NoSuch", []), RuntimeError, "Op type not registered 'NoSuch'"),
    (lambda g, x, i: g.create_op("Cast", [x]), ValueError, "NodeDef missing attr 'DstT' from Op<name=Cast; "),
    (lambda g, x, i: g.create_op("MatMul", [x, i], name="mm"), ValueError,
     "Inconsistent values for attr 'T' DT_FLOAT vs. DT_INT32 while building NodeDef 'mm' using Op<name=MatMul; "),
    (lambda g, x, i: g.create_op("Identity", [x, x]), ValueError, "do not match 2 inputs specified"),
    (lambda g, x, i: g.create_op("Identity", [x], dtypes=[int32]), TypeError, "has outputs of types ['float32']"),
    (lambda g, x, i: Graph().create_op("Identity", [x]), ValueError, "is not an element of this graph"),
]  # fmt: skip


@pytest.mark.parametrize(("create", "error", "message"), CREATE_ERRORS)
def test_create_op_refuses_and_leaves_nothing(
    graph: Graph, create: Callable[..., Any], error: type[Exception], message: str
) -> None:
    x, i = placeholder(graph, "x", [2, 3]), placeholder(graph, "i", [], int32)
    with pytest.raises(error) as raised:
        create(graph, x, i)
    assert message in str(raised.value)
    assert len(graph.get_operations()) == 2
    assert x.consumers() == []


def test_shapes_that_cannot_fit_are_told_with_node_and_shapes(graph: Graph) -> None:
    x = placeholder(graph, "x", [2, 3])
    with pytest.raises(ValueError) as raised:
        graph.create_op("MatMul", [x, x], name="q")
    assert str(raised.value).endswith(
        " for '{{node q}} = MatMul[T=DT_FLOAT, transpose_a=false, transpose_b=false](x, x)' "
        "with input shapes: [2,3], [2,3]."
    )
    assert x.consumers() == []


def test_finalize(graph: Graph) -> None:
    graph.finalize()
    assert graph.finalized
    for change in (lambda: constant(1), lambda: graph.add_to_collection("c", 1)):
        with pytest.raises(RuntimeError, match="Graph is finalized and cannot be modified."):
            change()


def test_graph_defs(graph: Graph) -> None:
    x = placeholder(graph, "x", [2, None])
    before = graph.version
    apply_op("Identity", name="y", input=x)
    assert graph.version == before + 1
    whole = graph.as_graph_def()
    assert [node.name for node in whole.node] == ["x", "y"]
    assert whole.versions.producer == graph.graph_def_versions.producer == 1645
    assert [node.name for node in graph.as_graph_def(from_version=before).node] == ["y"]
    shapes = graph.as_graph_def(add_shapes=True).node[1].attr["_output_shapes"].list.shape
    assert [dim.size for dim in shapes[0].dim] == [2, -1]


def test_default_graphs() -> None:
    outer = default_stacks.get_default_graph()
    with Graph().as_default() as graph:
        assert default_stacks.get_default_graph() is graph
        with pytest.raises(AssertionError, match="Do not use tf.reset_default_graph"):
            default_stacks.reset_default_graph()
    assert default_stacks.get_default_graph() is outer
    default_stacks.reset_default_graph()
    assert default_stacks.get_default_graph() is not outer


def test_attribute_scopes(graph: Graph) -> None:
    with graph.gradient_override_map({"Identity": "Mine"}), graph.container("box"):
        op = apply_op("Identity", input=1.0).op
        variable = graph.create_op("VariableV2", [], attrs={"shape": [2], "dtype": float32})
    assert op.get_attr("_gradient_op_type") == b"Mine"
    assert variable.get_attr("container") == b"box"
    with graph._attr_scope({"_mark": schema.AttrValue(i=3)}):
        assert apply_op("NoOp").get_attr("_mark") == 3


def test_feeding_and_fetching_can_be_prevented(graph: Graph) -> None:
    x = placeholder(graph, "x")
    assert graph.is_feedable(x)
    assert graph.is_fetchable(x)
    graph.prevent_feeding(x)
    graph.prevent_fetching(x.op)
    assert not graph.is_feedable(x)
    assert not graph.is_fetchable(x)
