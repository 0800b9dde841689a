"""Which Python objects a checkpoint is made of: their children, and what of each is saved.

Variables are leaves. Lists, tuples and dicts have what they contain, under its position or key. An object may have a
method `_trackable_children() -> {name: object}`, as layers, optimizers and checkpoints do, and a method
`_checkpoint_attributes() -> {name: function of a key that makes a SaveableObject}`, as tables do. Modules, recognized by
their `submodules` and `trainable_variables`, have their attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nbtf.train.saveable import ReferenceVariableSaveable, ResourceVariableSaveable, SaveableObject, SaveSpec
from nbtf.variables.partitioned import PartitionedVariable
from nbtf.variables.resource_variable import BaseResourceVariable
from nbtf.variables.variable import Variable

VARIABLE_VALUE = "VARIABLE_VALUE"


def is_trackable(value: Any) -> bool:
    """Whether a checkpoint may have this as a part."""
    return (
        isinstance(value, (list, tuple, dict))
        or _is_variable(value)
        or hasattr(value, "_trackable_children")
        or hasattr(value, "_checkpoint_attributes")
        or _is_module(value)
    )


def children(value: Any) -> dict[str, Any]:
    """The parts of a trackable object by name, in order. Raises ValueError for a dict that leads to parts by numbers."""
    if _is_variable(value):
        return {}
    if hasattr(value, "_trackable_children"):
        return trackable_items(value._trackable_children())
    if isinstance(value, (list, tuple)):
        return trackable_items({str(i): item for i, item in enumerate(value)})
    if isinstance(value, dict):
        return _dict_children(value)
    return trackable_items(vars(value)) if _is_module(value) else {}


def trackable_items(items: Mapping[str, Any]) -> dict[str, Any]:
    """Those items that a checkpoint may have as parts."""
    return {name: item for name, item in items.items() if is_trackable(item)}


def saved_attributes(value: Any) -> dict[str, Callable[[str], SaveableObject]]:
    """What of the object itself is saved: attribute -> function that makes a SaveableObject of its key."""
    if isinstance(value, BaseResourceVariable):
        return {VARIABLE_VALUE: lambda key: ResourceVariableSaveable(value, "", key)}
    if _is_variable(value):
        return {VARIABLE_VALUE: lambda key: _ReferenceSaveable(value, key)}
    if hasattr(value, "_checkpoint_attributes"):
        made: dict[str, Callable[[str], SaveableObject]] = value._checkpoint_attributes()
        return made
    return {}


class _ReferenceSaveable(ReferenceVariableSaveable):
    """A ref variable, saved by its read."""

    def __init__(self, variable: Any, key: str) -> None:
        super().__init__(variable, "", key)
        self.specs = [SaveSpec(variable.value(), "", key, variable.dtype, variable.device)]


def _is_variable(value: Any) -> bool:
    return isinstance(value, Variable) and not isinstance(value, PartitionedVariable)


def _is_module(value: Any) -> bool:
    kind = type(value)
    return hasattr(kind, "submodules") and hasattr(kind, "trainable_variables")


def _dict_children(value: dict[Any, Any]) -> dict[str, Any]:
    for key, item in value.items():
        if not isinstance(key, str) and is_trackable(item):
            raise ValueError(
                f"Unable to save the object {value}: the key {key!r} of this dictionary leads to an object with state, "
                "and is not a string. An object that should not be saved may be kept behind one that is not tracked."
            )
    return trackable_items(value)
