"""Neural-network kernels, NHWC."""

import math

from nbtf.kernels.jit import kernel
from nbtf.shapes import pad_before


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
