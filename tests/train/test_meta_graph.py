"""A .meta file and its checkpoint: nodes, collections, values."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.train import meta_graph
from nbtf.wire import files


def values_of(session: tf.Session, reader: Any, names: list[str]) -> None:
    """Checks that the session's variables have the checkpoint's values."""
    found = session.run([f"{name}:0" for name in names])
    for name, value in zip(names, found, strict=True):
        np.testing.assert_array_equal(value, reader.get_tensor(name), err_msg=name)


def variable_names(graph: tf.Graph) -> list[str]:
    return [op.name for op in graph.get_operations() if op.type in ("Variable", "VariableV2")]


@pytest.mark.parametrize("has_saver_def", [True, False])
@pytest.mark.parametrize("scope", [None, "sc"])
def test_every_variable_gets_its_value(golden: Path, has_saver_def: bool, scope: str | None) -> None:
    if scope and not has_saver_def:
        pytest.skip("without a SaverDef, variables are found by their names in the checkpoint")
    prefix = golden / "nets_ckpt/mini_resnet/model.ckpt"
    loaded = files.read_meta_graph(f"{prefix}.meta")
    session = tf.Session(graph=tf.Graph())
    meta_graph.add_meta_graph(session.graph, loaded, scope)
    meta_graph.restore_variables(session, prefix, loaded.saver_def if has_saver_def else None, scope)
    reader = tf.train.NewCheckpointReader(prefix)
    inside = f"{scope}/" if scope else ""
    names = [name.removeprefix(inside) for name in variable_names(session.graph)]
    assert sorted(names) == sorted(reader.get_variable_to_shape_map())
    for name, value in zip(names, session.run([f"{inside}{name}:0" for name in names]), strict=True):
        np.testing.assert_array_equal(value, reader.get_tensor(name), err_msg=name)


@pytest.mark.parametrize("case", ["v1", "v1_sharded", "v2_single", "v2_sharded", "v2_resource"])
@pytest.mark.parametrize("has_saver_def", [True, False])
def test_all_dtypes_and_both_formats(golden: Path, case: str, has_saver_def: bool) -> None:
    folder = golden / "ckpt" / case
    prefix = folder / "model.ckpt-42"
    loaded = files.read_meta_graph(f"{prefix}.meta")
    session = tf.Session(graph=tf.Graph())
    meta_graph.add_meta_graph(session.graph, loaded)
    state = folder / "model.ckpt-42"
    if case == "v1_sharded":
        state = folder / "model.ckpt-42-?????-of-00003"
    meta_graph.restore_variables(session, state, loaded.saver_def if has_saver_def else None)
    with np.load(folder / "values.npz") as expected:
        stored = {key.replace("|", "/"): expected[key] for key in expected if "@" not in key}
    checked = 0
    for op in session.graph.get_operations():
        if op.name not in stored or op.type not in ("Variable", "VariableV2", "VarHandleOp"):
            continue
        if op.type == "VarHandleOp":
            reads = [reader for reader in op.outputs[0].consumers() if reader.type == "ReadVariableOp"]
            value = session.run(reads[0].outputs[0])
        else:
            value = session.run(op.outputs[0])
        wanted = stored[op.name]
        if value.dtype == object:
            value = np.asarray(value).astype(wanted.dtype)
        np.testing.assert_array_equal(np.asarray(value, wanted.dtype), wanted, err_msg=op.name)
        checked += 1
    assert checked >= 3


def test_devices_can_be_left_out(golden: Path) -> None:
    loaded = files.read_meta_graph(golden / "nets_ckpt/lenet/model.ckpt.meta")
    loaded.graph_def.node[0].device = "/device:GPU:0"
    kept, cleared = tf.Graph(), tf.Graph()
    meta_graph.add_meta_graph(kept, loaded)
    meta_graph.add_meta_graph(cleared, loaded, clear_devices=True)
    name = loaded.graph_def.node[0].name
    assert kept.get_operation_by_name(name).device == "/device:GPU:0"
    assert cleared.get_operation_by_name(name).device == ""
    assert loaded.graph_def.node[0].device == "/device:GPU:0"


def test_no_path() -> None:
    session = tf.Session(graph=tf.Graph())
    with pytest.raises(ValueError, match="Can't load save_path when it is None"):
        meta_graph.restore_variables(session, None)
    with pytest.raises(ValueError, match="The passed save_path is not a valid checkpoint: missing"):
        meta_graph.restore_variables(session, "missing")


def variable(name: str, dtype: Any, shape: list[int]) -> None:
    op = tf.get_default_graph().create_op("VariableV2", [], name=name, attrs={"dtype": dtype, "shape": shape})
    assert op.name == name


def test_another_dtype_or_shape_is_refused(golden: Path) -> None:
    prefix = golden / "nets_ckpt/lenet/model.ckpt"
    name, shape = tf.train.list_variables(prefix)[0]
    for dtype, dims, told in ((tf.int32, shape, "expected dtype int32"), (tf.float32, [*shape, 2], "shape")):
        with tf.Graph().as_default() as graph:
            variable(name, dtype, dims)
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"(?s)^Restoring from checkpoint failed\..*" + told):
            meta_graph.restore_variables(tf.Session(graph=graph), prefix)


def test_a_missing_key(golden: Path, tmp_path: Path) -> None:
    loaded = files.read_meta_graph(golden / "nets_ckpt/lenet/model.ckpt.meta")
    session = tf.Session(graph=tf.Graph())
    meta_graph.add_meta_graph(session.graph, loaded)
    with pytest.raises(
        tf.errors.NotFoundError, match=r"(?s)^Restoring from checkpoint failed\..* not found in checkpoint"
    ):
        meta_graph.restore_variables(session, golden / "nets_ckpt/lstm/model.ckpt", loaded.saver_def)


def test_a_saver_that_names_no_operation_of_the_graph(golden: Path) -> None:
    loaded = files.read_meta_graph(golden / "nets_ckpt/lenet/model.ckpt.meta")
    session = tf.Session(graph=tf.Graph())
    meta_graph.add_meta_graph(session.graph, loaded)
    loaded.saver_def.restore_op_name = "no/such/op"
    with pytest.raises(ValueError, match="no/such/op"):
        meta_graph.restore_variables(session, golden / "nets_ckpt/lenet/model.ckpt", loaded.saver_def)


def test_damaged_checkpoints_change_no_variable(golden: Path, tmp_path: Path) -> None:
    for part in ("index", "data-00000-of-00001"):
        shutil.copy(golden / f"nets_ckpt/lenet/model.ckpt.{part}", tmp_path)
    data = tmp_path / "model.ckpt.data-00000-of-00001"
    content = bytearray(data.read_bytes())
    content[-1] ^= 1
    data.write_bytes(content)
    loaded = files.read_meta_graph(golden / "nets_ckpt/lenet/model.ckpt.meta")
    session = tf.Session(graph=tf.Graph())
    meta_graph.add_meta_graph(session.graph, loaded)
    with pytest.raises(tf.errors.DataLossError):
        meta_graph.restore_variables(session, tmp_path / "model.ckpt")
