"""Images in other dtypes: floats in [0, 1] and integers up to the largest of their dtype."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.moving import identity
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.complex_numbers import saturate_cast
from nbtf.math.operands import floordiv, multiply


def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False, name: str | None = None) -> Any:
    """The image as `dtype`, scaled: [0, 1] of floats is 0 to the largest number of an integer dtype.

    saturate: what lies beyond the range becomes the nearest number in it; otherwise it wraps around.
    Raises AttributeError for dtypes that are neither.
    """
    image = convert_to_tensor(image, name="image")
    wanted, given = dtypes.as_dtype(dtype), image.dtype
    if not (wanted.is_floating or wanted.is_integer):
        raise AttributeError("dtype must be either floating point or integer")
    if not (given.is_floating or given.is_integer):
        raise AttributeError("image dtype must be either floating point or integer")
    if wanted == given:
        return identity(image, name=name)
    convert = saturate_cast if saturate else cast
    with name_scope(name, "convert_image", [image]) as scope:
        if given.is_floating and wanted.is_floating:
            return cast(image, wanted, scope)
        if given.is_floating:
            return convert(multiply(image, wanted.max + 0.5), wanted, scope)
        if wanted.is_floating:
            return multiply(cast(image, wanted), 1.0 / given.max, name=scope)
        if given.max > wanted.max:  # the largest number becomes the largest one
            return convert(floordiv(image, (given.max + 1) // (wanted.max + 1)), wanted, scope)
        return multiply(convert(image, wanted), (wanted.max + 1) // (given.max + 1), name=scope)


def as_floats(image: Tensor) -> Any:
    """An image to compute with: float16 and float32 as they are, all else as float32."""
    if image.dtype in (dtypes.float16, dtypes.float32):
        return image
    return convert_image_dtype(image, dtypes.float32)
