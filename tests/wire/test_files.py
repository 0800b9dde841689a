"""Reading graph files of either form, and writing them wholly or not at all."""

from __future__ import annotations

import os
import pathlib

import pytest

from nbtf import limits
from nbtf.wire import files, schema, text_format

GRAPH = schema.GraphDef(node=[schema.NodeDef(name="a", op="NoOp")])


@pytest.mark.parametrize("name", ["g.pb", "g.pbtxt", "g", "g.PBTXT", "g.txt"])
@pytest.mark.parametrize("as_text", [False, True])
def test_form_is_found_by_suffix_or_content(tmp_path: pathlib.Path, name: str, as_text: bool) -> None:
    files.write_message(tmp_path / name, GRAPH, as_text=as_text)
    assert files.read_graph_def(tmp_path / name) == GRAPH


def test_meta_graph(tmp_path: pathlib.Path) -> None:
    meta = schema.MetaGraphDef(graph_def=GRAPH)
    files.write_message(tmp_path / "m.meta", meta)
    assert files.read_meta_graph(tmp_path / "m.meta") == meta


@pytest.mark.parametrize(("name", "as_text"), [("saved_model.pb", False), ("saved_model.pbtxt", True)])
def test_saved_model(tmp_path: pathlib.Path, name: str, as_text: bool) -> None:
    model = schema.SavedModel(saved_model_schema_version=1)
    files.write_message(tmp_path / name, model, as_text=as_text)
    assert files.read_saved_model(tmp_path) == model
    assert files.read_saved_model(tmp_path / name) == model


def test_missing_files(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError, match="none.pb does not exist"):
        files.read_graph_def(tmp_path / "none.pb")
    with pytest.raises(OSError, match="SavedModel file does not exist at"):
        files.read_saved_model(tmp_path)
    with pytest.raises(OSError):
        files.read_graph_def(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("g.pb", b"\x0a\xff", "no valid GraphDef"),
        ("g.pbtxt", b"nodes { }", "line:column 1:1"),
        ("g", b"node { nam: 1 }", "line:column 1:8"),
        ("g", b"\x00\x01\x02", "no valid GraphDef"),
    ],
)
def test_malformed_files_name_path_and_reason(tmp_path: pathlib.Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(OSError, match=f"Cannot parse file {path}: .*{reason}"):
        files.read_graph_def(path)


def test_files_past_two_gigabytes_are_not_read(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "huge.pb"
    with path.open("wb") as file:
        file.truncate(limits.MAX_MESSAGE_BYTES + 1)  # sparse: takes no room
    with pytest.raises(OSError, match="2147483648 bytes"):
        files.read_graph_def(path)


def test_messages_past_two_gigabytes_are_not_written(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MESSAGE_BYTES", GRAPH.ByteSize() - 1)
    with pytest.raises(ValueError, match="GraphDef of .* bytes cannot be serialized"):
        files.write_message(tmp_path / "g.pb", GRAPH)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "g.pb"
    files.write_atomically(path, b"old")

    def fail(descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_without_a_folder_goes_to_the_current_one(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files.write_atomically("g.pbtxt", text_format.to_text(GRAPH).encode())
    assert files.read_graph_def("g.pbtxt") == GRAPH


def test_a_link_is_written_through(tmp_path: pathlib.Path) -> None:
    (tmp_path / "link.pb").symlink_to("real.pb")
    for _ in range(2):
        files.write_message(tmp_path / "link.pb", GRAPH)
    assert (tmp_path / "link.pb").is_symlink()
    assert files.read_graph_def(tmp_path / "real.pb") == GRAPH


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the platform has no named pipes")
def test_what_is_no_file_is_written_to(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    files.write_message(tmp_path / "pipe", GRAPH)
    assert os.read(reader, 1000) == files.to_bytes(GRAPH)
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_a_failed_write_names_the_file_that_was_asked_for(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError) as raised:
        files.write_message(tmp_path / "none/g.pb", GRAPH)
    assert raised.value.filename == str(tmp_path / "none/g.pb")
