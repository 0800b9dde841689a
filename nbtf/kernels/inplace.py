"""Rows of a tensor replaced or changed."""

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import check


@register_jitable
def start_of_row(i, x_dims, row):
    """Where the row begins that an index names; rows are counted round."""
    check(x_dims[0] > 0, "x has no row that i could name")
    return i % x_dims[0] * row


def row_changer(change):
    """Copies x to y, and sets elements of the rows that i names to change(element, that of v)."""
    change = register_jitable(change)

    @register_jitable
    def change_rows(x, i, v, y, x_dims):
        for k in range(len(x)):
            y[k] = x[k]
        row = len(v) // max(len(i), 1)
        for m in range(len(i)):
            start = start_of_row(i[m], x_dims, row)
            for k in range(row):
                y[start + k] = change(y[start + k], v[m * row + k])

    return change_rows


replace_rows = row_changer(lambda old, new: new)
add_to_rows = row_changer(lambda old, new: old + new)
subtract_from_rows = row_changer(lambda old, new: old - new)


@kernel
def inplace_update(x, i, v, y, x_dims):
    replace_rows(x, i, v, y, x_dims)


@kernel
def inplace_add(x, i, v, y, x_dims):
    add_to_rows(x, i, v, y, x_dims)


@kernel
def inplace_sub(x, i, v, y, x_dims):
    subtract_from_rows(x, i, v, y, x_dims)
