"""Files: checkpoints of both formats, and whole files as strings. Python computes these ops."""

import os

import numpy as np

from nbtf.checkpoint.bundle_writer import BundleWriter, merge_bundles
from nbtf.checkpoint.publish import StagedFile, publish_file
from nbtf.checkpoint.reader import open_checkpoint
from nbtf.checkpoint.source import file_error
from nbtf.checkpoint.v1 import V1Writer, matching_files
from nbtf.graph.registry import op
from nbtf.shapes import check


def _path(name, value):
    """The only string of an input as a path."""
    check(value.size == 1, "{} should be a scalar, but has shape {}", name, value.shape)
    return os.fsdecode(value.reshape(-1)[0])


def _names(name, value, count):
    check(
        value.ndim == 1 and value.size == count,
        "{} should be a vector with one element for each of {} tensors, but has shape {}",
        name,
        count,
        value.shape,
    )
    return [os.fsdecode(item) for item in value]


# ---- checkpoints of format V2 ----------------------------------------------------------------------------------------


def _save_v2(call, prefix, tensor_names, shape_and_slices, *tensors):
    names = _names("tensor_names", tensor_names, len(tensors))
    specs = _names("shape_and_slices", shape_and_slices, len(tensors))
    with BundleWriter(_path("prefix", prefix)) as writer:
        for name, spec, tensor, dtype in zip(names, specs, tensors, call.attrs.dtypes, strict=True):
            writer.add_slice(name, spec, tensor, dtype)


@op("SaveV2")
class SaveV2:
    """Writes tensors to a checkpoint. prefix [], tensor_names [n], shape_and_slices [n], n tensors."""

    host = _save_v2


def _restore_v2(call, prefix, tensor_names, shape_and_slices):
    dtypes = call.attrs.dtypes
    names = _names("tensor_names", tensor_names, len(dtypes))
    specs = _names("shape_and_slices", shape_and_slices, len(dtypes))
    with open_checkpoint(_path("prefix", prefix)) as reader:
        return [reader.read_slice(name, spec, dtype) for name, spec, dtype in zip(names, specs, dtypes, strict=True)]


@op("RestoreV2")
class RestoreV2:
    """Reads tensors, or slices of them, from a checkpoint of either format. prefix [], tensor_names [n],
    shape_and_slices [n] -> n tensors."""

    host = _restore_v2


def _merge(call, checkpoint_prefixes, destination_prefix):
    prefixes = [os.fsdecode(prefix) for prefix in checkpoint_prefixes.reshape(-1)]
    destination = _path("destination_prefix", destination_prefix)
    merge_bundles(prefixes, destination, call.attrs.delete_old_dirs, call.attrs.allow_missing_files)


@op("MergeV2Checkpoints")
class MergeV2Checkpoints:
    """Makes one sharded checkpoint of several. checkpoint_prefixes [n], destination_prefix []."""

    host = _merge


# ---- checkpoints of format V1 ----------------------------------------------------------------------------------------


def _save_v1(call, filename, tensor_names, *tensors):
    _write_v1(call, filename, tensor_names, [""] * len(tensors), tensors)


def _save_slices(call, filename, tensor_names, shapes_and_slices, *tensors):
    specs = _names("shapes_and_slices", shapes_and_slices, len(tensors))
    _write_v1(call, filename, tensor_names, specs, tensors)


def _write_v1(call, filename, tensor_names, specs, tensors):
    names = _names("tensor_names", tensor_names, len(tensors))
    with V1Writer(_path("filename", filename)) as writer:
        for name, spec, tensor, dtype in zip(names, specs, tensors, call.attrs.T, strict=True):
            writer.add(name, tensor, spec, dtype)


@op("Save")
class Save:
    """Writes tensors to one file of format V1. filename [], tensor_names [n], n tensors."""

    host = _save_v1


@op("SaveSlices")
class SaveSlices:
    """Writes slices of tensors to one file of format V1. filename [], tensor_names [n], shapes_and_slices [n]."""

    host = _save_slices


def _restore(call, file_pattern, tensor_name, shape_and_slice=None):
    spec = "" if shape_and_slice is None else _path("shape_and_slice", shape_and_slice)
    with open_checkpoint(_path("file_pattern", file_pattern)) as reader:
        return reader.read_slice(_path("tensor_name", tensor_name), spec, call.attrs.dt)


@op("Restore", "RestoreSlice")
class Restore:
    """Reads a tensor, or a slice of one, from the files that file_pattern [] names. tensor_name [] -> tensor."""

    host = _restore


# ---- names of files --------------------------------------------------------------------------------------------------


def _sharded_filename(call, basename, shard, num_shards):
    return np.array(b"%s-%05d-of-%05d" % (os.fsencode(_path("basename", basename)), shard, num_shards), object)


@op("ShardedFilename")
class ShardedFilename:
    """The name of one shard's file: basename-00001-of-00002. All []."""

    host = _sharded_filename

    def shape(basename, shard, num_shards, out):
        for dims in (basename, shard, num_shards):
            check(len(dims) == 0, "Shape must be rank 0 but is rank {}", len(dims))


def _sharded_filespec(call, basename, num_shards):
    return np.array(b"%s-?????-of-%05d" % (os.fsencode(_path("basename", basename)), num_shards), object)


@op("ShardedFilespec")
class ShardedFilespec:
    """The pattern that all shards' files match: basename-?????-of-00002. All []."""

    host = _sharded_filespec

    def shape(basename, num_shards, out):
        for dims in (basename, num_shards):
            check(len(dims) == 0, "Shape must be rank 0 but is rank {}", len(dims))


def _matching(call, pattern):
    found = [path for one in pattern.reshape(-1) for path in matching_files(os.fsdecode(one))]
    return np.array([os.fsencode(path) for path in sorted(set(found))], object)


@op("MatchingFiles")
class MatchingFiles:
    """Sorted paths of the files that match patterns. pattern [] or [n] -> filenames [m]."""

    host = _matching
    stateful = True  # the folder may change between runs

    def shape():
        return (-1,)


# ---- whole files -----------------------------------------------------------------------------------------------------


def _read(call, filename):
    path = _path("filename", filename)
    try:
        with open(path, "rb") as file:
            return np.array(file.read(), object)
    except OSError as error:
        raise file_error(path, error) from None


@op("ReadFile")
class ReadFile:
    """What a file holds. filename [] -> contents []."""

    host = _read
    stateful = True  # the file may change between runs

    def shape(filename, out):
        check(len(filename) == 0, "Shape must be rank 0 but is rank {}", len(filename))


def _write(call, filename, contents):
    path = _path("filename", filename)
    check(contents.ndim == 0, "contents should be a scalar, but has shape {}", contents.shape)
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    except OSError as error:
        raise file_error(path, error) from None
    with StagedFile(path) as staged:
        staged.write(contents[()])
        staged.finish()
        publish_file(staged)


@op("WriteFile")
class WriteFile:
    """Makes a file hold contents, with the folders that lead to it; it appears whole. filename [], contents []."""

    host = _write
