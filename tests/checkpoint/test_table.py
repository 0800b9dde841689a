"""Sorted tables: TensorFlow's files byte for byte, round trips, lookups, snappy blocks, damage."""

import contextlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbtf import errors
from nbtf.checkpoint import table, varint
from nbtf.checkpoint.table import Table, TableWriter
from nbtf.native import crc32c

TABLES = [
    "digits/model.ckpt-1125.index",
    "ckpt/v2_single/model.ckpt-42.index",
    "ckpt/v2_sharded/model.ckpt-42.index",
    "ckpt/v2_slices/m.index",
    "ckpt/v1/model.ckpt-42",
    "ckpt/v1_sharded/model.ckpt-42-00001-of-00003",
    "ckpt/v1_slices/m",
]


def write(path, entries):
    with open(path, "wb") as file:
        writer = TableWriter(file)
        for key, value in entries:
            writer.add(key, value)
        writer.finish()
    return path


def read(path, **options):
    return [(key, bytes(value)) for key, value in Table(str(path), **options)]


@pytest.mark.parametrize("name", TABLES)
def test_rewrites_tensorflows_tables_byte_for_byte(golden, tmp_path, name):
    assert write(tmp_path / "t", read(golden / name)).read_bytes() == (golden / name).read_bytes()


@settings(max_examples=30)
@given(st.dictionaries(st.binary(max_size=12), st.binary(max_size=30), max_size=60), st.binary(max_size=12))
def test_round_trip_and_lookup(tmp_path_factory, entries, probe):
    path = write(tmp_path_factory.mktemp("t") / "t", sorted(entries.items()))
    opened = Table(str(path))
    assert [(key, bytes(value)) for key, value in opened] == sorted(entries.items())
    assert [key for key, _ in opened.seek(probe)] == sorted(key for key in entries if key >= probe)
    for key in [*entries, probe]:
        value = opened.get(key)
        assert (None if value is None else bytes(value)) == entries.get(key)


def many_entries(count):
    return [(f"layer_{number:06d}/weights".encode(), bytes([number % 251]) * 40) for number in range(count)]


def test_several_blocks(tmp_path):
    entries = many_entries(20000)
    path = write(tmp_path / "t", entries)
    opened = Table(str(path))
    assert len(opened._handles) > 2
    # A block is closed by the entry that brings it to 256 KiB.
    assert all(262144 <= size < 262144 + 100 for _, size in opened._handles[:-1])
    assert [(key, bytes(value)) for key, value in opened] == entries
    for number in (0, 1, 9999, 10000, 19999):
        assert bytes(opened.get(entries[number][0])) == entries[number][1]
        assert next(opened.seek(entries[number][0] + b"\x00"), (None,))[0] == (
            entries[number + 1][0] if number + 1 < len(entries) else None
        )


def test_writer_refuses_disorder(tmp_path):
    with open(tmp_path / "t", "wb") as file:
        writer = TableWriter(file)
        writer.add(b"b", b"")
        for key in (b"b", b"a"):
            with pytest.raises(ValueError, match="does not follow"):
                writer.add(key, b"")


def block(contents, kind=0):
    body = contents + bytes([kind])
    return body + struct.pack("<I", crc32c.masked_crc32c(body))


def entry(shared, suffix, value=b""):
    return b"".join(map(varint.encode, (shared, len(suffix), len(value)))) + suffix + value


def file_of(data_contents, index_key=b"z", kind=0, handle=None):
    """A table of one data block with the given contents."""
    data = block(data_contents, kind)
    handle = handle or (0, len(data) - 5)
    place = b"".join(map(varint.encode, handle))
    index = block(entry(0, index_key, place) + struct.pack("<2I", 0, 1))
    footer = b"".join(map(varint.encode, (0, 0, len(data), len(index) - 5))).ljust(40, b"\0") + table.MAGIC
    return data + index + footer


RESTART = struct.pack("<2I", 0, 1)


def test_snappy_block(tmp_path):
    plain = entry(0, b"a" * 40, b"value") + RESTART
    compressed = varint.encode(len(plain)) + bytes([(len(plain) - 1) << 2]) + plain
    (tmp_path / "t").write_bytes(file_of(compressed, kind=1))
    assert read(tmp_path / "t") == [(b"a" * 40, b"value")]


@pytest.mark.parametrize(
    ("contents", "why"),
    [
        (b"", "bad block contents"),
        (struct.pack("<I", 1), "bad block contents"),
        (struct.pack("<I", 0xFFFFFFFF), "bad block contents"),
        (entry(1, b"a") + RESTART, "bad entry"),  # shares what is not there
        (varint.encode(0) + varint.encode(1 << 63) + varint.encode(0) + RESTART, "bad entry"),
        (varint.encode(0) + varint.encode(1) + varint.encode(1 << 63) + b"a" + RESTART, "bad entry"),
        (entry(0, b"b") + entry(0, b"a") + RESTART, "does not follow"),
        (entry(0, b"a") + entry(1, b"") + RESTART, "does not follow"),
        (entry(0, b"a") + entry(1, b"b") + struct.pack("<3I", 0, 4, 2), "restart that shares"),
        (b"\xff" * 12 + RESTART, "varint"),
        (entry(0, b"zz") + RESTART, "out of order"),  # after the index key
        (
            entry(0, b"a" * 4096) + b"".join(entry(4096 + i, b"a") for i in range(4000)) + RESTART,
            "expand beyond",
        ),
    ],
)
def test_malformed_blocks(tmp_path, contents, why):
    (tmp_path / "t").write_bytes(file_of(contents))
    with pytest.raises(errors.DataLossError, match=why):
        read(tmp_path / "t")


@pytest.mark.parametrize("handle", [(0, 1 << 62), (1 << 63, 8), (5, 1000), ((1 << 64) - 1, (1 << 64) - 1)])
def test_handles_out_of_the_file(tmp_path, handle):
    (tmp_path / "t").write_bytes(file_of(entry(0, b"a") + RESTART, handle=handle))
    with pytest.raises(errors.DataLossError, match="bad block handle"):
        read(tmp_path / "t")


def test_unknown_block_type(tmp_path):
    (tmp_path / "t").write_bytes(file_of(entry(0, b"a") + RESTART, kind=2))
    with pytest.raises(errors.DataLossError, match="bad block type 2"):
        read(tmp_path / "t")


def test_checksums_can_be_left_alone(tmp_path):
    data = bytearray(file_of(entry(0, b"a", b"value") + RESTART))
    data[data.index(b"value")] ^= 1
    (tmp_path / "t").write_bytes(data)
    with pytest.raises(errors.DataLossError, match="block checksum mismatch"):
        read(tmp_path / "t")
    assert read(tmp_path / "t", verify=False) == [(b"a", b"walue")]


def test_no_table(tmp_path):
    with pytest.raises(errors.NotFoundError, match="No such file"):
        Table(str(tmp_path / "missing"))
    with pytest.raises(errors.FailedPreconditionError, match="Is a directory"):
        Table(str(tmp_path))
    (tmp_path / "short").write_bytes(b"short")
    with pytest.raises(errors.DataLossError, match="file is too short to be an sstable"):
        Table(str(tmp_path / "short"))
    (tmp_path / "other").write_bytes(b"another format" * 10)
    with pytest.raises(errors.DataLossError, match=r"not an sstable \(bad magic number\)"):
        Table(str(tmp_path / "other"))


@pytest.mark.parametrize("name", ["ckpt/v2_slices/m.index", "ckpt/v1_slices/m"])
@pytest.mark.parametrize("verify", [True, False])
def test_every_damaged_byte_is_a_clean_error(golden, tmp_path, name, verify):
    data = (golden / name).read_bytes()
    original = read(golden / name)
    path = tmp_path / "t"
    undetected = 0
    for position in range(len(data)):
        for damaged in (data[:position], data[:position] + bytes([data[position] ^ 0x81]) + data[position + 1 :]):
            path.write_bytes(damaged)
            with contextlib.suppress(errors.DataLossError):
                undetected += read(path, verify=verify) != original
    assert undetected == 0 or not verify
