"""tf.scatter_* of variables: parts of a variable, named by indices, are changed in place.

scatter_*: indices [...] name rows; updates [...] + the shape of a row. scatter_nd_*: indices [..., k] name parts by
their first k coordinates; updates [...] + the shape of a part.
"""

from __future__ import annotations

from typing import Any

from nbtf.array import filling, joining, shapes
from nbtf.graph import conversion
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.variables.assigning import is_reference
from nbtf.variables.variable import Variable


def _scatter(kind: str, ref: Any, indices: Any, updates: Any, use_locking: bool, name: str | None) -> Any:
    """A reference that reads the changed variable; of a resource variable, the variable after the change."""
    if is_reference(ref):
        return getattr(raw, f"Scatter{kind}")(ref, indices, updates, use_locking=use_locking, name=name)
    if not isinstance(ref, Variable):
        raise TypeError(f"A variable is what can be changed in place, not {ref!r}")
    return ref._scatter(f"Scatter{kind}", indices, updates, use_locking, name)


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


def batch_scatter_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Any:
    """ref[b, indices[b, i], ...] = updates[b, i, ...] for each leading coordinate b.

    ref [B..., n, ...], indices [B..., i], updates [B..., i, ...]; all of a known rank.
    """
    with name_scope(name):
        indices = conversion.convert_to_tensor(indices, name="indices")
        indices_shape = shapes.shape(indices)
        last = shapes.expand_dims(indices, -1)
        coordinates = [_batch_coordinate(indices_shape, last, axis) for axis in range(len(indices.shape) - 1)]
        return scatter_nd_update(ref, joining.concat([*coordinates, last], axis=-1), updates, use_locking)


def _batch_coordinate(indices_shape: Tensor, like: Tensor, axis: int) -> Tensor:
    """The coordinate along `axis` of each element of `like`."""
    length = indices_shape[axis]
    steps = raw.Range(0, length, 1)
    rank = len(like.shape)
    column = shapes.reshape(steps, [length if i == axis else 1 for i in range(rank)])
    made: Tensor = column * filling.ones_like(like)
    return made
