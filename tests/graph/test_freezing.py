"""Rewrites of GraphDefs: freezing as TensorFlow does it, sub-graphs, training nodes, files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf.dtypes import DTYPES, float32, int32, int64
from nbtf.graph import graph_util
from nbtf.graph.apply_op import apply_op
from nbtf.graph.conversion import constant
from nbtf.graph.freezing import replace_variables_by_constants, variables_to_freeze
from nbtf.graph.graph import Graph
from nbtf.graph.graph_io import write_graph
from nbtf.wire import files, schema, tensor, text_format


def parse(text: str) -> Any:
    return text_format.from_text(text, schema.GraphDef())


def nodes(graph_def: Any) -> dict[str, Any]:
    return {node.name: node for node in graph_def.node}


@pytest.mark.parametrize("net", ["lenet", "mini_resnet", "lstm"])
def test_frozen_graphs_equal_tensorflows_node_for_node(golden: Path, net: str) -> None:
    folder = golden / "nets_ckpt" / net
    expected = files.read_graph_def(folder / "frozen.pb")
    graph_def = files.read_graph_def(folder / "graph.pbtxt")
    constants = {
        node.name: tensor.make_ndarray(node.attr["value"].tensor) for node in expected.node if node.op == "Const"
    }
    used = {text.lstrip("^").partition(":")[0] for node in expected.node for text in node.input}
    outputs = [node.name for node in expected.node if node.name not in used]
    variables = variables_to_freeze(graph_def, outputs)
    assert len(variables) >= 8
    frozen = replace_variables_by_constants(graph_def, {name: constants[name] for name in variables}, outputs)
    assert list(frozen.node) == list(expected.node)
    assert frozen.versions == expected.versions


def resource_graph() -> Any:
    with Graph().as_default() as graph:
        w = apply_op("VarHandleOp", name="w", dtype=float32, shape=[3])
        apply_op("ReadVariableOp", name="read", resource=w, dtype=float32)
        apply_op("ResourceGather", name="e", resource=w, indices=constant([0], int64), dtype=float32)
        apply_op("ResourceGatherNd", name="nd", resource=w, indices=[[0]], dtype=float32)
        apply_op("VariableShape", name="shape", input=w)
        entered = apply_op("Enter", name="entered", data=w, frame_name="f", is_constant=True)
        inside = apply_op("ReadVariableOp", name="inside", resource=entered, dtype=float32)
        apply_op("Exit", name="left", data=inside)
        apply_op("VarIsInitializedOp", name="ready", resource=w)
        v = apply_op("VariableV2", name="v", dtype=float32, shape=[])
        apply_op("Identity", name="v/read", input=v)
    return graph.as_graph_def()


W = np.array([1, 2, 3], np.float32)
OUTPUTS = ["read", "e", "nd", "shape", "left", "v/read"]


def test_resource_variables_are_frozen_through_loops() -> None:
    frozen = replace_variables_by_constants(resource_graph(), {"w": W, "v": np.float32(4)}, OUTPUTS)
    found = nodes(frozen)
    assert {name: node.op for name, node in found.items() if node.op != "Const"} == {
        "read": "Identity", "e": "GatherV2", "nd": "GatherNd", "shape": "Shape", "entered": "Enter",
        "inside": "Identity", "left": "Exit", "v/read": "Identity",
    }  # fmt: skip
    assert tensor.make_ndarray(found["w"].attr["value"].tensor).tolist() == [1, 2, 3]
    assert found["entered"].attr["T"].type == found["inside"].attr["T"].type == 1
    assert frozen.node[-1].name == "e/axis"
    assert list(found["e"].input) == ["w", "Const", "e/axis"]
    assert DTYPES[found["e"].attr["Taxis"].type] is int64
    with Graph().as_default():
        from nbtf.graph.importer import import_graph_def

        import_graph_def(frozen)


def test_lists_of_variables() -> None:
    graph_def = resource_graph()
    only = nodes(replace_variables_by_constants(graph_def, {"w": W}, OUTPUTS, variable_names_whitelist=["w"]))
    assert (only["w"].op, only["v"].op) == ("Const", "VariableV2")
    rest = nodes(replace_variables_by_constants(graph_def, {"v": np.float32(1)}, OUTPUTS, None, ["w"]))
    assert (rest["w"].op, rest["read"].op, rest["v"].op) == ("VarHandleOp", "ReadVariableOp", "Const")


def test_what_cannot_be_frozen() -> None:
    with pytest.raises(ValueError, match="No value for variable 'v'"):
        replace_variables_by_constants(resource_graph(), {"w": W}, OUTPUTS)
    with pytest.raises(ValueError, match="Variable 'w' has dtype float32, its value has float64"):
        replace_variables_by_constants(resource_graph(), {"w": W.astype(np.float64)}, ["read"])
    with pytest.raises(ValueError, match="Node 'ready': VarIsInitializedOp uses a variable"):
        replace_variables_by_constants(resource_graph(), {"w": W}, ["ready"])
    with pytest.raises(AssertionError, match="nope is not in graph"):
        replace_variables_by_constants(resource_graph(), {}, ["nope"])


# ---- graph_util ------------------------------------------------------------------------------------------------------


def test_extract_sub_graph() -> None:
    graph_def = resource_graph()
    graph_def.library.function.add().signature.name = "f"
    part = graph_util.extract_sub_graph(graph_def, ["left"])
    assert [node.name for node in part.node] == ["w", "entered", "inside", "left"]
    assert (part.versions, part.library) == (graph_def.versions, graph_def.library)
    with pytest.raises(TypeError, match="dest_nodes must be an iterable of strings, but got type <class 'str'>"):
        graph_util.extract_sub_graph(graph_def, "left")
    with pytest.raises(TypeError, match="graph_def must be a graph_pb2.GraphDef proto, but got type <class 'int'>"):
        graph_util.extract_sub_graph(3, ["left"])
    with pytest.raises(AssertionError, match="q is not in graph"):
        graph_util.extract_sub_graph(graph_def, ["q"])


TRAINED = parse(
    'node{name:"x" op:"Placeholder"} node{name:"c" op:"CheckNumerics" input:"x"}'
    'node{name:"i" op:"Identity" input:"x"} node{name:"j" op:"Identity" input:"i"}'
    'node{name:"k" op:"Identity" input:"x" input:"^j"} node{name:"y" op:"Add" input:"j" input:"k"}'
    'node{name:"z" op:"Add" input:"c" input:"i:0"} node{name:"w" op:"Add" input:"i" input:"i" input:"^c"}'
)


def test_remove_training_nodes() -> None:
    found = nodes(graph_util.remove_training_nodes(TRAINED))
    assert {name: list(node.input) for name, node in found.items()} == {
        "x": [], "j": ["x"], "k": ["x", "^j"], "y": ["j", "k"], "z": ["x", "x"], "w": ["x", "x"],
    }  # fmt: skip
    kept = nodes(graph_util.remove_training_nodes(TRAINED, protected_nodes=["i", "c"]))
    assert {name: list(node.input) for name, node in kept.items()} == {
        node.name: list(node.input) for node in TRAINED.node
    } | {"z": ["c", "i:0"]}


def test_must_run_on_cpu() -> None:
    with Graph().as_default():
        assert graph_util.must_run_on_cpu(constant(1).op)
        assert graph_util.must_run_on_cpu(constant("s").op.node_def)
        assert not graph_util.must_run_on_cpu(constant(1.0).op)
        assert graph_util.must_run_on_cpu(apply_op("Cast", x=1, DstT=float32).op)
        variable = apply_op("VariableV2", dtype=float32, shape=[]).op
        assert graph_util.must_run_on_cpu(variable, pin_variables_on_cpu=True)
        assert not graph_util.must_run_on_cpu(variable)
        stitched = apply_op("DynamicStitch", indices=[[0]], data=[[1]])
        assert graph_util.must_run_on_cpu(stitched.op)


def test_tensor_shape_from_node_def_name() -> None:
    with Graph().as_default() as graph:
        apply_op("Placeholder", name="x", dtype=int32, shape=[2, None])
    assert graph_util.tensor_shape_from_node_def_name(graph, "x").as_list() == [2, None]
    assert graph_util.tensor_shape_from_node_def_name(graph, "x:0").as_list() == [2, None]


# ---- graph_io --------------------------------------------------------------------------------------------------------


def test_write_graph(tmp_path: Path) -> None:
    with Graph().as_default() as graph:
        constant([1.0, 2.0], name="c")
    path = write_graph(graph, tmp_path / "new" / "folder", "graph.pbtxt")
    assert path == str(tmp_path / "new" / "folder" / "graph.pbtxt")
    assert "node {" in Path(path).read_text()
    binary = write_graph(graph.as_graph_def(), str(tmp_path), "graph.pb", as_text=False)
    assert files.read_graph_def(binary) == files.read_graph_def(path) == graph.as_graph_def()
