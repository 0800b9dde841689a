"""Readers of either format behind one interface, and TensorFlow's functions on top."""

import numpy as np
import pytest

from nbtf import dtypes, errors
from nbtf.checkpoint.bundle_writer import BundleWriter
from nbtf.checkpoint.reader import (
    CheckpointReader,
    NewCheckpointReader,
    list_variables,
    load_checkpoint,
    load_variable,
    open_checkpoint,
)

V2 = "ckpt/v2_single/model.ckpt-42"
V1 = "ckpt/v1/model.ckpt-42"
V1_SHARDED = "ckpt/v1_sharded/model.ckpt-42-?????-of-00003"
ALL = {V2: 2, "ckpt/v2_sharded/model.ckpt-42": 2, V1: 1, V1_SHARDED: 1}


@pytest.mark.parametrize("prefix", ALL)
def test_one_interface(golden, golden_values, prefix):
    expected = golden_values(prefix.split("/")[1])
    with open_checkpoint(golden / prefix) as reader:
        assert reader.version == ALL[prefix]
        assert reader.get_variable_to_shape_map() == {name: list(value.shape) for name, value in expected.items()}
        types = reader.get_variable_to_dtype_map()
        assert types["t_float16"] is dtypes.float16
        assert types["global_step"] is dtypes.int64
        for name, value in expected.items():
            assert reader.has_tensor(name)
            np.testing.assert_array_equal(reader.get_tensor(name).astype(value.dtype), value)
        assert not reader.has_tensor("q")
        whole = expected["part/w"]
        np.testing.assert_array_equal(reader.read_slice("part/w", "7 4 2,3:1,2"), whole[2:5, 1:3])
        np.testing.assert_array_equal(reader.read_slice("part/w", "7 4 3,2:0,4", dtypes.float32), whole[3:5])
        np.testing.assert_array_equal(reader.read_slice("part/w", "", dtypes.float32._as_ref), whole)
        assert reader.read_slice("empty", "0 4 -:0,2").shape == (0, 2)


@pytest.mark.parametrize(
    ("prefix", "missing", "other_type"),
    [
        (
            V2,
            "Key q not found in checkpoint",
            "tensor_name = t_float32; expected dtype int32 does not equal original dtype float",
        ),
        (
            V1,
            'Tensor name "q" not found in checkpoint files {prefix}',
            "Expected to restore a tensor of type int32, got a tensor of type float instead: tensor_name = t_float32",
        ),
    ],
)
def test_tensorflows_messages(golden, prefix, missing, other_type):
    with open_checkpoint(golden / prefix) as reader:
        for read in (lambda: reader.get_tensor("q"), lambda: reader.read_slice("q", "2 3 -:-")):
            with pytest.raises(errors.NotFoundError) as raised:
                read()
            assert raised.value.message == missing.format(prefix=golden / prefix)
        with pytest.raises(errors.InvalidArgumentError) as wrong:
            reader.read_slice("t_float32", "", dtypes.int32)
        assert wrong.value.message == other_type


@pytest.mark.parametrize("prefix", ["nothing/x", "", "[a]"])
def test_no_checkpoint(tmp_path, monkeypatch, prefix):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.NotFoundError) as raised:
        open_checkpoint(prefix)
    assert raised.value.message == (
        f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {prefix}"
    )


def test_what_is_no_checkpoint(golden, tmp_path):
    with pytest.raises(errors.DataLossError, match=r"index of the V2 checkpoint .*model.ckpt-42$"):
        open_checkpoint(f"{golden / V2}.index")
    for path in (tmp_path, golden / "ckpt/v2_single/values.npz"):
        pattern = "Unable to open table file .*perhaps your file is in a different file format"
        with pytest.raises((errors.DataLossError, errors.NotFoundError), match=f"{pattern}|Failed to find"):
            open_checkpoint(path)


def test_checksums_can_be_left_alone(golden, tmp_path):
    for suffix in (".index", ".data-00000-of-00001"):
        (tmp_path / f"m{suffix}").write_bytes((golden / f"{V2}{suffix}").read_bytes())
    data = tmp_path / "m.data-00000-of-00001"
    octets = bytearray(data.read_bytes())
    octets[0] ^= 1  # global_step lies first
    data.write_bytes(octets)
    with pytest.raises(errors.DataLossError, match="Checksum does not match"):
        open_checkpoint(tmp_path / "m").get_tensor("global_step")
    assert open_checkpoint(tmp_path / "m", verify=False).get_tensor("global_step") == 43


def test_debug_string(golden):
    lines = open_checkpoint(golden / V2).debug_string().split(b"\n")
    assert lines[0] == b"\x00part/w\x00\x01\x01\x02\x80\x83\x80\x84 (DT_FLOAT) [3,4]"
    assert lines[3] == b"empty (DT_FLOAT) [0,4]"
    assert b"t_bfloat16 (DT_BFLOAT16) [2,3]" in lines
    assert lines[-2:] == [b"t_uint8 (DT_UINT8) [2,3]", b""]
    assert len(lines) == 25
    for prefix in (V1, V1_SHARDED):
        lines = open_checkpoint(golden / prefix).debug_string().split(b"\n")
        assert b"part/w (DT_FLOAT) [7,4], 3 slices" in lines
        assert b"global_step (DT_INT64) []" in lines
        assert len(lines) == 17


def test_new_checkpoint_reader_gives_values_as_tensorflow(golden, tmp_path):
    reader = NewCheckpointReader(str(golden / V2).encode())
    assert isinstance(reader, CheckpointReader)
    assert type(reader.get_tensor("scalar")) is np.float32
    assert reader.get_tensor("scalar") == 3.25
    assert reader.get_tensor("t_string").dtype == object
    quantized = NewCheckpointReader(str(golden / "ckpt/v2_quantized/m")).get_tensor("qint8")
    assert quantized.dtype == dtypes.qint8.as_numpy_dtype
    assert quantized["qint8"].tolist() == [1, 2, 3]
    for prefix, words in ((V2, "Key q not found in checkpoint"), (V1, "q not found in checkpoint file")):
        reader = NewCheckpointReader(golden / prefix)
        assert reader.has_tensor(b"global_step")
        assert reader.get_tensor(b"global_step") == 42
        with pytest.raises(errors.NotFoundError, match=f"^{words}$"):
            reader.get_tensor("q")
    with BundleWriter(str(tmp_path / "m")) as writer:
        writer.add("s", b"text")
    assert NewCheckpointReader(tmp_path / "m").get_tensor("s") == b"text"


def test_list_and_load(golden, tmp_path):
    for source in (golden / V2, golden / "ckpt/v2_single"):
        assert list_variables(source)[:2] == [("empty", [0, 4]), ("global_step", [])]
        assert load_variable(source, "global_step:0") == 42
        assert load_variable(source, "scalar") == 3.25
        assert load_checkpoint(source).has_tensor("scalar")
    assert load_variable(golden / "ckpt/v1_sharded", "global_step") == 42
    assert load_variable(golden / "digits", "global_step") == 1125
    with pytest.raises(errors.NotFoundError, match="Key q not found in checkpoint"):
        load_variable(golden / V2, "q")
    with pytest.raises(errors.NotFoundError, match=r"Failed to find any matching files for .*missing"):
        list_variables(tmp_path / "missing")
    with pytest.raises(ValueError, match="Couldn't find 'checkpoint' file or checkpoints in given directory"):
        list_variables(tmp_path)
