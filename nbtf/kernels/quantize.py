"""Kernels of quantization. Arrays are walked as [outer, slices, inner], with one range a slice.

Steps of arithmetic and their types follow TensorFlow, so that what lies between two levels falls to the same side.
"""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import check

MIN_COMBINED, MIN_FIRST, SCALED = 0, 1, 2  # the allowed values of `mode`, in order
QINT8, QUINT8, QINT32, QINT16, QUINT16 = 11, 12, 13, 15, 16  # DataType numbers
FLOAT_MAX = np.float32(3.4028234663852886e38)
INT32_MIN = np.int32(-2147483648)


@register_jitable
def lowest(dtype):
    if dtype == QINT8:
        return -128
    if dtype == QINT16:
        return -32768
    return -2147483648 if dtype == QINT32 else 0


@register_jitable
def highest(dtype):
    if dtype == QINT8:
        return 127
    if dtype == QUINT8:
        return 255
    if dtype == QINT16:
        return 32767
    return 65535 if dtype == QUINT16 else 2147483647


@register_jitable
def slice_counts(dims, axis):
    """(outer, slices, inner) of an array with these dims; one slice if axis is -1."""
    outer, slices, inner = 1, 1, 1
    for i in range(len(dims)):
        if i == axis:
            slices = dims[i]
        elif i < axis:
            outer *= dims[i]
        else:
            inner *= dims[i]
    return outer, slices, inner


@register_jitable
def clamp(x, low, high):
    below = high if high < x else x
    return low if below < low else below


@register_jitable
def round_away(x):
    """To the nearest whole number, of two the one further from 0."""
    whole = np.trunc(x)
    half = type(x)(0.5)
    if x - whole >= half:
        return whole + type(x)(1)
    return whole - type(x)(1) if whole - x >= half else whole


@register_jitable
def whole(x):
    """float32 to int32; what does not fit becomes the least one."""
    return np.int32(x) if np.float32(-2147483648.0) <= x < np.float32(2147483648.0) else INT32_MIN


@register_jitable
def scale_of(bound, limit):
    """Levels a unit if `limit` levels reach `bound`; no bound on the scale where they lie on different sides of 0."""
    return type(bound)(limit) / bound if bound * type(bound)(limit) > 0 else type(bound)(FLOAT_MAX)


# ---- one number of a range -------------------------------------------------------------------------------------------


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
    scale = steps / (np.float64(high - low) * (steps / (steps - 1.0)))
    return np.int64(round_away(np.float64(x) * scale) - round_away(np.float64(low) * scale)) + lowest(dtype)


@register_jitable
def nearest_level(x, low, high, dtype):
    """The number of the dtype that stands for x, or for the end of the range."""
    return clamp(level_of(x, low, high, dtype), lowest(dtype), highest(dtype))


@register_jitable
def float_of(level, low, high, dtype):
    """What the number stands for in the range [low, high]."""
    if low == high:
        return low
    steps = levels(dtype) + 1.0
    scale = np.float64(high - low) * (steps / (steps - 1.0)) / steps
    step = np.float32(scale)
    base = np.float64(round_away(low / step) * step)
    return np.float32(base + (np.float64(level) - lowest(dtype)) * scale)


# ---- many numbers of a range, in float32 -----------------------------------------------------------------------------


@register_jitable
def line_of(low, high, dtype):
    """(base, step): a number stands for base + number * step."""
    step = np.float32(np.float64(high - low) / levels(dtype))
    first = low if low == high else round_away(low / step) * step
    return first - np.float32(lowest(dtype)) * step, step


@register_jitable
def scale_to(low, high, dtype):
    """(scale, origin): x is number round(x * scale) - origin."""
    scale = np.float32(0) if low == high else np.float32(levels(dtype) / np.float64(high - low))
    return scale, round_away(low * scale) - np.float32(lowest(dtype))


@register_jitable
def level_by(x, scale, origin, dtype):
    """The number of the dtype that stands for x, or for the end of the range."""
    most = np.float32(2147483520.0) if dtype == QINT32 else np.float32(highest(dtype))  # the float below 2^31
    return whole(clamp(round_away(x * scale) - origin, np.float32(lowest(dtype)), most))


# ---- quantize --------------------------------------------------------------------------------------------------------


@kernel
def quantize(
    input, min_range, max_range, output, output_min, output_max,
    input_dims, T, mode, round_mode, narrow_range, axis, ensure_minimum_range,
):  # fmt: skip
    outer, slices, inner = slice_counts(input_dims, axis)
    for k in range(slices):
        low, high = min_range[k], max_range[k]
        check(not high < low, "input_max_range must be larger than input_min_range.")
        # the range holds 0 and is not too narrow
        largest = max(np.float32(1), max(np.abs(low), np.abs(high)))
        low = min(np.float32(0), low)
        high = max(np.float32(0), max(high, low + largest * np.float32(ensure_minimum_range)))
        if mode == SCALED:
            least = lowest(T) + (1 if narrow_range else 0)
            scale = min(scale_of(low, least), scale_of(high, highest(T)))
            low, high = np.float32(least) / scale, np.float32(highest(T)) / scale
        output_min[k], output_max[k] = low, high
        for i in range(outer):
            first = (i * slices + k) * inner
            part, target = input[first : first + inner], output[first : first + inner]
            if mode == MIN_COMBINED:
                quantize_combined(part, target, low, high, T)
            elif mode == MIN_FIRST:
                quantize_from_min(part, target, low, high, T)
            else:
                quantize_scaled(part, target, low, high, scale, round_mode)


@register_jitable
def quantize_combined(x, y, low, high, dtype):
    scale = np.float32((float(highest(dtype)) - lowest(dtype)) / np.float64(high - low))
    shift = np.float32((float(highest(dtype)) - lowest(dtype) + 1) / 2 if lowest(dtype) else 0)
    for i in range(len(x)):
        y[i] = whole(round_away((clamp(x[i], low, high) - low) * scale - shift))


@register_jitable
def quantize_from_min(x, y, low, high, dtype):
    scale = np.float32((float(highest(dtype)) - lowest(dtype)) / np.float64(high - low))
    offset = round_away(low * scale) - np.float32(lowest(dtype))
    least = np.float32(lowest(dtype))
    most = np.float32(2147483520.0) if dtype == QINT32 else np.float32(highest(dtype))  # the float below 2^31
    for i in range(len(x)):
        y[i] = whole(clamp(round_away(x[i] * scale) - offset, least, most))


@register_jitable
def quantize_scaled(x, y, low, high, scale, round_mode):
    for i in range(len(x)):
        scaled = clamp(x[i], low, high) * scale
        y[i] = whole(np.rint(scaled) if round_mode else round_away(scaled))


# ---- dequantize ------------------------------------------------------------------------------------------------------


@kernel
def dequantize(input, min_range, max_range, output, input_dims, T, mode, narrow_range, axis):
    outer, slices, inner = slice_counts(input_dims, axis)
    levels = float(highest(T)) - lowest(T)
    shift = np.float32((levels + 1) / 2 if lowest(T) else 0)
    for k in range(slices):
        low, high = min_range[k], max_range[k]
        if mode == SCALED:
            scale = high / np.float32(highest(T))
            if lowest(T):
                scale = max(low / np.float32(lowest(T) + (1 if narrow_range else 0)), scale)
            base, origin = np.float32(0), np.float32(0)
        elif mode == MIN_FIRST:
            scale = np.float32(np.float64(high - low) / levels)
            base = low if high == low else round_away(low / scale) * scale
            origin = np.float32(-lowest(T))
        else:
            scale = (high - low) / np.float32(levels)
            base, origin = low, shift
        for i in range(outer):
            for at in range((i * slices + k) * inner, (i * slices + k + 1) * inner):
                output[at] = (np.float32(input[at]) + origin) * scale + base


# ---- quantize and dequantize -----------------------------------------------------------------------------------------


@kernel
def quantize_and_dequantize(
    input, input_min, input_max, output, input_dims, signed_input, num_bits, range_given, round_mode, narrow_range, axis
):
    round_to_levels(
        input,
        input_min,
        input_max,
        output,
        input_dims,
        signed_input,
        num_bits,
        range_given,
        round_mode,
        narrow_range,
        axis,
    )


@kernel
def quantize_and_dequantize_bits(
    input, input_min, input_max, num_bits, output, input_dims, signed_input, range_given, narrow_range, axis
):
    check(len(num_bits) == 1, "num_bits must be a scalar, but has {} elements", len(num_bits))
    bits = num_bits[0]
    round_to_levels(
        input, input_min, input_max, output, input_dims, signed_input, bits, range_given, 0, narrow_range, axis
    )


@register_jitable
def round_to_levels(
    input, input_min, input_max, output, input_dims, signed_input, bits, range_given, round_up, narrow_range, axis
):
    check(
        0 < bits < (62 if signed_input else 63), "num_bits is out of range: {} with signed_input {}", bits, signed_input
    )
    number = input.dtype.type
    one = np.int64(1)
    least = number((one if narrow_range else 0) - (one << (bits - 1)) if signed_input else 0)
    most = number((one << (bits - 1 if signed_input else bits)) - 1)
    outer, slices, inner = slice_counts(input_dims, axis)
    for k in range(slices):
        if range_given:
            low, high = input_min[k], input_max[k]
            check(low <= high, "Invalid range: input_min {} > input_max {}", low, high)
        else:
            low, high = range_of_slice(input, k, outer, slices, inner)
        below, above = scale_of(low, least), scale_of(high, most)
        if below < above:
            scale, inverse = below, low / least
            high = most * inverse
        else:
            scale, inverse = above, high / most
            low = least * inverse
        for i in range(outer):
            for at in range((i * slices + k) * inner, (i * slices + k + 1) * inner):
                scaled = (clamp(input[at], low, high) if range_given else input[at]) * scale
                output[at] = (np.floor(scaled + number(0.5)) if round_up else np.rint(scaled)) * inverse


@register_jitable
def range_of_slice(input, k, outer, slices, inner):
    low, high = input.dtype.type(0), input.dtype.type(0)
    if outer * inner > 0:
        low = high = input[k * inner]
    for i in range(outer):
        for at in range((i * slices + k) * inner, (i * slices + k + 1) * inner):
            low, high = min(low, input[at]), max(high, input[at])
    return low, high


@kernel
def quantize_and_dequantize_grad(
    gradients, input, input_min, input_max, input_backprop, input_min_backprop, input_max_backprop, input_dims, axis
):
    outer, slices, inner = slice_counts(input_dims, axis)
    for k in range(slices):
        low, high = input_min[k], input_max[k]
        input_min_backprop[k] = 0
        input_max_backprop[k] = 0
        for i in range(outer):
            for at in range((i * slices + k) * inner, (i * slices + k + 1) * inner):
                inside = input[at] >= low and input[at] <= high
                input_backprop[at] = gradients[at] if inside else gradients.dtype.type(0)


# ---- fake quantization -----------------------------------------------------------------------------------------------


@register_jitable
def nudged(low, high, num_bits, narrow_range):
    """(low, high, step) of the range once it is moved so that 0 is one of its levels."""
    first = np.float32(1 if narrow_range else 0)
    last = np.float32((1 << num_bits) - 1)
    step = (high - low) / (last - first)
    zero = first - low / step
    if zero < first:
        zero = first
    elif zero > last:
        zero = last
    else:
        zero = round_away(zero)
    return (first - zero) * step, (last - zero) * step, step


@register_jitable
def to_levels(x, y, first, stride, low, high, num_bits, narrow_range):
    """Every `stride`-th element from the first, rounded."""
    low, high, step = nudged(low, high, num_bits, narrow_range)
    inverse = np.float32(1) / step
    for at in range(first, len(x), stride):
        level = np.floor((clamp(x[at], low, high) - low) * inverse + np.float32(0.5))
        y[at] = level * step + low


@kernel
def fake_quantize_fixed(inputs, outputs, min, max, num_bits, narrow_range):
    to_levels(inputs, outputs, 0, 1, np.float32(min), np.float32(max), num_bits, narrow_range)


@kernel
def fake_quantize(inputs, min, max, outputs, num_bits, narrow_range):
    channels = len(min)
    for k in range(channels):
        if min[k] == 0 and max[k] == 0:
            for at in range(k, len(inputs), channels):
                outputs[at] = 0
        else:
            to_levels(inputs, outputs, k, channels, min[k], max[k], num_bits, narrow_range)


@register_jitable
def gradient_within(gradients, x, y, first, stride, low, high, num_bits, narrow_range):
    """Every `stride`-th gradient from the first, where x lies in the range; sums of those below and above it."""
    low, high, _ = nudged(low, high, num_bits, narrow_range)
    below, above = 0.0, 0.0
    for at in range(first, len(x), stride):
        inside = x[at] >= low and x[at] <= high
        y[at] = gradients[at] if inside else np.float32(0)
        if x[at] < low:
            below += gradients[at]
        elif x[at] > high:
            above += gradients[at]
    return below, above


@kernel
def fake_quantize_fixed_grad(gradients, inputs, backprops, min, max, num_bits, narrow_range):
    gradient_within(gradients, inputs, backprops, 0, 1, np.float32(min), np.float32(max), num_bits, narrow_range)


@kernel
def fake_quantize_grad(
    gradients, inputs, min, max, backprops_wrt_input, backprop_wrt_min, backprop_wrt_max, num_bits, narrow_range
):
    channels = len(min)
    for k in range(channels):
        below, above = 0.0, 0.0
        if min[k] == 0 and max[k] == 0:
            for at in range(k, len(inputs), channels):
                backprops_wrt_input[at] = gradients[at]
        else:
            below, above = gradient_within(
                gradients, inputs, backprops_wrt_input, k, channels, min[k], max[k], num_bits, narrow_range
            )
        backprop_wrt_min[k] = below
        backprop_wrt_max[k] = above
