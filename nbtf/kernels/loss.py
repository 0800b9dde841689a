"""Losses, with the gradients that some give along."""

import math

from numba.extending import register_jitable

from nbtf.kernels.exponentials import exp_row, scale_row
from nbtf.kernels.jit import kernel
from nbtf.kernels.nn import SUMS, largest_of
from nbtf.kernels.vector_math import exp_up_to_one
from nbtf.shapes import check


@kernel
def l2_loss(t, output):
    output[0] = sum_of_squares(t) / 2


@register_jitable(fastmath=SUMS)
def sum_of_squares(x):
    """Summed by the hundred, so that long sums keep their digits."""
    total = x.dtype.type(0)
    for first in range(0, len(x), 128):
        part = x.dtype.type(0)
        for i in range(first, min(first + 128, len(x))):
            part += x[i] * x[i]
        total += part
    return total


@register_jitable
def step_of(dims, axis):
    """How far an operand moves along an axis of [batch, classes], once broadcast to that rank."""
    at = axis - (2 - len(dims))
    if at < 0 or dims[at] == 1:
        return 0
    return dims[1] if axis == 0 else 1


@kernel(fastmath=SUMS)
def softmax_cross_entropy(features, labels, loss, backprop, features_dims, labels_dims, backprop_dims):
    batch, classes = backprop_dims[0], backprop_dims[1]
    row_step, column_step = step_of(features_dims, 0), step_of(features_dims, 1)
    label_row_step, label_column_step = step_of(labels_dims, 0), step_of(labels_dims, 1)
    for row in range(batch):
        loss[row] = 0
        if classes == 0:
            continue
        y = backprop[row * classes : (row + 1) * classes]
        for k in range(classes):
            y[k] = features[row * row_step + k * column_step]
        largest = largest_of(y)
        total = y.dtype.type(0)
        for k in range(classes):
            y[k] -= largest
            total += exp_up_to_one(y[k])
        log_total = math.log(total)
        cost = y.dtype.type(0)
        for k in range(classes):
            label = labels[row * label_row_step + k * label_column_step]
            cost += label * (log_total - y[k])
            y[k] = exp_up_to_one(y[k]) / total - label
        loss[row] = cost


@kernel(fastmath=SUMS)
def sparse_softmax_cross_entropy(features, labels, loss, backprop, features_dims):
    classes = features_dims[1]
    check(
        classes > 0 or len(labels) == 0,
        "Must have at least one class, but got logits shape [{},{}]",
        features_dims[0],
        features_dims[1],
    )
    for row in range(len(labels)):
        label = labels[row]
        check(
            0 <= label < classes,
            "Received a label value of {} which is outside the valid range of [0, {}).  Label values: {: }",
            label,
            classes,
            labels,
        )
        x, y = features[row * classes : (row + 1) * classes], backprop[row * classes : (row + 1) * classes]
        largest = largest_of(x)
        total = exp_row(x, y, largest)
        loss[row] = math.log(total) - (x[label] - largest)
        scale_row(y, y.dtype.type(1) / total)
        y[label] -= 1
