"""JPEG and GIF files, which Pillow reads and writes."""

import io
import itertools

import numpy as np

from nbtf.errors import UnimplementedError
from nbtf.shapes import check

_DRAFT = {1: "L", 3: "RGB"}
_BAD_JPEG = "jpeg::Uncompress failed. Invalid JPEG data or crop window."
END_OF_IMAGE = b"\xff\xd9"


def _image_module():
    try:
        from PIL import Image
    except ImportError:
        raise UnimplementedError(
            None, None, "JPEG and GIF files need Pillow, which is not installed: pip install 'nbtf[images]'"
        ) from None
    return Image


# ---- JPEG ------------------------------------------------------------------------------------------------------------


def read_jpeg(data, channels, ratio, fancy_upscaling, recover):
    """Pixels [height, width, channels] as uint8, each axis divided by ratio.

    channels: 0 for those of the file, 1 or 3. fancy_upscaling: colors change smoothly from pixel to pixel; without it
    the faster transform is taken, too. recover: what a cut off file lacks is gray.
    """
    module = _image_module()
    try:
        with module.open(io.BytesIO(data + END_OF_IMAGE if recover else data), formats=["JPEG"]) as image:
            mode = _DRAFT[channels or (1 if image.mode == "L" else 3)]
            width, height = image.size
            image.draft(mode, (width / ratio, height / ratio))
            image.decoderconfig = (ratio, 0 if fancy_upscaling else 1)
            image.load()
            pixels = np.asarray(image if image.mode == mode else image.convert(mode))
    except (OSError, SyntaxError, ValueError, module.DecompressionBombError):
        check(False, _BAD_JPEG)
    return pixels[..., np.newaxis] if pixels.ndim == 2 else pixels


def cropped(pixels, window):
    """A window (top, left, height, width) of an image, all of which lies in it."""
    top, left, height, width = (int(number) for number in window)
    fits = top >= 0 and left >= 0 and height > 0 and width > 0
    check(fits and top + height <= pixels.shape[0] and left + width <= pixels.shape[1], _BAD_JPEG)
    return pixels[top : top + height, left : left + width]


def write_jpeg(pixels, quality, progressive, optimize, downsample, density, xmp):
    """The file of pixels [height, width, 1 or 3]. density: dots an inch, across and down."""
    module = _image_module()
    given = pixels[..., 0] if pixels.shape[2] == 1 else pixels
    file = io.BytesIO()
    options = {"subsampling": "4:2:0" if downsample else "4:4:4", "dpi": density}
    if xmp:
        options["xmp"] = xmp
    module.fromarray(np.ascontiguousarray(given)).save(
        file, "JPEG", quality=quality, progressive=progressive, optimize=optimize, **options
    )
    return file.getvalue()


# ---- GIF -------------------------------------------------------------------------------------------------------------


def read_gif(data):
    """Frames [frames, height, width, 3] as uint8, each drawn over those before it."""
    module = _image_module()
    frames = []
    try:
        with module.open(io.BytesIO(data), formats=["GIF"]) as file:
            for number in itertools.count():
                try:
                    file.seek(number)
                except EOFError:
                    break
                frames.append(_opaque(file, module))
    except (OSError, SyntaxError, ValueError, module.DecompressionBombError) as error:
        check(False, "Invalid GIF data (size {}), {}", len(data), error)
    return np.stack(frames)


def _opaque(frame, module):
    """A frame as RGB; what is transparent is black."""
    colors = frame.convert("RGBA")
    black = module.new("RGBA", colors.size, (0, 0, 0, 255))
    return np.asarray(module.alpha_composite(black, colors).convert("RGB"))
