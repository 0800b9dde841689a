"""Layers over narrow integers that stand for a range of floats, channels last."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.pooling import UNPADDED, cells_of, check_batch, pixel_at, take_largest, walk2d
from nbtf.kernels.quantize import clamp, highest, lowest, round_away
from nbtf.shapes import check, pad_before, supported


@register_jitable
def levels(dtype):
    """The step between neighbours is the range over so many."""
    return np.float64(highest(dtype)) - np.float64(lowest(dtype))


@register_jitable
def level_of(x, low, high, dtype):
    """The number that stands for x in the range [low, high], which may be one that the dtype does not have."""
    if low == high:
        return np.int64(lowest(dtype))
    steps = levels(dtype) + 1.0
    scale = steps / ((np.float64(high) - np.float64(low)) * (steps / (steps - 1.0)))
    return np.int64(round_away(np.float64(x) * scale) - round_away(np.float64(low) * scale)) + lowest(dtype)


# ---- convolutions ----------------------------------------------------------------------------------------------------


@kernel
def quantized_conv2d(
    input, filter, min_input, max_input, min_filter, max_filter, output, min_output, max_output,
    strides, padding, dilations, Tinput, Tfilter, input_dims, filter_dims, output_dims,
):  # fmt: skip
    supported(strides[0] == 1 and strides[3] == 1, "Current implementation does not yet support strides in the batch and depth dimensions.")  # fmt: skip
    supported(dilations[0] == 1 and dilations[3] == 1, "Current implementation does not yet support dilations in the batch and depth dimensions.")  # fmt: skip
    zero = level_of(np.float32(0), min_input[0], max_input[0], Tinput)
    filter_zero = level_of(np.float32(0), min_filter[0], max_filter[0], Tfilter)
    top = pad_before(input_dims[1], filter_dims[0], strides[1], dilations[1], padding, 0)
    left = pad_before(input_dims[2], filter_dims[1], strides[2], dilations[2], padding, 0)
    depth, channels, at = input_dims[3], filter_dims[3], 0
    for n in range(output_dims[0]):
        for y in range(output_dims[1]):
            for x in range(output_dims[2]):
                target = output[at : at + channels]
                for c in range(channels):
                    target[c] = 0
                for i in range(filter_dims[0]):
                    row = y * strides[1] - top + i * dilations[1]
                    for j in range(filter_dims[1]):
                        column = x * strides[2] - left + j * dilations[2]
                        if 0 <= row < input_dims[1] and 0 <= column < input_dims[2]:
                            pixel = ((n * input_dims[1] + row) * input_dims[2] + column) * depth
                            tap = (i * filter_dims[1] + j) * depth * channels
                            for d in range(depth):
                                value = np.int64(input[pixel + d]) - zero
                                weights = filter[tap + d * channels : tap + (d + 1) * channels]
                                for c in range(channels):
                                    target[c] += np.int32(value * (np.int64(weights[c]) - filter_zero))
                at += channels
    step = level_size(min_input[0], max_input[0], Tinput) * level_size(min_filter[0], max_filter[0], Tfilter)
    min_output[0] = step * np.float32(-2147483648.0)
    max_output[0] = step * np.float32(2147483647.0)


@register_jitable
def level_size(low, high, dtype):
    return (high - low) / np.float32(levels(dtype))


# ---- pools -----------------------------------------------------------------------------------------------------------


@register_jitable
def average_integers(arrays, box, out, width):
    input, output = arrays
    for c in range(width):
        total = 0
        for plane in range(box[0], box[1]):
            for row in range(box[2], box[3]):
                for column in range(box[4], box[5]):
                    total += np.int64(input[pixel_at(box, plane, row, column) * width + c])
        output[out * width + c] = int(total / cells_of(box))


@register_jitable
def check_pool(ksize, strides):
    check_batch(ksize, strides)
    supported(ksize[3] == 1 and strides[3] == 1, "Non-spatial pooling is not yet supported.")


@kernel
def quantized_max_pool(
    input, min_input, max_input, output, min_output, max_output, ksize, strides, padding, input_dims, output_dims
):
    check_pool(ksize, strides)
    walk2d(take_largest, (input, output), input_dims, output_dims, ksize, strides, padding, UNPADDED, 0, 1)
    min_output[0], max_output[0] = min_input[0], max_input[0]


@kernel
def quantized_avg_pool(
    input, min_input, max_input, output, min_output, max_output, ksize, strides, padding, input_dims, output_dims
):
    check_pool(ksize, strides)
    walk2d(average_integers, (input, output), input_dims, output_dims, ksize, strides, padding, UNPADDED, 0, 1)
    min_output[0], max_output[0] = min_input[0], max_input[0]


# ---- activations -----------------------------------------------------------------------------------------------------


@register_jitable
def cut_off(features, activations, low, high, least, most):
    """least, most: what stays, as numbers of the dtype."""
    check(low <= high, "min_features {} must be no more than max_features {}", low, high)
    for i in range(len(features)):
        activations[i] = clamp(np.int64(features[i]), least, most)


@kernel
def quantized_relu(features, min_features, max_features, activations, min_activations, max_activations, Tinput):
    low, high = min_features[0], max_features[0]
    least = clamp(level_of(np.float32(0), low, high, Tinput), lowest(Tinput), highest(Tinput))
    cut_off(features, activations, low, high, least, np.int64(highest(Tinput)))
    min_activations[0], max_activations[0] = low, high


@kernel
def quantized_relu6(features, min_features, max_features, activations, min_activations, max_activations, Tinput):
    low, high = min_features[0], max_features[0]
    least = clamp(level_of(np.float32(0), low, high, Tinput), lowest(Tinput), highest(Tinput))
    most = clamp(level_of(np.float32(6), low, high, Tinput), lowest(Tinput), highest(Tinput))
    cut_off(features, activations, low, high, least, most)
    min_activations[0], max_activations[0] = low, high


@kernel
def quantized_relu_x(
    features, max_value, min_features, max_features, activations, min_activations, max_activations, Tinput
):
    low, high = min_features[0], max_features[0]
    least = clamp(level_of(np.float32(0), low, high, Tinput), lowest(Tinput), highest(Tinput))
    most = clamp(level_of(max_value[0], low, high, Tinput), lowest(Tinput), highest(Tinput))
    cut_off(features, activations, low, high, least, most)
    min_activations[0], max_activations[0] = low, high
