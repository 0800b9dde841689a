"""Reductions over segments: rows of the data that share a segment id."""

import math

from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.extremes import highest_finite, lowest_finite
from nbtf.kernels.jit import kernel
from nbtf.shapes import check

# ---- sorted ids ------------------------------------------------------------------------------------------------------


@register_jitable
def check_segment(ids, i, segments):
    """Ids must rise from row to row, and lie within the output."""
    if i + 1 < len(ids):
        check(ids[i] <= ids[i + 1], "segment ids are not increasing")
    check(
        0 <= ids[i] < segments,
        "Segment id {} out of range [0, {}), possibly because 'segment_ids' input is not sorted.",
        ids[i],
        segments,
    )


def sorted_segments(combine, missing):
    """`run(data, ids, output, segments)`; an id that no row has gets `missing`."""
    combine = register_jitable(combine)

    @register_jitable
    def run(data, ids, output, segments):
        inner = len(output) // max(segments, 1)
        for i in range(len(output)):
            output[i] = missing
        for i in range(len(ids)):
            check_segment(ids, i, segments)
            row, total = data[i * inner : (i + 1) * inner], output[ids[i] * inner : (ids[i] + 1) * inner]
            if i == 0 or ids[i - 1] != ids[i]:
                for j in range(inner):
                    total[j] = row[j]
            else:
                for j in range(inner):
                    total[j] = combine(total[j], row[j])

    return run


def divided(total, count):
    return total / count


@overload(divided)
def _divided(total, count):
    if isinstance(total, types.Integer):
        return lambda total, count: -(-total // type(total)(count)) if total < 0 else total // type(total)(count)
    if isinstance(total, types.Complex):
        return lambda total, count: total / count
    return lambda total, count: total / type(total)(count)


add_sorted = sorted_segments(lambda a, x: a + x, 0)
multiply_sorted = sorted_segments(lambda a, x: a * x, 1)
least_sorted = sorted_segments(lambda a, x: x if x < a else a, 0)
greatest_sorted = sorted_segments(lambda a, x: x if x > a else a, 0)


@kernel
def segment_sum(data, segment_ids, output, output_dims):
    add_sorted(data, segment_ids, output, output_dims[0])


@kernel
def segment_prod(data, segment_ids, output, output_dims):
    multiply_sorted(data, segment_ids, output, output_dims[0])


@kernel
def segment_min(data, segment_ids, output, output_dims):
    least_sorted(data, segment_ids, output, output_dims[0])


@kernel
def segment_max(data, segment_ids, output, output_dims):
    greatest_sorted(data, segment_ids, output, output_dims[0])


@kernel
def segment_mean(data, segment_ids, output, output_dims):
    segments = output_dims[0]
    add_sorted(data, segment_ids, output, segments)
    inner = len(output) // max(segments, 1)
    first = 0
    for i in range(len(segment_ids)):
        if i + 1 == len(segment_ids) or segment_ids[i + 1] != segment_ids[i]:
            for j in range(segment_ids[i] * inner, (segment_ids[i] + 1) * inner):
                output[j] = divided(output[j], i + 1 - first)
            first = i + 1


# ---- ids in any order ------------------------------------------------------------------------------------------------


def unsorted_segments(start, combine):
    """`run(data, ids, output, segments)`; rows of negative id are left out."""
    start, combine = register_jitable(start), register_jitable(combine)

    @register_jitable
    def run(data, ids, output, segments):
        inner = len(output) // max(segments, 1)
        for i in range(len(output)):
            output[i] = start(output)
        for i in range(len(ids)):
            segment = ids[i]
            if segment < 0:
                continue
            check(segment < segments, "segment_ids[{}] = {} is out of range [0, {})", i, segment, segments)
            row, total = data[i * inner : (i + 1) * inner], output[segment * inner : (segment + 1) * inner]
            for j in range(inner):
                total[j] = combine(total[j], row[j])

    return run


add_unsorted = unsorted_segments(lambda x: x.dtype.type(0), lambda a, x: a + x)
multiply_unsorted = unsorted_segments(lambda x: x.dtype.type(1), lambda a, x: a * x)
least_unsorted = unsorted_segments(highest_finite, lambda a, x: x if x < a else a)
greatest_unsorted = unsorted_segments(lowest_finite, lambda a, x: x if x > a else a)


@kernel
def unsorted_segment_sum(data, segment_ids, output, output_dims):
    add_unsorted(data, segment_ids, output, output_dims[0])


@kernel
def unsorted_segment_prod(data, segment_ids, output, output_dims):
    multiply_unsorted(data, segment_ids, output, output_dims[0])


@kernel
def unsorted_segment_min(data, segment_ids, output, output_dims):
    least_unsorted(data, segment_ids, output, output_dims[0])


@kernel
def unsorted_segment_max(data, segment_ids, output, output_dims):
    greatest_unsorted(data, segment_ids, output, output_dims[0])


# ---- rows picked by index --------------------------------------------------------------------------------------------


@register_jitable
def add_picked(data, indices, ids, output, rows, segments):
    """Sums of data[indices[i]] over the segments; 0 for an id that no index has."""
    inner = len(output) // max(segments, 1)
    for i in range(len(output)):
        output[i] = 0
    for i in range(len(ids)):
        check_segment(ids, i, segments)
        index = indices[i]
        check(0 <= index < rows, "Bad: indices[{}] == {} out of range [0, {})", i, index, rows)
        row, total = data[index * inner : (index + 1) * inner], output[ids[i] * inner : (ids[i] + 1) * inner]
        for j in range(inner):
            total[j] += row[j]


@register_jitable
def scale_segments(ids, output, segments, square_root):
    """Divide each segment's sum by its number of rows, or by the root of that."""
    inner = len(output) // max(segments, 1)
    first = 0
    for i in range(len(ids)):
        if i + 1 == len(ids) or ids[i + 1] != ids[i]:
            count = i + 1 - first
            divisor = output.dtype.type(math.sqrt(count) if square_root else float(count))
            for j in range(ids[i] * inner, (ids[i] + 1) * inner):
                output[j] /= divisor
            first = i + 1


@kernel
def sparse_segment_sum(data, indices, segment_ids, output, data_dims, output_dims):
    add_picked(data, indices, segment_ids, output, data_dims[0], output_dims[0])


@kernel
def sparse_segment_mean(data, indices, segment_ids, output, data_dims, output_dims):
    add_picked(data, indices, segment_ids, output, data_dims[0], output_dims[0])
    scale_segments(segment_ids, output, output_dims[0], False)


@kernel
def sparse_segment_sqrt_n(data, indices, segment_ids, output, data_dims, output_dims):
    add_picked(data, indices, segment_ids, output, data_dims[0], output_dims[0])
    scale_segments(segment_ids, output, output_dims[0], True)


# ---- and back --------------------------------------------------------------------------------------------------------


@register_jitable
def spread(grad, indices, ids, output, segments, rows, counts, power):
    """output[indices[i]] += grad[ids[i]] / count(ids[i]) ** power."""
    inner = len(output) // max(rows, 1)
    for i in range(len(output)):
        output[i] = 0
    for i in range(segments):
        counts[i] = 0
    for i in range(len(ids)):
        check(ids[i] < segments, "Invalid number of segments")
        check(ids[i] >= 0, "Segment id {} out of range [0, {}).", ids[i], segments)
        check(0 <= indices[i] < rows, "Index {} out of range [0, {}).", indices[i], rows)
        counts[ids[i]] += 1
    for i in range(len(ids)):
        factor = output.dtype.type(1.0 / counts[ids[i]] ** power)
        row = grad[ids[i] * inner : (ids[i] + 1) * inner]
        total = output[indices[i] * inner : (indices[i] + 1) * inner]
        for j in range(inner):
            total[j] += row[j] * factor


@kernel
def sparse_segment_sum_grad(grad, indices, segment_ids, output, grad_dims, output_dims, counts):
    spread(grad, indices, segment_ids, output, grad_dims[0], output_dims[0], counts, 0.0)


@kernel
def sparse_segment_mean_grad(grad, indices, segment_ids, output, grad_dims, output_dims, counts):
    spread(grad, indices, segment_ids, output, grad_dims[0], output_dims[0], counts, 1.0)


@kernel
def sparse_segment_sqrt_n_grad(grad, indices, segment_ids, output, grad_dims, output_dims, counts):
    spread(grad, indices, segment_ids, output, grad_dims[0], output_dims[0], counts, 0.5)


@register_jitable
def comes_later(keys, a, b):
    """Whether place a goes after place b where places are ordered by their keys, then by themselves."""
    return keys[a] > keys[b] or (keys[a] == keys[b] and a > b)


@register_jitable
def sink_latest(keys, order, at, count):
    """Restore the heap below `at`: a parent comes later than its children."""
    while 2 * at + 1 < count:
        child = 2 * at + 1
        if child + 1 < count and comes_later(keys, order[child + 1], order[child]):
            child += 1
        if not comes_later(keys, order[child], order[at]):
            return
        order[at], order[child] = order[child], order[at]
        at = child


@register_jitable
def sort_places(keys, order):
    """The places of keys in rising order, equal ones in their own."""
    count = len(keys)
    for i in range(count):
        order[i] = i
    for at in range(count // 2 - 1, -1, -1):
        sink_latest(keys, order, at, count)
    for end in range(count - 1, 0, -1):
        order[0], order[end] = order[end], order[0]
        sink_latest(keys, order, 0, end)


@register_jitable
def spread_sorted(grad, indices, ids, most, output, unique, segments, inner, counts, order, power):
    """`spread`, without the rows that no index has; gives how many rows there are."""
    for i in range(segments):
        counts[i] = 0
    for i in range(len(ids)):
        check(ids[i] < segments, "Invalid number of segments")
        check(ids[i] >= 0, "Segment id {} out of range [0, {}).", ids[i], segments)
        check(0 <= indices[i] < most, "Index {} out of range [0, {}).", indices[i], most)
        counts[ids[i]] += 1
    sort_places(indices, order)
    rows = 0
    for i in range(len(ids)):
        place = order[i]
        if i == 0 or indices[place] != indices[order[i - 1]]:
            unique[rows] = indices[place]
            for j in range(rows * inner, (rows + 1) * inner):
                output[j] = 0
            rows += 1
        factor = output.dtype.type(1.0 / counts[ids[place]] ** power)
        row, first = ids[place] * inner, (rows - 1) * inner
        for j in range(inner):
            output[first + j] += grad[row + j] * factor
    return rows


@kernel
def sparse_segment_sum_grad_v2(
    grad, indices, segment_ids, dense_output_dim0, output, sorted_unique_indices, grad_dims, output_dims,
    sorted_unique_indices_dims, counts, order,
):  # fmt: skip
    inner = len(grad) // max(grad_dims[0], 1)
    output_dims[0] = sorted_unique_indices_dims[0] = spread_sorted(
        grad, indices, segment_ids, dense_output_dim0[0], output, sorted_unique_indices, grad_dims[0], inner, counts,
        order, 0.0,
    )  # fmt: skip


@kernel
def sparse_segment_mean_grad_v2(
    grad, indices, segment_ids, dense_output_dim0, output, sorted_unique_indices, grad_dims, output_dims,
    sorted_unique_indices_dims, counts, order,
):  # fmt: skip
    inner = len(grad) // max(grad_dims[0], 1)
    output_dims[0] = sorted_unique_indices_dims[0] = spread_sorted(
        grad, indices, segment_ids, dense_output_dim0[0], output, sorted_unique_indices, grad_dims[0], inner, counts,
        order, 1.0,
    )  # fmt: skip


@kernel
def sparse_segment_sqrt_n_grad_v2(
    grad, indices, segment_ids, dense_output_dim0, output, sorted_unique_indices, grad_dims, output_dims,
    sorted_unique_indices_dims, counts, order,
):  # fmt: skip
    inner = len(grad) // max(grad_dims[0], 1)
    output_dims[0] = sorted_unique_indices_dims[0] = spread_sorted(
        grad, indices, segment_ids, dense_output_dim0[0], output, sorted_unique_indices, grad_dims[0], inner, counts,
        order, 0.5,
    )  # fmt: skip
