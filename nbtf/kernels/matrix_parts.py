"""Diagonals and bands of matrices."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.strided import copy_run, fill_run
from nbtf.shapes import product

# bits of the attribute `align` by its position among LEFT_RIGHT, RIGHT_LEFT, LEFT_LEFT, RIGHT_RIGHT
UPPER_LEFT = 0b0101
LOWER_LEFT = 0b0110


@kernel
def diag(diagonal, output):
    size = len(diagonal)
    fill_run(output, 0, len(output), output.dtype.type(0))
    for i in range(size):
        output[i * size + i] = diagonal[i]


@kernel
def diag_part(input, diagonal):
    size = len(diagonal)
    for i in range(size):
        diagonal[i] = input[i * size + i]


@register_jitable
def diagonal_length(diagonal, rows, columns):
    return max(min(rows + min(diagonal, 0), columns - max(diagonal, 0)), 0)


@register_jitable
def diagonal_start(diagonal, columns):
    """Where a diagonal begins in a matrix."""
    return diagonal if diagonal >= 0 else -diagonal * columns


@register_jitable
def is_left(diagonal, align):
    """Whether the first element of a diagonal is stored first, and the padding behind the last."""
    above = diagonal >= 0 and (UPPER_LEFT >> align) & 1
    return above or (diagonal <= 0 and (LOWER_LEFT >> align) & 1)


@register_jitable
def write_diagonals(diagonal, output, k, align, rows, columns, longest):
    lower, upper = k[0], k[len(k) - 1]
    batches = len(output) // max(rows * columns, 1)
    for batch in range(batches):
        for d in range(upper, lower - 1, -1):
            length = diagonal_length(d, rows, columns)
            source = (batch * (upper - lower + 1) + upper - d) * longest
            source += 0 if is_left(d, align) else longest - length
            target = batch * rows * columns + diagonal_start(d, columns)
            for i in range(length):
                output[target + i * (columns + 1)] = diagonal[source + i]


@kernel
def matrix_diag(diagonal, k, padding_value, output, align, diagonal_dims, output_dims):
    fill_run(output, 0, len(output), padding_value[0])
    write_diagonals(diagonal, output, k, align, output_dims[-2], output_dims[-1], diagonal_dims[-1])


@kernel
def matrix_set_diag(input, diagonal, k, output, align, diagonal_dims, output_dims):
    copy_run(input, 0, output, 0, len(input))
    write_diagonals(diagonal, output, k, align, output_dims[-2], output_dims[-1], diagonal_dims[-1])


@kernel
def matrix_diag_part(input, k, padding_value, diagonal, align, input_dims, diagonal_dims):
    lower, upper = k[0], k[len(k) - 1]
    rows, columns, longest = input_dims[-2], input_dims[-1], diagonal_dims[-1]
    for batch in range(product(input_dims[:-2])):
        for d in range(upper, lower - 1, -1):
            length = diagonal_length(d, rows, columns)
            target = (batch * (upper - lower + 1) + upper - d) * longest
            before = 0 if is_left(d, align) else longest - length
            fill_run(diagonal, target, before, padding_value[0])
            source = batch * rows * columns + diagonal_start(d, columns)
            for i in range(length):
                diagonal[target + before + i] = input[source + i * (columns + 1)]
            fill_run(diagonal, target + before + length, longest - before - length, padding_value[0])


@kernel
def matrix_band_part(input, num_lower, num_upper, band, input_dims):
    rows, columns = input_dims[-2], input_dims[-1]
    for row in range(product(input_dims[:-1])):
        at = row % rows
        first = 0 if num_lower[0] < 0 else min(max(at - num_lower[0], 0), columns)
        last = columns if num_upper[0] < 0 else max(min(at + num_upper[0] + 1, columns), first)
        start = row * columns
        fill_run(band, start, first, band.dtype.type(0))
        copy_run(input, start + first, band, start + first, last - first)
        fill_run(band, start + last, columns - last, band.dtype.type(0))
