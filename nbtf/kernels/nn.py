"""Biases, softmax, and what else works on rows."""

import math

from numba.extending import overload, register_jitable

from nbtf.kernels.exponentials import exp_row, scale_row
from nbtf.kernels.jit import kernel
from nbtf.kernels.simd import address_of, highest_lane, item_bytes, lanes, larger, load
from nbtf.kernels.team import portion
from nbtf.kernels.vector_math import exp_up_to_one
from nbtf.shapes import check

SUMS = {"contract", "reassoc"}  # sums may be taken in any order; NaN and Inf keep their meaning

# ---- biases: data is seen as [outer, channels, inner] ----------------------------------------------------------------


@register_jitable
def channels_split(dims, channels_first):
    """Channels, and elements between one channel and the next."""
    # a matrix has its channels last whatever the format says, as in TensorFlow
    if not channels_first or len(dims) == 2:
        return dims[-1], 1
    inner = 1
    for i in range(2, len(dims)):
        inner *= dims[i]
    return dims[1], inner


@register_jitable
def add_biases(value, bias, output, channels, inner):
    if inner == 1:
        for at in range(0, len(value), max(channels, 1)):
            x, y = value[at : at + channels], output[at : at + channels]
            for c in range(channels):
                y[c] = x[c] + bias[c]
    else:
        for row in range(len(value) // max(inner, 1)):
            b = bias[row % channels]
            for i in range(row * inner, (row + 1) * inner):
                output[i] = value[i] + b


@kernel
def bias_add(value, bias, output, data_format, value_dims):
    channels, inner = channels_split(value_dims, data_format == 1)
    add_biases(value, bias, output, channels, inner)


@kernel
def bias_add_v1(value, bias, output):
    add_biases(value, bias, output, len(bias), 1)


def bias_add_grad_work(out_backprop):
    return len(out_backprop) * 4


@kernel(work=bias_add_grad_work)
def bias_add_grad(out_backprop, output, sums, data_format, out_backprop_dims, part, parts):
    """A part is some channels, whole lines of memory."""
    channels, inner = channels_split(out_backprop_dims, data_format == 1)
    begin, end = portion(channels, 16 if inner == 1 else max(channels, 1), part, parts)
    for c in range(begin, end):
        output[c] = 0
    if begin == end:
        return
    if inner == 1:
        # rows are summed by the hundred, so that long sums keep their digits
        totals, result = sums[begin:end], output[begin:end]
        for first in range(0, len(out_backprop), 128 * channels):
            for c in range(len(totals)):
                totals[c] = 0
            for at in range(first, min(first + 128 * channels, len(out_backprop)), channels):
                x = out_backprop[at + begin : at + end]
                for c in range(len(totals)):
                    totals[c] += x[c]
            for c in range(len(totals)):
                result[c] += totals[c]
    else:
        for row in range(len(out_backprop) // max(inner, 1)):
            total = output.dtype.type(0)
            for i in range(row * inner, (row + 1) * inner):
                total += out_backprop[i]
            output[row % channels] += total


# ---- rows ------------------------------------------------------------------------------------------------------------


def largest_of(x):
    """The maximum of a row that is not empty; what NaN does here does not matter, it reaches every sum."""
    largest = x[0]
    for k in range(1, len(x)):
        largest = x[k] if x[k] > largest else largest
    return largest


@overload(largest_of)
def _largest_of(x):
    def largest_of_floats(x):
        dtype = x.dtype
        width, item, place = lanes(dtype), item_bytes(dtype), address_of(x)
        largest = x[0]
        whole = len(x) // width * width
        if whole > 0:
            best = other = load(place, dtype)
            for k in range(0, whole, 2 * width):
                best = larger(load(place + k * item, dtype), best)
                other = larger(load(place + min(k + width, whole - width) * item, dtype), other)
            largest = highest_lane(larger(best, other))
        for k in range(whole, len(x)):
            largest = x[k] if x[k] > largest else largest
        return largest

    return largest_of_floats


def softmax_work(logits):
    return len(logits) * 18


@kernel(fastmath=SUMS, work=softmax_work)
def softmax(logits, softmax, logits_dims, part, parts):
    classes = max(logits_dims[-1], 1)
    begin, end = portion(len(logits) // classes, 1, part, parts)
    for at in range(begin * classes, end * classes, classes):
        x, y = logits[at : at + classes], softmax[at : at + classes]
        scale_row(y, y.dtype.type(1) / exp_row(x, y, largest_of(x)))


@kernel(fastmath=SUMS, work=softmax_work)
def log_softmax(logits, logsoftmax, logits_dims, part, parts):
    classes = max(logits_dims[-1], 1)
    begin, end = portion(len(logits) // classes, 1, part, parts)
    for at in range(begin * classes, end * classes, classes):
        x, y = logits[at : at + classes], logsoftmax[at : at + classes]
        largest = largest_of(x)
        total = y.dtype.type(0)
        for k in range(classes):
            y[k] = x[k] - largest
            total += exp_up_to_one(y[k])
        total = math.log(total)
        for k in range(classes):
            y[k] -= total


@register_jitable
def mark_top(predictions, targets, precision, k, classes):
    """A row whose target is out of range, or that holds a number that is not finite, is never precise."""
    for row in range(len(targets)):
        target = targets[row]
        precise = 0 <= target < classes
        better = 0
        if precise:
            x = predictions[row * classes : (row + 1) * classes]
            for c in range(classes):
                precise = precise and math.isfinite(x[c])
                better += x[c] > x[target]
        precision[row] = precise and better < k


@kernel
def in_top_k(predictions, targets, precision, k, predictions_dims):
    mark_top(predictions, targets, precision, k, predictions_dims[1])


@kernel
def in_top_k_v2(predictions, targets, k, precision, predictions_dims):
    check(len(k) == 1, "k must be 0-D, got {} elements", len(k))
    mark_top(predictions, targets, precision, k[0], predictions_dims[1])
