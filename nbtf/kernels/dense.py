"""What the compiler makes of products and convolutions: packed weights, and a bias, an addend and a clamp fused in."""

from numba.extending import register_jitable

from nbtf.kernels.conv import check_conv, check_depthwise_forward, geometry2
from nbtf.kernels.dense_conv import convolve_floats, pack_filter
from nbtf.kernels.depthwise import depthwise_floats
from nbtf.kernels.gemm import PACKED, PLAIN, TRANSPOSED, multiply_matrix, pack_transposed
from nbtf.kernels.jit import kernel
from nbtf.kernels.simd import address_of, item_bytes
from nbtf.kernels.tile import LINE
from nbtf.kernels.winograd import transform_filter, winograd_floats
from nbtf.shapes import check

SUMS = {"contract", "reassoc"}


@register_jitable
def bias_address(extras, bias):
    return address_of(extras[0]) if bias else 0


@register_jitable
def addend_offset(extras, bias, output):
    """Bytes from the output to the addend; 0 where there is none."""
    if len(extras) == (1 if bias else 0):
        return 0
    return address_of(extras[len(extras) - 1]) - address_of(output)


@kernel
def pack_matrix_op(b, panels, transposed, groups, line, b_dims, panels_dims):
    check(line * item_bytes(b.dtype) == LINE, "a panel of {} columns is no cache line", line)
    depth = panels_dims[1]
    if transposed:
        size = depth * item_bytes(b.dtype)
        pack_transposed(address_of(b), size, depth, b_dims[0], address_of(panels), depth * LINE, b.dtype)
    else:
        pack_filter(address_of(b), address_of(panels), depth, b_dims[-1], groups, b.dtype)


@kernel(fastmath=SUMS)
def dense_matmul(
    a,
    b,
    extras,
    product,
    transpose_a,
    transpose_b,
    packed,
    bias,
    low,
    high,
    a_dims,
    product_dims,
    panel,
    table,
):
    rows, columns = product_dims[0], product_dims[1]
    depth = a_dims[0] if transpose_a else a_dims[1]
    a_row, a_step = (1, rows) if transpose_a else (depth, 1)
    form = PACKED if packed else TRANSPOSED if transpose_b else PLAIN
    multiply_matrix(
        a,
        a_row,
        a_step,
        b,
        form,
        product,
        rows,
        depth,
        columns,
        bias_address(extras, bias),
        addend_offset(extras, bias, product),
        product.dtype.type(low),
        product.dtype.type(high),
        panel,
        table,
    )


@kernel(fastmath=SUMS)
def dense_conv2d(
    input,
    filter,
    extras,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    packed,
    window,
    bias,
    low,
    high,
    input_dims,
    filter_dims,
    output_dims,
    panel,
    margin,
    table,
):
    check_conv(strides, dilations, 3)
    dims = window if packed else filter_dims
    check(
        len(filter) > 0 or dims[3] == 0,
        "filter must not have zero elements (i.e. all dimensions must be non-zero)",
    )
    if len(output) > 0:
        convolve_floats(
            input,
            filter,
            packed,
            output,
            input_dims[0],
            geometry2(input_dims, dims, output_dims, strides, dilations, padding, explicit_paddings),
            (input_dims[3], dims[2], dims[3]),
            bias_address(extras, bias),
            addend_offset(extras, bias, output),
            output.dtype.type(low),
            output.dtype.type(high),
            panel,
            margin,
            table,
        )


@kernel(fastmath=SUMS)
def dense_depthwise_conv2d(
    input,
    filter,
    extras,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    bias,
    low,
    high,
    input_dims,
    filter_dims,
    output_dims,
):
    check_depthwise_forward(strides, dilations, 0)
    depthwise_floats(
        input,
        filter,
        output,
        input_dims[0],
        geometry2(input_dims, filter_dims, output_dims, strides, dilations, padding, explicit_paddings),
        input_dims[3],
        bias_address(extras, bias),
        addend_offset(extras, bias, output),
        output.dtype.type(low),
        output.dtype.type(high),
    )


@kernel(rank={"points": 4})
def transform_filter_op(filter, points, filter_dims):
    transform_filter(filter, points, filter_dims[2], filter_dims[3])


@kernel(fastmath=SUMS)
def winograd_conv2d(
    input,
    filter,
    points,
    extras,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    bias,
    low,
    high,
    input_dims,
    filter_dims,
    output_dims,
    space,
    panel,
    margin,
    table,
):
    check_conv(strides, dilations, 3)
    if len(output) == 0:
        return
    geometry = geometry2(input_dims, filter_dims, output_dims, strides, dilations, padding, explicit_paddings)
    widths = (input_dims[3], filter_dims[2], filter_dims[3])
    biases, addend = bias_address(extras, bias), addend_offset(extras, bias, output)
    least, most = output.dtype.type(low), output.dtype.type(high)
    batch = input_dims[0]
    if not winograd_floats(
        input, points, output, batch, geometry, widths, biases, addend, least, most, space, margin, table
    ):
        convolve_floats(
            input, filter, False, output, batch, geometry, widths, biases, addend, least, most, panel, margin, table
        )
