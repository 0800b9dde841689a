"""Datasets of records of files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import reshape
from nbtf.data.base import AUTOTUNE, int64, metadata
from nbtf.data.datasets import Dataset
from nbtf.data.sources import sliced
from nbtf.data.structures import is_dataset, normalized
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec

_BUFFER_BYTES = 256 * 1024
_RECORD = TensorSpec([], dtypes.string)


class _OfFiles(Dataset):
    """The records of one file after the other, strings []; with num_parallel_reads in turns."""

    def __init__(
        self, filenames: Any, records: Callable[[Tensor], Tensor], parallel: int | None, name: str | None
    ) -> None:
        def read_one_file(filename: Tensor) -> Dataset:
            return Dataset(records(filename), _RECORD)

        made = _read(_dataset_of_names(filenames, name), read_one_file, parallel, name)
        super().__init__(made._variant_tensor, _RECORD)


def _dataset_of_names(filenames: Any, name: str | None) -> Any:
    if is_dataset(filenames):
        if filenames.output_types != dtypes.string:
            raise TypeError(
                f"The `filenames` argument must contain `tf.string` elements. Got {filenames.output_types!r}."
            )
        if not filenames.output_shapes.is_compatible_with([]):
            raise TypeError(
                f"The `filenames` argument must contain `tf.string` elements of shape [] (i.e. scalars). Got "
                f"{filenames.output_shapes}."
            )
        return filenames
    names = convert_to_tensor(filenames, dtypes.string)
    flat = reshape(names, [-1], name="flat_filenames")
    return sliced(normalized(flat), name, is_files=True)


def _read(names: Any, read_one_file: Any, parallel: int | None, name: str | None) -> Dataset:
    made: Dataset
    if parallel is None:
        made = names.flat_map(read_one_file, name=name)
    elif parallel == AUTOTUNE:
        made = names.interleave(read_one_file, cycle_length=10, num_parallel_calls=parallel, name=name)
    else:
        made = names._interleaved_by_legacy_op(read_one_file, parallel, sloppy=False, name=name)
    return made


def _compression(compression_type: Any) -> Tensor:
    value = "" if compression_type is None else compression_type
    return convert_to_tensor(value, dtypes.string, name="compression_type")


def _buffer(buffer_size: Any) -> Tensor:
    return int64(_BUFFER_BYTES if buffer_size is None else buffer_size, "buffer_size")


class TFRecordDataset(_OfFiles):
    """The records of TFRecord files, strings []."""

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        """filenames: names, or a dataset of names. compression_type: "", "ZLIB" or "GZIP".

        num_parallel_reads: so many files are read in turns. Raises TypeError for a dataset of anything but names.
        """

        def records(filename: Tensor) -> Tensor:
            made: Tensor = raw.TFRecordDataset(
                filename, _compression(compression_type), _buffer(buffer_size), metadata=metadata(name)
            )
            return made

        super().__init__(filenames, records, num_parallel_reads, name)


class TextLineDataset(_OfFiles):
    """The lines of text files, strings [], without what ends them."""

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        """As TFRecordDataset."""

        def records(filename: Tensor) -> Tensor:
            made: Tensor = raw.TextLineDataset(
                filename, _compression(compression_type), _buffer(buffer_size), metadata=metadata(name)
            )
            return made

        super().__init__(filenames, records, num_parallel_reads, name)


class FixedLengthRecordDataset(_OfFiles):
    """Records of record_bytes each of binary files, strings []."""

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: int | None = None,
        name: str | None = None,
    ) -> None:
        """header_bytes, footer_bytes: what each file has before and behind its records, 0 by default."""

        def records(filename: Tensor) -> Tensor:
            size = int64(record_bytes, "record_bytes")
            header, footer = int64(header_bytes or 0, "header_bytes"), int64(footer_bytes or 0, "footer_bytes")
            made: Tensor = raw.FixedLengthRecordDatasetV2(
                filename,
                header,
                size,
                footer,
                _buffer(buffer_size),
                _compression(compression_type),
                metadata=metadata(name),
            )
            return made

        super().__init__(filenames, records, num_parallel_reads, name)
