"""Padding, tiles, reversal, rolls, transposes and broadcasts: rows of contiguous elements wherever there are any."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.strided import STRIDES, add_axis, copy_run, fill_run, read_strided, read_tiled, unit_axis
from nbtf.shapes import check, product

# ---- padding ---------------------------------------------------------------------------------------------------------


@register_jitable
def last_padded(paddings):
    """The innermost axis with padding, or 0: what lies inside of it is contiguous."""
    for axis in range(len(paddings) // 2 - 1, 0, -1):
        if paddings[2 * axis] or paddings[2 * axis + 1]:
            return axis
    return 0


@register_jitable
def unpadded_row(row, axes, dims, padded_dims, paddings):
    """The input's row that the output's row over the first `axes` axes holds, or -1 for one of padding."""
    source, stride = 0, 1
    for axis in range(axes - 1, -1, -1):
        at = row % padded_dims[axis] - paddings[2 * axis]
        row //= padded_dims[axis]
        if at < 0 or at >= dims[axis]:
            return -1
        source += at * stride
        stride *= dims[axis]
    return source


@register_jitable
def pad_rows(input, output, paddings, value, dims, padded_dims):
    if len(dims) == 0:
        output[0] = input[0]
        return
    axis = last_padded(paddings)
    inner = product(dims[axis + 1 :])
    run, width = dims[axis] * inner, padded_dims[axis] * inner
    before = paddings[2 * axis] * inner
    for row in range(product(padded_dims[:axis])):
        source = unpadded_row(row, axis, dims, padded_dims, paddings)
        start = row * width
        if source < 0:
            fill_run(output, start, width, value)
        else:
            fill_run(output, start, before, value)
            copy_run(input, source * run, output, start + before, run)
            fill_run(output, start + before + run, width - before - run, value)


@kernel
def pad(input, paddings, output, input_dims, output_dims):
    pad_rows(input, output, paddings, output.dtype.type(0), input_dims, output_dims)


@kernel
def pad_v2(input, paddings, constant_values, output, input_dims, output_dims):
    pad_rows(input, output, paddings, constant_values[0], input_dims, output_dims)


@register_jitable
def mirrored(at, before, size, mode):
    """Index in the unpadded axis of padded index `at`; mode 1 repeats the border element."""
    at -= before
    if at < 0:
        return -at - mode
    if at >= size:
        return 2 * size - 2 + mode - at
    return at


@register_jitable
def mirrored_row(row, axes, dims, padded_dims, paddings, mode):
    source, stride = 0, 1
    for axis in range(axes - 1, -1, -1):
        source += mirrored(row % padded_dims[axis], paddings[2 * axis], dims[axis], mode) * stride
        row //= padded_dims[axis]
        stride *= dims[axis]
    return source


@kernel
def mirror_pad(input, paddings, output, mode, input_dims, output_dims):
    axes = last_padded(paddings) + 1 if len(input_dims) else 0
    inner = product(input_dims[axes:])
    for row in range(product(output_dims[:axes])):
        source = mirrored_row(row, axes, input_dims, output_dims, paddings, mode)
        copy_run(input, source * inner, output, row * inner, inner)


@kernel
def mirror_pad_grad(input, paddings, output, mode, input_dims, output_dims):
    axes = last_padded(paddings) + 1 if len(input_dims) else 0
    inner = product(output_dims[axes:])
    for i in range(len(output)):
        output[i] = 0
    for row in range(product(input_dims[:axes])):
        target = mirrored_row(row, axes, output_dims, input_dims, paddings, mode)
        for i in range(inner):
            output[target * inner + i] += input[row * inner + i]


# ---- repetition ------------------------------------------------------------------------------------------------------


@kernel
def tile(input, multiples, output, input_dims, plan):
    if len(output) == 0:
        return
    stride, axes = len(input), 0
    for axis in range(len(input_dims)):
        stride //= input_dims[axis]
        axes = add_axis(plan, axes, multiples[axis], 0)
        axes = add_axis(plan, axes, input_dims[axis], stride)
    read_strided(input, 0, output, plan, axes)


@kernel
def broadcast_to(input, output, input_dims, output_dims, plan):
    if len(output) == 0:
        return
    stride, axes = len(input), 0
    new = len(output_dims) - len(input_dims)
    for axis in range(len(output_dims)):
        size = input_dims[axis - new] if axis >= new else 1
        stride //= size
        axes = add_axis(plan, axes, output_dims[axis], stride if size > 1 else 0)
    read_strided(input, 0, output, plan, axes)


# ---- order -----------------------------------------------------------------------------------------------------------


@kernel
def transpose(x, perm, y, x_dims, plan):
    if len(y) == 0:
        return
    axes = 0
    for i in range(len(x_dims)):
        axes = add_axis(plan, axes, x_dims[perm[i]], product(x_dims[perm[i] + 1 :]))
    unit = unit_axis(plan, axes)
    if axes == 0 or plan[STRIDES + axes - 1] == 1 or unit < 0:
        read_strided(x, 0, y, plan, axes)
    else:
        read_tiled(x, y, plan, axes, unit)


@kernel
def reverse(tensor, dims, output, tensor_dims, plan):
    if len(output) == 0:
        return
    start, stride, axes = 0, len(tensor), 0
    for axis in range(len(tensor_dims)):
        size = tensor_dims[axis]
        stride //= size
        start += (size - 1) * stride if dims[axis] else 0
        axes = add_axis(plan, axes, size, -stride if dims[axis] else stride)
    read_strided(tensor, start, output, plan, axes)


@kernel
def reverse_v2(tensor, axis, output, tensor_dims, plan):
    if len(output) == 0:
        return
    start, stride, axes = 0, len(tensor), 0
    rank = len(tensor_dims)
    for i in range(rank):
        size = tensor_dims[i]
        stride //= size
        reversed_here = False
        for k in range(len(axis)):
            reversed_here |= axis[k] == i or axis[k] + rank == i
        start += (size - 1) * stride if reversed_here else 0
        axes = add_axis(plan, axes, size, -stride if reversed_here else stride)
    read_strided(tensor, start, output, plan, axes)


@kernel
def reverse_sequence(input, seq_lengths, output, seq_dim, batch_dim, input_dims):
    size = input_dims[seq_dim]
    for b in range(len(seq_lengths)):
        check(seq_lengths[b] >= 0, "seq_lens({}) < 0", b)
        check(seq_lengths[b] <= size, "seq_lens({}) > input.dims({})", b, seq_dim)
    axes = max(seq_dim, batch_dim) + 1
    inner = product(input_dims[axes:])
    step, batch_step = product(input_dims[seq_dim + 1 : axes]), product(input_dims[batch_dim + 1 : axes])
    for row in range(product(input_dims[:axes])):
        at = row // step % size
        length = seq_lengths[row // batch_step % len(seq_lengths)]
        source = row + (length - 1 - 2 * at) * step if at < length else row
        copy_run(input, source * inner, output, row * inner, inner)


@register_jitable
def total_shift(axis, shift, axes, rank, size):
    """How far an axis is rolled, in [0, size)."""
    total = 0
    for k in range(len(axes)):
        if axes[k] == axis or axes[k] + rank == axis:
            total += shift[k] % size
    return total % size


@kernel
def roll(input, shift, axis, output, input_dims):
    if len(output) == 0:
        return
    rank, last = len(input_dims), 0
    for k in range(len(axis)):
        last = max(last, axis[k] + rank if axis[k] < 0 else axis[k])
    inner = product(input_dims[last + 1 :])
    width = input_dims[last] * inner
    turn = total_shift(last, shift, axis, rank, input_dims[last]) * inner
    for row in range(product(input_dims[:last])):
        rest, source, stride = row, 0, 1
        for i in range(last - 1, -1, -1):
            size = input_dims[i]
            source += (rest % size + size - total_shift(i, shift, axis, rank, size)) % size * stride
            rest //= size
            stride *= size
        copy_run(input, source * width + width - turn, output, row * width, turn)
        copy_run(input, source * width, output, row * width + turn, width - turn)
