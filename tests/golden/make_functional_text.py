"""GraphDefs with function libraries that no Python API writes: recursion, polymorphic functions, control outputs.

`make_functional.py` records them. TEXT_CASES holds a name, a text GraphDef, the fetches, and the feeds of every run.
"""

from __future__ import annotations

from typing import Any

import numpy as np

TEXT_CASES: list[tuple[str, str, list[str], list[dict[str, Any]]]] = []


def handmade(name: str, text: str, fetches: list[str], feeds: list[dict[str, Any]]) -> None:
    TEXT_CASES.append((name, text, fetches, feeds))


VERSIONS = "versions { producer: 1645 }"


def placeholder(name: str, dtype: str = "DT_INT32", shape: str = "") -> str:
    return (
        f'node {{ name: "{name}" op: "Placeholder" attr {{ key: "dtype" value {{ type: {dtype} }} }} '
        f'attr {{ key: "shape" value {{ shape {{ {shape} }} }} }} }}'
    )


def constant(name: str, value: int) -> str:
    return (
        f'node_def {{ name: "{name}" op: "Const" attr {{ key: "dtype" value {{ type: DT_INT32 }} }} '
        f'attr {{ key: "value" value {{ tensor {{ dtype: DT_INT32 tensor_shape {{ }} int_val: {value} }} }} }} }}'
    )


def binary(name: str, op: str, a: str, b: str, dtype: str = "type: DT_INT32") -> str:
    return f'node_def {{ name: "{name}" op: "{op}" input: "{a}" input: "{b}" attr {{ key: "T" value {{ {dtype} }} }} }}'


def branch(name: str, cond: str, arg: str, then: str, orelse: str) -> str:
    types = 'attr { key: "%s" value { list { type: DT_INT32 } } }'
    return (
        f'node_def {{ name: "{name}" op: "If" input: "{cond}" input: "{arg}" '
        f'attr {{ key: "Tcond" value {{ type: DT_BOOL }} }} {types % "Tin"} {types % "Tout"} '
        f'attr {{ key: "output_shapes" value {{ list {{ }} }} }} '
        f'attr {{ key: "then_branch" value {{ func {{ name: "{then}" }} }} }} '
        f'attr {{ key: "else_branch" value {{ func {{ name: "{orelse}" }} }} }} }}'
    )


def int_function(name: str, nodes: list[str], result: str, stateful: bool = True) -> str:
    """int32 n -> int32 out. If is a stateful op, so a function that holds one says that it is stateful."""
    return (
        f'function {{ signature {{ name: "{name}" input_arg {{ name: "n" type: DT_INT32 }} '
        f'output_arg {{ name: "out" type: DT_INT32 }} {"is_stateful: true" if stateful else ""} }} '
        f'{" ".join(nodes)} ret {{ key: "out" value: "{result}" }} }}'
    )


def call(name: str, op: str, arg: str) -> str:
    return f'node_def {{ name: "{name}" op: "{op}" input: "{arg}" }}'


FACTORIAL = f"""
{placeholder("n")} node {{ name: "out" op: "Factorial" input: "n" }}
library {{
{
    int_function(
        "Factorial",
        [
            constant("one", 1),
            binary("small", "LessEqual", "n", "one:output:0"),
            branch("if", "small:z:0", "n", "One", "Step"),
        ],
        "if:output:0",
    )
}
{int_function("One", [constant("one", 1)], "one:output:0", stateful=False)}
{
    int_function(
        "Step",
        [
            constant("one", 1),
            binary("less", "Sub", "n", "one:output:0"),
            call("rest", "Factorial", "less:z:0"),
            binary("product", "Mul", "n", "rest:out:0"),
        ],
        "product:z:0",
    )
}
}} {VERSIONS}"""

FIBONACCI = f"""
{placeholder("n")} node {{ name: "out" op: "Fibonacci" input: "n" }}
library {{
{
    int_function(
        "Fibonacci",
        [
            constant("two", 2),
            binary("small", "Less", "n", "two:output:0"),
            branch("if", "small:z:0", "n", "Self", "Step"),
        ],
        "if:output:0",
    )
}
{int_function("Self", [], "n", stateful=False)}
{
    int_function(
        "Step",
        [
            constant("one", 1),
            constant("two", 2),
            binary("n1", "Sub", "n", "one:output:0"),
            binary("n2", "Sub", "n", "two:output:0"),
            call("f1", "Fibonacci", "n1:z:0"),
            call("f2", "Fibonacci", "n2:z:0"),
            binary("sum", "AddV2", "f1:out:0", "f2:out:0"),
        ],
        "sum:z:0",
    )
}
}} {VERSIONS}"""

PARITY = f"""
{placeholder("n")} node {{ name: "out" op: "IsEven" input: "n" }}
library {{
{
    int_function(
        "IsEven",
        [
            constant("zero", 0),
            binary("end", "LessEqual", "n", "zero:output:0"),
            branch("if", "end:z:0", "n", "Yes", "OddOfPrevious"),
        ],
        "if:output:0",
    )
}
{
    int_function(
        "IsOdd",
        [
            constant("zero", 0),
            binary("end", "LessEqual", "n", "zero:output:0"),
            branch("if", "end:z:0", "n", "No", "EvenOfPrevious"),
        ],
        "if:output:0",
    )
}
{int_function("Yes", [constant("one", 1)], "one:output:0", stateful=False)}
{int_function("No", [constant("zero", 0)], "zero:output:0", stateful=False)}
{
    int_function(
        "OddOfPrevious",
        [constant("one", 1), binary("less", "Sub", "n", "one:output:0"), call("odd", "IsOdd", "less:z:0")],
        "odd:out:0",
    )
}
{
    int_function(
        "EvenOfPrevious",
        [constant("one", 1), binary("less", "Sub", "n", "one:output:0"), call("even", "IsEven", "less:z:0")],
        "even:out:0",
    )
}
}} {VERSIONS}"""

handmade("recursion_factorial", FACTORIAL, ["out:0"], [{"n:0": v} for v in (-1, 1, 5, 12)])
handmade("recursion_fibonacci", FIBONACCI, ["out:0"], [{"n:0": v} for v in (0, 1, 10)])
handmade("recursion_mutual", PARITY, ["out:0"], [{"n:0": v} for v in (0, 7, 30)])

POLYMORPHIC = f"""
{placeholder("i")} {placeholder("f", "DT_FLOAT", "unknown_rank: true")}
node {{ name: "twice_i" op: "Twice" input: "i" attr {{ key: "T" value {{ type: DT_INT32 }} }} }}
node {{ name: "twice_f" op: "Twice" input: "f" attr {{ key: "T" value {{ type: DT_FLOAT }} }} }}
node {{ name: "deep" op: "PartitionedCall" input: "f" attr {{ key: "Tin" value {{ list {{ type: DT_FLOAT }} }} }}
       attr {{ key: "Tout" value {{ list {{ type: DT_FLOAT }} }} }}
       attr {{ key: "f" value {{ func {{ name: "FourTimes" attr {{ key: "U" value {{ type: DT_FLOAT }} }} }} }} }} }}
library {{
function {{
  signature {{ name: "Twice" input_arg {{ name: "x" type_attr: "T" }} output_arg {{ name: "y" type_attr: "T" }}
              attr {{ name: "T" type: "type" }} }}
  {binary("sum", "AddV2", "x", "x", 'placeholder: "T"')} ret {{ key: "y" value: "sum:z:0" }} }}
function {{
  signature {{ name: "FourTimes" input_arg {{ name: "x" type_attr: "U" }} output_arg {{ name: "y" type_attr: "U" }}
              attr {{ name: "U" type: "type" }} }}
  node_def {{ name: "once" op: "Twice" input: "x" attr {{ key: "T" value {{ placeholder: "U" }} }} }}
  node_def {{ name: "again" op: "Twice" input: "once:y:0" attr {{ key: "T" value {{ placeholder: "U" }} }} }}
  ret {{ key: "y" value: "again:y:0" }} }}
}} {VERSIONS}"""
handmade(
    "polymorphic",
    POLYMORPHIC,
    ["twice_i:0", "twice_f:0", "deep:0"],
    [{"i:0": 4, "f:0": np.array([[0.25, 0.5], [0.75, 1.0]], np.float32)}, {"i:0": -1, "f:0": 0.5}],
)

LIST_ARGUMENT = f"""
{placeholder("a", "DT_FLOAT")} {placeholder("b", "DT_FLOAT")} {placeholder("c", "DT_FLOAT")}
node {{ name: "total" op: "Total" input: "a" input: "b" input: "c" attr {{ key: "N" value {{ i: 3 }} }}
       attr {{ key: "T" value {{ type: DT_FLOAT }} }} }}
library {{
function {{
  signature {{ name: "Total" input_arg {{ name: "xs" type_attr: "T" number_attr: "N" }}
              output_arg {{ name: "y" type_attr: "T" }} attr {{ name: "T" type: "type" }}
              attr {{ name: "N" type: "int" }} }}
  node_def {{ name: "sum" op: "AddN" input: "xs" attr {{ key: "N" value {{ placeholder: "N" }} }}
             attr {{ key: "T" value {{ placeholder: "T" }} }} }}
  ret {{ key: "y" value: "sum:sum:0" }} }}
}} {VERSIONS}"""
handmade("list_argument", LIST_ARGUMENT, ["total:0"], [{"a:0": 1.0, "b:0": 2.0, "c:0": 4.0}])

CONTROL_EDGES = f"""
{placeholder("x", "DT_FLOAT")}
node {{ name: "out" op: "StatefulPartitionedCall" input: "x" attr {{ key: "Tin" value {{ list {{ type: DT_FLOAT }} }} }}
       attr {{ key: "Tout" value {{ list {{ type: DT_FLOAT }} }} }}
       attr {{ key: "f" value {{ func {{ name: "Checked" }} }} }} }}
node {{ name: "after" op: "Const" input: "^out" attr {{ key: "dtype" value {{ type: DT_INT32 }} }}
       attr {{ key: "value" value {{ tensor {{ dtype: DT_INT32 tensor_shape {{ }} int_val: 7 }} }} }} }}
library {{
function {{
  signature {{ name: "Checked" input_arg {{ name: "x" type: DT_FLOAT }} output_arg {{ name: "y" type: DT_FLOAT }}
              control_output: "checked" is_stateful: true }}
  node_def {{ name: "zero" op: "Const" attr {{ key: "dtype" value {{ type: DT_FLOAT }} }}
             attr {{ key: "value" value {{ tensor {{ dtype: DT_FLOAT tensor_shape {{ }} float_val: 0 }} }} }} }}
  {binary("ok", "Greater", "x", "zero:output:0", "type: DT_FLOAT")}
  node_def {{ name: "check" op: "Assert" input: "ok:z:0" input: "x"
             attr {{ key: "T" value {{ list {{ type: DT_FLOAT }} }} }} attr {{ key: "summarize" value {{ i: 3 }} }} }}
  node_def {{ name: "root" op: "Sqrt" input: "x" input: "^check" attr {{ key: "T" value {{ type: DT_FLOAT }} }} }}
  ret {{ key: "y" value: "x" }} control_ret {{ key: "checked" value: "check" }} }}
}} {VERSIONS}"""
handmade("control_outputs", CONTROL_EDGES, ["out:0", "after:0"], [{"x:0": 4.0}, {"x:0": -4.0}])
