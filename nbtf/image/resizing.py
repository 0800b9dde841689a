"""Images in other sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from nbtf import dtypes
from nbtf.array.shapes import expand_dims, squeeze
from nbtf.graph.constant_value import constant_value_as_shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gating import after
from nbtf.graph.kinds_of_values import is_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.image.checking import as_batch, image_checks, required, sizes
from nbtf.image.cropping import crop_to_bounding_box, pad_to_bounding_box
from nbtf.math.casting import cast
from nbtf.math.elementwise import floor
from nbtf.math.elementwise import round as round_to_even


class ResizeMethod:
    """How `resize` finds pixels between pixels."""

    BILINEAR: Final = 0
    NEAREST_NEIGHBOR: Final = 1
    BICUBIC: Final = 2
    AREA: Final = 3


_METHODS: Final[dict[Any, Callable[..., Any]]] = {
    ResizeMethod.BILINEAR: raw.ResizeBilinear,
    ResizeMethod.NEAREST_NEIGHBOR: raw.ResizeNearestNeighbor,
    ResizeMethod.BICUBIC: raw.ResizeBicubic,
    ResizeMethod.AREA: raw.ResizeArea,
    "bilinear": raw.ResizeBilinear,
    "nearest": raw.ResizeNearestNeighbor,
    "bicubic": raw.ResizeBicubic,
    "area": raw.ResizeArea,
}

# ---- the ops ---------------------------------------------------------------------------------------------------------

resize_area = OpFunction("ResizeArea")


def _resizing(op: OpFunction, name: str, how: str) -> Callable[..., Any]:
    def resize(
        images: Any, size: Any, align_corners: bool = False, name: str | None = None, half_pixel_centers: bool = False
    ) -> Any:
        return op(images, size, align_corners=align_corners, half_pixel_centers=half_pixel_centers, name=name)

    resize.__name__ = resize.__qualname__ = name
    resize.__doc__ = f"""Images [N, H, W, C] in another size, two ints; {how}.

    align_corners: the centers of the corner pixels stay where they are. half_pixel_centers: a pixel lies at the middle
    of its area instead of at its upper left corner.
    """
    return resize


resize_bilinear = _resizing(raw.ResizeBilinear, "resize_bilinear", "linear between pixels, float32")
resize_bicubic = _resizing(raw.ResizeBicubic, "resize_bicubic", "cubic between pixels, float32")
resize_nearest_neighbor = _resizing(
    raw.ResizeNearestNeighbor, "resize_nearest_neighbor", "the nearest pixel, in the same dtype"
)

# ---- any size --------------------------------------------------------------------------------------------------------


def resize(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> Any:
    """Images [N, H, W, C], or one [H, W, C], in another size: float32, but of the nearest pixels in the same dtype.

    size: height and width. preserve_aspect_ratio: the largest size of the same shape that fits into it. What has the
    size already comes back as it is. Raises ValueError for other ranks and methods.
    """
    with name_scope(name, "resize", [images, size]):
        images = convert_to_tensor(images, name="images")
        if images.shape.ndims is None:
            raise ValueError("'images' contains no shape.")
        if images.shape.ndims not in (3, 4):
            raise ValueError("'images' must have either 3 or 4 dimensions.")
        single = images.shape.ndims == 3
        if single:
            images = expand_dims(images, 0)
        _, height, width, _ = images.shape.as_list()
        try:
            size = convert_to_tensor(size, dtypes.int32, name="size")
        except (TypeError, ValueError):
            raise ValueError("'size' must be a 1-D int32 Tensor") from None
        if not size.shape.is_compatible_with([2]):
            raise ValueError("'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
        if preserve_aspect_ratio:
            size = _fitting_size(images, size)
        known = constant_value_as_shape(size).as_list()
        if None in known or known != [height, width]:
            if method not in _METHODS:
                raise ValueError(f"Resize method is not implemented: {method}")
            images = _METHODS[method](images, size, align_corners=align_corners)
            images.set_shape([None, *known, None])
        return squeeze(images, [0]) if single else images


def _fitting_size(images: Tensor, size: Any) -> Any:
    """The largest size with the proportions of the images that fits into `size`."""
    _, height, width, _ = sizes(images)
    down = cast(size[0], dtypes.float32) / cast(height, dtypes.float32)
    along = cast(size[1], dtypes.float32) / cast(width, dtypes.float32)
    factor = raw.Minimum(down, along)
    fitting = [_scaled(factor, height), _scaled(factor, width)]
    return convert_to_tensor(fitting, dtypes.int32, name="size")


def _scaled(factor: Any, size: Any) -> Any:
    return cast(round_to_even(factor * cast(size, dtypes.float32)), dtypes.int32)


# ---- into a frame ----------------------------------------------------------------------------------------------------


def resize_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> Any:
    """The middle of images [N, H, W, C], or of one, cut off or filled up with zeros to the target on each axis.

    Raises ValueError for other ranks and sizes below 1; where only a run tells, it does.
    """
    with name_scope(None, "resize_image_with_crop_or_pad", [image]):
        image, is_batch = as_batch(image)
        checks = _target_checks(image, target_height, target_width)
        image = after(checks, image)
        if is_tensor(target_height):
            target_height = after(checks, target_height)
        if is_tensor(target_width):
            target_width = after(checks, target_width)
        _, height, width, _ = sizes(image)
        crop_x, pad_x = _margins(target_width - width)
        crop_y, pad_y = _margins(target_height - height)
        cropped = crop_to_bounding_box(
            image, crop_y, crop_x, _least(target_height, height), _least(target_width, width)
        )
        resized = pad_to_bounding_box(cropped, pad_y, pad_x, target_height, target_width)
        _, resized_height, resized_width, _ = sizes(resized)
        checks = required(_equal(resized_height, target_height), "resized height is not correct.")
        checks += required(_equal(resized_width, target_width), "resized width is not correct.")
        resized = after(checks, resized)
        return resized if is_batch else squeeze(resized, [0])


def _target_checks(image: Tensor, height: Any, width: Any) -> list[Any]:
    checks = image_checks(image)
    checks += required(width > 0, "target_width must be > 0.")
    return checks + required(height > 0, "target_height must be > 0.")


def _margins(growth: Any) -> tuple[Any, Any]:
    """What to cut off and what to add before an axis that grows by so much."""
    return _largest(-growth // 2, 0), _largest(growth // 2, 0)


def _largest(x: Any, y: Any) -> Any:
    return raw.Maximum(x, y) if is_tensor(x) or is_tensor(y) else max(x, y)


def _least(x: Any, y: Any) -> Any:
    return raw.Minimum(x, y) if is_tensor(x) or is_tensor(y) else min(x, y)


def _equal(x: Any, y: Any) -> Any:
    return raw.Equal(x, y) if is_tensor(x) or is_tensor(y) else x == y


def resize_with_pad(
    image: Any, target_height: Any, target_width: Any, method: Any = ResizeMethod.BILINEAR, align_corners: bool = False
) -> Any:
    """Images [N, H, W, C], or one, resized in their own proportions to fit into the target, zeros around them.

    Raises ValueError for other ranks and sizes below 1; where only a run tells, it does.
    """
    with name_scope(None, "resize_image_with_pad", [image]):
        image, is_batch = as_batch(image)
        image = after(_target_checks(image, target_height, target_width), image)
        _, height, width, _ = sizes(image)
        height, width = cast(height, dtypes.float32), cast(width, dtypes.float32)
        frame_height, frame_width = cast(target_height, dtypes.float32), cast(target_width, dtypes.float32)
        ratio = _largest(width / frame_width, height / frame_height)
        height, width = height / ratio, width / ratio
        size = [cast(floor(height), dtypes.int32), cast(floor(width), dtypes.int32)]
        top, left = (frame_height - height) / 2, (frame_width - width) / 2
        top, left = floor(top), floor(left)
        top, left = _largest(0, cast(top, dtypes.int32)), _largest(0, cast(left, dtypes.int32))
        resized = resize(image, size, method, align_corners)
        padded = pad_to_bounding_box(resized, top, left, target_height, target_width)
        sizes(padded)  # nodes that TensorFlow's graphs have
        return padded if is_batch else squeeze(padded, [0])
