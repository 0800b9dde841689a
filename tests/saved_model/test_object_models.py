"""SavedModels of Python objects: what TensorFlow 2 wrote is found as TensorFlow 1 finds it."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from saved_model.object_models import collections, load, nodes, raised, shapes, values

import nbtf as tf


@pytest.fixture(scope="module")
def folder(golden: Path) -> Path:
    return golden / "object_models"


@pytest.fixture(scope="module")
def answers(folder: Path) -> Any:
    return json.loads((folder / "answers.json").read_text())


@pytest.mark.parametrize("name", ["module", "keras"])
def test_models_of_objects_are_loaded(folder: Path, answers: Any, name: str) -> None:
    with tf.Graph().as_default() as graph, tf.Session() as session:
        _, asked = load(tf, folder, name)
        assert nodes(graph) == answers[name]["nodes"]
        assert collections(graph) == answers[name]["collections"]
        assert shapes(asked) == answers[name]["shapes"]
        found = values(tf, session, asked)
    with np.load(folder / "values.npz") as expected:
        for label, value in found.items():
            wanted = expected[f"{name}/{label}"]
            if wanted.dtype.kind == "S":
                assert value.astype(np.bytes_).tolist() == wanted.tolist(), label
            else:
                np.testing.assert_allclose(value, wanted, 1e-6, err_msg=label)


def test_what_does_not_fit_is_refused(folder: Path, answers: Any) -> None:
    def compared(message: str) -> str:
        """Without what TensorFlow says of results beside arguments, the numbering of names and the order of sets."""
        return re.sub(r" -> .*?(?=\.\n|\.$)", "", message, flags=re.S)

    with tf.Graph().as_default():
        found = raised(tf, folder)
    assert found.keys() == answers["errors"].keys()
    for label, (kind, message) in found.items():
        expected_kind, expected = answers["errors"][label]
        assert (kind, compared(message)) == (expected_kind, compared(expected)), label
