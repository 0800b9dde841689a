"""TFRecord files: byte for byte TensorFlow's, and what damaged ones say."""

import zlib
from pathlib import Path

import pytest

import nbtf as tf

RECORDS = [b"one", b"", b"three" * 10]
# as TensorFlow wrote them
PLAIN = bytes.fromhex(
    "0300000000000000b099490e6f6e6501405508000000000000000029039807d8ea82a23200000000000000241956ec746872656574687265"
    "657468726565746872656574687265657468726565746872656574687265657468726565746872656579cd200f"
)


def write(path: Path, options: object = None) -> bytes:
    with tf.io.TFRecordWriter(path, options) as writer:
        for record in RECORDS:
            writer.write(record)
    return path.read_bytes()


def read(path: Path, data: bytes, compression: str = "") -> list[bytes]:
    path.write_bytes(data)
    return list(tf.io.tf_record_iterator(path, compression))


def test_plain(tmp_path: Path) -> None:
    assert write(tmp_path / "r") == PLAIN
    assert read(tmp_path / "r", PLAIN) == RECORDS


@pytest.mark.parametrize(("compression", "bits"), [("ZLIB", 15), ("GZIP", 31)])
@pytest.mark.parametrize("level", [None, 0, 9])
def test_compressed(tmp_path: Path, compression: str, bits: int, level: int | None) -> None:
    options = tf.io.TFRecordOptions(compression, compression_level=level)
    data = write(tmp_path / "r", options)
    assert zlib.decompress(data, bits) == PLAIN
    assert read(tmp_path / "r", data, compression) == RECORDS
    assert list(tf.python_io.tf_record_iterator(tmp_path / "r", options)) == RECORDS
    # several streams in a row, as writers that append make them
    assert read(tmp_path / "r", data + data, compression) == RECORDS * 2
    with pytest.raises(tf.errors.DataLossError, match="inflate"):
        read(tmp_path / "r", b"no stream at all", compression)


@pytest.mark.parametrize("size", [0, 3, 11, 19, 30])
def test_a_file_may_end_within_a_header(tmp_path: Path, size: int) -> None:
    assert read(tmp_path / "r", PLAIN[:size]) == RECORDS[: (size >= 19)]


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (0, r"corrupted record at 0 \(Is this even a TFRecord file\?\)"),
        (8, r"corrupted record at 0 \(Is this even a TFRecord file\?\)"),
        (12, "corrupted record at 12"),
        (19, "corrupted record at 19"),
    ],
)
def test_damage(tmp_path: Path, at: int, message: str) -> None:
    data = bytearray(PLAIN)
    data[at] ^= 1
    with pytest.raises(tf.errors.DataLossError, match=message):
        read(tmp_path / "r", bytes(data))


@pytest.mark.parametrize("size", [12, 18, len(PLAIN) - 1])
def test_a_record_cut_short(tmp_path: Path, size: int) -> None:
    with pytest.raises(tf.errors.DataLossError, match="truncated record at"):
        read(tmp_path / "r", PLAIN[:size])


def test_a_huge_length_takes_no_memory(tmp_path: Path) -> None:
    from nbtf.native.crc32c import masked_crc32c

    length = (1 << 62).to_bytes(8, "little")
    with pytest.raises(tf.errors.DataLossError, match="truncated record at 0"):
        read(tmp_path / "r", length + masked_crc32c(length).to_bytes(4, "little") + b"short")


def test_flushed_records_can_be_read(tmp_path: Path) -> None:
    for compression in ("", "ZLIB", "GZIP"):
        with tf.io.TFRecordWriter(tmp_path / "r", compression) as writer:
            writer.write("text")
            writer.flush()
            assert list(tf.io.tf_record_iterator(tmp_path / "r", compression)) == [b"text"]


def test_misuse(tmp_path: Path) -> None:
    with pytest.raises(tf.errors.NotFoundError, match="absent; No such file"):
        tf.io.tf_record_iterator(tmp_path / "absent")
    with pytest.raises(tf.errors.NotFoundError, match="No such file"):
        tf.io.TFRecordWriter(tmp_path / "no" / "folder")
    with pytest.raises(ValueError, match='Not a valid compression_type: "BAD"'):
        tf.io.TFRecordOptions("BAD")
    writer = tf.io.TFRecordWriter(tmp_path / "r")
    with pytest.raises(TypeError, match="a record is bytes, not int"):
        writer.write(3)  # type: ignore[arg-type]
    writer.close()
    writer.close()
    for use in (writer.flush, lambda: writer.write(b"")):
        with pytest.raises(tf.errors.FailedPreconditionError, match="Writer is closed"):
            use()


@pytest.mark.parametrize(("name", "compression"), [("plain", ""), ("zlib", "ZLIB"), ("gzip", "GZIP")])
def test_files_that_tensorflow_wrote(golden: Path, tmp_path: Path, name: str, compression: str) -> None:
    path = golden / f"tfrecord/{name}.tfrecord"
    records = list(tf.io.tf_record_iterator(path, compression))
    features = [tf.train.Example.FromString(record).features.feature for record in records]
    assert [list(f["id"].int64_list.value) for f in features] == [[0, 0], [1, -1], [2, -2]]
    assert [list(f["v"].float_list.value) for f in features] == [[0.0], [0.5], [1.0]]
    assert [list(f["s"].bytes_list.value) for f in features] == [[b"r0"], [b"r1"], [b"r2"]]
    with tf.io.TFRecordWriter(tmp_path / "r", compression) as writer:
        for record in records:
            writer.write(record)
    assert list(tf.io.tf_record_iterator(tmp_path / "r", compression)) == records
    if not compression:
        assert (tmp_path / "r").read_bytes() == path.read_bytes()


def test_names_of_compressions() -> None:
    name = tf.io.TFRecordOptions.get_compression_type_string
    kinds = tf.io.TFRecordCompressionType
    assert [name(kind) for kind in (None, "", kinds.NONE, "ZLIB", kinds.ZLIB, kinds.GZIP)] == [
        "",
        "",
        "",
        "ZLIB",
        "ZLIB",
        "GZIP",
    ]
    assert name(tf.io.TFRecordOptions(tf.io.TFRecordOptions("GZIP"))) == "GZIP"
