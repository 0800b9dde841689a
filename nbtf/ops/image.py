"""Boxes and colours of images."""

from nbtf import shapes
from nbtf.graph.gradient_walk import gradients
from nbtf.graph.raw_ops import raw
from nbtf.graph.registry import NOT_DIFFERENTIABLE, op
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal, precondition


def _hsv(rgb):
    """RGBToHSV as a formula that can be differentiated, hue without its whole turns."""
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    largest = raw.Max(rgb, [-1])
    spread = largest - raw.Min(rgb, [-1])
    of_green = 2.0 + raw.DivNoNan(blue - red, spread)
    of_blue = 4.0 + raw.DivNoNan(red - green, spread)
    hue = raw.SelectV2(raw.Equal(green, largest), of_green, of_blue)
    hue = raw.SelectV2(raw.Equal(red, largest), raw.DivNoNan(green - blue, spread), hue)
    return raw.Pack([hue / 6.0, raw.DivNoNan(spread, largest), largest], axis=-1)


# ---- non-maximum suppression -----------------------------------------------------------------------------------------

_WORKSPACE = {"heap": "int64", "current": "float32", "seen": "int64"}


def _candidates(scores):
    return (scores[0], scores[0], scores[0])


def _check_candidates(boxes, scores, limit, limit_dims):
    check(len(boxes) == 2, "boxes must be 2-D{}", boxes)
    check(may_equal(boxes[1], 4), "boxes must have 4 columns (Dimension must be 4 but is {})", boxes[1])
    check(len(scores) == 1, "scores must be 1-D{}", scores)
    check(
        may_equal(boxes[0], scores[0]),
        "scores has incompatible shape (Dimensions must be equal, but are {} and {})",
        boxes[0],
        scores[0],
    )
    _check_limit(limit, limit_dims)


def _check_limit(limit, limit_dims):
    check(
        len(limit_dims) == 0,
        "max_output_size must be 0-D, got shape {} (Shape must be rank 0 but is rank {})",
        limit_dims,
        len(limit_dims),
    )
    check(limit[0] >= 0 or limit[0] == HIDDEN, "output size must be non-negative")


def _check_threshold(threshold, threshold_dims):
    check(
        len(threshold_dims) == 0,
        "iou_threshold must be 0-D, got shape {} (Shape must be rank 0 but is rank {})",
        threshold_dims,
        len(threshold_dims),
    )
    check(threshold[0] == HIDDEN or 0 <= threshold[0] <= 1, "iou_threshold must be in [0, 1]")


@op("NonMaxSuppression")
class NonMaxSuppression:
    """Boxes best first, without those that overlap a better one by more than iou_threshold.

    boxes [N, (y1, x1, y2, x2)], scores [N] -> selected_indices [at most max_output_size].
    """

    kernel = "non_max_suppression"
    shrinks = ("selected_indices",)
    workspace = _WORKSPACE
    workspace_size = _candidates
    gradient = NOT_DIFFERENTIABLE

    def shape(boxes, scores, max_output_size: Value, max_output_size_dims, iou_threshold):
        _check_candidates(boxes, scores, max_output_size, max_output_size_dims)
        check(0 <= iou_threshold <= 1, "iou_threshold must be in [0, 1]")
        return (shapes.at_most(min(max_output_size[0], scores[0])),)


@op("NonMaxSuppressionV2")
class NonMaxSuppressionV2:
    """NonMaxSuppression with the threshold a tensor."""

    kernel = "non_max_suppression_v2"
    shrinks = ("selected_indices",)
    workspace = _WORKSPACE
    workspace_size = _candidates
    gradient = NOT_DIFFERENTIABLE

    def shape(boxes, scores, max_output_size: Value, max_output_size_dims, iou_threshold: Value, iou_threshold_dims):
        _check_candidates(boxes, scores, max_output_size, max_output_size_dims)
        _check_threshold(iou_threshold, iou_threshold_dims)
        return (shapes.at_most(min(max_output_size[0], scores[0])),)


@op("NonMaxSuppressionV3")
class NonMaxSuppressionV3:
    """NonMaxSuppressionV2 of the boxes whose score is above score_threshold."""

    kernel = "non_max_suppression_v3"
    shrinks = ("selected_indices",)
    workspace = _WORKSPACE
    workspace_size = _candidates

    def shape(
        boxes,
        scores,
        max_output_size: Value,
        max_output_size_dims,
        iou_threshold: Value,
        iou_threshold_dims,
        score_threshold,
    ):
        _check_candidates(boxes, scores, max_output_size, max_output_size_dims)
        _check_threshold(iou_threshold, iou_threshold_dims)
        check(len(score_threshold) == 0, "score_threshold must be 0-D, got shape {}", score_threshold)
        return (shapes.at_most(min(max_output_size[0], scores[0])),)


@op("NonMaxSuppressionV4")
class NonMaxSuppressionV4:
    """NonMaxSuppressionV3 and the number of boxes found; pad_to_max_output_size fills up with 0."""

    kernel = "non_max_suppression_v4"
    shrinks = ("selected_indices",)
    workspace = _WORKSPACE
    workspace_size = _candidates

    def shape(
        boxes,
        scores,
        max_output_size: Value,
        max_output_size_dims,
        iou_threshold: Value,
        iou_threshold_dims,
        score_threshold,
        pad_to_max_output_size,
        out,
    ):
        _check_candidates(boxes, scores, max_output_size, max_output_size_dims)
        _check_threshold(iou_threshold, iou_threshold_dims)
        check(len(score_threshold) == 0, "score_threshold must be 0-D, got shape {}", score_threshold)
        if pad_to_max_output_size:
            out[0].append(max(max_output_size[0], UNKNOWN))
        else:
            out[0].append(shapes.at_most(min(max_output_size[0], scores[0])))


@op("NonMaxSuppressionV5")
class NonMaxSuppressionV5:
    """NonMaxSuppressionV4 with the scores; soft_nms_sigma > 0 lowers the score of what overlaps instead of dropping it."""

    kernel = "non_max_suppression_v5"
    shrinks = ("selected_indices", "selected_scores")
    workspace = _WORKSPACE
    workspace_size = _candidates

    def shape(
        boxes,
        scores,
        max_output_size: Value,
        max_output_size_dims,
        iou_threshold: Value,
        iou_threshold_dims,
        score_threshold,
        soft_nms_sigma: Value,
        soft_nms_sigma_dims,
        pad_to_max_output_size,
        out,
    ):
        _check_candidates(boxes, scores, max_output_size, max_output_size_dims)
        _check_threshold(iou_threshold, iou_threshold_dims)
        check(len(score_threshold) == 0, "score_threshold must be 0-D, got shape {}", score_threshold)
        check(len(soft_nms_sigma_dims) == 0, "soft_nms_sigma must be 0-D, got shape {}", soft_nms_sigma_dims)
        check(soft_nms_sigma[0] == HIDDEN or soft_nms_sigma[0] >= 0, "soft_nms_sigma_val must be >= 0")
        for i in range(2):
            if pad_to_max_output_size:
                out[i].append(max(max_output_size[0], UNKNOWN))
            else:
                out[i].append(shapes.at_most(min(max_output_size[0], scores[0])))


@op("NonMaxSuppressionWithOverlaps")
class NonMaxSuppressionWithOverlaps:
    """NonMaxSuppressionV3 with the overlap of every two boxes given: overlaps [N, N], scores [N]."""

    kernel = "non_max_suppression_with_overlaps"
    shrinks = ("selected_indices",)
    workspace = _WORKSPACE
    workspace_size = _candidates
    gradient = NOT_DIFFERENTIABLE

    def shape(overlaps, scores, max_output_size: Value, max_output_size_dims, overlap_threshold, score_threshold):
        check(len(overlaps) == 2, "overlaps must be 2-D{}", overlaps)
        check(may_equal(overlaps[0], overlaps[1]), "overlaps must be square{}", overlaps)
        check(len(scores) == 1, "scores must be 1-D{}", scores)
        check(may_equal(overlaps[0], scores[0]), "scores has incompatible shape")
        _check_limit(max_output_size, max_output_size_dims)
        check(len(overlap_threshold) == 0, "overlap_threshold must be 0-D, got shape {}", overlap_threshold)
        check(len(score_threshold) == 0, "score_threshold must be 0-D, got shape {}", score_threshold)
        return (shapes.at_most(min(max_output_size[0], scores[0])),)


# ---- drawing ---------------------------------------------------------------------------------------------------------


def _check_drawing(images, boxes):
    check(len(images) == 4, "The rank of the images should be 4")
    check(len(boxes) == 3, "The rank of the boxes tensor should be 3")
    check(may_equal(images[0], boxes[0]), "The batch sizes should be the same")
    check(may_equal(boxes[2], 4), "Dimension must be 4 but is {}", boxes[2])
    depth = images[3]
    check(
        depth == UNKNOWN or depth == 1 or depth == 3 or depth == 4,
        "Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA)",
    )


@op("DrawBoundingBoxes")
class DrawBoundingBoxes:
    """images [N, H, W, 1, 3 or 4] with the edges of boxes [N, B, (y1, x1, y2, x2)] drawn in ten colours by turns."""

    kernel = "draw_bounding_boxes"
    gradient = NOT_DIFFERENTIABLE

    def shape(images, boxes):
        _check_drawing(images, boxes)
        return (images[0], images[1], images[2], images[3])


@op("DrawBoundingBoxesV2")
class DrawBoundingBoxesV2:
    """DrawBoundingBoxes in the colours [K, channels or more] by turns, or in its own where K = 0."""

    kernel = "draw_bounding_boxes_v2"

    def shape(images, boxes, colors):
        _check_drawing(images, boxes)
        check(len(colors) == 2, "colors must be a 2-D matrix of shape [n_colors, n_channels]: {}", colors)
        check(
            colors[0] == 0 or colors[1] == UNKNOWN or colors[1] >= images[3],
            "colors must have equal or more channels than the image provided: {}",
            colors,
        )
        return (images[0], images[1], images[2], images[3])


# ---- colours ---------------------------------------------------------------------------------------------------------


def _three_channels(images, out):
    rank = len(images)
    check(rank >= 1, "input must be at least 1D{}", images)
    last = images[rank - 1]
    precondition(may_equal(last, 3), "input must have 3 channels but input only has {} channels.", last)
    shapes.copy_dims(images, out)


@op("RGBToHSV")
class RGBToHSV:
    """Hue, saturation and value, each in [0, 1], of colours [..., 3] with channels in [0, 1]."""

    kernel = "rgb_to_hsv"
    shape = _three_channels

    def gradient(op, dy):
        rgb = op.inputs[0]
        return gradients(_hsv(rgb), [rgb], [dy])[0]


@op("HSVToRGB")
class HSVToRGB:
    """Colours [..., 3] from hue, saturation and value: the inverse of RGBToHSV."""

    kernel = "hsv_to_rgb"
    shape = _three_channels
    gradient = NOT_DIFFERENTIABLE


@op("AdjustContrastv2")
class AdjustContrastv2:
    """(x - mean) * contrast_factor + mean, with the mean of each channel of each image: images [..., H, W, C]."""

    kernel = "adjust_contrast"

    def shape(images, contrast_factor, out):
        check(len(images) >= 3, "input must be at least 3-D, got shape{}", images)
        check(len(contrast_factor) == 0, "contrast_factor must be scalar: {}", contrast_factor)
        shapes.copy_dims(images, out)


@op("AdjustHue")
class AdjustHue:
    """Colours [..., H, W, 3] with delta, a part of the circle, added to their hue."""

    kernel = "adjust_hue"

    def shape(images, delta, out):
        rank = len(images)
        check(rank >= 3, "input must be at least 3-D, got shape{}", images)
        check(len(delta) == 0, "delta must be scalar: {}", delta)
        last = images[rank - 1]
        check(may_equal(last, 3), "input must have 3 channels but instead has {} channels.", last)
        shapes.copy_dims(images, out)


@op("AdjustSaturation")
class AdjustSaturation:
    """Colours [..., H, W, 3] with their saturation times scale, at most 1."""

    kernel = "adjust_saturation"

    def shape(images, scale, out):
        rank = len(images)
        check(rank >= 3, "input must be at least 3-D, got shape{}", images)
        check(len(scale) == 0, "scale must be scalar: {}", scale)
        last = images[rank - 1]
        check(may_equal(last, 3), "input must have 3 channels but instead has {} channels.", last)
        shapes.copy_dims(images, out)
