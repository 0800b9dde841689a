"""tf.scatter_* of variables: parts of a variable, named by indices, are changed in place.

scatter_*: indices [...] name rows; updates [...] + the shape of a row. scatter_nd_*: indices [..., k] name parts by
their first k coordinates; updates [...] + the shape of a part.
"""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array import joining, shapes
from nbtf.graph import conversion
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.variables.assigning import is_reference
from nbtf.variables.resource_variable import BaseResourceVariable


def _scatter(
    kind: str, ref: Any, indices: Any, updates: Any, use_locking: bool | None, name: str | None, as_updates: bool = True
) -> Any:
    """A reference that reads the changed variable; of a resource variable, the variable after the change."""
    if is_reference(ref):
        return getattr(raw, f"Scatter{kind}")(ref, indices, updates, use_locking=use_locking, name=name)
    if as_updates:
        updates = conversion.convert_to_tensor(updates, dtype=ref.dtype)
    op = getattr(raw, f"ResourceScatter{kind}")(ref.handle, indices, updates, name=name)
    return _after(ref, op)


def _after(ref: Any, op: Any) -> Any:
    return ref._changed_by(op) if isinstance(ref, BaseResourceVariable) else op


def scatter_update(ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None) -> Any:
    """Rows become the updates. Of rows named twice, the last update stays."""
    return _scatter("Update", ref, indices, updates, use_locking, name)


def scatter_add(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Updates are added to rows; those of one row add up."""
    return _scatter("Add", ref, indices, updates, use_locking, name)


def scatter_sub(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Updates are subtracted from rows; those of one row add up."""
    return _scatter("Sub", ref, indices, updates, use_locking, name)


def scatter_mul(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Rows are multiplied by updates; those of one row multiply."""
    return _scatter("Mul", ref, indices, updates, use_locking, name)


def scatter_div(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Rows are divided by updates; those of one row multiply."""
    return _scatter("Div", ref, indices, updates, use_locking, name)


def scatter_max(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Rows become the larger of themselves and the updates, element by element."""
    return _scatter("Max", ref, indices, updates, use_locking, name)


def scatter_min(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Rows become the smaller of themselves and the updates, element by element."""
    return _scatter("Min", ref, indices, updates, use_locking, name)


def scatter_nd_update(ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None) -> Any:
    """Parts become the updates. Of parts named twice, the last update stays."""
    return _scatter("NdUpdate", ref, indices, updates, use_locking, name)


def scatter_nd_add(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Updates are added to parts; those of one part add up."""
    return _scatter("NdAdd", ref, indices, updates, use_locking, name)


def scatter_nd_sub(ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None) -> Any:
    """Updates are subtracted from parts; those of one part add up."""
    return _scatter("NdSub", ref, indices, updates, use_locking, name)
