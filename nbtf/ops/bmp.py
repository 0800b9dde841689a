"""BMP files: uncompressed pixels."""

import struct

import numpy as np

from nbtf.shapes import check

_LEAST = 32
"""Bytes up to the last field that is read."""


def read(data, channels):
    """Pixels [height, width, channels] as uint8. channels: 0 for those of the file, 3, or 4 with alpha."""
    check(channels in (0, 3, 4), "`channels` must be 0, 3 or 4 for BMP, but got {}", channels)
    check(
        len(data) >= _LEAST,
        "Incomplete bmp content, requires at least {} bytes to find the header size, width, height, and bpp, got {} bytes",
        _LEAST,
        len(data),
    )
    (start,) = struct.unpack_from("<i", data, 10)
    width, height, _, bits = struct.unpack_from("<iiHH", data, 18)
    check(0 <= start <= len(data), "Header size must lie in the file: {}", start)
    check(width > 0, "Width must be positive")
    check(height != 0 and height != -(2**31), "Height must be nonzero and a number of 32 bits: {}", height)
    own = bits // 8
    check(own in (1, 3, 4), "Number of channels inherent in the image must be 1, 3 or 4, was {}", own)
    rows, stride = abs(height), (own * width + 3) // 4 * 4
    missing = len(data) - start - rows * stride
    check(
        missing >= 0,
        "Input size should match (header_size + row_size * abs_height) but they differ by {}",
        missing,
    )
    pixels = (
        np.frombuffer(data, np.uint8, rows * stride, start)
        .reshape(rows, stride)[:, : own * width]
        .reshape(rows, width, own)
    )
    if height > 0:
        pixels = pixels[::-1]
    channels = channels or own
    if channels == 1:
        return pixels
    colors = np.repeat(pixels, 3, -1) if own == 1 else pixels[..., 2::-1]
    if channels == 3:
        return colors
    alpha = pixels[..., 3:] if own == 4 else np.full((rows, width, 1), 255, np.uint8)
    return np.concatenate([colors, alpha], -1)
