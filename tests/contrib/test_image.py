"""tf.contrib.image: turned, moved and projected images, by hand; the op's numbers are compared with TensorFlow's elsewhere."""

import math
from typing import Any

import numpy as np
import pytest

import nbtf as tf

image = tf.contrib.image
X = np.arange(12, dtype=np.float32).reshape(3, 4)
SQUARE = np.arange(9, dtype=np.float32).reshape(3, 3)


def run(make: Any, *feeds: np.ndarray) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        given = [tf.placeholder(tf.as_dtype(feed.dtype), feed.shape) for feed in feeds]
        return session.run(make(*given), dict(zip(given, feeds, strict=True)))


@pytest.mark.parametrize(("quarters", "how"), [(1, "NEAREST"), (2, "NEAREST"), (3, "bilinear")])
def test_a_quarter_turn(quarters: int, how: str) -> None:
    turned = run(lambda x: image.rotate(x, quarters * math.pi / 2, how), SQUARE)
    np.testing.assert_allclose(turned, np.rot90(SQUARE, quarters), atol=1e-5)


def test_each_image_by_its_own_angle() -> None:
    batch = np.stack([SQUARE, SQUARE])[..., None]
    turned = run(lambda x: image.rotate(x, [0.0, math.pi / 2]), batch)
    np.testing.assert_array_equal(turned[..., 0], [SQUARE, np.rot90(SQUARE)])


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int32, np.int64, np.float16])
def test_moved(dtype: Any) -> None:
    moved = run(lambda x: image.translate(x, [1, -1]), X.astype(dtype))
    assert moved.dtype == dtype
    np.testing.assert_array_equal(moved, [[0, 4, 5, 6], [0, 8, 9, 10], [0, 0, 0, 0]])


def test_ranks_stay() -> None:
    for dims in ([3, 4], [3, 4, 1], [1, 3, 4, 1]):
        moved = run(lambda x: image.translate(x, [[0.5, 0]], "BILINEAR"), X.reshape(dims))
        expected = (np.pad(X, [(0, 0), (1, 0)])[:, :-1] + X) / 2
        np.testing.assert_allclose(moved, expected.reshape(dims))


def test_another_size() -> None:
    same = [1, 0, 0, 0, 1, 0, 0, 0]
    np.testing.assert_array_equal(
        run(lambda x: image.transform(x, same, output_shape=[2, 5]), X), np.pad(X[:2], [(0, 0), (0, 1)])
    )
    size = np.int32([1, 2])
    assert run(lambda x, s: image.transform(x, same, output_shape=s), X, size).shape == (1, 2)


def test_transforms_as_matrices() -> None:
    turn = image.angles_to_projective_transforms
    with tf.Graph().as_default(), tf.Session() as session:
        flat = image.compose_transforms(turn(0.3, 5.0, 7.0), image.translations_to_projective_transforms([2.0, 1.0]))
        back = image.compose_transforms(flat, image.matrices_to_flat_transforms(
            tf.linalg.inv(image.flat_transforms_to_matrices(flat))))  # fmt: skip
        composed, identity = session.run([flat, back])
    c, s = math.cos(0.3), math.sin(0.3)
    x, y = (6 - (c * 6 - s * 4)) / 2, (4 - (s * 6 + c * 4)) / 2
    expected = np.array([[c, -s, x], [s, c, y], [0, 0, 1]]) @ [[1, 0, -2], [0, 1, -1], [0, 0, 1]]
    np.testing.assert_allclose(composed[0], expected.ravel()[:8], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(identity, [[1, 0, 0, 0, 1, 0, 0, 0]], atol=1e-5)


def test_gradient_goes_back() -> None:
    x = SQUARE[None, :, :, None]
    slope = run(lambda x: tf.gradients(image.translate(x, [1, 0]) * SQUARE[None, :, :, None], x)[0], x)
    np.testing.assert_array_equal(slope[0, :, :, 0], np.pad(SQUARE[:, 1:], [(0, 0), (0, 1)]))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: image.rotate(tf.zeros([3, 3], tf.int8), 0.0), TypeError, "Invalid dtype"),
        (lambda: image.rotate(tf.zeros([3]), 0.0), TypeError, "rank between 2 and 4"),
        (lambda: image.rotate(tf.placeholder(tf.float32), 0.0), TypeError, "statically known"),
        (lambda: image.rotate(tf.zeros([3, 3]), [[0.0]]), TypeError, "Angles should have rank 0 or 1"),
        (lambda: image.translate(tf.zeros([3, 3]), 0.0), TypeError, "Translations should have rank 1 or 2"),
        (lambda: image.transform(tf.zeros([3, 3]), 0.0), TypeError, "Transforms should have rank 1 or 2"),
        (
            lambda: image.transform(tf.zeros([3, 3]), [0.0] * 8, output_shape=[1]),
            ValueError,
            "1-D Tensor of 2 elements",
        ),
        (lambda: image.flat_transforms_to_matrices(0.0), ValueError, "1D or 2D"),
        (lambda: image.matrices_to_flat_transforms(0.0), ValueError, "2D or 3D"),
        (image.compose_transforms, AssertionError, "cannot be empty"),
    ],
)
def test_refusals(make: Any, error: type, message: str) -> None:
    with tf.Graph().as_default(), pytest.raises(error, match=message):
        make()
