"""Values and norms kept within bounds."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones_like
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import where
from nbtf.array.joining import stack
from nbtf.array.shapes import rank, size
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_sum


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """t, where it is below the minimum or above the maximum these; of IndexedSlices the rows.

    Raises ValueError if the bounds broadcast `t`.
    """
    with name_scope(name, "clip_by_value", [t, clip_value_min, clip_value_max]) as scope:
        rows = isinstance(t, IndexedSlices)
        values = convert_to_tensor(t.values if rows else t, name="t")
        lowered = raw.Minimum(values, clip_value_max)
        values.shape.assert_is_compatible_with(lowered.shape)
        clipped = raw.Maximum(lowered, clip_value_min, name=scope)
        values.shape.assert_is_compatible_with(clipped.shape)
        return IndexedSlices(clipped, t.indices, t.dense_shape) if rows else clipped


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """t, scaled to an L2 norm of `clip_norm` over `axes` (all if None) where it has a greater one; so are rows' values."""
    with name_scope(name, "clip_by_norm", [t, clip_norm]) as scope:
        rows = isinstance(t, IndexedSlices)
        values = convert_to_tensor(t.values if rows else t, name="t")
        squares = reduce_sum(values * values, axes, True)
        positive = squares > 0
        safe = where(positive, squares, ones_like(squares))  # the square root of 0 has no gradient
        norm = where(positive, raw.Sqrt(safe), squares)
        scaled = values * clip_norm
        values.shape.assert_is_compatible_with(scaled.shape)
        clipped = raw.Identity(scaled / raw.Maximum(norm, clip_norm), name=scope)
        return IndexedSlices(clipped, t.indices, t.dense_shape) if rows else clipped


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Any:
    """t, scaled to an L2 norm of `clip_norm` times its number of elements where it has a greater one."""
    with name_scope(name, "clip_by_average_norm", [t, clip_norm]) as scope:
        t = convert_to_tensor(t, name="t")
        elements = cast(size(t), dtypes.float32)
        inverse = raw.Rsqrt(reduce_sum(t * t, range_of(rank(t))))
        clipped = t * clip_norm * raw.Minimum(inverse * elements, constant(1.0) / clip_norm)
        return raw.Identity(clipped, name=scope)


def _listed(t_list: Any) -> list[Any]:
    if isinstance(t_list, (Tensor, str, bytes)) or not hasattr(t_list, "__getitem__"):
        raise TypeError(f"`t_list` should be a sequence of tensors. Received {type(t_list)}.")
    return list(t_list)


def _tensors(t_list: list[Any]) -> list[Tensor | None]:
    """The elements of each member: of IndexedSlices those of the rows."""
    elements = [t.values if isinstance(t, IndexedSlices) else t for t in t_list]
    return [None if t is None else convert_to_tensor(t, name=f"t_{i}") for i, t in enumerate(elements)]


def global_norm(t_list: Any, name: str | None = None) -> Any:
    """The L2 norm of all elements of all tensors, of IndexedSlices those of their rows; None is passed over.

    Raises TypeError for no sequence.
    """
    t_list = _listed(t_list)
    with name_scope(name, "global_norm", t_list):
        halves = []
        for tensor in _tensors(t_list):
            if tensor is not None:
                with colocate_with(tensor):
                    halves.append(raw.L2Loss(tensor))
        half = reduce_sum(stack(halves))
        return raw.Sqrt(half * constant(2.0, half.dtype), name="global_norm")


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Any]:
    """The tensors, scaled together so that their `global_norm` is at most `clip_norm`; and that norm before.

    use_norm: the norm where it is known already. A norm that is not finite makes all of them NaN.
    """
    t_list = _listed(t_list)
    if use_norm is None:
        use_norm = global_norm(t_list, name)
    with name_scope(name, "clip_by_global_norm", [*t_list, clip_norm]) as scope:
        finite = clip_norm * raw.Minimum(1.0 / use_norm, constant(1.0, use_norm.dtype) / clip_norm)
        scale = finite + (use_norm - use_norm)
        clipped: list[Any] = []
        for i, tensor in enumerate(_tensors(t_list)):
            if tensor is None:
                clipped.append(None)
                continue
            with colocate_with(tensor):
                part = raw.Identity(tensor * scale, name=f"{scope}_{i}")
            given = t_list[i]
            rows = isinstance(given, IndexedSlices)
            clipped.append(IndexedSlices(part, given.indices, given.dense_shape) if rows else part)
        return clipped, use_norm
