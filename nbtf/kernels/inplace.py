"""Rows of a tensor replaced or changed."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import check


@register_jitable
def start_of_row(i, x_dims, row):
    """Where the row begins that an index names; rows are counted round."""
    check(x_dims[0] > 0, "x has no row that i could name")
    return i % x_dims[0] * row


@register_jitable
def copy_all(x, y):
    for k in range(len(x)):
        y[k] = x[k]


@kernel
def inplace_update(x, i, v, y, x_dims):
    copy_all(x, y)
    row = len(v) // max(len(i), 1)
    for m in range(len(i)):
        start = start_of_row(i[m], x_dims, row)
        for k in range(row):
            y[start + k] = v[m * row + k]


@kernel
def inplace_add(x, i, v, y, x_dims):
    copy_all(x, y)
    row = len(v) // max(len(i), 1)
    for m in range(len(i)):
        start = start_of_row(i[m], x_dims, row)
        for k in range(row):
            y[start + k] += v[m * row + k]


@kernel
def inplace_sub(x, i, v, y, x_dims):
    copy_all(x, y)
    row = len(v) // max(len(i), 1)
    for m in range(len(i)):
        start = start_of_row(i[m], x_dims, row)
        for k in range(row):
            y[start + k] -= v[m * row + k]
