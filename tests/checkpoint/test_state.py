"""The state file: TensorFlow's text, its rules for paths, and what counts as a checkpoint."""

import os

import pytest

from nbtf import errors
from nbtf.checkpoint import state
from nbtf.wire import text_format


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Working folder with a subfolder ``k``."""
    (tmp_path / "k").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def text(latest, *paths, more=""):
    lines = [f'model_checkpoint_path: "{latest}"\n', *(f'all_model_checkpoint_paths: "{path}"\n' for path in paths)]
    return "".join(lines) + more


@pytest.mark.parametrize("name", ["keep", "v1", "v1_sharded", "v2_single"])
def test_reads_and_writes_tensorflows_files(golden, tmp_path, name):
    source = golden / "ckpt" / name
    read = state.get_checkpoint_state(source)
    assert state.latest_checkpoint(source) == read.model_checkpoint_path
    assert read.model_checkpoint_path == read.all_model_checkpoint_paths[-1]
    assert os.path.dirname(read.model_checkpoint_path) == str(source)
    kept = [os.path.basename(path) for path in read.all_model_checkpoint_paths]
    state.update_checkpoint_state(tmp_path, kept[-1], kept)
    assert (tmp_path / "checkpoint").read_bytes() == (source / "checkpoint").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("k", "k/m-2", ["k/m-1", "k/m-2"]), text("m-2", "m-1", "m-2")),
        (("k", "k/m-2", ["k/m-1"]), text("m-2", "m-1", "m-2")),
        (("k", "/x/k/m-2", ["k/m-1", "/x/k/m-2"]), text("/x/k/m-2", "m-1", "/x/k/m-2")),
        (("/x/k", "k/m-2", ["k/m-1"]), text("k/m-2", "k/m-1", "k/m-2")),
        (("", "m-2", ["m-1"]), text("m-2", "m-1", "m-2")),
        (("k", "m-2"), text("../m-2", "../m-2")),
        (
            ("k", "k/m-2", ["k/m-1", "k/m-2"], [1.5, 2.5], 3.25),
            text(
                "m-2",
                "m-1",
                "m-2",
                more="all_model_checkpoint_timestamps: 1.5\nall_model_checkpoint_timestamps: 2.5\n"
                "last_preserved_timestamp: 3.25\n",
            ),
        ),
    ],
)
def test_paths_and_text(arguments, expected):
    assert text_format.to_text(state.generate_checkpoint_state_proto(*arguments)) == expected


def test_timestamps_must_match():
    with pytest.raises(ValueError) as raised:
        state.generate_checkpoint_state_proto("k", "k/m-2", ["k/m-1"], [1.5])
    assert str(raised.value) == (
        "Checkpoint timestamps, if provided, must match checkpoint paths (got paths ['k/m-1', 'k/m-2'] and timestamps "
        "[1.5])"
    )


@pytest.mark.parametrize("absolute_folder", [True, False])
@pytest.mark.parametrize("absolute_paths", [True, False])
def test_relative_paths_on_request(folder, absolute_folder, absolute_paths):
    save_dir = folder / "k" if absolute_folder else "k"
    first, second = (str(folder / "k" / name) if absolute_paths else f"k/{name}" for name in ("m-1", "m-2"))
    state.update_checkpoint_state(save_dir, second, [first, second], save_relative_paths=True)
    assert (folder / "k/checkpoint").read_text() == text("m-2", "m-1", "m-2")


def test_conflicting_name(folder):
    path = str(folder / "k/checkpoint")
    with pytest.raises(RuntimeError, match=f"Save path '{path}' conflicts with path used for checkpoint state"):
        state.update_checkpoint_state(folder / "k", path)
    assert not os.path.exists(path)
    state.update_checkpoint_state(folder / "k", path, latest_filename="other")
    assert (folder / "k/other").exists()


def test_missing_folder(folder):
    with pytest.raises(errors.NotFoundError, match=r"nowhere/checkpoint.*No such file"):
        state.update_checkpoint_state("nowhere", "nowhere/m")
    assert state.get_checkpoint_state("nowhere") is None
    assert state.latest_checkpoint("nowhere") is None


@pytest.mark.parametrize("content", [b"model_checkpoint_path: ?", b"\xff\xfe", b'model_checkpoint_path: "a"\nx: 1'])
def test_files_that_do_not_parse_are_ignored(folder, content, caplog):
    (folder / "k/checkpoint").write_bytes(content)
    assert state.get_checkpoint_state("k") is None
    assert "k/checkpoint: Checkpoint ignored" in caplog.text


def test_a_state_without_a_checkpoint(folder):
    (folder / "k/checkpoint").write_bytes(b"")
    with pytest.raises(ValueError, match="Invalid checkpoint state loaded from k"):
        state.get_checkpoint_state("k")


def test_reading_prepends_the_folder(folder):
    (folder / "k/checkpoint").write_text(text("m-1", "/x/m-0", "m-1"))
    assert text_format.to_text(state.get_checkpoint_state("k")) == text("k/m-1", "/x/m-0", "k/m-1")
    assert state.get_checkpoint_state(".", "k/checkpoint").model_checkpoint_path == "./m-1"


def test_latest_needs_its_files(folder, monkeypatch):
    (folder / "k/checkpoint").write_text(text("m-1"))
    assert state.latest_checkpoint("k") is None
    (folder / "k/m-1.data-00000-of-00001").touch()
    assert state.latest_checkpoint("k") is None
    (folder / "k/m-1.index").touch()
    assert state.latest_checkpoint("k") == "k/m-1"
    (folder / "k/m-1.index").rename(folder / "k/m-1")
    assert state.latest_checkpoint("k") == "k/m-1"
    monkeypatch.chdir(folder / "k")
    assert state.latest_checkpoint(".") == "./m-1"
    assert state.latest_checkpoint("") == "m-1"


def test_exists(golden):
    for prefix in ("v2_single/model.ckpt-42", "v1/model.ckpt-42", "v1_sharded/model.ckpt-42-?????-of-00003"):
        assert state.checkpoint_exists(golden / "ckpt" / prefix)
    assert not state.checkpoint_exists(golden / "ckpt/v1_sharded/model.ckpt-42")
    assert len(state.get_checkpoint_mtimes([golden / "ckpt/v1/model.ckpt-42", golden / "missing"])) == 1


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("m-42", "m-42.meta"),
        ("m-?????-of-00003", "m.meta"),
        ("m-00001-of-00003", "m.meta"),
        ("/a/b-?????-of-?????", "/a/b-?????-of-?????.meta"),
    ],
)
def test_meta_graph_filename(prefix, name):
    assert state.meta_graph_filename(prefix) == name


def test_remove(folder):
    v2 = ["a.index", "a.data-00000-of-00001", "a.data-00001-of-00002", "a.meta"]
    v1 = ["b", "b.meta", "c-00000-of-00002", "c-00001-of-00002", "c.meta"]
    for name in (*v2, *v1, "ab.index"):
        (folder / name).touch()
    state.remove_checkpoint("a")
    state.remove_checkpoint("b", state.V1)
    state.remove_checkpoint("c-?????-of-00002", state.V1)
    state.remove_checkpoint("gone")
    assert sorted(path.name for path in folder.iterdir()) == ["ab.index", "k"]
