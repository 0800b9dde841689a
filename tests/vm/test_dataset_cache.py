"""Datasets cached in a file: what is written, what a second pass reads, and passes that do not come to the end."""

import os
from pathlib import Path

import numpy as np
import pytest

import nbtf as tf


def passes(folder: Path, steps: list[int | None]) -> list[list[object]]:
    """The elements of passes, of each so many (None: all); all of one session."""
    with tf.Graph().as_default(), tf.Session() as session:
        numbers = tf.data.Dataset.range(4).map(lambda n: (tf.fill([n + 1], n), tf.as_string(n)))
        iterator = tf.data.make_initializable_iterator(numbers.cache(str(folder / "kept")))
        element = iterator.get_next()
        found: list[list[object]] = []
        for count in steps:
            session.run(iterator.initializer)
            found.append([])
            try:
                while count is None or len(found[-1]) < count:
                    row, text = session.run(element)
                    found[-1].append((row.tolist(), text))
            except tf.errors.OutOfRangeError:
                pass
        return found


ALL = [([n] * (n + 1), str(n).encode()) for n in range(4)]


def test_a_whole_pass_leaves_a_checkpoint_that_later_passes_and_processes_read(tmp_path: Path) -> None:
    assert passes(tmp_path, [None, None, 2]) == [ALL, ALL, ALL[:2]]
    assert sorted(os.listdir(tmp_path)) == ["kept.data-00000-of-00001", "kept.index"]
    reader = tf.train.NewCheckpointReader(str(tmp_path / "kept"))
    assert sorted(reader.get_variable_to_shape_map()) == [f"{n:7d}_{i}" for n in range(4) for i in range(2)]
    np.testing.assert_array_equal(reader.get_tensor("      2_0"), [2, 2, 2])
    assert passes(tmp_path, [None]) == [ALL]


def test_a_pass_that_is_not_whole_leaves_nothing(tmp_path: Path) -> None:
    assert passes(tmp_path, [2, None]) == [ALL[:2], ALL]
    (tmp_path / "other").mkdir()
    assert passes(tmp_path / "other", [2]) == [ALL[:2]]
    assert not [name for name in os.listdir(tmp_path / "other") if name.endswith(".index")]


def test_two_passes_do_not_write_at_once(tmp_path: Path) -> None:
    (tmp_path / "kept_0.lockfile").touch()
    with pytest.raises(tf.errors.AlreadyExistsError, match="concurrent caching iterator"):
        passes(tmp_path, [1])
