"""Kernels from wide integers that stand for a range of floats to narrow ones."""

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.quantize import (
    QINT8,
    QINT32,
    QUINT8,
    clamp,
    float_of,
    highest,
    level_by,
    line_of,
    lowest,
    round_away,
    scale_to,
)
from nbtf.shapes import check

FRACTION = 16  # bits behind the point


@register_jitable
def used_range(input, low, high, dtype):
    """What the least and the largest number stand for; the former or 0.0 if that is less."""
    least, most = np.int64(highest(dtype)), np.int64(lowest(dtype))
    for i in range(len(input)):
        least, most = min(least, np.int64(input[i])), max(most, np.int64(input[i]))
    return min(np.float32(0), float_of(least, low, high, dtype)), float_of(most, low, high, dtype)


@register_jitable
def to_bytes(input, low, high, output, new_low, new_high):
    """qint32 to quint8, in fixed point: the numbers of TensorFlow to the last bit."""
    unit = np.float64(1 << FRACTION)
    span, new_span = high - low, new_high - new_low
    factor, origin = np.int64(0), np.int64(0)
    inverse = np.float32(0)
    if new_span != 0:
        inverse = np.float32(255.0 / np.float64(new_span))
        factor = np.int64(255.0 * unit * np.float64(span) / np.float64(new_span))
        origin = np.int64(round_away(unit * (np.float64(new_low) * 255.0) / np.float64(new_span)))
    middle = np.float32(np.float64(low + high) / 2.0)
    shift = np.int64(middle * inverse * np.float32(unit)) - origin + (np.int64(1) << (FRACTION - 1))
    for i in range(len(input)):
        fixed = ((np.int64(input[i]) * factor) >> 32) + shift
        output[i] = clamp(fixed >> FRACTION, 0, 255)


@register_jitable
def narrow(input, low, high, dtype, output, new_low, new_high, new_dtype):
    if dtype == QINT32 and new_dtype == QUINT8:
        to_bytes(input, low, high, output, new_low, new_high)
        return
    base, step = line_of(low, high, dtype)
    scale, origin = scale_to(new_low, new_high, new_dtype)
    for i in range(len(input)):
        output[i] = level_by(base + np.float32(input[i]) * step, scale, origin, new_dtype)


@kernel
def quantize_down_and_shrink_range(input, input_min, input_max, output, output_min, output_max, Tinput, out_type):
    low, high = used_range(input, input_min[0], input_max[0], Tinput)
    narrow(input, input_min[0], input_max[0], Tinput, output, low, high, out_type)
    output_min[0], output_max[0] = low, high


@kernel
def requantization_range(input, input_min, input_max, output_min, output_max, Tinput):
    output_min[0], output_max[0] = used_range(input, input_min[0], input_max[0], Tinput)


@kernel
def requantize(
    input, input_min, input_max, requested_output_min, requested_output_max,
    output, output_min, output_max, Tinput, out_type,
):  # fmt: skip
    low, high = requested_output_min[0], requested_output_max[0]
    check(low <= 0, "requested_output_min must be <= 0, but got {}", low)
    check(high >= low, "requested_output_max must be >= requested_output_min, but got {} and {}", high, low)
    narrow(input, input_min[0], input_max[0], Tinput, output, low, high, out_type)
    output_min[0], output_max[0] = low, high


# ---- a range for each channel ----------------------------------------------------------------------------------------


@kernel
def requantization_range_per_channel(input, input_min, input_max, output_min, output_max, clip_value_max):
    channels = len(input_min)
    widest, signed = np.float32(0), False
    for c in range(channels):
        least, most = np.float32(input[c]), np.float32(input[c])
        for at in range(c, len(input), channels):
            least, most = min(least, np.float32(input[at])), max(most, np.float32(input[at]))
        signed = signed or least < 0
        bound = max(abs(input_min[c]), abs(input_max[c]))
        widest = max(widest, bound * max(abs(least), abs(most)) / np.float32(2147483648.0))
    widest = min(widest, np.float32(clip_value_max))
    output_min[0], output_max[0] = -widest if signed else np.float32(0), widest


@kernel
def requantize_per_channel(
    input, input_min, input_max, requested_output_min, requested_output_max,
    output, output_min, output_max, out_type,
):  # fmt: skip
    low, high = requested_output_min[0], requested_output_max[0]
    check(
        out_type != QINT8 or low < 0,
        "If out_type is QINT8, requested_output_max must be non negative, got {}",
        low,
    )
    channels = len(input_min)
    most = np.float32(highest(out_type))
    for c in range(channels):
        bound = max(abs(input_min[c]), abs(input_max[c]))
        scale = most * (bound / max(abs(low), abs(high)) / np.float32(2147483648.0))
        for at in range(c, len(input), channels):
            output[at] = np.int32(clamp(np.rint(np.float32(input[at]) * scale), np.float32(lowest(out_type)), most))
    output_min[0], output_max[0] = low, high
