"""Ops of datasets that no program in tests/programs/data makes: older names, and what files have inside functions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.graph.raw_ops import raw
from nbtf.ops.dataset_values import Shuffled, Shuffler
from nbtf.python_io import TFRecordWriter

NUMBERS: dict[str, Any] = {"output_types": [tf.int64], "output_shapes": [None]}
TEXT: dict[str, Any] = {"output_types": [tf.string], "output_shapes": [[]]}
Make = Callable[[Any], Any]
NUMBER = tf.TensorSpec([], tf.int64)


def numbers(*args: int) -> Any:
    return tf.data.Dataset.range(*args)._variant_tensor


def library(function: Callable[..., Any], spec: Any = None) -> Any:
    """How an attribute names a function of the elements of a dataset of numbers."""
    from nbtf.data.traced import TracedFunction

    return TracedFunction(function, "test", NUMBER if spec is None else spec).reference


def elements(variant: Any, types: Any, shapes: Any) -> list[Any]:
    """What the dataset gives, up to 20 elements."""
    iterator = raw.IteratorV2(container="", shared_name="", output_types=types, output_shapes=shapes)
    begin = raw.MakeIterator(variant, iterator)
    element = raw.IteratorGetNextSync(iterator, output_types=types, output_shapes=shapes)
    found: list[Any] = []
    with tf.Session() as session:
        session.run(begin)
        try:
            while len(found) < 20:
                found.append([value.tolist() if hasattr(value, "tolist") else value for value in session.run(element)])
        except tf.errors.OutOfRangeError:
            pass
    return [one[0] if len(one) == 1 else one for one in found]


def same(name: str) -> Make:
    return lambda source: getattr(raw, name)(source, **NUMBERS)


def with_number(name: str, value: Any, **attrs: Any) -> Make:
    return lambda source: getattr(raw, name)(source, value, **NUMBERS, **attrs)


def interleaved(name: str, *settings: Any, **attrs: Any) -> Make:
    def make(source: Any) -> Any:
        f = library(lambda x: tf.data.Dataset.from_tensors(x).repeat(2))
        return getattr(raw, name)(source, [], *settings, f=f, **NUMBERS, **attrs)

    return make


IN_TURNS = [0, 1, 0, 1, 2, 2]

ROWS: dict[str, tuple[Make, list[Any]]] = {
    "BatchDataset": (with_number("BatchDataset", 2), [[0, 1], [2]]),
    "PaddedBatchDataset": (
        lambda s: raw.PaddedBatchDataset(s, 2, [np.int64([])], [np.int64(0)], output_shapes=[[None]]),
        [[0, 1], [2]],
    ),
    "ParallelMapDataset": (
        lambda s: raw.ParallelMapDataset(s, [], 2, f=library(lambda x: x + 1), **NUMBERS),
        [1, 2, 3],
    ),
    "MapAndBatchDataset": (
        lambda s: raw.MapAndBatchDataset(s, [], 2, 1, True, f=library(lambda x: x + 1), **NUMBERS),
        [[1, 2]],
    ),
    "ParallelInterleaveDatasetV2": (interleaved("ParallelInterleaveDatasetV2", 2, 1, 2), IN_TURNS),
    "ParallelInterleaveDatasetV3": (interleaved("ParallelInterleaveDatasetV3", 2, 1, 2), IN_TURNS),
    "ParallelInterleaveDataset": (interleaved("ParallelInterleaveDataset", 2, 1, False, 1, 1), IN_TURNS),
    "LegacyParallelInterleaveDatasetV2": (interleaved("LegacyParallelInterleaveDatasetV2", 2, 1, 1, 1), IN_TURNS),
    "ShuffleAndRepeatDataset": (
        lambda s: raw.ShuffleAndRepeatDataset(s, 2, 3, 4, 2, **NUMBERS),
        [1, 2, 0, 1, 2, 0],
    ),
    "GroupByReducerDataset": (
        lambda s: raw.GroupByReducerDataset(
            s,
            [],
            [],
            [],
            [],
            key_func=library(lambda x: x % 2),
            init_func=library(lambda key: key + 10),
            reduce_func=library(lambda state, x: state + x, (NUMBER, NUMBER)),
            finalize_func=library(lambda x: -x),
            **NUMBERS,
        ),
        [-12, -12],
    ),
    "SlidingWindowDataset": (
        lambda s: raw.SlidingWindowDataset(s, 2, 1, 1, drop_remainder=False, **NUMBERS),
        [[0, 1], [1, 2], [2]],
    ),
    "FinalizeDataset": (same("FinalizeDataset"), [0, 1, 2]),
    "MaxIntraOpParallelismDataset": (with_number("MaxIntraOpParallelismDataset", 1), [0, 1, 2]),
    "ModelDataset": (same("ModelDataset"), [0, 1, 2]),
    "NonSerializableDataset": (same("NonSerializableDataset"), [0, 1, 2]),
    "OptimizeDataset": (with_number("OptimizeDataset", ["noop_elimination"]), [0, 1, 2]),
    "OptimizeDatasetV2": (lambda s: raw.OptimizeDatasetV2(s, [], [], [], **NUMBERS), [0, 1, 2]),
    "PrivateThreadPoolDataset": (with_number("PrivateThreadPoolDataset", 1), [0, 1, 2]),
}


@pytest.mark.parametrize("op_type", ROWS)
def test_elements(op_type: str) -> None:
    make, expected = ROWS[op_type]
    with tf.Graph().as_default():
        assert elements(make(numbers(3)), types=[tf.int64], shapes=[None]) == expected


@pytest.mark.parametrize(
    ("op_type", "arguments", "expected"),
    [
        ("TFRecordDataset", ("", 0), [b"one", b"two"]),
        ("TFRecordDatasetV2", ("", 0, np.int64([])), [b"one", b"two"]),
        ("TextLineDataset", ("", 0), [b"\x00"]),
        ("FixedLengthRecordDataset", (8, 2, 0, 0), None),
        ("FixedLengthRecordDatasetV2", (8, 2, 0, 0, ""), None),
    ],
)
def test_records(op_type: str, arguments: Any, expected: list[bytes] | None, tmp_path: Path) -> None:
    path = str(tmp_path / "file")
    if op_type.startswith("TFRecord"):
        with TFRecordWriter(path) as writer:
            for record in (b"one", b"two"):
                writer.write(record)
    else:
        Path(path).write_bytes(b"\x00" if expected else b"headfootabcd")
    with tf.Graph().as_default():
        found = elements(getattr(raw, op_type)(path, *arguments), [tf.string], [[]])
    assert found == (expected or [b"ab", b"cd"])


def test_older_csv_records(tmp_path: Path) -> None:
    path = str(tmp_path / "file")
    Path(path).write_bytes(b"a,b\n1,2\n,4\n")
    with tf.Graph().as_default():
        settings = path, "", 1000, True, ",", True, "", np.int64([0]), [np.int64([9])]
        made = getattr(raw, "CSVDataset")(*settings, output_shapes=[[]])  # noqa: B009
        assert elements(made, [tf.int64], [[]]) == [1, 9]


def test_examples_parsed_by_the_older_op() -> None:
    feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[7]))
    example = tf.train.Example(features=tf.train.Features(feature={"x": feature})).SerializeToString()
    with tf.Graph().as_default():
        source = tf.data.Dataset.from_tensors([example, example])._variant_tensor
        keys: dict[str, Any] = {"sparse_keys": [], "dense_keys": ["x"], "sparse_types": [], "dense_shapes": [[]]}
        make = getattr(raw, "ParseExampleDataset")  # noqa: B009
        assert elements(make(source, 1, [np.int64([])], **keys, **NUMBERS), [tf.int64], [None]) == [[7, 7]]


OLDER = {"IteratorV2": "Iterator", "IteratorFromStringHandleV2": "IteratorFromStringHandle"}


def test_iterator_of_old() -> None:
    """The first names of IteratorV2, and of the op that finds an iterator by a string."""
    with tf.Graph().as_default(), tf.Session() as session:
        iterator = getattr(raw, OLDER["IteratorV2"])(container="", shared_name="one", **NUMBERS)
        begin = raw.MakeIterator(numbers(3), iterator)
        found = getattr(raw, OLDER["IteratorFromStringHandleV2"])(raw.IteratorToStringHandle(iterator))
        element = getattr(raw, "IteratorGetNextSync")(found, **NUMBERS)  # noqa: B009
        session.run(begin)
        assert session.run(element)[0] == 0


def test_a_generator_runs_inside_of_a_function() -> None:
    with tf.Graph().as_default() as graph:
        dataset = tf.data.Dataset.from_generator(lambda: iter([4, 5]), tf.int64, [])
        nodes = {node.op for function in graph.as_graph_def().library.function for node in function.node_def}
        assert nodes >= {"GeneratorDataset", "PyFunc"}
        assert elements(dataset._variant_tensor, [tf.int64], [[]]) == [4, 5]


def test_shuffled_passes_stay_apart() -> None:
    """In the order that TensorFlow 2.15 gave."""

    def shuffled(count: int, size: int, passes: int) -> list[Any]:
        return list(Shuffled(lambda: iter(range(count)), size, Shuffler(3, 4, True), passes))

    expected = [1, 2, 0, 4, 3, 3, 4, 0, 2, 1, 0, 2, 3, 4, 1, 0, 4, 2, 3, 1, 2, 3, 4, 0, 1, 3, 1, 2, 0, 4]
    assert shuffled(5, 4, 6) == expected
    assert shuffled(2, 9, 7) == [1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1]


def test_endless_repetition_of_nothing_ends() -> None:
    with tf.Graph().as_default():
        assert elements(raw.ShuffleAndRepeatDataset(numbers(0), 2, 3, 4, -1, **NUMBERS), [tf.int64], [[]]) == []
        assert elements(raw.RepeatDataset(numbers(0), -1, **NUMBERS), [tf.int64], [[]]) == []


def test_what_is_no_dataset_is_refused() -> None:
    """A list's handle is a variant, too."""
    with tf.Graph().as_default(), tf.Session() as session:
        variant = raw.EmptyTensorList([2], 3, element_dtype=tf.float32)
        count = raw.DatasetCardinality(variant)
        with pytest.raises(tf.errors.InvalidArgumentError, match="the variant holds no dataset"):
            session.run(count)


def test_an_element_that_fails_does_not_end_the_others() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        dataset = tf.data.Dataset.range(4).map(lambda x: tf.check_numerics(1.0 / tf.cast(x % 2, tf.float32), "bad"))
        iterator = dataset.make_initializable_iterator()
        element = iterator.get_next()
        session.run(iterator.initializer)
        outcomes = []
        for _ in range(4):
            try:
                outcomes.append(float(session.run(element)))
            except tf.errors.InvalidArgumentError as error:
                assert "bad" in str(error)
                outcomes.append(None)
        assert outcomes == [None, 1.0, None, 1.0]
        with pytest.raises(tf.errors.OutOfRangeError):
            session.run(element)
