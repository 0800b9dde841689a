"""Convolutions of volumes and their gradients."""

from collections.abc import Sequence
from math import prod

from nbtf import shapes
from nbtf.graph import gradient_terms as terms
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.ops.conv import attrs_of, dense_workspaces, filter_gradient_workspaces, input_gradient_workspaces
from nbtf.shapes import UNKNOWN, Value, check, check_rank, may_equal

_CONV_3D = ("dilations", "strides", "padding", "data_format")


def check_conv3d(strides: Sequence[int], dilations: Sequence[int]) -> None:
    check(len(strides) == 5, "Conv3D requires the stride attribute to contain 5 values, but got: {}", len(strides))
    check(
        len(dilations) == 5, "Conv3D requires the dilation attribute to contain 5 values, but got: {}", len(dilations)
    )


def check_conv3d_gradient(
    input: Sequence[int],
    filter: Sequence[int],
    out_backprop: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int],
    padding: int,
    channels_first: int,
) -> None:
    """As check_conv2d_gradient."""
    check_conv3d(strides, dilations)
    window = (filter[0], filter[1], filter[2])
    made = shapes.window3d(input, window, filter[4], strides, dilations, padding, channels_first)
    for i in range(5):
        check(
            may_equal(made[i], out_backprop[i]),
            "Size of out_backprop doesn't match computed: actual = {}, computed = {} spatial_dim: {}",
            out_backprop[i],
            made[i],
            i,
        )


@op("Conv3D")
class Conv3D:
    """input [N, D, H, W, C], filter [KD, KH, KW, C, M] -> [N, OD, OH, OW, M]; NCDHW only while the graph is built."""

    ranks = {"input": 5, "filter": 5}
    kernel = "conv3d"
    workspace = {"panel": "T", "margin": "T", "table": "int64"}

    def workspace_size(input, filter, strides, padding, dilations):
        window = (filter[0], filter[1], filter[2])
        out = shapes.window3d(input, window, filter[4], strides, dilations, padding, 0)
        positions = out[0] * out[1] * out[2] * out[3]
        return dense_workspaces(window, input[4], filter[3], filter[4], positions, dilations[3], False)

    def shape(input, filter, strides, padding, data_format, dilations):
        check_rank(input, 5)
        check_rank(filter, 5)
        check_conv3d(strides, dilations)
        channels = input[1] if data_format else input[4]
        if channels != UNKNOWN and filter[3] != UNKNOWN:
            check(filter[3] > 0, "Depth of filter must not be 0")
            check(
                channels % filter[3] == 0,
                "Depth of input ({}) is not a multiple of input depth of filter ({})",
                channels,
                filter[3],
            )
        window = (filter[0], filter[1], filter[2])
        return shapes.window3d(input, window, filter[4], strides, dilations, padding, data_format)

    def gradient(op, dy):
        x, filter = op.inputs
        x_shape, filter_shape = raw.ShapeN([x, filter])
        attrs = attrs_of(op, *_CONV_3D)
        return (
            raw.Conv3DBackpropInputV2(x_shape, filter, dy, **attrs),
            raw.Conv3DBackpropFilterV2(x, filter_shape, dy, **attrs),
        )

    def flops(filter, output):
        return 2 * prod(output) * prod(filter[:4])


@op("Conv3DBackpropInputV2")
class Conv3DBackpropInputV2:
    """Gradient of Conv3D for its input, of dims input_sizes."""

    ranks = {"input_sizes": 5, "filter": 5, "out_backprop": 5}
    kernel = "conv3d_backprop_input"
    workspace = {"panel": "T", "margin": "T", "table": "int64"}

    def workspace_size(input_sizes: Value, filter):
        positions = input_sizes[0] * input_sizes[1] * input_sizes[2] * input_sizes[3]
        window = (filter[0], filter[1], filter[2])
        return input_gradient_workspaces(window, filter[3], filter[4], positions)

    def shape(input_sizes: Value, filter, out_backprop, strides, padding, data_format, dilations):
        check_rank(filter, 5)
        check_rank(out_backprop, 5)
        dims = shapes.given_dims5(input_sizes)
        check_conv3d_gradient(dims, filter, out_backprop, strides, dilations, padding, data_format)
        return dims

    def gradient(op, dx):
        _, filter, dy = op.inputs
        attrs = attrs_of(op, *_CONV_3D)
        return (
            None,
            raw.Conv3DBackpropFilterV2(dx, terms.shape(filter), dy, **attrs),
            raw.Conv3D(dx, filter, **attrs),
        )


@op("Conv3DBackpropFilterV2")
class Conv3DBackpropFilterV2:
    """Gradient of Conv3D for its filter, of dims filter_sizes."""

    ranks = {"input": 5, "filter_sizes": 5, "out_backprop": 5}
    kernel = "conv3d_backprop_filter"
    workspace = {"panel": "T", "table": "int64"}

    def workspace_size(input, out_backprop):
        lines = input[1] * input[2]
        return filter_gradient_workspaces(lines, input[4], out_backprop[4], out_backprop[2], out_backprop[3])

    def shape(input, filter_sizes: Value, out_backprop, strides, padding, data_format, dilations):
        check_rank(input, 5)
        check_rank(out_backprop, 5)
        dims = shapes.given_dims5(filter_sizes)
        check_conv3d_gradient(input, dims, out_backprop, strides, dilations, padding, data_format)
        return dims

    def gradient(op, d_filter):
        x, _, dy = op.inputs
        attrs = attrs_of(op, *_CONV_3D)
        return (
            raw.Conv3DBackpropInputV2(terms.shape(x), d_filter, dy, **attrs),
            None,
            raw.Conv3D(x, d_filter, **attrs),
        )


@op("Conv3DBackpropInput")
class Conv3DBackpropInput:
    """Conv3DBackpropInputV2 of older graphs: an input tells the dims, not a vector."""

    kernel = "conv3d_backprop_input_v1"
    workspace = {"panel": "T", "margin": "T", "table": "int64"}

    def workspace_size(input, filter):
        positions = input[0] * input[1] * input[2] * input[3]
        window = (filter[0], filter[1], filter[2])
        return input_gradient_workspaces(window, filter[3], filter[4], positions)

    def shape(input, filter, out_backprop, strides, padding, dilations, out):
        check_rank(input, 5)
        check_rank(filter, 5)
        check_rank(out_backprop, 5)
        check_conv3d_gradient(input, filter, out_backprop, strides, dilations, padding, 0)
        shapes.copy_dims(input, out)


@op("Conv3DBackpropFilter")
class Conv3DBackpropFilter:
    """Conv3DBackpropFilterV2 of older graphs: a filter tells the dims, not a vector."""

    kernel = "conv3d_backprop_filter_v1"
    workspace = {"panel": "T", "table": "int64"}

    def workspace_size(input, out_backprop):
        lines = input[1] * input[2]
        return filter_gradient_workspaces(lines, input[4], out_backprop[4], out_backprop[2], out_backprop[3])

    def shape(input, filter, out_backprop, strides, padding, dilations, out):
        check_rank(input, 5)
        check_rank(filter, 5)
        check_rank(out_backprop, 5)
        check_conv3d_gradient(input, filter, out_backprop, strides, dilations, padding, 0)
        shapes.copy_dims(filter, out)
