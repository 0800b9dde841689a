"""tf.contrib.slim: decoders of Examples, datasets, parallel readers, prefetch queues."""

import os
import struct
import tempfile
import zlib


def build(tf):
    slim = tf.contrib.slim
    decoders = slim.tfexample_decoder
    fetches = {}
    for label, decoder in (("example", _examples(tf, decoders)), ("sequence", _sequences(tf, decoders))):
        serialized = tf.placeholder(tf.string, [], label)
        names = list(decoder.list_items())
        for name, item in zip(names, decoder.decode(serialized), strict=True):
            parts = [item.indices, item.values, item.dense_shape] if isinstance(item, tf.SparseTensor) else [item]
            fetches.update({f"{label} {name} {number}": part for number, part in enumerate(parts)})
        fetches[f"{label} first"] = decoder.decode(serialized, names[:1])[0]
    _reading(tf, slim)
    return fetches


def _examples(tf, decoders):
    numbers = ("box/ymin", "box/xmin", "box/ymax", "box/xmax", "v")
    features = {key: tf.VarLenFeature(tf.float32) for key in numbers}
    features |= {key: tf.VarLenFeature(tf.int64) for key in ("i", "shape", "none")}
    features |= {
        "image/encoded": tf.FixedLenFeature((), tf.string, default_value=""),
        "image/format": tf.FixedLenFeature((), tf.string, default_value="raw"),
        "jpeg": tf.FixedLenFeature((), tf.string),
        "kind": tf.FixedLenFeature((), tf.string, default_value="png"),
        "two": tf.FixedLenFeature([2], tf.string),
        "label": tf.FixedLenFeature([], tf.int64),
        "words": tf.VarLenFeature(tf.string),
        "pair": tf.FixedLenFeature([2], tf.int64),
    }
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2]), 7)
    items = {
        "label": decoders.Tensor("label"),
        "flat": decoders.Tensor("v", default_value=1.0),
        "by shape": decoders.Tensor("v", shape=[2, 2]),
        "by key": decoders.Tensor("v", shape_keys="shape"),
        "by keys": decoders.Tensor("v", shape_keys=["label", "label"]),
        "pair": decoders.Tensor("pair", shape=[2, 1]),
        "words": decoders.LookupTensor("words", table),
        "sparse": decoders.SparseTensor("i", "v"),
        "sparse by key": decoders.SparseTensor("i", "v", shape_key="shape"),
        "dense": decoders.SparseTensor("i", "v", shape=[9], densify=True, default_value=-1.0),
        "boxes": decoders.BoundingBox(prefix="box/"),
        "backup": decoders.BackupHandler(decoders.Tensor("none"), decoders.Tensor("i")),
        "no backup": decoders.BackupHandler(decoders.Tensor("i"), decoders.Tensor("none")),
        "sum": decoders.ItemHandlerCallback(["i", "label"], lambda every: every["i"].values + every["label"]),
        "raw": decoders.Image(shape=[1, 2, 3]),
        "png": decoders.Image("jpeg", "kind", dtype=tf.float32, channels=1),
        "wide": decoders.Image("jpeg", "kind", dtype=tf.uint16, dct_method="INTEGER_FAST"),
        "repeated": decoders.Image("two", "image/format", repeated=True, shape=[1, 1, 3]),
    }
    return decoders.TFExampleDecoder(features, items)


def _sequences(tf, decoders):
    sides = {f"box/{side}": tf.VarLenFeature(tf.float32) for side in ("ymin", "xmin", "ymax", "xmax", "y", "x")}
    items = {
        "number": decoders.Tensor("number"),
        "boxes": decoders.BoundingBoxSequence(prefix="box/"),
        "points": decoders.KeypointsSequence(prefix="box/", default_value=0.5),
        "sparse": decoders.KeypointsSequence(["x", "y"], prefix="box/", return_dense=False),
        "count": decoders.NumBoxesSequence(["box/ymin", "box/xmin", "box/ymax"]),
        "unchecked": decoders.NumBoxesSequence("box/y", check_consistency=False),
        "frames": decoders.Tensor("frames"),
    }
    sequence = sides | {"frames": tf.FixedLenSequenceFeature([2], tf.int64)}
    return decoders.TFSequenceExampleDecoder({"number": tf.FixedLenFeature([], tf.int64)}, sequence, items)


def _reading(tf, slim):
    reader = slim.parallel_reader
    keys = reader.parallel_read(["one"], tf.TFRecordReader, num_epochs=2, num_readers=2, seed=3)
    more = reader.parallel_read(
        "two", tf.TextLineReader, None, 1, {"skip_header_lines": 1}, False, [tf.string] * 2, 9, 4, scope="lines"
    )
    single = reader.single_pass_read(["three", "four"], tf.IdentityReader)
    queue = slim.prefetch_queue.prefetch_queue([*single, tf.ones([2])], name="ahead")
    tf.identity(queue.dequeue()[0], "ahead_key")
    padded = slim.prefetch_queue.prefetch_queue(
        {"b": tf.placeholder(tf.float32, [None]), "a": tf.ones([2])}, 3, 2, dynamic_pad=True, shared_name="shared"
    )
    tf.identity(padded.dequeue()["b"], "padded_b")
    wide = reader.ParallelReader(tf.IdentityReader, tf.FIFOQueue(5, [tf.string, tf.string]), num_readers=2)
    tf.identity(wide.read_up_to(tf.FIFOQueue(3, tf.string, [[]]), 4)[0], "four_keys")
    tf.add(wide.num_records_produced(), wide.num_work_units_completed(), name="read")
    tf.constant([more[0].name, keys[1].name, str(wide.num_readers), wide.common_queue.name], name="names")
    tf.constant([one.name for one in tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)], name="runners")


def _feature(tf, *values):
    feature = tf.train.Feature()
    lists = {int: feature.int64_list, float: feature.float_list, bytes: feature.bytes_list}
    if values:
        lists[type(values[0])].value.extend(values)
    return feature


def _png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = bytes([0, 10, 200, 30, 0, 40, 50, 60])
    head = struct.pack(">IIBBBBB", 3, 2, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _example(tf):
    values = {
        "box/ymin": (0.1, 0.2), "box/xmin": (0.3, 0.4), "box/ymax": (0.5, 0.6), "box/xmax": (0.7, 0.8),
        "v": (1.5, 2.5, 3.5, 4.5), "i": (1, 3, 5, 7), "shape": (4,), "label": (2,), "pair": (8, 9),
        "image/encoded": (bytes(range(6)),), "jpeg": (_png(),), "two": (b"abc", b"xyz"), "words": (b"b", b"?"),
    }  # fmt: skip
    example = tf.train.Example()
    for key, value in values.items():
        example.features.feature[key].CopyFrom(_feature(tf, *value))
    return example.SerializeToString()


def _sequence(tf):
    frames = {
        "box/ymin": [(0.1,), (), (0.2, 0.3)], "box/xmin": [(0.1,), (), (0.4, 0.5)],
        "box/ymax": [(0.6,), (), (0.7, 0.8)], "box/xmax": [(0.9,), (), (1.0, 1.1)],
        "box/y": [(0.5,), (1.5, 2.5), ()], "box/x": [(3.5,), (4.5, 5.5), ()], "frames": [(1, 2), (3, 4), (5, 6)],
    }  # fmt: skip
    example = tf.train.SequenceExample()
    example.context.feature["number"].CopyFrom(_feature(tf, 7))
    for key, rows in frames.items():
        features = [_feature(tf, *row) for row in rows]
        example.feature_lists.feature_list[key].feature.extend(features)
    return example.SerializeToString()


def run(tf, session, fetches):
    session.run(tf.tables_initializer())
    results = session.run(fetches, {"example:0": _example(tf), "sequence:0": _sequence(tf)})
    with tempfile.TemporaryDirectory() as folder:
        results["provided"] = sorted(_provided(tf, folder))
        files = tf.contrib.slim.parallel_reader.get_data_files([f"{folder}/part-*", "as it is"])
        results["files"] = sorted(os.path.basename(file) for file in files)
    return results


def _provided(tf, folder):
    """The numbers that the threads of a provider read, once each."""
    slim = tf.contrib.slim
    for part in range(2):
        with tf.python_io.TFRecordWriter(f"{folder}/part-{part}") as writer:
            for number in range(3):
                example = tf.train.Example()
                example.features.feature["a"].CopyFrom(_feature(tf, part * 10 + number))
                writer.write(example.SerializeToString())
    with tf.Graph().as_default():
        decoder = slim.tfexample_decoder.TFExampleDecoder(
            {"a": tf.FixedLenFeature([], tf.int64)}, {"x": slim.tfexample_decoder.Tensor("a")}
        )
        dataset = slim.dataset.Dataset(f"{folder}/part-*", tf.TFRecordReader, decoder, 6, {"x": "a number"}, classes=4)
        provider = slim.dataset_data_provider.DatasetDataProvider(
            dataset, num_readers=2, num_epochs=1, common_queue_capacity=20, common_queue_min=2
        )
        assert list(provider.list_items()) == ["x", "record_key"] and provider.num_samples() == 6
        assert dataset.classes == 4 and dataset.items_to_descriptions == {"x": "a number"}
        number, key = provider.get(["x", "record_key"])
        found = []
        with tf.Session() as session:
            session.run(tf.local_variables_initializer())
            with slim.queues.QueueRunners(session):
                while True:
                    try:
                        value, name = session.run([number, key])
                    except tf.errors.OutOfRangeError:
                        break
                    assert f"part-{value // 10}" in name.decode()
                    found.append(value)
        return found


def errors(tf):
    slim = tf.contrib.slim
    decoders = slim.tfexample_decoder

    def provider(name="x", wanted="x"):
        decoder = decoders.TFExampleDecoder({"a": tf.FixedLenFeature([], tf.int64)}, {name: decoders.Tensor("a")})
        dataset = slim.dataset.Dataset("file", tf.TFRecordReader, decoder, 1, {})
        return slim.dataset_data_provider.DatasetDataProvider(dataset).get([wanted])

    def nested():
        queue = tf.FIFOQueue(3, tf.float32)
        tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue(1.0)]))
        with tf.Session() as session, slim.queues.QueueRunners(session), slim.queues.QueueRunners(session):
            pass

    return {
        "no files": (lambda: slim.parallel_reader.get_data_files("no-such-*"), "No data files found in no-such-"),
        "empty": (lambda: slim.parallel_reader.get_data_files([]), "No data files found"),
        "item": (lambda: provider(wanted="y"), r"Item \[y\] is invalid"),
        "record key": (lambda: provider("record_key"), "cannot also be used for a dataset item"),
        "two shapes": (lambda: decoders.Tensor("a", "b", [1]), "Cannot specify both shape"),
        "sides": (lambda: decoders.BoundingBox(["a"]), "BoundingBox expects 4 keys but got 1"),
        "handler": (lambda: decoders.BackupHandler("a", decoders.Tensor("b")), "instead of ItemHandler"),
        "backup": (lambda: decoders.BackupHandler(decoders.Tensor("b"), "a"), "instead of ItemHandler"),
        "key": (lambda: decoders.TFExampleDecoder({}, {"x": decoders.Tensor("a")}).decode(""), ""),
        "queue": (
            lambda: slim.parallel_reader.ParallelReader(tf.TFRecordReader, tf.FIFOQueue(1, tf.string)),
            "common_queue.dtypes must be",
        ),
        "nested": (nested, "QueueRunners cannot be nested"),
    }
