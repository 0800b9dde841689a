"""Datasets of the records of CSV files. Python computes these ops.

Files are read as RFC 4180 has them: a quoted field may hold delimiters, ends of lines and doubled quotes. A record that is
refused does not end those behind it.
"""

import re

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.arrays import type_name
from nbtf.errors import InvalidArgumentError
from nbtf.ops.codec import check_defaults, number_of_field
from nbtf.ops.dataset_files import PIECE_BYTES, file_names, known_compression, opened
from nbtf.ops.dataset_values import Dataset, makes_dataset
from nbtf.shapes import check

_UNCLOSED = "Reached end of file without closing quoted field in record"
_STRAY = "Unquoted fields cannot have quotes inside"
_NOT_ESCAPED = "Quote inside a string has to be escaped by another quote"


class _Records:
    """The records of one file, lists of fields; a field that cannot be read is the text of what is wrong with it."""

    def __init__(self, source, delimiter, quotes):
        self._source = source
        self._delimiter, self._quotes = delimiter, quotes
        self._unquoted_end = re.compile(b"[\r\n" + re.escape(delimiter) + b"]")
        self._data, self._at = b"", 0

    def __iter__(self):
        return self

    def __next__(self):
        if 2 * self._at > len(self._data):  # what was read is dropped seldom, since the rest is copied
            self._data, self._at = self._data[self._at :], 0
        start, end = self._at, self._found(b"\n", self._at)
        if start == len(self._data):
            raise StopIteration
        line = self._data[start:] if end < 0 else self._data[start:end].removesuffix(b"\r")
        if b"\r" in line or (self._quotes and b'"' in line):
            return self._fields()
        self._at = len(self._data) if end < 0 else end + 1
        return line.split(self._delimiter)

    def _found(self, text, at):
        """Where the text begins, from `at` on; -1 where it does not come."""
        while (place := self._data.find(text, at)) < 0 and self._reads_on():
            pass
        return place

    def _reads_on(self):
        piece = self._source.read(PIECE_BYTES)
        self._data += piece
        return bool(piece)

    def _byte(self, at):
        if at >= len(self._data):
            self._reads_on()
        return self._data[at : at + 1]

    def _fields(self):
        fields, is_last = [], False
        while not is_last:
            is_quoted = self._quotes and self._byte(self._at) == b'"'
            fields.append(self._quoted() if is_quoted else self._unquoted())
            end = self._byte(self._at)
            self._at += 1
            if end == b"\r" and self._byte(self._at) == b"\n":
                self._at += 1
            is_last = end != self._delimiter
        return fields

    def _unquoted(self):
        start = self._at
        while (end := self._unquoted_end.search(self._data, start)) is None and self._reads_on():
            pass
        self._at = len(self._data) if end is None else end.start()
        field = self._data[start : self._at]
        return _STRAY if self._quotes and b'"' in field else field

    def _quoted(self):
        """A field without its quotes; a doubled quote stands for one."""
        parts, at, wrong = [], self._at + 1, None
        while True:
            end = self._found(b'"', at)
            if end < 0:
                self._at = len(self._data)
                return wrong or _UNCLOSED
            parts.append(self._data[at:end])
            follows = self._byte(end + 1)
            if follows in (b"", b"\r", b"\n", self._delimiter):
                self._at = end + 1
                return wrong or b"".join(parts)
            if follows != b'"':
                wrong = _NOT_ESCAPED
            parts.append(b'"')
            at = end + 2


class _Columns:
    """What becomes of a record: an element, of the columns that are wanted."""

    def __init__(self, call, select_cols, exclude_cols, na_value, defaults):
        self._origin = call.node.origin
        self._dtypes = call.attrs.output_types
        self._storages = [dtype.storage for dtype in self._dtypes]
        self._selected, self._excluded = frozenset(select_cols.tolist()), frozenset(exclude_cols.tolist())
        self._missing = (b"", na_value)
        self._defaults = [default.reshape(-1) for default in defaults]

    def __call__(self, fields):
        element = []
        for column, text in enumerate(fields):
            if isinstance(text, str):
                self._refuse(text)
            if column not in self._excluded and (not self._selected or column in self._selected):
                element.append(self._component(len(element), text))
        if len(element) != len(self._dtypes):
            self._refuse(f"Expect {len(self._dtypes)} fields but have {len(element)} in record")
        return tuple(element)

    def _component(self, i, text):
        if i == len(self._dtypes):
            self._refuse(f"Expect {i} fields but have more in record")
        if text in self._missing:
            if len(self._defaults[i]) != 1:
                self._refuse(f"Field {i} is required but missing in record!")
            return self._defaults[i].reshape(())
        dtype = self._dtypes[i]
        value = text if dtype == dtypes.string else number_of_field(text, dtype)
        if value is None:
            self._refuse(f"Field {i} in record is not a valid {type_name(dtype)}: {text.decode(errors='replace')}")
        return np.array(value, self._storages[i])

    def _refuse(self, message):
        raise InvalidArgumentError(None, self._origin, message)


class _Elements:
    """The elements of one file after the other."""

    def __init__(self, call, names, compression, has_header, delimiter, quotes, columns):
        self._origin = call.node.origin
        self._names, self._compression, self._has_header = iter(names), compression, has_header
        self._delimiter, self._quotes, self._columns = delimiter, quotes, columns
        self._file, self._records = None, iter(())

    def __iter__(self):
        return self

    def __next__(self):
        while (fields := next(self._records, None)) is None:
            if self._file is not None:
                self._file.close()
            self._open(next(self._names))
        return self._columns(fields)

    def _open(self, name):
        self._file, source = opened(name, self._compression)
        self._records = _Records(source, self._delimiter, self._quotes)
        if self._has_header and next(self._records, None) is None:
            raise InvalidArgumentError(None, self._origin, "Can't read header of file")


def _check_columns(select_cols, exclude_cols, count):
    check(select_cols.size in (0, count), "select_cols should match output size")
    for name, columns in (("select_cols", select_cols), ("exclude_cols", exclude_cols)):
        check((np.diff(columns) > 0).all(), "{} should be strictly increasing indices", name)
        check((columns >= 0).all(), "{} should be non-negative indices", name)
    check(select_cols.size == 0 or exclude_cols.size == 0, "Either select_cols or exclude_cols should be empty")


def _of_defaults(record_defaults):
    check_defaults(record_defaults)
    return ()


def _csv(
    call, filenames, compression_type, buffer_size, header, field_delim, quotes, na_value, select, defaults, exclude
):
    names, compression = file_names(filenames), known_compression(compression_type)
    check(buffer_size > 0, "buffer_size should be positive")
    check(len(field_delim[()]) == 1, "field_delim should be only 1 char")
    _check_columns(select, exclude, len(defaults))
    columns = _Columns(call, select, exclude, na_value[()], [default.copy() for default in defaults])
    settings = compression, bool(header), field_delim[()], bool(quotes), columns
    return Dataset(call, lambda iteration: _Elements(call, names, *settings))


@makes_dataset("CSVDataset", shape=_of_defaults)
def _csv_dataset(call, *inputs):
    """The fields of the records of CSV files, those of select_cols or all; what is missing is record_defaults."""
    *settings, select_cols = inputs[:8]
    return _csv(call, *settings, select_cols, inputs[8:], np.zeros(0, np.int64))


@makes_dataset("CSVDatasetV2", shape=_of_defaults)
def _csv_dataset_v2(call, *inputs):
    """As CSVDataset, but for the columns exclude_cols."""
    *settings, select_cols = inputs[:8]
    return _csv(call, *settings, select_cols, inputs[8:-1], inputs[-1])
