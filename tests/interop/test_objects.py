"""SavedModels of Python objects go both ways: to and from graphs of TensorFlow 1, and TensorFlow 2 with eager execution."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nbtf

pytestmark = pytest.mark.interop


def model(tf, words):
    """A module with variables, tables and functions, all at the version of the interface that `tf` is."""
    lines = (tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER)
    in_graphs = {"use_resource": True} if hasattr(tf, "Session") else {}
    unnamed = {} if hasattr(tf, "Session") else {"experimental_is_anonymous": True}

    class Model(tf.Module):
        def __init__(self):
            super().__init__()
            self.v = tf.Variable(2.0, name="v", **in_graphs)
            self.parts = [tf.Variable([1.0, 2.0], **in_graphs), {"v": self.v}]
            self.table = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(words, *lines), -1, **unnamed)
            self.mutable = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1, **unnamed)
            self.scale = tf.constant(3.0)

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32, name="b")])
        def linear(self, x, b):
            return {"y": x * self.v * self.scale + b, "x": x + self.parts[0]}

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def look_up(self, words):
            return self.table.lookup(words), self.mutable.lookup(words)

        @tf.function
        def scaled(self, x, by=2.0, *, negative=False):
            return -x * by if negative else x * by

    return Model()


def asked(tf, loaded):
    """What a model answers: name -> tensor."""
    words, x = tf.constant(["b", "q"]), tf.constant([1.0, 2.0])
    found = {f"linear {key}": one for key, one in loaded.linear(x, tf.constant(1.0)).items()}
    found |= {f"words {i}": one for i, one in enumerate(loaded.look_up(words))}
    found |= {"scaled": loaded.scaled(tf.constant(1.0)), "by": loaded.scaled(tf.constant(1.0), negative=True)}
    signature = loaded.signatures["serving_default"] if hasattr(loaded, "signatures") else loaded.linear
    return {**found, "signature": signature(x=x, b=tf.constant(1.0))["y"]}


EXPECTED = {
    "linear y": [7.0, 13.0],
    "linear x": [2.0, 4.0],
    "words 0": [1, -1],
    "words 1": [-1, 5],
    "scaled": 2.0,
    "by": -2.0,
    "signature": [7.0, 13.0],
}


def write(tf, folder, words):
    """Saves the model, in a graph where there are sessions."""
    if not hasattr(tf, "Session"):
        made = model(tf, words)
        made.mutable.insert(tf.constant(["q"]), tf.constant([5], tf.int64))
        asked(tf, made)
        tf.saved_model.save(made, folder, signatures=made.linear)
        return
    with tf.Graph().as_default(), tf.Session() as session:
        made = model(tf, words)
        asked(tf, made)
        insert = made.mutable.insert(tf.constant(["q"]), tf.constant([5], tf.int64))
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        session.run(insert)
        tf.saved_model.save(made, folder, signatures=made.linear)


def read(tf, folder):
    """What the model in the folder answers: name -> nested lists."""
    if not hasattr(tf, "Session"):
        found = {key: one.numpy() for key, one in asked(tf, tf.saved_model.load(folder)).items()}
    else:
        with tf.Graph().as_default(), tf.Session() as session:
            tensors = asked(tf, tf.saved_model.load_v2(folder))
            session.run([tf.global_variables_initializer(), tf.tables_initializer()])
            found = session.run(tensors)
    return {key: np.asarray(one).tolist() for key, one in found.items()}


@pytest.fixture
def words(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("a\nb\n")
    return str(path)


@pytest.mark.parametrize("writer", ["nbtf", "TensorFlow"])
def test_graphs_of_tensorflow_1(tmp_path, words, writer):
    from tensorflow.compat import v1

    v1.disable_v2_behavior()
    pair = (nbtf, v1) if writer == "nbtf" else (v1, nbtf)
    folder = str(tmp_path / "model")
    write(pair[0], folder, words)
    assert read(pair[1], folder) == EXPECTED


def test_tensorflow_2(tmp_path, words):
    """In a process of its own, where the version of the behavior is TensorFlow 2's."""
    mine, theirs = str(tmp_path / "mine"), str(tmp_path / "theirs")
    write(nbtf, mine, words)
    script = (
        "import json, sys, tensorflow as tf; sys.path.insert(0, sys.argv[1]); import test_objects as t; "
        "t.write(tf, sys.argv[3], sys.argv[4]); print(json.dumps(t.read(tf, sys.argv[2])))"
    )
    command = [sys.executable, "-c", script, str(Path(__file__).parent), mine, theirs, words]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert json.loads(output.splitlines()[-1]) == EXPECTED
    assert read(nbtf, theirs) == EXPECTED
