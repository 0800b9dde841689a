"""TensorFlow reads what this package writes, and would have written the same bytes."""

import os
from types import SimpleNamespace

import numpy as np
import pytest

from nbtf import dtypes
from nbtf.checkpoint import state
from nbtf.checkpoint.bundle_writer import BundleWriter, merge_bundles
from nbtf.checkpoint.publish import _step_aside
from nbtf.checkpoint.reader import NewCheckpointReader, open_checkpoint
from nbtf.checkpoint.v1 import V1Writer

pytestmark = pytest.mark.interop

GRID = np.arange(28, dtype=np.float32).reshape(7, 4)
CUTS = {"7 4 0,3:0,4": GRID[:3], "7 4 3,2:0,4": GRID[3:5], "7 4 5,2:0,4": GRID[5:]}
TENSORS = {
    "bool": np.array([True, False]),
    "c128": np.array([[1 + 2j]], np.complex128),
    "c64": np.array([1 - 2j], np.complex64),
    "empty": np.zeros((0, 3), np.float32),
    "f16": np.array([1.5, -2], np.float16),
    "f64": np.array(3.25),
    "i16": np.array([-7], np.int16),
    "i32": np.array([1, -(2**31)], np.int32),
    "i64": np.array(2**40),
    "i8": np.array([-128], np.int8),
    "u8": np.array([255], np.uint8),
    "scope/long_" + "n" * 200: GRID[0],
}
STRINGS = np.array([[b"", b"one"], [b"x" * 300, b"\x00\xff"]], object)


@pytest.fixture(scope="module")
def tensorflow():
    """The calls that save, restore and merge, outside any graph of the test's own."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow.compat.v1 as tf

    def run(make):
        with tf.Graph().as_default(), tf.Session() as session:
            return session.run(make())

    def save(prefix, tensors, specs=None, op=tf.raw_ops.SaveV2):
        specs = specs or [""] * len(tensors)
        names, values = zip(*tensors, strict=True)
        if op is tf.raw_ops.SaveV2:
            return run(
                lambda: op(
                    prefix=prefix,
                    tensor_names=names,
                    shape_and_slices=specs,
                    tensors=[tf.constant(value) for value in values],
                )
            )
        return run(
            lambda: op(
                filename=prefix,
                tensor_names=names,
                shapes_and_slices=specs,
                data=[tf.constant(value) for value in values],
            )
        )

    def restore(prefix, name, spec, dtype):
        return run(
            lambda: tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=[name], shape_and_slices=[spec], dtypes=[dtype])
        )[0]

    def merge(prefixes, destination):
        run(lambda: tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=prefixes, destination_prefix=destination))

    return SimpleNamespace(tf=tf, save=save, restore=restore, merge=merge)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def assert_tensorflow_reads(tensorflow, prefix, tensors):
    reader = tensorflow.tf.train.NewCheckpointReader(prefix)
    ours = NewCheckpointReader(prefix)
    assert ours.get_variable_to_shape_map() == reader.get_variable_to_shape_map()
    types = {name: dtype.as_datatype_enum for name, dtype in reader.get_variable_to_dtype_map().items()}
    assert {name: int(dtype) for name, dtype in ours.get_variable_to_dtype_map().items()} == types
    for name, value in tensors.items():
        theirs = reader.get_tensor(name)
        np.testing.assert_array_equal(theirs, value)
        assert type(ours.get_tensor(name)) is type(theirs)
        assert tensorflow.tf.as_dtype(ours.get_tensor(name).dtype) == tensorflow.tf.as_dtype(theirs.dtype)


def test_v2_same_bytes(tensorflow, tmp_path):
    tensors = [*TENSORS.items(), ("strings", STRINGS), ("u32", np.array([2**32 - 1], np.uint32))]
    specs = [*[""] * len(tensors), *CUTS, "4 4 -:-"]
    pieces = [*(("cut", value) for value in CUTS.values()), ("whole", GRID[:4])]
    for folder in ("theirs", "ours"):
        (tmp_path / folder).mkdir()
    tensorflow.save(str(tmp_path / "theirs/m"), tensors + pieces, specs)
    with BundleWriter(str(tmp_path / "ours/m")) as writer:
        for (name, value), spec in zip(tensors + pieces, specs, strict=True):
            writer.add_slice(name, spec, value)
    assert contents(tmp_path / "ours") == contents(tmp_path / "theirs")
    expected = dict(tensors) | {"cut": GRID, "whole": GRID[:4]}
    assert_tensorflow_reads(tensorflow, str(tmp_path / "ours/m"), expected)
    np.testing.assert_array_equal(
        tensorflow.restore(str(tmp_path / "ours/m"), "cut", "7 4 2,3:1,2", "float32"), GRID[2:5, 1:3]
    )


def test_v2_index_of_several_blocks_has_the_same_bytes(tensorflow, tmp_path):
    random = np.random.default_rng(1)
    tensors = [(f"layer_{random.bytes(30).hex()}/w{number}", np.float32(number)) for number in range(6000)]
    for folder in ("theirs", "ours"):
        (tmp_path / folder).mkdir()
    with BundleWriter(str(tmp_path / "ours/m")) as writer:
        for name, value in tensors:
            writer.add(name, value)

    def save_all():
        tf = tensorflow.tf
        values = tf.unstack(tf.constant(np.arange(6000, dtype=np.float32)))
        return tf.raw_ops.SaveV2(
            prefix=str(tmp_path / "theirs/m"),
            tensor_names=[name for name, _ in tensors],
            shape_and_slices=[""] * 6000,
            tensors=values,
        )

    with tensorflow.tf.Graph().as_default(), tensorflow.tf.Session() as session:
        session.run(save_all())
    assert os.path.getsize(tmp_path / "theirs/m.index") > 262144
    assert contents(tmp_path / "ours") == contents(tmp_path / "theirs")


def test_merge_same_bytes(tensorflow, tmp_path):
    specs = list(CUTS)
    parts = [
        [("a", GRID, ""), ("cut", CUTS[specs[1]], specs[1])],
        [("b", GRID[0], "")],
        [("c", STRINGS, ""), ("cut", CUTS[specs[0]], specs[0]), ("cut", CUTS[specs[2]], specs[2])],
    ]
    for folder, merge in (("theirs", tensorflow.merge), ("ours", merge_bundles)):
        (tmp_path / folder).mkdir()
        prefixes = [str(tmp_path / folder / f"m_temp/part-{number}") for number in range(3)]
        for prefix, tensors in zip(prefixes, parts, strict=True):
            if folder == "theirs":
                tensorflow.save(prefix, [item[:2] for item in tensors], [item[2] for item in tensors])
                continue
            with BundleWriter(prefix) as writer:
                for name, value, spec in tensors:
                    writer.add_slice(name, spec, value)
        merge(prefixes, str(tmp_path / folder / "m"))
    assert contents(tmp_path / "ours") == contents(tmp_path / "theirs")
    expected = {"a": GRID, "b": GRID[0], "c": STRINGS, "cut": GRID}
    assert_tensorflow_reads(tensorflow, str(tmp_path / "ours/m"), expected)


def test_tensorflow_reads_a_checkpoint_that_stepped_aside(tensorflow, tmp_path):
    """What a save, killed halfway over another, leaves at the prefix."""
    prefix = str(tmp_path / "m")
    with BundleWriter(prefix) as writer:
        for name, value in TENSORS.items():
            writer.add(name, value)
    _step_aside(prefix, 1)
    os.remove(f"{prefix}.data-00000-of-00001")
    assert_tensorflow_reads(tensorflow, prefix, TENSORS)


def test_v1_same_bytes(tensorflow, tmp_path):
    save_slices = tensorflow.tf.raw_ops.SaveSlices
    whole = [*TENSORS.items(), ("strings", STRINGS), ("u16", np.array([65535], np.uint16))]
    cut = [("x", GRID[:4]), *(("cut", value) for value in CUTS.values()), ("a", GRID[:4])]
    for name, tensors, specs in [
        ("whole", whole[::-1], [""] * len(whole)),
        ("cut", cut, ["4 4 0,4:-", *CUTS, "4 4 -:-"]),
    ]:
        ours, theirs = tmp_path / name, tmp_path / f"{name}_theirs"
        tensorflow.save(str(theirs), tensors, specs, op=save_slices)
        with V1Writer(str(ours)) as writer:
            for (tensor, value), spec in zip(tensors, specs, strict=True):
                writer.add(tensor, value, spec)
        assert ours.read_bytes() == theirs.read_bytes()
    for tensor, value in whole:
        dtype = dtypes.as_dtype(value.dtype).name
        np.testing.assert_array_equal(tensorflow.restore(str(tmp_path / "whole"), tensor, "", dtype), value)
    np.testing.assert_array_equal(tensorflow.restore(str(tmp_path / "cut"), "cut", "", "float32"), GRID)


def test_v1_shards(tensorflow, tmp_path):
    for shard, (spec, value) in enumerate(CUTS.items()):
        with V1Writer(str(tmp_path / f"m-{shard:05d}-of-00003")) as writer:
            writer.add("cut", value, spec)
            writer.add(f"own{shard}", GRID)
    pattern = str(tmp_path / "m-?????-of-00003")
    np.testing.assert_array_equal(tensorflow.restore(pattern, "cut", "", "float32"), GRID)
    np.testing.assert_array_equal(tensorflow.restore(pattern, "cut", "7 4 2,2:-", "float32"), GRID[2:4])
    assert_tensorflow_reads(tensorflow, pattern, {f"own{shard}": GRID for shard in range(3)})


def test_quantized_and_bfloat16(tensorflow, tmp_path):
    prefix = str(tmp_path / "m")
    with BundleWriter(prefix) as writer:
        for dtype in sorted(dtypes.QUANTIZED_DTYPES, key=int):
            if not dtype._is_ref_dtype:
                writer.add(dtype.name, np.array([1, 2, 3], dtype.storage), dtype)
        writer.add("bfloat16", np.array([1.5, -2], dtypes.bfloat16.storage))
    reader, ours = tensorflow.tf.train.NewCheckpointReader(prefix), NewCheckpointReader(prefix)
    for name in reader.get_variable_to_shape_map():
        theirs = reader.get_tensor(name)
        assert ours.get_tensor(name).tobytes() == theirs.tobytes()
        assert ours.get_variable_to_dtype_map()[name].name == name


def test_state_file(tensorflow, tmp_path):
    with BundleWriter(str(tmp_path / "m-2")) as writer:
        writer.add("x", 1.0)
    state.update_checkpoint_state(str(tmp_path), str(tmp_path / "m-2"), [str(tmp_path / "m-1"), str(tmp_path / "m-2")])
    assert tensorflow.tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "m-2")
    theirs = tensorflow.tf.train.get_checkpoint_state(str(tmp_path))
    assert str(theirs) == str(state.get_checkpoint_state(str(tmp_path)))
    with open_checkpoint(state.latest_checkpoint(tmp_path)) as reader:
        assert reader.get_tensor("x") == 1.0
