"""Lookup tables that are filled once: keys to values, and words to numbers with buckets for unknown words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nbtf import dtypes
from nbtf.array.indexing import where_v2
from nbtf.array.moving import no_op
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import init_scope, name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor
from nbtf.lookup.initializers import TableInitializerBase
from nbtf.math.casting import cast
from nbtf.strings.conversion import as_string, string_to_hash_bucket_fast, string_to_hash_bucket_strong


class LookupInterface:
    """Base of all tables. `table[keys]` looks keys up."""

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype = dtypes.as_dtype(key_dtype)
        self._value_dtype = dtypes.as_dtype(value_dtype)

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds."""
        return {}

    @property
    def key_dtype(self) -> dtypes.DType:
        return self._key_dtype

    @property
    def value_dtype(self) -> dtypes.DType:
        return self._value_dtype

    @property
    def name(self) -> str:
        """The table's name."""
        raise NotImplementedError

    @property
    def resource_handle(self) -> Tensor:
        """The table in the graph: a scalar resource."""
        raise NotImplementedError

    def size(self, name: str | None = None) -> Tensor:
        """Number of entries, int64 []."""
        raise NotImplementedError

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys."""
        raise NotImplementedError

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def _check_keys(self, keys: Any) -> None:
        if keys.dtype.base_dtype != self._key_dtype:
            raise TypeError(f"Dtype of argument `keys` must be {self._key_dtype}, received: {keys.dtype}")


class StaticHashTable(LookupInterface):
    """Keys to values, filled once by `initializer`; another key has `default_value`."""

    def __init__(
        self,
        initializer: TableInitializerBase,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        """experimental_is_anonymous: nobody else may name the table."""
        self._made_by = initializer
        self._anonymous = experimental_is_anonymous
        self._asked_name = name or "hash_table"
        self._shared_name = "" if experimental_is_anonymous else initializer._shared_name
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        with init_scope():
            self._default_value = convert_to_tensor(default_value, self._value_dtype)
            self._default_value.shape.merge_with([])
            self._handle = self._make()
            self._init_op = initializer.initialize(self)

    def _trackable_children(self) -> dict[str, Any]:
        return {"_initializer": self._made_by}

    def _make(self) -> Tensor:
        with init_scope():
            made = self._create_resource()
        self._table_name = str(made.op.name).rpartition("/")[2]
        return made

    def _create_resource(self) -> Tensor:
        """Another handle to the table, in the default graph."""
        made: Tensor
        dtypes_of_it = self._key_dtype, self._value_dtype
        if self._anonymous:
            made = raw.AnonymousHashTable(*dtypes_of_it, name=self._asked_name)
        else:
            made = raw.HashTableV2(*dtypes_of_it, shared_name=self._shared_name, name=self._asked_name)
        return made

    def _initialize(self) -> Operation:
        """Another operation that fills the table."""
        return self._made_by.initialize(self)

    @property
    def name(self) -> str:
        return self._table_name

    @property
    def resource_handle(self) -> Tensor:
        return self._handle

    @property
    def default_value(self) -> Tensor:
        return self._default_value

    @property
    def initializer(self) -> Operation:
        """The operation that fills the table; `tf.tables_initializer` runs it too."""
        return self._init_op

    def size(self, name: str | None = None) -> Tensor:
        """Number of entries, int64 []."""
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]):
            found: Tensor = raw.LookupTableSizeV2(self.resource_handle)
            return found

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of a tensor of keys, in its shape, or of the values of a SparseTensor.

        Raises TypeError for keys of another dtype.
        """
        given = keys.values if isinstance(keys, SparseTensor) else keys
        self._check_keys(keys)
        with name_scope(name, f"{self.name}_Lookup", [self.resource_handle, given, self._default_value]):
            values = raw.LookupTableFindV2(self.resource_handle, given, self._default_value)
        values.set_shape(given.shape)
        return _in_place_of(keys, values)

    def export(self, name: str | None = None) -> Any:
        """All keys [n] and their values [n]."""
        with name_scope(name, f"{self.name}_Export", [self.resource_handle]):
            return raw.LookupTableExportV2(self.resource_handle, self._key_dtype, self._value_dtype)


def _in_place_of(keys: Any, values: Tensor) -> Any:
    return SparseTensor(keys.indices, values, keys.dense_shape) if isinstance(keys, SparseTensor) else values


class HasherSpec(NamedTuple):
    """How strings are hashed: by `hasher`, "fasthash" or "stronghash", with its key."""

    hasher: str
    key: Any


FastHashSpec = HasherSpec("fasthash", None)


class StrongHashSpec(HasherSpec):
    """A hash that nobody without `key`, two integers, can make collide."""

    __slots__ = ()

    def __new__(cls, key: Sequence[Any]) -> StrongHashSpec:
        if len(key) != 2:
            raise ValueError(f"`key` must have size 2, received {len(key)}")
        if not all(isinstance(part, int) and part >= 0 for part in key):
            raise TypeError(f"Invalid key {key}. Must be unsigned integer values.")
        return super().__new__(cls, "stronghash", key)


class IdTableWithHashBuckets(LookupInterface):
    """A table of int64 whose unknown keys are hashed into the `num_oov_buckets` numbers after its last.

    table: a table of strings or int64 to int64, or None where everything is hashed.
    """

    def __init__(
        self,
        table: LookupInterface | None,
        num_oov_buckets: int,
        hasher_spec: HasherSpec = FastHashSpec,
        name: str | None = None,
        key_dtype: Any = None,
    ) -> None:
        wanted: dtypes.DType | None = None if key_dtype is None else dtypes.as_dtype(key_dtype)
        if table is not None:
            wanted = table.key_dtype if wanted is None else wanted
            if wanted.is_integer != table.key_dtype.is_integer:
                kind = "integer" if table.key_dtype.is_integer else "non-integer"
                raise TypeError(f"Invalid `key_dtype`, expected {kind} but got {wanted}.")
            if table.value_dtype != dtypes.int64:
                raise TypeError(f"Invalid `value_dtype`, expected {dtypes.int64} but got {table.value_dtype}.")
            default_name = table.name
        else:
            if num_oov_buckets <= 0:
                raise ValueError("`oov_buckets` must be > 0 if no `table` is supplied.")
            wanted = dtypes.string if wanted is None else wanted
            default_name = "hash_bucket"
        if not isinstance(hasher_spec, HasherSpec):
            raise TypeError(f"`hasher_spec` must be of type HasherSpec, got {type(hasher_spec)}.")
        self._table, self._num_oov_buckets, self._hasher_spec = table, num_oov_buckets, hasher_spec
        self._bucket_name = name or default_name
        super().__init__(wanted, dtypes.int64)

    @property
    def initializer(self) -> Any:
        """The operation that fills the table."""
        if self._table is not None:
            return self._table.initializer  # type: ignore[attr-defined]
        with name_scope(None, "init"):
            return no_op()

    @property
    def resource_handle(self) -> Any:
        return None if self._table is None else self._table.resource_handle

    @property
    def name(self) -> str:
        return self._bucket_name

    def size(self, name: str | None = None) -> Tensor:
        """Number of entries and buckets, int64 []."""
        with name_scope(name, f"{self.name}_Size"):
            known: Any = constant(0, dtypes.int64) if self._table is None else self._table.size()
            return known + self._num_oov_buckets  # type: ignore[no-any-return]

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The number of each key, int64, in the shape of a tensor of keys, or at the places of a SparseTensor.

        Raises TypeError for keys of another dtype.
        """
        self._check_keys(keys)
        given = keys.values if isinstance(keys, SparseTensor) else keys
        if self._table is not None and self._table.key_dtype.base_dtype == dtypes.int64:
            given = cast(given, dtypes.int64)
        if self._num_oov_buckets == 0:
            assert self._table is not None
            ids = self._table.lookup(given, name)
        else:
            with name_scope(name, f"{self.name}_Lookup"):
                ids = self._hashed(given)
                if self._table is not None:
                    ids = self._known_or(ids, given)
        return _in_place_of(keys, ids)

    def _hashed(self, keys: Tensor) -> Any:
        strings = as_string(keys) if keys.dtype.is_integer else keys
        buckets = self._num_oov_buckets
        if self._hasher_spec.hasher == "fasthash":
            return string_to_hash_bucket_fast(strings, num_buckets=buckets, name="hash_bucket")
        if self._hasher_spec.hasher == "stronghash":
            return string_to_hash_bucket_strong(strings, buckets, list(self._hasher_spec.key), name="hash_bucket")
        raise ValueError(f"Found unknown hasher {self._hasher_spec.hasher} in `hasher_spec`")

    def _known_or(self, buckets: Tensor, keys: Tensor) -> Any:
        table: Any = self._table
        ids = table.lookup(keys)
        buckets = raw.AddV2(buckets, table.size(), name="Add")
        return where_v2(raw.NotEqual(ids, table.default_value), ids, buckets)


class StaticVocabularyTable(LookupInterface):
    """Words to numbers from 0 on; other words are hashed into `num_oov_buckets` numbers after them.

    initializer: of keys, strings or integers, and values that are int64; None hashes all keys. Raises ValueError for no
    buckets, TypeError for other dtypes.
    """

    def __init__(
        self,
        initializer: TableInitializerBase | None,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        self._made_by = initializer
        if initializer is None:
            self._table = IdTableWithHashBuckets(None, num_oov_buckets, name=name)
            super().__init__(dtypes.string, dtypes.int64)
            return
        asked = None if lookup_key_dtype is None else dtypes.as_dtype(lookup_key_dtype)
        key_dtype = initializer.key_dtype if asked is None else asked
        self._check(initializer, key_dtype)
        table = StaticHashTable(initializer, -1, experimental_is_anonymous=experimental_is_anonymous)
        self._table = IdTableWithHashBuckets(table, num_oov_buckets, name=name, key_dtype=key_dtype)
        super().__init__(key_dtype, dtypes.int64)

    def _trackable_children(self) -> dict[str, Any]:
        return {} if self._made_by is None else {"_initializer": self._made_by}

    def _create_resource(self) -> Tensor:
        """Another handle to the table, in the default graph."""
        table: Any = self._table._table
        made: Tensor = table._create_resource()
        return made

    def _initialize(self) -> Operation:
        """Another operation that fills the table."""
        table: Any = self._table._table
        made: Operation = table._initialize()
        return made

    @staticmethod
    def _check(initializer: TableInitializerBase, key_dtype: dtypes.DType) -> None:
        if initializer.value_dtype != dtypes.int64:
            raise TypeError(f"Invalid `value_dtype`, expected {dtypes.int64} but got {initializer.value_dtype}.")
        if initializer.key_dtype not in (dtypes.int64, dtypes.string):
            words = "expected one of (tf.int64, tf.string)"
            raise TypeError(f"Invalid `key_dtype`, {words}, but got {initializer.key_dtype}.")
        if key_dtype.is_integer != initializer.key_dtype.is_integer:
            kind = "integer" if key_dtype.is_integer else "non-integer"
            raise TypeError(f"Invalid `key_dtype`, expected {kind} but got {initializer.key_dtype}.")

    @property
    def initializer(self) -> Any:
        """The operation that fills the table."""
        return self._table.initializer

    @property
    def name(self) -> str:
        return self._table.name

    @property
    def resource_handle(self) -> Any:
        return self._table.resource_handle

    def size(self, name: str | None = None) -> Tensor:
        """Number of entries and buckets, int64 []."""
        return self._table.size(name)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The number of each key, int64, in the shape of a tensor of keys, or at the places of a SparseTensor.

        Raises TypeError for keys of another dtype.
        """
        self._check_keys(keys)
        return self._table.lookup(keys, name)
