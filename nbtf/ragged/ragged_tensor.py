"""RaggedTensor: rows of different lengths, as their values one after the other and where each row ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import range as range_of
from nbtf.array.filling import zeros
from nbtf.array.indexing import gather
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import shape as raw_shape
from nbtf.array.shapes import size
from nbtf.composite_tensor import CompositeTensor
from nbtf.debugging.comparisons import assert_equal
from nbtf.debugging.static_checks import assert_rank_at_least
from nbtf.graph import default_stacks
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.graph.tensor import Tensor
from nbtf.math import operands
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_max
from nbtf.ragged import dense_rows, gathering, indexing, merging, row_partitions, segments
from nbtf.tensor_shape import TensorShape, as_shape, unknown_shape


class RaggedTensorValue(NamedTuple):
    """What fetching a RaggedTensor gives, and what it may be fed: values, an array or again ragged, and row splits."""

    values: Any
    row_splits: Any

    @property
    def flat_values(self) -> Any:
        """The innermost values."""
        return self.values.flat_values if isinstance(self.values, RaggedTensorValue) else self.values

    @property
    def nested_row_splits(self) -> tuple[Any, ...]:
        """The row splits of all ragged dimensions, the outermost first."""
        inner = self.values.nested_row_splits if isinstance(self.values, RaggedTensorValue) else ()
        return (self.row_splits, *inner)

    @property
    def ragged_rank(self) -> int:
        return len(self.nested_row_splits)

    def __repr__(self) -> str:
        return f"<tf.RaggedTensorValue {self.to_list()}>"

    def __str__(self) -> str:
        return repr(self)

    def to_list(self) -> list[Any]:
        """Nested lists of the rows."""
        values = self.values.to_list() if hasattr(self.values, "to_list") else np.asarray(self.values).tolist()
        return [values[start:end] for start, end in zip(self.row_splits[:-1], self.row_splits[1:], strict=True)]


def _binary(function: Callable[..., Any]) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    """An operator and the reflected one."""
    return (
        lambda self, other: self._combined(function, self, other),
        lambda self, other: self._combined(function, other, self),
    )


class RaggedTensor(CompositeTensor):
    """Rows of `values`: row i is values[row_splits[i] : row_splits[i + 1]]. values: a tensor or a RaggedTensor."""

    def __init__(
        self,
        values: Any,
        row_splits: Tensor,
        uniform_row_length: Tensor | None = None,
        partition: row_partitions.RowPartition | None = None,
    ) -> None:
        """partition: the row splits and whatever else of the rows is a tensor already."""
        if partition is None:
            partition = row_partitions.RowPartition(row_splits, uniform_row_length=uniform_row_length)
        self._values = values
        self._partition = partition
        self._row_splits = row_splits
        row_splits.shape.assert_has_rank(1)
        values.shape.with_rank_at_least(1)

    # ---- making ----

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Row i is values[row_splits[i] : row_splits[i + 1]].

        validate: the graph refuses row splits that do not begin with 0, fall, or do not end with the values.
        """
        with name_scope(name, "RaggedFromRowSplits", [row_splits]):
            partition = row_partitions.from_row_splits(row_splits, validate)
            return cls._of(values, partition, validate)

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """The first row_lengths[0] values are row 0, the next row_lengths[1] are row 1, and so on."""
        with name_scope(name, "RaggedFromRowLengths", [row_lengths]):
            partition = row_partitions.from_row_lengths(row_lengths, validate)
            return cls._of(values, partition, validate)

    @classmethod
    def from_row_starts(
        cls, values: Any, row_starts: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Row i begins at row_starts[i] and ends where the next one begins."""
        with name_scope(name, "RaggedFromRowStarts", [values, row_starts]):
            values = _values(values)
            partition = row_partitions.from_row_starts(row_starts, raw_shape(values)[0], validate)
            return cls._of(values, partition, validate)

    @classmethod
    def from_row_limits(
        cls, values: Any, row_limits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Row i begins where the one before ends, and ends at row_limits[i]."""
        with name_scope(name, "RaggedFromRowLimits", [row_limits]):
            partition = row_partitions.from_row_limits(row_limits, validate)
            return cls._of(values, partition, validate)

    @classmethod
    def from_value_rowids(
        cls, values: Any, value_rowids: Any, nrows: Any = None, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """values[i] belongs to row value_rowids[i]; the ids never fall. nrows: number of rows."""
        with name_scope(name, "RaggedFromValueRowIds", [value_rowids]):
            partition = row_partitions.from_value_rowids(value_rowids, nrows, validate)
            values = _values(values)
            assert partition.value_rowids is not None
            values.shape[:1].assert_is_compatible_with(partition.value_rowids.shape)
            return cls._of(values, partition, validate)

    @classmethod
    def from_uniform_row_length(
        cls, values: Any, uniform_row_length: Any, nrows: Any = None, validate: bool = True, name: str | None = None
    ) -> RaggedTensor:
        """Rows of one length. nrows: number of rows, which rows of length 0 need."""
        with name_scope(name, "RaggedFromUniformRowLength", [values, uniform_row_length, nrows]):
            values = _values(values)
            length = row_partitions.as_partition(uniform_row_length, "UniformRowLength")
            static = values.shape.as_list()[0]
            if static is not None:
                count = constant(static, length.dtype)
            elif isinstance(values, RaggedTensor):
                count = values.nrows()
            else:
                count = raw_shape(values, out_type=length.dtype)[0]
            partition = row_partitions.from_uniform_row_length(length, count, nrows, validate)
            return cls._of(values, partition, validate)

    @classmethod
    def from_nested_row_splits(
        cls, flat_values: Any, nested_row_splits: Sequence[Any], name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows of rows: the row splits of every ragged dimension, the outermost first."""
        if isinstance(nested_row_splits, Tensor):
            raise TypeError(f"Argument `nested_row_splits` must be a list of Tensors. Received {nested_row_splits}")
        with name_scope(name, "RaggedFromNestedRowSplits", [flat_values, *nested_row_splits]):
            result = flat_values
            for splits in reversed(nested_row_splits):
                result = cls.from_row_splits(result, splits, validate=validate)
            return result  # type: ignore[no-any-return]

    @classmethod
    def from_nested_row_lengths(
        cls, flat_values: Any, nested_row_lengths: Sequence[Any], name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows of rows: how long the rows of every ragged dimension are, the outermost first."""
        if isinstance(nested_row_lengths, Tensor):
            raise TypeError(f"Argument `nested_row_lengths` must be a list of Tensors. Received {nested_row_lengths}")
        with name_scope(name, "RaggedFromNestedRowlengths", [flat_values, *nested_row_lengths]):
            result = flat_values
            for lengths in reversed(nested_row_lengths):
                result = cls.from_row_lengths(result, lengths, validate=validate)
            return result  # type: ignore[no-any-return]

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Sequence[Any],
        nested_nrows: Sequence[Any] | None = None,
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """Rows of rows: the row of each value of every ragged dimension, the outermost first. nested_nrows: of rows."""
        if isinstance(nested_value_rowids, Tensor):
            raise TypeError(
                f"Argument `nested_value_rowids` must be a list of Tensors. Received {nested_value_rowids}."
            )
        if nested_nrows is None:
            nested_nrows = [None] * len(nested_value_rowids)
        elif isinstance(nested_nrows, Tensor):
            raise TypeError(f"Argument `nested_nrows` must be a list of Tensors. Received {nested_nrows}.")
        elif len(nested_nrows) != len(nested_value_rowids):
            raise ValueError(
                "Argument `nested_nrows` must have the same length as argument `nested_value_rowids`. len(nested_nrows) = "
                f"{len(nested_nrows)} vs. len(nested_values_rowids) = {len(nested_value_rowids)}."
            )
        with name_scope(name, "RaggedFromNestedValueRowIds", [flat_values, *nested_value_rowids, *nested_nrows]):
            result = flat_values
            for rows, count in zip(reversed(nested_value_rowids), reversed(nested_nrows), strict=True):
                result = cls.from_value_rowids(result, rows, count, validate=validate)
            return result  # type: ignore[no-any-return]

    @classmethod
    def from_tensor(
        cls,
        tensor: Any,
        lengths: Any = None,
        padding: Any = None,
        ragged_rank: int = 1,
        name: str | None = None,
        row_splits_dtype: Any = dtypes.int64,
    ) -> RaggedTensor:
        """The rows of a tensor [rows, columns, ...]. ragged_rank: so many dimensions become ragged.

        lengths: how much of each row counts, [rows], or a list of such lengths, one a ragged dimension; padding: what
        fills up the end of rows, of the innermost ragged dimension. Without them all rows are as long. Raises ValueError
        for both at once and for tensors of less than ragged_rank + 1 dims, TypeError for a ragged_rank that is no int.
        """
        if lengths is not None and padding is not None:
            raise ValueError("Specify argument `lengths` or `padding`, but not both.")
        if not isinstance(ragged_rank, int):
            raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank}.")
        if ragged_rank <= 0:
            raise ValueError(f"Argument `ragged_rank` must be greater than 0. Received {ragged_rank}.")
        with name_scope(name, "RaggedFromTensor", [tensor, lengths, padding]):
            return dense_rows.from_tensor(cls, tensor, lengths, padding, ragged_rank, dtypes.as_dtype(row_splits_dtype))

    @classmethod
    def from_sparse(cls, st_input: Any, name: str | None = None, row_splits_dtype: Any = dtypes.int64) -> RaggedTensor:
        """The values of a SparseTensor of rank 2 whose rows have no holes; a run refuses another."""
        with name_scope(name, "RaggedFromSparse", [st_input]):
            if st_input.shape.ndims != 2:
                raise ValueError(f"rank(st_input) must be 2. Received st_input with rank {st_input.shape.ndims}.")
            ids = cast(st_input.indices[:, 0], row_splits_dtype)
            rows = cast(st_input.dense_shape[0], row_splits_dtype)
            made = cls.from_value_rowids(st_input.values, ids, rows, validate=False)
            places = cast(st_input.indices[:, 1], row_splits_dtype)
            expected = range_of(size(places, out_type=row_splits_dtype)) - gather(made.row_starts(), ids)
            hole = "SparseTensor is not right-ragged"
            return made.with_values(
                row_partitions.checked([assert_equal(places, expected, message=hole)], st_input.values)
            )

    @classmethod
    def _of(cls, values: Any, partition: row_partitions.RowPartition, validate: bool) -> RaggedTensor:
        values = _values(values)
        if validate:
            message = "Arguments to _from_row_partition do not form a valid RaggedTensor"
            splits = partition.row_splits
            if isinstance(values, RaggedTensor):
                count = values.nrows()
                checks = [assert_equal(splits[-1], count, message=message)]
            else:
                count = raw_shape(values, out_type=splits.dtype)[0]
                checks = [
                    assert_equal(splits[-1], count, message=message),
                    assert_rank_at_least(values, 1, message=message),
                ]
            partition = partition.after(checks)
        return cls._in(values, partition)

    @classmethod
    def _in(cls, values: Any, partition: row_partitions.RowPartition) -> RaggedTensor:
        return cls(values, partition.row_splits, partition=partition)

    # ---- parts ----

    @property
    def values(self) -> Any:
        """All rows one after the other."""
        return self._values

    @property
    def row_splits(self) -> Tensor:
        """Where each row ends, after a zero: int32 or int64 [rows + 1]."""
        return self._row_splits

    @property
    def flat_values(self) -> Any:
        """The innermost values."""
        return self._values.flat_values if isinstance(self._values, RaggedTensor) else self._values

    @property
    def nested_row_splits(self) -> tuple[Tensor, ...]:
        """The row splits of all ragged dimensions, the outermost first."""
        inner = self._values.nested_row_splits if isinstance(self._values, RaggedTensor) else ()
        return (self._row_splits, *inner)

    @property
    def uniform_row_length(self) -> Tensor | None:
        """How long all rows are, where they were made as long; else None."""
        return self._partition.uniform_row_length

    @property
    def ragged_rank(self) -> int:
        """Number of ragged dimensions."""
        return len(self.nested_row_splits)

    @property
    def dtype(self) -> dtypes.DType:
        dtype: dtypes.DType = self._values.dtype
        return dtype

    @property
    def shape(self) -> TensorShape:
        """The static shape; a ragged dimension has no size."""
        splits, values = self._row_splits.shape, self._values.shape
        if values.ndims is None:
            return unknown_shape()
        rows = splits.as_list()[0] if splits.ndims is not None else None
        length = self.uniform_row_length
        known = None if length is None else constant_value(length)
        columns = None if known is None else int(known)
        return TensorShape([None if rows is None else rows - 1, columns, *values.as_list()[1:]])

    def get_shape(self) -> TensorShape:
        return self.shape

    @property
    def graph(self) -> Any:
        return self._row_splits.graph

    def consumers(self) -> list[Any]:
        """The operations that take any of its tensors, each once."""
        return list(dict.fromkeys(op for part in self._components() for op in part.consumers()))

    def with_values(self, new_values: Any) -> RaggedTensor:
        """Other values in the same rows; as many as there were."""
        new_values.shape.with_rank_at_least(1)
        self._values.shape[:1].assert_is_compatible_with(new_values.shape[:1])
        return RaggedTensor._in(new_values, self._partition)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """Other innermost values in the same rows."""
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        if not isinstance(new_values, RaggedTensor):
            new_values = convert_to_tensor(new_values)
        return self.with_values(new_values)

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The same rows with row splits of another dtype, int32 or int64. Raises ValueError for others."""
        dtype = dtypes.as_dtype(dtype)
        if dtype not in (dtypes.int32, dtypes.int64):
            raise ValueError(f"Argument `row_splits` dtype must be int32 or int64. Received {dtype}.")
        if self._row_splits.dtype == dtype:
            return self
        values = self._values
        if isinstance(values, RaggedTensor):
            values = values.with_row_splits_dtype(dtype)
        return RaggedTensor._in(values, self._partition.with_dtype(dtype))

    def merge_dims(self, outer_axis: int, inner_axis: int) -> Any:
        """The dims from outer_axis to inner_axis as one; a tensor where no ragged dim is left.

        Raises TypeError and ValueError for axes that are no ints, or not there, or in the wrong order.
        """
        return merging.merge_dims(self, outer_axis, inner_axis)

    # ---- what is in it ----

    def nrows(self, out_type: Any = None, name: str | None = None) -> Any:
        """Number of rows, of the dtype of the row splits or out_type."""
        with name_scope(name, "RaggedNRows", [self]):
            splits, count = self._row_splits, self._partition.nrows
            known = splits.shape.as_list()[0]
            if count is None and known is not None:
                count = constant(known - 1, splits.dtype)
            elif count is None:
                count = raw_shape(splits, out_type=splits.dtype)[0] - 1
            return count if out_type is None else cast(count, out_type)

    def row_starts(self, name: str | None = None) -> Any:
        """Where each row begins: [rows]."""
        with name_scope(name, "RaggedRowStarts", [self]):
            return self._row_splits[:-1]

    def row_limits(self, name: str | None = None) -> Any:
        """Where each row ends: [rows]."""
        with name_scope(name, "RaggedRowLimits", [self]):
            return self._row_splits[1:]

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Any:
        """How long each row is: [rows]; of axis 2 on a RaggedTensor of the lengths of the rows within."""
        if axis == 0:
            return self.nrows()
        with name_scope(name, "RaggedRowLengths", [self]):
            if axis > 1:
                return self.with_values(self._values.row_lengths(axis - 1))
        known = self._partition.row_lengths
        return self._row_splits[1:] - self._row_splits[:-1] if known is None else known

    def nested_row_lengths(self, name: str | None = None) -> tuple[Any, ...]:
        """How long the rows of all ragged dimensions are, the outermost first."""
        with name_scope(name, "RaggedNestedRowLengths", [self]):
            return tuple(one.row_lengths() for one in self._levels())

    def value_rowids(self, name: str | None = None) -> Any:
        """The row of each value."""
        with name_scope(name, "RaggedValueRowIds", [self]):
            known = self._partition.value_rowids
            return segments.row_splits_to_segment_ids(self._row_splits) if known is None else known

    def nested_value_rowids(self, name: str | None = None) -> tuple[Any, ...]:
        """The row of each value of all ragged dimensions, the outermost first."""
        with name_scope(name, "RaggedNestedValueRowIds", [self]):
            return tuple(one.value_rowids() for one in self._levels())

    def _levels(self) -> list[RaggedTensor]:
        """This RaggedTensor, the one that its values are, and so on."""
        return [self, *(self._values._levels() if isinstance(self._values, RaggedTensor) else ())]

    def bounding_shape(self, axis: Any = None, name: str | None = None, out_type: Any = None) -> Any:
        """The shape of the smallest tensor with room for all rows; axis: only of these dimensions."""
        with name_scope(name, "RaggedBoundingBox", [self, axis]):
            dtype = self._row_splits.dtype if out_type is None else dtypes.as_dtype(out_type)
            if isinstance(axis, int) and axis == 0:
                return raw_shape(self._row_splits, out_type=dtype)[0] - 1
            if isinstance(axis, int) and axis == 1:
                return cast(raw.Maximum(reduce_max(self.row_lengths()), 0), dtype)
            outer = raw_shape(self._row_splits, out_type=dtype)
            inner = raw_shape(self.flat_values, out_type=dtype)
            rows = outer[0] - 1
            splits = self.nested_row_splits
            lengths = [raw.Maximum(reduce_max(one[1:] - one[:-1]), 0) for one in splits]
            tail = inner[1:]
            lengths = [cast(one, dtype) for one in lengths]
            box = concat([stack([rows, *lengths]), tail], 0)
            return box if axis is None else gather(box, axis)

    def __getitem__(self, key: Any) -> Any:
        """Row `key`, an int or a scalar tensor; or rows and parts of rows, by a tuple of indices and slices.

        None (tf.newaxis) is a new dim of size 1. A dim that is ragged can be sliced, but not indexed: not all rows have
        an element there. Raises ValueError for an index there, TypeError for other bounds than integers.
        """
        with name_scope(None, "RaggedGetItem", [self]):
            return indexing.item(self, key)

    # ---- functions of each element ----

    def _each_element(self, function: Any, arguments: dict[str, Any]) -> Any:
        """A function that is just an op, of these arguments by their names in the signature."""
        if not function.is_elementwise:
            raise TypeError(f"{function.__name__} does not take RaggedTensors: {self}")
        from nbtf.ragged import elementwise  # it makes RaggedTensors

        inputs = function.input_names
        attrs = {key: value for key, value in arguments.items() if key not in (*inputs, "name")}

        def of_values(*operands: Any) -> Any:
            return function(**dict(zip(inputs, operands, strict=True)), **attrs)

        return elementwise.combine(of_values, *[arguments[key] for key in inputs], name=arguments.get("name"))

    __add__, __radd__ = _binary(operands.add)
    __sub__, __rsub__ = _binary(operands.subtract)
    __mul__, __rmul__ = _binary(operands.multiply)
    __truediv__, __rtruediv__ = _binary(operands.truediv)
    __floordiv__, __rfloordiv__ = _binary(operands.floordiv)
    __mod__, __rmod__ = _binary(operands.floormod)
    __pow__, __rpow__ = _binary(operands.pow)
    __and__, __rand__ = _binary(operands.logical_and)
    __or__, __ror__ = _binary(operands.logical_or)
    __xor__, __rxor__ = _binary(operands.logical_xor)
    __lt__, _ = _binary(operands.less)
    __le__, _ = _binary(operands.less_equal)
    __gt__, _ = _binary(operands.greater)
    __ge__, _ = _binary(operands.greater_equal)

    def __neg__(self) -> Any:
        return self._combined(operands.negative, self)

    def __abs__(self) -> Any:
        return self._combined(operands.abs, self)

    def __invert__(self) -> Any:
        return self._combined(operands.logical_not, self)

    @staticmethod
    def _combined(function: Callable[..., Any], *operands: Any, name: str | None = None) -> Any:
        from nbtf.ragged import elementwise  # it makes RaggedTensors

        return elementwise.combine(function, *operands, name=name)

    def _reduced(self, kind: str, axis: Any, keepdims: bool, name: str | None) -> Any:
        """What tf.reduce_<kind> does of it."""
        from nbtf.ragged import row_reductions  # it makes RaggedTensors

        return row_reductions.reduce(kind, self, axis, keepdims, name)

    @staticmethod
    def _gathered(params: Any, indices: Any, axis: Any, batch_dims: int, name: str | None) -> Any:
        """What tf.gather does where params or indices are ragged."""
        return gathering.gather(params, indices, axis, batch_dims, name)

    # ---- dense and sparse ----

    def to_tensor(self, default_value: Any = None, name: str | None = None, shape: Any = None) -> Any:
        """Rows filled up with default_value (0 or ""), all as long as the longest, or as `shape` says."""
        with name_scope(name, "RaggedToTensor", [self, default_value, shape]):
            if default_value is None:
                default_value = zeros((), self.dtype)
            else:
                default_value = convert_to_tensor(default_value, self.dtype, "default_value")
            if shape is None:
                wanted: Any = -1
            else:
                dims = as_shape(shape)
                wanted = [-1 if dim is None else dim for dim in dims.as_list()] if dims.ndims is not None else -1
            partitions = self._typed_partitions()
            made = raw.RaggedTensorToTensor(
                constant(wanted, partitions[0][1].dtype),
                self.flat_values,
                default_value,
                [tensor for _, tensor in partitions],
                row_partition_types=[kind for kind, _ in partitions],
            )
            made.set_shape(self.shape if shape is None else shape)
            return made

    def _typed_partitions(self) -> list[tuple[str, Tensor]]:
        """What tells the rows of each dimension in the least roundabout way: kind and tensor."""
        found = []
        for level in self._levels():
            splits, _, rowids, nrows, _ = level._partition
            if rowids is None:
                found.append(("ROW_SPLITS", splits))
            elif nrows is not None and not found:
                found += [("FIRST_DIM_SIZE", nrows), ("VALUE_ROWIDS", rowids)]
            else:
                found.append(("VALUE_ROWIDS", rowids))
        return found

    def to_sparse(self, name: str | None = None) -> SparseTensor:
        """The values at their places."""
        with name_scope(name, "RaggedToSparse", [self]):
            made = raw.RaggedTensorToSparse(list(self.nested_row_splits), self.flat_values, name=name)
            return SparseTensor(*made)

    def to_list(self) -> list[Any]:
        """Nested lists, run in the default session."""
        return self.eval().to_list()  # type: ignore[no-any-return]

    # ---- as a value of several tensors ----

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Runs its tensors in `session` or the default one: a RaggedTensorValue."""
        return default_stacks.session_for("eval", session, self.graph).run(self, feed_dict)

    def _components(self) -> Sequence[Tensor]:
        return [self.flat_values, *self.nested_row_splits]

    def _with_components(self, components: Sequence[Any]) -> RaggedTensor:
        result, *splits = components
        for one in reversed(splits):
            result = RaggedTensor(result, one)
        return result  # type: ignore[no-any-return]

    def _fetch_components(self) -> tuple[Sequence[Any], Callable[[list[Any]], RaggedTensorValue]]:
        """How `Session.run` fetches it: the tensors, and what becomes of their values."""

        def value(parts: list[Any]) -> RaggedTensorValue:
            result, *splits = parts
            for one in reversed(splits):
                result = RaggedTensorValue(result, one)
            return result  # type: ignore[no-any-return]

        return self._components(), value

    def numpy(self) -> Any:
        """Raises ValueError: values are there in runs only, see `eval`."""
        raise ValueError("RaggedTensor.numpy() is only supported in eager mode.")

    def __bool__(self) -> bool:
        raise TypeError("RaggedTensor may not be used as a boolean.")

    def __str__(self) -> str:
        return f"tf.RaggedTensor(values={self._values}, row_splits={self._row_splits})"

    __repr__ = __str__


def _values(values: Any) -> Any:
    """Rows of a RaggedTensor, or a tensor of at least one dimension."""
    if isinstance(values, RaggedTensor):
        return values
    values = convert_to_tensor(values, name="values")
    values.shape.with_rank_at_least(1)
    return values
