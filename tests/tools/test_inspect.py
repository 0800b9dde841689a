"""nbtf inspect."""

import json
from pathlib import Path
from typing import Any

import pytest
from tools.command_line import refusal, run_command

import nbtf as tf
from nbtf.wire import files, schema

Capsys = pytest.CaptureFixture[str]


def facts(capsys: Capsys, *words: str | Path) -> dict[str, Any]:
    outcome = run_command(capsys, "inspect", "--json", *words)
    assert outcome.status == 0, outcome.err
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def test_frozen_graph(capsys: Capsys, golden: Path) -> None:
    path = golden / "digits/frozen.pb"
    found = facts(capsys, path)
    assert found["kind"] == "GraphDef"
    assert found["nodes"] == 53 == sum(found["ops"].values())
    assert found["versions"]["producer"] == 1645
    assert found["inputs"] == [
        {"name": "image:0", "op": "Placeholder", "dtype": "float32", "shape": [None, 8, 8, 1]},
        {"name": "keep_prob:0", "op": "PlaceholderWithDefault", "dtype": "float32", "shape": []},
    ]
    assert found["outputs"] == [{"name": "digit:0", "op": "ArgMax", "dtype": "int64", "shape": [None]}]
    assert found["ops"]["Conv2D"] == 2
    assert found["constants"] == {"nodes": 17, "values": 13761, "bytes": 13758 * 4 + 3 * 4}
    assert found["variables"] == {"nodes": 0, "values": 0, "bytes": 0}
    assert found["unsupported"] == []
    assert found["run"] == f"nbtf run {path} --input image=image.npy --output digit"


def test_text_graph(capsys: Capsys, golden: Path) -> None:
    found = facts(capsys, golden / "nets_ckpt/lenet/graph.pbtxt", "--checkpoint", golden / "nets_ckpt/lenet/model.ckpt")
    assert found["kind"] == "GraphDef"
    assert found["checkpoint"] == str(golden / "nets_ckpt/lenet/model.ckpt")
    assert found["variables"]["nodes"] == found["ops"]["VariableV2"]
    assert "--checkpoint" in found["run"]


@pytest.mark.parametrize("name", ["model.ckpt.meta", ""])
def test_meta_graph_and_folder_of_checkpoints(capsys: Capsys, golden: Path, name: str) -> None:
    """A folder stands for its latest checkpoint; the checkpoint beside a .meta file is found."""
    found = facts(capsys, golden / "nets_ckpt/mini_resnet" / name)
    assert found["kind"] == "MetaGraphDef"
    assert found["written_by"] == "2.15.1"
    assert found["checkpoint"] == str(golden / "nets_ckpt/mini_resnet/model.ckpt")
    assert [tensor["name"] for tensor in found["inputs"]] == ["images:0"]
    assert [tensor["name"] for tensor in found["outputs"]] == ["out_logits:0", "out_prob:0"]
    assert found["variables"] == {"nodes": 32, "values": 6285, "bytes": 6285 * 4}


def test_saved_model(capsys: Capsys, golden: Path) -> None:
    folder = golden / "saved_model/assets_model"
    found = facts(capsys, folder)
    assert found["kind"] == "SavedModel"
    assert found["tags"] == ["serve"]
    assert found["signatures"] == {
        "serving_default": {
            "method": "tensorflow/serving/predict",
            "inputs": {"keys": "keys:0"},
            "outputs": {"ids": "hash_table_Lookup/SelectV2:0", "vec": "y:0"},
        }
    }
    assert found["variables"]["values"] == 10
    assert found["run"] == f"nbtf run {folder} --input keys=keys.npy --output ids --output vec"
    assert facts(capsys, folder / "saved_model.pb") == found


def test_other_tags(capsys: Capsys, golden: Path) -> None:
    folder = golden / "saved_model/linear"
    assert set(facts(capsys, folder, "--tags", "serve,gpu")["tags"]) == {"serve", "gpu"}
    assert "--tags" in facts(capsys, folder, "--tags", "serve,gpu")["run"]
    assert "could not be found in SavedModel" in refusal(run_command(capsys, "inspect", folder, "--tags", "train"))


def test_training_graph_has_its_loss_as_output(capsys: Capsys, golden: Path) -> None:
    found = facts(capsys, golden / "digits/model.ckpt-1125.meta")
    assert [tensor["name"] for tensor in found["outputs"]] == ["loss:0", "accuracy:0"]


def test_branches_are_no_outputs(capsys: Capsys, golden: Path) -> None:
    found = facts(capsys, golden / "nets/cond_net.pb")
    assert [tensor["name"] for tensor in found["outputs"]] == ["out_y:0", "out_gx:0", "out_gp:0"]


def test_functions(capsys: Capsys, golden: Path) -> None:
    found = facts(capsys, golden / "functional/call_autograph.pb")
    assert found["versions"]["min_consumer"] == 12
    assert any("collatz" in name for name in found["functions"])


def unknown_ops(folder: Path) -> Path:
    """A graph with an op that is in no version of TensorFlow, needed and not needed."""
    graph_def = schema.GraphDef()
    x = graph_def.node.add(name="x", op="Placeholder")
    x.attr["dtype"].type = tf.float32.as_datatype_enum
    graph_def.node.add(name="odd", op="MyOwnOp", input=["x"])
    path = folder / "odd.pb"
    files.write_message(path, graph_def)
    return path


def test_unsupported_ops_are_named_with_their_nodes(capsys: Capsys, tmp_path: Path) -> None:
    found = facts(capsys, unknown_ops(tmp_path))
    (entry,) = found["unsupported"]
    assert entry["op"] == "MyOwnOp"
    assert entry["nodes"] == ["odd"]
    outcome = run_command(capsys, "inspect", unknown_ops(tmp_path))
    assert "no kernel for op MyOwnOp: odd" in outcome.out


def test_report(capsys: Capsys, golden: Path) -> None:
    path = golden / "digits/frozen.pb"
    lines = run_command(capsys, "inspect", path).out.splitlines()
    assert lines[0] == f"{path}: GraphDef, 53 nodes, producer 1645"
    assert "  image:0      float32 [?, 8, 8, 1]" in lines
    assert "  keep_prob:0  float32 [], optional" in lines
    assert "constants: 13,761 values, 55 kB, in 17 nodes" in lines
    assert "unsupported ops: none" in lines
    assert lines[-1] == f"  nbtf run {path} --input image=image.npy --output digit"


@pytest.mark.parametrize("content", [b"", b"\xff\xff\xff", b"node {", b"hello"])
def test_what_is_no_graph(capsys: Capsys, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.pb"
    path.write_bytes(content)
    assert str(path) in refusal(run_command(capsys, "inspect", path))


def test_a_folder_of_something_else(capsys: Capsys, tmp_path: Path) -> None:
    told = refusal(run_command(capsys, "inspect", tmp_path))
    assert told == f"{tmp_path}: neither a SavedModel nor a folder of checkpoints"


def test_a_checkpoint_that_is_not_there(capsys: Capsys, golden: Path) -> None:
    told = refusal(run_command(capsys, "inspect", golden / "digits/frozen.pb", "--checkpoint", "none"))
    assert told == "none: no checkpoint has this prefix"
    told = refusal(run_command(capsys, "inspect", golden / "digits/saved_model", "--checkpoint", "none"))
    assert "a SavedModel holds its own variables" in told


def test_a_malformed_graph_names_its_node(capsys: Capsys, golden: Path) -> None:
    told = refusal(run_command(capsys, "inspect", golden / "errors/attr_missing_dtype.pbtxt"))
    assert "dtype" in told
