"""Record TensorFlow's profiles of the graphs of profiler/graphs.py: tables.json, and digests of the messages.

python tests/golden/make_profiler.py
"""

import gzip
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.update(TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1", TF_CPP_MIN_LOG_LEVEL="3")

import numpy as np
import tensorflow.compat.v1 as tf

HERE = Path(__file__).resolve().parent / "profiler"
sys.path.insert(0, str(HERE))

import graphs


def traced(graph: tf.Graph) -> tf.RunMetadata:
    """The trace of a step of the training graph."""
    run = tf.RunMetadata()
    with graph.as_default(), tf.Session() as session:
        variables = graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)
        session.run([variable.initializer for variable in variables])
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        session.run("GradientDescent", {"x:0": np.zeros([8, 12, 12, 1])}, options, run)
    return run


def main() -> None:
    tf.disable_v2_behavior()
    made, built = {}, {}
    for name, build in graphs.GRAPHS.items():
        with tf.Graph().as_default() as built[name]:
            build(tf)
    with tempfile.TemporaryDirectory() as folder:
        run = traced(built["training"])
        (HERE / "run_metadata.pb.gz").write_bytes(gzip.compress(run.SerializeToString(), 9, mtime=0))
        for label, case in {**graphs.CASES, **graphs.TIMED}.items():
            timed = run if label in graphs.TIMED else None
            message, lines = graphs.table(tf, built[case[0]], case, f"{folder}/table", timed)
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
