"""Windows of images: sampled at random, cut out with noise around them; the best boxes of all classes."""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.image import select_boxes, sink
from nbtf.kernels.jit import kernel
from nbtf.kernels.random import advance, normal_floats, philox, stateful_seeds, stateless_seeds, unit_float
from nbtf.shapes import check

ONE, HALF = np.float32(1), np.float32(0.5)

# ---- the best boxes of all classes -----------------------------------------------------------------------------------


@register_jitable
def gather_class(boxes, scores, n, kind, own_boxes, own_scores):
    """Boxes and scores of one class of image n; all classes may share the boxes."""
    slot = kind if boxes.shape[2] > 1 else 0
    for i in range(scores.shape[1]):
        own_scores[i] = scores[n, i, kind]
        for k in range(4):
            own_boxes[4 * i + k] = boxes[n, i, slot, k]


@register_jitable
def clipped(x, clip):
    return min(max(x, np.float32(0)), ONE) if clip else x


@kernel(rank={"boxes": 4, "scores": 3, "nmsed_boxes": 3, "nmsed_scores": 2, "nmsed_classes": 2})
def combined_non_max_suppression(
    boxes,
    scores,
    max_output_size_per_class,
    iou_threshold,
    score_threshold,
    nmsed_boxes,
    nmsed_scores,
    nmsed_classes,
    valid_detections,
    clip_boxes,
    heap,
    current,
    seen,
    own_boxes,
    own_scores,
    selected,
    found,
    found_scores,
):
    count, kinds = scores.shape[1], scores.shape[2]
    most = min(max_output_size_per_class[0], count)
    limits = (iou_threshold[0], score_threshold[0], np.float32(0))
    for n in range(scores.shape[0]):
        total = 0
        for kind in range(kinds):
            gather_class(boxes, scores, n, kind, own_boxes, own_scores)
            kept = select_boxes(own_boxes, False, own_scores, limits, most, selected, heap, current, seen)
            for i in range(kept):
                found[2 * total], found[2 * total + 1] = selected[i], kind
                found_scores[total] = own_scores[selected[i]]
                total += 1
        for i in range(total):
            heap[i] = i
        for at in range(total // 2 - 1, -1, -1):
            sink(heap, found_scores, at, total)
        room = nmsed_scores.shape[1]
        valid_detections[n] = min(total, room)
        for place in range(room):
            if total == 0:
                nmsed_scores[n, place], nmsed_classes[n, place] = 0, 0
                for k in range(4):
                    nmsed_boxes[n, place, k] = 0
                continue
            best = heap[0]
            total -= 1
            heap[0] = heap[total]
            sink(heap, found_scores, 0, total)
            box, kind = found[2 * best], found[2 * best + 1]
            nmsed_scores[n, place], nmsed_classes[n, place] = found_scores[best], kind
            for k in range(4):
                nmsed_boxes[n, place, k] = clipped(boxes[n, box, kind if boxes.shape[2] > 1 else 0, k], clip_boxes)


# ---- random windows --------------------------------------------------------------------------------------------------


@register_jitable
def next_word(stream):
    """The next 32 bits of a stream: [first output, words taken, seed, seed2]."""
    words = philox(stream[0] + stream[1] // 4, stream[2], stream[3])
    lane = stream[1] % 4
    stream[1] += 1
    return words[0] if lane == 0 else words[1] if lane == 1 else words[2] if lane == 2 else words[3]


@register_jitable
def below(n, stream):
    """A number in [0, n), all equally likely."""
    limit = np.uint64(n)
    if n & (n - 1) == 0:
        return np.int64(next_word(stream) & (limit - np.uint64(1)))
    surplus = np.uint64(0xFFFFFFFF) % limit + np.uint64(1)
    word = next_word(stream)
    while word < surplus:
        word = next_word(stream)
    return np.int64(word % limit)


@register_jitable
def rounded(x):
    return int(np.rint(x))


@register_jitable
def random_window(height, width, areas, aspect, stream, window):
    """Fills window with (y, x, height, width); False where no size fits.

    areas: the least and the largest part of the image; aspect: width by height.
    """
    whole = np.float32(width) * np.float32(height)
    least, largest = np.float32(areas[0]) * whole, np.float32(areas[1]) * whole
    if not (largest > 0 and aspect > 0 and height > 0 and width > 0 and areas[0] <= areas[1]):
        return False
    rows = rounded(np.sqrt(least / aspect))
    most = rounded(np.sqrt(largest / aspect))
    if rounded(np.float32(most) * aspect) > width:
        most = int((np.float64(width) + 0.5 - 1e-7) / np.float64(aspect))
        if rounded(np.float32(most) * aspect) > width:
            most -= 1
    most = min(most, height)
    rows = min(rows, most)
    if rows < most:
        rows += below(most - rows + 1, stream)
    columns = rounded(np.float32(rows) * aspect)
    # what rounding took away or added is given back, a row at a time
    if np.float32(columns * rows) < least:
        rows += 1
        columns = rounded(np.float32(rows) * aspect)
    if np.float32(columns * rows) > largest:
        rows -= 1
        columns = rounded(np.float32(rows) * aspect)
    area = np.float32(columns * rows)
    if area < least or area > largest or columns > width or rows > height or columns <= 0 or rows <= 0:
        return False
    window[0] = below(height - rows, stream) if rows < height else 0
    window[1] = below(width - columns, stream) if columns < width else 0
    window[2], window[3] = rows, columns
    return True


@register_jitable
def covers(window, boxes, height, width, part):
    """Whether the window has this part of one of the boxes, which are rounded to pixels."""
    for i in range(0, len(boxes), 4):
        top, left = int(boxes[i] * np.float32(height)), int(boxes[i + 1] * np.float32(width))
        bottom, right = int(boxes[i + 2] * np.float32(height)), int(boxes[i + 3] * np.float32(width))
        area = np.float32((bottom - top) * (right - left)) if bottom > top and right > left else np.float32(0)
        if area < 1:
            continue
        rows = min(bottom, window[0] + window[2]) - max(top, window[0])
        columns = min(right, window[1] + window[3]) - max(left, window[1])
        if np.float32(max(rows, 0) * max(columns, 0)) / area >= part:
            return True
    return False


@register_jitable
def sample_window(image_size, boxes, part, ranges, attempts, whole_if_none, stream, window, begin, size, bboxes):
    """ranges: aspect_ratio_range, area_range."""
    height, width = np.int64(image_size[0]), np.int64(image_size[1])
    check(part >= 0, "Min object covered must be non-negative: {}", part)
    check(
        len(boxes) > 0 or whole_if_none,
        "No bounding boxes provided as input. One must enable use_image_if_no_bounding_boxes if you wish to not provide "
        "any bounding boxes.",
    )
    for i in range(len(boxes)):
        check(0 <= boxes[i] <= 1, "All bounding box coordinates must be in [0.0, 1.0]: {}", boxes[i])
    aspects, areas = ranges
    low, high = np.float32(aspects[0]), np.float32(aspects[1])
    sampled = False
    for _ in range(attempts):
        aspect = unit_float(next_word(stream)) * (high - low) + low
        if not random_window(height, width, areas, aspect, stream, window):
            continue
        if len(boxes) == 0:
            sampled = np.float32(window[2] * window[3]) / np.float32(height * width) >= part
        else:
            sampled = covers(window, boxes, height, width, part)
        if sampled:
            break
    if not sampled:
        window[0], window[1], window[2], window[3] = 0, 0, height, width
    begin[0], begin[1], begin[2] = window[0], window[1], 0
    size[0], size[1], size[2] = window[2], window[3], -1
    bboxes[0], bboxes[1] = np.float32(window[0]) / np.float32(height), np.float32(window[1]) / np.float32(width)
    bboxes[2] = np.float32(window[0] + window[2]) / np.float32(height)
    bboxes[3] = np.float32(window[1] + window[3]) / np.float32(width)


@register_jitable
def open_stream(kept, attempts, seed, seed2, entropy, stream):
    stream[0], stream[1] = advance(kept, attempts), 0
    stream[2], stream[3] = stateful_seeds(seed, seed2, entropy)


@kernel
def sample_distorted_bounding_box(
    image_size,
    bounding_boxes,
    begin,
    size,
    bboxes,
    seed,
    seed2,
    min_object_covered,
    aspect_ratio_range,
    area_range,
    max_attempts,
    use_image_if_no_bounding_boxes,
    stream,
    entropy,
    words,
    window,
):
    open_stream(stream, max_attempts, seed, seed2, entropy, words)
    ranges = (aspect_ratio_range, area_range)
    sample_window(
        image_size,
        bounding_boxes,
        np.float32(min_object_covered),
        ranges,
        max_attempts,
        use_image_if_no_bounding_boxes,
        words,
        window,
        begin,
        size,
        bboxes,
    )


@kernel
def sample_distorted_bounding_box_v2(
    image_size,
    bounding_boxes,
    min_object_covered,
    begin,
    size,
    bboxes,
    seed,
    seed2,
    aspect_ratio_range,
    area_range,
    max_attempts,
    use_image_if_no_bounding_boxes,
    stream,
    entropy,
    words,
    window,
):
    open_stream(stream, max_attempts, seed, seed2, entropy, words)
    ranges = (aspect_ratio_range, area_range)
    sample_window(
        image_size,
        bounding_boxes,
        min_object_covered[0],
        ranges,
        max_attempts,
        use_image_if_no_bounding_boxes,
        words,
        window,
        begin,
        size,
        bboxes,
    )


@kernel
def stateless_sample_distorted_bounding_box(
    image_size,
    bounding_boxes,
    min_object_covered,
    seed,
    begin,
    size,
    bboxes,
    aspect_ratio_range,
    area_range,
    max_attempts,
    use_image_if_no_bounding_boxes,
    words,
    window,
):
    words[0], words[1] = 0, 0
    words[2], words[3] = stateless_seeds(seed)
    ranges = (aspect_ratio_range, area_range)
    sample_window(
        image_size,
        bounding_boxes,
        min_object_covered[0],
        ranges,
        max_attempts,
        use_image_if_no_bounding_boxes,
        words,
        window,
        begin,
        size,
        bboxes,
    )


# ---- glimpses --------------------------------------------------------------------------------------------------------

ZERO, UNIFORM, GAUSSIAN = 0, 1, 2


@register_jitable
def kind_of_noise(noise, uniform_noise):
    """Of the attribute's text: "zero", "uniform", "gaussian", or nothing."""
    if len(noise) == 0:
        return UNIFORM if uniform_noise else GAUSSIAN
    first = noise[0]
    kind = ZERO if first == 122 else UNIFORM if first == 117 else GAUSSIAN if first == 103 else -1
    check(kind >= 0, "The noise could only be uniform, gaussian, or zero.")
    check(
        not uniform_noise or kind == UNIFORM,
        "The uniform_noise and noise should not be specified at the same time",
    )
    return kind


@register_jitable
def fill_with_noise(input, glimpse, n, kind, words):
    """Like the pixels of image n: between their extremes, or of their mean and deviation, channel by channel."""
    rows, columns, channels = input.shape[1], input.shape[2], input.shape[3]
    low, high = input[n, 0, 0, 0], input[n, 0, 0, 0]
    for y in range(rows):
        for x in range(columns):
            for c in range(channels):
                low, high = min(low, input[n, y, x, c]), max(high, input[n, y, x, c])
    for c in range(channels):
        mean, squares = 0.0, 0.0
        for y in range(rows):
            for x in range(columns):
                mean += input[n, y, x, c]
                squares += np.float64(input[n, y, x, c]) ** 2
        mean /= rows * columns
        deviation = math.sqrt(max(squares / (rows * columns) - mean * mean, 0.0))
        for y in range(glimpse.shape[1]):
            for x in range(glimpse.shape[2]):
                if kind == UNIFORM:
                    glimpse[n, y, x, c] = low + (high - low) * unit_float(next_word(words))
                elif kind == GAUSSIAN:
                    drawn, _ = normal_floats(next_word(words), next_word(words))
                    glimpse[n, y, x, c] = mean + deviation * drawn
                else:
                    glimpse[n, y, x, c] = 0


@register_jitable
def corner_of_glimpse(offset, extent, size, centered, normalized, first_version):
    """Where a glimpse begins on an axis. The first version of the op takes half a window off in any case."""
    at = np.float32(offset)
    if normalized:
        at *= np.float32(extent)
    if centered and (normalized or first_version):
        at *= HALF
    if centered:
        at += HALF * np.float32(extent)
    if first_version or (centered and normalized):
        at -= HALF * np.float32(size)
    return int(min(max(at, np.float32(-1e9)), np.float32(1e9)))


@register_jitable
def cut_out(input, offsets, glimpse, form, noise, stream, entropy, words):
    """form: centered, normalized, first version of the op."""
    centered, normalized, first_version = form
    batch, rows, columns, channels = input.shape
    height, width = glimpse.shape[1], glimpse.shape[2]
    open_stream(stream, glimpse.size, 0, 0, entropy, words)
    for n in range(batch):
        top = corner_of_glimpse(offsets[n, 0], rows, height, centered, normalized, first_version)
        left = corner_of_glimpse(offsets[n, 1], columns, width, centered, normalized, first_version)
        if top < 0 or left < 0 or top + height > rows or left + width > columns:
            fill_with_noise(input, glimpse, n, noise, words)
        for y in range(max(top, 0), min(top + height, rows)):
            for x in range(max(left, 0), min(left + width, columns)):
                for c in range(channels):
                    glimpse[n, y - top, x - left, c] = input[n, y, x, c]


@kernel(rank={"input": 4, "offsets": 2, "glimpse": 4})
def extract_glimpse(input, offsets, glimpse, centered, normalized, uniform_noise, noise, stream, entropy, words):
    kind = kind_of_noise(noise, uniform_noise)
    cut_out(input, offsets, glimpse, (centered, normalized, True), kind, stream, entropy, words)


@kernel(rank={"input": 4, "offsets": 2, "glimpse": 4})
def extract_glimpse_v2(input, offsets, glimpse, centered, normalized, uniform_noise, noise, stream, entropy, words):
    kind = kind_of_noise(noise, uniform_noise)
    cut_out(input, offsets, glimpse, (centered, normalized, False), kind, stream, entropy, words)
