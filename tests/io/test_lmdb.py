"""Databases that LMDB wrote, whole and broken, read by wire.lmdb and by LMDBReader."""

import contextlib
import gzip
import hashlib
import json
import random
import struct
from pathlib import Path

import pytest

import nbtf as tf
from nbtf.wire import lmdb

TOLD = ("empty", "small", "deep")


def contents(golden: Path, name: str) -> bytes:
    return gzip.decompress((golden / "lmdb" / f"{name}.mdb.gz").read_bytes())


@pytest.fixture
def database(golden: Path, tmp_path: Path):
    def write(name: str) -> str:
        path = tmp_path / f"{name}.mdb"
        path.write_bytes(contents(golden, name))
        return str(path)

    return write


def told(pairs) -> list[list[object]]:
    return [[key.hex(), len(value), hashlib.sha256(value).hexdigest()[:16]] for key, value in pairs]


@pytest.mark.parametrize("name", TOLD)
def test_pairs_are_those_that_lmdb_reads(name: str, golden: Path, database) -> None:
    assert told(lmdb.pairs(database(name))) == json.loads((golden / "lmdb" / "pairs.json").read_text())[name]


def read_all(*work: str) -> tuple[list[tuple[bytes, bytes]], int, int]:
    with tf.Graph().as_default(), tf.Session() as session:
        queue = tf.FIFOQueue(10, tf.string)
        session.run(queue.enqueue_many([list(work)]))
        session.run(queue.close())
        reader = tf.LMDBReader()
        record = reader.read(queue)
        found = []
        with contextlib.suppress(tf.errors.OutOfRangeError):
            while True:
                found.append(tuple(session.run(record)))
        return found, *session.run([reader.num_records_produced(), reader.num_work_units_completed()])


def test_the_reader_goes_through_one_database_after_the_other(database, tmp_path: Path, golden: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "data.mdb").write_bytes(contents(golden, "small"))
    pairs, produced, completed = read_all(database("small"), database("empty"), str(folder))
    assert pairs == [(b"a", b"1"), (b"b", b"22"), (b"\xff\x00", b"\x00\xff")] * 2
    assert (produced, completed) == (6, 3)


def test_nodes_are_those_of_the_first_readers() -> None:
    with tf.Graph().as_default() as graph:
        queue = tf.FIFOQueue(1, tf.string)
        tf.LMDBReader(name="reader").read_up_to(queue, 3)
    nodes = {node.name: (node.op, list(node.input)) for node in graph.as_graph_def().node}
    assert nodes["reader"] == ("LMDBReader", [])
    assert nodes["FakeQueue"] == ("FakeQueue", ["fifo_queue"])
    assert nodes["ReaderReadUpTo"][1][:2] == ["reader", "FakeQueue"]


def test_no_file_is_a_not_found_error(tmp_path: Path) -> None:
    with pytest.raises(tf.errors.NotFoundError, match="none"):
        read_all(str(tmp_path / "none"))


@pytest.mark.parametrize("data", [b"", b"hello" * 3000, bytes(8192)], ids=["nothing", "text", "zeros"])
def test_what_is_no_database_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(data)
    with pytest.raises(tf.errors.DataLossError, match="no LMDB database"):
        list(lmdb.pairs(path))


def test_a_file_cut_short_is_refused(golden: Path, tmp_path: Path) -> None:
    data = contents(golden, "deep")
    path = tmp_path / "cut"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(tf.errors.DataLossError, match="behind its end|longer than its pages"):
        list(lmdb.pairs(path))


def test_a_tree_that_bites_its_tail_is_refused(golden: Path, tmp_path: Path) -> None:
    data = bytearray(contents(golden, "deep"))
    metas = [struct.unpack_from("<QQQ", data, at + 128) for at in (0, 4096)]  # root, last page, transaction
    root = max(metas, key=lambda meta: meta[2])[0]
    assert struct.unpack_from("<QHH", data, root * 4096)[2] & 1  # an inner page
    start = struct.unpack_from("<H", data, root * 4096 + 16)[0]
    struct.pack_into("<HHH", data, root * 4096 + start, root, 0, 0)
    path = tmp_path / "loop"
    path.write_bytes(data)
    with pytest.raises(tf.errors.DataLossError, match="its tree does not end"):
        list(lmdb.pairs(path))


def test_broken_bytes_end_in_an_error_or_in_other_values(golden: Path, tmp_path: Path) -> None:
    data, numbers = contents(golden, "deep"), random.Random(3)
    path = tmp_path / "broken"
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(20):
            broken[numbers.randrange(len(broken)) // 64 * 64 + numbers.randrange(32)] = numbers.randrange(256)
        path.write_bytes(broken)
        with contextlib.suppress(tf.errors.DataLossError, tf.errors.UnimplementedError):
            assert sum(len(key) + len(value) for key, value in lmdb.pairs(path)) < 20 * len(data)
