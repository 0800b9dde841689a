"""Nonzero places, distinct elements by hashing, positions in sorted rows."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.strided import copy_run
from nbtf.shapes import product


@kernel
def where_nonzero(input, index, input_dims, index_dims):
    rank, found = len(input_dims), 0
    for i in range(len(input)):
        if input[i] != 0:
            rest = i
            for axis in range(rank - 1, -1, -1):
                index[found * rank + axis] = rest % input_dims[axis]
                rest //= input_dims[axis]
            found += 1
    index_dims[0] = found


# ---- distinct elements -----------------------------------------------------------------------------------------------


@register_jitable
def row_hash(values, row, outer, count, inner):
    """FNV-1a over the bytes of slice `row` of values [outer, count, inner]; -0.0 hashes as 0."""
    data = values.view(np.uint8)
    width = len(data) // max(len(values), 1)
    key = -3750763034362895579
    for o in range(outer):
        first = (o * count + row) * inner
        for i in range(first, first + inner):
            if values[i] != 0:
                for byte in range(i * width, (i + 1) * width):
                    key = (key ^ data[byte]) * 1099511628211
            key = key * 1099511628211
    return key ^ (key >> 32)


@register_jitable
def same_rows(a, row_a, count_a, b, row_b, count_b, outer, inner):
    for o in range(outer):
        first, second = (o * count_a + row_a) * inner, (o * count_b + row_b) * inner
        for i in range(inner):
            if a[first + i] != b[second + i]:  # a NaN is no other's equal
                return False
    return True


@register_jitable
def number_rows(x, idx, table, firsts, outer, count, inner):
    """idx: which distinct slice each is; firsts: where each first occurs. Returns how many there are."""
    for i in range(len(table)):
        table[i] = 0
    found = 0
    for row in range(count):
        at = row_hash(x, row, outer, count, inner) & (len(table) - 1)
        while table[at] != 0 and not same_rows(x, row, count, x, firsts[table[at] - 1], count, outer, inner):
            at = (at + 1) & (len(table) - 1)
        if table[at] == 0:
            firsts[found] = row
            found += 1
            table[at] = found
        idx[row] = table[at] - 1
    return found


@register_jitable
def take_rows(x, y, firsts, found, outer, count, inner):
    for o in range(outer):
        for k in range(found):
            copy_run(x, (o * count + firsts[k]) * inner, y, (o * found + k) * inner, inner)


@register_jitable
def count_rows(idx, count, found):
    for k in range(found):
        count[k] = 0
    for i in range(len(idx)):
        count[idx[i]] += 1


@kernel
def unique(x, y, idx, table, firsts, y_dims):
    y_dims[0] = number_rows(x, idx, table, firsts, 1, len(x), 1)
    take_rows(x, y, firsts, y_dims[0], 1, len(x), 1)


@kernel
def unique_with_counts(x, y, idx, count, table, firsts, y_dims, count_dims):
    found = number_rows(x, idx, table, firsts, 1, len(x), 1)
    take_rows(x, y, firsts, found, 1, len(x), 1)
    count_rows(idx, count, found)
    y_dims[0], count_dims[0] = found, found


@register_jitable
def axis_of(axis, rank):
    if len(axis) == 0:
        return 0
    return axis[0] + rank if axis[0] < 0 else axis[0]


@kernel
def unique_v2(x, axis, y, idx, table, firsts, x_dims, y_dims):
    at = axis_of(axis, len(x_dims))
    outer, inner = product(x_dims[:at]), product(x_dims[at + 1 :])
    y_dims[at] = number_rows(x, idx, table, firsts, outer, x_dims[at], inner)
    take_rows(x, y, firsts, y_dims[at], outer, x_dims[at], inner)


@kernel
def unique_with_counts_v2(x, axis, y, idx, count, table, firsts, x_dims, y_dims, count_dims):
    at = axis_of(axis, len(x_dims))
    outer, inner = product(x_dims[:at]), product(x_dims[at + 1 :])
    found = number_rows(x, idx, table, firsts, outer, x_dims[at], inner)
    take_rows(x, y, firsts, found, outer, x_dims[at], inner)
    count_rows(idx, count, found)
    y_dims[at], count_dims[0] = found, found


@kernel
def list_diff(x, y, out, idx, table, out_dims, idx_dims):
    for i in range(len(table)):
        table[i] = 0
    for i in range(len(y)):
        at = row_hash(y, i, 1, len(y), 1) & (len(table) - 1)
        while table[at] != 0:
            at = (at + 1) & (len(table) - 1)
        table[at] = i + 1
    kept = 0
    for i in range(len(x)):
        at = row_hash(x, i, 1, len(x), 1) & (len(table) - 1)
        while table[at] != 0 and x[i] != y[table[at] - 1]:
            at = (at + 1) & (len(table) - 1)
        if table[at] == 0:
            out[kept] = x[i]
            idx[kept] = i
            kept += 1
    out_dims[0], idx_dims[0] = kept, kept


# ---- sorted rows -----------------------------------------------------------------------------------------------------


@kernel
def lower_bound(sorted_inputs, values, output, sorted_inputs_dims, values_dims):
    count, width = sorted_inputs_dims[1], values_dims[1]
    for i in range(len(values)):
        low, high = i // width * count, (i // width + 1) * count
        while low < high:
            middle = (low + high) // 2
            if sorted_inputs[middle] < values[i]:
                low = middle + 1
            else:
                high = middle
        output[i] = low - i // width * count


@kernel
def upper_bound(sorted_inputs, values, output, sorted_inputs_dims, values_dims):
    count, width = sorted_inputs_dims[1], values_dims[1]
    for i in range(len(values)):
        low, high = i // width * count, (i // width + 1) * count
        while low < high:
            middle = (low + high) // 2
            if values[i] < sorted_inputs[middle]:
                high = middle
            else:
                low = middle + 1
        output[i] = low - i // width * count
