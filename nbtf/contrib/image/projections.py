"""Projections of the plane, rows (a0, a1, a2, b0, b1, b2, c0, c1) of eight numbers.

The pixel (x, y) of a result is read at ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k) with k = c0 x + c1 y + 1.
"""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones, zeros
from nbtf.array.joining import concat
from nbtf.array.shapes import reshape, shape
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.elementwise import cos, sin
from nbtf.math.operands import matmul

_IMAGE_DTYPES = (dtypes.uint8, dtypes.int32, dtypes.int64, dtypes.float16, dtypes.float32, dtypes.float64)


def rotate(images: Any, angles: Any, interpolation: str = "NEAREST", name: str | None = None) -> Any:
    """Images [N, H, W, C], [H, W, C] or [H, W], turned counterclockwise around their middle.

    angles: radians, one or [N]. interpolation: "NEAREST" or "BILINEAR". Zeros come in from outside. Raises TypeError
    for other dtypes and ranks.
    """
    with name_scope(name, "rotate"):
        images = _checked(images)
        batch = _as_batch(images)
        height = cast(shape(batch)[1], dtypes.float32)[None]
        width = cast(shape(batch)[2], dtypes.float32)[None]
        turns = angles_to_projective_transforms(angles, height, width)
        return _as_given(transform(batch, turns, interpolation), images)


def translate(images: Any, translations: Any, interpolation: str = "NEAREST", name: str | None = None) -> Any:
    """Images [N, H, W, C], [H, W, C] or [H, W], moved by (dx, dy) pixels: translations [2] or [N, 2]."""
    with name_scope(name, "translate"):
        return transform(images, translations_to_projective_transforms(translations), interpolation)


def transform(
    images: Any,
    transforms: Any,
    interpolation: str = "NEAREST",
    output_shape: Any = None,
    name: str | None = None,
) -> Any:
    """Images [N, H, W, C], [H, W, C] or [H, W], seen through transforms [8] or [N, 8], which lead from the result back.

    output_shape: height and width, those of the images if None. Zeros come in from outside; no gradients flow to the
    transforms. Raises TypeError for other dtypes and ranks, ValueError for other output shapes.
    """
    with name_scope(name, "transform"):
        images = _checked(images)
        batch = _as_batch(images)
        transforms = convert_to_tensor(transforms, dtypes.float32, name="transforms")
        if transforms.shape.ndims not in (1, 2):
            raise TypeError("Transforms should have rank 1 or 2.")
        if transforms.shape.ndims == 1:
            transforms = transforms[None]
        if output_shape is None:
            size = shape(batch)[1:3]
            known = constant_value(size)
            output_shape = size if known is None else known
        output_shape = convert_to_tensor(output_shape, dtypes.int32, name="output_shape")
        if not output_shape.shape.is_compatible_with([2]):
            raise ValueError("output_shape must be a 1-D Tensor of 2 elements: new_height, new_width")
        made = raw.ImageProjectiveTransformV2(batch, transforms, output_shape, interpolation=interpolation.upper())
        return _as_given(made, images)


# ---- transforms ------------------------------------------------------------------------------------------------------


def angles_to_projective_transforms(angles: Any, image_height: Any, image_width: Any, name: str | None = None) -> Any:
    """Transforms [N, 8] that turn images around their middle: angles [] or [N] in radians, sizes as float32."""
    with name_scope(name, "angles_to_projective_transforms"):
        angles = convert_to_tensor(angles, dtypes.float32, name="angles")
        if angles.shape.ndims not in (0, 1):
            raise TypeError("Angles should have rank 0 or 1.")
        if angles.shape.ndims == 0:
            angles = angles[None]
        along, down = image_width - 1, image_height - 1
        x_offset = (along - (cos(angles) * along - sin(angles) * down)) / 2.0
        y_offset = (down - (sin(angles) * along + cos(angles) * down)) / 2.0
        rows = [
            cos(angles)[:, None],
            -sin(angles)[:, None],
            x_offset[:, None],
            sin(angles)[:, None],
            cos(angles)[:, None],
            y_offset[:, None],
            zeros((shape(angles)[0], 2), dtypes.float32),
        ]
        return concat(rows, 1)


def translations_to_projective_transforms(translations: Any, name: str | None = None) -> Any:
    """Transforms [N, 8] that move images by (dx, dy): translations [2] or [N, 2]."""
    with name_scope(name, "translations_to_projective_transforms"):
        translations = convert_to_tensor(translations, dtypes.float32, name="translations")
        if translations.shape.ndims not in (1, 2):
            raise TypeError("Translations should have rank 1 or 2.")
        if translations.shape.ndims == 1:
            translations = translations[None]
        count = shape(translations)[0]
        rows = [
            ones((count, 1), dtypes.float32),
            zeros((count, 1), dtypes.float32),
            -translations[:, 0, None],
            zeros((count, 1), dtypes.float32),
            ones((count, 1), dtypes.float32),
            -translations[:, 1, None],
            zeros((count, 2), dtypes.float32),
        ]
        return concat(rows, 1)


def compose_transforms(*transforms: Any) -> Any:
    """One transform, [N, 8], that does what these do, the last one first on the way from the result back."""
    assert transforms, "transforms cannot be empty"
    with name_scope(None, "compose_transforms"):
        composed = flat_transforms_to_matrices(transforms[0])
        for other in transforms[1:]:
            composed = matmul(composed, flat_transforms_to_matrices(other))
        return matrices_to_flat_transforms(composed)


def flat_transforms_to_matrices(transforms: Any) -> Any:
    """Transforms [8] or [N, 8] as matrices [N, 3, 3] of homogeneous coordinates; ValueError for other ranks."""
    with name_scope(None, "flat_transforms_to_matrices"):
        transforms = convert_to_tensor(transforms, name="transforms")
        if transforms.shape.ndims not in (1, 2):
            raise ValueError(f"Transforms should be 1D or 2D, got: {transforms}")
        transforms = reshape(transforms, convert_to_tensor([-1, 8]))
        count = shape(transforms)[0]
        return reshape(concat([transforms, ones([count, 1])], 1), convert_to_tensor([-1, 3, 3]))


def matrices_to_flat_transforms(transform_matrices: Any) -> Any:
    """Matrices [3, 3] or [N, 3, 3] of homogeneous coordinates as transforms [N, 8]; ValueError for other ranks."""
    with name_scope(None, "matrices_to_flat_transforms"):
        matrices = convert_to_tensor(transform_matrices, name="transform_matrices")
        if matrices.shape.ndims not in (2, 3):
            raise ValueError(f"Matrices should be 2D or 3D, got: {matrices}")
        transforms = reshape(matrices, convert_to_tensor([-1, 9]))
        transforms = transforms / transforms[:, 8:9]
        return transforms[:, :8]


# ---- ranks of images -------------------------------------------------------------------------------------------------


def _checked(images: Any) -> Tensor:
    images = convert_to_tensor(images, name="images")
    if images.dtype.base_dtype not in _IMAGE_DTYPES:
        raise TypeError(f"Invalid dtype {images.dtype}.")
    if images.shape.ndims is None:
        raise TypeError("image_or_images rank must be statically known")
    if images.shape.ndims not in (2, 3, 4):
        raise TypeError("Images should have rank between 2 and 4.")
    return images  # type: ignore[no-any-return]


def _as_batch(images: Tensor) -> Any:
    if images.shape.ndims == 4:
        return images
    return images[None, :, :, :] if images.shape.ndims == 3 else images[None, :, :, None]


def _as_given(batch: Tensor, images: Tensor) -> Any:
    if images.shape.ndims == 4:
        return batch
    return batch[0, :, :, :] if images.shape.ndims == 3 else batch[0, :, :, 0]
