"""Gather and scatter by runs of contiguous elements. Every index is checked before anything moves."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.strided import copy_run, fill_run
from nbtf.shapes import check, coordinates, product

# ---- gather ----------------------------------------------------------------------------------------------------------


@register_jitable
def gather_runs(params, indices, output, batches, outer, size, inner, indices_dims):
    """params [batches, outer, size, inner], indices [batches, n] -> [batches, outer, n, inner]."""
    for i in range(len(indices)):
        check(
            0 <= indices[i] < size,
            "indices{} = {} is not in [0, {})",
            coordinates(i, indices_dims),
            indices[i],
            size,
        )
    count = len(indices) // max(batches, 1)
    target = 0
    for batch in range(batches):
        for row in range(outer):
            start = (batch * outer + row) * size
            for i in range(batch * count, (batch + 1) * count):
                copy_run(params, (start + indices[i]) * inner, output, target, inner)
                target += inner


@kernel
def gather(params, indices, output, params_dims, indices_dims):
    gather_runs(params, indices, output, 1, 1, params_dims[0], product(params_dims[1:]), indices_dims)


@kernel
def gather_v2(params, indices, axis, output, batch_dims, params_dims, indices_dims):
    at = axis[0] + len(params_dims) if axis[0] < 0 else axis[0]
    batch = batch_dims + len(indices_dims) if batch_dims < 0 else batch_dims
    batches, outer = product(params_dims[:batch]), product(params_dims[batch:at])
    inner = product(params_dims[at + 1 :])
    gather_runs(params, indices, output, batches, outer, params_dims[at], inner, indices_dims)


@register_jitable
def nd_position(indices, row, depth, dims):
    """Which slice the coordinates in one row of indices name; -1 for one outside."""
    position = 0
    for i in range(depth):
        at = indices[row * depth + i]
        if at < 0 or at >= dims[i]:
            return -1
        position = position * dims[i] + at
    return position


@kernel
def gather_nd(params, indices, output, params_dims, indices_dims):
    depth = indices_dims[-1]
    rows = product(indices_dims[:-1])
    inner = product(params_dims[depth:])
    for row in range(rows):
        check(
            nd_position(indices, row, depth, params_dims) >= 0 and (len(params) > 0 or inner == 0),
            "indices{} = {} does not index into param shape {}",
            coordinates(row, indices_dims[:-1]),
            indices[row * depth : (row + 1) * depth],
            params_dims,
        )
    for row in range(rows):
        copy_run(params, nd_position(indices, row, depth, params_dims) * inner, output, row * inner, inner)


# ---- scatter ---------------------------------------------------------------------------------------------------------


@register_jitable
def scatter_plan(indices, indices_dims, target_dims):
    """(rows, depth, elements of a slice) of a scatter; refuses coordinates outside of the target."""
    depth = indices_dims[-1]
    rows = product(indices_dims[:-1])
    inner = product(target_dims[depth:])
    for row in range(rows):
        check(
            nd_position(indices, row, depth, target_dims) >= 0,
            "indices{} = {} does not index into shape {}",
            coordinates(row, indices_dims[:-1]),
            indices[row * depth : (row + 1) * depth],
            target_dims,
        )
    return rows, depth, inner


@register_jitable
def add_slices(indices, updates, output, indices_dims, target_dims):
    rows, depth, inner = scatter_plan(indices, indices_dims, target_dims)
    for row in range(rows):
        start = nd_position(indices, row, depth, target_dims) * inner
        for i in range(inner):
            output[start + i] += updates[row * inner + i]


@kernel
def scatter_nd(indices, updates, output, indices_dims, output_dims):
    fill_run(output, 0, len(output), output.dtype.type(0))
    add_slices(indices, updates, output, indices_dims, output_dims)


@kernel
def scatter_nd_non_aliasing_add(input, indices, updates, output, indices_dims, output_dims):
    copy_run(input, 0, output, 0, len(input))
    add_slices(indices, updates, output, indices_dims, output_dims)


@kernel
def tensor_scatter_add(tensor, indices, updates, output, indices_dims, output_dims):
    copy_run(tensor, 0, output, 0, len(tensor))
    add_slices(indices, updates, output, indices_dims, output_dims)


@kernel
def tensor_scatter_update(tensor, indices, updates, output, indices_dims, output_dims):
    rows, depth, inner = scatter_plan(indices, indices_dims, output_dims)
    copy_run(tensor, 0, output, 0, len(tensor))
    for row in range(rows):
        copy_run(updates, row * inner, output, nd_position(indices, row, depth, output_dims) * inner, inner)


@kernel
def tensor_scatter_sub(tensor, indices, updates, output, indices_dims, output_dims):
    rows, depth, inner = scatter_plan(indices, indices_dims, output_dims)
    copy_run(tensor, 0, output, 0, len(tensor))
    for row in range(rows):
        start = nd_position(indices, row, depth, output_dims) * inner
        for i in range(inner):
            output[start + i] -= updates[row * inner + i]


@kernel
def tensor_scatter_min(tensor, indices, updates, output, indices_dims, output_dims):
    rows, depth, inner = scatter_plan(indices, indices_dims, output_dims)
    copy_run(tensor, 0, output, 0, len(tensor))
    for row in range(rows):
        start = nd_position(indices, row, depth, output_dims) * inner
        for i in range(inner):
            output[start + i] = min(output[start + i], updates[row * inner + i])


@kernel
def tensor_scatter_max(tensor, indices, updates, output, indices_dims, output_dims):
    rows, depth, inner = scatter_plan(indices, indices_dims, output_dims)
    copy_run(tensor, 0, output, 0, len(tensor))
    for row in range(rows):
        start = nd_position(indices, row, depth, output_dims) * inner
        for i in range(inner):
            output[start + i] = max(output[start + i], updates[row * inner + i])


# ---- partition and stitch --------------------------------------------------------------------------------------------


@kernel
def dynamic_partition(data, partitions, outputs, starts):
    inner = len(data) // max(len(partitions), 1)
    for k in range(len(outputs)):
        starts[k] = 0
    for i in range(len(partitions)):
        k = partitions[i]
        copy_run(data, i * inner, outputs[k], starts[k], inner)
        starts[k] += inner


@kernel
def dynamic_stitch(indices, data, merged, merged_dims):
    inner = product(merged_dims[1:])
    fill_run(merged, 0, len(merged), merged.dtype.type(0))
    for k in range(len(indices)):
        places, values = indices[k], data[k]
        for i in range(len(places)):
            copy_run(values, i * inner, merged, places[i] * inner, inner)


@kernel
def one_hot(indices, depth, on_value, off_value, output, axis, indices_dims):
    fill_run(output, 0, len(output), off_value[0])
    at = len(indices_dims) if axis < 0 else axis
    inner, size = product(indices_dims[at:]), depth[0]
    for i in range(len(indices)):
        if 0 <= indices[i] < size:
            output[(i // inner * size + indices[i]) * inner + i % inner] = on_value[0]
