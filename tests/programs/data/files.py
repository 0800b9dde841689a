"""Datasets of records of files: TFRecords, lines, records of fixed length; compressed, and several files in turns."""

import gzip
import tempfile
import zlib
from pathlib import Path

import numpy as np

LINES = {"a.txt": b"one\ntwo\r\n\nlast", "b.txt": b"eins\nzw\rei\n", "empty.txt": b""}


def build(tf):
    data, made = tf.data, {}
    names = tf.placeholder_with_default([""], [None], name="names")
    one = tf.placeholder_with_default("", [], name="one")

    def add(label, dataset):
        iterator = data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        made[label] = iterator.get_next()

    add("records", data.TFRecordDataset(names))
    add("records gzip", data.TFRecordDataset(one, "GZIP", buffer_size=100))
    add("records zlib", data.TFRecordDataset(one, compression_type="ZLIB"))
    add("records parallel", data.TFRecordDataset(names, num_parallel_reads=2))
    add("records of names", data.TFRecordDataset(data.Dataset.from_tensors(one)))
    add("records mapped", data.Dataset.from_tensor_slices(names).interleave(lambda n: data.TFRecordDataset(n), 2))
    add("lines", data.TextLineDataset(names))
    add("lines gzip", data.TextLineDataset(one, compression_type="GZIP"))
    add("lines mapped", data.Dataset.from_tensor_slices(names).flat_map(lambda n: data.TextLineDataset(n).skip(1)))
    add("fixed", data.FixedLengthRecordDataset(names, 3, 1, 2))
    add("fixed whole", data.FixedLengthRecordDataset(one, 2, name="fixed"))
    add("fixed zlib", data.FixedLengthRecordDataset(one, 2, compression_type="ZLIB"))
    add("listed", data.Dataset.list_files(one, shuffle=False))
    add("listed shuffled", data.Dataset.list_files(one, seed=3))
    return made


def write(tf, folder):
    for name, content in LINES.items():
        (folder / name).write_bytes(content)
    (folder / "lines.gz").write_bytes(gzip.compress(LINES["a.txt"]))
    (folder / "a.fixed").write_bytes(b"habcdefff")
    (folder / "b.fixed").write_bytes(b"hff")
    (folder / "c.fixed").write_bytes(b"ABCDEF")
    (folder / "c.zlib").write_bytes(zlib.compress(b"ABCDEF"))
    for name, compression, count in (("a.rec", "", 3), ("b.rec", "", 5), ("g.rec", "GZIP", 2), ("z.rec", "ZLIB", 2)):
        options = tf.python_io.TFRecordOptions({"": 0, "ZLIB": 1, "GZIP": 2}[compression])
        with tf.python_io.TFRecordWriter(str(folder / name), options) as writer:
            for i in range(count):
                writer.write(f"{name} {i}".encode() * (i + 1))


FILES = {
    "records": ["a.rec", "b.rec"],
    "records gzip": "g.rec",
    "records zlib": "z.rec",
    "records parallel": ["a.rec", "b.rec", "a.rec"],
    "records of names": "b.rec",
    "records mapped": ["b.rec", "a.rec"],
    "lines": ["a.txt", "empty.txt", "b.txt"],
    "lines gzip": "lines.gz",
    "lines mapped": ["a.txt", "b.txt"],
    "fixed": ["a.fixed", "b.fixed"],
    "fixed whole": "c.fixed",
    "fixed zlib": "c.zlib",
    "listed": "*.txt",
    "listed shuffled": "?.*",
}


def run(tf, session, fetches):
    with tempfile.TemporaryDirectory() as folder:
        write(tf, Path(folder))
        return read(session, fetches, tf.errors.OutOfRangeError, Path(folder))


def read(session, fetches, end, folder):
    found = {}
    for label, files in FILES.items():
        several = isinstance(files, list)
        paths = [str(folder / one) for one in files] if several else str(folder / files)
        session.run(fetches[f"{label} init"], {"names:0" if several else "one:0": paths})
        values = []
        try:
            while True:
                values.append(session.run(fetches[label]))
        except end:
            found[label] = np.array([Path(one.decode()).name.encode() if "listed" in label else one for one in values])
    return found


def errors(tf):
    data = tf.data

    def run_one(make, name):
        with tempfile.TemporaryDirectory() as folder, tf.Session() as session:
            write(tf, Path(folder))
            iterator = make(str(Path(folder, name))).make_initializable_iterator()
            element = iterator.get_next()
            session.run(iterator.initializer)
            session.run(element)

    return {
        "missing": (lambda: run_one(lambda one: data.TextLineDataset(one), "nothing"), "No such file or directory"),
        "no records": (
            lambda: run_one(lambda one: data.TFRecordDataset(one), "a.txt"),
            "corrupted record at 0|truncated record",
        ),
        "compression": (
            lambda: run_one(lambda one: data.TextLineDataset(one, "XY"), "a.txt"),
            "Unsupported compression_type",
        ),
        "length": (
            lambda: run_one(lambda one: data.FixedLengthRecordDataset(one, 4), "c.fixed"),
            "not an exact multiple",
        ),
        "record bytes": (
            lambda: run_one(lambda one: data.FixedLengthRecordDataset(one, 0), "c.fixed"),
            "`record_bytes` must be",
        ),
        "no file": (lambda: run_one(lambda one: data.Dataset.list_files(one), "*.nothing"), "No files matched pattern"),
        "names": (lambda: data.TFRecordDataset(data.Dataset.range(3)), "must contain `tf.string` elements"),
    }
