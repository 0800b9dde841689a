"""Record TensorFlow's profiles of the graphs of profiler/graphs.py: tables.json, and digests of the messages.

python tests/golden/make_profiler.py
"""

import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import tensorflow.compat.v1 as tf

HERE = Path(__file__).resolve().parent / "profiler"
sys.path.insert(0, str(HERE))

import graphs


def main() -> None:
    tf.disable_v2_behavior()
    made, built = {}, {}
    for name, build in graphs.GRAPHS.items():
        with tf.Graph().as_default() as built[name]:
            build(tf)
    with tempfile.TemporaryDirectory() as folder:
        for label, case in graphs.CASES.items():
            message, lines = graphs.table(tf, built[case[0]], case, f"{folder}/table")
            digest = hashlib.sha256(message.SerializeToString(deterministic=True)).hexdigest()[:16]
            made[label] = {
                "total_parameters": message.total_parameters,
                "total_float_ops": message.total_float_ops,
                "message": digest,
                "lines": lines,
            }
    (HERE / "tables.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
