"""Functions of the library as graphs of their own."""

from pathlib import Path
from typing import Any

import pytest

from nbtf.dtypes import float32, int32
from nbtf.graph.function import called_function, function_body, function_references, library_of
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.wire import files, schema, text_format


def imported(golden: Path, name: str) -> Graph:
    graph = Graph()
    with graph.as_default():
        import_graph_def(files.read_graph_def(golden / "functional" / f"{name}.pb"), name="")
    return graph


FUNCTIONAL = sorted(path.stem for path in (Path(__file__).parents[1] / "golden" / "functional").glob("*.pb"))
FUNCTIONAL.remove("list_rnn")  # slices with a new axis, which is for the tests of StridedSlice


@pytest.mark.parametrize("name", FUNCTIONAL)
def test_every_function_that_a_golden_graph_calls_has_a_body(golden: Path, name: str) -> None:
    graph = imported(golden, name)
    called = {reference for op in graph.get_operations() for reference in function_references(op.node_def.attr)}
    assert called or any(op.type in graph.functions for op in graph.get_operations())
    for op in graph.get_operations():
        for value in op.node_def.attr.values():
            for reference in [value.func] if value.HasField("func") else list(value.list.func):
                body = called_function(graph, reference)
                signature = graph.functions[reference.name].signature
                assert len(body.inputs) >= len(signature.input_arg)
                assert len(body.outputs) >= len(signature.output_arg)
                assert {tensor.op.type for tensor in body.inputs} <= {"Placeholder"}


def test_bodies_are_made_once_for_each_set_of_types(golden: Path) -> None:
    graph = imported(golden, "polymorphic")
    call_types = schema.NodeDef()
    call_types.attr["T"].type = 1
    as_float = function_body(graph, "Twice", call_types.attr)
    assert as_float.inputs[0].dtype is float32
    assert function_body(graph, "Twice", {"T": float32}) is as_float
    as_int = function_body(graph, "Twice", {"T": int32})
    assert [tensor.dtype for tensor in (*as_int.inputs, *as_int.outputs)] == [int32, int32]
    with pytest.raises(ValueError, match="Attr T is not found"):
        function_body(graph, "Twice")
    with pytest.raises(KeyError, match="Function 'nope' is not in the graph's library"):
        function_body(graph, "nope")


def test_calls_by_name_have_the_functions_signature(golden: Path) -> None:
    graph = imported(golden, "recursion_factorial")
    call = next(op for op in graph.get_operations() if op.type == "Factorial")
    assert call.definition is not None
    assert [argument.name for argument in call.definition.inputs] == ["n"]
    body = function_body(graph, "Factorial")
    assert body.graph.functions is graph.functions  # it finds itself again
    branches = [name for op in body.graph.get_operations() for name in function_references(op.node_def.attr)]
    assert branches
    assert {"Factorial", *branches} <= library_of(graph, ["Factorial"]).keys()


LIST = text_format.from_text(
    """
    signature { name: "f" input_arg { name: "xs" type_attr: "T" number_attr: "N" }
      output_arg { name: "all" type_attr: "T" number_attr: "N" }
      output_arg { name: "second" type_attr: "T" } attr { name: "T" type: "type" } attr { name: "N" type: "int" }
      control_output: "done" }
    node_def { name: "n" op: "IdentityN" input: "xs"
      attr { key: "T" value { list { type: DT_FLOAT type: DT_FLOAT } } } }
    node_def { name: "_log" op: "NoOp" input: "^n" }
    node_def { name: "s" op: "AddV2" input: "xs:1" input: "n:output:0" attr { key: "T" value { placeholder: "T" } } }
    ret { key: "all" value: "n:output" } ret { key: "second" value: "s:z:0" }
    control_ret { key: "done" value: "_log" }
    """,
    schema.FunctionDef(),
)


def body_of(function: Any) -> Any:
    graph = Graph()
    graph._functions["f"] = function
    return function_body(graph, "f", {"T": float32, "N": 2})


def test_lists_are_spread_out() -> None:
    body = body_of(LIST)
    assert [tensor.name for tensor in body.inputs] == ["xs_0:0", "xs_1:0"]
    assert [tensor.name for tensor in body.outputs] == ["n:0", "n:1", "s:0"]
    assert [tensor.name for tensor in body.outputs[2].op.inputs] == ["xs_1:0", "n:0"]
    assert [op.name for op in body.control_outputs] == ["_log"]
    assert body.outputs[2].op.attrs.T is float32


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"n:output:0"', '"n:output:7"', "In function 'f': input n:output:7 is not found: {{node s}}"),
        ('"s:z:0"', '"q"', "In function 'f': Return second -> q is not found."),
        ('ret { key: "second"', 'ret { key: "other"', "In function 'f': Return second missing."),
        ('placeholder: "T"', 'placeholder: "U"', "In function 'f': node 's' needs attr 'U'"),
        ('"_log" }', '"nope" }', "Requested return node 'nope' not found"),
        ("type: DT_FLOAT type: DT_FLOAT }", "type: DT_FLOAT type: DT_INT32 }", "In function 'f': Input 1 of node n"),
    ],
)
def test_bodies_that_make_no_sense(old: str, new: str, message: str) -> None:
    text = " ".join(text_format.to_text(LIST).split())
    old = " ".join(old.split())
    assert old in text or old.replace("{", "{") in text
    broken = text_format.from_text(text.replace(old, new), schema.FunctionDef())
    with pytest.raises(ValueError) as raised:
        body_of(broken)
    assert message in str(raised.value)
