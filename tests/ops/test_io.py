"""Ops on files. Golden sessions test those on checkpoints."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ops.table import Row, forward_tests, run_op

from nbtf import errors


def _text(value: str | bytes | Path) -> np.ndarray:
    return np.array(value if isinstance(value, bytes) else str(value).encode(), object)


ROWS = [
    Row("ShardedFilename", [_text("a/b"), np.int32(3), np.int32(12)], _text("a/b-00003-of-00012"), vary=None),
    Row("ShardedFilespec", [_text("a/b"), np.int32(12)], _text("a/b-?????-of-00012"), vary=None),
]
test_forward = forward_tests(ROWS)


def _run(op: str, *inputs: Any) -> Any:
    return run_op(op, inputs, {}, known=False)[0]


def test_a_file_is_written_whole_and_read(tmp_path: Path) -> None:
    path, contents = tmp_path / "new" / "folder" / "file", b"\x00 bytes \xff"
    _run("WriteFile", _text(path), _text(contents))
    assert path.read_bytes() == contents
    assert _run("ReadFile", _text(path)) == [contents]
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(errors.NotFoundError, match="absent; No such file"):
        _run("ReadFile", _text(tmp_path / "absent"))
    with pytest.raises(errors.FailedPreconditionError, match="directory"):
        _run("ReadFile", _text(tmp_path))


def test_matching_files(tmp_path: Path) -> None:
    for name in ("b1", "a1", "a2", "c"):
        (tmp_path / name).touch()
    patterns = np.array([str(tmp_path / "a?").encode(), str(tmp_path / "b*").encode()], object)
    (found,) = _run("MatchingFiles", patterns)
    assert [Path(path.decode()).name for path in found] == ["a1", "a2", "b1"]
    assert _run("MatchingFiles", _text(tmp_path / "none*"))[0].shape == (0,)


@pytest.mark.parametrize("op", ["SaveV2", "RestoreV2"])
def test_names_and_tensors_must_be_as_many(op: str, tmp_path: Path) -> None:
    from nbtf import dtypes

    names, prefix = np.array([b"a", b"b"], object), _text(tmp_path / "m")
    inputs = [prefix, names, names] + ([[np.float32(1)]] if op == "SaveV2" else [])
    attrs = {} if op == "SaveV2" else {"dtypes": [dtypes.float32]}
    with pytest.raises(errors.InvalidArgumentError, match="one element for each of 1 tensors"):
        run_op(op, inputs, attrs, known=False)
