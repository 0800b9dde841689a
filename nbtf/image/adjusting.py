"""Brightness, contrast, hue, saturation and the like, by a given or a random amount."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import shape
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.gating import after
from nbtf.graph.kinds_of_values import is_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.image.checking import checked_image, required
from nbtf.image.converting import as_floats, convert_image_dtype
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_mean, reduce_prod, reduce_std
from nbtf.random.distributions import random_uniform

# ---- by a given amount -----------------------------------------------------------------------------------------------


def adjust_brightness(image: Any, delta: Any) -> Any:
    """image + delta, which is a part of the range of the dtype, in (-1, 1); integers saturate."""
    with name_scope(None, "adjust_brightness", [image, delta]) as scope:
        image = convert_to_tensor(image, name="image")
        floats = as_floats(image)
        adjusted = raw.AddV2(floats, cast(delta, floats.dtype), name=scope)
        return convert_image_dtype(adjusted, image.dtype, saturate=True)


def adjust_contrast(images: Any, contrast_factor: Any) -> Any:
    """(x - mean) * contrast_factor + mean, with the mean of each channel of each image [..., H, W, C]."""
    with name_scope(None, "adjust_contrast", [images, contrast_factor]) as scope:
        images = convert_to_tensor(images, name="images")
        adjusted = raw.AdjustContrastv2(as_floats(images), contrast_factor, name=scope)
        return convert_image_dtype(adjusted, images.dtype, saturate=True)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Any:
    """gain * image ** gamma, of floats in [0, 1]. Raises ValueError for gamma < 0; of a tensor a run does."""
    with name_scope(None, "adjust_gamma", [image, gamma, gain]):
        image = convert_to_tensor(image, name="image")
        floats = as_floats(image)
        checks = required(gamma >= 0, "Gamma should be a non-negative real number.")
        if checks:
            gamma = after(checks, gamma)
        return convert_image_dtype(gain * floats**gamma, image.dtype, saturate=True)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Any:
    """Colors [..., H, W, 3] with delta, a part of the circle in [-1, 1], added to their hue."""
    with name_scope(name, "adjust_hue", [image]):
        image = convert_to_tensor(image, name="image")
        return convert_image_dtype(raw.AdjustHue(as_floats(image), delta), image.dtype)


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Any:
    """Colors [..., H, W, 3] with their saturation times saturation_factor, at most 1."""
    with name_scope(name, "adjust_saturation", [image]):
        image = convert_to_tensor(image, name="image")
        return convert_image_dtype(raw.AdjustSaturation(as_floats(image), saturation_factor), image.dtype)


def adjust_jpeg_quality(image: Any, jpeg_quality: Any, name: str | None = None) -> Any:
    """What is left of an image [H, W, 1 or 3] after JPEG of this quality, 0 to 100."""
    with name_scope(name, "adjust_jpeg_quality", [image]):
        image = convert_to_tensor(image, name="image")
        channels = image.shape.as_list()[-1]
        pixels = convert_image_dtype(image, dtypes.uint8, saturate=True)
        if not is_tensor(jpeg_quality):
            jpeg_quality = convert_to_tensor(jpeg_quality, dtype=dtypes.int32)
        file = raw.EncodeJpegVariableQuality(pixels, jpeg_quality)
        return convert_image_dtype(raw.DecodeJpeg(file, channels=channels), image.dtype, saturate=True)


def per_image_standardization(image: Any) -> Any:
    """Each image [..., H, W, C] with mean 0 and deviation 1; a deviation counts as 1/sqrt(pixels) at least."""
    with name_scope(None, "per_image_standardization", [image]) as scope:
        image = checked_image(image)
        if image.dtype not in (dtypes.float16, dtypes.float32):
            image = cast(image, dtypes.float32)
        pixels = reduce_prod(shape(image)[-3:])
        mean = reduce_mean(image, [-1, -2, -3], keepdims=True)
        deviation = reduce_std(image, [-1, -2, -3], keepdims=True)
        least = raw.Rsqrt(cast(pixels, image.dtype))
        deviation = raw.Maximum(deviation, least)
        return raw.RealDiv(image - mean, deviation, name=scope)


# ---- by a random amount ----------------------------------------------------------------------------------------------


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Any:
    """`adjust_brightness` by a delta in [-max_delta, max_delta). Raises ValueError for max_delta < 0."""
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return adjust_brightness(image, random_uniform([], -max_delta, max_delta, seed=seed))


def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Any:
    """`adjust_contrast` by a factor in [lower, upper). Raises ValueError unless 0 <= lower < upper."""
    _check_range(lower, upper)
    return adjust_contrast(image, random_uniform([], lower, upper, seed=seed))


def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Any:
    """`adjust_hue` by a delta in [-max_delta, max_delta). Raises ValueError unless 0 <= max_delta <= 0.5."""
    if max_delta > 0.5:
        raise ValueError("max_delta must be <= 0.5.")
    if max_delta < 0:
        raise ValueError("max_delta must be non-negative.")
    return adjust_hue(image, random_uniform([], -max_delta, max_delta, seed=seed))


def random_saturation(image: Any, lower: float, upper: float, seed: int | None = None) -> Any:
    """`adjust_saturation` by a factor in [lower, upper). Raises ValueError unless 0 <= lower < upper."""
    _check_range(lower, upper)
    return adjust_saturation(image, random_uniform([], lower, upper, seed=seed))


def random_jpeg_quality(image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: int | None = None) -> Any:
    """`adjust_jpeg_quality` by a quality in [min, max). Raises ValueError unless 0 <= min < max <= 100."""
    if min_jpeg_quality < 0 or max_jpeg_quality < 0 or min_jpeg_quality > 100 or max_jpeg_quality > 100:
        raise ValueError("jpeg encoding range must be between 0 and 100.")
    if min_jpeg_quality >= max_jpeg_quality:
        raise ValueError("`min_jpeg_quality` must be less than `max_jpeg_quality`.")
    quality = random_uniform([], min_jpeg_quality, max_jpeg_quality, seed=seed, dtype=dtypes.int32)
    return adjust_jpeg_quality(image, quality)


def _check_range(lower: float, upper: float) -> None:
    if upper <= lower:
        raise ValueError("upper must be > lower.")
    if lower < 0:
        raise ValueError("lower must be non-negative.")
