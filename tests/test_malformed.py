"""Malformed graphs: each is refused with TensorFlow's class and words, or runs as it does there; none harms the process."""

import builtins
import json
import os
import re
import signal
import threading
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from nbtf import errors, limits
from nbtf.graph import registry
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.session import Session
from nbtf.wire import op_defs, schema, text_format
from nbtf.wire.files import read_graph_def

GOLDEN = Path(__file__).parent / "golden"
CASES = json.loads((GOLDEN / "errors" / "manifest.json").read_text())["cases"]


class Instead(NamedTuple):
    """What nbtf answers where it does not follow TensorFlow, and why."""

    why: str
    error: str | None  # None: nbtf runs the graph, and answers 1.0 as its Const says
    words: str = ""


_NOT_BUILT = "nbtf imports any op, so that every graph can be looked at; running names all ops without a kernel at once"
_PLACED = (
    "there is one device: a graph that was written for others runs all the same, with no soft placement to ask for"
)
_OWN_BUG = "TensorFlow's own words say that it did not expect the error"

INSTEAD = {
    "slot_overflows": Instead("TensorFlow's number has wrapped around", "ValueError", "invalid output 2147483647 of"),
    "op_unknown": Instead(_NOT_BUILT, "UnimplementedError", "no kernel for op NoSuchOp: 'out'"),
    "op_unknown_not_fetched": Instead(_NOT_BUILT, None),
    "op_for_another_device": Instead(_NOT_BUILT, "UnimplementedError", "no kernel for op NcclAllReduce: 'out'"),
    "op_without_kernel": Instead(
        "kernels are there for more dtypes than TensorFlow's; what the run lacks is the feed",
        "InvalidArgumentError",
        "You must feed a value for placeholder tensor 'x' with dtype qint8",
    ),
    "op_deprecated": Instead(
        "the signatures hold the version, not the advice that ends TensorFlow's message",
        "UnimplementedError",
        "Op BatchNormWithGlobalNormalization is not available in GraphDef version 1645. It has been removed in version "
        "9. Node: {{node out}}",
    ),
    "attr_placeholder_outside_function": Instead(
        "the attribute is refused before the inputs are looked at",
        "ValueError",
        "AttrValue had value with unexpected type 'placeholder' when 'type' expected",
    ),
    "const_rank_254": Instead(
        "TensorFlow fails when numpy takes the value, nbtf when the run begins",
        "UnimplementedError",
        "Const 'out': a tensor of rank 254 is above the highest rank, 8",
    ),
    "const_of_variant": Instead(
        "TensorFlow fails when numpy takes the value, nbtf when the run begins",
        "InvalidArgumentError",
        "Const 'out': Cannot parse tensor from proto: dtype: DT_VARIANT",
    ),
    "colocated_not_a_list": Instead(
        "TensorFlow walks the bytes of the string", "TypeError", "Node 'out': attr '_class' must be a list of strings"
    ),
    "device_of_gpu": Instead(_PLACED, None),
    "device_of_old_gpu": Instead(_PLACED, None),
    "device_of_worker": Instead(_PLACED, None),
    "device_of_second_cpu": Instead(_PLACED, None),
    "device_of_unknown_type": Instead(_PLACED, None),
    "function_missing_not_fetched": Instead("only what a run needs is looked at", None),
    "function_body_op_unknown": Instead(
        "the place is named instead of the machine",
        "NotFoundError",
        "In function 'F': {{node neg}}: Op type not registered 'NoSuchOp' in nbtf",
    ),
    "function_body_cycle": Instead(
        "TensorFlow counts the function's return among the nodes", "ValueError", "In function 'F': 2 nodes in a cycle"
    ),
    "function_arg_without_type": Instead(
        "the signature is refused before the call is", "ValueError", "Op 'F': argument 'x' has no valid type"
    ),
    "function_node_twice": Instead(
        "the nodes of a function are checked as those of a graph",
        "ValueError",
        "In function 'F': Node 'neg' is not unique",
    ),
    "gather_axis": Instead(
        "the range is the kernel's own check", "InvalidArgumentError", "Expected axis in the range [-1, 1), but got 1"
    ),
    "zero_divisor_TruncateDiv": Instead(
        _OWN_BUG, "InvalidArgumentError", "TruncateDiv 'out': Integer division by zero"
    ),
    "zero_divisor_TruncateMod": Instead(
        _OWN_BUG, "InvalidArgumentError", "TruncateMod 'out': Integer division by zero"
    ),
}


def _answer(case: dict[str, Any]) -> Any:
    graph = Graph()
    with graph.as_default():
        import_graph_def(read_graph_def(GOLDEN / case["graph"]), name="")
    with Session(graph=graph) as session:
        return session.run(case["run"], case.get("feeds"))[0]


def _listed(value: Any) -> dict[str, Any]:
    """A value as the manifest keeps it."""
    array = np.asarray(value)
    items = [item.decode("latin-1") if isinstance(item, bytes) else item for item in array.ravel().tolist()]
    if array.dtype.kind == "c":
        items = [[item.real, item.imag] for item in items]
    return {"dtype": "string" if array.dtype == object else array.dtype.name, "shape": [*array.shape], "items": items}


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in CASES])
def test_malformed_graph(case: dict[str, Any]) -> None:
    """Whole first lines are compared, the node and what nbtf adds around them aside."""
    error, words = case["error"], case.get("message", "").split("\n")[0]
    if case["name"] in INSTEAD:
        _, error, words = INSTEAD[case["name"]]
    if error is None:
        assert _listed(_answer(case)) == case.get("value", {"dtype": "float32", "shape": [], "items": [1.0]})
        return
    with pytest.raises(getattr(errors, error, None) or getattr(builtins, error)) as refusal:
        _answer(case)
    assert re.search(re.escape(words).replace(re.escape("{n}"), r"-?\d+"), str(refusal.value))
    assert _names_its_place(case, str(refusal.value))


def _names_its_place(case: dict[str, Any], message: str) -> bool:
    """Whether a message names a node or a function of the graph; those about the whole graph have none to name."""
    graph = read_graph_def(GOLDEN / case["graph"])
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    names = [node.name for node in nodes] + [function.signature.name for function in graph.library.function]
    return (
        message.startswith("GraphDef ")
        or not nodes
        or any(name in message for name in names if name)
        or "''" in message
    )


def test_every_exception_of_the_table_differs_from_tensorflow() -> None:
    by_name = {case["name"]: case for case in CASES}
    assert INSTEAD.keys() <= by_name.keys()
    for name, instead in INSTEAD.items():
        told = by_name[name].get("message", "").split("\n")[0]
        assert instead.error != by_name[name]["error"] or told not in instead.words


# ---- loops -----------------------------------------------------------------------------------------------------------

_FLOAT = 'attr { key: "T" value { type: DT_FLOAT } }'
_CONST = (
    'node { name: "c" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } } '
    'attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 1 } } } }'
)


def _node(name: str, op: str, *inputs: str, attrs: str = _FLOAT) -> str:
    listed = " ".join(f'input: "{text}"' for text in inputs)
    return f'node {{ name: "{name}" op: "{op}" {listed} {attrs} }}'


def _enter(name: str, source: str) -> str:
    return _node(name, "Enter", source, attrs=_FLOAT + 'attr { key: "frame_name" value { s: "f" } }')


def _merge(name: str, *inputs: str) -> str:
    return _node(name, "Merge", *inputs, attrs=_FLOAT + f'attr {{ key: "N" value {{ i: {len(inputs)} }} }}')


def _loop(*nodes: str) -> str:
    """Goes round while the variable m is below 3, whatever else is in it."""
    three = _CONST.replace('"c"', '"three"').replace("float_val: 1", "float_val: 3")
    condition = [_node("less", "Less", "m", "limit"), _node("going", "LoopCond", "less", attrs="")]
    return " ".join([_CONST, three, _enter("limit", "three"), *condition, *nodes])


COUNTER = (
    _enter("e", "c"),
    _merge("m", "e", "n"),
    _node("s", "Switch", "m", "going"),
    _node("a", "AddV2", "s:1", "s:1"),
    _node("n", "NextIteration", "a"),
    _node("out", "Exit", "s"),
)


def _run_text(text: str, fetch: str = "out:0") -> Any:
    graph = Graph()
    with graph.as_default():
        import_graph_def(text_format.from_text(text, schema.GraphDef()), name="")
    with Session(graph=graph) as session:
        return session.run(fetch)


def test_the_loop_of_these_tests_ends() -> None:
    assert _run_text(_loop(*COUNTER)) == 4


def test_two_variables_take_one_next_value() -> None:
    twin = (_merge("m2", "e", "n"), _node("s2", "Switch", "m2", "going"), _node("out2", "Exit", "s2"))
    assert _run_text(_loop(*COUNTER, *twin), "out2:0") == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            _CONST + _merge("m", "c", "n") + _node("n", "NextIteration", "m") + _node("out", "Identity", "m"),
            "never end",
        ),
        (
            _loop(*[node.replace('input: "s:1" input: "s:1"', 'input: "s:1" input: "n"') for node in COUNTER]),
            "nodes in a cycle",
        ),
        (_loop(*COUNTER[:-1], _node("out", "Exit", "n")), "which only a loop's Merge may"),
        (_loop(*COUNTER[:1], _merge("m", "n", "n"), *COUNTER[2:]), "nodes in a cycle"),
        (_loop(*COUNTER[:1], _merge("m", "e", "n", "n"), *COUNTER[2:]), "a loop's Merge has 2 inputs, this one 3"),
    ],
)
def test_malformed_loops(text: str, words: str) -> None:
    with pytest.raises((errors.InvalidArgumentError, ValueError), match=words):
        _run_text(text)


@pytest.mark.parametrize("op_type", [name for name in registry.op_types() if op_defs.find(name) is None])
def test_what_only_the_compiler_makes_has_no_kernel_for_a_graph(op_type: str) -> None:
    with pytest.raises(errors.UnimplementedError, match=f"no kernel for op {op_type}: 'x'"):
        _run_text(_node("x", op_type, attrs=""), fetch="x")


@pytest.mark.usefixtures("interruptible")
def test_an_endless_loop_can_be_interrupted() -> None:
    """A legal loop whose condition always holds; the timer stands for Ctrl-C."""
    same = [node.replace('"AddV2" input: "s:1" input: "s:1"', '"Identity" input: "s:1"') for node in COUNTER]
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    watchdog = threading.Timer(60, os._exit, [1])  # an endless loop that cannot be interrupted would hang the tests
    timer.start()
    watchdog.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            _run_text(_loop(*same))
    finally:
        timer.cancel()
        watchdog.cancel()


# ---- functions -------------------------------------------------------------------------------------------------------


def test_functions_that_double_at_every_call_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty functions, each of which calls the next one twice: a trillion nodes if they were all written out."""

    def function(number: int) -> str:
        body = [f"f{number + 1}"] * 2 if number < 40 else ["Neg"] * 2
        nodes = []
        for i, op in enumerate(body):
            attrs = _FLOAT if op == "Neg" else ""
            source = "x" if i == 0 else "call0:y:0"
            nodes.append(_node(f"call{i}", op, source, attrs=attrs).replace("node {", "node_def {", 1))
        arguments = 'input_arg { name: "x" type: DT_FLOAT } output_arg { name: "y" type: DT_FLOAT }'
        signature = f'signature {{ name: "f{number}" {arguments} }}'
        return f'function {{ {signature} {" ".join(nodes)} ret {{ key: "y" value: "call1:y:0" }} }}'

    monkeypatch.setattr(limits, "MAX_INLINED_NODES", 5000)
    library = f"library {{ {' '.join(function(i) for i in range(41))} }}"
    text = f"{_CONST} {_node('out', 'f0', 'c', attrs='')} {library}"
    with pytest.raises(
        errors.ResourceExhaustedError, match="'out.*Function calls written out give more than 5000 nodes"
    ):
        _run_text(text)
