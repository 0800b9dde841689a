"""Graphs that TensorFlow ran: the same feeds give the same values, and the same errors."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf import errors
from nbtf.graph import registry
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.session import Session
from nbtf.wire.files import read_graph_def, read_meta_graph

GOLDEN = Path(__file__).parent / "golden"
MANIFESTS = (
    "manifest.json",
    "functional/manifest.json",
    "control/manifest.json",
    "variables/manifest.json",
    "strings/manifest.json",
    "random_ops/manifest.json",
)
CASES = [case for name in MANIFESTS for case in json.loads((GOLDEN / name).read_text())["cases"]]


def _cases(kind: str) -> list[Any]:
    """Cases of a kind; one that needs an op without a block must fail, so that it is noticed when the op arrives."""
    params = []
    for case in CASES:
        if case["kind"] == kind:
            missing = sorted(op_types_of(case) - set(registry.op_types()))
            needs = f"needs {', '.join(missing)}"
            marks = [pytest.mark.xfail(reason=needs, strict=False, raises=errors.UnimplementedError)] if missing else []
            params.append(pytest.param(case, id=f"{case['category']}-{case['name']}", marks=marks))
    return params


def op_types_of(case: dict[str, Any]) -> set[str]:
    """Op types that a case's graph uses, its functions included; calls of functions by name are no op types."""
    return _op_types(GOLDEN / (case["graph"] if "graph" in case else case["meta"]))


@cache
def _op_types(path: Path) -> set[str]:
    """Op types that a graph uses, its functions included; calls of functions by name are no op types."""
    graph_def = read_meta_graph(path).graph_def if path.suffix == ".meta" else read_graph_def(path)
    functions = {function.signature.name for function in graph_def.library.function}
    nodes = [*graph_def.node, *(node for function in graph_def.library.function for node in function.node_def)]
    return {node.op for node in nodes} - functions


def _graph(case: dict[str, Any]) -> Graph:
    path = GOLDEN / (case["graph"] if "graph" in case else case["meta"])
    graph_def = read_meta_graph(path).graph_def if path.suffix == ".meta" else read_graph_def(path)
    graph = Graph()
    with graph.as_default():
        import_graph_def(graph_def, name="")
    return graph


def _value(data: Any, key: str, tmp: Path) -> Any:
    """A golden value; strings with {tmp} and {golden} filled in."""
    array = data[key]
    if array.dtype.kind != "S":
        return array
    places = {b"{tmp}": str(tmp).encode(), b"{golden}": str(GOLDEN).encode()}
    filled = np.empty(array.shape, object)
    for position in np.ndindex(array.shape):
        text = array[position]
        for mark, place in places.items():
            text = text.replace(mark, place)
        filled[position] = text
    return filled if filled.ndim else filled[()]


def _check(result: Any, expected: Any, case: dict[str, Any], what: str) -> None:
    array, wanted = np.asarray(result), np.asarray(expected)
    if array.dtype.name == "bfloat16":
        array = array.astype(np.float32)
    assert array.shape == wanted.shape, f"{what}: shape {array.shape}, TensorFlow's {wanted.shape}"
    if array.dtype.kind in "OS":
        assert array.tolist() == wanted.tolist(), what
    else:
        rtol, atol = case.get("rtol", 1e-5), case.get("atol", 1e-5)
        np.testing.assert_allclose(array, wanted, rtol=rtol, atol=atol, err_msg=what)


@pytest.mark.parametrize("case", _cases("graph"))
def test_graph(case: dict[str, Any], tmp_path: Path) -> None:
    data = np.load(GOLDEN / case["data"])
    with Session(graph=_graph(case)) as session:
        feeds = {feed["tensor"]: _value(data, feed["key"], tmp_path) for feed in case["feeds"]}
        results = session.run([fetch["tensor"] for fetch in case["fetches"]], feeds)
        for fetch, result in zip(case["fetches"], results, strict=True):
            _check(result, _value(data, fetch["key"], tmp_path), case, fetch["tensor"])


@pytest.mark.parametrize("case", _cases("session"))
def test_session(case: dict[str, Any], tmp_path: Path) -> None:
    data = np.load(GOLDEN / case["data"])
    graph = _graph(case)
    sessions: dict[int, Session] = {}
    for number, step in enumerate(case["steps"]):
        session = sessions.setdefault(step.get("session", 0), Session(graph=graph))
        feeds = {feed["tensor"]: _value(data, feed["key"], tmp_path) for feed in step.get("feeds", [])}
        if "error" in step:
            _check_error(session, step, feeds, tmp_path)
            continue
        results = session.run(step["run"], feeds)
        for name, result, key in zip(step["run"], results, step["expect"], strict=True):
            if key is None:
                assert result is None
            else:
                _check(result, _value(data, key, tmp_path), case, f"step {number}: {name}")


FIRST_ERROR = {
    # two variables are uninitialized; TensorFlow's threads met the other one first
    "Could not find resource: localhost/count": (errors.FailedPreconditionError, "Could not find variable v"),
}


def _check_error(session: Session, step: dict[str, Any], feeds: dict[str, Any], tmp: Path) -> None:
    kind = getattr(errors, step["error"], None) or getattr(__import__("builtins"), step["error"])
    for words, (kind_here, words_here) in FIRST_ERROR.items():
        if words in step["message"]:
            step = {"message": words_here, "run": step["run"]}
            kind = kind_here
    if "inputs from different frames" in step["message"]:  # which input is met first is nobody's rule
        step = {**step, "message": step["message"].split(" The input")[0]}
    message = step["message"].replace("{tmp}", str(tmp)).replace("{golden}", str(GOLDEN))
    words = re.escape(message).replace(re.escape("{n}"), r"-?\d+")
    with pytest.raises(kind, match=words):
        session.run(step["run"], feeds)
