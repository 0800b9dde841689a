"""Features of Examples: parse_example_dataset, and make_batched_features_dataset, which reads them from files."""

import numpy as np


def example(tf, **features):
    def feature(values):
        if isinstance(values[0], bytes):
            return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
        if isinstance(values[0], float):
            return tf.train.Feature(float_list=tf.train.FloatList(value=values))
        return tf.train.Feature(int64_list=tf.train.Int64List(value=values))

    message = tf.train.Features(feature={key: feature(values) for key, values in features.items()})
    return tf.train.Example(features=message).SerializeToString(deterministic=True)


def examples(tf):
    return [
        example(tf, id=[1], name=[b"one"], size=[1.5, 2.5], tags=[b"x", b"y"], at=[2, 0], steps=[1, 2, 3]),
        example(tf, id=[2], size=[0.5, -2.0], tags=[b"z"]),
        example(tf, id=[3], name=[b"three"], size=[0.0, 1.0], steps=[7]),
        example(tf, id=[4], name=[b"four"], size=[4.0, 4.5], at=[1], tags=[b"w"]),
        example(tf, id=[5], size=[5.0, 5.5], steps=[9, 8]),
    ]


def write_files(tf):
    records = examples(tf)
    for name, some in (("a.rec", records[:3]), ("b.rec", records[3:])):
        with tf.python_io.TFRecordWriter(name) as writer:
            for record in some:
                writer.write(record)


def features_of(tf):
    return {
        "name": tf.FixedLenFeature([], tf.string, "nobody"),
        "id": tf.FixedLenFeature([1], tf.int64),
        "size": tf.FixedLenFeature([2], tf.float32, [0.0, 0.0]),
        "tags": tf.VarLenFeature(tf.string),
        "steps": tf.FixedLenSequenceFeature([], tf.int64, allow_missing=True, default_value=-1),
    }


def build(tf):
    write_files(tf)
    data, experimental = tf.data.Dataset, tf.data.experimental
    features, made = features_of(tf), {}

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        element = iterator.get_next()
        for i, part in enumerate(tf.nest.flatten(element, expand_composites=True)):
            made[f"{label} {i}"] = part

    serialized = data.from_tensor_slices(np.array(examples(tf), object))
    pairs = serialized.batch(2)
    add("parsed", pairs.apply(experimental.parse_example_dataset(features)))
    mapped = pairs.apply(experimental.parse_example_dataset(features, 3, True))
    add("mapped", mapped.map(lambda x: (x["id"] * 2, x["tags"])))
    sparse = {"both": tf.SparseFeature("at", "tags", tf.string, 4), "id": tf.FixedLenFeature([], tf.int64)}
    one = serialized.take(1).batch(1, drop_remainder=True)
    add("sparse", one.apply(experimental.parse_example_dataset(sparse, 2)))
    dense = {"size": tf.FixedLenFeature([2], tf.float32)}
    add("dense", pairs.apply(experimental.parse_example_dataset(dense, deterministic=False)).unbatch())

    make = experimental.make_batched_features_dataset
    add("made", make("[ab].rec", 2, features, num_epochs=1, shuffle=False))
    add("made label", make(["b.rec", "a.rec"], 3, features, label_key="id", shuffle_seed=2, shuffle_buffer_size=3))
    settings = {"reader_num_threads": 2, "parser_num_threads": 1, "prefetch_buffer_size": 3, "num_epochs": 1}
    add(
        "made turns",
        make("?.rec", 2, features, shuffle=False, drop_final_batch=True, sloppy_ordering=False, **settings),
    )
    keyed = lambda name, text: tf.data.Dataset.zip((data.from_tensors(text).repeat(), tf.data.TFRecordDataset(name)))
    add("made keyed", make("a.rec", 2, dense, keyed, reader_args=["key"], num_epochs=1, shuffle=False))
    add("made tuned", make("a.rec", 2, dense, num_epochs=2, shuffle=False, reader_num_threads=-1))
    return made


def run(tf, session, fetches):
    found = {}
    names = [label.removesuffix(" init") for label in fetches if label.endswith(" init")]
    for name in names:
        session.run(fetches[f"{name} init"])
        parts = {label: fetch for label, fetch in fetches.items() if label.rpartition(" ")[0] == name}
        parts.pop(f"{name} init")
        for step in range(7):
            try:
                values = session.run(parts)
            except tf.errors.OutOfRangeError:
                found[f"{name} ends"] = step
                break
            found.update({f"{label} {step}": value for label, value in values.items()})
    return found


def errors(tf):
    write_files(tf)
    experimental = tf.data.experimental

    def parsing(features, records):
        def run_one():
            dataset = tf.data.Dataset.from_tensors(np.array(records, object))
            iterator = dataset.apply(experimental.parse_example_dataset(features)).make_initializable_iterator()
            element = tf.nest.flatten(iterator.get_next(), expand_composites=True)
            with tf.Session() as session:
                session.run(iterator.initializer)
                session.run(element)

        return run_one

    def making(*args, **kwargs):
        return lambda: experimental.make_batched_features_dataset(*args, **kwargs)

    records, number = examples(tf), {"id": tf.FixedLenFeature([], tf.int64)}
    numbers = tf.data.Dataset.range
    return {
        "missing": (
            parsing({"name": tf.FixedLenFeature([], tf.string)}, records),
            "is required but could not be found",
        ),
        "type": (parsing({"id": tf.FixedLenFeature([], tf.string)}, records), "Data types don't match"),
        "damaged": (parsing(number, [b"abc"]), "Could not parse example input"),
        "no features": (lambda: experimental.parse_example_dataset(None), "is required, but not specified"),
        "elements": (
            lambda: numbers(3).apply(experimental.parse_example_dataset(number)),
            "should be a dataset of vectors of strings",
        ),
        "sequence": (parsing({"x": tf.FixedLenSequenceFeature([], tf.int64)}, records), "requires allow_missing"),
        "reader": (making("a.rec", 1, number, tf.TFRecordReader), "`tf.ReaderBase` subclasses are not supported"),
        "label": (making("a.rec", 1, number, label_key="x"), "must be one of the `features` keys"),
    }
