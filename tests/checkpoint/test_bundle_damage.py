"""V2 checkpoints that are damaged, or lie: always an error of tf.errors, and little memory taken."""

import contextlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from nbtf import errors
from nbtf.checkpoint.bundle import BundleReader, data_path, index_path
from nbtf.checkpoint.bundle_writer import BundleWriter

GRID = np.arange(24, dtype=np.float32).reshape(4, 6)
STRINGS = [b"", b"one", b"\x00\xff" * 100]


def read_all(prefix, **options):
    with BundleReader(prefix, **options) as reader:
        return {name: (value := reader.get_tensor(name)).dtype.str + repr(value.tolist()) for name in reader.names()}


def copy_of(files, tmp_path):
    for name, data in files.items():
        (tmp_path / ("m" + name)).write_bytes(data)
    return str(tmp_path / "m")


def test_messages_of_damage(golden, tmp_path, files_of):
    prefix = copy_of(files_of(golden / "ckpt/v2_single/model.ckpt-42"), tmp_path)
    data = Path(data_path(prefix, 0, 1))
    index = Path(index_path(prefix))
    whole_data, whole_index = data.read_bytes(), index.read_bytes()

    def fails(kind=errors.DataLossError):
        with pytest.raises(kind) as raised:
            read_all(prefix)
        return raised.value.message

    data.write_bytes(whole_data[:3] + bytes([whole_data[3] ^ 0x40]) + whole_data[4:])
    assert fails() == (
        f"TensorBundle at {prefix} shard 0 (8 bytes): Checksum does not match: stored 1365977479 vs. calculated on "
        "the restored bytes 1715094313"
    )
    data.write_bytes(whole_data[:100])
    assert "data files with 100" in fails()
    data.unlink()
    assert fails(errors.NotFoundError) == f"{data}; No such file or directory"
    data.write_bytes(whole_data)
    index.write_bytes(whole_index[:10] + bytes([whole_index[10] ^ 0x40]) + whole_index[11:])
    assert fails().startswith(
        f"Unable to read file ({index}). Perhaps the file is corrupt or was produced by a newer version of TensorFlow "
        "with format changes (failed to seek to header entry): block checksum mismatch"
    )
    index.write_bytes(whole_index[:100])
    assert fails() == "not an sstable (bad magic number)"
    index.write_bytes(whole_index[:20])
    assert fails() == "file is too short to be an sstable"


def change_entry(name, **fields):
    def change(key, message):
        if key == name.encode():
            for field, value in fields.items():
                setattr(message, field, value)

    return change


def change_header(**fields):
    def change(key, message):
        if not key:
            for field, value in fields.items():
                setattr(message, field, value)

    return change


def change_version(field, value):
    def change(key, message):
        if not key:
            getattr(message.version, field).append(value) if field == "bad_consumers" else setattr(
                message.version, field, value
            )

    return change


def change_dims(name, *dims):
    def change(key, message):
        if key == name.encode():
            del message.shape.dim[:]
            for dim in dims:
                message.shape.dim.add().size = dim

    return change


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (change_entry("w", size=1 << 62), errors.DataLossError, "Invalid size in bundle entry: key w; stored size"),
        (change_entry("w", size=-1), errors.DataLossError, "Invalid size in bundle entry"),
        (change_entry("w", offset=1 << 62), errors.DataLossError, "truncated"),
        (change_entry("w", offset=-8), errors.DataLossError, "truncated"),
        (change_entry("w", shard_id=1), errors.DataLossError, "shard 1 of 1"),
        (change_entry("w", shard_id=-1), errors.DataLossError, "shard -1 of 1"),
        (change_entry("w", dtype=99), errors.DataLossError, "unknown dtype 99"),
        (change_entry("w", dtype=0), errors.DataLossError, "unknown dtype 0"),
        (change_entry("w", dtype=20), errors.UnimplementedError, "dtype resource"),
        (change_entry("w", dtype=7), errors.DataLossError, "varint|do not fill"),
        (change_entry("s", dtype=1), errors.DataLossError, "Invalid size"),
        (change_dims("w", 1 << 40, 1 << 40), errors.DataLossError, "invalid shape"),
        (change_dims("w", 0, 1 << 62, 1 << 62), errors.DataLossError, "invalid shape"),
        (change_dims("w", -4, -6), errors.DataLossError, "invalid shape"),
        (change_dims("w", 1 << 50), errors.DataLossError, "Invalid size"),
        (change_dims("s", 1 << 50), errors.DataLossError, "Invalid size"),
        (change_dims("s", 4), errors.DataLossError, "strings of"),
        (change_dims("cut", 1 << 30, 6), errors.InvalidArgumentError, "sufficient slices"),
        (change_dims("cut", 2, 6), errors.DataLossError, "out of bounds"),
        (change_dims("cut", 4), errors.DataLossError, "Mismatching ranks"),
        (change_entry("cut", dtype=2), errors.DataLossError, "slice of cut is float32"),
        (change_header(num_shards=0), errors.DataLossError, "num_shards is 0"),
        (change_header(num_shards=-1), errors.DataLossError, "num_shards is -1"),
        (change_header(num_shards=1 << 30), errors.NotFoundError, "of-1073741824"),
        (change_header(endianness=7), errors.DataLossError, "endianness is 7"),
        (change_version("min_consumer", 2), errors.InvalidArgumentError, "min consumer version 2 above"),
        (change_version("bad_consumers", 1), errors.InvalidArgumentError, "disallows consumer version 1"),
    ],
)
def test_entries_that_lie(tmp_path, change, kind, message, edit_index):
    prefix = str(tmp_path / "m")
    with BundleWriter(prefix) as writer:
        writer.add("s", STRINGS)
        writer.add("w", GRID)
        writer.add_slice("cut", "4 6 0,2:-", GRID[:2])
        writer.add_slice("cut", "4 6 2,2:-", GRID[2:])
    edit_index(prefix, change)
    tracemalloc.start()
    with pytest.raises(kind, match=message):
        read_all(prefix)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 22


def test_slices_cannot_claim_one_piece_of_data_again_and_again(tmp_path, edit_index):
    """Else a small file could make the reader allocate as much as its index has entries times its data."""
    prefix, rows = str(tmp_path / "m"), 64
    with BundleWriter(prefix) as writer:
        for row in range(rows):
            writer.add_slice("w", f"{rows} 100 {row},1:-", np.zeros((1, 100), np.float32))

    def pile_up(key, message):
        if key.startswith(b"\0"):
            message.offset = 0

    edit_index(prefix, pile_up)
    with open(data_path(prefix, 0, 1), "r+b") as file:
        file.truncate(400)
    with pytest.raises(errors.DataLossError, match="claim 25600 bytes of data files with 400"):
        read_all(prefix)


@pytest.mark.parametrize("verify", [True, False])
def test_every_damaged_byte_is_a_clean_error(golden, tmp_path, files_of, verify):
    """Cut at every place, and every byte changed: an error of tf.errors, or (crc left alone) other values; no crash."""
    source = "ckpt/v2_slices/m"
    expected = read_all_but_gap(str(golden / source))
    prefix = copy_of(files_of(golden / source), tmp_path)
    undetected = 0
    for path in (Path(index_path(prefix)), Path(data_path(prefix, 0, 1))):
        whole = path.read_bytes()
        for position in range(0, len(whole), 3):
            for damaged in (
                whole[:position],
                whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :],
            ):
                path.write_bytes(damaged)
                with contextlib.suppress(errors.OpError):
                    undetected += read_all_but_gap(prefix, verify=verify) != expected
        path.write_bytes(whole)
    assert undetected == 0 or not verify


def read_all_but_gap(prefix, **options):
    with BundleReader(prefix, **options) as reader:
        return {name: repr(reader.get_tensor(name).tolist()) for name in reader.names() if name != "gap"}
