"""From the start of a process to the first classified digit, kernels compiled before; and what `import nbtf` costs.

python benchmarks/startup.py --tensorflow-python PATH
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path

DIGITS = Path(__file__).resolve().parent.parent / "models" / "digits"


def process_age() -> float:
    """Seconds since the kernel started this process; Linux only."""
    fields = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    uptime = float(Path("/proc/uptime").read_text().split()[0])
    return uptime - int(fields[19]) / os.sysconf("SC_CLK_TCK")


def measure(library: str) -> dict[str, float]:
    before = time.perf_counter()
    import numpy as np

    numpy_imported = time.perf_counter()
    if library == "nbtf":
        tf = importlib.import_module("nbtf")
    else:
        tf = importlib.import_module("tensorflow.compat.v1")
        tf.disable_v2_behavior()
    imported = time.perf_counter()
    graph_def = tf.GraphDef()
    graph_def.ParseFromString((DIGITS / "digits.pb").read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    images = np.load(DIGITS / "test_digits.npz")["pixels"][:1, ..., np.newaxis] / np.float32(16)
    with tf.Session(graph=graph) as session:
        session.run("digit:0", {"image:0": images})
    return {
        "process start to the first digit, s": process_age(),
        "import after numpy, s": imported - numpy_imported,
        "import of numpy, s": numpy_imported - before,
    }


def main() -> None:
    if "--child" in sys.argv:
        print(json.dumps(measure(sys.argv[-1])))
    else:
        pairs = importlib.import_module("pairs")
        pairs.compare(__file__, pairs.arguments(__doc__))


if __name__ == "__main__":
    main()
