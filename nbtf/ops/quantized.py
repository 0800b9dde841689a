"""Layers of quantized networks. Each tensor comes with the range of floats that its narrow integers stand for."""

from nbtf import shapes
from nbtf.graph.registry import op
from nbtf.ops.pooling import pool2d
from nbtf.shapes import check, check_rank, equal_dims


def _check_ranges(low, high):
    check(len(low) == 0, "Shape must be rank 0 but is rank {}", len(low))
    check(len(high) == 0, "Shape must be rank 0 but is rank {}", len(high))


@op("QuantizedConv2D")
class QuantizedConv2D:
    """Conv2D of input [N, H, W, C] and filter [h, w, C, K] as qint32, and its range. Padding stands for 0.0."""

    kernel = "quantized_conv2d"

    def shape(input, filter, min_input, max_input, min_filter, max_filter, strides, padding, dilations):
        check_rank(input, 4)
        check_rank(filter, 4)
        _check_ranges(min_input, max_input)
        _check_ranges(min_filter, max_filter)
        check(len(strides) == 4, "Sliding window strides field must specify 4 dimensions")
        check(len(dilations) == 4, "Conv2D requires the dilation attribute to contain 4 values")
        equal_dims(input[3], filter[2])
        window = (filter[0], filter[1])
        dims = shapes.window2d(input, window, filter[3], strides, dilations, padding, strides[:0], 0)
        return (dims, (), ())


@op("QuantizedMaxPool")
class QuantizedMaxPool:
    """MaxPool of input [N, H, W, C]; the range stays."""

    kernel = "quantized_max_pool"

    def shape(input, min_input, max_input, ksize, strides, padding):
        _check_ranges(min_input, max_input)
        return (pool2d(input, ksize, strides, padding, ksize[:0], 0), (), ())


@op("QuantizedAvgPool")
class QuantizedAvgPool:
    """AvgPool of input [N, H, W, C], rounded towards 0; the range stays."""

    kernel = "quantized_avg_pool"

    def shape(input, min_input, max_input, ksize, strides, padding):
        _check_ranges(min_input, max_input)
        return (pool2d(input, ksize, strides, padding, ksize[:0], 0), (), ())


def _of_features(features, min_features, max_features, out):
    _check_ranges(min_features, max_features)
    shapes.copy_dims(features, out[0])


@op("QuantizedRelu")
class QuantizedRelu:
    """What stands for less than 0.0 is cut off; the range stays."""

    kernel = "quantized_relu"
    shape = _of_features


@op("QuantizedRelu6")
class QuantizedRelu6:
    """What stands for less than 0.0 or more than 6.0 is cut off; the range stays."""

    kernel = "quantized_relu6"
    shape = _of_features


@op("QuantizedReluX")
class QuantizedReluX:
    """What stands for less than 0.0 or more than max_value [] is cut off; the range stays."""

    kernel = "quantized_relu_x"

    def shape(features, max_value, min_features, max_features, out):
        check(len(max_value) == 0, "Shape must be rank 0 but is rank {}", len(max_value))
        _check_ranges(min_features, max_features)
        shapes.copy_dims(features, out[0])
