"""Concat and split by runs of contiguous elements; slices as strided walks."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.strided import add_axis, copy_run, read_strided, write_strided
from nbtf.shapes import ellipsis_span, product, slice_length, slice_start, slice_stop

# ---- concatenation and splitting -------------------------------------------------------------------------------------


@register_jitable
def join(values, output, outer):
    """A row of the output is one run of each value, in order."""
    width = len(output) // max(outer, 1)
    offset = 0
    for k in range(len(values)):
        value = values[k]
        run = len(value) // max(outer, 1)
        for row in range(outer):
            copy_run(value, row * run, output, row * width + offset, run)
        offset += run


@register_jitable
def separate(value, output, outer):
    """A row of the value is one run of each output, in order."""
    width = len(value) // max(outer, 1)
    offset = 0
    for k in range(len(output)):
        part = output[k]
        run = len(part) // max(outer, 1)
        for row in range(outer):
            copy_run(value, row * width + offset, part, row * run, run)
        offset += run


@register_jitable
def outer_size(dims, axis):
    """Elements before an axis: of the axes outside of it."""
    return product(dims[: axis + len(dims) if axis < 0 else axis])


@kernel
def concat_v2(values, axis, output, values_dims):
    join(values, output, outer_size(values_dims[0], axis[0]))


@kernel
def concat(concat_dim, values, output, values_dims):
    join(values, output, outer_size(values_dims[0], concat_dim[0]))


@kernel
def pack(values, output, axis, output_dims):
    join(values, output, outer_size(output_dims, axis))


@kernel
def unpack(value, output, axis, value_dims):
    separate(value, output, outer_size(value_dims, axis))


@kernel
def split(split_dim, value, output, value_dims):
    separate(value, output, outer_size(value_dims, split_dim[0]))


@kernel
def split_v(value, split_dim, output, value_dims):
    separate(value, output, outer_size(value_dims, split_dim[0]))


# ---- slices ----------------------------------------------------------------------------------------------------------


@kernel
def slice_box(input, begin, output, input_dims, output_dims, plan):
    if len(output) == 0:
        return
    start, stride, axes = 0, len(input), 0
    for axis in range(len(input_dims)):
        stride //= input_dims[axis]
        start += begin[axis] * stride
        axes = add_axis(plan, axes, output_dims[axis], stride)
    read_strided(input, start, output, plan, axes)


@register_jitable
def plan_slice(
    plan, dims, size, begin, end, strides, begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
):
    """(first element, axes) of a strided slice that is not empty, out of a tensor of `size` elements."""
    start, stride, axis, axes = 0, size, 0, 0
    count = len(begin)
    for i in range(count):
        if (ellipsis_mask >> i) & 1:
            for _ in range(ellipsis_span(len(dims) - axis, count - i - 1, new_axis_mask >> (i + 1))):
                stride //= dims[axis]
                axes = add_axis(plan, axes, dims[axis], stride)
                axis += 1
        elif not (new_axis_mask >> i) & 1:
            dim = dims[axis]
            stride //= dim
            axis += 1
            if (shrink_axis_mask >> i) & 1:
                start += (begin[i] + dim if begin[i] < 0 else begin[i]) * stride
            else:
                first = slice_start(begin[i], strides[i], dim, (begin_mask >> i) & 1)
                stop = slice_stop(end[i], strides[i], dim, (end_mask >> i) & 1)
                start += first * stride
                axes = add_axis(plan, axes, slice_length(first, stop, strides[i]), strides[i] * stride)
    for i in range(axis, len(dims)):
        stride //= dims[i]
        axes = add_axis(plan, axes, dims[i], stride)
    return start, axes


@kernel
def strided_slice(
    input,
    begin,
    end,
    strides,
    output,
    begin_mask,
    end_mask,
    ellipsis_mask,
    new_axis_mask,
    shrink_axis_mask,
    input_dims,
    plan,
):
    if len(output) == 0:
        return
    masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
    start, axes = plan_slice(plan, input_dims, len(input), begin, end, strides, *masks)
    read_strided(input, start, output, plan, axes)


@kernel
def strided_slice_grad(
    begin,
    end,
    strides,
    dy,
    output,
    begin_mask,
    end_mask,
    ellipsis_mask,
    new_axis_mask,
    shrink_axis_mask,
    output_dims,
    plan,
):
    for i in range(len(output)):
        output[i] = 0
    if len(dy) > 0:
        masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
        start, axes = plan_slice(plan, output_dims, len(output), begin, end, strides, *masks)
        write_strided(dy, output, start, plan, axes)


@kernel
def tensor_strided_slice_update(
    input,
    begin,
    end,
    strides,
    value,
    output,
    begin_mask,
    end_mask,
    ellipsis_mask,
    new_axis_mask,
    shrink_axis_mask,
    output_dims,
    plan,
):
    copy_run(input, 0, output, 0, len(input))
    if len(value) > 0:
        masks = begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask
        start, axes = plan_slice(plan, output_dims, len(output), begin, end, strides, *masks)
        write_strided(value, output, start, plan, axes)
