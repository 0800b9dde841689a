"""Opening a checkpoint of either format, and TensorFlow's functions to look into one."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any, Protocol, Self

from nbtf import dtypes, errors
from nbtf.checkpoint.assemble import Array
from nbtf.checkpoint.bundle import BundleReader, index_path
from nbtf.checkpoint.slices import Shape
from nbtf.checkpoint.state import latest_checkpoint
from nbtf.checkpoint.v1 import V1Reader


class Format(Protocol):
    """What both formats' readers have."""

    def names(self) -> list[str]: ...
    def has_tensor(self, name: str) -> bool: ...
    def dtype(self, name: str) -> dtypes.DType: ...
    def shape(self, name: str) -> Shape: ...
    def check_dtype(self, name: str, dtype: dtypes.DType) -> None: ...
    def get_tensor(self, name: str) -> Array: ...
    def read_slice(self, name: str, spec: str) -> Array: ...
    def describe(self) -> bytes: ...
    def close(self) -> None: ...


def _text(path: str | bytes | os.PathLike[str]) -> str:
    return os.fsdecode(path)


class CheckpointReader:
    """A checkpoint of either format, open for reading; safe to use from several threads.

    Arrays come in the dtype's storage type (int8 for qint8, object arrays of bytes for string) and in memory of their
    own. Unknown names raise NotFoundError, damaged files DataLossError.
    """

    def __init__(self, prefix: str | bytes | os.PathLike[str], verify: bool = True) -> None:
        """prefix: of a V2 checkpoint; path or pattern of a V1 checkpoint. verify: whether checksums are compared.

        Raises NotFoundError where neither exists, DataLossError where one is damaged.
        """
        self.prefix = _text(prefix)
        self._format: Format
        if os.path.exists(index_path(self.prefix)):
            self._format = BundleReader(self.prefix, verify)
        else:
            self._format = V1Reader(self.prefix, verify)

    @property
    def version(self) -> int:
        """1 or 2, of the format."""
        return 2 if isinstance(self._format, BundleReader) else 1

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """name -> full shape, of every tensor."""
        return {name: list(self._format.shape(name)) for name in self._format.names()}

    def get_variable_to_dtype_map(self) -> dict[str, dtypes.DType]:
        """name -> dtype, of every tensor."""
        return {name: self._format.dtype(name) for name in self._format.names()}

    def has_tensor(self, name: str) -> bool:
        return self._format.has_tensor(name)

    def get_tensor(self, name: str) -> Array:
        """The whole tensor; the slices of a partitioned one are joined."""
        return self._format.get_tensor(name)

    def read_slice(self, name: str, spec: str, dtype: dtypes.DType | None = None) -> Array:
        """What RestoreV2 reads for a shape_and_slice spec: ``7 4 0,3:-`` is rows 0 to 2 of a [7,4] tensor, "" all of
        it.

        Raises InvalidArgumentError where the spec does not fit, or the tensor is not of ``dtype``.
        """
        if dtype is not None:
            self._format.check_dtype(name, dtype.base_dtype)
        return self._format.read_slice(name, spec)

    def debug_string(self) -> bytes:
        """Lines of name, dtype and shape."""
        return self._format.describe()

    def close(self) -> None:
        self._format.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_checkpoint(prefix: str | bytes | os.PathLike[str], verify: bool = True) -> CheckpointReader:
    """The checkpoint at ``prefix``, in whichever format it is (see `CheckpointReader`)."""
    return CheckpointReader(prefix, verify)


class NewCheckpointReader(CheckpointReader):
    """tf.train.NewCheckpointReader: values as TensorFlow's Python gives them.

    A tensor of rank 0 is a numpy scalar or bytes, a quantized one has numpy's structured dtype. Unlike TensorFlow's, it
    also joins the slices of partitioned tensors in V1 files.
    """

    def __init__(self, filepattern: str | bytes | os.PathLike[str]) -> None:
        super().__init__(filepattern)

    def has_tensor(self, tensor_str: str | bytes) -> bool:
        return super().has_tensor(_text(tensor_str))

    def get_tensor(self, tensor_str: str | bytes) -> Any:
        name = _text(tensor_str)
        if self.version == 1 and not super().has_tensor(name):
            raise errors.NotFoundError(None, None, f"{name} not found in checkpoint file")
        dtype = self._format.dtype(name)
        array = super().get_tensor(name)
        if dtype.is_quantized:
            array = array.view(dtype.as_numpy_dtype)
        return array if array.ndim else array[()]


def load_checkpoint(ckpt_dir_or_file: str | bytes | os.PathLike[str]) -> NewCheckpointReader:
    """tf.train.load_checkpoint: of a prefix, or the latest checkpoint of a folder.

    Raises ValueError where the folder has none.
    """
    path = _text(ckpt_dir_or_file)
    prefix = latest_checkpoint(path) if os.path.isdir(path) else path
    if prefix is None:
        raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}")
    return NewCheckpointReader(prefix)


def load_variable(ckpt_dir_or_file: str | bytes | os.PathLike[str], name: str) -> Any:
    """tf.train.load_variable: the value of tensor ``name``, with or without ``:0``."""
    with load_checkpoint(ckpt_dir_or_file) as reader:
        return reader.get_tensor(name.removesuffix(":0"))


def list_variables(ckpt_dir_or_file: str | bytes | os.PathLike[str]) -> list[tuple[str, list[int]]]:
    """tf.train.list_variables: (name, shape) of every tensor, sorted by name."""
    with load_checkpoint(ckpt_dir_or_file) as reader:
        return sorted(reader.get_variable_to_shape_map().items())
