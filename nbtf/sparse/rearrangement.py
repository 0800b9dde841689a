"""Elements of sparse tensors in other places, shapes and orders."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes, tensor_shape
from nbtf.array.filling import ones_like, zeros
from nbtf.array.filling import range as range_of
from nbtf.array.indexing import gather, slice_, where_v2
from nbtf.array.joining import concat
from nbtf.array.shapes import rank, reshape, shape, transpose
from nbtf.graph.constant_value import constant_value, constant_value_as_shape
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor, as_sparse_tensor
from nbtf.math.casting import cast
from nbtf.math.operands import add
from nbtf.math.reductions import reduce_max
from nbtf.tensor_shape import as_dimension


def sparse_reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The elements in row-major order."""
    sp_input = as_sparse_tensor(sp_input)
    indices, values = raw.SparseReorder(sp_input.indices, sp_input.values, sp_input.dense_shape, name=name)
    if sp_input.shape.is_fully_defined():
        return SparseTensor(indices, values, sp_input.shape)
    return SparseTensor(indices, values, raw.Identity(sp_input.dense_shape))


def sparse_concat(
    axis: Any,
    sp_inputs: Any,
    name: str | None = None,
    expand_nonconcat_dim: bool = False,
    concat_dim: Any = None,
    expand_nonconcat_dims: bool | None = None,
) -> SparseTensor:
    """The sparse tensors one after the other along `axis` (older: concat_dim).

    expand_nonconcat_dim: the other dims may differ; the largest count.
    """
    expand = renamed(
        "expand_nonconcat_dims", expand_nonconcat_dims, "expand_nonconcat_dim", expand_nonconcat_dim or None
    )
    axis = renamed("axis", axis, "concat_dim", concat_dim)
    if not isinstance(sp_inputs, (list, tuple)):
        raise TypeError("Inputs must be a list")
    inputs = [as_sparse_tensor(one) for one in sp_inputs]
    if len(inputs) == 1:
        return inputs[0]
    shapes = [one.dense_shape for one in inputs]
    if expand:
        largest = reduce_max(concat([reshape(one, [1, -1]) for one in shapes], 0), 0)
        shapes = [
            concat(
                [
                    largest[:axis],
                    one[-1:] if axis == -1 else one[axis : axis + 1],
                    [] if axis == -1 else largest[axis + 1 :],
                ],
                0,
            )
            for one in shapes
        ]
    indices, values, dense_shape = raw.SparseConcat(
        [one.indices for one in inputs], [one.values for one in inputs], shapes, concat_dim=axis, name=name
    )
    static = _concatenated_shape([one.shape for one in inputs], axis, bool(expand))
    if all(one.shape.is_fully_defined() for one in inputs):
        return SparseTensor(indices, values, constant(static.as_list(), dtypes.int64))
    made = SparseTensor(indices, values, dense_shape)
    made.set_shape(static)
    return made


def _concatenated_shape(shapes: list[tensor_shape.TensorShape], axis: int, expand: bool) -> tensor_shape.TensorShape:
    if any(one.ndims is None for one in shapes):
        return tensor_shape.unknown_shape()
    dims = list(shapes[0].as_list())
    for one in shapes[1:]:
        for i, dim in enumerate(one.as_list()):
            mine = dims[i]
            if i == axis % len(dims):
                dims[i] = None if mine is None or dim is None else mine + dim
            elif expand:
                dims[i] = None if mine is None or dim is None else max(mine, dim)
            elif mine is None:
                dims[i] = dim
    return tensor_shape.TensorShape(dims)


def sparse_reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The same elements in another shape; a dim of -1 is what is left for it."""
    sp_input = as_sparse_tensor(sp_input)
    wanted = cast(shape, dtypes.int64)
    with name_scope(name, "SparseReshape", list(sp_input._components())) as scope:
        indices, dense_shape = raw.SparseReshape(sp_input.indices, sp_input.dense_shape, wanted, name=scope)
        final = _completed(constant_value_as_shape(wanted), sp_input.shape)
        if final is not None:
            dense_shape = constant(final, dtypes.int64)
        return SparseTensor(indices, raw.Identity(sp_input.values), dense_shape)


def _completed(wanted: tensor_shape.TensorShape, given: tensor_shape.TensorShape) -> list[int] | None:
    """The dims of the reshaped tensor, if those of the given one are known and leave at most one open.

    Raises ValueError if they hold another number of elements.
    """
    dims = None if wanted.ndims is None else wanted.as_list()
    elements = given.num_elements()
    if dims is None or elements is None or dims.count(None) > 1:
        return None
    known = int(np.prod([dim for dim in dims if dim is not None], dtype=np.int64))
    if None in dims:
        if known == 0 or elements % known:
            raise ValueError(f"Cannot reshape a tensor with {elements} elements to shape {wanted}.")
        return [elements // known if dim is None else dim for dim in dims]
    if known != elements:
        raise ValueError(f"Cannot reshape a tensor with {elements} elements to shape {dims} ({known} elements).")
    return [int(dim or 0) for dim in dims]


def sparse_retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The elements for which the bool vector `to_retain` is true."""
    sp_input = as_sparse_tensor(sp_input)
    keep = convert_to_tensor(to_retain)
    keep.shape.assert_has_rank(1)
    if keep.shape.is_fully_defined():
        as_dimension(sp_input.values.shape[0]).assert_is_compatible_with(keep.shape[0])
    places = reshape(raw.Where(keep), [-1])
    return SparseTensor(
        gather(sp_input.indices, places), gather(sp_input.values, places), raw.Identity(sp_input.dense_shape)
    )


def sparse_slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The part of `size` that starts at `start`, both int64 [rank]."""
    sp_input = as_sparse_tensor(sp_input)
    start, size = convert_to_tensor(start, dtypes.int64), convert_to_tensor(size, dtypes.int64)
    with name_scope(name, "SparseSlice", list(sp_input._components())) as scope:
        made = raw.SparseSlice(sp_input.indices, sp_input.values, sp_input.dense_shape, start, size, name=scope)
        return SparseTensor(*made)


class KeywordRequired:
    """Stands where an argument may only be given by name."""

    def __repr__(self) -> str:
        return "KeywordRequired()"


def sparse_split(
    keyword_required: Any = KeywordRequired(),  # noqa: B008 - a mark, not a value
    sp_input: Any = None,
    num_split: int | None = None,
    axis: Any = None,
    name: str | None = None,
    split_dim: Any = None,
) -> list[SparseTensor]:
    """`num_split` equal parts along `axis` (older: split_dim); the first ones are longer where it does not come out.

    Arguments may only be given by name: anything else is a ValueError.
    """
    if not isinstance(keyword_required, KeywordRequired):
        raise ValueError("Keyword arguments are required for this function.")
    if sp_input is None:
        raise ValueError("sp_input is required")
    if num_split is None:
        raise ValueError("num_split is required")
    axis = renamed("axis", axis, "split_dim", split_dim)
    if axis is None:
        raise ValueError("axis is required")
    sp_input = as_sparse_tensor(sp_input)
    parts = raw.SparseSplit(
        axis, sp_input.indices, sp_input.values, sp_input.dense_shape, num_split=num_split, name=name
    )
    return [SparseTensor(*part) for part in zip(*parts, strict=True)]


def sparse_transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """Dim i of the result is dim perm[i] of the input; None turns the order around."""
    with name_scope(name, "SparseTranspose", list(sp_input._components())):
        if perm is None:
            if sp_input.shape.ndims is not None:
                perm = np.arange(sp_input.shape.ndims - 1, -1, -1)
            else:
                dims = rank(sp_input)
                perm = (dims - 1) - range_of(0, dims, 1)
        indices = transpose(gather(transpose(sp_input.indices), perm))
        known = constant_value(convert_to_tensor(perm))
        if known is not None and sp_input.shape.is_fully_defined():
            dims_of_input = sp_input.shape.as_list()
            dense_shape: Any = tensor_shape.TensorShape([dims_of_input[i] for i in known])
        else:
            dense_shape = gather(sp_input.dense_shape, perm)
        return sparse_reorder(SparseTensor(indices, sp_input.values, dense_shape))


def sparse_reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same elements in a larger shape, or in the smallest one that holds them (None).

    Raises ValueError for a rank that differs or a shape that is known to be too small.
    """
    sp_input = as_sparse_tensor(sp_input)
    indices, values = raw.Identity(sp_input.indices), raw.Identity(sp_input.values)
    dense_shape = raw.Identity(sp_input.dense_shape)
    if new_shape is None:
        most = reduce_max(indices, 0)
        floor = constant(0, dtypes.int64)
        return SparseTensor(indices, values, raw.Maximum(floor, add(most, ones_like(dense_shape))))
    wanted = cast(convert_to_tensor(new_shape), dtypes.int64)
    if wanted.dims is not None and len(wanted.dims) != 1:
        raise ValueError(f"Argument `new_shape` must be a vector, got {wanted.shape}")
    wanted.shape[0].assert_is_compatible_with(dense_shape.shape[0])
    static = constant_value(wanted)
    if static is not None and sp_input.shape.is_fully_defined():
        dims = np.array(sp_input.shape.as_list())
        if (static < dims).any():
            raise ValueError(
                "Requested new_shape should have dimension sizes >= sp_input.shape.  "
                f"Found new_shape ({dims}), sp_input.shape ({static})."
            )
        return SparseTensor(indices, values, tensor_shape.TensorShape([int(dim) for dim in static]))
    return SparseTensor(indices, values, _checked_at_run(wanted, dense_shape))


def _checked_at_run(wanted: Any, dense_shape: Any) -> Any:
    from nbtf.debugging.comparisons import assert_equal, assert_less_equal
    from nbtf.graph.gating import after

    wanted = after([assert_equal(shape(dense_shape), shape(wanted))], wanted)
    return after([assert_less_equal(dense_shape, wanted)], wanted)


def expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """A dim of 1 more, at `axis` (the last if None)."""
    dims = sp_input.dense_shape.shape.as_list()[0]
    axis = -1 if axis is None else axis
    with name_scope(name, "expand_dims", list(sp_input._components())):
        axis = convert_to_tensor(axis, name="axis", dtype=dtypes.int32)
        if dims is None:
            raise ValueError(f"`sp_input` must have a statically known rank, got shape {sp_input.shape}")
        at = where_v2(axis >= 0, axis, axis + dims + 1)
        column = zeros([shape(sp_input.indices)[0], 1], dtypes.int64)
        before = slice_(sp_input.indices, [0, 0], [-1, at])
        after = slice_(sp_input.indices, [0, at], [-1, -1])
        indices = concat([before, column, after], 1)
        shape_before = slice_(sp_input.dense_shape, [0], [at])
        shape_after = slice_(sp_input.dense_shape, [at], [-1])
        one = convert_to_tensor([1], dtypes.int64, "new_shape")
        return SparseTensor(indices, sp_input.values, concat([shape_before, one, shape_after], 0))
