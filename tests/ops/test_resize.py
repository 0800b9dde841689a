"""Resizing of images, and crops."""

import numpy as np
from ops.image_values import rows
from ops.table import Bad, Row, forward_tests, refusal_tests

IMAGE = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
BOX, WHICH = np.float32([[0, 0, 1, 1]]), np.int32([0])
INTS = np.int32

RESIZES = [
    *rows("ResizeNearestNeighbor"),
    *rows("ResizeNearestNeighborGrad"),
    *rows("ResizeBilinear", atol=1e-4),
    *rows("ResizeBilinearGrad"),
    *rows("ResizeBicubic", atol=1e-3),
    *rows("ResizeBicubicGrad"),
    *rows("ResizeArea", atol=1e-4),
    Row("ResizeNearestNeighbor", [IMAGE, INTS([2, 2])], lambda x, size: x[:, ::2, ::2]),
    Row("ResizeNearestNeighborGrad", [IMAGE, INTS([4, 4])], lambda x, size: x),
    Row("ResizeBilinear", [IMAGE, INTS([2, 2])], lambda x, size: x[:, ::2, ::2].astype(np.float32), rtol=1e-2),
    Row("ResizeBicubic", [IMAGE, INTS([4, 4])], lambda x, size: x.astype(np.float32), rtol=1e-2),
    Row("ResizeArea", [IMAGE, INTS([1, 1])], np.float32([[[[7.5]]]])),
    Row(
        "ResizeArea",
        [IMAGE[:, :1], INTS([3, 4])],
        lambda x, size: np.broadcast_to(x, (1, 3, 4, 1)),
        {"align_corners": True},
        label="one row",
    ),
    Row("ResizeBilinear", [IMAGE[:0], INTS([2, 2])], np.zeros((0, 2, 2, 1)), vary=None, label="empty"),
]

CROPS = [
    *rows("CropAndResize", atol=1e-4),
    *rows("CropAndResizeGradImage"),
    *rows("CropAndResizeGradBoxes", atol=1e-2),
    Row("CropAndResize", [IMAGE, BOX, WHICH, INTS([4, 4])], lambda x, *_: x.astype(np.float32)),
]

BAD = [
    Bad("ResizeBilinear", [IMAGE[0], INTS([2, 2])], r"input must be 4-dimensional\[4,4,1\]"),
    Bad("ResizeBicubic", [IMAGE, INTS([2, 2, 2])], r"shape_t must have two elements\[3\]"),
    Bad("ResizeArea", [IMAGE, INTS([0, 2])], "output dimensions must be positive"),
    Bad("ResizeNearestNeighbor", [IMAGE[:, :0], INTS([2, 2])], "input image must be of non-zero size"),
    Bad("ResizeNearestNeighbor", [IMAGE[..., :0], INTS([2, 2])], "image must have at least one channel"),
    Bad(
        "ResizeBilinear",
        [IMAGE, INTS([2, 2])],
        "If half_pixel_centers is True, align_corners must be False",
        {"align_corners": True, "half_pixel_centers": True},
    ),
    Bad("CropAndResize", [IMAGE, BOX, INTS([1]), INTS([2, 2])], "box_index has values outside", at_build=False),
    Bad("CropAndResize", [IMAGE, BOX, INTS([0, 0]), INTS([2, 2])], "box_index has incompatible shape"),
    Bad("CropAndResize", [IMAGE, BOX[:, :3], WHICH, INTS([2, 2])], "boxes must have 4 columns"),
    Bad("CropAndResize", [IMAGE, BOX, WHICH, INTS([0, 2])], "crop dimensions must be positive"),
]

test_resizes = forward_tests(RESIZES)
test_crops = forward_tests(CROPS)
test_refusal = refusal_tests(BAD)
