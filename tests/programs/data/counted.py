"""Datasets of a known number of elements, elements that go to files and tables, and what elements are, by older names."""

import numpy as np


def build(tf):
    data, experimental = tf.data.Dataset, tf.data.experimental
    made = {}

    def add(label, dataset):
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        for i, part in enumerate(tf.nest.flatten(iterator.get_next())):
            made[f"{label} {i}"] = part

    numbers = data.range(4)
    odd = numbers.filter(lambda x: x % 2 > 0)
    add("asserted", odd.apply(experimental.assert_cardinality(2)))
    add("fewer", odd.apply(experimental.assert_cardinality(3)))
    add("more", numbers.apply(experimental.assert_cardinality(tf.constant(1, tf.int64))))
    made["asserted count"] = odd.apply(experimental.assert_cardinality(2)).cardinality()
    rows = data.from_tensor_slices({"x": np.float32([[1, 2], [3, 4]]), "name": ["a", "b"]})
    add("padded", rows.apply(experimental.pad_to_cardinality(4)))
    add("padded named", rows.apply(experimental.pad_to_cardinality(2, "is_row")))
    add("list", experimental.from_list([(1, "a"), (2, "b"), (3, "c")]))
    add("list of shapes", experimental.from_list([{"x": [1.5]}, {"x": [2.5, 3.5]}], name="listed"))
    add("list count", experimental.from_list([1, 2, 3]).map(lambda x: x + 1))

    writer = experimental.TFRecordWriter("written.rec")
    made["write"] = writer.write(data.from_tensor_slices(["one", "", "three"]))
    zipped = experimental.TFRecordWriter("written.gz", compression_type="GZIP")
    made["write zipped"] = zipped.write(data.from_tensor_slices(["four", "five"]))
    add("read", tf.data.TFRecordDataset("written.rec"))
    add("read zipped", tf.data.TFRecordDataset("written.gz", "GZIP"))

    words = data.from_tensor_slices(["x", "y", "z"])
    index = experimental.index_table_from_dataset(words, num_oov_buckets=0, vocab_size=2)
    made["index"] = index.lookup(tf.constant(["y", "x", "q", "z"]))
    hashed = experimental.index_table_from_dataset(words, num_oov_buckets=2, name="hashed")
    made["hashed"] = hashed.lookup(tf.constant(["z", "q", "r"]))
    pairs = data.zip((numbers, numbers.map(tf.as_string)))
    table = experimental.table_from_dataset(pairs, default_value="none", key_dtype=tf.int64)
    made["texts"] = table.lookup(tf.constant([3, 7], tf.int64))
    filled = tf.lookup.StaticHashTable(experimental.DatasetInitializer(pairs), "")
    made["filled"] = filled.lookup(tf.constant([0, 4], tf.int64))
    made["tables"] = tf.tables_initializer()

    variant = experimental.to_variant(numbers)
    add("from variant", experimental.from_variant(variant, experimental.get_structure(numbers)).map(lambda x: -x))
    spec = tf.TensorSpec([2], tf.float32)
    made["facts"] = tf.constant([
        experimental.TensorStructure(tf.float32, [2]) == spec,
        experimental.SparseTensorStructure(tf.float32, [2]) == tf.SparseTensorSpec([2], tf.float32),
        experimental.TensorArrayStructure(tf.float32, [2], False, True) == tf.TensorArraySpec([2], tf.float32),
        experimental.RaggedTensorStructure(tf.float32, [2, None], 1) == tf.RaggedTensorSpec([2, None], tf.float32, 1),
        isinstance(spec, experimental.Structure),
        isinstance(experimental.OptionalStructure(spec), experimental.Structure),
        experimental.DatasetStructure is tf.data.DatasetSpec,
        experimental.get_structure(rows)["name"] == tf.TensorSpec([], tf.string),
        experimental.SHARD_HINT == -1,
    ])  # fmt: skip
    return made


def run(tf, session, fetches):
    session.run([fetches["write"], fetches["write zipped"], fetches["tables"]])
    single = ("asserted count", "index", "hashed", "texts", "filled", "facts")
    found = session.run({label: fetches[label] for label in single})
    names = [label.removesuffix(" init") for label in fetches if label.endswith(" init")]
    for name in names:
        session.run(fetches[f"{name} init"])
        parts = {
            label: fetch for label, fetch in fetches.items() if label.rpartition(" ")[0] == name and label not in single
        }
        parts.pop(f"{name} init")
        for step in range(9):
            try:
                values = session.run(parts)
            except (tf.errors.OutOfRangeError, tf.errors.FailedPreconditionError) as error:
                found[f"{name} ends"] = np.array([step, error.error_code])
                break
            found.update({f"{label} {step}": value for label, value in values.items()})
    return found


def errors(tf):
    data, experimental = tf.data.Dataset, tf.data.experimental

    def all_of(count, expected):
        def run_all():
            dataset = data.range(count).apply(experimental.assert_cardinality(expected))
            element = tf.data.make_one_shot_iterator(dataset).get_next()
            with tf.Session() as session:
                for _ in range(9):
                    session.run(element)

        return run_all

    def table(make, **kwargs):
        return lambda: experimental.table_from_dataset(make(), **kwargs)

    def pairs():
        return data.zip((data.range(2), data.range(2)))

    return {
        "fewer": (all_of(2, 3), "was expected to contain 3 elements but contained only 2 elements"),
        "more": (all_of(2, 1), "was expected to contain 1 element but contained at least 2 elements"),
        "mapping": (lambda: data.range(2).apply(experimental.pad_to_cardinality(3)), "to be a dictionary"),
        "empty": (lambda: experimental.from_list([]), "should not be empty"),
        "no list": (lambda: experimental.from_list((1, 2)), "must be a list"),
        "write": (lambda: experimental.TFRecordWriter("x").write([1]), "Expected a `tf.data.Dataset` object"),
        "numbers": (lambda: experimental.TFRecordWriter("x").write(data.range(2)), "produces scalar `tf.string`"),
        "components": (lambda: experimental.DatasetInitializer(data.zip((data.range(1),) * 3)), "3 components instead"),
        "shapes": (lambda: experimental.DatasetInitializer(pairs().batch(1)), "non-scalar key Tensors of rank 1"),
        "default": (table(lambda: pairs().map(lambda x, y: (x, tf.as_string(y)))), "`default_value` must be specified"),
        "buckets": (table(pairs, num_oov_buckets=-1), "greater than or equal to 0"),
        "size": (table(pairs, vocab_size=0), "must be greater than 0"),
        "key": (table(pairs, key_dtype=tf.float32), "must be either an integer or string"),
        "structure": (lambda: experimental.get_structure(3), "must be a `tf.data.Dataset` or"),
        "debug": (lambda: experimental.enable_debug_mode(), "only supported in eager mode"),
    }
