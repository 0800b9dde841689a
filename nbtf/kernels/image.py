"""Boxes and colours of images."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.extremes import lowest_finite
from nbtf.kernels.jit import kernel

# ---- overlap of boxes ------------------------------------------------------------------------------------------------


@register_jitable
def corner(boxes, i, axis, upper):
    """An edge of box i = (y, x) of one corner, (y, x) of another."""
    a, b = boxes[4 * i + axis], boxes[4 * i + axis + 2]
    return max(a, b) if upper else min(a, b)


@register_jitable
def intersection_over_union(boxes, i, j):
    """0 for a box without area."""
    zero = boxes.dtype.type(0)
    area_i = (corner(boxes, i, 0, True) - corner(boxes, i, 0, False)) * (
        corner(boxes, i, 1, True) - corner(boxes, i, 1, False)
    )
    area_j = (corner(boxes, j, 0, True) - corner(boxes, j, 0, False)) * (
        corner(boxes, j, 1, True) - corner(boxes, j, 1, False)
    )
    if area_i <= 0 or area_j <= 0:
        return zero
    height = min(corner(boxes, i, 0, True), corner(boxes, j, 0, True)) - max(
        corner(boxes, i, 0, False), corner(boxes, j, 0, False)
    )
    width = min(corner(boxes, i, 1, True), corner(boxes, j, 1, True)) - max(
        corner(boxes, i, 1, False), corner(boxes, j, 1, False)
    )
    shared = max(height, zero) * max(width, zero)
    return shared / (area_i + area_j - shared)


@register_jitable
def similarity(boxes, i, j, count, given):
    """Of two boxes: their overlap, or an entry of the given matrix of similarities [count, count]."""
    return boxes[i * count + j] if given else intersection_over_union(boxes, i, j)


# ---- non-maximum suppression -----------------------------------------------------------------------------------------


@register_jitable
def outranks(scores, i, j):
    """By score, then by position."""
    return scores[i] > scores[j] or (scores[i] == scores[j] and i < j)


@register_jitable
def sink(heap, scores, at, count):
    """Restore the heap below `at`: a parent outranks its children."""
    while True:
        child = 2 * at + 1
        if child >= count:
            return
        if child + 1 < count and outranks(scores, heap[child + 1], heap[child]):
            child += 1
        if not outranks(scores, heap[child], heap[at]):
            return
        heap[at], heap[child] = heap[child], heap[at]
        at = child


@register_jitable
def gather_candidates(scores, score_threshold, heap, current, seen):
    """Heap of the boxes above the threshold; `current` scores fall under soft suppression."""
    count = 0
    for i in range(len(scores)):
        if scores[i] > score_threshold:
            heap[count] = i
            count += 1
        current[i] = scores[i]
        seen[i] = 0
    for at in range(count // 2 - 1, -1, -1):
        sink(heap, current, at, count)
    return count


@register_jitable
def select_boxes(boxes, given, scores, limits, most, selected, heap, current, seen):
    """Number of selected boxes, best first. limits: overlap, score and soft_nms_sigma; soft where that is above 0.

    A candidate is held against the boxes selected since it was last looked at (`seen`); one whose score falls goes back
    into the heap, one that overlaps too much without softness is dropped.
    """
    overlap_threshold, score_threshold, sigma = limits
    soft = sigma > 0
    scale = np.float32(-0.5) / sigma if soft else np.float32(0)
    waiting = gather_candidates(scores, score_threshold, heap, current, seen)
    count = 0
    while count < most and waiting > 0:
        best = heap[0]
        original, done = current[best], False
        for k in range(count - 1, seen[best] - 1, -1):
            same = similarity(boxes, best, selected[k], len(scores), given)
            if not soft and same > overlap_threshold:
                done = True
                break
            if soft:
                current[best] *= np.float32(math.exp(scale * same * same))
                if current[best] <= score_threshold:
                    break
        seen[best] = count
        if not done and current[best] == original:
            selected[count] = best
            count += 1
            done = True
        if done or not current[best] > score_threshold:
            waiting -= 1
            heap[0] = heap[waiting]
        sink(heap, current, 0, waiting)
    return count


@kernel
def non_max_suppression(
    boxes, scores, max_output_size, selected_indices, selected_indices_dims, iou_threshold, heap, current, seen
):
    limits = (np.float32(iou_threshold), lowest_finite(scores), np.float32(0))
    most = min(max_output_size[0], len(scores))
    selected_indices_dims[0] = select_boxes(boxes, False, scores, limits, most, selected_indices, heap, current, seen)


@kernel
def non_max_suppression_v2(
    boxes, scores, max_output_size, iou_threshold, selected_indices, selected_indices_dims, heap, current, seen
):
    limits = (iou_threshold[0], lowest_finite(scores), np.float32(0))
    most = min(max_output_size[0], len(scores))
    selected_indices_dims[0] = select_boxes(boxes, False, scores, limits, most, selected_indices, heap, current, seen)


@kernel
def non_max_suppression_v3(
    boxes,
    scores,
    max_output_size,
    iou_threshold,
    score_threshold,
    selected_indices,
    selected_indices_dims,
    heap,
    current,
    seen,
):
    limits = (iou_threshold[0], score_threshold[0], np.float32(0))
    most = min(max_output_size[0], len(scores))
    selected_indices_dims[0] = select_boxes(boxes, False, scores, limits, most, selected_indices, heap, current, seen)


@kernel
def non_max_suppression_with_overlaps(
    overlaps,
    scores,
    max_output_size,
    overlap_threshold,
    score_threshold,
    selected_indices,
    selected_indices_dims,
    heap,
    current,
    seen,
):
    limits = (overlap_threshold[0], score_threshold[0], np.float32(0))
    most = min(max_output_size[0], len(scores))
    selected_indices_dims[0] = select_boxes(overlaps, True, scores, limits, most, selected_indices, heap, current, seen)


@kernel
def non_max_suppression_v4(
    boxes,
    scores,
    max_output_size,
    iou_threshold,
    score_threshold,
    selected_indices,
    selected_indices_dims,
    valid_outputs,
    pad_to_max_output_size,
    heap,
    current,
    seen,
):
    limits = (iou_threshold[0], score_threshold[0], np.float32(0))
    most = min(max_output_size[0], len(scores))
    count = select_boxes(boxes, False, scores, limits, most, selected_indices, heap, current, seen)
    valid_outputs[0] = count
    if not pad_to_max_output_size:
        selected_indices_dims[0] = count
    else:
        for i in range(count, len(selected_indices)):
            selected_indices[i] = 0


@kernel
def non_max_suppression_v5(
    boxes,
    scores,
    max_output_size,
    iou_threshold,
    score_threshold,
    soft_nms_sigma,
    selected_indices,
    selected_indices_dims,
    selected_scores,
    selected_scores_dims,
    valid_outputs,
    pad_to_max_output_size,
    heap,
    current,
    seen,
):
    limits = (iou_threshold[0], score_threshold[0], soft_nms_sigma[0])
    most = min(max_output_size[0], len(scores))
    count = select_boxes(boxes, False, scores, limits, most, selected_indices, heap, current, seen)
    valid_outputs[0] = count
    for i in range(count):
        selected_scores[i] = current[selected_indices[i]]
    if not pad_to_max_output_size:
        selected_indices_dims[0] = count
        selected_scores_dims[0] = count
    else:
        for i in range(count, len(selected_indices)):
            selected_indices[i] = 0
            selected_scores[i] = 0


# ---- drawing ---------------------------------------------------------------------------------------------------------

# yellow, blue, red, lime, purple, olive, maroon, navy, aqua, fuchsia
PALETTE = (
    (1.0, 1.0, 0.0, 1.0),
    (0.0, 0.0, 1.0, 1.0),
    (1.0, 0.0, 0.0, 1.0),
    (0.0, 1.0, 0.0, 1.0),
    (0.5, 0.0, 0.5, 1.0),
    (0.5, 0.5, 0.0, 1.0),
    (0.5, 0.0, 0.0, 1.0),
    (0.0, 0.0, 0.5, 1.0),
    (0.0, 1.0, 1.0, 1.0),
    (1.0, 0.0, 1.0, 1.0),
)
FAR = 1e9  # edges beyond are as good as off the image, whatever their size


@register_jitable
def edge(part, size):
    """Pixel of an edge given as a part of the axis; -2 and size + 1 stand for all that is far off."""
    at = np.float32(part) * np.float32(size - 1)
    if not at > -FAR:
        return -2
    return int(at) if at < FAR else size + 1


@register_jitable
def paint(output, n, row, column, color, colors):
    channels = output.shape[3]
    for c in range(channels):
        if channels == 1 and colors.shape[0] == 0:
            output[n, row, column, c] = 1
        elif colors.shape[0] == 0:
            output[n, row, column, c] = PALETTE[color][c]
        else:
            output[n, row, column, c] = colors[color, c]


@register_jitable
def draw(images, boxes, output, colors):
    batch, rows, columns, channels = images.shape
    for n in range(batch):
        for y in range(rows):
            for x in range(columns):
                for c in range(channels):
                    output[n, y, x, c] = images[n, y, x, c]
        for i in range(boxes.shape[1]):
            color = i % (colors.shape[0] if colors.shape[0] > 0 else len(PALETTE))
            top, bottom = edge(boxes[n, i, 0], rows), edge(boxes[n, i, 2], rows)
            left, right = edge(boxes[n, i, 1], columns), edge(boxes[n, i, 3], columns)
            if top > bottom or left > right or top >= rows or bottom < 0 or left >= columns or right < 0:
                continue
            for x in range(max(left, 0), min(right, columns - 1) + 1):
                if top >= 0:
                    paint(output, n, top, x, color, colors)
                if bottom < rows:
                    paint(output, n, bottom, x, color, colors)
            for y in range(max(top, 0), min(bottom, rows - 1) + 1):
                if left >= 0:
                    paint(output, n, y, left, color, colors)
                if right < columns:
                    paint(output, n, y, right, color, colors)


@kernel(rank={"images": 4, "boxes": 3, "output": 4})
def draw_bounding_boxes(images, boxes, output):
    draw(images, boxes, output, boxes[0, :0])  # no colours of its own


@kernel(rank={"images": 4, "boxes": 3, "colors": 2, "output": 4})
def draw_bounding_boxes_v2(images, boxes, colors, output):
    draw(images, boxes, output, colors)


# ---- colours ---------------------------------------------------------------------------------------------------------


@register_jitable
def hue_saturation_value(r, g, b):
    """Each in [0, 1] for a colour with channels in [0, 1]."""
    kind = type(r)
    value = max(r, max(g, b))
    spread = value - min(r, min(g, b))
    saturation = spread / value if value > 0 else kind(0)
    if not spread > 0:
        return kind(0), saturation, value
    part = kind(1) / (kind(6) * spread)
    if r == value:
        hue = part * (g - b)
    elif g == value:
        hue = part * (b - r) + kind(2) / kind(6)
    else:
        hue = part * (r - g) + kind(4) / kind(6)
    return hue + kind(1) if hue < 0 else hue, saturation, value


@register_jitable
def ramp(x):
    """x, but not below 0 and not above 1."""
    return min(max(x, type(x)(0)), type(x)(1))


@register_jitable
def red_green_blue(hue, saturation, value):
    kind = type(hue)
    turn = hue * kind(6)
    r = ramp(abs(turn - kind(3)) - kind(1))
    g = ramp(kind(2) - abs(turn - kind(2)))
    b = ramp(kind(2) - abs(turn - kind(4)))
    rest = kind(1) - saturation
    return (rest + saturation * r) * value, (rest + saturation * g) * value, (rest + saturation * b) * value


@kernel
def rgb_to_hsv(images, output):
    for i in range(0, len(images), 3):
        output[i], output[i + 1], output[i + 2] = hue_saturation_value(images[i], images[i + 1], images[i + 2])


@kernel
def hsv_to_rgb(images, output):
    for i in range(0, len(images), 3):
        output[i], output[i + 1], output[i + 2] = red_green_blue(images[i], images[i + 1], images[i + 2])


@kernel
def adjust_contrast(images, contrast_factor, output, images_dims):
    rank = len(images_dims)
    channels = images_dims[rank - 1]
    pixels = images_dims[rank - 3] * images_dims[rank - 2]
    size = pixels * channels
    for first in range(0, len(images), max(size, 1)):
        for c in range(channels):
            total = 0.0
            for i in range(first + c, first + size, channels):
                total += images[i]
            mean = np.float32(total / pixels)
            for i in range(first + c, first + size, channels):
                output[i] = (images[i] - mean) * contrast_factor[0] + mean


@kernel
def adjust_hue(images, delta, output):
    for i in range(0, len(images), 3):
        hue, _, high = hue_saturation_value(images[i], images[i + 1], images[i + 2])
        low = min(images[i], min(images[i + 1], images[i + 2]))
        turn = np.float32(np.mod((hue + delta[0]) * np.float32(6), np.float32(6)))
        output[i] = low + (high - low) * ramp(abs(turn - np.float32(3)) - np.float32(1))
        output[i + 1] = low + (high - low) * ramp(np.float32(2) - abs(turn - np.float32(2)))
        output[i + 2] = low + (high - low) * ramp(np.float32(2) - abs(turn - np.float32(4)))


@kernel
def adjust_saturation(images, scale, output):
    for i in range(0, len(images), 3):
        hue, saturation, value = hue_saturation_value(images[i], images[i + 1], images[i + 2])
        output[i], output[i + 1], output[i + 2] = red_green_blue(hue, ramp(saturation * scale[0]), value)
