"""Boxes and colours of images."""

import numpy as np
from ops.image_values import rows
from ops.table import Bad, forward_tests, refusal_tests

F = np.float32
BOX, SCORE, TWO = F([[0, 0, 1, 1]]), F([1]), np.int32(2)
IMAGE = np.ones((1, 2, 4, 3), F)

SUPPRESSION = [
    *rows("NonMaxSuppression"),
    *rows("NonMaxSuppressionV2"),
    *rows("NonMaxSuppressionV3"),
    *rows("NonMaxSuppressionV4"),
    *rows("NonMaxSuppressionV5"),
    *rows("NonMaxSuppressionWithOverlaps"),
]

COLOURS = [
    *rows("RGBToHSV", only=["float32", "float64"]),
    *rows("HSVToRGB", only=["float32", "float64"]),
    *rows("AdjustContrastv2"),
    *rows("AdjustHue"),
    *rows("AdjustSaturation"),
    *rows("DrawBoundingBoxes", only=["float32", "float16"]),
    *rows("DrawBoundingBoxesV2"),
]

BAD = [
    Bad("NonMaxSuppressionV3", [BOX, F([1, 2]), TWO, F(0.5), F(0)], "scores has incompatible shape"),
    Bad("NonMaxSuppressionV3", [BOX, SCORE, TWO, F(1.5), F(0)], r"iou_threshold must be in \[0, 1\]"),
    Bad("NonMaxSuppressionV2", [BOX[:, :3], SCORE, TWO, F(0.5)], "boxes must have 4 columns"),
    Bad("NonMaxSuppressionV5", [BOX, SCORE, -TWO, F(0.5), F(0), F(0)], "output size must be non-negative"),
    Bad("NonMaxSuppressionV4", [BOX, SCORE, TWO[None], F(0.5), F(0)], r"max_output_size must be 0-D, got shape \[1\]"),
    Bad("DrawBoundingBoxes", [IMAGE[..., :2], BOX[None]], "Channel depth should be either 1"),
    Bad("DrawBoundingBoxes", [IMAGE[0], BOX[None]], "The rank of the images should be 4"),
    Bad("RGBToHSV", [IMAGE[..., :2]], "input must have 3 channels but input only has 2 channels"),
    Bad("AdjustHue", [IMAGE[..., :2], F(1)], "input must have 3 channels but instead has 2 channels"),
    Bad("AdjustContrastv2", [IMAGE[0, 0], F(1)], r"input must be at least 3-D, got shape\[4,3\]"),
    Bad("AdjustSaturation", [IMAGE, F([1])], "scale must be scalar"),
]

test_suppression = forward_tests(SUPPRESSION)
test_colours = forward_tests(COLOURS)
test_refusal = refusal_tests(BAD)
