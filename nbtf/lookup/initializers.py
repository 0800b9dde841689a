"""What tables hold at first: keys and values in tensors, or the lines of a text file."""

from __future__ import annotations

import uuid
from typing import Any, Final

from nbtf import dtypes
from nbtf.graph.collections import GraphKeys, add_to_collection
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.operation import Operation
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import device, name_scope
from nbtf.graph.tensor import Tensor


class TextFileIndex:
    """Which part of a line is a key or a value; a number from 0 on is a column."""

    WHOLE_LINE: Final = -2
    LINE_NUMBER: Final = -1


class TableInitializerBase:
    """Fills a table; subclasses add the operation in `initialize` and name what they hold in `_shared_name`."""

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

    def initialize(self, table: Any) -> Operation:
        """The operation that fills `table`, which is also one of the graph's table initializers."""
        raise NotImplementedError

    @property
    def _shared_name(self) -> str:
        """A table's name in the session: tables that begin with the same lines of a file are one."""
        return f"hash_table_{uuid.uuid4()}"

    def _check_table(self, table: Any) -> None:
        for what, mine, tables in (
            ("key", self.key_dtype, table.key_dtype),
            ("value", self.value_dtype, table.value_dtype),
        ):
            if mine != tables:
                raise TypeError(f"Invalid {what} dtype for table, expected {mine} but got {tables}.")


class KeyValueTensorInitializer(TableInitializerBase):
    """Keys [n] and their values [n], each a tensor or what can become one."""

    def __init__(
        self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: str | None = None
    ) -> None:
        self._keys = convert_to_tensor(keys, key_dtype, "keys")
        self._values = convert_to_tensor(values, value_dtype, "values")
        self._name = "key_value_init" if name is None else name
        super().__init__(self._keys.dtype, self._values.dtype)

    def initialize(self, table: Any) -> Operation:
        """Raises TypeError where the table's dtypes are others."""
        self._check_table(table)
        with name_scope(self._name, values=[table.resource_handle, self._keys, self._values]):
            filled: Operation = raw.LookupTableImportV2(table.resource_handle, self._keys, self._values)
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, filled)
        return filled


class _File:
    """A file as a part of an object: a checkpoint has nothing of it, a SavedModel takes it along."""

    def __init__(self, path: Tensor) -> None:
        self.asset_path = path

    def _trackable_children(self) -> dict[str, Any]:
        return {}


class TextFileInitializer(TableInitializerBase):
    """A key and a value for each line of a text file."""

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        """filename: a path, or a scalar string tensor. key_index, value_index: a TextFileIndex, or a column.

        vocab_size: how many lines count; a run refuses a file with fewer. value_index_offset: what is added to line numbers.
        Raises ValueError for no file name, for indices below -2, for a vocab_size below 1, and where a line number is
        not int64.
        """
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer")
        self._filename_arg = filename
        key_dtype, value_dtype = dtypes.as_dtype(key_dtype), dtypes.as_dtype(value_dtype)
        if key_index < TextFileIndex.WHOLE_LINE:
            raise ValueError(f"`key_index` should be >= {TextFileIndex.WHOLE_LINE}, received: {key_index}.")
        if key_index == TextFileIndex.LINE_NUMBER and key_dtype != dtypes.int64:
            raise ValueError(f"`key_dtype` must be int64 if `key_index` is {key_index}, received: {key_dtype}")
        if value_index < TextFileIndex.WHOLE_LINE:
            raise ValueError(f"`value_index` should be >= {TextFileIndex.WHOLE_LINE}, received: {value_index}")
        if value_index == TextFileIndex.LINE_NUMBER and value_dtype != dtypes.int64:
            raise ValueError(f"`value_dtype` must be int64 for `value_index` {value_index}, received: {value_dtype}")
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"`vocab_size` should be > 0, received: {vocab_size}")
        self._key_index, self._value_index = key_index, value_index
        self._vocab_size, self._delimiter, self._offset = vocab_size, delimiter, value_index_offset
        self._name = "text_file_init" if name is None else name
        if isinstance(filename, Tensor):
            self._filename = filename
        else:
            with device("CPU"):
                self._filename = convert_to_tensor(filename, dtypes.string, "asset_path")
        self._file = _File(self._filename)
        super().__init__(key_dtype, value_dtype)

    def _trackable_children(self) -> dict[str, Any]:
        return {"_filename": self._file}

    def initialize(self, table: Any) -> Operation:
        """Raises TypeError where the table's dtypes are others."""
        self._check_table(table)
        with name_scope(self._name, values=[table.resource_handle]):
            filled: Operation = raw.InitializeTableFromTextFileV2(
                table.resource_handle,
                self._filename,
                self._key_index,
                self._value_index,
                vocab_size=-1 if self._vocab_size is None else self._vocab_size,
                delimiter=self._delimiter,
                offset=self._offset,
            )
        add_to_collection(GraphKeys.TABLE_INITIALIZERS, filled)
        if self._filename.op.type == "Const":  # a file that a SavedModel takes along
            add_to_collection(GraphKeys.ASSET_FILEPATHS, self._filename)
        return filled

    @property
    def _shared_name(self) -> str:
        parts = [self._filename_arg, self._vocab_size, self._key_index, self._value_index]
        known = [part for part in parts if part is not None] + ([self._offset] if self._offset else [])
        return "_".join(["hash_table", *map(str, known)])


class TextFileStringTableInitializer(TextFileInitializer):
    """Strings by number: by default the lines of a vocabulary file by their numbers."""

    def __init__(
        self,
        filename: Any,
        key_column_index: int = TextFileIndex.LINE_NUMBER,
        value_column_index: int = TextFileIndex.WHOLE_LINE,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = "text_file_string_table_init",
    ) -> None:
        super().__init__(
            filename, dtypes.int64, key_column_index, dtypes.string, value_column_index, vocab_size, delimiter, name
        )


class TextFileIdTableInitializer(TextFileInitializer):
    """Numbers by string or number: by default the numbers of the lines of a vocabulary file."""

    def __init__(
        self,
        filename: Any,
        key_column_index: int = TextFileIndex.WHOLE_LINE,
        value_column_index: int = TextFileIndex.LINE_NUMBER,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = "text_file_id_table_init",
        key_dtype: Any = dtypes.string,
    ) -> None:
        super().__init__(
            filename, key_dtype, key_column_index, dtypes.int64, value_column_index, vocab_size, delimiter, name
        )
