"""V2 checkpoints: TensorFlow's read and written byte by byte; slices, strings, sizes, byte order, damage."""

import itertools
import struct
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbtf import dtypes, errors
from nbtf.checkpoint.bundle import BundleReader, data_path
from nbtf.checkpoint.bundle_writer import BundleWriter, merge_bundles
from nbtf.native import crc32c

FOLDERS = ["v2_single", "v2_sharded", "v2_resource"]
PREFIXES = [
    *(f"ckpt/{folder}/model.ckpt-42" for folder in FOLDERS),
    "ckpt/v2_quantized/m",
    "ckpt/v2_slices/m",
    "ckpt/keep/model.ckpt-3",
    "digits/model.ckpt-1125",
]
GRID = np.arange(24, dtype=np.float32).reshape(4, 6)
STRINGS = [b"", b"one", b"\x00\xff" * 100]


# ---- reading ----


@pytest.mark.parametrize("folder", FOLDERS)
def test_reads_tensorflows_values(golden, golden_values, folder):
    expected = golden_values(folder)
    with BundleReader(str(golden / "ckpt" / folder / "model.ckpt-42")) as reader:
        assert reader.names() == sorted(expected)
        for name, value in expected.items():
            read = reader.get_tensor(name)
            assert read.dtype == reader.dtype(name).storage
            assert read.shape == value.shape == reader.shape(name)
            np.testing.assert_array_equal(read.astype(value.dtype), value)
            assert read.flags.c_contiguous
            assert read.size == 0 or read.dtype == object or read.ctypes.data % 64 == 0
            if read.dtype != object:
                np.testing.assert_array_equal(read, reader.get_tensor(name, mmap=True))


def test_bfloat16_is_itself(golden):
    with BundleReader(str(golden / "ckpt/v2_single/model.ckpt-42")) as reader:
        assert reader.get_tensor("t_bfloat16").dtype == ml_dtypes.bfloat16


def test_reads_quantized(golden):
    with BundleReader(str(golden / "ckpt/v2_quantized/m")) as reader:
        assert reader.names() == ["qint16", "qint32", "qint8", "quint16", "quint8"]
        for name in reader.names():
            assert reader.dtype(name).name == name
            read = reader.get_tensor(name)
            assert read.dtype.name == name[1:]
            assert read.tolist() == [1, 2, 3]


def test_digits(golden):
    with BundleReader(str(golden / "digits/model.ckpt-1125")) as reader:
        assert len(reader.names()) == 32
        assert reader.get_tensor("global_step") == 1125


@pytest.mark.parametrize("name", ["grid", "overlap", "whole"])
def test_joins_slices(golden, name):
    with BundleReader(str(golden / "ckpt/v2_slices/m")) as reader:
        np.testing.assert_array_equal(reader.get_tensor(name), GRID)
        for spec, expected in [
            ("4 6 -:-", GRID),
            ("4 6 1,2:2,3", GRID[1:3, 2:5]),
            ("4 6 0,2:0,3", GRID[:2, :3]),
            ("4 6 3,1:-", GRID[3:]),
        ]:
            part = reader.read_slice(name, spec)
            np.testing.assert_array_equal(part, expected)
            assert part.flags.c_contiguous


def test_slices_with_a_gap(golden):
    with BundleReader(str(golden / "ckpt/v2_slices/m")) as reader:
        np.testing.assert_array_equal(reader.read_slice("gap", "4 6 0,1:2,2"), GRID[:1, 2:4])
        for read in (lambda: reader.get_tensor("gap"), lambda: reader.read_slice("gap", "4 6 -:-")):
            with pytest.raises(
                errors.InvalidArgumentError,
                match="Does not have sufficient slices for partitioned tensor gap to restore in slice_spec: -:-",
            ):
                read()


def test_slices_of_strings(golden):
    with BundleReader(str(golden / "ckpt/v2_slices/m")) as reader:
        assert reader.get_tensor("s").tolist() == STRINGS
        assert reader.read_slice("s", "3 1,2").tolist() == STRINGS[1:]


@pytest.mark.parametrize(
    ("spec", "kind", "message"),
    [
        (
            "3 3 0,1:-",
            errors.InvalidArgumentError,
            (
                "tensor_name = t_float32; shape in shape_and_slice spec [3,3] does not match the shape stored in "
                "checkpoint: [2,3]"
            ),
        ),
        ("2 3 1,2:-", errors.InternalError, "Extent in dimension 0 out of bounds: shape = [2,3], slice = 1,2:-"),
        ("2 3 x", errors.InvalidArgumentError, "Expected a pair of numbers or '-' but got 'x': string = x"),
        ("2 3", errors.InvalidArgumentError, "Expected a pair of numbers or '-' but got '3': string = 3"),
        ("2 3 0,1", errors.InternalError, "Mismatching ranks: shape = [2,3], slice = 0,1"),
        ("2 a 0,1:-", errors.InvalidArgumentError, "Non numerical dimension in shape_and_slice: 2 a 0,1:-"),
        (
            "2 3 0,0:-",
            errors.InvalidArgumentError,
            "Expected non-negative start and positive length but got start = 0, length = 0: string = 0,0:-",
        ),
        (
            "2 3 -1,1:-",
            errors.InvalidArgumentError,
            "Expected non-negative start and positive length but got start = -1, length = 1: string = -1,1:-",
        ),
        ("x", errors.InvalidArgumentError, "Need least two elements in shape_and_slice specification: x"),
        (" ", errors.InvalidArgumentError, "Non numerical dimension in shape_and_slice:  "),
        ("2 3 ", errors.InternalError, "Mismatching ranks: shape = [2,3], slice = "),
        ("2  3 -:-", errors.InvalidArgumentError, "Non numerical dimension in shape_and_slice: 2  3 -:-"),
        ("2 -1 -:-", errors.InvalidArgumentError, "Non numerical dimension in shape_and_slice: 2 -1 -:-"),
        (
            "99999999999 99999999999 -:-",
            errors.InvalidArgumentError,
            "Too many elements in shape_and_slice: 99999999999 99999999999 -:-",
        ),
    ],
)
def test_specs_without_sense(golden, spec, kind, message):
    with BundleReader(str(golden / "ckpt/v2_single/model.ckpt-42")) as reader, pytest.raises(kind) as raised:
        reader.read_slice("t_float32", spec)
    assert raised.value.message == message


def test_trailing_colon_passes_as_in_tensorflow(golden):
    with BundleReader(str(golden / "ckpt/v2_single/model.ckpt-42")) as reader:
        assert reader.read_slice("t_float32", "2 3 0,1:0,1:").shape == (1, 1)


# ---- writing ----


@pytest.mark.parametrize("prefix", PREFIXES)
def test_writes_tensorflows_bytes(golden, tmp_path, rewrite, prefix, files_of):
    rewrite(str(golden / prefix), str(tmp_path / "m"))
    expected = {name: data for name, data in files_of(golden / prefix).items() if name != ".meta"}
    assert files_of(tmp_path / "m") == expected
    assert len(list(tmp_path.iterdir())) == len(expected)


ARRAYS = st.one_of(
    *(
        st.tuples(st.just(dtype), st.lists(st.integers(0, 3), max_size=3).map(tuple), st.integers(0, 2**32))
        for dtype in dtypes.DTYPES.values()
        if dtype.is_numpy_compatible and not dtype._is_ref_dtype
    )
)


def random_array(dtype, shape, seed):
    random = np.random.default_rng(seed)
    if dtype == dtypes.string:
        out = np.empty(shape, object)
        for index in np.ndindex(*shape):
            out[index] = random.bytes(int(random.integers(0, 200)))
        return out
    if dtype.name in ("int4", "uint4", "bool"):
        return random.integers(0, 2, shape).astype(dtype.storage)
    count = int(np.prod(shape, dtype=int))
    return np.frombuffer(random.bytes(count * dtype.itemsize), np.uint8).copy().view(dtype.storage).reshape(shape)


@settings(max_examples=60)
@given(st.dictionaries(st.text(min_size=1, max_size=8).filter(lambda name: name[0] != "\0"), ARRAYS, max_size=6))
def test_round_trip(tmp_path_factory, tensors):
    prefix = str(tmp_path_factory.mktemp("c") / "m")
    arrays = {name: random_array(*description) for name, description in tensors.items()}
    with BundleWriter(prefix) as writer:
        for name, array in arrays.items():
            writer.add(name, array, tensors[name][0])
    with BundleReader(prefix) as reader:
        assert set(reader.names()) == set(arrays)
        for name, array in arrays.items():
            read = reader.get_tensor(name)
            assert reader.dtype(name) == tensors[name][0]
            assert (read.shape, read.dtype) == (array.shape, array.dtype)
            assert read.tolist() == array.tolist() if read.dtype == object else read.tobytes() == array.tobytes()


@settings(max_examples=40)
@given(st.data())
def test_any_cut_joins_again(tmp_path_factory, data):
    """A tensor cut along every axis at random places, its pieces in random order."""
    shape = tuple(data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
    whole = np.arange(np.prod(shape), dtype=np.int32).reshape(shape)
    pieces = [()]
    for size in shape:
        cuts = [0, *sorted(data.draw(st.sets(st.integers(1, size), max_size=2)) - {size}), size]
        extents = [(start, end - start) for start, end in itertools.pairwise(cuts)]
        pieces = [(*piece, extent) for piece in pieces for extent in extents]
    prefix = str(tmp_path_factory.mktemp("c") / "m")
    with BundleWriter(prefix) as writer:
        for piece in data.draw(st.permutations(pieces)):
            spec = " ".join(map(str, shape)) + " " + ":".join(f"{start},{size}" for start, size in piece)
            writer.add_slice("w", spec, whole[tuple(slice(start, start + size) for start, size in piece)])
    with BundleReader(prefix) as reader:
        np.testing.assert_array_equal(reader.get_tensor("w"), whole)
        starts = [data.draw(st.integers(0, size - 1)) for size in shape]
        ends = [data.draw(st.integers(start + 1, size)) for start, size in zip(starts, shape, strict=True)]
        extents = ":".join(f"{start},{end - start}" for start, end in zip(starts, ends, strict=True))
        np.testing.assert_array_equal(
            reader.read_slice("w", " ".join(map(str, shape)) + " " + extents),
            whole[tuple(slice(start, end) for start, end in zip(starts, ends, strict=True))],
        )


def test_takes_any_layout_and_python_values(tmp_path):
    prefix = str(tmp_path / "m")
    with BundleWriter(prefix) as writer:
        writer.add("transposed", GRID.T)
        writer.add("big_endian", GRID.astype(">f4"))
        writer.add("text", ["a", "ü"])
        writer.add("bytes", np.array([b"a", b"bc"]))
        writer.add("scalar", 1.5)
        writer.add("struct", np.array([(1,), (2,)], dtypes.qint8.as_numpy_dtype))
    with BundleReader(prefix) as reader:
        np.testing.assert_array_equal(reader.get_tensor("transposed"), GRID.T)
        np.testing.assert_array_equal(reader.get_tensor("big_endian"), GRID)
        assert reader.get_tensor("text").tolist() == [b"a", "ü".encode()]
        assert reader.get_tensor("bytes").tolist() == [b"a", b"bc"]
        assert reader.get_tensor("scalar").tolist() == 1.5
        assert reader.dtype("struct") == dtypes.qint8


def test_refuses_to_write(tmp_path):
    writer = BundleWriter(str(tmp_path / "m"))
    writer.add("w", GRID)
    writer.add_slice("s", "4 6 0,2:-", GRID[:2])
    resource = dtypes.resource
    for call, kind, message in [
        (lambda: writer.add("w", 1.0), errors.InvalidArgumentError, "Adding duplicate key: w"),
        (lambda: writer.add_slice("w", "4 6 0,2:-", GRID[:2]), errors.InvalidArgumentError, "Adding duplicate key: w"),
        (lambda: writer.add_slice("s", "4 6 0,2:-", GRID[:2]), errors.InvalidArgumentError, "Adding duplicate key: "),
        (lambda: writer.add_slice("s", "4 6 -:-", GRID), errors.InvalidArgumentError, "Adding duplicate key: s"),
        (
            lambda: writer.add_slice("x", "4 2 0,2:0,2", np.ones((3, 2))),
            errors.InvalidArgumentError,
            r"does not match the shape of the tensor to  save: 4 2 0,2:0,2, tensor: \[3,2\]",
        ),
        (lambda: writer.add_slice("s", "5 6 2,1:-", GRID[:1]), errors.InvalidArgumentError, "slices of s disagree"),
        (lambda: writer.add("", 1.0), errors.InvalidArgumentError, "not a name"),
        (lambda: writer.add("\0w", 1.0), errors.InvalidArgumentError, "not a name"),
        (lambda: writer.add("r", np.array(0), resource), errors.UnimplementedError, "tensor r: saving dtype resource"),
        (lambda: writer.add("i", np.array(0), dtypes.float32), errors.InvalidArgumentError, "expected float32, got"),
        (lambda: writer.add("o", np.array([1], object)), errors.InvalidArgumentError, "bytes or str, not int"),
    ]:
        with pytest.raises(kind, match=message):
            call()
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_an_exception_leaves_nothing(tmp_path):
    writer = BundleWriter(str(tmp_path / "m"))

    def save():
        with writer:
            writer.add("w", GRID)
            writer.add("w", GRID)

    with pytest.raises(errors.InvalidArgumentError, match="duplicate"):
        save()
    assert list(tmp_path.iterdir()) == []


def test_folder_is_made_but_not_its_parents(tmp_path):
    with BundleWriter(str(tmp_path / "new/m")) as writer:
        writer.add("w", GRID)
    assert (tmp_path / "new/m.index").exists()
    with pytest.raises(errors.NotFoundError, match="no/such; No such file or directory"):
        BundleWriter(str(tmp_path / "no/such/m"))


# ---- merging ----


def part(prefix, *tensors, **whole):
    with BundleWriter(str(prefix)) as writer:
        for name, spec, value in tensors:
            writer.add_slice(name, spec, value)
        for name, value in whole.items():
            writer.add(name, value)
    return str(prefix)


def test_merge_joins_slices_of_all_parts(tmp_path):
    parts = [
        part(tmp_path / "t/a", ("w", "4 6 2,2:-", GRID[2:]), x=1.0),
        part(tmp_path / "t/b", ("w", "4 6 0,2:-", GRID[:2]), y=2.0),
    ]
    merge_bundles(parts, str(tmp_path / "m"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "m.data-00000-of-00002",
        "m.data-00001-of-00002",
        "m.index",
    ]
    with BundleReader(str(tmp_path / "m")) as reader:
        np.testing.assert_array_equal(reader.get_tensor("w"), GRID)
        assert reader.get_tensor("x") == 1.0
        assert reader.get_tensor("y") == 2.0


def test_merge_refusals(tmp_path):
    first, second = part(tmp_path / "a", x=1.0), part(tmp_path / "b", x=2.0)
    missing, destination = str(tmp_path / "missing"), str(tmp_path / "m")
    for prefixes, message in [
        ([first, second], f"Duplicate tensor keyed by x encountered, when merging prefix: {second}"),
        ([first, missing], f"allow_missing_files was set to false and {missing} did not exist."),
        ([], "At least one prefix checkpoint file must exist, but none existed."),
        ([first, destination], f"{destination} is to be merged into itself"),
    ]:
        with pytest.raises(errors.InvalidArgumentError) as raised:
            merge_bundles(prefixes, destination)
        assert raised.value.message == message
    Path(data_path(second, 0, 1)).unlink()
    with pytest.raises(errors.NotFoundError, match="No such file"):
        merge_bundles([second], destination)
    merge_bundles([first, missing], destination, allow_missing_files=True)
    with BundleReader(destination) as reader:
        assert reader.get_tensor("x") == 1.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.index", "m.data-00000-of-00001", "m.index"]


# ---- past 2 GB ----


def test_reads_a_tensor_beyond_4_gb(tmp_path, edit_index):
    """Its file is sparse: nothing but the tensor at its end takes room."""
    prefix = str(tmp_path / "m")
    with BundleWriter(prefix) as writer:
        writer.add("w", GRID)
    offset = 5 << 30
    with open(data_path(prefix, 0, 1), "r+b") as file:
        file.seek(offset)
        file.write(GRID.tobytes())

    def move(key, message):
        if key:
            message.offset = offset

    edit_index(prefix, move)
    with BundleReader(prefix) as reader:
        np.testing.assert_array_equal(reader.get_tensor("w"), GRID)
        np.testing.assert_array_equal(reader.get_tensor("w", mmap=True), GRID)


@pytest.mark.slow
def test_maps_a_tensor_of_more_than_2_gb(tmp_path, edit_index):
    """Of zeros, in a sparse file; mapped, so that it takes no memory, and its crc compared."""
    prefix, size = str(tmp_path / "m"), (1 << 31) + 12
    with BundleWriter(prefix) as writer:
        writer.add("w", np.zeros(0, np.float32))
    with open(data_path(prefix, 0, 1), "r+b") as file:
        file.truncate(size)
    crc = crc32c.masked_crc32c(np.zeros(size, np.uint8))

    def grow(key, message):
        if key:
            message.shape.dim[0].size, message.size, message.crc32c = size // 4, size, crc

    edit_index(prefix, grow)
    with BundleReader(prefix) as reader:
        mapped = reader.get_tensor("w", mmap=True)
        assert mapped.nbytes == size
        assert mapped[-1] == 0


def test_reads_in_pieces(tmp_path, monkeypatch):
    """As the operating system may answer a long read: with less than was asked for."""
    from nbtf.checkpoint import bundle, source

    monkeypatch.setattr(source, "_CHUNK", 7)
    monkeypatch.setattr(bundle, "_PIECE", 17)
    prefix = str(tmp_path / "m")
    with BundleWriter(prefix) as writer:
        writer.add("w", GRID)
        writer.add("s", STRINGS)
    with BundleReader(prefix) as reader:
        np.testing.assert_array_equal(reader.get_tensor("w"), GRID)
        assert reader.get_tensor("s").tolist() == STRINGS


def test_string_lengths_past_4_gb_enter_the_checksum_with_8_bytes():
    from nbtf.checkpoint import string_tensor

    assert string_tensor._fixed_lengths([1, 2**32 - 1, 2**32], "<") == struct.pack("<IIQ", 1, 2**32 - 1, 2**32)


# ---- byte order ----


def test_big_endian(tmp_path, edit_index):
    """A file as a big-endian machine writes it: every value, length checksum included, in its byte order."""
    prefix = str(tmp_path / "m")
    values = {
        "c": np.array([1 + 2j, -3j], np.complex64),
        "f": GRID,
        "h": np.array([1.5, -2], ml_dtypes.bfloat16),
        "u": np.array([1, 2], np.uint8),
    }
    with BundleWriter(prefix) as writer:
        for name, value in values.items():
            writer.add(name, value)
        writer.add("s", STRINGS)
    words = {"c": "f4", "f": "f4", "h": "u2", "u": "u1"}
    data = b"".join(value.view("<" + words[name]).astype(">" + words[name]).tobytes() for name, value in values.items())
    lengths = struct.pack(">3I", *map(len, STRINGS))
    checksum = struct.pack(">I", crc32c.masked_crc32c(lengths))
    body = b"".join(STRINGS)
    crcs = {name: crc32c.masked_crc32c(value.view(words[name]).byteswap()) for name, value in values.items()}
    crcs["s"] = crc32c.masked_crc32c(lengths + checksum + body)
    head = Path(data_path(prefix, 0, 1)).read_bytes()[len(data) :][: -len(body) - 4]
    Path(data_path(prefix, 0, 1)).write_bytes(data + head + checksum + body)

    def mark(key, message):
        if key:
            message.crc32c = crcs[key.decode()]
        else:
            message.endianness = 1

    edit_index(prefix, mark)
    with BundleReader(prefix) as reader:
        for name, value in values.items():
            np.testing.assert_array_equal(reader.get_tensor(name), value)
            np.testing.assert_array_equal(reader.get_tensor(name, mmap=True), value)
        assert reader.get_tensor("s").tolist() == STRINGS
    with pytest.raises(errors.UnimplementedError, match="merging big-endian"):
        merge_bundles([prefix], str(tmp_path / "merged"))
