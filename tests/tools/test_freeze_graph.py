"""freeze_graph against the graphs that TensorFlow's own froze."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tools.command_line import Outcome, refusal, run_command

import nbtf as tf
from nbtf.wire import files, schema

Capsys = pytest.CaptureFixture[str]
SOURCES = ("graph", "saver", "meta_graph")


def checkpoint_cases() -> list[dict[str, Any]]:
    manifest = json.loads((Path(__file__).parents[1] / "golden/manifest.json").read_text())
    return [case for case in manifest["cases"] if case["kind"] == "net_checkpoint"]


CASES = {case["name"].removesuffix("_ckpt"): case for case in checkpoint_cases()}


def output_names(case: dict[str, Any]) -> str:
    return ",".join(dict.fromkeys(fetch["tensor"].partition(":")[0] for fetch in case["fetches"]))


def freeze(capsys: Capsys, golden: Path, case: dict[str, Any], out: Path, source: str, *more: str | Path) -> Outcome:
    """Freezes a case from one of its files."""
    words: list[str | Path] = ["--output_node_names", output_names(case), "--output_graph", out]
    if source == "saved_model":
        words += ["--input_saved_model_dir", golden / case["saved_model"]]
    else:
        words += ["--input_checkpoint", golden / case["prefix"]]
        meta = golden / case.get("meta", f"{case['prefix']}.meta")
        if source == "meta_graph":
            words += ["--input_meta_graph", meta, "--input_binary", "true"]
        elif source == "saver":  # graph.pbtxt was written before the Saver added its nodes
            saver, graph = out.with_suffix(".saver"), out.with_suffix(".graph")
            files.write_message(saver, files.read_meta_graph(meta).saver_def, as_text=True)
            files.write_message(graph, files.read_meta_graph(meta).graph_def)
            words += ["--input_graph", graph, "--input_saver", saver]
        else:
            words += ["--input_graph", golden / case["graph"]]
    return run_command(capsys, "freeze", *words, *more)


def import_graph(graph_def: schema.GraphDef) -> tf.Session:
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    return tf.Session(graph=graph)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", sorted(CASES))
def test_nodes_are_those_of_tensorflow(capsys: Capsys, golden: Path, tmp_path: Path, name: str, source: str) -> None:
    case = CASES[name]
    outcome = freeze(capsys, golden, case, tmp_path / "frozen.pb", source)
    assert outcome.status == 0, outcome.err
    ours, theirs = files.read_graph_def(tmp_path / "frozen.pb"), files.read_graph_def(golden / case["frozen"])
    assert [node.name for node in ours.node] == [node.name for node in theirs.node]
    for own, other in zip(ours.node, theirs.node, strict=True):
        assert (own.op, list(own.input)) == (other.op, list(other.input)), own.name
        if own.op == "Const":
            np.testing.assert_array_equal(
                tf.make_ndarray(own.attr["value"].tensor), tf.make_ndarray(other.attr["value"].tensor), own.name
            )
    assert outcome.out.endswith(f"{len(theirs.node)} ops in the final graph.\n")


@pytest.mark.parametrize("name", sorted(CASES))
def test_outputs_are_those_of_tensorflows_graph(capsys: Capsys, golden: Path, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    assert freeze(capsys, golden, case, tmp_path / "frozen.pb", "graph").status == 0
    session = import_graph(files.read_graph_def(tmp_path / "frozen.pb"))
    with np.load(golden / case["data"]) as data:
        feeds = {feed["tensor"]: data[feed["key"]] for feed in case["feeds"]}
        found = session.run([fetch["tensor"] for fetch in case["fetches"]], feeds)
        for fetch, value in zip(case["fetches"], found, strict=True):
            np.testing.assert_allclose(value, data[fetch["key"]], case["rtol"], case["atol"], err_msg=fetch["tensor"])


def test_saved_model(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    case = CASES["digits"]
    outcome = freeze(capsys, golden, case, tmp_path / "frozen.pb", "saved_model")
    assert outcome.status == 0, outcome.err
    ours, theirs = files.read_graph_def(tmp_path / "frozen.pb"), files.read_graph_def(golden / case["frozen"])
    assert {node.name for node in ours.node} == {node.name for node in theirs.node}


def test_whitelist_and_blacklist(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    case = CASES["digits"]
    out = tmp_path / "frozen.pb"
    assert (
        freeze(capsys, golden, case, out, "graph", "--variable_names_whitelist", "conv1/kernel, fc1/bias").status == 0
    )
    left = {node.name for node in files.read_graph_def(out).node if node.op == "VariableV2"}
    assert "conv2/kernel" in left
    assert not left & {"conv1/kernel", "fc1/bias"}
    assert freeze(capsys, golden, case, out, "graph", "--variable_names_blacklist", "conv1/kernel").status == 0
    assert {node.name for node in files.read_graph_def(out).node if node.op == "VariableV2"} == {"conv1/kernel"}


def with_device(golden: Path, folder: Path) -> Path:
    graph_def = files.read_graph_def(golden / "digits/graph.pbtxt")
    for node in graph_def.node:
        node.device = "/device:GPU:0"
    files.write_message(folder / "placed.pbtxt", graph_def, as_text=True)
    return folder / "placed.pbtxt"


@pytest.mark.parametrize("clear", [True, False])
def test_devices(capsys: Capsys, golden: Path, tmp_path: Path, clear: bool) -> None:
    case = {**CASES["digits"], "graph": with_device(golden, tmp_path)}
    out = tmp_path / "frozen.pb"
    assert freeze(capsys, golden, case, out, "graph", "--clear_devices", str(clear)).status == 0
    placed = {node.device for node in files.read_graph_def(out).node if node.op == "Conv2D"}
    assert placed == {"" if clear else "/device:GPU:0"}


def test_initializer_nodes_run_after_restoring(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    case = CASES["digits"]
    out = tmp_path / "frozen.pb"
    assert freeze(capsys, golden, case, out, "graph", "--initializer_nodes", "conv2/bias/Assign").status == 0
    (bias,) = [node for node in files.read_graph_def(out).node if node.name == "conv2/bias"]
    np.testing.assert_array_equal(tf.make_ndarray(bias.attr["value"].tensor), np.zeros(32, np.float32))


def test_old_flags_are_taken(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    more = ["--restore_op_name", "x", "--filename_tensor_name", "y:0", "--checkpoint_version", "1", "--input_binary"]
    assert freeze(capsys, golden, CASES["lenet"], tmp_path / "f.pb", "graph", *more).status == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--input_checkpoint", "none"], "Input checkpoint 'none' doesn't exist!"),
        (["--output_node_names", ""], "You need to supply the name of a node to --output_node_names."),
        (["--output_node_names", "no_such_node"], "no_such_node is not in graph"),
        (["--input_graph", ""], "You need to supply --input_graph"),
        (["--input_graph", "none.pb"], "File none.pb does not exist."),
        (["--initializer_nodes", "no_such_node"], "no_such_node"),
    ],
)
def test_refusals(capsys: Capsys, golden: Path, tmp_path: Path, words: list[str], told: str) -> None:
    outcome = freeze(capsys, golden, CASES["lenet"], tmp_path / "f.pb", "graph", *words)
    assert told in refusal(outcome)
    assert not (tmp_path / "f.pb").exists()


def test_a_frozen_graph_is_not_frozen_again(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    case = {**CASES["digits"], "graph": "digits/frozen.pb"}
    told = refusal(freeze(capsys, golden, case, tmp_path / "f.pb", "graph"))
    assert told.endswith("You cannot freeze a graph twice.")


def test_a_variable_that_the_checkpoint_lacks(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    case = {**CASES["lenet"], "prefix": CASES["lstm"]["prefix"]}
    assert "uninitialized value" in refusal(freeze(capsys, golden, case, tmp_path / "f.pb", "graph"))


def test_partitioned_variables_need_their_saver(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    graph = files.read_meta_graph(golden / "ckpt/v2_single/model.ckpt-42.meta").graph_def
    files.write_message(tmp_path / "graph.pb", graph)
    (part,) = [node.name for node in graph.node if node.name.endswith("part/w/part_0/read")]
    outcome = run_command(
        capsys, "freeze", "--input_graph", tmp_path / "graph.pb", "--output_node_names", part,
        "--input_checkpoint", golden / "ckpt/v2_single/model.ckpt-42",
    )  # fmt: skip
    assert "Models containing partition variables cannot be converted" in refusal(outcome)
