"""tf.nn: rows of tables for varying numbers of ids, combined."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones, ones_like, zeros_like
from nbtf.array.indexing import gather, slice_, where
from nbtf.array.joining import concat, stack, tile
from nbtf.array.ordering import unique
from nbtf.array.shapes import expand_dims, rank, reshape, shape, size
from nbtf.dtypes import bool as bool_
from nbtf.dtypes import float16, float32, int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.logging.lines import warning
from nbtf.math.casting import cast
from nbtf.math.operands import div_no_nan
from nbtf.math.operands import pow as power
from nbtf.math.reductions import reduce_prod
from nbtf.math.segments import segment_sum
from nbtf.nn.embeddings import embedding_lookup
from nbtf.sparse.forms import sparse_fill_empty_rows
from nbtf.sparse.rearrangement import sparse_reshape, sparse_retain
from nbtf.tensor_shape import TensorShape, dimension_value, unknown_shape
from nbtf.variables.partitioned import PartitionedVariable

_COMBINERS = ("mean", "sqrtn", "sum")


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: float | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """For each row of sp_ids, a SparseTensor [N, ...], the rows of `params` at its ids, combined: [N, ...].

    sp_weights: a SparseTensor of the same indices, factors of the rows; None for ones. combiner: "sum"; "mean", the sum
    over the sum of weights; or "sqrtn", the sum over the root of the sum of squared weights ("mean" by default).
    max_norm: longer rows are shortened to it. allow_fast_lookup: changes nothing. The indices must be sorted by rows.

    Raises ValueError for another combiner and for indices that differ, TypeError for what is no SparseTensor.
    """
    if combiner is None:
        warning('The default value of combiner will change from "mean" to "sqrtn" after 2016/11/01.')
        combiner = "mean"
    if combiner not in _COMBINERS:
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}")
    parts = _parts(params)
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError(f"sp_ids must be SparseTensor, got {type(sp_ids)}")
    if sp_weights is not None:
        _check_weights(sp_ids, sp_weights)
    with name_scope(name, "embedding_lookup_sparse", [*parts, sp_ids]) as scope:
        segments = sp_ids.indices[:, 0]
        ids = sp_ids.values
        if sp_weights is None and max_norm is None and len(parts) == 1:
            return _segments(combiner, parts[0], ids, segments, scope, sparse_gradient=True)
        ids, places = unique(ids)
        rows = embedding_lookup(parts, ids, partition_strategy=partition_strategy, max_norm=max_norm)
        if sp_weights is None:
            return _segments(combiner, rows, places, segments, scope)
        if rows.dtype == float16 or rows.dtype.name == "bfloat16":
            rows = cast(rows, float32)
        segments = segments if segments.dtype == int32 else cast(segments, int32)
        rows = gather(rows, places)
        weights = sp_weights.values
        if weights.dtype != rows.dtype:
            weights = cast(weights, rows.dtype)
        spread = ones(expand_dims(rank(rows) - 1, 0), int32)
        factors = reshape(weights, concat([shape(weights), spread], 0))
        if weights.shape.ndims is not None and rows.shape.ndims is not None:
            factors.set_shape(weights.shape.concatenate([1] * (rows.shape.ndims - 1)))
        rows = rows * factors
        if combiner == "sum":
            return segment_sum(rows, segments, name=scope)
        total = segment_sum(rows, segments)
        if combiner == "mean":
            return div_no_nan(total, segment_sum(factors, segments), name=scope)
        squares = segment_sum(power(factors, 2), segments)
        return div_no_nan(total, raw.Sqrt(squares), name=scope)


def cast_segments(segments: Any) -> Any:
    return segments


def _parts(params: Any) -> list[Any]:
    if isinstance(params, PartitionedVariable):
        return list(params)
    parts = list(params) if isinstance(params, (list, tuple)) else [params]
    return [one if hasattr(one, "dtype") else convert_to_tensor(one) for one in parts]


def _check_weights(sp_ids: SparseTensor, sp_weights: Any) -> None:
    if not isinstance(sp_weights, SparseTensor):
        raise TypeError(f"sp_weights must be either None or SparseTensor,got {type(sp_weights)}")
    sp_ids.values.shape.assert_is_compatible_with(sp_weights.values.shape)
    sp_ids.indices.shape.assert_is_compatible_with(sp_weights.indices.shape)
    sp_ids.dense_shape.shape.assert_is_compatible_with(sp_weights.dense_shape.shape)


def _segments(
    combiner: str, rows: Any, ids: Any, segments: Any, name: str | None, sparse_gradient: bool = False
) -> Any:
    op = {"sum": raw.SparseSegmentSum, "mean": raw.SparseSegmentMean, "sqrtn": raw.SparseSegmentSqrtN}[combiner]
    return op(rows, ids, segments, sparse_gradient=sparse_gradient, name=name)


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: SparseTensor,
    sparse_weights: SparseTensor | None = None,
    combiner: str = "mean",
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: float | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """`embedding_lookup_sparse` of ids [d0, ..., dn], of which rows may be empty: [d0, ..., dn-1, ...].

    Ids below 0 and, unless the combiner is "sum", weights that are not positive do not count. An empty row gives the
    row of default_id, or zeros where that is None. Raises ValueError for no embeddings and for weights of another dtype.
    """
    if embedding_weights is None:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    parts = (
        list(embedding_weights)
        if isinstance(embedding_weights, (list, tuple, PartitionedVariable))
        else [embedding_weights]
    )
    if not parts:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    dtype = None if sparse_weights is None else sparse_weights.dtype
    parts = [one if hasattr(one, "sparse_read") else convert_to_tensor(one, dtype=dtype) for one in parts]
    with name_scope(name, "embedding_lookup", [*parts, sparse_ids, sparse_weights]) as scope:
        given = sparse_ids.dense_shape
        known: Any = dimension_value(given.shape[0])
        axes: Any = size(given) if known is None else known
        ids = sparse_reshape(
            sparse_ids,
            [reduce_prod(slice_(given, [0], [axes - 1])), gather(given, axes - 1)],
        )
        weights = None
        if sparse_weights is not None:
            weights = SparseTensor(ids.indices, sparse_weights.values, ids.dense_shape)
        ids, weights = _without_invalid(ids, weights)
        if combiner != "sum":
            ids, weights = _without_weightless(ids, weights)
        ids, empty = sparse_fill_empty_rows(ids, default_id or 0)
        if weights is not None:
            weights, _ = sparse_fill_empty_rows(weights, 1.0)
        result = embedding_lookup_sparse(
            parts,
            ids,
            weights,
            combiner=combiner,
            partition_strategy=partition_strategy,
            name=None if default_id is None else scope,
            max_norm=max_norm,
        )
        if default_id is None:
            empties = tile(reshape(empty, [-1, 1]), stack([1, shape(result)[1]]))
            result = where(empties, zeros_like(result), result, name=scope)
        dims = cast(given, int32)
        final = reshape(result, concat([slice_(dims, [0], [axes - 1]), slice_(shape(result), [1], [-1])], 0))
        static: TensorShape = unknown_shape() if known is None else unknown_shape(rank=known - 1)
        final.set_shape(static.concatenate(result.shape[1:]))
        return final


def _without_invalid(ids: SparseTensor, weights: SparseTensor | None) -> tuple[SparseTensor, SparseTensor | None]:
    valid = raw.GreaterEqual(ids.values, 0)
    if weights is not None:
        valid = raw.LogicalAnd(valid, ones_like(weights.values, dtype=bool_))
    return _retained(ids, weights, valid)


def _without_weightless(ids: SparseTensor, weights: SparseTensor | None) -> tuple[SparseTensor, SparseTensor | None]:
    if weights is None:
        return ids, None
    return _retained(ids, weights, raw.Greater(weights.values, 0))


def _retained(ids: SparseTensor, weights: SparseTensor | None, kept: Any) -> tuple[SparseTensor, SparseTensor | None]:
    ids = sparse_retain(ids, kept)
    return ids, None if weights is None else sparse_retain(weights, kept)
