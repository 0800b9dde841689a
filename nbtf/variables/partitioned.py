"""PartitionedVariable: one variable in several, each a part of it along one axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nbtf import tensor_shape
from nbtf.array import joining
from nbtf.dtypes import DType
from nbtf.graph.conversion import register_tensor_conversion_function
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor


class PartitionInfo:
    """Where a part lies in its variable: initializers get it as `partition_info`."""

    def __init__(self, full_shape: Sequence[int], var_offset: Sequence[int]) -> None:
        if len(full_shape) != len(var_offset):
            raise ValueError(
                f"Expected equal length, but `var_offset` is of length {len(var_offset)} while full_shape is of length "
                f"{len(full_shape)}."
            )
        self.full_shape = list(full_shape)
        self.var_offset = list(var_offset)

    def single_offset(self, shape: Sequence[int]) -> int:
        """The offset along the axis that is cut, of a part of the given shape; 0 if none is."""
        axis = self.single_slice_dim(shape)
        return 0 if axis is None else self.var_offset[axis]

    def single_slice_dim(self, shape: Sequence[int]) -> int | None:
        """The axis along which a part of the given shape is cut; None for the whole. ValueError for several axes."""
        if len(shape) != len(self.full_shape):
            raise ValueError(f"Expected equal length, but received shape={shape} of length {len(shape)}")
        cut = [i for i, (part, full) in enumerate(zip(shape, self.full_shape, strict=True)) if part != full]
        if len(cut) > 1:
            raise ValueError(f"Cannot use single_slice_dim() with shape={shape}: it is cut along the axes {cut}")
        return cut[0] if cut else None


class PartitionedVariable:
    """Parts of one variable, in order. It stands wherever a tensor may: the parts are concatenated there."""

    def __init__(
        self, name: str, shape: Any, dtype: DType, variable_list: Sequence[Any], partitions: Sequence[int]
    ) -> None:
        """partitions: the number of parts in each dim, more than one in one dim at most.

        Raises TypeError for what are no lists, ValueError for variables that are no parts.
        """
        if not isinstance(variable_list, (list, tuple)):
            raise TypeError(f"variable_list is not a list or tuple: {variable_list}")
        if not isinstance(partitions, (list, tuple)):
            raise TypeError(f"partitions is not a list or tuple: {partitions}")
        if not all(part >= 1 for part in partitions):
            raise ValueError(f"partition values must be positive: {partitions}")
        if not variable_list:
            raise ValueError("variable_list may not be empty")
        for variable in variable_list:
            info = variable._get_save_slice_info()
            if info is None:
                raise ValueError("All variables must have a save_slice_info available: " + variable.name)
            if not info.full_name.startswith(name):
                raise ValueError(f"Variable name {info.full_name} does not start with the partitioned name {name}")
        self._variables = sorted(variable_list, key=lambda one: one._get_save_slice_info().var_offset)
        self._name = name
        self._shape = tensor_shape.as_shape(shape)
        self._dtype = dtype
        self._partitions = list(partitions)

    @property
    def name(self) -> str:
        return self._name

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def shape(self) -> tensor_shape.TensorShape:
        return self._shape

    def get_shape(self) -> tensor_shape.TensorShape:
        return self._shape

    @property
    def _distribute_strategy(self) -> None:
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(self._variables)

    def __len__(self) -> int:
        axes = self._partition_axes()
        if len(axes) > 1:
            raise ValueError(f"Cannot get a length for {len(axes)} > 1 partition axes")
        return len(self._variables)

    def _partition_axes(self) -> list[int]:
        return [i for i, parts in enumerate(self._partitions) if parts > 1] or [0]

    def _get_variable_list(self) -> list[Any]:
        return self._variables

    def _get_partitions(self) -> list[int]:
        return self._partitions

    def as_tensor(self) -> Tensor:
        """The parts concatenated, as a tensor of the variable's name."""
        if len(self._variables) == 1:
            with name_scope(None):
                only: Tensor = raw.Identity(self._variables[0], name=self._name)
            return only
        axes = self._partition_axes()
        if len(axes) > 1:
            raise NotImplementedError(
                f"Cannot concatenate along more than one dimension: {axes}.  Multi-axis partition concat is not supported"
            )
        with name_scope(f"{self._name}/ConcatPartitions/"):
            parts = raw.ConcatV2(self._variables, axes[0], name="concat")
        with name_scope(None):
            whole: Tensor = raw.Identity(parts, name=self._name)
        return whole

    def assign(self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """Assigns to every part its part of `value`, or its own value where that is a PartitionedVariable or a list.

        Gives the changed parts, or without read_value their operations.
        """
        return self._for_each("assign", value, use_locking, name, read_value)

    def assign_add(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Adds to every part: see `assign`."""
        return self._for_each("assign_add", value, use_locking, name, read_value)

    def assign_sub(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """Subtracts from every part: see `assign`."""
        return self._for_each("assign_sub", value, use_locking, name, read_value)

    def _for_each(self, method: str, value: Any, use_locking: bool, name: str | None, read_value: bool) -> list[Any]:
        if isinstance(value, (PartitionedVariable, list)):
            values = list(value)
            if len(values) != len(self._variables):
                raise ValueError(f"{len(values)} values for the {len(self._variables)} parts of {self._name}")
        else:
            axis = self._partition_axes()[0]
            lengths = [variable.shape.as_list()[axis] for variable in self._variables]
            values = joining.split(value, lengths, axis)
        return [
            getattr(variable, method)(part, use_locking=use_locking, name=name, read_value=read_value)
            for variable, part in zip(self._variables, values, strict=True)
        ]


def _convert(value: PartitionedVariable, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(
            f"Incompatible type conversion requested to type {dtype.name!r} for variable of type {value.dtype.name!r}"
        )
    if as_ref:
        raise NotImplementedError(f"PartitionedVariable {value.name} doesn't support being used as a reference.")
    return value.as_tensor()


register_tensor_conversion_function(PartitionedVariable, _convert)


def known_dims(shape: tensor_shape.TensorShape) -> list[int]:
    """The dims of a shape that is fully defined."""
    return [dim for dim in shape.as_list() if dim is not None]


def partitions_of(partitioner: Callable[..., Any], shape: tensor_shape.TensorShape, dtype: DType) -> list[int]:
    """What a partitioner answers. Raises ValueError for an unknown shape and for answers that are no partitioning."""
    if not shape.is_fully_defined():
        raise ValueError(f"Shape of a new partitioned variable must be fully defined, but instead was {shape}.")
    if shape.ndims is not None and shape.ndims < 1:
        raise ValueError(f"A partitioned Variable must have rank at least 1: {shape}")
    answer = partitioner(shape=shape, dtype=dtype)
    if not isinstance(answer, (list, tuple)):
        raise ValueError(f"Partitioner must return a sequence, but saw: {answer}")
    if len(answer) != shape.ndims:
        raise ValueError(
            f"Partitioner returned a partition list that does not match the Variable's rank: {answer} vs. {shape}"
        )
    if any(part < 1 for part in answer):
        raise ValueError(f"Partitioner returned zero partitions for some axes: {answer}")
    if sum(part > 1 for part in answer) > 1:
        raise ValueError(
            f"Can only slice a variable along one dimension: shape: {shape.as_list()}, partitioning: {list(answer)}"
        )
    for part, dim in zip(answer, known_dims(shape), strict=True):
        if part > dim:
            raise ValueError(f"A variable of shape {shape} has no {part} parts along an axis of length {dim}")
    return [int(part) for part in answer]


def parts_of(shape: Sequence[int], partitions: Sequence[int]) -> Iterator[tuple[list[int], list[int]]]:
    """(offset, shape) of each part; the first ones are longer by one where the axis is no multiple."""
    axis = next((i for i, parts in enumerate(partitions) if parts > 1), 0)
    parts = partitions[axis]
    shortest, longer = divmod(shape[axis], parts)
    at = 0
    for i in range(parts):
        length = shortest + (i < longer)
        yield [at if j == axis else 0 for j in range(len(shape))], [*shape[:axis], length, *shape[axis + 1 :]]
        at += length
