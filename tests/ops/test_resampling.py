"""Projections and scales: dims of 0 and what is refused; tests/programs/image/resampling.py has TensorFlow's numbers."""

import numpy as np
from ops.table import Bad, Row, forward_tests, refusal_tests

IMAGE = np.arange(24, dtype=np.float32).reshape(1, 4, 6, 1)
SAME = np.float32([[1, 0, 0, 0, 1, 0, 0, 0]])
RIGHT = np.float32([[1, 0, -1, 0, 1, 0, 0, 0]])
SIZE, ONES, ZEROS, FILL = np.int32([2, 2]), np.float32([1, 1]), np.float32([0, 0]), np.float32(9)
NEAR = {"interpolation": "NEAREST"}
LINEAR = {"interpolation": "BILINEAR"}
BOX = {"kernel_type": "box"}


def filled(image, transforms, size, fill):
    return np.full([len(image), *size, image.shape[3]], fill)


ROWS = [
    Row("ImageProjectiveTransformV2", [IMAGE, SAME, SIZE], lambda x, t, s: x[:, :2, :2], NEAR, vary="dtype"),
    Row("ImageProjectiveTransformV2", [IMAGE, RIGHT, SIZE], lambda x, t, s: x[:, :2, :2] * [[[0], [1]]] - [[[0], [1]]],
        LINEAR, vary=None, label="moved"),
    Row("ImageProjectiveTransformV3", [IMAGE, SAME, np.int32([4, 7]), FILL],
        lambda x, t, s, fill: np.pad(x, [(0, 0), (0, 0), (0, 1), (0, 0)], constant_values=9), NEAR, vary="dtype"),
    Row("ImageProjectiveTransformV3", [IMAGE[:, :0], SAME, SIZE, FILL], filled, {**NEAR, "fill_mode": "REFLECT"},
        vary=None, label="no_rows"),
    Row("ImageProjectiveTransformV3", [IMAGE[:, :, :0], SAME, SIZE, FILL], filled, {**LINEAR, "fill_mode": "WRAP"},
        vary=None, label="no_columns"),
    Row("ImageProjectiveTransformV3", [IMAGE[:0], SAME, SIZE, FILL], filled, NEAR, vary=None, label="no_images"),
    Row("ImageProjectiveTransformV3", [IMAGE, SAME * np.float32(np.nan), SIZE, FILL], filled, LINEAR, vary=None, label="nan"),
    Row("ImageProjectiveTransformV3", [IMAGE, SAME + np.float32([0, 0, 1e30, 0, 0, 0, 0, 0]), SIZE, FILL], filled, LINEAR,
        vary=None, label="far"),
    Row("ScaleAndTranslate", [IMAGE, SIZE, ONES, ZEROS], lambda x, *_: x[:, :2, :2], BOX),
    Row("ScaleAndTranslate", [IMAGE, SIZE, ONES * np.float32(0.5), ZEROS],
        lambda x, *_: x[:, :, :4].reshape(1, 2, 2, 2, 2, 1).mean((2, 4)), BOX, label="halved"),
    Row("ScaleAndTranslate", [IMAGE[:0], SIZE, ONES, ZEROS], lambda x, *_: x[:, :2, :2], BOX, label="no_images"),
    Row("ScaleAndTranslate", [IMAGE, SIZE, ONES, ONES * np.float32(np.inf)], np.zeros((1, 2, 2, 1)),
        BOX, vary=None, label="far"),
    Row("ScaleAndTranslate", [IMAGE, SIZE, ONES * np.float32(1e-30), ZEROS], (None,), BOX, vary=None, label="tiny"),
    Row("ScaleAndTranslateGrad", [IMAGE[:, :2, :2] * 0 + 1, IMAGE, ONES, ZEROS],
        np.pad(np.ones([1, 2, 2, 1]), [(0, 0), (0, 2), (0, 4), (0, 0)]), BOX),
    Row("ScaleAndTranslateGrad", [IMAGE[:, :0], IMAGE, ONES, ZEROS], IMAGE * 0, BOX, label="no_rows"),
    Row("ScaleAndTranslateGrad", [IMAGE, IMAGE[:, :0], ONES, ZEROS], IMAGE[:, :0], BOX, label="none_of_the_original"),
]  # fmt: skip

TRANSFORMS = "num_images x 8 or 1 x 8"
BAD = [
    Bad("ImageProjectiveTransformV2", [IMAGE[0], SAME, SIZE], "Input images must have rank 4", NEAR, built="rank 4"),
    Bad("ImageProjectiveTransformV2", [IMAGE, SAME[0], SIZE], TRANSFORMS, NEAR),
    Bad("ImageProjectiveTransformV2", [IMAGE, np.repeat(SAME, 2, 0), SIZE], TRANSFORMS, NEAR),
    Bad("ImageProjectiveTransformV2", [IMAGE, SAME[:, :7].copy(), SIZE], TRANSFORMS, NEAR),
    Bad("ImageProjectiveTransformV2", [IMAGE, SAME, SIZE[:1]], "must have two elements", NEAR, built="must be 2"),
    Bad("ImageProjectiveTransformV2", [IMAGE, SAME, SIZE[None]], "must be 1-dimensional", NEAR, built="must be rank 1"),
    Bad("ImageProjectiveTransformV2", [IMAGE, SAME, SIZE * 0], "output dimensions must be positive", NEAR),
    Bad("ImageProjectiveTransformV2", [IMAGE, SAME, SIZE], "Invalid interpolation", {"interpolation": "near"}),
    Bad("ImageProjectiveTransformV2", [IMAGE, SAME, SIZE], "Invalid fill mode", {**NEAR, "fill_mode": "CONSTANT|"}),
    Bad("ImageProjectiveTransformV3", [IMAGE, SAME, SIZE, ONES], "fill_value must be a scalar", NEAR),
    Bad("ScaleAndTranslate", [IMAGE[0], SIZE, ONES, ZEROS], "input must be 4-dimensional", built="must be rank 4"),
    Bad("ScaleAndTranslate", [IMAGE, SIZE[:1], ONES, ZEROS], "must have two elements", built="must be 2"),
    Bad("ScaleAndTranslate", [IMAGE, SIZE[None], ONES, ZEROS], "must be 1-dimensional", built="must be rank 1"),
    Bad("ScaleAndTranslate", [IMAGE, -SIZE, ONES, ZEROS], "output dimensions must be positive"),
    Bad("ScaleAndTranslate", [IMAGE, SIZE, ONES[:1], ZEROS], "t must have two elements"),
    Bad("ScaleAndTranslate", [IMAGE, SIZE, ONES, ZEROS[None]], "t must be 1-dimensional"),
    Bad("ScaleAndTranslate", [IMAGE, SIZE, ZEROS, ZEROS], "Scale must be greater than zero", at_build=False),
    Bad("ScaleAndTranslate", [IMAGE, SIZE, ONES, ZEROS], "Unrecognized kernel type", {"kernel_type": "foo"}),
    Bad("ScaleAndTranslate", [IMAGE[:, :0], SIZE, ONES, ZEROS], "non-zero size"),
    Bad("ScaleAndTranslate", [IMAGE[..., :0], SIZE, ONES, ZEROS], "at least one channel"),
    Bad("ScaleAndTranslateGrad", [IMAGE[0], IMAGE, ONES, ZEROS], "input_grad must be 4-dimensional"),
    Bad("ScaleAndTranslateGrad", [IMAGE, IMAGE[0], ONES, ZEROS], "original_image must be 4-dimensional"),
    Bad("ScaleAndTranslateGrad", [IMAGE, IMAGE, -ONES, ZEROS], "Scale must be greater than zero", at_build=False),
]  # fmt: skip

test_forward = forward_tests(ROWS)
test_refusal = refusal_tests(BAD)
