"""Training graphs that TensorFlow made and ran: every variable and slot after every step is the same."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.session import Session
from nbtf.wire.files import read_meta_graph

GOLDEN = Path(__file__).parent.parent / "golden"
CASES = [c for c in json.loads((GOLDEN / "manifest.json").read_text())["cases"] if c["kind"] == "train"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_steps(case: dict[str, Any]) -> None:
    data = np.load(GOLDEN / case["data"])
    graph = Graph()
    with graph.as_default():
        import_graph_def(read_meta_graph(GOLDEN / case["meta"]).graph_def, name="")
    feeds = {feed["tensor"]: data[feed["key"]] for feed in case["feeds"]}
    suffix = "/Read/ReadVariableOp:0" if case["resource_variables"] else "/read:0"
    with Session(graph=graph) as session:
        session.run(case["init_op"])
        for step in range(case["steps"] + 1):
            for i, name in enumerate(case["variables"]):
                value = session.run(name + suffix)
                np.testing.assert_allclose(
                    value, data[f"step{step}_var{i}"], case["rtol"], case["atol"], err_msg=f"{name} before step {step}"
                )
            if step < case["steps"]:
                loss, _ = session.run([case["loss"], case["train_op"]], feeds)
                np.testing.assert_allclose(loss, data[f"step{step}_loss"], case["rtol"], case["atol"])
