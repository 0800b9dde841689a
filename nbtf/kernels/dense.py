"""What the compiler makes of products and convolutions: packed weights, and a bias, an addend and a clamp fused in."""

from numba.extending import register_jitable

from nbtf.kernels.conv import check_conv, check_depthwise_forward, check_undilated, geometry2
from nbtf.kernels.conv_gradients import pack_classes, packed_input_gradient
from nbtf.kernels.conv_pairs import clear
from nbtf.kernels.dense_conv import convolution_work, convolve_floats, pack_convolution
from nbtf.kernels.depthwise import depthwise_floats, depthwise_work
from nbtf.kernels.gemm import PACKED, PLAIN, TRANSPOSED, multiply_matrix, pack_product, product_work
from nbtf.kernels.jit import kernel
from nbtf.kernels.matvec import finish_row
from nbtf.kernels.simd import address_of, item_bytes
from nbtf.kernels.tile import LINE
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


@register_jitable
def product_form(transpose_b, packed):
    return PACKED if packed else TRANSPOSED if transpose_b else PLAIN


@register_jitable
def product_sizes(a_dims, product_dims, transpose_a):
    """(rows, depth, columns), and how far elements of a lie apart along its rows and its depth."""
    rows, columns = product_dims[0], product_dims[1]
    depth = a_dims[0] if transpose_a else a_dims[1]
    steps = (1, rows) if transpose_a else (depth, 1)
    return (rows, depth, columns), steps


def dense_matmul_work(a_dims, product_dims, transpose_a):
    rows, depth, columns = product_sizes(a_dims, product_dims, transpose_a)[0]
    return product_work(rows, depth, columns)


def begin_dense_matmul(b, transpose_a, transpose_b, packed, a_dims, product_dims, panel, turn):
    turn[0] = 1 - turn[0]
    (rows, depth, columns), steps = product_sizes(a_dims, product_dims, transpose_a)
    pack_product(b, product_form(transpose_b, packed), rows, depth, columns, steps[1], panel)


@kernel(fastmath=SUMS, work=dense_matmul_work, first=begin_dense_matmul)
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
    turn,
    part,
    parts,
):
    """Every second time panels are read from the last one on: a loop finds the ones that it read last in the cache."""
    (rows, depth, columns), steps = product_sizes(a_dims, product_dims, transpose_a)
    multiply_matrix(
        a,
        steps[0],
        steps[1],
        b,
        product_form(transpose_b, packed),
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
        turn[0] == 1,
        part,
        parts,
    )


def dense_conv2d_work(output, filter_dims, packed, window):
    dims = window if packed else filter_dims
    return convolution_work(output, (0, dims[2], dims[3]), dims[0] * dims[1])


def pack_dense_conv2d(filter, packed, window, input_dims, filter_dims, panel):
    dims = window if packed else filter_dims
    pack_convolution(filter, packed, (input_dims[3], dims[2], dims[3]), dims[0] * dims[1], panel)


@kernel(fastmath=SUMS, work=dense_conv2d_work, first=pack_dense_conv2d)
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
    part,
    parts,
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
            part,
            parts,
        )


@kernel
def pack_gradient_filter_op(filter, panels, strides, line, filter_dims):
    check(line * item_bytes(filter.dtype) == LINE, "a panel of {} columns is no cache line", line)
    if len(panels) > 0:
        window, steps = (1, filter_dims[0], filter_dims[1]), (1, strides[1], strides[2])
        pack_classes(filter, window, steps, (filter_dims[2], filter_dims[2], filter_dims[3]), panels)


def dense_conv2d_gradient_work(out_backprop, window):
    return len(out_backprop) * window[0] * window[1] * window[2]


@kernel(fastmath=SUMS, work=dense_conv2d_gradient_work)
def dense_conv2d_backprop_input(
    filter,
    out_backprop,
    extras,
    output,
    strides,
    padding,
    explicit_paddings,
    dilations,
    window,
    bias,
    low,
    high,
    out_backprop_dims,
    output_dims,
    margin,
    table,
    part,
    parts,
):
    check_conv(strides, dilations, 3)
    check_undilated(dilations)
    kind, channels = output.dtype.type, output_dims[3]
    if len(out_backprop) == 0 and part == 0:  # no position sees anything
        clear(output)
        for at in range(0, len(output), channels):
            place, addend = address_of(output[at:]), addend_offset(extras, bias, output)
            finish_row(place, channels, bias_address(extras, bias), addend, kind(low), kind(high))
    packed_input_gradient(
        output,
        out_backprop,
        output_dims[0],
        geometry2(output_dims, window, out_backprop_dims, strides, dilations, padding, explicit_paddings),
        (channels, window[2], window[3]),
        filter,
        bias_address(extras, bias),
        addend_offset(extras, bias, output),
        kind(low),
        kind(high),
        margin,
        table,
        part,
        parts,
    )


def dense_depthwise_work(output, filter_dims):
    return depthwise_work(output, filter_dims[0] * filter_dims[1])


@kernel(fastmath=SUMS, work=dense_depthwise_work)
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
    part,
    parts,
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
        part,
        parts,
    )
