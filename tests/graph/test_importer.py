"""import_graph_def: names, maps, results, errors as TensorFlow's, and work linear in the number of nodes."""

import json
import random
import sys
from pathlib import Path
from typing import Any

import google.protobuf.message
import numpy as np
import pytest

from nbtf.dtypes import float32, int32
from nbtf.graph import verifier
from nbtf.graph.apply_op import apply_op
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.session import Session
from nbtf.wire import schema, text_format
from nbtf.wire.tensor import make_tensor_proto

ERRORS = json.loads(Path(__file__).with_name("import_errors.json").read_text())

# Where nbtf says more than TensorFlow: its message is the beginning of ours.
SAYS_MORE = {name for name in ERRORS if name.startswith("cycle")}


def parse(text: str) -> Any:
    return text_format.from_text(text, schema.GraphDef())


CHAIN = parse(
    'node{name:"x" op:"Placeholder" attr{key:"dtype" value{type:DT_FLOAT}}}'
    'node{name:"a/b" op:"Identity" input:"x" attr{key:"T" value{type:DT_FLOAT}}}'
    'node{name:"a/c" op:"Identity" input:"a/b" input:"^x" attr{key:"T" value{type:DT_FLOAT}}'
    ' attr{key:"_class" value{list{s:"loc:@a/b"}}}}'
)


def names(graph: Graph) -> list[str]:
    return [op.name for op in graph.get_operations()]


@pytest.mark.parametrize("case", ERRORS)
def test_malformed_graphs_are_refused_with_tensorflows_words(case: str) -> None:
    expected = ERRORS[case]
    with Graph().as_default() as graph:
        if expected["error"] is None:
            import_graph_def(parse(expected["graph"]), name="")
            assert graph.get_operations()
            return
        with pytest.raises(ValueError) as raised:
            import_graph_def(parse(expected["graph"]), name="")
    assert type(raised.value).__name__ == expected["error"]
    if case in SAYS_MORE:
        assert str(raised.value).startswith(expected["message"] + ": '")
    else:
        assert str(raised.value) == expected["message"]
    assert graph.get_operations() == []
    assert graph.version == 0


def test_a_failed_import_leaves_the_graph_as_it_was() -> None:
    with Graph().as_default() as graph:
        x = constant(1.0, name="x")
        bad = parse(
            'node{name:"y" op:"Identity" input:"x" attr{key:"T" value{type:DT_FLOAT}}} node{name:"z" op:"Sqrt"}'
        )
        with pytest.raises(ValueError, match="NodeDef missing attr 'T'"):
            import_graph_def(bad, name="", input_map={"x": x})
        assert names(graph) == ["x"]
        assert x.consumers() == []
        assert graph.unique_name("y") == "y"


def test_prefixes() -> None:
    with Graph().as_default() as graph:
        assert import_graph_def(CHAIN) is None
        import_graph_def(CHAIN)
        with graph.name_scope("s"):
            import_graph_def(CHAIN, name="p")
        found = names(graph)
    assert found[:3] == ["import/x", "import/a/b", "import/a/c"]
    assert found[3::3] == ["import_1/x", "s/p/x"]
    last = graph.get_operation_by_name("s/p/a/c")
    assert list(last.node_def.input) == ["s/p/a/b", "^s/p/x"]
    assert last.get_attr("_class") == [b"loc:@s/p/a/b"]


def test_taken_names_are_numbered_along_with_what_refers_to_them() -> None:
    with Graph().as_default() as graph:
        import_graph_def(CHAIN, name="")
        import_graph_def(CHAIN, name="")
    assert names(graph) == ["x", "a/b", "a/c", "x_1", "a/b_1", "a/c_1"]
    again = graph.get_operation_by_name("a/c_1")
    assert list(again.node_def.input) == ["a/b_1", "^x_1"]
    assert again.get_attr("_class") == [b"loc:@a/b_1"]


def test_a_name_that_is_a_scope_is_taken() -> None:
    with Graph().as_default() as graph:
        apply_op("NoOp", name="x/inner")
        import_graph_def(CHAIN, name="")
    assert "x_1" in names(graph)


def test_input_map_and_return_elements() -> None:
    with Graph().as_default() as graph:
        q = constant(1.0, name="q")
        results = import_graph_def(
            CHAIN, input_map={"x:0": q, "^x": q.op}, return_elements=["x:0", "x", "a/c"], name="m"
        )
    assert results == [q, graph.get_operation_by_name("m/x"), graph.get_operation_by_name("m/a/c")]
    assert list(graph.get_operation_by_name("m/a/b").node_def.input) == ["q"]
    assert list(graph.get_operation_by_name("m/a/c").node_def.input) == ["m/a/b", "^q"]


def test_input_map_takes_plain_values_under_a_name() -> None:
    with Graph().as_default() as graph:
        import_graph_def(CHAIN, input_map={b"x": 3.0}, name="m")
        assert graph.get_operation_by_name("m/a/b").inputs[0].name == "m/_inputs/Const:0"
        with pytest.raises(ValueError, match="requires a non-empty `name`"):
            import_graph_def(CHAIN, input_map={"x": 3.0}, name="")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"graph_def": 3}, TypeError, "Argument `graph_def` must be a GraphDef proto."),
        ({"input_map": 3}, TypeError, "Argument `input_map` must be a dictionary. Obtained int"),
        ({"return_elements": [3]}, TypeError, "Argument `return_elements` must be a list of strings. Obtained [3]."),
        ({"return_elements": ["q"]}, ValueError, "Requested return node 'q' not found in graph def"),
        ({"return_elements": ["q:0"]}, ValueError, "Requested return tensor 'q:0' not found in graph def"),
        ({"return_elements": ["x:3"]}, ValueError, "Invalid return output 3 of node 'x', which has 1 output(s)"),
    ],
)
def test_arguments(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with Graph().as_default(), pytest.raises(error) as raised:
        import_graph_def(**{"graph_def": CHAIN, **arguments})
    assert str(raised.value) == message


def test_unused_input_map_and_wrong_types_in_it() -> None:
    with Graph().as_default():
        q, i = constant(1.0), constant(1)
        with pytest.raises(ValueError, match=r"Attempted to map inputs that were not found in graph_def: \[zz:0\]"):
            import_graph_def(CHAIN, input_map={"zz:0": q})
        with pytest.raises(ValueError, match="Input 0 of node a/b was passed int32 from Const_1:0 incompatible"):
            import_graph_def(CHAIN, input_map={"x": i})


def test_control_dependencies_and_devices_around_an_import_apply() -> None:
    with Graph().as_default() as graph:
        q = constant(1.0, name="q")
        with graph.control_dependencies([q]), graph.device("/gpu:0"):
            import_graph_def(CHAIN, name="m")
    op = graph.get_operation_by_name("m/a/b")
    assert list(op.node_def.input) == ["m/x", "^q"]
    assert op.device == "/device:GPU:0"


def test_default_attributes_are_filled_in_and_shapes_inferred() -> None:
    text = (
        'node{name:"x" op:"Placeholder" attr{key:"dtype" value{type:DT_FLOAT}}'
        ' attr{key:"shape" value{shape{dim{size:2}dim{size:3}}}}}'
    )
    text += 'node{name:"s" op:"Shape" input:"x" attr{key:"T" value{type:DT_FLOAT}}}'
    with Graph().as_default() as graph:
        import_graph_def(parse(text), name="")
    shape = graph.get_operation_by_name("s")
    assert shape.attrs.out_type is int32
    assert shape.outputs[0].shape.as_list() == [2]


def test_output_shapes_refine_and_go() -> None:
    text = (
        'node{name:"x" op:"Placeholder" attr{key:"dtype" value{type:DT_FLOAT}}'
        ' attr{key:"_output_shapes" value{list{shape{dim{size:3}}}}}}'
    )
    with Graph().as_default() as graph:
        import_graph_def(parse(text), name="")
    op = graph.get_operation_by_name("x")
    assert op.outputs[0].shape.as_list() == [3]
    assert "_output_shapes" not in op.node_def.attr


def test_unknown_ops_become_opaque_nodes_that_survive_a_round_trip() -> None:
    text = (
        'node{name:"o" op:"NoSuchOp" attr{key:"depth" value{i:3}} attr{key:"names" value{list{s:"a"}}}}'
        'node{name:"y" op:"Identity" input:"o:2" attr{key:"T" value{type:DT_FLOAT}}}'
    )
    with Graph().as_default() as graph:
        import_graph_def(parse(text), name="")
    opaque = graph.get_operation_by_name("o")
    assert opaque.definition is None
    assert opaque.block is None
    assert opaque.op_def is None
    assert [tensor.dtype.name for tensor in opaque.outputs] == ["unknown"] * 3
    assert (opaque.attrs.depth, opaque.attrs.names) == (3, ["a"])
    assert graph.as_graph_def().node[0] == parse(text).node[0]


def test_nodes_in_any_order_and_the_one_legal_cycle() -> None:
    attr = 'attr{key:"T" value{type:DT_FLOAT}}'
    text = (
        f'node{{name:"next" op:"NextIteration" input:"switch:1" {attr}}}'
        f'node{{name:"exit" op:"Exit" input:"switch" {attr}}}'
        f'node{{name:"switch" op:"Switch" input:"merge" input:"cond" {attr}}}'
        'node{name:"cond" op:"LoopCond" input:"less"}'
        f'node{{name:"less" op:"Less" input:"merge" input:"merge" {attr}}}'
        f'node{{name:"merge" op:"Merge" input:"enter" input:"next" {attr} attr{{key:"N" value{{i:2}}}}}}'
        f'node{{name:"enter" op:"Enter" input:"x" {attr} attr{{key:"frame_name" value{{s:"f"}}}}}}'
        'node{name:"x" op:"Placeholder" attr{key:"dtype" value{type:DT_FLOAT}}}'
    )
    with Graph().as_default() as graph:
        import_graph_def(parse(text), name="")
    assert names(graph) == ["x", "enter", "merge", "less", "cond", "switch", "next", "exit"]
    merge = graph.get_operation_by_name("merge")
    assert [tensor.name for tensor in merge.inputs] == ["enter:0", "next:0"]
    assert graph.get_tensor_by_name("next:0").consumers() == [merge]


def test_the_file_is_not_changed_and_later_changes_of_it_do_not_matter() -> None:
    graph_def = parse(text_format.to_text(CHAIN))
    with Graph().as_default() as graph:
        import_graph_def(graph_def, name="p")
    assert graph_def == CHAIN
    graph_def.node[0].attr["dtype"].type = 3
    assert graph.get_operation_by_name("p/x").attrs.dtype is float32


def test_contents_of_large_constants_lie_beside_their_nodes_and_come_back() -> None:
    values = np.arange(3000, dtype=np.float32).reshape(30, 100)
    file = schema.GraphDef()
    file.node.add(name="w", op="Const", device="/device:CPU:0", input=["^x"])
    file.node.add(name="x", op="NoOp")
    node = file.node[0]
    node.attr["dtype"].type = float32.as_datatype_enum
    node.attr["_note"].s = b"kept"
    node.attr["value"].tensor.CopyFrom(make_tensor_proto(values))
    both = file.node.add(name="both", op="Const")  # TensorFlow lets a message have a list, too, and reads the content
    both.attr["dtype"].type = float32.as_datatype_enum
    both.attr["value"].tensor.CopyFrom(make_tensor_proto(values))
    both.attr["value"].tensor.float_val.append(1)
    before = schema.GraphDef.FromString(file.SerializeToString())
    with Graph().as_default() as graph:
        import_graph_def(file, name="")
    assert file == before
    file.node[0].attr["value"].tensor.tensor_content = b""
    again = {node.name: node for node in graph.as_graph_def().node}
    assert again == {node.name: node for node in before.node}
    op = graph.get_operation_by_name("w")
    assert "content" not in str(op._node) and op.node_def == before.node[0]
    assert op.get_attr("value") == before.node[0].attr["value"].tensor
    np.testing.assert_array_equal(constant_value(op.outputs[0]), values)
    np.testing.assert_array_equal(Session(graph=graph).run("w:0"), values)
    op._set_attr("value", schema.AttrValue(tensor=make_tensor_proto(values[:1])))
    assert op.get_attr("value") == make_tensor_proto(values[:1])


def test_damaged_attributes_are_refused_not_tripped_over() -> None:
    graph_def = parse(text_format.to_text(CHAIN))
    graph_def.node[2].attr["_class"].i = 3  # no list of strings
    with Graph().as_default(), pytest.raises(TypeError, match="Node 'a/c': attr '_class' must be a list of strings"):
        import_graph_def(graph_def, name="")
    conv = (
        'node{name:"x" op:"Placeholder" attr{key:"dtype" value{type:DT_FLOAT}}'
        ' attr{key:"shape" value{shape{dim{size:4}dim{size:4}dim{size:4}dim{size:4}}}}}'
        'node{name:"y" op:"Conv2D" input:"x" input:"x" attr{key:"T" value{type:DT_FLOAT}}'
        ' attr{key:"strides" value{list{i:1}}} attr{key:"padding" value{s:"SAME"}}}'
    )
    with Graph().as_default(), pytest.raises(ValueError, match="{{node y}} = Conv2D"):
        import_graph_def(parse(conv), name="")


def test_any_damage_to_a_file_is_a_value_error(golden: Path) -> None:
    content = (golden / "nets" / "while_grad.pb").read_bytes()
    chance = random.Random(7)
    refused = accepted = 0
    for _ in range(400):
        damaged = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        graph_def = schema.GraphDef()
        try:
            graph_def.ParseFromString(bytes(damaged))
        except google.protobuf.message.DecodeError:
            continue
        with Graph().as_default() as graph:
            try:
                import_graph_def(graph_def, name="")
            except ValueError:
                refused += 1
                assert graph.get_operations() == []
            else:
                accepted += 1
    assert refused > 20
    assert accepted > 5


def test_finalized_graphs_take_nothing() -> None:
    with Graph().as_default() as graph:
        graph.finalize()
        with pytest.raises(RuntimeError, match="Graph is finalized and cannot be modified"):
            import_graph_def(CHAIN)


def test_attributes_of_a_newer_writer_go_where_they_have_its_default() -> None:
    op_list = schema.OpList()
    op = op_list.op.add(name="Identity")
    op.attr.add(name="T", type="type")
    op.attr.add(name="fresh", type="int").default_value.i = 7
    graph_def = parse(text_format.to_text(CHAIN))
    graph_def.node[1].attr["fresh"].i = 7
    graph_def.node[2].attr["fresh"].i = 8
    with Graph().as_default() as graph:
        import_graph_def(graph_def, name="", producer_op_list=op_list)
    assert "fresh" not in graph.get_operation_by_name("a/b").node_def.attr
    assert graph.get_operation_by_name("a/c").get_attr("fresh") == 8


def chain_of(count: int, backwards: bool = False) -> Any:
    graph_def = schema.GraphDef()
    order = range(count - 1, -1, -1) if backwards else range(count)
    for i in order:
        node = graph_def.node.add(name=f"n{i}", op="Identity" if i else "Placeholder")
        node.attr["T" if i else "dtype"].type = 1
        if i:
            node.input.append(f"n{i - 1}")
    return graph_def


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_a_hundred_thousand_nodes_without_recursion(backwards: bool) -> None:
    graph_def = chain_of(100_000, backwards)
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    limit = sys.getrecursionlimit()
    with Graph().as_default() as graph:
        sys.setrecursionlimit(depth + 60)
        try:
            import_graph_def(graph_def, name="")
        finally:
            sys.setrecursionlimit(limit)
    assert len(graph.get_operations()) == 100_000
    assert names(graph)[-1] == "n99999"
    assert len(graph.as_graph_def().node) == 100_000


def calls_during_import(count: int) -> int:
    """Python-level function calls that an import of `count` nodes makes."""
    graph_def = chain_of(count, backwards=True)
    calls = 0

    def profile(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    with Graph().as_default():
        sys.setprofile(profile)
        try:
            import_graph_def(graph_def, name="")
        finally:
            sys.setprofile(None)
    return calls


def test_work_is_linear_in_the_number_of_nodes() -> None:
    calls_during_import(10)  # what is looked up once a process
    small, large = calls_during_import(500), calls_during_import(4000)
    assert large < 8.5 * small


def test_a_cycle_among_many_nodes_is_found_and_named() -> None:
    graph_def = chain_of(20_000)
    graph_def.node[0].Clear()
    graph_def.node[0].name, graph_def.node[0].op = "n0", "Identity"
    graph_def.node[0].input.append("n19999")
    graph_def.node[0].attr["T"].type = 1
    with pytest.raises(ValueError, match=r"20000 nodes in a cycle: 'n\d+' -> "):
        verifier.topological_order(list(graph_def.node))
