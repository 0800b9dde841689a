"""Datasets of the records of CSV files."""

from __future__ import annotations

import collections
import csv
import gzip
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.data.base import AUTOTUNE, int64, new_dataset
from nbtf.data.datasets import Dataset
from nbtf.data.experimental.reading import read_in_turns, shuffled_and_repeated
from nbtf.data.files import compression_tensor
from nbtf.data.sources import mapped_in_order
from nbtf.gfile.folders import glob
from nbtf.graph.conversion import constant, convert_n_to_tensor, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec

_BUFFER_BYTES = 4 * 1024 * 1024
_FIELD_TYPES = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)


class CsvDataset(Dataset):
    """The records of CSV files, tuples of scalars."""

    def __init__(
        self,
        filenames: Any,
        record_defaults: Sequence[Any],
        compression_type: Any = None,
        buffer_size: Any = None,
        header: Any = False,
        field_delim: Any = ",",
        use_quote_delim: Any = True,
        na_value: Any = "",
        select_cols: Any = None,
    ) -> None:
        """record_defaults: for each column its dtype, where it is required, or what stands for a missing field.

        compression_type: "", "ZLIB" or "GZIP". header: the first line of each file is none of the records. na_value: what
        stands for a missing field beside the empty one. select_cols: the columns that are wanted, int64 [n], all by
        default. A run fails for records with other fields.
        """
        names = convert_to_tensor(filenames, dtypes.string, name="filenames")
        compression = compression_tensor(compression_type)
        defaults = convert_n_to_tensor([_default(one) for one in record_defaults], name="record_defaults")
        made = new_dataset(
            raw.CSVDatasetV2,
            names,
            compression,
            int64(_BUFFER_BYTES if buffer_size is None else buffer_size, "buffer_size"),
            convert_to_tensor(header, dtypes.bool, name="header"),
            convert_to_tensor(field_delim, dtypes.string, name="field_delim"),
            convert_to_tensor(use_quote_delim, dtypes.bool, name="use_quote_delim"),
            convert_to_tensor(na_value, dtypes.string, name="na_value"),
            int64([] if select_cols is None else select_cols, "select_cols"),
            defaults,
            int64([], "exclude_cols"),
            spec=tuple(TensorSpec([], default.dtype) for default in defaults),
        )
        super().__init__(made._variant_tensor, made.element_spec)


def _default(value: Any) -> Any:
    """What a column has where a field is missing: nothing, for a dtype."""
    if isinstance(value, Tensor):
        return value
    try:
        dtype = dtypes.as_dtype(value)
    except (TypeError, ValueError):
        return value
    return constant([], dtype) if dtype in _FIELD_TYPES else value


def make_csv_dataset(
    file_pattern: Any,
    batch_size: Any,
    column_names: Sequence[str] | None = None,
    column_defaults: Sequence[Any] | None = None,
    label_name: str | None = None,
    select_columns: Sequence[Any] | None = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: Any = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: Any = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: Any = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """A dataset of batches of the records of CSV files: name -> column [n], or a pair of that and the column label_name.

    column_names: by default the first line of the files. column_defaults: as CsvDataset's record_defaults; by default
    zeros of the dtypes that the first num_rows_for_inference records seem to have. select_columns: names or numbers of
    the columns that are wanted. num_epochs: how often all records come, by default without end; then, every batch is
    full. ignore_errors: records that are refused are left out. compression_type: "GZIP" or "" where files are probed.

    Raises ValueError where no file fits the pattern, for names that come twice or that there are not, and for files
    with other names.
    """
    names = _matching(file_pattern)
    files: Any = Dataset.from_tensor_slices(names)
    if shuffle:
        files = files.shuffle(len(names), shuffle_seed)
    probed = _Probed(names, field_delim, use_quote_delim, na_value, header, encoding)
    if column_names is None or column_defaults is None:
        probed.is_compressed = _is_gzip(compression_type)
    if column_names is None:
        if not header:
            raise ValueError("Expected `column_names` or `header` arguments. Neither is provided.")
        column_names = probed.column_names()
    if twice := _coming_twice(column_names):
        raise ValueError(f"Either `column_names` argument or CSV header row contains duplicate column names: {twice}.")
    selected = None if select_columns is None else _numbers(select_columns, column_names)
    if column_defaults is not None:
        defaults = [_default(one) for one in column_defaults]
    else:
        defaults = probed.defaults(len(column_names), num_rows_for_inference, selected)
    if selected is not None:
        if len(defaults) != len(selected):
            raise ValueError(
                "If specified, `column_defaults` and `select_columns` must have the same length: `column_defaults` has "
                f"length {len(defaults)}, `select_columns` has length {len(selected)}."
            )
        column_names = [column_names[i] for i in selected]
    if label_name is not None and label_name not in column_names:
        raise ValueError(f"`label_name` provided must be one of the columns: {column_names}. Received: {label_name}.")

    # its name is part of the graph, as of TensorFlow's
    def filename_to_dataset(filename: Tensor) -> Dataset:
        settings = {"field_delim": field_delim, "use_quote_delim": use_quote_delim, "na_value": na_value}
        settings |= {"select_cols": selected, "header": header, "compression_type": compression_type}
        made: Dataset = CsvDataset(filename, defaults, **settings)
        return made.ignore_errors() if ignore_errors else made

    def map_fn(*columns: Tensor) -> Any:
        features = collections.OrderedDict(zip(column_names, columns, strict=True))
        return features if label_name is None else (features, features.pop(label_name))

    rows = read_in_turns(files, filename_to_dataset, num_parallel_reads, sloppy)
    rows = shuffled_and_repeated(rows, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
    batches = rows.batch(batch_size, drop_remainder=num_epochs is None)
    return mapped_in_order(batches, map_fn).prefetch(AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size)


def _matching(file_pattern: Any) -> list[str]:
    """Files that fit a pattern, or one of a list, in order."""
    if isinstance(file_pattern, list) and not file_pattern:
        raise ValueError("Argument `file_pattern` should not be empty.")
    patterns = file_pattern if isinstance(file_pattern, list) else [file_pattern]
    names = [name for pattern in patterns for name in glob(pattern)]
    if not names:
        raise ValueError(f"No files match `file_pattern` {file_pattern}.")
    return sorted(names)


def _is_gzip(compression_type: Any) -> bool:
    """Whether files that are probed are compressed. Raises ValueError for what cannot be probed."""
    if compression_type is None:
        return False
    if compression_type == "ZLIB":
        raise ValueError(f"`compression_type` {compression_type} is not supported for probing columns.")
    if isinstance(compression_type, Tensor) or compression_type not in ("GZIP", ""):
        raise ValueError(
            f"Received unknown `compression_type` {compression_type}. Expected: GZIP, ZLIB or  (empty string)."
        )
    return bool(compression_type == "GZIP")


def _coming_twice(names: Sequence[Any]) -> set[Any]:
    return {one for one, other in itertools.pairwise(sorted(names)) if one == other}


def _numbers(columns: Sequence[Any], names: Sequence[str]) -> list[int]:
    """The numbers of columns, given by name or number, in order."""
    numbers = {name: i for i, name in enumerate(names)}
    found = []
    for column in columns:
        if isinstance(column, int):
            if not 0 <= column < len(names):
                raise ValueError(
                    f"Column index {column} specified in `select_columns` should be > 0  and <= {len(names)}, which is "
                    "the number of columns."
                )
            found.append(column)
        elif column not in numbers:
            raise ValueError(
                f"Column {column} specified in `select_columns` must be of one of the columns: {numbers.keys()}."
            )
        else:
            found.append(numbers[column])
    if len(set(found)) != len(found):
        raise ValueError(f"The `select_columns` argument contains duplicate columns: {_coming_twice(found)}.")
    return sorted(found)


class _Probed:
    """What the files themselves tell of their columns."""

    def __init__(
        self, names: list[str], delimiter: str, quotes: bool, na_value: str, has_header: bool, encoding: str
    ) -> None:
        self._names, self._na_value, self._has_header, self._encoding = names, na_value, has_header, encoding
        self._form: Any = {"delimiter": delimiter, "quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE}
        self.is_compressed = False

    def _rows(self, name: str) -> Iterator[list[str]]:
        opener: Any = gzip.open if self.is_compressed else open
        with opener(name, "rt", encoding=self._encoding, newline="") as file:
            yield from csv.reader(file, **self._form)

    def column_names(self) -> list[str]:
        """The first line, which is the same in all files."""
        first: list[str] | None = None
        for name in self._names:
            found = next(self._rows(name), None)
            if found is None:
                raise ValueError(f"Failed when reading the header line of {name}. Is it an empty file?")
            first = found if first is None else first
            if found != first:
                raise ValueError(
                    "All input CSV files should have the same column names in the header row. File "
                    f"{name} has different column names."
                )
        assert first is not None
        return first

    def defaults(self, count: int, most_rows: int | None, selected: list[int] | None) -> list[Tensor]:
        """A zero or an empty text a column, of the least general dtype that the fields of some records have."""
        columns = range(count) if selected is None else selected
        found: list[Any] = [None] * len(columns)
        for row in itertools.islice(self._records(count), most_rows):
            found = [
                _least_general(row[column], self._na_value, dtype) for column, dtype in zip(columns, found, strict=True)
            ]
        kinds = [dtypes.string if dtype is None else dtype for dtype in found]
        return [constant(["" if dtype == dtypes.string else 0], dtype) for dtype in kinds]

    def _records(self, count: int) -> Iterator[list[str]]:
        for name in self._names:
            for number, row in enumerate(self._rows(name), start=1):
                if number == 1 and self._has_header:
                    continue
                if len(row) != count:
                    raise ValueError(
                        f"Problem inferring types: CSV row {number} has {len(row)} number of fields. Expected: {count}."
                    )
                yield row


_FROM_LEAST_GENERAL = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.string)


def _least_general(text: str, na_value: str, before: Any) -> Any:
    """The dtype of a field, as general as what was seen before; a missing field tells nothing."""
    if text in ("", na_value):
        return before
    first = 0 if before is None else _FROM_LEAST_GENERAL.index(before)
    return next(dtype for dtype in _FROM_LEAST_GENERAL[first:] if _is_of(text, dtype))


def _is_of(text: str, dtype: Any) -> bool:
    if dtype == dtypes.string:
        return True
    try:
        if dtype.is_integer:
            return bool(dtype.min <= int(text) <= dtype.max)
        with np.errstate(over="ignore"):
            return bool(dtype.as_numpy_dtype(text) < np.inf)
    except ValueError:
        return False
