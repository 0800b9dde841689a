"""Neural-network kernels, NHWC."""

import math

from nbtf.kernels.jit import kernel
from nbtf.shapes import pad_before


@kernel(rank=4)
def max_pool(input, output, ksize, strides, padding):
    batch, rows, columns, channels = output.shape
    top = pad_before(input.shape[1], ksize[1], strides[1], 1, padding, 0)
    left = pad_before(input.shape[2], ksize[2], strides[2], 1, padding, 0)
    for n in range(batch):
        for row in range(rows):
            first_row = max(row * strides[1] - top, 0)
            last_row = min(row * strides[1] - top + ksize[1], input.shape[1])
            for column in range(columns):
                first_column = max(column * strides[2] - left, 0)
                last_column = min(column * strides[2] - left + ksize[2], input.shape[2])
                for k in range(channels):
                    best = input[n, first_row, first_column, k]
                    for r in range(first_row, last_row):
                        for c in range(first_column, last_column):
                            best = max(best, input[n, r, c, k])
                    output[n, row, column, k] = best


@kernel
def fused_batch_norm(x, scale, offset, mean, variance, y, batch_mean, batch_variance, epsilon):
    channels = len(scale)
    for k in range(channels):
        batch_mean[k] = mean[k]
        batch_variance[k] = variance[k]
    for row in range(len(x) // max(channels, 1)):
        for k in range(channels):
            factor = scale[k] / math.sqrt(variance[k] + scale.dtype.type(epsilon))
            y[row * channels + k] = (x[row * channels + k] - mean[k]) * factor + offset[k]


@kernel
def bias_add(value, bias, output):
    for row in range(len(value) // max(len(bias), 1)):
        for k in range(len(bias)):
            output[row * len(bias) + k] = value[row * len(bias) + k] + bias[k]


@kernel
def softmax(logits, softmax, logits_dims):
    classes = logits_dims[-1]
    for first in range(0, len(logits), max(classes, 1)):
        largest = logits[first]
        for k in range(first, first + classes):
            largest = max(largest, logits[k])
        total = softmax.dtype.type(0)
        for k in range(first, first + classes):
            softmax[k] = math.exp(logits[k] - largest)
            total += softmax[k]
        for k in range(first, first + classes):
            softmax[k] /= total
