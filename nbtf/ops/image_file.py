"""Files of images: what they hold as pixels, and JPEG files of pixels.

Every op that decodes becomes two: one that takes the file apart, in Python, and one that makes pixels of that, compiled.
The first of them hands on samples, as they are in the file, and a plan:

    rank, frames, height, width, channels      of the image; rank 4 has the frames
    form                                       0: samples are pixels; 1: scanlines of a PNG file
    depth, color type, interlaced              of PNG
    transparent                                the number of samples that mean transparent, and three places for them
    gamma                                      100000 times the exponent of the samples, or 0
    size                                       of the file, for messages
    palette                                    256 colors of four channels
"""

import struct

import numpy as np

from nbtf import dtypes
from nbtf.checkpoint.slices import format_shape
from nbtf.graph.registry import op
from nbtf.ops import bmp, pillow, png
from nbtf.shapes import HIDDEN, UNKNOWN, Value, check, may_equal

_UNKNOWN_FORMAT = "Unknown image file format. One of JPEG, PNG, GIF, BMP required."
_DCT_METHODS = ("", "INTEGER_FAST", "INTEGER_ACCURATE")
_JPEG, _PNG, _GIF, _BMP = "JPEG", "PNG", "GIF", "BMP"
_SIGNATURES = ((b"\xff\xd8\xff", _JPEG), (b"\x89PNG\r\n\x1a\n", _PNG), (b"GIF8", _GIF), (b"BM", _BMP))
PLAIN, SCANLINES = 0, 1


def _format(data):
    check(len(data) > 0, "Input is empty.")
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    check(False, _UNKNOWN_FORMAT)
    return ""


# ---- taking a file apart ---------------------------------------------------------------------------------------------


def _plan(dims, channels, size, image=None):
    """dims: of the image without its channels."""
    rank4 = len(dims) == 3
    words = [4 if rank4 else 3, dims[0] if rank4 else 1, dims[-2], dims[-1], channels]
    palette = np.zeros(1024, np.int64)
    if image is None:
        words += [PLAIN, 8, 0, 0, 0, 0, 0, 0, 0, size]
    else:
        transparent = (*image.transparent, 0, 0, 0)[:3]
        words += [SCANLINES, image.depth, image.color_type, int(image.interlaced), len(image.transparent)]
        words += [*transparent, image.gamma, size]
        palette = image.palette.reshape(-1).astype(np.int64)
    return np.concatenate([np.array(words, np.int64), palette])


def _read_image(call, contents, *windows):
    check(contents.ndim == 0, "`contents` must be scalar but got shape {}", format_shape(contents.shape))
    data, attrs = contents[()], call.attrs
    kind = _format(data)
    _check_format(attrs, kind)
    channels = 3 if attrs.decoder == "DecodeGif" else attrs.channels
    batch = attrs.decoder == "DecodeGif" or (
        attrs.decoder == "DecodeImage" and kind == _GIF and attrs.expand_animations
    )
    if kind == _PNG:
        image = png.read(data)
        dims = (image.height, image.width)
        plan = _plan((1, *dims) if batch else dims, channels or image.channels, len(data), image)
        return np.frombuffer(image.scanlines, np.uint8), plan
    if kind == _GIF:
        frames = pillow.read_gif(data)
        pixels = frames if batch else _single(frames, attrs.decoder)
    elif kind == _BMP:
        pixels = bmp.read(data, channels)
    else:
        recover = (
            attrs.try_recover_truncated and attrs.acceptable_fraction < 1
        )  # how much there is, Pillow does not tell
        pixels = pillow.read_jpeg(data, channels, attrs.ratio, attrs.fancy_upscaling, recover)
        pixels = pillow.cropped(pixels, windows[0]) if windows else pixels
        pixels = pixels[np.newaxis] if batch else pixels
    return np.ascontiguousarray(pixels).reshape(-1), _plan(pixels.shape[:-1], pixels.shape[-1], len(data))


def _single(frames, decoder):
    """The only frame, or the first where only that is wanted."""
    check(
        decoder == "DecodeImage" or len(frames) == 1,
        "Got {} frames, but animated gifs can only be decoded by tf.io.decode_gif or tf.io.decode_image",
        len(frames),
    )
    return frames[0]


def _check_format(attrs, kind):
    decoder, channels = attrs.decoder, attrs.channels
    check(channels in (0, 1, 3, 4), "`channels` must be 0, 1, 3 or 4 but got {}", channels)
    check(attrs.ratio in (1, 2, 4, 8), "ratio must be 1, 2, 4, or 8, got {}", attrs.ratio)
    check(attrs.dct_method in _DCT_METHODS, "dct_method must be one of {{'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}}")
    if decoder == "DecodeBmp":
        check(
            kind == _BMP,
            "Trying to decode {} format using DecodeBmp op. Use `decode_{}` or `decode_image` instead.",
            kind,
            kind.lower(),
        )
    elif decoder == "DecodeAndCropJpeg":
        check(kind == _JPEG, "DecodeAndCropJpeg operation can run on JPEG only, but detected {}.", kind)
    elif decoder != "DecodeImage":
        check(
            kind != _BMP,
            "Trying to decode BMP format using a wrong op. Use `decode_bmp` or `decode_image` instead. Op used: {}",
            decoder,
        )
    check(kind != _JPEG or channels != 4, "JPEG does not support 4 channels")
    check(kind != _GIF or channels in (0, 3), "channels must be 0 or 3 for GIF, got {}", channels)


@op("_ReadImage")
class ReadImage:
    """A file taken apart: contents [] -> samples, uint8 [n], and the plan of their image, int64."""

    host = _read_image


@op("_ImagePixels")
class ImagePixels:
    """samples [n], plan -> image [(frames,) height, width, channels]. Integers of another size are scaled to it."""

    kernel = "image_pixels"
    workspace = {"lines": "uint8", "linear": "int64"}

    def workspace_size(samples, plan: Value):
        return (samples[0] if plan[5] == 1 else 0, 512)

    def shape(samples, plan: Value, out):
        check(len(samples) == 1 and len(plan) >= 15, "no plan of an image")
        if plan[0] == 4:
            out.append(plan[1])
        for i in range(2, 5):
            out.append(plan[i])


_READING = (
    "channels",
    "expand_animations",
    "ratio",
    "fancy_upscaling",
    "try_recover_truncated",
    "acceptable_fraction",
    "dct_method",
)


def _lower(node, r):
    contents, *windows = node.inputs
    attrs = {name: getattr(node.attrs, name) for name in _READING if name in node.definition.attrs}
    parts = [(dtypes.uint8, (UNKNOWN,)), (dtypes.int64, (UNKNOWN,))]
    samples, plan = r.add("_ReadImage", [contents, *windows], parts, decoder=node.op_type, N=len(windows), **attrs)
    made = node.outputs[0]
    return r.add("_ImagePixels", [samples, plan], [(made.dtype, made.shape)], dtype=made.dtype)


# ---- decoding --------------------------------------------------------------------------------------------------------


def _check_file(contents, channels):
    check(len(contents) == 0, "Shape must be rank 0 but is rank {}", len(contents))
    check(channels >= 0, "channels must be non-negative, got {}", channels)


def _of_channels(contents, channels):
    _check_file(contents, channels)
    return (UNKNOWN, UNKNOWN, channels if channels > 0 else UNKNOWN)


@op("DecodeJpeg", "DecodePng", "DecodeBmp")
class DecodePicture:
    """The image of a file, JPEG, PNG or GIF of one frame, or BMP: contents [] -> image [H, W, C].

    channels: 0 for as many as the file has. A PNG of 16 bits keeps them as uint16, others are scaled to the dtype.
    """

    shape = _of_channels
    lower = _lower


@op("DecodeAndCropJpeg")
class DecodeAndCropJpeg:
    """A window (y, x, height, width) of the image of a JPEG file: contents [], crop_window [4] -> image [h, w, C]."""

    lower = _lower

    def shape(contents, crop_window: Value, crop_window_dims, channels):
        _check_file(contents, channels)
        check(len(crop_window_dims) == 1, "Shape must be rank 1 but is rank {}", len(crop_window_dims))
        check(may_equal(crop_window_dims[0], 4), "Dimension must be 4 but is {}", crop_window_dims[0])
        height, width = crop_window[2], crop_window[3]
        return (
            UNKNOWN if height == HIDDEN else height,
            UNKNOWN if width == HIDDEN else width,
            channels if channels > 0 else UNKNOWN,
        )


@op("DecodeGif")
class DecodeGif:
    """The frames of a GIF file, each drawn over those before it: contents [] -> image [frames, H, W, 3]."""

    lower = _lower

    def shape(contents):
        check(len(contents) == 0, "Shape must be rank 0 but is rank {}", len(contents))
        return (UNKNOWN, UNKNOWN, UNKNOWN, 3)


@op("DecodeImage")
class DecodeImage:
    """The image of a file of any format: contents [] -> [H, W, C], of a GIF [frames, H, W, 3] with expand_animations."""

    lower = _lower

    def shape(contents, channels, expand_animations, out):
        _check_file(contents, channels)
        if expand_animations:
            out.unknown_rank()
            return
        out.append(UNKNOWN)
        out.append(UNKNOWN)
        out.append(channels if channels > 0 else UNKNOWN)


# ---- JPEG ------------------------------------------------------------------------------------------------------------


def _jpeg_shape(call, contents):
    check(contents.ndim == 0, "contents must be scalar, got shape {}", format_shape(contents.shape))
    data = contents[()]
    at, problem = 2, "Invalid JPEG data, size {}"
    check(data.startswith(b"\xff\xd8"), problem, len(data))
    while True:
        check(at + 9 < len(data) and data[at] == 255, problem, len(data))
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # a frame header
            height, width, components = struct.unpack_from(">HHB", data, at + 5)
            return np.array([height, width, min(components, 3)], call.attrs.output_type.storage)
        at += 1 if marker == 255 else 2 + struct.unpack_from(">H", data, at + 2)[0]


@op("ExtractJpegShape")
class ExtractJpegShape:
    """Height, width and channels of a JPEG file, whose pixels are not decoded: contents [] -> image_shape [3]."""

    host = _jpeg_shape

    def shape(contents):
        check(len(contents) == 0, "Shape must be rank 0 but is rank {}", len(contents))
        return (3,)


_CHANNELS = {"": (1, 3), "grayscale": (1,), "rgb": (3,)}
_CENTIMETERS = 2.54


def _check_pixels(image, wanted):
    shape = format_shape(image.shape)
    check(image.ndim == 3, "image must be 3-dimensional{}", shape)
    channels = image.shape[2]
    if wanted:
        check(
            channels in _CHANNELS[wanted], "format {} expects {} channels, got {}", wanted, _CHANNELS[wanted][0], shape
        )
    check(channels in (1, 3), "image must have 1 or 3 channels, got {}", shape)
    check(image.size > 0, "JPEG encoding failed")


def _encode_jpeg(call, image):
    attrs = call.attrs
    check(0 <= attrs.quality <= 100, "quality must be in [0,100], got {}", attrs.quality)
    _check_pixels(image, attrs.format)
    scale = 1 if attrs.density_unit == "in" else _CENTIMETERS
    density = (attrs.x_density * scale, attrs.y_density * scale)
    xmp = attrs.xmp_metadata.encode() if isinstance(attrs.xmp_metadata, str) else attrs.xmp_metadata
    file = pillow.write_jpeg(
        image, attrs.quality, attrs.progressive, attrs.optimize_size, attrs.chroma_downsampling, density, xmp
    )
    return np.array(file, object)


@op("EncodeJpeg")
class EncodeJpeg:
    """The JPEG file of an image: image [H, W, 1 or 3], uint8 -> contents []."""

    host = _encode_jpeg

    def shape(image, out):
        check(len(image) == 3, "Shape must be rank 3 but is rank {}", len(image))


def _encode_jpeg_of_quality(call, images, quality):
    check(quality.ndim == 0, "quality must be scalar: {}", format_shape(quality.shape))
    check(0 <= quality <= 100, "quality must be in [0,100], got {}", quality)
    _check_pixels(images, "")
    return np.array(pillow.write_jpeg(images, int(quality), False, False, True, (300, 300), b""), object)


@op("EncodeJpegVariableQuality")
class EncodeJpegVariableQuality:
    """EncodeJpeg with its defaults and the quality an input: images [H, W, 1 or 3], quality [] -> contents []."""

    host = _encode_jpeg_of_quality

    def shape(images, quality, out):
        check(len(images) == 3, "Shape must be rank 3 but is rank {}", len(images))
        check(len(quality) == 0, "Shape must be rank 0 but is rank {}", len(quality))
