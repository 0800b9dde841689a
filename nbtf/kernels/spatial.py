"""Blocks of space as batch or depth, and patches: runs of channels, or strided walks."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.strided import add_axis, copy_run, fill_run, read_strided
from nbtf.shapes import pad_before, product

# ---- space and batch -------------------------------------------------------------------------------------------------


@register_jitable
def space_row(row, entry, block_shape, before, batch_dims, space_dims):
    """The row of the space side that a row of the batch side stands for, or -1 outside of it.

    row: its number among the spatial axes of the batch side; entry: its block; before: margins, two an axis.
    """
    position, stride = 0, 1
    for i in range(len(block_shape) - 1, -1, -1):
        at = row % batch_dims[1 + i] * block_shape[i] + entry % block_shape[i] - before[2 * i]
        row //= batch_dims[1 + i]
        entry //= block_shape[i]
        if at < 0 or at >= space_dims[1 + i]:
            return -1
        position += at * stride
        stride *= space_dims[1 + i]
    return position


@kernel
def space_to_batch(input, block_shape, paddings, output, input_dims, output_dims):
    axes = len(block_shape) + 1
    inner = product(input_dims[axes:])
    rows, space_rows = product(output_dims[1:axes]), product(input_dims[1:axes])
    for entry in range(output_dims[0]):
        block, batch = entry // input_dims[0], entry % input_dims[0]
        for row in range(rows):
            source = space_row(row, block, block_shape, paddings, output_dims, input_dims)
            target = (entry * rows + row) * inner
            if source < 0:
                fill_run(output, target, inner, output.dtype.type(0))
            else:
                copy_run(input, (batch * space_rows + source) * inner, output, target, inner)


@kernel
def batch_to_space(input, block_shape, crops, output, input_dims, output_dims):
    axes = len(block_shape) + 1
    inner = product(input_dims[axes:])
    rows, space_rows = product(input_dims[1:axes]), product(output_dims[1:axes])
    if len(output) == 0:
        return
    for entry in range(input_dims[0]):
        block, batch = entry // output_dims[0], entry % output_dims[0]
        for row in range(rows):
            target = space_row(row, block, block_shape, crops, input_dims, output_dims)
            if target >= 0:
                copy_run(input, (entry * rows + row) * inner, output, (batch * space_rows + target) * inner, inner)


# ---- space and depth -------------------------------------------------------------------------------------------------


@register_jitable
def add_axes(plan, sizes, order):
    """Plans a transpose: axis order[i] of a tensor of these six sizes comes i-th."""
    axes = 0
    for i in range(6):
        stride = 1
        for k in range(order[i] + 1, 6):
            stride *= sizes[k]
        axes = add_axis(plan, axes, sizes[order[i]], stride)
    return axes


@kernel
def space_to_depth(input, output, block_size, data_format, output_dims, plan):
    if len(output) == 0:
        return
    block = block_size
    if data_format == 0:
        batch, rows, columns, depth = output_dims[0], output_dims[1], output_dims[2], output_dims[3]
        sizes = (batch, rows, block, columns, block, depth // (block * block))
        axes = add_axes(plan, sizes, (0, 1, 3, 2, 4, 5))
    else:
        batch, depth, rows, columns = output_dims[0], output_dims[1], output_dims[2], output_dims[3]
        sizes = (batch, depth // (block * block), rows, block, columns, block)
        axes = add_axes(plan, sizes, (0, 3, 5, 1, 2, 4))
    read_strided(input, 0, output, plan, axes)


@kernel
def depth_to_space(input, output, block_size, data_format, input_dims, plan):
    if len(output) == 0:
        return
    block = block_size
    if data_format == 0:
        batch, rows, columns, depth = input_dims[0], input_dims[1], input_dims[2], input_dims[3]
        sizes = (batch, rows, columns, block, block, depth // (block * block))
        axes = add_axes(plan, sizes, (0, 1, 3, 2, 4, 5))
    else:
        batch, depth, rows, columns = input_dims[0], input_dims[1], input_dims[2], input_dims[3]
        sizes = (batch, block, block, depth // (block * block), rows, columns)
        axes = add_axes(plan, sizes, (0, 3, 4, 1, 5, 2))
    read_strided(input, 0, output, plan, axes)


# ---- patches ---------------------------------------------------------------------------------------------------------


@kernel(rank={"images": 4, "patches": 4})
def extract_image_patches(images, patches, ksizes, strides, rates, padding):
    batch, rows, columns, channels = images.shape
    top = pad_before(rows, ksizes[1], strides[1], rates[1], padding, 0)
    left = pad_before(columns, ksizes[2], strides[2], rates[2], padding, 0)
    for n in range(batch):
        for row in range(patches.shape[1]):
            for column in range(patches.shape[2]):
                target = 0
                for i in range(ksizes[1]):
                    r = row * strides[1] + i * rates[1] - top
                    for j in range(ksizes[2]):
                        c = column * strides[2] + j * rates[2] - left
                        inside = 0 <= r < rows and 0 <= c < columns
                        for k in range(channels):
                            patches[n, row, column, target + k] = images[n, r, c, k] if inside else 0
                        target += channels


@kernel(rank={"input": 5, "patches": 5})
def extract_volume_patches(input, patches, ksizes, strides, padding):
    batch, planes, rows, columns, channels = input.shape
    front = pad_before(planes, ksizes[1], strides[1], 1, padding, 0)
    top = pad_before(rows, ksizes[2], strides[2], 1, padding, 0)
    left = pad_before(columns, ksizes[3], strides[3], 1, padding, 0)
    places = patches.shape
    for at in range(batch * places[1] * places[2] * places[3]):
        column, rest = at % places[3], at // places[3]
        row, rest = rest % places[2], rest // places[2]
        plane, n = rest % places[1], rest // places[1]
        target = 0
        for i in range(ksizes[1]):
            p = plane * strides[1] + i - front
            for j in range(ksizes[2]):
                r = row * strides[2] + j - top
                for k in range(ksizes[3]):
                    c = column * strides[3] + k - left
                    inside = 0 <= p < planes and 0 <= r < rows and 0 <= c < columns
                    for m in range(channels):
                        patches[n, plane, row, column, target + m] = input[n, p, r, c, m] if inside else 0
                    target += channels
