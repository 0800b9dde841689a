"""Gradients that nbtf computes by other nodes than TensorFlow does: their values are the same."""

import numpy as np
from programs.gradient_rows import Row, gradients_of

IMAGE = ((np.arange(2 * 4 * 5 * 2) * 37 % 101) - 50).astype(np.float32).reshape(2, 4, 5, 2) / 32
COLOURS = np.float32([[0.5, 0.25, 0.75], [0.1, 0.9, 0.3], [0.8, 0.2, 0.4], [0.3, 0.6, 0.9]])
TWO = np.float32([1.5, -0.5])
CUBE = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 16
INTS = np.int32
NORM = {"mean": np.float32([]), "variance": np.float32([]), "epsilon": 0.01}
BY = {"by": ["x", "scale", "offset"], "outputs": [0]}

ROWS = [
    Row(
        "ExtractImagePatches",
        images=IMAGE, ksizes=[1, 2, 3, 1], strides=[1, 1, 2, 1], rates=[1, 1, 1, 1], padding="SAME",
    ),
    Row("RGBToHSV", images=COLOURS, second=False),
    *[Row(op, x=IMAGE, scale=TWO, offset=TWO, **NORM, **BY) for op in ("FusedBatchNorm", "FusedBatchNormV3")],
    Row("FusedBatchNormV2", x=IMAGE, scale=TWO, offset=TWO, mean=TWO, variance=TWO**2, is_training=False, **BY),
    Row("MatrixSetDiagV3", input=CUBE, diagonal=CUBE[:, 0, :3], k=INTS(1), known=False),
]  # fmt: skip

build = gradients_of(ROWS)
SAME_NODES = False
RTOL = 1e-4
ATOL = 1e-4  # the second derivative of a batch normalization is a difference of large terms
