"""PNG files: EncodePng, with the bytes that libpng writes. Python and zlib compute it."""

import struct
import zlib

import numpy as np

from nbtf.checkpoint.slices import format_shape
from nbtf.graph.registry import op
from nbtf.shapes import check

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES = (0, 4, 2, 6)
"""Gray, gray and alpha, RGB, RGB and alpha: by the number of channels, from 1."""
_BUFFER = 8192
"""Bytes of an IDAT chunk."""
_SMALL = 16384
"""Bytes up to which the window of the compressor shrinks with the image."""


def encode(image, compression=-1):
    """The file of one image, uint8 or uint16 [height, width, channels]; compression: as zlib's, -1 its default."""
    height, width, channels = image.shape
    depth = 8 * image.dtype.itemsize
    rows = np.ascontiguousarray(image.astype(image.dtype.newbyteorder(">"), copy=False)).view(np.uint8)
    filtered = _filtered(rows.reshape(height, -1), channels * image.dtype.itemsize, width)
    header = struct.pack(">IIBBBBB", width, height, depth, _COLOR_TYPES[channels - 1], 0, 0, 0)
    packed = _compressed(filtered.tobytes(), compression)
    parts = [packed[at : at + _BUFFER] for at in range(0, len(packed), _BUFFER)]
    chunks = [(b"IHDR", header), *((b"IDAT", part) for part in parts), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _filtered(rows, pixel, width):
    """Each row behind the number of its filter: of those that may serve, the one whose bytes are least in sum.

    Bytes count as signed. pixel: bytes of one.
    """
    height, size = rows.shape
    above = np.zeros_like(rows)
    above[1:] = rows[:-1]
    left, corner = np.zeros_like(rows), np.zeros_like(rows)
    left[:, pixel:], corner[:, pixel:] = rows[:, :-pixel], above[:, :-pixel]
    choices = {0: rows}
    if width > 1:
        choices[1] = rows - left
    if height > 1:
        choices[2] = rows - above
    if width > 1 and height > 1:
        choices[3] = rows - ((left.astype(np.int16) + above) >> 1).astype(np.uint8)
        choices[4] = rows - _paeth(left, above, corner)
    sums = [np.abs(choice.view(np.int8).astype(np.int64)).sum(1) for choice in choices.values()]
    best = np.argmin(sums, 0)
    out = np.empty((height, size + 1), np.uint8)
    for row, i in enumerate(best):
        kind = list(choices)[i]
        out[row, 0] = kind
        out[row, 1:] = choices[kind][row]
    return out


def _paeth(left, above, corner):
    """The neighbour nearest to left + above - corner."""
    a, b, c = (part.astype(np.int16) for part in (left, above, corner))
    to_a, to_b, to_c = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    nearest = np.where((to_a <= to_b) & (to_a <= to_c), a, np.where(to_b <= to_c, b, c))
    return nearest.astype(np.uint8)


def _compressed(data, level):
    """A zlib stream whose window is no larger than the data needs."""
    bits = 15
    if len(data) <= _SMALL:
        while len(data) + 262 <= 1 << (bits - 1):
            bits -= 1
    packer = zlib.compressobj(level, zlib.DEFLATED, max(bits, 9), 9, zlib.Z_FILTERED)
    packed = bytearray(packer.compress(data) + packer.flush())
    info = packed[0] >> 4
    while len(data) <= _SMALL and info > 0 and len(data) <= 1 << (info + 7):
        info -= 1
    packed[0] = packed[0] & 15 | info << 4
    flags = packed[1] & 0xE0
    packed[1] = flags + 31 - (packed[0] * 256 + flags) % 31
    return bytes(packed)


def _encode_png(call, image):
    check(image.ndim >= 3, "image must be at least rank 3, got shape {}", format_shape(image.shape))
    channels = image.shape[-1]
    check(1 <= channels <= 4, "image must have 1, 2, 3, or 4 channels, got {}", channels)
    check(image.size > 0, "image must not be empty, got shape {}", format_shape(image.shape))
    batch = image.reshape(-1, *image.shape[-3:])
    files = np.empty(len(batch), object)
    for i, one in enumerate(batch):
        files[i] = encode(one, call.attrs.compression)
    return files.reshape(image.shape[:-3])


@op("EncodePng")
class EncodePng:
    """PNG files of images of 1 to 4 channels. image [..., height, width, channels] -> contents [...]."""

    host = _encode_png

    def shape(image, out):
        check(len(image) >= 3, "Shape must be at least rank 3 but is rank {}", len(image))
        for i in range(len(image) - 3):
            out.append(image[i])
