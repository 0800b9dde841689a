"""Columns of ids that a vocabulary gives to words: of a list, or of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbtf import dtypes, logging
from nbtf.feature_column.interfaces import SparseIds, checked_key
from nbtf.feature_column.transformation import check_same_kind, check_string_or_integer, to_sparse
from nbtf.gfile.file_io import GFile
from nbtf.gfile.folders import exists
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.io.features import VarLenFeature
from nbtf.lookup.vocabularies import index_table_from_file, index_table_from_tensor
from nbtf.math.casting import cast


class _VocabularyColumn(SparseIds):
    """What columns of lists and files have in common."""

    key: str
    dtype: dtypes.DType

    @property
    def name(self) -> str:
        return self.key

    @property
    def parse_example_spec(self) -> Mapping[str, Any]:
        return {self.key: VarLenFeature(self.dtype)}

    @property
    def parents(self) -> list[Any]:
        return [self.key]

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The ids. Raises ValueError for a feature of another kind of dtype."""
        given = to_sparse(transformation_cache.get(self.key, state_manager))
        check_same_kind(self.key, self.dtype, given.dtype)
        key_dtype = self.dtype
        if given.dtype.is_integer:
            # tables have no other integers
            key_dtype = dtypes.int64
            given = SparseTensor(given.indices, cast(given.values, dtypes.int64), given.dense_shape)
        return self._table(key_dtype).lookup(given)

    def _table(self, key_dtype: dtypes.DType) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class VocabularyListCategoricalColumn(_VocabularyColumn):
    """See `categorical_column_with_vocabulary_list`."""

    key: str
    vocabulary_list: tuple[Any, ...]
    dtype: dtypes.DType
    default_value: int
    num_oov_buckets: int

    @property
    def num_buckets(self) -> int:
        return len(self.vocabulary_list) + self.num_oov_buckets

    def _table(self, key_dtype: dtypes.DType) -> Any:
        return index_table_from_tensor(
            self.vocabulary_list,
            self.num_oov_buckets,
            self.default_value,
            dtype=key_dtype,
            name=f"{self.key}_lookup",
        )


@dataclass(frozen=True)
class VocabularyFileCategoricalColumn(_VocabularyColumn):
    """See `categorical_column_with_vocabulary_file`."""

    key: str
    vocabulary_file: str
    vocabulary_size: int
    num_oov_buckets: int
    dtype: dtypes.DType
    default_value: int
    file_format: str | None = None

    @property
    def num_buckets(self) -> int:
        return self.vocabulary_size + self.num_oov_buckets

    def _table(self, key_dtype: dtypes.DType) -> Any:
        return index_table_from_file(
            self.vocabulary_file,
            self.num_oov_buckets,
            self.vocabulary_size,
            self.default_value,
            key_dtype=key_dtype,
            name=f"{self.key}_lookup",
        )


def categorical_column_with_vocabulary_list(
    key: str,
    vocabulary_list: Sequence[Any] | None,
    dtype: dtypes.DType | None = None,
    default_value: int = -1,
    num_oov_buckets: int = 0,
) -> VocabularyListCategoricalColumn:
    """Words, or integers, to their places in a list. In a dense tensor "" or -1 stands for none.

    dtype: string or an integer; by default the list's. default_value: the id of other words; -1 leaves them out.
    num_oov_buckets: as many ids after the list's, into which other words are hashed. Raises ValueError for a list that
    is empty, has a word twice or is of another dtype, and for a default together with buckets.
    """
    if vocabulary_list is None or len(vocabulary_list) < 1:
        raise ValueError(f"vocabulary_list {vocabulary_list} must be non-empty, column_name: {key}")
    if len(set(vocabulary_list)) != len(vocabulary_list):
        raise ValueError(f"Duplicate keys in vocabulary_list {vocabulary_list}, column_name: {key}")
    own_dtype = dtypes.as_dtype(np.array(vocabulary_list).dtype)
    _check_unknown_words(key, default_value, num_oov_buckets, -1)
    check_string_or_integer(own_dtype, f"column_name: {key} vocabulary")
    dtype = own_dtype if dtype is None else dtypes.as_dtype(dtype)
    if dtype.is_integer != own_dtype.is_integer:
        if dtype.is_floating:
            check_string_or_integer(dtype, f"column_name: {key}")
        raise ValueError(f"dtype {dtype} and vocabulary dtype {own_dtype} do not match, column_name: {key}")
    check_string_or_integer(dtype, f"column_name: {key}")
    words = tuple(vocabulary_list)
    return VocabularyListCategoricalColumn(checked_key(key), words, dtype, default_value, num_oov_buckets)


def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: dtypes.DType = dtypes.string,
) -> VocabularyFileCategoricalColumn:
    """Words, or integers, to the numbers of their lines in a file. In a dense tensor "" or -1 stands for none.

    vocabulary_size: how many lines count; by default all, which are counted now. default_value: the id of other words,
    -1 by default, which leaves them out. num_oov_buckets: as many ids after the file's, into which other words are
    hashed. Raises ValueError for a file that is missing, and for a default together with buckets.
    """
    if not vocabulary_file:
        raise ValueError(f"Missing vocabulary_file in {key}.")
    if vocabulary_size is None:
        if not exists(vocabulary_file):
            raise ValueError(f"vocabulary_file in {key} does not exist.")
        with GFile(vocabulary_file, "rb") as lines:
            vocabulary_size = sum(1 for _ in lines)
        logging.info(
            "vocabulary_size = %d in %s is inferred from the number of elements in the vocabulary_file %s.",
            vocabulary_size,
            key,
            vocabulary_file,
        )
    if vocabulary_size < 1:
        raise ValueError(f"Invalid vocabulary_size in {key}.")
    _check_unknown_words(key, default_value, num_oov_buckets, None)
    check_string_or_integer(dtype, f"column_name: {key}")
    default = -1 if default_value is None else default_value
    return VocabularyFileCategoricalColumn(
        checked_key(key), vocabulary_file, vocabulary_size, num_oov_buckets, dtype, default
    )


def _check_unknown_words(key: str, default_value: int | None, buckets: int, unset: int | None) -> None:
    if not buckets:
        return
    if default_value != unset:
        raise ValueError(f"Can't specify both num_oov_buckets and default_value in {key}.")
    if buckets < 0:
        raise ValueError(f"Invalid num_oov_buckets {buckets} in {key}.")
