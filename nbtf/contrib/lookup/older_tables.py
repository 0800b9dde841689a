"""tf.contrib.lookup: what has other parameters, or more properties, than in tf.lookup."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.operation import Operation
from nbtf.lookup import mutable_tables, vocabularies
from nbtf.lookup.initializers import TableInitializerBase
from nbtf.lookup.tables import FastHashSpec, HasherSpec, LookupInterface, StaticHashTable


def _no_shared_name(shared_name: str | None) -> None:
    if shared_name is not None:
        raise NotImplementedError("Tables of a shared_name are not supported: a table's own name shares it")


class HashTable(StaticHashTable):
    """Keys to values, filled once by `initializer`; another key has `default_value`."""

    def __init__(
        self,
        initializer: TableInitializerBase,
        default_value: Any,
        shared_name: str | None = None,
        name: str | None = None,
    ) -> None:
        """Raises NotImplementedError for a shared_name."""
        _no_shared_name(shared_name)
        super().__init__(initializer, default_value, name)

    @property
    def init(self) -> Operation:
        """The operation that fills the table; `tf.tables_initializer` runs it too."""
        return self.initializer


class MutableHashTable(mutable_tables.MutableHashTable):
    """Keys to values that change; a value has the shape of `default_value`, which other keys have."""

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        shared_name: str | None = None,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
    ) -> None:
        """checkpoint: a Saver saves it. Raises NotImplementedError for a shared_name."""
        _no_shared_name(shared_name)
        super().__init__(key_dtype, value_dtype, default_value, name, checkpoint)


class MutableDenseHashTable(mutable_tables.DenseHashTable):
    """A MutableHashTable in one piece of memory; `empty_key` and `deleted_key` must never be keys."""

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        shared_name: str | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
    ) -> None:
        """checkpoint: a Saver saves it. Raises NotImplementedError for a shared_name."""
        _no_shared_name(shared_name)
        super().__init__(
            key_dtype, value_dtype, default_value, empty_key, deleted_key, initial_num_buckets, name, checkpoint
        )


def index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: Any = dtypes.string,
    name: str | None = None,
) -> LookupInterface:
    """Words of a tensor [n] to 0 ... n - 1; other words to default_value, or hashed into buckets.

    Raises ValueError and TypeError for no words, words of another dtype and a negative number of buckets.
    """
    if mapping is None:
        raise ValueError("mapping must be specified.")
    return vocabularies.index_table_from_tensor(mapping, num_oov_buckets, default_value, hasher_spec, dtype, name)


def index_to_string_table_from_tensor(
    mapping: Any, default_value: Any = "UNK", name: str | None = None
) -> StaticHashTable:
    """0 ... n - 1 to the strings of a tensor [n]; other numbers to default_value. Raises ValueError for no strings."""
    if mapping is None:
        raise ValueError("mapping must be specified.")
    return vocabularies.index_to_string_table_from_tensor(mapping, default_value, name)


def string_to_index(tensor: Any, mapping: Any, default_value: int = -1, name: str | None = None) -> Any:
    """The place of each string of a tensor among those of `mapping` [n]; default_value for others."""
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


def index_to_string(tensor: Any, mapping: Any, default_value: Any = "UNK", name: str | None = None) -> Any:
    """The string of `mapping` [n] of each number of a tensor, int64; default_value for others."""
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)
