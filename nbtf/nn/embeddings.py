"""tf.nn: rows of tables, of whole ones or of ones in parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtf.array.filling import range as range_of
from nbtf.array.indexing import gather, where
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import reshape, shape, size
from nbtf.dtypes import int32
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import colocate_with, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.clipping import clip_by_norm
from nbtf.math.reductions import reduce_sum
from nbtf.tensor_shape import TensorShape, unknown_shape
from nbtf.variables.partitioned import PartitionedVariable


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: float | None = None,
) -> Any:
    """Rows `ids` of `params`: [V, ...] and [...] -> ids.shape + params.shape[1:]; by ragged ids a RaggedTensor.

    params: a tensor or variable, or a list of the parts of one. partition_strategy: which part has an id: "mod" deals
    the ids out in turn, "div" gives each part neighbours. max_norm: longer rows are shortened to it. Raises ValueError
    for no params and for another strategy.
    """
    if params is None:
        raise ValueError("params must be specified")
    parts: list[Any] = list(params) if isinstance(params, (list, tuple, PartitionedVariable)) else [params]
    if not parts:
        raise ValueError("Length of params is currently 0. Need at least one param.")
    if hasattr(ids, "with_flat_values"):
        with name_scope(name, "embedding_lookup_ragged", [*parts, ids]):
            rows = embedding_lookup(params, ids.flat_values, partition_strategy, max_norm=max_norm)
            return ids.with_flat_values(rows)
    with name_scope(name, "embedding_lookup", [*parts, ids]) as scope:
        parts = [
            one if _is_of_graph(one) else convert_to_tensor(one, name=f"params_{i}") for i, one in enumerate(parts)
        ]
        ids = convert_to_tensor(ids, name="ids")
        if len(parts) == 1:
            with colocate_with(parts[0]):
                rows = _clipped(_gathered(parts[0], ids, scope), ids, max_norm)
            return raw.Identity(rows)
        return _from_parts(parts, ids, partition_strategy, max_norm, scope)


def _is_of_graph(part: Any) -> bool:
    return isinstance(part, Tensor) or hasattr(part, "handle") or hasattr(part, "_as_graph_element")


def _gathered(params: Any, ids: Any, name: str | None = None) -> Any:
    if hasattr(params, "sparse_read") and not getattr(params.dtype, "_is_ref_dtype", False):
        return params.sparse_read(ids, name=name)
    return gather(params, ids, name=name)


def _clipped(rows: Any, ids: Any, max_norm: float | None) -> Any:
    if max_norm is None:
        return rows
    first = ids.shape.ndims
    if first is not None and rows.shape.ndims is not None:
        return clip_by_norm(rows, max_norm, axes=list(range(first, rows.shape.ndims)))
    return clip_by_norm(rows, max_norm, axes=range_of(raw.Rank(ids), raw.Rank(rows)))


def _from_parts(parts: Sequence[Any], ids: Any, strategy: str, max_norm: float | None, name: str | None) -> Any:
    count = len(parts)
    flat = reshape(ids, [-1])
    positions = range_of(size(flat))
    if strategy == "mod":
        part, row = flat % count, flat // count
    elif strategy == "div":
        part, row = _neighbours(parts, flat)
    else:
        raise ValueError(f"Unrecognized partition strategy: {strategy}.Must be one of either `mod` or `div`.")
    part = cast(part, int32)
    rows_of = raw.DynamicPartition(row, part, num_partitions=count)
    positions_of = raw.DynamicPartition(positions, part, num_partitions=count)
    found = []
    for params, rows in zip(parts, rows_of, strict=True):
        with colocate_with(params):
            found.append(_gathered(params, rows))
    result = raw.ParallelDynamicStitch(positions_of, found, name=name)
    element: TensorShape = parts[0].shape[1:] if parts[0].shape.ndims is not None else unknown_shape()
    for params in parts[1:]:
        element = element.merge_with(params.shape[1:])
    if element.is_fully_defined():
        result = reshape(result, concat([shape(ids), element.as_list()], 0))
    else:
        with colocate_with(parts[0]):
            own = shape(parts[0])[1:]
        result = reshape(result, concat([shape(ids), own], 0))
    result.set_shape(ids.shape.concatenate(element))
    return _clipped(result, ids, max_norm)


def _neighbours(parts: Sequence[Any], flat: Tensor) -> tuple[Any, Any]:
    """(part, row in it) where each part has neighbouring ids, and the first ones have one more if needed."""
    lengths = [params.shape.as_list()[0] if params.shape.ndims is not None else None for params in parts]
    if None not in lengths:
        total: Any = constant(sum(lengths), flat.dtype)
    else:
        sizes = []
        for params, length in zip(parts, lengths, strict=True):
            if length is not None:
                sizes.append(length)
            else:
                with colocate_with(params):
                    sizes.append(shape(params)[0])
        total = reduce_sum(cast(stack(sizes), flat.dtype))
    each, more = total // len(parts), total % len(parts)
    part = raw.Maximum(flat // (each + 1), (flat - more) // each)
    row = where(part < more, flat % (each + 1), (flat - more) % each)
    return part, row
