"""Writes images/values.npz: what TensorFlow makes of small images, op by op.

    python make_images.py            (needs TensorFlow; reading the file does not)

Keys are "<op>/<case>/<input name>" and "<op>/<case>/out<i>"; "<op>/<case>/attrs" is the attributes as JSON.
"""

import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np
import tensorflow.compat.v1 as tf

HERE = Path(__file__).parent
RANDOM = np.random.RandomState(3)
IMAGES = RANDOM.randint(0, 200, (2, 5, 4, 3)).astype(np.float32)
COLORS = np.round(RANDOM.rand(2, 3, 4, 3), 3).astype(np.float32)
COLORS[0, 0] = [[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.2], [0.2, 0.7, 0.7]]
SIZES = {"up": [9, 7], "down": [3, 2], "same": [5, 4], "one": [1, 1], "long": [13, 1]}
FORMS: dict[str, dict[str, Any]] = {
    "plain": {},
    "corners": {"align_corners": True},
    "half": {"half_pixel_centers": True},
}
BOXES = np.float32([[0, 0, 1, 1], [0.1, 0.2, 0.7, 0.9], [0.8, 0.6, 0.2, 0.1], [-0.3, 0.1, 0.5, 1.4]])
VALUES: dict[str, Any] = {}


def record(op: str, case: str, attrs: dict[str, Any], **inputs: Any) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        given = {name: tf.constant(value) for name, value in inputs.items()}
        types = {name: tf.as_dtype(value) if name == "T" else value for name, value in attrs.items()}
        results = session.run(getattr(tf.raw_ops, op)(**given, **types))
    for name, value in inputs.items():
        VALUES[f"{op}/{case}/{name}"] = value
    for i, value in enumerate(results if isinstance(results, list | tuple) else [results]):
        VALUES[f"{op}/{case}/out{i}"] = np.asarray(value)
    VALUES[f"{op}/{case}/attrs"] = json.dumps(attrs)


def noise(*shape: int) -> np.ndarray:
    return np.round(RANDOM.randn(*shape), 2).astype(np.float32)


def resizing() -> None:
    for form, attrs in FORMS.items():
        for name, size in SIZES.items():
            case, wanted = f"{form}-{name}", np.int32(size)
            for op in ("ResizeNearestNeighbor", "ResizeBilinear", "ResizeBicubic", "ResizeArea"):
                if op != "ResizeArea" or form != "half":
                    record(op, case, attrs, images=IMAGES, size=wanted)
            grads = noise(2, *size, 3)
            record("ResizeNearestNeighborGrad", case, attrs, grads=grads, size=np.int32([5, 4]))
            for op in ("ResizeBilinearGrad", "ResizeBicubicGrad"):
                record(op, case, attrs, grads=grads, original_image=IMAGES)


def crops() -> None:
    which = np.int32([0, 1, 1, 0])
    for method in ("bilinear", "nearest"):
        for case, size in ((f"{method}-crop", [3, 4]), (f"{method}-point", [1, 1])):
            attrs: dict[str, Any] = {"method": method}
            boxes: dict[str, Any] = {"boxes": BOXES, "box_ind": which}
            grads = noise(4, *size, 3)
            outside = {**attrs, "extrapolation_value": 7.5}
            record("CropAndResize", case, outside, image=IMAGES, **boxes, crop_size=np.int32(size))
            typed = {**attrs, "T": "float32"}
            record("CropAndResizeGradImage", case, typed, grads=grads, **boxes, image_size=np.int32(IMAGES.shape))
            if method == "bilinear":
                record("CropAndResizeGradBoxes", case, attrs, grads=grads, image=IMAGES, **boxes)


def suppression() -> None:
    corners = np.round(RANDOM.rand(12, 2), 2)
    boxes = np.hstack([corners, corners + 0.4 + 0.2 * RANDOM.rand(12, 2)]).astype(np.float32)
    boxes[5] = boxes[2]
    scores = np.round(RANDOM.rand(12), 1).astype(np.float32)
    given: dict[str, Any] = {"boxes": boxes, "scores": scores, "max_output_size": np.int32(6)}
    threshold: dict[str, Any] = {"iou_threshold": np.float32(0.3)}
    both = {**threshold, "score_threshold": np.float32(0.25)}
    record("NonMaxSuppression", "plain", {"iou_threshold": 0.3}, **given)
    record("NonMaxSuppressionV2", "plain", {}, **given, **threshold)
    record("NonMaxSuppressionV3", "plain", {}, **given, **both)
    record("NonMaxSuppressionV3", "none", {}, **given, **{**both, "score_threshold": np.float32(2)})
    for pad in (False, True):
        attrs = {"pad_to_max_output_size": pad}
        record("NonMaxSuppressionV4", f"pad-{pad}", attrs, **given, **both)
        for sigma in (0.0, 0.5):
            soft = np.float32(sigma)
            record("NonMaxSuppressionV5", f"pad-{pad}-{sigma}", attrs, **given, **both, soft_nms_sigma=soft)
    overlaps = np.round(RANDOM.rand(5, 5), 2).astype(np.float32)
    record(
        "NonMaxSuppressionWithOverlaps",
        "plain",
        {},
        overlaps=overlaps,
        scores=scores[:5],
        max_output_size=np.int32(4),
        overlap_threshold=np.float32(0.5),
        score_threshold=np.float32(0.1),
    )


def colours() -> None:
    for op in ("RGBToHSV", "HSVToRGB"):
        record(op, "plain", {}, images=COLORS)
    for factor in (0.5, 1.7):
        record("AdjustContrastv2", str(factor), {}, images=COLORS, contrast_factor=np.float32(factor))
        record("AdjustSaturation", str(factor), {}, images=COLORS, scale=np.float32(factor))
    for delta in (-0.7, 0.2, 1.0):
        record("AdjustHue", str(delta), {}, images=COLORS, delta=np.float32(delta))
    canvas = np.zeros((1, 8, 9, 3), np.float32)
    for channels in (1, 3):
        record("DrawBoundingBoxes", f"{channels}", {}, images=canvas[..., :channels], boxes=BOXES[None])
    record("DrawBoundingBoxesV2", "colors", {}, images=canvas, boxes=BOXES[None], colors=COLORS[1, 1])
    record("DrawBoundingBoxesV2", "none", {}, images=canvas, boxes=BOXES[None], colors=np.zeros((0, 3), np.float32))


def windows() -> None:
    offsets = np.float32([[0.3, -0.6], [-1.2, 2.5]])
    for op in ("ExtractGlimpse", "ExtractGlimpseV2"):
        for centered in (False, True):
            for normalized in (False, True):
                attrs: dict[str, Any] = {"centered": centered, "normalized": normalized}
                attrs |= {"noise": "zero", "uniform_noise": False}
                case = f"{'centered' * centered}-{'normalized' * normalized}"
                record(op, case, attrs, input=IMAGES, size=np.int32([3, 2]), offsets=offsets)
    volumes = noise(2, 3, 4, 5, 2)
    for padding in ("SAME", "VALID"):
        attrs = {"ksizes": [1, 2, 2, 3, 1], "strides": [1, 1, 2, 1, 1], "padding": padding}
        record("ExtractVolumePatches", padding, attrs, input=volumes)


def combined_suppression() -> None:
    corners = RANDOM.rand(2, 8, 3, 2) - 0.1
    boxes = np.concatenate([corners, corners + 0.4 + 0.2 * RANDOM.rand(2, 8, 3, 2)], -1).astype(np.float32)
    scores = RANDOM.rand(2, 8, 3).astype(np.float32)
    thresholds = {"iou_threshold": np.float32(0.3), "score_threshold": np.float32(0.2)}
    for pad in (False, True):
        for clip in (False, True):
            for shared in (False, True):
                attrs = {"pad_per_class": pad, "clip_boxes": clip}
                given: dict[str, Any] = {"boxes": boxes[:, :, : 1 if shared else 3], "scores": scores}
                limits = {"max_output_size_per_class": np.int32(3), "max_total_size": np.int32(11)}
                case = f"{pad}-{clip}-{shared}"
                record("CombinedNonMaxSuppression", case, attrs, **given, **limits, **thresholds)


def random_windows() -> None:
    boxes = np.float32([[[0.1, 0.2, 0.7, 0.9], [0.5, 0.0, 1.0, 0.3]]])
    forms: dict[str, dict[str, Any]] = {
        "plain": {},
        "ranges": {"aspect_ratio_range": [0.5, 2.0], "area_range": [0.3, 0.9]},
        "narrow": {"aspect_ratio_range": [0.1, 0.2], "area_range": [0.01, 1.0], "max_attempts": 5},
        "impossible": {"aspect_ratio_range": [9.0, 9.5], "area_range": [0.99, 1.0]},
        "none": {"use_image_if_no_bounding_boxes": True},
    }
    for form, attrs in forms.items():
        for seed in (1, 2, 3):
            size = np.int32([117, 97, 3])
            given: dict[str, Any] = {"image_size": size, "bounding_boxes": boxes[:, : 0 if form == "none" else 2]}
            covered = {"min_object_covered": np.float32(0.2 * seed)}
            seeds = {"seed": seed, "seed2": 7}
            case = f"{form}-{seed}"
            record("SampleDistortedBoundingBoxV2", case, {**attrs, **seeds}, **given, **covered)
            if seed == 1:
                plain = {**attrs, **seeds, "min_object_covered": 0.3}
                record("SampleDistortedBoundingBox", case, plain, **given)
                seeded = {**given, **covered, "seed": np.int64([seed, 5])}
                record("StatelessSampleDistortedBoundingBox", case, attrs, **seeded)


if __name__ == "__main__":
    resizing()
    crops()
    suppression()
    colours()
    windows()
    combined_suppression()
    random_windows()
    (HERE / "images").mkdir(exist_ok=True)
    np.savez_compressed(HERE / "images" / "values.npz", **VALUES)
