"""Files that go both ways: what nbtf writes TensorFlow reads, and the other way round."""

import glob
import os

import numpy as np
import pytest

import nbtf

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def tensorflow():
    from tensorflow.compat import v1

    v1.disable_v2_behavior()
    v1.logging.set_verbosity(v1.logging.ERROR)
    return v1


@pytest.fixture(params=["nbtf writes", "TensorFlow writes"])
def both(request, tensorflow):
    """(who writes, who reads)."""
    return (nbtf, tensorflow) if request.param == "nbtf writes" else (tensorflow, nbtf)


def model(tf):
    """A graph with variables of all kinds."""
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    v = tf.get_variable("v", initializer=[[1.0], [2.0]])
    r = tf.get_variable("r", initializer=[0.5], use_resource=True)
    zeros = tf.zeros_initializer()
    tf.get_variable("parts", [5, 2], initializer=zeros, partitioner=lambda shape, dtype: [2, 1])
    tf.get_variable("resource_parts", [3], tf.int64, zeros, partitioner=lambda shape, dtype: [3], use_resource=True)
    tf.get_variable("text", initializer=tf.constant([b"a", b"\xff\x00long" * 20]))
    tf.get_variable("flag", initializer=True)
    return tf.add(tf.matmul(x, v), r, name="y")


def initialize(tf, session):
    session.run(tf.global_variables_initializer())
    for i, variable in enumerate(one for one in tf.global_variables() if "parts" in one.name):
        variable.load(np.full(variable.shape.as_list(), i + 1), session)


def values(tf, session):
    return session.run({variable.name: variable for variable in tf.global_variables()})


def check_equal(found, expected):
    assert sorted(found) == sorted(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, name)


@pytest.mark.parametrize(
    "kwargs", [{}, {"sharded": True}, {"write_version": 1}, {"write_version": 1, "sharded": True}], ids=str
)
def test_checkpoints(tmp_path, both, kwargs):
    writer, reader = both
    if kwargs.get("write_version") == 1:
        kwargs = {**kwargs, "var_list": None}
    with writer.Graph().as_default(), writer.Session() as session:
        model(writer)
        if kwargs.get("write_version") == 1:  # strings of any bytes came with the second format
            kwargs["var_list"] = [v for v in writer.global_variables() if "text" not in v.name]
        saver = writer.train.Saver(**kwargs)
        initialize(writer, session)
        saver.save(session, str(tmp_path / "m"), global_step=7)
        expected = values(writer, session)
    prefix = reader.train.latest_checkpoint(str(tmp_path))
    with reader.Graph().as_default(), reader.Session() as session:
        model(reader)
        session.run(reader.global_variables_initializer())
        names = {v.name for v in kwargs["var_list"]} if "var_list" in kwargs else set(expected)
        chosen = [v for v in reader.global_variables() if v.name in names]
        assert len(chosen) == len(names)
        session.run(
            [v.assign(v.initial_value if v.dtype.base_dtype == reader.string else reader.zeros_like(v)) for v in chosen]
        )
        reader.train.Saver(chosen).restore(session, prefix)
        check_equal(values(reader, session), expected)
    if "write_version" not in kwargs:
        assert reader.train.list_variables(prefix) == writer.train.list_variables(prefix)


def test_meta_graphs(tmp_path, both):
    """A program goes on in the other library with nothing but the files."""
    writer, reader = both
    with writer.Graph().as_default(), writer.Session() as session:
        y = model(writer)
        count = writer.while_loop(lambda i: i < 3, lambda i: i + 1, [writer.constant(0)], name="loop")
        writer.add_to_collection("fetches", y)
        writer.add_to_collection("fetches", writer.cond(count > 2, lambda: y * 2.0, lambda: y))
        initialize(writer, session)
        path = writer.train.Saver().save(session, str(tmp_path / "m"))
        expected, results = (
            values(writer, session),
            session.run(writer.get_collection("fetches"), {"x:0": [[1.0, 2.0]]}),
        )
    for scope in (None, "s"):
        with reader.Graph().as_default(), reader.Session() as session:
            saver = reader.train.import_meta_graph(path + ".meta", import_scope=scope)
            saver.restore(session, path)
            inside = f"{scope}/" if scope else ""
            found = values(reader, session)
            check_equal({name.removeprefix(inside): value for name, value in found.items()}, expected)
            again = session.run(reader.get_collection("fetches"), {f"{inside}x:0": [[1.0, 2.0]]})
            np.testing.assert_array_equal(again, results)
            assert len(reader.trainable_variables()) == len(expected)


def test_saved_models(tmp_path, both):
    writer, reader = both
    (tmp_path / "words.txt").write_text("words")
    folder = str(tmp_path / "model")
    with writer.Graph().as_default(), writer.Session() as session:
        y = model(writer)
        asset = writer.constant(str(tmp_path / "words.txt"), name="asset")
        writer.identity(asset, name="path")
        initialize(writer, session)
        signature = writer.saved_model.predict_signature_def({"x": session.graph.get_tensor_by_name("x:0")}, {"y": y})
        builder = writer.saved_model.Builder(folder)
        builder.add_meta_graph_and_variables(
            session, ["serve"], {"serving_default": signature}, assets_collection=[asset], main_op=writer.no_op("main")
        )
        builder.save()
        expected, result = values(writer, session), session.run(y, {"x:0": [[1.0, 2.0]]})
    with reader.Graph().as_default(), reader.Session() as session:
        loaded = reader.saved_model.load(session, ["serve"], folder)
        names = loaded.signature_def["serving_default"]
        np.testing.assert_array_equal(
            session.run(names.outputs["y"].name, {names.inputs["x"].name: [[1.0, 2.0]]}), result
        )
        check_equal(values(reader, session), expected)
    with open(os.path.join(folder, "assets", "words.txt")) as file:
        assert file.read() == "words"


@pytest.mark.parametrize("compression", ["", "ZLIB", "GZIP"])
def test_records(tmp_path, both, compression):
    writer, reader = both
    records = [b"", b"one", os.urandom(100000), b"\x00" * 70000]
    path = str(tmp_path / "records")
    with writer.io.TFRecordWriter(path, writer.io.TFRecordOptions(compression)) as file:
        for record in records:
            file.write(record)
    assert list(reader.io.tf_record_iterator(path, reader.io.TFRecordOptions(compression))) == records


def test_dense_tables(tmp_path, both):
    """The buckets of a table go both ways, and the table that was restored may change."""
    writer, reader = both
    keys, values = [1, 2, 300, 131073], [10, 20, 30, 40]
    with writer.Graph().as_default(), writer.Session() as session:
        table = writer.lookup.experimental.DenseHashTable(writer.int64, writer.int64, -1, -2, -3)
        session.run(table.insert(writer.constant(keys, writer.int64), writer.constant(values, writer.int64)))
        session.run(table.remove(writer.constant([2], writer.int64)))
        path = writer.train.Checkpoint(table=table).save(str(tmp_path / "m"), session=session)
    with reader.Graph().as_default(), reader.Session() as session:
        table = reader.lookup.experimental.DenseHashTable(reader.int64, reader.int64, -1, -2, -3)
        reader.train.Checkpoint(table=table).restore(path).assert_consumed().run_restore_ops(session)
        session.run(table.insert(reader.constant([7], reader.int64), reader.constant([70], reader.int64)))
        found = session.run(table.lookup(reader.constant([*keys, 7], reader.int64)))
        assert found.tolist() == [10, -1, 30, 40, 70] and session.run(table.size()) == 4


def test_event_files(tmp_path, both):
    writer, reader = both
    with writer.Graph().as_default() as graph, writer.Session() as session:
        writer.summary.scalar("loss", 0.5)
        writer.summary.histogram("values", writer.constant([1.0, 2.0]))
        writer.summary.image("picture", writer.zeros([1, 4, 4, 3]))
        merged = session.run(writer.summary.merge_all())
        with writer.summary.FileWriter(str(tmp_path), graph) as events:
            for step in range(3):
                events.add_summary(merged, step)
    (path,) = glob.glob(str(tmp_path / "events.*"))
    found = [list(tf.train.summary_iterator(path)) for tf in (writer, reader)]
    assert [event.SerializeToString() for event in found[0]] == [event.SerializeToString() for event in found[1]]
    assert [event.step for event in found[1]] == [0, 0, 0, 0, 1, 2]
    assert [value.tag for value in found[1][-1].summary.value] == ["loss", "values", "picture/image/0"]


def test_tensorboard_reads_the_event_file(tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    with nbtf.Graph().as_default() as graph, nbtf.Session() as session:
        nbtf.summary.scalar("loss", 0.5)
        nbtf.summary.histogram("values", nbtf.constant([1.0, 2.0]))
        nbtf.summary.image("picture", nbtf.zeros([1, 4, 4, 3]))
        nbtf.summary.audio("sound", nbtf.zeros([1, 10]), 8000)
        nbtf.summary.text("words", nbtf.constant("some words"))
        merged = session.run(nbtf.summary.merge_all())
        with nbtf.summary.FileWriter(str(tmp_path), graph) as events:
            events.add_summary(merged, 3)
    board = accumulator.EventAccumulator(str(tmp_path))
    board.Reload()
    tags = board.Tags()
    assert (
        tags["scalars"] == ["loss"] and tags["images"] == ["picture/image/0"] and tags["graph"] and tags["meta_graph"]
    )
    assert tags["histograms"] == ["values"] and tags["audio"] == ["sound/audio/0"] and tags["tensors"] == ["words"]
    assert [event.value for event in board.Scalars("loss")] == [0.5]
    assert board.Graph().node[0].name


def objects(tf, layer_class):
    """A Checkpoint of variables of both kinds, an optimizer with slots, a layer and a text, and what trains."""
    v = tf.get_variable("v", initializer=[1.0, 2.0])
    w = tf.get_variable("w", initializer=[[3.0]], use_resource=True)
    layer = layer_class(tf)
    loss = tf.reduce_sum(v) * tf.reduce_sum(w) + tf.reduce_sum(layer(tf.ones([2, 3])))
    optimizer = tf.train.AdamOptimizer(0.1)
    train = optimizer.minimize(loss)
    parts = {"list": [v, (w,)], "layer": layer, "optimizer": optimizer, "text": tf.Variable(["a", "bc"])}
    return tf.train.Checkpoint(**parts), train


def dense_module(tf):
    """What tf.layers.Dense(2) is to a checkpoint, as a module."""

    class Dense(tf.Module):
        def __call__(self, x):
            self.kernel = tf.get_variable("kernel", [x.shape[1], 2], initializer=tf.ones_initializer())
            return tf.matmul(x, self.kernel)

    return Dense()


@pytest.mark.parametrize("layer_class", [lambda tf: tf.layers.Dense(2), dense_module], ids=["layer", "module"])
def test_object_checkpoints(tmp_path, both, layer_class):
    """What one library saves by attributes the other restores, slots and the counter of saves too."""
    writer, reader = both
    if layer_class is not dense_module and not all(hasattr(tf.layers, "Dense") for tf in both):
        pytest.skip("this TensorFlow comes with Keras 3, which has no layers of TensorFlow 1")
    with writer.Graph().as_default(), writer.Session() as session:
        checkpoint, train = objects(writer, layer_class)
        session.run(writer.global_variables_initializer())
        session.run(train)
        path = checkpoint.save(str(tmp_path / "m"), session=session)
        expected = values(writer, session)
    with reader.Graph().as_default(), reader.Session() as session:
        checkpoint, _ = objects(reader, layer_class)
        assert reader.train.latest_checkpoint(str(tmp_path)) == path
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        check_equal(values(reader, session), expected)
        assert session.run(checkpoint.save_counter) == 1
    with reader.Graph().as_default(), reader.Session() as session:
        checkpoint = reader.train.Checkpoint()
        status = checkpoint.restore(path)
        checkpoint.list = [reader.get_variable("another", [2])]
        status.initialize_or_restore(session)
        np.testing.assert_array_equal(session.run(checkpoint.list[0]), expected["v:0"])
    with reader.Graph().as_default(), reader.Session() as session:  # a Saver finds them by their names
        objects(reader, layer_class)
        variables = reader.global_variables()
        reader.train.Saver(variables).restore(session, path)
        check_equal({v.name: session.run(v) for v in variables}, {v.name: expected[v.name] for v in variables})
