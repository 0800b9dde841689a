"""Writes, with TensorFlow 2.15, checkpoints of dtypes and slices that variables lack: make_checkpoints.py OUT_DIR."""

import sys
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()
QUANTIZED = {"qint8": tf.qint8, "quint8": tf.quint8, "qint16": tf.qint16, "quint16": tf.quint16, "qint32": tf.qint32}
STRINGS = np.array([b"", b"one", b"\x00\xff" * 100], object)


def save_v2(session, prefix, names, specs, tensors):
    session.run(tf.raw_ops.SaveV2(prefix=str(prefix), tensor_names=names, shape_and_slices=specs, tensors=tensors))


def save_v1(session, path, names, specs, tensors):
    session.run(tf.raw_ops.SaveSlices(filename=str(path), tensor_names=names, shapes_and_slices=specs, data=tensors))


def main(out):
    small = {name: tf.cast(tf.constant([1, 2, 3]), dtype) for name, dtype in QUANTIZED.items()}
    grid = tf.reshape(tf.range(24.0), [4, 6])
    with tf.Session() as session:
        for folder in ("v2_quantized", "v2_slices", "v1_quantized", "v1_slices", "v1_string"):
            (out / folder).mkdir(parents=True, exist_ok=True)
        save_v2(session, out / "v2_quantized/m", list(small), [""] * 5, list(small.values()))
        # Cut along both axes; `overlap` has rows twice; `whole` is no slice; `gap` lacks rows 1 and 2.
        specs = {
            "grid": ["4 6 0,2:0,3", "4 6 2,2:0,3", "4 6 0,4:3,3"],
            "overlap": ["4 6 0,3:-", "4 6 1,3:-"],
            "whole": ["4 6 -:-"],
            "gap": ["4 6 0,1:-", "4 6 3,1:-"],
        }
        pieces = {
            "grid": [grid[:2, :3], grid[2:, :3], grid[:, 3:]],
            "overlap": [grid[:3], grid[1:]],
            "whole": [grid],
            "gap": [grid[:1], grid[3:]],
        }
        names = [name for name, of_name in specs.items() for _ in of_name]
        flat_specs = [spec for of_name in specs.values() for spec in of_name]
        flat_pieces = [piece for of_name in pieces.values() for piece in of_name]
        save_v1(session, out / "v1_slices/m", names, flat_specs, flat_pieces)
        strings = [tf.constant(STRINGS[:2]), tf.constant(STRINGS[2:])]
        string_specs = ["3 0,2", "3 2,1"]
        save_v2(session, out / "v2_slices/m", [*names, "s", "s"], flat_specs + string_specs, flat_pieces + strings)
        v1_names = ["qint8", "quint8", "qint32"]
        save_v1(session, out / "v1_quantized/m", v1_names, [""] * 3, [small[name] for name in v1_names])
        others = [tf.constant(np.array([7, 65535], "uint16")), tf.constant(np.array([1 + 2j, -3j], "complex128"))]
        save_v1(session, out / "v1_string/m", ["s", "u", "c"], [""] * 3, [tf.constant(STRINGS), *others])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
