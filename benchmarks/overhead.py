"""What a run costs beside its arithmetic: `session.run` of three nodes, and an iteration of a small while loop.

python benchmarks/overhead.py --tensorflow-python PATH
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

LOOP = Path(__file__).resolve().parent.parent / "tests" / "golden" / "nets" / "nested_while.pb"
ITERATIONS = 2000


def best(call: Callable[[], Any], repeats: int, number: int) -> float:
    """Seconds of one call, the best of several rounds."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        for _ in range(number):
            call()
        times.append((time.perf_counter() - begin) / number)
    return min(times)


def library_named(name: str) -> Any:
    if name == "nbtf":
        return importlib.import_module("nbtf")
    tf = importlib.import_module("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    return tf


def three_nodes(tf: Any) -> float:
    """Microseconds of `session.run` of tanh(2 x + 1) over four floats."""
    graph_def = tf.GraphDef()
    node = graph_def.node.add(name="x", op="Placeholder")
    node.attr["dtype"].type = 1
    for name, value in (("two", 2.0), ("one", 1.0)):
        node = graph_def.node.add(name=name, op="Const")
        node.attr["dtype"].type = 1
        node.attr["value"].tensor.dtype = 1
        node.attr["value"].tensor.tensor_shape.SetInParent()
        node.attr["value"].tensor.float_val.append(value)
    for name, op, inputs in (("mul", "Mul", ["x", "two"]), ("add", "AddV2", ["mul", "one"]), ("y", "Tanh", ["add"])):
        graph_def.node.add(name=name, op=op, input=inputs).attr["T"].type = 1
    with tf.Graph().as_default() as graph:
        x, y = tf.import_graph_def(graph_def, name="", return_elements=["x:0", "y:0"])
    value = np.ones(4, np.float32)
    with tf.Session(graph=graph) as session:
        return 1e6 * best(lambda: session.run(y, {x: value}), 5, 2000)


def loop_iteration(tf: Any) -> float:
    """Nanoseconds of an iteration of the inner of two nested loops: four scalar ops and its frame work."""
    graph_def = tf.GraphDef()
    graph_def.ParseFromString(LOOP.read_bytes())
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(graph_def, name="")
    with tf.Session(graph=graph) as session:

        def seconds(fetch: str, iterations: int) -> float:
            return best(lambda: session.run(fetch, {"x:0": 1.0, "n:0": iterations}), 3, 1)

        outer = 100 if tf.__name__ != "nbtf" else ITERATIONS  # TensorFlow would take seconds
        inner = outer * (outer - 1) / 2
        seconds("out_a:0", 10)
        return 1e9 * (seconds("out_a:0", outer) - seconds("out_i:0", outer)) / inner


def main() -> None:
    if "--child" in sys.argv:
        tf = library_named(sys.argv[-1])
        figures = {
            "session.run of three nodes, us": three_nodes(tf),
            "iteration of a while_loop, ns": loop_iteration(tf),
        }
        print(json.dumps(figures))
    else:
        pairs = importlib.import_module("pairs")
        pairs.compare(__file__, pairs.arguments(__doc__))


if __name__ == "__main__":
    main()
