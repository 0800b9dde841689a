"""What a SavedModel folder holds."""

import shutil
from pathlib import Path

import pytest

from nbtf.saved_model import reader
from nbtf.wire import files, schema


@pytest.fixture
def linear(golden: Path) -> schema.SavedModel:
    return files.read_saved_model(golden / "saved_model/linear")


def test_tags_select_a_meta_graph(linear: schema.SavedModel) -> None:
    assert list(reader.select_meta_graph(linear, ["serve"]).meta_info_def.tags) == ["serve"]
    assert set(reader.select_meta_graph(linear, {"gpu", "serve"}).meta_info_def.tags) == {"gpu", "serve"}


@pytest.mark.parametrize(("tags", "told"), [(["nope"], "tags 'nope' could"), ({"gpu"}, "{'gpu'}"), ([], "tags  could")])
def test_other_tags_are_refused(linear: schema.SavedModel, tags: list[str], told: str) -> None:
    with pytest.raises(RuntimeError, match="MetaGraphDef associated with tags") as refused:
        reader.select_meta_graph(linear, tags)
    assert told in str(refused.value)
    assert "could not be found in SavedModel, with available tags '[{'serve'}, {" in str(refused.value)


def test_a_folder_without_saved_model(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"SavedModel file does not exist at: .*\{saved_model\.pbtxt\|saved_model\.pb\}"):
        reader.read_meta_graph(tmp_path, ["serve"])


def test_a_saved_model_as_text(golden: Path, tmp_path: Path, linear: schema.SavedModel) -> None:
    files.write_message(tmp_path / "saved_model.pbtxt", linear, as_text=True)
    assert reader.read_meta_graph(tmp_path, ["serve"]) == reader.select_meta_graph(linear, ["serve"])


def test_a_damaged_saved_model(golden: Path, tmp_path: Path) -> None:
    shutil.copy(golden / "saved_model/linear/saved_model.pb", tmp_path)
    whole = (tmp_path / "saved_model.pb").read_bytes()
    (tmp_path / "saved_model.pb").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OSError, match=r"Cannot parse file .*saved_model\.pb"):
        reader.read_meta_graph(tmp_path, ["serve"])


def test_paths(golden: Path) -> None:
    folder = golden / "saved_model/assets_model"
    meta_graph = reader.read_meta_graph(folder, ["serve"])
    assert reader.asset_paths(folder, meta_graph) == {"asset_path:0": str(folder / "assets/vocab.txt")}
    assert reader.variables_prefix(folder) == str(folder / "variables/variables")


def test_assets_listed_in_the_meta_graph_come_first(tmp_path: Path) -> None:
    meta_graph = schema.MetaGraphDef()
    meta_graph.asset_file_def.add(filename="words.txt").tensor_info.name = "words:0"
    assert reader.asset_paths(tmp_path, meta_graph) == {"words:0": str(tmp_path / "assets/words.txt")}


@pytest.mark.parametrize("filename", ["../secret", "a/../../secret", "/etc/passwd"])
def test_an_asset_outside_the_folder_is_refused(tmp_path: Path, filename: str) -> None:
    meta_graph = schema.MetaGraphDef()
    meta_graph.asset_file_def.add(filename=filename)
    with pytest.raises(ValueError, match="lies outside the SavedModel's folder of assets"):
        reader.asset_paths(tmp_path, meta_graph)
