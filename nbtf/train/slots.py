"""Slots: variables that an optimizer keeps beside a primary one, named under it: "w/Adam"."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from nbtf.array.filling import zeros
from nbtf.array.shapes import shape
from nbtf.control_flow.branching import cond
from nbtf.graph.scopes import colocate_with
from nbtf.graph.tensor import Tensor
from nbtf.initializers.constants import Zeros
from nbtf.variables.initialization import is_variable_initialized
from nbtf.variables.ref_variable import RefVariable
from nbtf.variables.resource_variable import BaseResourceVariable
from nbtf.variables.scope_stack import get_variable_scope
from nbtf.variables.scoping import get_variable, variable_scope
from nbtf.variables.slices import SaveSliceInfo
from nbtf.variables.variable import Variable


def create_slot(primary: Any, val: Any, name: str, colocate_with_primary: bool = True) -> Any:
    """A slot with the initial value `val`, a tensor of any shape.

    primary: a variable or tensor. The slot is a variable "<primary>/<name>", of the primary's kind.
    """
    is_known = val.get_shape().is_fully_defined()
    with variable_scope(None, f"{_prefix(primary)}/{name}"), _place(primary, colocate_with_primary):
        return _slot_variable(primary, val, validate_shape=is_known)


def create_slot_with_initializer(
    primary: Any, initializer: Any, shape: Any, dtype: Any, name: str, colocate_with_primary: bool = True
) -> Any:
    """A slot of this shape and dtype that `initializer` fills."""
    is_known = shape.is_fully_defined()
    with variable_scope(None, f"{_prefix(primary)}/{name}"), _place(primary, colocate_with_primary):
        if isinstance(initializer, Tensor):
            return _slot_variable(primary, initializer, validate_shape=is_known)
        return _slot_variable(primary, initializer, validate_shape=is_known, shape=shape, dtype=dtype)


def create_zeros_slot(primary: Any, name: str, dtype: Any = None, colocate_with_primary: bool = True) -> Any:
    """A slot of the primary's shape, zeros at first; dtype: the primary's unless given."""
    dtype = primary.dtype if dtype is None else dtype
    static = primary.get_shape()
    if static.is_fully_defined():
        return create_slot_with_initializer(primary, Zeros(), static, dtype, name, colocate_with_primary)
    value = primary
    if isinstance(primary, Variable):
        value = cond(is_variable_initialized(primary), primary.read_value, lambda: primary.initial_value)
    return create_slot(primary, zeros(shape(value), dtype=dtype), name, colocate_with_primary)


def _prefix(primary: Any) -> str:
    return str(primary._shared_name if isinstance(primary, Variable) else primary.op.name)


def _place(primary: Any, colocate_with_primary: bool) -> AbstractContextManager[None]:
    return colocate_with(primary) if colocate_with_primary else nullcontext()


def _slot_variable(primary: Any, value: Any, **facts: Any) -> Any:
    """The slot of the variable scope in force; a slot is never partitioned, its primary is a part already."""
    scope = get_variable_scope()
    partitioner = scope.partitioner
    scope.set_partitioner(None)
    use_resource = True if isinstance(primary, BaseResourceVariable) else None
    if isinstance(primary, RefVariable):
        use_resource = False
    try:
        slot = get_variable("", initializer=value, trainable=False, use_resource=use_resource, **facts)
    finally:
        scope.set_partitioner(partitioner)
    info = primary._save_slice_info if isinstance(primary, Variable) else None
    if info is not None:
        _describe_part(slot, primary, info)
    return slot


def _describe_part(slot: Any, primary: Any, info: SaveSliceInfo) -> None:
    """The slot of a part of a partitioned variable is the same part of the whole slot."""
    rank = slot.get_shape().ndims
    if rank is None or rank > 0:
        # cut by length, also where an enclosing variable scope stands before the primary's name: checkpoints have it so
        name = slot.op.name[len(primary.op.name) + 1 :]
        assert info.full_shape is not None and info.var_offset is not None and info.var_shape is not None
        slot._set_save_slice_info(
            SaveSliceInfo(
                f"{info.full_name}/{name}", info.full_shape[:rank], info.var_offset[:rank], info.var_shape[:rank]
            )
        )
