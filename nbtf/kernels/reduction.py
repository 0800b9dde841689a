"""Reductions over any axes, extremes along one axis, scans, selection and counting."""

import math

import numpy as np
from llvmlite import ir
from numba import carray, types
from numba.core import cgutils
from numba.extending import intrinsic, overload, register_jitable

from nbtf.kernels.extremes import highest, highest_finite, lowest, lowest_finite
from nbtf.kernels.jit import kernel
from nbtf.kernels.memory import pointer
from nbtf.kernels.team import portion
from nbtf.shapes import check, normal_axis, product

# ---- reductions over any axes ----------------------------------------------------------------------------------------


@register_jitable
def collapse(dims, axes, plan):
    """(outer axes, rows, columns): the input as matrices [rows, columns] whose rows are reduced.

    Neighbouring axes that share a fate merge and axes of size 1 vanish, so that kept and reduced axes alternate; what
    lies outside of the matrices is left in `plan`, a size and a flag (1 = reduced) for each axis.
    """
    count = 0
    for axis in range(len(dims)):
        gone = 0
        for k in range(len(axes)):
            if axes[k] == axis or axes[k] + len(dims) == axis:
                gone = 1
        if dims[axis] == 1:
            continue
        if count > 0 and plan[2 * count - 1] == gone:
            plan[2 * count - 2] *= dims[axis]
        else:
            plan[2 * count] = dims[axis]
            plan[2 * count + 1] = gone
            count += 1
    rows, columns = 1, 1
    if count > 0 and plan[2 * count - 1] == 0:
        count -= 1
        columns = plan[2 * count]
    if count > 0:
        count -= 1
        rows = plan[2 * count]
    return count, rows, columns


@register_jitable
def kept_offset(matrix, outer, plan):
    """Which row of the output the matrix of this number adds to."""
    offset, stride = 0, 1
    for axis in range(outer - 1, -1, -1):
        size = plan[2 * axis]
        if plan[2 * axis + 1] == 0:
            offset += matrix % size * stride
            stride *= size
        matrix //= size
    return offset


STRIP = 64  # totals that a row is summed into side by side: whole vectors of any type
CHUNK = STRIP * 512  # elements summed before they meet the total, so that long sums keep their digits


@intrinsic
def _strip_memory(typing_context):
    """Address of memory for STRIP elements of any type, which lasts until the calling function returns."""

    def generate(context, builder, signature, args):
        memory = cgutils.alloca_once(builder, ir.ArrayType(ir.IntType(8), STRIP * 16))
        memory.align = 64
        return builder.ptrtoint(memory, ir.IntType(64))

    return types.int64(), generate


def reduction(start, term, combine):
    """(clear, reduce): `clear(output)`, then `reduce(input, output, ...)` makes the output totals of combine over term(x),
    from start(output).

    A part is some columns, or some rows where each has a total of its own. Four elements are combined before they meet
    the total: independent steps, and a shorter chain of roundings.
    """
    start, term, combine = register_jitable(start), register_jitable(term), register_jitable(combine)

    @register_jitable
    def clear(output):
        for i in range(len(output)):
            output[i] = start(output)

    @register_jitable
    def row_total(x, first, count, totals):
        total = start(totals)
        end = first + count // STRIP * STRIP
        strip = carray(pointer(_strip_memory()), (STRIP,), totals.dtype)
        for chunk in range(first, end, CHUNK):
            clear(strip)
            add_rows(x, chunk, min(CHUNK, end - chunk) // STRIP, STRIP, 0, STRIP, strip, 0)
            width = STRIP // 2
            while width > 0:
                for j in range(width):
                    strip[j] = combine(strip[j], strip[j + width])
                width //= 2
            total = combine(total, strip[0])
        for i in range(end, first + count):
            total = combine(total, term(x[i]))
        return total

    @register_jitable
    def add_rows(x, first, rows, columns, begin, end, totals, at):
        """Columns [begin, end) of some rows. Slices, not sums of indices: an index that might be negative is no vector's."""
        width = end - begin
        sums = totals[at + begin : at + end]
        row = 0
        while row + 4 <= rows:
            i = first + row * columns + begin
            a, b = x[i : i + width], x[i + columns : i + columns + width]
            i += 2 * columns
            c, d = x[i : i + width], x[i + columns : i + columns + width]
            for j in range(width):
                one, two = combine(term(a[j]), term(b[j])), combine(term(c[j]), term(d[j]))
                sums[j] = combine(sums[j], combine(one, two))
            row += 4
        while row < rows:
            i = first + row * columns + begin
            a = x[i : i + width]
            for j in range(width):
                sums[j] = combine(sums[j], term(a[j]))
            row += 1

    @register_jitable
    def reduce(input, output, reduction_indices, input_dims, plan, part, parts):
        if len(input) == 0:
            return
        outer, rows, columns = collapse(input_dims, reduction_indices, plan)
        size = rows * columns
        matrices = len(input) // size
        begin, end = 0, columns
        first, last = 0, matrices
        if outer <= 1 and len(output) == matrices * columns:
            first, last = portion(matrices, 1, part, parts)
        else:
            begin, end = portion(columns, STRIP, part, parts)
        for matrix in range(first, last):
            at = kept_offset(matrix, outer, plan) * columns
            if columns > 1:
                add_rows(input, matrix * size, rows, columns, begin, end, output, at)
            elif begin < end:
                output[at] = combine(output[at], row_total(input, matrix * size, rows, output))

    return clear, reduce


@register_jitable
def zero(x):
    return x.dtype.type(0)


@register_jitable
def one(x):
    return x.dtype.type(1)


@register_jitable
def itself(x):
    return x


@register_jitable
def larger(a, x):
    return x if x > a or x != x else a  # a NaN sticks, as in TF


@register_jitable
def smaller(a, x):
    return x if x < a or x != x else a


def squared(x):
    return x * np.conj(x)


@overload(squared)
def _squared(x):
    if isinstance(x, types.Complex):
        return lambda x: x * x.conjugate()
    return lambda x: x * x


def reduction_work(input):
    return len(input) * 4


def reduction_kernel(name, start, term, combine):
    """The kernel of an op that is nothing but a reduction, and what it is made of."""
    clear, reduce = reduction(start, term, combine)
    reduce.__name__ = name
    kernel(work=reduction_work, first=clear)(reduce)
    return clear, reduce


clear_sums, sum_up = reduction_kernel("sum", zero, itself, lambda a, x: a + x)
reduction_kernel("prod", one, itself, lambda a, x: a * x)
reduction_kernel("max_over", lowest, itself, larger)
reduction_kernel("min_over", highest, itself, smaller)
reduction_kernel("all_over", lambda x: True, itself, lambda a, x: a and x)
reduction_kernel("any_over", lambda x: False, itself, lambda a, x: a or x)
clear_squares, sum_squares = reduction(zero, squared, lambda a, x: a + x)


def take_roots(output):
    for i in range(len(output)):
        output[i] = root(output[i])


@kernel(work=reduction_work, first=clear_squares, last=take_roots)
def euclidean_norm(input, output, reduction_indices, input_dims, plan, part, parts):
    sum_squares(input, output, reduction_indices, input_dims, plan, part, parts)


def root(x):
    return type(x)(math.sqrt(x.real))


@overload(root)
def _root(x):
    if isinstance(x, types.Complex):
        return lambda x: math.sqrt(x.real)
    if isinstance(x, types.Integer):
        # what C's conversion of a NaN gives on x86 is as good as any: the squares have overflowed
        return lambda x: int(math.sqrt(np.float64(x)))
    return lambda x: math.sqrt(x)


def clear_mean(output, wide):
    clear_sums(mean_totals(output, wide))


def divide_totals(input, output, wide):
    totals = mean_totals(output, wide)
    if len(output) > 0:
        count = len(input) // len(output)
        for i in range(len(output)):
            output[i] = quotient(totals[i], count)


@kernel(work=reduction_work, first=clear_mean, last=divide_totals)
def mean(input, output, reduction_indices, input_dims, plan, wide, part, parts):
    sum_up(input, mean_totals(output, wide), reduction_indices, input_dims, plan, part, parts)


def mean_totals(output, wide):
    return wide if output.dtype.kind in "iu" and output.dtype.itemsize < 8 else output


@overload(mean_totals)
def _mean_totals(output, wide):
    # narrow integers are summed in 64 bits, as in TF
    if isinstance(output.dtype, types.Integer) and output.dtype.bitwidth < 64:
        return lambda output, wide: wide
    return lambda output, wide: output


def quotient(total, count):
    return total / count if count else total * math.nan


@overload(quotient)
def _quotient(total, count):
    if isinstance(total, types.Integer):

        def truncated(total, count):
            if count == 0:
                return total
            return -(-total // type(total)(count)) if total < 0 else total // type(total)(count)

        return truncated
    if isinstance(total, types.Complex):
        return lambda total, count: total / count if count else total
    return lambda total, count: total / type(total)(count)


# ---- extremes along one axis -----------------------------------------------------------------------------------------


def extreme_index(start, better):
    """`find(input, output, axis, dims)`: the first index along the axis of the best value; a NaN is never the best."""

    @register_jitable
    def find(input, output, axis, dims):
        axis = normal_axis(axis, len(dims))
        length = dims[axis]
        inner = product(dims[axis + 1 :])
        for i in range(len(output)):
            first = i // inner * inner * length + i % inner
            best, index = start(input), 0
            for k in range(length):
                x = input[first + k * inner]
                if better(x, best):
                    best, index = x, k
            output[i] = index

    return find


find_largest_index = extreme_index(lowest_finite, register_jitable(lambda x, best: x > best))
find_smallest_index = extreme_index(highest_finite, register_jitable(lambda x, best: x < best))


@kernel
def argmax(input, dimension, output, input_dims):
    find_largest_index(input, output, dimension[0], input_dims)


@kernel
def argmin(input, dimension, output, input_dims):
    find_smallest_index(input, output, dimension[0], input_dims)


# ---- scans -----------------------------------------------------------------------------------------------------------


def scan(start, combine):
    """`run(x, out, axis, dims, exclusive, reverse)`: each element combined with all before it on the axis."""
    combine = register_jitable(combine)

    @register_jitable
    def run(x, out, axis, dims, exclusive, reverse):
        axis = normal_axis(axis, len(dims))
        length, inner = dims[axis], product(dims[axis + 1 :])
        step = -inner if reverse else inner
        for first in range(0, len(x), max(length * inner, 1)):
            row = first + (length - 1) * inner if reverse else first
            for j in range(inner):
                out[row + j] = start(x) if exclusive else x[row + j]
            for _ in range(1, length):
                source = row if exclusive else row + step
                before, added = out[row : row + inner], x[source : source + inner]
                row += step
                after = out[row : row + inner]
                for j in range(inner):
                    after[j] = combine(before[j], added[j])

    return run


def log_add_exp(a, b):
    if a != a or b != b:
        return a + b
    high, low = max(a, b), min(a, b)
    if math.isinf(high):
        return high
    return high + math.log1p(math.exp(low - high))


add_along = scan(zero, lambda a, x: a + x)
multiply_along = scan(one, lambda a, x: a * x)
log_add_along = scan(lowest, log_add_exp)


@kernel
def cumsum(x, axis, out, x_dims, exclusive, reverse):
    add_along(x, out, axis[0], x_dims, exclusive, reverse)


@kernel
def cumprod(x, axis, out, x_dims, exclusive, reverse):
    multiply_along(x, out, axis[0], x_dims, exclusive, reverse)


@kernel
def cumulative_logsumexp(x, axis, out, x_dims, exclusive, reverse):
    log_add_along(x, out, axis[0], x_dims, exclusive, reverse)


# ---- selection -------------------------------------------------------------------------------------------------------


@register_jitable
def precedes(x, i, j, descending):
    """Whether x[i] comes before x[j]: by value, then by position; a NaN comes last."""
    a, b = x[i], x[j]
    if a == b:
        return i < j
    if a != a or b != b:
        return i < j if a != a and b != b else b != b
    return a > b if descending else a < b


@register_jitable
def sift_down(x, heap, base, at, count, descending):
    """Restore the heap below `at`: a parent comes after its children."""
    while True:
        child = 2 * at + 1
        if child >= count:
            return
        if child + 1 < count and precedes(x, heap[base + child], heap[base + child + 1], descending):
            child += 1
        if not precedes(x, heap[base + at], heap[base + child], descending):
            return
        heap[base + at], heap[base + child] = heap[base + child], heap[base + at]
        at = child


@register_jitable
def select_first(x, length, count, heap, base, descending):
    """Leave in heap[base : base + count] the positions of the first `count` elements of x; the root is the last."""
    for i in range(count):
        heap[base + i] = i
    for at in range(count // 2 - 1, -1, -1):
        sift_down(x, heap, base, at, count, descending)
    if count == 0:
        return
    for i in range(count, length):
        if precedes(x, i, heap[base], descending):
            heap[base] = i
            sift_down(x, heap, base, 0, count, descending)


@register_jitable
def top_of_rows(input, values, indices, length, k):
    for row in range(len(values) // max(k, 1)):
        x, base = input[row * length : (row + 1) * length], row * k
        select_first(x, length, k, indices, base, True)
        for end in range(k - 1, 0, -1):  # heap sort: the root comes last
            indices[base], indices[base + end] = indices[base + end], indices[base]
            sift_down(x, indices, base, 0, end, True)
        for i in range(k):
            values[base + i] = x[indices[base + i]]


@kernel
def top_k(input, values, indices, k, input_dims):
    top_of_rows(input, values, indices, input_dims[-1], k)


@kernel
def top_k_v2(input, k, values, indices, input_dims):
    top_of_rows(input, values, indices, input_dims[-1], k[0])


@kernel
def nth_element(input, n, values, reverse, input_dims, picked):
    length = input_dims[-1]
    for row in range(len(values)):
        x = input[row * length : (row + 1) * length]
        select_first(x, length, n[0] + 1, picked, 0, reverse)
        values[row] = x[picked[0]]


# ---- counting --------------------------------------------------------------------------------------------------------


@register_jitable
def count_rows(arr, size, weights, bins, rows, binary):
    for i in range(len(bins)):
        bins[i] = 0
    length = len(arr) // max(rows, 1)
    for row in range(rows):
        for i in range(row * length, (row + 1) * length):
            check(arr[i] >= 0, "Input arr must be non-negative!")
            if arr[i] < size:
                at = row * size + arr[i]
                if binary:
                    bins[at] = 1
                elif len(weights) > 0:
                    bins[at] += weights[i]
                else:
                    bins[at] += 1


@kernel
def bincount(arr, size, weights, bins):
    count_rows(arr, size[0], weights, bins, 1, False)


@kernel
def dense_bincount(input, size, weights, output, input_dims, binary_output):
    rows = input_dims[0] if len(input_dims) == 2 else 1
    count_rows(input, size[0], weights, output, rows, binary_output)


@kernel
def histogram_fixed_width(values, value_range, nbins, out):
    low = value_range[0]
    step = np.float64(value_range[1] - low) / nbins[0]
    for i in range(len(out)):
        out[i] = 0
    for i in range(len(values)):
        x = values[i]
        check(x == x, "Histogram values must not contain NaN")
        place = np.float64(max(x, low) - low) / step
        out[int(min(place, np.float64(nbins[0] - 1)))] += 1


@kernel
def bucketize(input, output, boundaries):
    for i in range(len(input)):
        low, high = 0, len(boundaries)
        while low < high:
            middle = (low + high) // 2
            if input[i] < boundaries[middle]:
                high = middle
            else:
                low = middle + 1
        output[i] = low


# ---- vectors of three ------------------------------------------------------------------------------------------------


@kernel
def cross(a, b, product):
    for i in range(0, len(a), 3):
        product[i] = a[i + 1] * b[i + 2] - a[i + 2] * b[i + 1]
        product[i + 1] = a[i + 2] * b[i] - a[i] * b[i + 2]
        product[i + 2] = a[i] * b[i + 1] - a[i + 1] * b[i]
