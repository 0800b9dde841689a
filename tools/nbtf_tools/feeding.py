"""Files as arrays that fit a tensor."""

from __future__ import annotations

import os
import zipfile
from typing import Any

import numpy as np

from nbtf.graph.tensor import Tensor
from nbtf_tools.inspect import shape_text

Array = np.ndarray[Any, Any]

_IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".gif")


def read_input(path: str, tensor: Tensor, image_scale: float = 1.0) -> Array:
    """The array in a file, in the tensor's dtype, with a batch dimension of 1 added where the tensor wants one.

    Raises OSError for a file that cannot be read, ValueError for values or a shape that do not fit.
    """
    file, key = _split_key(path)
    suffix = os.path.splitext(file)[1].lower()
    if suffix in _IMAGES:
        array = _image(file, tensor, image_scale)
    elif suffix == ".npy":
        array = _load_numpy(file)
    elif suffix == ".npz":
        array = _from_archive(file, key)
    elif suffix == ".txt":
        array = _text(file, tensor)
    else:
        raise ValueError(f"{path}: the name must end in .npy, .npz, .png, .jpg or .txt")
    return _fitted(path, _cast(path, array, tensor), tensor)


def _split_key(path: str) -> tuple[str, str | None]:
    file, dot_npz, key = path.rpartition(".npz:")
    return (f"{file}.npz", key) if dot_npz else (path, None)


def _load_numpy(file: str) -> Any:
    try:
        return np.load(file, allow_pickle=False)
    except (EOFError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"{file}: {error}") from None


def _from_archive(file: str, key: str | None) -> Array:
    archive = _load_numpy(file)
    if isinstance(archive, np.ndarray):
        raise ValueError(f"{file}: a single array; name it .npy")
    with archive:
        names = ", ".join(archive.files)
        if key is None:
            if len(archive.files) != 1:
                raise ValueError(f"{file}: holds {names}; say which, as in {os.path.basename(file)}:{archive.files[0]}")
            key = archive.files[0]
        if key not in archive.files:
            raise ValueError(f"{file}: holds {names}, not {key}")
        try:
            array: Array = archive[key]
        except (EOFError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"{file}:{key}: {error}") from None
        return array


def _image(file: str, tensor: Tensor, scale: float) -> Array:
    """Pixels [height, width, channels] as the tensor's channels ask: 1 gray, 3 RGB, 4 RGBA; unknown, the file's own."""
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        raise ValueError(f"{file}: images need Pillow: pip install 'nbtf[images]'") from None
    ndims = tensor.shape.ndims
    channels = tensor.shape.as_list()[-1] if ndims in (3, 4) else 1 if ndims == 2 else None
    modes = {1: "L", 3: "RGB", 4: "RGBA"}
    if channels is not None and channels not in modes:
        raise ValueError(f"{file}: an image has 1, 3 or 4 channels, {_wanted(tensor)} wants {channels}")
    try:
        with Image.open(file) as image:
            mode = modes.get(channels or 0, image.mode if image.mode in modes.values() else "RGB")
            pixels = np.asarray(image.convert(mode))
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ValueError(f"{file}: {error}") from None
    if ndims != 2 and pixels.ndim == 2:
        pixels = pixels[..., np.newaxis]
    return pixels if scale == 1 else pixels * np.float32(scale)


def _text(file: str, tensor: Tensor) -> Array:
    if tensor.dtype.base_dtype.name == "string":
        with open(file, "rb") as lines:
            return np.array([line.rstrip(b"\r\n") for line in lines], object)
    try:
        array = np.loadtxt(
            file, np.float64 if tensor.dtype.base_dtype.is_floating else None, delimiter=_delimiter(file)
        )
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None
    whole = not tensor.dtype.base_dtype.is_floating and np.array_equal(array, np.trunc(array))
    return array.astype(np.int64) if whole else array


def _delimiter(file: str) -> str | None:
    with open(file, encoding="utf-8") as lines:
        return "," if "," in lines.readline() else None


def _cast(path: str, array: Array, tensor: Tensor) -> Array:
    dtype = tensor.dtype.base_dtype
    if dtype.name == "string":
        if array.dtype.kind not in "SUO":
            raise ValueError(f"{path}: holds {array.dtype}, {_wanted(tensor)} wants strings")
        return array.astype(object) if array.dtype.kind != "U" else np.char.encode(array, "utf-8").astype(object)
    wanted = np.dtype(dtype.as_numpy_dtype)
    if array.dtype == wanted:
        return array
    if dtype.is_integer and array.dtype.kind in "iu" and array.size:
        if array.min() < dtype.min or array.max() > dtype.max:
            raise ValueError(f"{path}: holds {array.min()} to {array.max()}, beyond {dtype.name} of {_wanted(tensor)}")
    elif array.dtype.kind not in ("iufb" if dtype.is_floating else "iufcb" if dtype.is_complex else "b"):
        raise ValueError(f"{path}: holds {array.dtype}, {_wanted(tensor)} wants {dtype.name}")
    return array.astype(wanted)


def _fitted(path: str, array: Array, tensor: Tensor) -> Array:
    if tensor.shape.is_compatible_with(array.shape):
        return array
    batched = array[np.newaxis]
    if tensor.shape.is_compatible_with(batched.shape):
        return batched
    if array.size == 1 and tensor.shape.ndims == 0:
        return array.reshape(())
    raise ValueError(f"{path}: has shape {shape_text(list(array.shape))}, {_wanted(tensor)} wants {_shape(tensor)}")


def _wanted(tensor: Tensor) -> str:
    return f"input {tensor.name}"


def _shape(tensor: Tensor) -> str:
    return shape_text(None if tensor.shape.ndims is None else tensor.shape.as_list())
