"""Boxes in images: drawn, cut out, proposed, sampled, and without those that overlap a better one.

A box is (y1, x1, y2, x2), two opposite corners.
"""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor

_ANY_SCORE = float("-inf")

# ---- boxes and pixels ------------------------------------------------------------------------------------------------


def draw_bounding_boxes(images: Any, boxes: Any, name: str | None = None, colors: Any = None) -> Any:
    """images [N, H, W, C] with the edges of boxes [N, B, 4], parts of the image, in colors [K, C] by turns."""
    if colors is None:
        return raw.DrawBoundingBoxes(images, boxes, name=name)
    return raw.DrawBoundingBoxesV2(images, boxes, colors, name=name)


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_ind: Any = None,
    crop_size: Any = None,
    method: str = "bilinear",
    extrapolation_value: float = 0,
    name: str | None = None,
    box_indices: Any = None,
) -> Any:
    """The boxes [B, 4], parts of the images [N, H, W, C] that box_ind [B] names, resized to crop_size: [B, h, w, C].

    method: "bilinear" or "nearest". extrapolation_value: of what lies outside. box_indices: newer name of box_ind.
    """
    box_ind = renamed("box_ind", box_ind, "box_indices", box_indices)
    return raw.CropAndResize(
        image, boxes, box_ind, crop_size, method=method, extrapolation_value=extrapolation_value, name=name
    )


def extract_glimpse(
    input: Any,
    size: Any,
    offsets: Any,
    centered: bool = True,
    normalized: bool = True,
    uniform_noise: bool = True,
    name: str | None = None,
) -> Any:
    """A window of `size` of each image [N, H, W, C] at offsets [N, (y, x)] -> [N, size..., C]; noise outside.

    centered: (0, 0) is the middle of the image, not its corner. normalized: the image reaches to 1 (centered: from -1),
    otherwise offsets are pixels. uniform_noise: uniform or normal.
    """
    return raw.ExtractGlimpse(
        input, size, offsets, centered=centered, normalized=normalized, uniform_noise=uniform_noise, name=name
    )


def sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: int | None = None,
    seed2: int | None = None,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: int | None = None,
    use_image_if_no_bounding_boxes: bool | None = None,
    name: str | None = None,
) -> Any:
    """A random window that covers min_object_covered of one of bounding_boxes [N, B, 4] at least, or all of the image.

    image_size: height, width and channels. aspect_ratio_range: width by height (0.75 to 1.33). area_range: part of the
    image (0.05 to 1). Returns begin [3] and size [3] for tf.slice, and the window as a box [1, 1, 4].
    """
    with name_scope(name, "sample_distorted_bounding_box"):
        return raw.SampleDistortedBoundingBoxV2(
            image_size,
            bounding_boxes,
            min_object_covered,
            seed=seed,
            seed2=seed2,
            aspect_ratio_range=aspect_ratio_range,
            area_range=area_range,
            max_attempts=max_attempts,
            use_image_if_no_bounding_boxes=use_image_if_no_bounding_boxes,
            name=name,
        )


# ---- non-maximum suppression -----------------------------------------------------------------------------------------


def _threshold(value: Any, name: str) -> Tensor:
    return convert_to_tensor(value, dtypes.float32, name=name)


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _ANY_SCORE,
    name: str | None = None,
) -> Any:
    """Indices of at most max_output_size boxes [N, 4], best score first, without those that overlap a better one.

    iou_threshold: how much of both together may be shared. score_threshold: lower scores do not count.
    """
    with name_scope(name, "non_max_suppression"):
        iou = _threshold(iou_threshold, "iou_threshold")
        least = _threshold(score_threshold, "score_threshold")
        return raw.NonMaxSuppressionV3(boxes, scores, max_output_size, iou, least)


def non_max_suppression_with_scores(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _ANY_SCORE,
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> Any:
    """`non_max_suppression`, with the scores: (indices [M], scores [M]).

    soft_nms_sigma > 0 lowers the score of what overlaps instead of dropping it.
    """
    with name_scope(name, "non_max_suppression_with_scores"):
        iou = _threshold(iou_threshold, "iou_threshold")
        least = _threshold(score_threshold, "score_threshold")
        sigma = _threshold(soft_nms_sigma, "soft_nms_sigma")
        selected, found, _ = raw.NonMaxSuppressionV5(
            boxes, scores, max_output_size, iou, least, sigma, pad_to_max_output_size=False
        )
        return selected, found


def non_max_suppression_overlaps(
    overlaps: Any,
    scores: Any,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = _ANY_SCORE,
    name: str | None = None,
) -> Any:
    """`non_max_suppression` with the overlap of every two boxes given: overlaps [N, N]."""
    with name_scope(name, "non_max_suppression_overlaps"):
        most = _threshold(overlap_threshold, "overlap_threshold")
        return raw.NonMaxSuppressionWithOverlaps(overlaps, scores, max_output_size, most, score_threshold)


def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _ANY_SCORE,
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> Any:
    """Non-maximum suppression of each class of each image, then the best of all classes.

    boxes [N, B, classes or 1, 4], scores [N, B, classes]
    -> nmsed_boxes [N, M, 4], nmsed_scores [N, M], nmsed_classes [N, M], valid_detections [N].
    M is max_total_size; pad_per_class: at most max_output_size_per_class * classes. clip_boxes: to [0, 1].
    """
    with name_scope(name, "combined_non_max_suppression"):
        iou = _threshold(iou_threshold, "iou_threshold")
        least = _threshold(score_threshold, "score_threshold")
        total = convert_to_tensor(max_total_size)
        return raw.CombinedNonMaxSuppression(
            boxes,
            scores,
            max_output_size_per_class,
            total,
            iou,
            least,
            pad_per_class=pad_per_class,
            clip_boxes=clip_boxes,
        )


def generate_bounding_box_proposals(
    scores: Any,
    bbox_deltas: Any,
    image_info: Any,
    anchors: Any,
    nms_threshold: Any = 0.7,
    pre_nms_topn: Any = 6000,
    min_size: Any = 16,
    post_nms_topn: int = 300,
    name: str | None = None,
) -> Any:
    """Regions of interest [N, post_nms_topn, 4] and their probabilities [N, post_nms_topn].

    scores [N, H, W, A], bbox_deltas [N, H, W, 4 A], image_info [N, 5], anchors [H, W, 4 A]. Only graphs are built:
    TensorFlow has a kernel for GPUs alone, and nbtf none.
    """
    made = raw.GenerateBoundingBoxProposals(
        scores, bbox_deltas, image_info, anchors, nms_threshold, pre_nms_topn, min_size, post_nms_topn, name=name
    )
    dims = made[0].op.inputs[0].shape
    batch = None if dims.ndims is None else dims.as_list()[0]
    made[0].set_shape([batch, post_nms_topn, 4])
    made[1].set_shape([batch, post_nms_topn])
    return made
