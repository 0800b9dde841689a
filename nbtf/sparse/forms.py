"""Sparse tensors from dense ones and back, from ids and values, and with rows filled or left out."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import ones, zeros, zeros_like
from nbtf.array.filling import range as range_of
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import expand_dims, shape, shape_of
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.indexed_slices import IndexedSlices
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor, as_sparse_tensor
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.sparse.rearrangement import sparse_reorder


def eye(num_rows: Any, num_columns: Any = None, dtype: Any = dtypes.float32, name: str | None = None) -> SparseTensor:
    """A sparse identity matrix [num_rows, num_columns], square if `num_columns` is None."""
    with name_scope(name, "eye", [num_rows, num_columns]):
        rows = _long(num_rows, "num_rows")
        columns = rows if num_columns is None else _long(num_columns, "num_columns")
        length = raw.Minimum(rows, columns)
        diagonal = range_of(length, dtype=dtypes.int64)
        indices = stack([diagonal, diagonal], axis=1)
        return SparseTensor(indices, ones(length, dtype), [rows, columns])


def _long(value: Any, name: str) -> Any:
    return convert_to_tensor(value, dtypes.int64, name)


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements that are not 0 (or "")."""
    with name_scope(name, "dense_to_sparse"):
        tensor = convert_to_tensor(tensor)
        indices = raw.Where(raw.NotEqual(tensor, zeros_like(tensor)))
        values = raw.GatherNd(tensor, indices)
        return SparseTensor(indices, values, shape_of(tensor, out_type=dtypes.int64))


def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Any:
    """A dense tensor of `default_value` with values [n] (or one for all) at indices [n, rank], [n] or []."""
    return raw.SparseToDense(
        sparse_indices, output_shape, sparse_values, default_value, validate_indices=validate_indices, name=name
    )


def sparse_tensor_to_dense(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> Any:
    """The dense tensor; what is absent is `default_value` (0 or "" if None).

    validate_indices: refuse, when it runs, places that are not in order or named twice.
    """
    sp_input = as_sparse_tensor(sp_input)
    if default_value is None:
        default_value = zeros([], sp_input.dtype)
    return sparse_to_dense(
        sp_input.indices, sp_input.dense_shape, sp_input.values, default_value, validate_indices, name
    )


def sparse_to_indicator(sp_input: SparseTensor, vocab_size: Any, name: str | None = None) -> Any:
    """Dense bools [..., vocab_size]: whether an id is among the values of the last axis."""
    sp_input = as_sparse_tensor(sp_input)
    with name_scope(name, "SparseToIndicator", list(sp_input._components())) as scope:
        count = shape(sp_input.indices)[0]
        true = raw.Fill(expand_dims(count, 0), True)
        merged = sparse_merge(sp_input, sp_input.with_values(true), vocab_size, scope)
        return sparse_tensor_to_dense(merged, False, False, scope)


def sparse_merge(
    sp_ids: Any, sp_values: Any, vocab_size: Any, name: str | None = None, already_sorted: bool = False
) -> SparseTensor:
    """Values at the ids in the place of the last axis: ids and values [..., n] -> [..., vocab_size].

    Several tensors of ids, with as many sizes, make as many axes. already_sorted: the ids of each row are in order.
    """
    several = isinstance(sp_ids, (list, tuple))
    if not several and not isinstance(vocab_size, (Tensor, numbers.Integral)):
        raise TypeError(f"vocab_size has to be a Tensor or Python int. Found {type(vocab_size)}")
    if several and not isinstance(vocab_size, (list, tuple)):
        raise TypeError(f"vocab_size has to be a list of Tensors or Python ints. Found {type(vocab_size)}")
    ids, sizes = (list(sp_ids), list(vocab_size)) if several else ([sp_ids], [vocab_size])
    if len(ids) != len(sizes):
        raise ValueError(f"Lengths of sp_ids and vocab_size are different: {len(ids)} and {len(sizes)}.")
    ids, sp_values = [as_sparse_tensor(one) for one in ids], as_sparse_tensor(sp_values)
    with name_scope(name, "SparseMerge", [part for one in (*ids, sp_values) for part in one._components()]):
        columns = [expand_dims(cast(one.values, dtypes.int64), 1) for one in ids]
        lengths = [cast(size, dtypes.int64) for size in sizes]
        first = ids[0]
        indices_but_last = first.indices[:, :-1]
        indices = concat([indices_but_last, *columns], 1)
        new_shape = concat([first.dense_shape[:-1], lengths], 0)
        merged = SparseTensor(indices, sp_values.values, new_shape)
        if already_sorted:
            return merged
        ordered = sparse_reorder(merged)
        return SparseTensor(ordered.indices, ordered.values, new_shape)


def sparse_fill_empty_rows(sp_input: Any, default_value: Any, name: str | None = None) -> tuple[SparseTensor, Any]:
    """The matrix with `default_value` in the first column of each empty row; and which rows were empty: bool [N]."""
    sp_input = as_sparse_tensor(sp_input)
    with name_scope(name, "SparseFillEmptyRows", list(sp_input._components())):
        default = convert_to_tensor(default_value, sp_input.values.dtype)
        indices, values, empty, _ = raw.SparseFillEmptyRows(
            sp_input.indices, sp_input.values, sp_input.dense_shape, default
        )
        return SparseTensor(indices, values, sp_input.dense_shape), empty


def sparse_mask(a: IndexedSlices, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """The rows of IndexedSlices whose index is not in `mask_indices`."""
    with name_scope(name, "sparse_mask", [*a._components(), mask_indices]) as scope:
        kept, places = raw.ListDiff(a.indices, mask_indices)
        return IndexedSlices(raw.GatherV2(a.values, places, _axis_0(), name=scope), kept, a.dense_shape)


def _axis_0() -> Any:
    return np.int32(0)


def deserialize_many_sparse(
    serialized_sparse: Any, dtype: Any, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """The sparse tensors that `serialize_many_sparse` or `serialize_sparse` wrote: [N, 3] -> [N, ...]."""
    indices, values, dense_shape = raw.DeserializeManySparse(serialized_sparse, dtype=dtype, name=name)
    indices.set_shape([None, rank])
    dense_shape.set_shape([rank])
    return SparseTensor(indices, values, dense_shape)


def serialize_sparse(sp_input: Any, name: str | None = None, out_type: Any = dtypes.string) -> Any:
    """The three tensors as a vector of 3 strings (out_type may be variant)."""
    sp_input = as_sparse_tensor(sp_input)
    return raw.SerializeSparse(sp_input.indices, sp_input.values, sp_input.dense_shape, out_type=out_type, name=name)


def serialize_many_sparse(sp_input: Any, name: str | None = None, out_type: Any = dtypes.string) -> Any:
    """Each slice of the first axis as 3 strings: [N, ...] -> [N, 3]."""
    sp_input = as_sparse_tensor(sp_input)
    return raw.SerializeManySparse(
        sp_input.indices, sp_input.values, sp_input.dense_shape, out_type=out_type, name=name
    )
