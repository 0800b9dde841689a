"""Files of images, JPEG, PNG, GIF and BMP, as strings: decoded, encoded and looked at."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.scopes import name_scope
from nbtf.image.converting import convert_image_dtype
from nbtf.strings.pieces import substr

decode_jpeg = OpFunction("DecodeJpeg")
decode_and_crop_jpeg = OpFunction("DecodeAndCropJpeg")
decode_png = OpFunction("DecodePng")
decode_gif = OpFunction("DecodeGif")
decode_bmp = OpFunction("DecodeBmp")
encode_jpeg = OpFunction("EncodeJpeg")
extract_jpeg_shape = OpFunction("ExtractJpegShape")


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = dtypes.uint8,
    name: str | None = None,
    expand_animations: bool = True,
) -> Any:
    """The image of a file of any of the formats: [H, W, C], of a GIF [frames, H, W, 3].

    channels: 0 or None for as many as the file has. dtype: as `convert_image_dtype` makes it. expand_animations: False
    gives the first frame only, and so a known rank.
    """
    with name_scope(name, "decode_image"):
        wanted = dtypes.as_dtype(dtype)
        direct = wanted in (dtypes.float32, dtypes.uint8, dtypes.uint16)
        image = raw.DecodeImage(
            contents,
            channels=channels or 0,
            dtype=wanted if direct else dtypes.uint16,
            expand_animations=expand_animations,
        )
        return image if direct else convert_image_dtype(image, wanted)


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Any:
    """The PNG file of an image [H, W, 1 to 4 channels] of uint8 or uint16, or of each of [..., H, W, C] -> [...].

    compression: 0 to 9, or -1 for zlib's own choice.
    """
    return raw.EncodePng(convert_to_tensor(image), compression=compression, name=name)


def is_jpeg(contents: Any, name: str | None = None) -> Any:
    """Whether a string begins as a JPEG file does."""
    with name_scope(name, "is_jpeg"):
        return raw.Equal(substr(contents, 0, 3), b"\xff\xd8\xff", name=name)
