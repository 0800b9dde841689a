"""V1 checkpoints: TensorFlow's read value by value and written byte by byte; slices; damage."""

import contextlib
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbtf import dtypes, errors
from nbtf.checkpoint.slices import format_shape_and_slice
from nbtf.checkpoint.table import Table, TableWriter
from nbtf.checkpoint.v1 import V1Reader, V1Writer
from nbtf.wire import schema

FILES = [
    "v1/model.ckpt-42",
    "v1_sharded/model.ckpt-42-00000-of-00003",
    "v1_sharded/model.ckpt-42-00001-of-00003",
    "v1_sharded/model.ckpt-42-00002-of-00003",
    "v1_quantized/m",
    "v1_slices/m",
    "v1_string/m",
]
GRID = np.arange(24, dtype=np.float32).reshape(4, 6)


@pytest.mark.parametrize(
    ("folder", "pattern"), [("v1", "model.ckpt-42"), ("v1_sharded", "model.ckpt-42-?????-of-00003")]
)
def test_reads_tensorflows_values(golden, golden_values, folder, pattern):
    expected = golden_values(folder)
    with V1Reader(str(golden / "ckpt" / folder / pattern)) as reader:
        assert reader.names() == sorted(expected)
        for name, value in expected.items():
            read = reader.get_tensor(name)
            assert read.dtype == value.dtype == reader.dtype(name).storage
            assert read.shape == value.shape == reader.shape(name)
            np.testing.assert_array_equal(read, value)


def test_reads_strings_and_rare_dtypes(golden):
    with V1Reader(str(golden / "ckpt/v1_string/m")) as reader:
        assert reader.get_tensor("s").tolist() == [b"", b"one", b"\x00\xff" * 100]
        assert reader.get_tensor("u").tolist() == [7, 65535]
        assert reader.get_tensor("c").tolist() == [1 + 2j, -3j]
    with V1Reader(str(golden / "ckpt/v1_quantized/m")) as reader:
        for name in reader.names():
            assert (reader.dtype(name).name, reader.get_tensor(name).tolist()) == (name, [1, 2, 3])


@pytest.mark.parametrize("name", ["grid", "overlap", "whole"])
def test_joins_slices(golden, name):
    with V1Reader(str(golden / "ckpt/v1_slices/m")) as reader:
        np.testing.assert_array_equal(reader.get_tensor(name), GRID)
        np.testing.assert_array_equal(reader.read_slice(name, "4 6 1,2:2,3"), GRID[1:3, 2:5])


def test_slices_with_a_gap(golden):
    with V1Reader(str(golden / "ckpt/v1_slices/m")) as reader:
        np.testing.assert_array_equal(reader.read_slice("gap", "4 6 3,1:-"), GRID[3:])
        with pytest.raises(errors.InvalidArgumentError, match="Error copying slice data"):
            reader.get_tensor("gap")


def test_refuses_specs(golden):
    with V1Reader(str(golden / "ckpt/v1/model.ckpt-42")) as reader:
        with pytest.raises(errors.InvalidArgumentError) as raised:
            reader.read_slice("t_float32", "3 3 0,1:-")
        assert raised.value.message == (
            "Shape in shape_and_slice spec does not match the shape in the save file: [3,3], save file shape: [2,3]"
        )
        with pytest.raises(errors.NotFoundError, match=r'"q" not found in checkpoint files .*model.ckpt-42'):
            reader.get_tensor("q")


def write_again(source, path):
    """What is in one V1 file, written by V1Writer."""
    with V1Reader(str(source)) as reader, V1Writer(str(path)) as writer:
        for name in list(reader._tensors):  # in the order of the file's meta
            for part in reader.slices(name):
                shape = reader.shape(name)
                whole = all(extent == (0, -1) for extent in part.extents)
                spec = format_shape_and_slice(shape, part) if shape else ""
                value = reader.read_slice(name, spec)
                writer.add(name, value, "" if whole else spec, reader.dtype(name))


@pytest.mark.parametrize("name", FILES)
def test_writes_tensorflows_bytes(golden, tmp_path, name):
    write_again(golden / "ckpt" / name, tmp_path / "m")
    assert (tmp_path / "m").read_bytes() == (golden / "ckpt" / name).read_bytes()
    assert len(list(tmp_path.iterdir())) == 1


NUMBERS = [
    dtype
    for dtype in (*dtypes.DTYPES.values(),)
    if dtype.is_numpy_compatible
    and not dtype._is_ref_dtype
    and dtype.name not in ("string", "bool", "bfloat16", "uint32", "uint64", "qint16", "quint16")
    and not dtype.name.startswith(("float8", "int4", "uint4"))
]


@settings(max_examples=60)
@given(st.sampled_from(NUMBERS), st.lists(st.integers(0, 3), max_size=3).map(tuple), st.integers(0, 2**32))
def test_round_trip(tmp_path_factory, dtype, shape, seed):
    path = str(tmp_path_factory.mktemp("c") / "m")
    octets = np.random.default_rng(seed).bytes(int(np.prod(shape, dtype=int)) * dtype.itemsize)
    value = np.frombuffer(octets, dtype.storage).reshape(shape)
    with V1Writer(path) as writer:
        writer.add("w", value, dtype=dtype)
    with V1Reader(path) as reader:
        assert reader.dtype("w") == dtype
        np.testing.assert_array_equal(reader.get_tensor("w"), value)


def test_refuses_to_write(tmp_path):
    with V1Writer(str(tmp_path / "m")) as writer:
        writer.add("w", GRID[:2], "4 6 0,2:-")
        for call, message in [
            (lambda: writer.add("x", np.zeros(1, np.uint32)), "slice serialization not implemented for dtype 22"),
            (lambda: writer.add("w", GRID[:2], "4 6 0,2:-"), "Adding duplicate slice 0,2:- of tensor w"),
            (lambda: writer.add("w", GRID[:2], "5 6 1,2:-"), "slices of w disagree"),
            (lambda: writer.add("w", GRID[:2].astype(int), "4 6 2,2:-"), "slices of w disagree"),
            (lambda: writer.add("w", GRID, "4 6 2,2:-"), "does not match the shape of the tensor to  save"),
            (
                lambda: writer.add("big", np.broadcast_to(np.float32(0), (1 << 30,))),
                r"Tensor slice is too large to serialize \(conservative estimate: 4294967296 bytes\)",
            ),
        ]:
            with pytest.raises(errors.InvalidArgumentError, match=message):
                call()
        writer.add("w", GRID[2:], "4 6 2,2:-")
    with V1Reader(str(tmp_path / "m")) as reader:
        assert reader.names() == ["w"]
        np.testing.assert_array_equal(reader.get_tensor("w"), GRID)


# ---- damage ----


def edit(path, change):
    """Rewrites the file: ``change(key, message)`` edits every entry, and drops it by returning False."""
    table = Table(str(path))
    entries = [(key, schema.SavedTensorSlices.FromString(bytes(value))) for key, value in table]
    table.close()
    with open(path, "wb") as file:
        writer = TableWriter(file)
        for key, message in entries:
            if change(key, message) is not False:
                writer.add(key, message.SerializeToString())
        writer.finish()


def of_meta(action):
    return lambda key, message: action(message.meta.tensor[0]) if not key else None


def of_data(action):
    return lambda key, message: action(message.data) if key else None


def set_dims(tensor, *dims):
    for dim, size in zip(tensor.shape.dim, dims, strict=True):
        dim.size = size


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (of_meta(lambda tensor: set_dims(tensor, 1 << 40, 6)), errors.DataLossError, "24 values for float32"),
        (of_meta(lambda tensor: set_dims(tensor, 1 << 40, 1 << 40)), errors.DataLossError, "invalid shape"),
        (of_meta(lambda tensor: set_dims(tensor, -4, -6)), errors.DataLossError, "invalid shape"),
        (of_meta(lambda tensor: setattr(tensor, "type", 99)), errors.DataLossError, "unknown dtype 99"),
        (of_meta(lambda tensor: setattr(tensor, "type", 14)), errors.UnimplementedError, "bfloat16, unknown to V1"),
        (of_meta(lambda tensor: setattr(tensor, "type", 9)), errors.DataLossError, "0 values for int64"),
        (of_meta(lambda tensor: tensor.slice.add()), errors.DataLossError, "Mismatching ranks"),
        (of_meta(lambda tensor: tensor.slice[0].extent[0].__setattr__("length", 4)), errors.DataLossError, "missing"),
        (of_meta(lambda tensor: tensor.ClearField("slice")), errors.InvalidArgumentError, "do not cover"),
        (of_data(lambda data: data.data.float_val.pop()), errors.DataLossError, "23 values"),
        (of_data(lambda data: setattr(data, "name", "v")), errors.DataLossError, "holds data of v"),
        (lambda key, _: not key, errors.DataLossError, "and missing"),
        (lambda key, _: bool(key), errors.DataLossError, "Failed to find the saved tensor slices at the beginning"),
        (
            lambda key, message: None if key else setattr(message.meta.versions, "min_consumer", 2),
            errors.InvalidArgumentError,
            "min consumer version 2",
        ),
    ],
)
def test_entries_that_lie(tmp_path, change, kind, message):
    path = tmp_path / "m"
    with V1Writer(str(path)) as writer:
        writer.add("w", GRID)
    edit(path, change)
    tracemalloc.start()
    with pytest.raises(kind, match=message), V1Reader(str(path)) as reader:
        reader.get_tensor("w")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1 << 22


def test_values_out_of_range(tmp_path):
    path = tmp_path / "m"
    with V1Writer(str(path)) as writer:
        writer.add("w", np.zeros(2, np.int8))
    edit(path, of_data(lambda data: data.data.int_val.__setitem__(1, 128)))
    with pytest.raises(errors.DataLossError, match="outside the range of int8"), V1Reader(str(path)) as reader:
        reader.get_tensor("w")


def test_shards_that_disagree(tmp_path):
    for shard, value in enumerate([GRID, GRID[:2]]):
        with V1Writer(str(tmp_path / f"m-{shard}")) as writer:
            writer.add("w", value)
    with pytest.raises(errors.DataLossError, match="other in another shard"):
        V1Reader(str(tmp_path / "m-?"))


@pytest.mark.parametrize("verify", [True, False])
def test_every_damaged_byte_is_a_clean_error(golden, tmp_path, verify):
    """Cut at every place, and every byte changed: an error of tf.errors, or (crc left alone) other values; no crash."""
    whole = (golden / "ckpt/v1_slices/m").read_bytes()
    path = tmp_path / "m"

    def values():
        with V1Reader(str(path), verify) as reader:
            return {name: reader.get_tensor(name).tolist() for name in reader.names() if name != "gap"}

    path.write_bytes(whole)
    expected = values()
    undetected = 0
    for position in range(0, len(whole), 2):
        for damaged in (whole[:position], whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :]):
            path.write_bytes(damaged)
            with contextlib.suppress(errors.OpError):
                undetected += values() != expected
    assert undetected == 0 or not verify
