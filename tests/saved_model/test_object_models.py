"""SavedModels of Python objects: what TensorFlow 2 wrote is found as TensorFlow 1 finds it."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from saved_model.object_models import collections, load, nodes, raised, refused, shapes, values

import nbtf as tf
from nbtf.wire import files


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


def test_gradients_that_programmers_defined_come_along(folder: Path) -> None:
    x = np.float32([-1, 2])
    with tf.Graph().as_default(), tf.Session() as session:
        model = tf.saved_model.load_v2(str(folder / "module"))
        given = tf.constant(x)
        y = model.curved(given)
        found = tf.gradients(y, [given, model.v])
        session.run(tf.global_variables_initializer())
        sigmoid = 1 / (1 + np.exp(-x))
        expected = [2 * x * sigmoid, 2 * sigmoid * (1 + x * (1 - sigmoid)), (x * sigmoid).sum()]
        for value, wanted in zip(session.run([y, *found]), expected, strict=True):
            np.testing.assert_allclose(value, wanted, 1e-6)


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


def test_what_cannot_be_saved_is_refused(tmp_path: Path, answers: Any) -> None:
    with tf.Graph().as_default():
        assert refused(tf, tmp_path) == answers["refused"]
    assert not list(tmp_path.iterdir())


def _no_constant(meta_graph: Any) -> None:
    del meta_graph.graph_def.node[:]


def _no_functions(meta_graph: Any) -> None:
    del meta_graph.graph_def.library.function[:]


def _circle(meta_graph: Any) -> None:
    nodes = meta_graph.object_graph_def.nodes
    nodes[1].dependencies.add(node_id=2)
    nodes[2].dependencies.add(node_id=1)


DAMAGES: dict[str, Any] = {
    "refers to object 9999": lambda graph: graph.object_graph_def.nodes[0].children.add(node_id=9999, local_name="x"),
    "is the function 'x'": lambda graph: graph.object_graph_def.nodes[0].function.concrete_functions.append("x"),
    "depend on each other in a circle": _circle,
    "lacks the constant": _no_constant,
    "lacks the function": _no_functions,
    "asset number 0, but there are 0": lambda graph: graph.asset_file_def.pop() and graph.asset_file_def.clear(),
    "of kind None": lambda graph: graph.object_graph_def.nodes[0].ClearField("user_object"),
}


@pytest.mark.parametrize("message", DAMAGES)
def test_a_damaged_model_is_refused(folder: Path, tmp_path: Path, message: str) -> None:
    saved_model = files.read_saved_model(folder / "module")
    DAMAGES[message](saved_model.meta_graphs[0])
    files.write_message(str(tmp_path / "saved_model.pb"), saved_model, as_text=False)
    with tf.Graph().as_default(), pytest.raises(ValueError, match=message):
        tf.saved_model.load_v2(str(tmp_path))


class Model(tf.Module):
    """Variables, tables of both kinds, an asset, a method, nested objects."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.v = tf.Variable(2.0, use_resource=True, name="v")
        self.parts = [tf.Variable([1, 2], use_resource=True), {"c": tf.train.Checkpoint(v=self.v)}, (self.v,)]
        index = tf.lookup.TextFileIndex
        file = tf.lookup.TextFileInitializer(words, tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER)
        self.table = tf.lookup.StaticVocabularyTable(file, 2)
        self.pairs = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["x"], [10.0]), -1.0)
        self.mutable = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
        self.dense = tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, -1, -2, -3)
        self.asset = tf.saved_model.Asset(words)
        self.scale = tf.constant(3.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32, name="b")])
    def linear(self, x: Any, b: Any) -> Any:
        return {"y": x * self.v * self.scale + b, "x": x}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def look_up(self, words: Any) -> Any:
        found = self.mutable.lookup(words)
        return self.table.lookup(words), self.pairs.lookup(words), found, self.dense.lookup(found)

    @tf.function
    def scaled(self, x: Any, by: float = 2.0, *, negative: bool = False) -> Any:
        return -x * by if negative else x * by

    @tf.function(input_signature=[])
    def text(self) -> Any:
        return tf.io.read_file(self.asset.asset_path)


def asked(model: Any) -> dict[str, Any]:
    words = tf.constant(["b", "x", "q"])
    found = {f"words {i}": one for i, one in enumerate(model.look_up(words))}
    found |= {f"linear {key}": one for key, one in model.linear([1.0, 2.0], 1.0).items()}
    found |= {"scaled": model.scaled(tf.constant(1.0)), "text": model.text(), "list": model.parts[0]}
    return {**found, "negative": model.scaled(tf.constant(1.0), negative=True), "dict": model.parts[1]["c"].v}


def test_options_of_saving(tmp_path: Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        module: Any = tf.Module()
        with tf.device("/cpu:0"):
            module.v = tf.Variable(1.0, use_resource=True)
        module.f = tf.function(lambda x: x * module.v, input_signature=[tf.TensorSpec([], tf.float32)])
        session.run(tf.global_variables_initializer())
        for refused in ({"save_debug_info": True}, {"experimental_image_format": True}):
            with pytest.raises(NotImplementedError):
                tf.saved_model.save(module, str(tmp_path), options=tf.saved_model.SaveOptions(**refused))
        options = tf.saved_model.SaveOptions(
            function_aliases={"alias": module.f},
            experimental_variable_policy="save_variable_devices",
            experimental_skip_saver=True,
        )
        tf.saved_model.save(module, str(tmp_path), options=options)
    (meta_graph,) = files.read_saved_model(tmp_path).meta_graphs
    assert list(meta_graph.meta_info_def.function_aliases.values()) == ["alias"]
    assert not meta_graph.HasField("saver_def")
    assert [node.variable.device for node in meta_graph.object_graph_def.nodes if node.HasField("variable")] == [
        "/device:CPU:0"
    ]


@pytest.mark.parametrize("generation", [1, 2])
def test_objects_are_saved_and_loaded(tmp_path: Path, generation: int) -> None:
    """What was loaded can be saved again."""
    words = tmp_path / "words.txt"
    words.write_text("a\nb\n")
    folder = str(tmp_path / "model")
    with tf.Graph().as_default(), tf.Session() as session:
        model: Any = Model(str(words))
        fetches = asked(model)
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        session.run(model.mutable.insert(["q"], tf.constant([5], tf.int64)))
        session.run(model.dense.insert(tf.constant([5], tf.int64), tf.constant([50], tf.int64)))
        expected = session.run(fetches)
        tf.saved_model.save(model, folder, {"serving_default": model.linear, "words": model.look_up})
    words.unlink()
    if generation == 2:
        with tf.Graph().as_default(), tf.Session() as session:
            model = tf.saved_model.load_v2(folder)
            session.run([tf.global_variables_initializer(), tf.tables_initializer()])
            folder = str(tmp_path / "again")
            tf.saved_model.save(model, folder, dict(model.signatures))
    with tf.Graph().as_default(), tf.Session() as session:
        model = tf.saved_model.load_v2(folder)
        fetches = asked(model)
        fetches["signature"] = model.signatures["serving_default"](x=tf.constant([1.0, 2.0]), b=tf.constant(1.0))["y"]
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        found = session.run(fetches)
        np.testing.assert_array_equal(found.pop("signature"), [7.0, 13.0])
        assert {key: np.asarray(one).tolist() for key, one in found.items()} == {
            key: np.asarray(one).tolist() for key, one in expected.items()
        }
    with tf.Graph().as_default(), tf.Session() as session:  # as a model of TensorFlow 1
        signatures = tf.saved_model.load(session, ["serve"], folder).signature_def
        linear, look_up = signatures["serving_default"], signatures["words"]
        feeds = {linear.inputs["x"].name: [1.0, 2.0], linear.inputs["b"].name: 1.0}
        np.testing.assert_array_equal(session.run(linear.outputs["y"].name, feeds), [7.0, 13.0])
        (given,) = look_up.inputs.values()
        names = [look_up.outputs[f"output_{i}"].name for i in range(4)]
        for i, one in enumerate(session.run(names, {given.name: ["b", "x", "q"]})):
            np.testing.assert_array_equal(one, expected[f"words {i}"])


def saved_graph(folder: str, make: Any) -> None:
    """A model of TensorFlow 1: what `make` makes of x float32 [n, 2]."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        y = make(x)
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        signature = tf.saved_model.predict_signature_def({"x": x}, {"y": y})
        builder = tf.saved_model.Builder(folder)
        builder.add_meta_graph_and_variables(
            session, ["serve"], {"serving_default": signature}, main_op=tf.no_op("main")
        )
        builder.save()


def test_graphs_without_objects_are_loaded(tmp_path: Path) -> None:
    """Ref variables, parts of variables and resource variables, each read by its name."""

    def make(x: Any) -> Any:
        w = tf.get_variable("w", initializer=[[1.0], [2.0]])
        parts = tf.get_variable("parts", [4, 1], initializer=tf.ones_initializer(), partitioner=lambda **_: [2, 1])
        r = tf.get_variable("r", initializer=0.5, use_resource=True)
        return tf.add(tf.matmul(x, w) + tf.reduce_sum(tf.convert_to_tensor(parts)), r, name="y")

    saved_graph(str(tmp_path / "model"), make)
    with tf.Graph().as_default(), tf.Session() as session:
        model = tf.saved_model.load_v2(str(tmp_path / "model"))
        x = tf.constant([[1.0, 1.0]])
        y = model.signatures["serving_default"](x=x)["y"]
        assert y.shape.as_list() == [1, 1]
        half = model.prune("x:0", "MatMul:0")(x)
        gradient = tf.gradients(y, model.variables[0])[0]
        session.run([tf.global_variables_initializer(), model.initializer])
        assert [variable.name for variable in model.variables] == ["w:0", "parts/part_0:0", "parts/part_1:0", "r:0"]
        assert session.run([y, half]) == [[[7.5]], [[3.0]]]
        np.testing.assert_array_equal(session.run(gradient), [[1.0], [1.0]])


def test_tables_and_assets_of_graphs_come_along(golden: Path) -> None:
    folder = str(golden / "saved_model" / "assets_model")
    keys = ["a", "other"]
    with tf.Graph().as_default(), tf.Session() as session:
        outputs = tf.saved_model.load(session, ["serve"], folder).signature_def["serving_default"].outputs
        expected = session.run({name: info.name for name, info in outputs.items()}, {"keys:0": keys})
    with tf.Graph().as_default(), tf.Session() as session:
        model = tf.saved_model.load_v2(folder, tags="serve")
        found = model.signatures["serving_default"](keys=tf.constant(keys))
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        for name, value in session.run(found).items():
            np.testing.assert_array_equal(value, expected[name])


def test_a_graph_that_changes_ref_variables_is_refused(tmp_path: Path) -> None:
    def make(x: Any) -> Any:
        return tf.assign_add(tf.get_variable("count", initializer=0.0), tf.reduce_sum(x))

    saved_graph(str(tmp_path / "model"), make)
    with tf.Graph().as_default(), pytest.raises(ValueError, match="AssignAdd.* changes a ref variable"):
        tf.saved_model.load_v2(str(tmp_path / "model"))
