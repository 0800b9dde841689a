"""Writes image_files/: small files of images, and what TensorFlow makes of them.

    python make_image_files.py            (needs TensorFlow; reading the files does not)

files.npz: name -> bytes. cases.json: a list of [name of the file, op, attributes, message of the refusal or ""];
values.npz: number of the case -> what came out.
"""

import itertools
import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np
import tensorflow.compat.v1 as tf

HERE = Path(__file__).parent / "image_files"
RANDOM = np.random.RandomState(4)
FILES: dict[str, bytes] = {}
CASES: list[list[Any]] = []
VALUES: dict[str, Any] = {}


def evaluated(make: Any) -> Any:
    with tf.Graph().as_default(), tf.Session() as session:
        return session.run(make())


def record(file: str, op: str, **attrs: Any) -> None:
    contents = FILES[file]
    types = {name: tf.as_dtype(value) if name in ("dtype", "output_type") else value for name, value in attrs.items()}
    try:
        VALUES[str(len(CASES))] = evaluated(lambda: getattr(tf.raw_ops, op)(contents=contents, **types))
        refusal = ""
    except (tf.errors.OpError, ValueError) as error:
        text = str(error)
        refusal = text.split("Node: ")[-1].split("\n")[1] if "Node: " in text else text.split("\n")[0]
    CASES.append([file, op, attrs, refusal.split(" for '{{")[0]])


# ---- PNG -------------------------------------------------------------------------------------------------------------

PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(rows: np.ndarray, depth: int) -> list[bytes]:
    """Rows of samples as bytes."""
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in rows]
    bits = np.unpackbits(rows.astype(np.uint8)[..., None], axis=-1)[..., 8 - depth :]
    return [np.packbits(row.reshape(-1)).tobytes() for row in bits]


def filtered(rows: list[bytes], pixel: int, first: int) -> bytes:
    """Every row by another filter, from `first` on."""
    out, above = b"", bytes(len(rows[0]))
    for number, row in enumerate(rows):
        kind = (first + number) % 5
        left = bytes(pixel) + row[:-pixel]
        corner = bytes(pixel) + above[:-pixel]
        predicted = []
        for a, b, c in zip(left, above, corner, strict=True):
            p = a + b - c
            order = sorted(
                (abs(p - a), 0, a) if n == 0 else (abs(p - b), 1, b) if n == 1 else (abs(p - c), 2, c) for n in range(3)
            )
            predicted.append([0, a, b, (a + b) // 2, order[0][2]][kind])
        out += bytes([kind]) + bytes((x - p) & 255 for x, p in zip(row, predicted, strict=True))
        above = row
    return out


def png(
    name: str, samples: np.ndarray, depth: int, color_type: int, extra: bytes = b"", interlaced: bool = False
) -> None:
    """samples [height, width, channels of the color type]."""
    height, width = samples.shape[:2]
    pixel = max(1, depth * CHANNELS[color_type] // 8)
    data = b""
    for number, (left, top, across, down) in enumerate(PASSES if interlaced else ((0, 0, 1, 1),)):
        part = samples[top::down, left::across]
        if part.size:
            data += filtered(packed(part.reshape(part.shape[0], -1), depth), pixel, number + 1)
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, int(interlaced))
    body = chunk(b"IDAT", zlib.compress(data))
    FILES[name] = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + body + chunk(b"IEND", b"")


def png_files() -> None:
    palette = chunk(b"PLTE", RANDOM.bytes(48))
    for color_type, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
        for depth in depths:
            top = 16 if color_type == 3 else 1 << depth
            samples = RANDOM.randint(0, min(top, 1 << depth), (7, 9, CHANNELS[color_type]))
            extras = {"": palette if color_type == 3 else b""}
            if color_type == 3:
                extras["-clear"] = palette + chunk(b"tRNS", bytes([10, 128]))
            if color_type in (0, 2):
                shown = struct.pack(f">{CHANNELS[color_type]}H", *samples[2, 3].tolist())
                extras["-clear"] = chunk(b"gAMA", struct.pack(">I", 45455)) + chunk(b"tRNS", shown)
            for label, extra in extras.items():
                for interlaced in (False, True):
                    name = f"png-{color_type}-{depth}{label}{'-interlaced' * interlaced}"
                    png(name, samples, depth, color_type, extra, interlaced)
                    for channels in (0, 1, 3, 4):
                        record(name, "DecodePng", channels=channels)
                    if not interlaced:
                        record(name, "DecodePng", channels=0, dtype="uint16")
                        record(name, "DecodeImage", channels=3, dtype="float32")
    whole = FILES["png-2-8"]
    for name, data in {
        "png-header": whole[:20],
        "png-no-data": whole[:40],
        "png-no-end": whole[:-6],
        "png-damaged": whole[:-30] + bytes([whole[-30] ^ 1]) + whole[-29:],
        "png-bad-header": whole[:30] + bytes([whole[30] ^ 1]) + whole[31:],
        "nothing": b"",
        "unknown": b"RIFF....WEBP",
    }.items():
        FILES[name] = data
        record(name, "DecodePng")
    record("png-2-8", "DecodePng", channels=2)
    record("png-2-8", "DecodeGif")
    record("png-2-8", "DecodeImage")
    record("png-2-8", "DecodeBmp")
    record("png-6-8", "DecodeJpeg", channels=3)


# ---- BMP -------------------------------------------------------------------------------------------------------------


def bmp(name: str, width: int, height: int, bits: int, extra: int = 0, cut: int = 0) -> None:
    stride = (width * bits // 8 + 3) // 4 * 4
    body = RANDOM.bytes(stride * abs(height))
    start = 54 + extra
    header = struct.pack("<IHHI", start + len(body), 0, 0, start) + struct.pack(
        "<IiiHHIIiiII", 40, width, height, 1, bits, *[0] * 6
    )
    whole = b"BM" + header + bytes(extra) + body
    FILES[name] = whole[: len(whole) - cut]


def bmp_files() -> None:
    for bits, height in itertools.product((8, 24, 32), (3, -3)):
        name = f"bmp-{bits}-{height}"
        bmp(name, 5, height, bits, extra=8)
        for channels in (0, 1, 3, 4):
            record(name, "DecodeBmp", channels=channels)
        for dtype in ("uint16", "float32") if height > 0 else ():  # TensorFlow crashes for rows from the top
            record(name, "DecodeImage", dtype=dtype)
    bmp("bmp-16", 2, 2, 16)
    bmp("bmp-empty", 0, 2, 24)
    bmp("bmp-cut", 5, 3, 24, cut=1)
    bmp("bmp-cut-more", 5, 3, 24, cut=7)
    FILES["bmp-header"] = FILES["bmp-24-3"][:20]
    for name in ("bmp-16", "bmp-empty", "bmp-cut", "bmp-cut-more", "bmp-header"):
        record(name, "DecodeBmp")
    for op in ("DecodePng", "DecodeJpeg", "DecodeGif"):
        record("bmp-24-3", op)


# ---- JPEG and GIF ----------------------------------------------------------------------------------------------------


def jpeg_files() -> None:
    rows, columns = np.mgrid[0:19, 0:27].astype(np.float64)
    colors = np.stack([rows * 13, columns * 9, 128 + 100 * np.sin(rows / 3 + columns / 5)], -1)
    image = np.clip(colors + RANDOM.randint(0, 20, colors.shape), 0, 255).astype(np.uint8)
    forms: dict[str, dict[str, Any]] = {
        "plain": {},
        "full": {"chroma_downsampling": False, "quality": 80},
        "progressive": {"progressive": True, "optimize_size": True, "density_unit": "cm", "x_density": 100},
    }
    for form, attrs in forms.items():
        FILES[f"jpeg-{form}"] = evaluated(lambda: tf.io.encode_jpeg(image, **attrs))
    FILES["jpeg-gray"] = evaluated(lambda: tf.io.encode_jpeg(image[:, :, :1]))
    VALUES["image"] = image
    for name in ("jpeg-plain", "jpeg-full", "jpeg-progressive", "jpeg-gray"):
        record(name, "ExtractJpegShape")
        record(name, "DecodeJpeg")
        for channels in (0, 1, 3):
            record(name, "DecodeJpeg", channels=channels, dct_method="INTEGER_ACCURATE")
        for ratio in (2, 4, 8):
            record(name, "DecodeJpeg", ratio=ratio, dct_method="INTEGER_ACCURATE")
        record(name, "DecodeJpeg", fancy_upscaling=False)
        record(name, "DecodeImage", dtype="float32")
        record(name, "DecodeGif")
        record(name, "DecodeBmp")
        record(name, "DecodeJpeg", channels=4)
    FILES["jpeg-cut"] = FILES["jpeg-plain"][:-100]
    FILES["jpeg-header"] = FILES["jpeg-plain"][:100]
    for name in ("jpeg-cut", "jpeg-header", "png-2-8"):
        record(name, "ExtractJpegShape", output_type="int64")
    for name in ("jpeg-cut", "jpeg-header"):
        record(name, "DecodeJpeg")
    record("jpeg-plain", "DecodeJpeg", ratio=3)
    record("jpeg-plain", "DecodeJpeg", dct_method="fast")
    for window in ([3, 5, 8, 9], [0, 0, 19, 27], [3, 5, 18, 2], [-1, 0, 2, 2], [0, 0, 0, 2]):
        accurate = {"dct_method": "INTEGER_ACCURATE", "crop_window": window}
        record("jpeg-full", "DecodeAndCropJpeg", **accurate)
        record("jpeg-plain", "DecodeAndCropJpeg", channels=1, **accurate)
    record("png-2-8", "DecodeAndCropJpeg", crop_window=[0, 0, 1, 1])


def gif(name: str, frames: list[tuple[int, int, np.ndarray, int | None, int]], width: int, height: int) -> None:
    """Frames (left, top, indices, transparent index, disposal) of four colors, without compression."""
    data = (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0xF1, 0, 0)
        + bytes([255, 0, 0, 0, 255, 0, 0, 0, 255, 250, 240, 230])
    )
    for left, top, indices, clear, disposal in frames:
        flags = disposal << 2 | (clear is not None)
        data += b"\x21\xf9\x04" + struct.pack("<BHB", flags, 5, clear or 0) + b"\0"
        data += b"\x2c" + struct.pack("<HHHHB", left, top, indices.shape[1], indices.shape[0], 0)
        codes: list[int] = []
        for value in indices.reshape(-1).tolist():
            codes += [4, value]  # a clear code before each keeps all codes at three bits
        bits = "".join(f"{code:03b}"[::-1] for code in [*codes, 5])
        bits += "0" * (-len(bits) % 8)
        body = bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))
        data += b"\x02" + bytes([len(body)]) + body + b"\0"
    FILES[name] = data + b"\x3b"


def gif_files() -> None:
    whole = RANDOM.randint(0, 4, (3, 4))
    part = RANDOM.randint(0, 4, (2, 2))
    gif("gif-one", [(0, 0, whole, None, 0)], 4, 3)
    gif("gif-three", [(0, 0, whole, None, 1), (1, 1, part, None, 1), (2, 0, part[::-1], None, 1)], 4, 3)
    gif("gif-clear", [(0, 0, whole, None, 1), (1, 1, part, 2, 1)], 4, 3)
    FILES["gif-cut"] = FILES["gif-three"][:30]
    for name in ("gif-one", "gif-three", "gif-clear", "gif-cut"):
        record(name, "DecodeGif")
        record(name, "DecodePng")
        record(name, "DecodeImage")
        record(name, "DecodeImage", expand_animations=False, dtype="uint16")
        record(name, "DecodeImage", channels=1)
        record(name, "DecodeBmp")


if __name__ == "__main__":
    tf.disable_v2_behavior()
    png_files()
    bmp_files()
    jpeg_files()
    gif_files()
    HERE.mkdir(exist_ok=True)
    np.savez_compressed(HERE / "files.npz", **{name: np.frombuffer(data, np.uint8) for name, data in FILES.items()})
    np.savez_compressed(HERE / "values.npz", **VALUES)
    (HERE / "cases.json").write_text("[\n" + ",\n".join(map(json.dumps, CASES)) + "\n]\n")
