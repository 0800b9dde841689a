"""tf.nn: rows of tables looked up by sparse ids, and those of each example combined."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones, ones_like, zeros_like
from nbtf.array.indexing import gather, where
from nbtf.array.joining import concat, stack, tile
from nbtf.array.shapes import expand_dims, rank, reshape, shape, size
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.math.casting import cast
from nbtf.math.operands import pow as power
from nbtf.math.reductions import reduce_prod
from nbtf.nn.embeddings import embedding_lookup
from nbtf.sparse.forms import sparse_fill_empty_rows
from nbtf.sparse.rearrangement import sparse_reshape, sparse_retain
from nbtf.tensor_shape import dimension_value, unknown_shape
from nbtf.variables.partitioned import PartitionedVariable
from nbtf.variables.resource_variable import BaseResourceVariable

_COMBINED = {"sum": "SparseSegmentSum", "mean": "SparseSegmentMean", "sqrtn": "SparseSegmentSqrtN"}


def embedding_lookup_sparse(
    params: Any,
    sp_ids: SparseTensor,
    sp_weights: SparseTensor | None,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: float | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """The rows that each example's ids name, combined: ids [N, most], params [V, ...] -> [N, ...].

    params: a tensor or variable, or a list of its parts. sp_weights: of the shape of the ids; None for ones.
    combiner: "sum", "mean" (weighted; the default) or "sqrtn", the sum over the root of the sum of the squared weights.
    max_norm: longer rows are shortened to it. Every example must have an id: see `safe_embedding_lookup_sparse`.
    Raises TypeError for what is no SparseTensor, ValueError for another combiner and weights of another shape.
    """
    combiner = _checked_combiner("mean" if combiner is None else combiner)
    parts = list(params) if isinstance(params, (list, tuple, PartitionedVariable)) else [params]
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError(f"sp_ids must be SparseTensor, got {type(sp_ids)}")
    if sp_weights is not None:
        _check_weights(sp_ids, sp_weights)
    with name_scope(name, "embedding_lookup_sparse", [*parts, sp_ids.indices]) as scope:
        examples = sp_ids.indices[:, 0]
        ids = sp_ids.values
        whole = len(parts) == 1 and not isinstance(parts[0], (BaseResourceVariable, PartitionedVariable))
        if whole and sp_weights is None and max_norm is None:
            # TensorFlow leaves out the step over distinct ids, and makes the gradient sparse itself
            sparse = not allow_fast_lookup
            return getattr(raw, _COMBINED[combiner])(parts[0], ids, examples, sparse_gradient=sparse, name=scope)
        ids, places = raw.Unique(ids)
        rows = embedding_lookup(parts, ids, partition_strategy, max_norm=max_norm)
        if sp_weights is None:
            return getattr(raw, _COMBINED[combiner])(rows, places, examples, name=scope)
        return _weighted(rows, places, examples, sp_weights.values, combiner, scope)


def _checked_combiner(combiner: str) -> str:
    if combiner not in _COMBINED:
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner}")
    return combiner


def _check_weights(sp_ids: SparseTensor, sp_weights: Any) -> None:
    if not isinstance(sp_weights, SparseTensor):
        raise TypeError(f"sp_weights must be either None or SparseTensor, got {type(sp_weights)}")
    for part in ("values", "indices", "dense_shape"):
        getattr(sp_ids, part).shape.assert_is_compatible_with(getattr(sp_weights, part).shape)


def _weighted(rows: Any, places: Any, examples: Any, weights: Any, combiner: str, scope: str) -> Any:
    """Sums of the rows times their weights, scaled as the combiner says."""
    if examples.dtype != dtypes.int32:
        examples = cast(examples, dtypes.int32)
    rows = gather(rows, places)
    dtype = rows.dtype
    if dtype in (dtypes.float16, dtypes.bfloat16):  # whose sums would lose too much
        rows = cast(rows, dtypes.float32)
    if weights.dtype != rows.dtype:
        weights = cast(weights, rows.dtype)
    more = ones(expand_dims(rank(rows) - 1, 0), dtypes.int32)
    known = weights.shape
    weights = reshape(weights, concat([shape(weights), more], 0))
    if rows.shape.ndims is not None:
        weights.set_shape(known.concatenate([1] * (rows.shape.ndims - 1)))
    last = None if dtype != rows.dtype else scope
    rows = rows * weights
    if combiner == "sum":
        result = raw.SegmentSum(rows, examples, name=scope)
    else:
        total = raw.SegmentSum(rows, examples)
        if combiner == "mean":
            divisor = raw.SegmentSum(weights, examples)
        else:
            divisor = raw.Sqrt(raw.SegmentSum(power(weights, 2), examples))
        result = raw.DivNoNan(total, divisor, name=scope)
    return result if last else cast(result, dtype)


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str | None = "mean",
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: float | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """`embedding_lookup_sparse` for any ids: [d0, ..., most] -> [d0, ..., row].

    Negative ids, and without combiner "sum" ids whose weight is not positive, do not count. An example without ids
    gets zeros, or the row of default_id. Raises ValueError for no tables, for tables of several dtypes and for another
    combiner.
    """
    if embedding_weights is None:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    several = isinstance(embedding_weights, (list, tuple, PartitionedVariable))
    parts = list(embedding_weights) if several else [embedding_weights]
    if not parts:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    combiner = _checked_combiner("mean" if combiner is None else combiner)
    dtype = None if sparse_weights is None else sparse_weights.dtype
    if sparse_weights is not None or not all(isinstance(one, BaseResourceVariable) for one in parts):
        parts = [_of_dtype(one, dtype) for one in parts]
    with name_scope(name, "embedding_lookup", [*parts, sparse_ids, sparse_weights]) as scope:
        own_shape = sparse_ids.dense_shape
        static_rank = dimension_value(own_shape.shape[0])
        total = size(own_shape) if static_rank is None else static_rank
        ids, weights = _as_matrices(sparse_ids, sparse_weights, own_shape, total)
        ids, weights = _counted(ids, weights, combiner)
        ids, is_empty = sparse_fill_empty_rows(ids, default_id or 0)
        if weights is not None:
            weights, _ = sparse_fill_empty_rows(weights, 1.0)
        result = embedding_lookup_sparse(
            parts,
            ids,
            weights,
            partition_strategy,
            None if default_id is None else scope,
            combiner,
            max_norm,
            allow_fast_lookup,
        )
        if default_id is None:
            is_empty = tile(reshape(is_empty, [-1, 1]), stack([1, shape(result)[1]]))
            result = where(is_empty, zeros_like(result), result, name=scope)
        leading = raw.Slice(cast(own_shape, dtypes.int32), [0], [total - 1])
        final = reshape(result, concat([leading, raw.Slice(shape(result), [1], [-1])], 0))
        outer = unknown_shape() if static_rank is None else unknown_shape(static_rank - 1)
        final.set_shape(outer.concatenate(result.shape[1:]))
        return final


def _of_dtype(table: Any, dtype: Any) -> Any:
    if isinstance(table, BaseResourceVariable) and (dtype is None or table.dtype.base_dtype == dtype):
        return table
    return convert_to_tensor(table, dtype)


def _as_matrices(ids: Any, weights: Any, own_shape: Any, total: Any) -> tuple[Any, Any]:
    """All axes but the last one made one."""
    rows = reduce_prod(raw.Slice(own_shape, [0], [total - 1]))
    ids = sparse_reshape(ids, [rows, gather(own_shape, total - 1)])
    if weights is not None:
        weights = SparseTensor(ids.indices, weights.values, ids.dense_shape)
    return ids, weights


def _counted(ids: Any, weights: Any, combiner: str) -> tuple[Any, Any]:
    """Without negative ids and, where weights divide the sum, without those that are not positive."""
    counts = raw.GreaterEqual(ids.values, 0)
    if weights is not None:
        counts = raw.LogicalAnd(counts, ones_like(weights.values, dtypes.bool))
    ids = sparse_retain(ids, counts)
    if weights is None:
        return ids, None
    weights = sparse_retain(weights, counts)
    if combiner != "sum":
        counts = raw.Greater(weights.values, 0)
        ids, weights = sparse_retain(ids, counts), sparse_retain(weights, counts)
    return ids, weights
