"""tf.assign and its kin: functions of a variable of either kind, or of a reference."""

from __future__ import annotations

from typing import Any

from nbtf.graph.raw_ops import raw


def is_reference(ref: Any) -> bool:
    """Whether the operations of references serve `ref`; a resource variable has methods of its own."""
    return bool(ref.dtype._is_ref_dtype)


def assign(
    ref: Any,
    value: Any,
    validate_shape: bool | None = None,
    use_locking: bool | None = None,
    name: str | None = None,
) -> Any:
    """ref = value. Gives a reference that reads the new value; of a resource variable, the variable after it.

    With validate_shape the shape stays the variable's own.
    """
    if is_reference(ref):
        return raw.Assign(ref, value, validate_shape=validate_shape, use_locking=use_locking, name=name)
    return ref.assign(value, name=name)


def assign_add(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Any:
    """ref += value. Gives a reference that reads the new value; of a resource variable, the variable after it."""
    if is_reference(ref):
        return raw.AssignAdd(ref, value, use_locking=use_locking, name=name)
    return ref.assign_add(value)


def assign_sub(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Any:
    """ref -= value. Gives a reference that reads the new value; of a resource variable, the variable after it."""
    if is_reference(ref):
        return raw.AssignSub(ref, value, use_locking=use_locking, name=name)
    return ref.assign_sub(value)


def count_up_to(ref: Any, limit: int, name: str | None = None) -> Any:
    """The value before 1 is added to it; the run raises OutOfRangeError once it has reached `limit`."""
    if is_reference(ref):
        return raw.CountUpTo(ref, limit=limit, name=name)
    return raw.ResourceCountUpTo(ref.handle, limit=limit, T=ref.dtype, name=name)
