"""Sparse tensors cut, joined, added and reduced to other sparse tensors: Python computes them with numpy."""

from typing import Any

import numpy as np

from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.sparse import check_sparse, reduced_sparse
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal


def _not_implemented(op, *dy):
    raise NotImplementedError(f"Gradient for {op.type} is not implemented.")


Array = np.ndarray[Any, Any]


def _check_indices(indices: Array, shape: Array) -> None:
    """Every index within the dense shape."""
    if indices.size:
        outside = np.argwhere(((indices < 0) | (indices >= shape)).any(1))
        at = int(outside[0, 0]) if len(outside) else 0
        check(
            not len(outside),
            "indices[{}] = {} is out of bounds: need 0 <= index < {}",
            at,
            indices[at],
            shape,
        )


def _row_major(indices: Array) -> Array:
    """The order that sorts entries by row, stable."""
    return np.lexsort(indices.T[::-1]) if indices.shape[1] else np.arange(len(indices))


def _groups(indices: Array) -> tuple[Array, Array]:
    """Distinct entries in row-major order, and which one each entry is."""
    order = _row_major(indices)
    ordered = indices[order]
    fresh = np.ones(len(indices), bool)
    fresh[1:] = (ordered[1:] != ordered[:-1]).any(1)
    numbers = np.empty(len(indices), np.int64)
    numbers[order] = np.cumsum(fresh) - 1
    return ordered[fresh], numbers


def _positions(indices: Array) -> dict[tuple[int, ...], int]:
    return {tuple(entry): i for i, entry in enumerate(indices.tolist())}


def _spread(numbers: Array, values: Array, count: int) -> Array:
    """values[i] at numbers[i], zeros elsewhere."""
    result = np.zeros(count, values.dtype)
    result[numbers] = values
    return result


# ---- two sparse tensors ----------------------------------------------------------------------------------------------


def _check_two(a_indices, a_values, a_shape, b_indices, b_values, b_shape):
    check_sparse(a_indices, a_values, a_shape)
    check_sparse(b_indices, b_values, b_shape)
    check(
        may_equal(a_shape[0], b_shape[0]),
        "Ranks of input tensors must match, but saw ranks: {} and {}",
        a_shape[0],
        b_shape[0],
    )


def _union(
    a_indices: Array, a_values: Array, a_shape: Array, b_indices: Array, b_values: Array, b_shape: Array
) -> tuple[Array, Array, Array]:
    """Entries of either, in order, and the values of both there; zero where one has none."""
    check(a_shape.tolist() == b_shape.tolist(), "Operands' shapes do not match: got {} and {}", a_shape, b_shape)
    _check_indices(a_indices, a_shape)
    _check_indices(b_indices, b_shape)
    indices, numbers = _groups(np.concatenate([a_indices, b_indices]))
    split = len(a_indices)
    return indices, _spread(numbers[:split], a_values, len(indices)), _spread(numbers[split:], b_values, len(indices))


def _sparse_add(call, a_indices, a_values, a_shape, b_indices, b_values, b_shape, thresh):
    indices, a, b = _union(a_indices, a_values, a_shape, b_indices, b_values, b_shape)
    total = a + b
    kept = np.abs(total) >= thresh
    return indices[kept], total[kept], a_shape


@op("SparseAdd")
class SparseAdd:
    """a + b without the sums whose magnitude is below thresh: -> sum_indices [n, r], sum_values [n], sum_shape [r]."""

    host = _sparse_add

    def shape(a_indices, a_values, a_shape, b_indices, b_values, b_shape, thresh):
        _check_two(a_indices, a_values, a_shape, b_indices, b_values, b_shape)
        check(len(thresh) == 0, "The magnitude threshold must be a scalar: got shape {}", thresh)
        return ((UNKNOWN, a_indices[1]), (UNKNOWN,), (a_shape[0],))

    def gradient(op, _, dz, *more):
        a, b = op.inputs[:2], op.inputs[3:5]
        da, db = raw.SparseAddGrad(dz, a[0], b[0], op.outputs[0])
        da.set_shape(a[1].shape)
        db.set_shape(b[1].shape)
        return None, da, None, None, db, None, None


def _sparse_add_grad(call, backprop_val_grad, a_indices, b_indices, sum_indices):
    found = _positions(sum_indices)

    def gradient(indices):
        result = np.zeros(len(indices), backprop_val_grad.dtype)
        for i, entry in enumerate(indices.tolist()):
            at = found.get(tuple(entry))
            if at is not None:
                result[i] = backprop_val_grad[at]
        return result

    return gradient(a_indices), gradient(b_indices)


@op("SparseAddGrad")
class SparseAddGrad:
    """The gradient of each sum for the entries of a and b that went into it; zero for those dropped."""

    host = _sparse_add_grad
    gradient = NOT_DIFFERENTIABLE

    def shape(backprop_val_grad, a_indices, b_indices, sum_indices):
        check(
            len(a_indices) == 2 and len(b_indices) == 2,
            "Input indices should be matrices but received shapes: {} and {}",
            a_indices,
            b_indices,
        )
        check(
            len(sum_indices) == 2 and len(backprop_val_grad) == 1 and may_equal(sum_indices[0], backprop_val_grad[0]),
            "# elements and # of sum indices do not match (got {} and {})",
            backprop_val_grad,
            sum_indices,
        )
        return ((a_indices[0],), (b_indices[0],))


def _extreme_of_two(choose):
    def host(call, *inputs):
        indices, a, b = _union(*inputs)
        return indices, choose(a, b)

    return host


@op("SparseSparseMaximum")
class SparseSparseMaximum:
    """The larger of two sparse tensors at every entry of either; a missing one is zero."""

    host = _extreme_of_two(np.maximum)
    gradient = _not_implemented

    def shape(a_indices, a_values, a_shape, b_indices, b_values, b_shape):
        _check_two(a_indices, a_values, a_shape, b_indices, b_values, b_shape)
        return ((UNKNOWN, a_indices[1]), (UNKNOWN,))


@op("SparseSparseMinimum")
class SparseSparseMinimum:
    """The smaller of two sparse tensors at every entry of either; a missing one is zero."""

    host = _extreme_of_two(np.minimum)
    gradient = _not_implemented

    def shape(a_indices, a_values, a_shape, b_indices, b_values, b_shape):
        _check_two(a_indices, a_values, a_shape, b_indices, b_values, b_shape)
        return ((UNKNOWN, a_indices[1]), (UNKNOWN,))


# ---- joining and cutting ---------------------------------------------------------------------------------------------


def _sparse_concat(call, *inputs):
    count, axis = call.attrs.N, call.attrs.concat_dim
    indices, values, dims = inputs[:count], inputs[count : 2 * count], inputs[2 * count :]
    rank = len(dims[0])
    check(-rank <= axis < rank, "Concat dimension must be in range [{}, {}), got {}", -rank, rank, axis)
    at = axis + rank if axis < 0 else axis
    others = np.arange(rank) != at
    offset, moved = 0, []
    for k in range(count):
        check(
            len(dims[k]) == rank and (dims[k][others] == dims[0][others]).all(),
            "Input shapes must match but for dimension {}: shapes[0] is {}, shapes[{}] {}",
            at,
            dims[0],
            k,
            dims[k],
        )
        _check_indices(indices[k], dims[k])
        moved.append(indices[k] + np.where(others, 0, offset))
        offset += int(dims[k][at])
    joined = np.concatenate(moved)
    order = _row_major(joined)
    return joined[order], np.concatenate(values)[order], np.where(others, dims[0], offset)


@op("SparseConcat")
class SparseConcat:
    """N sparse tensors joined along an axis: indices N x [n_k, r], values N x [n_k], shapes N x [r]."""

    host = _sparse_concat
    gradient = NOT_DIFFERENTIABLE

    def shape(indices, values, shapes):
        total, rank = 0, UNKNOWN
        for k in range(len(indices)):
            check_sparse(indices[k], values[k], shapes[k])
            total = UNKNOWN if UNKNOWN in (total, indices[k][0]) else total + indices[k][0]
            check(may_equal(rank, shapes[k][0]), "Ranks of all input tensors must match: {} and {}", rank, shapes[k][0])
            rank = max(rank, shapes[k][0])
        return ((total, rank), (total,), (rank,))


def _cut(indices: Array, values: Array, start: Array, size: Array) -> tuple[Array, Array]:
    """The entries within a box, counted from its start."""
    inside = ((indices >= start) & (indices < start + size)).all(1)
    return indices[inside] - start, values[inside]


def _sparse_slice(call, indices, values, shape, start, size):
    check((start >= 0).all(), "start {} must be >= 0", start)
    check((size >= 0).all(), "size {} must be >= 0", size)
    left = np.clip(shape - start, 0, size)
    return *_cut(indices, values, start, left), left


@op("SparseSlice")
class SparseSlice:
    """The entries within start .. start + size, cut at the dense shape: start [r], size [r]."""

    host = _sparse_slice

    def shape(indices, values, shape, start, size):
        check_sparse(indices, values, shape)
        check(
            len(start) == 1 and len(size) == 1 and may_equal(start[0], shape[0]) and may_equal(size[0], shape[0]),
            "Expected start and size to be vectors of size {}, got {} and {}",
            shape[0],
            start,
            size,
        )
        return ((UNKNOWN, indices[1]), (UNKNOWN,), (shape[0],))

    def gradient(op, _, dy, *more):
        dx = raw.SparseSliceGrad(dy, op.inputs[0], op.inputs[3], op.outputs[0])
        dx.set_shape(op.inputs[1].shape)
        return None, dx, None, None, None


def _sparse_slice_grad(call, backprop_val_grad, input_indices, input_start, output_indices):
    found = _positions(output_indices + input_start)
    check(len(backprop_val_grad) == len(output_indices), "# elements and # of output indices do not match")
    result = np.zeros(len(input_indices), backprop_val_grad.dtype)
    for i, entry in enumerate(input_indices.tolist()):
        at = found.get(tuple(entry))
        if at is not None:
            result[i] = backprop_val_grad[at]
    return result


@op("SparseSliceGrad")
class SparseSliceGrad:
    """The gradient of SparseSlice for its input's values; zero for those cut off: -> [n]."""

    host = _sparse_slice_grad

    def shape(backprop_val_grad, input_indices, input_start, output_indices):
        check(len(input_indices) == 2 and len(output_indices) == 2, "Input and output indices should be matrices")
        check(
            len(backprop_val_grad) == 1,
            "Input backprop_val_grad should be a vector but received shape {}",
            backprop_val_grad,
        )
        check(len(input_start) == 1, "The input_start should be a vector but received shape {}", input_start)
        return (input_indices[0],)


def _sparse_split(call, split_dim, indices, values, shape):
    count, axis, rank = call.attrs.num_split, int(split_dim), len(shape)
    check(-rank <= axis < rank, "Input split_dim should be between [{}, {}), got {}", -rank, rank, axis)
    at = axis + rank if axis < 0 else axis
    total = int(shape[at])
    check(
        1 <= count <= total,
        "Input num_split should be between 1 and the splitting dimension size ({}), got {}",
        total,
        count,
    )
    _check_indices(indices, shape)
    parts, first = [], 0
    for k in range(count):
        start, size = np.zeros_like(shape), shape.copy()
        # the first parts take what does not divide evenly
        start[at], size[at] = first, total // count + (k < total % count)
        first += int(size[at])
        parts.append((*_cut(indices, values, start, size), size))
    return [part[kind] for kind in range(3) for part in parts]


@op("SparseSplit")
class SparseSplit:
    """num_split parts along an axis, the first ones larger by one: num_split x ([n_k, r], [n_k], [r])."""

    host = _sparse_split

    def shape(split_dim, indices, values, shape, num_split, out):
        check_sparse(indices, values, shape)
        check(len(split_dim) == 0 or split_dim[0] == 1, "split_dim must be a scalar, got shape {}", split_dim)
        for k in range(num_split):
            out[k].append(UNKNOWN)
            out[k].append(indices[1])
            out[num_split + k].append(UNKNOWN)
            out[2 * num_split + k].append(shape[0])


# ---- reductions ------------------------------------------------------------------------------------------------------


def _kept_axes(indices: Array, shape: Array, axes: Array) -> Array:
    """Which axes stay: a mask. No axes given: none."""
    check_axes = [int(axis) for axis in axes.ravel()]
    rank = len(shape)
    for axis in check_axes:
        check(-rank <= axis < rank, "Invalid reduction dimension {}, for input with {} dimensions.", axis, rank)
    _check_indices(indices, shape)
    kept = np.full(rank, axes.size > 0)
    kept[check_axes] = False
    return kept


def _reduced_groups(combine, indices, values, shape, axes):
    """Places along the kept axes that have entries, in order, and the entries of each combined."""
    kept = _kept_axes(indices, shape, axes)
    places, numbers = _groups(indices[:, kept])
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(len(places)))
    reduced = combine.reduceat(values[order], starts) if len(places) else values[:0]
    return kept, places, reduced.astype(values.dtype)


def _reduced_max(call, input_indices, input_values, input_shape, reduction_axes):
    kept, places, values = _reduced_groups(np.maximum, input_indices, input_values, input_shape, reduction_axes)
    result = np.zeros(tuple(input_shape[kept]), input_values.dtype)
    result[tuple(places.T)] = values if kept.any() or not len(values) else values[0]
    return result.reshape(tuple(np.where(kept, input_shape, 1))) if call.attrs.keep_dims else result


@op("SparseReduceMax")
class SparseReduceMax:
    """The largest entries over reduction_axes, all of them if none are given, as a dense tensor; zero without entry."""

    host = _reduced_max

    def shape(input_indices, input_values, input_shape: Value, reduction_axes: Value, input_shape_dims, keep_dims, out):
        check_sparse(input_indices, input_values, input_shape_dims)
        reduced_sparse(input_shape, reduction_axes, keep_dims, out)


def _reduced_sparse_host(combine):
    def host(call, input_indices, input_values, input_shape, reduction_axes):
        kept, places, values = _reduced_groups(combine, input_indices, input_values, input_shape, reduction_axes)
        if not call.attrs.keep_dims:
            return places, values, input_shape[kept]
        indices = np.zeros((len(places), len(kept)), np.int64)
        indices[:, kept] = places
        return indices, values, np.where(kept, input_shape, 1)

    return host


def _reduced_sparse_dims(indices, values, shape, axes, keep_dims):
    check_sparse(indices, values, shape)
    removed = {axis + shape[0] if axis < 0 else axis for axis in axes}
    rank = shape[0]
    if not keep_dims:
        known = HIDDEN not in axes and rank != UNKNOWN
        rank = UNKNOWN if not known else rank - len(removed) if len(axes) else 0
    return ((UNKNOWN, rank), (UNKNOWN,), (rank,))


@op("SparseReduceSumSparse")
class SparseReduceSumSparse:
    """Sums over reduction_axes, all of them if none are given, as a sparse tensor."""

    host = _reduced_sparse_host(np.add)

    def shape(input_indices, input_values, input_shape, reduction_axes: Value, keep_dims):
        return _reduced_sparse_dims(input_indices, input_values, input_shape, reduction_axes, keep_dims)


@op("SparseReduceMaxSparse")
class SparseReduceMaxSparse:
    """The largest entries over reduction_axes, all of them if none are given, as a sparse tensor."""

    host = _reduced_sparse_host(np.maximum)

    def shape(input_indices, input_values, input_shape, reduction_axes: Value, keep_dims):
        return _reduced_sparse_dims(input_indices, input_values, input_shape, reduction_axes, keep_dims)


def fill_empty_rows_grad(call, reverse_index_map, grad_values):
    check(
        not reverse_index_map.size or (reverse_index_map.min() >= 0 and reverse_index_map.max() < len(grad_values)),
        "Elements in reverse index must be in [0, {})",
        len(grad_values),
    )
    rest = np.ones(len(grad_values), bool)
    rest[reverse_index_map] = False
    return grad_values[reverse_index_map], grad_values[rest].sum(dtype=grad_values.dtype)


@op("SparseFillEmptyRowsGrad")
class SparseFillEmptyRowsGrad:
    """Gradients of SparseFillEmptyRows: reverse_index_map [n], grad_values [m] -> d_values [n], d_default_value []."""

    host = fill_empty_rows_grad

    def shape(reverse_index_map, grad_values):
        check(len(reverse_index_map) == 1, "reverse_index_map must be a vector, saw: {}", reverse_index_map)
        check(len(grad_values) == 1, "grad_values must be a vector, saw: {}", grad_values)
        return ((reverse_index_map[0],), ())
