"""Tables of a vocabulary: words to their numbers, and numbers to words."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.shapes import size
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.lookup.initializers import (
    KeyValueTensorInitializer,
    TextFileIdTableInitializer,
    TextFileIndex,
    TextFileStringTableInitializer,
)
from nbtf.lookup.tables import FastHashSpec, HasherSpec, IdTableWithHashBuckets, LookupInterface, StaticHashTable
from nbtf.math.casting import cast


def index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
    key_column_index: int = TextFileIndex.WHOLE_LINE,
    value_column_index: int = TextFileIndex.LINE_NUMBER,
    delimiter: str = "\t",
) -> LookupInterface:
    """Words to the numbers of their lines in a file; other words to default_value, or hashed into buckets.

    Raises ValueError for no file, a negative number of buckets and a vocab_size below 1, TypeError for keys that are
    neither integers nor strings.
    """
    _check_file(vocabulary_file)
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")
    if vocab_size is not None and vocab_size < 1:
        words = f"got {vocab_size} for vocabulary_file: {vocabulary_file}."
        raise ValueError(f"`vocab_size` must be greater than 0, {words}")
    key_dtype = dtypes.as_dtype(key_dtype)
    if not key_dtype.is_integer and key_dtype.base_dtype != dtypes.string:
        raise TypeError("Dtype for `keys` should be either integer or string.")
    with name_scope(name, "string_to_index"), name_scope(None, "hash_table"):
        initializer = TextFileIdTableInitializer(
            vocabulary_file,
            key_column_index,
            value_column_index,
            vocab_size,
            delimiter,
            "table_init",
            dtypes.int64 if key_dtype.is_integer else key_dtype,
        )
        table = StaticHashTable(initializer, default_value)
        return _with_buckets(table, num_oov_buckets, hasher_spec, key_dtype)


def index_table_from_tensor(
    vocabulary_list: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: Any = dtypes.string,
    name: str | None = None,
) -> LookupInterface:
    """Words of a tensor [n] to 0 ... n - 1; other words to default_value, or hashed into buckets.

    Raises ValueError for no words, a negative number of buckets, and words that are integers where `dtype` is string
    or the other way round; TypeError where it is neither.
    """
    if vocabulary_list is None:
        raise ValueError("`vocabulary_list` must be specified.")
    if num_oov_buckets < 0:
        raise ValueError(f"`num_oov_buckets` must be greater or equal than 0, got {num_oov_buckets}.")
    dtype = dtypes.as_dtype(dtype)
    if not dtype.is_integer and dtype.base_dtype != dtypes.string:
        raise TypeError("`dtype` must either be integer or string.")
    with name_scope(name, "string_to_index"):
        keys = convert_to_tensor(vocabulary_list)
        if keys.dtype.is_integer != dtype.is_integer:
            kind = "integer" if dtype.is_integer else "non-integer"
            raise ValueError(f"Invalid `dtype`: Expected {kind}, got {keys.dtype}.")
        if not dtype.is_integer and keys.dtype.base_dtype != dtype:
            raise ValueError(f"Invalid `dtype`: Expected {dtype}, got {keys.dtype}.")
        numbers = _numbers(keys)
        with name_scope(None, "hash_table"):
            if keys.dtype.is_integer:
                keys = cast(keys, dtypes.int64)
            initializer = KeyValueTensorInitializer(keys, numbers, keys.dtype, dtypes.int64, "table_init")
            table = StaticHashTable(initializer, default_value)
            return _with_buckets(table, num_oov_buckets, hasher_spec, dtype)


def index_to_string_table_from_file(
    vocabulary_file: Any,
    vocab_size: int | None = None,
    default_value: Any = "UNK",
    name: str | None = None,
    key_column_index: int = TextFileIndex.LINE_NUMBER,
    value_column_index: int = TextFileIndex.WHOLE_LINE,
    delimiter: str = "\t",
) -> StaticHashTable:
    """Numbers of lines of a file to the lines; other numbers to default_value.

    Raises ValueError for no file and a vocab_size below 1.
    """
    _check_file(vocabulary_file)
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"`vocab_size` must be greater than 0, got {vocab_size}.")
    with name_scope(name, "index_to_string"):
        initializer = TextFileStringTableInitializer(
            vocabulary_file, key_column_index, value_column_index, vocab_size, delimiter, "table_init"
        )
        return StaticHashTable(initializer, default_value)


def index_to_string_table_from_tensor(
    vocabulary_list: Any, default_value: Any = "UNK", name: str | None = None
) -> StaticHashTable:
    """0 ... n - 1 to the strings of a tensor [n]; other numbers to default_value. Raises ValueError for no strings."""
    if vocabulary_list is None:
        raise ValueError("`vocabulary_list` argument must be specified.")
    with name_scope(name, "index_to_string"):
        words = convert_to_tensor(vocabulary_list, dtypes.string)
        initializer = KeyValueTensorInitializer(_numbers(words), words, dtypes.int64, dtypes.string, "table_init")
        return StaticHashTable(initializer, default_value)


def _check_file(path: Any) -> None:
    if path is None or (isinstance(path, str) and not path):
        raise ValueError("`vocabulary_file` must be specified and must not be empty.")


def _numbers(words: Tensor) -> Any:
    return cast(range_of(size(words)), dtypes.int64)


def _with_buckets(table: StaticHashTable, buckets: int, hasher: HasherSpec, key_dtype: Any) -> LookupInterface:
    return IdTableWithHashBuckets(table, buckets, hasher, key_dtype=key_dtype) if buckets else table
