"""What tf.contrib.lookup offers: vocabularies from tensors and files, hashed words, tables that change and are saved."""

import importlib
import os
import tempfile
from pathlib import Path

WORDS = "vocabulary.txt"


def module(tf):
    """Where the functions live: tf.contrib is gone from the TensorFlow that records the answers."""
    if tf.__name__.startswith("tensorflow"):
        return importlib.import_module("tensorflow.python.ops.lookup_ops")
    parts = [
        importlib.import_module(f"nbtf.lookup.{name}")
        for name in ("initializers", "mutable_tables", "tables", "vocabularies")
    ]
    return type("Lookup", (), {name: staticmethod(value) if callable(value) and not isinstance(value, type) else value
                               for part in parts for name, value in vars(part).items()})  # fmt: skip


def build(tf):
    ops = module(tf)
    strings = ops.index_table_from_tensor(["red", "green"], num_oov_buckets=3)
    numbers = ops.index_table_from_tensor([30, 40], dtype=tf.int32, default_value=-7, name="of_numbers")
    strong = ops.index_table_from_tensor([3, 4], 2, hasher_spec=ops.StrongHashSpec([1, 2]), dtype=tf.int32)
    from_file = ops.index_table_from_file(WORDS, num_oov_buckets=1, vocab_size=2)
    columns = ops.index_table_from_file(
        WORDS, key_dtype=tf.int64, key_column_index=1, value_column_index=1, delimiter=" ", name="columns"
    )
    words = ops.index_to_string_table_from_tensor(["x", "y"])
    lines = ops.index_to_string_table_from_file(WORDS, default_value="none")
    buckets = ops.IdTableWithHashBuckets(None, 4)
    colour = tf.placeholder(tf.string, [None], name="colour")
    table = ops.MutableHashTable(tf.string, tf.int64, -1)
    rows = ops.MutableHashTable(tf.string, tf.float32, [0.0, 9.0], name="rows")
    unsaved = ops.MutableHashTable(tf.int64, tf.string, "none", checkpoint=False, name="unsaved")
    dense = ops.DenseHashTable(tf.int64, tf.float32, 0.5, -1, -2, initial_num_buckets=8)
    with tf.control_dependencies(
        [
            table.insert(tf.constant(["a", "b"]), tf.constant([1, 2], tf.int64)),
            rows.insert(["r"], [[1.0, 2.0]]),
            unsaved.insert([7], ["seven"], name="put"),
            dense.insert(tf.constant([4], tf.int64), tf.constant([1.5])),
        ]
    ):
        tf.group(table.remove(tf.constant(["b"])), dense.remove(tf.constant([9], tf.int64)), name="fill")
    tf.train.Saver()
    tf.tables_initializer()
    return {
        "strings": strings.lookup(colour),
        "strings_size": strings.size(),
        "numbers": numbers.lookup(tf.constant([30, 1], tf.int64)),
        "strong": strong.lookup(tf.constant([3, 4, 5])),
        "from_file": from_file.lookup(colour),
        "columns": columns.lookup(tf.constant([10, 20, 30], tf.int64)),
        "words": words.lookup(tf.constant([1, 2], tf.int64)),
        "lines": lines.lookup(tf.constant([1, 2], tf.int64)),
        "buckets": buckets.lookup(colour),
        "mutable": table.lookup(tf.constant(["a", "b"])),
        "dynamic": table.lookup(["z", "a"], dynamic_default_values=tf.constant([5, 6], tf.int64)),
        "mutable_size": table.size(),
        "exported": table.export()[0],
        "row": rows.lookup(tf.constant([["r", "s"]])),
        "rows": rows.export("all_rows")[1],
        "unsaved": unsaved.lookup(tf.constant([7, 8], tf.int64)),
        "dense": dense.lookup(tf.constant([4, 5], tf.int64)),
        "dense_size": dense.size(),
        "names": tf.constant([one.name for one in (strings, numbers, buckets, table, rows, dense)]),
    }


def run(tf, session, fetches):
    Path(WORDS).write_text("red 10\ngreen 20\n")
    graph = session.graph
    session.run(graph.get_operation_by_name("init_all_tables"))
    Path(WORDS).unlink()
    session.run(graph.get_operation_by_name("fill"))
    results = session.run(fetches, {"colour:0": ["red", "green", "blue", "red 10"]})
    with tempfile.TemporaryDirectory() as folder:
        names = {"save/Const:0": os.path.join(folder, "model")}
        session.run(graph.get_tensor_by_name("save/control_dependency:0"), names)
        with tf.Session(graph=graph) as fresh:
            fresh.run(graph.get_operation_by_name("save/restore_all"), names)
            for label in ("mutable", "row", "dense"):
                results[f"restored_{label}"] = fresh.run(fetches[label])
    return results


def errors(tf):
    ops = module(tf)
    return {
        "no list": (lambda: ops.index_table_from_tensor(None), "must be specified"),
        "buckets": (lambda: ops.index_table_from_tensor(["a"], -1), "num_oov_buckets"),
        "integers": (lambda: ops.index_table_from_tensor([1]), "non-integer"),
        "strings": (lambda: ops.index_table_from_tensor(["a"], dtype=tf.int64), "Expected integer"),
        "floats": (lambda: ops.index_table_from_tensor([1.5], dtype=tf.float32), "be integer or string"),
        "hasher": (lambda: ops.index_table_from_tensor(["a"], 2, hasher_spec=3), "HasherSpec"),
        "unknown hasher": (
            lambda: ops.index_table_from_tensor(["a"], 2, hasher_spec=ops.HasherSpec("a", None)).lookup(
                tf.constant(["a"])
            ),
            "unknown hasher",
        ),
        "no file": (lambda: ops.index_table_from_file(""), "vocabulary_file"),
        "file buckets": (lambda: ops.index_table_from_file("a", -1), "num_oov_buckets"),
        "file size": (lambda: ops.index_table_from_file("a", vocab_size=0), "vocab_size"),
        "file keys": (lambda: ops.index_table_from_file("a", key_dtype=tf.float32), "either integer or string"),
        "no words": (lambda: ops.index_to_string_table_from_tensor(None), "must be specified"),
        "no lines": (lambda: ops.index_to_string_table_from_file(""), "vocabulary_file"),
        "lines size": (lambda: ops.index_to_string_table_from_file("a", vocab_size=0), "vocab_size"),
        "short key": (lambda: ops.StrongHashSpec([1]), "size 2"),
        "text as key": (lambda: ops.StrongHashSpec([1, "a"]), "unsigned integer"),
        "no table": (lambda: ops.IdTableWithHashBuckets(None, 0), "oov_buckets"),
        "default": (lambda: ops.MutableHashTable(tf.string, tf.int64, "a"), "Expected int64"),
        "keys": (lambda: ops.MutableHashTable(tf.string, tf.int64, 1).lookup(tf.constant(1)), "dtype"),
        "values": (lambda: ops.MutableHashTable(tf.string, tf.int64, 1).insert(["a"], [1.5]), "Expected int64"),
        "removed": (lambda: ops.MutableHashTable(tf.string, tf.int64, 1).remove([1]), "dtype"),
        "empty key": (lambda: ops.DenseHashTable(tf.int64, tf.int64, 1, "a", 1), "Expected int64"),
    }  # fmt: skip
