"""Record what TensorFlow builds and answers for the programs of tests/programs.

    python tests/golden/make_programs.py [area/name ...]

Writes programs/<area>/<name>.nodes (a line a node, then what was fetched and raised) and .npz (the values).
"""

import json
import os
import sys
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np
import tensorflow.compat.v1 as tf

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from programs import comparison


def record(name: str) -> None:
    program = comparison.load_program(name)
    graph, fetches = comparison.built(tf, program)
    nodes = comparison.listing(graph)
    facts = {"signatures": comparison.signatures(fetches), "errors": comparison.raised(tf, program)}
    values = comparison.values(tf, program, graph, fetches)
    base = HERE / "programs" / name
    base.parent.mkdir(parents=True, exist_ok=True)
    base.with_suffix(".nodes").write_text(nodes + "\n" + json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    np.savez_compressed(base.with_suffix(".npz"), **values)
    print(f"{name}: {nodes.count(chr(10))} nodes, {len(values)} values, {len(facts['errors'])} errors")


def main() -> None:
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    with tf.Graph().as_default():  # the first such layer opens a session, which adds operations to its graph
        tf.layers.conv2d_transpose(tf.ones([1, 2, 2, 2]), 1, 1, data_format="channels_first")
    for name in sys.argv[1:] or comparison.program_names():
        record(name)


if __name__ == "__main__":
    main()
