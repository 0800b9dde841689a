"""Images [N, H, W, C] seen through other coordinates, in float32."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.quantize import round_away
from nbtf.kernels.resize import clear
from nbtf.shapes import FILL_MODES, FILTERS, INTERPOLATIONS, check, place_of

ZERO = np.float32(0)
HALF = np.float32(0.5)
ONE = np.float32(1)

# ---- projections -----------------------------------------------------------------------------------------------------

CONSTANT, REFLECT, WRAP, NEAREST_EDGE = 0, 1, 2, 3  # the fill modes, in order


@register_jitable
def reflected(at, size):
    """dcba|abcd|dcba."""
    period = np.int64(2 * size)
    if at < 0:
        if at < np.float32(period):
            at = np.float32(period * np.int64(-at / np.float32(period))) + at
        return at + np.float32(period) if at < np.float32(-size) else -at - ONE
    if at > np.float32(size - 1):
        at -= np.float32(period * np.int64(at / np.float32(period)))
        if at >= np.float32(size):
            return np.float32(period) - at - ONE
    return at


@register_jitable
def wrapped(at, size):
    """abcd|abcd|abcd."""
    if at < 0:
        return at + np.float32(size * (np.int64(-at / np.float32(size - 1)) + 1))
    if at > np.float32(size - 1):
        return at - np.float32(size * np.int64(at / np.float32(size - 1)))
    return at


@register_jitable
def within(at, size, fill_mode):
    """The coordinate in an axis of so many pixels that one beside it stands for."""
    if fill_mode == CONSTANT:
        return at
    if fill_mode != NEAREST_EDGE and size <= 1:
        return ZERO
    if fill_mode == REFLECT:
        at = reflected(at, size)
    elif fill_mode == WRAP:
        at = wrapped(at, size)
    return min(max(at, ZERO), np.float32(size - 1))


@register_jitable
def pixel(images, n, row, column, c, fill):
    """The pixel at whole coordinates, given as float32, or what fills the outside."""
    if 0 <= row < images.shape[1] and 0 <= column < images.shape[2]:
        return images[n, int(row), int(column), c]
    return fill


@register_jitable
def linear(images, n, y, x, c, fill):
    top, left = np.float32(math.floor(y)), np.float32(math.floor(x))
    bottom, right = top + ONE, left + ONE
    upper = (right - x) * np.float32(pixel(images, n, top, left, c, fill)) + (x - left) * np.float32(
        pixel(images, n, top, right, c, fill)
    )
    lower = (right - x) * np.float32(pixel(images, n, bottom, left, c, fill)) + (x - left) * np.float32(
        pixel(images, n, bottom, right, c, fill)
    )
    return (bottom - y) * upper + (y - top) * lower


@register_jitable
def project(images, transforms, output, fill, interpolation, fill_mode):
    batch, rows, columns, channels = output.shape
    is_linear, mode = place_of(interpolation, INTERPOLATIONS) == 1, place_of(fill_mode, FILL_MODES)
    for n in range(batch):
        t = transforms[n if transforms.shape[0] > 1 else 0]
        for row in range(rows):
            for column in range(columns):
                x, y = np.float32(column), np.float32(row)
                depth = t[6] * x + t[7] * y + ONE
                from_x = within((t[0] * x + t[1] * y + t[2]) / depth, images.shape[2], mode)
                from_y = within((t[3] * x + t[4] * y + t[5]) / depth, images.shape[1], mode)
                for c in range(channels):
                    if depth == 0:
                        output[n, row, column, c] = fill
                    elif is_linear and np.abs(from_x) < np.float32(1e9) and np.abs(from_y) < np.float32(1e9):
                        output[n, row, column, c] = linear(images, n, from_y, from_x, c, fill)
                    else:
                        output[n, row, column, c] = pixel(images, n, round_away(from_y), round_away(from_x), c, fill)


@kernel(rank={"images": 4, "transforms": 2, "transformed_images": 4})
def image_projective_transform_v2(images, transforms, transformed_images, interpolation, fill_mode):
    project(images, transforms, transformed_images, images.dtype.type(0), interpolation, fill_mode)


@kernel(rank={"images": 4, "transforms": 2, "transformed_images": 4})
def image_projective_transform_v3(images, transforms, fill_value, transformed_images, interpolation, fill_mode):
    fill = images.dtype.type(fill_value[0])
    project(images, transforms, transformed_images, fill, interpolation, fill_mode)


# ---- scales ----------------------------------------------------------------------------------------------------------

LANCZOS_1, LANCZOS_3, LANCZOS_5, GAUSSIAN, BOX, TRIANGLE, KEYS_CUBIC = range(7)  # the filters, in order
PI = np.float32(3.14159265359)


@register_jitable
def radius_of(kind):
    if kind == LANCZOS_3:
        return np.float32(3)
    if kind == LANCZOS_5:
        return np.float32(5)
    if kind == GAUSSIAN:
        return np.float32(1.5)
    return np.float32(2) if kind >= KEYS_CUBIC else ONE


@register_jitable
def lanczos(x, radius):
    if x > radius:
        return ZERO
    if x <= np.float32(1e-3):
        return ONE
    return radius * np.sin(PI * x) * np.sin(PI * x / radius) / (PI * PI * x * x)


@register_jitable
def cubic(x, kind):
    if x >= 2:
        return ZERO
    if kind == KEYS_CUBIC:
        if x >= 1:
            return ((np.float32(-0.5) * x + np.float32(2.5)) * x - np.float32(4)) * x + np.float32(2)
        return (np.float32(1.5) * x - np.float32(2.5)) * x * x + ONE
    if x >= 1:
        slope = (np.float32(-7 / 18) * x + np.float32(2)) * x - np.float32(10 / 3)
        return slope * x + np.float32(16 / 9)
    return (np.float32(7 / 6) * x - np.float32(2)) * x * x + np.float32(8 / 9)


@register_jitable
def filter_at(x, kind):
    """Height of a filter at x >= 0."""
    if kind <= LANCZOS_5:
        return lanczos(x, radius_of(kind))
    if kind == GAUSSIAN:
        return ZERO if x >= np.float32(1.5) else np.float32(np.exp(-x * x / HALF))  # 2 sigma^2 with sigma = 0.5
    if kind == BOX:
        return ONE if x < HALF else HALF if x == HALF else ZERO
    if kind == TRIANGLE:
        return ONE - x if x < 1 else ZERO
    return cubic(x, kind)


@register_jitable
def weigh(i, size, scale, translation, antialias, kind, weights):
    """(first, after) of the pixels of an axis that pixel i of the result is made of, and the weight of each."""
    inverse = ONE / scale
    width = max(inverse, ONE) if antialias else ONE
    at = (np.float32(i) + HALF) * inverse - inverse * translation
    if not 0 <= at <= size:
        return 0, 0
    reach = radius_of(kind) * width
    # as floats first: they may be as large as any
    first = int(min(max(np.float32(math.ceil(at - reach - HALF)), ZERO), np.float32(size - 1)))
    after = int(min(max(np.float32(math.floor(at + reach - HALF)), ZERO), np.float32(size - 1))) + 1
    total = ZERO
    for k in range(first, after):
        weights[k - first] = filter_at(np.abs(np.float32(k) + HALF - at) * (ONE / width), kind)
        total += weights[k - first]
    if np.abs(total) < 1000 * np.finfo(np.float32).tiny:
        return 0, 0
    for k in range(after - first):
        weights[k] *= ONE / total
    return first, after


@kernel(rank={"images": 4, "resized_images": 4})
def scale_and_translate(
    images, scale, translation, resized_images, rows, weights, kernel_type, antialias
):  # fmt: skip
    check(scale[0] > 0 and scale[1] > 0, "Scale must be greater than zero.")
    batch, height, width, channels = resized_images.shape
    across, kind = images.shape[2], place_of(kernel_type, FILTERS)
    line = across * channels
    for y in range(height):
        first, after = weigh(y, images.shape[1], scale[0], translation[0], antialias, kind, weights)
        for n in range(batch):
            row = rows[(n * height + y) * line : (n * height + y + 1) * line]
            row[:] = 0
            for k in range(first, after):
                for x in range(across):
                    for c in range(channels):
                        row[x * channels + c] += weights[k - first] * np.float32(images[n, k, x, c])
    for x in range(width):
        first, after = weigh(x, across, scale[1], translation[1], antialias, kind, weights)
        for n in range(batch):
            for y in range(height):
                row = rows[(n * height + y) * line : (n * height + y + 1) * line]
                for c in range(channels):
                    total = ZERO
                    for k in range(first, after):
                        total += weights[k - first] * row[k * channels + c]
                    resized_images[n, y, x, c] = total


@kernel(rank={"grads": 4, "output": 4})
def scale_and_translate_grad(grads, scale, translation, output, rows, weights, kernel_type, antialias):
    check(scale[0] > 0 and scale[1] > 0, "Scale must be greater than zero.")
    batch, height, width, channels = grads.shape
    across, kind = output.shape[2], place_of(kernel_type, FILTERS)
    line = across * channels
    clear(output)
    rows[:] = 0
    for x in range(width):
        first, after = weigh(x, across, scale[1], translation[1], antialias, kind, weights)
        for n in range(batch):
            for y in range(height):
                row = rows[(n * height + y) * line : (n * height + y + 1) * line]
                for k in range(first, after):
                    for c in range(channels):
                        row[k * channels + c] += weights[k - first] * grads[n, y, x, c]
    for y in range(height):
        first, after = weigh(y, output.shape[1], scale[0], translation[0], antialias, kind, weights)
        for n in range(batch):
            row = rows[(n * height + y) * line : (n * height + y + 1) * line]
            for k in range(first, after):
                for x in range(across):
                    for c in range(channels):
                        output[n, k, x, c] += weights[k - first] * row[x * channels + c]
