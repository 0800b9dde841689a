"""Convolutions (correlations, in truth) over images, dense and depthwise, and their gradients."""

from collections.abc import Sequence
from math import prod

from nbtf import shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import UNKNOWN, Value, check, check_rank, equal_dims, may_equal


def attrs_of(op, *names):
    return {name: getattr(op.attrs, name) for name in names}


_CONV_2D = ("dilations", "strides", "padding", "explicit_paddings", "use_cudnn_on_gpu", "data_format")
_DEPTHWISE = ("strides", "padding", "explicit_paddings", "data_format", "dilations")

# ---- rules that ops share --------------------------------------------------------------------------------------------


def check_conv2d(strides: Sequence[int], dilations: Sequence[int], channels_first: int) -> None:
    if channels_first:
        check(
            len(strides) == 4,
            "Conv2D on data format NCHW requires the stride attribute to contain 4 values, but got: {}",
            len(strides),
        )
    check(
        len(strides) == 4,
        "Conv2D on data format NHWC requires the stride attribute to contain 4 values, but got: {}",
        len(strides),
    )
    check(
        len(dilations) == 4, "Conv2D requires the dilation attribute to contain 4 values, but got: {}", len(dilations)
    )


def check_depthwise(strides: Sequence[int], dilations: Sequence[int]) -> None:
    check(
        len(strides) == 4,
        "DepthwiseConv2D requires the stride attribute to contain 4 values, but got: {}",
        len(strides),
    )
    check(
        len(dilations) == 4,
        "DepthwiseConv2D requires the dilations attribute to contain 4 values, but got: {}",
        len(dilations),
    )


def conv2d_dims(
    input: Sequence[int],
    filter: Sequence[int],
    strides: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    data_format: int,
    dilations: Sequence[int],
) -> tuple[int, int, int, int]:
    """Output dims of Conv2D."""
    check_rank(input, 4)
    check_rank(filter, 4)
    check_conv2d(strides, dilations, data_format)
    channels = input[1] if data_format else input[3]
    if channels != UNKNOWN and filter[2] != UNKNOWN:
        check(filter[2] > 0, "Depth of filter must not be 0")
        check(
            channels % filter[2] == 0,
            "Depth of input ({}) is not a multiple of input depth of filter ({})",
            channels,
            filter[2],
        )
        groups = channels // filter[2]
        check(
            filter[3] == UNKNOWN or (groups > 0 and filter[3] % groups == 0),
            "Depth of output ({}) is not a multiple of the number of groups ({})",
            filter[3],
            groups,
        )
    window = (filter[0], filter[1])
    return shapes.window2d(input, window, filter[3], strides, dilations, padding, explicit_paddings, data_format)


def check_conv2d_gradient(
    input: Sequence[int],
    filter: Sequence[int],
    out_backprop: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    channels_first: int,
) -> None:
    """The gradient of the output must be as large as the output of this input."""
    channels = input[1] if channels_first else input[3]
    check(
        channels == UNKNOWN or filter[2] == UNKNOWN or (filter[2] > 0 and channels % filter[2] == 0),
        "input depth must be evenly divisible by filter depth: {} vs {}",
        channels,
        filter[2],
    )
    window = (filter[0], filter[1])
    made = shapes.window2d(input, window, filter[3], strides, dilations, padding, explicit_paddings, channels_first)
    for i in range(4):
        check(
            may_equal(made[i], out_backprop[i]),
            "Size of out_backprop doesn't match computed: actual = {}, computed = {} spatial_dim: {}",
            out_backprop[i],
            made[i],
            i,
        )


def conv2d_input_dims(
    input_sizes: Sequence[int],
    filter: Sequence[int],
    out_backprop: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    data_format: int,
) -> tuple[int, int, int, int]:
    """Output dims of Conv2DBackpropInput."""
    check_rank(filter, 4)
    check_rank(out_backprop, 4)
    check_conv2d(strides, dilations, data_format)
    check(
        len(input_sizes) == 4 or len(input_sizes) == 2,
        "Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, but got: {}",
        len(input_sizes),
    )
    equal_dims(out_backprop[1] if data_format else out_backprop[3], filter[3])
    if len(input_sizes) == 4:
        given = shapes.given_dims4(input_sizes)
        equal_dims(given[0], out_backprop[0])
        dims = (out_backprop[0], given[1], given[2], given[3])
    else:
        height, width = shapes.given_dim(input_sizes[0]), shapes.given_dim(input_sizes[1])
        if data_format:
            dims = (out_backprop[0], filter[2], height, width)
        else:
            dims = (out_backprop[0], height, width, filter[2])
    check_conv2d_gradient(dims, filter, out_backprop, strides, dilations, padding, explicit_paddings, data_format)
    return dims


def depthwise_dims(
    input: Sequence[int],
    filter: Sequence[int],
    strides: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    data_format: int,
    dilations: Sequence[int],
) -> tuple[int, int, int, int]:
    """Output dims of DepthwiseConv2dNative."""
    check_rank(input, 4)
    check_rank(filter, 4)
    check_depthwise(strides, dilations)
    channels = equal_dims(input[1] if data_format else input[3], filter[2])
    filters = UNKNOWN if channels == UNKNOWN or filter[3] == UNKNOWN else channels * filter[3]
    window = (filter[0], filter[1])
    return shapes.window2d(input, window, filters, strides, dilations, padding, explicit_paddings, data_format)


def check_depthwise_gradient(
    input: Sequence[int],
    filter: Sequence[int],
    out_backprop: Sequence[int],
    strides: Sequence[int],
    padding: int,
    explicit_paddings: Sequence[int],
    channels_first: int,
) -> None:
    """As check_conv2d_gradient."""
    rows = 2 if channels_first else 1
    channels = input[1] if channels_first else input[3]
    filters = out_backprop[1] if channels_first else out_backprop[3]
    check(may_equal(channels, filter[2]), "input and filter must have the same in_depth: {} vs {}", channels, filter[2])
    check(
        channels == UNKNOWN or filter[3] == UNKNOWN or may_equal(channels * filter[3], filters),
        "depth_multiplier * in_depth not equal to out_depth",
    )
    window = (filter[0], filter[1])
    made = shapes.window2d(input, window, filters, strides, (1, 1, 1, 1), padding, explicit_paddings, channels_first)
    check(may_equal(input[0], out_backprop[0]), "input and out_backprop must have the same batch size")
    check(
        may_equal(made[rows], out_backprop[rows]),
        "Number of rows of out_backprop doesn't match computed: actual = {}, computed = {}",
        out_backprop[rows],
        made[rows],
    )
    check(
        may_equal(made[rows + 1], out_backprop[rows + 1]),
        "Number of cols of out_backprop doesn't match computed: actual = {}, computed = {}",
        out_backprop[rows + 1],
        made[rows + 1],
    )


# ---- workspaces: see nbtf/kernels/dense_conv.py and conv_gradients.py -------------------------------------------------

_SMALL_PIXEL = 16  # channels below which a row of the window is taken as one
_FEW = 64  # positions that do not pay for packing the filter
_MOST_ROWS = 640  # of a block
_TABLE_WORDS = 1 << 15
_PATCH_ELEMENTS = 1 << 20
_FEW_CHANNELS = 4  # would leave most of a tile's rows to nothing
_TILE_ROWS = 16  # at least as many as a tile has


def _padded(columns: int) -> int:
    """Columns of all panels together."""
    return (columns + 15) // 16 * 16


def dense_workspaces(
    window: Sequence[int], channels: int, depth: int, filters: int, positions: int, dilation: int, packed: bool
) -> tuple[int, int, int]:
    """Elements of the workspaces `panel`, `margin` and `table` of a convolution; dilation: of the last axis."""
    taps, row = shapes.product(window), window[len(window) - 1]
    groups = max(channels // max(depth, 1), 1)
    few = positions < _FEW and groups == 1 and filters % 16 == 0
    panel = 0 if packed or few else taps * depth * groups * _padded(filters // groups)
    margin = channels
    if groups == 1 and depth < _SMALL_PIXEL and row > 1 and dilation == 1:
        room = min(positions, _MOST_ROWS, max(_PATCH_ELEMENTS // max(taps * depth, 1), 1))
        margin = row * depth + room * taps * depth
    rows = min(positions, _MOST_ROWS, max(_TABLE_WORDS // (taps + 1), _TILE_ROWS))
    return (panel, margin, (taps + 1) * rows)


def input_gradient_workspaces(
    window: Sequence[int], channels: int, filters: int, positions: int
) -> tuple[int, int, int]:
    """As dense_workspaces, of the gradient for the input; positions: those of the input."""
    taps = shapes.product(window)
    rows = min(positions, _MOST_ROWS, max(_TABLE_WORDS // (taps + 1), _TILE_ROWS))
    return (taps * filters * _padded(channels), filters, (taps + 1) * rows)


def filter_gradient_workspaces(
    lines: int, channels: int, filters: int, out_lines: int, out_columns: int
) -> tuple[int, int]:
    """Elements of `panel` and `table` of the gradient for the filter; lines: of one image of the input."""
    together = min(out_lines, max(512 // max(out_columns, 1), 1))
    return (together * out_columns * _padded(filters), lines * _TILE_ROWS + channels)


# ---- ops -------------------------------------------------------------------------------------------------------------


@op("Conv2D")
class Conv2D:
    """input [N, H, W, C], filter [KH, KW, C / groups, M] -> [N, OH, OW, M]; NCHW only while the graph is built."""

    ranks = {"input": 4, "filter": 4}
    kernel = "conv2d"
    workspace = {"panel": "T", "margin": "T", "table": "int64"}
    each_thread = ("margin", "table")

    def workspace_size(input, filter, strides, padding, explicit_paddings, data_format, dilations):
        window = (filter[0], filter[1])
        out = shapes.window2d(input, window, filter[3], strides, dilations, padding, explicit_paddings, 0)
        positions = out[0] * out[1] * out[2]
        return dense_workspaces(window, input[3], filter[2], filter[3], positions, dilations[2], False)

    def shape(input, filter, strides, padding, explicit_paddings, data_format, dilations):
        return conv2d_dims(input, filter, strides, padding, explicit_paddings, data_format, dilations)

    def gradient(op, dy):
        x, filter = op.inputs
        x_shape, filter_shape = raw.ShapeN([x, filter])
        attrs = attrs_of(op, *_CONV_2D)
        return (
            raw.Conv2DBackpropInput(x_shape, filter, dy, **attrs),
            raw.Conv2DBackpropFilter(x, filter_shape, dy, **attrs),
        )

    def flops(filter, output):
        return 2 * prod(output) * prod(filter[:3])


@op("Conv2DBackpropInput")
class Conv2DBackpropInput:
    """Gradient of Conv2D for its input, of dims input_sizes; these are [N, H, W, C], or only [H, W]."""

    ranks = {"input_sizes": 4, "filter": 4, "out_backprop": 4}
    kernel = "conv2d_backprop_input"
    workspace = {"panel": "T", "margin": "T", "table": "int64"}
    each_thread = ("margin", "table")

    def workspace_size(input_sizes: Value, filter, out_backprop):
        count = len(input_sizes)
        height, width = (input_sizes[1], input_sizes[2]) if count == 4 else (input_sizes[0], input_sizes[1])
        positions = out_backprop[0] * height * width
        return input_gradient_workspaces((filter[0], filter[1]), filter[2], filter[3], positions)

    def shape(input_sizes: Value, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations):
        return conv2d_input_dims(
            input_sizes, filter, out_backprop, strides, dilations, padding, explicit_paddings, data_format
        )

    def gradient(op, dx):
        _, filter, dy = op.inputs
        attrs = attrs_of(op, *_CONV_2D)
        return (
            None,
            raw.Conv2DBackpropFilter(dx, terms.shape(filter), dy, **attrs),
            raw.Conv2D(dx, filter, **attrs),
        )

    def flops(filter, out_backprop):
        return 2 * prod(out_backprop) * prod(filter[:3])


@op("Conv2DBackpropFilter")
class Conv2DBackpropFilter:
    """Gradient of Conv2D for its filter, of dims filter_sizes."""

    ranks = {"input": 4, "filter_sizes": 4, "out_backprop": 4}
    kernel = "conv2d_backprop_filter"
    workspace = {"panel": "T", "table": "int64", "margin": "T"}
    each_thread = ("panel", "table", "margin")

    def workspace_size(input, filter_sizes: Value, out_backprop, strides):
        lines, columns, filters = out_backprop[1], out_backprop[2], out_backprop[3]
        panel, table = filter_gradient_workspaces(input[1], input[3], filters, lines, columns)
        taps, margin = filter_sizes[0] * filter_sizes[1], 0
        if 0 < input[3] <= _FEW_CHANNELS and taps > 1 and lines > 0 and columns > 0:
            height, width = (lines - 1) * strides[1] + filter_sizes[0], (columns - 1) * strides[2] + filter_sizes[1]
            margin = height * width * input[3]
            table = (lines + 1) * taps * input[3]
        return (panel, table, margin)

    def shape(input, filter_sizes: Value, out_backprop, strides, padding, explicit_paddings, data_format, dilations):
        check_rank(input, 4)
        check_rank(out_backprop, 4)
        check_conv2d(strides, dilations, data_format)
        dims = shapes.given_dims4(filter_sizes)
        equal_dims(input[0], out_backprop[0])
        filters = out_backprop[1] if data_format else out_backprop[3]
        check(
            may_equal(dims[3], filters),
            "Conv2DCustomBackpropFilter: filter and out_backprop must have the same out_depth",
        )
        check_conv2d_gradient(input, dims, out_backprop, strides, dilations, padding, explicit_paddings, data_format)
        return dims

    def gradient(op, d_filter):
        x, _, dy = op.inputs
        attrs = attrs_of(op, *_CONV_2D)
        return (
            raw.Conv2DBackpropInput(terms.shape(x), d_filter, dy, **attrs),
            None,
            raw.Conv2D(x, d_filter, **attrs),
        )

    def flops(output, out_backprop):
        return 2 * prod(out_backprop) * prod(output[:3])


@op("DepthwiseConv2dNative")
class DepthwiseConv2dNative:
    """input [N, H, W, C], filter [KH, KW, C, J] -> [N, OH, OW, C * J]: channel c makes J channels from c * J on."""

    ranks = {"input": 4, "filter": 4}
    kernel = "depthwise_conv2d"

    def shape(input, filter, strides, padding, explicit_paddings, data_format, dilations):
        return depthwise_dims(input, filter, strides, padding, explicit_paddings, data_format, dilations)

    def gradient(op, dy):
        x, filter = op.inputs
        attrs = attrs_of(op, *_DEPTHWISE)
        return (
            raw.DepthwiseConv2dNativeBackpropInput(terms.shape(x), filter, dy, **attrs),
            raw.DepthwiseConv2dNativeBackpropFilter(x, terms.shape(filter), dy, **attrs),
        )

    def flops(filter, output):
        return 2 * prod(output) * prod(filter[:2])


@op("DepthwiseConv2dNativeBackpropInput")
class DepthwiseConv2dNativeBackpropInput:
    """Gradient of DepthwiseConv2dNative for its input, of dims input_sizes. Ignores dilations, as TensorFlow does."""

    ranks = {"input_sizes": 4, "filter": 4, "out_backprop": 4}
    kernel = "depthwise_conv2d_backprop_input"

    def shape(input_sizes: Value, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations):
        check_rank(filter, 4)
        check_rank(out_backprop, 4)
        check_depthwise(strides, dilations)
        dims = shapes.given_dims4(input_sizes)
        check_depthwise_gradient(dims, filter, out_backprop, strides, padding, explicit_paddings, data_format)
        return dims

    def gradient(op, dx):
        _, filter, dy = op.inputs
        attrs = attrs_of(op, *_DEPTHWISE)
        return (
            None,
            raw.DepthwiseConv2dNativeBackpropFilter(dx, terms.shape(filter), dy, **attrs),
            raw.DepthwiseConv2dNative(dx, filter, **attrs),
        )

    def flops(filter, out_backprop):
        return 2 * prod(out_backprop) * prod(filter[:2])


@op("DepthwiseConv2dNativeBackpropFilter")
class DepthwiseConv2dNativeBackpropFilter:
    """Gradient of DepthwiseConv2dNative for its filter, of dims filter_sizes. Ignores dilations, as TensorFlow does."""

    ranks = {"input": 4, "filter_sizes": 4, "out_backprop": 4}
    kernel = "depthwise_conv2d_backprop_filter"

    def shape(input, filter_sizes: Value, out_backprop, strides, padding, explicit_paddings, data_format, dilations):
        check_rank(input, 4)
        check_rank(out_backprop, 4)
        check_depthwise(strides, dilations)
        dims = shapes.given_dims4(filter_sizes)
        check_depthwise_gradient(input, dims, out_backprop, strides, padding, explicit_paddings, data_format)
        return dims

    def gradient(op, d_filter):
        x, _, dy = op.inputs
        attrs = attrs_of(op, *_DEPTHWISE)
        return (
            raw.DepthwiseConv2dNativeBackpropInput(terms.shape(x), d_filter, dy, **attrs),
            None,
            raw.DepthwiseConv2dNative(x, d_filter, **attrs),
        )

    def flops(output, out_backprop):
        return 2 * prod(out_backprop) * prod(output[:2])
