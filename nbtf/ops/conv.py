"""Convolutions (correlations, in truth) over images and volumes, dense and depthwise, and their gradients."""

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.shapes import UNKNOWN, Value, check, check_rank, equal_dims


@op("Conv2D")
class Conv2D:
    """input [N, H, W, C], filter [KH, KW, C / groups, M] -> [N, OH, OW, M]; NCHW only while the graph is built."""

    kernel = "conv2d"

    def shape(input, filter, strides, padding, explicit_paddings, data_format, dilations):
        check_rank(input, 4)
        check_rank(filter, 4)
        shapes.check_conv2d(strides, dilations, data_format)
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
        return shapes.window2d(
            input, window, filter[3], strides, dilations, padding, explicit_paddings, data_format
        )


@op("Conv2DBackpropInput")
class Conv2DBackpropInput:
    """Gradient of Conv2D for its input, of dims input_sizes; these are [N, H, W, C], or only [H, W]."""

    kernel = "conv2d_backprop_input"

    def shape(
        input_sizes: Value, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations
    ):
        check_rank(filter, 4)
        check_rank(out_backprop, 4)
        shapes.check_conv2d(strides, dilations, data_format)
        check(
            len(input_sizes) == 4 or len(input_sizes) == 2,
            "Conv2DBackpropInput requires input_sizes to contain 4 values or 2 values, but got: {}",
            len(input_sizes),
        )
        equal_dims(out_backprop[1] if data_format else out_backprop[3], filter[3])
        if len(input_sizes) == 4:
            given = shapes.given_dims4(input_sizes)
            dims = (equal_dims(given[0], out_backprop[0]), given[1], given[2], given[3])
        else:
            height, width = shapes.given_dim(input_sizes[0]), shapes.given_dim(input_sizes[1])
            if data_format:
                dims = (out_backprop[0], filter[2], height, width)
            else:
                dims = (out_backprop[0], height, width, filter[2])
        shapes.check_conv2d_gradient(
            dims, filter, out_backprop, strides, dilations, padding, explicit_paddings, data_format
        )
        return dims


@op("Conv2DBackpropFilter")
class Conv2DBackpropFilter:
    """Gradient of Conv2D for its filter, of dims filter_sizes."""

    kernel = "conv2d_backprop_filter"

    def shape(
        input, filter_sizes: Value, out_backprop, strides, padding, explicit_paddings, data_format, dilations
    ):
        check_rank(input, 4)
        check_rank(out_backprop, 4)
        shapes.check_conv2d(strides, dilations, data_format)
        dims = shapes.given_dims4(filter_sizes)
        equal_dims(input[0], out_backprop[0])
        filters = out_backprop[1] if data_format else out_backprop[3]
        check(
            shapes.may_equal(dims[3], filters),
            "Conv2DCustomBackpropFilter: filter and out_backprop must have the same out_depth",
        )
        shapes.check_conv2d_gradient(
            input, dims, out_backprop, strides, dilations, padding, explicit_paddings, data_format
        )
        return dims


@op("DepthwiseConv2dNative")
class DepthwiseConv2dNative:
    """input [N, H, W, C], filter [KH, KW, C, J] -> [N, OH, OW, C * J]: channel c makes channels c * J ... c * J + J - 1."""

    kernel = "depthwise_conv2d"

    def shape(input, filter, strides, padding, explicit_paddings, data_format, dilations):
        check_rank(input, 4)
        check_rank(filter, 4)
        shapes.check_depthwise(strides, dilations)
        channels = equal_dims(input[1] if data_format else input[3], filter[2])
        filters = UNKNOWN if channels == UNKNOWN or filter[3] == UNKNOWN else channels * filter[3]
        return shapes.window2d(
            input, (filter[0], filter[1]), filters, strides, dilations, padding, explicit_paddings, data_format
        )


@op("DepthwiseConv2dNativeBackpropInput")
class DepthwiseConv2dNativeBackpropInput:
    """Gradient of DepthwiseConv2dNative for its input, of dims input_sizes. Dilations are ignored, as in TensorFlow."""

    kernel = "depthwise_conv2d_backprop_input"

    def shape(input_sizes: Value, filter, out_backprop, strides, padding, explicit_paddings, data_format, dilations):
        check_rank(filter, 4)
        check_rank(out_backprop, 4)
        shapes.check_depthwise(strides, dilations)
        dims = shapes.given_dims4(input_sizes)
        shapes.check_depthwise_gradient(
            dims, filter, out_backprop, strides, padding, explicit_paddings, data_format
        )
        return dims


@op("DepthwiseConv2dNativeBackpropFilter")
class DepthwiseConv2dNativeBackpropFilter:
    """Gradient of DepthwiseConv2dNative for its filter, of dims filter_sizes. Dilations are ignored, as in TensorFlow."""

    kernel = "depthwise_conv2d_backprop_filter"

    def shape(input, filter_sizes: Value, out_backprop, strides, padding, explicit_paddings, data_format, dilations):
        check_rank(input, 4)
        check_rank(out_backprop, 4)
        shapes.check_depthwise(strides, dilations)
        dims = shapes.given_dims4(filter_sizes)
        shapes.check_depthwise_gradient(input, dims, out_backprop, strides, padding, explicit_paddings, data_format)
        return dims


@op("Conv3D")
class Conv3D:
    """input [N, D, H, W, C], filter [KD, KH, KW, C, M] -> [N, OD, OH, OW, M]; NCDHW only while the graph is built."""

    kernel = "conv3d"

    def shape(input, filter, strides, padding, data_format, dilations):
        check_rank(input, 5)
        check_rank(filter, 5)
        shapes.check_conv3d(strides, dilations)
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


@op("Conv3DBackpropInputV2")
class Conv3DBackpropInputV2:
    """Gradient of Conv3D for its input, of dims input_sizes."""

    kernel = "conv3d_backprop_input"

    def shape(input_sizes: Value, filter, out_backprop, strides, padding, data_format, dilations):
        check_rank(filter, 5)
        check_rank(out_backprop, 5)
        dims = shapes.given_dims5(input_sizes)
        shapes.check_conv3d_gradient(dims, filter, out_backprop, strides, dilations, padding, data_format)
        return dims


@op("Conv3DBackpropFilterV2")
class Conv3DBackpropFilterV2:
    """Gradient of Conv3D for its filter, of dims filter_sizes."""

    kernel = "conv3d_backprop_filter"

    def shape(input, filter_sizes: Value, out_backprop, strides, padding, data_format, dilations):
        check_rank(input, 5)
        check_rank(out_backprop, 5)
        dims = shapes.given_dims5(filter_sizes)
        shapes.check_conv3d_gradient(input, dims, out_backprop, strides, dilations, padding, data_format)
        return dims


@op("Conv3DBackpropInput")
class Conv3DBackpropInput:
    """Conv3DBackpropInputV2 of older graphs: an input tells the dims, not a vector."""

    kernel = "conv3d_backprop_input_v1"

    def shape(input, filter, out_backprop, strides, padding, dilations, out):
        check_rank(input, 5)
        check_rank(filter, 5)
        check_rank(out_backprop, 5)
        shapes.check_conv3d_gradient(input, filter, out_backprop, strides, dilations, padding, 0)
        shapes.copy_dims(input, out)


@op("Conv3DBackpropFilter")
class Conv3DBackpropFilter:
    """Conv3DBackpropFilterV2 of older graphs: a filter tells the dims, not a vector."""

    kernel = "conv3d_backprop_filter_v1"

    def shape(input, filter, out_backprop, strides, padding, dilations, out):
        check_rank(input, 5)
        check_rank(filter, 5)
        check_rank(out_backprop, 5)
        shapes.check_conv3d_gradient(input, filter, out_backprop, strides, dilations, padding, 0)
        shapes.copy_dims(filter, out)
