"""tf.contrib.lookup, tf.contrib.data and tf.contrib.util: what lives elsewhere now, under its older names."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf

lookup, data = tf.contrib.lookup, tf.contrib.data


@pytest.fixture(autouse=True)
def graph() -> Any:
    with tf.Graph().as_default() as graph:
        yield graph


def evaluated(fetches: Any) -> Any:
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        return session.run(fetches)


def test_tables_of_words(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("to\nbe\nor\n")
    words, numbers = tf.constant(["be", "not", "or"]), tf.constant([2, 0, 9], tf.int64)
    fetches = {
        "from a tensor": lookup.index_table_from_tensor(mapping=["or", "be"], default_value=7).lookup(words),
        "buckets": lookup.index_table_from_tensor(tf.constant(["or", "be"]), num_oov_buckets=1).lookup(words),
        "from a file": lookup.index_table_from_file(str(path)).lookup(words),
        "at once": lookup.string_to_index(words, ["not"]),
        "back": lookup.index_to_string_table_from_tensor(mapping=["to", "be"], default_value="?").lookup(numbers),
        "back from a file": lookup.index_to_string_table_from_file(str(path)).lookup(numbers),
        "back at once": lookup.index_to_string(numbers, ["to", "be", "or"]),
    }
    expected: dict[str, list[Any]] = {
        "from a tensor": [1, 7, 0],
        "buckets": [1, 2, 0],
        "from a file": [1, -1, 2],
        "at once": [-1, 0, -1],
        "back": [b"?", b"to", b"?"],
        "back from a file": [b"or", b"to", b"UNK"],
        "back at once": [b"or", b"to", b"UNK"],
    }
    assert {name: list(value) for name, value in evaluated(fetches).items()} == expected
    for function in (lookup.index_table_from_tensor, lookup.index_to_string_table_from_tensor):
        with pytest.raises(ValueError, match="mapping must be specified"):
            function(None)


def test_tables() -> None:
    table = lookup.HashTable(lookup.KeyValueTensorInitializer(["a", "b"], [1, 2]), -1, name="table")
    changing = lookup.MutableHashTable(tf.string, tf.float32, 0.5)
    dense = lookup.MutableDenseHashTable(tf.int64, tf.int64, -1, empty_key=0, deleted_key=-9)
    found = table.lookup(tf.constant(["b", "c"]))
    assert table.init is table.initializer and table.init.type == "LookupTableImportV2"
    inserted = [changing.insert(tf.constant(["x"]), [2.0]), dense.insert(tf.constant([3], tf.int64), [4])]
    with tf.Session() as session:
        table.init.run()
        session.run(inserted)
        assert session.run(found).tolist() == [2, -1]
        assert session.run(changing.lookup(tf.constant(["x", "y"]))).tolist() == [2.0, 0.5]
        assert session.run(dense.lookup(tf.constant([3, 4], tf.int64))).tolist() == [4, -1]
    with pytest.raises(NotImplementedError, match="shared_name"):
        lookup.MutableHashTable(tf.string, tf.float32, 0.5, shared_name="shared")


def elements(dataset: Any, most: int = 99) -> list[Any]:
    following = tf.data.make_one_shot_iterator(dataset.take(most)).get_next()
    found = []
    with tf.Session() as session:
        while True:
            try:
                found.append(
                    np.asarray(session.run(following), object if following.dtype == tf.string else None).tolist()
                )
            except tf.errors.OutOfRangeError:
                return found


def test_transformations() -> None:
    numbers = tf.data.Dataset.range(5)
    assert elements(numbers.apply(data.batch_and_drop_remainder(2))) == [[0, 1], [2, 3]]
    rows = numbers.map(lambda one: tf.fill([one], one))
    padded = rows.apply(data.padded_batch_and_drop_remainder(2, [None]))
    assert elements(padded) == [[[0], [1]], [[2, 2, 0], [3, 3, 3]]]
    mixed = numbers.apply(data.parallel_interleave(lambda one: tf.data.Dataset.from_tensors(one).repeat(2), 2))
    assert elements(mixed)[:4] == [0, 1, 0, 1]
    assert elements(data.Counter(3, 2), 3) == [3, 5, 7]


def test_datasets_of_several() -> None:
    one, other = tf.data.Dataset.range(2), tf.data.Dataset.range(10, 13)
    choice = tf.data.Dataset.from_tensor_slices(np.int64([1, 0, 0, 0, 1]))
    assert elements(data.choose_from_datasets([one, other], choice)) == [10, 0, 1, 11]
    assert elements(data.sample_from_datasets([one, other], [0.0, 1.0], seed=1), 3) == [10, 11, 12]


def test_files_are_read_in_turns(own_folder: Path) -> None:
    for name in ("a", "b"):
        with tf.python_io.TFRecordWriter(name) as writer:
            for i in range(2):
                writer.write(f"{name}{i}")
    names = tf.data.Dataset.from_tensor_slices(["a", "b"])
    turns = data.parallel_interleave(tf.data.TFRecordDataset, sloppy=True, cycle_length=2)
    assert elements(names.apply(turns)) == [b"a0", b"b0", b"a1", b"b1"]
    assert elements(names.apply(data.sloppy_interleave(tf.data.TFRecordDataset, 1))) == [b"a0", b"a1", b"b0", b"b1"]


def test_a_batch_of_features(own_folder: Path) -> None:
    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[7]))
    example = tf.train.Example(features=tf.train.Features(feature={"x": feature}))
    with tf.python_io.TFRecordWriter("examples") as writer:
        writer.write(example.SerializeToString())
    batch = data.read_batch_features("examples", 3, {"x": tf.FixedLenFeature([], tf.int64)})
    with tf.Session() as session:
        assert session.run(batch["x"]).tolist() == [7, 7, 7]


def test_windows_shapes_and_reductions() -> None:
    numbers = tf.data.Dataset.range(6)
    assert elements(numbers.apply(data.sliding_window_batch(3, window_shift=2))) == [[0, 1, 2], [2, 3, 4]]
    assert elements(numbers.apply(data.sliding_window_batch(2, 3, window_stride=2))) == [[0, 2], [3, 5]]
    with pytest.raises(ValueError, match="Cannot specify both"):
        data.sliding_window_batch(2, 3, 3)
    rows = numbers.batch(2)
    assert rows.apply(data.assert_element_shape([2])).output_shapes.as_list() == [2]
    assert elements(rows.apply(data.assert_element_shape([2]))) == [[0, 1], [2, 3], [4, 5]]
    with pytest.raises(tf.errors.InvalidArgumentError):
        elements(rows.apply(data.assert_element_shape([3])))
    with pytest.raises(ValueError):
        numbers.apply(data.assert_element_shape([3]))
    total = data.Reducer(lambda key: np.int64(0), lambda state, x: state + x, lambda state: -state)
    with tf.Session() as session:
        assert session.run(data.reduce_dataset(numbers, total)) == -15
        assert session.run(data.reduce_dataset(numbers.take(0), total)) == 0


def test_the_only_device() -> None:
    numbers = tf.data.Dataset.range(3)
    assert elements(numbers.apply(data.copy_to_device("/gpu:0"))) == [0, 1, 2]
    assert elements(numbers.apply(data.prefetch_to_device("/gpu:0"))) == [0, 1, 2]


def test_constants_and_signatures(graph: Any) -> None:
    x = tf.fill([2], 3.0)
    assert tf.contrib.util.constant_value(tf.constant([1, 2])).tolist() == [1, 2]
    assert tf.contrib.util.make_ndarray(tf.contrib.util.make_tensor_proto(5)) == 5
    used = tf.contrib.util.stripped_op_list_for_graph(graph.as_graph_def())
    assert x.op.type == "Fill" and [one.name for one in used.op] == ["Const", "Fill"]
