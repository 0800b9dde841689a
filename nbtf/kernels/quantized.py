"""Layers over narrow integers that stand for a range of floats, channels last."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.pooling import UNPADDED, cells_of, check_batch, pixel_at, take_largest, walk2d
from nbtf.kernels.quantize import (
    QINT32,
    QUINT8,
    clamp,
    float_of,
    highest,
    level_by,
    level_of,
    levels,
    line_of,
    lowest,
    nearest_level,
    scale_to,
)
from nbtf.kernels.resize import neighbours
from nbtf.kernels.slicing import outer_size
from nbtf.shapes import check, pad_before, supported

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
    min_output[0], max_output[0] = step * np.float32(lowest(QINT32)), step * np.float32(highest(QINT32))


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


# ---- products and sums -----------------------------------------------------------------------------------------------


@kernel
def quantized_matmul(
    a, b, min_a, max_a, min_b, max_b, out, min_out, max_out, transpose_a, transpose_b, T1, T2, a_dims, b_dims
):
    check(max_a[0] > min_a[0], "max_a must be larger than min_a.")
    check(max_b[0] > min_b[0], "max_b must be larger than min_b.")
    zero_a = level_of(np.float32(0), min_a[0], max_a[0], T1)
    zero_b = level_of(np.float32(0), min_b[0], max_b[0], T2)
    rows, depth = (a_dims[1], a_dims[0]) if transpose_a else (a_dims[0], a_dims[1])
    columns = b_dims[0] if transpose_b else b_dims[1]
    for i in range(rows):
        target = out[i * columns : (i + 1) * columns]
        for j in range(columns):
            target[j] = 0
        for k in range(depth):
            x = np.int64(a[k * rows + i if transpose_a else i * depth + k]) - zero_a
            if transpose_b:
                for j in range(columns):
                    target[j] += np.int32(x * (np.int64(b[j * depth + k]) - zero_b))
            else:
                weights = b[k * columns : (k + 1) * columns]
                for j in range(columns):
                    target[j] += np.int32(x * (np.int64(weights[j]) - zero_b))
    step = level_size(min_a[0], max_a[0], T1) * level_size(min_b[0], max_b[0], T2)
    min_out[0], max_out[0] = step * np.float32(lowest(QINT32)), step * np.float32(highest(QINT32))


@register_jitable
def largest_end(low, high, other_low, other_high):
    """How far from 0 two ranges go."""
    return max(max(high, -low), max(other_high, -other_low))


@kernel
def quantized_bias_add(
    input, bias, min_input, max_input, min_bias, max_bias, output, min_out, max_out, T1, T2, out_type
):
    most = largest_end(min_input[0], max_input[0], min_bias[0], max_bias[0]) * np.float32(1 << 17)
    least = -most
    zero = nearest_level(np.float32(0), least, most, out_type)
    scale, origin = scale_to(least, most, out_type)
    base, step = line_of(min_input[0], max_input[0], T1)
    bias_base, bias_step = line_of(min_bias[0], max_bias[0], T2)
    channels = len(bias)
    for first in range(0, len(input), channels):
        for c in range(channels):
            addend = level_by(bias_base + np.float32(bias[c]) * bias_step, scale, origin, out_type)
            level = level_by(base + np.float32(input[first + c]) * step, scale, origin, out_type)
            output[first + c] = np.int64(level) + addend + zero
    min_out[0], max_out[0] = least, most


@register_jitable
def repeats(x_dims, z_dims):
    """Whether an operand is one that repeats along the first axes of the result: [1, .., 1, the last dims of z]."""
    shift = len(z_dims) - len(x_dims)
    i = 0
    while i < len(x_dims) and x_dims[i] == 1:
        i += 1
    while i < len(x_dims) and x_dims[i] == z_dims[i + shift]:
        i += 1
    return i == len(x_dims)


@register_jitable
def check_both_repeat(x_dims, y_dims, z_dims):
    both = repeats(x_dims, z_dims) and repeats(y_dims, z_dims)
    supported(both, "Broadcast between {} and {} is not supported yet.", x_dims, y_dims)


@register_jitable
def steps_between(x, alone, low, high, dtype, most, new_dtype):
    """(first, step): number n of the range is first + n * step of the range from -most to most; one alone is exact."""
    if alone:
        return nearest_level(float_of(np.int64(x[0]), low, high, dtype), -most, most, new_dtype), np.int64(0)
    first = level_of(float_of(np.int64(0), low, high, dtype), -most, most, new_dtype)
    return first, np.int64(np.int32(level_of(float_of(np.int64(1), low, high, dtype), -most, most, new_dtype) - first))


@kernel
def quantized_add(x, y, min_x, max_x, min_y, max_y, z, min_z, max_z, T1, T2, Toutput, x_dims, y_dims, z_dims):
    check(max_x[0] > min_x[0], "max_x must be larger than min_x.")
    check(max_y[0] > min_y[0], "max_y must be larger than min_y.")
    check_both_repeat(x_dims, y_dims, z_dims)
    check(len(z) > 0 or len(x) == len(y) or len(x) + len(y) == 1, "Must have some elements to add")
    most = largest_end(min_x[0], max_x[0], min_y[0], max_y[0]) * np.float32(1 << 14)
    first, step = steps_between(x, len(x) == 1, min_x[0], max_x[0], T1, most, Toutput)
    other, other_step = steps_between(y, len(y) == 1 and len(x) > 1, min_y[0], max_y[0], T2, most, Toutput)
    for i in range(len(z)):
        left, right = first + np.int64(x[i % len(x)]) * step, other + np.int64(y[i % len(y)]) * other_step
        z[i] = clamp(left, lowest(Toutput), highest(Toutput)) + clamp(right, lowest(Toutput), highest(Toutput))
    min_z[0], max_z[0] = -most, most


@kernel
def quantized_mul(x, y, min_x, max_x, min_y, max_y, z, min_z, max_z, T1, T2, Toutput, x_dims, y_dims, z_dims):
    check(max_x[0] > min_x[0], "max_x must be larger than min_a.")
    check(max_y[0] > min_y[0], "max_x must be larger than min_b.")
    check_both_repeat(x_dims, y_dims, z_dims)
    check(len(z) > 0 or len(x) == len(y) or len(x) + len(y) == 1, "vector must have at least 1 element")
    zero_x = level_of(np.float32(0), min_x[0], max_x[0], T1)
    zero_y = level_of(np.float32(0), min_y[0], max_y[0], T2)
    for i in range(len(z)):
        z[i] = np.int32((np.int64(x[i % len(x)]) - zero_x) * (np.int64(y[i % len(y)]) - zero_y))
    step = level_size(min_x[0], max_x[0], T1) * level_size(min_y[0], max_y[0], T2)
    min_z[0], max_z[0] = step * np.float32(lowest(Toutput)), step * np.float32(highest(Toutput))


# ---- normalizations --------------------------------------------------------------------------------------------------

SPAN = np.float32(1 << 20)  # of the fixed-point numbers of a batch normalization


@kernel
def quantized_batch_norm(
    t, t_min, t_max, m, m_min, m_max, v, v_min, v_max, beta, beta_min, beta_max, gamma, gamma_min, gamma_max,
    result, result_min, result_max, Tinput, out_type, variance_epsilon, scale_after_normalization,
):  # fmt: skip
    one = nearest_level(np.float32(1), -SPAN, SPAN, out_type)
    channels = len(m)
    for c in range(channels):
        variance = float_of(v[c], v_min[0], v_max[0], Tinput)
        scale = np.float32(1) / np.sqrt(variance + np.float32(variance_epsilon))
        if scale_after_normalization:
            scale *= float_of(gamma[c], gamma_min[0], gamma_max[0], Tinput)
        mean = float_of(m[c], m_min[0], m_max[0], Tinput)
        offset = -mean * scale + float_of(beta[c], beta_min[0], beta_max[0], Tinput)
        factor = nearest_level(scale, -SPAN, SPAN, out_type)
        addend = nearest_level(offset, -SPAN, SPAN, out_type)
        for at in range(c, len(t), channels):
            level = nearest_level(float_of(t[at], t_min[0], t_max[0], Tinput), -SPAN, SPAN, out_type)
            product = np.int64(np.int32(level * factor))  # 32 bits, as in TensorFlow
            quotient = abs(product) // one
            result[at] = (quotient if product >= 0 else -quotient) + addend
    result_min[0], result_max[0] = -SPAN, SPAN


@register_jitable
def normalize(x, first, pixels, channels, line, epsilon, normal):
    """One channel of an image, from element `first` on, made to have mean 0 and variance 1."""
    base, step = line
    total = 0.0
    for p in range(pixels):
        total += np.float64(base + np.float32(x[first + p * channels]) * step)
    mean = np.float32(total / pixels)
    total = 0.0
    for p in range(pixels):
        distance = base + np.float32(x[first + p * channels]) * step - mean
        total += np.float64(distance * distance)
    scale = np.float32(1) / np.sqrt(np.float32(total / pixels) + epsilon)
    for p in range(pixels):
        at = first + p * channels
        normal[at] = (base + np.float32(x[at]) * step - mean) * scale


@kernel
def quantized_instance_norm(
    x, x_min, x_max, y, y_min, y_max, normal, x_dims, T, output_range_given, given_y_min, given_y_max,
    variance_epsilon, min_separation,
):  # fmt: skip
    check(x_min[0] < x_max[0], "input_min must be less than input_max : {} >= {}", x_min[0], x_max[0])
    pixels, channels = x_dims[1] * x_dims[2], x_dims[3]
    line = line_of(x_min[0], x_max[0], T)
    for n in range(x_dims[0] if pixels > 0 else 0):
        for c in range(channels):
            normalize(x, n * pixels * channels + c, pixels, channels, line, np.float32(variance_epsilon), normal)
    low, high = np.float32(np.inf), np.float32(-np.inf)
    for i in range(len(normal)):
        low, high = min(low, normal[i]), max(high, normal[i])
    if output_range_given:
        low, high = np.float32(given_y_min), np.float32(given_y_max)
    # what is not wide enough, such as the range of nothing, is made so
    if high - low < np.float32(min_separation):
        high = low + np.float32(min_separation)
    scale, origin = scale_to(low, high, T)
    for i in range(len(normal)):
        y[i] = level_by(normal[i], scale, origin, T)
    y_min[0], y_max[0] = low, high


# ---- other layers ----------------------------------------------------------------------------------------------------


@kernel
def quantized_concat(concat_dim, values, input_mins, input_maxes, output, output_min, output_max, T, values_dims):
    low, high = input_mins[0][0], input_maxes[0][0]
    for k in range(1, len(values)):
        low, high = min(low, input_mins[k][0]), max(high, input_maxes[k][0])
    low = min(low, np.float32(0))
    if lowest(T) < 0:
        high = max(abs(low), abs(high))
        low = -high
    scale, origin = scale_to(low, high, T)
    outer = outer_size(values_dims[0], concat_dim[0])
    width, offset = len(output) // max(outer, 1), 0
    for k in range(len(values)):
        value, run = values[k], len(values[k]) // max(outer, 1)
        same = input_mins[k][0] == low and input_maxes[k][0] == high
        base, step = line_of(input_mins[k][0], input_maxes[k][0], T)
        for row in range(outer):
            for i in range(run):
                level = value[row * run + i]
                if not same:
                    level = level_by(base + np.float32(level) * step, scale, origin, T)
                output[row * width + offset + i] = level
        offset += run
    output_min[0], output_max[0] = low, high


@register_jitable
def quotient_of(x, divisor):
    """Rounded towards 0."""
    return x // divisor if x >= 0 else -(-x // divisor)


@register_jitable
def between(first, second, weight, unit):
    """A line from one to the other, times `unit`."""
    return first * unit + (second - first) * weight


@kernel(rank={"images": 4, "resized_images": 4})
def quantized_resize_bilinear(
    images, min, max, resized_images, out_min, out_max, places, fractions, T, align_corners, half_pixel_centers
):
    batch, rows, columns, channels = resized_images.shape
    below, beside = places[: 2 * rows], places[2 * rows :]
    neighbours(rows, images.shape[1], align_corners, half_pixel_centers, below, fractions)
    neighbours(columns, images.shape[2], align_corners, half_pixel_centers, beside, fractions[rows:])
    same = rows == images.shape[1] and columns == images.shape[2]
    unit = np.int64(1) << (7 if T == QUINT8 else 30)
    for n in range(batch):
        for y in range(rows):
            top, bottom = below[2 * y], below[2 * y + 1]
            down = np.int64(fractions[y] * np.float32(unit))
            for x in range(columns):
                left, right = beside[2 * x], beside[2 * x + 1]
                along = np.int64(fractions[rows + x] * np.float32(unit))
                for c in range(channels):
                    if same:
                        resized_images[n, y, x, c] = images[n, y, x, c]
                        continue
                    # through float32, as in TensorFlow
                    a, b = np.int64(np.float32(images[n, top, left, c])), np.int64(np.float32(images[n, top, right, c]))
                    d, e = (
                        np.int64(np.float32(images[n, bottom, left, c])),
                        np.int64(np.float32(images[n, bottom, right, c])),
                    )
                    upper, lower = between(a, b, along, unit), between(d, e, along, unit)
                    level = upper + quotient_of(lower - upper, unit) * down
                    resized_images[n, y, x, c] = quotient_of(level + unit // 2, unit)
    out_min[0], out_max[0] = min[0], max[0]
