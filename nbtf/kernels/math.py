"""Products of matrices."""

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.gemm import PLAIN, TRANSPOSED, multiply_matrix, pack_product, product_work
from nbtf.kernels.jit import kernel
from nbtf.kernels.team import portion
from nbtf.shapes import einsum_label, einsum_stop

WIDTH = 512  # columns of a panel: four rows of b and two of c stay in the first-level cache
FUSED = {"contract", "reassoc"}  # sums may be taken in any order; NaN and Inf behave


def conjugate_if(x, wanted):
    return x.conjugate() if wanted else x


@overload(conjugate_if)
def _conjugate_if(x, wanted):
    if isinstance(x, types.Complex):
        return lambda x, wanted: x.conjugate() if wanted else x
    return lambda x, wanted: x


# ---- one product -----------------------------------------------------------------------------------------------------


@register_jitable
def add_four(c, b, columns, x0, x1, x2, x3):
    """c += x0 b[0] + x1 b[1] + x2 b[2] + x3 b[3], over one row of a panel; the rows of b are `columns` apart."""
    b1, b2, b3 = b[columns:], b[2 * columns :], b[3 * columns :]
    for j in range(len(c)):
        c[j] += x0 * b[j] + x1 * b1[j] + x2 * b2[j] + x3 * b3[j]


@register_jitable
def add_four_twice(c, d, b, columns, x0, x1, x2, x3, y0, y1, y2, y3):
    """add_four for two rows of the result: every element of b is loaded once for both."""
    b1, b2, b3 = b[columns:], b[2 * columns :], b[3 * columns :]
    for j in range(len(c)):
        c[j] += x0 * b[j] + x1 * b1[j] + x2 * b2[j] + x3 * b3[j]
        d[j] += y0 * b[j] + y1 * b1[j] + y2 * b2[j] + y3 * b3[j]


@register_jitable
def add_one(c, b, x):
    for j in range(len(c)):
        c[j] += x * b[j]


@register_jitable
def panel_rows(a, at, a_row, a_step, conjugate, b, c, d, depth, columns):
    """One or two rows of the result over one panel of b; one row where d is empty."""
    k = 0
    while k + 4 <= depth:
        p = at + k * a_step
        x0, x1 = conjugate_if(a[p], conjugate), conjugate_if(a[p + a_step], conjugate)
        x2, x3 = conjugate_if(a[p + 2 * a_step], conjugate), conjugate_if(a[p + 3 * a_step], conjugate)
        rows = b[k * columns :]
        if len(d) == 0:
            add_four(c, rows, columns, x0, x1, x2, x3)
        else:
            p += a_row
            y0, y1 = conjugate_if(a[p], conjugate), conjugate_if(a[p + a_step], conjugate)
            y2, y3 = conjugate_if(a[p + 2 * a_step], conjugate), conjugate_if(a[p + 3 * a_step], conjugate)
            add_four_twice(c, d, rows, columns, x0, x1, x2, x3, y0, y1, y2, y3)
        k += 4
    while k < depth:
        add_one(c, b[k * columns :], conjugate_if(a[at + k * a_step], conjugate))
        if len(d) > 0:
            add_one(d, b[k * columns :], conjugate_if(a[at + a_row + k * a_step], conjugate))
        k += 1


@register_jitable
def multiply_plain(a, a_row, a_step, conjugate, b, c, rows, depth, columns):
    """c [rows, columns] = a b, all flat; a[i, k] is a[i * a_row + k * a_step], b is [depth, columns]."""
    for i in range(rows * columns):
        c[i] = 0
    for first in range(0, columns, WIDTH):
        width = min(WIDTH, columns - first)
        i = 0
        while i < rows:
            at = i * columns + first
            following = at + columns
            d = c[following : following + width] if i + 1 < rows else c[:0]
            panel_rows(a, i * a_row, a_row, a_step, conjugate, b[first:], c[at : at + width], d, depth, columns)
            i += 2


@register_jitable
def transpose(b, panel, rows, columns, conjugate):
    """panel [columns, rows] = the transpose of b [rows, columns], in tiles that stay in the cache."""
    for top in range(0, rows, 16):
        for i in range(columns):
            for j in range(top, min(top + 16, rows)):
                panel[i * rows + j] = conjugate_if(b[j * columns + i], conjugate)


def multiply(
    a, a_row, a_step, b, transposed, conjugate_a, conjugate_b, c, rows, depth, columns, panel, table, part, parts
):
    """A part of c [rows, columns] = a b, all flat; a[i, k] is a[i * a_row + k * a_step], b [depth, columns] or transposed.

    panel and table: workspaces as `panel_sizes` of the ops tells, the panel filled by `pack`.
    """
    if part > 0:
        return  # the first does it all
    if transposed:
        transpose(b, panel, columns, depth, conjugate_b)
        multiply_plain(a, a_row, a_step, conjugate_a, panel, c, rows, depth, columns)
    else:
        multiply_plain(a, a_row, a_step, conjugate_a, b, c, rows, depth, columns)


@overload(multiply)
def _multiply(
    a, a_row, a_step, b, transposed, conjugate_a, conjugate_b, c, rows, depth, columns, panel, table, part, parts
):
    if not (a.dtype == b.dtype == c.dtype == panel.dtype and isinstance(a.dtype, types.Float)):
        return multiply

    def multiply_floats(
        a, a_row, a_step, b, transposed, conjugate_a, conjugate_b, c, rows, depth, columns, panel, table, part, parts
    ):
        form = TRANSPOSED if transposed else PLAIN
        low, high = panel.dtype.type(-np.inf), panel.dtype.type(np.inf)
        multiply_matrix(
            a, a_row, a_step, b, form, c, rows, depth, columns, 0, 0, low, high, panel, table, False, part, parts
        )

    return multiply_floats


def pack(b, transposed, rows, depth, columns, a_step, panel):
    """What `multiply` of floats needs in its panel."""


@overload(pack)
def _pack(b, transposed, rows, depth, columns, a_step, panel):
    if not (b.dtype == panel.dtype and isinstance(b.dtype, types.Float)):
        return pack

    def pack_floats(b, transposed, rows, depth, columns, a_step, panel):
        pack_product(b, TRANSPOSED if transposed else PLAIN, rows, depth, columns, a_step, panel)

    return pack_floats


# ---- ops -------------------------------------------------------------------------------------------------------------


@register_jitable
def product_sizes(a_dims, b_dims, transpose_a, transpose_b):
    """(rows, depth, columns), and how far elements of a lie apart along its rows and its depth."""
    rows, depth = a_dims[0], a_dims[1]
    a_row, a_step = depth, 1
    if transpose_a:
        rows, depth = depth, rows
        a_row, a_step = 1, rows
    return (rows, depth, b_dims[0] if transpose_b else b_dims[1]), (a_row, a_step)


def matmul_work(transpose_a, transpose_b, a_dims, b_dims):
    rows, depth, columns = product_sizes(a_dims, b_dims, transpose_a, transpose_b)[0]
    return product_work(rows, depth, columns)


def pack_matmul(b, transpose_a, transpose_b, a_dims, b_dims, panel):
    (rows, depth, columns), steps = product_sizes(a_dims, b_dims, transpose_a, transpose_b)
    pack(b, transpose_b, rows, depth, columns, steps[1], panel)


@kernel(fastmath=FUSED, work=matmul_work, first=pack_matmul)
def matmul(a, b, product, transpose_a, transpose_b, a_dims, b_dims, panel, table, part, parts):
    (rows, depth, columns), steps = product_sizes(a_dims, b_dims, transpose_a, transpose_b)
    multiply(
        a,
        steps[0],
        steps[1],
        b,
        transpose_b,
        False,
        False,
        product,
        rows,
        depth,
        columns,
        panel,
        table,
        part,
        parts,
    )


@kernel(fastmath=FUSED)
def sparse_matmul(a, b, product, transpose_a, transpose_b, a_dims, b_dims, panel, table):
    (rows, depth, columns), steps = product_sizes(a_dims, b_dims, transpose_a, transpose_b)
    pack(b, transpose_b, rows, depth, columns, steps[1], panel)
    multiply(a, steps[0], steps[1], b, transpose_b, False, False, product, rows, depth, columns, panel, table, 0, 1)


@register_jitable
def batch_offset(batch, dims, output_dims, size):
    """Where the matrix that takes part in product number `batch` begins; an axis of size 1 repeats."""
    offset, stride = 0, size
    shift = len(output_dims) - len(dims)
    for axis in range(len(output_dims) - 3, -1, -1):
        position = batch % output_dims[axis]
        batch //= output_dims[axis]
        if axis >= shift:
            if dims[axis - shift] > 1:
                offset += position * stride
            stride *= dims[axis - shift]
    return offset


def batch_matmul_work(output, adj_x, x_dims, output_dims):
    rows, depth = output_dims[-2], x_dims[-2] if adj_x else x_dims[-1]
    return len(output) // max(rows, 1) * max(rows, 8) * depth


@kernel(fastmath=FUSED, work=batch_matmul_work)
def batch_matmul(x, y, output, adj_x, adj_y, x_dims, y_dims, output_dims, panel, table, part, parts):
    rows, columns = output_dims[-2], output_dims[-1]
    depth = x_dims[-2] if adj_x else x_dims[-1]
    a_row, a_step = (1, rows) if adj_x else (depth, 1)
    size = rows * columns
    count = len(output) // max(size, 1)
    begin, end = portion(count, 1, part, parts)
    inner, inners = 0, 1
    if count == 1:  # the one product is shared out itself; each thread packs its y
        begin, end, inner, inners = 0, 1, part, parts
    for batch in range(begin, end):
        a = x[batch_offset(batch, x_dims, output_dims, rows * depth) :]
        b = y[batch_offset(batch, y_dims, output_dims, depth * columns) :]
        c = output[batch * size : (batch + 1) * size]
        pack(b, adj_y, rows, depth, columns, a_step, panel)
        multiply(a, a_row, a_step, b, adj_y, adj_x, adj_y, c, rows, depth, columns, panel, table, inner, inners)


# ---- Einsum ----------------------------------------------------------------------------------------------------------

# The plan: the number of labels, then a record for each distinct label, then the label of each axis of the operand that
# is being walked, then where the walk stands.
LABELS = 16
RECORD = 8
CODE, SIZE, IN_X, IN_Y, IN_OUT, X_STRIDE, Y_STRIDE, Z_STRIDE = range(RECORD)
AXES = 1 + LABELS * RECORD
POSITIONS = AXES + 8


@register_jitable
def field(label, which):
    return 1 + label * RECORD + which


@register_jitable
def label_number(plan, code):
    """Number of the label with this code; a new one is entered."""
    for label in range(plan[0]):
        if plan[field(label, CODE)] == code:
            return label
    label = plan[0]
    plan[0] += 1
    for which in range(RECORD):
        plan[field(label, which)] = 0
    plan[field(label, CODE)] = code
    plan[field(label, SIZE)] = 1
    return label


@register_jitable
def enter_labels(plan, equation, start, rank, dims, which):
    """Note the labels of an operand, which begin at `start` in the equation, and their sizes."""
    stop = einsum_stop(equation, start)
    for axis in range(rank):
        label = label_number(plan, einsum_label(equation, start, stop, rank, axis))
        plan[AXES + axis] = label
        if which == IN_OUT:
            plan[field(label, which)] = 1
        else:
            plan[field(label, which)] = dims[axis] + 1  # 0: not there
            if dims[axis] != 1:
                plan[field(label, SIZE)] = dims[axis]


@register_jitable
def lay_out(plan, operands):
    """Strides in the panels x [batch, m, k], y [batch, k, n], z [batch, m, n]; the sizes (batch, m, k, n).

    A label goes to one group by where it occurs; one that only an input has is summed away while its panel is filled.
    """
    batch, m, k, n = 1, 1, 1, 1
    for label in range(plan[0]):
        in_x, in_y = plan[field(label, IN_X)] > 0, plan[field(label, IN_Y)] > 0
        size = plan[field(label, SIZE)]
        if in_x and in_y and not plan[field(label, IN_OUT)]:
            plan[field(label, X_STRIDE)] = k
            k *= size
        elif in_y and not in_x and plan[field(label, IN_OUT)]:
            plan[field(label, Y_STRIDE)] = n
            plan[field(label, Z_STRIDE)] = n
            n *= size
    for label in range(plan[0]):
        in_x, in_y = plan[field(label, IN_X)] > 0, plan[field(label, IN_Y)] > 0
        if in_x and in_y and not plan[field(label, IN_OUT)]:
            plan[field(label, Y_STRIDE)] = plan[field(label, X_STRIDE)] * n
        elif in_x and not in_y and plan[field(label, IN_OUT)]:
            plan[field(label, X_STRIDE)] = m * k
            plan[field(label, Z_STRIDE)] = m * n
            m *= plan[field(label, SIZE)]
    x_stride, y_stride = m * k, k * n
    for label in range(plan[0]):
        if plan[field(label, IN_X)] and plan[field(label, IN_Y)] and plan[field(label, IN_OUT)]:
            plan[field(label, Z_STRIDE)] = batch * m * n
            batch *= plan[field(label, SIZE)]
            if plan[field(label, IN_X)] != 2:  # an axis of size 1 repeats
                plan[field(label, X_STRIDE)] = x_stride
                x_stride *= plan[field(label, SIZE)]
            if plan[field(label, IN_Y)] != 2:
                plan[field(label, Y_STRIDE)] = y_stride
                y_stride *= plan[field(label, SIZE)]
    return batch, m, k, n


@register_jitable
def panel_offset(plan, rank, stride):
    """Where the element at the walk's position lies in a panel; -1 off the diagonal of a label named twice."""
    offset = 0
    for axis in range(rank):
        label = plan[AXES + axis]
        first = axis
        for before in range(axis):
            if plan[AXES + before] == label:
                first = min(first, before)
        if first < axis:
            if plan[POSITIONS + first] != plan[POSITIONS + axis]:
                return -1
        else:
            offset += plan[POSITIONS + axis] * plan[field(label, stride)]
    return offset


@register_jitable
def advance(plan, dims):
    for axis in range(len(dims) - 1, -1, -1):
        plan[POSITIONS + axis] += 1
        if plan[POSITIONS + axis] < dims[axis]:
            return
        plan[POSITIONS + axis] = 0


@register_jitable
def fill_panel(x, dims, panel, plan, stride):
    for i in range(len(panel)):
        panel[i] = 0
    for axis in range(len(dims)):
        plan[POSITIONS + axis] = 0
    for i in range(len(x)):
        offset = panel_offset(plan, len(dims), stride)
        if offset >= 0:
            panel[offset] += x[i]
        advance(plan, dims)


@register_jitable
def batch_start(plan, batch, stride):
    """Where product number `batch` begins in a panel."""
    offset = 0
    for label in range(plan[0]):
        if plan[field(label, IN_X)] and plan[field(label, IN_Y)] and plan[field(label, IN_OUT)]:
            offset += batch % plan[field(label, SIZE)] * plan[field(label, stride)]
            batch //= plan[field(label, SIZE)]
    return offset


@register_jitable
def empty_output(panel, output, dims, plan):
    """The result's panel in the order of the output's axes; zero off the diagonal of a label named twice."""
    for axis in range(len(dims)):
        plan[POSITIONS + axis] = 0
    for i in range(len(output)):
        offset = panel_offset(plan, len(dims), Z_STRIDE)
        if offset >= 0:
            output[i] = panel[offset]
        else:
            output[i] = 0
        advance(plan, dims)


@kernel(fastmath=FUSED)
def einsum(inputs, output, equation, inputs_dims, output_dims, x_panel, y_panel, z_panel, plan):
    plan[0] = 0
    start = 0
    for k in range(len(inputs)):
        enter_labels(plan, equation, start, len(inputs_dims[k]), inputs_dims[k], IN_X + k)
        start = einsum_stop(equation, start) + 1
    enter_labels(plan, equation, start + 1, len(output_dims), output_dims, IN_OUT)
    batch, m, k, n = lay_out(plan, len(inputs))
    start = 0
    for i in range(len(inputs)):
        enter_labels(plan, equation, start, len(inputs_dims[i]), inputs_dims[i], IN_X + i)
        start = einsum_stop(equation, start) + 1
        if i == 0:
            fill_panel(inputs[0], inputs_dims[0], x_panel, plan, X_STRIDE)
        else:
            fill_panel(inputs[1], inputs_dims[1], y_panel, plan, Y_STRIDE)
    if len(inputs) == 1:
        y_panel[0] = 1
    for i in range(batch):
        x, y = x_panel[batch_start(plan, i, X_STRIDE) :], y_panel[batch_start(plan, i, Y_STRIDE) :]
        multiply_plain(x, k, 1, False, y, z_panel[i * m * n :], m, k, n)
    enter_labels(plan, equation, start + 1, len(output_dims), output_dims, IN_OUT)
    empty_output(z_panel, output, output_dims, plan)
