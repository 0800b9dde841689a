"""Windows of images, and the best boxes of all classes."""

import numpy as np
from ops.image_values import rows
from ops.table import Bad, forward_tests, refusal_tests, run_op

F, INT = np.float32, np.int32
BOXES, SCORES = np.zeros((2, 3, 1, 4), F), np.zeros((2, 3, 2), F)
THREE, HALF = INT(3), F(0.5)
SIZE, BOX = INT([6, 8, 3]), F([[[0.1, 0.1, 0.5, 0.5]]])
IMAGES = np.arange(2 * 8 * 9, dtype=F).reshape(2, 8, 9, 1)
OFFSETS = np.zeros((2, 2), F)

SUPPRESSION = rows("CombinedNonMaxSuppression", rtol=0, atol=0)
SAMPLES = [
    *rows("SampleDistortedBoundingBox", only=["int32"], rtol=0, atol=0),
    *rows("SampleDistortedBoundingBoxV2", only=["int32"], rtol=0, atol=0),
    *rows("StatelessSampleDistortedBoundingBox", only=["int32"], rtol=0, atol=0),
]
GLIMPSES = [*rows("ExtractGlimpse", rtol=0, atol=0), *rows("ExtractGlimpseV2", rtol=0, atol=0)]


def combined(**changed):
    inputs = {"boxes": BOXES, "scores": SCORES, "most": THREE, "total": THREE, "iou": HALF, "least": HALF}
    return [*(inputs | changed).values()]


BAD = [
    Bad("CombinedNonMaxSuppression", combined(boxes=BOXES[:1]), "boxes and scores must have same batch size"),
    Bad("CombinedNonMaxSuppression", combined(boxes=BOXES[:, :2]), "scores has incompatible shape"),
    Bad("CombinedNonMaxSuppression", combined(boxes=BOXES[..., :3]), "boxes must have 4 columns"),
    Bad("CombinedNonMaxSuppression", combined(boxes=np.zeros((2, 3, 3, 4), F)), "must be either 1 or num classes"),
    Bad("CombinedNonMaxSuppression", combined(most=INT(0)), "max_size_per_class must be positive"),
    Bad("CombinedNonMaxSuppression", combined(total=INT(0)), "max_total_size must be > 0"),
    Bad("CombinedNonMaxSuppression", combined(iou=F(2)), r"iou_threshold must be in \[0, 1\]"),
    Bad("CombinedNonMaxSuppression", combined(least=F([1])), r"score_threshold must be 0-D, got shape \[1\]"),
    Bad("SampleDistortedBoundingBoxV2", [SIZE[:2], BOX, HALF], "image_size must contain 3 elements"),
    Bad("SampleDistortedBoundingBoxV2", [SIZE, BOX[0], HALF], "input boxes must be 3-dimensional"),
    Bad("SampleDistortedBoundingBoxV2", [SIZE, BOX * 3, HALF], r"must be in \[0.0, 1.0\]: 1.5", at_build=False),
    Bad("SampleDistortedBoundingBoxV2", [SIZE, BOX[:, :0], HALF], "No bounding boxes provided", at_build=False),
    Bad("SampleDistortedBoundingBoxV2", [SIZE, BOX, -HALF], "Min object covered must be non-neg", at_build=False),
    Bad("SampleDistortedBoundingBoxV2", [SIZE, BOX, HALF], "Area range must be less", {"area_range": [0.5, 2.0]}),
    Bad("SampleDistortedBoundingBox", [SIZE, BOX], "Max attempts must be non-negative: 0", {"max_attempts": 0}),
    Bad("ExtractGlimpse", [IMAGES[0], INT([1, 1]), OFFSETS], "input must be 4-dimensional"),
    Bad("ExtractGlimpse", [IMAGES, INT([1, 1, 1]), OFFSETS], r"input must be a vector of size 2 \(height, width\)"),
    Bad("ExtractGlimpseV2", [IMAGES, INT([1, 1]), OFFSETS[:1]], "first dimension should be batch"),
    Bad("ExtractGlimpseV2", [IMAGES, INT([1, 1]), OFFSETS[:, :1]], r"second dimension should be of size 2 \(y,x\)"),
    Bad("ExtractGlimpse", [IMAGES, INT([9, 9]), OFFSETS], "noise could only be", {"noise": "no"}, at_build=False),
]

test_suppression = forward_tests(SUPPRESSION)
test_samples = forward_tests(SAMPLES)
test_glimpses = forward_tests(GLIMPSES)
test_refusal = refusal_tests(BAD)


def test_uniform_noise_lies_between_the_extremes_of_the_image() -> None:
    (noise,), _ = run_op("ExtractGlimpse", [IMAGES, INT([40, 50]), OFFSETS], {}, known=True)
    for image, glimpse in zip(IMAGES, noise, strict=True):
        assert image.min() <= glimpse.min() and glimpse.max() <= image.max()
        assert glimpse.std() > image.std() / 2


def test_gaussian_noise_has_the_mean_and_deviation_of_the_image() -> None:
    attrs = {"noise": "gaussian", "uniform_noise": False}
    (noise,), _ = run_op("ExtractGlimpse", [IMAGES, INT([40, 50]), OFFSETS], attrs, known=True)
    for image, glimpse in zip(IMAGES, noise, strict=True):
        np.testing.assert_allclose(glimpse.mean(), image.mean(), atol=3)
        np.testing.assert_allclose(glimpse.std(), image.std(), rtol=0.1)
