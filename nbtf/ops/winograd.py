"""What the compiler makes of 3x3 convolutions of stride 1 and of their gradients: nbtf/kernels/winograd_tiles.py.

None of these ops is TensorFlow's, and no graph may name them. `points` are those that _TransformFilter makes of the filter.
"""

from collections.abc import Sequence
from math import prod

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.ops.conv import (
    check_conv2d_gradient,
    conv2d_dims,
    conv2d_input_dims,
    dense_workspaces,
    filter_gradient_workspaces,
    input_gradient_workspaces,
)
from nbtf.ops.dense import check_extras
from nbtf.shapes import Value, check, check_rank

_POINTS = 36
_LEAST = 16  # channels: no fewer than a vector has lanes
_BLOCK_ELEMENTS = 1 << 19  # of the points of the tiles that are worked on together
_MOST_TILES, _FEW_TILES = 96, 18
_SKEWS = _POINTS * 48  # between planes, and one tile's scratch


def _tiles(images: Sequence[int], side: int = 4) -> int:
    return images[0] * ((images[1] + side - 1) // side) * ((images[2] + side - 1) // side)


def _together(tiles: int, elements: int) -> int:
    """How many tiles, of so many elements in all points, are worked on together."""
    return max(min(tiles, _BLOCK_ELEMENTS // max(elements, 1), _MOST_TILES), min(tiles, _FEW_TILES))


def _check_winograd(filter: Sequence[int], strides: Sequence[int], dilations: Sequence[int]) -> None:
    check(filter[0] == 3 and filter[1] == 3, "the filter is not 3x3: {}", filter)
    check(filter[2] >= _LEAST and filter[3] >= _LEAST, "too few channels: {}", filter)
    for i in range(4):
        check(strides[i] == 1 and dilations[i] == 1, "strides and dilations must be 1")


def _check_points(points: Sequence[int], side: int, depth: int, columns: int) -> None:
    check(len(points) == 4 and points[0] == (side + 2) ** 2 and points[3] == 16, "no points of a filter: {}", points)
    check(points[1] == (columns + 15) // 16 and points[2] == depth, "points of another filter: {}", points)


@op("_TransformFilter")
class TransformFilter:
    """filter [3, 3, C, M] -> points of it in panels [points, panels of M, C, 16]; turned: [points, panels of C, M, 16].

    side: of the tiles of outputs, 4 for 36 points or 2 for 16. window: the dims by which a program was made for the filter;
    a variable's may be others.
    """

    kernel = "transform_filter_op"
    workspace = {"space": "T"}
    each_thread = ("space",)

    def workspace_size():
        return (9 * 16 * 16,)

    def shape(filter, turned, side, window):
        check_rank(filter, 4)
        for i in range(4):
            check(filter[i] == window[i], "a filter with other dims than those of its variable, {}: {}", window, filter)
        check(filter[0] == 3 and filter[1] == 3, "the filter is not 3x3: {}", filter)
        depth, columns = (filter[3], filter[2]) if turned else (filter[2], filter[3])
        check(side == 4 or side == 2, "no tiles of {}", side)
        return ((side + 2) * (side + 2), (columns + 15) // 16, depth, 16)


@op("_WinogradConv2D")
class WinogradConv2D:
    """Conv2D by a filter of 3x3 whose dims are `window`, by strides and dilations of 1; extras and bias as of _DenseConv2D.

    side: that of the points.
    """

    kernel = "winograd_conv2d"
    workspace = {"space": "T", "margin": "T", "table": "int64", "strange": "int64"}
    each_thread = ("space", "margin", "table")

    def workspace_size(input, strides, padding, explicit_paddings, dilations, side, window):
        out = conv2d_dims(input, window, strides, padding, explicit_paddings, 0, dilations)
        both = (side + 2) * (side + 2) * (window[2] + window[3])
        together = _together(_tiles(out, side), both)
        space = max(both * together + _SKEWS, 9 * 16 * window[2])
        positions = out[0] * out[1] * out[2]
        _, margin, table = dense_workspaces((3, 3), window[2], window[2], window[3], positions, 1, True)
        return (space, margin, max(table, _POINTS + 3 * together), 1)

    def shape(input, points, extras, strides, padding, explicit_paddings, dilations, side, window, bias):
        made = conv2d_dims(input, window, strides, padding, explicit_paddings, 0, dilations)
        _check_winograd(window, strides, dilations)
        check(input[3] == window[2], "the filter is for other images: {}", window)
        _check_points(points, side, window[2], window[3])
        check_extras(extras, made, bias)
        return made

    def flops(window, output):
        """What a plain convolution computes."""
        return 2 * prod(output) * prod(window[:3])


@op("_WinogradConv2DBackpropInput")
class WinogradConv2DBackpropInput:
    """Conv2DBackpropInput of a 3x3 filter by strides and dilations of 1, over channels that come last."""

    kernel = "winograd_conv2d_backprop_input"
    workspace = {"space": "T", "panel": "T", "margin": "T", "table": "int64", "strange": "int64"}
    each_thread = ("space", "margin", "table")

    def workspace_size(input_sizes: Value, filter, out_backprop):
        count = len(input_sizes)
        height, width = (input_sizes[1], input_sizes[2]) if count == 4 else (input_sizes[0], input_sizes[1])
        both = _POINTS * (filter[2] + filter[3])
        together = _together(_tiles((out_backprop[0], height, width)), both)
        positions = out_backprop[0] * height * width
        panel, margin, table = input_gradient_workspaces((3, 3), filter[2], filter[3], positions)
        return (both * together + _SKEWS, panel, margin, max(table, _POINTS + 3 * together), 1)

    def shape(input_sizes: Value, filter, points, out_backprop, strides, padding, explicit_paddings, dilations):
        made = conv2d_input_dims(input_sizes, filter, out_backprop, strides, dilations, padding, explicit_paddings, 0)
        _check_winograd(filter, strides, dilations)
        check(made[3] == filter[2], "the filter is for other images: {}", filter)
        _check_points(points, 4, filter[3], filter[2])
        return made

    def flops(filter, out_backprop):
        """What a plain one computes."""
        return 2 * prod(out_backprop) * prod(filter[:3])


@op("_WinogradConv2DBackpropFilter")
class WinogradConv2DBackpropFilter:
    """Conv2DBackpropFilter of a 3x3 filter by strides and dilations of 1, over channels that come last."""

    kernel = "winograd_conv2d_backprop_filter"
    workspace = {
        "space": "T",
        "panel": "T",
        "margin": "T",
        "sums": "T",
        "table": "int64",
        "strange": "int64",
    }
    each_thread = ("space", "margin", "table")

    def workspace_size(input, out_backprop):
        channels, filters = input[3], out_backprop[3]
        both = _POINTS * (channels + (filters + 15) // 16 * 16)
        together = _together(_tiles(out_backprop), both)
        panel, table = filter_gradient_workspaces(input[1], channels, filters, out_backprop[1], out_backprop[2])
        return (
            both * together + _SKEWS,
            panel,
            max(channels, filters),
            _POINTS * channels * filters,
            max(table, _POINTS + 2 * channels),
            1,
        )

    def shape(input, filter_sizes: Value, out_backprop, strides, padding, explicit_paddings, dilations):
        check_rank(input, 4)
        check_rank(out_backprop, 4)
        dims = shapes.given_dims4(filter_sizes)
        _check_winograd(dims, strides, dilations)
        check(input[3] == dims[2] and out_backprop[3] == dims[3], "the filter is for other images: {}", dims)
        check_conv2d_gradient(input, dims, out_backprop, strides, dilations, padding, explicit_paddings, 0)
        return dims

    def flops(output, out_backprop):
        """What a plain one computes."""
        return 2 * prod(out_backprop) * prod(output[:3])
