"""The windows around each place of images and volumes, flat."""

from __future__ import annotations

from typing import Any

from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed

extract_volume_patches = OpFunction("ExtractVolumePatches")


def extract_image_patches(
    images: Any,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    sizes: Any = None,
) -> Any:
    """images [N, H, W, C] -> [N, H', W', h * w * C]: the window of size ksizes [1, h, w, 1] around each place.

    strides: from place to place; rates: from pixel to pixel of a window; padding: "SAME" or "VALID".
    sizes: newer name of ksizes.
    """
    ksizes = renamed("ksizes", ksizes, "sizes", sizes)
    return raw.ExtractImagePatches(images, ksizes, strides, rates, padding, name=name)


def extract_patches(images: Any, sizes: Any, strides: Any, rates: Any, padding: Any, name: str | None = None) -> Any:
    """`extract_image_patches`."""
    return raw.ExtractImagePatches(images, sizes, strides, rates, padding, name=name)
