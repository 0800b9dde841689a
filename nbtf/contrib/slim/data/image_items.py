"""The handler of images."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.array.shapes import reshape
from nbtf.contrib.slim.data.item_handlers import Features, ItemHandler
from nbtf.control_flow.branching import cond
from nbtf.control_flow.casing import case
from nbtf.control_flow.functional import map_fn
from nbtf.image.decoding import decode_image, decode_jpeg, is_jpeg
from nbtf.io.contents import decode_raw
from nbtf.math.casting import cast
from nbtf.math.operands import equal, logical_or


class Image(ItemHandler):
    """An image [H, W, channels]: JPEG, PNG, GIF, BMP, or, where the format is "raw", the bytes of its elements."""

    def __init__(
        self,
        image_key: str | None = None,
        format_key: str | None = None,
        shape: Any = None,
        channels: int | None = 3,
        dtype: dtypes.DType = dtypes.uint8,
        repeated: bool = False,
        dct_method: str = "",
    ) -> None:
        """image_key, format_key: of strings, by default "image/encoded" and "image/format". shape: of each image.

        channels: of images in files, None for what a file has. repeated: the feature has several images of one size,
        which gives [N, H, W, channels]. dct_method: see tf.image.decode_jpeg.
        """
        self._image_key, self._format_key = image_key or "image/encoded", format_key or "image/format"
        super().__init__([self._image_key, self._format_key])
        self._shape, self._channels, self._dtype = shape, channels, dtype
        self._repeated, self._dct_method = repeated, dct_method

    def tensors_to_item(self, keys_to_tensors: Features) -> Any:
        images, kind = keys_to_tensors[self._image_key], keys_to_tensors[self._format_key]
        if self._repeated:
            return map_fn(lambda one: self._decoded(one, kind), images, dtype=self._dtype)
        return self._decoded(images, kind)

    def _decoded(self, contents: Any, kind: Any) -> Any:
        def of_file() -> Any:
            return cond(is_jpeg(contents), of_jpeg, of_other, name="cond_jpeg")

        def of_jpeg() -> Any:
            image = decode_jpeg(contents, channels=self._channels, dct_method=self._dct_method)
            return cast(image, self._dtype)

        def of_other() -> Any:
            return cast(decode_image(contents, channels=self._channels), self._dtype)

        def of_bytes() -> Any:
            return decode_raw(contents, out_type=self._dtype)

        is_raw = logical_or(equal(kind, "raw"), equal(kind, "RAW"))
        image = case([(is_raw, of_bytes)], default=of_file, exclusive=True)
        image.set_shape([None, None, self._channels])
        return image if self._shape is None else reshape(image, self._shape)
