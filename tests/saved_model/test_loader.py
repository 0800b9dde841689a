"""tf.saved_model.load on models that TensorFlow saved."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.wire import files, schema


def load(folder: Path, tags: Any = ("serve",), **options: Any) -> tuple[tf.Session, Any]:
    session = tf.Session(graph=tf.Graph())
    return session, tf.saved_model.load(session, list(tags), folder, **options)


@pytest.mark.parametrize("tags", [("serve",), ("gpu", "serve")])
def test_linear(golden: Path, tags: tuple[str, ...]) -> None:
    session, meta_graph = load(golden / "saved_model/linear", tags)
    assert set(meta_graph.meta_info_def.tags) == set(tags)
    key = tf.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
    assert (key in meta_graph.signature_def) == (tags == ("serve",))
    with np.load(golden / "saved_model/linear.npz") as data:
        found = session.run("y:0", {"x:0": data["in0"]})
        np.testing.assert_allclose(found, data["out0"], rtol=1e-5)


@pytest.mark.parametrize("scope", [None, "imported/model"])
def test_assets_tables_and_resource_variables(golden: Path, scope: str | None) -> None:
    session, meta_graph = load(golden / "saved_model/assets_model", import_scope=scope)
    prefix = f"{scope}/" if scope else ""
    with np.load(golden / "saved_model/assets_model.npz") as data:
        vectors, ids = session.run(
            [f"{prefix}y:0", f"{prefix}hash_table_Lookup/SelectV2:0"], {f"{prefix}keys:0": data["in0"]}
        )
        np.testing.assert_allclose(vectors, data["out0"], rtol=1e-5)
        np.testing.assert_array_equal(ids, data["out1"])
    assert meta_graph.saver_def.restore_op_name == "save/restore_all"  # the file's own names


def test_collections(golden: Path) -> None:
    session, _ = load(golden / "saved_model/assets_model", import_scope="sc")
    graph = session.graph
    assert [op.name for op in graph.get_collection("saved_model_main_op")] == ["sc/init_all_tables_1"]
    assert [tensor.name for tensor in graph.get_collection("asset_filepaths")] == ["sc/asset_path:0"]
    assert [asset.type_url for asset in graph.get_collection("saved_model_assets")] == [
        "type.googleapis.com/tensorflow.AssetFileDef"
    ]


def test_digits(golden: Path) -> None:
    session, _ = load(golden / "digits/saved_model", clear_devices=True)
    with np.load(golden / "digits/test.npz") as data:
        found = session.run("probabilities:0", {"image:0": data["image"]})
        np.testing.assert_allclose(found, data["probabilities"], rtol=0, atol=1e-5)


def test_unknown_tags(golden: Path) -> None:
    session = tf.Session(graph=tf.Graph())
    with pytest.raises(RuntimeError, match="MetaGraphDef associated with tags 'train' could not be found"):
        tf.saved_model.loader.load(session, ["train"], golden / "saved_model/linear")
    assert not session.graph.get_operations()


def test_missing_variables_are_told(golden: Path, tmp_path: Path) -> None:
    shutil.copy(golden / "saved_model/linear/saved_model.pb", tmp_path)
    with pytest.raises(ValueError, match="The passed save_path is not a valid checkpoint"):
        load(tmp_path)


def test_a_model_within_a_name_scope(golden: Path) -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session, tf.name_scope("outer"):
        tf.saved_model.loader.load(session, ["serve"], golden / "saved_model/assets_model")
        assert {op.name.partition("/")[0] for op in graph.get_operations()} == {"outer"}
        with np.load(golden / "saved_model/assets_model.npz") as data:
            ids = session.run("outer/hash_table_Lookup/SelectV2:0", {"outer/keys:0": data["in0"]})
            np.testing.assert_array_equal(ids, data["out1"])


def test_a_scope_may_be_loaded_into_twice(golden: Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        for scope in ("s", "s_1"):
            tf.saved_model.loader.load(session, ["serve"], golden / "saved_model/linear", import_scope="s")
            variables = tf.global_variables(scope + "/")
            assert variables
            assert session.run(tf.report_uninitialized_variables(variables)).size == 0


def edited(source: Path, folder: Path, change: Any) -> Path:
    """A copy of a SavedModel whose MetaGraphDefs went through `change`."""
    shutil.copytree(source, folder)
    saved_model = files.read_saved_model(folder)
    for meta_graph in saved_model.meta_graphs:
        change(meta_graph)
    files.write_message(folder / "saved_model.pb", saved_model)
    return folder


@pytest.mark.parametrize("how", ["legacy", "signature"])
def test_older_and_newer_ways_to_name_the_init_op(golden: Path, tmp_path: Path, how: str) -> None:
    def change(meta_graph: schema.MetaGraphDef) -> None:
        name = meta_graph.collection_def["saved_model_main_op"].node_list.value[0]
        del meta_graph.collection_def["saved_model_main_op"]
        if how == "legacy":
            meta_graph.collection_def["legacy_init_op"].node_list.value.append(name)
        else:
            meta_graph.signature_def["__saved_model_init_op"].outputs["__saved_model_init_op"].name = name

    session, _ = load(edited(golden / "saved_model/assets_model", tmp_path / "model", change))
    with np.load(golden / "saved_model/assets_model.npz") as data:
        ids = session.run("hash_table_Lookup/SelectV2:0", {"keys:0": data["in0"]})
        np.testing.assert_array_equal(ids, data["out1"])


def test_two_main_ops_are_refused(golden: Path, tmp_path: Path) -> None:
    def change(meta_graph: schema.MetaGraphDef) -> None:
        names = meta_graph.collection_def["saved_model_main_op"].node_list.value
        names.append(names[0])

    folder = edited(golden / "saved_model/assets_model", tmp_path / "model", change)
    with pytest.raises(RuntimeError, match=r"Expected exactly one SavedModel init op\. Found 2"):
        load(folder)


def test_maybe_saved_model_directory(golden: Path, tmp_path: Path) -> None:
    assert tf.saved_model.maybe_saved_model_directory(golden / "saved_model/linear")
    assert tf.saved_model.contains_saved_model(str(golden / "digits/saved_model"))
    assert not tf.saved_model.loader.maybe_saved_model_directory(tmp_path)
