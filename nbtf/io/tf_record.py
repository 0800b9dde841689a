"""Reading and writing TFRecord files."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO, ClassVar, Self

from nbtf import errors
from nbtf.checkpoint.source import file_error
from nbtf.wire import records

Path = str | bytes | os.PathLike[str]


class TFRecordCompressionType:
    """Numbers of the ways to compress."""

    NONE = 0
    ZLIB = 1
    GZIP = 2


_NAMES = {
    TFRecordCompressionType.NONE: "",
    TFRecordCompressionType.ZLIB: "ZLIB",
    TFRecordCompressionType.GZIP: "GZIP",
    "ZLIB": "ZLIB",
    "GZIP": "GZIP",
    "": "",
    None: "",
}


class TFRecordOptions:
    """How the records of a file are compressed. The fields are zlib's; None leaves TensorFlow's defaults."""

    compression_type_map: ClassVar[dict[int, str]] = {n: name for n, name in _NAMES.items() if isinstance(n, int)}

    def __init__(
        self,
        compression_type: int | str | TFRecordOptions | None = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        """compression_type: "ZLIB", "GZIP", "", or a TFRecordCompressionType. Raises ValueError for another."""
        self.get_compression_type_string(compression_type)
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """ "", "ZLIB" or "GZIP" of options, a name, a number or None."""
        if isinstance(options, TFRecordOptions):
            return cls.get_compression_type_string(options.compression_type)
        try:
            return _NAMES[options]
        except (KeyError, TypeError):
            raise ValueError(f'Not a valid compression_type: "{options}"') from None

    def _deflater(self) -> Any:
        """A zlib compressor, None where nothing is compressed."""
        name = self.get_compression_type_string(self)
        if not name:
            return None
        bits = self.window_bits or (31 if name == "GZIP" else 15)
        level = -1 if self.compression_level is None else self.compression_level
        return zlib.compressobj(level, zlib.DEFLATED, bits, self.mem_level or 9, self.compression_strategy or 0)


def _options(options: Any) -> TFRecordOptions:
    return options if isinstance(options, TFRecordOptions) else TFRecordOptions(options)


class TFRecordWriter:
    """Writes records to a file, which is made anew. A context manager, which closes the file."""

    def __init__(self, path: Path, options: TFRecordOptions | str | None = None) -> None:
        """options: TFRecordOptions, or a compression type. Raises NotFoundError where the folder is missing."""
        self._path = os.fsdecode(path)
        self._deflater = _options(options)._deflater()
        try:
            self._file: BinaryIO | None = open(self._path, "wb")  # noqa: SIM115 - lives as long as this object
        except OSError as error:
            raise file_error(self._path, error) from None

    def write(self, record: bytes | str) -> None:
        """Appends a record. Raises FailedPreconditionError once the file is closed."""
        if not isinstance(record, (bytes, bytearray, memoryview, str)):
            raise TypeError(f"a record is bytes, not {type(record).__name__}: {record!r}")
        self._put(records.framed(record.encode() if isinstance(record, str) else bytes(record)))

    def flush(self) -> None:
        """What was written so far can be read from the file."""
        file = self._open_file()
        try:
            if self._deflater is not None:
                file.write(self._deflater.flush(zlib.Z_SYNC_FLUSH))
            file.flush()
        except OSError as error:
            raise file_error(self._path, error) from None

    def close(self) -> None:
        """Finishes the file; closing it again does nothing."""
        if self._file is None:
            return
        file, self._file = self._file, None
        try:
            if self._deflater is not None:
                file.write(self._deflater.flush())
            file.close()
        except OSError as error:
            raise file_error(self._path, error) from None

    def _put(self, data: bytes) -> None:
        file = self._open_file()
        try:
            file.write(data if self._deflater is None else self._deflater.compress(data))
        except OSError as error:
            raise file_error(self._path, error) from None

    def _open_file(self) -> BinaryIO:
        if self._file is None:
            raise errors.FailedPreconditionError(None, None, "Writer is closed.")
        return self._file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_file", None) is not None:
            self.close()


def tf_record_iterator(path: Path, options: TFRecordOptions | str | None = None) -> Iterator[bytes]:
    """The records of a file, in order.

    Raises NotFoundError at once where there is no file, DataLossError at a damaged record. A file that ends within a
    record's header, as one that is still being written may, ends before that record.
    """
    name = TFRecordOptions.get_compression_type_string(options)
    text = os.fsdecode(path)
    try:
        file = open(text, "rb")  # noqa: SIM115 - the generator closes it
    except OSError as error:
        raise file_error(text, error) from None
    return _records(file, name)


def _records(file: BinaryIO, compression: str) -> Iterator[bytes]:
    with file:
        source: records.Source = file
        if compression:
            source = records.Inflated(file, 31 if compression == "GZIP" else 15)
        yield from records.read_records(source)
