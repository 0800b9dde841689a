"""Malformed graphs: each is refused with TensorFlow's class and words, or runs as it does there; none harms the process."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf import errors
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.session import Session
from nbtf.wire.files import read_graph_def

GOLDEN = Path(__file__).parent / "golden"
CASES = json.loads((GOLDEN / "errors" / "manifest.json").read_text())["cases"]


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
    if case["error"] is None:
        assert _listed(_answer(case)) == case["value"]
        return
    kind = getattr(errors, case["error"], None) or getattr(__import__("builtins"), case["error"])
    words = re.escape(case["message"].split("\n")[0]).replace(re.escape("{n}"), r"-?\d+")
    with pytest.raises(kind, match=words):
        _answer(case)
