"""Record TensorFlow's registry of gradients: op -> whether it has a gradient, has none by nature, or was never given one.

    python tests/golden/make_gradients.py

Writes gradients/registry.json: {"function": [op types], "none": [op types]}; all other ops are missing from it.
"""

import json
import os
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import tensorflow.compat.v1 as tf
from tensorflow.python.framework import op_def_registry, ops

HERE = Path(__file__).resolve().parent


def main() -> None:
    _ = tf.raw_ops, tf.sparse, tf.linalg, tf.signal, tf.nn  # gradients are registered when their modules are loaded
    known = {name for name in dir(tf.raw_ops) if op_def_registry.get(name) is not None}
    state: dict[str, list[str]] = {"function": [], "none": []}
    for name in sorted(ops.gradient_registry.list()):
        if name in known:
            state["none" if ops.gradient_registry.lookup(name) is None else "function"].append(name)
    (HERE / "gradients").mkdir(exist_ok=True)
    (HERE / "gradients" / "registry.json").write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
    print({kind: len(names) for kind, names in state.items()})


if __name__ == "__main__":
    main()
