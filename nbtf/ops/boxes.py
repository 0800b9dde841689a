"""Windows of images: sampled at random, cut out with noise around them; the best boxes of all classes."""

from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.ops.random import KEPT, _check_seed
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal

# ---- the best boxes of all classes -----------------------------------------------------------------------------------


def _check_scalar_threshold(dims):
    check(len(dims) == 0, "score_threshold must be 0-D, got shape {}", dims)


def _combined_places(boxes, scores, max_output_size_per_class: Value):
    """Of heap, current, seen, own_boxes, own_scores, selected, found and found_scores."""
    count, total = scores[1], min(max_output_size_per_class[0], scores[1]) * scores[2]
    return (max(count, total), count, count, 4 * count, count, count, 2 * total, total)


@op("CombinedNonMaxSuppression")
class CombinedNonMaxSuppression:
    """NonMaxSuppressionV3 of each class of each image, then the best of all classes, zeros after them.

    boxes [N, B, classes or 1, (y1, x1, y2, x2)], scores [N, B, classes]
    -> nmsed_boxes [N, M, 4], nmsed_scores [N, M], nmsed_classes [N, M], valid_detections [N].
    """

    kernel = "combined_non_max_suppression"
    workspace = {
        "heap": "int64",
        "current": "float32",
        "seen": "int64",
        "own_boxes": "float32",
        "own_scores": "float32",
        "selected": "int64",
        "found": "int64",
        "found_scores": "float32",
    }
    workspace_size = _combined_places

    def shape(
        boxes,
        scores,
        max_output_size_per_class: Value,
        max_output_size_per_class_dims,
        max_total_size: Value,
        max_total_size_dims,
        iou_threshold: Value,
        iou_threshold_dims,
        score_threshold,
        pad_per_class,
    ):
        check(len(boxes) == 4, "boxes must be 4-D{}", boxes)
        check(len(scores) == 3, "scores must be 3-D{}", scores)
        check(may_equal(boxes[0], scores[0]), "boxes and scores must have same batch size")
        check(may_equal(boxes[1], scores[1]), "scores has incompatible shape")
        check(
            boxes[2] == 1 or may_equal(boxes[2], scores[2]), "third dimension of boxes must be either 1 or num classes"
        )
        check(may_equal(boxes[3], 4), "boxes must have 4 columns")
        check(
            len(max_output_size_per_class_dims) == 0,
            "max_size_per_class must be 0-D, got shape {}",
            max_output_size_per_class_dims,
        )
        check(len(max_total_size_dims) == 0, "max_total_size must be 0-D, got shape {}", max_total_size_dims)
        check(len(iou_threshold_dims) == 0, "iou_threshold must be 0-D, got shape {}", iou_threshold_dims)
        _check_scalar_threshold(score_threshold)
        most, total = max_output_size_per_class[0], max_total_size[0]
        check(most > 0 or most == HIDDEN, "max_size_per_class must be positive")
        check(total > 0 or total == HIDDEN, "max_total_size must be > 0")
        check(iou_threshold[0] == HIDDEN or 0 <= iou_threshold[0] <= 1, "iou_threshold must be in [0, 1]")
        room = max(total, UNKNOWN)
        if pad_per_class:
            known = room != UNKNOWN and most != HIDDEN and scores[2] != UNKNOWN
            room = min(room, most * scores[2]) if known else UNKNOWN
        return (boxes[0], room, 4), (boxes[0], room), (boxes[0], room), (boxes[0],)


# ---- random windows --------------------------------------------------------------------------------------------------


def _check_sampling(image_size, bounding_boxes, aspect_ratio_range, area_range, max_attempts):
    check(len(image_size) == 1, "image_size must be 1-dimensional{}", image_size)
    check(may_equal(image_size[0], 3), "image_size must contain 3 elements{}", image_size)
    check(
        len(bounding_boxes) == 3,
        "input boxes must be 3-dimensional [batch, num_boxes, coords]: {}",
        bounding_boxes,
    )
    check(may_equal(bounding_boxes[2], 4), "bounding boxes must have shape [4] or [*, 4], got {}", bounding_boxes)
    check(len(aspect_ratio_range) == 2, "Aspect ratio range field must specify 2 dimensions")
    check(
        aspect_ratio_range[0] > 0 and aspect_ratio_range[1] > 0,
        "Aspect ratio range must be non-negative: {}",
        aspect_ratio_range,
    )
    check(len(area_range) == 2, "Area range field must specify 2 dimensions")
    check(area_range[0] > 0 and area_range[1] > 0, "Area range must be non-negative: {}", area_range)
    check(area_range[0] <= 1 and area_range[1] <= 1, "Area range must be less then or equal to 1.0: {}", area_range)
    check(max_attempts > 0, "Max attempts must be non-negative: {}", max_attempts)


def _stream_and_window(image_size):
    return (4, 4)


@op("SampleDistortedBoundingBox")
class SampleDistortedBoundingBox:
    """A random window that covers part of a box at least, or all of the image.

    image_size [3], bounding_boxes [N, B, 4] -> begin [3], size [3], bboxes [1, 1, (y1, x1, y2, x2)].
    """

    kernel = "sample_distorted_bounding_box"
    stateful = True
    keeps = KEPT
    workspace = {"words": "int64", "window": "int64"}
    workspace_size = _stream_and_window
    gradient = NOT_DIFFERENTIABLE

    def shape(image_size, bounding_boxes, aspect_ratio_range, area_range, max_attempts):
        _check_sampling(image_size, bounding_boxes, aspect_ratio_range, area_range, max_attempts)
        return (3,), (3,), (1, 1, 4)


@op("SampleDistortedBoundingBoxV2")
class SampleDistortedBoundingBoxV2:
    """SampleDistortedBoundingBox with the part to cover a tensor."""

    kernel = "sample_distorted_bounding_box_v2"
    stateful = True
    keeps = KEPT
    workspace = {"words": "int64", "window": "int64"}
    workspace_size = _stream_and_window
    gradient = NOT_DIFFERENTIABLE

    def shape(image_size, bounding_boxes, min_object_covered, aspect_ratio_range, area_range, max_attempts):
        _check_sampling(image_size, bounding_boxes, aspect_ratio_range, area_range, max_attempts)
        check(len(min_object_covered) == 0, "min_object_covered must be 0-D, got shape {}", min_object_covered)
        return (3,), (3,), (1, 1, 4)


@op("StatelessSampleDistortedBoundingBox")
class StatelessSampleDistortedBoundingBox:
    """SampleDistortedBoundingBoxV2 with the seed [2] an input."""

    kernel = "stateless_sample_distorted_bounding_box"
    workspace = {"words": "int64", "window": "int64"}
    workspace_size = _stream_and_window

    def shape(image_size, bounding_boxes, min_object_covered, seed, aspect_ratio_range, area_range, max_attempts):
        _check_sampling(image_size, bounding_boxes, aspect_ratio_range, area_range, max_attempts)
        check(len(min_object_covered) == 0, "min_object_covered must be 0-D, got shape {}", min_object_covered)
        _check_seed(seed)
        return (3,), (3,), (1, 1, 4)


# ---- glimpses --------------------------------------------------------------------------------------------------------


def _glimpse(input, size: Value, size_dims, offsets):
    check(len(input) == 4, "input must be 4-dimensional (batch_size, height, width, depth){}", input)
    check(
        len(size_dims) == 1 and may_equal(size_dims[0], 2),
        "input must be a vector of size 2 (height, width){}",
        size_dims,
    )
    check(len(offsets) == 2, "input must be a matrix{}", offsets)
    check(may_equal(offsets[0], input[0]), "first dimension should be batch{}", offsets)
    check(may_equal(offsets[1], 2), "second dimension should be of size 2 (y,x){}", offsets)
    for i in range(2):
        check(size[i] >= 0 or size[i] == HIDDEN, "output dimensions must not be negative")
    check(input[1] != 0 and input[2] != 0, "input image must be of non-zero size")
    return (input[0], max(size[0], UNKNOWN), max(size[1], UNKNOWN), input[3])


def _words(input):
    return (4,)


@op("ExtractGlimpse")
class ExtractGlimpse:
    """A window of each image at its offset, noise outside: input [N, H, W, C], size [2], offsets [N, (y, x)]
    -> glimpse [N, size..., C]. Half a window is taken off the offset.
    """

    kernel = "extract_glimpse"
    stateful = True
    keeps = KEPT
    workspace = {"words": "int64"}
    workspace_size = _words
    shape = _glimpse
    gradient = NOT_DIFFERENTIABLE


@op("ExtractGlimpseV2")
class ExtractGlimpseV2:
    """ExtractGlimpse that takes half a window off only where offsets are centered and normalized."""

    kernel = "extract_glimpse_v2"
    stateful = True
    keeps = KEPT
    workspace = {"words": "int64"}
    workspace_size = _words
    shape = _glimpse
