"""Random numbers: Philox4x32-10 streams, bit-equal to TensorFlow's for equal seeds."""

from nbtf.graph.registry import op
from nbtf.shapes import HIDDEN, Value, check


@op("RandomUniform")
class RandomUniform:
    """Floats in [0, 1) of the given shape. Run r of the node starts at output r * 256 * elements of its stream."""

    kernel = "random_uniform"
    stateful = True
    keeps = {"stream": 4}

    def shape(shape: Value, out):
        for i in range(len(shape)):
            check(shape[i] >= 0 or shape[i] == HIDDEN, "Dimension {} must be >= 0", shape[i])
            out.append(max(shape[i], -1))
