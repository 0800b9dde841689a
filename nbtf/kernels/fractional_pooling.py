"""Pooling over regions of uneven sizes, channels last: how they are drawn, bit for bit as TensorFlow's, and the pools."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.pooling import clear, lowest
from nbtf.kernels.random import philox, stateful_seeds, unit_double
from nbtf.shapes import check, supported

# ---- where regions begin ---------------------------------------------------------------------------------------------


@register_jitable
def draw_boundaries(boundaries, size, pseudo_random, output, seed, seed2):
    """Fills the boundaries of len - 1 regions of `size` elements; returns the first output of the stream left over."""
    regions = len(boundaries) - 1
    if pseudo_random:
        words = philox(output, seed, seed2)
        step = size / regions
        shortest = int(step)
        most = min((shortest + 2) / step - 1.0, (size + 1 - shortest) / step - (regions - 1))
        offset = unit_double(words[0], words[1]) * most
        for i in range(1, regions):
            boundaries[i] = int(step * (i + offset))
        used = 1
    else:
        shuffle_sizes(boundaries, size, output, seed, seed2)
        used = (regions + 3) // 4
    if size % regions == 0:
        for i in range(1, regions):
            boundaries[i] = i * (size // regions)
    boundaries[0], boundaries[regions] = 0, size
    return output + used


@register_jitable
def shuffle_sizes(boundaries, size, output, seed, seed2):
    """Regions of two sizes that differ by 1, in random order: Fisher and Yates, a word of the stream a region."""
    regions = len(boundaries) - 1
    for i in range(regions):
        boundaries[i] = size // regions + (1 if i < size % regions else 0)
    drawn = 0
    for i in range(regions - 1):
        left = np.uint64(regions - i)
        # words below this would make the first choices likelier
        least = np.uint64(0x100000000) % left
        word = np.uint64(0)
        while True:
            word = philox(output + drawn // 4, seed, seed2)[drawn % 4]
            drawn += 1
            if word >= least:
                break
        other = i + np.int64(word % left)
        boundaries[i], boundaries[other] = boundaries[other], boundaries[i]
    begin = 0
    for i in range(regions):
        length = boundaries[i]
        boundaries[i] = begin
        begin += length


@register_jitable
def check_fractional(pooling_ratio, deterministic, seed, seed2, dims):
    for i in range(4):
        check(
            dims[i] >= pooling_ratio[i],
            "Pooling ratio is higher than input dimension size for dimension {}. Input dim size: {} pooling ratio: {}",
            i,
            dims[i],
            pooling_ratio[i],
        )
    supported(
        pooling_ratio[0] == 1 and pooling_ratio[3] == 1,
        "Fractional pooling is not yet supported on the batch nor channel dimension.",
    )
    check(deterministic or (seed == 0 and seed2 == 0), "Both seed and seed2 should be 0 if deterministic is false.")


@register_jitable
def draw(rows, columns, dims, pseudo_random, deterministic, seed, seed2, stream, entropy):
    first, second = stateful_seeds(seed, seed2, entropy)
    output = 0 if deterministic else stream[0]
    output = draw_boundaries(rows, dims[1], pseudo_random, output, first, second)
    output = draw_boundaries(columns, dims[2], pseudo_random, output, first, second)
    if not deterministic:
        stream[0] = output


@register_jitable
def end_of(boundaries, i, size, overlapping):
    """One past the last element of region i."""
    return min(boundaries[i + 1] + (1 if overlapping else 0), size)


# ---- the pools -------------------------------------------------------------------------------------------------------


@kernel
def fractional_max_pool(
    value,
    output,
    row_pooling_sequence,
    col_pooling_sequence,
    pooling_ratio,
    pseudo_random,
    overlapping,
    deterministic,
    seed,
    seed2,
    stream,
    entropy,
    value_dims,
    output_dims,
):
    check_fractional(pooling_ratio, deterministic, seed, seed2, value_dims)
    rows, columns, dims = row_pooling_sequence, col_pooling_sequence, value_dims
    draw(rows, columns, dims, pseudo_random, deterministic, seed, seed2, stream, entropy)
    channels, at = dims[3], 0
    for n in range(dims[0]):
        for i in range(output_dims[1]):
            for j in range(output_dims[2]):
                y = output[at : at + channels]
                for c in range(channels):
                    y[c] = lowest(output)
                for row in range(rows[i], end_of(rows, i, dims[1], overlapping)):
                    for column in range(columns[j], end_of(columns, j, dims[2], overlapping)):
                        x = value[((n * dims[1] + row) * dims[2] + column) * channels :]
                        for c in range(channels):
                            y[c] = x[c] if x[c] > y[c] else y[c]
                at += channels


@kernel
def fractional_avg_pool(
    value,
    output,
    row_pooling_sequence,
    col_pooling_sequence,
    pooling_ratio,
    pseudo_random,
    overlapping,
    deterministic,
    seed,
    seed2,
    stream,
    entropy,
    value_dims,
    output_dims,
):
    check_fractional(pooling_ratio, deterministic, seed, seed2, value_dims)
    rows, columns, dims = row_pooling_sequence, col_pooling_sequence, value_dims
    draw(rows, columns, dims, pseudo_random, deterministic, seed, seed2, stream, entropy)
    channels, at = dims[3], 0
    for n in range(dims[0]):
        for i in range(output_dims[1]):
            height = end_of(rows, i, dims[1], overlapping) - rows[i]
            for j in range(output_dims[2]):
                width = end_of(columns, j, dims[2], overlapping) - columns[j]
                y = output[at : at + channels]
                clear(y)
                for row in range(rows[i], rows[i] + height):
                    for column in range(columns[j], columns[j] + width):
                        x = value[((n * dims[1] + row) * dims[2] + column) * channels :]
                        for c in range(channels):
                            y[c] += x[c]
                for c in range(channels):
                    y[c] = type(y[c])(y[c] / type(y[c])(height * width))  # of integers: towards 0
                at += channels


# ---- their gradients -------------------------------------------------------------------------------------------------


@kernel
def fractional_max_pool_grad(
    orig_input,
    out_backprop,
    row_pooling_sequence,
    col_pooling_sequence,
    output,
    overlapping,
    orig_input_dims,
    out_backprop_dims,
):
    rows, columns, dims = row_pooling_sequence, col_pooling_sequence, orig_input_dims
    long_enough = len(rows) > out_backprop_dims[1] and len(columns) > out_backprop_dims[2]
    check(long_enough, "tensor_out_dup is not the same as tensor_out")
    clear(output)
    channels, at = dims[3], 0
    for n in range(dims[0]):
        for i in range(out_backprop_dims[1]):
            bottom = end_of(rows, i, dims[1], overlapping)
            check(0 <= rows[i] < bottom, "tensor_out_dup is not the same as tensor_out")
            for j in range(out_backprop_dims[2]):
                right = end_of(columns, j, dims[2], overlapping)
                check(0 <= columns[j] < right, "tensor_out_dup is not the same as tensor_out")
                for c in range(channels):
                    best = ((n * dims[1] + rows[i]) * dims[2] + columns[j]) * channels + c
                    for row in range(rows[i], bottom):
                        for column in range(columns[j], right):
                            place = ((n * dims[1] + row) * dims[2] + column) * channels + c
                            best = place if orig_input[place] > orig_input[best] else best
                    output[best] += out_backprop[at + c]
                at += channels


@register_jitable
def check_sequence(sequence, regions, what, dims):
    check(
        len(sequence) > regions,
        "Given out_backprop shape {}, {}_seq_tensor must have at least {} elements, but got {}",
        dims,
        what,
        regions + 1,
        len(sequence),
    )
    for i in range(regions + 1):
        check(sequence[i] >= 0, "{} sequence tensor values must not be negative, got {}", what, sequence)


@kernel
def fractional_avg_pool_grad(
    out_backprop, row_pooling_sequence, col_pooling_sequence, output, overlapping, sums, out_backprop_dims, output_dims
):
    rows, columns, dims = row_pooling_sequence, col_pooling_sequence, output_dims
    check_sequence(rows, out_backprop_dims[1], "row", out_backprop_dims)
    check_sequence(columns, out_backprop_dims[2], "col", out_backprop_dims)
    clear(sums)
    channels, at = dims[3], 0
    for n in range(dims[0]):
        for i in range(out_backprop_dims[1]):
            bottom = end_of(rows, i, dims[1], overlapping)
            for j in range(out_backprop_dims[2]):
                right = end_of(columns, j, dims[2], overlapping)
                count = max(bottom - rows[i], 0) * max(right - columns[j], 0)
                for row in range(rows[i], bottom):
                    for column in range(columns[j], right):
                        place = ((n * dims[1] + row) * dims[2] + column) * channels
                        for c in range(channels):
                            sums[place + c] += np.float64(out_backprop[at + c]) / count
                at += channels
    for i in range(len(output)):
        output[i] = type(output[i])(sums[i])
