"""Graphs that TensorFlow made and trained: every variable and slot after every step, every answer once restored."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.graph.graph import Graph
from nbtf.graph.importer import import_graph_def
from nbtf.session import Session
from nbtf.wire.files import read_meta_graph

GOLDEN = Path(__file__).parent.parent / "golden"
ALL = json.loads((GOLDEN / "manifest.json").read_text())["cases"]
CASES = [case for case in ALL if case["kind"] == "train"]
NETS = [case for case in ALL if case["kind"] == "net_checkpoint"]


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


@pytest.mark.parametrize("case", NETS, ids=[case["name"] for case in NETS])
def test_restored_networks_answer(case: dict[str, Any]) -> None:
    with tf.Graph().as_default() as graph:
        saver = tf.train.import_meta_graph(str(GOLDEN / case["meta"]))
    with tf.Session(graph=graph) as session, np.load(GOLDEN / case["data"]) as data:
        saver.restore(session, str(GOLDEN / case["prefix"]))
        feeds = {feed["tensor"]: data[feed["key"]] for feed in case["feeds"]}
        fetches = [fetch["tensor"] for fetch in case["fetches"]]
        for fetch, value in zip(case["fetches"], session.run(fetches, feeds), strict=True):
            np.testing.assert_allclose(value, data[fetch["key"]], case["rtol"], case["atol"], err_msg=fetch["tensor"])
