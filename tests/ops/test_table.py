"""Lookup tables by their V1 ops, dense tables, and what tables refuse. Golden sessions test the V2 ops."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf import dtypes, errors
from nbtf.graph.apply_op import apply_op
from nbtf.graph.graph import Graph
from nbtf.session import Session
from nbtf.wire.tensor import make_tensor_proto

KEYS, VALUES = np.array([b"red", b"green"], object), np.array([5, 6], np.int64)


def _constant(value: Any) -> Any:
    array = np.asarray(value)
    dtype = dtypes.string if array.dtype.kind in "OSU" else dtypes.as_dtype(array.dtype)
    return apply_op("Const", value=make_tensor_proto(array, dtype), dtype=dtype)


class Tables:
    """A graph with one table, made by any op, and a session."""

    def __init__(self, op: str, *keys: Any, **attrs: Any) -> None:
        self.graph = Graph()
        attrs = {"key_dtype": dtypes.string, "value_dtype": dtypes.int64, **attrs}
        with self.graph.as_default():
            names = ("empty_key", "deleted_key")
            self.handle = apply_op(op, **dict(zip(names, map(_constant, keys), strict=False)), **attrs)
        self.session = Session(graph=self.graph)

    def run(self, op: str, *inputs: Any, **attrs: Any) -> Any:
        names = {
            "Find": ("keys", "default_value"),
            "Insert": ("keys", "values"),
            "Import": ("keys", "values"),
            "RemoveV2": ("keys",),
            "InitializeTable": ("keys", "values"),
            "InitializeTableFromTextFile": ("filename",),
        }.get(op.removeprefix("LookupTable").removesuffix("V2") if op != "LookupTableRemoveV2" else "RemoveV2", ())
        with self.graph.as_default():
            given = dict(zip(names, map(_constant, inputs), strict=True))
            made = apply_op(op, table_handle=self.handle, **given, **attrs)
        return self.session.run(made)


def test_a_table_of_the_first_version() -> None:
    tables = Tables("HashTable", shared_name="colours")
    with pytest.raises(errors.FailedPreconditionError, match="Table not initialized"):
        tables.run("LookupTableFind", KEYS, np.int64(-1))
    tables.run("InitializeTable", KEYS, VALUES)
    found = tables.run("LookupTableFind", np.array([[b"green", b"x"]], object), np.int64(-1))
    assert found.tolist() == [[6, -1]]
    assert tables.run("LookupTableSize") == 2
    keys, values = tables.run("LookupTableExport", Tkeys=dtypes.string, Tvalues=dtypes.int64)
    assert dict(zip(keys, values, strict=True)) == {b"red": 5, b"green": 6}
    with pytest.raises(errors.UnimplementedError, match="does not support insert"):
        tables.run("LookupTableInsert", KEYS, VALUES)


def test_a_table_without_a_name() -> None:
    """What one run fills another finds; a second table is another one."""
    tables = Tables("AnonymousHashTable")
    tables.run("InitializeTableV2", KEYS, VALUES)
    assert tables.run("LookupTableFindV2", KEYS, np.int64(-1)).tolist() == [5, 6]
    with tables.graph.as_default():
        tables.handle = apply_op("AnonymousHashTable", key_dtype=dtypes.string, value_dtype=dtypes.int64)
    with pytest.raises(errors.FailedPreconditionError, match="Table not initialized"):
        tables.run("LookupTableFindV2", KEYS, np.int64(-1))


@pytest.mark.parametrize("op", ["MutableHashTable", "MutableHashTableV2", "AnonymousMutableHashTable"])
def test_a_table_that_changes(op: str) -> None:
    version = "" if op == "MutableHashTable" else "V2"
    tables = Tables(op)
    tables.run(f"LookupTableInsert{version}", KEYS, VALUES)
    tables.run(f"LookupTableImport{version}", KEYS[:1], VALUES[1:])
    assert tables.run(f"LookupTableFind{version}", KEYS, np.int64(0)).tolist() == [6, 0]


@pytest.mark.parametrize(
    "op", ["MutableHashTableOfTensors", "MutableHashTableOfTensorsV2", "AnonymousMutableHashTableOfTensors"]
)
def test_a_table_of_vectors(op: str) -> None:
    version = "" if op == "MutableHashTableOfTensors" else "V2"
    tables = Tables(op, value_dtype=dtypes.float32, value_shape=[2])
    rows = np.float32([[1, 2], [3, 4]])
    tables.run(f"LookupTableInsert{version}", KEYS, rows)
    found = tables.run(f"LookupTableFind{version}", np.array([b"green", b"x"], object), np.float32([7, 8]))
    assert found.tolist() == [[3, 4], [7, 8]]
    keys, values = tables.run(f"LookupTableExport{version}", Tkeys=dtypes.string, Tvalues=dtypes.float32)
    assert (len(keys), values.shape) == (2, (2, 2))


@pytest.mark.parametrize(
    ("op", "reserved"),
    [("MutableDenseHashTable", 1), ("MutableDenseHashTableV2", 2), ("AnonymousMutableDenseHashTable", 2)],
)
def test_a_dense_table_reserves_keys(op: str, reserved: int) -> None:
    version = "V2" if reserved == 2 else ""
    keys = [np.int64(-1), np.int64(-2)][:reserved]
    tables = Tables(op, *keys, key_dtype=dtypes.int64, value_dtype=dtypes.float64)
    tables.run(f"LookupTableInsert{version}", np.int64([4, 5]), np.array([0.5, 1.5]))
    assert tables.run(f"LookupTableFind{version}", np.int64([5, 9]), np.float64(-1)).tolist() == [1.5, -1]
    with pytest.raises(errors.InvalidArgumentError, match="Using the empty_key as a table key is not allowed"):
        tables.run(f"LookupTableFind{version}", np.int64([-1]), np.float64(-1))
    if reserved == 2:
        tables.run("LookupTableRemoveV2", np.int64([5]))
        assert tables.run("LookupTableSizeV2") == 1


def test_a_dense_table_is_exported_by_its_buckets() -> None:
    """The buckets that TensorFlow 2.15 exports, of integers and of strings."""
    attrs = {"initial_num_buckets": 8, "value_dtype": dtypes.int64}
    numbers = Tables("MutableDenseHashTableV2", np.int64(-2), np.int64(-3), key_dtype=dtypes.int64, **attrs)
    numbers.run("LookupTableInsertV2", np.int64([1, 2, 9, 300]), np.int64([10, 20, 90, 30]))
    keys, values = numbers.run("LookupTableExportV2", Tkeys=dtypes.int64, Tvalues=dtypes.int64)
    assert keys.tolist() == [[-2], [1], [2], [-2], [9], [300], [-2], [-2]]
    assert values.tolist() == [[0], [10], [20], [0], [90], [30], [0], [0]]
    numbers.run("LookupTableInsertV2", np.int64([3, 4, 5]), np.int64([1, 1, 1]))
    keys, _ = numbers.run("LookupTableExportV2", Tkeys=dtypes.int64, Tvalues=dtypes.int64)
    assert keys.shape == (16, 1)


@pytest.mark.parametrize("op", ["InitializeTableFromTextFile", "InitializeTableFromTextFileV2"])
@pytest.mark.parametrize(
    ("attrs", "message"),
    [
        ({"key_index": 0, "value_index": 1}, None),
        ({"key_index": 0, "value_index": 5}, "expected at least 6 got 2"),
        ({"key_index": 0, "value_index": 0}, "is not a valid int64"),
        ({"key_index": 0, "value_index": 1, "vocab_size": 9}, "Invalid vocab_size"),
    ],
)
def test_columns_of_a_file(op: str, attrs: dict[str, int], message: str | None, tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes(b"red\t5\r\ngreen\t6\n")
    version = "V2" if op.endswith("V2") else ""
    tables = Tables(f"HashTable{version}")
    name = np.array(str(path).encode(), object)
    if message:
        with pytest.raises(errors.InvalidArgumentError, match=message):
            tables.run(op, name, **attrs)
        return
    tables.run(op, name, delimiter="\t", **attrs)
    assert tables.run(f"LookupTableFind{version}", KEYS, np.int64(-1)).tolist() == [5, 6]
    assert tables.run(f"LookupTableSize{version}") == 2


def test_a_handle_of_something_else_is_no_table() -> None:
    graph = Graph()
    with graph.as_default():
        variable = apply_op("VarHandleOp", shape=[], dtype=dtypes.float32, shared_name="v")
        size = apply_op("LookupTableSizeV2", table_handle=variable)
    with Session(graph=graph) as session, pytest.raises(errors.NotFoundError, match="table does not exist"):
        session.run(size)


def test_tables_of_one_name_have_one_signature() -> None:
    graph = Graph()
    with graph.as_default():
        sizes = [
            apply_op(
                "LookupTableSizeV2",
                table_handle=apply_op("HashTableV2", key_dtype=key, value_dtype=dtypes.int64, shared_name="t"),
            )
            for key in (dtypes.string, dtypes.int64)
        ]
    with Session(graph=graph) as session, pytest.raises(errors.InvalidArgumentError, match="Conflicting key/value"):
        session.run(sizes)
