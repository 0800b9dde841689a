"""Sets that the last axis of a tensor holds: their sizes, unions, intersections, differences. Python computes them."""

import numpy as np

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.sparse import check_sparse
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal


def _sparse_rows(indices, values, dims, validate):
    """Position in the batch -> the values of its set."""
    found = {}
    before = None
    for i, (place, value) in enumerate(zip(indices.tolist(), values.tolist(), strict=True)):
        check(
            all(0 <= at < dim for at, dim in zip(place, dims.tolist(), strict=True)),
            "indices[{}] = [{:,}] is out of bounds: need 0 <= index < [{:,}]",
            i,
            place,
            dims.tolist(),
        )
        if validate and before is not None:
            check(place != before, "indices[{}] = [{:,}] is repeated", i, place)
            check(
                place > before,
                "indices[{}] = [{:,}] is out of order. Many sparse ops require sorted indices.",
                i,
                place,
            )
        before = place
        found.setdefault(tuple(place[:-1]), set()).add(value)
    return found


def _dense_rows(tensor):
    check(tensor.ndim >= 2, "Shape {} has rank {} < 2", list(tensor.shape), tensor.ndim)
    return {at: set(tensor[at].tolist()) for at in np.ndindex(tensor.shape[:-1])}


_OPERATIONS = {
    "a-b": lambda a, b: a - b,
    "b-a": lambda a, b: b - a,
    "intersection": lambda a, b: a & b,
    "union": lambda a, b: a | b,
}


def _combined(call, a, a_dims, b, b_dims):
    """The sets of each position, as the three tensors of a sparse one whose rows are in order."""
    operation = call.attrs.set_operation
    check(operation in _OPERATIONS, "Invalid set_operation {}.", operation)
    check(a_dims == b_dims, "Mismatched shapes {} vs {}", a_dims, b_dims)
    combine = _OPERATIONS[operation]
    indices, values, longest = [], [], 0
    for at in sorted(a.keys() | b.keys()):
        row = sorted(combine(a.get(at, set()), b.get(at, set())))
        longest = max(longest, len(row))
        indices += [(*at, k) for k in range(len(row))]
        values += row
    dtype = object if call.attrs.T.name == "string" else call.attrs.T.as_numpy_dtype
    rank = len(a_dims) + 1
    return (
        np.array(indices, np.int64).reshape(len(values), rank),
        np.array(values, dtype),
        np.array([*a_dims, longest], np.int64),
    )


def _dense_and_dense(call, set1, set2):
    return _combined(call, _dense_rows(set1), [*set1.shape[:-1]], _dense_rows(set2), [*set2.shape[:-1]])


def _dense_and_sparse(call, set1, indices, values, dims):
    rows = _sparse_rows(indices, values, dims, call.attrs.validate_indices)
    return _combined(call, _dense_rows(set1), [*set1.shape[:-1]], rows, dims.tolist()[:-1])


def _sparse_and_sparse(call, indices1, values1, dims1, indices2, values2, dims2):
    validate = call.attrs.validate_indices
    first = _sparse_rows(indices1, values1, dims1, validate)
    second = _sparse_rows(indices2, values2, dims2, validate)
    return _combined(call, first, dims1.tolist()[:-1], second, dims2.tolist()[:-1])


def _check_batch(a, b):
    """The dims but the last of two dense tensors must agree."""
    check(len(a) >= 2 and len(b) >= 2, "Shape must be at least rank 2 but is rank {}", min(len(a), len(b)))
    check(len(a) == len(b), "Shape must be rank {} but is rank {}", len(a), len(b))
    for i in range(len(a) - 1):
        check(
            may_equal(a[i], b[i]),
            "Dimension {} in both shapes must be equal, but are {} and {}. Shapes are {} and {}.",
            i,
            a[i],
            b[i],
            a[:-1],
            b[:-1],
        )


def _sparse_form(rank):
    return ((UNKNOWN, rank), (UNKNOWN,), (rank,))


@op("DenseToDenseSetOperation")
class DenseToDenseSetOperation:
    """The sets of rows of two tensors combined: set1 [..., n], set2 [..., m] -> a sparse tensor [..., k], in order.

    set_operation: a-b, b-a, intersection or union.
    """

    gradient = NOT_DIFFERENTIABLE

    host = _dense_and_dense

    def shape(set1, set2):
        _check_batch(set1, set2)
        return _sparse_form(len(set1))


@op("DenseToSparseSetOperation")
class DenseToSparseSetOperation:
    """The sets of rows of a dense and a sparse tensor combined: set1 [..., n], set2 [..., m] -> sparse [..., k]."""

    gradient = NOT_DIFFERENTIABLE

    host = _dense_and_sparse

    def shape(set1, set2_indices, set2_values, set2_shape):
        check_sparse(set2_indices, set2_values, set2_shape)
        check(len(set1) >= 2, "Shape must be at least rank 2 but is rank {}", len(set1))
        return _sparse_form(len(set1))


@op("SparseToSparseSetOperation")
class SparseToSparseSetOperation:
    """The sets of rows of two sparse tensors combined: set1 [..., n], set2 [..., m] -> sparse [..., k]."""

    gradient = NOT_DIFFERENTIABLE

    host = _sparse_and_sparse

    def shape(set1_indices, set1_values, set1_shape, set2_indices, set2_values, set2_shape):
        check_sparse(set1_indices, set1_values, set1_shape)
        check_sparse(set2_indices, set2_values, set2_shape)
        return _sparse_form(set1_indices[1])


def _set_size(call, indices, values, dims):
    sizes = np.zeros(dims[:-1], np.int32)
    for row, found in _sparse_rows(indices, values, dims, call.attrs.validate_indices).items():
        sizes[row] = len(found)
    return sizes


@op("SetSize")
class SetSize:
    """How many different values each row of the last axis has: a sparse tensor [..., n] -> int32 [...]."""

    gradient = NOT_DIFFERENTIABLE

    host = _set_size

    def shape(set_indices, set_values, set_shape: Value, set_shape_dims, out):
        check_sparse(set_indices, set_values, set_shape_dims)
        for i in range(len(set_shape) - 1):
            out.append(UNKNOWN if set_shape[i] == HIDDEN else set_shape[i])
