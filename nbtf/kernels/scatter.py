"""Scattered updates of variables, in place, and gathers out of them."""

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import check

# ---- how an element and its update combine ---------------------------------------------------------------------------


def _add(old, new):
    return old + new


def _sub(old, new):
    return old - new


def _mul(old, new):
    return old * new


def _div(old, new):
    return quotient(old, new)


def _min(old, new):
    return new if new < old else old


def _max(old, new):
    return new if old < new else old


def quotient(old, new):
    """old / new; integers truncate, as in C."""
    if isinstance(old, (int, np.integer)):
        check(new != 0, "Integer division by zero")
        magnitude = abs(int(old)) // abs(int(new))
        return magnitude if (old < 0) == (new < 0) else -magnitude
    return old / new


@overload(quotient)
def _compiled_quotient(old, new):
    if not isinstance(old, types.Integer):
        return lambda old, new: old / new

    def truncating(old, new):
        check(new != 0, "Integer division by zero")
        floored = old // new
        return floored + 1 if floored < 0 and floored * new != old else floored

    return truncating


COMBINATIONS = {"add": _add, "sub": _sub, "mul": _mul, "div": _div, "min": _min, "max": _max}


# ---- rows ------------------------------------------------------------------------------------------------------------


@register_jitable
def row_size(dims, first):
    size = 1
    for i in range(first, len(dims)):
        size *= dims[i]
    return size


@register_jitable
def check_rows(indices, rows):
    """All of them before anything is written."""
    for k in range(len(indices)):
        check(0 <= indices[k] < rows, "indices[{}] = {} is not in [0, {})", k, indices[k], rows)


@register_jitable
def replace_rows(params, dims, indices, updates, updates_dims):
    check_rows(indices, dims[0])
    row, step = row_size(dims, 1), 0 if len(updates_dims) == 0 else 1
    for k in range(len(indices)):
        start = indices[k] * row
        for i in range(row):
            params[start + i] = updates[(k * row + i) * step]


@kernel
def scatter_update(ref, indices, updates, ref_dims, updates_dims):
    replace_rows(ref, ref_dims, indices, updates, updates_dims)


@kernel
def resource_scatter_update(resource, indices, updates, resource_dims, updates_dims):
    replace_rows(resource, resource_dims, indices, updates, updates_dims)


def _row_kernels(name, combine):
    combine = register_jitable(combine)

    @register_jitable
    def combine_rows(params, dims, indices, updates, updates_dims):
        check_rows(indices, dims[0])
        row, step = row_size(dims, 1), 0 if len(updates_dims) == 0 else 1
        for k in range(len(indices)):
            start = indices[k] * row
            for i in range(row):
                params[start + i] = combine(params[start + i], updates[(k * row + i) * step])

    def scatter(ref, indices, updates, ref_dims, updates_dims):
        combine_rows(ref, ref_dims, indices, updates, updates_dims)

    def resource_scatter(resource, indices, updates, resource_dims, updates_dims):
        combine_rows(resource, resource_dims, indices, updates, updates_dims)

    for body in (scatter, resource_scatter):
        body.__name__ = f"{body.__name__}_{name}"
        kernel(body)


# ---- elements and slices ---------------------------------------------------------------------------------------------


@register_jitable
def slice_start_of(index, dims, position, depth, size):
    """First element of the slice that row `position` of the indices names, `size` elements long; -1 if out of range."""
    start = 0
    for i in range(depth):
        at = index[position * depth + i]
        if not 0 <= at < dims[i]:
            return -1
        start = start * dims[i] + at
    return start * size


@register_jitable
def index_depth(indices_dims):
    return indices_dims[len(indices_dims) - 1] if len(indices_dims) > 1 else 1


@register_jitable
def index_count(indices_dims):
    count = 1
    for i in range(max(len(indices_dims) - 1, 1)):
        count *= indices_dims[i]
    return count


@register_jitable
def check_slices(indices, indices_dims, dims, size):
    depth = index_depth(indices_dims)
    for k in range(index_count(indices_dims)):
        check(
            slice_start_of(indices, dims, k, depth, size) >= 0,
            "indices[{}] = {} does not index into shape {}",
            k,
            indices[k * depth : (k + 1) * depth],
            dims,
        )


@kernel
def scatter_nd_update(ref, indices, updates, ref_dims, indices_dims):
    depth = index_depth(indices_dims)
    size = row_size(ref_dims, depth)
    check_slices(indices, indices_dims, ref_dims, size)
    for k in range(index_count(indices_dims)):
        start = slice_start_of(indices, ref_dims, k, depth, size)
        for i in range(size):
            ref[start + i] = updates[k * size + i]


def _slice_kernel(name, combine):
    combine = register_jitable(combine)

    def scatter_nd(ref, indices, updates, ref_dims, indices_dims):
        depth = index_depth(indices_dims)
        size = row_size(ref_dims, depth)
        check_slices(indices, indices_dims, ref_dims, size)
        for k in range(index_count(indices_dims)):
            start = slice_start_of(indices, ref_dims, k, depth, size)
            for i in range(size):
                ref[start + i] = combine(ref[start + i], updates[k * size + i])

    scatter_nd.__name__ = f"scatter_nd_{name}"
    kernel(scatter_nd)


for _name, _combine in COMBINATIONS.items():
    _row_kernels(_name, _combine)
    if _name in ("add", "sub", "min", "max"):
        _slice_kernel(_name, _combine)


# ---- gathering -------------------------------------------------------------------------------------------------------


@kernel
def resource_gather(resource, indices, output, resource_dims, batch_dims):
    rows, row = resource_dims[batch_dims], row_size(resource_dims, batch_dims + 1)
    batches = 1
    for i in range(batch_dims):
        batches *= resource_dims[i]
    each = len(indices) // max(batches, 1)
    for k in range(len(indices)):
        check(0 <= indices[k] < rows, "indices[{}] = {} is not in [0, {})", k, indices[k], rows)
        start = (k // each * rows + indices[k]) * row
        for i in range(row):
            output[k * row + i] = resource[start + i]


@kernel
def resource_gather_nd(resource, indices, output, resource_dims, indices_dims):
    depth = indices_dims[len(indices_dims) - 1]
    size = row_size(resource_dims, depth)
    count = 1
    for i in range(len(indices_dims) - 1):
        count *= indices_dims[i]
    for k in range(count):
        start = slice_start_of(indices, resource_dims, k, depth, size)
        check(
            start >= 0,
            "indices[{}] = {} does not index into param shape {}, node name: {{node}}",
            k,
            indices[k * depth : (k + 1) * depth],
            resource_dims,
        )
        for i in range(size):
            output[k * size + i] = resource[start + i]
