"""Lookup tables that change while a program runs, and are saved with its variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.dtypes import DType
from nbtf.graph.collections import GraphKeys, add_to_collection
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.lookup.tables import LookupInterface
from nbtf.train.saveable import SaveableObject, SaveSpec


class _ChangingTable(LookupInterface):
    """What mutable tables have in common; subclasses make `_handle`."""

    _handle: Tensor
    _default_value: Tensor
    _anonymous: bool
    """Whether nobody else may name the table."""

    @property
    def name(self) -> str:
        return str(self._handle.op.name).rpartition("/")[2]

    @property
    def resource_handle(self) -> Tensor:
        return self._handle

    def _create_resource(self) -> Tensor:
        """Another handle to the table, in the default graph."""
        made: Tensor = self._make(**({} if self._anonymous else {"shared_name": self._handle.op.name}))
        return made

    def _make(self, **naming: Any) -> Tensor:
        raise NotImplementedError

    def _initialize(self) -> None:
        """Nothing: what the table holds comes from a checkpoint."""

    def size(self, name: str | None = None) -> Tensor:
        """Number of entries, int64 []."""
        with name_scope(name, f"{self.name}_Size", [self.resource_handle]), colocate_with(self.resource_handle):
            found: Tensor = raw.LookupTableSizeV2(self.resource_handle)
            return found

    def remove(self, keys: Any, name: str | None = None) -> Operation:
        """Removes entries; keys that are not there are passed over. Raises TypeError for keys of another dtype."""
        self._check_keys(keys)
        handle = self.resource_handle
        with name_scope(name, f"{self.name}_lookup_table_remove", [handle, keys, self._default_value]):
            removed: Operation = raw.LookupTableRemoveV2(handle, keys)
            return removed

    def lookup(  # type: ignore[override]  # TensorFlow's order of parameters
        self, keys: Any, dynamic_default_values: Any = None, name: str | None = None
    ) -> Tensor:
        """Values of keys [...]: keys.shape + the value's shape; dynamic_default_values [..., value] for new keys."""
        handle = self.resource_handle
        with name_scope(name, f"{self.name}_lookup_table_find", [handle, keys, self._default_value]):
            keys = convert_to_tensor(keys, self._key_dtype, "keys")
            default = self._default_value if dynamic_default_values is None else dynamic_default_values
            with colocate_with(handle):
                found: Tensor = raw.LookupTableFindV2(handle, keys, default)
                return found

    def insert(self, keys: Any, values: Any, name: str | None = None) -> Operation:
        """Sets the values of keys [...]: values keys.shape + the value's shape."""
        handle = self.resource_handle
        with name_scope(name, f"{self.name}_lookup_table_insert", [handle, keys, values]):
            keys = convert_to_tensor(keys, self._key_dtype, "keys")
            values = convert_to_tensor(values, self._value_dtype, "values")
            with colocate_with(handle):
                inserted: Operation = raw.LookupTableInsertV2(handle, keys, values)
                return inserted

    def export(self, name: str | None = None) -> Any:
        """All keys [n] and their values [n, ...]."""
        handle = self.resource_handle
        with name_scope(name, f"{self.name}_lookup_table_export_values", [handle]), colocate_with(handle):
            return raw.LookupTableExportV2(handle, self._key_dtype, self._value_dtype)

    def _checkpoint_attributes(self) -> dict[str, Any]:
        """What a checkpoint of objects has of the table."""
        return {"table": lambda key: _TableSaveable(self, key)}

    def _add_to_checkpoints(self, name: str) -> None:
        add_to_collection(GraphKeys.SAVEABLE_OBJECTS, _TableSaveable(self, name))


class MutableHashTable(_ChangingTable):
    """Keys to values; a value has the shape of `default_value`, which other keys have. checkpoint: a Saver saves it."""

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype)
        self._anonymous = experimental_is_anonymous
        self._default_value = convert_to_tensor(default_value, self._value_dtype)
        self._asked_name = name
        self._handle = self._make(**({} if self._anonymous else {"use_node_name_sharing": checkpoint}))
        if checkpoint:
            self._add_to_checkpoints(self._handle.op.name)

    def _make(self, **naming: Any) -> Tensor:
        types: tuple[DType, DType] = self._key_dtype, self._value_dtype
        shape = self._default_value.shape
        made: Tensor
        if shape.ndims == 0:
            scalars = raw.AnonymousMutableHashTable if self._anonymous else raw.MutableHashTableV2
            made = scalars(*types, name=self._asked_name, **naming)
        else:
            tensors = raw.AnonymousMutableHashTableOfTensors if self._anonymous else raw.MutableHashTableOfTensorsV2
            made = tensors(*types, value_shape=shape, name=self._asked_name, **naming)
        return made


class DenseHashTable(_ChangingTable):
    """A MutableHashTable in one piece of memory; `empty_key` and `deleted_key` must never be keys."""

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype)
        self._anonymous = experimental_is_anonymous
        self._default_value = convert_to_tensor(default_value, self._value_dtype, "default_value")
        self._marks = (
            convert_to_tensor(empty_key, self._key_dtype, "empty_key"),
            convert_to_tensor(deleted_key, self._key_dtype, "deleted_key"),
        )
        self._buckets = 131072 if initial_num_buckets is None else initial_num_buckets
        self._asked_name = name
        self._handle = self._make(**({} if self._anonymous else {"use_node_name_sharing": checkpoint}))
        if checkpoint:
            self._add_to_checkpoints(self._handle.op.name)

    def _make(self, **naming: Any) -> Tensor:
        make = raw.AnonymousMutableDenseHashTable if self._anonymous else raw.MutableDenseHashTableV2
        made: Tensor = make(
            *self._marks,
            self._value_dtype,
            value_shape=self._default_value.shape,
            initial_num_buckets=self._buckets,
            name=self._asked_name,
            **naming,
        )
        return made


class _TableSaveable(SaveableObject):
    """Keys and values of a table, as two tensors of a checkpoint."""

    def __init__(self, table: _ChangingTable, name: str) -> None:
        keys, values = table.export()
        super().__init__(table, [SaveSpec(keys, "", f"{name}-keys"), SaveSpec(values, "", f"{name}-values")], name)
        self._table = table

    def restore(self, restored_tensors: Sequence[Any], restored_shapes: Sequence[Any] | None) -> Operation:
        handle = self._table.resource_handle
        with name_scope(None, f"{self._table.name}_table_restore"), colocate_with(handle):
            read: Operation = raw.LookupTableImportV2(handle, *restored_tensors)
            return read
