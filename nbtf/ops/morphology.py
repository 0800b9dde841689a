"""Grayscale dilation of images and its gradients: the largest of sums of pixels and a filter."""

from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import op
from nbtf.shapes import SAME, UNKNOWN, check, check_rank, copy_dims, equal_dims, may_equal


def _size(size, window, stride, rate, padding):
    """Positions of a window. A rate of 0 puts all taps in one place."""
    check(stride > 0, "Stride must be > 0, but got {}", stride)
    check(-(1 << 31) < rate < 1 << 31 and stride < 1 << 31 and window < 1 << 31, "Window, stride or rate too large")
    if size == UNKNOWN or window == UNKNOWN:
        return UNKNOWN
    if padding == SAME:
        return (size + stride - 1) // stride
    extent = (window - 1) * rate + 1
    positions = (size - extent + stride) // stride
    check(
        positions >= 0,
        "Computed output size would be negative: {} [input_size: {}, effective_filter_size: {}, stride: {}]",
        positions,
        size,
        extent,
        stride,
    )
    return positions


def _dims(input, filter, strides, rates, padding):
    check_rank(input, 4)
    check_rank(filter, 3)
    equal_dims(input[3], filter[2])
    depth = filter[2]  # of the filter alone, as TensorFlow's graphs say
    check(len(rates) == 4, "Dilation2D requires the rates attribute to contain 4 values, but got: {}", len(rates))
    check(len(strides) == 4, "Dilation2D requires the strides attribute to contain 4 values, but got: {}", len(strides))
    height = _size(input[1], filter[0], strides[1], rates[1], padding)
    width = _size(input[2], filter[1], strides[2], rates[2], padding)
    if height == UNKNOWN or width == UNKNOWN:  # TensorFlow tells both or neither
        return (input[0], UNKNOWN, UNKNOWN, depth)
    return (input[0], height, width, depth)


def _check_gradient(input, filter, out_backprop, strides, rates, padding):
    wanted = _dims(input, filter, strides, rates, padding)
    check(len(out_backprop) == 4, "out_backprop has incompatible size.")
    for i in range(4):
        check(may_equal(out_backprop[i], wanted[i]), "out_backprop has incompatible size.")


@op("Dilation2D")
class Dilation2D:
    """max over taps of input + filter: input [N, H, W, C], filter [h, w, C] -> [N, OH, OW, C]. NaN never wins."""

    kernel = "dilation2d"

    def shape(input, filter, strides, rates, padding):
        return _dims(input, filter, strides, rates, padding)

    def gradient(op, dy):
        how = {name: getattr(op.attrs, name) for name in ("strides", "rates", "padding")}
        return [raw.Dilation2DBackpropInput(*op.inputs, dy, **how), raw.Dilation2DBackpropFilter(*op.inputs, dy, **how)]


@op("Dilation2DBackpropInput")
class Dilation2DBackpropInput:
    """The gradient of Dilation2D for its input: each window's goes to the first pixel that gave the largest sum."""

    kernel = "dilation2d_backprop_input"

    def shape(input, filter, out_backprop, strides, rates, padding, out):
        _check_gradient(input, filter, out_backprop, strides, rates, padding)
        copy_dims(input, out)


@op("Dilation2DBackpropFilter")
class Dilation2DBackpropFilter:
    """The gradient of Dilation2D for its filter: each window's goes to the first tap that gave the largest sum."""

    kernel = "dilation2d_backprop_filter"

    def shape(input, filter, out_backprop, strides, rates, padding, out):
        _check_gradient(input, filter, out_backprop, strides, rates, padding)
        copy_dims(filter, out)
