"""What the compiler makes of products and convolutions: with packed weights, and with what follows them fused in.

None of these ops is TensorFlow's, and no graph may name them. `extras` are a bias [filters], if `bias` says so, then an
addend of the output's dims; then the output is clamped to [low, high]. A packed operand is what _PackMatrix makes.
"""

from collections.abc import Sequence
from math import prod

from nbtf.graph.registry import op
from nbtf.ops.conv import (
    check_depthwise,
    conv2d_dims,
    conv2d_input_dims,
    dense_workspaces,
    depthwise_dims,
    input_gradient_workspaces,
)
from nbtf.ops.math import product_panels
from nbtf.shapes import Value, check, check_rank, may_equal


def _check_packed(panels: Sequence[int], depth: int, columns: int, groups: int) -> None:
    check_rank(panels, 3)
    share = columns // groups
    wanted = groups * ((share + panels[2] - 1) // panels[2])
    check(panels[0] == wanted and panels[1] == depth, "the packed weights fit another shape: {}", panels)


@op("_DenseMatMul")
class DenseMatMul:
    """a [M, K] times b [K, N], either transposed or b packed: clamp(a b + extras) [M, N]."""

    kernel = "dense_matmul"
    keeps = {"turn": 1}
    workspace = {"panel": "T", "table": "int64"}
    each_thread = ("table",)

    def workspace_size(a, b, transpose_a, transpose_b, packed, columns):
        rows = a[1] if transpose_a else a[0]
        if packed:
            return (0, 2 * min(rows, 640))
        return product_panels(a, b, transpose_a, transpose_b)

    def shape(a, b, extras, transpose_a, transpose_b, packed, columns, bias):
        check(len(a) == 2, "In[0] and In[1] ndims must be == 2: {}", len(a))
        depth = a[0] if transpose_a else a[1]
        width = columns
        if packed:
            _check_packed(b, depth, columns, 1)
        else:
            check(len(b) == 2, "In[0] and In[1] has different ndims: {} vs. {}", a, b)
            check(
                may_equal(depth, b[1] if transpose_b else b[0]),
                "Matrix size-incompatible: In[0]: {}, In[1]: {}",
                a,
                b,
            )
            width = b[0] if transpose_b else b[1]
        rows = a[1] if transpose_a else a[0]
        check_extras(extras, (rows, width), bias)
        return (rows, width)

    def flops(a, product, transpose_a):
        return 2 * prod(product) * a[0 if transpose_a else 1]


def check_extras(extras: Sequence[Sequence[int]], dims: Sequence[int], bias: bool) -> None:
    """A bias as long as the last dim, an addend of the same dims."""
    if bias:
        check(
            len(extras[0]) == 1 and may_equal(extras[0][0], dims[len(dims) - 1]),
            "Must provide as many biases as the last dimension of the input tensor: {} vs. {}",
            extras[0],
            dims,
        )
    count = len(extras) - (1 if bias else 0)
    check(count == 0 or count == 1, "more than a bias and an addend")
    if count == 1:
        addend = extras[len(extras) - 1]
        check(len(addend) == len(dims), "Incompatible shapes: {} vs. {}", dims, addend)
        for i in range(len(dims)):
            check(may_equal(addend[i], dims[i]), "Incompatible shapes: {} vs. {}", dims, addend)


@op("_DenseConv2D")
class DenseConv2D:
    """Conv2D of NHWC images, clamp(input * filter + extras); `window` are the dims of a packed filter."""

    kernel = "dense_conv2d"
    workspace = {"panel": "T", "margin": "T", "table": "int64"}
    each_thread = ("margin", "table")

    def workspace_size(input, filter, strides, padding, explicit_paddings, dilations, packed, window):
        dims = window if packed else filter
        out = conv2d_dims(input, dims, strides, padding, explicit_paddings, 0, dilations)
        positions = out[0] * out[1] * out[2]
        return dense_workspaces((dims[0], dims[1]), input[3], dims[2], dims[3], positions, dilations[2], packed)

    def shape(input, filter, extras, strides, padding, explicit_paddings, dilations, packed, window, bias):
        dims = window if packed else filter
        made = conv2d_dims(input, dims, strides, padding, explicit_paddings, 0, dilations)
        if packed:
            _check_packed(filter, dims[0] * dims[1] * dims[2], dims[3], max(input[3] // dims[2], 1))
        check_extras(extras, made, bias)
        return made

    def flops(filter, output, packed, window):
        return 2 * prod(output) * prod((window if packed else filter)[:3])


@op("_PackGradientFilter")
class PackGradientFilter:
    """filter [KH, KW, C, M] as panels of C a cache line wide, [panels, KH * KW * M, line], for _DenseConv2DBackpropInput."""

    kernel = "pack_gradient_filter_op"

    def shape(filter, strides, line):
        check_rank(filter, 4)
        check(len(strides) == 4 and strides[1] >= 1 and strides[2] >= 1, "no strides of a convolution")
        check(line >= 1, "a panel has at least one column")
        return ((filter[2] + line - 1) // line, filter[0] * filter[1] * filter[3], line)


@op("_DenseConv2DBackpropInput")
class DenseConv2DBackpropInput:
    """Conv2DBackpropInput of NHWC images by a packed filter of dims `window`: clamp(gradient + extras).

    The window is no smaller than the strides, so that every position sees a tap.
    """

    kernel = "dense_conv2d_backprop_input"
    workspace = {"margin": "T", "table": "int64"}
    each_thread = ("margin", "table")

    def workspace_size(input_sizes: Value, out_backprop, window):
        count = len(input_sizes)
        height, width = (input_sizes[1], input_sizes[2]) if count == 4 else (input_sizes[0], input_sizes[1])
        positions = out_backprop[0] * height * width
        _, margin, table = input_gradient_workspaces((window[0], window[1]), window[2], window[3], positions)
        return (margin, table)

    def shape(
        input_sizes: Value, filter, out_backprop, extras, strides, padding, explicit_paddings, dilations, window, bias
    ):
        made = conv2d_input_dims(input_sizes, window, out_backprop, strides, dilations, padding, explicit_paddings, 0)
        check(window[0] >= strides[1] and window[1] >= strides[2], "a window smaller than the strides: {}", window)
        _check_packed(filter, window[0] * window[1] * window[3], window[2], 1)
        check_extras(extras, made, bias)
        return made

    def flops(out_backprop, window):
        return 2 * prod(out_backprop) * prod(window[:3])


@op("_DenseDepthwiseConv2D")
class DenseDepthwiseConv2D:
    """DepthwiseConv2dNative of NHWC images, clamp(input * filter + extras)."""

    kernel = "dense_depthwise_conv2d"

    def shape(input, filter, extras, strides, padding, explicit_paddings, dilations, bias):
        check_depthwise(strides, dilations)
        made = depthwise_dims(input, filter, strides, padding, explicit_paddings, 0, dilations)
        check_extras(extras, made, bias)
        return made

    def flops(filter, output):
        return 2 * prod(output) * prod(filter[:2])
