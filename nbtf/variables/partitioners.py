"""Partitioners: functions of shape and dtype that tell into how many parts a variable is cut along each axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from nbtf import dtypes, tensor_shape
from nbtf.graph import default_stacks
from nbtf.variables.policies import VariableAggregation, VariableSynchronization
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import variable_scope
from nbtf.variables.store import variable_store

Partitioner = Callable[..., list[int]]


def fixed_size_partitioner(num_shards: int, axis: int = 0) -> Partitioner:
    """num_shards parts along `axis`, no more than its length."""

    def partitioner(shape: Any, **unused: Any) -> list[int]:
        dims = tensor_shape.as_shape(shape).as_list()
        length = dims[axis]
        return _along(axis, num_shards if length is None else min(num_shards, length), len(dims))

    return partitioner


def variable_axis_size_partitioner(
    max_shard_bytes: int, axis: int = 0, bytes_per_string_element: int = 16, max_shards: int | None = None
) -> Partitioner:
    """As few parts along `axis` as make each at most max_shard_bytes, but no more than max_shards.

    bytes_per_string_element: what a string is counted as. Raises ValueError for limits that are not positive.
    """
    if max_shard_bytes < 1 or bytes_per_string_element < 1:
        raise ValueError(
            "Both max_shard_bytes and bytes_per_string_element must be positive. Currently, max_shard_bytes is "
            f"{max_shard_bytes} and bytes_per_string_element is {bytes_per_string_element}"
        )
    if max_shards and max_shards < 1:
        raise ValueError("max_shards must be positive.")

    def partitioner(shape: Any, dtype: Any) -> list[int]:
        dims = _fully_defined(shape)
        row_bytes = math.prod(dims) // dims[axis] * _element_bytes(dtype, bytes_per_string_element)
        rows = max(1, max_shard_bytes // row_bytes)
        shards = math.ceil(dims[axis] / rows)
        return _along(axis, min(max_shards, shards) if max_shards else shards, len(dims))

    return partitioner


def min_max_variable_partitioner(
    max_partitions: int = 1, axis: int = 0, min_slice_size: int = 256 << 10, bytes_per_string_element: int = 16
) -> Partitioner:
    """As many parts along `axis` as leave each at least min_slice_size bytes, at most max_partitions."""

    def partitioner(shape: Any, dtype: Any) -> list[int]:
        dims = _fully_defined(shape)
        size = math.prod(dims) * _element_bytes(dtype, bytes_per_string_element)
        parts = min(dims[axis], max_partitions, math.ceil(size / min_slice_size))
        return _along(axis, max(1, parts), len(dims))

    return partitioner


def _along(axis: int, parts: int, rank: int) -> list[int]:
    partitions = [1] * rank
    partitions[axis] = parts
    return partitions


def _fully_defined(shape: Any) -> list[int]:
    if not isinstance(shape, tensor_shape.TensorShape):
        raise ValueError(f"shape is not a TensorShape: {shape}")
    if not shape.is_fully_defined():
        raise ValueError(f"shape is not fully defined: {shape}")
    return [dim for dim in shape.as_list() if dim is not None]


def _element_bytes(dtype: Any, string_bytes: int) -> int:
    found = dtypes.as_dtype(dtype)
    return string_bytes if found.base_dtype == dtypes.string else found.size


def create_partitioned_variables(
    shape: Any,
    slicing: Any,
    initializer: Any,
    dtype: Any = dtypes.float32,
    trainable: bool = True,
    collections: Any = None,
    name: str | None = None,
    reuse: Any = None,
) -> list[Any]:
    """The parts of a new variable of `shape`, slicing[i] of them along axis i.

    Raises ValueError for several axes that are cut, or for parts of no rows.
    """
    dims = tensor_shape.as_shape(shape)
    if len(slicing) != dims.ndims:
        raise ValueError(
            "The 'shape' and 'slicing' of a partitioned Variable must have the length: "
            f"shape: {dims.as_list()}, slicing: {slicing}"
        )
    with variable_scope(name, "PartitionedVariable", reuse=reuse):
        scope = get_variable_scope()
        with default_stacks.get_default_graph().name_scope(None):
            made = variable_store().get_variable(
                scope.name,
                shape=dims,
                dtype=dtype,
                initializer=initializer,
                regularizer=scope.regularizer,
                reuse=scope.reuse,
                trainable=trainable,
                collections=collections,
                caching_device=scope.caching_device,
                partitioner=lambda **unused: slicing,
                validate_shape=True,
                use_resource=scope.use_resource,
                custom_getter=scope.custom_getter,
                constraint=None,
                synchronization=VariableSynchronization.AUTO,
                aggregation=VariableAggregation.NONE,
            )
    return list(made)
