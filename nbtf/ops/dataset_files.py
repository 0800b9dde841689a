"""Datasets of records of files. Python computes these ops."""

import io
import os
from pathlib import Path

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.source import file_error
from nbtf.ops.dataset_values import Dataset, makes_dataset
from nbtf.shapes import check
from nbtf.tensor_shape import TensorShape
from nbtf.wire import records

_WINDOW_BITS = {b"": None, b"ZLIB": 15, b"GZIP": 31}


def file_names(filenames):
    check(filenames.ndim <= 1, "`filenames` must be a scalar or a vector.")
    return [os.fsdecode(name) for name in filenames.reshape(-1)]


def opened(path, compression):
    """The file's bytes, inflated as they are read."""
    try:
        file = Path(path).open("rb")
    except OSError as error:
        raise file_error(path, error) from None
    bits = _WINDOW_BITS[compression]
    return file, file if bits is None else records.Inflated(file, bits)


def window_bits(compression):
    """What zlib is told of a way to compress; None where nothing is compressed."""
    return _WINDOW_BITS[compression]


def known_compression(compression_type):
    compression = compression_type[()]
    check(compression in _WINDOW_BITS, "Unsupported compression_type: {}.", compression.decode(errors="replace"))
    return compression


def _dataset(call, filenames, compression_type, records_of):
    """The records of all files, strings []; records_of(source) -> those of one."""
    names, compression = file_names(filenames), known_compression(compression_type)

    def elements(iteration):
        for name in names:
            file, source = opened(name, compression)
            with file:
                for record in records_of(source):
                    yield (np.array(record, object),)

    return Dataset(call, elements, dtypes=[dtypes.string], shapes=[TensorShape([])])


@makes_dataset("TFRecordDataset", "TFRecordDatasetV2")
def _tf_records(call, filenames, compression_type, buffer_size, byte_offsets=None):
    """The records of TFRecord files."""
    check(buffer_size >= 0, "`buffer_size` must be >= 0 (0 == no buffering)")
    check(byte_offsets is None or not byte_offsets.any(), "TFRecord files are read from their start only")
    return _dataset(call, filenames, compression_type, records.read_records)


PIECE_BYTES = 1 << 18


def _lines(source):
    """Carriage returns are left out wherever they stand, as by TensorFlow."""
    rest = b""
    while piece := source.read(PIECE_BYTES):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.replace(b"\r", b"")
    if rest:
        yield rest.replace(b"\r", b"")


@makes_dataset("TextLineDataset")
def _text_lines(call, filenames, compression_type, buffer_size):
    """The lines of text files, without what ends them."""
    check(buffer_size >= 0, "`buffer_size` must be >= 0 (0 == default)")
    return _dataset(call, filenames, compression_type, _lines)


def _fixed_length(call, filenames, header_bytes, record_bytes, footer_bytes, compression_type):
    for name, number, least in (
        ("header_bytes", header_bytes, 0),
        ("record_bytes", record_bytes, 1),
        ("footer_bytes", footer_bytes, 0),
    ):
        check(number >= least, "`{}` must be {}", name, ">= 0" if least == 0 else "> 0")
    header, size, footer = int(header_bytes), int(record_bytes), int(footer_bytes)

    def records_of(source):
        data = io.BytesIO(b"".join(iter(lambda: source.read(PIECE_BYTES), b"")))
        body = data.getbuffer()[header : len(data.getbuffer()) - footer]
        check(
            len(body) % size == 0,
            "Excluding the header ({} bytes) and footer ({} bytes), input file has body length {} bytes, "
            "which is not an exact multiple of the record length ({} bytes).",
            header,
            footer,
            len(body),
            size,
        )
        return (bytes(body[at : at + size]) for at in range(0, len(body), size))

    return _dataset(call, filenames, compression_type, records_of)


@makes_dataset("FixedLengthRecordDataset")
def _fixed_length_records(call, filenames, header_bytes, record_bytes, footer_bytes, buffer_size):
    """Records of record_bytes each, between a header and a footer."""
    return _fixed_length(call, filenames, header_bytes, record_bytes, footer_bytes, np.array(b"", object))


@makes_dataset("FixedLengthRecordDatasetV2")
def _fixed_length_records_v2(call, filenames, header_bytes, record_bytes, footer_bytes, buffer_size, compression_type):
    """Records of record_bytes each, between a header and a footer."""
    return _fixed_length(call, filenames, header_bytes, record_bytes, footer_bytes, compression_type)
