"""Files of images: every case that TensorFlow decoded or refused (see tests/golden/make_image_files.py)."""

import json
import re
import sys
from typing import Any

import numpy as np
import pytest
from ops.table import GOLDEN, run_op

from nbtf import dtypes, errors

FOLDER = GOLDEN / "image_files"
CASES = json.loads((FOLDER / "cases.json").read_text())
WITH_PILLOW = ("jpeg", "gif")


def of_pillow(case: list[Any]) -> bool:
    name, op, _, refusal = case
    return name.startswith(WITH_PILLOW) and op != "ExtractJpegShape" and "Trying" not in refusal


def numbered(pillow: bool) -> list[Any]:
    chosen = [(number, case) for number, case in enumerate(CASES) if of_pillow(case) == pillow]
    return [pytest.param(number, *case, id=f"{case[1]}-{case[0]}-{number}") for number, case in chosen]


def decoded(name: str, op: str, attrs: dict[str, Any]) -> Any:
    with np.load(FOLDER / "files.npz") as files:
        contents = np.array(files[name].tobytes(), object)
    attrs = {key: dtypes.as_dtype(value) if key in ("dtype", "output_type") else value for key, value in attrs.items()}
    inputs = [contents, np.int32(attrs.pop("crop_window"))] if "crop_window" in attrs else [contents]
    (value,), _ = run_op(op, inputs, attrs, known=True)
    return value


def expected(number: int) -> Any:
    with np.load(FOLDER / "values.npz") as values:
        return values[str(number)]


@pytest.mark.parametrize(("number", "name", "op", "attrs", "refusal"), numbered(pillow=False))
def test_file(number: int, name: str, op: str, attrs: dict[str, Any], refusal: str) -> None:
    if refusal:
        with pytest.raises(errors.InvalidArgumentError, match=re.escape(refusal)):
            decoded(name, op, attrs)
        return
    value, wanted = decoded(name, op, attrs), expected(number)
    assert value.dtype == wanted.dtype and value.shape == wanted.shape
    np.testing.assert_array_equal(value, wanted)


@pytest.mark.parametrize(("number", "name", "op", "attrs", "refusal"), numbered(pillow=True))
def test_file_that_pillow_reads(number: int, name: str, op: str, attrs: dict[str, Any], refusal: str) -> None:
    pytest.importorskip("PIL")
    if refusal:
        words = refusal.split(", failed")[0]
        with pytest.raises(errors.InvalidArgumentError, match=re.escape(words)):
            decoded(name, op, attrs)
        return
    value, wanted = decoded(name, op, attrs), expected(number)
    assert value.dtype == wanted.dtype and value.shape == wanted.shape
    exact = name.startswith("gif") or "dct_method" in attrs or not attrs.get("fancy_upscaling", True)
    if exact:
        np.testing.assert_array_equal(value, wanted)
    else:  # TensorFlow takes the faster transform, which Pillow has only without smooth colors
        scale = 255 if value.dtype == np.float32 else 1
        difference = np.abs(value.astype(np.float64) - wanted) * scale
        assert difference.max() <= 12 and difference.mean() < 2


def test_without_pillow_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(errors.UnimplementedError, match=r"pip install 'nbtf\[images\]'"):
        decoded("jpeg-plain", "DecodeJpeg", {})


def test_what_a_cut_off_jpeg_lacks_is_filled_up() -> None:
    pytest.importorskip("PIL")
    attrs = {"try_recover_truncated": True, "dct_method": "INTEGER_ACCURATE"}
    with pytest.raises(errors.InvalidArgumentError, match="Invalid JPEG data"):
        decoded("jpeg-cut", "DecodeJpeg", attrs)
    whole = decoded("jpeg-plain", "DecodeJpeg", {"dct_method": "INTEGER_ACCURATE"})
    cut = decoded("jpeg-cut", "DecodeJpeg", {**attrs, "acceptable_fraction": 0.1})
    assert cut.shape == whole.shape
    np.testing.assert_array_equal(cut[:8, :8], whole[:8, :8])


FORMS = [
    ("jpeg-plain", {}),
    ("jpeg-full", {"chroma_downsampling": False, "quality": 80}),
    ("jpeg-progressive", {"progressive": True, "optimize_size": True, "density_unit": "cm", "x_density": 100}),
]


@pytest.mark.parametrize(("name", "attrs"), FORMS)
def test_encode_jpeg(name: str, attrs: dict[str, Any]) -> None:
    pytest.importorskip("PIL")
    with np.load(FOLDER / "values.npz") as values, np.load(FOLDER / "files.npz") as files:
        image, wanted = values["image"], files[name].tobytes()
    (file,), _ = run_op("EncodeJpeg", [image], attrs, known=True)
    assert entropy_coded(file) == entropy_coded(wanted)


def entropy_coded(file: bytes) -> bytes:
    """What comes after the headers: the coefficients."""
    return file[file.index(b"\xff\xda") :]
