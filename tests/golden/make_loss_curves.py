"""Record how TensorFlow trains the example models of models/: losses of 100 steps.

    python tests/golden/make_loss_curves.py

Writes loss_curves.npz: "<model>_<way>" -> [steps, losses of the model], for three ways to add up the same numbers: one
thread, two threads, and the kernels of oneDNN. How far they part tells how far rounding alone leads.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

os.environ.update(CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np

HERE = Path(__file__).resolve().parent


WAYS = {"one": (1, "0"), "two": (2, "0"), "onednn": (1, "1")}


def record(way: str, path: str) -> None:
    """The curves of one way, of which a process has only one: its sessions share the threads of the first."""
    threads, os.environ["TF_ENABLE_ONEDNN_OPTS"] = WAYS[way]
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    warnings.simplefilter("ignore", UserWarning)
    sys.path.insert(0, str(HERE.parents[1]))
    sys.modules["nbtf"] = tf  # what the models import by that name
    spec = importlib.util.spec_from_file_location("training_curves", HERE.parent / "models" / "training_curves.py")
    curves = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(curves)
    np.savez(path, **{f"{name}_{way}": curves.losses(name, curves.STEPS, threads) for name in curves.MODELS})


def main() -> None:
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in WAYS:
            path = f"{folder}/{way}.npz"
            subprocess.run([sys.executable, __file__, way, path], check=True)
            with np.load(path) as curves:
                found.update(curves)
    np.savez_compressed(HERE / "loss_curves.npz", **found)
    for name in sorted(key.removesuffix("_one") for key in found if key.endswith("_one")):
        one = found[f"{name}_one"]
        apart = [np.max(np.abs(found[f"{name}_{way}"] / one - 1)) for way in WAYS]
        print(f"{name}: {one[0]} to {one[-1]}, apart by {max(apart):.1e}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        record(sys.argv[1], sys.argv[2])
    else:
        main()
