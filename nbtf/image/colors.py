"""Colors of images in other spaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtf import dtypes
from nbtf.array.filling import ones
from nbtf.array.joining import concat
from nbtf.array.shapes import expand_dims, rank, shape
from nbtf.debugging.comparisons import assert_equal, assert_greater_equal
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gating import after
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.image.converting import convert_image_dtype
from nbtf.linalg.products import tensordot

rgb_to_hsv = OpFunction("RGBToHSV", "rgb_to_hsv")
hsv_to_rgb = OpFunction("HSVToRGB", "hsv_to_rgb")

# ---- gray ------------------------------------------------------------------------------------------------------------

_LUMA = [0.2989, 0.587, 0.114]
"""What red, green and blue give to gray."""


def rgb_to_grayscale(images: Any, name: str | None = None) -> Any:
    """Colors [..., 3] as gray [..., 1], in the same dtype."""
    with name_scope(name, "rgb_to_grayscale", [images]) as scope:
        images = convert_to_tensor(images, name="images")
        floats = convert_image_dtype(images, dtypes.float32)
        gray = expand_dims(tensordot(floats, _LUMA, [-1, -1]), -1)
        return convert_image_dtype(gray, images.dtype, name=scope)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Any:
    """Gray [..., 1] as colors [..., 3]. Raises ValueError where the last dim is known not to be 1."""
    with name_scope(name, "grayscale_to_rgb", [images]) as scope:
        images = convert_to_tensor(images, name="images")
        images = after(_gray_checks(images), images)
        leading = expand_dims(rank(images) - 1, 0)
        multiples = concat([ones(leading, dtypes.int32), expand_dims(3, 0)], 0)
        colors = raw.Tile(images, multiples, name=scope)
        colors.set_shape(images.shape[:-1].concatenate([3]))
        return colors


def _gray_checks(images: Tensor) -> list[Any]:
    """Checks that a run makes; raises ValueError for what is known."""
    one = "Last dimension of a grayscale image should be size 1."
    try:
        dims = images.shape.with_rank_at_least(2)
    except ValueError:
        raise ValueError(f"A grayscale image (shape {images.shape}) must be at least two-dimensional.") from None
    if dims.is_fully_defined():
        if dims.as_list()[-1] != 1:
            raise ValueError(one)
        return []
    return [
        assert_equal(shape(images)[-1], 1, message=one),
        assert_greater_equal(rank(images), 3, message="A grayscale image must be at least two-dimensional."),
    ]


# ---- linear spaces ---------------------------------------------------------------------------------------------------


def _linear(name: str, doc: str, kernel: list[list[float]]) -> Callable[[Any], Any]:
    """A function that multiplies the channels with a matrix: row i is what channel i gives."""

    def convert(images: Any) -> Any:
        images = convert_to_tensor(images, name="images")
        matrix = convert_to_tensor(kernel, dtype=images.dtype, name="kernel")
        return tensordot(images, matrix, [[images.shape.ndims - 1], [0]])

    convert.__name__ = convert.__qualname__ = name
    convert.__doc__ = f"{doc} [..., 3] -> [..., 3], floats."
    return convert


rgb_to_yiq = _linear(
    "rgb_to_yiq",
    "Luma and the two chroma channels of NTSC for colors in [0, 1].",
    [[0.299, 0.59590059, 0.2115], [0.587, -0.27455667, -0.52273617], [0.114, -0.32134392, 0.31119955]],
)
yiq_to_rgb = _linear(
    "yiq_to_rgb",
    "Colors from luma and the two chroma channels of NTSC.",
    [[1, 1, 1], [0.95598634, -0.27201283, -1.10674021], [0.6208248, -0.64720424, 1.70423049]],
)
rgb_to_yuv = _linear(
    "rgb_to_yuv",
    "Luma and the two chroma channels of PAL for colors in [0, 1].",
    [[0.299, -0.14714119, 0.61497538], [0.587, -0.28886916, -0.51496512], [0.114, 0.43601035, -0.10001026]],
)
yuv_to_rgb = _linear(
    "yuv_to_rgb",
    "Colors from luma and the two chroma channels of PAL.",
    [[1, 1, 1], [0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0]],
)
