"""Lookup tables that a dataset fills."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.data.datasets import Dataset
from nbtf.data.experimental.counting import assert_cardinality
from nbtf.graph.collections import GraphKeys, add_to_collection
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.graph.type_spec import TensorSpec
from nbtf.lookup.initializers import TableInitializerBase
from nbtf.lookup.tables import FastHashSpec, HasherSpec, IdTableWithHashBuckets, LookupInterface, StaticHashTable
from nbtf.math.casting import cast


class DatasetInitializer(TableInitializerBase):
    """Fills a table with the elements of a dataset, pairs of a key [] and its value []."""

    def __init__(self, dataset: Dataset) -> None:
        """Raises ValueError for other elements."""
        self.dataset = dataset
        _check_pairs(dataset.element_spec)
        key, value = dataset.element_spec
        super().__init__(key.dtype, value.dtype)

    def initialize(self, table: Any) -> Operation:
        """Raises TypeError where the table's dtypes are others."""
        self._check_table(table)
        filled: Operation = raw.InitializeTableFromDataset(table.resource_handle, self.dataset._variant_tensor)
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, filled)
        return filled


def _check_pairs(spec: Any) -> None:
    words = (
        "Datasets used to initialize lookup tables must produce elements in the form (key, value), where the keys and "
        "values are scalar tensors. However, the given dataset produces "
    )
    if not isinstance(spec, tuple) or len(spec) != 2:
        count = len(spec) if isinstance(spec, tuple) else 1
        raise ValueError(
            f"{words}{count} components instead of two (key, value) components. Full dataset element spec: {spec}."
        )
    for what, one in zip(("key", "value"), spec, strict=True):
        if not isinstance(one, TensorSpec):
            raise ValueError(f"{words}non-Tensor {what}s of type {type(one)}.")
    for what, one in zip(("key", "value"), spec, strict=True):
        if one.shape.ndims not in (None, 0):
            raise ValueError(f"{words}non-scalar {what} Tensors of rank {one.shape.ndims}.")


def table_from_dataset(
    dataset: Dataset,
    num_oov_buckets: int = 0,
    vocab_size: Any = None,
    default_value: Any = None,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
) -> LookupInterface:
    """A table of the elements of a dataset, pairs of a key [] and its value []; other keys have default_value, by default
    -1, or are hashed into buckets.

    vocab_size: how many elements count; a run refuses a dataset with fewer. Raises ValueError for other elements, a
    missing default_value, a negative number of buckets and a vocab_size below 1, TypeError for keys that are neither
    integers nor strings.
    """
    spec = dataset.element_spec
    _check_pairs(spec)
    if default_value is None:
        default_value = -1
        if not (spec[1].dtype.is_integer or spec[1].dtype.is_floating):
            raise ValueError(
                "`default_value` must be specified when creating a table from a dataset that produces values of type "
                f"{spec[1].dtype!r}."
            )
    if num_oov_buckets < 0:
        raise ValueError(f"`num_oov_buckets` must be greater than or equal to 0, got {num_oov_buckets}.")
    if vocab_size is not None and not isinstance(vocab_size, Tensor) and vocab_size < 1:
        raise ValueError(f"`vocab_size` must be greater than 0, got {vocab_size}.")
    key_dtype = dtypes.as_dtype(key_dtype)
    if not key_dtype.is_integer and key_dtype.base_dtype != dtypes.string:
        raise TypeError(f"`key_dtype` must be either an integer or string type, but got {key_dtype!r}")
    if vocab_size is not None:
        count = cast(vocab_size, dtypes.int64) if isinstance(vocab_size, Tensor) else vocab_size
        dataset = dataset.take(count).apply(assert_cardinality(count))
    with name_scope(name, "string_to_index"):
        initializer = DatasetInitializer(dataset)
        with name_scope(None, "hash_table"):
            table = StaticHashTable(initializer, default_value)
            if not num_oov_buckets:
                return table
            return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=key_dtype)


def index_table_from_dataset(
    dataset: Dataset,
    num_oov_buckets: int = 0,
    vocab_size: Any = None,
    default_value: Any = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: Any = dtypes.string,
    name: str | None = None,
) -> LookupInterface:
    """`table_from_dataset` of the elements of a dataset, words [], and their numbers."""
    pairs = dataset.enumerate().map(lambda v, k: (k, v))
    return table_from_dataset(pairs, num_oov_buckets, vocab_size, default_value, hasher_spec, key_dtype, name)
