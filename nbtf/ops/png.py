"""PNG files: EncodePng, with the bytes that libpng writes, and what a file holds. Python and zlib compute it."""

import struct
import zlib
from dataclasses import dataclass, field

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


# ---- reading ---------------------------------------------------------------------------------------------------------

PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: first column and row of each pass, and their strides."""
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Color type -> bits of a sample that it may have."""
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_BAD_HEADER = "Invalid PNG. Failed to initialize decoder."
_BAD_DATA = "Invalid PNG data, size {}"


@dataclass
class PngImage:
    """A file taken apart. scanlines: rows as the filters left them, each behind its filter's number."""

    width: int
    height: int
    depth: int
    color_type: int
    interlaced: bool
    palette: np.ndarray = field(default_factory=lambda: np.full((256, 4), (0, 0, 0, 255), np.uint8))
    gamma: int = 0
    """100000 times the exponent of the samples, 0 where the file does not say."""
    transparent: tuple[int, ...] = ()
    """The sample, or three, that stands for transparent pixels; of palettes whether there is alpha."""
    scanlines: bytes = b""

    @property
    def channels(self):
        """As many as the file has."""
        return (4 if self.transparent else 3) if self.color_type == 3 else _SAMPLES[self.color_type]

    @property
    def size(self):
        """Bytes of all scanlines."""
        passes = PASSES if self.interlaced else ((0, 0, 1, 1),)
        total = 0
        for left, top, across, down in passes:
            columns, rows = -(-(self.width - left) // across), -(-(self.height - top) // down)
            if columns > 0 and rows > 0:
                total += rows * (1 + (columns * self.depth * _SAMPLES[self.color_type] + 7) // 8)
        return total


def read(data):
    """The file taken apart. Raises CheckFailed for what is no whole PNG file."""
    check(data.startswith(_SIGNATURE), _BAD_HEADER)
    image, packed, at = None, [], len(_SIGNATURE)
    while True:
        check(at + 8 <= len(data), _BAD_DATA if packed else _BAD_HEADER, len(data))
        (size,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        problem = _BAD_DATA if packed or kind == b"IDAT" else _BAD_HEADER
        check(at + 12 + size <= len(data), problem, len(data))
        (sum_of,) = struct.unpack_from(">I", data, at + 8 + size)
        whole = zlib.crc32(kind + body) == sum_of
        at += 12 + size
        check(whole or kind[0] & 32, problem, len(data))  # a chunk that may be unknown may be damaged, too
        if kind == b"IEND":
            break
        check(kind == b"IHDR" or image is not None, problem)
        if kind == b"IHDR":
            image = _header(body)
        elif kind == b"IDAT":
            packed.append(body)
        elif not packed and whole:
            _add_facts(image, kind, body)
    check(image is not None and packed, _BAD_HEADER)
    image.scanlines = _unpacked(b"".join(packed), image.size)
    check(len(image.scanlines) == image.size, _BAD_DATA, len(data))
    return image


def _header(body):
    check(len(body) == 13, _BAD_HEADER)
    width, height, depth, color_type, compression, filters, interlaced = struct.unpack(">IIBBBBB", body)
    check(0 < width < 2**31 and 0 < height < 2**31 and depth in _DEPTHS.get(color_type, ()), _BAD_HEADER)
    check(compression == 0 and filters == 0 and interlaced in (0, 1), _BAD_HEADER)
    return PngImage(width, height, depth, color_type, interlaced == 1)


_SRGB = 45455
"""The exponent that the chunk sRGB means, times 100000."""


def _add_facts(image, kind, body):
    """What the chunks before the data tell."""
    if kind == b"PLTE":
        check(len(body) % 3 == 0 and 0 < len(body) <= 768, _BAD_HEADER)
        image.palette[: len(body) // 3, :3] = np.frombuffer(body, np.uint8).reshape(-1, 3)
    elif kind == b"sRGB":
        image.gamma = _SRGB
    elif kind == b"gAMA" and len(body) == 4 and image.gamma == 0:
        (image.gamma,) = struct.unpack(">I", body)
    elif kind == b"tRNS" and image.color_type == 3 and len(body) <= 256:
        image.palette[: len(body), 3] = np.frombuffer(body, np.uint8)
        image.transparent = (1,)
    elif kind == b"tRNS" and image.color_type in (0, 2) and len(body) == 2 * _SAMPLES[image.color_type]:
        image.transparent = struct.unpack(f">{len(body) // 2}H", body)


def _unpacked(packed, size):
    """At most `size` bytes, whatever a file claims."""
    try:
        return zlib.decompressobj().decompress(packed, size)
    except zlib.error:
        return b""
