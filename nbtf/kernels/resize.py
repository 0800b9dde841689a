"""Resizing of images [N, H, W, C]. The arithmetic of positions and weights is float32, which decides ties."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import check

HALF = np.float32(0.5)
ONE = np.float32(1)

# ---- positions -------------------------------------------------------------------------------------------------------


@register_jitable
def scale_of(size, resized, align_corners):
    """Pixels of the image to a pixel of the resized one."""
    if align_corners and resized > 1:
        return np.float32(size - 1) / np.float32(resized - 1)
    return np.float32(size) / np.float32(resized)


@register_jitable
def position(i, scale, half_pixel_centers):
    """Where pixel i of the resized image lies in the image."""
    if half_pixel_centers:
        return (np.float32(i) + HALF) * scale - HALF
    return np.float32(i) * scale


@register_jitable
def nearest(i, scale, size, align_corners, half_pixel_centers):
    at = (np.float32(i) + HALF) * scale if half_pixel_centers else np.float32(i) * scale
    # rounded as C's roundf; the sum is exact in 64 bits
    index = math.floor(np.float64(at) + 0.5) if align_corners else math.floor(at)
    return max(min(int(index), size - 1), 0)


@register_jitable
def neighbours(count, size, align_corners, half_pixel_centers, places, fractions):
    """For each resized pixel of an axis the two pixels around it, and how far it is from the first."""
    scale = scale_of(size, count, align_corners)
    for i in range(count):
        at = position(i, scale, half_pixel_centers)
        below = math.floor(at)
        places[2 * i] = min(max(int(below), 0), size - 1)
        places[2 * i + 1] = max(min(int(math.ceil(at)), size - 1), 0)
        fractions[i] = at - np.float32(below)


# ---- nearest neighbour -----------------------------------------------------------------------------------------------


@kernel(rank={"images": 4, "resized_images": 4})
def resize_nearest_neighbor(images, resized_images, align_corners, half_pixel_centers):
    batch, rows, columns, channels = resized_images.shape
    height, width = images.shape[1], images.shape[2]
    row_scale, column_scale = scale_of(height, rows, align_corners), scale_of(width, columns, align_corners)
    for n in range(batch):
        for y in range(rows):
            row = nearest(y, row_scale, height, align_corners, half_pixel_centers)
            for x in range(columns):
                column = nearest(x, column_scale, width, align_corners, half_pixel_centers)
                for c in range(channels):
                    resized_images[n, y, x, c] = images[n, row, column, c]


@kernel(rank={"grads": 4, "output": 4})
def resize_nearest_neighbor_grad(grads, output, align_corners, half_pixel_centers):
    batch, rows, columns, channels = grads.shape
    height, width = output.shape[1], output.shape[2]
    row_scale, column_scale = scale_of(height, rows, align_corners), scale_of(width, columns, align_corners)
    clear(output)
    for n in range(batch):
        for y in range(rows):
            row = nearest(y, row_scale, height, align_corners, half_pixel_centers)
            for x in range(columns):
                column = nearest(x, column_scale, width, align_corners, half_pixel_centers)
                for c in range(channels):
                    output[n, row, column, c] += grads[n, y, x, c]


@register_jitable
def clear(output):
    for n in range(output.shape[0]):
        for y in range(output.shape[1]):
            for x in range(output.shape[2]):
                for c in range(output.shape[3]):
                    output[n, y, x, c] = 0


# ---- bilinear --------------------------------------------------------------------------------------------------------


@kernel(rank={"images": 4, "resized_images": 4})
def resize_bilinear(images, resized_images, align_corners, half_pixel_centers, places, fractions):
    batch, rows, columns, channels = resized_images.shape
    below, beside = places[: 2 * rows], places[2 * rows :]
    neighbours(rows, images.shape[1], align_corners, half_pixel_centers, below, fractions)
    neighbours(columns, images.shape[2], align_corners, half_pixel_centers, beside, fractions[rows:])
    for n in range(batch):
        for y in range(rows):
            top, bottom, down = below[2 * y], below[2 * y + 1], fractions[y]
            for x in range(columns):
                left, right, along = beside[2 * x], beside[2 * x + 1], fractions[rows + x]
                for c in range(channels):
                    a, b = np.float32(images[n, top, left, c]), np.float32(images[n, top, right, c])
                    d, e = np.float32(images[n, bottom, left, c]), np.float32(images[n, bottom, right, c])
                    upper, lower = a + (b - a) * along, d + (e - d) * along
                    resized_images[n, y, x, c] = upper + (lower - upper) * down


@kernel(rank={"grads": 4, "output": 4})
def resize_bilinear_grad(grads, output, align_corners, half_pixel_centers, places, fractions):
    batch, rows, columns, channels = grads.shape
    below, beside = places[: 2 * rows], places[2 * rows :]
    neighbours(rows, output.shape[1], align_corners, half_pixel_centers, below, fractions)
    neighbours(columns, output.shape[2], align_corners, half_pixel_centers, beside, fractions[rows:])
    clear(output)
    for n in range(batch):
        for y in range(rows):
            top, bottom, down = below[2 * y], below[2 * y + 1], fractions[y]
            for x in range(columns):
                left, right, along = beside[2 * x], beside[2 * x + 1], fractions[rows + x]
                for c in range(channels):
                    grad = grads[n, y, x, c]
                    output[n, top, left, c] += grad * (ONE - down) * (ONE - along)
                    output[n, top, right, c] += grad * (ONE - down) * along
                    output[n, bottom, left, c] += grad * down * (ONE - along)
                    output[n, bottom, right, c] += grad * down * along


# ---- bicubic ---------------------------------------------------------------------------------------------------------

STEPS = 1024  # the fraction of a position is rounded to one of these


@register_jitable
def inner_weight(step, sharpness):
    x = step / STEPS
    return np.float32(((sharpness + 2) * x - (sharpness + 3)) * x * x + 1)


@register_jitable
def outer_weight(step, sharpness):
    x = step / STEPS + 1
    return np.float32(((sharpness * x - 5 * sharpness) * x + 8 * sharpness) * x - 4 * sharpness)


@register_jitable
def taps(count, size, align_corners, half_pixel_centers, places, weights):
    """Four pixels and their weights for each resized pixel of an axis.

    Beyond the border the nearest pixel repeats; with half_pixel_centers it drops out instead.
    """
    scale = scale_of(size, count, align_corners)
    sharpness = -0.5 if half_pixel_centers else -0.75
    for i in range(count):
        at = position(i, scale, half_pixel_centers)
        first = math.floor(at)
        step = int(np.rint((at - np.float32(first)) * np.float32(STEPS)))
        weights[4 * i] = outer_weight(step, sharpness)
        weights[4 * i + 1] = inner_weight(step, sharpness)
        weights[4 * i + 2] = inner_weight(STEPS - step, sharpness)
        weights[4 * i + 3] = outer_weight(STEPS - step, sharpness)
        total = np.float32(0)
        for k in range(4):
            index = int(first) - 1 + k
            places[4 * i + k] = min(max(index, 0), size - 1)
            if half_pixel_centers and places[4 * i + k] != index:
                weights[4 * i + k] = 0
            total += weights[4 * i + k]
        if half_pixel_centers and abs(total) >= 1000 * np.finfo(np.float32).tiny:
            for k in range(4):
                weights[4 * i + k] *= ONE / total


@kernel(rank={"images": 4, "resized_images": 4})
def resize_bicubic(images, resized_images, align_corners, half_pixel_centers, places, weights):
    batch, rows, columns, channels = resized_images.shape
    taps(rows, images.shape[1], align_corners, half_pixel_centers, places, weights)
    beside, along = places[4 * rows :], weights[4 * rows :]
    taps(columns, images.shape[2], align_corners, half_pixel_centers, beside, along)
    for n in range(batch):
        for y in range(rows):
            for x in range(columns):
                for c in range(channels):
                    total = np.float32(0)
                    for k in range(4):
                        column = beside[4 * x + k]
                        down = np.float32(0)
                        for r in range(4):
                            down += np.float32(images[n, places[4 * y + r], column, c]) * weights[4 * y + r]
                        total += down * along[4 * x + k]
                    resized_images[n, y, x, c] = total


@kernel(rank={"grads": 4, "output": 4})
def resize_bicubic_grad(grads, output, align_corners, half_pixel_centers, places, weights):
    batch, rows, columns, channels = grads.shape
    taps(rows, output.shape[1], align_corners, half_pixel_centers, places, weights)
    beside, along = places[4 * rows :], weights[4 * rows :]
    taps(columns, output.shape[2], align_corners, half_pixel_centers, beside, along)
    clear(output)
    for n in range(batch):
        for y in range(rows):
            for x in range(columns):
                for r in range(4):
                    row, down = places[4 * y + r], weights[4 * y + r]
                    for k in range(4):
                        column, weight = beside[4 * x + k], down * along[4 * x + k]
                        for c in range(channels):
                            output[n, row, column, c] += grads[n, y, x, c] * weight


# ---- area ------------------------------------------------------------------------------------------------------------


@register_jitable
def covered(i, low, high, scale):
    """How much of pixel i lies between low and high."""
    first, after = np.float32(i), np.float32(i + 1)
    if first < low:
        return scale if after > high else after - low
    return high - first if after > high else ONE


@kernel(rank={"images": 4, "resized_images": 4})
def resize_area(images, resized_images, align_corners):
    batch, rows, columns, channels = resized_images.shape
    height, width = images.shape[1], images.shape[2]
    row_scale = scale_of(height, rows, align_corners and height > 1)  # one pixel has no corners apart
    column_scale = scale_of(width, columns, align_corners and width > 1)
    part = ONE / (row_scale * column_scale)
    for n in range(batch):
        for y in range(rows):
            top, bottom = np.float32(y) * row_scale, np.float32(y + 1) * row_scale
            for x in range(columns):
                left, right = np.float32(x) * column_scale, np.float32(x + 1) * column_scale
                for c in range(channels):
                    resized_images[n, y, x, c] = 0
                for row in range(int(math.floor(top)), int(math.ceil(bottom))):
                    down = covered(row, top, bottom, row_scale)
                    for column in range(int(math.floor(left)), int(math.ceil(right))):
                        weight = covered(column, left, right, column_scale) * down * part
                        for c in range(channels):
                            pixel = images[n, min(row, height - 1), min(column, width - 1), c]
                            resized_images[n, y, x, c] += np.float32(pixel) * weight


# ---- crops -----------------------------------------------------------------------------------------------------------


@register_jitable
def crop_position(i, count, low, high, size):
    """Where pixel i of a crop from low to high, parts of the axis, lies in the image."""
    extent = np.float32(size - 1)
    if count > 1:
        return low * extent + np.float32(i) * ((high - low) * extent / np.float32(count - 1))
    return HALF * (low + high) * extent


@register_jitable
def round_half_away(x):
    return int(math.floor(np.float64(x) + 0.5))


@register_jitable
def check_boxes(box_ind, batch):
    for i in range(len(box_ind)):
        check(0 <= box_ind[i] < batch, "box_index has values outside [0, batch_size)")


@kernel(rank={"image": 4, "boxes": 2, "crops": 4})
def crop_and_resize(image, boxes, box_ind, crops, method, extrapolation_value):
    count, rows, columns, channels = crops.shape
    height, width = image.shape[1], image.shape[2]
    check_boxes(box_ind, image.shape[0])
    for i in range(count):
        n = box_ind[i]
        for y in range(rows):
            at_y = crop_position(y, rows, boxes[i, 0], boxes[i, 2], height)
            for x in range(columns):
                at_x = crop_position(x, columns, boxes[i, 1], boxes[i, 3], width)
                if not (0 <= at_y <= height - 1 and 0 <= at_x <= width - 1):
                    for c in range(channels):
                        crops[i, y, x, c] = extrapolation_value
                elif method == 1:
                    row, column = round_half_away(at_y), round_half_away(at_x)
                    for c in range(channels):
                        crops[i, y, x, c] = image[n, row, column, c]
                else:
                    top, left = int(math.floor(at_y)), int(math.floor(at_x))
                    bottom, right = int(math.ceil(at_y)), int(math.ceil(at_x))
                    down, along = at_y - np.float32(top), at_x - np.float32(left)
                    for c in range(channels):
                        a, b = np.float32(image[n, top, left, c]), np.float32(image[n, top, right, c])
                        d, e = np.float32(image[n, bottom, left, c]), np.float32(image[n, bottom, right, c])
                        upper, lower = a + (b - a) * along, d + (e - d) * along
                        crops[i, y, x, c] = upper + (lower - upper) * down


@kernel(rank={"grads": 4, "boxes": 2, "output": 4})
def crop_and_resize_grad_image(grads, boxes, box_ind, output, method):
    count, rows, columns, channels = grads.shape
    height, width = output.shape[1], output.shape[2]
    check_boxes(box_ind, output.shape[0])
    clear(output)
    for i in range(count):
        n = box_ind[i]
        for y in range(rows):
            at_y = crop_position(y, rows, boxes[i, 0], boxes[i, 2], height)
            for x in range(columns):
                at_x = crop_position(x, columns, boxes[i, 1], boxes[i, 3], width)
                if not (0 <= at_y <= height - 1 and 0 <= at_x <= width - 1):
                    continue
                if method == 1:
                    row, column = round_half_away(at_y), round_half_away(at_x)
                    for c in range(channels):
                        output[n, row, column, c] += grads[i, y, x, c]
                    continue
                top, left = int(math.floor(at_y)), int(math.floor(at_x))
                bottom, right = int(math.ceil(at_y)), int(math.ceil(at_x))
                down, along = at_y - np.float32(top), at_x - np.float32(left)
                for c in range(channels):
                    upper, lower = (ONE - down) * grads[i, y, x, c], down * grads[i, y, x, c]
                    output[n, top, left, c] += (ONE - along) * upper
                    output[n, top, right, c] += along * upper
                    output[n, bottom, left, c] += (ONE - along) * lower
                    output[n, bottom, right, c] += along * lower


@register_jitable
def add_edge_gradients(output, i, edge, slope, at, count, size):
    """What a slope at pixel `at` of the crop means for the two edges of an axis: columns edge and edge + 2 of a box."""
    extent = np.float32(size - 1)
    share = np.float32(at) * (extent / np.float32(count - 1)) if count > 1 else HALF * extent
    output[i, edge] += slope * (extent - share)
    output[i, edge + 2] += slope * share


@kernel(rank={"grads": 4, "image": 4, "boxes": 2, "output": 2})
def crop_and_resize_grad_boxes(grads, image, boxes, box_ind, output):
    count, rows, columns, channels = grads.shape
    height, width = image.shape[1], image.shape[2]
    check_boxes(box_ind, image.shape[0])
    for i in range(count):
        n = box_ind[i]
        for k in range(4):
            output[i, k] = 0
        for y in range(rows):
            at_y = crop_position(y, rows, boxes[i, 0], boxes[i, 2], height)
            for x in range(columns):
                at_x = crop_position(x, columns, boxes[i, 1], boxes[i, 3], width)
                if not (0 <= at_y <= height - 1 and 0 <= at_x <= width - 1):
                    continue
                top, left = int(math.floor(at_y)), int(math.floor(at_x))
                bottom, right = int(math.ceil(at_y)), int(math.ceil(at_x))
                down, along = at_y - np.float32(top), at_x - np.float32(left)
                slope_y, slope_x = np.float32(0), np.float32(0)
                for c in range(channels):
                    a, b = np.float32(image[n, top, left, c]), np.float32(image[n, top, right, c])
                    d, e = np.float32(image[n, bottom, left, c]), np.float32(image[n, bottom, right, c])
                    slope_y += ((ONE - along) * (d - a) + along * (e - b)) * grads[i, y, x, c]
                    slope_x += ((ONE - down) * (b - a) + down * (e - d)) * grads[i, y, x, c]
                add_edge_gradients(output, i, 0, slope_y, y, rows, height)
                add_edge_gradients(output, i, 1, slope_x, x, columns, width)
