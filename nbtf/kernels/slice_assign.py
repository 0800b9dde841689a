"""Writing into a slice of a variable, in place."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.slicing import plan_slice
from nbtf.kernels.strided import begin_walk, next_position, write_strided
from nbtf.shapes import ellipsis_span, slice_length, slice_start, slice_stop


@register_jitable
def slice_dims(kept, dims, begin, end, strides, begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask):
    """The rank of the slice; its dims go to `kept`."""
    axis, rank = 0, 0
    count = len(begin)
    for i in range(count):
        if (ellipsis_mask >> i) & 1:
            for _ in range(ellipsis_span(len(dims) - axis, count - i - 1, new_axis_mask >> (i + 1))):
                kept[rank] = dims[axis]
                rank += 1
                axis += 1
        elif (new_axis_mask >> i) & 1:
            kept[rank] = 1
            rank += 1
        else:
            if not (shrink_axis_mask >> i) & 1:
                first = slice_start(begin[i], strides[i], dims[axis], (begin_mask >> i) & 1)
                stop = slice_stop(end[i], strides[i], dims[axis], (end_mask >> i) & 1)
                kept[rank] = slice_length(first, stop, strides[i])
                rank += 1
            axis += 1
    for i in range(axis, len(dims)):
        kept[rank] = dims[i]
        rank += 1
    return rank


@register_jitable
def broadcast_position(position, kept, rank, value_dims):
    """Which element of the value stands at this position of the slice."""
    found, stride = 0, 1
    for i in range(min(rank, len(value_dims))):
        size = kept[rank - 1 - i]
        dim = value_dims[len(value_dims) - 1 - i]
        if dim != 1:
            found += position % size * stride
            stride *= dim
        position //= size
    return found


@kernel
def strided_slice_assign(
    ref,
    begin,
    end,
    strides,
    value,
    begin_mask,
    end_mask,
    ellipsis_mask,
    new_axis_mask,
    shrink_axis_mask,
    ref_dims,
    value_dims,
    plan,
    kept,
):
    masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
    rank = slice_dims(kept, ref_dims, begin, end, strides, *masks)
    size = 1
    for i in range(rank):
        size *= kept[i]
    if size == 0:
        return
    position, axes = plan_slice(plan, ref_dims, len(ref), begin, end, strides, *masks)
    if len(value) == size:
        write_strided(value, ref, position, plan, axes)
        return
    begin_walk(plan, axes)
    for i in range(size):
        ref[position] = value[broadcast_position(i, kept, rank, value_dims)]
        position = next_position(plan, axes, position)
