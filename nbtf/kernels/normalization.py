"""Batch normalization over channels and local response normalization."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels import vector_math
from nbtf.kernels.jit import kernel
from nbtf.shapes import check

SUMS = {"contract", "reassoc"}  # sums may be taken in any order; NaN and Inf keep their meaning

# Data is seen as [outer, channels, inner]: inner is 1 where the channels come last.


@register_jitable
def inner_size(dims, channels_first):
    """Elements between one channel and the next."""
    size = 1
    if channels_first:
        for i in range(2, len(dims)):
            size *= dims[i]
    return size


@register_jitable
def add_channels(x, sums, channels, inner):
    """sums[channel] += its elements; sums are wider than x."""
    if inner == 1:
        for row in range(0, len(x), channels):
            part = x[row : row + channels]
            for c in range(channels):
                sums[c] += part[c]
    else:
        for row in range(len(x) // inner):
            part = x[row * inner : (row + 1) * inner]
            total = 0.0
            for i in range(inner):
                total += part[i]
            sums[row % channels] += total


@register_jitable
def add_products(x, y, centers, sums, channels, inner):
    """sums[channel] += (x - center) * y, over its elements."""
    if inner == 1:
        for at in range(0, len(x), channels):
            a, b = x[at : at + channels], y[at : at + channels]
            for c in range(channels):
                sums[c] += (a[c] - centers[c]) * b[c]
        return
    for row in range(len(x) // (channels * inner)):
        for c in range(channels):
            at = (row * channels + c) * inner
            total, center = 0.0, centers[c]
            for i in range(at, at + inner):
                total += (x[i] - center) * y[i]
            sums[c] += total


@register_jitable
def add_squares(x, centers, sums, channels, inner):
    if inner == 1:
        for at in range(0, len(x), channels):
            a = x[at : at + channels]
            for c in range(channels):
                sums[c] += (a[c] - centers[c]) * (a[c] - centers[c])
        return
    for row in range(len(x) // (channels * inner)):
        for c in range(channels):
            at = (row * channels + c) * inner
            total, center = 0.0, centers[c]
            for i in range(at, at + inner):
                total += (x[i] - center) * (x[i] - center)
            sums[c] += total


@register_jitable
def scale_and_shift(x, y, factors, shifts, channels, inner):
    """y = x * factor + shift of the channel."""
    if inner == 1:
        for at in range(0, len(x), channels):
            a, b = x[at : at + channels], y[at : at + channels]
            for c in range(channels):
                b[c] = a[c] * factors[c] + shifts[c]
        return
    for row in range(len(x) // (channels * inner)):
        for c in range(channels):
            at = (row * channels + c) * inner
            factor, shift = factors[c], shifts[c]
            for i in range(at, at + inner):
                y[i] = x[i] * factor + shift


@register_jitable
def center_and_scale(x, y, centers, factors, offset, channels, inner):
    """y = (x - center) * factor + offset of the channel, in the precision of x."""
    if inner == 1:
        for at in range(0, len(x), channels):
            a, b = x[at : at + channels], y[at : at + channels]
            for c in range(channels):
                b[c] = (a[c] - centers[c]) * factors[c] + offset[c]
        return
    for row in range(len(x) // (channels * inner)):
        for c in range(channels):
            at = (row * channels + c) * inner
            a, b = x[at : at + inner], y[at : at + inner]
            center, factor, shift = centers[c], factors[c], offset[c]
            for i in range(inner):
                b[i] = (a[i] - center) * factor + shift


@register_jitable
def measure(x, means, variances, channels, inner):
    """Mean and biased variance of every channel; NaN where there are no elements."""
    count = len(x) // channels
    for c in range(channels):
        means[c] = 0
        variances[c] = 0
    add_channels(x, means, channels, inner)
    for c in range(channels):
        means[c] /= count
    add_squares(x, means, variances, channels, inner)
    for c in range(channels):
        variances[c] /= count


@register_jitable
def normalize(
    x,
    scale,
    offset,
    mean,
    variance,
    y,
    batch_mean,
    batch_variance,
    reserve_space_1,
    reserve_space_2,
    means,
    variances,
    centers,
    factors,
    dims,
    epsilon,
    exponential_avg_factor,
    channels_first,
    is_training,
):
    channels, inner = len(scale), inner_size(dims, channels_first)
    if channels == 0:
        return
    count = len(x) // channels
    if is_training or count == 0:
        measure(x, means, variances, channels, inner)
        unbiased = count / max(count - 1, 1)
        fresh = exponential_avg_factor
        for c in range(channels):
            reserve_space_1[c] = means[c] if count > 0 else 0  # a gradient of no elements is zero
            reserve_space_2[c] = variances[c] if count > 0 else 0
            if fresh == 1 or count == 0:
                batch_mean[c] = means[c]
                batch_variance[c] = variances[c] * unbiased
            else:
                batch_mean[c] = (1 - fresh) * mean[c] + fresh * means[c]
                batch_variance[c] = (1 - fresh) * variance[c] + fresh * (variances[c] * unbiased)
    else:
        for c in range(channels):
            means[c], variances[c] = mean[c], variance[c]
            batch_mean[c] = reserve_space_1[c] = mean[c]
            batch_variance[c] = reserve_space_2[c] = variance[c]
    for c in range(channels):
        centers[c] = means[c]
        factors[c] = scale[c] / math.sqrt(variances[c] + epsilon)
    center_and_scale(x, y, centers, factors, offset, channels, inner)


@kernel(fastmath=SUMS)
def fused_batch_norm(
    x,
    scale,
    offset,
    mean,
    variance,
    y,
    batch_mean,
    batch_variance,
    reserve_space_1,
    reserve_space_2,
    means,
    variances,
    centers,
    factors,
    x_dims,
    epsilon,
    exponential_avg_factor,
    data_format,
    is_training,
):
    normalize(
        x,
        scale,
        offset,
        mean,
        variance,
        y,
        batch_mean,
        batch_variance,
        reserve_space_1,
        reserve_space_2,
        means,
        variances,
        centers,
        factors,
        x_dims,
        epsilon,
        exponential_avg_factor,
        data_format % 2 == 1,
        is_training,
    )


@kernel(fastmath=SUMS)
def fused_batch_norm_v3(
    x,
    scale,
    offset,
    mean,
    variance,
    y,
    batch_mean,
    batch_variance,
    reserve_space_1,
    reserve_space_2,
    reserve_space_3,
    means,
    variances,
    centers,
    factors,
    x_dims,
    epsilon,
    exponential_avg_factor,
    data_format,
    is_training,
):
    reserve_space_3[0] = 0
    normalize(
        x,
        scale,
        offset,
        mean,
        variance,
        y,
        batch_mean,
        batch_variance,
        reserve_space_1,
        reserve_space_2,
        means,
        variances,
        centers,
        factors,
        x_dims,
        epsilon,
        exponential_avg_factor,
        data_format % 2 == 1,
        is_training,
    )


@kernel(fastmath=SUMS)
def fused_batch_norm_grad(
    y_backprop,
    x,
    scale,
    reserve_space_1,
    reserve_space_2,
    x_backprop,
    scale_backprop,
    offset_backprop,
    sums,
    products,
    factors,
    centers,
    parts,
    slopes,
    x_dims,
    epsilon,
    data_format,
    is_training,
):
    channels_first = data_format % 2 == 1
    check(
        is_training or not channels_first,
        "The implementation of FusedBatchNormGrad with is_training=False only support NHWC tensor format for now.",
    )
    channels, inner = len(scale), inner_size(x_dims, channels_first)
    if channels == 0:
        return
    for c in range(channels):
        sums[c] = 0
        products[c] = 0
    add_channels(y_backprop, sums, channels, inner)
    add_products(x, y_backprop, reserve_space_1, products, channels, inner)
    count = max(len(x) // channels, 1)
    for c in range(channels):
        root = math.sqrt(reserve_space_2[c] + epsilon)
        scale_backprop[c] = products[c] / root
        offset_backprop[c] = sums[c]
        if is_training:
            # x_backprop = factor * (y_backprop - sums - (x - mean) * products)
            sums[c] /= count
            products[c] /= count * root * root
        else:
            sums[c] = 0
            products[c] = 0
    for c in range(channels):
        factors[c] = scale[c] / math.sqrt(reserve_space_2[c] + epsilon)
        centers[c] = reserve_space_1[c]
        parts[c] = sums[c]
        slopes[c] = products[c]
    if inner == 1:
        for at in range(0, len(x), channels):
            a, b, dx = x[at : at + channels], y_backprop[at : at + channels], x_backprop[at : at + channels]
            for c in range(channels):
                dx[c] = factors[c] * (b[c] - parts[c] - (a[c] - centers[c]) * slopes[c])
        return
    for row in range(len(x) // (channels * inner)):
        for c in range(channels):
            at = (row * channels + c) * inner
            a, b, dx = x[at : at + inner], y_backprop[at : at + inner], x_backprop[at : at + inner]
            factor, center, part, slope = factors[c], centers[c], parts[c], slopes[c]
            for i in range(inner):
                dx[i] = factor * (b[i] - part - (a[i] - center) * slope)


@kernel
def batch_norm_with_global_normalization(
    t, m, v, beta, gamma, result, factors, shifts, variance_epsilon, scale_after_normalization
):
    channels = len(m)
    for c in range(channels):
        factors[c] = 1 / math.sqrt(v[c] + variance_epsilon)
        if scale_after_normalization:
            factors[c] *= gamma[c]
        shifts[c] = beta[c] - m[c] * factors[c]
    if channels > 0:
        scale_and_shift(t, result, factors, shifts, channels, 1)


@kernel
def batch_norm_with_global_normalization_grad(
    t, m, v, gamma, backprop, dx, dm, dv, db, dg, sums, products, variance_epsilon, scale_after_normalization
):
    channels = len(m)
    for c in range(channels):
        sums[c] = 0
        products[c] = 0
    if channels > 0:
        add_channels(backprop, sums, channels, 1)
        add_products(t, backprop, m, products, channels, 1)
    for c in range(channels):
        inverse = 1 / math.sqrt(v[c] + variance_epsilon)
        factor = inverse * gamma[c] if scale_after_normalization else inverse
        db[c] = sums[c]
        dm[c] = -sums[c] * factor
        dv[c] = -0.5 * products[c] * factor * inverse * inverse
        dg[c] = products[c] * inverse if scale_after_normalization else 0.0
        sums[c] = factor
    for row in range(0, len(t), max(channels, 1)):
        for c in range(channels):
            dx[row + c] = backprop[row + c] * sums[c]


# ---- local response --------------------------------------------------------------------------------------------------


@register_jitable
def add_neighbours(values, radius, sums):
    """sums[c] = values[c - radius] + ... + values[c + radius], as far as there are such."""
    count = len(values)
    for c in range(count):
        sums[c] = values[c]
    for distance in range(1, min(radius, count - 1) + 1):
        left, right = sums[: count - distance], sums[distance:]
        above, below = values[distance:], values[: count - distance]
        for c in range(count - distance):
            left[c] += above[c]
        for c in range(count - distance):
            right[c] += below[c]


@register_jitable
def local_norms(x, radius, bias, alpha, squares, norms):
    """bias + alpha * the sum of squares of the channels within the radius, for one pixel."""
    for c in range(len(x)):
        squares[c] = x[c] * x[c]
    add_neighbours(squares, radius, norms)
    for c in range(len(x)):
        norms[c] = bias + alpha * norms[c]


@register_jitable
def scale_by_norms(x, norms, beta, y):
    """y = x / norms ** beta. Whole numbers as beta have powers of negative norms, too."""
    if beta == 0.5:
        for c in range(len(x)):
            y[c] = x[c] / np.sqrt(norms[c])
    elif beta == 0.75:
        for c in range(len(x)):
            root = np.sqrt(norms[c])
            y[c] = x[c] / (root * np.sqrt(root))
    elif beta == math.floor(beta):
        for c in range(len(x)):
            y[c] = x[c] * math.pow(norms[c], -beta)
    else:
        for c in range(len(x)):
            y[c] = x[c] * vector_math.exp(-beta * vector_math.log(norms[c]))


@kernel
def lrn(input, output, depth_radius, bias, alpha, beta, squares, norms, input_dims):
    check(0 <= depth_radius < 1 << 31, "depth_radius = {} larger than int max", depth_radius)
    channels = input_dims[3]
    kind = input.dtype.type
    for at in range(0, len(input), max(channels, 1)):
        x = input[at : at + channels]
        local_norms(x, depth_radius, kind(bias), kind(alpha), squares, norms)
        scale_by_norms(x, norms, kind(beta), output[at : at + channels])


@kernel
def lrn_grad(
    input_grads,
    input_image,
    output_image,
    output,
    depth_radius,
    bias,
    alpha,
    beta,
    squares,
    norms,
    input_image_dims,
):
    check(0 <= depth_radius < 1 << 31, "depth_radius = {} larger than int max", depth_radius)
    channels = input_image_dims[3]
    kind = output.dtype.type
    factor = kind(-2 * alpha * beta)
    for at in range(0, len(output), max(channels, 1)):
        x, dy = input_image[at : at + channels], input_grads[at : at + channels]
        y, dx = output_image[at : at + channels], output[at : at + channels]
        local_norms(x, depth_radius, kind(bias), kind(alpha), squares, norms)
        scale_by_norms(dy, norms, kind(beta), dx)
        for c in range(channels):
            squares[c] = factor * y[c] / norms[c] * dy[c]
        add_neighbours(squares, depth_radius, norms)
        for c in range(channels):
            dx[c] += x[c] * norms[c]
