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


def _imported(case: dict[str, Any]) -> Graph:
    graph = Graph()
    with graph.as_default():
        import_graph_def(read_graph_def(GOLDEN / case["graph"]), name="")
    return graph


def _run(graph: Graph, case: dict[str, Any]) -> Any:
    with Session(graph=graph) as session:
        return session.run(case["run"])


@pytest.mark.parametrize("case", [pytest.param(c, id=c["name"]) for c in CASES])
def test_malformed_graph(case: dict[str, Any]) -> None:
    if case["error"] is None:
        results = _run(_imported(case), case)
        if "value" in case:
            np.testing.assert_array_equal(np.asarray(results[0]), np.asarray(case["value"]))
        return
    kind = getattr(errors, case["error"], None) or getattr(__import__("builtins"), case["error"])
    words = re.escape(case["message"].split("\n")[0][:60]).replace(re.escape("{n}"), r"-?\d+")
    with pytest.raises(kind, match=words):
        _run(_imported(case), case)
