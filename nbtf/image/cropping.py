"""Parts of images, and images with margins."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.indexing import slice_
from nbtf.array.joining import pad, stack
from nbtf.array.shapes import reshape, shape, squeeze
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gating import after
from nbtf.graph.kinds_of_values import is_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.image.checking import as_batch, checked_image, image_checks, required, sizes
from nbtf.math.casting import cast


def _known(*dims: Any) -> list[Any]:
    return [None if is_tensor(dim) else dim for dim in dims]


def crop_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Any:
    """The part of images [N, H, W, C], or of one, of the target's size, its corner at the offsets.

    Raises ValueError for other ranks and for what does not lie in the image; where only a run tells, it does.
    """
    with name_scope(None, "crop_to_bounding_box", [image]):
        image, is_batch = as_batch(image)
        checks = image_checks(image)
        batch, height, width, depth = sizes(image)
        checks += required(offset_width >= 0, "offset_width must be >= 0.")
        checks += required(offset_height >= 0, "offset_height must be >= 0.")
        checks += required(target_width > 0, "target_width must be > 0.")
        checks += required(target_height > 0, "target_height must be > 0.")
        checks += required(width >= target_width + offset_width, "width must be >= target + offset.")
        checks += required(height >= target_height + offset_height, "height must be >= target + offset.")
        image = after(checks, image)
        begin = stack([0, offset_height, offset_width, 0])
        size = stack([shape(image)[0], target_height, target_width, shape(image)[3]])
        cropped = slice_(image, begin, size)
        cropped.set_shape(_known(batch, target_height, target_width, depth))
        return cropped if is_batch else squeeze(cropped, [0])


def pad_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Any:
    """Images [N, H, W, C], or one, at the offsets of an image of zeros of the target's size.

    Raises ValueError for other ranks and for what does not fit; where only a run tells, it does.
    """
    with name_scope(None, "pad_to_bounding_box", [image]):
        image, is_batch = as_batch(image)
        batch, height, width, depth = sizes(image)
        right = target_width - offset_width - width
        bottom = target_height - offset_height - height
        checks = image_checks(image)
        checks += required(offset_height >= 0, "offset_height must be >= 0")
        checks += required(offset_width >= 0, "offset_width must be >= 0")
        checks += required(right >= 0, "width must be <= target - offset")
        checks += required(bottom >= 0, "height must be <= target - offset")
        image = after(checks, image)
        margins = stack([0, 0, offset_height, bottom, offset_width, right, 0, 0])
        padded = pad(image, reshape(margins, [4, 2]))
        padded.set_shape(_known(batch, target_height, target_width, depth))
        return padded if is_batch else squeeze(padded, [0])


def central_crop(image: Any, central_fraction: Any) -> Any:
    """The middle of images [N, H, W, C], or of one: central_fraction of each axis, in (0, 1].

    Raises ValueError for other ranks and fractions; of a tensor a run does.
    """
    with name_scope(None, "central_crop", [image]):
        image = convert_to_tensor(image, name="image")
        fraction = constant_value(central_fraction) if is_tensor(central_fraction) else central_fraction
        if fraction is not None:
            if fraction <= 0.0 or fraction > 1.0:
                raise ValueError("central_fraction must be within (0, 1]")
            if fraction == 1.0:
                return image
        else:
            within = raw.LogicalOr(central_fraction > 0.0, central_fraction <= 1.0)
            image = after(required(within, "central_fraction must be within (0, 1]"), image)
        checked_image(image)
        rank = image.shape.ndims
        if rank not in (3, 4):
            raise ValueError(f"`image` should either be a Tensor with rank = 3 or rank = 4. Had rank = {rank}.")
        leading = [0] * (rank - 3)
        lengths = [_length(image, rank - 3), _length(image, rank - 2)]
        starts = [_start(length, central_fraction if fraction is None else fraction) for length in lengths]
        extents = [length - start * 2 for length, start in zip(lengths, starts, strict=True)]
        begin = stack([*leading, *starts, 0])
        cropped = slice_(image, begin, stack([-1 for _ in leading] + [*extents, -1]))
        dims = image.shape.as_list()
        cropped.set_shape([*dims[: rank - 3], *_known(*extents), dims[-1]])
        return cropped


def _length(image: Tensor, axis: int) -> Any:
    static = image.shape.as_list()[axis]
    return shape(image)[axis] if static is None else static


def _start(length: Any, fraction: Any) -> Any:
    """Where the middle begins."""
    if not is_tensor(length) and not is_tensor(fraction):
        return int((length - length * fraction) / 2)
    length = cast(length, dtypes.float64)
    return cast((length - length * cast(fraction, dtypes.float64)) / 2, dtypes.int32)
