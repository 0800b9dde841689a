"""What tests/programs/files/gfile.py cannot ask TensorFlow."""

from pathlib import Path

import pytest

import nbtf as tf


def test_characters_of_several_bytes_count_as_one(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("aöüb", encoding="utf-8")
    with tf.gfile.GFile(tmp_path / "f") as file:
        assert [file.read(2), file.read(1), file.read()] == ["aö", "ü", "b"]


def test_a_folder_is_not_made_over_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with pytest.raises(tf.errors.AlreadyExistsError):
        tf.gfile.MkDir(tmp_path / "f")


def test_places_outside_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    with tf.io.gfile.GFile(tmp_path / "f", "rb") as file, pytest.raises(tf.errors.OutOfRangeError):
        file.seek(4)


def test_a_folder_that_cannot_be_listed_is_told_of(tmp_path: Path) -> None:
    told: list[Exception] = []
    assert list(tf.io.gfile.walk(tmp_path / "none", onerror=told.append)) == []
    assert isinstance(told[0], tf.errors.NotFoundError)
